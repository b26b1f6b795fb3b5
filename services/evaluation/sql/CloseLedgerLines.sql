-- CloseLedgerLinesRequest -> CloseLedgerLinesReply
-- Whatever happened to the sheet while its pages were read has raised change_number: then it stays stale and is read again.
WITH sums AS (
  SELECT coalesce(sum(day_hundredths) FILTER (WHERE pay_class = 'WORK_RELIEF_SERVICE'), 0)::int8 AS relief_hundredths,
    coalesce(sum(bank_fen) FILTER (WHERE pay_method = 'CASH'), 0)::int8 AS cash_fen
  FROM ledger_line WHERE project_code = :project_code AND sheet_code = :sheet_code
)
UPDATE sheet SET lines_number = CASE WHEN change_number = :change_number THEN :change_number ELSE lines_number END,
  lines_seq = CASE WHEN change_number = :change_number THEN :as_of_seq ELSE lines_seq END,
  relief_hundredths = sums.relief_hundredths, cash_fen = sums.cash_fen
FROM sums
WHERE project_code = :project_code AND sheet_code = :sheet_code
RETURNING change_number = lines_number AS is_current
