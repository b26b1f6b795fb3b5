-- SendConfirmCodesRequest -> ConfirmCodesSent
-- A new code takes the place of the one before; who has confirmed gets none.
WITH sheet AS (
  SELECT * FROM wage_sheet WHERE project_code = :project_code AND sheet_code = :sheet_code
),
given AS (
  SELECT g.*, l.line_state FROM unnest(:worker_numbers, :gathered_codes.confirm_code, :gathered_codes.confirm_code_token)
    WITH ORDINALITY AS g(worker_number, confirm_code, confirm_code_token, place)
  LEFT JOIN LATERAL (SELECT w.line_state FROM wage_line w
    WHERE w.project_code = :project_code AND w.sheet_code = :sheet_code AND w.worker_number = g.worker_number LIMIT 1) AS l ON true
),
policy AS (
  SELECT :call.now::timestamptz + make_interval(hours => pay_policy_on('CODE_VALID_HOURS', :call.today)::int4) AS expires_at,
    pay_policy_on('CODE_ATTEMPTS', :call.today)::int4 AS attempts
),
problem AS (
  SELECT 'SHEET_NOT_FOUND' AS refusal, 'sheet_code' AS refusal_path, :sheet_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM sheet)
  UNION ALL SELECT 'SHEET_STATE', 'sheet_code', sheet_state FROM sheet WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sheet' AND t.from_state = sheet_state AND t.method = 'ConfirmByCode')
  UNION ALL SELECT 'LINE_NOT_FOUND', format('worker_numbers[%s]', place - 1), worker_number::text FROM given, sheet WHERE line_state IS NULL
  UNION ALL SELECT 'LINE_CONFIRMED', format('worker_numbers[%s]', place - 1), worker_number::text FROM given WHERE line_state <> 'DRAFT'
  UNION ALL SELECT 'LINE_TWICE', format('worker_numbers[%s]', max(place) - 1), worker_number::text FROM given
    GROUP BY worker_number HAVING count(*) > 1
),
kept AS (
  INSERT INTO confirm_code AS c (project_code, sheet_code, worker_number, issue_number, confirm_code, confirm_code_token, attempts_left, expires_at, sent_by)
  SELECT :project_code, :sheet_code, g.worker_number, 1, g.confirm_code, g.confirm_code_token, p.attempts, p.expires_at, :call.principal
  FROM given g, policy p WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, sheet_code, worker_number) DO UPDATE SET issue_number = c.issue_number + 1, confirm_code = excluded.confirm_code,
    confirm_code_token = excluded.confirm_code_token, attempts_left = excluded.attempts_left, expires_at = excluded.expires_at, sent_by = excluded.sent_by
  RETURNING 1
),
changed AS (
  SELECT sheet.sheet_code, (SELECT count(*) FROM kept)::int4 AS sent_count, policy.expires_at AS expires_at_us FROM sheet, policy
  WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
