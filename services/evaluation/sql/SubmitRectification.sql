-- SubmitRectificationRequest -> Finding
WITH former AS (
  SELECT * FROM finding WHERE project_code = :project_code AND finding_code = :finding_code
),
problem AS (
  SELECT 'FINDING_NOT_FOUND' AS refusal, 'finding_code' AS refusal_path, :finding_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'FINDING_STATE', 'finding_code', finding_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'finding' AND t.from_state = finding_state
      AND t.method = 'SubmitRectification')
  UNION ALL SELECT 'NOT_RESPONSIBLE', 'finding_code', responsible_unit_id FROM former WHERE responsible_unit_id <> :call.unit
  UNION ALL SELECT 'RECOVERED_TOO_MUCH', 'recovered_fen', (involved_fen - recovered_fen)::text FROM former WHERE :recovered_fen > involved_fen - recovered_fen
),
kept AS (
  INSERT INTO rectification (project_code, finding_code, attempt, rectification_note, recovered_fen, submitted_by, submitted_date)
  SELECT :project_code, :finding_code, attempt_count + 1, :rectification_note, coalesce(:recovered_fen, 0), :call.principal,
    :call.today
  FROM former WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE finding f SET finding_state = 'SUBMITTED', attempt_count = f.attempt_count + 1, rectification_note = :rectification_note,
    submitted_by = :call.principal
  WHERE f.project_code = :project_code AND f.finding_code = :finding_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING f.finding_code, f.project_code, f.inspection_code, f.finding_kind, f.involved_fen, f.finding_note, f.responsible_unit_id,
    f.due_date, f.finding_state, f.found_date, f.verified_date, f.attempt_count, f.rectification_note, f.verify_note, f.recovered_fen, f.class_code AS own_class,
    f.finding_state <> 'VERIFIED' AND f.due_date < :call.today AS is_overdue,
    (SELECT count(*) FROM finding o WHERE o.project_code = :project_code AND o.finding_state <> 'VERIFIED')::int4 AS open_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.finding_code, c.project_code, c.inspection_code, c.finding_kind, c.involved_fen, c.finding_note,
  c.responsible_unit_id, c.due_date, c.finding_state, c.found_date, c.verified_date, c.attempt_count, c.rectification_note, c.verify_note,
  c.is_overdue, c.open_count, c.recovered_fen, c.involved_fen - c.recovered_fen AS outstanding_fen, x.class_code, x.finding_severity,
  x.overdue_days, x.escalation_level, (SELECT b.bureau_unit_id FROM project b WHERE b.project_code = c.project_code) AS bureau_unit_id
FROM problem p FULL JOIN changed c ON false
LEFT JOIN LATERAL finding_facts(c.finding_kind, c.own_class, c.finding_state, c.found_date, c.due_date, :call.today) x ON c.finding_code IS NOT NULL
