-- RevealWorkerRequest -> RevealedWorker
-- The journal keeps who asked and why; what goes into it stays sealed. Who only knew the ID number and registered the person again
-- (AddWorkers) learns nothing more of him: it takes the first registration, or an agreement on a project of the unit.
SELECT w.worker_number, w.worker_name, w.id_number, w.phone, w.account_holder, w.account_no, w.bank_name
FROM worker w
WHERE w.worker_number = :worker_number AND :reveal_reason IS NOT NULL
  AND (:call.sees_all
       OR EXISTS (SELECT 1 FROM worker_unit u WHERE u.worker_number = w.worker_number AND u.unit_id = :call.unit AND u.added_at = w.added_at)
       OR EXISTS (SELECT 1 FROM agreement a JOIN project_party p USING (project_code)
                  WHERE a.worker_number = w.worker_number AND p.unit_id = :call.unit))
