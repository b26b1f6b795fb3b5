-- ProjectFacts -> ProjectReply
-- What the request leaves out stays as it is.
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ChangeProject')
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'bureau_unit_id', :bureau_unit_id FROM project_now p WHERE :bureau_unit_id <> p.bureau_unit_id AND NOT :call.sees_all
  UNION ALL
  SELECT 'UNKNOWN_BUREAU', 'bureau_unit_id', :bureau_unit_id FROM project_now p
  WHERE :bureau_unit_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = :bureau_unit_id AND u.active AND u.unit_kind IN ('BUREAU', 'PLATFORM_COMPANY'))
  UNION ALL
  SELECT 'UNKNOWN_PARENT', 'parent_project_code', :parent_project_code FROM project_now
  WHERE :parent_project_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = :parent_project_code)
  UNION ALL
  SELECT 'PARENT_IS_SUBPROJECT', 'parent_project_code', q.parent_project_code FROM project_now, project q
  WHERE q.project_code = :parent_project_code AND (q.parent_project_code IS NOT NULL OR q.project_code = :project_code)
  UNION ALL
  SELECT 'PARENT_IS_SUBPROJECT', 'parent_project_code', min(c.project_code) FROM project_now p JOIN project c ON c.parent_project_code = p.project_code
  WHERE :parent_project_code IS NOT NULL HAVING count(*) > 0
  UNION ALL
  SELECT 'PARTNER_KIND', 'partner_unit_id', :partner_unit_id FROM project_now
  WHERE :partner_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = :partner_unit_id AND u.active
    AND u.unit_kind IN ('TOWNSHIP', 'VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE'))
  UNION ALL
  SELECT 'FIELD_HAS_TASKS', 'field', p.field FROM project_now p
  WHERE :field <> p.field AND EXISTS (SELECT 1 FROM project_task t WHERE t.project_code = p.project_code)
), changed AS (
  UPDATE project p SET
    project_name = coalesce(:project_name, p.project_name), bureau_unit_id = coalesce(:bureau_unit_id, p.bureau_unit_id),
    field = coalesce(:field, p.field), track = coalesce(:track, p.track), project_year = coalesce(:project_year, p.project_year),
    division_code = coalesce(:division_code, p.division_code), province_name = coalesce(:province_name, p.province_name),
    city_name = coalesce(:city_name, p.city_name), county_name = coalesce(:county_name, p.county_name),
    town_village_name = coalesce(:town_village_name, p.town_village_name),
    total_investment_fen = coalesce(:total_investment_fen, p.total_investment_fen), central_fen = coalesce(:central_fen, p.central_fen),
    provincial_fen = coalesce(:provincial_fen, p.provincial_fen), other_fiscal_fen = coalesce(:other_fiscal_fen, p.other_fiscal_fen),
    self_raised_fen = coalesce(:self_raised_fen, p.self_raised_fen), fund_kind_note = coalesce(:fund_kind_note, p.fund_kind_note),
    planned_pay_fen = coalesce(:planned_pay_fen, p.planned_pay_fen), published_paid_fen = coalesce(:published_paid_fen, p.published_paid_fen),
    published_ratio_bp = coalesce(:published_ratio_bp, p.published_ratio_bp), ratio_basis_note = coalesce(:ratio_basis_note, p.ratio_basis_note),
    planned_workers = coalesce(:planned_workers, p.planned_workers), published_workers = coalesce(:published_workers, p.published_workers),
    priority_note = coalesce(:priority_note, p.priority_note), planned_trainees = coalesce(:planned_trainees, p.planned_trainees),
    planned_posts = coalesce(:planned_posts, p.planned_posts), planned_start_note = coalesce(:planned_start_note, p.planned_start_note),
    planned_end_note = coalesce(:planned_end_note, p.planned_end_note),
    published_procurement = coalesce(:published_procurement, p.published_procurement),
    carrying_body_name = coalesce(:carrying_body_name, p.carrying_body_name), owner_name = coalesce(:owner_name, p.owner_name),
    content_note = coalesce(:content_note, p.content_note), source_title = coalesce(:source_title, p.source_title),
    source_date_note = coalesce(:source_date_note, p.source_date_note), scope_kind = coalesce(:scope_kind, p.scope_kind),
    investment_kind = coalesce(:investment_kind, p.investment_kind), relief_model = coalesce(:relief_model, p.relief_model),
    benefit_channels = CASE WHEN cardinality(:benefit_channels) > 0 THEN :benefit_channels ELSE p.benefit_channels END,
    selection_features = CASE WHEN cardinality(:selection_features) > 0 THEN :selection_features ELSE p.selection_features END,
    village_construction = coalesce(:village_construction, p.village_construction),
    linked_special_fund_code = coalesce(:linked_special_fund_code, p.linked_special_fund_code),
    parent_project_code = coalesce(:parent_project_code, p.parent_project_code), pilot_topic = coalesce(:pilot_topic, p.pilot_topic),
    field_waiver_reason = coalesce(:field_waiver_reason, p.field_waiver_reason),
    subproject_kind = coalesce(:subproject_kind, p.subproject_kind), partner_unit_id = coalesce(:partner_unit_id, p.partner_unit_id)
  WHERE p.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING p.project_code, p.bureau_unit_id
), dropped AS (
  DELETE FROM project_party y USING changed c WHERE y.project_code = c.project_code AND y.relation = 'BUREAU' AND y.unit_id <> c.bureau_unit_id
    RETURNING 1
), placed AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT c.project_code, c.bureau_unit_id, 'BUREAU' FROM changed c
  ON CONFLICT DO NOTHING RETURNING 1
), done AS (
  SELECT c.project_code FROM changed c WHERE (SELECT count(*) FROM dropped) + (SELECT count(*) FROM placed) >= 0
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'ChangeProject', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, NULL::text FROM changed x, project_now p
)
SELECT problem.*, s.* FROM problem FULL JOIN (done CROSS JOIN LATERAL project_snapshot(done.project_code) s) ON false
