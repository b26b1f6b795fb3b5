-- DecideAgreedItemRequest -> AgreedItemReply
-- Who reported it done does not find it done.
WITH item AS (
  SELECT i.*, m.division_code, s.made_by FROM agreed_item i JOIN meeting m USING (meeting_code)
  JOIN agreed_item_step s ON (s.item_code, s.step_number) = (i.item_code, i.last_step) WHERE i.item_code = :item_code
), problem AS (
  SELECT 'AGREED_ITEM_STATE' AS refusal, 'decision' AS refusal_path, i.item_state || ' → ' || :decision AS refusal_detail FROM item i
  WHERE NOT may_become('agreed_item', i.item_state, :decision, 'DecideAgreedItem')
  UNION ALL
  SELECT 'NOT_KEEPER', 'item_code', :call.unit FROM item i WHERE NOT keeps_mechanism(i.division_code, :call.unit, :call.sees_all)
  UNION ALL
  SELECT 'MAKER_IS_CHECKER', '', i.made_by FROM item i WHERE i.made_by = :call.principal
  UNION ALL
  SELECT 'REMARKS_MISSING', 'decision_note', NULL FROM item WHERE :decision IN ('IN_PROGRESS', 'DROPPED') AND :decision_note IS NULL
), changed AS (
  UPDATE agreed_item x SET item_state = :decision, last_step = i.last_step + 1, done_date = CASE :decision WHEN 'DONE' THEN :call.today END
  FROM item i WHERE x.item_code = i.item_code AND NOT EXISTS (SELECT 1 FROM problem) RETURNING x.*, i.division_code
), step AS (
  INSERT INTO agreed_item_step (item_code, step_number, item_state, owner_unit_id, due_date, step_note, made_by, made_at, made_date)
  SELECT c.item_code, c.last_step, c.item_state, c.owner_unit_id, c.due_date, :decision_note, :call.principal, :call.now, :call.today FROM changed c
)
SELECT problem.*, c.item_code, c.meeting_code, c.division_code, c.item_note, c.owner_unit_id, c.due_date, c.item_state, c.done_date,
  c.last_step AS step_number
FROM problem FULL JOIN changed c ON false
