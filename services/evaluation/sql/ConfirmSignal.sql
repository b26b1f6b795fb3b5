-- ConfirmSignalRequest -> Signal
-- The signal's rows become the finding's rows.
WITH former AS (
  SELECT * FROM fraud_signal WHERE project_code = :project_code AND signal_code = :signal_code
),
problem AS (
  SELECT 'SIGNAL_NOT_FOUND' AS refusal, 'signal_code' AS refusal_path, :signal_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'SIGNAL_STATE', 'signal_code', signal_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'signal' AND t.from_state = signal_state AND t.method = 'ConfirmSignal')
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', :call.principal FROM former WHERE raised_by = :call.principal
  UNION ALL SELECT 'NOT_A_PARTY', 'responsible_unit_id', :responsible_unit_id
    WHERE :responsible_unit_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM project_party WHERE project_code = :project_code AND unit_id = :responsible_unit_id)
  UNION ALL SELECT 'DUE_IN_PAST', 'due_date', :due_date::text WHERE :due_date < :call.today
),
numbered AS (
  SELECT (count(*) + 1)::int4 AS finding_number, count(*) FILTER (WHERE finding_state <> 'VERIFIED') + 1 AS open_count
  FROM finding WHERE project_code = :project_code
),
found AS (
  INSERT INTO finding (project_code, finding_code, finding_number, finding_kind, subject, involved_fen, finding_note, responsible_unit_id, due_date,
    finding_state, found_by, found_date)
  SELECT :project_code, :project_code || '-F' || n.finding_number, n.finding_number, 'FRAUD_SIGNAL', former.signal_code, former.involved_fen,
    former.period || ' ' || former.signal_note || '：' || :decision_reason, :responsible_unit_id, coalesce(:due_date, :call.today + 30), 'OPEN',
    :call.principal, :call.today
  FROM numbered n, former WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING finding_code, finding_kind, finding_state, due_date, finding_note, responsible_unit_id
),
proved AS (
  INSERT INTO finding_row (project_code, finding_code, row_number, month, worker_number, id_number_mask, sheet_code, payroll_hundredths, row_note)
  SELECT r.project_code, n.finding_code, r.row_number, r.month, r.worker_number, r.id_number_mask, r.sheet_code, r.day_hundredths,
    concat_ws(' ', CASE WHEN r.row_project_code <> r.project_code THEN r.row_project_code END, r.work_date, r.row_note)
  FROM fraud_signal_row r, found n WHERE r.project_code = :project_code AND r.signal_code = :signal_code
),
changed AS (
  UPDATE fraud_signal f SET signal_state = 'CONFIRMED', decided_by = :call.principal, decided_date = :call.today,
    decision_reason = :decision_reason, finding_code = n.finding_code
  FROM found n WHERE f.project_code = :project_code AND f.signal_code = :signal_code
  RETURNING f.signal_code, f.project_code, f.signal_kind, f.period, f.signal_state, f.score, f.person_count, f.involved_fen, f.signal_note,
  f.english_note, f.raised_date, f.decided_date, f.decision_reason, f.finding_code, n.finding_kind, n.finding_state, n.due_date, n.finding_note, n.responsible_unit_id,
  (SELECT b.bureau_unit_id FROM project b WHERE b.project_code = f.project_code) AS bureau_unit_id, (SELECT open_count FROM numbered)::int4 AS open_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.*, x.finding_severity FROM problem p FULL JOIN changed c ON false
LEFT JOIN LATERAL finding_facts(c.finding_kind, NULL, c.finding_state, :call.today, c.due_date, :call.today) x ON c.finding_code IS NOT NULL
