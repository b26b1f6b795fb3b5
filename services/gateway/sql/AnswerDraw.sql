-- AnswerDrawRequest -> Draw
-- The answer has been held against what the unit signed; its findings come with it. The same answer again changes nothing.
WITH wanted AS (SELECT * FROM draw WHERE draw_number = :gathered_content.draw_number),
problem AS (
  SELECT 'DRAW_UNKNOWN' AS refusal, 'signed' AS refusal_path, :gathered_content.draw_number::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'DRAW_ANSWERED', 'signed', draw_number::text FROM wanted WHERE answer_digest <> :gathered_digest),
taken AS (
  UPDATE draw d SET draw_state = 'ANSWERED', answer_content = :signed.content, answer_signature = :signed.signature, answer_key_id = :signed.key_id,
    answer_digest = :gathered_digest, answered_at = :call.now
  FROM wanted w WHERE d.draw_number = w.draw_number AND w.draw_state = 'ASKED' AND NOT EXISTS (SELECT 1 FROM problem) RETURNING d.*),
fault AS (
  SELECT * FROM unnest(:gathered_findings.line_number, :gathered_findings.project_code, :gathered_findings.row_number, :gathered_findings.draw_fault,
    :gathered_findings.finding_note) WITH ORDINALITY AS f(line_number, project_code, row_number, draw_fault, finding_note, place)),
found AS (
  INSERT INTO draw_finding (draw_number, finding_number, line_number, project_code, row_number, draw_fault, finding_note, found_at)
  SELECT t.draw_number, coalesce((SELECT max(finding_number) FROM draw_finding o WHERE o.draw_number = t.draw_number), 0) + f.place::int4, f.line_number,
    f.project_code, f.row_number, f.draw_fault, f.finding_note, :call.now
  FROM taken t CROSS JOIN fault f),
told AS (
  INSERT INTO report_exception (report_code, exception_number, project_code, exception_rule, exception_note, severity)
  SELECT t.report_code, coalesce((SELECT max(exception_number) FROM report_exception o WHERE o.report_code = t.report_code), 0)
      + (row_number() OVER (ORDER BY g.project_code, g.draw_fault))::int4,
    g.project_code, 'DRAW_FINDING', g.draw_fault || ' ' || g.times, 'WARN'
  FROM taken t CROSS JOIN (SELECT project_code, draw_fault, count(*) AS times FROM fault GROUP BY project_code, draw_fault) g)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.draw_number, w.report_code, w.unit_id, w.quarter, w.node_unit_id,
  w.seed, w.row_count, 'ANSWERED' AS draw_state, w.due_date, w.asked_by, w.asked_at AS asked_at_us, coalesce(t.answered_at, w.answered_at) AS answered_at_us,
  ((SELECT count(*) FROM draw_finding f WHERE f.draw_number = w.draw_number)
    + CASE WHEN t.draw_number IS NULL THEN 0 ELSE (SELECT count(*) FROM fault) END)::int4 AS finding_count
FROM wanted w LEFT JOIN taken t USING (draw_number) WHERE NOT EXISTS (SELECT 1 FROM problem)
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
