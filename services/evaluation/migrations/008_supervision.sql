-- Supervision as dated data: how grave a finding is (Reg. 724 art. 54-57), how it climbs when it is late, versioned templates, plans of a
-- year; and the sheet of the completion evaluation with its own items, evidence, signatures and figures.

-- What a finding may be classed as. 724号令 names two classes of fines; the rest is set by the district and says so.
CREATE TABLE finding_class (
  class_code       text NOT NULL,
  valid_from_date  date NOT NULL,
  finding_severity text NOT NULL CHECK (finding_severity IN ('ORDINARY', 'SERIOUS', 'GRAVE')),
  class_title      text NOT NULL,
  english_title    text NOT NULL,
  basis_note       text NOT NULL,
  duty_note        text NOT NULL, -- what has to be done
  fine_low_fen     int8,          -- NULL: the regulation names no fine
  fine_high_fen    int8,
  stops_work       bool NOT NULL,
  source_note      text NOT NULL,
  PRIMARY KEY (class_code, valid_from_date),
  CONSTRAINT finding_class_fine CHECK ((fine_low_fen IS NULL) = (fine_high_fen IS NULL) AND (fine_low_fen IS NULL OR fine_low_fen <= fine_high_fen))
);
INSERT INTO finding_class VALUES
  ('LEDGER', '2020-05-01', 'SERIOUS', '未如实编制、保存工资支付台账或未提供工资清单', 'wage ledger not kept truly, or no pay slip given', '《保障农民工工资支付条例》第十五条、第五十四条', '补齐并更正工资支付台账，向本人提供工资清单，多付、少付的按实结清', 2000000, 5000000, false, '条例第五十四条：二万元以上五万元以下'),
  ('CARD_HELD', '2020-05-01', 'SERIOUS', '扣押或者变相扣押工资支付账户的银行卡', 'bank card of a worker held', '《保障农民工工资支付条例》第三十一条、第五十四条', '立即把银行卡交还本人', 2000000, 5000000, false, '条例第五十四条：二万元以上五万元以下'),
  ('ACCOUNT', '2020-05-01', 'GRAVE', '未按规定开设或者使用农民工工资专用账户', 'special wage account not opened or not used', '《保障农民工工资支付条例》第二十六条、第五十五条', '开设专用账户，报酬全部经专用账户发放', 5000000, 10000000, true, '条例第五十五条：责令停工，五万元以上十万元以下'),
  ('DEPOSIT', '2020-05-01', 'GRAVE', '未按规定存储工资保证金或者提供保函', 'wage deposit not made', '《保障农民工工资支付条例》第三十二条、第五十五条', '存足工资保证金或者提供保函', 5000000, 10000000, true, '条例第五十五条：责令停工，五万元以上十万元以下'),
  ('REAL_NAME', '2020-05-01', 'GRAVE', '未实行劳动用工实名制管理', 'people at work without registration by real name', '《保障农民工工资支付条例》第二十八条、第五十五条', '逐人签订协议、实名登记，未登记的不得进场', 5000000, 10000000, true, '条例第五十五条：责令停工，五万元以上十万元以下'),
  ('ARREARS', '2020-05-01', 'GRAVE', '拖欠劳务报酬', 'labour pay in arrears', '《保障农民工工资支付条例》第十四条、第三十条', '足额支付所欠报酬；分包单位拖欠的由施工总承包单位先行清偿', NULL, NULL, false, '严重程度暂定，可由区里调整'),
  ('PAY', '2020-05-01', 'SERIOUS', '劳务报酬发放不规范', 'labour pay not as it should be', '五部门意见五(三)', '按规定标准、周期和方式发放，并补发差额', NULL, NULL, false, '严重程度暂定，可由区里调整'),
  ('PUBLICITY', '2020-05-01', 'ORDINARY', '公示或者维权信息告示不全', 'publicity or rights board incomplete', '《保障农民工工资支付条例》第三十四条', '补齐公示内容和告示牌', NULL, NULL, false, '严重程度暂定，可由区里调整'),
  ('ORGANISATION', '2020-05-01', 'ORDINARY', '群众务工组织、合同约定不到位', 'labour organisation or contract clauses wanting', '五部门意见五(二)、五(三)', '按实施方案和合同组织当地群众务工', NULL, NULL, false, '严重程度暂定，可由区里调整'),
  ('TRAINING', '2020-05-01', 'ORDINARY', '就业技能、安全培训不到位', 'training of skills or safety wanting', '五部门意见五(三)', '补做培训，更正培训台账', NULL, NULL, false, '严重程度暂定，可由区里调整'),
  ('OTHER', '2020-05-01', 'ORDINARY', '其他问题', 'another matter', '五部门意见五(三)', '按检查意见整改', NULL, NULL, false, '严重程度暂定，可由区里调整');
