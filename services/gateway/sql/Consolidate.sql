-- ConsolidateRequest -> ConsolidationKey
-- Only accepted reports go in (R192), of them only projects on the year's list or of the special fund (R052). A project that two units report
-- is shown and not summed. People are counted by token: whoever worked for two units is one person (R196). What a project has not published
-- is unknown: such sums hold what is known, beside the number of projects that are missing in them; all unknown is no sum.
-- A report of a level beneath bears no tokens: its people are the distinct counts that it froze, added to the others. A token is made with the key
-- of one district, so that the tokens of two districts are never equal and the sum is the same as counting tokens would give. Of such a report
-- the people on a project that is left out as a conflict are taken off; who worked on another project of it too is then missing in the count:
-- conflict_absorbed_count says how many people this concerns at most. Of the year's people and trainees the parts (local, female, ...) are told where
-- every line of the row, and every level that adds to it, tells its own; else they are absent. By place such a report gives its whole where all of it lies in one place
-- of the next level; else the sum of its places, in which who worked in two of them counts twice.
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
    coalesce(l.track, 'UNSPECIFIED') AS track, coalesce(l.list_kind, 'UNSPECIFIED') AS list_kind, coalesce(l.list_level,
      'UNSPECIFIED') AS list_level,
    place_key(f.division_code, l.origin_path) AS place_key, outreach_district(l.origin_path) AS district, f.outreach_required_count,
    total_keys(l, f.division_code, i.unit_id) AS keys, l.report_code, l.line_number, l.project_code, l.project_state, l.total_investment_fen,
      l.fiscal_fen, l.central_fen, l.planned_pay_fen,
    l.day_hundredths, l.due_fen, l.paid_fen, l.unpaid_fen, l.dividend_fen, l.cumulative_due_fen, l.cumulative_paid_fen, l.cumulative_day_hundredths,
    l.absorbed_count, l.local_count, l.female_count, l.priority_count, l.cumulative_absorbed_count, l.trainee_count,
    coalesce(f.safety_trainee_count, 0) AS safety_trainee_count, coalesce(f.skill_trainee_count, 0) AS skill_trainee_count,
    coalesce(f.cumulative_trainee_count, 0) AS cumulative_trainee_count,
    coalesce(says_year_parts(f), false) AS says_parts, f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count,
    f.cumulative_safety_trainee_count, f.cumulative_skill_trainee_count,
    l.posts_offered_count, l.registered_count, l.training_count, l.sheets_due_count, l.sheets_filed_count, l.sheets_late_count,
    l.notices_due_count, l.notices_done_count, l.inspection_count, l.finding_count, l.rectified_count, l.overdue_count,
    f.listed_in_quarter, f.started_in_quarter, f.accepted_in_quarter, f.listed_in_year, f.started_in_year, f.accepted_in_year,
    f.invested_quarter_delta_fen, f.invested_year_delta_fen,
    f.worker_time_count, f.trainee_time_count, f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count, f.visit_count,
    f.model_case_count, f.cumulative_worker_time_count, f.cumulative_training_count, f.cumulative_trainee_time_count,
    f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_dividend_fen,
    coalesce(f.relief_paid_fen, l.paid_fen) AS relief_paid_fen, coalesce(f.cumulative_relief_paid_fen,
      l.cumulative_paid_fen) AS cumulative_relief_paid_fen
  FROM included i JOIN report_line l USING (report_code) LEFT JOIN report_line_figure f USING (report_code, line_number) WHERE l.is_counted),
conflict AS (SELECT project_code FROM line GROUP BY project_code HAVING min(origin_unit_id) <> max(origin_unit_id)),
known_conflict AS ( -- within one report: its totals are without them already
  SELECT report_code, project_code FROM line WHERE bears_totals AND project_code IN (SELECT project_code FROM conflict)
  GROUP BY report_code, project_code HAVING min(origin_unit_id) <> max(origin_unit_id)),
summed AS (SELECT * FROM line WHERE project_code NOT IN (SELECT project_code FROM conflict)),
-- The lines that people are counted of: these, those that are left out of the sums (told apart), and those of the year's earlier quarters. Lines that
-- go into the same rows are alike: whoever stands on alike lines only is counted with them once, and only the others row by row.
source AS MATERIALIZED (
  SELECT x.*, dense_rank() OVER (ORDER BY x.unit_id)::int4 AS unit_number,
    CASE WHEN x.is_summed THEN dense_rank() OVER (ORDER BY x.keys)::int4 END AS alike_number
  FROM (
    SELECT true AS is_now, project_code NOT IN (SELECT project_code FROM conflict) AS is_summed, unit_id, keys, report_code, line_number, says_parts
    FROM line
    WHERE NOT bears_totals
    UNION ALL
    SELECT true, false, i.unit_id, '{}', l.report_code, l.line_number, true FROM included i JOIN report_line l USING (report_code)
    WHERE NOT l.is_counted AND NOT i.bears_totals
    UNION ALL
    SELECT false, true, s.unit_id, total_keys(l, f.division_code, s.unit_id), l.report_code, l.line_number, coalesce(says_year_parts(f), false)
    FROM unit_standing s JOIN report r USING (report_code) JOIN report_line l USING (report_code)
      LEFT JOIN report_line_figure f USING (report_code, line_number)
    WHERE left(s.quarter, 4) = left(:quarter, 4) AND s.quarter < :quarter AND s.report_state = 'ACCEPTED' AND NOT r.bears_totals AND l.is_counted
      AND l.project_code NOT IN (SELECT project_code FROM conflict)) x),
