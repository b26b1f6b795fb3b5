-- ListMeetingProposalsRequest -> ListMeetingProposalsReply.rows[]
-- The office and the leads see all of their mechanism, a unit its own.
SELECT p.proposal_code, p.division_code, p.unit_id, p.meeting_title, p.proposal_reason, p.wanted_by_date, p.proposal_state, p.proposed_date,
  p.decision_note, m.meeting_code, p.proposal_code AS page_key
FROM meeting_proposal p LEFT JOIN meeting m ON m.proposal_code = p.proposal_code
WHERE (p.unit_id = :call.unit OR keeps_mechanism(p.division_code, :call.unit, :call.sees_all))
  AND (:proposal_state IS NULL OR p.proposal_state = :proposal_state) AND (:division_code IS NULL OR p.division_code = :division_code)
  AND (:page_token IS NULL OR p.proposal_code > :page_token)
ORDER BY p.proposal_code LIMIT :call.limit
