-- Of the year's distinct people those who were local, women or of a priority group, of its trainees those of safety and of skills, and income per head
-- of the year on a line (R196, facts C.7). Lines of the time before do not say it, which is not 0; of nobody the parts are nobody.
ALTER TABLE report_line_figure ADD COLUMN cumulative_local_count int4, ADD COLUMN cumulative_female_count int4,
  ADD COLUMN cumulative_priority_count int4, ADD COLUMN cumulative_safety_trainee_count int4, ADD COLUMN cumulative_skill_trainee_count int4,
  ADD COLUMN cumulative_per_head_fen int8;
ALTER TABLE report_heads ADD COLUMN cumulative_local_count int4, ADD COLUMN cumulative_female_count int4,
  ADD COLUMN cumulative_priority_count int4, ADD COLUMN cumulative_safety_trainee_count int4, ADD COLUMN cumulative_skill_trainee_count int4;
ALTER TABLE consolidation_figure ADD COLUMN cumulative_local_count int4, ADD COLUMN cumulative_female_count int4,
  ADD COLUMN cumulative_priority_count int4, ADD COLUMN cumulative_safety_trainee_count int4, ADD COLUMN cumulative_skill_trainee_count int4;
UPDATE consolidation_figure f SET cumulative_local_count = 0, cumulative_female_count = 0, cumulative_priority_count = 0
FROM consolidation_total t WHERE (t.quarter, t.consolidation_number, t.total_kind, t.total_key)
  = (f.quarter, f.consolidation_number, f.total_kind, f.total_key) AND t.cumulative_absorbed_count = 0;
UPDATE consolidation_figure SET cumulative_safety_trainee_count = 0, cumulative_skill_trainee_count = 0 WHERE cumulative_trainee_count = 0;
-- Whether a line says all of it.
CREATE FUNCTION says_year_parts(f report_line_figure) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$SELECT num_nulls(f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count, f.cumulative_safety_trainee_count,
  f.cumulative_skill_trainee_count) = 0$$;
CREATE FUNCTION says_year_parts(code text, number int4) RETURNS bool LANGUAGE sql STABLE AS
$$SELECT coalesce((SELECT says_year_parts(f) FROM report_line_figure f WHERE f.report_code = code AND f.line_number = number), false)$$;

CREATE OR REPLACE FUNCTION line_figures(code text, number int4) RETURNS json LANGUAGE sql STABLE AS
$$SELECT row_to_json(x) FROM (
  SELECT f.division_code, f.listed_in_quarter, f.started_in_quarter, f.accepted_in_quarter, f.listed_in_year, f.started_in_year, f.accepted_in_year,
    f.invested_quarter_delta_fen, f.invested_year_delta_fen, f.worker_time_count, f.trainee_time_count, f.safety_trainee_count, f.skill_trainee_count,
    f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count, f.visit_count, f.model_case_count, f.relief_paid_fen,
    f.cumulative_worker_time_count, f.cumulative_training_count, f.cumulative_trainee_count, f.cumulative_trainee_time_count,
    f.cumulative_dividend_fen, f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_relief_paid_fen, coalesce(f.per_head_fen, f.relief_paid_fen / nullif(l.absorbed_count, 0)) AS per_head_fen,
    f.outreach_required_count, f.outreach_reached_count, f.cumulative_outreach_reached_count,
    f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count, f.cumulative_safety_trainee_count,
    f.cumulative_skill_trainee_count, f.cumulative_per_head_fen,
    (SELECT json_agg(json_build_object('priority_group', g.priority_group, 'worker_count', g.worker_count)
       ORDER BY array_position(priority_group_names(), g.priority_group))
     FROM report_line_group g WHERE g.report_code = f.report_code AND g.line_number = f.line_number) AS groups,
    (SELECT json_agg(json_build_object('fund_source', s.fund_source, 'approved_fen', s.approved_fen) ORDER BY s.fund_source COLLATE "C")
     FROM report_line_fund s WHERE s.report_code = f.report_code AND s.line_number = f.line_number) AS fund_shares,
    (SELECT json_agg(json_build_object('unit_id', o.unit_id, 'is_member', o.is_member, 'is_owner', o.is_owner,
       'reached_in_quarter', o.reached_in_quarter, 'reached_in_year', o.reached_in_year) ORDER BY o.unit_id COLLATE "C")
     FROM report_line_outreach o WHERE o.report_code = f.report_code AND o.line_number = f.line_number) AS outreach_units
  FROM report_line_figure f JOIN report_line l USING (report_code, line_number) WHERE f.report_code = code AND f.line_number = number) x$$;
CREATE OR REPLACE FUNCTION total_figures(of_quarter text, of_number int4, of_kind text, of_key text) RETURNS json LANGUAGE sql STABLE AS
$$SELECT row_to_json(x) FROM (
  SELECT f.listed_count, f.begun_count, f.accepted_count, f.cumulative_listed_count, f.cumulative_begun_count, f.cumulative_accepted_count,
    f.invested_delta_fen, f.cumulative_invested_delta_fen, f.posts_offered_count, f.registered_count, f.worker_time_count, f.training_count,
    f.trainee_time_count, f.safety_trainee_count, f.skill_trainee_count, f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count,
    f.visit_count, f.model_case_count, f.relief_paid_fen, f.sheets_due_count, f.sheets_filed_count, f.sheets_late_count, f.notices_due_count,
    f.notices_done_count, f.inspection_count, f.finding_count, f.rectified_count, f.overdue_count, f.cumulative_worker_time_count,
    f.cumulative_training_count, f.cumulative_trainee_count, f.cumulative_trainee_time_count, f.cumulative_dividend_fen,
    f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_relief_paid_fen, f.cumulative_per_head_fen, f.fund_fen, f.shared_project_count,
    f.outreach_required_count, f.outreach_reached_count, f.cumulative_outreach_reached_count, f.outreach_unknown_count,
    f.cumulative_outreach_reached_count::int8 * 10000 / nullif(f.outreach_required_count, 0) AS outreach_coverage_bp,
    f.cumulative_local_count, f.cumulative_female_count, f.cumulative_priority_count, f.cumulative_safety_trainee_count,
    f.cumulative_skill_trainee_count,
    (SELECT json_agg(json_build_object('priority_group', (priority_group_names())[n], 'worker_count', c) ORDER BY n)
     FROM unnest(f.group_counts) WITH ORDINALITY AS g(c, n) WHERE c > 0) AS groups
  FROM consolidation_figure f WHERE f.quarter = of_quarter AND f.consolidation_number = of_number AND f.total_kind = of_kind AND f.total_key = of_key) x$$;
