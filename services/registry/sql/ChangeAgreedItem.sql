-- ChangeAgreedItemRequest -> AgreedItemReply
WITH item AS (SELECT i.*, m.division_code, m.held_date FROM agreed_item i JOIN meeting m USING (meeting_code) WHERE i.item_code = :item_code),
problem AS (
  SELECT 'AGREED_ITEM_STATE' AS refusal, 'item_code' AS refusal_path, i.item_state AS refusal_detail FROM item i
  WHERE NOT may('agreed_item', i.item_state, 'ChangeAgreedItem')
  UNION ALL
  SELECT 'NOT_KEEPER', 'item_code', :call.unit FROM item i WHERE NOT keeps_mechanism(i.division_code, :call.unit, :call.sees_all)
  UNION ALL
  SELECT 'NOTHING_CHANGED', '', NULL FROM item i
  WHERE coalesce(:owner_unit_id, i.owner_unit_id) = i.owner_unit_id AND coalesce(:due_date::date, i.due_date) = i.due_date
  UNION ALL
  SELECT 'UNKNOWN_UNIT', 'owner_unit_id', :owner_unit_id FROM item
  WHERE :owner_unit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = :owner_unit_id AND u.active)
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'due_date', i.held_date::text FROM item i WHERE :due_date::date < i.held_date
), changed AS (
  UPDATE agreed_item x SET owner_unit_id = coalesce(:owner_unit_id, i.owner_unit_id), due_date = coalesce(:due_date::date, i.due_date),
    last_step = i.last_step + 1
  FROM item i WHERE x.item_code = i.item_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.*, i.division_code
), step AS (
  INSERT INTO agreed_item_step (item_code, step_number, item_state, owner_unit_id, due_date, step_note, made_by, made_at, made_date)
  SELECT c.item_code, c.last_step, c.item_state, c.owner_unit_id, c.due_date, :change_reason, :call.principal, :call.now, :call.today FROM changed c
)
SELECT problem.*, c.item_code, c.meeting_code, c.division_code, c.item_note, c.owner_unit_id, c.due_date, c.item_state, c.done_date,
  c.last_step AS step_number
FROM problem FULL JOIN changed c ON false
