-- RecordSurveyRequest -> SurveyReply
-- Of each person the latest answer counts; an older survey that comes in late changes nothing of it. Group memberships begin on the day he
-- was asked, unless they run already.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, coalesce(l.checked, :survey_date::date) AS checked_date, w.home_division_code,
         w.worker_number IS NOT NULL AS registered, w.merged_into
  FROM unnest(:lines.worker_number, :lines.checked_date, :lines.survey_category, :lines.employment_status, :lines.willing,
              :lines.available_from_date, :lines.available_to_date, :lines.priority_group, :lines.skill_kind, :lines.skill_level,
              :lines.ability_note) WITH ORDINALITY
    AS l(worker_number, checked, survey_category, employment_status, willing, available_from, available_to, priority_group, skill_kind,
         skill_level, ability_note, n)
  LEFT JOIN worker w USING (worker_number)),
former AS MATERIALIZED (SELECT * FROM survey WHERE township_unit_id = :township_unit_id AND survey_code = :survey_code),
problem AS MATERIALIZED (
  SELECT 'TOWNSHIP_UNKNOWN' AS refusal, 'township_unit_id' AS refusal_path, :township_unit_id AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = :township_unit_id AND unit_kind = 'TOWNSHIP' AND active)
  UNION ALL
  SELECT 'OTHER_TOWNSHIP', 'township_unit_id', :call.unit WHERE :township_unit_id <> :call.unit AND NOT :call.sees_people
  UNION ALL
  SELECT 'SURVEY_DIFFERS', 'survey_date', survey_date || ' ' || surveyor_name FROM former
  WHERE survey_date <> :survey_date::date OR surveyor_name <> :surveyor_name
  UNION ALL
  SELECT 'FUTURE_DATE', 'survey_date', :survey_date::date::text WHERE :survey_date::date > :call.today
  UNION ALL
  SELECT 'FUTURE_DATE', 'lines[' || i || '].checked_date', checked_date::text FROM line WHERE checked_date > :call.today AND checked IS NOT NULL
  UNION ALL
  SELECT 'WORKER_UNKNOWN', 'lines[' || i || '].worker_number', worker_number::text FROM line WHERE NOT registered
  UNION ALL
  SELECT 'WORKER_MERGED', 'lines[' || i || '].worker_number', merged_into::text FROM line WHERE merged_into IS NOT NULL
  UNION ALL
  SELECT 'LIVES_ELSEWHERE', 'lines[' || i || '].worker_number', home_division_code FROM line
  WHERE registered AND NOT lives_under(:township_unit_id, home_division_code)
    AND EXISTS (SELECT 1 FROM unit WHERE unit_id = :township_unit_id AND division_code IS NOT NULL)
  UNION ALL
  SELECT 'WORKER_TWICE', 'lines[' || i || '].worker_number', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'SURVEYED_ALREADY', 'lines[' || i || '].worker_number', s.checked_date::text
  FROM line JOIN survey_line s ON s.township_unit_id = :township_unit_id AND s.survey_code = :survey_code AND s.worker_number = line.worker_number
  UNION ALL
  SELECT 'DATES_REVERSED', 'lines[' || i || '].available_to_date', NULL FROM line WHERE available_to < available_from),
good AS MATERIALIZED (
  SELECT line.*, c.population_kind, c.priority_group AS category_group, l.checked_date AS known_date
  FROM line JOIN survey_category c USING (survey_category) LEFT JOIN labour l USING (worker_number) WHERE NOT EXISTS (SELECT 1 FROM problem)),
kept AS (
  INSERT INTO survey_line (township_unit_id, survey_code, worker_number, checked_date, survey_category, employment_status, willing,
                           available_from, available_to, priority_group, skill_kind, skill_level, ability_note)
  SELECT :township_unit_id, :survey_code, worker_number, checked_date, survey_category, employment_status, willing, available_from,
         available_to, priority_group, skill_kind, skill_level, ability_note FROM good),
latest AS (
  INSERT INTO labour AS l (worker_number, township_unit_id, survey_code, checked_date, survey_category, employment_status, willing,
                           available_from, available_to, skill_kind, skill_level, ability_note)
  SELECT worker_number, :township_unit_id, :survey_code, checked_date, survey_category, employment_status, willing,
         coalesce(available_from, checked_date), coalesce(available_to, 'infinity'), skill_kind, skill_level, ability_note
  FROM good WHERE known_date IS NULL OR known_date <= checked_date
  ON CONFLICT (worker_number) DO UPDATE SET township_unit_id = excluded.township_unit_id, survey_code = excluded.survey_code,
    checked_date = excluded.checked_date, survey_category = excluded.survey_category, employment_status = excluded.employment_status,
    willing = excluded.willing, available_from = excluded.available_from, available_to = excluded.available_to,
    skill_kind = coalesce(excluded.skill_kind, l.skill_kind), skill_level = coalesce(excluded.skill_level, l.skill_level),
    ability_note = coalesce(excluded.ability_note, l.ability_note)),
known AS (
  INSERT INTO worker_unit (unit_id, worker_number, added_at) SELECT :township_unit_id, worker_number, :call.now FROM good
  ON CONFLICT DO NOTHING),
population AS (
  UPDATE worker w SET population_kind = good.population_kind FROM good
  WHERE w.worker_number = good.worker_number AND good.population_kind IS NOT NULL AND (known_date IS NULL OR known_date <= checked_date)),
member AS (
  INSERT INTO worker_group (worker_number, priority_group, valid_from_date, valid_to_date, group_source, recorded_by)
  SELECT DISTINCT worker_number, grp, checked_date, (
           SELECT min(later.valid_from_date) - 1 FROM worker_group later
           WHERE later.worker_number = good.worker_number AND later.priority_group = grp AND later.valid_from_date > checked_date),
         '乡镇摸底 ' || :survey_code, :call.principal
  FROM good CROSS JOIN LATERAL unnest(ARRAY[category_group, priority_group]) AS g(grp)
  WHERE grp IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM worker_group r WHERE r.worker_number = good.worker_number AND r.priority_group = grp AND r.valid_from_date <= checked_date
      AND coalesce(r.valid_to_date, 'infinity') >= checked_date)),
counted AS (
  SELECT count(*)::int4 AS recorded_count, count(*) FILTER (WHERE known_date IS NULL)::int4 AS first_time_count FROM good),
written AS (
  INSERT INTO survey AS s (township_unit_id, survey_code, survey_date, surveyor_name, policy_explained, policy_note, person_count, recorded_by)
  SELECT :township_unit_id, :survey_code, :survey_date, :surveyor_name, :policy_explained, :policy_note, recorded_count, :call.principal
  FROM counted WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (township_unit_id, survey_code) DO UPDATE SET person_count = s.person_count + excluded.person_count,
    policy_explained = s.policy_explained OR excluded.policy_explained, policy_note = coalesce(s.policy_note, excluded.policy_note)
  RETURNING township_unit_id, survey_code, survey_date, person_count)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, township_unit_id, survey_code, survey_date, person_count,
       recorded_count, first_time_count
FROM written, counted
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
