-- CheckReportRequest -> ReportKey
-- From here on the lines are fixed: their digest is on record and submitting compares it.
WITH wanted AS (SELECT * FROM report WHERE report_code = :report_code),
base AS ( -- of a level's report; a unit's own is held against its past before the call is queued
  SELECT o.* FROM wanted w CROSS JOIN LATERAL (SELECT report_code FROM report p WHERE p.unit_id = w.unit_id AND left(p.quarter, 4) = left(w.quarter, 4)
      AND p.quarter < w.quarter AND p.report_state IN ('ACCEPTED', 'SUBMITTED')
      ORDER BY p.quarter DESC, (p.report_state = 'ACCEPTED') DESC, p.revision DESC LIMIT 1) last
    JOIN report_line o ON o.report_code = last.report_code
  WHERE w.filer_unit_id IS NOT NULL),
problem AS (
  SELECT 'REPORT_UNKNOWN' AS refusal, 'report_code' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'NOT_OWN_UNIT', 'report_code', NULL FROM wanted WHERE coalesce(filer_unit_id, unit_id) <> :call.unit
  UNION ALL SELECT 'MAKER_IS_CHECKER', 'report_code', made_by FROM wanted WHERE made_by = :call.principal
  UNION ALL SELECT 'REPORT_STATE', 'report_code', report_state FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'report' AND t.from_state = report_state AND t.method = 'CheckReport')
  UNION ALL SELECT 'CUMULATIVE_MISMATCH', 'lines[' || l.line_number - 1 || ']', l.project_code
    FROM wanted w JOIN report_line l USING (report_code) JOIN base b ON b.project_code = l.project_code AND b.origin_unit_id = l.origin_unit_id
    WHERE l.cumulative_paid_fen <> b.cumulative_paid_fen + l.paid_fen OR l.cumulative_due_fen <> b.cumulative_due_fen + l.due_fen
      OR l.cumulative_day_hundredths <> b.cumulative_day_hundredths + l.day_hundredths),
changed AS (
  UPDATE report r SET report_state = 'CHECKED', line_digest = :gathered_digest, checked_by = :call.principal, checked_at = :call.now,
    unit_note = (SELECT n.comment_note FROM unnest(:comments.project_code, :comments.comment_note) WITH ORDINALITY AS n(project_code, comment_note, place)
      WHERE n.project_code IS NULL ORDER BY n.place DESC LIMIT 1)
  FROM wanted w WHERE r.report_code = w.report_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING r.*),
noted AS (
  UPDATE report_line l SET line_note = n.comment_note
  FROM changed c, (SELECT DISTINCT ON (project_code) project_code, comment_note FROM unnest(:comments.project_code, :comments.comment_note)
    WITH ORDINALITY AS n(project_code, comment_note, place) ORDER BY project_code, place DESC) n
  WHERE l.report_code = c.report_code AND l.project_code = n.project_code),
people AS ( -- of a draft they stood in blocks
  INSERT INTO report_person (report_code, line_number, worker_token, sex, is_local, priority_mask, first_whole_mask, second_whole_mask,
    third_whole_mask, first_part_mask, second_part_mask, third_part_mask)
  SELECT DISTINCT ON (d.line_number, u.worker_token) c.report_code, d.line_number, u.worker_token, u.sex, u.is_local, u.priority_mask,
    u.first_whole_mask, u.second_whole_mask, u.third_whole_mask, u.first_part_mask, u.second_part_mask, u.third_part_mask
  FROM changed c JOIN draft_line d USING (report_code) JOIN people_block b USING (people_key, project_code) CROSS JOIN LATERAL people_of(b) u
  WHERE NOT u.is_trainee ORDER BY d.line_number, u.worker_token),
trainees AS (
  INSERT INTO report_trainee (report_code, line_number, worker_token, safety_trained, skill_trained)
  SELECT DISTINCT ON (d.line_number, u.worker_token) c.report_code, d.line_number, u.worker_token, u.safety_trained, u.skill_trained
  FROM changed c JOIN draft_line d USING (report_code) JOIN people_block b USING (people_key, project_code) CROSS JOIN LATERAL people_of(b) u
  WHERE u.is_trainee ORDER BY d.line_number, u.worker_token),
told AS (
  INSERT INTO report_exception (report_code, exception_number, project_code, exception_rule, exception_note, severity)
  SELECT c.report_code, e.place::int4, e.project_code, e.exception_rule, e.exception_note, e.severity
  FROM changed c, unnest(:gathered_exceptions.project_code, :gathered_exceptions.exception_rule, :gathered_exceptions.exception_note,
    :gathered_exceptions.severity) WITH ORDINALITY AS e(project_code, exception_rule, exception_note, severity, place))
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, report_code, revision, report_state, line_count,
  person_count,
  unit_id, quarter, is_zero
FROM changed
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
