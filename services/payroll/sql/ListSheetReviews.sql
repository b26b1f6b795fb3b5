-- ListSheetReviewsRequest -> SheetReviewPage.rows[]
SELECT review_kind || ' ' || lpad(review_number::text, 9, '0') AS page_key, r.* FROM (
  SELECT 'SUPERVISOR' AS review_kind, review_number, worker_ledger_ok, pay_ledger_ok, standard_ok, cycle_ok, agreements_ok, review_note, reviewed_by, reviewed_date
  FROM sheet_review WHERE project_code = :project_code AND sheet_code = :sheet_code
  UNION ALL
  SELECT 'TOWNSHIP', review_number, worker_ledger_ok, pay_ledger_ok, NULL, NULL, NULL, review_note, reviewed_by, reviewed_date
  FROM township_review WHERE project_code = :project_code AND sheet_code = :sheet_code
) AS r
WHERE review_kind || ' ' || lpad(review_number::text, 9, '0') > coalesce(:page_token, '')
ORDER BY review_kind, review_number LIMIT :call.limit
