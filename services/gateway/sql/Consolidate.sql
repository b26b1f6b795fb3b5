-- ConsolidateRequest -> ConsolidationKey
-- Only accepted reports go in (R192), of them only projects on the year's list or of the special fund (R052). A project that two units report
-- is shown and not summed. People are counted by token: whoever worked for two units is one person (R196). What a project has not published
-- is unknown: such sums hold what is known, beside the number of projects that are missing in them; all unknown is no sum.
-- A report of a level beneath bears no tokens: its people are the distinct counts that it froze, added to the others. A token is made with the key
-- of one district, so that the tokens of two districts are never equal and the sum is the same as counting tokens would give. Of such a report
-- the people on a project that is left out as a conflict are taken off; who worked on another project of it too is then missing in the count:
-- conflict_absorbed_count says how many people this concerns at most. By place such a report gives its whole where all of it lies in one place
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
    coalesce(l.track, 'UNSPECIFIED') AS track, coalesce(l.list_kind, 'UNSPECIFIED') AS list_kind, coalesce(l.list_level, 'UNSPECIFIED') AS list_level,
    place_key(f.division_code, l.origin_path) AS place_key,
    l.report_code, l.line_number, l.project_code, l.project_state, l.total_investment_fen, l.fiscal_fen, l.central_fen, l.planned_pay_fen,
    l.day_hundredths, l.due_fen, l.paid_fen, l.unpaid_fen, l.dividend_fen, l.cumulative_due_fen, l.cumulative_paid_fen, l.cumulative_day_hundredths,
    l.absorbed_count, l.local_count, l.female_count, l.priority_count, l.cumulative_absorbed_count, l.trainee_count,
    coalesce(f.safety_trainee_count, 0) AS safety_trainee_count, coalesce(f.skill_trainee_count, 0) AS skill_trainee_count,
    coalesce(f.cumulative_trainee_count, 0) AS cumulative_trainee_count,
    l.posts_offered_count, l.registered_count, l.training_count, l.sheets_due_count, l.sheets_filed_count, l.sheets_late_count,
    l.notices_due_count, l.notices_done_count, l.inspection_count, l.finding_count, l.rectified_count, l.overdue_count,
    f.listed_in_quarter, f.started_in_quarter, f.accepted_in_quarter, f.listed_in_year, f.started_in_year, f.accepted_in_year,
    f.invested_quarter_delta_fen, f.invested_year_delta_fen,
    f.worker_time_count, f.trainee_time_count, f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count, f.visit_count,
    f.model_case_count, f.cumulative_worker_time_count, f.cumulative_training_count, f.cumulative_trainee_time_count,
    f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_dividend_fen,
    coalesce(f.relief_paid_fen, l.paid_fen) AS relief_paid_fen, coalesce(f.cumulative_relief_paid_fen, l.cumulative_paid_fen) AS cumulative_relief_paid_fen
  FROM included i JOIN report_line l USING (report_code) LEFT JOIN report_line_figure f USING (report_code, line_number) WHERE l.is_counted),
conflict AS (SELECT project_code FROM line GROUP BY project_code HAVING min(origin_unit_id) <> max(origin_unit_id)),
known_conflict AS ( -- within one report: its totals are without them already
  SELECT report_code, project_code FROM line WHERE bears_totals AND project_code IN (SELECT project_code FROM conflict)
  GROUP BY report_code, project_code HAVING min(origin_unit_id) <> max(origin_unit_id)),
summed AS (SELECT * FROM line WHERE project_code NOT IN (SELECT project_code FROM conflict)),
-- The lines that people are counted of: these, and those of the year's earlier quarters. Those that are left out are told apart.
source AS (
  SELECT true AS is_now, project_code NOT IN (SELECT project_code FROM conflict) AS is_summed, unit_id, field, track, list_kind, list_level, place_key,
    report_code, line_number FROM line
  UNION ALL
  SELECT false, true, s.unit_id, coalesce(l.field, 'UNSPECIFIED'), coalesce(l.track, 'UNSPECIFIED'), coalesce(l.list_kind, 'UNSPECIFIED'),
    coalesce(l.list_level, 'UNSPECIFIED'), place_key(f.division_code, l.origin_path), l.report_code, l.line_number
  FROM unit_standing s JOIN report r USING (report_code) JOIN report_line l USING (report_code)
    LEFT JOIN report_line_figure f USING (report_code, line_number)
  WHERE left(s.quarter, 4) = left(:quarter, 4) AND s.quarter < :quarter AND s.report_state = 'ACCEPTED' AND NOT r.bears_totals AND l.is_counted
    AND l.project_code NOT IN (SELECT project_code FROM conflict)),
