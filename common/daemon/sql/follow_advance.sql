-- FollowApplyRequest -> FollowApplyReply
-- The cursor moves only from exactly the row before; anything else is a gap, a fork or a replay of an old batch. A new epoch of the source begins
-- at its first row, which the follower has found to continue the chain of the epoch before.
WITH moved AS (
  INSERT INTO follow_cursor (source, epoch, seq, hash)
  SELECT :source, :source_epoch, :to_seq, :last_hash
  WHERE :from_seq = 1 OR EXISTS (SELECT 1 FROM follow_cursor c WHERE c.source = :source AND c.epoch = :source_epoch AND c.seq = :from_seq - 1)
  ON CONFLICT (source) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash
  WHERE (follow_cursor.seq = :from_seq - 1 AND follow_cursor.epoch = excluded.epoch) OR (:from_seq = 1 AND follow_cursor.epoch < excluded.epoch)
  RETURNING seq)
SELECT NULL::text AS refusal, seq AS to_seq FROM moved
UNION ALL
SELECT 'FOLLOW_GAP', NULL WHERE NOT EXISTS (SELECT 1 FROM moved)
