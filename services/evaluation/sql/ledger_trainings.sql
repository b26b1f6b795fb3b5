-- ListLedgerMonthsRequest -> LedgerTrainings.rows[]
SELECT t.training_code, t.training_date,
  (SELECT count(*)::int4 FROM trainee e WHERE e.project_code = t.project_code AND e.training_code = t.training_code
   AND NOT EXISTS (SELECT 1 FROM roster r WHERE r.project_code = e.project_code
     AND r.worker_number = e.worker_number)) AS unregistered_count,
  coalesce(t.training_date > p.accept_date, false) AS is_after_acceptance
FROM training t LEFT JOIN project p ON p.project_code = t.project_code
WHERE t.project_code = :project_code ORDER BY t.training_code