-- Levels beneath: what they counted, less the people on what is left out of their reports.
left_out AS (
  SELECT k.total, sum(l.absorbed_count)::int4 AS absorbed_count, sum(l.local_count)::int4 AS local_count, sum(l.female_count)::int4 AS female_count,
    sum(l.priority_count)::int4 AS priority_count, sum(l.cumulative_absorbed_count)::int4 AS cumulative_absorbed_count,
    sum(l.trainee_count)::int4 AS trainee_count, sum(l.safety_trainee_count)::int4 AS safety_trainee_count,
    sum(l.skill_trainee_count)::int4 AS skill_trainee_count, sum(l.cumulative_trainee_count)::int4 AS cumulative_trainee_count,
    bool_and(l.says_parts) AS says_parts, sum(l.cumulative_local_count)::int4 AS year_locals, sum(l.cumulative_female_count)::int4 AS year_women,
    sum(l.cumulative_priority_count)::int4 AS year_priority, sum(l.cumulative_safety_trainee_count)::int4 AS year_safety,
    sum(l.cumulative_skill_trainee_count)::int4 AS year_skill,
    add_counts(line_group_counts(l.report_code, l.line_number)) AS group_counts
  FROM line l CROSS JOIN LATERAL unnest(l.keys) AS k(total)
  WHERE l.bears_totals AND l.project_code IN (SELECT project_code FROM conflict)
    AND NOT EXISTS (SELECT 1 FROM known_conflict c WHERE c.report_code = l.report_code AND c.project_code = l.project_code)
  GROUP BY k.total),
level_row AS (
  SELECT i.report_code, h.total_kind, h.total_key, h.total_kind = 'ALL' AS is_whole FROM included i JOIN report_heads h USING (report_code)
  WHERE h.total_kind NOT IN ('UNIT', 'TOWNSHIP')
  UNION ALL SELECT i.report_code, 'UNIT', i.unit_id, true FROM included i WHERE i.bears_totals
  UNION ALL SELECT report_code, 'TOWNSHIP', min(place_key),
    true FROM line WHERE bears_totals GROUP BY report_code HAVING min(place_key) = max(place_key)
  UNION ALL SELECT l.report_code, 'TOWNSHIP', h.total_key, false
  FROM (SELECT report_code FROM line WHERE bears_totals GROUP BY report_code HAVING min(place_key) < max(place_key)) l
    JOIN report_heads h USING (report_code) WHERE h.total_kind = 'TOWNSHIP'),
level_heads AS (
  SELECT v.total_kind || '/' || CASE WHEN v.total_kind <> 'TOWNSHIP' OR v.is_whole THEN v.total_key ELSE CASE length(v.total_key)
      WHEN 9 THEN left(v.total_key, 6) WHEN 6 THEN left(v.total_key, 4) WHEN 4 THEN left(v.total_key, 2) ELSE v.total_key END END AS total,
        sum(h.absorbed_count)::int4 AS absorbed_count, sum(h.local_count)::int4 AS local_count, sum(h.female_count)::int4 AS female_count,
        sum(h.priority_count)::int4 AS priority_count, sum(h.cumulative_absorbed_count)::int4 AS cumulative_absorbed_count,
        sum(h.trainee_count)::int4 AS trainee_count, sum(h.safety_trainee_count)::int4 AS safety_trainee_count,
        sum(h.skill_trainee_count)::int4 AS skill_trainee_count, sum(h.cumulative_trainee_count)::int4 AS cumulative_trainee_count,
        add_counts(h.group_counts) AS group_counts
  FROM level_row v JOIN report_heads h ON h.report_code = v.report_code
      AND (h.total_kind, h.total_key) = (CASE WHEN v.is_whole THEN 'ALL' ELSE v.total_kind END, CASE WHEN v.is_whole THEN '' ELSE v.total_key END)
  GROUP BY 1),
year_level AS ( -- a level's newest report of the year holds the year's people
  SELECT DISTINCT ON (s.unit_id) s.unit_id, s.report_code FROM unit_standing s JOIN report r USING (report_code)
  WHERE left(s.quarter, 4) = left(:quarter, 4) AND s.quarter <= :quarter AND s.report_state = 'ACCEPTED' AND r.bears_totals
    AND EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = s.quarter AND e.unit_id = s.unit_id) -- not this node's own, sent up
  ORDER BY s.unit_id, s.quarter DESC),
