-- One person's day at two bureaus' projects, as a consolidation found it.
CREATE TABLE double_work (
  quarter text NOT NULL,
  consolidation_number int4 NOT NULL,
  double_number int4 NOT NULL,
  worker_token bytea NOT NULL,
  first_report_code text NOT NULL,
  first_unit_id text NOT NULL,
  first_project_code text NOT NULL,
  second_report_code text NOT NULL,
  second_unit_id text NOT NULL,
  second_project_code text NOT NULL,
  work_dates text[] NOT NULL,
  PRIMARY KEY (quarter, consolidation_number, double_number)
);
CREATE INDEX double_work_first ON double_work (first_report_code, quarter, consolidation_number);
CREATE INDEX double_work_second ON double_work (second_report_code, quarter, consolidation_number);
-- The days of a quarter that three masks name, bit 1 << day - 1 of each month.
CREATE FUNCTION mask_dates(quarter text, first_mask int4, second_mask int4, third_mask int4) RETURNS text[] LANGUAGE sql IMMUTABLE AS
$$SELECT ARRAY(SELECT left(quarter, 4) || '-' || lpad((right(quarter, 1)::int4 * 3 - 3 + m.n)::text, 2, '0') || '-' || lpad(d::text, 2, '0')
  FROM (VALUES (1, first_mask), (2, second_mask), (3, third_mask)) AS m(n, mask) CROSS JOIN generate_series(1, 31) AS d
  WHERE m.mask & (1 << d - 1) <> 0 ORDER BY m.n, d)$$;
-- What of it stands on a line: per other unit, people and days. unit_name: the other's.
CREATE VIEW double_work_of_line AS
SELECT quarter, consolidation_number, report_code, project_code, other_unit_id, count(DISTINCT worker_token)::int4 AS worker_count,
  sum(cardinality(work_dates))::int4 AS day_count, min(double_number) AS double_number
FROM (SELECT quarter, consolidation_number, first_report_code AS report_code, first_project_code AS project_code, second_unit_id AS other_unit_id,
        worker_token, work_dates, double_number FROM double_work
      UNION ALL SELECT quarter, consolidation_number, second_report_code, second_project_code, first_unit_id, worker_token, work_dates, double_number
        FROM double_work) d
GROUP BY quarter, consolidation_number, report_code, project_code, other_unit_id;
