-- ProposeWorkersRequest -> ProposeWorkersReply.rows[]
-- By rank, then those who are not offered. Ranks count everybody; rows are shown of people the caller has to do with: HR and the district
-- everybody, a township its own, owner, contractor and bureau those who applied or work for them.
WITH demand AS MATERIALIZED (
  SELECT d.from_date, d.head_count - (SELECT count(*) FROM choice c WHERE c.project_code = d.project_code AND c.demand_code = d.demand_code
                           AND c.choice_state = 'CHOSEN') AS open_places
  FROM labour_demand d WHERE d.project_code = :project_code AND d.demand_code = :demand_code),
viewer AS MATERIALIZED (
  SELECT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = :call.unit
                   AND p.relation IN ('OWNER', 'CONTRACTOR', 'BUREAU')) AS hires),
start AS MATERIALIZED (
  SELECT coalesce(split_part(:page_token, '|', 1)::int4, 0) AS place, coalesce(split_part(:page_token, '|', 2)::int8, -1) AS worker_number),
page AS MATERIALIZED (
  SELECT c.*, CASE c.rank_number WHEN 0 THEN 2147483647 ELSE c.rank_number END AS place
  FROM match_candidates(:project_code, :demand_code, :call.today, :applicants_only) c, viewer, start
  WHERE (CASE c.rank_number WHEN 0 THEN 2147483647 ELSE c.rank_number END, c.worker_number) > (start.place, start.worker_number)
    AND (:worker_number IS NULL OR c.worker_number = :worker_number)
    AND (:call.sees_people OR (c.applied AND viewer.hires) OR unit_knows(:call.unit, c.worker_number) OR lives_under(:call.unit, c.home_division_code))
  ORDER BY place, c.worker_number
  LIMIT :call.limit)
SELECT refusal, refusal_path, refusal_detail, worker_number, worker_name, id_number_mask, rank_number, within_places, score, group_points, population_points,
       near_points, skill_points, applied_points, survey_points, days_points, in_priority_group, priority_groups, near_level, given_hundredths,
       applied, survey_fresh, exclusions, rank_note, home_division_code, skill_level, age_years, page_key
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, page.worker_number, w.worker_name, w.id_number_mask, rank_number,
         rank_number BETWEEN 1 AND demand.open_places AS within_places, score, group_points, population_points, near_points, skill_points, applied_points,
         survey_points, days_points, in_priority_group, ARRAY(
           SELECT g.priority_group FROM worker_group g WHERE g.worker_number = page.worker_number AND g.valid_from_date <= demand.from_date
             AND coalesce(g.valid_to_date, 'infinity') >= demand.from_date ORDER BY g.priority_group) AS priority_groups,
         near_level, given_hundredths, applied, survey_fresh, exclusions,
         rank_note(group_points, population_points, near_level, near_points, skill_points, applied_points, survey_points, given_hundredths, days_points)
           AS rank_note, page.home_division_code, w.skill_level,
         (to_char(demand.from_date, 'YYYYMMDD')::int4 - to_char(w.birth_date, 'YYYYMMDD')::int4) / 10000 AS age_years, place || '|' || page.worker_number AS page_key, place
  FROM page CROSS JOIN LATERAL (SELECT * FROM worker x WHERE x.worker_number = page.worker_number OFFSET 0) w, demand
  UNION ALL
  SELECT 'DEMAND_UNKNOWN', 'demand_code', :demand_code, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  WHERE NOT EXISTS (SELECT 1 FROM demand)) answer
ORDER BY place, worker_number
