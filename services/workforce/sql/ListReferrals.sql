-- ListReferralsRequest -> ListReferralsReply.rows[]
-- Those of the caller's projects, and those that were sent to it.
SELECT r.project_code, r.worker_number, w.worker_name, w.id_number_mask, r.referral_state, r.skill_kind, w.skill_level, r.due_date, r.consent_date,
       r.consent_note, r.target_unit_id, r.referred_date, r.referral_note, r.answered_date, r.answer_note,
       r.project_code || '|' || r.worker_number AS page_key
FROM referral r JOIN worker w USING (worker_number)
WHERE (r.project_code, r.worker_number) > (coalesce(split_part(:page_token, '|', 1), '') COLLATE "C", coalesce(split_part(:page_token, '|', 2)::int8, -1))
  AND (:project_code IS NULL OR r.project_code = :project_code) AND (:referral_state IS NULL OR r.referral_state = :referral_state)
  AND (:call.sees_all OR r.target_unit_id = :call.unit OR EXISTS (
    SELECT 1 FROM project_party p WHERE p.project_code = r.project_code AND p.unit_id = :call.unit AND p.relation IN ('BUREAU', 'OWNER', 'CONTRACTOR', 'TOWNSHIP')))
ORDER BY r.project_code, r.worker_number
LIMIT :call.limit
