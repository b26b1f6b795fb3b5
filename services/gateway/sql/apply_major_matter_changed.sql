-- MajorMatterChanged -> Nothing
INSERT INTO major_matter (matter_code, unit_id, matter_date, matter_title, report_due_date, reported_at)
VALUES (:matter_code, :unit_id, :matter_date::date, coalesce(:matter_title, :matter_code), :report_due_date::date, :reported_at_us::timestamptz)
ON CONFLICT (matter_code) DO UPDATE SET unit_id = excluded.unit_id, matter_date = excluded.matter_date, matter_title = excluded.matter_title,
  report_due_date = excluded.report_due_date, reported_at = coalesce(major_matter.reported_at, excluded.reported_at)
