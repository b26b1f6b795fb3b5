-- ListAnchorHeadsRequest -> AnchorHeads.rows[]
SELECT service, epoch, seq, hash FROM child_anchor_head WHERE node_unit_id = :call.unit ORDER BY service
