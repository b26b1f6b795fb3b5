-- GrantExtensionRequest -> Extension
WITH wanted AS (SELECT * FROM quarter_clock WHERE quarter = :quarter),
problem AS (
  SELECT 'QUARTER_NOT_OPEN' AS refusal, 'quarter' AS refusal_path, :quarter AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM wanted WHERE quarter_state = 'OPEN')
  UNION ALL SELECT 'EXTENSION_BY_PARENT', 'quarter', :quarter FROM wanted WHERE parent_on_time_until IS NOT NULL
  UNION ALL SELECT 'UNIT_NOT_EXPECTED', 'unit_id', :unit_id FROM wanted WHERE parent_on_time_until IS NULL AND NOT EXISTS (
    SELECT 1 FROM quarter_unit e WHERE e.quarter = :quarter AND e.unit_id = :unit_id)
  UNION ALL SELECT 'UNTIL_DATE_PAST', 'until_date', :until_date::text WHERE :until_date::date < :call.today
  UNION ALL SELECT 'EXTENSION_NOT_LONGER', 'until_date', unit_on_time(:quarter, :unit_id)::text FROM wanted
    WHERE :until_date::date <= unit_on_time(:quarter, :unit_id)
  UNION ALL SELECT 'EXTENSION_NEEDLESS', 'unit_id', min(r.report_code) FROM report r
    WHERE r.unit_id = :unit_id AND r.quarter = :quarter AND r.submitted_at IS NOT NULL HAVING count(*) > 0
  UNION ALL SELECT DISTINCT 'DECIDER_IS_AUTHOR', 'unit_id', :call.principal FROM report r
    WHERE r.unit_id = :unit_id AND r.quarter = :quarter AND :call.principal IN (r.made_by, r.checked_by)),
granted AS (
  INSERT INTO report_extension (quarter, unit_id, extension_number, until_date, extension_reason, granted_by, granted_at)
  SELECT :quarter, :unit_id, 1 + (SELECT count(*)::int4 FROM report_extension e WHERE e.quarter = :quarter AND e.unit_id = :unit_id),
    :until_date::date, :extension_reason, :call.principal, :call.now
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING quarter, unit_id, extension_number, until_date, extension_reason, granted_by, granted_at AS granted_at_us)
SELECT p.refusal, p.refusal_path, p.refusal_detail, g.* FROM problem p FULL JOIN granted g ON false
