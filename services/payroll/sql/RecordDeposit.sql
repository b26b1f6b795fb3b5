-- RecordDepositRequest -> WageDeposit
WITH problem AS (
  SELECT 'DEPOSIT_EXISTS' AS refusal, 'deposit_code' AS refusal_path, deposit_code AS refusal_detail FROM wage_deposit
    WHERE project_code = :project_code AND deposit_code = :deposit_code
  UNION ALL SELECT 'NOT_THE_CONTRACTOR', 'contractor_unit_id', :contractor_unit_id WHERE NOT EXISTS (SELECT 1 FROM project_party
    WHERE project_code = :project_code AND unit_id = :contractor_unit_id AND relation = 'CONTRACTOR')
),
changed AS (
  INSERT INTO wage_deposit (project_code, deposit_code, contractor_unit_id, deposit_kind, deposit_fen, bank_name, valid_from_date, valid_to_date, recorded_by)
  SELECT :project_code, :deposit_code, :contractor_unit_id, :deposit_kind, :deposit_fen, :bank_name, :valid_from_date, :valid_to_date, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, deposit_code, contractor_unit_id, deposit_kind, deposit_state, deposit_fen, used_fen, bank_name, valid_from_date, valid_to_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
