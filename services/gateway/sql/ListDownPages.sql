-- ListDownPagesRequest -> DownPages.rows[]
-- The pages were fetched and signed before the call was queued.
SELECT p.content, p.signature, p.key_id, p.algorithm, p.content_type
FROM unnest(:gathered_pages.content, :gathered_pages.signature, :gathered_pages.key_id, :gathered_pages.algorithm, :gathered_pages.content_type)
  WITH ORDINALITY AS p(content, signature, key_id, algorithm, content_type, place) ORDER BY p.place
