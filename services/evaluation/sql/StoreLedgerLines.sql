-- StoreLedgerLinesRequest -> StoreLedgerLinesReply
WITH given AS (
  SELECT s.month, r.*
  FROM sheet s, unnest(:rows.worker_number, :rows.id_number_mask, :rows.agreement_code, :rows.employment_kind, :rows.day_hundredths,
    :rows.gross_fen, :rows.net_fen, :rows.line_state, :rows.paid_fen, :rows.bank_fen, :rows.account_no_token, :rows.account_no_mask,
    :rows.confirm_method, :rows.confirmed_at_us::timestamptz[], :rows.pay_class, :rows.pay_method)
    AS r(worker_number, id_number_mask, agreement_code, employment_kind, day_hundredths, gross_fen, net_fen, line_state, paid_fen,
      bank_fen, account_no_token, account_no_mask, confirm_method, confirmed_at, pay_class, pay_method)
  WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
),
superseded AS (
  DELETE FROM ledger_line l USING given g
  WHERE g.line_state = 'SUPERSEDED' AND l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.worker_number = g.worker_number
),
stored AS (
  INSERT INTO ledger_line AS l (project_code, sheet_code, worker_number, month, id_number_mask, agreement_code, employment_kind,
    day_hundredths, gross_fen, net_fen, line_state, paid_fen, bank_fen, account_no_token, account_no_mask, confirm_method, confirmed_at,
    pay_class, pay_method)
  SELECT :project_code, :sheet_code, r.worker_number, r.month, r.id_number_mask, r.agreement_code, r.employment_kind,
    coalesce(r.day_hundredths, 0), coalesce(r.gross_fen, 0), coalesce(r.net_fen, 0), coalesce(r.line_state, ''), coalesce(r.paid_fen, 0),
    r.bank_fen, r.account_no_token, r.account_no_mask, r.confirm_method, r.confirmed_at, coalesce(r.pay_class, 'WORK_RELIEF_SERVICE'), coalesce(r.pay_method, 'BANK')
  FROM given r WHERE r.line_state IS DISTINCT FROM 'SUPERSEDED'
  ON CONFLICT (project_code, sheet_code, worker_number) DO UPDATE SET day_hundredths = excluded.day_hundredths,
    gross_fen = excluded.gross_fen, net_fen = excluded.net_fen, line_state = excluded.line_state, paid_fen = excluded.paid_fen,
    bank_fen = excluded.bank_fen, account_no_token = excluded.account_no_token, account_no_mask = excluded.account_no_mask,
    confirm_method = excluded.confirm_method, confirmed_at = excluded.confirmed_at, pay_class = excluded.pay_class,
    pay_method = excluded.pay_method
  WHERE (l.day_hundredths, l.gross_fen, l.net_fen, l.line_state, l.paid_fen, l.bank_fen, l.account_no_token, l.account_no_mask,
      l.confirm_method, l.confirmed_at, l.pay_class, l.pay_method)
    IS DISTINCT FROM (excluded.day_hundredths, excluded.gross_fen, excluded.net_fen, excluded.line_state, excluded.paid_fen,
      excluded.bank_fen, excluded.account_no_token, excluded.account_no_mask, excluded.confirm_method, excluded.confirmed_at,
      excluded.pay_class, excluded.pay_method)
  RETURNING 1
)
SELECT count(*)::int4 AS stored_count FROM stored
