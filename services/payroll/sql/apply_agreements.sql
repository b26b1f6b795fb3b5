-- AgreementsChanged -> Nothing
INSERT INTO agreement_end (project_code, agreement_code, worker_number, end_date)
SELECT :project_code, agreement_code, worker_number, end_date FROM unnest(:rows.agreement_code, :rows.worker_number, :rows.end_date)
  AS r(agreement_code, worker_number, end_date) WHERE agreement_code IS NOT NULL AND end_date IS NOT NULL
ON CONFLICT (project_code, agreement_code) DO UPDATE SET worker_number = excluded.worker_number, end_date = excluded.end_date