level_year_heads AS (
  SELECT x.total_kind || '/' || x.total_key AS total, sum(h.cumulative_absorbed_count)::int4 AS cumulative_absorbed_count,
    sum(h.cumulative_trainee_count)::int4 AS cumulative_trainee_count,
    bool_and(h.cumulative_absorbed_count = 0 OR num_nulls(h.cumulative_local_count, h.cumulative_female_count,
      h.cumulative_priority_count) = 0) AS says_people,
    bool_and(h.cumulative_trainee_count = 0 OR num_nulls(h.cumulative_safety_trainee_count, h.cumulative_skill_trainee_count) = 0) AS says_trained,
    sum(h.cumulative_local_count)::int4 AS year_locals, sum(h.cumulative_female_count)::int4 AS year_women,
    sum(h.cumulative_priority_count)::int4 AS year_priority, sum(h.cumulative_safety_trainee_count)::int4 AS year_safety,
    sum(h.cumulative_skill_trainee_count)::int4 AS year_skill
  FROM (SELECT h.total_kind, h.total_key, h.report_code, h.total_kind AS heads_kind, h.total_key AS heads_key
        FROM year_level JOIN report_heads h USING (report_code) WHERE h.total_kind NOT IN ('UNIT', 'TOWNSHIP')
        UNION ALL SELECT 'UNIT', unit_id, report_code, 'ALL', '' FROM year_level
        UNION ALL SELECT total_kind, total_key, report_code, 'ALL', '' FROM level_row WHERE total_kind = 'TOWNSHIP' AND is_whole) x
    JOIN report_heads h ON (h.report_code, h.total_kind, h.total_key) = (x.report_code, x.heads_kind, x.heads_key)
  GROUP BY 1),
money AS (
  SELECT k.total, count(s.project_code)::int4 AS project_count,
    (count(*) FILTER (WHERE project_state IN ('CONSTRUCTION', 'SUSPENDED', 'COMPLETED', 'ACCEPTED', 'CLOSED')))::int4 AS started_count,
    coalesce(sum(total_investment_fen), CASE count(s.project_code) WHEN 0 THEN 0 END)::int8 AS total_investment_fen,
    coalesce(sum(fiscal_fen), CASE count(s.project_code) WHEN 0 THEN 0 END)::int8 AS fiscal_fen,
    coalesce(sum(central_fen), CASE count(s.project_code) WHEN 0 THEN 0 END)::int8 AS central_fen,
    coalesce(sum(planned_pay_fen), CASE count(s.project_code) WHEN 0 THEN 0 END)::int8 AS planned_pay_fen,
    (count(s.project_code) - count(total_investment_fen))::int4 AS total_investment_unknown_count,
    (count(s.project_code) - count(fiscal_fen))::int4 AS fiscal_unknown_count,
    (count(s.project_code) - count(central_fen))::int4 AS central_unknown_count,
    (count(s.project_code) - count(planned_pay_fen))::int4 AS planned_pay_unknown_count,
    coalesce(sum(day_hundredths), 0)::int8 AS day_hundredths, coalesce(sum(due_fen), 0)::int8 AS due_fen,
    coalesce(sum(paid_fen), 0)::int8 AS paid_fen, coalesce(sum(unpaid_fen), 0)::int8 AS unpaid_fen,
    coalesce(sum(dividend_fen), 0)::int8 AS dividend_fen, coalesce(sum(cumulative_due_fen), 0)::int8 AS cumulative_due_fen,
    coalesce(sum(cumulative_paid_fen), 0)::int8 AS cumulative_paid_fen, coalesce(sum(cumulative_day_hundredths),
      0)::int8 AS cumulative_day_hundredths,
    coalesce(max(absorbed_count), 0) AS least_absorbed, coalesce(max(local_count), 0) AS least_local, coalesce(max(female_count),
      0) AS least_female,
    coalesce(max(priority_count), 0) AS least_priority, coalesce(max(trainee_count), 0) AS least_trainee,
    (count(*) FILTER (WHERE s.listed_in_quarter))::int4 AS listed_count,
    (count(*) FILTER (WHERE s.started_in_quarter))::int4 AS begun_count,
    (count(*) FILTER (WHERE s.accepted_in_quarter))::int4 AS accepted_count,
    (count(*) FILTER (WHERE s.listed_in_year))::int4 AS cumulative_listed_count,
    (count(*) FILTER (WHERE s.started_in_year))::int4 AS cumulative_begun_count,
    (count(*) FILTER (WHERE s.accepted_in_year))::int4 AS cumulative_accepted_count,
    coalesce(sum(s.invested_quarter_delta_fen), 0)::int8 AS invested_delta_fen,
    coalesce(sum(s.invested_year_delta_fen), 0)::int8 AS cumulative_invested_delta_fen,
    coalesce(sum(s.posts_offered_count), 0)::int4 AS posts_offered_count,
    coalesce(sum(s.registered_count), 0)::int4 AS registered_count, coalesce(sum(s.training_count), 0)::int4 AS training_count,
    coalesce(sum(s.sheets_due_count), 0)::int4 AS sheets_due_count, coalesce(sum(s.sheets_filed_count), 0)::int4 AS sheets_filed_count,
    coalesce(sum(s.sheets_late_count), 0)::int4 AS sheets_late_count, coalesce(sum(s.notices_due_count), 0)::int4 AS notices_due_count,
    coalesce(sum(s.notices_done_count), 0)::int4 AS notices_done_count, coalesce(sum(s.inspection_count), 0)::int4 AS inspection_count,
    coalesce(sum(s.finding_count), 0)::int4 AS finding_count, coalesce(sum(s.rectified_count), 0)::int4 AS rectified_count,
    coalesce(sum(s.overdue_count), 0)::int4 AS overdue_count, coalesce(sum(s.worker_time_count), 0)::int4 AS worker_time_count,
    coalesce(sum(s.trainee_time_count), 0)::int4 AS trainee_time_count, coalesce(sum(s.post_set_count), 0)::int4 AS post_set_count,
    coalesce(sum(s.post_filled_count), 0)::int4 AS post_filled_count,
    coalesce(sum(s.dividend_beneficiary_count), 0)::int4 AS dividend_beneficiary_count,
    coalesce(sum(s.visit_count), 0)::int4 AS visit_count, coalesce(sum(s.model_case_count), 0)::int4 AS model_case_count,
    coalesce(sum(s.cumulative_worker_time_count), 0)::int4 AS cumulative_worker_time_count,
    coalesce(sum(s.cumulative_training_count), 0)::int4 AS cumulative_training_count,
    coalesce(sum(s.cumulative_trainee_time_count), 0)::int4 AS cumulative_trainee_time_count,
    coalesce(sum(s.cumulative_visit_count), 0)::int4 AS cumulative_visit_count,
    coalesce(sum(s.cumulative_model_case_count), 0)::int4 AS cumulative_model_case_count,
    coalesce(sum(s.cumulative_inspection_count), 0)::int4 AS cumulative_inspection_count,
    coalesce(sum(s.cumulative_finding_count), 0)::int4 AS cumulative_finding_count,
    coalesce(sum(s.cumulative_rectified_count), 0)::int4 AS cumulative_rectified_count,
    coalesce(sum(s.cumulative_dividend_fen), 0)::int8 AS cumulative_dividend_fen,
    coalesce(sum(s.relief_paid_fen), 0)::int8 AS relief_paid_fen,
    coalesce(sum(s.cumulative_relief_paid_fen), 0)::int8 AS cumulative_relief_paid_fen,
    sum(CASE WHEN k.total LIKE 'FUND_SOURCE/%' THEN (SELECT f.approved_fen FROM report_line_fund f WHERE f.report_code = s.report_code
      AND f.line_number = s.line_number AND f.fund_source = substr(k.total, 13)) END)::int8 AS fund_fen,
    (count(*) FILTER (WHERE k.total LIKE 'FUND_SOURCE/%' AND cardinality(s.keys) > 8))::int4 AS shared_project_count,
    (count(s.project_code) - count(s.outreach_required_count))::int4 AS outreach_unknown_count,
    CASE WHEN count(s.project_code) = 0 OR count(s.outreach_required_count) > 0 THEN 0 END AS no_outreach,
    bool_and(s.says_parts OR s.bears_totals) AS says_parts
  FROM (SELECT 1) AS one LEFT JOIN summed s ON true CROSS JOIN LATERAL unnest(coalesce(s.keys, ARRAY['ALL/'])) AS k(total)
  GROUP BY k.total),
