-- ScanFraudRequest -> Nothing
-- Irregular = at least eight days, two of them not whole. A team that is rained off together has one pattern too: people whose pattern is
-- that of most of their team are left out, unless the team is so small that it may be made up itself.
WITH counted AS (
  SELECT a.project_code, a.month, a.worker_number, a.id_number_mask, a.days_text, a.day_hundredths, a.attended_days,
    count(*) OVER (PARTITION BY a.project_code, a.team_name, a.days_text) AS alike_in_team,
    count(*) OVER (PARTITION BY a.project_code, a.team_name) AS team_size
  FROM attended a
  WHERE a.month = :month
),
copied AS (
  SELECT c.*, count(*) OVER (PARTITION BY c.project_code, c.days_text) AS alike, r.least_count
  FROM counted c, signal_rule_on('COPIED_PATTERN', :call.today) r
  WHERE r.weight > 0 AND (c.alike_in_team * 10000 <= c.team_size * r.share_bp OR c.team_size <= r.least_count) AND c.attended_days >= 8
    AND (length(c.days_text) - length(replace(c.days_text, ':100', ''))) / 4 <= c.attended_days - 2
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'COPIED_PATTERN', project_code, md5(days_text), worker_number, id_number_mask, project_code, month, NULL, NULL, day_hundredths, NULL, days_text
FROM copied WHERE alike >= greatest(least_count, 2)
