-- ListChildMovesRequest -> ChildMovePage.rows[]
SELECT unit_id, move_number, from_node_unit_id, to_node_unit_id, move_date, move_reason, moved_by, move_number::text AS page_key
FROM child_unit_move WHERE unit_id = :unit_id AND move_number > CASE WHEN :page_token ~ '^[0-9]{1,9}$' THEN :page_token::int4 ELSE 0 END ORDER BY move_number LIMIT :call.limit
