-- ListOutreachRequest -> OutreachPage.rows[]
SELECT o.outreach_code AS page_key, o.outreach_code, o.outreach_kind, o.outreach_date, o.audience, o.outreach_title, o.place_note, o.attendee_count,
  o.host_unit_id, ARRAY(SELECT u.unit_id FROM outreach_unit u WHERE u.outreach_code = o.outreach_code ORDER BY u.unit_id) AS reached_unit_ids
FROM outreach o
WHERE o.outreach_code > coalesce(:page_token, '') AND (:audience IS NULL OR o.audience = :audience)
  AND (:outreach_year IS NULL OR o.outreach_date BETWEEN make_date(:outreach_year, 1, 1) AND make_date(:outreach_year, 12, 31))
ORDER BY o.outreach_code LIMIT :call.limit
