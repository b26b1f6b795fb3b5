-- ListProgressFormRequest -> ProgressFormPage.rows[]
-- The office reads every unit's, a unit its own.
WITH form AS (
  SELECT f.* FROM progress_form f WHERE f.month = :month AND f.unit_id = coalesce(:unit_id, :call.unit)
    AND (:call.sees_all OR f.unit_id = :call.unit) AND (:version_number IS NULL OR f.version_number = :version_number)
  ORDER BY f.version_number DESC LIMIT 1)
SELECT f.unit_id, f.month, f.version_number, f.filled_date, f.filler_name, f.row_count, r.place_name, r.project_name, r.fund_type_name, r.granted_fen,
  r.total_investment_fen, r.relief_fen, r.integrated_fen, r.form_stage, r.disbursed_fen, r.disbursed_provincial_fen, r.paid_pay_fen, r.worker_count,
  r.post_count, r.trainee_count, r.content_note, r.remark_note, r.project_code, r.row_number::text AS page_key
FROM form f JOIN progress_form_row r USING (unit_id, month, version_number)
WHERE r.row_number > coalesce(:page_token::int4, 0) ORDER BY r.row_number LIMIT :call.limit
