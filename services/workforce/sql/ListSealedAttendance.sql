-- ListSealedAttendanceRequest -> SealedAttendancePage.rows[]
-- The digest of the telephone number gets its key on the way out (sealed_page.c). The terms of an agreement never change, so what the digest does not need is read from it.
SELECT s.project_code, s.month, s.worker_number, w.worker_token, w.worker_name, w.id_number_mask, w.account_holder, w.account_no,
       w.account_no_token, w.account_no_mask, w.bank_name, s.day_hundredths, s.attended_days, s.first_date, s.days_text, s.pay_unit, s.rate_fen,
       s.agreement_code, s.employment_kind, s.sex, s.is_local, s.priority_groups,
       a.team_name, a.post_name, a.pay_cycle, a.pay_day, a.site_role, a.task_number, s.hours_hundredths, s.piece_hundredths,
       substr(sha256(convert_to(nullif(regexp_replace(w.phone, '[^0-9]', '', 'g'), ''), 'UTF8')), 1, 16) AS phone_digest,
       s.worker_number::text AS page_key
FROM sealed_worker s JOIN worker w USING (worker_number)
JOIN agreement a ON a.project_code = s.project_code AND a.agreement_code = s.agreement_code
WHERE s.project_code = :project_code AND s.month = :month AND s.worker_number > coalesce(:page_token, '-1')::int8
  AND EXISTS (SELECT 1 FROM sealed_month m WHERE m.project_code = s.project_code AND m.month = s.month)
ORDER BY s.worker_number
LIMIT :call.limit
