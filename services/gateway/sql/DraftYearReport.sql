-- DraftYearReportRequest -> YearReportKey
-- A new draft from facts gathered this moment; what the office wrote into the draft before stays unless it says otherwise.
WITH newest AS (SELECT * FROM year_report WHERE report_year = :report_year ORDER BY revision DESC LIMIT 1),
problem AS (
  SELECT 'YEAR_IN_FUTURE' AS refusal, 'report_year' AS refusal_path, :report_year::text AS refusal_detail
    WHERE :report_year > extract(year FROM :call.today)
  UNION ALL SELECT 'YEAR_NOT_CONSOLIDATED', 'report_year', :report_year::text
    WHERE NOT EXISTS (SELECT 1 FROM consolidation WHERE left(quarter, 4)::int4 = :report_year)
  UNION ALL SELECT 'REVISE_REASON_MISSING', 'revise_reason', NULL WHERE :revise_reason IS NULL
    AND EXISTS (SELECT 1 FROM year_report WHERE report_year = :report_year AND year_report_state = 'ISSUED')
    AND NOT EXISTS (SELECT 1 FROM newest WHERE year_report_state = 'DRAFT' AND revise_reason IS NOT NULL)),
replaced AS (
  UPDATE year_report SET year_report_state = 'REPLACED' WHERE report_year = :report_year AND year_report_state = 'DRAFT'
    AND NOT EXISTS (SELECT 1 FROM problem) RETURNING revision),
made AS (
  INSERT INTO year_report (report_year, revision, year_report_state, revise_reason, summary_note, practice_note, problem_note, plan_note, as_of_date,
    due_date, facts_content, facts_digest, made_by, made_at)
  SELECT :report_year, coalesce(n.revision, 0) + 1, 'DRAFT', coalesce(:revise_reason, CASE WHEN n.year_report_state = 'DRAFT' THEN n.revise_reason END),
    coalesce(:summary_note, n.summary_note), coalesce(:practice_note, n.practice_note), coalesce(:problem_note, n.problem_note),
    coalesce(:plan_note, n.plan_note), :call.today, year_due(:report_year), :gathered_content, :gathered_digest, :call.principal, :call.now
  FROM (SELECT 1) one LEFT JOIN newest n ON true WHERE NOT EXISTS (SELECT 1 FROM problem) AND (SELECT count(*) FROM replaced) >= 0
  RETURNING *)
SELECT p.refusal, p.refusal_path, p.refusal_detail, m.report_year, m.revision, m.year_report_state, m.document_no, m.issued_date
FROM problem p FULL JOIN made m ON false
