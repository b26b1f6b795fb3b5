-- SetDeductionRequest -> Sheet
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
line AS (
  SELECT l.* FROM wage_line l, sheet WHERE l.project_code = sheet.project_code AND l.sheet_code = sheet.sheet_code
    AND l.worker_number = :worker_number
),
total AS (
  SELECT coalesce(:deduction_fen, 0) + coalesce(sum(d.deduction_fen), 0)::int8 AS deduction_fen FROM deduction d
  WHERE d.project_code = :project_code AND d.sheet_code = :sheet_code AND d.worker_number = :worker_number
    AND d.deduction_kind <> :deduction_kind
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'SetDeduction')
  UNION ALL SELECT 'LINE_NOT_FOUND', 'worker_number', :worker_number::text FROM sheet WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'LINE_CONFIRMED', 'worker_number', line_state FROM line WHERE line_state <> 'DRAFT'
  UNION ALL SELECT 'DEDUCTION_UNLAWFUL', 'deduction_kind', basis_note FROM deduction_rule WHERE deduction_kind = :deduction_kind
    AND NOT lawful
  UNION ALL SELECT 'DEDUCTION_ABOVE_LIMIT', 'deduction_fen', format('%s > %s; %s', :deduction_fen, line.gross_fen * most_bp / 10000, most_note)
    FROM deduction_rule, line WHERE deduction_kind = :deduction_kind AND coalesce(:deduction_fen, 0) > line.gross_fen * most_bp / 10000
  UNION ALL SELECT 'DEDUCTION_TOO_HIGH', 'deduction_fen', total.deduction_fen || ' >= ' || line.gross_fen FROM line, total
    WHERE total.deduction_fen >= line.gross_fen
),
kept AS (
  INSERT INTO deduction (project_code, sheet_code, worker_number, deduction_kind, deduction_fen, deduction_reason)
  SELECT :project_code, :sheet_code, :worker_number, :deduction_kind, coalesce(:deduction_fen, 0), :deduction_reason
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, sheet_code, worker_number, deduction_kind) DO UPDATE SET deduction_fen = excluded.deduction_fen,
    deduction_reason = excluded.deduction_reason
),
reckoned AS (
  UPDATE wage_line l SET deduction_fen = total.deduction_fen, net_fen = l.gross_fen - total.deduction_fen FROM total
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = :worker_number
    AND NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  UPDATE wage_sheet w SET deduction_fen = w.deduction_fen - line.deduction_fen + total.deduction_fen,
    net_fen = w.net_fen + line.deduction_fen - total.deduction_fen,
    relief_net_fen = w.relief_net_fen + CASE line.pay_class WHEN 'WORK_RELIEF_SERVICE' THEN line.deduction_fen - total.deduction_fen ELSE 0 END
  FROM line, total WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code, w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen,
    w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
