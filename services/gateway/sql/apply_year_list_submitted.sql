-- YearListSubmitted -> Nothing
INSERT INTO year_list (list_year, unit_id, submission_number, nil_list, entry_count, submitted_date, first_submitted_date)
VALUES (:list_year, :unit_id, coalesce(:submission_number, 1), coalesce(:nil_list, false), coalesce(:entry_count, 0), :submitted_date::date,
  :submitted_date::date)
ON CONFLICT (list_year, unit_id) DO UPDATE SET submission_number = excluded.submission_number, nil_list = excluded.nil_list,
  entry_count = excluded.entry_count, submitted_date = excluded.submitted_date
