-- DismissSignalRequest -> Signal
WITH former AS (
  SELECT * FROM fraud_signal WHERE project_code = :project_code AND signal_code = :signal_code
),
problem AS (
  SELECT 'SIGNAL_NOT_FOUND' AS refusal, 'signal_code' AS refusal_path, :signal_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'SIGNAL_STATE', 'signal_code', signal_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'signal' AND t.from_state = signal_state AND t.method = 'DismissSignal')
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', :call.principal FROM former WHERE raised_by = :call.principal
),
changed AS (
  UPDATE fraud_signal f SET signal_state = 'DISMISSED', decided_by = :call.principal, decided_date = :call.today, decision_reason = :decision_reason
  WHERE f.project_code = :project_code AND f.signal_code = :signal_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING f.signal_code, f.project_code, f.signal_kind, f.period, f.signal_state, f.score, f.person_count, f.involved_fen, f.signal_note,
  f.english_note, f.raised_date, f.decided_date, f.decision_reason, f.finding_code
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
