-- RemitWithheldRequest -> Remittance
-- What was deducted goes to those it belongs to, from the special account when it holds enough. The bank's serial makes it once.
WITH withheld AS (
  SELECT coalesce(sum(CASE WHEN credit_account = 'WITHHELD' THEN amount_fen WHEN debit_account = 'WITHHELD' THEN -amount_fen END), 0)::int8 AS withheld_fen
  FROM posting WHERE project_code = :project_code AND sheet_code = :sheet_code
),
known AS (
  SELECT * FROM remittance WHERE project_code = :project_code AND sheet_code = :sheet_code AND bank_serial = :bank_serial
),
account AS (
  SELECT min(wage_account_code) AS wage_account_code FROM wage_account WHERE project_code = :project_code AND account_state <> 'CLOSED' HAVING count(*) = 1
),
payer AS (
  SELECT wage_account_code FROM account WHERE wage_account_balance(:project_code, wage_account_code)
    - wage_account_reserved(:project_code, wage_account_code) >= :remitted_fen
),
problem AS (
  SELECT 'REMITTANCE_TOO_HIGH' AS refusal, 'remitted_fen' AS refusal_path, :remitted_fen || ' > ' || withheld_fen AS refusal_detail FROM withheld
    WHERE :remitted_fen > withheld_fen AND NOT EXISTS (SELECT 1 FROM known)
  UNION ALL SELECT 'PAID_IN_FUTURE', 'remitted_date', :remitted_date::text WHERE :remitted_date > :call.today
  UNION ALL SELECT 'SERIAL_DIFFERS', 'bank_serial', remitted_fen || ' ' || remitted_date FROM known
    WHERE remitted_fen <> :remitted_fen OR remitted_date <> :remitted_date
),
kept AS (
  INSERT INTO remittance (project_code, sheet_code, bank_serial, remitted_fen, remitted_date, recorded_by)
  SELECT :project_code, :sheet_code, :bank_serial, :remitted_fen, :remitted_date, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM known)
  RETURNING remitted_fen
),
posted AS (
  INSERT INTO posting (project_code, call_id, debit_account, credit_account, amount_fen, sheet_code, wage_account_code, posted_date)
  SELECT :project_code, :call.id, 'WITHHELD', CASE WHEN p.wage_account_code IS NULL THEN 'BANK' ELSE 'WAGE_ACCOUNT' END, k.remitted_fen, :sheet_code,
    p.wage_account_code, :call.today
  FROM kept k LEFT JOIN payer p ON true
),
changed AS (
  SELECT :project_code AS project_code, :sheet_code AS sheet_code, :remitted_fen AS remitted_fen, :remitted_date AS remitted_date,
    withheld_fen - coalesce((SELECT remitted_fen FROM kept), 0) AS withheld_fen
  FROM withheld WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
