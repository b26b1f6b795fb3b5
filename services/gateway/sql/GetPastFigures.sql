-- GetPastFiguresRequest -> PastFigures
-- The unit's quarters before this one, accepted or at least filed, three years back; what was restated counts as restated. Zero reports
-- are no figures to compare with. A level's lines are too many for a reply and are held against each other in CheckReport and Deliver.
WITH past AS (
  SELECT DISTINCT ON (quarter) report_code, quarter FROM report
  WHERE unit_id = :unit_id AND quarter < :quarter AND report_state IN ('ACCEPTED', 'SUBMITTED') AND NOT is_zero
  ORDER BY quarter DESC, (report_state = 'ACCEPTED') DESC, revision DESC LIMIT 12),
summed AS (
  SELECT p.quarter, sum(l.paid_fen)::int8 AS paid_fen, sum(l.due_fen)::int8 AS due_fen, sum(l.absorbed_count)::int8 AS absorbed_count,
    sum(l.day_hundredths)::int8 AS day_hundredths
  FROM past p JOIN report_line l USING (report_code) WHERE l.is_counted GROUP BY p.quarter)
SELECT :unit_id AS unit_id,
  (SELECT json_agg(row_to_json(s) ORDER BY s.quarter) FROM summed s) AS quarters,
  (SELECT json_agg(json_build_object('quarter', n.quarter, 'project_code', l.project_code, 'invested_fen', l.invested_fen,
    'same_year', left(n.quarter, 4) = left(:quarter, 4), 'cumulative_due_fen', l.cumulative_due_fen, 'cumulative_paid_fen', l.cumulative_paid_fen,
    'cumulative_day_hundredths', l.cumulative_day_hundredths, 'cumulative_absorbed_count', l.cumulative_absorbed_count) ORDER BY l.line_number)
    FROM (SELECT * FROM past ORDER BY quarter DESC LIMIT 1) n JOIN report_line l USING (report_code)
    WHERE l.origin_unit_id IS NULL) AS lines
