-- ReportHeldCardRequest -> AccountBucketRow
-- Whoever learns of it may say so; nothing goes to the card until it is back with the worker (Reg. 724 art. 31).
WITH line AS (
  SELECT * FROM wage_line WHERE project_code = :project_code AND sheet_code = :sheet_code AND worker_number = :worker_number
),
problem AS (
  SELECT 'LINE_NOT_FOUND' AS refusal, 'worker_number' AS refusal_path, :worker_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM line)
  UNION ALL SELECT 'ACCOUNT_MISSING', 'worker_number', :worker_number::text FROM line WHERE account_no_token IS NULL
),
kept AS (
  INSERT INTO account_check AS k (project_code, worker_number, account_no_token, check_code, account_holder, account_no, account_no_mask, bank_name,
    check_state, card_held, held_note, requested_by, requested_date)
  SELECT :project_code, l.worker_number, l.account_no_token, '', l.account_holder, l.account_no, l.account_no_mask, l.bank_name, 'UNCHECKED',
    NOT :card_returned, :held_note, :call.principal, :call.today
  FROM line l WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, worker_number, account_no_token) DO UPDATE SET card_held = excluded.card_held, held_note = excluded.held_note
  RETURNING k.worker_number, k.check_state, k.card_held, k.held_note
),
changed AS (
  SELECT l.worker_number, l.worker_name, l.account_holder, l.account_no_mask, l.bank_name, l.net_fen,
    account_fault(l.account_no, l.account_holder, l.worker_name, k.check_state, k.card_held, false) AS account_fault, k.held_note AS check_note
  FROM line l JOIN kept k ON k.worker_number = l.worker_number
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
