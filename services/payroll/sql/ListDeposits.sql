-- ListDepositsRequest -> WageDepositPage.rows[]
SELECT deposit_code AS page_key, project_code, deposit_code, contractor_unit_id, deposit_kind, deposit_state, deposit_fen, used_fen, bank_name,
  valid_from_date, valid_to_date, released_date, release_reason
FROM wage_deposit WHERE project_code = :project_code AND deposit_code > coalesce(:page_token, '') ORDER BY deposit_code LIMIT :call.limit
