-- EvaluateProjectRequest -> ProjectEvaluation
-- Five kinds of participants and 发展改革 take part (R175, R178); an open finding or complaint keeps the grade below EXCELLENT (R111).
WITH chosen AS (
  SELECT * FROM project WHERE project_code = :project_code
),
weight AS (
  SELECT * FROM evaluation_policy WHERE valid_from_date <= :call.today ORDER BY valid_from_date DESC LIMIT 1
),
participant AS (
  SELECT DISTINCT participant_kind, unit_id FROM unnest(:participants.participant_kind,
    :participants.unit_id) AS g(participant_kind, unit_id)
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'PROJECT_NOT_COMPLETED', 'project_code', project_state FROM chosen WHERE project_state NOT IN ('COMPLETED',
    'ACCEPTED')
  UNION ALL SELECT 'PARTICIPANT_MISSING', 'participants', k.kind
    FROM (VALUES ('ACCEPTING_UNIT'), ('BUREAU'), ('OWNER'), ('CONTRACTOR'), ('TOWNSHIP'), ('DEVELOPMENT_REFORM')) AS k(kind)
    WHERE NOT EXISTS (SELECT 1 FROM participant p WHERE p.participant_kind = k.kind)
  UNION ALL SELECT 'SCORE_OUT_OF_RANGE', s.path, s.score::text
    FROM (VALUES ('organisation_score', :organisation_score), ('pay_score', :pay_score), ('training_score',
      :training_score)) AS s(path, score)
    WHERE s.score NOT BETWEEN 0 AND 100
),
scored AS (
  SELECT (SELECT count(*) + 1 FROM evaluation WHERE project_code = :project_code)::int4 AS evaluation_number,
    (:organisation_score * organisation_weight + :pay_score * pay_weight + :training_score * training_weight + 50) / 100 AS total_score,
    CASE WHEN EXISTS (SELECT 1 FROM complaint WHERE project_code = :project_code AND complaint_state IN ('OPEN', 'APPEALED')) THEN '有投诉未答复'
      WHEN EXISTS (SELECT 1 FROM finding WHERE project_code = :project_code AND finding_state <> 'VERIFIED')
        THEN '有问题未整改到位' END AS obstacle
  FROM weight WHERE NOT EXISTS (SELECT 1 FROM problem)
),
kept AS (
  INSERT INTO evaluation_participant (project_code, evaluation_number, participant_kind, unit_id)
  SELECT :project_code, s.evaluation_number, p.participant_kind, p.unit_id FROM participant p, scored s
),
changed AS (
  INSERT INTO evaluation (project_code, evaluation_code, evaluation_number, organisation_score, pay_score, training_score,
    total_score,
    evaluation_grade, capped_reason, participant_count, verdict_note, evaluated_by, evaluated_date)
  SELECT :project_code, :project_code || '-E' || s.evaluation_number, s.evaluation_number, :organisation_score, :pay_score,
    :training_score,
    s.total_score, CASE WHEN s.total_score >= 90 AND s.obstacle IS NULL THEN 'EXCELLENT' WHEN s.total_score >= 75 THEN 'GOOD'
      WHEN s.total_score >= 60 THEN 'PASSED' ELSE 'FAILED' END,
    CASE WHEN s.total_score >= 90 THEN s.obstacle END, (SELECT count(*) FROM participant)::int4, :verdict_note, :call.principal,
      :call.today
  FROM scored s
  RETURNING evaluation_code, project_code, organisation_score, pay_score, training_score, total_score, evaluation_grade,
    evaluated_date, verdict_note,
    participant_count, capped_reason
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
