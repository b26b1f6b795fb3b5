-- ClaimBackPayRequest -> PayDifference
-- What was found to be owed after a sheet was posted. Only labour: hire of a worker's machine or vehicle is no labour pay (R146), and ordinary
-- pay comes from the sealed month alone. The supplementary sheet that pays it is confirmed, approved and posted as every sheet is.
WITH line AS (
  SELECT l.worker_number, l.worker_name, s.month, s.sheet_state, l.line_state,
    (SELECT coalesce(sum(m.gross_fen), 0)::int8 FROM wage_sheet v JOIN wage_line m ON m.project_code = v.project_code AND m.sheet_code = v.sheet_code
     WHERE v.project_code = l.project_code AND v.month = s.month AND v.sheet_state NOT IN ('VOID', 'REOPENED') AND m.worker_number = l.worker_number
       AND m.line_state <> 'SUPERSEDED') AS drawn_fen,
    (SELECT d.due_fen FROM pay_differences(s.project_code, s.month) d WHERE d.worker_number = l.worker_number) AS due_fen,
    (SELECT m.seal_number FROM sealed_month m WHERE m.project_code = s.project_code AND m.month = s.month AND NOT m.is_open) AS seal_number
  FROM wage_sheet s JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code AND l.worker_number = :worker_number
  WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
),
problem AS (
  SELECT 'LINE_NOT_FOUND' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM line WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ClaimBackPay')
  UNION ALL SELECT 'NOT_LABOUR_PAY', 'line_kind', :line_kind WHERE :line_kind IN ('MACHINE_HIRE', 'VEHICLE_HIRE')
  UNION ALL SELECT 'LABOUR_COMES_FROM_ATTENDANCE', 'line_kind', :line_kind WHERE :line_kind = 'LABOUR'
  UNION ALL SELECT 'MONTH_NOT_SEALED', 'sheet_code', month FROM line WHERE seal_number IS NULL
  UNION ALL SELECT 'CLAIM_WAITS', 'worker_number', (due_fen - drawn_fen)::text FROM line WHERE due_fen > drawn_fen
),
kept AS (
  INSERT INTO pay_correction (project_code, month, worker_number, correction_number, sheet_code, objection_number, target_fen, is_raise, seal_number,
    correction_reason, decided_by, decided_date)
  SELECT :project_code, l.month, l.worker_number, (SELECT count(*) + 1 FROM pay_correction c WHERE c.project_code = :project_code AND c.month = l.month
      AND c.worker_number = l.worker_number)::int4, :sheet_code, 0, l.drawn_fen + :owed_fen, true, l.seal_number, :claim_reason, :call.principal, :call.today
  FROM line l WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING worker_number, target_fen AS due_fen, correction_reason AS difference_reason, sheet_code AS earlier_sheet_code
),
changed AS (
  SELECT k.*, l.worker_name, l.drawn_fen, k.due_fen - l.drawn_fen AS owed_fen FROM kept k, line l
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
