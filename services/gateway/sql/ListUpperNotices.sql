-- ListUpperNoticesRequest -> UpperNoticePage.rows[]
-- For those who see everything, and for the units that a notice concerns.
SELECT notice_number, notice_kind, notice_reference, notice_unit_ids, project_code, notice_title, notice_text, due_date, finding_state,
  sent_at AS sent_at_us, received_at AS received_at_us, notice_number::text AS page_key
FROM upper_notice n
WHERE n.notice_number > CASE WHEN :page_token ~ '^[0-9]{1,18}$' THEN :page_token::int8 ELSE 0 END
  AND (:notice_kind IS NULL OR n.notice_kind = :notice_kind) AND (:call.sees_all OR :call.unit = ANY (n.notice_unit_ids))
ORDER BY n.notice_number LIMIT :call.limit
