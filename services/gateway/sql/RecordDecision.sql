-- RecordDecisionRequest -> ReportKey
-- The parent's decision, taken over together with the cursor; one that stands behind the cursor changes nothing.
WITH moved AS (
  UPDATE decision_cursor SET decision_number = :decision_number WHERE decision_number < :decision_number RETURNING decision_number),
changed AS (
  UPDATE report r SET report_state = :report_state, decided_by = :decided_by, decided_at = :call.now, return_reason = :return_reason
  FROM moved WHERE r.report_code = :report_code AND r.report_state = 'SUBMITTED' RETURNING r.*),
proven AS (
  INSERT INTO taken_decision (report_code, decision_number, content, signature, key_id)
  SELECT :report_code, decision_number, :signed.content, :signed.signature, :signed.key_id FROM moved WHERE :signed.content IS NOT NULL),
restated AS (
  UPDATE report r SET report_state = 'RESTATED' FROM changed c
  WHERE c.report_state = 'ACCEPTED' AND r.unit_id = c.unit_id AND r.quarter = c.quarter AND r.revision < c.revision
    AND r.report_state = 'ACCEPTED'),
remarked AS (
  INSERT INTO report_remark (report_code, remark_number, project_code, remark_note)
  SELECT c.report_code, m.place::int4, m.project_code, m.remark_note
  FROM changed c, unnest(:remarks.project_code, :remarks.remark_note) WITH ORDINALITY AS m(project_code, remark_note, place))
SELECT report_code, revision, report_state, line_count, person_count, unit_id, quarter, is_zero FROM changed
