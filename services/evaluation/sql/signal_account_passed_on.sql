-- ScanFraudRequest -> Nothing
-- Not together in one month (that is SHARED_ACCOUNT), but one after the other.
WITH several AS MATERIALIZED (
  SELECT account_no_token FROM ledger_line
  WHERE month BETWEEN :scan_year || '-01' AND :scan_year || '-12' AND account_no_token IS NOT NULL
  GROUP BY account_no_token HAVING min(worker_number) <> max(worker_number)
),
line AS MATERIALIZED (
  SELECT l.* FROM several v JOIN ledger_line l ON l.account_no_token = v.account_no_token
    AND l.month = ANY (ARRAY(SELECT :scan_year || '-' || lpad(m::text, 2, '0') FROM generate_series(1, 12) AS m))
  JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
),
together AS MATERIALIZED (
  SELECT account_no_token, array_agg(DISTINCT worker_number) AS workers, array_agg(DISTINCT project_code) AS projects
  FROM line GROUP BY account_no_token HAVING min(worker_number) <> max(worker_number)
),
suspect AS (
  SELECT t.* FROM together t, signal_rule_on('ACCOUNT_PASSED_ON', :call.today) r
  WHERE r.weight > 0 AND cardinality(t.workers) >= greatest(r.least_count, 2) AND NOT is_shared('ACCOUNT', t.workers)
    AND NOT EXISTS (SELECT 1 FROM line l WHERE l.account_no_token = t.account_no_token GROUP BY l.month
      HAVING min(l.worker_number) <> max(l.worker_number))
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'ACCOUNT_PASSED_ON', p.project_code, encode(l.account_no_token, 'hex'), l.worker_number, l.id_number_mask, l.project_code, l.month, NULL,
  l.sheet_code, l.day_hundredths, l.gross_fen, l.account_no_mask
FROM suspect t JOIN line l ON l.account_no_token = t.account_no_token, unnest(t.projects) AS p(project_code)
