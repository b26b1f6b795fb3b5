-- ListTrainingCorrectionsRequest -> ListTrainingCorrectionsReply.rows[]
SELECT training_code, correction_number, correction_reason, corrected_by, corrected_at AS corrected_at_us, worker_number, trainee_change,
       former_signed_in, former_passed, former_certificate_code, former_level, former_cost_fen, correction_number || '|' || worker_number AS page_key
FROM training_correction
WHERE project_code = :project_code AND training_code = :training_code
  AND (correction_number, worker_number) > (coalesce(split_part(:page_token, '|', 1)::int4, 0), coalesce(split_part(:page_token, '|', 2)::int8, -1))
ORDER BY correction_number, worker_number
LIMIT :call.limit
