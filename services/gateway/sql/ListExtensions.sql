-- ListExtensionsRequest -> ExtensionPage.rows[]
SELECT quarter, unit_id, extension_number, until_date, extension_reason, granted_by, granted_at AS granted_at_us,
  unit_id || ' ' || lpad(extension_number::text, 6, '0') AS page_key
FROM report_extension e
WHERE quarter = :quarter AND unit_id || ' ' || lpad(extension_number::text, 6, '0') > coalesce(:page_token, '')
  AND (:call.sees_all OR unit_id = :call.unit OR EXISTS (SELECT 1 FROM child_unit c WHERE c.unit_id = e.unit_id AND c.node_unit_id = :call.unit))
ORDER BY unit_id || ' ' || lpad(extension_number::text, 6, '0') LIMIT :call.limit
