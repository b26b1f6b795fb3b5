-- SetYearPolicyRequest -> YearPolicy
-- Said again for the same day it replaces what was said; what holds already is never changed.
WITH given AS (
  SELECT r.place::int4 AS recipient_number, r.recipient_kind, r.recipient_name
  FROM unnest(:recipients.recipient_kind, :recipients.recipient_name) WITH ORDINALITY r(recipient_kind, recipient_name, place)
  WHERE r.recipient_name IS NOT NULL),
problem AS (
  SELECT 'POLICY_IN_PAST' AS refusal, 'valid_from_date' AS refusal_path, :valid_from_date::text AS refusal_detail
    WHERE :valid_from_date::date < :call.today
  UNION ALL SELECT 'YEAR_DUE_DAY', 'due_month_number', :due_month_number::text WHERE :due_month_number NOT BETWEEN 1 AND 12
  UNION ALL SELECT 'YEAR_DUE_DAY', 'due_day', :due_day::text WHERE :due_day NOT BETWEEN 1 AND 31
  UNION ALL SELECT 'YEAR_RECIPIENTS', 'recipients', NULL WHERE NOT EXISTS (SELECT 1 FROM given)
  UNION ALL SELECT 'YEAR_RECIPIENTS', format('recipients[%s].recipient_kind', recipient_number - 1), recipient_name FROM given
    WHERE recipient_kind IS NULL
  UNION ALL SELECT 'YEAR_RECIPIENTS', format('recipients[%s].recipient_name', g.recipient_number - 1), g.recipient_name FROM given g
    WHERE EXISTS (SELECT 1 FROM given o WHERE o.recipient_name = g.recipient_name AND o.recipient_number < g.recipient_number)),
changed AS (
  INSERT INTO year_policy (valid_from, due_month_number, due_day, due_next_year, basis_note, set_by, set_at)
  SELECT :valid_from_date::date, :due_month_number, :due_day, :due_next_year, :basis_note, :call.principal, :call.now
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (valid_from) DO UPDATE SET due_month_number = excluded.due_month_number, due_day = excluded.due_day, due_next_year = excluded.due_next_year,
    basis_note = excluded.basis_note, set_by = excluded.set_by, set_at = excluded.set_at
  RETURNING valid_from, due_month_number, due_day, due_next_year, basis_note),
gone AS (
  DELETE FROM year_recipient r USING changed c WHERE r.valid_from = c.valid_from AND r.recipient_number > (SELECT count(*) FROM given)),
kept AS (
  INSERT INTO year_recipient (valid_from, recipient_number, recipient_kind, recipient_name)
  SELECT c.valid_from, g.recipient_number, g.recipient_kind, g.recipient_name FROM changed c CROSS JOIN given g
  ON CONFLICT (valid_from, recipient_number) DO UPDATE SET recipient_kind = excluded.recipient_kind, recipient_name = excluded.recipient_name)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.valid_from AS valid_from_date, c.due_month_number, c.due_day, c.due_next_year, c.basis_note,
  CASE WHEN c.valid_from IS NOT NULL THEN (SELECT json_agg(json_build_object('recipient_kind', recipient_kind, 'recipient_name', recipient_name)
    ORDER BY recipient_number) FROM given) END AS recipients
FROM problem p FULL JOIN changed c ON false
