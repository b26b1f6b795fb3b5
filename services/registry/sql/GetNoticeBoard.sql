-- GetNoticeBoardRequest -> NoticeBoard
SELECT p.project_code, p.project_name, p.project_state, p.field,
  nullif(concat(p.city_name, p.county_name, p.town_village_name), '') AS place_name,
  p.content_note, p.total_investment_fen, p.planned_pay_fen, p.planned_workers, p.award_date, p.start_date, p.complete_date, p.accept_date,
  parameter_on('notice_small_cell', p.division_code, :call.today)::int4 AS small_cell_count,
  (SELECT json_agg(json_build_object('relation', y.relation, 'unit_id', y.unit_id, 'unit_name', u.unit_name) ORDER BY y.relation, y.unit_id)
   FROM project_party y JOIN unit u USING (unit_id) WHERE y.project_code = p.project_code
     AND y.relation IN ('BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP')) AS parties
FROM project p
WHERE p.project_code = :project_code AND EXISTS (SELECT 1 FROM notice n WHERE n.project_code = p.project_code)
