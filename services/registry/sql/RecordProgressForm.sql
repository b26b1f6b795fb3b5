-- RecordProgressFormRequest -> ProgressFormReply
-- What is stated is kept as it is stated: a form whose parts do not add up says so for itself. A row is linked to the unit's own project that
-- alone bears its name.
WITH who AS (SELECT u.unit_id FROM unit u WHERE u.unit_id = coalesce(:unit_id, :call.unit)),
given AS (
  SELECT g.*, count(*) OVER (PARTITION BY plain_name(g.place_name), plain_name(g.project_name)) AS same
  FROM unnest(:rows.place_name, :rows.project_name, :rows.fund_type_name, :rows.granted_fen, :rows.total_investment_fen, :rows.relief_fen,
    :rows.integrated_fen, :rows.form_stage, :rows.disbursed_fen, :rows.disbursed_provincial_fen, :rows.paid_pay_fen, :rows.worker_count,
    :rows.post_count, :rows.trainee_count, :rows.content_note, :rows.remark_note) WITH ORDINALITY
    g (place_name, project_name, fund_type_name, granted_fen, total_investment_fen, relief_fen, integrated_fen, form_stage, disbursed_fen,
       disbursed_provincial_fen, paid_pay_fen, worker_count, post_count, trainee_count, content_note, remark_note, place)
), newest AS (
  SELECT f.* FROM progress_form f JOIN who USING (unit_id) WHERE f.month = :month ORDER BY f.version_number DESC LIMIT 1
), unchanged AS (
  SELECT n.* FROM newest n
  WHERE (n.filled_date, n.filler_name) IS NOT DISTINCT FROM (:filled_date::date, :filler_name) AND n.row_count = (SELECT count(*) FROM given)
    AND NOT EXISTS (SELECT g.place, g.place_name, g.project_name, g.fund_type_name, g.granted_fen, g.total_investment_fen, g.relief_fen,
      g.integrated_fen, g.form_stage, g.disbursed_fen, g.disbursed_provincial_fen, g.paid_pay_fen, g.worker_count, g.post_count, g.trainee_count,
      g.content_note, g.remark_note FROM given g
      EXCEPT SELECT r.row_number, r.place_name, r.project_name, r.fund_type_name, r.granted_fen, r.total_investment_fen, r.relief_fen, r.integrated_fen,
      r.form_stage, r.disbursed_fen, r.disbursed_provincial_fen, r.paid_pay_fen, r.worker_count, r.post_count, r.trainee_count, r.content_note,
      r.remark_note FROM progress_form_row r WHERE (r.unit_id, r.month, r.version_number) = (n.unit_id, n.month, n.version_number))
), problem AS (
  SELECT 'NOT_YOUR_UNIT' AS refusal, 'unit_id' AS refusal_path, :unit_id AS refusal_detail WHERE :unit_id <> :call.unit AND NOT :call.sees_all
  UNION ALL SELECT 'NO_SUCH_UNIT', 'unit_id', coalesce(:unit_id, :call.unit) WHERE NOT EXISTS (SELECT 1 FROM who)
  UNION ALL SELECT 'DATE_IN_FUTURE', 'month', :month WHERE :month > to_char(:call.today, 'YYYY-MM')
  UNION ALL SELECT 'DATE_IN_FUTURE', 'filled_date', :filled_date::text WHERE :filled_date::date > :call.today
  UNION ALL SELECT 'FORM_PROJECT_TWICE', format('rows[%s].project_name', place - 1), concat_ws(' ', place_name, project_name) FROM given WHERE same > 1
), placed AS (
  INSERT INTO progress_form (unit_id, month, version_number, filled_date, filler_name, row_count, recorded_by, recorded_at)
  SELECT w.unit_id, :month, coalesce((SELECT version_number FROM newest), 0) + 1, :filled_date::date, :filler_name, (SELECT count(*)::int4 FROM given),
    :call.principal, :call.now
  FROM who w WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM unchanged) RETURNING *
), linked AS (
  SELECT g.*, (SELECT min(p.project_code) FROM project p WHERE plain_name(p.project_name) = plain_name(g.project_name) AND p.bureau_unit_id = w.unit_id
    HAVING count(*) = 1) AS code
  FROM given g CROSS JOIN who w
), kept AS (
  INSERT INTO progress_form_row (unit_id, month, version_number, row_number, place_name, project_name, fund_type_name, granted_fen,
    total_investment_fen, relief_fen, integrated_fen, form_stage, disbursed_fen, disbursed_provincial_fen, paid_pay_fen, worker_count, post_count,
    trainee_count, content_note, remark_note, project_code)
  SELECT p.unit_id, p.month, p.version_number, g.place::int4, g.place_name, g.project_name, g.fund_type_name, g.granted_fen, g.total_investment_fen,
    g.relief_fen, g.integrated_fen, g.form_stage, g.disbursed_fen, g.disbursed_provincial_fen, g.paid_pay_fen, g.worker_count, g.post_count,
    g.trainee_count, g.content_note, g.remark_note, g.code
  FROM placed p CROSS JOIN linked g
), done AS (
  SELECT unit_id, month, version_number, row_count, false AS is_unchanged, (SELECT count(code)::int4 FROM linked) AS linked_count FROM placed
  UNION ALL SELECT n.unit_id, n.month, n.version_number, n.row_count, true, (SELECT count(code)::int4 FROM linked) FROM unchanged n
    WHERE NOT EXISTS (SELECT 1 FROM problem)
)
SELECT problem.*, d.* FROM problem FULL JOIN done d ON false
