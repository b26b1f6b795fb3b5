-- ListYearListStandingsRequest -> YearListStandingPage.rows[]
-- The office sees all, a bureau itself.
SELECT s.unit_id, s.unit_name, s.submission_number, s.submitted_date, s.nil_list, s.entry_count, s.list_due_date, s.is_late, s.listed_count,
  s.unit_id AS page_key
FROM list_standings(:list_year, :call.today) s
WHERE (:call.sees_all OR s.unit_id = :call.unit) AND (NOT :missing_only OR s.submission_number = 0)
  AND (:page_token IS NULL OR s.unit_id > :page_token)
ORDER BY s.unit_id LIMIT :call.limit
