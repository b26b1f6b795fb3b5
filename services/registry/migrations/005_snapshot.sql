-- The event ProjectChanged as every method that changes a project or its money emits it.
-- VOLATILE on purpose: called laterally over the rows of a data-modifying CTE it sees what that CTE has just done.
CREATE FUNCTION project_snapshot(code text) RETURNS TABLE (
  project_code text, project_name text, bureau_unit_id text, field text, track text, project_state text, division_code text,
  total_investment_fen int8, planned_pay_fen int8, planned_workers int4, award_date date, start_date date, complete_date date,
  accept_date date, investment_kind text, organising_mode text, parties json, fund_lines json
) VOLATILE LANGUAGE sql AS $$
  SELECT p.project_code, p.project_name, p.bureau_unit_id, p.field, p.track, p.project_state, p.division_code, p.total_investment_fen,
         p.planned_pay_fen, p.planned_workers, p.award_date, p.start_date, p.complete_date, p.accept_date, p.investment_kind,
         (SELECT a.organising_mode FROM project_award a WHERE a.project_code = p.project_code),
         (SELECT coalesce(json_agg(json_build_object('unit_id', y.unit_id, 'relation', y.relation) ORDER BY y.relation, y.unit_id), '[]')
          FROM project_party y WHERE y.project_code = p.project_code),
         (SELECT coalesce(json_agg(json_build_object('fund_code', f.fund_code, 'fund_source', f.fund_source, 'fund_purpose', f.fund_purpose,
                  'special_fund', f.special_fund, 'approved_fen', f.approved_fen, 'allocated_fen', f.allocated_fen) ORDER BY f.fund_code), '[]')
          FROM fund_line f WHERE f.project_code = p.project_code)
  FROM project p WHERE p.project_code = code
$$;

-- Clauses a key text still lacks (R074).
CREATE FUNCTION missing_clauses(notice text[], contract text[], supervision text[]) RETURNS json IMMUTABLE LANGUAGE sql AS $$
  SELECT coalesce(json_agg(json_build_object('document_name', d.name, 'clause', c.clause) ORDER BY d.place, c.clause), '[]')
  FROM (VALUES (1, '招标（采购）公告', notice), (2, '施工合同', contract), (3, '监理合同', supervision)) d (place, name, has),
       unnest(ARRAY['LABOUR_ORG', 'LABOUR_PAY', 'TRAINING']) c (clause)
  WHERE c.clause <> ALL (d.has)
$$;

-- What the last report up to a day said; of one month the owner's word goes before the contractor's.
CREATE FUNCTION invested_by(code text, day date) RETURNS int8 STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT r.invested_fen FROM progress_report r WHERE r.project_code = code AND r.month <= to_char(day, 'YYYY-MM') AND r.invested_fen IS NOT NULL
                   ORDER BY r.month DESC, r.reported_as = 'OWNER' DESC, r.version_number DESC LIMIT 1), 0)
$$;
CREATE FUNCTION progress_by(code text, day date) RETURNS int4 STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT r.progress_bp FROM progress_report r WHERE r.project_code = code AND r.month <= to_char(day, 'YYYY-MM')
                   ORDER BY r.month DESC, r.reported_as = 'OWNER' DESC, r.version_number DESC LIMIT 1), 0)
$$;
