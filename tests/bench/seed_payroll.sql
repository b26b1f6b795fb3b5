-- Twenty projects with a sealed month of 10,000 workers each, and :lines lines of former sheets.
SET search_path = payroll;
CREATE TEMPORARY TABLE number (i serial, worker_number int8);
\copy number (worker_number) FROM 'var/bench/workers'
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state)
  SELECT n::text, '示例以工代赈项目' || n, '140214-jtj', 'CONSTRUCTION' FROM generate_series(:first::int, :first::int + 19) n;
INSERT INTO project_party SELECT n::text, 'contractor-1', 'CONTRACTOR' FROM generate_series(:first::int, :first::int + 19) n;
INSERT INTO sealed_month SELECT n::text, '2026-03', '\x00', 10000, 22000000 FROM generate_series(:first::int, :first::int + 19) n;
INSERT INTO sealed_attendance (project_code, month, worker_number, worker_name, id_number_mask, account_holder, account_no, account_no_mask, bank_name,
    agreement_code, employment_kind, pay_unit, rate_fen, day_hundredths)
  SELECT n::text, '2026-03', worker_number, '测试' || i, '1402**********0000', '测试' || i, repeat('c', 80), '****1234', '示例银行', 'A' || i,
    'WORK_RELIEF_SERVICE', 'DAY', 20000, 2200 FROM generate_series(:first::int, :first::int + 19) n, number;
INSERT INTO wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, pay_unit, rate_fen, day_hundredths, gross_fen, net_fen)
  SELECT 'F' || :first || '-' || k, 'S' || k, worker_number, i, 'PAID', '测试' || i, 'DAY', 20000, 2200, 440000, 440000
  FROM number, generate_series(1, :lines::int / 10000) k;
