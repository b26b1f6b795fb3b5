-- What a project's sealed months come to in a quarter, kept until one of them changes: counting it again is counting every worker-month of the year. A
-- draft has what is missing counted (RefreshFigures), so that a unit's next draft counts the projects that changed and no others. Nobody has to ask for
-- it: what is not kept is counted where it is read.
CREATE TABLE sealed_figure (
  project_code text COLLATE "C" NOT NULL,
  quarter text NOT NULL,
  worker_count int4 NOT NULL,
  priority_worker_count int4 NOT NULL,
  female_worker_count int4 NOT NULL,
  local_worker_count int4 NOT NULL,
  day_hundredths int8 NOT NULL,
  worker_time_count int4 NOT NULL,
  contract_worker_count int4 NOT NULL,
  worker_count_year int4 NOT NULL,
  priority_worker_count_year int4 NOT NULL,
  female_worker_count_year int4 NOT NULL,
  local_worker_count_year int4 NOT NULL,
  day_hundredths_year int8 NOT NULL,
  PRIMARY KEY (project_code, quarter)
);

CREATE FUNCTION forget_sealed_figures() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone record;
BEGIN
  gone := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  DELETE FROM sealed_figure f -- of the quarter, and of the later ones of the year, which hold the year so far
  WHERE f.project_code = gone.project_code AND left(f.quarter, 4) = left(gone.month, 4)
    AND right(f.quarter, 1)::int4 * 3 >= right(gone.month, 2)::int4;
  RETURN NULL;
END $$;
CREATE TRIGGER sealed_month_figures AFTER INSERT OR UPDATE OR DELETE ON sealed_month FOR EACH ROW EXECUTE FUNCTION forget_sealed_figures();

-- Two numbers that are one person are one head from now on, wherever either worked.
CREATE FUNCTION forget_merged_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sealed_figure f USING frozen_worker w
  WHERE w.worker_number IN (NEW.former_number, NEW.worker_number) AND f.project_code = w.project_code AND left(f.quarter, 4) = left(w.month, 4);
  RETURN NULL;
END $$;
CREATE TRIGGER worker_merge_figures AFTER INSERT OR UPDATE ON worker_merge FOR EACH ROW EXECUTE FUNCTION forget_merged_figures();

CREATE FUNCTION count_sealed_figures(projects text[], quarter text) RETURNS SETOF sealed_figure LANGUAGE sql STABLE AS $$
WITH span AS (
  SELECT make_date(left($2, 4)::int4, right($2, 1)::int4 * 3 - 2, 1) AS first_date,
         (make_date(left($2, 4)::int4, right($2, 1)::int4 * 3 - 2, 1) + interval '3 months' - interval '1 day')::date AS last_date,
         make_date(left($2, 4)::int4, 1, 1) AS year_date,
         left($2, 4) || '-' || lpad((right($2, 1)::int4 * 3 - 2)::text, 2, '0') AS first_month,
         left($2, 4) || '-' || lpad((right($2, 1)::int4 * 3)::text, 2, '0') AS last_month, left($2, 4) || '-01' AS year_month),
wanted AS (SELECT unnest($1) COLLATE "C" AS project_code),
month_row AS ( -- sealed worker-months of the year until the quarter's end
  SELECT s.*, coalesce(g.worker_number, s.worker_number) AS person, s.month >= span.first_month AS in_quarter
  FROM wanted JOIN sealed_worker s USING (project_code) LEFT JOIN worker_merge g ON g.former_number = s.worker_number, span
  WHERE s.month BETWEEN span.year_month AND span.last_month),
person AS ( -- one row a person, with what he was on his first day in the quarter and in the year
  SELECT project_code, person, bool_or(in_quarter) AS in_quarter, min(sex) AS sex,
         (array_agg(is_local ORDER BY month) FILTER (WHERE in_quarter))[1] AS is_local,
         (array_agg(cardinality(priority_groups) > 0 ORDER BY month) FILTER (WHERE in_quarter))[1] AS in_group,
         (array_agg(is_local ORDER BY month))[1] AS is_local_year, (array_agg(cardinality(priority_groups) > 0 ORDER BY month))[1] AS in_group_year
  FROM month_row WHERE employment_kind = 'WORK_RELIEF_SERVICE' GROUP BY project_code, person),
