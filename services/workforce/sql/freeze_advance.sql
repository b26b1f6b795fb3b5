-- FreezeAdvanceRequest -> SealingState
UPDATE sealing_month SET running_digest = coalesce(:running_digest, running_digest), last_worker_number = coalesce(:last_worker_number, last_worker_number),
  finished = :last_worker_number IS NULL
WHERE project_code = :project_code AND month = :month
RETURNING running_digest, finished
