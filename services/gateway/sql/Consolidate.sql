-- ConsolidateRequest -> ConsolidationKey
-- Only accepted reports go in (R192), of them only projects on the year's list or of the special fund (R052). A project that two units report
-- is shown and not summed. People are counted by token: whoever worked for two units is one person (R196). What a project has not published
-- is unknown: such sums hold what is known, beside the number of projects that are missing in them; all unknown is no sum.
-- A report of a level beneath bears no tokens: its people are the distinct counts that it froze, added to the others. A token is made with the key
-- of one district, so that the tokens of two districts are never equal and the sum is the same as counting tokens would give. Of such a report
-- the people on a project that is left out as a conflict are taken off; who worked on another project of it too is then missing in the count:
-- conflict_absorbed_count says how many people this concerns at most.
WITH problem AS (
  SELECT 'QUARTER_UNKNOWN' AS refusal, 'quarter' AS refusal_path, :quarter AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM quarter WHERE quarter = :quarter)),
number AS (
  SELECT coalesce(max(consolidation_number), 0) + 1 AS number FROM consolidation WHERE quarter = :quarter),
made AS (
  INSERT INTO consolidation (quarter, consolidation_number, consolidated_by, consolidated_at)
  SELECT :quarter, number, :call.principal, :call.now FROM number WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
standing AS (
  SELECT e.unit_id, e.unit_name, coalesce(s.report_state, 'MISSING') AS report_state, coalesce(s.is_zero, false) AS is_zero,
    coalesce(s.is_late, false) AS is_late, s.report_code, s.submitted_at
  FROM quarter_unit e LEFT JOIN unit_standing s USING (quarter, unit_id) WHERE e.quarter = :quarter),
frozen AS (
  INSERT INTO consolidation_unit (quarter, consolidation_number, unit_id, unit_name, report_state, is_zero, is_late, report_code, submitted_at)
  SELECT m.quarter, m.consolidation_number, s.unit_id, s.unit_name, s.report_state, s.is_zero, s.is_late, s.report_code, s.submitted_at
  FROM made m CROSS JOIN standing s),
included AS (SELECT s.unit_id, s.report_code, r.bears_totals FROM standing s JOIN report r USING (report_code) WHERE s.report_state = 'ACCEPTED'),
line AS (
  SELECT i.unit_id, i.bears_totals, coalesce(l.origin_unit_id, i.unit_id) AS origin_unit_id, coalesce(l.field, 'UNSPECIFIED') AS field,
    coalesce(l.track, 'UNSPECIFIED') AS track, coalesce(l.list_kind, 'UNSPECIFIED') AS list_kind, coalesce(l.list_level, 'UNSPECIFIED') AS list_level,
    l.absorbed_count, l.local_count, l.female_count, l.priority_count, l.cumulative_absorbed_count, l.report_code, l.line_number, l.project_code, l.project_state, l.total_investment_fen, l.fiscal_fen, l.central_fen, l.planned_pay_fen,
    l.day_hundredths, l.due_fen, l.paid_fen, l.unpaid_fen, l.dividend_fen, l.trainee_count, l.cumulative_due_fen, l.cumulative_paid_fen,
    l.cumulative_day_hundredths
  FROM included i JOIN report_line l USING (report_code) WHERE l.is_counted),
conflict AS (SELECT project_code FROM line GROUP BY project_code HAVING count(DISTINCT origin_unit_id) > 1),
known_conflict AS ( -- within one report: its totals are without them already
  SELECT report_code, project_code FROM line WHERE bears_totals AND project_code IN (SELECT project_code FROM conflict)
  GROUP BY report_code, project_code HAVING count(DISTINCT origin_unit_id) > 1),
left_out AS (
  SELECT CASE WHEN GROUPING(field) = 0 THEN 'FIELD' WHEN GROUPING(track) = 0 THEN 'TRACK' WHEN GROUPING(list_kind) = 0 THEN 'LIST_KIND'
    WHEN GROUPING(list_level) = 0 THEN 'LIST_LEVEL' WHEN GROUPING(unit_id) = 0 THEN 'UNIT' ELSE 'ALL' END AS total_kind,
    coalesce(field, track, list_kind, list_level, unit_id, '') AS total_key, sum(absorbed_count) AS absorbed_count, sum(local_count) AS local_count,
    sum(female_count) AS female_count, sum(priority_count) AS priority_count, sum(cumulative_absorbed_count) AS cumulative_absorbed_count
  FROM line l WHERE bears_totals AND project_code IN (SELECT project_code FROM conflict)
    AND NOT EXISTS (SELECT 1 FROM known_conflict k WHERE k.report_code = l.report_code AND k.project_code = l.project_code)
  GROUP BY GROUPING SETS ((), (field), (track), (list_kind), (list_level), (unit_id))),
level_heads AS (
  SELECT total_kind, total_key, sum(absorbed_count) AS absorbed_count, sum(local_count) AS local_count, sum(female_count) AS female_count,
    sum(priority_count) AS priority_count
  FROM (SELECT h.total_kind, h.total_key, h.absorbed_count, h.local_count, h.female_count, h.priority_count
        FROM included i JOIN report_heads h USING (report_code) WHERE h.total_kind <> 'UNIT'
        UNION ALL SELECT 'UNIT', i.unit_id, h.absorbed_count, h.local_count, h.female_count, h.priority_count
        FROM included i JOIN report_heads h USING (report_code) WHERE h.total_kind = 'ALL'
        UNION ALL SELECT total_kind, total_key, -absorbed_count, -local_count, -female_count, -priority_count FROM left_out) x
  GROUP BY total_kind, total_key),
year_level AS ( -- a level's newest report of the year holds the year's people
  SELECT DISTINCT ON (s.unit_id) s.unit_id, s.report_code FROM unit_standing s JOIN report r USING (report_code)
  WHERE left(s.quarter, 4) = left(:quarter, 4) AND s.quarter <= :quarter AND s.report_state = 'ACCEPTED' AND r.bears_totals
  ORDER BY s.unit_id, s.quarter DESC),
level_year_heads AS (
  SELECT total_kind, total_key, sum(cumulative_absorbed_count) AS cumulative_absorbed_count
  FROM (SELECT h.total_kind, h.total_key, h.cumulative_absorbed_count FROM year_level JOIN report_heads h USING (report_code) WHERE h.total_kind <> 'UNIT'
        UNION ALL SELECT 'UNIT', i.unit_id, h.cumulative_absorbed_count FROM year_level i JOIN report_heads h USING (report_code) WHERE h.total_kind = 'ALL'
        UNION ALL SELECT total_kind, total_key, -cumulative_absorbed_count FROM left_out) x
  GROUP BY total_kind, total_key),
summed AS (SELECT * FROM line WHERE project_code NOT IN (SELECT project_code FROM conflict)),
money AS (
  SELECT CASE WHEN GROUPING(field) = 0 THEN 'FIELD' WHEN GROUPING(track) = 0 THEN 'TRACK' WHEN GROUPING(list_kind) = 0 THEN 'LIST_KIND'
    WHEN GROUPING(list_level) = 0 THEN 'LIST_LEVEL' WHEN GROUPING(unit_id) = 0 THEN 'UNIT' ELSE 'ALL' END AS total_kind,
    coalesce(field, track, list_kind, list_level, unit_id, '') AS total_key,
    count(*)::int4 AS project_count,
    (count(*) FILTER (WHERE project_state IN ('CONSTRUCTION', 'SUSPENDED', 'COMPLETED', 'ACCEPTED', 'CLOSED')))::int4 AS started_count,
    coalesce(sum(total_investment_fen), CASE count(*) WHEN 0 THEN 0 END)::int8 AS total_investment_fen,
    coalesce(sum(fiscal_fen), CASE count(*) WHEN 0 THEN 0 END)::int8 AS fiscal_fen,
    coalesce(sum(central_fen), CASE count(*) WHEN 0 THEN 0 END)::int8 AS central_fen,
    coalesce(sum(planned_pay_fen), CASE count(*) WHEN 0 THEN 0 END)::int8 AS planned_pay_fen,
    (count(*) - count(total_investment_fen))::int4 AS total_investment_unknown_count,
    (count(*) - count(fiscal_fen))::int4 AS fiscal_unknown_count, (count(*) - count(central_fen))::int4 AS central_unknown_count,
    (count(*) - count(planned_pay_fen))::int4 AS planned_pay_unknown_count,
    coalesce(sum(day_hundredths), 0)::int8 AS day_hundredths, coalesce(sum(due_fen), 0)::int8 AS due_fen,
    coalesce(sum(paid_fen), 0)::int8 AS paid_fen, coalesce(sum(unpaid_fen), 0)::int8 AS unpaid_fen,
    coalesce(sum(dividend_fen), 0)::int8 AS dividend_fen, coalesce(sum(cumulative_due_fen), 0)::int8 AS cumulative_due_fen,
    coalesce(sum(cumulative_paid_fen), 0)::int8 AS cumulative_paid_fen, coalesce(sum(cumulative_day_hundredths),
      0)::int8 AS cumulative_day_hundredths,
    coalesce(sum(trainee_count), 0)::int4 AS trainee_count, coalesce(max(absorbed_count), 0) AS least_absorbed,
    coalesce(max(local_count), 0) AS least_local, coalesce(max(female_count), 0) AS least_female, coalesce(max(priority_count), 0) AS least_priority
  FROM summed GROUP BY GROUPING SETS ((), (field), (track), (list_kind), (list_level), (unit_id))),
person AS (
  SELECT s.field, s.track, s.list_kind, s.list_level, s.unit_id, p.worker_token, p.is_local, p.sex, p.priority_mask
  FROM summed s JOIN report_person p USING (report_code, line_number)),
heads AS (
  SELECT CASE WHEN GROUPING(field) = 0 THEN 'FIELD' WHEN GROUPING(track) = 0 THEN 'TRACK' WHEN GROUPING(list_kind) = 0 THEN 'LIST_KIND'
    WHEN GROUPING(list_level) = 0 THEN 'LIST_LEVEL' WHEN GROUPING(unit_id) = 0 THEN 'UNIT' ELSE 'ALL' END AS total_kind,
    coalesce(field, track, list_kind, list_level, unit_id, '') AS total_key,
    count(DISTINCT worker_token)::int4 AS absorbed_count,
    (count(DISTINCT worker_token) FILTER (WHERE is_local))::int4 AS local_count,
    (count(DISTINCT worker_token) FILTER (WHERE sex = 'FEMALE'))::int4 AS female_count,
    (count(DISTINCT worker_token) FILTER (WHERE priority_mask <> 0))::int4 AS priority_count
  FROM person GROUP BY GROUPING SETS ((), (field), (track), (list_kind), (list_level), (unit_id))),
earlier AS (
  SELECT s.unit_id, coalesce(l.field, 'UNSPECIFIED') AS field, coalesce(l.track, 'UNSPECIFIED') AS track,
    coalesce(l.list_kind, 'UNSPECIFIED') AS list_kind, coalesce(l.list_level, 'UNSPECIFIED') AS list_level, p.worker_token
  FROM unit_standing s JOIN report_line l USING (report_code) JOIN report_person p USING (report_code, line_number)
  WHERE left(s.quarter, 4) = left(:quarter, 4) AND s.quarter < :quarter AND s.report_state = 'ACCEPTED' AND l.is_counted
    AND l.project_code NOT IN (SELECT project_code FROM conflict)),
year_heads AS (
  SELECT CASE WHEN GROUPING(field) = 0 THEN 'FIELD' WHEN GROUPING(track) = 0 THEN 'TRACK' WHEN GROUPING(list_kind) = 0 THEN 'LIST_KIND'
    WHEN GROUPING(list_level) = 0 THEN 'LIST_LEVEL' WHEN GROUPING(unit_id) = 0 THEN 'UNIT' ELSE 'ALL' END AS total_kind,
    coalesce(field, track, list_kind, list_level, unit_id, '') AS total_key,
    count(DISTINCT worker_token)::int4 AS cumulative_absorbed_count
  FROM (SELECT field, track, list_kind, list_level, unit_id, worker_token FROM person
        UNION ALL SELECT field, track, list_kind, list_level, unit_id, worker_token FROM earlier) y
  GROUP BY GROUPING SETS ((), (field), (track), (list_kind), (list_level), (unit_id))),
totals AS (
  INSERT INTO consolidation_total (quarter, consolidation_number, total_kind, total_key, project_count, started_count,
    total_investment_fen, fiscal_fen, central_fen, planned_pay_fen, total_investment_unknown_count, fiscal_unknown_count,
    central_unknown_count, planned_pay_unknown_count,
    absorbed_count, local_count, female_count, priority_count, day_hundredths, due_fen, paid_fen, unpaid_fen,
    trainee_count, dividend_fen, cumulative_due_fen, cumulative_paid_fen, cumulative_day_hundredths, cumulative_absorbed_count, per_head_fen,
    conflict_absorbed_count)
  SELECT d.quarter, d.consolidation_number, m.total_kind, m.total_key, m.project_count, m.started_count, m.total_investment_fen,
    m.fiscal_fen, m.central_fen, m.planned_pay_fen, m.total_investment_unknown_count, m.fiscal_unknown_count, m.central_unknown_count,
    m.planned_pay_unknown_count,
    n.absorbed_count, n.local_count, n.female_count, n.priority_count, m.day_hundredths, m.due_fen,
    m.paid_fen, m.unpaid_fen, m.trainee_count, m.dividend_fen, m.cumulative_due_fen, m.cumulative_paid_fen, m.cumulative_day_hundredths,
    n.cumulative_absorbed_count, m.paid_fen / nullif(n.absorbed_count, 0), coalesce(o.absorbed_count, 0)::int4
  FROM made d CROSS JOIN money m LEFT JOIN heads h USING (total_kind, total_key) LEFT JOIN year_heads y USING (total_kind, total_key)
    LEFT JOIN level_heads v USING (total_kind, total_key) LEFT JOIN level_year_heads w USING (total_kind, total_key)
    LEFT JOIN left_out o USING (total_kind, total_key)
    CROSS JOIN LATERAL (SELECT -- never fewer than one project alone had
      greatest(coalesce(h.local_count, 0) + coalesce(v.local_count, 0)::int4, m.least_local) AS local_count,
      greatest(coalesce(h.female_count, 0) + coalesce(v.female_count, 0)::int4, m.least_female) AS female_count,
      greatest(coalesce(h.priority_count, 0) + coalesce(v.priority_count, 0)::int4, m.least_priority) AS priority_count) part
    CROSS JOIN LATERAL (SELECT part.*, greatest(coalesce(h.absorbed_count, 0) + coalesce(v.absorbed_count, 0)::int4, m.least_absorbed,
        part.local_count, part.female_count, part.priority_count) AS absorbed_count,
      coalesce(y.cumulative_absorbed_count, 0) + greatest(coalesce(w.cumulative_absorbed_count, 0), 0)::int4 AS cumulative_absorbed_count) n)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, consolidation_number,
  (SELECT count(*)::int4 FROM included) AS accepted_count, (SELECT count(*)::int4 FROM standing) AS expected_count
FROM made
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL FROM problem
