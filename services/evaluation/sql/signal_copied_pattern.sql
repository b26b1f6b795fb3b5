-- ScanFraudRequest -> Nothing
-- A team that is rained off together has one pattern too: people whose pattern is that of most of their team are left out, unless the team
-- is so small that it may be made up itself.
WITH rule AS MATERIALIZED (
  SELECT greatest(least_count, 2) AS least_count, share_bp FROM signal_rule_on('COPIED_PATTERN', :call.today) WHERE weight > 0
),
alike AS MATERIALIZED (
  SELECT project_code, irregular_digest FROM attended WHERE month = :month AND irregular_digest IS NOT NULL
  GROUP BY project_code, irregular_digest HAVING count(*) >= (SELECT least_count FROM rule)
),
team AS MATERIALIZED (
  SELECT a.project_code, a.team_name, count(*) AS team_size
  FROM (SELECT DISTINCT project_code FROM alike) k JOIN attended a ON a.project_code = k.project_code AND a.month = :month
  GROUP BY a.project_code, a.team_name
),
member AS MATERIALIZED (
  SELECT a.project_code, a.month, a.worker_number, a.id_number_mask, a.days_text, a.day_hundredths, a.team_name, a.irregular_digest,
    count(*) OVER (PARTITION BY a.project_code, a.team_name, a.irregular_digest) AS alike_in_team
  FROM alike k JOIN attended a ON a.month = :month AND a.project_code = k.project_code AND a.irregular_digest = k.irregular_digest
),
copied AS (
  SELECT m.*, count(*) OVER (PARTITION BY m.project_code, m.irregular_digest) AS alike_count, r.least_count
  FROM member m JOIN team t ON t.project_code = m.project_code AND t.team_name IS NOT DISTINCT FROM m.team_name, rule r
  WHERE m.alike_in_team * 10000 <= t.team_size * r.share_bp OR t.team_size <= r.least_count
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'COPIED_PATTERN', project_code, encode(irregular_digest, 'hex'), worker_number, id_number_mask, project_code, month, NULL, NULL,
  day_hundredths, NULL, days_text
FROM copied WHERE alike_count >= least_count
