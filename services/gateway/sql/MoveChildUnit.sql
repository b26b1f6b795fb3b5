-- MoveChildUnitRequest -> ChildUnitMove
WITH now_at AS (SELECT * FROM child_unit WHERE unit_id = :unit_id),
problem AS (
  SELECT 'CHILD_UNIT_UNKNOWN' AS refusal, 'unit_id' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM now_at)
  UNION ALL SELECT 'CHILD_UNKNOWN', 'node_unit_id', :node_unit_id
    WHERE NOT EXISTS (SELECT 1 FROM child c WHERE c.unit_id = :node_unit_id AND c.revoked_at IS NULL)
  UNION ALL SELECT 'CHILD_UNIT_THERE', 'node_unit_id', node_unit_id FROM now_at WHERE node_unit_id = :node_unit_id),
moved AS (
  INSERT INTO child_unit_move (unit_id, move_number, from_node_unit_id, to_node_unit_id, move_date, move_reason, moved_at, moved_by)
  SELECT n.unit_id, 1 + coalesce((SELECT max(m.move_number) FROM child_unit_move m WHERE m.unit_id = n.unit_id), 0), n.node_unit_id, :node_unit_id,
    :call.today, :move_reason, :call.now, :call.principal
  FROM now_at n WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *),
changed AS (UPDATE child_unit u SET node_unit_id = m.to_node_unit_id FROM moved m WHERE u.unit_id = m.unit_id)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, unit_id, move_number, from_node_unit_id, to_node_unit_id,
  move_date, move_reason, moved_by FROM moved
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
