-- DecideMeetingProposalRequest -> MeetingProposalReply
WITH proposal AS (SELECT * FROM meeting_proposal WHERE proposal_code = :proposal_code),
problem AS (
  SELECT 'PROPOSAL_STATE' AS refusal, 'proposal_code' AS refusal_path, p.proposal_state AS refusal_detail FROM proposal p
  WHERE NOT may('meeting_proposal', p.proposal_state, 'DecideMeetingProposal')
  UNION ALL
  SELECT 'DECISION_UNKNOWN', 'decision', :decision FROM proposal WHERE :decision NOT IN ('ACCEPTED', 'DECLINED')
  UNION ALL
  SELECT 'REMARKS_MISSING', 'decision_note', NULL FROM proposal WHERE :decision = 'DECLINED' AND :decision_note IS NULL
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', p.proposed_by FROM proposal p WHERE p.proposed_by = :call.principal
  UNION ALL
  SELECT 'NOT_KEEPER', 'proposal_code', :call.unit FROM proposal p WHERE NOT keeps_mechanism(p.division_code, :call.unit, :call.sees_all)
), decided AS (
  UPDATE meeting_proposal x SET proposal_state = :decision, decided_by = :call.principal, decision_note = :decision_note
  FROM proposal p WHERE x.proposal_code = p.proposal_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.proposal_code, x.proposal_state
)
SELECT problem.*, d.proposal_code, d.proposal_state FROM problem FULL JOIN decided d ON false
