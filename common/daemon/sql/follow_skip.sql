-- SkipFollowRequest -> SkipFollowReply
INSERT INTO follow_skip (source, epoch, seq, reason, by_principal)
VALUES (:source, :source_epoch, :source_seq, :skip_reason, :call.principal)
ON CONFLICT (source, epoch, seq) DO UPDATE SET reason = excluded.reason
RETURNING seq AS source_seq
