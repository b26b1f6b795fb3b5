-- CloseLedgerLinesRequest -> CloseLedgerLinesReply
-- Whatever happened to the sheet while its pages were read has raised change_number: then it stays stale and is read again.
UPDATE sheet SET lines_number = CASE WHEN change_number = :change_number THEN :change_number ELSE lines_number END,
  lines_seq = CASE WHEN change_number = :change_number THEN :as_of_seq ELSE lines_seq END,
  relief_hundredths = (SELECT coalesce(sum(l.day_hundredths), 0)::int8 FROM ledger_line l WHERE l.project_code = sheet.project_code
    AND l.sheet_code = sheet.sheet_code AND l.pay_class = 'WORK_RELIEF_SERVICE')
WHERE project_code = :project_code AND sheet_code = :sheet_code
RETURNING change_number = lines_number AS is_current
