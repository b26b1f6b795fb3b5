-- GetProjectToDateRequest -> ProjectToDate
WITH span AS (SELECT coalesce(:to_date::date, :call.today) AS day),
person AS (
  SELECT coalesce(g.worker_number, s.worker_number) AS person, bool_or(s.is_local) AS is_local, bool_or(w.population_kind = 'RURAL_LABOUR') AS is_rural,
    bool_or(left(s.month, 4) = to_char(span.day, 'YYYY')) AS in_year
  FROM span JOIN sealed_worker s ON s.project_code = :project_code AND s.month <= to_char(span.day, 'YYYY-MM')
    AND s.employment_kind = 'WORK_RELIEF_SERVICE'
  LEFT JOIN worker_merge g ON g.former_number = s.worker_number
  LEFT JOIN worker w ON w.worker_number = coalesce(g.worker_number, s.worker_number)
  GROUP BY coalesce(g.worker_number, s.worker_number)),
present AS (
  SELECT DISTINCT coalesce(g.worker_number, a.worker_number) AS person, w.population_kind = 'RURAL_LABOUR' AS is_rural
  FROM span JOIN attendance a ON a.project_code = :project_code AND a.work_date = span.day
  LEFT JOIN worker_merge g ON g.former_number = a.worker_number
  LEFT JOIN worker w ON w.worker_number = coalesce(g.worker_number, a.worker_number))
SELECT p.project_code, span.day AS to_date, (SELECT count(*)::int4 FROM person) AS worker_count,
  (SELECT count(*)::int4 FROM person WHERE is_local) AS local_count, (SELECT count(*)::int4 FROM person WHERE in_year) AS worker_count_year,
  (SELECT count(*)::int4 FROM person WHERE in_year AND is_local) AS local_count_year,
  (SELECT count(*)::int4 FROM person WHERE in_year AND is_rural) AS rural_count_year, (SELECT count(*)::int4 FROM present) AS present_count,
  (SELECT count(*)::int4 FROM present WHERE is_rural) AS rural_present_count,
  (SELECT count(DISTINCT coalesce(g.worker_number, t.worker_number))::int4 FROM training h JOIN trainee t USING (project_code, training_code)
     LEFT JOIN worker_merge g ON g.former_number = t.worker_number
     WHERE h.project_code = p.project_code AND h.training_date <= span.day AND t.signed_in) AS trainee_count,
  (SELECT count(*)::int4 FROM upkeep_post u WHERE u.project_code = p.project_code AND u.set_date <= span.day
     AND coalesce(u.closed_date, 'infinity') > span.day) AS post_count
FROM project p CROSS JOIN span WHERE p.project_code = :project_code
