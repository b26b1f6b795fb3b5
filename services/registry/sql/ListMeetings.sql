-- ListMeetingsRequest -> ListMeetingsReply.rows[]
SELECT m.meeting_code, m.division_code, m.meeting_kind, m.meeting_title, m.planned_date, m.meeting_state, m.held_date,
  (SELECT count(*)::int4 FROM meeting_attendee a WHERE a.meeting_code = m.meeting_code) AS attendee_count,
  (SELECT count(*)::int4 FROM agreed_item i WHERE i.meeting_code = m.meeting_code) AS item_count, m.meeting_code AS page_key
FROM meeting m
WHERE (:page_token IS NULL OR m.meeting_code > :page_token) AND (:division_code IS NULL OR m.division_code = :division_code)
  AND (:meeting_state IS NULL OR m.meeting_state = :meeting_state)
  AND (:from_date::date IS NULL OR coalesce(m.held_date, m.planned_date) >= :from_date::date)
  AND (:to_date::date IS NULL OR coalesce(m.held_date, m.planned_date) <= :to_date::date)
  AND (keeps_mechanism(m.division_code, :call.unit, :call.sees_all)
       OR EXISTS (SELECT 1 FROM meeting_attendee a WHERE a.meeting_code = m.meeting_code AND a.unit_id = :call.unit)
       OR EXISTS (SELECT 1 FROM agreed_item i WHERE i.meeting_code = m.meeting_code AND i.owner_unit_id = :call.unit))
ORDER BY m.meeting_code LIMIT :call.limit
