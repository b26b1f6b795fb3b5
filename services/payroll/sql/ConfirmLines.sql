-- ConfirmLinesRequest -> Sheet
-- Each worker confirms his own line by signature, fingerprint or electronically, or an official of the township confirms in his place and
-- says why; the last one confirms the sheet (R127). Each line is found once by its key and then by its place: a join would be planned for
-- a few lines of a sheet and compare thousands with thousands.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
given AS MATERIALIZED (
  SELECT g.*, l.line_state, l.worker_name, l.line_at FROM unnest(:lines.worker_number, :lines.confirm_method, :lines.signature_reference, :lines.witness_name,
      :lines.witness_reason)
    WITH ORDINALITY AS g(worker_number, confirm_method, signature_reference, witness_name, witness_reason, place)
  LEFT JOIN LATERAL (SELECT w.line_state, w.worker_name, w.ctid AS line_at FROM wage_line w
    WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND w.worker_number = g.worker_number LIMIT 1) AS l ON true
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1
    FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ConfirmLines')
  UNION ALL SELECT 'LINE_NOT_FOUND', format('lines[%s].worker_number', place - 1), worker_number::text FROM given, sheet
    WHERE line_state IS NULL
  UNION ALL SELECT 'LINE_CONFIRMED', format('lines[%s].worker_number', place - 1), worker_number::text FROM given
    WHERE line_state <> 'DRAFT'
  UNION ALL SELECT 'CODE_IS_TOLD_BY_THE_WORKER', format('lines[%s].confirm_method', place - 1), worker_number::text FROM given
    WHERE confirm_method = 'CODE'
  UNION ALL SELECT 'WITNESS_NEEDS_REASON', format('lines[%s].%s', place - 1, CASE WHEN witness_name IS NULL THEN 'witness_name' ELSE 'witness_reason' END),
    worker_number::text FROM given WHERE confirm_method = 'WITNESS' AND (witness_name IS NULL OR witness_reason IS NULL)
  UNION ALL SELECT 'WITNESS_IS_PARTY', format('lines[%s].confirm_method', place - 1), :call.unit FROM given
    WHERE confirm_method = 'WITNESS' AND (NOT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
        AND p.relation = 'TOWNSHIP')
      OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit AND p.relation IN ('CONTRACTOR', 'OWNER'))
      OR witness_name = worker_name)
  UNION ALL SELECT 'LINE_TWICE', format('lines[%s].worker_number', max(place) - 1), worker_number::text FROM given
    GROUP BY worker_number HAVING count(*) > 1
),
confirmed AS (
  UPDATE wage_line l SET line_state = 'CONFIRMED', confirm_method = g.confirm_method, signature_reference = g.signature_reference,
    confirmed_by = :call.principal, confirmed_date = :call.today, confirmed_at = :call.now,
    witness_name = CASE g.confirm_method WHEN 'WITNESS' THEN g.witness_name END,
    witness_reason = CASE g.confirm_method WHEN 'WITNESS' THEN g.witness_reason END
  FROM given g WHERE l.ctid = g.line_at AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING l.confirm_method
),
counted AS (
  SELECT count(*)::int4 AS line_count, count(*) FILTER (WHERE confirm_method = 'WITNESS')::int4 AS witness_count FROM confirmed
),
changed AS (
  UPDATE wage_sheet w SET confirmed_count = w.confirmed_count + n.line_count, witness_count = w.witness_count + n.witness_count,
    sheet_state = CASE WHEN w.confirmed_count + n.line_count = w.line_count THEN 'WORKER_CONFIRMED' ELSE w.sheet_state END
  FROM counted n WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code, w.project_code, w.month, w.sheet_state, w.line_count, w.confirmed_count, w.paid_count, w.failed_count,
    w.unknown_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.attendance_digest, w.drawn_by,
    w.drawn_date, w.approved_by, w.publicity_start_date, w.publicity_end_date, w.due_date, w.settled_date, w.filing_due_date,
    w.filed_date, w.predecessor_sheet_code, w.successor_sheet_code, w.void_reason, w.team_name, w.sheet_kind, w.earlier_sheet_code, w.relief_gross_fen, w.contract_gross_fen, w.staff_gross_fen,
    w.relief_net_fen, w.held_count, w.witness_count, w.cash_count
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
