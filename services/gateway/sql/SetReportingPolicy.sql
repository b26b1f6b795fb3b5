-- SetReportingPolicyRequest -> ReportingPolicy
-- Said again for the same day it replaces what was said; what holds already is never changed.
WITH remind AS (SELECT coalesce(array_agg(d ORDER BY d DESC), '{}') AS days, count(*) AS given, count(DISTINCT d) AS distinct_days,
    count(*) FILTER (WHERE d IS NULL OR d NOT BETWEEN 1 AND 60) AS outside FROM unnest(:remind_before_days) AS d),
problem AS (
  SELECT 'POLICY_IN_PAST' AS refusal, 'valid_from_date' AS refusal_path, :valid_from_date::text AS refusal_detail
    WHERE :valid_from_date::date < :call.today
  UNION ALL SELECT 'REMIND_DAYS', 'remind_before_days', NULL FROM remind WHERE outside > 0 OR given <> distinct_days
  UNION ALL SELECT 'REMIND_DAYS', 'remind_every_days', :remind_every_days::text WHERE :remind_every_days NOT BETWEEN 1 AND 60
  UNION ALL SELECT 'POLICY_RANGE', 'grace_days', :grace_days::text WHERE :grace_days > 60
  UNION ALL SELECT 'POLICY_RANGE', 'close_after_days', :close_after_days::text WHERE :close_after_days > 366),
changed AS (
  INSERT INTO reporting_policy (valid_from, due_on_working_day, grace_days, grace_in_working_days, close_after_days, remind_before_days,
    remind_every_days, basis_note, set_by, set_at)
  SELECT :valid_from_date::date, coalesce(:due_on_working_day, false), coalesce(:grace_days, 0), coalesce(:grace_in_working_days, false),
    :close_after_days, remind.days, :remind_every_days, :basis_note, :call.principal, :call.now
  FROM remind WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (valid_from) DO UPDATE SET due_on_working_day = excluded.due_on_working_day, grace_days = excluded.grace_days,
    grace_in_working_days = excluded.grace_in_working_days, close_after_days = excluded.close_after_days,
    remind_before_days = excluded.remind_before_days, remind_every_days = excluded.remind_every_days, basis_note = excluded.basis_note,
    set_by = excluded.set_by, set_at = excluded.set_at
  RETURNING valid_from AS valid_from_date, due_on_working_day, grace_days, grace_in_working_days, close_after_days, remind_before_days,
    remind_every_days, basis_note)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
