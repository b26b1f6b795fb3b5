-- QuarterConsolidated -> Nothing
WITH given AS (
  SELECT * FROM unnest(:units.unit_id, :units.report_state, :units.is_zero, :units.is_late, :units.project_count, :units.absorbed_count,
    :units.day_hundredths, :units.due_fen, :units.paid_fen)
    AS g(unit_id, report_state, is_zero, is_late, project_count, absorbed_count, day_hundredths, due_fen, paid_fen)),
gone AS (
  DELETE FROM quarter_report q WHERE q.quarter = :quarter AND q.consolidation_number < :consolidation_number
    AND NOT EXISTS (SELECT 1 FROM given g WHERE g.unit_id = q.unit_id))
INSERT INTO quarter_report (quarter, unit_id, consolidation_number, report_state, is_zero, is_late, project_count, absorbed_count, day_hundredths,
  due_fen, paid_fen)
SELECT :quarter, unit_id, :consolidation_number, coalesce(report_state, 'MISSING'), coalesce(is_zero, false), coalesce(is_late, false),
  coalesce(project_count, 0), coalesce(absorbed_count, 0), coalesce(day_hundredths, 0), coalesce(due_fen, 0), coalesce(paid_fen, 0)
FROM given
ON CONFLICT (quarter, unit_id) DO UPDATE SET consolidation_number = excluded.consolidation_number, report_state = excluded.report_state,
  is_zero = excluded.is_zero, is_late = excluded.is_late, project_count = excluded.project_count, absorbed_count = excluded.absorbed_count,
  day_hundredths = excluded.day_hundredths, due_fen = excluded.due_fen, paid_fen = excluded.paid_fen
WHERE quarter_report.consolidation_number < excluded.consolidation_number
