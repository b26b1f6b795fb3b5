-- A sheet of 50,000 lines ordered from a bank, in our tables and once more in the peer's, and what the bank will say of each line.
SET search_path = payroll; SET client_min_messages = warning;
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state) VALUES (:'code', '示例以工代赈项目', '140214-jtj', 'CONSTRUCTION');
INSERT INTO project_party VALUES (:'code', 'contractor-1', 'CONTRACTOR'), (:'code', 'bank-1', 'BANK');
INSERT INTO wage_sheet (project_code, sheet_code, sheet_version, month, sheet_state, line_count, confirmed_count, day_hundredths, gross_fen, net_fen,
    relief_gross_fen, relief_net_fen, attendance_digest, drawn_by, drawn_date, approved_date, due_date, attempt_count)
  VALUES (:'code', :'code' || '-S', 1, '2026-03', 'ORDERED', 50000, 50000, 110000000, 22000000000, 22000000000, 22000000000, 22000000000, '\x00', 'm',
    '2026-04-01', '2026-04-05', '2026-04-30', 1);
INSERT INTO wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, id_number_mask, pay_unit, rate_fen, day_hundredths,
    gross_fen, net_fen, account_holder, account_no, account_no_mask, bank_name, confirmed_date, order_code)
  SELECT :'code', :'code' || '-S', i * 7919, i, 'ORDERED', '测试' || i, '1402**********0000', 'DAY', 20000, 2200, 440000, 440000, '测试' || i,
    repeat('c', 80), '****1234', '示例银行', '2026-04-02', :'code' || '-P1' FROM generate_series(1, 50000) i;
INSERT INTO payment_order (project_code, order_code, sheet_code, month, attempt, bank_unit_id, order_state, line_count, total_fen, ordered_by, ordered_date)
  VALUES (:'code', :'code' || '-P1', :'code' || '-S', '2026-03', 1, 'bank-1', 'SENT', 50000, 22000000000, 'c', '2026-04-20');
INSERT INTO payment_line (project_code, order_code, worker_number, account_holder, account_no, account_no_mask, bank_name, net_fen, line_state)
  SELECT project_code, order_code, worker_number, account_holder, account_no, account_no_mask, bank_name, net_fen, 'ORDERED'
  FROM wage_line WHERE project_code = :'code';
INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, posted_date) VALUES
  (:'code', '\x01', 'LABOUR_COST', 'WAGES_PAYABLE', 22000000000, :'code' || '-S', '2026-04-05'),
  (:'code', '\x02', 'WAGES_PAYABLE', 'IN_TRANSIT', 22000000000, :'code' || '-S', '2026-04-20');
DROP TABLE IF EXISTS peer.settled_wage_line, peer.payment_line, peer.answer;
CREATE TABLE peer.settled_wage_line (LIKE wage_line INCLUDING ALL);
CREATE TABLE peer.payment_line (LIKE payment_line INCLUDING ALL);
INSERT INTO peer.settled_wage_line SELECT * FROM wage_line WHERE project_code = :'code';
INSERT INTO peer.payment_line SELECT * FROM payment_line WHERE project_code = :'code';
CREATE TABLE peer.answer AS SELECT i * 7919::int8 AS worker_number, 'LS-' || i AS bank_serial FROM generate_series(1, 50000) i;
