-- GetYearGroundRequest -> YearFacts
-- What this gateway itself knows of a year: the newest consolidation of each quarter, of this year and the one before. A project counts once
-- though it stands in four quarters, a person once though he worked in four (R196); a project of two units is in no sum, as in the quarter.
WITH newest AS (
  SELECT quarter, max(consolidation_number) AS consolidation_number FROM consolidation
  WHERE left(quarter, 4)::int4 IN (:report_year, :report_year - 1) GROUP BY quarter),
standing AS (SELECT u.* FROM newest n JOIN consolidation_unit u USING (quarter, consolidation_number)),
found AS MATERIALIZED (
  SELECT left(s.quarter, 4)::int4 AS year, s.quarter, s.unit_id, s.unit_name, l.report_code, l.line_number, l.project_code, l.project_state,
    coalesce(l.field, 'UNSPECIFIED') AS field, l.total_investment_fen, l.day_hundredths, l.due_fen, l.paid_fen, l.finding_count, l.rectified_count,
    l.dividend_fen, l.cumulative_absorbed_count, coalesce(l.origin_unit_id, s.unit_id) AS origin_unit_id
  FROM standing s JOIN report_line l USING (report_code) WHERE s.report_state = 'ACCEPTED' AND l.is_counted),
-- Here and below: IN .. IS TRUE looks up in a table of its own. Nothing is joined with what was counted here: of that the planner knows no size.
conflict AS (SELECT quarter, project_code FROM found GROUP BY quarter, project_code HAVING min(origin_unit_id) <> max(origin_unit_id)),
line AS (SELECT f.*, ((f.quarter, f.project_code) IN (SELECT c.quarter, c.project_code FROM conflict c)) IS TRUE AS is_conflict FROM found f),
-- A project stands where its last line of the year says. Lines of one field and unit go into the same rows: alike_key.
placed AS MATERIALIZED (
  SELECT r.*, (last_field || chr(31) || last_unit) COLLATE "C" AS alike_key FROM (
    SELECT l.*, row_number() OVER project = 1 AS is_last, first_value(field) OVER project AS last_field, first_value(unit_id) OVER project AS last_unit
    FROM line l WHERE NOT is_conflict WINDOW project AS (PARTITION BY year, project_code ORDER BY quarter DESC)) r),
sums AS (
  SELECT a.year, k.kind, k.key, sum(project_count)::int4 AS project_count, sum(started_count)::int4 AS started_count,
    sum(total_investment_fen)::int8 AS total_investment_fen, sum(total_investment_unknown_count)::int4 AS total_investment_unknown_count,
    sum(day_hundredths)::int8 AS day_hundredths, sum(due_fen)::int8 AS due_fen, sum(paid_fen)::int8 AS paid_fen,
    sum(finding_count)::int4 AS finding_count, sum(rectified_count)::int4 AS rectified_count, sum(dividend_fen)::int8 AS dividend_fen,
    max(least_people) AS least_people
  FROM (
    SELECT year, alike_key, count(*) FILTER (WHERE is_last) AS project_count,
      count(*) FILTER (WHERE is_last AND project_state IN ('CONSTRUCTION', 'SUSPENDED', 'COMPLETED', 'ACCEPTED', 'CLOSED')) AS started_count,
      sum(total_investment_fen) FILTER (WHERE is_last) AS total_investment_fen,
      count(*) FILTER (WHERE is_last AND total_investment_fen IS NULL) AS total_investment_unknown_count,
      sum(day_hundredths) AS day_hundredths, sum(due_fen) AS due_fen, sum(paid_fen) AS paid_fen, sum(finding_count) AS finding_count,
      sum(rectified_count) AS rectified_count, sum(dividend_fen) AS dividend_fen, max(cumulative_absorbed_count) AS least_people
    FROM placed GROUP BY year, alike_key) a
    CROSS JOIN LATERAL (VALUES ('ALL', ''), ('FIELD', split_part(a.alike_key, chr(31), 1)), ('UNIT', split_part(a.alike_key, chr(31), 2))) k(kind, key)
  GROUP BY a.year, k.kind, k.key),
-- Whoever stands on alike lines only is counted with them; the others row by row.
token AS MATERIALIZED (
  SELECT p.year, o.worker_token, min(p.alike_key) AS alike_key, max(p.alike_key) AS other_key, bool_or(o.is_local) AS is_local,
    bool_or(o.sex = 'FEMALE') AS is_female, bool_or(o.priority_mask <> 0) AS is_priority
  FROM placed p JOIN report_person o USING (report_code, line_number) GROUP BY p.year, o.worker_token),
