-- MarkLedgersRequest -> MarkLedgersReply
WITH marked AS (
  INSERT INTO ledger_mark (project_code, quarter, mark)
  SELECT p.project_code, :quarter, :call.id FROM project p
  WHERE p.bureau_unit_id = :unit_id AND NOT EXISTS (SELECT 1 FROM ledger_mark m WHERE m.project_code = p.project_code AND m.quarter = :quarter)
  RETURNING 1)
SELECT count(*)::int4 AS marked_count FROM marked
