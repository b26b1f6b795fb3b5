-- AddFindingRequest -> Finding
WITH problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL SELECT 'INSPECTION_NOT_FOUND', 'inspection_code', :inspection_code
    WHERE NOT EXISTS (SELECT 1 FROM inspection WHERE project_code = :project_code AND inspection_code = :inspection_code)
  UNION ALL SELECT 'NOT_A_PARTY', 'responsible_unit_id', :responsible_unit_id
    WHERE NOT EXISTS (SELECT 1 FROM project_party WHERE project_code = :project_code AND unit_id = :responsible_unit_id)
  UNION ALL SELECT 'CLASS_UNKNOWN', 'class_code', :class_code
    WHERE :class_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM finding_class WHERE class_code = :class_code AND valid_from_date <= :call.today)
  UNION ALL SELECT 'DUE_IN_PAST', 'due_date', :due_date::text WHERE :due_date < :call.today
),
numbered AS (
  SELECT (SELECT count(*) + 1 FROM finding WHERE project_code = :project_code)::int4 AS finding_number WHERE NOT EXISTS (SELECT 1
    FROM problem)
),
changed AS (
  INSERT INTO finding (project_code, finding_code, finding_number, inspection_code, finding_kind, involved_fen, finding_note,
    responsible_unit_id,
    due_date, finding_state, found_by, found_date, class_code)
  SELECT :project_code, :project_code || '-F' || finding_number, finding_number, :inspection_code, :finding_kind,
    coalesce(:involved_fen, 0),
    :finding_note, :responsible_unit_id, :due_date, 'OPEN', :call.principal, :call.today, :class_code FROM numbered
  RETURNING finding_code, project_code, inspection_code, finding_kind, involved_fen, finding_note, responsible_unit_id, due_date,
    finding_state, found_date, verified_date, attempt_count, rectification_note, verify_note, recovered_fen, class_code AS own_class,
    finding_state <> 'VERIFIED' AND due_date < :call.today AS is_overdue,
    1 + (SELECT count(*) FROM finding o WHERE o.project_code = :project_code AND o.finding_state <> 'VERIFIED')::int4 AS open_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.finding_code, c.project_code, c.inspection_code, c.finding_kind, c.involved_fen, c.finding_note,
  c.responsible_unit_id, c.due_date, c.finding_state, c.found_date, c.verified_date, c.attempt_count, c.rectification_note, c.verify_note,
  c.is_overdue, c.open_count, c.recovered_fen, c.involved_fen - c.recovered_fen AS outstanding_fen, x.class_code, x.finding_severity,
  x.overdue_days, x.escalation_level, (SELECT b.bureau_unit_id FROM project b WHERE b.project_code = c.project_code) AS bureau_unit_id
FROM problem p FULL JOIN changed c ON false
LEFT JOIN LATERAL finding_facts(c.finding_kind, c.own_class, c.finding_state, c.found_date, c.due_date, :call.today) x ON c.finding_code IS NOT NULL
