-- ListDecisionsRequest -> DecisionPage.rows[]
-- For the child node that asks: decisions on the reports of its units, in order, and what levels above decided on reports they went into.
SELECT d.decision_number, d.report_code, d.unit_id, d.report_state, d.decided_by, d.decided_at AS decided_at_us, d.return_reason, d.level_number,
  d.level_unit_id, d.level_unit_name, d.level_report_code, d.level_proof,
  d.content AS "signed.content", d.signature AS "signed.signature", d.key_id AS "signed.key_id",
  CASE WHEN d.content IS NOT NULL THEN 'SM2-SM3' END AS "signed.algorithm", CASE WHEN d.content IS NOT NULL THEN 'DecisionContent' END AS "signed.content_type",
  (SELECT json_agg(json_build_object('project_code', m.project_code, 'remark_note', m.remark_note) ORDER BY m.remark_number)
    FROM report_remark m WHERE m.report_code = d.report_code) AS remarks
FROM decision d JOIN child_unit c ON c.unit_id = d.unit_id AND c.node_unit_id = :call.unit
WHERE d.decision_number > coalesce(:after_decision_number, 0)
ORDER BY d.decision_number LIMIT least(:call.limit, 100)