-- Which rows a line goes into. By source of money it goes into the row of each source, with what that source has approved.
place AS (
  SELECT s.is_now, s.is_summed, s.report_code, s.line_number, k.total_kind, k.total_key, NULL::int8 AS fund_fen, false AS is_shared
  FROM source s CROSS JOIN LATERAL (VALUES ('ALL', ''), ('FIELD', s.field), ('TRACK', s.track), ('LIST_KIND', s.list_kind),
    ('LIST_LEVEL', s.list_level), ('UNIT', s.unit_id), ('TOWNSHIP', s.place_key)) AS k(total_kind, total_key)
  UNION ALL
  SELECT s.is_now, s.is_summed, s.report_code, s.line_number, 'FUND_SOURCE', f.fund_source, f.approved_fen,
    count(*) OVER (PARTITION BY s.report_code, s.line_number) > 1
  FROM source s JOIN report_line_fund f USING (report_code, line_number)),
kind AS MATERIALIZED (
  SELECT total_kind, total_key, row_number() OVER (ORDER BY total_kind, total_key)::int4 AS kind_number
  FROM (SELECT 'ALL' AS total_kind, '' AS total_key UNION SELECT total_kind, total_key FROM place WHERE is_now AND is_summed) k),
member AS MATERIALIZED (SELECT k.kind_number, p.* FROM place p JOIN kind k USING (total_kind, total_key)),
-- Levels beneath: what they counted, less the people on what is left out of their reports.
left_out AS (
  SELECT m.kind_number, sum(l.absorbed_count)::int4 AS absorbed_count, sum(l.local_count)::int4 AS local_count, sum(l.female_count)::int4 AS female_count, sum(l.priority_count)::int4 AS priority_count, sum(l.cumulative_absorbed_count)::int4 AS cumulative_absorbed_count, sum(l.trainee_count)::int4 AS trainee_count, sum(l.safety_trainee_count)::int4 AS safety_trainee_count, sum(l.skill_trainee_count)::int4 AS skill_trainee_count, sum(l.cumulative_trainee_count)::int4 AS cumulative_trainee_count,
    add_counts(line_group_counts(l.report_code, l.line_number)) AS group_counts
  FROM member m JOIN line l USING (report_code, line_number)
  WHERE m.is_now AND NOT m.is_summed AND l.bears_totals
    AND NOT EXISTS (SELECT 1 FROM known_conflict k WHERE k.report_code = l.report_code AND k.project_code = l.project_code)
  GROUP BY m.kind_number),
level_row AS (
  SELECT i.report_code, h.total_kind, h.total_key, h.total_kind = 'ALL' AS is_whole FROM included i JOIN report_heads h USING (report_code)
  WHERE h.total_kind NOT IN ('UNIT', 'TOWNSHIP')
  UNION ALL SELECT i.report_code, 'UNIT', i.unit_id, true FROM included i WHERE i.bears_totals
  UNION ALL SELECT report_code, 'TOWNSHIP', min(place_key), true FROM line WHERE bears_totals GROUP BY report_code HAVING min(place_key) = max(place_key)
  UNION ALL SELECT l.report_code, 'TOWNSHIP', h.total_key, false
  FROM (SELECT report_code FROM line WHERE bears_totals GROUP BY report_code HAVING min(place_key) < max(place_key)) l
    JOIN report_heads h USING (report_code) WHERE h.total_kind = 'TOWNSHIP'),
