-- ResolveObjectionRequest -> Objection
-- Dismissed, the line goes on as it stands. Upheld with more, the line is paid as it stands and the rest is owed as back pay. Upheld with
-- less, a line not yet ordered leaves the sheet and a supplementary sheet pays what is right; money that has gone out is not taken back.
WITH raised AS MATERIALIZED (
  SELECT o.objection_state, o.raised_by, s.drawn_by, s.month, o.worker_number, l.line_state, l.held, l.gross_fen, l.deduction_fen, l.net_fen,
    l.day_hundredths, l.pay_class, l.pay_method,
    EXISTS (SELECT 1 FROM objection x WHERE x.project_code = o.project_code AND x.sheet_code = o.sheet_code AND x.worker_number = o.worker_number
      AND x.objection_state = 'OPEN' AND x.objection_number <> o.objection_number) AS others_open,
    (SELECT coalesce(sum(m.gross_fen), 0)::int8 FROM wage_sheet v JOIN wage_line m ON m.project_code = v.project_code AND m.sheet_code = v.sheet_code
     WHERE v.project_code = o.project_code AND v.month = s.month AND v.sheet_state NOT IN ('VOID', 'REOPENED') AND m.worker_number = o.worker_number
       AND m.line_state <> 'SUPERSEDED') AS drawn_fen
  FROM objection o JOIN wage_sheet s ON s.project_code = o.project_code AND s.sheet_code = o.sheet_code
  JOIN wage_line l ON l.project_code = o.project_code AND l.sheet_code = o.sheet_code AND l.worker_number = o.worker_number
  WHERE o.project_code = :project_code AND o.sheet_code = :sheet_code AND o.objection_number = :objection_number
),
problem AS (
  SELECT 'OBJECTION_NOT_FOUND' AS refusal, 'objection_number' AS refusal_path, :objection_number::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM raised)
  UNION ALL SELECT 'OBJECTION_RESOLVED', 'objection_number', objection_state FROM raised WHERE objection_state <> 'OPEN'
  UNION ALL SELECT 'OBJECTION_NEEDS_ANSWER', 'objection_state', NULL FROM raised WHERE :objection_state = 'OPEN'
  UNION ALL SELECT 'OBJECTION_NEEDS_CORRECTION', 'corrected_gross_fen', NULL FROM raised
    WHERE :objection_state = 'UPHELD' AND :corrected_gross_fen IS NULL
  UNION ALL SELECT 'LINE_SUPERSEDED', 'objection_state', worker_number::text FROM raised WHERE :objection_state = 'UPHELD' AND line_state = 'SUPERSEDED'
  UNION ALL SELECT 'LINE_ON_ITS_WAY', 'objection_state', worker_number || ' ' || line_state FROM raised
    WHERE :objection_state = 'UPHELD' AND :corrected_gross_fen < gross_fen AND line_state IN ('ORDERED', 'UNKNOWN')
  UNION ALL SELECT 'CORRECTION_CHANGES_NOTHING', 'corrected_gross_fen', gross_fen::text FROM raised
    WHERE :objection_state = 'UPHELD' AND :corrected_gross_fen = gross_fen
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', drawn_by FROM raised WHERE :call.principal IN (drawn_by, raised_by)
),
decision AS MATERIALIZED (
  SELECT r.*, :objection_state = 'UPHELD' AND :corrected_gross_fen IS NOT NULL AS corrects,
    :objection_state = 'UPHELD' AND coalesce(:corrected_gross_fen < gross_fen, false) AND line_state IN ('CONFIRMED', 'REJECTED') AS supersedes,
    r.held AND NOT r.others_open AS releases
  FROM raised r WHERE NOT EXISTS (SELECT 1 FROM problem)
),
corrected AS (
  INSERT INTO pay_correction (project_code, month, worker_number, correction_number, sheet_code, objection_number, target_fen, is_raise, seal_number,
    correction_reason, decided_by, decided_date)
  SELECT :project_code, d.month, d.worker_number, (SELECT count(*) + 1 FROM pay_correction c WHERE c.project_code = :project_code AND c.month = d.month
      AND c.worker_number = d.worker_number)::int4, :sheet_code, :objection_number, d.drawn_fen - d.gross_fen + :corrected_gross_fen,
    :corrected_gross_fen > d.gross_fen, (SELECT m.seal_number FROM sealed_month m WHERE m.project_code = :project_code AND m.month = d.month),
    :resolution_note, :call.principal, :call.today
  FROM decision d WHERE d.corrects
),
marked AS (
  UPDATE wage_line l SET held = l.held AND NOT d.releases AND NOT d.supersedes,
    line_state = CASE WHEN d.supersedes THEN 'SUPERSEDED' ELSE l.line_state END
  FROM decision d WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = d.worker_number
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, posted_date)
  SELECT :project_code, :call.id, e.debit_account, e.credit_account, e.amount_fen, :sheet_code, :call.today
  FROM decision d, LATERAL (VALUES ('WAGES_PAYABLE', 'LABOUR_COST', d.gross_fen), ('WITHHELD', 'WAGES_PAYABLE', d.deduction_fen))
    AS e(debit_account, credit_account, amount_fen)
  WHERE d.supersedes AND e.amount_fen > 0
),
gone AS (
  SELECT (d.releases OR (d.supersedes AND d.held))::int4 AS held_count, d.supersedes::int4 AS line_count,
    (d.supersedes AND d.line_state = 'REJECTED')::int4 AS failed_count, (d.supersedes AND d.pay_method = 'CASH')::int4 AS cash_count,
    CASE WHEN d.supersedes THEN d.day_hundredths ELSE 0 END AS day_hundredths, CASE WHEN d.supersedes THEN d.gross_fen ELSE 0 END AS gross_fen,
    CASE WHEN d.supersedes THEN d.deduction_fen ELSE 0 END AS deduction_fen, CASE WHEN d.supersedes THEN d.net_fen ELSE 0 END AS net_fen, d.pay_class
  FROM decision d
),
sheet AS (
  UPDATE wage_sheet w SET held_count = w.held_count - g.held_count, line_count = w.line_count - g.line_count,
    confirmed_count = w.confirmed_count - g.line_count, failed_count = w.failed_count - g.failed_count,
    cash_count = w.cash_count - g.cash_count,
    day_hundredths = w.day_hundredths - g.day_hundredths, gross_fen = w.gross_fen - g.gross_fen,
    deduction_fen = w.deduction_fen - g.deduction_fen, net_fen = w.net_fen - g.net_fen,
    relief_gross_fen = w.relief_gross_fen - CASE g.pay_class WHEN 'WORK_RELIEF_SERVICE' THEN g.gross_fen ELSE 0 END,
    relief_net_fen = w.relief_net_fen - CASE g.pay_class WHEN 'WORK_RELIEF_SERVICE' THEN g.net_fen ELSE 0 END,
    contract_gross_fen = w.contract_gross_fen - CASE g.pay_class WHEN 'LABOUR_CONTRACT' THEN g.gross_fen ELSE 0 END,
    staff_gross_fen = w.staff_gross_fen - CASE g.pay_class WHEN 'STAFF' THEN g.gross_fen ELSE 0 END,
    sheet_state = CASE WHEN w.line_count = g.line_count THEN 'VOID'
      WHEN w.sheet_state = 'PARTLY_PAID' AND w.paid_count = w.line_count - g.line_count THEN 'PAID' ELSE w.sheet_state END,
    void_reason = CASE WHEN w.line_count = g.line_count THEN :resolution_note ELSE w.void_reason END,
    settled_date = CASE WHEN w.sheet_state = 'PARTLY_PAID' AND w.paid_count = w.line_count - g.line_count THEN w.last_paid_date
      ELSE w.settled_date END,
    filing_due_date = CASE WHEN w.sheet_state = 'PARTLY_PAID' AND w.paid_count = w.line_count - g.line_count
      THEN :call.today + pay_policy_on('FILING_DAYS', :call.today)::int4 ELSE w.filing_due_date END
  FROM gone g WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code
  RETURNING w.month, w.sheet_state, w.line_count, w.day_hundredths, w.gross_fen, w.deduction_fen, w.net_fen, w.paid_fen, w.failed_count,
    w.unknown_count, w.attendance_digest, w.drawn_date, w.due_date, w.settled_date, w.filed_date, w.team_name, w.sheet_kind, w.relief_gross_fen,
    w.contract_gross_fen, w.staff_gross_fen, w.relief_net_fen, w.earlier_sheet_code
),
changed AS (
  UPDATE objection o SET objection_state = :objection_state, resolution_note = :resolution_note, resolved_by = :call.principal,
    resolved_date = :call.today, corrected_gross_fen = CASE :objection_state WHEN 'UPHELD' THEN :corrected_gross_fen END
  FROM sheet WHERE o.project_code = :project_code AND o.sheet_code = :sheet_code AND o.objection_number = :objection_number
  RETURNING o.project_code, o.sheet_code, o.objection_number, o.worker_number, o.objection_state, o.objection_reason, o.resolution_note,
    o.raised_date, o.resolved_date, o.corrected_gross_fen, sheet.*
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
