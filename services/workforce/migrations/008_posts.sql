-- Public-welfare posts and their holders; referrals of skilled workers.
INSERT INTO policy VALUES ('post_age_to_warn', '2023-01-01', 60, 'C.5: new holders as a rule not above 60');

CREATE TABLE upkeep_post (
  project_code    text COLLATE "C" NOT NULL,
  post_code       text NOT NULL,
  post_kind       text NOT NULL CHECK (post_kind IN ('ROAD_UPKEEP', 'VILLAGE_FACILITIES', 'CLEANING', 'PUBLIC_SECURITY', 'FOREST_RANGER', 'OTHER')),
  post_name       text NOT NULL,
  long_upkeep     bool NOT NULL,
  division_code   text NOT NULL,
  duty_note       text NOT NULL,
  monthly_pay_fen int8 NOT NULL,
  post_fund_name  text NOT NULL,
  post_state      text NOT NULL CHECK (post_state IN ('VACANT', 'FILLED', 'CLOSED')),
  set_by          text NOT NULL,
  set_date        date NOT NULL,
  closed_date     date,
  close_reason    text,
  PRIMARY KEY (project_code, post_code)
);
CREATE TABLE post_holding (
  project_code    text COLLATE "C" NOT NULL,
  post_code       text NOT NULL,
  holding_number  int4 NOT NULL,
  worker_number   int8 NOT NULL,
  from_date       date NOT NULL,
  to_date         date NOT NULL,
  holder_category text NOT NULL,
  holder_reason   text,
  priority_group  text,
  first_choice    bool NOT NULL,
  worked_here     bool NOT NULL,
  trained_here    bool NOT NULL,
  is_local        bool NOT NULL,
  passed_over_count int4 NOT NULL,
  age_years       int4 NOT NULL,
  placed_by       text NOT NULL,
  end_date        date,
  end_reason      text,
  PRIMARY KEY (project_code, post_code, holding_number),
  CONSTRAINT holding_dates CHECK (to_date >= from_date)
);
CREATE INDEX post_holding_worker ON post_holding (worker_number);

CREATE TABLE referral (
  project_code   text COLLATE "C" NOT NULL,
  worker_number  int8 NOT NULL,
  referral_state text NOT NULL CHECK (referral_state IN ('DUE', 'CONSENTED', 'REFUSED', 'REFERRED', 'CONTACTED', 'PLACED', 'DECLINED')),
  skill_kind     text,
  due_date       date,
  consent_date   date,
  consent_note   text,
  consent_by     text,
  target_unit_id text,
  referred_date  date,
  referred_by    text,
  referral_note  text,
  answered_date  date,
  answer_note    text,
  PRIMARY KEY (project_code, worker_number)
);
CREATE INDEX referral_worker ON referral (worker_number);
CREATE INDEX referral_target ON referral (target_unit_id, project_code, worker_number);

-- Who was taught a skill on a project, with the kind of the last course.
CREATE FUNCTION skilled_trainees(of_project text) RETURNS TABLE (worker_number int8, skill_kind text) LANGUAGE sql STABLE AS $$
SELECT DISTINCT ON (e.worker_number) e.worker_number, t.skill_kind
FROM training t JOIN trainee e USING (project_code, training_code)
WHERE t.project_code = $1 AND e.signed_in AND t.training_audience = 'WORKERS' AND t.training_content IN ('SKILL', 'BOTH')
ORDER BY e.worker_number, t.training_date DESC, t.training_code DESC
$$;

-- Who comes into question for a post on a day; also: one more person to be judged with them.
CREATE FUNCTION post_candidates(of_project text, of_post text, day date, also int8) RETURNS TABLE (
  worker_number int8, rank_number int4, first_choice bool, worked_here bool, trained_here bool, priority_groups text[], near_level int4,
  day_hundredths int8, age_years int4) LANGUAGE sql STABLE AS $$
WITH post AS MATERIALIZED (SELECT * FROM upkeep_post WHERE project_code = $1 AND post_code = $2),
worked AS MATERIALIZED (
  SELECT person_of(s.worker_number) AS worker_number, sum(s.day_hundredths)::int8 AS days FROM sealed_worker s, post WHERE s.project_code = $1 GROUP BY 1),
trained AS MATERIALIZED (
  SELECT DISTINCT person_of(e.worker_number) AS worker_number FROM trainee e, post WHERE e.project_code = $1 AND e.signed_in),
membership AS MATERIALIZED (
  SELECT g.worker_number, array_agg(g.priority_group ORDER BY g.priority_group) AS groups FROM worker_group g
  WHERE g.valid_from_date <= $3 AND coalesce(g.valid_to_date, 'infinity') >= $3 GROUP BY g.worker_number),
fact AS (
  SELECT w.worker_number, worked.days IS NOT NULL AS worked_here, trained.worker_number IS NOT NULL AS trained_here, coalesce(m.groups, '{}') AS groups,
         nearness(w.home_division_code, post.division_code) AS near_level, coalesce(worked.days, 0) AS days,
         (to_char($3, 'YYYYMMDD')::int4 - to_char(w.birth_date, 'YYYYMMDD')::int4) / 10000 AS age_years
  FROM post CROSS JOIN worker w LEFT JOIN worked ON worked.worker_number = w.worker_number
  LEFT JOIN trained ON trained.worker_number = w.worker_number LEFT JOIN membership m ON m.worker_number = w.worker_number
  LEFT JOIN labour l ON l.worker_number = w.worker_number
  WHERE w.merged_into IS NULL AND (worked.worker_number IS NOT NULL OR trained.worker_number IS NOT NULL OR w.worker_number = $4
    OR (l.willing AND m.worker_number IS NOT NULL AND left(w.home_division_code, 6) = left(post.division_code, 6)))
    AND NOT EXISTS (SELECT 1 FROM post_holding h WHERE h.worker_number = w.worker_number AND h.from_date <= $3 AND coalesce(h.end_date, h.to_date) >= $3))
SELECT f.worker_number, row_number() OVER (
         ORDER BY (f.worked_here OR f.trained_here) AND 'OUT_OF_POVERTY' = ANY (f.groups) DESC, f.worked_here OR f.trained_here DESC, f.groups <> '{}' DESC,
           f.near_level DESC, f.days DESC, f.worker_number)::int4,
       (f.worked_here OR f.trained_here) AND 'OUT_OF_POVERTY' = ANY (f.groups), f.worked_here, f.trained_here, f.groups, f.near_level, f.days, f.age_years
FROM fact f WHERE f.age_years >= policy_on('lowest_age', $3)
$$;
