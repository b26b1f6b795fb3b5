-- What the table of planned against actual is filled with (facts C.6 no. 6). Priority workers, posts held and dividends are not followed here.
CREATE FUNCTION evaluation_figures_of(code text) RETURNS TABLE (figure_number int4, figure_kind text, planned_value int8, actual_value int8)
STABLE LANGUAGE sql AS
$$SELECT 1, 'WORKERS', p.planned_workers::int8, (SELECT count(DISTINCT a.worker_number) FROM attended a WHERE a.project_code = code
    AND a.employment_kind IS DISTINCT FROM 'LABOUR_CONTRACT' AND a.site_role IS DISTINCT FROM 'STAFF') FROM project p WHERE p.project_code = code
  UNION ALL SELECT 2, 'PRIORITY_WORKERS', NULL, NULL
  UNION ALL SELECT 3, 'PAY_FEN', p.planned_pay_fen, (SELECT coalesce(sum(relief_paid_fen(s)), 0)::int8 FROM sheet s WHERE s.project_code = code)
    FROM project p WHERE p.project_code = code
  UNION ALL SELECT 4, 'RATIO_BP', (SELECT r.ratio_bp::int8 FROM ratio_check r WHERE r.project_code = code AND r.pay_basis = 'PLANNED'
      ORDER BY r.check_number DESC LIMIT 1),
    (SELECT r.ratio_bp::int8 FROM ratio_check r WHERE r.project_code = code AND r.pay_basis = 'PAID' ORDER BY r.check_number DESC LIMIT 1)
  UNION ALL SELECT 5, 'TRAINEES', p.planned_trainees::int8, (SELECT count(DISTINCT t.worker_number) FROM trainee t WHERE t.project_code = code)
    FROM project p WHERE p.project_code = code
  UNION ALL SELECT 6, 'POSTS', (SELECT p.planned_posts::int8 FROM project p WHERE p.project_code = code), NULL
  UNION ALL SELECT 7, 'DIVIDEND_FEN', NULL, NULL$$;
-- A paper's number is no code: 云财函〔2026〕12号.
ALTER TABLE evaluation_evidence RENAME COLUMN evidence_code TO evidence_no;
