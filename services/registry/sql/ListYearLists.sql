-- ListYearListsRequest -> ListYearListsReply.rows[]
-- Every bureau that must send one: the members of the day, and whoever has entries in the year.
SELECT u.unit_id, u.unit_name, s.submission_number, s.submitted_date, s.nil_list, s.entry_count, s.total_investment_fen, s.expected_workers,
  coalesce(held.entries, 0)::int4 AS registered_count, year_list_due(:list_year, u.division_code) AS list_due_date,
  coalesce(first.submitted_date, d.day) > year_list_due(:list_year, u.division_code) AS late, u.unit_id AS page_key
FROM (SELECT coalesce(:as_of_date::date, :call.today) AS day) d CROSS JOIN unit u
LEFT JOIN list_submission s ON s.unit_id = u.unit_id AND s.list_year = :list_year AND s.submitted_date <= d.day
  AND (s.superseded_date IS NULL OR d.day < s.superseded_date)
LEFT JOIN list_submission first ON (first.unit_id, first.list_year, first.submission_number) = (u.unit_id, :list_year, 1)
  AND first.submitted_date <= d.day
LEFT JOIN (
  SELECT p.bureau_unit_id AS unit_id, count(*) AS entries FROM list_entry e JOIN project p USING (project_code)
  WHERE e.list_year = :list_year AND e.list_state <> 'REMOVED' GROUP BY p.bureau_unit_id
) held ON held.unit_id = u.unit_id
WHERE u.unit_kind IN ('BUREAU', 'PLATFORM_COMPANY') AND (:page_token IS NULL OR u.unit_id > :page_token)
  AND (:call.sees_all OR u.unit_id = :call.unit) AND (NOT :missing_only OR s.unit_id IS NULL)
  AND (s.unit_id IS NOT NULL OR held.entries > 0 OR EXISTS (SELECT 1 FROM unit_membership m WHERE m.unit_id = u.unit_id AND m.valid_from <= d.day
       AND (m.valid_to IS NULL OR d.day < m.valid_to)))
ORDER BY u.unit_id LIMIT :call.limit
