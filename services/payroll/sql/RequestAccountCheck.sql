-- RequestAccountCheckRequest -> AccountCheckRequested
-- Asks the bank about every account of the sheet that it has not found in order yet, before money moves (R128).
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
bank AS (SELECT unit_id FROM banks_of(:project_code, :bank_unit_id)),
asked AS (
  SELECT l.worker_number, l.account_no_token, l.account_holder, l.account_no, l.account_no_mask, l.bank_name
  FROM sheet s JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code
  LEFT JOIN account_check k ON k.project_code = l.project_code AND k.worker_number = l.worker_number AND k.account_no_token = l.account_no_token
  WHERE l.account_no_token IS NOT NULL AND l.line_state IN ('DRAFT', 'CONFIRMED', 'REJECTED') AND k.check_state IS DISTINCT FROM 'OK'
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE sheet_state = 'VOID'
  UNION ALL SELECT CASE count(*) WHEN 0 THEN 'NO_BANK' ELSE 'BANK_AMBIGUOUS' END, 'bank_unit_id', :bank_unit_id FROM bank HAVING count(*) <> 1
  UNION ALL SELECT 'NOTHING_TO_CHECK', 'sheet_code', sheet_code FROM sheet WHERE sheet_state <> 'VOID' AND NOT EXISTS (SELECT 1 FROM asked)
),
numbered AS (
  UPDATE wage_sheet w SET check_count = w.check_count + 1
  WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING w.sheet_code || '-K' || w.check_count AS check_code
),
kept AS (
  INSERT INTO account_check (project_code, worker_number, account_no_token, check_code, bank_unit_id, account_holder, account_no, account_no_mask, bank_name,
    check_state, requested_by, requested_date)
  SELECT :project_code, a.worker_number, a.account_no_token, n.check_code, bank.unit_id, a.account_holder, a.account_no, a.account_no_mask, a.bank_name,
    'REQUESTED', :call.principal, :call.today
  FROM asked a, numbered n, bank
  ON CONFLICT (project_code, worker_number, account_no_token) DO UPDATE SET check_code = excluded.check_code, bank_unit_id = excluded.bank_unit_id,
    account_holder = excluded.account_holder, account_no = excluded.account_no, check_state = 'REQUESTED', requested_by = excluded.requested_by,
    requested_date = excluded.requested_date, answered_date = NULL, check_note = NULL
  RETURNING 1
),
changed AS (
  SELECT :project_code AS project_code, :sheet_code AS sheet_code, n.check_code, bank.unit_id AS bank_unit_id,
    (SELECT count(*) FROM kept)::int4 AS line_count FROM numbered n, bank
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
