-- Pay-ratio rules as in policy/ratio_rules.csv (facts C.3, forms E): every basis that a source states, what its standing is, and whether
-- its days are ours. A floor that is only seen in published batches is told apart from one in force.

ALTER TABLE ratio_rule DROP CONSTRAINT ratio_rule_ratio_basis_check, DROP CONSTRAINT ratio_rule_rule_standing_check,
  ADD COLUMN dates_assumed bool NOT NULL DEFAULT false,
  ADD CONSTRAINT ratio_rule_basis CHECK (ratio_basis IN ('CENTRAL_FUNDS', 'CENTRAL_BUDGET_INVESTMENT', 'FISCAL_FUNDS', 'PROVINCIAL_FUNDS',
    'LINKING_FUNDS', 'TOTAL_INVESTMENT', 'CENTRAL_AND_PROVINCIAL_FUNDS', 'PLAN_FUNDS', 'PROVINCIAL_CAPITAL_FUNDS')),
  ADD CONSTRAINT ratio_rule_standing CHECK (rule_standing IN ('IN_FORCE', 'DRAFT_TEXT', 'LOCAL_TARGET', 'PUBLISHED_PRACTICE'));
INSERT INTO ratio_basis_source VALUES
  ('CENTRAL_AND_PROVINCIAL_FUNDS', 'CENTRAL_BUDGET_INVESTMENT'), ('CENTRAL_AND_PROVINCIAL_FUNDS', 'CENTRAL_LINKING'),
  ('CENTRAL_AND_PROVINCIAL_FUNDS', 'PROVINCIAL'), ('CENTRAL_AND_PROVINCIAL_FUNDS', 'PROVINCIAL_LINKING'),
  ('PROVINCIAL_CAPITAL_FUNDS', 'PROVINCIAL');
ALTER TABLE fund_line ADD COLUMN special_fund bool NOT NULL DEFAULT false;

UPDATE ratio_rule SET dates_assumed = true, source_note = '中央资金的10%，至2020年前（S003 一(一)；起始日文件未写）' WHERE rule_code = 'CN-2014-CENTRAL';
UPDATE ratio_rule SET dates_assumed = true, source_note = '中央资金的15%，自2020年（S003 一(一)；截止日文件未写，按2023年起30%的规定）'
  WHERE rule_code = 'CN-2020-CENTRAL';
UPDATE ratio_rule SET valid_to_date = NULL WHERE rule_code = 'CN-2023-CBI'; -- no text at hand ends it
UPDATE ratio_rule SET dates_assumed = true, rule_standing = 'PUBLISHED_PRACTICE',
  source_note = '中央预算内投资，2025年第三批起40%（见于已公开的批次，未见文件原文；起始日暂定）' WHERE rule_code = 'CN-2025-CBI';
UPDATE ratio_rule SET dates_assumed = true,
  source_note = '使用衔接资金的农推项目，不低于项目财政资金总额的15%（S002 一(一)，送审稿；起始日待正式文件）' WHERE rule_code = 'SX-NONGTUI';
UPDATE ratio_rule SET ratio_basis = 'PROVINCIAL_CAPITAL_FUNDS', source_note = '河南滑县2023：省基建投资资金的20%' WHERE rule_code = 'HUA-2023';
UPDATE ratio_rule SET source_note = '四川北川2023：财政资金的25%（780万元，不低于198.02万元）' WHERE rule_code = 'BEICHUAN-2023';
UPDATE ratio_rule SET source_note = source_note || '（每项目不低于100万元）' WHERE rule_code LIKE 'FUJIAN-2024-%';
UPDATE ratio_rule SET ratio_basis = 'PLAN_FUNDS', source_note = '四川井研2026：不低于国家下达资金计划的42%（375万元，不低于157.50万元）'
  WHERE rule_code = 'JINGYAN-2026';

-- Every rule that held at a check, kept with it: rules change, what was judged does not.
CREATE TABLE ratio_case (
  project_code  text NOT NULL,
  check_number  int4 NOT NULL,
  rule_code     text NOT NULL,
  ratio_basis   text NOT NULL,
  base_fen      int8 NOT NULL,
  floor_bp      int4 NOT NULL,
  ratio_bp      int4,
  required_fen  int8 NOT NULL,
  missing_fen   int8 NOT NULL,
  ratio_result  text NOT NULL,
  rule_standing text NOT NULL,
  dates_assumed bool NOT NULL,
  source_note   text NOT NULL,
  PRIMARY KEY (project_code, check_number, rule_code)
);
ALTER TABLE ratio_check ADD COLUMN binding_result text, ADD COLUMN binding_rule_code text;

-- Labour pay of the works in a sheet: paid to those who work by a service agreement; pay by labour contract and pay of staff is none (R045).
CREATE FUNCTION relief_paid_fen(s sheet) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT CASE WHEN s.sheet_state IN ('VOID', 'REOPENED') THEN 0 WHEN s.relief_net_fen IS NULL OR s.relief_net_fen = s.net_fen THEN s.paid_fen
    WHEN s.relief_net_fen = 0 THEN 0
    ELSE (SELECT coalesce(sum(l.paid_fen), 0)::int8 FROM ledger_line l WHERE l.project_code = s.project_code AND l.sheet_code = s.sheet_code
      AND l.pay_class = 'WORK_RELIEF_SERVICE') END$$;
CREATE FUNCTION basis_fen(code text, basis text) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT CASE basis WHEN 'TOTAL_INVESTMENT' THEN coalesce((SELECT total_investment_fen FROM project WHERE project_code = code), 0)
    WHEN 'PLAN_FUNDS' THEN (SELECT coalesce(sum(approved_fen), 0)::int8 FROM fund_line WHERE project_code = code AND special_fund)
    ELSE (SELECT coalesce(sum(f.approved_fen), 0)::int8 FROM fund_line f JOIN ratio_basis_source b ON b.fund_source = f.fund_source
      WHERE f.project_code = code AND b.ratio_basis = basis) END$$;
-- The rules that hold for a project on a day.
CREATE FUNCTION ratio_rules_of(code text, day date) RETURNS SETOF ratio_rule LANGUAGE sql STABLE AS
$$SELECT r.* FROM project p JOIN ratio_rule r ON starts_with(coalesce(p.division_code, ''), r.division_prefix)
    AND (r.track IS NULL OR r.track = p.track) AND day BETWEEN r.valid_from_date AND coalesce(r.valid_to_date, 'infinity')
  WHERE p.project_code = code AND (NOT r.linking_funds_only OR EXISTS (SELECT 1 FROM fund_line f WHERE f.project_code = code
    AND f.fund_source IN ('CENTRAL_LINKING', 'PROVINCIAL_LINKING') AND f.approved_fen > 0))$$;