level_heads AS (
  SELECT k.kind_number, sum(h.absorbed_count)::int4 AS absorbed_count, sum(h.local_count)::int4 AS local_count, sum(h.female_count)::int4 AS female_count, sum(h.priority_count)::int4 AS priority_count, sum(h.cumulative_absorbed_count)::int4 AS cumulative_absorbed_count, sum(h.trainee_count)::int4 AS trainee_count, sum(h.safety_trainee_count)::int4 AS safety_trainee_count, sum(h.skill_trainee_count)::int4 AS skill_trainee_count, sum(h.cumulative_trainee_count)::int4 AS cumulative_trainee_count, add_counts(h.group_counts) AS group_counts
  FROM level_row v JOIN report_heads h ON h.report_code = v.report_code
      AND (h.total_kind, h.total_key) = (CASE WHEN v.is_whole THEN 'ALL' ELSE v.total_kind END, CASE WHEN v.is_whole THEN '' ELSE v.total_key END)
    JOIN kind k ON k.total_kind = v.total_kind
      AND k.total_key = CASE WHEN v.total_kind <> 'TOWNSHIP' OR v.is_whole THEN v.total_key ELSE CASE length(v.total_key)
        WHEN 9 THEN left(v.total_key, 6) WHEN 6 THEN left(v.total_key, 4) WHEN 4 THEN left(v.total_key, 2) ELSE v.total_key END END
  GROUP BY k.kind_number),
year_level AS ( -- a level's newest report of the year holds the year's people
  SELECT DISTINCT ON (s.unit_id) s.unit_id, s.report_code FROM unit_standing s JOIN report r USING (report_code)
  WHERE left(s.quarter, 4) = left(:quarter, 4) AND s.quarter <= :quarter AND s.report_state = 'ACCEPTED' AND r.bears_totals
    AND EXISTS (SELECT 1 FROM quarter_unit e WHERE e.quarter = s.quarter AND e.unit_id = s.unit_id) -- not this node's own, sent up
  ORDER BY s.unit_id, s.quarter DESC),
level_year_heads AS (
  SELECT k.kind_number, sum(h.cumulative_absorbed_count)::int4 AS cumulative_absorbed_count, sum(h.cumulative_trainee_count)::int4 AS cumulative_trainee_count
  FROM (SELECT h.total_kind, h.total_key, h.cumulative_absorbed_count, h.cumulative_trainee_count
        FROM year_level JOIN report_heads h USING (report_code) WHERE h.total_kind NOT IN ('UNIT', 'TOWNSHIP')
        UNION ALL SELECT 'UNIT', i.unit_id, h.cumulative_absorbed_count, h.cumulative_trainee_count
        FROM year_level i JOIN report_heads h USING (report_code) WHERE h.total_kind = 'ALL'
        UNION ALL SELECT v.total_kind, v.total_key, h.cumulative_absorbed_count, h.cumulative_trainee_count
        FROM level_row v JOIN report_heads h USING (report_code) WHERE v.total_kind = 'TOWNSHIP' AND v.is_whole AND h.total_kind = 'ALL') h
    JOIN kind k USING (total_kind, total_key)
  GROUP BY k.kind_number),
money AS (
  SELECT k.kind_number, count(s.project_code)::int4 AS project_count,
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
    coalesce(sum(cumulative_paid_fen), 0)::int8 AS cumulative_paid_fen, coalesce(sum(cumulative_day_hundredths), 0)::int8 AS cumulative_day_hundredths,
    coalesce(max(absorbed_count), 0) AS least_absorbed, coalesce(max(local_count), 0) AS least_local, coalesce(max(female_count), 0) AS least_female,
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
    sum(m.fund_fen)::int8 AS fund_fen, (count(*) FILTER (WHERE m.is_shared))::int4 AS shared_project_count
  FROM kind k LEFT JOIN member m ON m.kind_number = k.kind_number AND m.is_now AND m.is_summed LEFT JOIN summed s USING (report_code, line_number)
  GROUP BY k.kind_number),
-- Each person once in each row, whatever he was on any of its lines.
person AS (
  SELECT m.kind_number, p.worker_token, bool_or(m.is_now) AS is_now, bool_or(m.is_now AND p.is_local) AS is_local,
    bool_or(m.is_now AND coalesce(p.sex = 'FEMALE', false)) AS is_female, bit_or(CASE WHEN m.is_now THEN p.priority_mask ELSE 0 END) AS priority_mask
  FROM member m JOIN report_person p USING (report_code, line_number) WHERE m.is_summed GROUP BY m.kind_number, p.worker_token),
