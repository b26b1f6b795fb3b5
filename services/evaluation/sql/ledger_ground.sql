-- ListLedgerMonthsRequest -> LedgerGround
SELECT (SELECT count(*)::int4 FROM sheet WHERE project_code = :project_code AND change_number <> lines_number
    AND sheet_state NOT IN ('VOID', 'REOPENED')) AS pending_count,
  coalesce((SELECT seq FROM follow_cursor WHERE source = 'workforce'), 0) AS attendance_seq,
  coalesce((SELECT seq FROM follow_cursor WHERE source = 'payroll'), 0) AS payroll_seq,
  (SELECT count(*)::int4 FROM attended WHERE project_code = :project_code) AS worker_month_count
