-- StoreLedgerLinesRequest -> StoreLedgerLinesReply
WITH stored AS (
  INSERT INTO ledger_line AS l (project_code, sheet_code, worker_number, month, id_number_mask, agreement_code, employment_kind,
    day_hundredths, gross_fen, net_fen, line_state, paid_fen, bank_fen, account_no_token, account_no_mask, confirm_method, confirmed_at)
  SELECT s.project_code, s.sheet_code, r.worker_number, s.month, r.id_number_mask, r.agreement_code, r.employment_kind,
    coalesce(r.day_hundredths, 0), coalesce(r.gross_fen, 0), coalesce(r.net_fen, 0), coalesce(r.line_state, ''), coalesce(r.paid_fen, 0),
    r.bank_fen, r.account_no_token, r.account_no_mask, r.confirm_method, r.confirmed_at
  FROM sheet s, unnest(:rows.worker_number, :rows.id_number_mask, :rows.agreement_code, :rows.employment_kind, :rows.day_hundredths,
    :rows.gross_fen, :rows.net_fen, :rows.line_state, :rows.paid_fen, :rows.bank_fen, :rows.account_no_token, :rows.account_no_mask,
    :rows.confirm_method, :rows.confirmed_at_us::timestamptz[])
    AS r(worker_number, id_number_mask, agreement_code, employment_kind, day_hundredths, gross_fen, net_fen, line_state, paid_fen,
      bank_fen, account_no_token, account_no_mask, confirm_method, confirmed_at)
  WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
  ON CONFLICT (project_code, sheet_code, worker_number) DO UPDATE SET day_hundredths = excluded.day_hundredths,
    gross_fen = excluded.gross_fen, net_fen = excluded.net_fen, line_state = excluded.line_state, paid_fen = excluded.paid_fen,
    bank_fen = excluded.bank_fen, account_no_token = excluded.account_no_token, account_no_mask = excluded.account_no_mask,
    confirm_method = excluded.confirm_method, confirmed_at = excluded.confirmed_at
  WHERE (l.day_hundredths, l.gross_fen, l.net_fen, l.line_state, l.paid_fen, l.bank_fen, l.account_no_token, l.account_no_mask,
      l.confirm_method, l.confirmed_at)
    IS DISTINCT FROM (excluded.day_hundredths, excluded.gross_fen, excluded.net_fen, excluded.line_state, excluded.paid_fen,
      excluded.bank_fen, excluded.account_no_token, excluded.account_no_mask, excluded.confirm_method, excluded.confirmed_at)
  RETURNING 1
)
SELECT count(*)::int4 AS stored_count FROM stored
