-- Yearly assessment of bureaus and townships (R180, R181, R184), incentives and sanctions bound to it (R182, R183).

-- Indicators come in dated sets; the weights of a set sum to 100.
CREATE TABLE assessment_indicator (
  assessment_kind  text NOT NULL CHECK (assessment_kind IN ('BUREAUS', 'TOWNSHIPS')),
  valid_from_date  date NOT NULL,
  indicator_code   text NOT NULL,
  indicator_number int4 NOT NULL,
  indicator_name   text NOT NULL,
  figure           text NOT NULL CHECK (figure IN ('PAID_ON_TIME', 'RATIO_REACHED', 'LEDGERS_TRUE', 'INSPECTIONS_DONE', 'RECTIFIED_IN_TIME',
                     'ANSWERED_IN_TIME', 'REPORTS_FILED', 'VISITED', 'OUTREACH_REACHED', 'SIGNALS_CONFIRMED')),
  direction        text NOT NULL CHECK (direction IN ('MORE_IS_BETTER', 'LESS_IS_BETTER')),
  weight           int4 NOT NULL CHECK (weight BETWEEN 1 AND 100),
  floor_bp         int4 NOT NULL CHECK (floor_bp >= 0),
  ceiling_bp       int4 NOT NULL,
  neutral_score    int4 NOT NULL CHECK (neutral_score BETWEEN 0 AND 10000),
  source_note      text NOT NULL,
  PRIMARY KEY (assessment_kind, valid_from_date, indicator_code),
  CHECK (ceiling_bp > floor_bp)
);
INSERT INTO assessment_indicator
SELECT k.kind, '2020-01-01', i.code, i.number, i.name, i.figure, i.direction, CASE k.kind WHEN 'BUREAUS' THEN i.bureaus ELSE i.townships END,
  i.floor_bp, 10000, i.neutral, '文件只要求年度总结评估和奖惩，指标、权重和分值区间暂定，可由区里调整'
FROM (VALUES ('BUREAUS'), ('TOWNSHIPS')) AS k(kind), (VALUES
  ('PAID', 1, '劳务报酬按期足额发放', 'PAID_ON_TIME', 'MORE_IS_BETTER', 20, 20, 5000, 6000),
  ('RATIO', 2, '劳务报酬占比达标', 'RATIO_REACHED', 'MORE_IS_BETTER', 15, 10, 0, 6000),
  ('LEDGER', 3, '三本台账相符', 'LEDGERS_TRUE', 'MORE_IS_BETTER', 10, 15, 0, 6000),
  ('INSPECT', 4, '督导检查到位', 'INSPECTIONS_DONE', 'MORE_IS_BETTER', 10, 5, 0, 6000),
  ('RECTIFY', 5, '问题按期整改', 'RECTIFIED_IN_TIME', 'MORE_IS_BETTER', 10, 15, 0, 10000),
  ('ANSWER', 6, '投诉按期答复', 'ANSWERED_IN_TIME', 'MORE_IS_BETTER', 10, 15, 0, 10000),
  ('REPORT', 7, '监理月报齐全', 'REPORTS_FILED', 'MORE_IS_BETTER', 5, 5, 0, 6000),
  ('VISIT', 8, '联系服务到项目', 'VISITED', 'MORE_IS_BETTER', 5, 5, 0, 6000),
  ('OUTREACH', 9, '参加政策宣讲培训', 'OUTREACH_REACHED', 'MORE_IS_BETTER', 5, 5, 0, 6000),
  ('SIGNAL', 10, '查实的资金风险', 'SIGNALS_CONFIRMED', 'LESS_IS_BETTER', 10, 5, 0, 6000)
) AS i(code, number, name, figure, direction, bureaus, townships, floor_bp, neutral);

CREATE TABLE assessment_policy (
  valid_from_date date PRIMARY KEY,
  known_weight    int4 NOT NULL CONSTRAINT assessment_policy_known CHECK (known_weight BETWEEN 1 AND 100),
  commend_score   int4 NOT NULL CONSTRAINT assessment_policy_commend CHECK (commend_score BETWEEN 0 AND 10000),
  sanction_score  int4 NOT NULL CONSTRAINT assessment_policy_sanction CHECK (sanction_score BETWEEN 0 AND 10000 AND sanction_score <= commend_score),
  tolerance_bp    int4 NOT NULL CONSTRAINT assessment_policy_tolerance CHECK (tolerance_bp BETWEEN 1 AND 9999),
  source_note     text NOT NULL
);
INSERT INTO assessment_policy VALUES ('2020-01-01', 40, 8500, 6000, 1000, '文件未规定分数线，暂定，可由区里调整');

