-- The rest of the minimum report line (R196), a row a line; money by source, priority groups by number, and who was trained, by token.
-- Earlier lines have no such row: what they did not say is not known.
CREATE TABLE report_line_figure (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  division_code text,
  listed_in_quarter bool NOT NULL,
  started_in_quarter bool NOT NULL,
  accepted_in_quarter bool NOT NULL,
  listed_in_year bool NOT NULL,
  started_in_year bool NOT NULL,
  accepted_in_year bool NOT NULL,
  invested_quarter_delta_fen int8 NOT NULL,
  invested_year_delta_fen int8 NOT NULL,
  worker_time_count int4 NOT NULL,
  trainee_time_count int4 NOT NULL,
  safety_trainee_count int4 NOT NULL,
  skill_trainee_count int4 NOT NULL,
  post_set_count int4 NOT NULL,
  post_filled_count int4 NOT NULL,
  dividend_beneficiary_count int4 NOT NULL,
  visit_count int4 NOT NULL,
  model_case_count int4 NOT NULL,
  relief_paid_fen int8,
  cumulative_worker_time_count int4 NOT NULL,
  cumulative_training_count int4 NOT NULL,
  cumulative_trainee_count int4 NOT NULL,
  cumulative_trainee_time_count int4 NOT NULL,
  cumulative_dividend_fen int8 NOT NULL,
  cumulative_visit_count int4 NOT NULL,
  cumulative_model_case_count int4 NOT NULL,
  cumulative_inspection_count int4 NOT NULL,
  cumulative_finding_count int4 NOT NULL,
  cumulative_rectified_count int4 NOT NULL,
  cumulative_relief_paid_fen int8,
  PRIMARY KEY (report_code, line_number)
);
CREATE TABLE report_line_fund (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  fund_source text NOT NULL,
  approved_fen int8 NOT NULL,
  PRIMARY KEY (report_code, line_number, fund_source)
);
CREATE TABLE report_line_group (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  priority_group text NOT NULL,
  worker_count int4 NOT NULL,
  PRIMARY KEY (report_code, line_number, priority_group)
);
CREATE TABLE report_trainee (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  worker_token bytea NOT NULL,
  safety_trained bool NOT NULL,
  skill_trained bool NOT NULL,
  PRIMARY KEY (report_code, line_number, worker_token)
);
-- On which days of each month of the quarter he worked: bit 1 << day - 1; whole days, and parts of a day.
ALTER TABLE report_person ADD COLUMN first_whole_mask int4 NOT NULL DEFAULT 0, ADD COLUMN second_whole_mask int4 NOT NULL DEFAULT 0,
  ADD COLUMN third_whole_mask int4 NOT NULL DEFAULT 0, ADD COLUMN first_part_mask int4 NOT NULL DEFAULT 0,
  ADD COLUMN second_part_mask int4 NOT NULL DEFAULT 0, ADD COLUMN third_part_mask int4 NOT NULL DEFAULT 0;

-- The names of PriorityGroup by number: bit 1 << number of a mask.
CREATE FUNCTION priority_group_names() RETURNS text[] LANGUAGE sql IMMUTABLE AS
$$SELECT ARRAY['RETURNING_MIGRANT', 'OUT_OF_POVERTY', 'DISASTER_AFFECTED', 'MONITORED_UNSTABLE', 'MONITORED_MARGINAL', 'MONITORED_SUDDEN',
  'DISASTER_RELIEF', 'LIMITED_EARNING', 'FORCE_MAJEURE', 'OTHER_LOW_INCOME', 'UNEMPLOYED', 'POOR_GRADUATE', 'VETERAN']$$;
