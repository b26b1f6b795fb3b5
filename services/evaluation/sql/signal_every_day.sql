-- ScanFraudRequest -> Nothing
WITH site AS (
  SELECT project_code, count(*) AS workers,
    count(*) FILTER (WHERE day_hundredths >= 100 * extract(day FROM (:month || '-01')::date + interval '1 month' - interval '1 day')::int4) AS tireless
  FROM attended WHERE month = :month GROUP BY project_code
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'EVERY_DAY', a.project_code, '', a.worker_number, a.id_number_mask, a.project_code, a.month, NULL, NULL, a.day_hundredths, NULL, NULL
FROM signal_rule_on('EVERY_DAY', :call.today) r, site s JOIN attended a ON a.project_code = s.project_code AND a.month = :month
WHERE r.weight > 0 AND s.tireless >= r.least_count AND s.tireless * 10000 >= s.workers * r.share_bp
  AND a.day_hundredths >= 100 * extract(day FROM (:month || '-01')::date + interval '1 month' - interval '1 day')::int4