-- Each unit that outreach must reach once in each row; where lines differ on it, one that says it was reached is enough.
reached AS (
  SELECT total, count(*)::int4 AS outreach_required_count, (count(*) FILTER (WHERE in_quarter))::int4 AS outreach_reached_count,
    (count(*) FILTER (WHERE in_year))::int4 AS cumulative_outreach_reached_count
  FROM (
    SELECT k.total, bool_or(o.reached_in_quarter) AS in_quarter, bool_or(o.reached_in_year) AS in_year
    FROM summed s JOIN report_line_outreach o USING (report_code, line_number) CROSS JOIN LATERAL unnest(s.keys) AS k(total)
    GROUP BY k.total, s.district, o.unit_id) u
  GROUP BY total),
-- Each person once in each row, whatever he was on any of its lines.
token AS MATERIALIZED (
  SELECT p.worker_token, min(a.alike_number) AS alike_number, max(a.alike_number) AS other_number,
    min(a.unit_number) FILTER (WHERE a.is_now) AS unit_number,
    max(a.unit_number) FILTER (WHERE a.is_now) AS other_unit, bool_or(a.is_now AND a.is_summed) AS is_now,
      bool_or(a.is_now AND a.is_summed AND p.is_local) AS is_local,
    bool_or(a.is_now AND a.is_summed AND p.sex = 'FEMALE') AS is_female,
      bit_or(CASE WHEN a.is_now AND a.is_summed THEN p.priority_mask ELSE 0 END) AS priority_mask,
    bool_or(a.is_summed AND p.is_local) AS year_local, bool_or(a.is_summed AND p.sex = 'FEMALE') AS year_female,
    bool_or(a.is_summed AND p.priority_mask <> 0) AS year_priority
  FROM source a JOIN report_person p USING (report_code, line_number) GROUP BY p.worker_token),
