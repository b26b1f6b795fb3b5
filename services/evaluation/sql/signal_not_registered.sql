-- ScanFraudRequest -> Nothing
-- Whoever has attendance was registered for it; of the others the roster is asked.
WITH line AS MATERIALIZED (
  SELECT l.project_code, l.sheet_code, l.month, l.worker_number, l.id_number_mask, l.day_hundredths, l.gross_fen FROM ledger_line l
  JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
  WHERE l.month = :month
),
attendance AS MATERIALIZED (
  SELECT project_code, worker_number, day_hundredths FROM attended WHERE month = :month
),
absent AS MATERIALIZED (
  SELECT l.* FROM line l LEFT JOIN attendance a USING (project_code, worker_number) WHERE a.worker_number IS NULL
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'NOT_REGISTERED', l.project_code, l.sheet_code, l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, NULL
FROM signal_rule_on('NOT_REGISTERED', :call.today) r, absent l
WHERE r.weight > 0 AND NOT EXISTS (SELECT 1 FROM roster o WHERE o.project_code = l.project_code AND o.worker_number = l.worker_number)
