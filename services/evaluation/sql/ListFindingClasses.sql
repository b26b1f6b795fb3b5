-- ListFindingClassesRequest -> FindingClassPage.rows[]
-- Of each class the version of the day.
SELECT DISTINCT ON (class_code) class_code AS page_key, class_code, valid_from_date, finding_severity, class_title, english_title, basis_note, duty_note,
  fine_low_fen, fine_high_fen, stops_work, source_note
FROM finding_class WHERE class_code > coalesce(:page_token, '') AND valid_from_date <= coalesce(:on_date, :call.today)
ORDER BY class_code, valid_from_date DESC LIMIT :call.limit
