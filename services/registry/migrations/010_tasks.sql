-- What is planned for a task, and the whole of a project's tasks as others follow it; more of the project in its own snapshot.

ALTER TABLE project_task
  ADD planned_workers int4 CHECK (planned_workers >= 0),
  ADD planned_pay_fen int8 CHECK (planned_pay_fen >= 0),
  ADD planned_trainees int4 CHECK (planned_trainees >= 0),
  ADD skill_kind text,
  ADD skill_level text,
  ADD training_required bool NOT NULL DEFAULT false,
  ADD work_from date,
  ADD work_to date,
  ADD division_code text,
  ADD change_reason text,
  ADD CONSTRAINT project_task_dates CHECK (work_from <= work_to);

-- VOLATILE on purpose, as project_snapshot: called over the rows of a data-modifying CTE it sees what that CTE has just done.
CREATE FUNCTION tasks_snapshot(code text) RETURNS json VOLATILE LANGUAGE sql AS $$
  SELECT coalesce(json_agg(json_strip_nulls(json_build_object('task_number', t.task_number, 'catalogue_seq', t.catalogue_seq, 'like_seq', t.like_seq,
    'link_stage', t.link_stage, 'task_note', t.task_note, 'offered_posts', t.offered_posts, 'owner_confirmed', t.owner_confirmed,
    'no_row_reason', t.no_row_reason, 'catalogue_version', t.catalogue_version, 'guiding_bureau', t.guiding_bureau,
    'planned_workers', t.planned_workers, 'planned_pay_fen', t.planned_pay_fen, 'planned_trainees', t.planned_trainees,
    'skill_kind', t.skill_kind, 'skill_level', t.skill_level, 'training_required', t.training_required, 'work_from_date', t.work_from,
    'work_to_date', t.work_to, 'division_code', t.division_code)) ORDER BY t.task_number), '[]')
  FROM project_task t WHERE t.project_code = code
$$;

DROP FUNCTION project_snapshot(text);
CREATE FUNCTION project_snapshot(code text) RETURNS TABLE (
  project_code text, project_name text, bureau_unit_id text, field text, track text, project_state text, division_code text,
  total_investment_fen int8, planned_pay_fen int8, planned_workers int4, award_date date, start_date date, complete_date date,
  accept_date date, investment_kind text, organising_mode text, parties json, fund_lines json, labour_cycle_days int4, relief_model text,
  planned_trainees int4, planned_posts int4, parent_project_code text, contract_no text
) VOLATILE LANGUAGE sql AS $$
  SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, p.track, p.project_state, p.division_code, p.total_investment_fen,
         p.planned_pay_fen, p.planned_workers, p.award_date, p.start_date, p.complete_date, p.accept_date, p.investment_kind, a.organising_mode,
         (SELECT coalesce(json_agg(json_build_object('unit_id', y.unit_id, 'relation', y.relation) ORDER BY y.relation, y.unit_id), '[]')
          FROM project_party y WHERE y.project_code = p.project_code),
         (SELECT coalesce(json_agg(json_build_object('fund_code', f.fund_code, 'fund_source', f.fund_source, 'fund_purpose', f.fund_purpose,
                  'special_fund', f.special_fund, 'approved_fen', f.approved_fen, 'allocated_fen', f.allocated_fen) ORDER BY f.fund_code), '[]')
          FROM fund_line f WHERE f.project_code = p.project_code),
         a.labour_cycle_days, p.relief_model, p.planned_trainees, p.planned_posts, p.parent_project_code, a.contract_no
  FROM project p LEFT JOIN project_award a USING (project_code) WHERE p.project_code = code
$$;
