-- ListPayRisksRequest -> PayRiskPage.rows[]
WITH line AS (
  SELECT l.*, s.month FROM wage_line l JOIN wage_sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code
  WHERE l.project_code = :project_code AND l.sheet_code = :sheet_code AND l.line_state <> 'SUPERSEDED'
),
median AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY rate_fen) AS rate_fen FROM line),
risk AS (
  SELECT 'SHARED_ACCOUNT' AS pay_risk, l.worker_number, o.worker_number AS other_worker_number, o.account_no_mask AS risk_note
  FROM line l JOIN line o ON o.account_no_token = l.account_no_token AND o.worker_number <> l.worker_number
  UNION ALL
  SELECT 'HOLDER_DIFFERS', worker_number, 0, account_holder FROM line WHERE account_holder <> worker_name
  UNION ALL
  SELECT 'ACCOUNT_MISSING', worker_number, 0, NULL FROM line WHERE account_no IS NULL
  UNION ALL
  SELECT 'RATE_OUTLIER', l.worker_number, 0, l.rate_fen || ' > 2 x ' || m.rate_fen FROM line l, median m WHERE l.rate_fen > 2 * m.rate_fen
  UNION ALL
  SELECT 'DAYS_ABOVE_MONTH', l.worker_number, 0, t.day_hundredths::text
  FROM line l, LATERAL (
    SELECT sum(w.day_hundredths) AS day_hundredths FROM wage_sheet s
    JOIN wage_line w ON w.project_code = s.project_code AND w.sheet_code = s.sheet_code AND w.worker_number = l.worker_number
      AND w.line_state <> 'SUPERSEDED'
    WHERE s.month = l.month AND s.sheet_state <> 'VOID'
  ) AS t
  WHERE t.day_hundredths > 100 * extract(day FROM (l.month || '-01')::date + interval '1 month' - interval '1 day')::int4
)
SELECT pay_risk || ' ' || lpad(worker_number::text, 19, '0') || ' ' || lpad(other_worker_number::text, 19, '0') AS page_key, pay_risk, worker_number,
  other_worker_number, risk_note
FROM risk
WHERE pay_risk || ' ' || lpad(worker_number::text, 19, '0') || ' ' || lpad(other_worker_number::text, 19, '0') > coalesce(:page_token, '')
ORDER BY 1 LIMIT :call.limit
