-- A fiscal review that ran beside the approval has its own result (R066); the works wait for it.
ALTER TABLE project_approval
  ADD fiscal_document_no text,
  ADD fiscal_document_date date,
  ADD fiscal_reviewed_fen int8 CHECK (fiscal_reviewed_fen >= 0),
  ADD fiscal_recorded_by text;
INSERT INTO gate_clearing VALUES ('FISCAL_REVIEW_OPEN', '{BUREAU,OFFICE}', 'registry.RecordFiscalReview');
CREATE OR REPLACE FUNCTION gate_papers(code text) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'REQUIREMENT_NOT_STATED', 'project_code', d.document_kind || ' ' || d.document_title
  FROM project_approval a JOIN review_document d USING (project_code, review_number)
  WHERE a.project_code = code AND d.document_kind IN ('FSR', 'FUND_APPLICATION', 'PRELIM_DESIGN', 'WORKING_DRAWING') AND NOT d.states_requirement
    AND NOT EXISTS (SELECT 1 FROM paper p WHERE p.project_code = code AND p.paper_kind = d.document_kind AND p.states_requirement
                    AND NOT EXISTS (SELECT 1 FROM paper n WHERE n.project_code = code AND n.replaces_code = p.paper_code))
  UNION ALL
  SELECT 'FISCAL_REVIEW_OPEN', 'project_code', a.document_no FROM project_approval a WHERE a.project_code = code AND a.fiscal_review = 'PARALLEL'
$$;

-- The ratio is checked by the bureau.
UPDATE gate_clearing SET cleared_by = '{BUREAU,OFFICE}' WHERE refusal = 'RATIO_BELOW';
