-- DeclareSharingRequest -> Sharing
WITH given AS (
  SELECT worker_number, place FROM unnest(:worker_numbers) WITH ORDINALITY AS g(worker_number, place)
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM project WHERE project_code = :project_code)
  UNION ALL SELECT 'SHARING_COUNT', 'worker_numbers', (SELECT count(DISTINCT worker_number) FROM given)::text
    WHERE (SELECT count(DISTINCT worker_number) FROM given) NOT BETWEEN 2 AND 8
  UNION ALL SELECT 'NOT_ON_ROSTER', format('worker_numbers[%s]', place - 1), worker_number::text FROM given
    WHERE NOT EXISTS (SELECT 1 FROM roster r WHERE r.worker_number = given.worker_number)
),
numbered AS (
  SELECT (count(*) + 1)::int4 AS sharing_number FROM sharing WHERE project_code = :project_code
),
kept AS (
  INSERT INTO sharing_worker (project_code, sharing_number, worker_number)
  SELECT DISTINCT :project_code, n.sharing_number, g.worker_number FROM given g, numbered n WHERE NOT EXISTS (SELECT 1 FROM problem)
),
changed AS (
  INSERT INTO sharing (project_code, sharing_number, share_kind, sharing_state, sharing_reason, declared_by, declared_date)
  SELECT :project_code, n.sharing_number, :share_kind, 'DECLARED', :sharing_reason, :call.principal, :call.today
  FROM numbered n WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING project_code, sharing_number, share_kind, :worker_numbers AS worker_numbers, sharing_reason, sharing_state, declared_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
