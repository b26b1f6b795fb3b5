-- ListQuarterLedgerRowsRequest -> LedgerRowPage.rows[]
-- A project's sealed worker-months in the order of the key: the order in which they are hashed.
SELECT 'ATTENDANCE' AS row_kind, r.project_code, r.month, r.worker_number, w.id_number_mask, r.agreement_code, r.employment_kind,
  r.day_hundredths::int8 AS day_hundredths, r.attended_days, r.first_date, r.month || ' ' || r.worker_number AS page_key
FROM (
  SELECT s.* FROM sealed_worker s
  WHERE s.project_code = :project_code AND s.month BETWEEN left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3 - 2)::text, 2, '0')
      AND left(:quarter, 4) || '-' || lpad((right(:quarter, 1)::int4 * 3)::text, 2, '0')
    AND (s.month, s.worker_number) > (coalesce(split_part(:page_token, ' ', 1), ''), coalesce(split_part(:page_token, ' ', 2), '-1')::int8)
  ORDER BY s.month, s.worker_number LIMIT :call.limit) r LEFT JOIN worker w ON w.worker_number = r.worker_number
ORDER BY r.month, r.worker_number
