-- SetAssessmentPolicyRequest -> AssessmentPolicy
INSERT INTO assessment_policy (valid_from_date, known_weight, commend_score, sanction_score, tolerance_bp, source_note)
VALUES (:valid_from_date, :known_weight, coalesce(:commend_score, 0), coalesce(:sanction_score, 0), :tolerance_bp, :source_note)
ON CONFLICT (valid_from_date) DO UPDATE SET known_weight = excluded.known_weight, commend_score = excluded.commend_score,
  sanction_score = excluded.sanction_score, tolerance_bp = excluded.tolerance_bp, source_note = excluded.source_note
RETURNING valid_from_date, known_weight, commend_score, sanction_score, tolerance_bp, source_note
