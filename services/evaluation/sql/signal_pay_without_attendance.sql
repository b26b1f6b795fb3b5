-- ScanFraudRequest -> Nothing
-- Only where the month was sealed at all: a sheet whose attendance has not been followed yet proves nothing. A worker's lines of a month
-- are taken together: a supplementary sheet adds to the regular one.
WITH line AS MATERIALIZED (
  SELECT l.project_code, l.sheet_code, l.month, l.worker_number, l.id_number_mask, l.day_hundredths, l.gross_fen FROM ledger_line l
  JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
  WHERE l.month = :month
),
attendance AS MATERIALIZED (
  SELECT project_code, worker_number, day_hundredths FROM attended WHERE month = :month
),
paid AS (
  SELECT project_code, worker_number, sum(day_hundredths)::int8 AS day_hundredths FROM line GROUP BY project_code, worker_number
),
beyond AS MATERIALIZED (
  SELECT p.project_code, p.worker_number, a.day_hundredths FROM paid p LEFT JOIN attendance a USING (project_code, worker_number)
  WHERE p.day_hundredths > coalesce(a.day_hundredths, 0)
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'PAY_WITHOUT_ATTENDANCE', l.project_code, '', l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, '考勤 ' || coalesce(b.day_hundredths::text, '无') || '（百分之一工日）'
FROM signal_rule_on('PAY_WITHOUT_ATTENDANCE', :call.today) r, beyond b
JOIN line l ON l.project_code = b.project_code AND l.worker_number = b.worker_number
WHERE r.weight > 0 AND EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = b.project_code AND m.month = :month)
