-- RecordSiteEntriesRequest -> RecordSiteEntriesReply.rows[]
-- Nobody enters the site without agreement, registration and the training the work asks for (Reg. 724 art. 28).
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i, a.worker_number, a.start_date, a.end_date, a.workable_from
  FROM unnest(:lines.agreement_code, :lines.entry_date, :lines.hand_over_note) WITH ORDINALITY AS l(agreement_code, entry_date, hand_over_note, n)
  LEFT JOIN agreement a ON a.project_code = :project_code AND a.agreement_code = l.agreement_code),
problem AS MATERIALIZED (
  SELECT 'AGREEMENT_UNKNOWN' AS refusal, 'lines[' || i || '].agreement_code' AS refusal_path, agreement_code AS refusal_detail
  FROM line WHERE worker_number IS NULL
  UNION ALL
  SELECT 'AGREEMENT_TWICE', 'lines[' || i || '].agreement_code', 'lines[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY agreement_code) AS first_i FROM line) t WHERE first_i < i
  UNION ALL
  SELECT 'FUTURE_DATE', 'lines[' || i || '].entry_date', entry_date::text FROM line WHERE entry_date > :call.today
  UNION ALL
  SELECT 'NO_AGREEMENT', 'lines[' || i || '].entry_date', start_date || '/' || end_date FROM line WHERE entry_date NOT BETWEEN start_date AND end_date
  UNION ALL
  SELECT 'NOT_ADMITTED_YET', 'lines[' || i || '].entry_date', workable_from::text
  FROM line WHERE worker_number IS NOT NULL AND coalesce(workable_from > entry_date, true)
  UNION ALL
  SELECT 'ENTERED_ALREADY', 'lines[' || i || '].agreement_code', p.passage_date::text
  FROM line JOIN site_passage p ON p.project_code = :project_code AND p.agreement_code = line.agreement_code AND p.passage_kind = 'ENTERED'),
written AS (
  INSERT INTO site_passage (project_code, agreement_code, passage_kind, passage_date, hand_over_note, recorded_by)
  SELECT :project_code, agreement_code, 'ENTERED', entry_date, hand_over_note, :call.principal FROM line WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.agreement_code, line.worker_number, w.passage_kind,
       w.passage_date, w.hand_over_note, w.recorded_by
FROM written w JOIN line USING (agreement_code)
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
ORDER BY agreement_code, refusal_path