CREATE TABLE assessment (
  assessment_code     text PRIMARY KEY,
  assessment_kind     text NOT NULL CHECK (assessment_kind IN ('BUREAUS', 'TOWNSHIPS')),
  assessment_year     int4 NOT NULL,
  version_number      int4 NOT NULL,
  assessment_state    text NOT NULL CHECK (assessment_state IN ('COMPUTED', 'PUBLISHED', 'SUPERSEDED')),
  as_of_date          date NOT NULL,
  known_weight        int4 NOT NULL,
  commend_score       int4 NOT NULL,
  sanction_score      int4 NOT NULL,
  tolerance_bp        int4 NOT NULL,
  unstable_pair_count int4 NOT NULL DEFAULT 0,
  correction_reason   text,
  computed_by         text NOT NULL,
  computed_date       date NOT NULL,
  published_by        text,
  published_date      date,
  UNIQUE (assessment_kind, assessment_year, version_number),
  -- One a year and kind (R184). Judged at the statement's end: a correction takes the place of what it corrects.
  CONSTRAINT assessment_one_published EXCLUDE USING btree (assessment_kind WITH =, assessment_year WITH =) WHERE (assessment_state = 'PUBLISHED')
    DEFERRABLE INITIALLY IMMEDIATE
);
CREATE TABLE assessment_subject (
  assessment_code text NOT NULL REFERENCES assessment,
  unit_id         text NOT NULL,
  unit_name       text NOT NULL,
  project_count   int4 NOT NULL,
  known_weight    int4 NOT NULL DEFAULT 0,
  points          int4, -- sum of weight * score; NULL: too little is known, not ranked
  rank_place      int4,
  best_place      int4,
  worst_place     int4,
  is_firm_above   bool NOT NULL DEFAULT false,
  PRIMARY KEY (assessment_code, unit_id)
);
-- The indicator as it was then, and what it came to.
CREATE TABLE assessment_score (
  assessment_code  text NOT NULL,
  unit_id          text NOT NULL,
  indicator_code   text NOT NULL,
  indicator_number int4 NOT NULL,
  indicator_name   text NOT NULL,
  figure           text NOT NULL,
  direction        text NOT NULL,
  weight           int4 NOT NULL,
  floor_bp         int4 NOT NULL,
  ceiling_bp       int4 NOT NULL,
  part_total       int8,
  whole_total      int8,
  value_bp         int4, -- NULL: nothing to measure
  score            int4 NOT NULL,
  row_count        int4 NOT NULL,
  PRIMARY KEY (assessment_code, unit_id, indicator_code),
  FOREIGN KEY (assessment_code, unit_id) REFERENCES assessment_subject
);
CREATE TABLE assessment_row (
  assessment_code text NOT NULL,
  unit_id         text NOT NULL,
  figure          text NOT NULL,
  row_number      int4 NOT NULL,
  project_code    text, -- NULL: about the unit itself
  row_key         text NOT NULL,
  part_amount     int8 NOT NULL,
  whole_amount    int8 NOT NULL,
  row_note        text NOT NULL,
  PRIMARY KEY (assessment_code, unit_id, figure, row_number)
);

CREATE TABLE incentive (
  incentive_code  text PRIMARY KEY,
  assessment_code text NOT NULL REFERENCES assessment,
  assessment_year int4 NOT NULL,
  unit_id         text NOT NULL,
  incentive_kind  text NOT NULL CHECK (incentive_kind IN ('COMMEND', 'FUND_TILT', 'SANCTION')),
  incentive_state text NOT NULL CHECK (incentive_state IN ('PROPOSED', 'APPROVED', 'REJECTED')),
  basis_score     int4, -- NULL: not ranked, a sanction resting on a finding
  finding_code    text,
  incentive_note  text NOT NULL,
  proposed_by     text NOT NULL,
  proposed_date   date NOT NULL,
  decided_by      text,
  decided_date    date,
  decision_reason text
);
CREATE INDEX incentive_of_assessment ON incentive (assessment_code, unit_id);
CREATE UNIQUE INDEX incentive_once ON incentive (assessment_code, unit_id, incentive_kind) WHERE incentive_state <> 'REJECTED';

