-- GetEvaluationRequest -> ProjectEvaluation
SELECT evaluation_code, project_code, organisation_score, pay_score, training_score, total_score, evaluation_grade,
  evaluated_date, verdict_note, participant_count, capped_reason, evaluation_number, template_version
FROM evaluation WHERE project_code = :project_code ORDER BY evaluation_number DESC LIMIT 1
