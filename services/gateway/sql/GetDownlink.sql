-- GetDownlinkRequest -> Downlink.rows[]
SELECT s.source, coalesce(c.source_epoch, 0) AS source_epoch, coalesce(c.source_seq, 0) AS source_seq,
  (SELECT array_agg(k.seq ORDER BY k.seq) FROM follow_skip k WHERE k.source = 'parent:' || s.source AND k.seq > coalesce(c.source_seq, 0)
    AND k.epoch = coalesce(c.source_epoch, k.epoch)) AS skipped_seqs
FROM (VALUES (1, 'registry'), (2, 'evaluation'), (3, 'gateway')) AS s(place, source) LEFT JOIN down_cursor c USING (source) ORDER BY s.place