heads AS (
  SELECT kind_number, count(*)::int4 AS cumulative_absorbed_count, (count(*) FILTER (WHERE is_now))::int4 AS absorbed_count,
    (count(*) FILTER (WHERE is_local))::int4 AS local_count, (count(*) FILTER (WHERE is_female))::int4 AS female_count,
    (count(*) FILTER (WHERE priority_mask <> 0))::int4 AS priority_count,
    ARRAY[count(*) FILTER (WHERE priority_mask & 2 <> 0), count(*) FILTER (WHERE priority_mask & 4 <> 0), count(*) FILTER (WHERE priority_mask & 8 <> 0),
      count(*) FILTER (WHERE priority_mask & 16 <> 0), count(*) FILTER (WHERE priority_mask & 32 <> 0),
      count(*) FILTER (WHERE priority_mask & 64 <> 0), count(*) FILTER (WHERE priority_mask & 128 <> 0),
      count(*) FILTER (WHERE priority_mask & 256 <> 0), count(*) FILTER (WHERE priority_mask & 512 <> 0),
      count(*) FILTER (WHERE priority_mask & 1024 <> 0), count(*) FILTER (WHERE priority_mask & 2048 <> 0),
      count(*) FILTER (WHERE priority_mask & 4096 <> 0), count(*) FILTER (WHERE priority_mask & 8192 <> 0)]::int4[] AS group_counts
  FROM person GROUP BY kind_number),
trainee AS (
  SELECT m.kind_number, t.worker_token, bool_or(m.is_now) AS is_now, bool_or(m.is_now AND t.safety_trained) AS safety_trained,
    bool_or(m.is_now AND t.skill_trained) AS skill_trained
  FROM member m JOIN report_trainee t USING (report_code, line_number) WHERE m.is_summed GROUP BY m.kind_number, t.worker_token),
trained AS (
  SELECT kind_number, count(*)::int4 AS cumulative_trainee_count, (count(*) FILTER (WHERE is_now))::int4 AS trainee_count,
    (count(*) FILTER (WHERE safety_trained))::int4 AS safety_trainee_count, (count(*) FILTER (WHERE skill_trained))::int4 AS skill_trainee_count
  FROM trainee GROUP BY kind_number),
counted AS ( -- tokens here, and the counts of the levels; never fewer than one project alone had
  SELECT k.*, m.least_absorbed, part.*, coalesce(o.absorbed_count, 0) AS conflict_absorbed_count,
    greatest(coalesce(h.absorbed_count, 0) + coalesce(v.absorbed_count, 0) - coalesce(o.absorbed_count, 0), m.least_absorbed, part.local_count,
      part.female_count, part.priority_count) AS absorbed_count,
    coalesce(h.cumulative_absorbed_count, 0) + greatest(coalesce(w.cumulative_absorbed_count, 0) - coalesce(o.cumulative_absorbed_count, 0), 0)
      AS cumulative_absorbed_count,
    greatest(coalesce(t.trainee_count, 0) + coalesce(v.trainee_count, 0) - coalesce(o.trainee_count, 0), m.least_trainee) AS trainee_count,
    greatest(coalesce(t.safety_trainee_count, 0) + coalesce(v.safety_trainee_count, 0) - coalesce(o.safety_trainee_count, 0), 0) AS safety_trainee_count,
    greatest(coalesce(t.skill_trainee_count, 0) + coalesce(v.skill_trainee_count, 0) - coalesce(o.skill_trainee_count, 0), 0) AS skill_trainee_count,
    coalesce(t.cumulative_trainee_count, 0) + greatest(coalesce(w.cumulative_trainee_count, 0) - coalesce(o.cumulative_trainee_count, 0), 0)
      AS cumulative_trainee_count,
    less_counts(plus_counts(coalesce(h.group_counts, '{}'), coalesce(v.group_counts, '{}')), coalesce(o.group_counts, '{}')) AS group_counts
  FROM kind k JOIN money m USING (kind_number) LEFT JOIN heads h USING (kind_number) LEFT JOIN trained t USING (kind_number)
    LEFT JOIN level_heads v USING (kind_number) LEFT JOIN level_year_heads w USING (kind_number) LEFT JOIN left_out o USING (kind_number)
    CROSS JOIN LATERAL (SELECT
      greatest(coalesce(h.local_count, 0) + coalesce(v.local_count, 0) - coalesce(o.local_count, 0), m.least_local) AS local_count,
      greatest(coalesce(h.female_count, 0) + coalesce(v.female_count, 0) - coalesce(o.female_count, 0), m.least_female) AS female_count,
      greatest(coalesce(h.priority_count, 0) + coalesce(v.priority_count, 0) - coalesce(o.priority_count, 0), m.least_priority) AS priority_count) part),
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
  FROM made d CROSS JOIN counted n JOIN money m USING (kind_number)),
