-- GetDelayRequest -> SheetDelay
-- Each day between the month's end and payment, and who held it; days of one stage in a row are one spell.
WITH sheet AS (
  SELECT s.*, coalesce(:as_of_date, :call.today) AS as_of FROM wage_sheet s WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
),
day AS (
  SELECT d.held_on, d.delay_stage, d.held_on - (row_number() OVER (PARTITION BY d.delay_stage ORDER BY d.held_on))::int4 AS run
  FROM sheet s, delay_days(:project_code, :sheet_code, s.as_of) d
),
spell AS (
  SELECT delay_stage, min(held_on) - 1 AS from_date, max(held_on) AS to_date, count(*)::int4 AS held_days FROM day GROUP BY delay_stage, run
)
SELECT s.project_code, s.sheet_code, s.month, s.team_name, s.due_date, s.drawn_date,
  (SELECT m.sealed_date FROM sealed_month m WHERE m.project_code = s.project_code AND m.month = s.month) AS sealed_date, CASE WHEN s.settled_date <= s.as_of THEN s.settled_date END AS settled_date, d.*,
  responsible_for(d.slowest_stage, s.project_code, s.sheet_code) AS responsible_unit_id,
  (SELECT coalesce(json_agg(json_build_object('delay_stage', p.delay_stage, 'from_date', p.from_date, 'to_date', p.to_date, 'held_days', p.held_days,
     'responsible_unit_id', responsible_for(p.delay_stage, s.project_code, s.sheet_code)) ORDER BY p.from_date, p.to_date), '[]') FROM spell p) AS spells
FROM sheet s, LATERAL sheet_delay(s.project_code, s.sheet_code, s.as_of) d
