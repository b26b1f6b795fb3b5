-- The ranking once more, at a third of the cost: it begins with the people who come into question, every fact is computed once (OFFSET 0
-- keeps the planner from computing it again wherever it is named), and what only a shown row needs is left to the page.
DROP FUNCTION match_candidates(text, text, date, bool);
-- Everybody who comes into question for a demand on a day: those who applied, and those of the county who were asked in a survey. Eligible
-- ones have a rank_number; ties fall to who got fewer days this year, then to the lower number. One row a person.
CREATE FUNCTION match_candidates(of_project text, of_demand text, today date, applicants_only bool) RETURNS TABLE (
  worker_number int8, rank_number int4, score int8, group_points int4, population_points int4, near_points int4, skill_points int4,
  applied_points int4, survey_points int4, days_points int8, in_priority_group bool, near_level int4, given_hundredths int8, applied bool,
  survey_fresh bool, exclusions text[], home_division_code text)
LANGUAGE sql STABLE AS $$
WITH weight AS MATERIALIZED (
  SELECT DISTINCT ON (match_factor, grade) match_factor, grade, points FROM match_weight
  WHERE valid_from <= $3 ORDER BY match_factor, grade, valid_from DESC),
points AS MATERIALIZED ( -- the single grades side by side, so that nobody looks them up
  SELECT coalesce(max(w.points) FILTER (WHERE grade = 'VILLAGE'), 0) AS village, coalesce(max(w.points) FILTER (WHERE grade = 'TOWNSHIP'), 0) AS township,
         coalesce(max(w.points) FILTER (WHERE grade = 'COUNTY'), 0) AS county, coalesce(max(w.points) FILTER (WHERE grade = 'CITY'), 0) AS city,
         coalesce(max(w.points) FILTER (WHERE grade = 'KIND'), 0) AS skill_kind, coalesce(max(w.points) FILTER (WHERE grade = 'LEVEL'), 0) AS skill_step,
         coalesce(max(w.points) FILTER (WHERE match_factor = 'APPLIED'), 0) AS applied, coalesce(max(w.points) FILTER (WHERE match_factor = 'SURVEY'), 0) AS fresh,
         coalesce(max(w.points) FILTER (WHERE match_factor = 'DAYS'), 0) AS ten_days,
         coalesce(max(w.points) FILTER (WHERE grade = 'HARD_TO_EMPLOY'), 0) AS hard, coalesce(max(w.points) FILTER (WHERE grade = 'URBAN_LOW_INCOME'), 0) AS urban
  FROM weight w WHERE match_factor <> 'GROUP'),
demand AS MATERIALIZED (
  SELECT d.*, left(place, 4) AS city, left(place, 6) AS county,
         CASE WHEN length(place) >= 9 AND substr(place, 7, 3) <> '000' THEN left(place, 9) END AS township,
         CASE WHEN length(place) = 12 AND right(place, 3) <> '000' THEN place END AS village,
         (d.from_date - make_interval(years => policy_on('lowest_age', d.from_date)::int4))::date AS born_by,
         $3 - policy_on('survey_fresh_days', $3)::int4 AS fresh_from, d.skill_kind IS NOT NULL AS asks_kind,
         coalesce(skill_rank(d.skill_level), 1) AS least_rank, d.skill_kind IS NOT NULL OR skill_rank(d.skill_level) > 1 AS asks_skill,
         to_char($3, 'YYYY') || '-01' AS first_month, to_char($3, 'YYYY') || '-12' AS last_month
  FROM labour_demand d JOIN project p USING (project_code) LEFT JOIN project_task t USING (project_code, task_number)
  CROSS JOIN LATERAL (SELECT coalesce(t.division_code, p.division_code) AS place) q
  WHERE d.project_code = $1 AND d.demand_code = $2),
membership AS MATERIALIZED (
  SELECT g.worker_number, max(coalesce(w.points, 0)) AS points
  FROM demand d JOIN worker_group g ON g.valid_from_date <= d.from_date AND (g.valid_to_date IS NULL OR g.valid_to_date >= d.from_date)
  LEFT JOIN weight w ON w.match_factor = 'GROUP' AND w.grade = g.priority_group
  GROUP BY g.worker_number),
given AS MATERIALIZED (
  SELECT s.worker_number, sum(s.day_hundredths)::int8 AS hundredths FROM sealed_worker s
  WHERE s.month BETWEEN (SELECT first_month FROM demand) AND (SELECT last_month FROM demand) GROUP BY s.worker_number),
busy AS MATERIALIZED (
  SELECT DISTINCT a.worker_number FROM demand d JOIN agreement a ON a.start_date <= d.to_date AND a.end_date >= d.from_date),
taken AS MATERIALIZED (
  SELECT c.worker_number, bool_or(c.project_code = $1 AND c.demand_code = $2) AS here FROM demand d
  JOIN choice c ON c.choice_state = 'CHOSEN' AND c.from_date <= d.to_date AND c.to_date >= d.from_date GROUP BY c.worker_number),
trained AS MATERIALIZED (
  SELECT DISTINCT e.worker_number FROM demand d JOIN training t ON t.skill_kind = d.skill_kind
  JOIN trainee e ON e.project_code = t.project_code AND e.training_code = t.training_code AND e.signed_in),