figures AS (
  INSERT INTO consolidation_figure (quarter, consolidation_number, total_kind, total_key, group_counts, safety_trainee_count, skill_trainee_count,
    cumulative_trainee_count, cumulative_per_head_fen, fund_fen, shared_project_count,
    listed_count, begun_count, accepted_count, cumulative_listed_count, cumulative_begun_count, cumulative_accepted_count,
    invested_delta_fen, cumulative_invested_delta_fen, posts_offered_count, registered_count, training_count, sheets_due_count,
    sheets_filed_count, sheets_late_count, notices_due_count, notices_done_count, inspection_count, finding_count, rectified_count,
    overdue_count, worker_time_count, trainee_time_count, post_set_count, post_filled_count, dividend_beneficiary_count, visit_count,
    model_case_count, cumulative_worker_time_count, cumulative_training_count, cumulative_trainee_time_count, cumulative_visit_count,
    cumulative_model_case_count, cumulative_inspection_count, cumulative_finding_count, cumulative_rectified_count,
    cumulative_dividend_fen, relief_paid_fen, cumulative_relief_paid_fen)
  SELECT d.quarter, d.consolidation_number, n.total_kind, n.total_key, n.group_counts, n.safety_trainee_count, n.skill_trainee_count,
    n.cumulative_trainee_count, m.cumulative_relief_paid_fen / nullif(n.cumulative_absorbed_count, 0), m.fund_fen, m.shared_project_count,
    m.listed_count, m.begun_count, m.accepted_count, m.cumulative_listed_count, m.cumulative_begun_count, m.cumulative_accepted_count,
    m.invested_delta_fen, m.cumulative_invested_delta_fen, m.posts_offered_count, m.registered_count, m.training_count,
    m.sheets_due_count, m.sheets_filed_count, m.sheets_late_count, m.notices_due_count, m.notices_done_count, m.inspection_count,
    m.finding_count, m.rectified_count, m.overdue_count, m.worker_time_count, m.trainee_time_count, m.post_set_count,
    m.post_filled_count, m.dividend_beneficiary_count, m.visit_count, m.model_case_count, m.cumulative_worker_time_count,
    m.cumulative_training_count, m.cumulative_trainee_time_count, m.cumulative_visit_count, m.cumulative_model_case_count,
    m.cumulative_inspection_count, m.cumulative_finding_count, m.cumulative_rectified_count, m.cumulative_dividend_fen,
    m.relief_paid_fen, m.cumulative_relief_paid_fen
  FROM made d CROSS JOIN counted n JOIN money m USING (kind_number)),
-- Double work: whoever stands in the reports of two units, and has a whole day at one of them on a date on which he worked at the other too.
shared AS MATERIALIZED (
  SELECT p.worker_token FROM included i JOIN report_person p USING (report_code) GROUP BY p.worker_token HAVING min(i.unit_id) < max(i.unit_id)),
worked AS MATERIALIZED (
  SELECT i.unit_id, l.project_code, p.* FROM included i JOIN report_person p USING (report_code) JOIN report_line l USING (report_code, line_number)
  WHERE p.worker_token IN (SELECT worker_token FROM shared)),
doubled AS (
  INSERT INTO double_work (quarter, consolidation_number, double_number, worker_token, first_report_code, first_unit_id, first_project_code,
    second_report_code, second_unit_id, second_project_code, work_dates)
  SELECT m.quarter, m.consolidation_number, (row_number() OVER (ORDER BY a.unit_id, b.unit_id, a.project_code, b.project_code, a.worker_token))::int4,
    a.worker_token, a.report_code, a.unit_id, a.project_code, b.report_code, b.unit_id, b.project_code,
    mask_dates(m.quarter, d.first_mask, d.second_mask, d.third_mask)
  FROM made m CROSS JOIN worked a JOIN worked b ON b.worker_token = a.worker_token AND a.unit_id < b.unit_id
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
     SELECT n.total_key, n.absorbed_count, m.project_count, m.day_hundredths, m.due_fen, m.paid_fen FROM counted n JOIN money m USING (kind_number)
     WHERE n.total_kind = 'UNIT') u ON u.total_key = s.unit_id) AS units
FROM made
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
