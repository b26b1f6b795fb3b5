-- ProposeMeetingRequest -> MeetingProposalReply
WITH problem AS (
  SELECT 'PROPOSAL_EXISTS' AS refusal, 'proposal_code' AS refusal_path, p.meeting_title AS refusal_detail FROM meeting_proposal p
  WHERE p.proposal_code = :proposal_code
  UNION ALL
  SELECT 'NO_SUCH_MECHANISM', 'division_code', :division_code WHERE NOT EXISTS (SELECT 1 FROM mechanism m WHERE m.division_code = :division_code)
  UNION ALL
  SELECT 'ONLY_MEMBERS_PROPOSE', 'division_code', :call.unit FROM mechanism m
  WHERE m.division_code = :division_code AND NOT belongs_to_mechanism(m.division_code, :call.unit, :call.today)
  UNION ALL
  SELECT 'DATE_IN_PAST', 'wanted_by_date', :wanted_by_date::date::text WHERE :wanted_by_date::date < :call.today
), placed AS (
  INSERT INTO meeting_proposal (proposal_code, division_code, unit_id, meeting_title, proposal_reason, wanted_by_date, proposal_state, proposed_by,
    proposed_date)
  SELECT :proposal_code, :division_code, :call.unit, :meeting_title, :proposal_reason, :wanted_by_date::date, 'OPEN', :call.principal, :call.today
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING proposal_code, proposal_state
)
SELECT problem.*, p.proposal_code, p.proposal_state FROM problem FULL JOIN placed p ON false
