-- ListAgreedItemsRequest -> ListAgreedItemsReply.rows[]
-- As they stood at the end of a day: state, owner and due day of the last step until then. A unit sees what it owns, the office all.
SELECT i.item_code, i.meeting_code, i.item_note, s.owner_unit_id, s.due_date, s.item_state,
  s.due_date < d.day AND s.item_state NOT IN ('DONE', 'DROPPED') AS overdue, CASE s.item_state WHEN 'DONE' THEN i.done_date END AS done_date,
  (SELECT json_agg(json_strip_nulls(json_build_object('step_number', t.step_number, 'item_state', t.item_state, 'owner_unit_id', t.owner_unit_id,
     'due_date', t.due_date, 'step_note', t.step_note, 'made_by', t.made_by, 'made_at_us', (extract(epoch FROM t.made_at) * 1000000)::int8))
     ORDER BY t.step_number) FROM agreed_item_step t WHERE t.item_code = i.item_code AND t.made_date <= d.day) AS steps,
  i.item_code AS page_key
FROM (SELECT coalesce(:as_of_date::date, :call.today) AS day) d, agreed_item i JOIN meeting m USING (meeting_code)
CROSS JOIN LATERAL (SELECT t.* FROM agreed_item_step t WHERE t.item_code = i.item_code AND t.made_date <= d.day
                    ORDER BY t.step_number DESC LIMIT 1) s
WHERE (:page_token IS NULL OR i.item_code > :page_token) AND (:division_code IS NULL OR m.division_code = :division_code)
  AND (:owner_unit_id IS NULL OR s.owner_unit_id = :owner_unit_id) AND (:item_state IS NULL OR s.item_state = :item_state)
  AND (NOT :overdue_only OR (s.due_date < d.day AND s.item_state NOT IN ('DONE', 'DROPPED')))
  AND (s.owner_unit_id = :call.unit OR keeps_mechanism(m.division_code, :call.unit, :call.sees_all))
ORDER BY i.item_code LIMIT :call.limit
