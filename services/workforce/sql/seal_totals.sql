-- FreezeWorkersRequest -> AttendanceSealed
-- What was frozen, when that is all of the month's entries: counted before by the readers when the month is large.
SELECT CASE WHEN sum(attended_days) IS DISTINCT FROM entries THEN 'SEAL_INCOMPLETE' END AS refusal, 'month' AS refusal_path,
       coalesce(sum(attended_days), 0) || ' / ' || entries AS refusal_detail, count(*)::int4 AS worker_count, sum(day_hundredths)::int8 AS day_hundredths
FROM (SELECT coalesce(:entry_count, (SELECT count(*) FROM attendance t JOIN sealing_month s USING (project_code)
                                     WHERE t.project_code = :project_code AND s.month = :month AND t.work_date BETWEEN s.first_date AND s.last_date)) AS entries) e
LEFT JOIN frozen_worker f ON f.project_code = :project_code AND f.month = :month
GROUP BY entries
