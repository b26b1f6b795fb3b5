-- The project's snapshot bears its national code and which money is for rebuilding.
DROP FUNCTION project_snapshot(text);
CREATE FUNCTION project_snapshot(code text) RETURNS TABLE (
  project_code text, project_name text, bureau_unit_id text, field text, track text, project_state text, division_code text,
  total_investment_fen int8, planned_pay_fen int8, planned_workers int4, award_date date, start_date date, complete_date date,
  accept_date date, investment_kind text, organising_mode text, parties json, fund_lines json, labour_cycle_days int4, relief_model text,
  planned_trainees int4, planned_posts int4, parent_project_code text, contract_no text, national_project_code text
) VOLATILE LANGUAGE sql AS $$
  SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, p.track, p.project_state, p.division_code, p.total_investment_fen,
         p.planned_pay_fen, p.planned_workers, p.award_date, p.start_date, p.complete_date, p.accept_date, p.investment_kind, a.organising_mode,
         (SELECT coalesce(json_agg(json_build_object('unit_id', y.unit_id, 'relation', y.relation) ORDER BY y.relation, y.unit_id), '[]')
          FROM project_party y WHERE y.project_code = p.project_code),
         (SELECT coalesce(json_agg(json_build_object('fund_code', f.fund_code, 'fund_source', f.fund_source, 'fund_purpose', f.fund_purpose,
                  'special_fund', f.special_fund, 'approved_fen', f.approved_fen, 'allocated_fen', f.allocated_fen,
                  'reconstruction', f.reconstruction) ORDER BY f.fund_code), '[]')
          FROM fund_line f WHERE f.project_code = p.project_code),
         a.labour_cycle_days, p.relief_model, p.planned_trainees, p.planned_posts, p.parent_project_code, a.contract_no, p.national_project_code
  FROM project p LEFT JOIN project_award a USING (project_code) WHERE p.project_code = code
$$;

-- What a project was on a day as to stopping: the last suspension or resumption that held by then, and whether it had been given up.
CREATE FUNCTION stood_still(code text, day date) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT s.method = 'SuspendProject' FROM project_step s WHERE s.project_code = code AND s.effective_date <= day
                   AND s.method IN ('SuspendProject', 'ResumeProject') ORDER BY s.step_number DESC LIMIT 1), false)
$$;
CREATE FUNCTION given_up(code text, day date) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM project_step s WHERE s.project_code = code AND s.method = 'CancelProject' AND s.effective_date <= day)
$$;
