-- ReturnReportRequest -> ReportKey
WITH wanted AS (SELECT * FROM report WHERE report_code = :report_code),
problem AS (
  SELECT 'REPORT_UNKNOWN' AS refusal, 'report_code' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'DECIDER_IS_AUTHOR', 'report_code', :call.principal FROM wanted WHERE :call.principal IN (made_by, checked_by, submitted_by)
  UNION ALL SELECT 'PARENT_DECIDES', 'report_code', NULL WHERE EXISTS (SELECT 1 FROM outgoing_part o WHERE o.report_code = :report_code)
  UNION ALL SELECT 'REPORT_STATE', 'report_code', report_state FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'report' AND t.from_state = report_state AND t.method = 'ReturnReport')
  UNION ALL SELECT 'REMARK_PROJECT', 'remarks[' || m.place - 1 || '].project_code', m.project_code
    FROM unnest(:remarks.project_code) WITH ORDINALITY AS m(project_code, place)
    WHERE m.project_code IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM report_line l WHERE l.report_code = :report_code AND l.project_code = m.project_code)),
changed AS (
  UPDATE report r SET report_state = 'RETURNED', decided_by = :call.principal, decided_at = :call.now,
    return_reason = :return_reason
  FROM wanted w WHERE r.report_code = w.report_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING r.*),
decided AS (
  INSERT INTO decision (decision_number, report_code, unit_id, report_state, decided_by, decided_at, return_reason, content, signature, key_id)
  SELECT coalesce((SELECT max(decision_number) FROM decision), 0) + 1, report_code, unit_id, report_state, decided_by, decided_at, return_reason,
    :gathered_decision.content, :gathered_decision.signature, :gathered_decision.key_id
  FROM changed),
remarked AS (
  INSERT INTO report_remark (report_code, remark_number, project_code, remark_note)
  SELECT c.report_code, m.place::int4, m.project_code, m.remark_note
  FROM changed c, unnest(:remarks.project_code, :remarks.remark_note) WITH ORDINALITY AS m(project_code, remark_note, place))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
