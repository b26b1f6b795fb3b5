-- AddAgreedItemRequest -> AgreedItemReply
WITH held AS (SELECT * FROM meeting WHERE meeting_code = :meeting_code),
problem AS (
  SELECT 'AGREED_ITEM_EXISTS' AS refusal, 'item_code' AS refusal_path, i.meeting_code AS refusal_detail FROM agreed_item i
  WHERE i.item_code = :item_code
  UNION ALL
  SELECT 'MEETING_STATE', 'meeting_code', m.meeting_state FROM held m WHERE NOT may('meeting', m.meeting_state, 'AddAgreedItem')
  UNION ALL
  SELECT 'NOT_KEEPER', 'meeting_code', :call.unit FROM held m WHERE NOT keeps_mechanism(m.division_code, :call.unit, :call.sees_all)
  UNION ALL
  SELECT 'UNKNOWN_UNIT', 'owner_unit_id', :owner_unit_id FROM held
  WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = :owner_unit_id AND u.active)
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'due_date', m.held_date::text FROM held m WHERE :due_date::date < m.held_date
), placed AS (
  INSERT INTO agreed_item (item_code, meeting_code, item_note, owner_unit_id, due_date, item_state, last_step)
  SELECT :item_code, m.meeting_code, :item_note, :owner_unit_id, :due_date::date, 'OPEN', 1 FROM held m WHERE NOT EXISTS (SELECT 1 FROM problem)
  RETURNING *
), step AS (
  INSERT INTO agreed_item_step (item_code, step_number, item_state, owner_unit_id, due_date, made_by, made_at, made_date)
  SELECT i.item_code, 1, i.item_state, i.owner_unit_id, i.due_date, :call.principal, :call.now, :call.today FROM placed i
)
SELECT problem.*, i.item_code, i.meeting_code, m.division_code, i.item_note, i.owner_unit_id, i.due_date, i.item_state, i.done_date,
  i.last_step AS step_number
FROM problem FULL JOIN (placed i JOIN held m USING (meeting_code)) ON false