applied AS (SELECT a.worker_number, a.application_state FROM application a WHERE a.project_code = $1 AND a.demand_code = $2),
fact AS ( -- of everybody who was asked in a survey or applied
  SELECT w.worker_number, w.home_division_code, d.asks_kind, d.training_planned, w.birth_date > d.born_by AS too_young, a.application_state,
         coalesce(a.application_state = 'APPLIED', false) AS applied,
         CASE WHEN w.home_division_code = d.village THEN 4 WHEN left(w.home_division_code, 9) = d.township THEN 3
              WHEN left(w.home_division_code, 6) = d.county THEN 2 WHEN left(w.home_division_code, 4) = d.city THEN 1 ELSE 0 END AS near_level,
         NOT l.willing OR l.employment_status = 'UNABLE' AS unwilling,
         l.available_from > d.to_date OR l.available_to < d.from_date AS unavailable,
         coalesce(l.checked_date >= d.fresh_from, false) AS survey_fresh, w.population_kind,
         coalesce(l.skill_kind = d.skill_kind OR trained.worker_number IS NOT NULL, false) AS has_kind,
         CASE WHEN d.asks_skill
           THEN greatest(skill_rank(w.skill_level), skill_rank(l.skill_level)) - d.least_rank ELSE 0 END AS skill_steps,
         m.points AS group_points, coalesce(given.hundredths, 0) AS given_hundredths, busy.worker_number IS NOT NULL AS busy, taken.here
  FROM demand d CROSS JOIN (labour l FULL JOIN applied a USING (worker_number)) JOIN worker w USING (worker_number)
  LEFT JOIN membership m ON m.worker_number = w.worker_number LEFT JOIN given ON given.worker_number = w.worker_number
  LEFT JOIN busy ON busy.worker_number = w.worker_number LEFT JOIN taken ON taken.worker_number = w.worker_number
  LEFT JOIN trained ON trained.worker_number = w.worker_number
  WHERE w.merged_into IS NULL AND (a.application_state IS NOT NULL OR left(w.home_division_code, 6) = d.county)
  OFFSET 0),
scored AS (
  SELECT f.worker_number, f.home_division_code, coalesce(f.group_points, 0) AS of_group, f.group_points IS NOT NULL AS in_group,
         CASE population_kind WHEN 'HARD_TO_EMPLOY' THEN p.hard WHEN 'URBAN_LOW_INCOME' THEN p.urban ELSE 0 END AS of_population,
         CASE near_level WHEN 4 THEN p.village WHEN 3 THEN p.township WHEN 2 THEN p.county WHEN 1 THEN p.city ELSE 0 END AS of_near,
         CASE WHEN NOT asks_kind THEN 0 ELSE CASE WHEN has_kind THEN p.skill_kind ELSE 0 END + greatest(skill_steps, 0) * p.skill_step END AS of_skill,
         CASE WHEN f.applied THEN p.applied ELSE 0 END AS of_application, CASE WHEN f.survey_fresh THEN p.fresh ELSE 0 END AS of_survey,
         -(f.given_hundredths / 1000) * p.ten_days AS of_days, f.near_level, f.given_hundredths, f.applied, f.survey_fresh,
         CASE WHEN too_young OR unwilling OR unavailable OR here IS NOT NULL OR busy OR application_state = 'WITHDRAWN' OR ($4 AND NOT f.applied)
                OR (NOT training_planned AND ((asks_kind AND NOT has_kind) OR skill_steps < 0)) THEN
           array_remove(ARRAY[
             CASE WHEN too_young THEN 'UNDER_AGE' END, CASE WHEN unwilling THEN 'NOT_WILLING' END, CASE WHEN unavailable THEN 'NOT_AVAILABLE' END,
             CASE WHEN here THEN 'CHOSEN_HERE' WHEN here IS NOT NULL THEN 'CHOSEN_ELSEWHERE' WHEN busy THEN 'AT_WORK' END,
             CASE WHEN NOT training_planned AND ((asks_kind AND NOT has_kind) OR skill_steps < 0) THEN 'SKILL_LACKING' END,
             CASE WHEN application_state = 'WITHDRAWN' THEN 'WITHDRAWN' WHEN $4 AND NOT f.applied THEN 'NO_APPLICATION' END], NULL) END AS barred
  FROM fact f CROSS JOIN points p
  OFFSET 0),
ranked AS (
  SELECT s.*, s.of_group + s.of_population + s.of_near + s.of_skill + s.of_application + s.of_survey + s.of_days AS total FROM scored s)
SELECT r.worker_number,
       CASE WHEN r.barred IS NULL THEN row_number() OVER (ORDER BY r.barred IS NOT NULL, NOT r.in_group, r.total DESC, r.given_hundredths, r.worker_number)::int4
            ELSE 0 END, r.total, r.of_group, r.of_population, r.of_near, r.of_skill, r.of_application, r.of_survey, r.of_days, r.in_group, r.near_level,
       r.given_hundredths, r.applied, r.survey_fresh, coalesce(r.barred, '{}'), r.home_division_code
FROM ranked r
$$;