persons AS (
  SELECT project_code, count(*) FILTER (WHERE in_quarter) AS workers, count(*) FILTER (WHERE in_quarter AND in_group) AS priority,
         count(*) FILTER (WHERE in_quarter AND sex = 'FEMALE') AS female, count(*) FILTER (WHERE in_quarter AND is_local) AS local,
         count(*) AS workers_year, count(*) FILTER (WHERE in_group_year) AS priority_year,
         count(*) FILTER (WHERE sex = 'FEMALE') AS female_year, count(*) FILTER (WHERE is_local_year) AS local_year
  FROM person GROUP BY project_code),
days AS (
  SELECT project_code, sum(day_hundredths) FILTER (WHERE in_quarter AND employment_kind = 'WORK_RELIEF_SERVICE') AS quarter_days,
         sum(day_hundredths) FILTER (WHERE employment_kind = 'WORK_RELIEF_SERVICE') AS year_days,
         sum(attended_days) FILTER (WHERE in_quarter AND employment_kind = 'WORK_RELIEF_SERVICE') AS times,
         count(DISTINCT person) FILTER (WHERE in_quarter AND employment_kind = 'LABOUR_CONTRACT') AS contract_workers
  FROM month_row GROUP BY project_code)
SELECT wanted.project_code, $2, coalesce(p.workers, 0)::int4, coalesce(p.priority, 0)::int4, coalesce(p.female, 0)::int4, coalesce(p.local, 0)::int4,
       coalesce(d.quarter_days, 0)::int8, coalesce(d.times, 0)::int4, coalesce(d.contract_workers, 0)::int4, coalesce(p.workers_year, 0)::int4,
       coalesce(p.priority_year, 0)::int4, coalesce(p.female_year, 0)::int4, coalesce(p.local_year, 0)::int4, coalesce(d.year_days, 0)::int8
FROM wanted LEFT JOIN persons p USING (project_code) LEFT JOIN days d USING (project_code)
$$;
CREATE FUNCTION sealed_figures(projects text[], quarter text) RETURNS SETOF sealed_figure LANGUAGE sql STABLE AS $$
  SELECT f.* FROM sealed_figure f WHERE f.project_code = ANY ($1) AND f.quarter = $2
  UNION ALL
  SELECT * FROM count_sealed_figures(ARRAY(SELECT w.code FROM unnest($1) w(code)
    WHERE NOT EXISTS (SELECT 1 FROM sealed_figure f WHERE f.project_code = w.code AND f.quarter = $2)), $2)
$$;
-- As in 009, with what is kept.
CREATE OR REPLACE FUNCTION project_figures(projects text[], quarter text) RETURNS TABLE (
  project_code text, worker_count int4, priority_worker_count int4, female_worker_count int4, local_worker_count int4, day_hundredths int8,
  worker_time_count int4, sealed_month_count int4, unsealed_month_count int4, training_count int4, trainee_count int4,
  trainee_time_count int4, safety_trainee_count int4, skill_trainee_count int4, upgraded_count int4, training_cost_fen int8,
  worker_count_year int4, day_hundredths_year int8, training_count_year int4, trainee_count_year int4, agreement_count int4,
  contract_worker_count int4, priority_worker_count_year int4, female_worker_count_year int4, local_worker_count_year int4)
LANGUAGE sql STABLE AS $$
WITH span AS (
  SELECT make_date(left($2, 4)::int4, right($2, 1)::int4 * 3 - 2, 1) AS first_date,
         (make_date(left($2, 4)::int4, right($2, 1)::int4 * 3 - 2, 1) + interval '3 months' - interval '1 day')::date AS last_date,
         make_date(left($2, 4)::int4, 1, 1) AS year_date,
         left($2, 4) || '-' || lpad((right($2, 1)::int4 * 3 - 2)::text, 2, '0') AS first_month,
         left($2, 4) || '-' || lpad((right($2, 1)::int4 * 3)::text, 2, '0') AS last_month, left($2, 4) || '-01' AS year_month),
