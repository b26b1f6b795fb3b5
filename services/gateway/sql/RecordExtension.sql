-- RecordExtensionRequest -> Extension
-- What is on record already stays.
WITH recorded AS (
  INSERT INTO report_extension (quarter, unit_id, extension_number, until_date, extension_reason, granted_by, granted_at)
  VALUES (:quarter, :unit_id, :extension_number, :until_date::date, coalesce(:extension_reason, ''), coalesce(:granted_by, ''),
    coalesce(:granted_at_us, :call.now))
  ON CONFLICT (quarter, unit_id, extension_number) DO NOTHING)
SELECT :quarter AS quarter, :unit_id AS unit_id, :extension_number AS extension_number, :until_date::date AS until_date
