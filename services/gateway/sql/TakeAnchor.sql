-- TakeAnchorRequest -> AnchorReceipt
-- What stands today where a head was last seen must be that head, and no journal grows shorter. Where it does not fit the head seen before stays, so
-- that every anchor says so again; only a new epoch, which is the operator's word that the node was restored, is told once and then gone by.
WITH given AS (
  SELECT * FROM unnest(:gathered_content.heads.service, :gathered_content.heads.epoch, :gathered_content.heads.seq, :gathered_content.heads.hash,
    :gathered_content.heads.standing_epoch, :gathered_content.heads.standing_seq, :gathered_content.heads.standing_hash)
    AS g(service, epoch, seq, hash, standing_epoch, standing_seq, standing_hash)),
odd AS (
  SELECT g.service, g.epoch > h.epoch AS restored, format('%s %s/%s', g.service, h.epoch, h.seq) AS place
  FROM given g JOIN child_anchor_head h ON h.node_unit_id = :call.unit AND h.service = g.service
  WHERE (g.standing_epoch, g.standing_seq, g.standing_hash) IS DISTINCT FROM (h.epoch, h.seq, h.hash) OR (g.epoch, g.seq) < (h.epoch, h.seq)),
stored AS (
  INSERT INTO child_anchor (node_unit_id, anchor_number, made_at, received_at, content, signature, receipt_content, receipt_signature, anchor_problem)
  SELECT :call.unit, 1 + coalesce((SELECT max(a.anchor_number) FROM child_anchor a WHERE a.node_unit_id = :call.unit), 0),
    :gathered_content.made_at_us, :call.now, :anchor.content, :anchor.signature, :gathered_receipt.content, :gathered_receipt.signature,
    (SELECT string_agg(place, ', ' ORDER BY place) FROM odd)
  RETURNING *),
moved AS (
  INSERT INTO child_anchor_head (node_unit_id, service, epoch, seq, hash)
  SELECT :call.unit, g.service, g.epoch, g.seq, g.hash FROM given g
  WHERE NOT EXISTS (SELECT 1 FROM odd o WHERE o.service = g.service AND NOT o.restored)
  ON CONFLICT (node_unit_id, service) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash)
SELECT receipt_content AS "receipt.content", receipt_signature AS "receipt.signature", :gathered_receipt.key_id AS "receipt.key_id",
  'SM2-SM3' AS "receipt.algorithm", 'AnchorReceiptContent' AS "receipt.content_type", anchor_number, anchor_problem
FROM stored
