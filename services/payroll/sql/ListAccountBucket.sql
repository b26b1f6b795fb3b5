-- ListAccountBucketRequest -> AccountBucketPage.rows[]
-- The manual bucket: what waits for money and cannot go out because of its account, each with what clears it.
SELECT w.worker_number::text AS page_key, w.worker_number, w.worker_name, w.account_holder, w.account_no_mask, w.bank_name, w.net_fen, w.account_fault,
  CASE w.account_fault WHEN 'ACCOUNT_MISSING' THEN '补充本人账户（更正账户）' WHEN 'ACCOUNT_HOLDER_DIFFERS' THEN '更正为本人名下账户'
    WHEN 'CARD_HELD' THEN '将银行卡归还本人并登记归还' WHEN 'ACCOUNT_UNCHECKED' THEN '申请银行核验账户' ELSE '与本人核对后更正账户，再申请核验' END AS remedy_note,
  w.check_note
FROM (SELECT pay_policy_on('ACCOUNT_CHECK_REQUIRED', :call.today) > 0 AS checked) policy,
  LATERAL (SELECT * FROM waiting_lines(:project_code, :sheet_code, false, policy.checked) UNION ALL
           SELECT * FROM waiting_lines(:project_code, :sheet_code, true, policy.checked)) w
WHERE w.account_fault IS NOT NULL AND w.worker_number > coalesce(:page_token, '-1')::int8
ORDER BY w.worker_number LIMIT :call.limit
