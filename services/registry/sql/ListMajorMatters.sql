-- ListMajorMattersRequest -> ListMajorMattersReply.rows[]
-- Told late, or not told and the day is past: that is the alert (R012). A unit sees what it raised, the office and the leads all.
SELECT x.matter_code, x.division_code, x.unit_id, x.matter_date, x.matter_title, x.matter_note, x.about_project_code, x.report_due_date,
  coalesce(first.reported_date, d.day) > x.report_due_date AS report_late,
  (SELECT json_agg(json_strip_nulls(json_build_object('report_number', r.report_number, 'reported_to_name', r.reported_to_name,
     'document_no', r.document_no, 'report_note', r.report_note, 'reported_at_us', (extract(epoch FROM r.reported_at) * 1000000)::int8))
     ORDER BY r.report_number) FROM matter_report r WHERE r.matter_code = x.matter_code AND r.reported_date <= d.day) AS reports,
  x.matter_code AS page_key
FROM (SELECT coalesce(:as_of_date::date, :call.today) AS day) d
JOIN major_matter x ON x.matter_date <= d.day
LEFT JOIN matter_report first ON (first.matter_code, first.report_number) = (x.matter_code, 1) AND first.reported_date <= d.day
WHERE (:page_token IS NULL OR x.matter_code > :page_token) AND (:division_code IS NULL OR x.division_code = :division_code)
  AND (NOT :unreported_only OR first.matter_code IS NULL) AND (NOT :late_only OR coalesce(first.reported_date, d.day) > x.report_due_date)
  AND (x.unit_id = :call.unit OR keeps_mechanism(x.division_code, :call.unit, :call.sees_all))
ORDER BY x.matter_code LIMIT :call.limit
