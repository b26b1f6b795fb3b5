-- The labour channel, demand, notices, applications, choices; the weights of the ranking and the ranking itself.
CREATE TABLE channel_contact (
  project_code  text COLLATE "C" NOT NULL,
  contact_party text NOT NULL,
  unit_id       text NOT NULL,
  contact_name  text NOT NULL,
  contact_phone text NOT NULL,
  set_by        text NOT NULL,
  set_at        timestamptz NOT NULL,
  PRIMARY KEY (project_code, contact_party, unit_id)
);
-- The three parties who must be named before recruitment opens (R021), and the village when it is the owner (R090).
CREATE FUNCTION channel_missing(code text) RETURNS text[] LANGUAGE sql STABLE AS
$$SELECT array_agg(party ORDER BY place) FROM unnest(ARRAY['TOWNSHIP', 'OWNER', 'CONTRACTOR', 'VILLAGE']) WITH ORDINALITY AS p(party, place)
  WHERE NOT EXISTS (SELECT 1 FROM channel_contact c WHERE c.project_code = code AND c.contact_party = party)
    AND (party <> 'VILLAGE' OR EXISTS (
      SELECT 1 FROM project_party o JOIN unit u USING (unit_id) WHERE o.project_code = code AND o.relation = 'OWNER'
        AND u.unit_kind IN ('VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE')))$$;

CREATE TABLE labour_demand (
  project_code   text COLLATE "C" NOT NULL,
  demand_code    text NOT NULL,
  demand_state   text NOT NULL CHECK (demand_state IN ('DRAFT', 'SUBMITTED', 'ACKNOWLEDGED', 'RECRUITING', 'CLOSED')),
  task_number    int4,
  post_name      text NOT NULL,
  head_count     int4 NOT NULL,
  skill_kind     text,
  skill_level    text,
  from_date      date NOT NULL,
  to_date        date NOT NULL,
  pay_unit       text NOT NULL,
  rate_fen       int8 NOT NULL,
  content_note   text NOT NULL,
  training_planned bool NOT NULL,
  made_by        text NOT NULL,
  submitted_by   text,
  submitted_date date,
  close_reason   text,
  PRIMARY KEY (project_code, demand_code),
  CONSTRAINT demand_dates CHECK (to_date >= from_date),
  CONSTRAINT demand_heads CHECK (head_count > 0)
);
CREATE INDEX demand_period ON labour_demand (to_date, from_date);
CREATE INDEX demand_submitted ON labour_demand (submitted_date);
CREATE TABLE demand_township (
  project_code     text COLLATE "C" NOT NULL,
  demand_code      text NOT NULL,
  township_unit_id text NOT NULL,
  asked_count      int4 NOT NULL,
  acknowledged_date date,
  acknowledge_note text,
  acknowledged_by  text,
  PRIMARY KEY (project_code, demand_code, township_unit_id)
);
CREATE INDEX demand_township_unit ON demand_township (township_unit_id, project_code, demand_code);
CREATE TABLE recruitment_notice (
  project_code   text COLLATE "C" NOT NULL,
  demand_code    text NOT NULL,
  notice_code    text NOT NULL,
  recruit_channel text NOT NULL,
  publish_date   date NOT NULL,
  apply_by_date  date NOT NULL,
  place_note     text NOT NULL,
  contact_phone  text NOT NULL,
  published_by   text NOT NULL,
  PRIMARY KEY (project_code, notice_code)
);
CREATE INDEX recruitment_open ON recruitment_notice (apply_by_date, project_code, notice_code);
CREATE INDEX recruitment_demand ON recruitment_notice (project_code, demand_code);
CREATE TABLE application (
  project_code    text COLLATE "C" NOT NULL,
  demand_code     text NOT NULL,
  worker_number   int8 NOT NULL,
  application_way text NOT NULL,
  application_state text NOT NULL CHECK (application_state IN ('APPLIED', 'WITHDRAWN')),
  applied_date    date NOT NULL,
  applied_unit_id text NOT NULL,
  withdraw_reason text,
  PRIMARY KEY (project_code, demand_code, worker_number)
);
CREATE INDEX application_worker ON application (worker_number);
CREATE TABLE choice (
  project_code  text COLLATE "C" NOT NULL,
  demand_code   text NOT NULL,
  worker_number int8 NOT NULL,
  choice_state  text NOT NULL CHECK (choice_state IN ('CHOSEN', 'RELEASED')),
  from_date     date NOT NULL,      -- the demand's time, so that nobody is chosen twice for the same days
  to_date       date NOT NULL,
  rank_number   int4 NOT NULL,
  score         int8 NOT NULL,
  passed_over_count int4 NOT NULL,
  choice_reason text,
  rank_note     text NOT NULL,
  chosen_by     text NOT NULL,
  chosen_at     timestamptz NOT NULL,
  release_reason text,
  PRIMARY KEY (project_code, demand_code, worker_number)
);
CREATE INDEX choice_worker ON choice (worker_number);

