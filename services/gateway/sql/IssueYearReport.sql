-- IssueYearReportRequest -> YearReportKey
-- Number, date and text are set once; a correction is another revision with a number of its own.
WITH wanted AS (SELECT * FROM year_report WHERE report_year = :report_year AND revision = :revision),
problem AS (
  SELECT 'YEAR_REPORT_UNKNOWN' AS refusal, 'revision' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'YEAR_REPORT_STATE', 'revision', year_report_state FROM wanted WHERE NOT EXISTS (SELECT 1 FROM state_transition t
    WHERE t.machine = 'year_report' AND t.from_state = year_report_state AND t.method = 'IssueYearReport')
  UNION ALL SELECT 'YEAR_MAKER_IS_CHECKER', 'revision', made_by FROM wanted WHERE made_by = :call.principal
  UNION ALL SELECT 'YEAR_REPORT_DATE', 'issued_date', as_of_date::text FROM wanted
    WHERE :issued_date::date < as_of_date OR :issued_date::date > :call.today
  UNION ALL SELECT 'YEAR_DOCUMENT_TAKEN', 'document_no', report_year::text FROM year_report WHERE document_no = :document_no),
issued AS (
  UPDATE year_report r SET year_report_state = 'ISSUED', document_no = :document_no, issued_date = :issued_date::date, issued_by = :call.principal,
    issued_at = :call.now, report_text = :gathered_text, text_digest = :gathered_digest
  FROM wanted w WHERE r.report_year = w.report_year AND r.revision = w.revision AND NOT EXISTS (SELECT 1 FROM problem) RETURNING r.*)
SELECT p.refusal, p.refusal_path, p.refusal_detail, i.report_year, i.revision, i.year_report_state, i.document_no, i.issued_date
FROM problem p FULL JOIN issued i ON false