CREATE FUNCTION assessment_policy_on(day date) RETURNS assessment_policy STABLE LANGUAGE sql AS
$$SELECT p FROM assessment_policy p WHERE p.valid_from_date <= day ORDER BY p.valid_from_date DESC LIMIT 1$$;

-- Whose project is whose in the year.
CREATE FUNCTION assessment_projects(kind text, first_day date, last_day date) RETURNS TABLE (unit_id text, project_code text) STABLE LANGUAGE sql AS
$$WITH work AS (
    SELECT p.project_code, p.bureau_unit_id FROM project p
    WHERE p.project_state NOT IN ('DRAFT', 'PRE_REVIEW', 'RETURNED', 'CANCELLED') AND coalesce(p.award_date, p.start_date, first_day) <= last_day
      AND coalesce(p.accept_date, 'infinity') >= first_day
  )
  SELECT w.bureau_unit_id, w.project_code FROM work w WHERE kind = 'BUREAUS' AND w.bureau_unit_id IS NOT NULL
  UNION
  SELECT y.unit_id, w.project_code FROM work w JOIN project_party y USING (project_code) WHERE kind = 'TOWNSHIPS' AND y.relation = 'TOWNSHIP'$$;

-- Those of the year: whoever has a project, and the bureaus of the mechanism or the townships without one.
CREATE FUNCTION assessment_units(kind text, first_day date, last_day date) RETURNS TABLE (unit_id text, project_count int4) STABLE LANGUAGE sql AS
$$SELECT s.unit_id, count(s.project_code)::int4 FROM (
    SELECT p.unit_id, p.project_code FROM assessment_projects(kind, first_day, last_day) p
    UNION ALL
    SELECT u.unit_id, NULL FROM unit u WHERE u.active
      AND CASE kind WHEN 'BUREAUS' THEN u.unit_kind = 'BUREAU' AND u.is_member ELSE u.unit_kind = 'TOWNSHIP' END) s
  GROUP BY s.unit_id$$;

-- Every row that a figure of a subject counts, from the year's first day to the last that counts: part of whole.
CREATE FUNCTION assessment_facts(kind text, first_day date, last_day date) RETURNS TABLE (unit_id text, figure text, project_code text, row_key text,
  part_amount int8, whole_amount int8, row_note text) STABLE LANGUAGE sql AS
