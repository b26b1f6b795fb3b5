-- RecordDecisionRequest -> ReportKey
-- The parent's decision, taken over together with the cursor; one that stands behind the cursor changes nothing. That a level has taken a report
-- in is noted beside it, and of a level's own report it is passed on to each report that went into it, so that the base unit hears of it too.
WITH moved AS (
  UPDATE decision_cursor SET decision_number = :decision_number WHERE decision_number < :decision_number RETURNING decision_number),
changed AS (
  UPDATE report r SET report_state = :report_state, decided_by = :decided_by, decided_at = :call.now, return_reason = :return_reason
  FROM moved WHERE r.report_code = :report_code AND r.report_state = 'SUBMITTED' AND coalesce(:level_number, 1) = 1
  RETURNING r.*),
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
  FROM changed c, unnest(:remarks.project_code, :remarks.remark_note) WITH ORDINALITY AS m(project_code, remark_note, place)),
level AS (
  SELECT r.report_code, r.quarter, r.consolidation_number, :level_number AS level_number, :level_unit_id AS level_unit_id,
    coalesce(u.unit_name, :level_unit_name, :level_unit_id) AS level_unit_name, coalesce(:level_report_code, r.report_code) AS level_report_code,
    coalesce(:decided_at_us, :call.now) AS decided_at, :level_proof AS level_proof,
    CASE WHEN :level_number = 1 THEN :signed.content IS NOT NULL ELSE :level_proof IS NOT NULL END AS is_proven
  FROM moved CROSS JOIN report r LEFT JOIN unit u ON u.unit_id = :level_unit_id
  WHERE r.report_code = :report_code AND :report_state = 'ACCEPTED' AND :level_number IS NOT NULL AND :level_unit_id IS NOT NULL),
passed AS (
  SELECT u.report_code, u.unit_id, l.level_number + 1 AS level_number, l.level_unit_id, l.level_unit_name, l.level_report_code, l.decided_at,
    :passed_level_proof AS level_proof, l.is_proven
  FROM level l JOIN consolidation_unit u USING (quarter, consolidation_number) WHERE u.report_state = 'ACCEPTED'),
noted AS (
  INSERT INTO report_level (report_code, level_number, level_unit_id, level_unit_name, level_report_code, decided_at, level_proof, is_proven)
  SELECT report_code, level_number, level_unit_id, level_unit_name, level_report_code, decided_at, level_proof, is_proven FROM level
  UNION ALL SELECT report_code, level_number, level_unit_id, level_unit_name, level_report_code, decided_at, level_proof, is_proven FROM passed
  ON CONFLICT (report_code, level_number) DO UPDATE SET level_unit_id = excluded.level_unit_id, level_unit_name = excluded.level_unit_name,
    level_report_code = excluded.level_report_code, decided_at = excluded.decided_at,
    level_proof = excluded.level_proof, is_proven = excluded.is_proven),
told AS (
  INSERT INTO decision (decision_number, report_code, unit_id, report_state, decided_by, decided_at, level_number, level_unit_id, level_unit_name,
    level_report_code, level_proof)
  SELECT coalesce((SELECT max(decision_number) FROM decision), 0) + row_number() OVER (ORDER BY p.report_code), p.report_code, p.unit_id, 'ACCEPTED',
    :decided_by, p.decided_at, p.level_number, p.level_unit_id, p.level_unit_name, p.level_report_code, p.level_proof
  FROM passed p)
SELECT report_code, revision, report_state, line_count, person_count, unit_id, quarter, is_zero FROM changed