-- Points of the ranking. The papers give the order (any priority group before none, the county first, fitting skill, nearness for upkeep)
-- and no numbers: the numbers are the district's own and have a date.
CREATE TABLE match_weight (
  match_factor text NOT NULL,
  grade        text NOT NULL,
  valid_from   date NOT NULL,
  points       int4 NOT NULL,
  source_note  text NOT NULL,
  PRIMARY KEY (match_factor, grade, valid_from)
);
INSERT INTO match_weight
SELECT factor, grade, '2023-01-01', points, source
FROM (VALUES ('GROUP', 'MONITORED_UNSTABLE', 40, 'R095'), ('GROUP', 'MONITORED_MARGINAL', 40, 'R095'), ('GROUP', 'MONITORED_SUDDEN', 40, 'R095'),
             ('GROUP', 'OUT_OF_POVERTY', 40, 'R095'), ('GROUP', 'DISASTER_AFFECTED', 35, 'R095'), ('GROUP', 'DISASTER_RELIEF', 35, 'R096'),
             ('GROUP', 'RETURNING_MIGRANT', 30, 'R095'), ('GROUP', 'LIMITED_EARNING', 30, 'R096'), ('GROUP', 'FORCE_MAJEURE', 30, 'R096'),
             ('GROUP', 'OTHER_LOW_INCOME', 30, 'R097'), ('GROUP', 'UNEMPLOYED', 25, 'R098'), ('GROUP', 'POOR_GRADUATE', 25, 'C.5'),
             ('GROUP', 'VETERAN', 25, 'C.5'), ('POPULATION', 'HARD_TO_EMPLOY', 10, 'R086'), ('POPULATION', 'URBAN_LOW_INCOME', 5, 'R086'),
             ('NEAR', 'VILLAGE', 20, 'R092'), ('NEAR', 'TOWNSHIP', 15, 'R092'), ('NEAR', 'COUNTY', 10, 'R080'), ('NEAR', 'CITY', 3, 'R080'),
             ('SKILL', 'KIND', 10, 'R091'), ('SKILL', 'LEVEL', 5, 'R091'), ('APPLIED', 'YES', 15, 'R083'), ('SURVEY', 'FRESH', 5, 'R084'),
             ('DAYS', 'TEN_DAYS', 5, 'R102')) AS w(factor, grade, points, source);

-- Everybody who comes into question for a demand on a day: those who applied, and those of the county who were asked in a survey. Eligible
-- ones have a rank_number; ties fall to who got fewer days this year, then to the lower number. One row a person.
CREATE FUNCTION match_candidates(of_project text, of_demand text, today date, applicants_only bool) RETURNS TABLE (
  worker_number int8, rank_number int4, score int8, group_points int4, population_points int4, near_points int4, skill_points int4,
  applied_points int4, survey_points int4, days_points int8, in_priority_group bool, priority_groups text[], near_level int4,
  given_hundredths int8, applied bool, survey_fresh bool, exclusions text[], age_years int4)
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
  SELECT d.*, coalesce(t.division_code, p.division_code) AS place, policy_on('lowest_age', d.from_date)::int4 AS lowest_age,
         $3 - policy_on('survey_fresh_days', $3)::int4 AS fresh_from
  FROM labour_demand d JOIN project p USING (project_code) LEFT JOIN project_task t USING (project_code, task_number)
  WHERE d.project_code = $1 AND d.demand_code = $2),