elsewhere AS (
  SELECT p.year, k.kind, k.key, o.worker_token, bool_or(o.is_local) AS is_local, bool_or(o.sex = 'FEMALE') AS is_female,
    bool_or(o.priority_mask <> 0) AS is_priority
  FROM placed p JOIN report_person o USING (report_code, line_number)
    CROSS JOIN LATERAL (VALUES ('ALL', ''), ('FIELD', p.last_field), ('UNIT', p.last_unit)) k(kind, key)
  WHERE (SELECT count(*) FROM token WHERE alike_key < other_key) > 0
    AND ((p.year, o.worker_token) IN (SELECT t.year, t.worker_token FROM token t WHERE t.alike_key < t.other_key)) IS TRUE
  GROUP BY p.year, k.kind, k.key, o.worker_token),
heads AS (
  SELECT year, kind, key, sum(people)::int4 AS absorbed_count, sum(locals)::int4 AS local_count, sum(women)::int4 AS female_count,
    sum(priority)::int4 AS priority_count
  FROM (
    SELECT n.year, k.kind, k.key, n.people, n.locals, n.women, n.priority FROM (
      SELECT year, alike_key, count(*) AS people, count(*) FILTER (WHERE is_local) AS locals, count(*) FILTER (WHERE is_female) AS women,
        count(*) FILTER (WHERE is_priority) AS priority
      FROM token WHERE alike_key = other_key GROUP BY year, alike_key) n
      CROSS JOIN LATERAL (VALUES ('ALL', ''), ('FIELD', split_part(n.alike_key, chr(31), 1)), ('UNIT', split_part(n.alike_key, chr(31), 2))) k(kind, key)
    UNION ALL
    SELECT year, kind, key, count(*), count(*) FILTER (WHERE is_local), count(*) FILTER (WHERE is_female), count(*) FILTER (WHERE is_priority)
    FROM elsewhere GROUP BY year, kind, key) part
  GROUP BY year, kind, key),
-- Levels beneath send no tokens: their newest report of the year holds the year's people, by number alone (what part of them was what, it does not).
level AS (
  SELECT DISTINCT ON (left(s.quarter, 4), s.unit_id) left(s.quarter, 4)::int4 AS year, s.unit_id, s.report_code
  FROM standing s JOIN report r USING (report_code) WHERE s.report_state = 'ACCEPTED' AND r.bears_totals
  ORDER BY left(s.quarter, 4), s.unit_id, s.quarter DESC),
level_heads AS (
  SELECT v.year, k.kind, k.key, sum(h.cumulative_absorbed_count)::int4 AS absorbed_count
  FROM level v JOIN report_heads h USING (report_code)
    CROSS JOIN LATERAL (VALUES (h.total_kind, h.total_key), (CASE h.total_kind WHEN 'ALL' THEN 'UNIT' END, v.unit_id)) k(kind, key)
  WHERE (h.total_kind IN ('ALL', 'FIELD')) AND k.kind IS NOT NULL GROUP BY v.year, k.kind, k.key),
left_out AS ( -- people of a level's report on what is in no sum
  SELECT l.year, k.kind, k.key, sum(l.cumulative_absorbed_count)::int4 AS people
  FROM line l CROSS JOIN LATERAL (VALUES ('ALL', ''), ('FIELD', l.field), ('UNIT', l.unit_id)) k(kind, key)
  WHERE l.is_conflict AND l.report_code IN (SELECT report_code FROM level) GROUP BY l.year, k.kind, k.key),
total AS (
  SELECT w.year, w.kind, json_build_object('total_key', w.key, 'total_name', CASE w.kind WHEN 'UNIT' THEN coalesce(u.unit_name, w.key) END,
    'project_count', w.project_count, 'started_count', w.started_count, 'total_investment_fen', w.total_investment_fen,
    'total_investment_unknown_count', w.total_investment_unknown_count, 'absorbed_count', n.people, 'parts_unknown', v.absorbed_count > 0,
    'local_count', coalesce(h.local_count, 0), 'female_count', coalesce(h.female_count, 0), 'priority_count', coalesce(h.priority_count, 0),
    'day_hundredths', w.day_hundredths, 'due_fen', w.due_fen, 'paid_fen', w.paid_fen, 'per_head_fen', w.paid_fen / nullif(n.people, 0),
    'finding_count', w.finding_count, 'rectified_count', w.rectified_count, 'dividend_fen', w.dividend_fen) AS facts, w.key
  FROM sums w LEFT JOIN heads h USING (year, kind, key) LEFT JOIN level_heads v USING (year, kind, key)
    LEFT JOIN left_out o USING (year, kind, key) CROSS JOIN LATERAL (SELECT greatest(coalesce(h.absorbed_count, 0) + coalesce(v.absorbed_count, 0)
      - coalesce(o.people, 0), w.least_people) AS people) n
    LEFT JOIN unit u ON u.unit_id = w.key),
