-- AgreedItemChanged -> Nothing
INSERT INTO agreed_item (item_code, item_note, owner_unit_id, due_date, item_state)
VALUES (:item_code, coalesce(:item_note, :item_code), :owner_unit_id, :due_date::date, coalesce(:item_state, 'OPEN'))
ON CONFLICT (item_code) DO UPDATE SET item_note = excluded.item_note, owner_unit_id = excluded.owner_unit_id, due_date = excluded.due_date,
  item_state = excluded.item_state