person AS (
  -- IS TRUE: the tokens are looked up in a table of their own, never joined row by row
  SELECT k.total, p.worker_token, bool_or(a.is_now) AS is_now, bool_or(a.is_now AND p.is_local) AS is_local,
    bool_or(a.is_now AND p.sex = 'FEMALE') AS is_female, bit_or(CASE WHEN a.is_now THEN p.priority_mask ELSE 0 END) AS priority_mask,
    bool_or(p.is_local) AS year_local, bool_or(p.sex = 'FEMALE') AS year_female, bool_or(p.priority_mask <> 0) AS year_priority
  FROM source a JOIN report_person p USING (report_code, line_number) CROSS JOIN LATERAL unnest(a.keys) AS k(total)
  WHERE a.is_summed AND (p.worker_token IN (SELECT t.worker_token FROM token t WHERE t.alike_number < t.other_number)) IS TRUE
  GROUP BY k.total, p.worker_token),
part_heads AS (
  SELECT total, count(*) AS year_heads, count(*) FILTER (WHERE year_local) AS year_locals, count(*) FILTER (WHERE year_female) AS year_women,
    count(*) FILTER (WHERE year_priority) AS year_priority, count(*) FILTER (WHERE is_now) AS heads, count(*) FILTER (WHERE is_local) AS locals,
    count(*) FILTER (WHERE is_female) AS women, count(*) FILTER (WHERE priority_mask <> 0) AS priority,
    ARRAY[count(*) FILTER (WHERE priority_mask & 2 <> 0), count(*) FILTER (WHERE priority_mask & 4 <> 0),
      count(*) FILTER (WHERE priority_mask & 8 <> 0), count(*) FILTER (WHERE priority_mask & 16 <> 0),
        count(*) FILTER (WHERE priority_mask & 32 <> 0),
      count(*) FILTER (WHERE priority_mask & 64 <> 0), count(*) FILTER (WHERE priority_mask & 128 <> 0),
      count(*) FILTER (WHERE priority_mask & 256 <> 0), count(*) FILTER (WHERE priority_mask & 512 <> 0),
      count(*) FILTER (WHERE priority_mask & 1024 <> 0), count(*) FILTER (WHERE priority_mask & 2048 <> 0),
      count(*) FILTER (WHERE priority_mask & 4096 <> 0), count(*) FILTER (WHERE priority_mask & 8192 <> 0)]::int4[] AS group_counts
  FROM person GROUP BY total
  UNION ALL
  SELECT k.total, h.year_heads, h.year_locals, h.year_women, h.year_priority, h.heads, h.locals, h.women, h.priority, h.group_counts
  FROM (
    SELECT alike_number, count(*) AS year_heads, count(*) FILTER (WHERE year_local) AS year_locals, count(*) FILTER (WHERE year_female) AS year_women,
      count(*) FILTER (WHERE year_priority) AS year_priority, count(*) FILTER (WHERE is_now) AS heads, count(*) FILTER (WHERE is_local) AS locals,
      count(*) FILTER (WHERE is_female) AS women, count(*) FILTER (WHERE priority_mask <> 0) AS priority,
      ARRAY[count(*) FILTER (WHERE priority_mask & 2 <> 0), count(*) FILTER (WHERE priority_mask & 4 <> 0),
      count(*) FILTER (WHERE priority_mask & 8 <> 0), count(*) FILTER (WHERE priority_mask & 16 <> 0),
        count(*) FILTER (WHERE priority_mask & 32 <> 0),
      count(*) FILTER (WHERE priority_mask & 64 <> 0), count(*) FILTER (WHERE priority_mask & 128 <> 0),
      count(*) FILTER (WHERE priority_mask & 256 <> 0), count(*) FILTER (WHERE priority_mask & 512 <> 0),
      count(*) FILTER (WHERE priority_mask & 1024 <> 0), count(*) FILTER (WHERE priority_mask & 2048 <> 0),
      count(*) FILTER (WHERE priority_mask & 4096 <> 0), count(*) FILTER (WHERE priority_mask & 8192 <> 0)]::int4[] AS group_counts
    FROM token WHERE alike_number = other_number GROUP BY alike_number) h
    JOIN (SELECT DISTINCT alike_number, keys FROM source WHERE is_summed) a USING (alike_number) CROSS JOIN LATERAL unnest(a.keys) AS k(total)),
heads AS (
  SELECT total, sum(year_heads)::int4 AS cumulative_absorbed_count, sum(heads)::int4 AS absorbed_count, sum(locals)::int4 AS local_count,
    sum(women)::int4 AS female_count, sum(priority)::int4 AS priority_count, add_counts(group_counts) AS group_counts,
    sum(year_locals)::int4 AS year_locals, sum(year_women)::int4 AS year_women, sum(year_priority)::int4 AS year_priority
  FROM part_heads GROUP BY total),
