-- Who was trained, of a report in whatever state: of a draft they stand in blocks (060).
CREATE VIEW report_trainees AS
  SELECT report_code, line_number, worker_token FROM report_trainee
  UNION ALL
  SELECT DISTINCT d.report_code, d.line_number, u.worker_token
  FROM draft_line d JOIN report r USING (report_code) JOIN people_block b USING (people_key, project_code) CROSS JOIN LATERAL people_of(b) u
  WHERE r.checked_at IS NULL AND u.is_trainee;
