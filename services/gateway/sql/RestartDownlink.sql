-- RestartDownlinkRequest -> DownCursor
WITH problem AS (
  SELECT 'DOWN_UNKNOWN' AS refusal, 'source' AS refusal_path, :source AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM down_cursor c WHERE c.source = :source)
  UNION ALL SELECT 'DOWN_EPOCH', 'source_epoch', c.source_epoch::text FROM down_cursor c WHERE c.source = :source AND :source_epoch <= c.source_epoch),
moved AS (
  UPDATE down_cursor c SET source_epoch = :source_epoch, source_seq = 0, policies_version = 0, policies_taken = 0
  WHERE c.source = :source AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING source, source_epoch, source_seq)
SELECT p.refusal, p.refusal_path, p.refusal_detail, m.source, m.source_epoch, m.source_seq FROM problem p FULL JOIN moved m ON false
