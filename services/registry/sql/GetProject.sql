-- GetProjectRequest -> Project
SELECT p.project_code AS "facts.project_code", p.project_name AS "facts.project_name", p.bureau_unit_id AS "facts.bureau_unit_id",
  p.field AS "facts.field", p.track AS "facts.track", p.project_year AS "facts.project_year", p.division_code AS "facts.division_code",
  p.province_name AS "facts.province_name", p.city_name AS "facts.city_name", p.county_name AS "facts.county_name",
  p.town_village_name AS "facts.town_village_name", p.total_investment_fen AS "facts.total_investment_fen", p.central_fen AS "facts.central_fen",
  p.provincial_fen AS "facts.provincial_fen", p.other_fiscal_fen AS "facts.other_fiscal_fen", p.self_raised_fen AS "facts.self_raised_fen",
  p.fund_kind_note AS "facts.fund_kind_note", p.planned_pay_fen AS "facts.planned_pay_fen", p.published_paid_fen AS "facts.published_paid_fen",
  p.published_ratio_bp AS "facts.published_ratio_bp", p.ratio_basis_note AS "facts.ratio_basis_note", p.planned_workers AS "facts.planned_workers",
  p.published_workers AS "facts.published_workers", p.priority_note AS "facts.priority_note", p.planned_trainees AS "facts.planned_trainees",
  p.planned_posts AS "facts.planned_posts", p.planned_start_note AS "facts.planned_start_note", p.planned_end_note AS "facts.planned_end_note",
  p.published_procurement AS "facts.published_procurement", p.carrying_body_name AS "facts.carrying_body_name", p.owner_name AS "facts.owner_name",
  p.content_note AS "facts.content_note", p.source_title AS "facts.source_title", p.source_date_note AS "facts.source_date_note",
  p.scope_kind AS "facts.scope_kind", p.investment_kind AS "facts.investment_kind", p.relief_model AS "facts.relief_model",
  p.benefit_channels AS "facts.benefit_channels", p.selection_features AS "facts.selection_features",
  p.village_construction AS "facts.village_construction", p.linked_special_fund_code AS "facts.linked_special_fund_code",
  p.parent_project_code AS "facts.parent_project_code", p.pilot_topic AS "facts.pilot_topic", p.field_waiver_reason AS "facts.field_waiver_reason",
  p.subproject_kind AS "facts.subproject_kind", p.partner_unit_id AS "facts.partner_unit_id", p.national_project_code,
  c.document_no AS acceptance_no, c.evaluation_code, c.inspection_codes,
  (SELECT array_agg(s.project_code ORDER BY s.project_code) FROM project s WHERE s.parent_project_code = p.project_code) AS subproject_codes,
  p.project_state, p.catalogue_version, p.award_date, p.start_date, p.complete_date, p.accept_date, p.close_date, p.upkeep_body_name,
  CASE WHEN admin_level_of(p.division_code) IN ('TOWNSHIP', 'VILLAGE') THEN left(p.division_code, 9) END AS township_code,
  a.approval_mode, a.document_no AS approval_document_no, a.document_date AS approval_date, a.fiscal_review,
  a.fiscal_document_no, a.fiscal_reviewed_fen,
  w.procurement_mode, w.organising_mode, w.contract_no, w.contract_fen, w.labour_cycle_days,
  (SELECT json_agg(json_strip_nulls(json_build_object('incident_code', i.incident_code, 'incident_date', i.incident_date, 'incident_note', i.incident_note,
     'closed_date', i.closed_date, 'closing_note', i.closing_note)) ORDER BY i.incident_date, i.incident_code)
   FROM safety_incident i WHERE i.project_code = p.project_code) AS incidents,
  CASE WHEN w.project_code IS NOT NULL THEN missing_clauses(w.notice_clauses, w.contract_clauses, w.supervision_clauses) END AS missing_clauses,
  (SELECT json_agg(json_strip_nulls(json_build_object('unit_id', y.unit_id, 'relation', y.relation, 'person_name', y.person_name, 'person_phone',
    y.person_phone))
     ORDER BY y.relation, y.unit_id) FROM project_party y WHERE y.project_code = p.project_code) AS parties,
  tasks_snapshot(p.project_code) AS tasks,
  (SELECT json_agg(json_strip_nulls(json_build_object('fund_code', f.fund_code, 'fund_source', f.fund_source, 'fund_purpose', f.fund_purpose,
     'special_fund', f.special_fund, 'approved_fen', f.approved_fen, 'allocated_fen', f.allocated_fen, 'document_no', f.document_no,
     'reconstruction', f.reconstruction)) ORDER BY f.fund_code)
   FROM fund_line f WHERE f.project_code = p.project_code) AS fund_lines,
  (SELECT json_agg(json_strip_nulls(json_build_object('fund_code', l.fund_code, 'allocation_code', l.allocation_code, 'allocation_fen', l.allocation_fen,
     'progress_bp', l.progress_bp, 'allocation_date', l.allocation_date, 'document_no', l.document_no,
     'application_code', l.application_code)) ORDER BY l.allocation_date, l.allocation_code)
   FROM fund_allocation l WHERE l.project_code = p.project_code) AS allocations,
  (SELECT json_agg(json_strip_nulls(json_build_object('review_number', r.review_number, 'review_state', r.review_state, 'approval_mode',
     r.approval_mode, 'submitted_by', r.submitted_by, 'decided_by', r.decided_by, 'review_note', r.review_note, 'documents',
     (SELECT json_agg(json_strip_nulls(json_build_object('document_kind', d.document_kind, 'document_title', d.document_title,
        'document_digest', encode(d.document_digest, 'base64'), 'document_date', d.document_date, 'prelim_depth', d.prelim_depth,
        'states_requirement', d.states_requirement)) ORDER BY d.document_number)
      FROM review_document d WHERE d.project_code = r.project_code AND d.review_number = r.review_number), 'document_count',
     (SELECT count(*) FROM review_document d WHERE d.project_code = r.project_code AND d.review_number = r.review_number))) ORDER BY r.review_number)
   FROM pre_review r WHERE r.project_code = p.project_code) AS pre_reviews,
  (SELECT json_agg(json_build_object('list_year', e.list_year, 'list_kind', e.list_kind, 'list_level', e.list_level, 'list_state', e.list_state)
     ORDER BY e.list_year) FROM list_entry e WHERE e.project_code = p.project_code) AS list_entries
FROM project p LEFT JOIN project_approval a USING (project_code) LEFT JOIN project_award w USING (project_code)
  LEFT JOIN project_acceptance c USING (project_code)
WHERE p.project_code = :project_code