-- The class of a finding whose finder named none.
CREATE TABLE finding_kind_class (
  finding_kind text PRIMARY KEY,
  class_code   text NOT NULL
);
INSERT INTO finding_kind_class VALUES ('LABOUR_ORG', 'ORGANISATION'), ('LABOUR_PAY', 'PAY'), ('ARREARS', 'ARREARS'), ('TRAINING', 'TRAINING'),
  ('PUBLICITY', 'PUBLICITY'), ('CONTRACT', 'ORGANISATION'), ('FALSE_LEDGER', 'LEDGER'), ('OTHER', 'OTHER'), ('DAYS_DIFFER', 'LEDGER'),
  ('WORKERS_DIFFER', 'LEDGER'), ('DIGEST_DIFFERS', 'LEDGER'), ('SHEET_MISSING', 'LEDGER'), ('PAID_DIFFERS', 'LEDGER'),
  ('TRAINEE_NOT_REGISTERED', 'TRAINING'), ('TRAINING_AFTER_ACCEPTANCE', 'TRAINING'), ('ROSTER_DIFFERS', 'REAL_NAME'), ('FRAUD_SIGNAL', 'LEDGER');

CREATE TABLE supervision_policy (
  valid_from_date date PRIMARY KEY,
  ordinary_days   int4 NOT NULL CHECK (ordinary_days BETWEEN 1 AND 365),
  serious_days    int4 NOT NULL CHECK (serious_days BETWEEN 1 AND 365),
  grave_days      int4 NOT NULL CHECK (grave_days BETWEEN 1 AND 365),
  report_days     int4 NOT NULL CHECK (report_days BETWEEN 1 AND 365), -- days after the month within which the supervisor reports
  source_note     text NOT NULL
);
INSERT INTO supervision_policy VALUES ('2020-01-01', 7, 5, 3, 5, '文件只要求及时整改、日常监管，天数暂定，可由区里调整');
CREATE FUNCTION supervision_policy_on(day date) RETURNS supervision_policy STABLE LANGUAGE sql AS
$$SELECT p FROM supervision_policy p WHERE p.valid_from_date <= day ORDER BY p.valid_from_date DESC LIMIT 1$$;

ALTER TABLE finding ADD COLUMN class_code text, ADD COLUMN recovered_fen int8 NOT NULL DEFAULT 0; -- what a checker has acknowledged
ALTER TABLE rectification ADD COLUMN accepted_fen int8;
UPDATE rectification SET accepted_fen = CASE verdict WHEN 'ACCEPTED' THEN recovered_fen ELSE 0 END WHERE verdict IS NOT NULL;
UPDATE finding f SET recovered_fen = least(f.involved_fen,
  (SELECT coalesce(sum(r.accepted_fen), 0)::int8 FROM rectification r WHERE r.project_code = f.project_code AND r.finding_code = f.finding_code));

-- What a finding is classed as on the day it was found, and how far up it has climbed: 0 in time, 1 the bureau, 2 the office, 3 the leaders.
CREATE FUNCTION finding_facts(kind text, own_class text, state text, found date, due date, today date) RETURNS TABLE (class_code text,
  finding_severity text, class_title text, english_title text, basis_note text, duty_note text, fine_low_fen int8, fine_high_fen int8,
  stops_work bool, overdue_days int4, escalation_level int4) STABLE LANGUAGE sql AS
