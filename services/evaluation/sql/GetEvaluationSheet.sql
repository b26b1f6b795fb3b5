-- GetEvaluationSheetRequest -> EvaluationSheet
WITH chosen AS (
  SELECT * FROM evaluation e WHERE e.project_code = :project_code AND (:evaluation_number IS NULL OR e.evaluation_number = :evaluation_number)
  ORDER BY e.evaluation_number DESC LIMIT 1
)
SELECT e.evaluation_code, e.project_code, (SELECT p.project_name FROM project p WHERE p.project_code = e.project_code) AS project_name, e.evaluation_number,
  e.total_score, e.evaluation_grade, e.capped_reason, e.verdict_note, e.evaluated_date, e.template_version, e.policy_date,
  (SELECT json_agg(json_build_object('item_code', s.item_code, 'item_title', s.item_title, 'item_weight', s.item_weight, 'item_score', s.item_score,
      'evidence', (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('item_code', v.item_code, 'evidence_kind', v.evidence_kind,
        'evidence_no', v.evidence_no, 'evidence_note', v.evidence_note)) ORDER BY v.evidence_number), '[]') FROM evaluation_evidence v
        WHERE v.project_code = e.project_code AND v.evaluation_number = e.evaluation_number AND v.item_code = s.item_code)) ORDER BY s.item_number)
    FROM evaluation_score s WHERE s.project_code = e.project_code AND s.evaluation_number = e.evaluation_number) AS items,
  (SELECT json_agg(json_strip_nulls(json_build_object('participant_kind', g.participant_kind, 'unit_id', g.unit_id, 'signer_name', g.signer_name,
      'sign_method', g.sign_method, 'signed_date', g.signed_date)) ORDER BY g.participant_kind, g.unit_id)
    FROM evaluation_participant g WHERE g.project_code = e.project_code AND g.evaluation_number = e.evaluation_number) AS participants,
  (SELECT count(*) FROM evaluation_participant g WHERE g.project_code = e.project_code AND g.evaluation_number = e.evaluation_number
    AND g.signed_date IS NULL)::int4 AS unsigned_count,
  (SELECT json_agg(json_strip_nulls(json_build_object('figure_kind', f.figure_kind, 'planned_value', f.planned_value, 'actual_value', f.actual_value))
      ORDER BY f.figure_number)
    FROM evaluation_figure f WHERE f.project_code = e.project_code AND f.evaluation_number = e.evaluation_number) AS figures
FROM chosen e
