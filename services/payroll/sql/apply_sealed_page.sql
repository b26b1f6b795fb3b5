-- SealedAttendancePage -> Nothing
-- A page may come twice when the follower was stopped in between; the rows are the same.
INSERT INTO sealed_attendance (project_code, month, worker_number, worker_name, id_number_mask, account_holder, account_no, account_no_token,
  account_no_mask, bank_name, agreement_code, employment_kind, pay_unit, rate_fen, day_hundredths, team_name, post_name, pay_cycle, pay_day,
  site_role, hours_hundredths, piece_hundredths)
SELECT :project_code, :month, worker_number, coalesce(worker_name, ''), id_number_mask, account_holder, account_no, account_no_token,
  account_no_mask, bank_name, agreement_code, employment_kind, coalesce(pay_unit, 'DAY'), coalesce(rate_fen, 0), coalesce(day_hundredths, 0),
  coalesce(team_name, ''), post_name, pay_cycle, pay_day, site_role, coalesce(hours_hundredths, 0), coalesce(piece_hundredths, 0)
FROM unnest(:rows.worker_number, :rows.worker_name, :rows.id_number_mask, :rows.account_holder, :rows.account_no, :rows.account_no_token,
  :rows.account_no_mask, :rows.bank_name, :rows.agreement_code, :rows.employment_kind, :rows.pay_unit, :rows.rate_fen, :rows.day_hundredths,
  :rows.team_name, :rows.post_name, :rows.pay_cycle, :rows.pay_day, :rows.site_role, :rows.hours_hundredths, :rows.piece_hundredths)
  AS r(worker_number, worker_name, id_number_mask, account_holder, account_no, account_no_token, account_no_mask, bank_name, agreement_code,
  employment_kind, pay_unit, rate_fen, day_hundredths, team_name, post_name, pay_cycle, pay_day, site_role, hours_hundredths, piece_hundredths)
ON CONFLICT (project_code, month, worker_number) DO UPDATE SET worker_name = excluded.worker_name,
  id_number_mask = excluded.id_number_mask, account_holder = excluded.account_holder, account_no = excluded.account_no,
  account_no_token = excluded.account_no_token, account_no_mask = excluded.account_no_mask, bank_name = excluded.bank_name,
  agreement_code = excluded.agreement_code, employment_kind = excluded.employment_kind, pay_unit = excluded.pay_unit,
  rate_fen = excluded.rate_fen, day_hundredths = excluded.day_hundredths, team_name = excluded.team_name, post_name = excluded.post_name,
  pay_cycle = excluded.pay_cycle, pay_day = excluded.pay_day, site_role = excluded.site_role, hours_hundredths = excluded.hours_hundredths,
  piece_hundredths = excluded.piece_hundredths