$$SELECT c.class_code, c.finding_severity, c.class_title, c.english_title, c.basis_note, c.duty_note, c.fine_low_fen, c.fine_high_fen, c.stops_work, late.days,
    CASE WHEN late.days > 0 THEN least(3, 1 + (late.days - 1) / CASE c.finding_severity WHEN 'GRAVE' THEN p.grave_days
      WHEN 'SERIOUS' THEN p.serious_days ELSE p.ordinary_days END) ELSE 0 END
  FROM (SELECT CASE WHEN state <> 'VERIFIED' AND today > due THEN today - due ELSE 0 END AS days) late
  CROSS JOIN supervision_policy_on(today) p
  CROSS JOIN LATERAL (SELECT * FROM finding_class x
    WHERE x.class_code = coalesce(own_class, (SELECT k.class_code FROM finding_kind_class k WHERE k.finding_kind = kind), 'OTHER')
      AND x.valid_from_date <= greatest(found, date '2020-05-01') ORDER BY x.valid_from_date DESC LIMIT 1) c$$;

-- "1200.50", for letters to people.
CREATE FUNCTION fen_text(fen int8) RETURNS text IMMUTABLE LANGUAGE sql AS $$SELECT fen / 100 || '.' || lpad((fen % 100)::text, 2, '0')$$;

-- Checklists of the control stages and the four families of forms, each version from a day on; a version is never changed.
CREATE TABLE template (
  template_kind   text NOT NULL CHECK (template_kind IN ('LABOUR_ORG', 'PAY', 'TRAINING', 'EVALUATION', 'STAGE_AWARD', 'STAGE_IMPLEMENTATION',
                    'STAGE_SUPERVISOR_REVIEW', 'STAGE_ACCEPTANCE')),
  version_number  int4 NOT NULL,
  valid_from_date date NOT NULL,
  template_title  text NOT NULL,
  source_note     text NOT NULL,
  set_by          text NOT NULL,
  PRIMARY KEY (template_kind, version_number),
  CONSTRAINT template_day UNIQUE (template_kind, valid_from_date)
);
CREATE TABLE template_item (
  template_kind   text NOT NULL,
  version_number  int4 NOT NULL,
  item_number     int4 NOT NULL,
  item_title      text NOT NULL,
  inspection_item text,          -- of a checklist: what the inspector gives a result on
  is_required     bool NOT NULL,
  PRIMARY KEY (template_kind, version_number, item_number)
);
INSERT INTO template SELECT kind, 1, date '2020-01-01', title, note, 'migration' FROM (VALUES
  ('LABOUR_ORG', '群众务工组织表'), ('PAY', '劳务报酬发放表'), ('TRAINING', '就业技能培训表'), ('EVALUATION', '以工代赈情况综合评价表'),
  ('STAGE_AWARD', '项目发包环节检查表'), ('STAGE_IMPLEMENTATION', '组织实施环节检查表'), ('STAGE_SUPERVISOR_REVIEW', '监理审核环节检查表'),
  ('STAGE_ACCEPTANCE', '竣工验收环节检查表')) AS k(kind, title),
  (SELECT '国家参考模板未见原表，按法规和文件要求设计，非官方表样' AS note) n;