membership AS MATERIALIZED (
  SELECT g.worker_number, max(coalesce(w.points, 0)) AS points, array_agg(g.priority_group ORDER BY coalesce(w.points, 0) DESC, g.priority_group) AS groups
  FROM demand d JOIN worker_group g ON g.valid_from_date <= d.from_date AND coalesce(g.valid_to_date, 'infinity') >= d.from_date
  LEFT JOIN weight w ON w.match_factor = 'GROUP' AND w.grade = g.priority_group
  GROUP BY g.worker_number),
given AS MATERIALIZED (
  SELECT s.worker_number, sum(s.day_hundredths)::int8 AS hundredths FROM sealed_worker s
  WHERE s.month BETWEEN to_char($3, 'YYYY') || '-01' AND to_char($3, 'YYYY') || '-12' GROUP BY s.worker_number),
busy AS MATERIALIZED (
  SELECT DISTINCT a.worker_number FROM demand d JOIN agreement a ON a.start_date <= d.to_date AND a.end_date >= d.from_date),
taken AS MATERIALIZED (
  SELECT c.worker_number, bool_or(c.project_code = $1 AND c.demand_code = $2) AS here FROM demand d
  JOIN choice c ON c.choice_state = 'CHOSEN' AND c.from_date <= d.to_date AND c.to_date >= d.from_date GROUP BY c.worker_number),
trained AS MATERIALIZED (
  SELECT DISTINCT e.worker_number FROM demand d JOIN training t ON t.skill_kind = d.skill_kind
  JOIN trainee e ON e.project_code = t.project_code AND e.training_code = t.training_code AND e.signed_in),
fact AS (
  SELECT w.worker_number, d.skill_kind IS NOT NULL AS asks_kind, d.training_planned, d.lowest_age, l.worker_number IS NOT NULL AS surveyed,
         a.application_state, coalesce(a.application_state = 'APPLIED', false) AS applied, nearness(w.home_division_code, d.place) AS near_level,
         (to_char(d.from_date, 'YYYYMMDD')::int4 - to_char(w.birth_date, 'YYYYMMDD')::int4) / 10000 AS age_years,
         coalesce(l.willing, true) AS willing, l.employment_status, l.available_from <= d.to_date AND l.available_to >= d.from_date AS available,
         coalesce(l.checked_date >= d.fresh_from, false) AS survey_fresh, w.population_kind,
         coalesce(l.skill_kind = d.skill_kind OR trained.worker_number IS NOT NULL, false) AS has_kind,
         greatest(skill_rank(w.skill_level), skill_rank(l.skill_level)) - coalesce(skill_rank(d.skill_level), 1) AS skill_steps,
         m.points AS group_points, m.groups, coalesce(given.hundredths, 0) AS given_hundredths, busy.worker_number IS NOT NULL AS busy, taken.here
  FROM demand d CROSS JOIN worker w LEFT JOIN labour l USING (worker_number)
  LEFT JOIN application a ON a.project_code = $1 AND a.demand_code = $2 AND a.worker_number = w.worker_number
  LEFT JOIN membership m ON m.worker_number = w.worker_number LEFT JOIN given ON given.worker_number = w.worker_number
  LEFT JOIN busy ON busy.worker_number = w.worker_number LEFT JOIN taken ON taken.worker_number = w.worker_number
  LEFT JOIN trained ON trained.worker_number = w.worker_number
  WHERE w.merged_into IS NULL AND (a.worker_number IS NOT NULL OR (l.worker_number IS NOT NULL AND left(w.home_division_code, 6) = left(d.place, 6)))),