$$WITH owned AS MATERIALIZED (SELECT * FROM assessment_projects(kind, first_day, last_day))
  SELECT o.unit_id, 'PAID_ON_TIME', o.project_code, s.sheet_code, CASE WHEN s.settled_date <= s.due_date THEN s.net_fen ELSE 0 END, s.net_fen,
    '应于' || s.due_date || '前发放，' || coalesce(s.settled_date || '发清', '尚未发清')
  FROM owned o JOIN sheet s USING (project_code)
  WHERE s.due_date BETWEEN first_day AND last_day AND s.sheet_state NOT IN ('VOID', 'REOPENED') AND s.net_fen > 0
  UNION ALL
  SELECT o.unit_id, 'RATIO_REACHED', o.project_code, 'ratio-' || c.check_number, (c.ratio_result = 'PASS')::int4::int8, 1::int8,
    '第' || c.check_number || '次核查：' || CASE c.ratio_result WHEN 'PASS' THEN '达标' ELSE '未达标' END
  FROM owned o CROSS JOIN LATERAL (SELECT * FROM ratio_check r WHERE r.project_code = o.project_code AND r.pay_basis = 'PAID'
    AND r.checked_date BETWEEN first_day AND last_day ORDER BY r.check_number DESC LIMIT 1) c
  WHERE c.ratio_result <> 'NOT_APPLICABLE'
  UNION ALL
  SELECT o.unit_id, 'LEDGERS_TRUE', o.project_code, 'ledger-' || c.check_number, (c.mismatch_count = 0)::int4::int8, 1::int8,
    '第' || c.check_number || '次核对：不符' || c.mismatch_count || '处'
  FROM owned o CROSS JOIN LATERAL (SELECT * FROM ledger_check l WHERE l.project_code = o.project_code
    AND l.checked_date BETWEEN first_day AND last_day ORDER BY l.check_number DESC LIMIT 1) c
  UNION ALL
  SELECT o.unit_id, 'INSPECTIONS_DONE', o.project_code, 'inspections', least(m.year_minimum_count, d.done)::int8, m.year_minimum_count::int8,
    '年内检查' || d.done || '次，至少' || m.year_minimum_count || '次'
  FROM owned o JOIN project p USING (project_code)
    CROSS JOIN LATERAL (SELECT count(*) AS done FROM inspection i WHERE i.project_code = o.project_code
      AND i.inspection_date BETWEEN first_day AND last_day) d
    CROSS JOIN (SELECT e.year_minimum_count FROM evaluation_policy e WHERE e.valid_from_date <= last_day ORDER BY e.valid_from_date DESC LIMIT 1) m
  WHERE p.start_date <= last_day AND m.year_minimum_count > 0
  UNION ALL
  SELECT o.unit_id, 'RECTIFIED_IN_TIME', o.project_code, f.finding_code, (f.verified_date IS NOT NULL AND f.verified_date <= f.due_date)::int4::int8, 1::int8,
    '整改期限' || f.due_date || '，' || coalesce(f.verified_date || '核验通过', '尚未核验通过')
  FROM owned o JOIN finding f USING (project_code) WHERE f.due_date BETWEEN first_day AND last_day
  UNION ALL
  SELECT o.unit_id, 'ANSWERED_IN_TIME', o.project_code, c.complaint_code, (d.done_date IS NOT NULL AND d.done_date <= c.due_date)::int4::int8, 1::int8,
    '答复期限' || c.due_date || '，' || coalesce(d.done_date || '答复', '尚未答复')
  FROM owned o JOIN complaint c USING (project_code)
    CROSS JOIN LATERAL (SELECT CASE WHEN c.appeal_reason IS NULL THEN c.answered_date ELSE c.closed_date END AS done_date) d
  WHERE c.due_date BETWEEN first_day AND last_day
  UNION ALL
  SELECT o.unit_id, 'REPORTS_FILED', o.project_code, m.month, (r.month IS NOT NULL)::int4::int8, 1::int8,
    m.month || '用工' || m.worker_count || '人，' || CASE WHEN r.month IS NULL THEN '无监理月报' ELSE '有监理月报' END
  FROM owned o JOIN sealed_month m USING (project_code) LEFT JOIN supervision_report r ON r.project_code = m.project_code AND r.month = m.month
  WHERE m.month >= to_char(first_day, 'YYYY-MM') AND m.month < to_char(last_day + 1, 'YYYY-MM')
  UNION ALL
  SELECT o.unit_id, 'VISITED', o.project_code, q.quarter, (v.visits > 0)::int4::int8, 1::int8, q.quarter || '联系' || v.visits || '次'
  FROM owned o JOIN project_list l ON l.project_code = o.project_code AND l.list_year = extract(year FROM first_day)
      AND l.list_state IN ('LISTED', 'ADJUSTED')
    CROSS JOIN LATERAL (SELECT extract(year FROM first_day)::int4 || 'Q' || n AS quarter FROM generate_series(1, 4) n) q
    CROSS JOIN LATERAL (SELECT count(*) AS visits FROM visit x WHERE x.project_code = o.project_code
      AND x.visit_date BETWEEN quarter_first(q.quarter) AND quarter_last(q.quarter)) v
  WHERE quarter_last(q.quarter) <= last_day
  UNION ALL
  SELECT u.unit_id, 'OUTREACH_REACHED', NULL, coalesce(e.outreach_code, 'outreach'), (e.outreach_code IS NOT NULL)::int4::int8, 1::int8,
    coalesce(e.outreach_date || e.outreach_title, '年内未参加宣讲培训')
  FROM assessment_units(kind, first_day, last_day) u LEFT JOIN LATERAL (
    SELECT h.outreach_code, h.outreach_date, h.outreach_title FROM outreach_unit r JOIN outreach h USING (outreach_code)
    WHERE r.unit_id = u.unit_id AND h.outreach_date BETWEEN first_day AND last_day ORDER BY h.outreach_date, h.outreach_code LIMIT 1) e ON true
  UNION ALL
  SELECT o.unit_id, 'SIGNALS_CONFIRMED', o.project_code, 'signals', count(g.signal_code), 1::int8,
    '查实' || count(g.signal_code) || '条' || coalesce('：' || string_agg(g.signal_code, ' ' ORDER BY g.signal_code), '')
  FROM owned o LEFT JOIN fraud_signal g ON g.project_code = o.project_code AND g.signal_state = 'CONFIRMED' AND g.decided_date BETWEEN first_day AND last_day
  GROUP BY o.unit_id, o.project_code$$;