taught AS MATERIALIZED ( -- as token, of those who were trained
  SELECT p.worker_token, min(a.alike_number) AS alike_number, max(a.alike_number) AS other_number, bool_or(a.is_now) AS is_now,
    bool_or(a.is_now AND p.safety_trained) AS safety_trained, bool_or(a.is_now AND p.skill_trained) AS skill_trained,
    bool_or(p.safety_trained) AS year_safety, bool_or(p.skill_trained) AS year_skill
  FROM source a JOIN report_trainee p USING (report_code, line_number) WHERE a.is_summed GROUP BY p.worker_token),
trainee AS (
  SELECT k.total, p.worker_token, bool_or(a.is_now) AS is_now, bool_or(a.is_now AND p.safety_trained) AS safety_trained,
    bool_or(a.is_now AND p.skill_trained) AS skill_trained, bool_or(p.safety_trained) AS year_safety, bool_or(p.skill_trained) AS year_skill
  FROM source a JOIN report_trainee p USING (report_code, line_number) CROSS JOIN LATERAL unnest(a.keys) AS k(total)
  WHERE a.is_summed AND (p.worker_token IN (SELECT t.worker_token FROM taught t WHERE t.alike_number < t.other_number)) IS TRUE
  GROUP BY k.total, p.worker_token),
trained AS (
  SELECT total, sum(year_people)::int4 AS cumulative_trainee_count, sum(people)::int4 AS trainee_count, sum(safety)::int4 AS safety_trainee_count,
    sum(skill)::int4 AS skill_trainee_count, sum(year_safety)::int4 AS year_safety, sum(year_skill)::int4 AS year_skill
  FROM (
    SELECT total, count(*) AS year_people, count(*) FILTER (WHERE is_now) AS people, count(*) FILTER (WHERE safety_trained) AS safety,
      count(*) FILTER (WHERE skill_trained) AS skill, count(*) FILTER (WHERE year_safety) AS year_safety, count(*) FILTER (WHERE year_skill) AS year_skill
    FROM trainee GROUP BY total
    UNION ALL
    SELECT k.total, n.year_people, n.people, n.safety, n.skill, n.year_safety, n.year_skill FROM (
      SELECT alike_number, count(*) AS year_people, count(*) FILTER (WHERE is_now) AS people, count(*) FILTER (WHERE safety_trained) AS safety,
        count(*) FILTER (WHERE skill_trained) AS skill, count(*) FILTER (WHERE year_safety) AS year_safety,
        count(*) FILTER (WHERE year_skill) AS year_skill
      FROM taught WHERE alike_number = other_number GROUP BY alike_number) n
      JOIN (SELECT DISTINCT alike_number, keys FROM source WHERE is_summed) a USING (alike_number) CROSS JOIN LATERAL unnest(a.keys) AS k(total)) x
  GROUP BY total),
counted AS ( -- tokens here, and the counts of the levels; never fewer than one project alone had
  SELECT m.total, split_part(m.total, '/', 1) AS total_kind, substr(m.total, 2 + length(split_part(m.total, '/', 1))) AS total_key, part.*,
    coalesce(o.absorbed_count, 0) AS conflict_absorbed_count,
    greatest(coalesce(h.absorbed_count, 0) + coalesce(v.absorbed_count, 0) - coalesce(o.absorbed_count, 0), m.least_absorbed, part.local_count,
      part.female_count, part.priority_count) AS absorbed_count,
    coalesce(h.cumulative_absorbed_count, 0) + greatest(coalesce(w.cumulative_absorbed_count, 0) - coalesce(o.cumulative_absorbed_count, 0), 0)
      AS cumulative_absorbed_count,
    greatest(coalesce(t.trainee_count, 0) + coalesce(v.trainee_count, 0) - coalesce(o.trainee_count, 0), m.least_trainee) AS trainee_count,
    greatest(coalesce(t.safety_trainee_count, 0) + coalesce(v.safety_trainee_count, 0) - coalesce(o.safety_trainee_count, 0),
      0) AS safety_trainee_count,
    greatest(coalesce(t.skill_trainee_count, 0) + coalesce(v.skill_trainee_count, 0) - coalesce(o.skill_trainee_count, 0),
      0) AS skill_trainee_count,
    coalesce(t.cumulative_trainee_count, 0) + greatest(coalesce(w.cumulative_trainee_count, 0) - coalesce(o.cumulative_trainee_count, 0), 0)
      AS cumulative_trainee_count,
    less_counts(plus_counts(coalesce(h.group_counts, '{}'), coalesce(v.group_counts, '{}')), coalesce(o.group_counts, '{}')) AS group_counts
  FROM money m LEFT JOIN heads h USING (total) LEFT JOIN trained t USING (total)
    LEFT JOIN level_heads v USING (total) LEFT JOIN level_year_heads w USING (total) LEFT JOIN left_out o USING (total)
    CROSS JOIN LATERAL (SELECT
      greatest(coalesce(h.local_count, 0) + coalesce(v.local_count, 0) - coalesce(o.local_count, 0), m.least_local) AS local_count,
      greatest(coalesce(h.female_count, 0) + coalesce(v.female_count, 0) - coalesce(o.female_count, 0), m.least_female) AS female_count,
      greatest(coalesce(h.priority_count, 0) + coalesce(v.priority_count, 0) - coalesce(o.priority_count, 0),
        m.least_priority) AS priority_count) part),
