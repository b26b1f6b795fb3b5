-- RecordReportingPolicyRequest -> Nothing
-- The parent has checked it; weeks offline it may come behind the day from which it holds.
INSERT INTO reporting_policy (valid_from, due_on_working_day, grace_days, grace_in_working_days, close_after_days, remind_before_days,
  remind_every_days, basis_note, set_by, set_at)
VALUES (:valid_from_date::date, coalesce(:due_on_working_day, false), coalesce(:grace_days, 0), coalesce(:grace_in_working_days, false),
  :close_after_days, :remind_before_days, :remind_every_days, :basis_note, :call.principal, :call.now)
ON CONFLICT (valid_from) DO UPDATE SET due_on_working_day = excluded.due_on_working_day, grace_days = excluded.grace_days,
  grace_in_working_days = excluded.grace_in_working_days, close_after_days = excluded.close_after_days,
  remind_before_days = excluded.remind_before_days, remind_every_days = excluded.remind_every_days, basis_note = excluded.basis_note,
  set_by = excluded.set_by, set_at = excluded.set_at
RETURNING valid_from AS valid_from_date
