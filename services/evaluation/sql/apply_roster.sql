-- AgreementsChanged -> Nothing
INSERT INTO roster (project_code, worker_number)
SELECT DISTINCT :project_code, worker_number FROM unnest(:rows.worker_number) AS r(worker_number) WHERE worker_number IS NOT NULL
ON CONFLICT DO NOTHING