INSERT INTO template_item SELECT kind, 1, (row_number() OVER (PARTITION BY kind ORDER BY place))::int4, title, item, item IS NULL OR required
FROM (VALUES
  (1, 'STAGE_AWARD', '招标、合同中的以工代赈要求已公示', 'PUBLICITY', true), (2, 'STAGE_AWARD', '合同载明用工、报酬、培训条款', 'CONTRACT_CLAUSES', false),
  (3, 'STAGE_IMPLEMENTATION', '合同约定落实', 'CONTRACT_CLAUSES', true), (4, 'STAGE_IMPLEMENTATION', '群众务工组织', 'LABOUR_ORG', false),
  (5, 'STAGE_IMPLEMENTATION', '劳务报酬发放', 'LABOUR_PAY', false), (6, 'STAGE_IMPLEMENTATION', '技能培训', 'SKILL_TRAINING', false),
  (7, 'STAGE_IMPLEMENTATION', '安全培训', 'SAFETY_TRAINING', false), (8, 'STAGE_SUPERVISOR_REVIEW', '报酬标准和周期', 'LABOUR_PAY', true),
  (9, 'STAGE_SUPERVISOR_REVIEW', '用工协议', 'LABOUR_ORG', true), (10, 'STAGE_SUPERVISOR_REVIEW', '务工人员台账', 'WORKER_LEDGER', true),
  (11, 'STAGE_SUPERVISOR_REVIEW', '报酬发放台账', 'PAY_LEDGER', true), (12, 'STAGE_ACCEPTANCE', '务工人员台账', 'WORKER_LEDGER', true),
  (13, 'STAGE_ACCEPTANCE', '报酬发放台账', 'PAY_LEDGER', true), (14, 'STAGE_ACCEPTANCE', '培训台账', 'TRAINING_LEDGER', true),
  (20, 'LABOUR_ORG', '姓名、性别、证件号码', NULL, true), (21, 'LABOUR_ORG', '户籍地、人群类别', NULL, true), (22, 'LABOUR_ORG', '岗位、技能、班组', NULL, true),
  (23, 'LABOUR_ORG', '用工协议编号、起止日期', NULL, true), (24, 'LABOUR_ORG', '报酬标准', NULL, true), (25, 'LABOUR_ORG', '进场、退场日期', NULL, true),
  (30, 'PAY', '月份、姓名、证件号码', NULL, true), (31, 'PAY', '工日或者工作量', NULL, true), (32, 'PAY', '标准、应发、扣款、实发', NULL, true),
  (33, 'PAY', '账户、发放日期、银行流水', NULL, true), (34, 'PAY', '本人签字', NULL, true), (35, 'PAY', '制表、施工、监理、业主签章和公示日期', NULL, true),
  (40, 'TRAINING', '培训名称、方式、内容', NULL, true), (41, 'TRAINING', '日期、学时、地点、组织单位、教员', NULL, true),
  (42, 'TRAINING', '参训人员签到、考核结果、证书', NULL, true), (43, 'TRAINING', '费用、资金来源', NULL, true),
  (50, 'EVALUATION', '参加评价的单位和签章', NULL, true), (51, 'EVALUATION', '计划与实际：务工人数、重点群体、报酬、比例、培训、岗位、分红', NULL, true),
  (52, 'EVALUATION', '群众务工组织得分', NULL, true), (53, 'EVALUATION', '劳务报酬发放得分', NULL, true), (54, 'EVALUATION', '就业技能培训得分', NULL, true),
  (55, 'EVALUATION', '佐证材料', NULL, true), (56, 'EVALUATION', '评价意见和等次', NULL, true)) AS v(place, kind, title, item, required);
DROP TABLE control_checklist;
CREATE FUNCTION template_on(kind text, day date) RETURNS template STABLE LANGUAGE sql AS
$$SELECT t FROM template t WHERE t.template_kind = kind AND t.valid_from_date <= day ORDER BY t.valid_from_date DESC LIMIT 1$$;
ALTER TABLE inspection ADD COLUMN template_kind text, ADD COLUMN template_version int4;
CREATE INDEX inspection_by_day ON inspection (project_code, inspection_date);

CREATE TABLE inspection_plan (
  project_code       text NOT NULL,
  plan_year          int4 NOT NULL,
  plan_number        int4 NOT NULL,
  planned_month      text NOT NULL,
  inspecting_unit_id text NOT NULL,
  inspection_stage   text NOT NULL CHECK (inspection_stage IN ('BEFORE', 'DURING', 'AFTER')),
  control_stage      text,
  planned_by         text NOT NULL,
  planned_date       date NOT NULL,
  PRIMARY KEY (project_code, plan_year, plan_number)
);
CREATE INDEX inspection_plan_by_year ON inspection_plan (plan_year, project_code, plan_number);
-- Each planned inspection with the one that kept it: the nth of a unit and stage is kept by its nth of the year, so none counts twice.
CREATE FUNCTION inspection_plan_kept(code text, year int4) RETURNS TABLE (plan_number int4, planned_month text, inspecting_unit_id text,
  inspection_stage text, control_stage text, due_date date, inspection_code text, done_date date) STABLE LANGUAGE sql AS
