-- Forecast of the pay share, year-on-year figures (R140) and the comprehensive relief model (R148).

ALTER TABLE project ADD COLUMN relief_model text, ADD COLUMN planned_posts int4, ADD COLUMN planned_end_date date;
CREATE TABLE progress (
  project_code   text NOT NULL,
  month          text NOT NULL,
  reported_as    text NOT NULL,
  version_number int4 NOT NULL,
  progress_bp    int4 NOT NULL,
  PRIMARY KEY (project_code, month, reported_as)
);
CREATE TABLE project_list (
  project_code text NOT NULL,
  list_year    int4 NOT NULL,
  list_kind    text,
  list_state   text,
  PRIMARY KEY (project_code, list_year)
);
CREATE TABLE dividend_plan (
  project_code text NOT NULL,
  plan_code    text NOT NULL,
  PRIMARY KEY (project_code, plan_code)
);
CREATE TABLE relief_waiver (
  project_code  text PRIMARY KEY,
  waiver_reason text NOT NULL,
  waived_by     text NOT NULL,
  waived_date   date NOT NULL
);
-- Days of those whose pay is labour pay; known once the lines are in.
ALTER TABLE sheet ADD COLUMN relief_hundredths int8;

CREATE TABLE forecast_policy (
  valid_from_date date PRIMARY KEY,
  month_workdays  int4 NOT NULL CONSTRAINT forecast_policy_workdays CHECK (month_workdays BETWEEN 1 AND 31),
  source_note     text NOT NULL
);
INSERT INTO forecast_policy VALUES ('2020-01-01', 22, '每人每月工日上限文件未规定，按月计薪天数21.75天取整，可由区里调整');

-- What a forecast is made of. The pay of all sheets up to the month of the last progress report grows with the progress.
CREATE FUNCTION forecast_of(code text, today date, binding_only bool) RETURNS TABLE (progress_month text, progress_bp int4, pay_fen int8,
  worked_hundredths int8, worked_month_count int4, worker_count int4, month_workdays int4, rule_code text, rule_basis text, rule_standing text,
  base_fen int8, floor_bp int4, final_pay_fen int8, forecast_bp int4) LANGUAGE sql STABLE AS
$$WITH report AS (
    SELECT r.month, r.progress_bp FROM progress r WHERE r.project_code = code
    ORDER BY r.month DESC, CASE r.reported_as WHEN 'OWNER' THEN 1 WHEN 'SUPERVISOR' THEN 2 ELSE 3 END LIMIT 1
  ),
  pay AS (
    SELECT coalesce(sum(coalesce(s.relief_gross_fen, s.gross_fen)), 0)::int8 AS pay_fen,
      coalesce(sum(coalesce(s.relief_hundredths, s.day_hundredths)), 0)::int8 AS worked_hundredths, count(DISTINCT s.month)::int4 AS months
    FROM sheet s WHERE s.project_code = code AND s.sheet_state NOT IN ('VOID', 'REOPENED') AND s.month <= (SELECT month FROM report)
  ),
  people AS (
    SELECT greatest((SELECT count(DISTINCT a.worker_number) FROM agreement a WHERE a.project_code = code AND a.employment_kind = 'WORK_RELIEF_SERVICE'
        AND a.start_date <= today AND coalesce(a.end_date, 'infinity') >= today),
      (SELECT coalesce(max(m.worker_count), 0) FROM sealed_month m WHERE m.project_code = code))::int4 AS worker_count
  ),
  rule AS (
    SELECT r.rule_code, r.ratio_basis, r.rule_standing, r.floor_bp, basis_fen(code, r.ratio_basis) AS base_fen
    FROM project p, ratio_rules_of(code, coalesce(p.award_date, p.start_date, today)) r
    WHERE p.project_code = code AND (NOT binding_only OR r.rule_standing = 'IN_FORCE') AND basis_fen(code, r.ratio_basis) > 0
    ORDER BY basis_fen(code, r.ratio_basis)::numeric * r.floor_bp DESC, r.rule_code LIMIT 1
  ),
  final AS (
    SELECT CASE WHEN r.progress_bp > 0 AND p.pay_fen > 0
      THEN least(div(p.pay_fen::numeric * 10000, r.progress_bp), 100000000000000)::int8 END AS final_pay_fen
    FROM pay p LEFT JOIN report r ON true
  )
  SELECT r.month, r.progress_bp, p.pay_fen, p.worked_hundredths, p.months, w.worker_count,
    (SELECT f.month_workdays FROM forecast_policy f WHERE f.valid_from_date <= today ORDER BY f.valid_from_date DESC LIMIT 1),
    u.rule_code, u.ratio_basis, u.rule_standing, u.base_fen, u.floor_bp, n.final_pay_fen,
    CASE WHEN u.base_fen > 0 AND n.final_pay_fen IS NOT NULL THEN least(div(n.final_pay_fen::numeric * 10000, u.base_fen), 100000)::int4 END
  FROM pay p CROSS JOIN people w CROSS JOIN final n LEFT JOIN report r ON true LEFT JOIN rule u ON true$$;
