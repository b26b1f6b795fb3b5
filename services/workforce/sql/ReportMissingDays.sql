-- ReportMissingDaysRequest -> ReportMissingDaysReply
-- A day that no device shows: an outage, a face not read. Each worker named gets a repair; who has one keeps it.
WITH named AS MATERIALIZED (SELECT worker_number, (min(n) - 1)::int4 AS i FROM unnest(:worker_numbers) WITH ORDINALITY AS l(worker_number, n) GROUP BY worker_number),
problem AS MATERIALIZED (
  SELECT 'FUTURE_DATE' AS refusal, 'work_date' AS refusal_path, :work_date::date::text AS refusal_detail WHERE :work_date::date > :call.today
  UNION ALL
  SELECT rule, 'work_date', month FROM closed_month WHERE project_code = :project_code AND first_date <= :work_date AND last_date >= :work_date
  UNION ALL
  SELECT 'REPAIR_KIND_IS_DRAWN', 'repair_kind', :repair_kind WHERE :repair_kind NOT IN ('NO_NETWORK', 'BLURRED', 'DEVICE_CLOCK', 'UNPAIRED')
  UNION ALL
  SELECT 'NO_AGREEMENT', 'worker_numbers[' || i || ']', worker_number::text FROM named
  WHERE NOT EXISTS (SELECT 1 FROM agreement a WHERE a.worker_number = named.worker_number AND a.project_code = :project_code
                    AND :work_date BETWEEN a.start_date AND a.end_date)),
opened AS (
  INSERT INTO attendance_repair (project_code, work_date, worker_number, repair_kind, repair_state, repair_note, opened_by, opened_at)
  SELECT :project_code, :work_date, worker_number, :repair_kind, 'OPEN', :repair_note, :call.principal, :call.now
  FROM named WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, work_date, worker_number) DO NOTHING
  RETURNING worker_number)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, (SELECT count(*) FROM opened)::int4 AS opened_count,
       ((SELECT count(*) FROM named) - (SELECT count(*) FROM opened))::int4 AS already_known_count
WHERE NOT EXISTS (SELECT 1 FROM problem)
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL FROM problem
