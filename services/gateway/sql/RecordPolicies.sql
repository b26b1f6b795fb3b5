-- RecordPoliciesRequest -> DownCursor
WITH stands AS (
  SELECT coalesce(c.policies_taken, 0) AS taken, coalesce(c.policies_version, 0) AS version, coalesce(c.source_epoch, :source_epoch) AS epoch
  FROM (VALUES (1)) one LEFT JOIN down_cursor c ON c.source = :source),
problem AS (
  SELECT 'DOWN_GAP' AS refusal, 'policies_from' AS refusal_path, taken::text AS refusal_detail FROM stands
    WHERE taken <> coalesce(:policies_from, 0) OR coalesce(:policies_to, 0) < taken OR :policies_version <= version
  UNION ALL SELECT 'DOWN_EPOCH', 'source_epoch', epoch::text FROM stands WHERE epoch <> :source_epoch),
kept AS (
  INSERT INTO down_policies (source, source_epoch, policies_version, policies_from, policies_to, content, signature, key_id, received_at)
  SELECT :source, :source_epoch, :policies_version, coalesce(:policies_from, 0), coalesce(:policies_to, 0), :page.content, :page.signature,
    :page.key_id, :call.now
  WHERE NOT EXISTS (SELECT 1 FROM problem)),
moved AS (
  INSERT INTO down_cursor (source, source_epoch, source_seq, policies_version, policies_taken)
  SELECT :source, :source_epoch, 0, CASE WHEN :policies_complete THEN :policies_version ELSE stands.version END,
    CASE WHEN :policies_complete THEN 0 ELSE coalesce(:policies_to, 0) END
  FROM stands WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (source) DO UPDATE SET policies_version = excluded.policies_version, policies_taken = excluded.policies_taken
  RETURNING source, source_epoch, source_seq, policies_version, policies_taken)
SELECT p.refusal, p.refusal_path, p.refusal_detail, m.source, m.source_epoch, m.source_seq, m.policies_version, m.policies_taken
FROM problem p FULL JOIN moved m ON false
