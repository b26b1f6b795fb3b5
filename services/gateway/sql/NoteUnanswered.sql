-- NoteUnansweredRequest -> Draw
-- No answer by the due day is a finding, once; an answer that comes later is taken all the same.
WITH noted AS (
  UPDATE draw SET noted_at = :call.now
  WHERE draw_number = :draw_number AND draw_state = 'ASKED' AND noted_at IS NULL AND due_date < :call.today RETURNING *),
found AS (
  INSERT INTO draw_finding (draw_number, finding_number, draw_fault, finding_note, found_at)
  SELECT draw_number, 1, 'NO_ANSWER', due_date::text, :call.now FROM noted),
told AS (
  INSERT INTO report_exception (report_code, exception_number, exception_rule, exception_note, severity)
  SELECT n.report_code, coalesce((SELECT max(exception_number) FROM report_exception o WHERE o.report_code = n.report_code), 0) + 1, 'DRAW_FINDING',
    'NO_ANSWER ' || n.due_date, 'WARN'
  FROM noted n)
SELECT draw_number, report_code, unit_id, quarter, node_unit_id, seed, row_count, draw_state, due_date, asked_by, asked_at AS asked_at_us,
  true AS is_overdue, true AS is_noted, 1 AS finding_count
FROM noted
