-- ScanFraudRequest -> Nothing
-- A signed sheet is entered in one go: only confirmations that each worker makes himself tell something by their time.
WITH line AS (
  SELECT l.*, s.line_count AS lines,
    count(*) OVER (PARTITION BY l.project_code, l.sheet_code ORDER BY l.confirmed_at RANGE BETWEEN CURRENT ROW AND interval '1 minute' FOLLOWING)
      AS in_minute
  FROM ledger_line l JOIN sheet s ON s.project_code = l.project_code AND s.sheet_code = l.sheet_code
    AND s.sheet_state NOT IN ('VOID', 'REOPENED')
  WHERE l.month = :month AND l.confirm_method NOT IN ('SIGNATURE', 'FINGERPRINT', 'WITNESS') AND l.confirmed_at IS NOT NULL
),
sheet_hit AS (
  SELECT DISTINCT ON (l.project_code, l.sheet_code) l.project_code, l.sheet_code, l.confirmed_at
  FROM line l, signal_rule_on('CONFIRMED_AT_ONCE', :call.today) r
  WHERE r.weight > 0 AND l.in_minute >= r.least_count AND l.in_minute * 10000 >= l.lines::int8 * r.share_bp
  ORDER BY l.project_code, l.sheet_code, l.confirmed_at
)
INSERT INTO signal_hit (signal_kind, project_code, group_key, worker_number, id_number_mask, row_project_code, month, work_date, sheet_code,
  day_hundredths, gross_fen, row_note)
SELECT 'CONFIRMED_AT_ONCE', l.project_code, l.sheet_code, l.worker_number, l.id_number_mask, l.project_code, l.month, NULL, l.sheet_code,
  l.day_hundredths, l.gross_fen, to_char(l.confirmed_at AT TIME ZONE '+08', 'YYYY-MM-DD HH24:MI:SS')
FROM sheet_hit h JOIN line l ON l.project_code = h.project_code AND l.sheet_code = h.sheet_code
  AND l.confirmed_at BETWEEN h.confirmed_at AND h.confirmed_at + interval '1 minute'
