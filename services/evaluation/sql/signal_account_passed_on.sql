-- ScanFraudRequest -> Nothing
-- Not together in one month (that is SHARED_ACCOUNT), but one after the other.
WITH line AS (
  SELECT l.* FROM ledger_line l JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code AND s.sheet_state NOT IN ('VOID', 'REOPENED')
  WHERE l.month BETWEEN :scan_year || '-01' AND :scan_year || '-12' AND l.account_no_token IS NOT NULL
),
several AS (
  SELECT account_no_token FROM line GROUP BY account_no_token HAVING min(worker_number) <> max(worker_number)
),
together AS MATERIALIZED (
  SELECT account_no_token, array_agg(DISTINCT worker_number) AS workers, array_agg(DISTINCT project_code) AS projects
  FROM several JOIN line USING (account_no_token) GROUP BY account_no_token
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
