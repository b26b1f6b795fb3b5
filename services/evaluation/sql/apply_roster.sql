-- AgreementsChanged -> Nothing
WITH given AS (
  SELECT * FROM unnest(:rows.worker_number, :rows.agreement_code, :rows.start_date, :rows.end_date, :rows.age_years, :rows.employment_kind)
    AS r(worker_number, agreement_code, start_date, end_date, age_years, employment_kind)
  WHERE worker_number IS NOT NULL AND agreement_code IS NOT NULL
),
covered AS (
  INSERT INTO agreement (project_code, agreement_code, worker_number, start_date, end_date, age_years, employment_kind)
  SELECT :project_code, agreement_code, worker_number, start_date, end_date, age_years, employment_kind FROM given
  ON CONFLICT (project_code, worker_number, agreement_code) DO UPDATE SET start_date = excluded.start_date, end_date = excluded.end_date,
    age_years = coalesce(excluded.age_years, agreement.age_years), employment_kind = excluded.employment_kind
)
INSERT INTO roster (project_code, worker_number) SELECT DISTINCT :project_code, worker_number FROM given
ON CONFLICT DO NOTHING
