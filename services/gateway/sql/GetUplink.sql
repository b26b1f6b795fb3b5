-- GetUplinkRequest -> Uplink
-- Parts go up in order; a report of which a part was refused sends no more.
SELECT c.decision_number, (SELECT count(*)::int4 FROM outgoing_part WHERE part_state = 'QUEUED') AS queued_count, p.report_code, p.part_number,
  p.content, p.signature, p.key_id, p.digest, p.queued_at AS queued_at_us, (SELECT made_at FROM answer_cursor) AS answer_made_at_us
FROM decision_cursor c LEFT JOIN LATERAL (
  SELECT * FROM outgoing_part WHERE part_state = 'QUEUED' ORDER BY queued_at, report_code, part_number LIMIT 1) p ON true
