-- ReportAgreedItemRequest -> AgreedItemReply
WITH item AS (SELECT i.*, m.division_code FROM agreed_item i JOIN meeting m USING (meeting_code) WHERE i.item_code = :item_code),
problem AS (
  SELECT 'AGREED_ITEM_STATE' AS refusal, 'item_state' AS refusal_path, i.item_state || ' → ' || :item_state AS refusal_detail FROM item i
  WHERE NOT may_become('agreed_item', i.item_state, :item_state, 'ReportAgreedItem')
  UNION ALL
  SELECT 'NOT_ITEM_OWNER', 'item_code', i.owner_unit_id FROM item i WHERE i.owner_unit_id <> :call.unit
), changed AS (
  UPDATE agreed_item x SET item_state = :item_state, last_step = i.last_step + 1
  FROM item i WHERE x.item_code = i.item_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.*, i.division_code
), step AS (
  INSERT INTO agreed_item_step (item_code, step_number, item_state, owner_unit_id, due_date, step_note, made_by, made_at, made_date)
  SELECT c.item_code, c.last_step, c.item_state, c.owner_unit_id, c.due_date, :step_note, :call.principal, :call.now, :call.today FROM changed c
)
SELECT problem.*, c.item_code, c.meeting_code, c.division_code, c.item_note, c.owner_unit_id, c.due_date, c.item_state, c.done_date,
  c.last_step AS step_number
FROM problem FULL JOIN changed c ON false
