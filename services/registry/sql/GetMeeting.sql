-- GetMeetingRequest -> Meeting
-- Who keeps it, who was called to it and who owns an item of it may read it; to others it does not exist.
SELECT m.meeting_code, m.division_code, m.meeting_kind, m.called_as, m.meeting_title, m.planned_date, m.place_name, m.agenda_note, m.proposal_code,
  m.meeting_state, m.held_date, m.minutes_note, m.minutes_digest, m.call_off_reason,
  (SELECT json_agg(json_strip_nulls(json_build_object('attendee_number', a.attendee_number, 'attendee_kind', a.attendee_kind, 'unit_id', a.unit_id,
     'unit_name', coalesce(a.unit_name, u.unit_name), 'person_name', a.person_name, 'attended', a.attended)) ORDER BY a.attendee_number)
   FROM meeting_attendee a LEFT JOIN unit u USING (unit_id) WHERE a.meeting_code = m.meeting_code) AS attendees,
  (SELECT json_agg(json_strip_nulls(json_build_object('item_code', i.item_code, 'meeting_code', i.meeting_code, 'item_note', i.item_note,
     'owner_unit_id', i.owner_unit_id, 'due_date', i.due_date, 'item_state', i.item_state, 'done_date', i.done_date,
     'overdue', i.due_date < :call.today AND i.item_state NOT IN ('DONE', 'DROPPED'))) ORDER BY i.item_code)
   FROM agreed_item i WHERE i.meeting_code = m.meeting_code) AS items
FROM meeting m
WHERE m.meeting_code = :meeting_code
  AND (keeps_mechanism(m.division_code, :call.unit, :call.sees_all)
       OR EXISTS (SELECT 1 FROM meeting_attendee a WHERE a.meeting_code = m.meeting_code AND a.unit_id = :call.unit)
       OR EXISTS (SELECT 1 FROM agreed_item i WHERE i.meeting_code = m.meeting_code AND i.owner_unit_id = :call.unit))
