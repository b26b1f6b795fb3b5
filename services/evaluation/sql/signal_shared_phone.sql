-- ScanFraudRequest -> Nothing
WITH several AS MATERIALIZED (
  SELECT phone_digest FROM attended WHERE month = :month AND phone_digest IS NOT NULL
  GROUP BY phone_digest HAVING min(worker_number) <> max(worker_number)
),
person AS MATERIALIZED (
  SELECT a.* FROM several v JOIN attended a ON a.month = :month AND a.phone_digest = v.phone_digest
),
together AS MATERIALIZED (
  SELECT phone_digest, array_agg(DISTINCT worker_number) AS workers, array_agg(DISTINCT project_code) AS projects
  FROM person GROUP BY phone_digest
),
suspect AS (
  SELECT t.* FROM together t, signal_rule_on('SHARED_PHONE', :call.today) r
  WHERE r.weight > 0 AND cardinality(t.workers) >= greatest(r.least_count, 2) AND NOT is_shared('PHONE', t.workers)
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'SHARED_PHONE', p.project_code, encode(t.phone_digest, 'hex'), a.worker_number, a.id_number_mask, a.project_code, a.month, NULL, NULL,
  a.day_hundredths, NULL, NULL
FROM suspect t JOIN person a ON a.phone_digest = t.phone_digest, unnest(t.projects) AS p(project_code)
