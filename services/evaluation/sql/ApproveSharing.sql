-- ApproveSharingRequest -> Sharing
WITH former AS (
  SELECT * FROM sharing WHERE project_code = :project_code AND sharing_number = :sharing_number
),
problem AS (
  SELECT 'SHARING_NOT_FOUND' AS refusal, 'sharing_number' AS refusal_path, :sharing_number::text AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL SELECT 'SHARING_STATE', 'sharing_number', sharing_state FROM former WHERE NOT EXISTS
    (SELECT 1 FROM state_transition t WHERE t.machine = 'sharing' AND t.from_state = sharing_state AND t.method = 'ApproveSharing')
  UNION ALL SELECT 'MAKER_IS_CHECKER', '', :call.principal FROM former WHERE declared_by = :call.principal
),
changed AS (
  UPDATE sharing s SET sharing_state = 'APPROVED', approved_by = :call.principal
  WHERE s.project_code = :project_code AND s.sharing_number = :sharing_number AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING s.project_code, s.sharing_number, s.share_kind, (SELECT array_agg(w.worker_number ORDER BY w.worker_number) FROM sharing_worker w
    WHERE w.project_code = s.project_code AND w.sharing_number = s.sharing_number) AS worker_numbers, s.sharing_reason, s.sharing_state, s.declared_date
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
