-- ListOutgoingRequest -> OutgoingPage.rows[]
-- In the order in which they were filed. The token names the last row in full, so that a part settled meanwhile moves nothing.
WITH behind AS (
  SELECT timestamptz 'epoch' + split_part(:page_token, '/', 1)::int8 * interval '1 microsecond' AS queued_at,
    split_part(:page_token, '/', 2) AS report_code, split_part(:page_token, '/', 3)::int4 AS part_number
  WHERE :page_token ~ '^[0-9]{1,16}/[^/]+/[0-9]{1,4}$')
SELECT report_code, part_number, content, signature, key_id, digest, queued_at AS queued_at_us,
  (extract(epoch FROM queued_at) * 1000000)::int8 || '/' || report_code || '/' || part_number AS page_key
FROM outgoing_part o WHERE part_state = 'QUEUED'
  AND (:page_token IS NULL OR EXISTS (SELECT 1 FROM behind b WHERE (o.queued_at, o.report_code, o.part_number) > (b.queued_at, b.report_code, b.part_number)))
ORDER BY o.queued_at, o.report_code, o.part_number LIMIT :call.limit
