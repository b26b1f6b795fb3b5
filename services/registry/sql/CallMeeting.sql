-- CallMeetingRequest -> MeetingReply
-- Called by the convenor (from the convenor's unit) or the office (R008); all members, some of them, other units, experts (R010).
WITH given AS (
  SELECT g.*, count(*) OVER (PARTITION BY g.unit_id, g.person_name) AS same
  FROM unnest(:attendees.attendee_kind, :attendees.unit_id, :attendees.unit_name, :attendees.person_name) WITH ORDINALITY
    g (attendee_kind, unit_id, unit_name, person_name, place)
), kept AS (SELECT m.* FROM mechanism m WHERE m.division_code = :division_code),
problem AS (
  SELECT 'MEETING_EXISTS' AS refusal, 'meeting_code' AS refusal_path, m.meeting_title AS refusal_detail FROM meeting m
  WHERE m.meeting_code = :meeting_code
  UNION ALL
  SELECT 'NO_SUCH_MECHANISM', 'division_code', :division_code WHERE NOT EXISTS (SELECT 1 FROM kept)
  UNION ALL
  SELECT 'NOT_KEEPER', 'division_code', :call.unit FROM kept k WHERE NOT keeps_mechanism(k.division_code, :call.unit, :call.sees_all)
  UNION ALL
  SELECT 'NOT_THE_CONVENOR', 'called_as', :call.unit FROM kept k
  WHERE :called_as = 'CONVENOR' AND NOT EXISTS (SELECT 1 FROM unit_person p WHERE p.person_role = 'CONVENOR' AND p.unit_id = :call.unit
    AND p.unit_id = ANY (k.lead_unit_ids) AND p.valid_from <= :call.today AND (p.valid_to IS NULL OR :call.today < p.valid_to))
  UNION ALL
  SELECT 'NOT_KEEPER', 'called_as', :call.unit FROM kept k
  WHERE :called_as = 'OFFICE' AND NOT :call.sees_all AND admin_level_of(k.division_code) <> 'TOWNSHIP'
  UNION ALL
  SELECT 'DATE_IN_PAST', 'planned_date', :planned_date::date::text WHERE :planned_date::date < :call.today
  UNION ALL
  SELECT 'PROPOSAL_NOT_ACCEPTED', 'proposal_code', :proposal_code FROM kept k
  WHERE :proposal_code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM meeting_proposal p WHERE p.proposal_code = :proposal_code
    AND p.proposal_state = 'ACCEPTED' AND p.division_code = k.division_code)
  UNION ALL
  SELECT 'ATTENDEE_UNKNOWN', format('attendees[%s].unit_id', g.place - 1), g.unit_id FROM given g
  WHERE g.unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = g.unit_id AND u.active)
  UNION ALL
  SELECT 'ATTENDEE_NOT_MEMBER', format('attendees[%s].unit_id', g.place - 1), g.unit_id FROM given g, kept k
  WHERE g.attendee_kind = 'MEMBER' AND (g.unit_id IS NULL OR NOT belongs_to_mechanism(k.division_code, g.unit_id, :planned_date::date))
  UNION ALL
  SELECT 'ATTENDEE_IS_MEMBER', format('attendees[%s].unit_id', g.place - 1), g.unit_id FROM given g, kept k
  WHERE g.attendee_kind = 'INVITED_UNIT' AND belongs_to_mechanism(k.division_code, g.unit_id, :planned_date::date)
  UNION ALL
  SELECT 'ATTENDEE_UNNAMED', format('attendees[%s].unit_name', g.place - 1), NULL FROM given g
  WHERE g.attendee_kind = 'INVITED_UNIT' AND g.unit_id IS NULL AND g.unit_name IS NULL
  UNION ALL
  SELECT 'ATTENDEE_UNNAMED', format('attendees[%s].person_name', g.place - 1), NULL FROM given g
  WHERE g.attendee_kind = 'EXPERT' AND g.person_name IS NULL
  UNION ALL
  SELECT 'ATTENDEE_TWICE', format('attendees[%s]', g.place - 1), coalesce(g.unit_id, g.person_name) FROM given g
  WHERE g.same > 1 AND (g.unit_id IS NOT NULL OR g.person_name IS NOT NULL)
), placed AS (
  INSERT INTO meeting (meeting_code, division_code, meeting_kind, called_as, meeting_title, planned_date, place_name, agenda_note, proposal_code,
    meeting_state, called_by)
  SELECT :meeting_code, :division_code, :meeting_kind, :called_as, :meeting_title, :planned_date::date, :place_name, :agenda_note, :proposal_code,
    'CALLED', :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING meeting_code, meeting_state
), seated AS (
  INSERT INTO meeting_attendee (meeting_code, attendee_number, attendee_kind, unit_id, unit_name, person_name)
  SELECT p.meeting_code, g.place::int4, g.attendee_kind, g.unit_id, g.unit_name, g.person_name FROM placed p, given g RETURNING 1
)
SELECT problem.*, p.meeting_code, p.meeting_state, (SELECT count(*)::int4 FROM seated) AS attendee_count FROM problem FULL JOIN placed p ON false
