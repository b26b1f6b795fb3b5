-- GetFundLedgerRequest -> FundLedger.rows[]
SELECT fund_account, sum(debit_fen)::int8 AS debit_fen, sum(credit_fen)::int8 AS credit_fen,
  (sum(debit_fen) - sum(credit_fen))::int8 AS balance_delta_fen
FROM (SELECT debit_account AS fund_account, amount_fen AS debit_fen, 0::int8 AS credit_fen FROM posting
  WHERE project_code = :project_code
      UNION ALL SELECT credit_account, 0, amount_fen FROM posting WHERE project_code = :project_code) AS entry
GROUP BY fund_account ORDER BY fund_account