wanted AS (SELECT unnest($1) COLLATE "C" AS project_code),
months AS (
  SELECT project_code, count(s.month) AS sealed, count(*) FILTER (WHERE s.month IS NULL AND has_entries) AS unsealed
  FROM wanted CROSS JOIN span CROSS JOIN LATERAL (
    SELECT to_char(m, 'YYYY-MM') AS month, EXISTS (SELECT 1 FROM attendance a WHERE a.project_code = wanted.project_code
             AND a.work_date >= m::date AND a.work_date < (m + interval '1 month')::date) AS has_entries
    FROM generate_series(span.first_date::timestamp, span.last_date::timestamp, interval '1 month') m) q
  LEFT JOIN sealed_month s USING (project_code, month) GROUP BY project_code),
trainings AS (
  SELECT project_code, count(*) FILTER (WHERE training_date >= first_date) AS held, count(*) AS held_year,
         sum(training_cost_fen) FILTER (WHERE training_date >= first_date) AS cost
  FROM wanted JOIN training USING (project_code), span
  WHERE training_audience = 'WORKERS' AND training_date BETWEEN year_date AND last_date GROUP BY project_code),
trained AS (
  SELECT project_code, count(DISTINCT person_of(e.worker_number)) FILTER (WHERE training_date >= first_date) AS people,
         count(*) FILTER (WHERE training_date >= first_date) AS times, count(DISTINCT person_of(e.worker_number)) AS people_year,
         count(DISTINCT person_of(e.worker_number)) FILTER (WHERE training_date >= first_date AND training_content IN ('SAFETY', 'BOTH')) AS safety,
         count(DISTINCT person_of(e.worker_number)) FILTER (WHERE training_date >= first_date AND training_content IN ('SKILL', 'BOTH')) AS skill,
         count(DISTINCT person_of(e.worker_number)) FILTER (WHERE training_date >= first_date
           AND skill_rank(e.skill_level_after) > skill_rank(e.skill_level_before)) AS upgraded
  FROM wanted JOIN training USING (project_code) JOIN trainee e USING (project_code, training_code), span
  WHERE e.signed_in AND training_audience = 'WORKERS' AND training_date BETWEEN year_date AND last_date GROUP BY project_code),
agreements AS (
  SELECT project_code, count(*) AS running FROM wanted JOIN agreement a USING (project_code), span
  WHERE a.employment_kind = 'WORK_RELIEF_SERVICE' AND a.start_date <= last_date AND a.end_date >= first_date GROUP BY project_code)
SELECT wanted.project_code, f.worker_count, f.priority_worker_count, f.female_worker_count, f.local_worker_count, f.day_hundredths,
       f.worker_time_count, coalesce(m.sealed, 0)::int4, coalesce(m.unsealed, 0)::int4,
       coalesce(t.held, 0)::int4, coalesce(e.people, 0)::int4, coalesce(e.times, 0)::int4, coalesce(e.safety, 0)::int4,
       coalesce(e.skill, 0)::int4, coalesce(e.upgraded, 0)::int4, coalesce(t.cost, 0)::int8, f.worker_count_year,
       f.day_hundredths_year, coalesce(t.held_year, 0)::int4, coalesce(e.people_year, 0)::int4, coalesce(a.running, 0)::int4,
       f.contract_worker_count, f.priority_worker_count_year, f.female_worker_count_year, f.local_worker_count_year
FROM wanted JOIN sealed_figures($1, $2) f USING (project_code) LEFT JOIN months m USING (project_code)
LEFT JOIN trainings t USING (project_code) LEFT JOIN trained e USING (project_code) LEFT JOIN agreements a USING (project_code)
$$;
