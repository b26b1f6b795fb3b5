-- RecordStatementRequest -> StatementReply
-- Rows of the bank's statement for wages; a serial comes once. Of the account only token and mask are kept.
WITH given AS (
  SELECT g.*, format('lines[%s].', g.place - 1) AS path, b.amount_fen AS former_fen, b.value_date AS former_date, b.account_no_token AS former_token
  FROM unnest(:lines.bank_serial, :lines.account_no_token, :lines.account_no_mask, :lines.amount_fen, :lines.value_date)
    WITH ORDINALITY AS g(bank_serial, account_no_token, account_no_mask, amount_fen, value_date, place)
  LEFT JOIN bank_statement b ON b.project_code = :project_code AND b.bank_unit_id = :bank_unit_id AND b.bank_serial = g.bank_serial
),
problem AS (
  SELECT 'NO_BANK' AS refusal, 'bank_unit_id' AS refusal_path, :bank_unit_id AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = :bank_unit_id AND unit_kind = 'BANK')
  UNION ALL SELECT 'NOT_THE_BANK', 'bank_unit_id', :bank_unit_id WHERE :bank_unit_id <> :call.unit AND NOT EXISTS (SELECT 1 FROM project_party p
    WHERE p.project_code = :project_code AND p.unit_id = :call.unit AND p.relation IN ('OWNER', 'CONTRACTOR'))
  UNION ALL SELECT 'SERIAL_DIFFERS', path || 'bank_serial', former_fen || ' ' || former_date FROM given
    WHERE former_fen <> amount_fen OR former_date <> value_date OR former_token <> account_no_token
  UNION ALL SELECT 'SERIAL_TWICE', format('lines[%s].bank_serial', max(place) - 1), bank_serial FROM given GROUP BY bank_serial HAVING count(*) > 1
  UNION ALL SELECT 'PAID_IN_FUTURE', path || 'value_date', value_date::text FROM given WHERE value_date > :call.today
),
kept AS (
  INSERT INTO bank_statement (project_code, bank_unit_id, bank_serial, account_no_token, account_no_mask, amount_fen, value_date, recorded_by, recorded_date)
  SELECT :project_code, :bank_unit_id, bank_serial, account_no_token, account_no_mask, amount_fen, value_date, :call.principal, :call.today
  FROM given WHERE former_fen IS NULL AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING bank_serial
),
partner AS (
  SELECT l.bank_serial FROM payment_order o JOIN payment_line l ON l.project_code = o.project_code AND l.order_code = o.order_code
  WHERE o.project_code = :project_code AND o.bank_unit_id = :bank_unit_id AND l.bank_serial = ANY (:lines.bank_serial)
),
changed AS (
  SELECT :project_code AS project_code, (SELECT count(*) FROM kept)::int4 AS new_count, (SELECT count(former_fen) FROM given)::int4 AS known_count,
    (SELECT count(DISTINCT bank_serial) FROM partner)::int4 AS matched_count WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
