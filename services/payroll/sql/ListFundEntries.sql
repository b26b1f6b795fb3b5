-- ListFundEntriesRequest -> FundEntryPage.rows[]
-- Every entry with the call that posted it; the journal has that call's row under the same id.
SELECT p.posted_date || ' ' || encode(p.call_id, 'hex') || ' ' || p.debit_account || ' ' || p.credit_account AS page_key, p.posted_date, p.call_id,
  p.debit_account, p.credit_account, p.amount_fen, p.sheet_code, p.fund_code, p.wage_account_code
FROM posting p
WHERE p.project_code = :project_code AND (:sheet_code IS NULL OR p.sheet_code = :sheet_code)
  AND (:wage_account_code IS NULL OR p.wage_account_code = :wage_account_code)
  AND (:page_token IS NULL OR (p.posted_date, encode(p.call_id, 'hex'), p.debit_account, p.credit_account)
    > (split_part(:page_token, ' ', 1)::date, split_part(:page_token, ' ', 2), split_part(:page_token, ' ', 3), split_part(:page_token, ' ', 4)))
ORDER BY p.posted_date, encode(p.call_id, 'hex'), p.debit_account, p.credit_account LIMIT :call.limit