quarters AS (
  SELECT n.quarter, json_build_object('quarter', n.quarter, 'consolidation_number', n.consolidation_number,
    'expected_count', (SELECT count(*) FROM standing s WHERE s.quarter = n.quarter),
    'accepted_count', (SELECT count(*) FROM standing s WHERE s.quarter = n.quarter AND s.report_state = 'ACCEPTED'),
    'late_count', (SELECT count(*) FROM standing s WHERE s.quarter = n.quarter AND s.is_late),
    'missing_count', (SELECT count(*) FROM standing s WHERE s.quarter = n.quarter AND s.report_state IN ('MISSING', 'DRAFT')),
    'overtaken_count', (SELECT count(*) FROM standing s JOIN unit_standing now USING (quarter, unit_id) WHERE s.quarter = n.quarter
      AND now.report_state IN ('SUBMITTED', 'ACCEPTED', 'RETURNED')
      AND (now.report_code, now.report_state) IS DISTINCT FROM (s.report_code, s.report_state)),
    'project_count', t.project_count, 'absorbed_count', t.absorbed_count, 'day_hundredths', t.day_hundredths, 'due_fen', t.due_fen,
    'paid_fen', t.paid_fen) AS facts
  FROM newest n LEFT JOIN consolidation_total t ON (t.quarter, t.consolidation_number, t.total_kind) = (n.quarter, n.consolidation_number, 'ALL')
  WHERE left(n.quarter, 4)::int4 = :report_year),
lacking AS (
  SELECT s.unit_id, max(s.unit_name) AS unit_name, (count(*) FILTER (WHERE s.is_late))::int4 AS late_count,
    coalesce(json_agg(s.quarter ORDER BY s.quarter) FILTER (WHERE s.report_state IN ('MISSING', 'DRAFT')), '[]') AS missing_quarters
  FROM standing s WHERE left(s.quarter, 4)::int4 = :report_year AND (s.is_late OR s.report_state IN ('MISSING', 'DRAFT')) GROUP BY s.unit_id)
SELECT 1 AS content_version, :report_year AS report_year, :call.today AS as_of_date, year_due(:report_year) AS due_date,
  coalesce((SELECT unit_name FROM unit WHERE unit_id = :issuer_unit_id), :issuer_unit_id) AS issuer_name,
  (SELECT json_agg(json_build_object('recipient_kind', r.recipient_kind, 'recipient_name', r.recipient_name) ORDER BY r.recipient_number)
   FROM year_recipient r WHERE r.valid_from = year_policy_of(:report_year)) AS recipients,
  (SELECT json_agg(facts ORDER BY quarter) FROM quarters) AS quarters,
  (SELECT array_agg(q ORDER BY q) FROM (SELECT :report_year || 'Q' || n AS q, make_date(:report_year, 3 * n, 1) + interval '1 month' AS over
     FROM generate_series(1, 4) n) y WHERE over <= :call.today AND q NOT IN (SELECT quarter FROM newest)) AS missing_quarters,
  (SELECT facts FROM total WHERE year = :report_year AND kind = 'ALL') AS whole,
  (SELECT json_agg(facts ORDER BY key) FROM total WHERE year = :report_year AND kind = 'FIELD') AS by_field,
  (SELECT json_agg(facts ORDER BY key) FROM (SELECT * FROM total WHERE year = :report_year AND kind = 'UNIT' ORDER BY key LIMIT 300) t) AS by_unit,
  (SELECT count(*)::int4 FROM total WHERE year = :report_year AND kind = 'UNIT') AS unit_count,
  (SELECT facts FROM total WHERE year = :report_year - 1 AND kind = 'ALL') AS former_whole,
  (SELECT json_agg(facts ORDER BY key) FROM total WHERE year = :report_year - 1 AND kind = 'FIELD') AS former_by_field,
  (SELECT count(*)::int4 FROM newest WHERE left(quarter, 4)::int4 = :report_year - 1) AS former_quarter_count,
  (SELECT json_agg(json_build_object('unit_id', unit_id, 'unit_name', unit_name, 'late_count', late_count, 'missing_quarters', missing_quarters)
     ORDER BY unit_id) FROM (SELECT * FROM lacking ORDER BY unit_id LIMIT 300) l) AS units,
  (SELECT count(*)::int4 FROM lacking) AS lacking_unit_count,
  (SELECT json_agg(json_build_object('item_code', i.item_code, 'item_note', i.item_note, 'owner_unit_id', i.owner_unit_id,
     'unit_name', coalesce(u.unit_name, i.owner_unit_id), 'due_date', i.due_date, 'late_days', :call.today - i.due_date, 'item_state', i.item_state)
     ORDER BY i.due_date, i.item_code)
   FROM agreed_item i LEFT JOIN unit u ON u.unit_id = i.owner_unit_id
   WHERE i.due_date < :call.today AND i.item_state NOT IN ('DONE', 'DROPPED')) AS items
