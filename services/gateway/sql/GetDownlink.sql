-- GetDownlinkRequest -> Downlink.rows[]
-- A parent of an earlier version looks at the first three alone.
SELECT s.source, coalesce(c.source_epoch, 0) AS source_epoch, coalesce(c.source_seq, 0) AS source_seq,
  (SELECT array_agg(k.seq ORDER BY k.seq) FROM follow_skip k WHERE k.source = 'parent:' || s.source AND k.seq > coalesce(c.source_seq, 0)
    AND k.epoch = coalesce(c.source_epoch, k.epoch)) AS skipped_seqs,
  true AS takes_policies, coalesce(c.policies_version, 0) AS policies_version, coalesce(c.policies_taken, 0) AS policies_taken
FROM (VALUES (1, 'registry'), (2, 'evaluation'), (3, 'gateway'), (4, 'payroll'), (5, 'workforce')) AS s(place, source)
LEFT JOIN down_cursor c USING (source) ORDER BY s.place
