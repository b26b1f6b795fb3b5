-- Income per head as a line stated it: what a child signed stays as it is, also where its own sums give another figure. NULL: not stated.
ALTER TABLE report_line_figure ADD COLUMN per_head_fen int8;
CREATE OR REPLACE FUNCTION line_figures(code text, number int4) RETURNS json LANGUAGE sql STABLE AS
$$SELECT row_to_json(x) FROM (
  SELECT f.division_code, f.listed_in_quarter, f.started_in_quarter, f.accepted_in_quarter, f.listed_in_year, f.started_in_year, f.accepted_in_year,
    f.invested_quarter_delta_fen, f.invested_year_delta_fen, f.worker_time_count, f.trainee_time_count, f.safety_trainee_count, f.skill_trainee_count,
    f.post_set_count, f.post_filled_count, f.dividend_beneficiary_count, f.visit_count, f.model_case_count, f.relief_paid_fen,
    f.cumulative_worker_time_count, f.cumulative_training_count, f.cumulative_trainee_count, f.cumulative_trainee_time_count,
    f.cumulative_dividend_fen, f.cumulative_visit_count, f.cumulative_model_case_count, f.cumulative_inspection_count, f.cumulative_finding_count,
    f.cumulative_rectified_count, f.cumulative_relief_paid_fen, coalesce(f.per_head_fen, f.relief_paid_fen / nullif(l.absorbed_count, 0)) AS per_head_fen,
    (SELECT json_agg(json_build_object('priority_group', g.priority_group, 'worker_count', g.worker_count)
       ORDER BY array_position(priority_group_names(), g.priority_group))
     FROM report_line_group g WHERE g.report_code = f.report_code AND g.line_number = f.line_number) AS groups,
    (SELECT json_agg(json_build_object('fund_source', s.fund_source, 'approved_fen', s.approved_fen) ORDER BY s.fund_source COLLATE "C")
     FROM report_line_fund s WHERE s.report_code = f.report_code AND s.line_number = f.line_number) AS fund_shares
  FROM report_line_figure f JOIN report_line l USING (report_code, line_number) WHERE f.report_code = code AND f.line_number = number) x$$;
