-- ReleaseDepositRequest -> WageDeposit
-- Used for wages that the contractor did not pay, or given back once nobody on the project is unpaid (art. 32).
WITH held AS (
  SELECT * FROM wage_deposit WHERE project_code = :project_code AND deposit_code = :deposit_code
),
problem AS (
  SELECT 'DEPOSIT_NOT_FOUND' AS refusal, 'deposit_code' AS refusal_path, :deposit_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM held)
  UNION ALL SELECT 'DEPOSIT_NOT_HELD', 'deposit_code', deposit_state FROM held WHERE deposit_state <> 'HELD'
  UNION ALL SELECT 'DEPOSIT_STATE', 'deposit_state', NULL WHERE :deposit_state = 'HELD'
  UNION ALL SELECT 'DEPOSIT_USE', 'used_fen', coalesce(:used_fen, 0) || ' / ' || deposit_fen FROM held
    WHERE CASE :deposit_state WHEN 'USED' THEN coalesce(:used_fen, 0) NOT BETWEEN 1 AND deposit_fen ELSE coalesce(:used_fen, 0) > 0 END
  UNION ALL SELECT 'WAGES_UNPAID', '', month || coalesce(' ' || sheet_code, '') FROM unpaid_months(:project_code) WHERE :deposit_state = 'RELEASED'
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', recorded_by FROM held WHERE recorded_by = :call.principal
),
changed AS (
  UPDATE wage_deposit d SET deposit_state = :deposit_state, used_fen = coalesce(:used_fen, 0), released_date = :call.today, release_reason = :release_reason
  WHERE d.project_code = :project_code AND d.deposit_code = :deposit_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, deposit_code, contractor_unit_id, deposit_kind, deposit_state, deposit_fen, used_fen, bank_name, valid_from_date, valid_to_date,
    released_date, release_reason
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
