-- RecordRefusalRequest -> ReportKey
-- The parent will never take it as it is: the report comes back to its unit with the parent's words.
WITH problem AS (
  SELECT 'PART_UNKNOWN' AS refusal, 'part_number' AS refusal_path, NULL::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM outgoing_part WHERE report_code = :report_code AND part_number = :part_number AND part_state = 'QUEUED')),
settled AS (
  UPDATE outgoing_part SET part_state = 'REFUSED', refusal_note = :refusal_note, settled_at = :call.now
  WHERE report_code = :report_code AND part_state = 'QUEUED' AND NOT EXISTS (SELECT 1 FROM problem)),
changed AS (
  UPDATE report SET report_state = 'RETURNED', refusal_note = :refusal_note
  WHERE report_code = :report_code AND report_state = 'SUBMITTED' AND NOT EXISTS (SELECT 1 FROM problem) RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