-- The parts of the year's people: of a row without lines those of the year's earlier lines must tell it.
year_silent AS (
  SELECT k.total, bool_or(NOT a.says_parts) AS is_silent
  FROM source a CROSS JOIN LATERAL unnest(a.keys) AS k(total) WHERE a.is_summed GROUP BY k.total),
year_part AS (
  SELECT total, people.*, trained.*
  FROM counted n JOIN money m USING (total) LEFT JOIN heads h USING (total) LEFT JOIN trained t USING (total)
    LEFT JOIN level_year_heads w USING (total) LEFT JOIN left_out o USING (total) LEFT JOIN year_silent y USING (total)
    CROSS JOIN LATERAL (SELECT coalesce(o.says_parts, true) AND CASE WHEN m.project_count > 0 THEN m.says_parts ELSE coalesce(NOT y.is_silent, true) END
      AS says_lines) s
    CROSS JOIN LATERAL (
      SELECT (array_agg(CASE WHEN n.cumulative_absorbed_count = 0 THEN 0 WHEN s.says_lines AND coalesce(w.says_people, true) THEN
        least(greatest(coalesce(p.here, 0) + greatest(coalesce(p.below, 0) - coalesce(p.left_out, 0), 0), p.in_quarter), n.cumulative_absorbed_count) END
        ORDER BY p.place)) AS counts
      FROM (VALUES (1, h.year_locals, w.year_locals, o.year_locals, n.local_count), (2, h.year_women, w.year_women, o.year_women, n.female_count),
        (3, h.year_priority, w.year_priority, o.year_priority, n.priority_count)) AS p(place, here, below, left_out, in_quarter)) people(people_counts)
    CROSS JOIN LATERAL (
      SELECT (array_agg(CASE WHEN n.cumulative_trainee_count = 0 THEN 0 WHEN s.says_lines AND coalesce(w.says_trained, true) THEN
        least(greatest(coalesce(p.here, 0) + greatest(coalesce(p.below, 0) - coalesce(p.left_out, 0), 0), p.in_quarter), n.cumulative_trainee_count) END
        ORDER BY p.place)) AS counts
      FROM (VALUES (1, t.year_safety, w.year_safety, o.year_safety, n.safety_trainee_count),
        (2, t.year_skill, w.year_skill, o.year_skill, n.skill_trainee_count)) AS p(place, here, below, left_out, in_quarter)) trained(trained_counts)),
totals AS (
  INSERT INTO consolidation_total (quarter, consolidation_number, total_kind, total_key, project_count, started_count,
    total_investment_fen, fiscal_fen, central_fen, planned_pay_fen, total_investment_unknown_count, fiscal_unknown_count,
    central_unknown_count, planned_pay_unknown_count,
    absorbed_count, local_count, female_count, priority_count, day_hundredths, due_fen, paid_fen, unpaid_fen,
    trainee_count, dividend_fen, cumulative_due_fen, cumulative_paid_fen, cumulative_day_hundredths, cumulative_absorbed_count, per_head_fen,
    conflict_absorbed_count)
  SELECT d.quarter, d.consolidation_number, n.total_kind, n.total_key, m.project_count, m.started_count, m.total_investment_fen,
    m.fiscal_fen, m.central_fen, m.planned_pay_fen, m.total_investment_unknown_count, m.fiscal_unknown_count, m.central_unknown_count,
    m.planned_pay_unknown_count,
    n.absorbed_count, n.local_count, n.female_count, n.priority_count, m.day_hundredths, m.due_fen, m.paid_fen, m.unpaid_fen, n.trainee_count,
    m.dividend_fen, m.cumulative_due_fen, m.cumulative_paid_fen, m.cumulative_day_hundredths, n.cumulative_absorbed_count,
    m.relief_paid_fen / nullif(n.absorbed_count, 0), n.conflict_absorbed_count
  FROM made d CROSS JOIN counted n JOIN money m USING (total)),