-- Best first; those who are not ranked last.
CREATE FUNCTION assessment_subjects(code text) RETURNS json STABLE LANGUAGE sql AS
$$SELECT json_strip_nulls(coalesce(json_agg(json_build_object('unit_id', s.unit_id, 'unit_name', s.unit_name, 'total_score', s.points / 100,
    'rank_place', s.rank_place, 'best_place', s.best_place, 'worst_place', s.worst_place, 'known_weight', s.known_weight,
    'project_count', s.project_count, 'is_firm_above', s.is_firm_above) ORDER BY s.rank_place NULLS LAST, s.unit_id), '[]'))
  FROM assessment_subject s WHERE s.assessment_code = code$$;

-- Findings a subject answers for: its own, and those of its projects.
CREATE FUNCTION findings_of_unit(unit text, kind text) RETURNS SETOF finding STABLE LANGUAGE sql AS
$$SELECT f.* FROM finding f WHERE f.responsible_unit_id = unit
    OR (kind = 'BUREAUS' AND EXISTS (SELECT 1 FROM project p WHERE p.project_code = f.project_code AND p.bureau_unit_id = unit))
    OR (kind = 'TOWNSHIPS' AND EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = f.project_code AND y.unit_id = unit AND y.relation = 'TOWNSHIP'))$$;

-- What stands against an incentive, asked when it is proposed and again when it is decided.
CREATE FUNCTION incentive_problems(code text, unit text, incentive text, finding text, today date)
  RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS
$$WITH base AS (
    SELECT a.*, s.unit_id, s.points / 100 AS total_score FROM assessment a LEFT JOIN assessment_subject s ON s.assessment_code = a.assessment_code AND s.unit_id = unit
    WHERE a.assessment_code = code
  )
  SELECT 'ASSESSMENT_NOT_FOUND', 'assessment_code', code WHERE NOT EXISTS (SELECT 1 FROM base)
  UNION ALL SELECT 'ASSESSMENT_NOT_PUBLISHED', 'assessment_code', assessment_state FROM base WHERE assessment_state <> 'PUBLISHED'
  UNION ALL SELECT 'NOT_ASSESSED', 'unit_id', unit FROM base WHERE unit_id IS NULL
  UNION ALL SELECT 'FINDING_FOR_SANCTION', 'finding_code', finding FROM base WHERE incentive <> 'SANCTION' AND finding IS NOT NULL
  UNION ALL SELECT 'SCORE_TOO_LOW', 'unit_id', coalesce(total_score::text, '-') || ' < ' || commend_score FROM base
    WHERE incentive <> 'SANCTION' AND unit_id IS NOT NULL AND coalesce(total_score, -1) < commend_score
  UNION ALL SELECT 'SUBJECT_HAS_OVERDUE', 'unit_id', (SELECT string_agg(f.finding_code, ' ' ORDER BY f.finding_code)
      FROM findings_of_unit(unit, assessment_kind) f WHERE f.finding_state <> 'VERIFIED' AND f.due_date < today) FROM base
    WHERE incentive <> 'SANCTION' AND EXISTS (SELECT 1 FROM findings_of_unit(unit, assessment_kind) f WHERE f.finding_state <> 'VERIFIED' AND f.due_date < today)
  UNION ALL SELECT 'FINDING_NOT_OF_SUBJECT', 'finding_code', finding FROM base WHERE incentive = 'SANCTION' AND finding IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM findings_of_unit(unit, assessment_kind) f WHERE f.finding_code = finding)
  UNION ALL SELECT 'SANCTION_BASELESS', 'finding_code', coalesce(total_score::text, '-') || ' >= ' || sanction_score FROM base
    WHERE incentive = 'SANCTION' AND finding IS NULL AND unit_id IS NOT NULL AND coalesce(total_score, 10000) >= sanction_score$$;
