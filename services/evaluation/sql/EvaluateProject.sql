-- EvaluateProjectRequest -> ProjectEvaluation
-- Five kinds of participants and 发展改革 take part (R175, R178); an open finding or complaint keeps the grade below EXCELLENT (R111). Items and
-- weights of the day, and the figures as the followed ledgers have them, are kept with the evaluation.
WITH chosen AS (
  SELECT * FROM project WHERE project_code = :project_code
),
weight AS (
  SELECT * FROM evaluation_policy WHERE valid_from_date <= :call.today ORDER BY valid_from_date DESC LIMIT 1
),
item AS (
  SELECT 1::int8 AS item_number, 'LABOUR_ORG' AS item_code, '群众务工组织' AS item_title, organisation_weight AS item_weight FROM weight
  UNION ALL SELECT 2, 'PAY', '劳务报酬发放', pay_weight FROM weight
  UNION ALL SELECT 3, 'TRAINING', '就业技能培训', training_weight FROM weight
  UNION ALL SELECT 3 + row_number() OVER (ORDER BY i.item_code), i.item_code, i.item_title, i.item_weight
    FROM weight JOIN evaluation_policy_item i USING (valid_from_date)
),
given AS (
  SELECT g.*, format('own_items[%s].', place - 1) AS item_path, format('own_items[%s].item_score', place - 1) AS score_path
  FROM unnest(:own_items.item_code, :own_items.item_score) WITH ORDINALITY AS g(item_code, item_score, place)
),
score AS (
  SELECT 'LABOUR_ORG' AS item_code, :organisation_score AS item_score, 'organisation_score' AS score_path
  UNION ALL SELECT 'PAY', :pay_score, 'pay_score' UNION ALL SELECT 'TRAINING', :training_score, 'training_score'
  UNION ALL SELECT item_code, item_score, score_path FROM given
),
participant AS (
  SELECT DISTINCT ON (participant_kind, unit_id) *
  FROM unnest(:participants.participant_kind, :participants.unit_id, :participants.signer_name, :participants.sign_method, :participants.signed_date)
    WITH ORDINALITY AS g(participant_kind, unit_id, signer_name, sign_method, signed_date, place)
  ORDER BY participant_kind, unit_id, place
),
link AS (
  SELECT * FROM unnest(:evidence.item_code, :evidence.evidence_kind, :evidence.evidence_no, :evidence.evidence_note) WITH ORDINALITY
    AS e(item_code, evidence_kind, evidence_no, evidence_note, place)
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM chosen)
  UNION ALL SELECT 'PROJECT_NOT_COMPLETED', 'project_code', project_state FROM chosen WHERE project_state NOT IN ('COMPLETED',
    'ACCEPTED')
  UNION ALL SELECT 'PARTICIPANT_MISSING', 'participants', k.kind
    FROM (VALUES ('ACCEPTING_UNIT'), ('BUREAU'), ('OWNER'), ('CONTRACTOR'), ('TOWNSHIP'), ('DEVELOPMENT_REFORM')) AS k(kind)
    WHERE NOT EXISTS (SELECT 1 FROM participant p WHERE p.participant_kind = k.kind)
  UNION ALL SELECT 'PARTICIPANT_NOT_PARTY', format('participants[%s].unit_id', place - 1), unit_id FROM participant p
    WHERE p.participant_kind IN ('BUREAU', 'OWNER', 'CONTRACTOR', 'TOWNSHIP')
      AND EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = :project_code AND y.relation = p.participant_kind)
      AND NOT EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = :project_code AND y.relation = p.participant_kind AND y.unit_id = p.unit_id)
  UNION ALL SELECT 'SIGNATURE_INCOMPLETE', format('participants[%s]', place - 1), unit_id FROM participant
    WHERE num_nulls(signer_name, sign_method, signed_date) IN (1, 2)
  UNION ALL SELECT 'SIGNATURE_DATE', format('participants[%s].signed_date', place - 1), signed_date::text FROM participant
    WHERE signed_date > :call.today OR signed_date < (SELECT complete_date FROM chosen)
  UNION ALL SELECT 'SCORE_OUT_OF_RANGE', score_path, item_score::text FROM score WHERE item_score NOT BETWEEN 0 AND 100
  UNION ALL SELECT 'ITEM_SCORE_MISSING', 'own_items', i.item_code || ' ' || i.item_title FROM item i
    WHERE NOT EXISTS (SELECT 1 FROM score s WHERE s.item_code = i.item_code)
  UNION ALL SELECT 'ITEM_UNKNOWN', item_path || 'item_code', item_code FROM given g WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.item_code = g.item_code)
  UNION ALL SELECT 'SCORE_TWICE', 'own_items', item_code FROM score GROUP BY item_code HAVING count(*) > 1
  UNION ALL SELECT 'ITEM_UNKNOWN', format('evidence[%s].item_code', place - 1), item_code FROM link l
    WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.item_code = l.item_code)
  UNION ALL SELECT 'EVIDENCE_UNKNOWN', format('evidence[%s].evidence_no', place - 1), evidence_no FROM link l WHERE NOT CASE evidence_kind
    WHEN 'INSPECTION' THEN EXISTS (SELECT 1 FROM inspection x WHERE x.project_code = :project_code AND x.inspection_code = l.evidence_no)
    WHEN 'FINDING' THEN EXISTS (SELECT 1 FROM finding x WHERE x.project_code = :project_code AND x.finding_code = l.evidence_no)
    WHEN 'WAGE_SHEET' THEN EXISTS (SELECT 1 FROM sheet x WHERE x.project_code = :project_code AND x.sheet_code = l.evidence_no)
    WHEN 'TRAINING' THEN EXISTS (SELECT 1 FROM training x WHERE x.project_code = :project_code AND x.training_code = l.evidence_no)
    WHEN 'SEALED_MONTH' THEN EXISTS (SELECT 1 FROM sealed_month x WHERE x.project_code = :project_code AND x.month = l.evidence_no)
    WHEN 'RATIO_CHECK' THEN EXISTS (SELECT 1 FROM ratio_check x WHERE x.project_code = :project_code AND x.check_number::text = l.evidence_no)
    WHEN 'LEDGER_CHECK' THEN EXISTS (SELECT 1 FROM ledger_check x WHERE x.project_code = :project_code AND x.check_number::text = l.evidence_no)
    ELSE true END
),
scored AS (
  SELECT (SELECT count(*) + 1 FROM evaluation WHERE project_code = :project_code)::int4 AS evaluation_number, valid_from_date AS policy_date,
    (SELECT (sum(s.item_score * i.item_weight) + 50) / 100 FROM item i JOIN score s USING (item_code))::int4 AS total_score,
    CASE WHEN EXISTS (SELECT 1 FROM complaint WHERE project_code = :project_code AND complaint_state IN ('OPEN', 'APPEALED')) THEN '有投诉未答复'
      WHEN EXISTS (SELECT 1 FROM finding WHERE project_code = :project_code AND finding_state <> 'VERIFIED')
        THEN '有问题未整改到位' END AS obstacle
  FROM weight WHERE NOT EXISTS (SELECT 1 FROM problem)
),
kept AS (
  INSERT INTO evaluation_participant (project_code, evaluation_number, participant_kind, unit_id, signer_name, sign_method, signed_date)
  SELECT :project_code, s.evaluation_number, p.participant_kind, p.unit_id, p.signer_name, p.sign_method, p.signed_date FROM participant p, scored s
),
kept_scores AS (
  INSERT INTO evaluation_score (project_code, evaluation_number, item_number, item_code, item_title, item_weight, item_score)
  SELECT :project_code, s.evaluation_number, i.item_number::int4, i.item_code, i.item_title, i.item_weight, g.item_score
  FROM item i JOIN score g USING (item_code), scored s
),
kept_links AS (
  INSERT INTO evaluation_evidence (project_code, evaluation_number, evidence_number, item_code, evidence_kind, evidence_no, evidence_note)
  SELECT :project_code, s.evaluation_number, l.place::int4, l.item_code, l.evidence_kind, l.evidence_no, l.evidence_note FROM link l, scored s
),
kept_figures AS (
  INSERT INTO evaluation_figure (project_code, evaluation_number, figure_number, figure_kind, planned_value, actual_value)
  SELECT :project_code, s.evaluation_number, f.* FROM scored s, evaluation_figures_of(:project_code) f
),
changed AS (
  INSERT INTO evaluation (project_code, evaluation_code, evaluation_number, organisation_score, pay_score, training_score,
    total_score, evaluation_grade, capped_reason, participant_count, verdict_note, evaluated_by, evaluated_date, template_version, policy_date)
  SELECT :project_code, :project_code || '-E' || s.evaluation_number, s.evaluation_number, :organisation_score, :pay_score,
    :training_score,
    s.total_score, CASE WHEN s.total_score >= 90 AND s.obstacle IS NULL THEN 'EXCELLENT' WHEN s.total_score >= 75 THEN 'GOOD'
      WHEN s.total_score >= 60 THEN 'PASSED' ELSE 'FAILED' END,
    CASE WHEN s.total_score >= 90 THEN s.obstacle END, (SELECT count(*) FROM participant)::int4, :verdict_note, :call.principal,
      :call.today, (template_on('EVALUATION', :call.today)).version_number, s.policy_date
  FROM scored s
  RETURNING evaluation_code, project_code, organisation_score, pay_score, training_score, total_score, evaluation_grade,
    evaluated_date, verdict_note, participant_count, capped_reason, evaluation_number, template_version
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
