-- ListDividendsRequest -> DividendPage.rows[]
SELECT v.paid_date::text AS page_key, v.project_code, v.plan_code, v.paid_date, v.dividend_fen, v.beneficiary_count, v.dividend_fen / v.beneficiary_count AS average_fen,
  v.recorded_by, v.dividend_note
FROM dividend v
WHERE v.project_code = :project_code AND v.plan_code = :plan_code AND v.paid_date > coalesce(:page_token, '0001-01-01')::date
ORDER BY v.paid_date LIMIT :call.limit
