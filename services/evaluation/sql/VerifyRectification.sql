-- VerifyRectificationRequest -> Finding
-- Money counts as recovered when a checker acknowledges it, so that an attempt that was rejected and made again counts once. Neither who found it nor who put it right may say that it is right.
WITH former AS (
  SELECT * FROM finding WHERE project_code = :project_code AND finding_code = :finding_code
),
attempt AS (
  SELECT r.recovered_fen, coalesce(:accepted_fen, CASE :verdict WHEN 'ACCEPTED' THEN r.recovered_fen ELSE 0 END) AS accepted_fen
  FROM former JOIN rectification r ON r.project_code = :project_code AND r.finding_code = :finding_code AND r.attempt = former.attempt_count
),
problem AS (
  SELECT 'FINDING_NOT_FOUND' AS refusal, 'finding_code' AS refusal_path, :finding_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'FINDING_STATE', 'finding_code', finding_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'finding' AND t.from_state = finding_state
      AND t.method = 'VerifyRectification')
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', :call.principal FROM former WHERE :call.principal IN (found_by, submitted_by)
  UNION ALL SELECT 'RECOVERED_TOO_MUCH', 'accepted_fen', recovered_fen::text FROM attempt WHERE accepted_fen > recovered_fen
  UNION ALL SELECT 'DUE_IN_PAST', 'due_date', :due_date::text WHERE :due_date < :call.today
),
kept AS (
  UPDATE rectification r SET verdict = :verdict, verify_note = :verify_note, accepted_fen = (SELECT accepted_fen FROM attempt), verified_by = :call.principal,
    verified_date = :call.today
  FROM former WHERE r.project_code = :project_code AND r.finding_code = :finding_code AND r.attempt = former.attempt_count
    AND NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE finding f SET finding_state = CASE :verdict WHEN 'ACCEPTED' THEN 'VERIFIED' ELSE 'REOPENED' END, verify_note = :verify_note,
    verified_date = CASE :verdict WHEN 'ACCEPTED' THEN :call.today END, due_date = coalesce(:due_date, f.due_date), recovered_fen = f.recovered_fen + (SELECT accepted_fen FROM attempt)
  WHERE f.project_code = :project_code AND f.finding_code = :finding_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING f.finding_code, f.project_code, f.inspection_code, f.finding_kind, f.involved_fen, f.finding_note, f.responsible_unit_id,
    f.due_date, f.finding_state, f.found_date, f.verified_date, f.attempt_count, f.rectification_note, f.verify_note, f.recovered_fen, f.class_code AS own_class,
    f.finding_state <> 'VERIFIED' AND f.due_date < :call.today AS is_overdue,
    (SELECT count(*) FROM finding o WHERE o.project_code = :project_code AND o.finding_state <> 'VERIFIED'
      AND o.finding_code <> :finding_code)::int4
      + CASE :verdict WHEN 'ACCEPTED' THEN 0 ELSE 1 END AS open_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.finding_code, c.project_code, c.inspection_code, c.finding_kind, c.involved_fen, c.finding_note,
  c.responsible_unit_id, c.due_date, c.finding_state, c.found_date, c.verified_date, c.attempt_count, c.rectification_note, c.verify_note,
  c.is_overdue, c.open_count, c.recovered_fen, c.involved_fen - c.recovered_fen AS outstanding_fen, x.class_code, x.finding_severity,
  x.overdue_days, x.escalation_level, (SELECT b.bureau_unit_id FROM project b WHERE b.project_code = c.project_code) AS bureau_unit_id
FROM problem p FULL JOIN changed c ON false
LEFT JOIN LATERAL finding_facts(c.finding_kind, c.own_class, c.finding_state, c.found_date, c.due_date, :call.today) x ON c.finding_code IS NOT NULL
