-- ListDemandsRequest -> ListDemandsReply.rows[]
SELECT d.project_code, d.demand_code, d.demand_state, d.task_number, d.post_name, d.head_count, d.skill_kind, d.skill_level, d.from_date, d.to_date,
       d.pay_unit, d.rate_fen, d.content_note, d.training_planned, d.submitted_date, d.close_reason,
       (SELECT json_agg(json_build_object('township_unit_id', t.township_unit_id, 'asked_count', t.asked_count,
               'acknowledged_date', t.acknowledged_date, 'acknowledge_note', t.acknowledge_note) ORDER BY t.township_unit_id)
        FROM demand_township t WHERE t.project_code = d.project_code AND t.demand_code = d.demand_code) AS townships,
       (SELECT count(*)::int4 FROM application a WHERE a.project_code = d.project_code AND a.demand_code = d.demand_code
          AND a.application_state = 'APPLIED') AS applied_count, c.chosen_count, c.hired_count, d.demand_code AS page_key
FROM labour_demand d
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS chosen_count, count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM agreement g WHERE g.worker_number = c.worker_number AND g.project_code = c.project_code AND g.start_date <= d.to_date
             AND g.end_date >= d.from_date))::int4 AS hired_count
  FROM choice c WHERE c.project_code = d.project_code AND c.demand_code = d.demand_code AND c.choice_state = 'CHOSEN') c
WHERE d.project_code = :project_code AND d.demand_code > coalesce(:page_token, '') AND (:demand_state IS NULL OR d.demand_state = :demand_state)
ORDER BY d.demand_code
LIMIT :call.limit
