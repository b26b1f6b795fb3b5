-- RecordAccountChecksRequest -> AccountCheckReply
-- The bank's word on each account; an account changes in time, so its latest word counts.
WITH given AS (
  SELECT g.*, format('lines[%s].', g.place - 1) AS path, k.account_no_token, k.bank_unit_id
  FROM unnest(:lines.worker_number, :lines.check_state, :lines.account_kind, :lines.check_note)
    WITH ORDINALITY AS g(worker_number, check_state, account_kind, check_note, place)
  LEFT JOIN account_check k ON k.project_code = :project_code AND k.check_code = :check_code AND k.worker_number = g.worker_number
),
problem AS (
  SELECT 'CHECK_NOT_FOUND' AS refusal, path || 'worker_number' AS refusal_path, worker_number::text AS refusal_detail FROM given WHERE account_no_token IS NULL
  UNION ALL SELECT 'NOT_THE_BANK', path || 'worker_number', bank_unit_id FROM given WHERE bank_unit_id <> :call.unit
  UNION ALL SELECT 'CHECK_NEEDS_ANSWER', path || 'check_state', check_state FROM given WHERE check_state IN ('REQUESTED', 'UNCHECKED')
  UNION ALL SELECT 'LINE_TWICE', format('lines[%s].worker_number', max(place) - 1), worker_number::text FROM given GROUP BY worker_number HAVING count(*) > 1
),
answered AS (
  UPDATE account_check k SET check_state = g.check_state, account_kind = g.account_kind, check_note = g.check_note, answered_date = :call.today
  FROM given g WHERE k.project_code = :project_code AND k.worker_number = g.worker_number AND k.account_no_token = g.account_no_token
    AND NOT EXISTS (SELECT 1 FROM problem)
),
known AS (
  SELECT check_state FROM given
  UNION ALL
  SELECT check_state FROM account_check WHERE project_code = :project_code AND check_code = :check_code
    AND worker_number NOT IN (SELECT worker_number FROM given)
),
changed AS (
  SELECT :project_code AS project_code, :check_code AS check_code, count(*) FILTER (WHERE check_state = 'OK')::int4 AS ok_count,
    count(*) FILTER (WHERE check_state NOT IN ('OK', 'REQUESTED'))::int4 AS failed_count, count(*) FILTER (WHERE check_state = 'REQUESTED')::int4 AS open_count
  FROM known HAVING NOT EXISTS (SELECT 1 FROM problem)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
