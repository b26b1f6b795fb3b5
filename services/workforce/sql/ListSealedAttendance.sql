-- ListSealedAttendanceRequest -> SealedAttendancePage.rows[]
SELECT s.project_code, s.month, s.worker_number, w.worker_token, w.worker_name, w.id_number_mask, w.account_holder, w.account_no,
       w.account_no_token, w.account_no_mask, w.bank_name, s.day_hundredths, s.attended_days, s.first_date, s.days_text, s.pay_unit, s.rate_fen,
       s.agreement_code, s.employment_kind, s.sex, s.is_local, s.priority_groups, s.worker_number::text AS page_key
FROM sealed_worker s JOIN worker w USING (worker_number)
WHERE s.project_code = :project_code AND s.month = :month AND s.worker_number > coalesce(:page_token, '-1')::int8
  AND EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = s.project_code AND m.month = s.month)
ORDER BY s.worker_number
LIMIT :call.limit
