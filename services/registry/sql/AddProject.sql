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
), added AS (
  INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, field, track, project_year, division_code, province_name, city_name,
    county_name, town_village_name, total_investment_fen, central_fen, provincial_fen, other_fiscal_fen, self_raised_fen, fund_kind_note,
    planned_pay_fen, published_paid_fen, published_ratio_bp, ratio_basis_note, planned_workers, published_workers, priority_note, planned_trainees,
    planned_posts, planned_start_note, planned_end_note, published_procurement, carrying_body_name, owner_name, content_note, source_title,
    source_date_note, scope_kind, investment_kind, relief_model, benefit_channels, selection_features, village_construction,
    linked_special_fund_code, parent_project_code, pilot_topic, field_waiver_reason)
  SELECT :project_code, :project_name, coalesce(:bureau_unit_id, :call.unit), 'DRAFT', :field, :track, :project_year, :division_code, :province_name,
    :city_name, :county_name, :town_village_name, :total_investment_fen, :central_fen, :provincial_fen, :other_fiscal_fen, :self_raised_fen,
    :fund_kind_note, :planned_pay_fen, :published_paid_fen, :published_ratio_bp, :ratio_basis_note, :planned_workers, :published_workers,
    :priority_note, :planned_trainees, :planned_posts, :planned_start_note, :planned_end_note, :published_procurement, :carrying_body_name,
    :owner_name, :content_note, :source_title, :source_date_note, :scope_kind, coalesce(:investment_kind, 'GOVERNMENT'), :relief_model,
    coalesce(:benefit_channels, '{}'), coalesce(:selection_features, '{}'), coalesce(:village_construction, false), :linked_special_fund_code,
    :parent_project_code, :pilot_topic, :field_waiver_reason
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING project_code, bureau_unit_id
), party AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT a.project_code, a.bureau_unit_id, 'BUREAU' FROM added a RETURNING project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (party CROSS JOIN LATERAL project_snapshot(party.project_code) s) ON false
