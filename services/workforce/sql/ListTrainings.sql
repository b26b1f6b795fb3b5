-- ListTrainingsRequest -> ListTrainingsReply.rows[]
SELECT project_code, training_code, training_name, training_date, hours_hundredths, training_content, training_mode, training_venue,
       training_audience, organiser_unit_id, organiser_kind, trainer_name, training_fund_source, training_cost_fen, skill_kind, target_stage,
       technical_briefing, trainee_count, cadre_count, upgraded_count, plan_code, held_unit_id,
       training_code AS page_key
FROM training
WHERE project_code = :project_code AND training_code > coalesce(:page_token, '')
ORDER BY training_code
LIMIT :call.limit