scored AS (
  SELECT f.*, coalesce(f.group_points, 0) AS of_group,
         CASE population_kind WHEN 'HARD_TO_EMPLOY' THEN p.hard WHEN 'URBAN_LOW_INCOME' THEN p.urban ELSE 0 END AS of_population,
         CASE near_level WHEN 4 THEN p.village WHEN 3 THEN p.township WHEN 2 THEN p.county WHEN 1 THEN p.city ELSE 0 END AS of_near,
         CASE WHEN asks_kind AND has_kind THEN p.skill_kind ELSE 0 END + CASE WHEN asks_kind THEN greatest(skill_steps, 0) * p.skill_step ELSE 0 END AS of_skill,
         CASE WHEN f.applied THEN p.applied ELSE 0 END AS of_application, CASE WHEN f.survey_fresh THEN p.fresh ELSE 0 END AS of_survey,
         -(f.given_hundredths / 1000) * p.ten_days AS of_days,
         array_remove(ARRAY[
           CASE WHEN f.age_years < f.lowest_age THEN 'UNDER_AGE' END,
           CASE WHEN NOT f.willing OR f.employment_status = 'UNABLE' THEN 'NOT_WILLING' END,
           CASE WHEN NOT f.available THEN 'NOT_AVAILABLE' END,
           CASE WHEN f.here THEN 'CHOSEN_HERE' WHEN f.here IS NOT NULL THEN 'CHOSEN_ELSEWHERE' WHEN f.busy THEN 'AT_WORK' END,
           CASE WHEN NOT f.training_planned AND ((f.asks_kind AND NOT f.has_kind) OR f.skill_steps < 0) THEN 'SKILL_LACKING' END,
           CASE WHEN f.application_state = 'WITHDRAWN' THEN 'WITHDRAWN' WHEN $4 AND NOT f.applied THEN 'NO_APPLICATION' END], NULL) AS barred
  FROM fact f CROSS JOIN points p)
SELECT s.worker_number,
       CASE WHEN s.barred = '{}' THEN row_number() OVER (ORDER BY s.barred <> '{}', s.groups IS NULL, t.total DESC, s.given_hundredths, s.worker_number)::int4
            ELSE 0 END, t.total, s.of_group, s.of_population, s.of_near, s.of_skill, s.of_application, s.of_survey, s.of_days, s.groups IS NOT NULL,
       coalesce(s.groups, '{}'), s.near_level, s.given_hundredths, s.applied, s.survey_fresh, s.barred, s.age_years
FROM scored s CROSS JOIN LATERAL (
  SELECT s.of_group + s.of_population + s.of_near + s.of_skill + s.of_application + s.of_survey + s.of_days AS total) t
$$;
-- The reason of a rank in words; factors that gave nothing are not named.
CREATE FUNCTION rank_note(of_group int4, of_population int4, near_level int4, of_near int4, of_skill int4, of_application int4, of_survey int4,
                          given_hundredths int8, of_days int8) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT coalesce(nullif(concat_ws('; ', CASE WHEN of_group > 0 THEN '重点群体 +' || of_group END, CASE WHEN of_population > 0 THEN '人口类别 +' || of_population END,
  CASE WHEN of_near > 0 THEN (ARRAY['同市', '同县', '同乡镇', '同村'])[near_level] || ' +' || of_near END, CASE WHEN of_skill > 0 THEN '技能 +' || of_skill END,
  CASE WHEN of_application > 0 THEN '已报名 +' || of_application END, CASE WHEN of_survey > 0 THEN '摸底有效 +' || of_survey END,
  CASE WHEN given_hundredths > 0 THEN '今年已得 ' || given_hundredths / 100 || '.' || lpad((given_hundredths % 100)::text, 2, '0') || ' 工日 ' || of_days END), ''), '无加分')$$;