$$WITH planned AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.inspecting_unit_id, p.inspection_stage, p.control_stage ORDER BY p.planned_month, p.plan_number) AS nth
    FROM inspection_plan p WHERE p.project_code = code AND p.plan_year = year
  ),
  held AS (
    SELECT i.*, row_number() OVER (PARTITION BY i.inspecting_unit_id, i.inspection_stage, i.control_stage ORDER BY i.inspection_date, length(i.inspection_code),
      i.inspection_code) AS nth
    FROM inspection i WHERE i.project_code = code AND i.inspection_date BETWEEN make_date(year, 1, 1) AND make_date(year, 12, 31)
  )
  SELECT p.plan_number, p.planned_month, p.inspecting_unit_id, p.inspection_stage, p.control_stage,
    ((p.planned_month || '-01')::date + interval '1 month' - interval '1 day')::date, h.inspection_code, h.inspection_date
  FROM planned p LEFT JOIN held h ON h.inspecting_unit_id = p.inspecting_unit_id AND h.inspection_stage = p.inspection_stage
    AND h.control_stage IS NOT DISTINCT FROM p.control_stage AND h.nth = p.nth$$;

-- Completion evaluation: items of the district beside the three of the notice; all weights sum to 100.
ALTER TABLE evaluation_policy DROP CONSTRAINT evaluation_weights_sum, ADD COLUMN own_weight int4 NOT NULL DEFAULT 0 CHECK (own_weight >= 0),
  ADD CONSTRAINT evaluation_weights_sum CHECK (organisation_weight + pay_weight + training_weight + own_weight = 100);
CREATE TABLE evaluation_policy_item (
  valid_from_date date NOT NULL,
  item_code       text NOT NULL,
  item_title      text NOT NULL,
  item_weight     int4 NOT NULL CONSTRAINT evaluation_item_weight CHECK (item_weight > 0),
  PRIMARY KEY (valid_from_date, item_code)
);
ALTER TABLE evaluation ADD COLUMN template_version int4, ADD COLUMN policy_date date;
ALTER TABLE evaluation_participant ADD COLUMN signer_name text, ADD COLUMN sign_method text, ADD COLUMN signed_date date;
CREATE TABLE evaluation_score (
  project_code      text NOT NULL,
  evaluation_number int4 NOT NULL,
  item_number       int4 NOT NULL,
  item_code         text NOT NULL,
  item_title        text NOT NULL,
  item_weight       int4 NOT NULL,
  item_score        int4 NOT NULL CHECK (item_score BETWEEN 0 AND 100),
  PRIMARY KEY (project_code, evaluation_number, item_code)
);
CREATE TABLE evaluation_evidence (
  project_code      text NOT NULL,
  evaluation_number int4 NOT NULL,
  evidence_number   int4 NOT NULL,
  item_code         text NOT NULL,
  evidence_kind     text NOT NULL,
  evidence_code     text NOT NULL,
  evidence_note     text,
  PRIMARY KEY (project_code, evaluation_number, evidence_number)
);
-- Planned against actual as they stood on the day of the evaluation. NULL: evaluation does not know.
CREATE TABLE evaluation_figure (
  project_code      text NOT NULL,
  evaluation_number int4 NOT NULL,
  figure_number     int4 NOT NULL,
  figure_kind       text NOT NULL,
  planned_value     int8,
  actual_value      int8,
  PRIMARY KEY (project_code, evaluation_number, figure_number)
);
ALTER TABLE project ADD COLUMN planned_workers int4, ADD COLUMN planned_trainees int4;