-- What belongs into LineFigures of a line.
CREATE FUNCTION line_figures(code text, number int4) RETURNS json LANGUAGE sql STABLE AS
$$SELECT row_to_json(x) FROM (
  SELECT f.division_code, f.listed_in_quarter, f.started_in_quarter, f.accepted_in_quarter, f.listed_in_year, f.started_in_year, f.accepted_in_year,
    f.invested_quarter_delta_fen, f.invested_year_delta_fen, f.worker_time_count, f.trainee_time_count, f.safety_trainee_count, f.skill_trainee_count,
    f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count, f.visit_count, f.model_case_count, f.relief_paid_fen,
    f.cumulative_worker_time_count, f.cumulative_training_count, f.cumulative_trainee_count, f.cumulative_trainee_time_count,
    f.cumulative_dividend_fen, f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_relief_paid_fen, f.relief_paid_fen / nullif(l.absorbed_count, 0) AS per_head_fen,
    (SELECT json_agg(json_build_object('priority_group', g.priority_group, 'worker_count', g.worker_count)
       ORDER BY array_position(priority_group_names(), g.priority_group))
     FROM report_line_group g WHERE g.report_code = f.report_code AND g.line_number = f.line_number) AS groups,
    (SELECT json_agg(json_build_object('fund_source', s.fund_source, 'approved_fen', s.approved_fen) ORDER BY s.fund_source COLLATE "C")
     FROM report_line_fund s WHERE s.report_code = f.report_code AND s.line_number = f.line_number) AS fund_shares
  FROM report_line_figure f JOIN report_line l USING (report_code, line_number) WHERE f.report_code = code AND f.line_number = number) x$$;

ALTER TABLE consolidation_total DROP CONSTRAINT consolidation_total_total_kind_check,
  ADD CONSTRAINT consolidation_total_kind CHECK (total_kind IN ('ALL', 'FIELD', 'TRACK', 'LIST_KIND', 'LIST_LEVEL', 'UNIT', 'TOWNSHIP', 'FUND_SOURCE'));
CREATE TABLE consolidation_figure (
  quarter text NOT NULL,
  consolidation_number int4 NOT NULL,
  total_kind text NOT NULL,
  total_key text NOT NULL,
  group_counts int4[] NOT NULL, -- by number of PriorityGroup
  listed_count int4 NOT NULL,
  begun_count int4 NOT NULL,
  accepted_count int4 NOT NULL,
  cumulative_listed_count int4 NOT NULL,
  cumulative_begun_count int4 NOT NULL,
  cumulative_accepted_count int4 NOT NULL,
  invested_delta_fen int8 NOT NULL,
  cumulative_invested_delta_fen int8 NOT NULL,
  posts_offered_count int4 NOT NULL,
  registered_count int4 NOT NULL,
  worker_time_count int4 NOT NULL,
  training_count int4 NOT NULL,
  trainee_time_count int4 NOT NULL,
  safety_trainee_count int4 NOT NULL,
  skill_trainee_count int4 NOT NULL,
  post_set_count int4 NOT NULL,
  post_filled_count int4 NOT NULL,
  dividend_beneficiary_count int4 NOT NULL,
  visit_count int4 NOT NULL,
  model_case_count int4 NOT NULL,
  relief_paid_fen int8 NOT NULL,
  sheets_due_count int4 NOT NULL,
  sheets_filed_count int4 NOT NULL,
  sheets_late_count int4 NOT NULL,
  notices_due_count int4 NOT NULL,
  notices_done_count int4 NOT NULL,
  inspection_count int4 NOT NULL,
  finding_count int4 NOT NULL,
  rectified_count int4 NOT NULL,
  overdue_count int4 NOT NULL,
  cumulative_worker_time_count int4 NOT NULL,
  cumulative_training_count int4 NOT NULL,
  cumulative_trainee_count int4 NOT NULL,
  cumulative_trainee_time_count int4 NOT NULL,
  cumulative_dividend_fen int8 NOT NULL,
  cumulative_visit_count int4 NOT NULL,
  cumulative_model_case_count int4 NOT NULL,
  cumulative_inspection_count int4 NOT NULL,
  cumulative_finding_count int4 NOT NULL,
  cumulative_rectified_count int4 NOT NULL,
  cumulative_relief_paid_fen int8 NOT NULL,
  cumulative_per_head_fen int8,
  fund_fen int8,
  shared_project_count int4 NOT NULL,
  PRIMARY KEY (quarter, consolidation_number, total_kind, total_key)
);
-- What belongs into TotalFigures of a total.
CREATE FUNCTION total_figures(of_quarter text, of_number int4, of_kind text, of_key text) RETURNS json LANGUAGE sql STABLE AS
$$SELECT row_to_json(x) FROM (
  SELECT f.listed_count, f.begun_count, f.accepted_count, f.cumulative_listed_count, f.cumulative_begun_count, f.cumulative_accepted_count,
    f.invested_delta_fen, f.cumulative_invested_delta_fen, f.posts_offered_count, f.registered_count, f.worker_time_count, f.training_count,
    f.trainee_time_count, f.safety_trainee_count, f.skill_trainee_count, f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count,
    f.visit_count, f.model_case_count, f.relief_paid_fen, f.sheets_due_count, f.sheets_filed_count, f.sheets_late_count, f.notices_due_count,
    f.notices_done_count, f.inspection_count, f.finding_count, f.rectified_count, f.overdue_count, f.cumulative_worker_time_count,
    f.cumulative_training_count, f.cumulative_trainee_count, f.cumulative_trainee_time_count, f.cumulative_dividend_fen,
    f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_relief_paid_fen, f.cumulative_per_head_fen, f.fund_fen, f.shared_project_count,
    (SELECT json_agg(json_build_object('priority_group', (priority_group_names())[n], 'worker_count', c) ORDER BY n)
     FROM unnest(f.group_counts) WITH ORDINALITY AS g(c, n) WHERE c > 0) AS groups
  FROM consolidation_figure f WHERE f.quarter = of_quarter AND f.consolidation_number = of_number AND f.total_kind = of_kind AND f.total_key = of_key) x$$;

