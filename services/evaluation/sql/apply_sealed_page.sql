-- SealedAttendancePage -> Nothing
-- A page may come twice when the follower was stopped in between; the rows are the same.
INSERT INTO attended (project_code, month, worker_number, worker_token, id_number_mask, account_no_token, phone_digest, day_hundredths,
  attended_days, days_text, first_date, last_date, agreement_code, employment_kind, site_role, team_name)
SELECT :project_code, :month, worker_number, worker_token, id_number_mask, account_no_token, phone_digest, coalesce(day_hundredths, 0),
  coalesce(attended_days, 0), coalesce(days_text, ''), first_date, (:month || '-' || substring(days_text FROM '(\d\d):\d+$'))::date,
  agreement_code, employment_kind, site_role, team_name
FROM unnest(:rows.worker_number, :rows.worker_token, :rows.id_number_mask, :rows.account_no_token, :rows.phone_digest,
  :rows.day_hundredths, :rows.attended_days, :rows.days_text, :rows.first_date, :rows.agreement_code, :rows.employment_kind,
  :rows.site_role, :rows.team_name)
  AS r(worker_number, worker_token, id_number_mask, account_no_token, phone_digest, day_hundredths, attended_days, days_text, first_date,
    agreement_code, employment_kind, site_role, team_name)
ON CONFLICT (project_code, month, worker_number) DO UPDATE SET worker_token = excluded.worker_token,
  id_number_mask = excluded.id_number_mask, account_no_token = excluded.account_no_token, phone_digest = excluded.phone_digest,
  day_hundredths = excluded.day_hundredths, attended_days = excluded.attended_days, days_text = excluded.days_text,
  first_date = excluded.first_date, last_date = excluded.last_date, agreement_code = excluded.agreement_code,
  employment_kind = excluded.employment_kind, site_role = excluded.site_role, team_name = excluded.team_name
