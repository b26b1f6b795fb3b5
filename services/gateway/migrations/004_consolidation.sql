-- A consolidation freezes which revision of whose report went in; its totals stand beside it, so that any past state can be shown again.
CREATE TABLE consolidation (
  quarter text NOT NULL,
  consolidation_number int4 NOT NULL,
  consolidated_by text NOT NULL,
  consolidated_at timestamptz NOT NULL,
  PRIMARY KEY (quarter, consolidation_number)
);
CREATE TABLE consolidation_unit (
  quarter text NOT NULL,
  consolidation_number int4 NOT NULL,
  unit_id text NOT NULL,
  unit_name text NOT NULL,
  report_state text NOT NULL,
  is_zero bool NOT NULL,
  is_late bool NOT NULL,
  report_code text,
  submitted_at timestamptz,
  PRIMARY KEY (quarter, consolidation_number, unit_id)
);
CREATE TABLE consolidation_total (
  quarter text NOT NULL,
  consolidation_number int4 NOT NULL,
  total_kind text NOT NULL CHECK (total_kind IN ('ALL', 'FIELD', 'TRACK', 'LIST_KIND', 'LIST_LEVEL', 'UNIT')),
  total_key text NOT NULL,
  project_count int4 NOT NULL,
  started_count int4 NOT NULL,
  total_investment_fen int8 NOT NULL,
  fiscal_fen int8 NOT NULL,
  central_fen int8 NOT NULL,
  planned_pay_fen int8 NOT NULL,
  absorbed_count int4 NOT NULL,
  local_count int4 NOT NULL,
  female_count int4 NOT NULL,
  priority_count int4 NOT NULL,
  day_hundredths int8 NOT NULL,
  due_fen int8 NOT NULL,
  paid_fen int8 NOT NULL,
  unpaid_fen int8 NOT NULL,
  trainee_count int4 NOT NULL,
  dividend_fen int8 NOT NULL,
  cumulative_due_fen int8 NOT NULL,
  cumulative_paid_fen int8 NOT NULL,
  cumulative_day_hundredths int8 NOT NULL,
  cumulative_absorbed_count int4 NOT NULL,
  per_head_fen int8,
  PRIMARY KEY (quarter, consolidation_number, total_kind, total_key)
);
-- How a unit stands in a quarter: by its accepted revision if there is one, else by its newest. Late is who was late the first time.
CREATE VIEW unit_standing AS
SELECT DISTINCT ON (r.quarter, r.unit_id) r.quarter, r.unit_id, r.report_code, r.is_zero, r.submitted_at,
  CASE r.report_state WHEN 'CHECKED' THEN 'DRAFT' WHEN 'RECEIVING' THEN 'MISSING' ELSE r.report_state END AS report_state,
  coalesce((SELECT f.is_late FROM report f WHERE f.quarter = r.quarter AND f.unit_id = r.unit_id AND f.submitted_at IS NOT NULL
    ORDER BY f.revision LIMIT 1), false) AS is_late
FROM report r WHERE r.report_state NOT IN ('REPLACED', 'RESTATED')
ORDER BY r.quarter, r.unit_id, (r.report_state = 'ACCEPTED') DESC, r.revision DESC;
