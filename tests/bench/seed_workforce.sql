-- A district at work: one project, its contractor, and 10,000 trained workers with agreements that never end.
SET search_path = workforce;
INSERT INTO unit (unit_id, unit_name, unit_kind, active) VALUES ('contractor-1', '示例建筑劳务有限公司', 'CONTRACTOR_COMPANY', true);
INSERT INTO project (project_code, project_name, bureau_unit_id, division_code, project_state, start_date, complete_date)
  VALUES ('100001', '示例以工代赈项目', '140214-jtj', '140214', 'CONSTRUCTION', '2000-01-01', NULL);
INSERT INTO project_party VALUES ('100001', 'contractor-1', 'CONTRACTOR');
CREATE TEMPORARY TABLE number (i serial, worker_number int8);
\copy number (worker_number) FROM 'var/bench/workers'
INSERT INTO worker (worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, home_division_code, population_kind,
    account_holder, skill_level, added_at)
  SELECT worker_number, decode(md5(worker_number::text), 'hex'), '测试' || i, 'sealed', '1402**********0000', '1980-01-01', 'MALE', '140214',
    'RURAL_LABOUR', '测试' || i, 'UNSKILLED', '2000-01-01' FROM number;
INSERT INTO agreement (project_code, agreement_code, worker_number, employment_kind, post_name, work_content, pay_unit, rate_fen, pay_cycle,
    start_date, end_date, agreement_state, employer_unit_id, key_post, insured, age_years, safety_trained_date)
  SELECT '100001', 'A' || i, worker_number, 'WORK_RELIEF_SERVICE', '普工', '土方', 'DAY', 20000, 'MONTH', '2000-01-01', '2099-12-31', 'SIGNED',
    'contractor-1', false, true, 30, '2000-01-01' FROM number;
