-- ListFundAlertsRequest -> FundAlertPage.rows[]
-- What the law asks of the money and does not find, as of a day; each row says what was due, what there is, since when and who answers for it.
WITH day AS (SELECT coalesce(:as_of_date, :call.today) AS as_of),
seen AS (
  SELECT p.* FROM project p WHERE (:project_code IS NULL OR p.project_code = :project_code)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party c WHERE c.project_code = p.project_code AND c.unit_id = :call.unit AND c.relation <> 'BANK'))
),
due AS (
  SELECT s.project_code, s.month, s.due_date, sum(s.gross_fen) OVER (PARTITION BY s.project_code ORDER BY s.due_date, s.sheet_code) AS due_fen
  FROM seen p JOIN wage_sheet s ON s.project_code = p.project_code, day
  WHERE s.approved_date IS NOT NULL AND s.sheet_state <> 'VOID' AND s.due_date < day.as_of
    AND EXISTS (SELECT 1 FROM wage_account a WHERE a.project_code = p.project_code)
),
alert AS (
  SELECT 'ACCOUNT_MISSING' AS alert_kind, p.project_code, NULL AS month, NULL AS order_code, NULL::int8 AS due_fen, NULL::int8 AS actual_fen,
    p.award_date + pay_policy_on('WAGE_ACCOUNT_DAYS', p.award_date)::int4 + 1 AS since_date, c.unit_id AS responsible_unit_id,
    '人社部发〔2021〕53号：合同签订之日起30日内开立专用账户' AS basis_note
  FROM day, seen p JOIN project_party c ON c.project_code = p.project_code AND c.relation = 'CONTRACTOR'
  WHERE p.project_state IN ('AWARDED', 'CONSTRUCTION', 'SUSPENDED') AND p.award_date + pay_policy_on('WAGE_ACCOUNT_DAYS', p.award_date)::int4 < day.as_of
    AND NOT EXISTS (SELECT 1 FROM wage_account a WHERE a.project_code = p.project_code AND a.contractor_unit_id = c.unit_id AND a.opened_date <= day.as_of)
  UNION ALL
  SELECT 'ACCOUNT_LATE', a.project_code, NULL, NULL, NULL, NULL, a.contract_signed_date + pay_policy_on('WAGE_ACCOUNT_DAYS', a.contract_signed_date)::int4 + 1,
    a.contractor_unit_id, '人社部发〔2021〕53号：合同签订之日起30日内开立专用账户'
  FROM day, seen p JOIN wage_account a ON a.project_code = p.project_code
  WHERE a.opened_date <= day.as_of AND a.opened_date > a.contract_signed_date + pay_policy_on('WAGE_ACCOUNT_DAYS', a.contract_signed_date)::int4
  UNION ALL
  SELECT 'CYCLE_TOO_LONG', p.project_code, NULL, NULL, NULL, NULL, p.award_date,
    (SELECT min(c.unit_id) FROM project_party c WHERE c.project_code = p.project_code AND c.relation = 'OWNER'),
    '保障农民工工资支付条例第二十四条：人工费用拨付周期不得超过1个月'
  FROM day, seen p WHERE p.labour_cycle_days > 31 AND p.award_date <= day.as_of
  UNION ALL
  SELECT 'INFLOW_SHORT', d.project_code, d.month, NULL, d.due_fen::int8, i.inflow_fen, d.due_date + 1,
    (SELECT min(c.unit_id) FROM project_party c WHERE c.project_code = d.project_code AND c.relation = 'OWNER'),
    '保障农民工工资支付条例第二十九条：按时足额将人工费用拨付至专用账户'
  FROM due d, LATERAL (SELECT coalesce(sum(w.inflow_fen), 0)::int8 AS inflow_fen FROM wage_inflow w WHERE w.project_code = d.project_code
    AND w.inflow_date <= d.due_date) i
  WHERE i.inflow_fen < d.due_fen
  UNION ALL
  SELECT 'ORDER_UNRECEIVED', o.project_code, o.month, o.order_code, o.total_fen, o.paid_fen, o.ordered_date + pay_policy_on('ENQUIRY_DAYS', o.ordered_date)::int4 + 1,
    o.bank_unit_id, '支付指令发出后银行未签收、未反馈'
  FROM day, seen p JOIN payment_order o ON o.project_code = p.project_code
  WHERE o.order_state = 'SENT' AND o.acknowledged_date IS NULL AND o.ordered_date + pay_policy_on('ENQUIRY_DAYS', o.ordered_date)::int4 < day.as_of
)
SELECT project_code || ' ' || alert_kind || ' ' || coalesce(month, '') || ' ' || coalesce(order_code, '') || ' ' || coalesce(responsible_unit_id, '') AS page_key,
  alert.*
FROM alert
WHERE project_code || ' ' || alert_kind || ' ' || coalesce(month, '') || ' ' || coalesce(order_code, '') || ' ' || coalesce(responsible_unit_id, '')
  > coalesce(:page_token, '')
ORDER BY 1 LIMIT :call.limit
