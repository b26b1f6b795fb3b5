-- HoldMeetingRequest -> MeetingReply
-- Nobody asks for a quorum (R010); who came is on record.
WITH called AS (SELECT * FROM meeting WHERE meeting_code = :meeting_code),
problem AS (
  SELECT 'MEETING_STATE' AS refusal, 'meeting_code' AS refusal_path, m.meeting_state AS refusal_detail FROM called m
  WHERE NOT may('meeting', m.meeting_state, 'HoldMeeting')
  UNION ALL
  SELECT 'NOT_KEEPER', 'meeting_code', :call.unit FROM called m WHERE NOT keeps_mechanism(m.division_code, :call.unit, :call.sees_all)
  UNION ALL
  SELECT 'DATE_IN_FUTURE', 'held_date', :held_date::date::text FROM called WHERE :held_date::date > :call.today
  UNION ALL
  SELECT 'DIGEST_INVALID', 'minutes_digest', NULL FROM called WHERE length(:minutes_digest) <> 32
  UNION ALL
  SELECT 'ATTENDEE_UNKNOWN', format('attended_numbers[%s]', n.place - 1), n.number::text
  FROM called m, unnest(:attended_numbers) WITH ORDINALITY n (number, place)
  WHERE NOT EXISTS (SELECT 1 FROM meeting_attendee a WHERE a.meeting_code = m.meeting_code AND a.attendee_number = n.number)
), held AS (
  UPDATE meeting x SET meeting_state = 'HELD', held_date = :held_date::date, minutes_note = :minutes_note, minutes_digest = :minutes_digest
  FROM called m WHERE x.meeting_code = m.meeting_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.meeting_code, x.meeting_state
), marked AS (
  UPDATE meeting_attendee a SET attended = a.attendee_number = ANY (:attended_numbers) FROM held h WHERE a.meeting_code = h.meeting_code
  RETURNING a.attended
)
SELECT problem.*, h.meeting_code, h.meeting_state, (SELECT count(*)::int4 FROM marked WHERE attended) AS attendee_count
FROM problem FULL JOIN held h ON false
