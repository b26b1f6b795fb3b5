-- RecordDownRequest -> DownCursor
WITH stands AS (SELECT coalesce((SELECT c.source_seq FROM down_cursor c WHERE c.source = :source), 0) AS seq),
problem AS (
  SELECT 'DOWN_GAP' AS refusal, 'from_seq' AS refusal_path, seq::text AS refusal_detail FROM stands
    WHERE seq <> coalesce(:from_seq, 0) OR :to_seq < seq
  UNION ALL SELECT 'DOWN_EPOCH', 'source_epoch', c.source_epoch::text FROM down_cursor c
    WHERE c.source = :source AND c.source_epoch <> :source_epoch),
kept AS (
  INSERT INTO down_page (source, source_epoch, from_seq, to_seq, content, signature, key_id, received_at)
  SELECT :source, :source_epoch, coalesce(:from_seq, 0), :to_seq, :page.content, :page.signature, :page.key_id, :call.now
  WHERE NOT EXISTS (SELECT 1 FROM problem)),
moved AS (
  INSERT INTO down_cursor (source, source_epoch, source_seq) SELECT :source, :source_epoch, :to_seq WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (source) DO UPDATE SET source_seq = excluded.source_seq RETURNING source, source_epoch, source_seq)
SELECT p.refusal, p.refusal_path, p.refusal_detail, m.source, m.source_epoch, m.source_seq FROM problem p FULL JOIN moved m ON false
