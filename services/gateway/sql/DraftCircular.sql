-- DraftCircularRequest -> CircularKey
-- The rows of a circular from one consolidation (R192). Nobody is called late or missing before the last day that counts as on time is over
-- (a unit with an extension has its own), nor by a consolidation that what was filed or accepted since has overtaken.
-- The rank goes by the first filing; what was merely noted is no problem to circulate.
WITH consolidated AS (
  SELECT c.quarter, c.consolidation_number, q.due_date, q.on_time_until
  FROM consolidation c JOIN quarter_clock q USING (quarter)
  WHERE c.quarter = :quarter AND (:consolidation_number IS NULL OR c.consolidation_number = :consolidation_number)
  ORDER BY c.consolidation_number DESC LIMIT 1),
standing AS (
  SELECT u.*, f.first_at, (f.first_at AT TIME ZONE 'Asia/Shanghai')::date AS first_date, coalesce(f.was_late, false) AS was_late,
    unit_on_time(u.quarter, u.unit_id) AS last_day
  FROM consolidated c JOIN consolidation_unit u USING (quarter, consolidation_number)
  LEFT JOIN LATERAL (SELECT r.submitted_at AS first_at, r.is_late AS was_late FROM report r WHERE r.quarter = u.quarter AND r.unit_id = u.unit_id
    AND r.submitted_at IS NOT NULL ORDER BY r.revision LIMIT 1) f ON true),
overtaken AS (
  SELECT e.unit_id FROM consolidated c JOIN quarter_unit e USING (quarter) LEFT JOIN unit_standing n USING (quarter, unit_id)
  LEFT JOIN standing s USING (unit_id)
  WHERE n.report_state IN ('SUBMITTED', 'ACCEPTED', 'RETURNED') AND (n.report_code, n.report_state) IS DISTINCT FROM (s.report_code, s.report_state)),
problem AS (
  SELECT 'NOT_CONSOLIDATED' AS refusal, 'quarter' AS refusal_path, :quarter AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM consolidated)
  UNION ALL SELECT 'CIRCULAR_TOO_EARLY', 'quarter', max(s.last_day)::text FROM standing s CROSS JOIN consolidated c
    WHERE :call.today <= CASE WHEN s.first_at IS NULL THEN s.last_day ELSE c.on_time_until END HAVING count(*) > 0
  UNION ALL SELECT 'CONSOLIDATION_OVERTAKEN', 'consolidation_number', string_agg(unit_id, ' ' ORDER BY unit_id) FROM overtaken HAVING count(*) > 0),
replaced AS (
  UPDATE circular SET circular_state = 'REPLACED' WHERE quarter = :quarter AND circular_state = 'DRAFT' AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING circular_number),
made AS (
  INSERT INTO circular (quarter, circular_number, consolidation_number, circular_state, circular_note, as_of_date, issuer_name, due_date,
    on_time_until, made_by, made_at)
  SELECT c.quarter, (SELECT coalesce(max(circular_number), 0) + 1 FROM circular WHERE quarter = :quarter), c.consolidation_number, 'DRAFT',
    :circular_note, :call.today, coalesce((SELECT unit_name FROM unit WHERE unit_id = :call.unit), :call.unit), c.due_date, c.on_time_until,
    :call.principal, :call.now
  FROM consolidated c WHERE NOT EXISTS (SELECT 1 FROM problem) AND (SELECT count(*) FROM replaced) >= 0
  RETURNING *),
ranked AS (
  SELECT s.*, CASE WHEN first_at IS NULL THEN 'MISSING' WHEN was_late THEN 'LATE' ELSE 'ON_TIME' END AS timeliness,
    CASE WHEN was_late THEN greatest(s.first_date - s.last_day, 0) ELSE 0 END AS late_days
  FROM standing s),
units AS (
  INSERT INTO circular_unit (quarter, circular_number, unit_id, unit_name, rank_number, timeliness, first_filed_date, late_days, is_zero)
  SELECT m.quarter, m.circular_number, r.unit_id, r.unit_name,
    rank() OVER (ORDER BY array_position(ARRAY['ON_TIME', 'LATE', 'MISSING'], r.timeliness), r.first_date)::int4,
    r.timeliness, r.first_date, r.late_days, r.is_zero
  FROM made m CROSS JOIN ranked r),
line AS (
  SELECT s.unit_id, s.unit_name, l.project_code FROM standing s JOIN report_line l USING (report_code)
  WHERE s.report_state = 'ACCEPTED' AND l.is_counted),
exception AS (
  SELECT e.exception_rule, s.unit_id, s.unit_name, e.project_code FROM standing s JOIN report_exception e USING (report_code)
  WHERE s.report_state = 'ACCEPTED' AND e.severity IS DISTINCT FROM 'INFO'
  UNION ALL SELECT 'DOUBLE_WORK', s.unit_id, s.unit_name, w.project_code
    FROM made m JOIN double_work_of_line w USING (quarter, consolidation_number) JOIN standing s USING (report_code)
  UNION ALL SELECT 'PROJECT_OF_TWO_UNITS', unit_id, unit_name, project_code FROM line
    WHERE project_code IN (SELECT project_code FROM line GROUP BY project_code HAVING count(DISTINCT unit_id) > 1)),
exceptions AS (
  INSERT INTO circular_exception (quarter, circular_number, exception_rule, exception_count, unit_names)
  SELECT m.quarter, m.circular_number, e.exception_rule, count(DISTINCT coalesce(e.project_code, e.unit_id))::int4,
    array_agg(DISTINCT e.unit_name ORDER BY e.unit_name)
  FROM made m CROSS JOIN exception e GROUP BY m.quarter, m.circular_number, e.exception_rule),
items AS (
  INSERT INTO circular_item (quarter, circular_number, item_code, item_note, owner_unit_id, unit_name, due_date, late_days, item_state)
  SELECT m.quarter, m.circular_number, i.item_code, i.item_note, i.owner_unit_id, coalesce(u.unit_name, i.owner_unit_id), i.due_date,
    m.as_of_date - i.due_date, i.item_state
  FROM made m JOIN agreed_item i ON i.due_date < m.as_of_date AND i.item_state NOT IN ('DONE', 'DROPPED')
  LEFT JOIN unit u ON u.unit_id = i.owner_unit_id),
matters AS (
  INSERT INTO circular_matter (quarter, circular_number, matter_code, unit_id, unit_name, matter_date, matter_title, report_due_date,
    reported_date, report_late)
  SELECT m.quarter, m.circular_number, x.matter_code, x.unit_id, coalesce(u.unit_name, x.unit_id), x.matter_date, x.matter_title,
    x.report_due_date, t.reported_date, coalesce(t.reported_date, m.as_of_date) > x.report_due_date
  FROM made m CROSS JOIN LATERAL (SELECT make_date(left(m.quarter, 4)::int4, right(m.quarter, 1)::int4 * 3 - 2, 1) AS first_day) d
  JOIN major_matter x ON (x.matter_date >= d.first_day AND x.matter_date < d.first_day + interval '3 months')
    OR (x.reported_at IS NULL AND x.matter_date < d.first_day)
  CROSS JOIN LATERAL (SELECT (x.reported_at AT TIME ZONE 'Asia/Shanghai')::date AS reported_date) t
  LEFT JOIN unit u ON u.unit_id = x.unit_id)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, circular_number, circular_state,
  consolidation_number, NULL::text AS document_no, NULL::date AS issued_date
FROM made
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
