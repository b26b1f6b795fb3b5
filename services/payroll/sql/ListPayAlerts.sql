-- ListPayAlertsRequest -> PayAlertPage.rows[]
-- Each kind is one SELECT that measures; the dated thresholds then say whether it is yellow or red. Months of the last year and a half.
WITH at AS MATERIALIZED (
  SELECT d.day, to_char(d.day, 'YYYY-MM') AS month, to_char(d.day - interval '18 months', 'YYYY-MM') AS first_month, to_char(d.day, 'YYYY') AS year,
    pay_policy_on('PAY_DUE_MONTHS', d.day) AS due_months, pay_policy_on('MONTH_DAY_HUNDREDTHS', d.day) AS month_days,
    pay_policy_on('WORKDAY_HOUR_HUNDREDTHS', d.day) AS day_hours
  FROM (SELECT coalesce(:at_date, :call.today) AS day) AS d
),
threshold AS MATERIALIZED (
  SELECT DISTINCT ON (t.alert_kind) t.alert_kind, t.yellow_value, t.red_value FROM alert_threshold t, at WHERE t.valid_from_date <= at.day
    AND (:alert_kind IS NULL OR t.alert_kind = :alert_kind)
  ORDER BY t.alert_kind, t.valid_from_date DESC
),
visible AS MATERIALIZED (
  SELECT p.project_code, p.division_code FROM project p
  WHERE (:project_code IS NULL OR p.project_code = :project_code) AND (:unit_id IS NULL OR p.bureau_unit_id = :unit_id)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party c WHERE c.project_code = p.project_code AND c.unit_id = :call.unit
      AND c.relation IN ('BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP')))
),
sheet AS MATERIALIZED (
  SELECT s.*, paid.paid_count AS paid_lines, paid.paid_fen AS paid_sum, v.division_code
  FROM visible v CROSS JOIN at JOIN wage_sheet s ON s.project_code = v.project_code AND s.month BETWEEN at.first_month AND at.month
  CROSS JOIN LATERAL sheet_paid_on(s, at.day) AS paid
  WHERE s.sheet_state NOT IN ('VOID', 'REOPENED') AND s.drawn_date <= at.day
),
worked AS MATERIALIZED (
  SELECT m.project_code, m.month, m.worker_count, ((m.month || '-01')::date + interval '1 month' - interval '1 day')::date AS month_end,
    coalesce(s.due_date, pay_due_date(m.month, at.due_months)) AS due_date, coalesce(s.line_count, 0) AS line_count, coalesce(s.paid_lines, 0) AS paid_lines,
    coalesce(s.net_fen, 0) AS net_fen, coalesce(s.paid_sum, 0) AS paid_sum, s.proof_codes
  FROM visible v CROSS JOIN at JOIN sealed_month m ON m.project_code = v.project_code AND m.month BETWEEN at.first_month AND at.month AND NOT m.is_open
  LEFT JOIN LATERAL (
    SELECT max(x.due_date) AS due_date, sum(x.line_count) AS line_count, sum(x.paid_lines) AS paid_lines, sum(x.net_fen)::int8 AS net_fen,
      sum(x.paid_sum)::int8 AS paid_sum, (array_agg(x.sheet_code ORDER BY x.sheet_version))[1:20] AS proof_codes
    FROM sheet x WHERE x.project_code = m.project_code AND x.month = m.month
  ) AS s ON true
),
person AS MATERIALIZED (
  SELECT l.worker_number, s.month, sum(l.gross_fen)::int8 AS gross_fen
  FROM at, sheet s CROSS JOIN LATERAL (SELECT x.worker_number, x.gross_fen FROM wage_line x
    WHERE x.project_code = s.project_code AND x.sheet_code = s.sheet_code AND x.line_state <> 'SUPERSEDED' OFFSET 0) AS l
  WHERE s.month >= least(at.first_month, at.year || '-01') AND EXISTS (SELECT 1 FROM threshold t WHERE t.alert_kind IN ('PERSON_ABOVE_MONTH', 'PERSON_ABOVE_YEAR'))
  GROUP BY l.worker_number, s.month
),
much AS (
  SELECT 'PERSON_ABOVE_MONTH' AS alert_kind, p.worker_number, p.month AS first_month, p.month, p.gross_fen, p.month AS told_for
  FROM person p JOIN threshold t ON t.alert_kind = 'PERSON_ABOVE_MONTH' AND p.gross_fen >= t.yellow_value
  UNION ALL
  SELECT 'PERSON_ABOVE_YEAR', y.worker_number, at.year || '-01', at.year || '-12', y.gross_fen, at.year || '-12'
  FROM at CROSS JOIN LATERAL (SELECT p.worker_number, sum(p.gross_fen)::int8 AS gross_fen FROM person p
    WHERE p.month BETWEEN at.year || '-01' AND at.month GROUP BY p.worker_number) AS y
  JOIN threshold t ON t.alert_kind = 'PERSON_ABOVE_YEAR' AND y.gross_fen >= t.yellow_value
),
standard AS MATERIALIZED (
  SELECT DISTINCT ON (s.project_code, s.month, d.post_name) s.project_code, s.month, d.post_name,
    daily_rate(d.pay_unit, d.rate_fen, at.month_days, at.day_hours) AS day_fen
  FROM at, sheet s JOIN pay_standard d ON d.project_code = s.project_code
    AND d.valid_from_date <= ((s.month || '-01')::date + interval '1 month' - interval '1 day')::date
  WHERE EXISTS (SELECT 1 FROM threshold t WHERE t.alert_kind IN ('RATE_ABOVE_STANDARD', 'RATE_BELOW_STANDARD'))
  ORDER BY s.project_code, s.month, d.post_name, d.valid_from_date DESC
),
rated AS MATERIALIZED (
  SELECT s.project_code, s.month, s.sheet_code, l.worker_number, l.day_fen, d.day_fen AS standard_fen
  FROM standard d JOIN sheet s ON s.project_code = d.project_code AND s.month = d.month AND s.sheet_kind = 'REGULAR' CROSS JOIN at
  CROSS JOIN LATERAL (SELECT x.worker_number, daily_rate(x.pay_unit, x.rate_fen, at.month_days, at.day_hours) AS day_fen FROM wage_line x
    WHERE x.project_code = s.project_code AND x.sheet_code = s.sheet_code AND x.post_name = d.post_name AND x.line_state <> 'SUPERSEDED' OFFSET 0) AS l
  WHERE l.day_fen <> d.day_fen
),
measured AS (
  SELECT 'NOBODY_PAID' AS alert_kind, w.project_code, w.month, NULL::text AS sheet_code, NULL::int8 AS worker_number, NULL::text AS team_name,
    (at.day - w.month_end)::int8 AS measured_value, w.proof_codes,
    format('%s 有 %s 人出勤，月末后 %s 天无人领到劳务报酬', w.month, w.worker_count, at.day - w.month_end) AS alert_note
  FROM worked w, at WHERE w.paid_lines = 0 AND w.worker_count > 0
  UNION ALL
  SELECT 'NOT_DRAWN', t.project_code, t.month, NULL, NULL, t.team_name, (at.day - w.month_end)::int8, NULL::text[],
    format('%s %s %s 人的考勤已封存，月末后 %s 天未编制工资表', t.month, t.team_name, t.worker_count, at.day - w.month_end)
  FROM at, worked w JOIN sealed_team t ON t.project_code = w.project_code AND t.month = w.month
  WHERE NOT EXISTS (SELECT 1 FROM sheet x WHERE x.project_code = t.project_code AND x.month = t.month AND x.team_name = t.team_name AND x.sheet_kind = 'REGULAR')
  UNION ALL
  SELECT 'FEWER_PAID_THAN_ATTENDED', w.project_code, w.month, NULL, NULL, NULL, (w.worker_count - heads.paid_heads)::int8, w.proof_codes,
    format('%s 出勤 %s 人，到期后仅 %s 人领到劳务报酬', w.month, w.worker_count, heads.paid_heads)
  FROM at, worked w CROSS JOIN LATERAL (
    SELECT count(DISTINCT l.worker_number)::int4 AS paid_heads FROM sheet x JOIN wage_line l ON l.project_code = x.project_code AND l.sheet_code = x.sheet_code
    WHERE x.project_code = w.project_code AND x.month = w.month AND l.line_state = 'PAID' AND l.paid_date <= at.day
  ) AS heads WHERE at.day > w.due_date AND w.paid_lines < greatest(w.worker_count, w.line_count)
  UNION ALL
  SELECT 'UNPAID_SHARE', w.project_code, w.month, NULL, NULL, NULL, (w.net_fen - w.paid_sum) * 10000 / w.net_fen, w.proof_codes,
    format('%s 到期应付 %s 元，未付 %s 元', w.month, yuan(w.net_fen), yuan(w.net_fen - w.paid_sum))
  FROM worked w, at WHERE at.day > w.due_date AND w.net_fen > 0
  UNION ALL
  SELECT 'AVERAGE_BELOW_FLOOR', s.project_code, s.month, s.sheet_code, NULL, s.team_name, s.gross_fen * 100 / s.day_hundredths * 10000 / f.floor_fen,
    ARRAY[s.sheet_code], format('平均日报酬 %s 元，当地最低标准 %s 元', yuan(s.gross_fen * 100 / s.day_hundredths), yuan(f.floor_fen))
  FROM sheet s CROSS JOIN LATERAL (SELECT daily_minimum_on(s.division_code, (s.month || '-01')::date) AS floor_fen) AS f
  WHERE s.day_hundredths > 0 AND f.floor_fen > 0 AND s.sheet_kind = 'REGULAR'
  UNION ALL
  SELECT m.alert_kind, proof.project_code, m.told_for, NULL, m.worker_number, NULL, m.gross_fen, proof.proof_codes,
    format('一人 %s 至 %s 报酬 %s 元', m.first_month, m.month, yuan(m.gross_fen))
  FROM much m CROSS JOIN LATERAL (SELECT min(x.project_code) AS project_code, (array_agg(x.sheet_code ORDER BY x.sheet_code))[1:20] AS proof_codes
    FROM sheet x WHERE x.month BETWEEN m.first_month AND m.month AND EXISTS (SELECT 1 FROM wage_line l WHERE l.project_code = x.project_code
      AND l.sheet_code = x.sheet_code AND l.worker_number = m.worker_number AND l.line_state <> 'SUPERSEDED')) AS proof
  UNION ALL
  SELECT 'LEAVER_UNSETTLED', s.project_code, s.month, s.sheet_code, l.worker_number, NULL, (at.day - e.end_date)::int8, ARRAY[s.sheet_code],
    format('协议已于 %s 终止，%s 的 %s 元尚未付清', e.end_date, s.month, yuan(l.net_fen))
  FROM at, sheet s JOIN wage_line l ON l.project_code = s.project_code AND l.sheet_code = s.sheet_code
  CROSS JOIN LATERAL (SELECT max(a.end_date) AS end_date FROM agreement_end a WHERE a.project_code = l.project_code AND a.worker_number = l.worker_number) AS e
  WHERE s.paid_lines < s.line_count AND l.line_state <> 'SUPERSEDED' AND (l.line_state <> 'PAID' OR l.paid_date > at.day) AND e.end_date < at.day
  UNION ALL
  SELECT 'CASH_SHARE', s.project_code, s.month, s.sheet_code, NULL, s.team_name, s.cash_count * 10000::int8 / s.line_count, ARRAY[s.sheet_code],
    format('%s 行中 %s 行以现金发放', s.line_count, s.cash_count) FROM sheet s WHERE s.line_count > 0 AND s.cash_count > 0
  UNION ALL
  SELECT 'WITNESS_SHARE', s.project_code, s.month, s.sheet_code, NULL, s.team_name, s.witness_count * 10000::int8 / s.line_count, ARRAY[s.sheet_code],
    format('%s 行中 %s 行由见证人代为确认', s.line_count, s.witness_count) FROM sheet s WHERE s.line_count > 0 AND s.witness_count > 0
  UNION ALL
  SELECT 'RATE_ABOVE_STANDARD', r.project_code, r.month, r.sheet_code, r.worker_number, NULL, (r.day_fen - r.standard_fen) * 10000 / r.standard_fen,
    ARRAY[r.sheet_code], format('折合日报酬 %s 元，岗位标准 %s 元', yuan(r.day_fen), yuan(r.standard_fen)) FROM rated r WHERE r.day_fen > r.standard_fen
  UNION ALL
  SELECT 'RATE_BELOW_STANDARD', r.project_code, r.month, r.sheet_code, r.worker_number, NULL, ((r.standard_fen - r.day_fen) * 10000 + r.standard_fen - 1) / r.standard_fen,
    ARRAY[r.sheet_code], format('折合日报酬 %s 元，岗位标准 %s 元', yuan(r.day_fen), yuan(r.standard_fen)) FROM rated r WHERE r.day_fen < r.standard_fen
  UNION ALL
  SELECT 'CYCLE_NOT_KEPT', s.project_code, s.month, s.sheet_code, NULL, s.team_name, c.line_count, ARRAY[s.sheet_code],
    format('%s 行约定的支付周期短于一个月，而按月发放', c.line_count)
  FROM sheet s CROSS JOIN LATERAL (SELECT count(*) AS line_count FROM wage_line l WHERE l.project_code = s.project_code AND l.sheet_code = s.sheet_code
    AND l.pay_cycle IN ('WEEK', 'DAY', 'HOUR', 'PIECE')) AS c
  WHERE s.sheet_kind = 'REGULAR' AND c.line_count > 0 AND EXISTS (SELECT 1 FROM threshold t WHERE t.alert_kind = 'CYCLE_NOT_KEPT')
),
alert AS (
  SELECT m.*, g.alert_level, CASE g.alert_level WHEN 'RED' THEN t.red_value ELSE t.yellow_value END AS threshold_value,
    concat_ws(' ', m.project_code, m.alert_kind, m.month, coalesce(m.sheet_code, '-'), lpad(coalesce(m.worker_number, 0)::text, 19, '0'),
      encode(convert_to(coalesce(m.team_name, ''), 'UTF8'), 'hex')) AS page_key
  FROM measured m JOIN threshold t ON t.alert_kind = m.alert_kind
  CROSS JOIN LATERAL (SELECT CASE WHEN m.alert_kind = 'AVERAGE_BELOW_FLOOR'
      THEN CASE WHEN m.measured_value < t.red_value THEN 'RED' WHEN m.measured_value < t.yellow_value THEN 'YELLOW' END
      ELSE CASE WHEN m.measured_value >= t.red_value THEN 'RED' WHEN m.measured_value >= t.yellow_value THEN 'YELLOW' END END AS alert_level) AS g
  WHERE g.alert_level IS NOT NULL AND (:alert_level IS NULL OR g.alert_level = :alert_level)
)
SELECT page_key, project_code, alert_kind, alert_level, month, sheet_code, worker_number, team_name, measured_value, threshold_value, alert_note, proof_codes
FROM alert WHERE page_key > coalesce(:page_token, '') ORDER BY page_key LIMIT :call.limit
