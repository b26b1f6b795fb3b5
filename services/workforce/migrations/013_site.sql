-- What an agreement must still bear, what the work asks before the first day, who came to the site and left it, and how long the roster is kept.
ALTER TABLE agreement
  ADD COLUMN work_place         text,
  ADD COLUMN document_digest    bytea,                       -- of the signed paper
  ADD COLUMN skill_needed       bool NOT NULL DEFAULT false, -- the task asks for training before the first day
  ADD COLUMN skill_kind         text,                        -- of this kind; NULL: of any
  ADD COLUMN skill_trained_date date,
  DROP COLUMN workable_from;
-- First day that may be worked: agreement, safety training and, where they are asked for, briefing and skill training all there. NULL: not yet.
ALTER TABLE agreement ADD COLUMN workable_from date GENERATED ALWAYS AS (
  CASE WHEN safety_trained_date IS NULL OR (key_post AND briefed_date IS NULL) OR (skill_needed AND skill_trained_date IS NULL) THEN NULL
       ELSE greatest(start_date, safety_trained_date, CASE WHEN key_post THEN briefed_date END, CASE WHEN skill_needed THEN skill_trained_date END)
  END) STORED;
CREATE INDEX trainee_worker ON trainee (worker_number);
INSERT INTO policy VALUES
  ('retrain_after_days', '2019-03-01', 1096, '建市〔2019〕18号: 3年未在岗的重新培训'),
  ('roster_kept_years', '2020-05-01', 3, '国务院令第724号第28条: 工程完工且工资全部结清后至少3年');

CREATE TABLE site_passage (
  project_code   text COLLATE "C" NOT NULL,
  agreement_code text NOT NULL,
  passage_kind   text NOT NULL CHECK (passage_kind IN ('ENTERED', 'LEFT')),
  passage_date   date NOT NULL,
  hand_over_note text,
  recorded_by    text NOT NULL,
  PRIMARY KEY (project_code, agreement_code, passage_kind)
);

-- The last day until which a project's roster must be kept; NULL: not yet known, since it is not complete or not paid in full.
CREATE FUNCTION roster_kept_until(of_project text) RETURNS date LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT (greatest(p.complete_date, s.settled) + make_interval(years => policy_on('roster_kept_years', p.complete_date)::int4))::date
  FROM project p CROSS JOIN LATERAL (
    SELECT max(settled_date) AS settled, count(*) FILTER (WHERE settled_date IS NULL) AS unpaid, count(*) AS sheets
    FROM wage_sheet w WHERE w.project_code = p.project_code AND w.sheet_state <> 'VOID') s
  WHERE p.project_code = $1 AND p.complete_date IS NOT NULL AND s.unpaid = 0
    AND (s.sheets > 0 OR NOT EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = $1))
$$;
-- A line leaves the roster only into annulled_agreement, when two records of one person are made one; whoever has the database may not
-- delete it before its time. Looked at behind the statement, when both are done.
CREATE FUNCTION keep_roster() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM annulled_agreement a WHERE a.project_code = OLD.project_code AND a.agreement_code = OLD.agreement_code)
    OR coalesce(roster_kept_until(OLD.project_code) < (now() AT TIME ZONE interval '8 hours')::date, false) THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'the roster of % is kept until % (Reg. 724 art. 28)', OLD.project_code, coalesce(roster_kept_until(OLD.project_code)::text, 'three years after completion and full payment')
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_kept';
END$$;
CREATE TRIGGER agreement_kept AFTER DELETE ON agreement FOR EACH ROW EXECUTE FUNCTION keep_roster();

-- As before, and of training that the task asks for.
CREATE OR REPLACE FUNCTION attendance_refusals(of_project text, workers int8[], dates date[], parts int4[], today date, batch bool)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
  WITH line AS MATERIALIZED (
    SELECT l.worker, l.day, l.part, CASE WHEN batch THEN 'lines[' || l.n - 1 || '].' ELSE '' END AS at,
           a.agreement_code, a.safety_trained_date, a.key_post, a.briefed_date, a.skill_needed, a.skill_kind, a.skill_trained_date, t.taken, t.here,
           EXISTS (SELECT 1 FROM worker w WHERE w.worker_number = l.worker) AS registered
    FROM unnest(workers, dates, parts) WITH ORDINALITY AS l(worker, day, part, n)
    LEFT JOIN LATERAL (
      SELECT g.* FROM agreement g WHERE g.worker_number = l.worker AND g.project_code = of_project AND l.day BETWEEN g.start_date AND g.end_date
      LIMIT 1) a ON true
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(e.day_hundredths), 0)::int4 AS taken, coalesce(bool_or(e.project_code = of_project), false) AS here
      FROM attendance e WHERE e.worker_number = l.worker AND e.work_date = l.day) t)
  SELECT 'PROJECT_TAKES_NO_ATTENDANCE'::text, 'project_code'::text, (SELECT p.project_state FROM project p WHERE p.project_code = of_project)
  WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.project_code = of_project AND p.takes_attendance)
  UNION ALL
  SELECT 'FUTURE_DATE', at || 'work_date', day::text FROM line WHERE day > today
  UNION ALL
  SELECT c.rule, at || 'work_date', c.month
  FROM line JOIN closed_month c ON c.project_code = of_project AND day BETWEEN c.first_date AND c.last_date
  UNION ALL
  SELECT 'WORKER_UNKNOWN', at || 'worker_number', worker::text FROM line WHERE NOT registered
  UNION ALL
  SELECT 'NO_AGREEMENT', at || 'work_date', day::text FROM line WHERE registered AND agreement_code IS NULL
  UNION ALL
  SELECT 'NO_SAFETY_TRAINING', at || 'work_date', safety_trained_date::text
  FROM line WHERE agreement_code IS NOT NULL AND coalesce(safety_trained_date > day, true)
  UNION ALL
  SELECT 'NO_BRIEFING', at || 'work_date', briefed_date::text FROM line WHERE key_post AND coalesce(briefed_date > day, true)
  UNION ALL
  SELECT 'NO_SKILL_TRAINING', at || 'work_date', coalesce(skill_trained_date::text, skill_kind)
  FROM line WHERE skill_needed AND coalesce(skill_trained_date > day, true)
  UNION ALL
  SELECT 'ATTENDANCE_EXISTS', at || 'work_date', day::text FROM line WHERE here
  UNION ALL
  SELECT 'OVER_ONE_DAY', at || 'day_hundredths', taken || ' + ' || part || ' > 100' FROM line WHERE NOT here AND taken + part > 100;
END$$;
