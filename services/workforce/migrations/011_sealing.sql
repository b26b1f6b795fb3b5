-- A large month is frozen in pages, barred meanwhile, and closed at last by a short call; a sealed month can be opened again.
-- What is frozen of a month that is not yet closed is nobody's figure: sealed_worker shows the closed months only.
ALTER TABLE sealed_worker RENAME TO frozen_worker;
ALTER TABLE frozen_worker RENAME CONSTRAINT sealed_worker_pkey TO frozen_worker_pkey;
ALTER TABLE sealed_month ADD COLUMN reopening_number int4; -- of the reopening it was sealed again after; NULL: the first seal
CREATE VIEW sealed_worker AS
  SELECT f.* FROM frozen_worker f WHERE EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = f.project_code AND m.month = f.month);

CREATE TABLE sealing_month (
  project_code       text COLLATE "C" NOT NULL,
  month              text NOT NULL,
  first_date         date NOT NULL,
  last_date          date NOT NULL,
  begun_by           text NOT NULL,
  begun_at           timestamptz NOT NULL,
  last_worker_number int8 NOT NULL,  -- frozen up to here
  running_digest     bytea NOT NULL, -- over the lines so far
  finished           bool NOT NULL,  -- all are frozen
  PRIMARY KEY (project_code, month)
);
-- The months of a project that take no more days, and the rule that says so.
CREATE VIEW closed_month AS
  SELECT project_code, month, first_date, last_date, 'MONTH_SEALED' AS rule FROM sealed_month
  UNION ALL
  SELECT project_code, month, first_date, last_date, 'MONTH_SEALING' FROM sealing_month;
CREATE INDEX agreement_project_worker ON agreement (project_code, worker_number);

-- As before, but of a month that is being sealed it says so.
CREATE OR REPLACE FUNCTION attendance_refusals(of_project text, workers int8[], dates date[], parts int4[], today date, batch bool)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
  WITH line AS MATERIALIZED (
    SELECT l.worker, l.day, l.part, CASE WHEN batch THEN 'lines[' || l.n - 1 || '].' ELSE '' END AS at,
           a.agreement_code, a.safety_trained_date, a.key_post, a.briefed_date, t.taken, t.here,
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
  SELECT 'ATTENDANCE_EXISTS', at || 'work_date', day::text FROM line WHERE here
  UNION ALL
  SELECT 'OVER_ONE_DAY', at || 'day_hundredths', taken || ' + ' || part || ' > 100' FROM line WHERE NOT here AND taken + part > 100;
END$$;

-- Reopening: asked for with a reason, decided by the owner; the seal it broke stays known.
CREATE TABLE reopening (
  project_code     text COLLATE "C" NOT NULL,
  month            text NOT NULL,
  reopening_number int4 NOT NULL,
  reopen_state     text NOT NULL CHECK (reopen_state IN ('REQUESTED', 'APPROVED', 'REFUSED')),
  reopen_reason    text NOT NULL,
  requested_by     text NOT NULL,
  requested_at     timestamptz NOT NULL,
  decided_by       text,
  decided_at       timestamptz,
  decide_note      text,
  former_digest    bytea NOT NULL,
  former_sealed_by text NOT NULL,
  former_worker_count int4 NOT NULL,
  former_hundredths int8 NOT NULL,
  PRIMARY KEY (project_code, month, reopening_number)
);
CREATE UNIQUE INDEX reopening_open ON reopening (project_code, month) WHERE reopen_state = 'REQUESTED';
-- Followed from payroll: the wage sheets drawn from sealed months.
CREATE TABLE wage_sheet (
  project_code text COLLATE "C" NOT NULL,
  sheet_code   text NOT NULL,
  month        text NOT NULL,
  sheet_state  text NOT NULL,
  settled_date date,
  PRIMARY KEY (project_code, sheet_code)
);
CREATE INDEX wage_sheet_month ON wage_sheet (project_code, month);
