-- SetPriorityGroupRequest -> SetPriorityGroupReply.rows[]
-- A group begins on a day and may end on one; a line with the same first day replaces what was known of it.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i
  FROM unnest(:lines.worker_number, :lines.priority_group, :lines.valid_from_date, :lines.valid_to_date, :lines.group_source) WITH ORDINALITY
    AS l(worker_number, priority_group, valid_from_date, valid_to_date, group_source, n)),
problem AS MATERIALIZED (
  SELECT 'WORKER_UNKNOWN' AS refusal, 'lines[' || i || '].worker_number' AS refusal_path, line.worker_number::text AS refusal_detail
  FROM line LEFT JOIN worker w USING (worker_number) WHERE w.worker_number IS NULL
  UNION ALL
  SELECT 'WORKER_MERGED', 'lines[' || i || '].worker_number', w.merged_into::text FROM line JOIN worker w USING (worker_number) WHERE w.merged_into IS NOT NULL
  UNION ALL
  SELECT 'DATES_REVERSED', 'lines[' || i || '].valid_to_date', NULL FROM line WHERE valid_to_date < valid_from_date
  UNION ALL
  SELECT 'GROUP_TWICE', 'lines[' || i || '].priority_group', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY worker_number, priority_group, valid_from_date) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'GROUP_OVERLAPS', 'lines[' || i || '].valid_from_date', g.valid_from_date || '/' || coalesce(g.valid_to_date::text, '')
  FROM line JOIN worker_group g USING (worker_number, priority_group)
  WHERE g.valid_from_date <> line.valid_from_date AND g.valid_from_date <= coalesce(line.valid_to_date, 'infinity')
    AND coalesce(g.valid_to_date, 'infinity') >= line.valid_from_date),
written AS (
  INSERT INTO worker_group (worker_number, priority_group, valid_from_date, valid_to_date, group_source, recorded_by)
  SELECT worker_number, priority_group, valid_from_date, valid_to_date, group_source, :call.principal
  FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (worker_number, priority_group, valid_from_date) DO UPDATE
    SET valid_to_date = excluded.valid_to_date, group_source = excluded.group_source, recorded_by = excluded.recorded_by
  RETURNING worker_number, priority_group, valid_from_date, valid_to_date, group_source)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, worker_number, priority_group, valid_from_date,
       valid_to_date, group_source
FROM written
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL FROM problem
ORDER BY worker_number, priority_group, valid_from_date, refusal, refusal_path -- the same in every run: replies are compared byte for byte
