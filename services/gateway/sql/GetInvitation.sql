-- GetInvitationRequest -> InvitationSecret
SELECT invitation_digest FROM child_invitation WHERE unit_id = :unit_id AND used_at IS NULL AND invitation_until > :call.now
