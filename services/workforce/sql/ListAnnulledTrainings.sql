-- ListAnnulledTrainingsRequest -> ListAnnulledTrainingsReply.rows[]
SELECT project_code, training_code, training_name, training_date, trainee_count, annul_reason, annulled_by, annulled_date, training_code AS page_key
FROM annulled_training
WHERE project_code = :project_code AND training_code > coalesce(:page_token, '')
ORDER BY training_code
LIMIT :call.limit
