-- InviteChildRequest -> ChildInvitation
WITH problem AS (
  SELECT 'DIGEST_LENGTH' AS refusal, 'invitation_digest' AS refusal_path, NULL::text AS refusal_detail WHERE length(:invitation_digest) <> 32
  UNION ALL SELECT 'TIME_PAST', 'invitation_until_at_us', NULL WHERE :invitation_until_at_us::timestamptz <= :call.now
  UNION ALL SELECT 'CHILD_UNIT_TAKEN', 'child_unit_ids[' || u.place - 1 || ']', o.node_unit_id
    FROM unnest(:child_unit_ids) WITH ORDINALITY AS u(unit_id, place) JOIN child_unit o USING (unit_id) WHERE o.node_unit_id <> :unit_id),
invited AS (
  INSERT INTO child_invitation (unit_id, child_unit_ids, invitation_digest, invitation_until, invited_by, invited_at)
  SELECT :unit_id, :child_unit_ids, :invitation_digest, :invitation_until_at_us, :call.principal, :call.now WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (unit_id) DO UPDATE SET child_unit_ids = excluded.child_unit_ids, invitation_digest = excluded.invitation_digest,
    invitation_until = excluded.invitation_until, invited_by = excluded.invited_by, invited_at = excluded.invited_at, used_at = NULL
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, unit_id, child_unit_ids,
  invitation_until AS invitation_until_at_us FROM invited
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL FROM problem
