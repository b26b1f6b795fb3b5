-- :projects projects, each with parties, a task and fund lines, as GetProject shows them. :first is the number of the first.
SET search_path = registry;
INSERT INTO unit (unit_id, unit_name, short_name, unit_kind, hosted, at_risk, active) VALUES
  ('140214-jtj', '区交通局', '交通局', 'BUREAU', true, false, true), ('owner-1', '示例项目建设中心', '建设中心', 'OWNER_COMPANY', true, false, true),
  ('contractor-1', '示例建筑劳务有限公司', '劳务公司', 'CONTRACTOR_COMPANY', true, false, true) ON CONFLICT DO NOTHING;
INSERT INTO catalogue VALUES (1, '国家发展改革委', '2024-01-01') ON CONFLICT DO NOTHING;
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, field, track, project_year, division_code, total_investment_fen,
    central_fen, planned_pay_fen, planned_workers, planned_trainees, content_note, investment_kind, benefit_channels, selection_features,
    village_construction, catalogue_version, award_date, start_date)
  SELECT n::text, '示例以工代赈项目' || n, '140214-jtj', 'CONSTRUCTION', 'TRANSPORT', 'SPECIAL_FUND', 2026, '140214', 400000000, 300000000,
    120000000, 60, 40, '硬化村内道路', 'GOVERNMENT', '{}', '{}', false, 1, '2026-06-15', '2026-06-20'
  FROM generate_series(:first::int, :first::int + :projects::int - 1) n;
INSERT INTO project_party (project_code, unit_id, relation)
  SELECT n::text, unit_id, relation FROM generate_series(:first::int, :first::int + :projects::int - 1) n,
    (VALUES ('owner-1', 'OWNER'), ('contractor-1', 'CONTRACTOR'), ('140214-jtj', 'BUREAU')) party(unit_id, relation);
INSERT INTO project_task (project_code, task_number, catalogue_version, link_stage, task_note, offered_posts, owner_confirmed)
  SELECT n::text, 1, 1, 'MAIN_AND_TEMPORARY', '路基土方与绿化', 60, true FROM generate_series(:first::int, :first::int + :projects::int - 1) n;
INSERT INTO fund_line (project_code, fund_code, fund_source, fund_purpose, special_fund, approved_fen, allocated_fen)
  SELECT n::text, 'F' || k, 'CENTRAL_BUDGET_INVESTMENT', 'CONSTRUCTION', true, 150000000, 0
  FROM generate_series(:first::int, :first::int + :projects::int - 1) n, generate_series(1, 2) k;