-- Counts by number of PriorityGroup, added and taken off element by element; an empty array is none at all.
CREATE FUNCTION plus_counts(a int4[], b int4[]) RETURNS int4[] LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN cardinality(a) = 0 THEN b WHEN cardinality(b) = 0 THEN a
  ELSE ARRAY(SELECT coalesce(x, 0) + coalesce(y, 0) FROM unnest(a, b) WITH ORDINALITY AS u(x, y, n) ORDER BY n) END$$;
CREATE FUNCTION less_counts(a int4[], b int4[]) RETURNS int4[] LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN cardinality(b) = 0 THEN a
  ELSE ARRAY(SELECT greatest(coalesce(x, 0) - coalesce(y, 0), 0) FROM unnest(a, b) WITH ORDINALITY AS u(x, y, n) ORDER BY n) END$$;
CREATE AGGREGATE add_counts(int4[]) (SFUNC = plus_counts, STYPE = int4[], INITCOND = '{}');
CREATE FUNCTION line_group_counts(code text, number int4) RETURNS int4[] LANGUAGE sql STABLE AS
$$SELECT ARRAY(SELECT coalesce(g.worker_count, 0) FROM unnest(priority_group_names()) WITH ORDINALITY AS n(name, place)
  LEFT JOIN report_line_group g ON g.report_code = code AND g.line_number = number AND g.priority_group = n.name ORDER BY n.place)$$;
-- Where a project lies, as the level that reads it counts: a district by township, a city by district, a province by city, the nation by
-- province. path: through how many levels the line has come.
CREATE FUNCTION place_key(division text, path text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT coalesce(left(division, (ARRAY[9, 6, 4, 2])[1 + least(length(coalesce(path, '')) - length(replace(coalesce(path, ''), '/', '')), 3)]), left(division, 9), 'UNSPECIFIED')$$;
-- What a level beneath counted of it.
ALTER TABLE report_heads ADD COLUMN trainee_count int4 NOT NULL DEFAULT 0, ADD COLUMN safety_trainee_count int4 NOT NULL DEFAULT 0,
  ADD COLUMN skill_trainee_count int4 NOT NULL DEFAULT 0, ADD COLUMN cumulative_trainee_count int4 NOT NULL DEFAULT 0,
  ADD COLUMN group_counts int4[] NOT NULL DEFAULT '{}';
