-- CallOffMeetingRequest -> MeetingReply
WITH called AS (SELECT * FROM meeting WHERE meeting_code = :meeting_code),
problem AS (
  SELECT 'MEETING_STATE' AS refusal, 'meeting_code' AS refusal_path, m.meeting_state AS refusal_detail FROM called m
  WHERE NOT may('meeting', m.meeting_state, 'CallOffMeeting')
  UNION ALL
  SELECT 'NOT_KEEPER', 'meeting_code', :call.unit FROM called m WHERE NOT keeps_mechanism(m.division_code, :call.unit, :call.sees_all)
), called_off AS (
  UPDATE meeting x SET meeting_state = 'CALLED_OFF', call_off_reason = :call_off_reason
  FROM called m WHERE x.meeting_code = m.meeting_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.meeting_code, x.meeting_state
)
SELECT problem.*, c.meeting_code, c.meeting_state,
  (SELECT count(*)::int4 FROM meeting_attendee a WHERE a.meeting_code = c.meeting_code) AS attendee_count
FROM problem FULL JOIN called_off c ON false
