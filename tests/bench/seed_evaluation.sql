-- A year of 10,000 workers in 20 projects: attendance and wage lines, a few shared cards and telephones, one in a hundred at two sites.
SET search_path = evaluation;
INSERT INTO project (project_code, project_name, bureau_unit_id, project_state)
  SELECT 'E' || p, '示例以工代赈项目' || p, '140214-jtj', 'CONSTRUCTION' FROM generate_series(0, 19) p;
CREATE TEMPORARY TABLE pattern AS -- 5,000 ways to spend a month: 18 to 25 days, some of them not whole
  SELECT n, string_agg(lpad(d::text, 2, '0') || ':' || CASE WHEN abs(hashint4(n * 32 + d)) % 11 = 0 THEN '50' ELSE '100' END, ' ' ORDER BY d) AS days_text,
    count(*)::int4 AS days, sum(CASE WHEN abs(hashint4(n * 32 + d)) % 11 = 0 THEN 50 ELSE 100 END)::int4 AS hundredths
  FROM generate_series(0, 4999) n, generate_series(1, 28) d WHERE abs(hashint4(n * 31 + d)) % 9 > 1 GROUP BY n;
CREATE TEMPORARY TABLE month AS SELECT '2025-' || lpad(m::text, 2, '0') AS month, m FROM generate_series(1, 12) m;
INSERT INTO sealed_month SELECT project_code, month, '\x01', 500, 1100000 FROM project, month;
INSERT INTO sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen, attendance_digest)
  SELECT project_code, project_code || '-' || month, month, 'PAID', 500, 1100000, 0, 0, 0, '\x01' FROM project, month;
INSERT INTO roster SELECT 'E' || p, w FROM generate_series(1, 10000) w, LATERAL (VALUES (w % 20), ((w + 1) % 20)) AS at(p);
INSERT INTO agreement SELECT 'E' || w % 20, 'A' || w, w, '2024-01-01', '2026-12-31', 30, 'WORK_RELIEF_SERVICE' FROM generate_series(1, 10000) w;
INSERT INTO attended (project_code, month, worker_number, worker_token, id_number_mask, phone_digest, day_hundredths, attended_days, days_text,
    first_date, last_date, agreement_code, employment_kind, site_role, team_name)
  SELECT 'E' || (w + twice) % 20, month, w, decode(md5(w::text), 'hex'), '**************0000', decode(md5('phone' || CASE WHEN w % 400 < 4 THEN w / 400 ELSE w + 100000 END), 'hex'),
    CASE twice WHEN 0 THEN hundredths ELSE 50 END, CASE twice WHEN 0 THEN days ELSE 1 END, CASE twice WHEN 0 THEN days_text ELSE '28:50' END,
    (month || '-01')::date, (month || '-28')::date, 'A' || w, 'WORK_RELIEF_SERVICE', 'BUILDER', (w % 20) || '-' || (w / 20 % 25)
  FROM generate_series(1, 10000) w, month, pattern, generate_series(0, 1) twice WHERE n = abs(hashint4(w * 12 + m)) % 5000 AND (twice = 0 OR w % 100 = 0)
  ORDER BY month, 1, w; -- a month's rows come together, as they do when it is sealed
INSERT INTO ledger_line (project_code, sheet_code, worker_number, month, id_number_mask, agreement_code, employment_kind, day_hundredths, gross_fen,
    net_fen, line_state, paid_fen, bank_fen, account_no_token, account_no_mask, confirm_method, confirmed_at)
  SELECT project_code, project_code || '-' || month, worker_number, month, id_number_mask, agreement_code, employment_kind, day_hundredths, day_hundredths * 200,
    day_hundredths * 200, 'PAID', day_hundredths * 200, day_hundredths * 200,
    decode(md5('card' || CASE WHEN worker_number % 1000 < 2 THEN worker_number / 1000 ELSE worker_number + 100000 END), 'hex'), '****', 'SIGNATURE',
    '2025-12-31 08:00+08'
  FROM attended ORDER BY month, project_code, worker_number;
ANALYZE;
