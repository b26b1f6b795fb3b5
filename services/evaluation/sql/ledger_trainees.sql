-- ListLedgerMonthsRequest -> FindingRows.rows[]
-- Who signed in at a training and stands in no roster of the project, at most 1,000.
SELECT 'TRAINEE_NOT_REGISTERED' AS finding_kind, e.training_code AS subject, e.training_code, e.worker_number,
  (SELECT min(a.id_number_mask) FROM attended a WHERE a.project_code = e.project_code AND a.worker_number = e.worker_number) AS id_number_mask
FROM trainee e
WHERE e.project_code = :project_code
  AND NOT EXISTS (SELECT 1 FROM roster r WHERE r.project_code = e.project_code AND r.worker_number = e.worker_number)
ORDER BY e.training_code, e.worker_number LIMIT 1000
