-- ListAnchorsRequest -> AnchorPage.rows[]
SELECT a.unit_id, a.anchor_number, a.made_at AS made_at_us, a.received_at AS received_at_us, a.anchor_problem, a.content, a.signature, a.receipt_content,
  a.receipt_signature, a.anchor_number::text AS page_key
FROM (
  SELECT node_unit_id AS unit_id, anchor_number, made_at, received_at, anchor_problem, content, signature, receipt_content, receipt_signature
  FROM child_anchor WHERE node_unit_id = :unit_id
  UNION ALL SELECT NULL, anchor_number, made_at, received_at, anchor_problem, content, signature, receipt_content, receipt_signature
  FROM own_anchor WHERE :unit_id IS NULL) a
WHERE a.anchor_number > CASE WHEN :page_token ~ '^[0-9]{1,18}$' THEN :page_token::int8 ELSE 0 END
  AND (NOT coalesce(:problems_only, false) OR a.anchor_problem IS NOT NULL)
ORDER BY a.anchor_number LIMIT :call.limit