figures AS (
  INSERT INTO consolidation_figure (quarter, consolidation_number, total_kind, total_key, group_counts, safety_trainee_count, skill_trainee_count,
    cumulative_trainee_count, cumulative_per_head_fen, fund_fen, shared_project_count,
    listed_count, begun_count, accepted_count, cumulative_listed_count, cumulative_begun_count, cumulative_accepted_count,
    invested_delta_fen, cumulative_invested_delta_fen, posts_offered_count, registered_count, training_count, sheets_due_count,
    sheets_filed_count, sheets_late_count, notices_due_count, notices_done_count, inspection_count, finding_count, rectified_count,
    overdue_count, worker_time_count, trainee_time_count, post_set_count, post_filled_count, dividend_beneficiary_count, visit_count,
    model_case_count, cumulative_worker_time_count, cumulative_training_count, cumulative_trainee_time_count, cumulative_visit_count,
    cumulative_model_case_count, cumulative_inspection_count, cumulative_finding_count, cumulative_rectified_count,
    cumulative_dividend_fen, relief_paid_fen, cumulative_relief_paid_fen, outreach_required_count, outreach_reached_count,
    cumulative_outreach_reached_count, outreach_unknown_count, cumulative_local_count, cumulative_female_count, cumulative_priority_count,
    cumulative_safety_trainee_count, cumulative_skill_trainee_count)
  SELECT d.quarter, d.consolidation_number, n.total_kind, n.total_key, n.group_counts, n.safety_trainee_count, n.skill_trainee_count,
    n.cumulative_trainee_count, m.cumulative_relief_paid_fen / nullif(n.cumulative_absorbed_count, 0), m.fund_fen, m.shared_project_count,
    m.listed_count, m.begun_count, m.accepted_count, m.cumulative_listed_count, m.cumulative_begun_count, m.cumulative_accepted_count,
    m.invested_delta_fen, m.cumulative_invested_delta_fen, m.posts_offered_count, m.registered_count, m.training_count,
    m.sheets_due_count, m.sheets_filed_count, m.sheets_late_count, m.notices_due_count, m.notices_done_count, m.inspection_count,
    m.finding_count, m.rectified_count, m.overdue_count, m.worker_time_count, m.trainee_time_count, m.post_set_count,
    m.post_filled_count, m.dividend_beneficiary_count, m.visit_count, m.model_case_count, m.cumulative_worker_time_count,
    m.cumulative_training_count, m.cumulative_trainee_time_count, m.cumulative_visit_count, m.cumulative_model_case_count,
    m.cumulative_inspection_count, m.cumulative_finding_count, m.cumulative_rectified_count, m.cumulative_dividend_fen,
    m.relief_paid_fen, m.cumulative_relief_paid_fen, coalesce(o.outreach_required_count, m.no_outreach),
    coalesce(o.outreach_reached_count, m.no_outreach), coalesce(o.cumulative_outreach_reached_count, m.no_outreach), m.outreach_unknown_count,
    p.people_counts[1], p.people_counts[2], p.people_counts[3], p.trained_counts[1], p.trained_counts[2]
  FROM made d CROSS JOIN counted n JOIN money m USING (total) JOIN year_part p USING (total) LEFT JOIN reached o USING (total)),
-- Double work: whoever stands in the reports of two units, and has a whole day at one of them on a date on which he worked at the other too.
worked AS MATERIALIZED (
  SELECT i.unit_id, l.project_code, p.* FROM included i JOIN report_person p USING (report_code) JOIN report_line l USING (report_code, line_number)
  WHERE (p.worker_token IN (SELECT t.worker_token FROM token t WHERE t.unit_number < t.other_unit)) IS TRUE),
doubled AS (
  INSERT INTO double_work (quarter, consolidation_number, double_number, worker_token, first_report_code, first_unit_id, first_project_code,
    second_report_code, second_unit_id, second_project_code, work_dates)
  SELECT m.quarter, m.consolidation_number, (row_number() OVER (ORDER BY a.unit_id, b.unit_id, a.project_code, b.project_code,
    a.worker_token))::int4,
    a.worker_token, a.report_code, a.unit_id, a.project_code, b.report_code, b.unit_id, b.project_code,
    mask_dates(m.quarter, d.first_mask, d.second_mask, d.third_mask)
  -- A full join is hashed or merged whatever the planner believes of fresh tables; looped, it would grow with the square of these people.
  FROM made m CROSS JOIN (SELECT a, b FROM worked a FULL JOIN worked b ON b.worker_token = a.worker_token
      WHERE coalesce(a.unit_id < b.unit_id, false) OFFSET 0) pair
    CROSS JOIN LATERAL (SELECT (pair.a).*) a CROSS JOIN LATERAL (SELECT (pair.b).*) b
    CROSS JOIN LATERAL (SELECT
      (a.first_whole_mask & (b.first_whole_mask | b.first_part_mask)) | (a.first_part_mask & b.first_whole_mask) AS first_mask,
      (a.second_whole_mask & (b.second_whole_mask | b.second_part_mask)) | (a.second_part_mask & b.second_whole_mask) AS second_mask,
      (a.third_whole_mask & (b.third_whole_mask | b.third_part_mask)) | (a.third_part_mask & b.third_whole_mask) AS third_mask) d
  WHERE d.first_mask | d.second_mask | d.third_mask <> 0)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, consolidation_number,
  (SELECT count(*)::int4 FROM included) AS accepted_count, (SELECT count(*)::int4 FROM standing) AS expected_count,
  (SELECT json_agg(json_build_object('unit_id', s.unit_id, 'report_state', s.report_state, 'is_zero', s.is_zero, 'is_late', s.is_late,
    'project_count', u.project_count, 'absorbed_count', u.absorbed_count, 'day_hundredths', u.day_hundredths, 'due_fen', u.due_fen,
    'paid_fen', u.paid_fen) ORDER BY s.unit_id)
   FROM standing s LEFT JOIN (
     SELECT n.total_key, n.absorbed_count, m.project_count, m.day_hundredths, m.due_fen, m.paid_fen FROM counted n JOIN money m USING (total)
     WHERE n.total_kind = 'UNIT') u ON u.total_key = s.unit_id) AS units
FROM made
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
