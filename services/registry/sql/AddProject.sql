-- ProjectFacts -> ProjectReply
WITH problem AS (
  SELECT 'PROJECT_EXISTS' AS refusal, 'project_code' AS refusal_path, p.project_name AS refusal_detail FROM project p
    WHERE p.project_code = :project_code
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'bureau_unit_id', :bureau_unit_id WHERE coalesce(:bureau_unit_id, :call.unit) <> :call.unit AND NOT :call.sees_all
  UNION ALL
  SELECT 'UNKNOWN_BUREAU', 'bureau_unit_id', coalesce(:bureau_unit_id, :call.unit)
  WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = coalesce(:bureau_unit_id, :call.unit) AND u.active
    AND u.unit_kind IN ('BUREAU', 'PLATFORM_COMPANY'))
  UNION ALL
  SELECT 'UNKNOWN_PARENT', 'parent_project_code', :parent_project_code
  WHERE :parent_project_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = :parent_project_code)
  UNION ALL
  SELECT 'PARENT_IS_SUBPROJECT', 'parent_project_code', p.parent_project_code FROM project p
  WHERE p.project_code = :parent_project_code AND p.parent_project_code IS NOT NULL
  UNION ALL
  SELECT 'PARTNER_KIND', 'partner_unit_id', :partner_unit_id
  WHERE :partner_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = :partner_unit_id AND u.active
    AND u.unit_kind IN ('TOWNSHIP', 'VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE'))
), added AS (
  INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, field, track, project_year, division_code, province_name, city_name,
    county_name, town_village_name, total_investment_fen, central_fen, provincial_fen, other_fiscal_fen, self_raised_fen, fund_kind_note,
    planned_pay_fen, published_paid_fen, published_ratio_bp, ratio_basis_note, planned_workers, published_workers, priority_note, planned_trainees,
    planned_posts, planned_start_note, planned_end_note, published_procurement, carrying_body_name, owner_name, content_note, source_title,
    source_date_note, scope_kind, investment_kind, relief_model, benefit_channels, selection_features, village_construction,
    linked_special_fund_code, parent_project_code, pilot_topic, field_waiver_reason,
    subproject_kind, partner_unit_id, national_project_code)
  SELECT :project_code, :project_name, coalesce(:bureau_unit_id, :call.unit), 'DRAFT', :field, :track, :project_year, :division_code, :province_name,
    :city_name, :county_name, :town_village_name, :total_investment_fen, :central_fen, :provincial_fen, :other_fiscal_fen, :self_raised_fen,
    :fund_kind_note, :planned_pay_fen, :published_paid_fen, :published_ratio_bp, :ratio_basis_note, :planned_workers, :published_workers,
    :priority_note, :planned_trainees, :planned_posts, :planned_start_note, :planned_end_note, :published_procurement, :carrying_body_name,
    :owner_name, :content_note, :source_title, :source_date_note, :scope_kind, coalesce(:investment_kind, 'GOVERNMENT'), :relief_model,
    coalesce(:benefit_channels, '{}'), coalesce(:selection_features, '{}'), coalesce(:village_construction, false), :linked_special_fund_code,
    :parent_project_code, :pilot_topic, :field_waiver_reason, :subproject_kind, :partner_unit_id,
    CASE WHEN national_code_ok(:project_code) THEN :project_code END
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, bureau_unit_id
), party AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT a.project_code, a.bureau_unit_id, 'BUREAU' FROM added a RETURNING project_code
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'AddProject', 'NONE', 'DRAFT',
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, NULL::text FROM added x
)
SELECT problem.*, s.* FROM problem FULL JOIN (party CROSS JOIN LATERAL project_snapshot(party.project_code) s) ON false
