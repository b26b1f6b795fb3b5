-- ScanFraudRequest -> FraudScan
-- Folds the hits into signals. The digest is over the rows, so what was dismissed or confirmed is not raised again for the same rows; what
-- stood open for the period and is no longer found is cleared.
WITH hit AS (
  SELECT h.*, row_number() OVER (PARTITION BY signal_kind, project_code, group_key ORDER BY month, worker_number, work_date, row_project_code,
    sheet_code) AS place
  FROM signal_hit h
),
emptied AS (
  DELETE FROM signal_hit
),
grouped AS (
  SELECT signal_kind, project_code, group_key, count(*) AS row_count, count(DISTINCT worker_number)::int4 AS person_count,
    coalesce(sum(gross_fen), 0)::int8 AS involved_fen,
    encode(sha256(convert_to(string_agg(concat_ws(' ', worker_number, row_project_code, month, work_date, sheet_code, day_hundredths, gross_fen),
      ',' ORDER BY place), 'UTF8')), 'hex') AS rows_digest
  FROM hit GROUP BY signal_kind, project_code, group_key
),
fresh AS (
  SELECT g.*, least(100, r.weight + 5 * (g.person_count - 1)) AS score,
    g.project_code || '-S' || (row_number() OVER (PARTITION BY g.project_code ORDER BY g.signal_kind, g.group_key)
      + (SELECT count(*) FROM fraud_signal o WHERE o.project_code = g.project_code)) AS signal_code,
    replace(replace(t.signal_note, '{persons}', g.person_count::text), '{rows}', g.row_count::text) AS signal_note,
    replace(replace(t.english_note, '{persons}', g.person_count::text), '{rows}', g.row_count::text) AS english_note
  FROM grouped g JOIN signal_text t USING (signal_kind), signal_rule_on(g.signal_kind, :call.today) r
  WHERE NOT EXISTS (SELECT 1 FROM fraud_signal o WHERE o.project_code = g.project_code AND o.signal_kind = g.signal_kind
    AND o.period = coalesce(:month, :scan_year::text) AND o.rows_digest = g.rows_digest AND o.signal_state <> 'CLEARED')
),
raised AS (
  INSERT INTO fraud_signal (project_code, signal_code, signal_kind, period, group_key, rows_digest, signal_state, score, person_count,
    involved_fen, signal_note, english_note, raised_by, raised_date)
  SELECT project_code, signal_code, signal_kind, coalesce(:month, :scan_year::text), group_key, rows_digest, 'OPEN', score, person_count,
    involved_fen, signal_note, english_note, :call.principal, :call.today
  FROM fresh
),
proved AS (
  INSERT INTO fraud_signal_row (project_code, signal_code, row_number, worker_number, id_number_mask, row_project_code, month, work_date,
    sheet_code, day_hundredths, gross_fen, row_note)
  SELECT f.project_code, f.signal_code, h.place::int4, h.worker_number, h.id_number_mask, h.row_project_code, h.month, h.work_date, h.sheet_code,
    h.day_hundredths, h.gross_fen, h.row_note
  FROM fresh f JOIN hit h USING (signal_kind, project_code, group_key)
),
cleared AS (
  UPDATE fraud_signal o SET signal_state = 'CLEARED', decided_date = :call.today
  WHERE o.period = coalesce(:month, :scan_year::text) AND o.signal_state = 'OPEN'
    AND NOT EXISTS (SELECT 1 FROM grouped g WHERE g.project_code = o.project_code AND g.signal_kind = o.signal_kind
      AND g.rows_digest = o.rows_digest)
  RETURNING 1
)
INSERT INTO fraud_scan (scan_number, period, found_count, new_count, cleared_count, attendance_seq, payroll_seq, scanned_by, scanned_date)
SELECT (SELECT count(*) + 1 FROM fraud_scan)::int4, coalesce(:month, :scan_year::text), (SELECT count(*) FROM grouped)::int4,
  (SELECT count(*) FROM fresh)::int4, (SELECT count(*) FROM cleared)::int4,
  coalesce((SELECT seq FROM follow_cursor WHERE source = 'workforce'), 0), coalesce((SELECT seq FROM follow_cursor WHERE source = 'payroll'), 0),
  :call.principal, :call.today
RETURNING scan_number, period, found_count, new_count, cleared_count, attendance_seq, payroll_seq
