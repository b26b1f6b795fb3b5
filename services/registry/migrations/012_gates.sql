-- The gates: what keeps a project from its next step. The method that takes the step and the one that shows what blocks it ask the same
-- function; a row is one gap with its rule, its place and the figures that tell it.

-- Who clears a gap, and by which call.
CREATE TABLE gate_clearing (refusal text PRIMARY KEY, cleared_by text[] NOT NULL, clearing_method text NOT NULL);
INSERT INTO gate_clearing VALUES
  ('NO_POSTS', '{BUREAU,OWNER}', 'registry.AddTask'),
  ('TASK_OUTDATED', '{BUREAU,OWNER}', 'registry.AddTask'),
  ('TASK_CONSENT_MISSING', '{BUREAU,OFFICE}', 'registry.DecideTaskWaiver'),
  ('EFFECT_MISSING', '{BUREAU}', 'registry.ChangeProject'),
  ('PARTNER_MISSING', '{BUREAU}', 'registry.ChangeProject'),
  ('PRE_REVIEW_NOT_PASSED', '{BUREAU,OFFICE}', 'registry.DecidePreReview'),
  ('NATIONAL_CODE_MISSING', '{BUREAU}', 'registry.SetNationalCode'),
  ('PARTY_MISSING', '{BUREAU}', 'registry.SetParties'),
  ('NOT_LISTED', '{BUREAU,OFFICE}', 'registry.DecideListEntry'),
  ('OWNER_KIND', '{BUREAU}', 'registry.SetParties'),
  ('CARRIER_KIND', '{OFFICE}', 'registry.ChangeUnit'),
  ('TOWNSHIP_CONTACT_MISSING', '{BUREAU}', 'registry.SetParties'),
  ('FUNDS_NOT_IN_PLACE', '{BUREAU,OFFICE}', 'registry.AllocateFund'),
  ('FUNDS_SHORT', '{BUREAU,OFFICE}', 'registry.SetFundLine'),
  ('CLAUSES_MISSING', '{BUREAU,OWNER}', 'registry.AddClauses'),
  ('LABOUR_CYCLE_TOO_LONG', '{BUREAU,OWNER}', 'registry.AddClauses'),
  ('RATIO_BELOW', '{BUREAU,OWNER}', 'evaluation.CheckRatio'),
  ('WAGES_OVERDUE', '{OWNER,CONTRACTOR}', 'payroll.OrderPayment'),
  ('WAGES_OWED', '{OWNER,CONTRACTOR}', 'payroll.OrderPayment'),
  ('RECTIFICATION_OVERDUE', '{OWNER,CONTRACTOR}', 'evaluation.SubmitRectification'),
  ('FINDING_OPEN', '{OWNER,CONTRACTOR}', 'evaluation.SubmitRectification'),
  ('EVALUATION_MISSING', '{BUREAU,OFFICE}', 'evaluation.EvaluateProject'),
  ('INCIDENT_OPEN', '{BUREAU,OFFICE}', 'registry.CloseIncident'),
  ('NOTICE_MISSING', '{OWNER,CONTRACTOR,BUREAU}', 'registry.PublishNotice'),
  ('SIGN_MISSING', '{OWNER,CONTRACTOR,BUREAU}', 'registry.PublishNotice');

-- R058, R059, R037, R077: what the papers must say before they are examined.
CREATE FUNCTION gate_pre_review(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'NO_POSTS', 'project_code', NULL FROM project p WHERE p.project_code = code
    AND coalesce((SELECT sum(t.offered_posts) FROM project_task t WHERE t.project_code = code), 0) < 1
  UNION ALL
  SELECT 'TASK_OUTDATED', 'project_code', format('%s: %s < %s', t.task_number, t.catalogue_version, c.version)
  FROM project_task t JOIN project p USING (project_code), LATERAL (SELECT catalogue_in_force(day, p.division_code) AS version) c
  WHERE t.project_code = code AND t.catalogue_version <> c.version
  UNION ALL
  SELECT 'TASK_CONSENT_MISSING', 'project_code', t.number::text FROM unconsented_tasks(code) t (number)
  UNION ALL
  SELECT 'EFFECT_MISSING', e.name, NULL FROM project p,
    LATERAL (VALUES ('planned_workers', p.planned_workers::int8), ('planned_pay_fen', p.planned_pay_fen),
      ('planned_trainees', p.planned_trainees::int8)) e (name, value)
  WHERE p.project_code = code AND coalesce(e.value, 0) <= 0
  UNION ALL
  SELECT 'PARTNER_MISSING', 'partner_unit_id', p.parent_project_code FROM project p
  WHERE p.project_code = code AND p.parent_project_code IS NOT NULL AND (p.partner_unit_id IS NULL OR p.subproject_kind IS NULL)
$$;

-- R044, R056 and the national code, applied for before the first approval (facts D.8).
CREATE FUNCTION gate_approval(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'PRE_REVIEW_NOT_PASSED', 'project_code', coalesce(r.review_state, p.investment_kind)
  FROM project p LEFT JOIN LATERAL (SELECT v.review_state FROM pre_review v WHERE v.project_code = code ORDER BY v.review_number DESC LIMIT 1) r ON true
  WHERE p.project_code = code AND NOT (p.project_state = 'DRAFT' AND p.investment_kind <> 'GOVERNMENT') AND r.review_state IS DISTINCT FROM 'PASSED'
  UNION ALL
  SELECT 'TASK_CONSENT_MISSING', 'project_code', t.number::text FROM unconsented_tasks(code) t (number)
  UNION ALL
  SELECT 'NATIONAL_CODE_MISSING', 'project_code', NULL FROM project p WHERE p.project_code = code AND p.national_project_code IS NULL
$$;

-- R068..R070, R162: who may award to whom; flexible award is for the county's 农推 list of that day.
CREATE FUNCTION gate_award(code text, mode text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'PARTY_MISSING', 'project_code', r.relation FROM project p, unnest(ARRAY['OWNER', 'CONTRACTOR']) r (relation)
  WHERE p.project_code = code AND NOT EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = code AND y.relation = r.relation)
  UNION ALL
  SELECT 'NOT_LISTED', 'procurement_mode', day::text FROM project p
  WHERE p.project_code = code AND mode = 'NON_TENDER' AND NOT is_listed(code, 'NONGTUI', day)
  UNION ALL
  SELECT 'OWNER_KIND', 'procurement_mode', y.unit_id || ' ' || u.unit_kind FROM project_party y JOIN unit u USING (unit_id)
  WHERE y.project_code = code AND mode = 'NON_TENDER' AND y.relation = 'OWNER'
    AND u.unit_kind NOT IN ('TOWNSHIP', 'VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE', 'OTHER_UNIT')
  UNION ALL
  SELECT 'CARRIER_KIND', 'procurement_mode', y.unit_id FROM project_party y JOIN unit u USING (unit_id)
  WHERE y.project_code = code AND mode = 'NON_TENDER' AND y.relation = 'CONTRACTOR' AND u.carrier_kind IS NULL
$$;

-- R062, R074, R162, R163, R169, Reg. 724 art. 23 and 24: parties complete, money in place, key texts bear their clauses.
CREATE FUNCTION gate_start(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'PARTY_MISSING', 'project_code', r.relation FROM project p, unnest(ARRAY['BUREAU', 'OWNER', 'CONTRACTOR', 'SUPERVISOR', 'TOWNSHIP']) r (relation)
  WHERE p.project_code = code AND NOT EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = code AND y.relation = r.relation)
  UNION ALL
  SELECT 'TOWNSHIP_CONTACT_MISSING', 'project_code', y.unit_id FROM project_party y
  WHERE y.project_code = code AND y.relation = 'TOWNSHIP' AND y.person_name IS NULL
  UNION ALL
  SELECT 'FUNDS_NOT_IN_PLACE', 'project_code', '0' FROM project p
  WHERE p.project_code = code AND NOT EXISTS (SELECT 1 FROM fund_line l WHERE l.project_code = code AND l.allocated_fen > 0)
  UNION ALL
  SELECT 'FUNDS_SHORT', 'project_code', format('%s < %s', f.approved, a.contract_fen) FROM project_award a,
    LATERAL (SELECT coalesce(sum(l.approved_fen), 0)::int8 AS approved FROM fund_line l WHERE l.project_code = code) f
  WHERE a.project_code = code AND f.approved < a.contract_fen
  UNION ALL
  SELECT 'CLAUSES_MISSING', 'project_code', (m ->> 'document_name') || ' ' || (m ->> 'clause') FROM project_award a,
    LATERAL json_array_elements(missing_clauses(a.notice_clauses, a.contract_clauses, a.supervision_clauses)) m WHERE a.project_code = code
  UNION ALL
  SELECT 'LABOUR_CYCLE_TOO_LONG', 'project_code', format('%s > %s', a.labour_cycle_days, parameter_on('labour_cycle_days', p.division_code, day))
  FROM project_award a JOIN project p USING (project_code)
  WHERE a.project_code = code AND a.labour_cycle_days > parameter_on('labour_cycle_days', p.division_code, day)
$$;

-- What is owed to workers: sheets not paid in full; with overdue_only those whose day has passed.
CREATE FUNCTION owed_wages(code text, rule text, day date, overdue_only bool)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT rule, 'project_code', format('%s %s %s: %s < %s', s.sheet_code, s.month, s.due_date, s.paid_fen, s.net_fen) FROM followed_sheet s
  WHERE s.project_code = code AND s.sheet_state <> 'VOID' AND s.paid_fen < s.net_fen AND (NOT overdue_only OR s.due_date < day)
$$;

-- Conditions that hold back any money, whatever the amount: arrears, overdue rectification, too little labour pay. Planned pay must reach its
-- floor; paid pay must keep pace: at half the works it must have reached half of the floor.
CREATE FUNCTION gate_money(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT * FROM owed_wages(code, 'WAGES_OVERDUE', day, true)
  UNION ALL
  SELECT 'RECTIFICATION_OVERDUE', 'project_code', concat_ws(' ', f.finding_code, f.finding_kind, f.due_date::text) FROM followed_finding f
  WHERE f.project_code = code AND f.finding_state <> 'VERIFIED' AND f.due_date < day
  UNION ALL
  SELECT 'RATIO_BELOW', 'project_code', format('%s: %s / %s < %s bp', r.pay_basis, r.pay_fen, r.base_fen, needed.bp)
  FROM followed_ratio r,
    LATERAL (SELECT CASE WHEN r.pay_basis = 'PAID' THEN (r.floor_bp::int8 * progress_by(code, day) / 10000)::int4 ELSE r.floor_bp END AS bp) needed
  WHERE r.project_code = code AND r.ratio_result = 'BELOW' AND r.pay_fen * 10000 < r.base_fen * needed.bp
$$;

-- A draw-down: within what is approved, not ahead of the progress that was reported, and nothing of gate_money in the way. The application
-- itself is not counted among those under way.
CREATE FUNCTION gate_draw_down(code text, fund text, application text, wanted_fen int8, claimed_bp int4, day date)
RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  WITH line AS (
    SELECT l.approved_fen, l.allocated_fen + coalesce((SELECT sum(d.applied_fen) FROM draw_down d WHERE d.project_code = code AND d.fund_code = fund
             AND d.draw_down_state IN ('APPLIED', 'APPROVED') AND d.application_code <> application), 0)::int8 AS spoken_for,
           least(10000, claimed_bp + parameter_on('draw_down_advance_bp', p.division_code, day)) AS reach_bp, progress_by(code, day) AS reported_bp
    FROM fund_line l JOIN project p USING (project_code) WHERE l.project_code = code AND l.fund_code = fund
  )
  SELECT 'OVER_ALLOCATED', 'applied_fen', format('%s + %s > %s', l.spoken_for, wanted_fen, l.approved_fen) FROM line l
  WHERE l.spoken_for + wanted_fen > l.approved_fen
  UNION ALL
  SELECT 'PROGRESS_NOT_REPORTED', 'progress_bp', format('%s > %s', claimed_bp, l.reported_bp) FROM line l WHERE claimed_bp > l.reported_bp
  UNION ALL
  SELECT 'PROGRESS_TOO_LOW', 'applied_fen', format('%s + %s > %s × %s bp', l.spoken_for, wanted_fen, l.approved_fen, l.reach_bp) FROM line l
  WHERE (l.spoken_for + wanted_fen) * 10000::numeric > l.approved_fen * l.reach_bp::numeric
  UNION ALL
  SELECT * FROM gate_money(code, day)
$$;

-- Given up after the works began: nobody who worked may be left unpaid.
CREATE FUNCTION gate_cancellation(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT * FROM owed_wages(code, 'WAGES_OWED', day, false)
$$;

-- R172, R173: every stage has its notice, and the permanent sign is up.
CREATE FUNCTION gate_publicity(code text, stages text[], sign bool) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'NOTICE_MISSING', 'project_code', n.stage FROM project p, unnest(stages) n (stage)
  WHERE p.project_code = code AND NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = code AND x.notice_stage = n.stage)
  UNION ALL
  SELECT 'SIGN_MISSING', 'project_code', NULL FROM project p
  WHERE p.project_code = code AND sign AND NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = code AND x.notice_kind = 'PERMANENT_SIGN')
$$;

-- R075, R158, R165, R176: safety, findings put right, the evaluation made; publicity as the district has it.
CREATE FUNCTION gate_acceptance(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'INCIDENT_OPEN', 'project_code', i.incident_code FROM safety_incident i WHERE i.project_code = code AND i.closed_date IS NULL
  UNION ALL
  SELECT 'FINDING_OPEN', 'project_code', concat_ws(' ', f.finding_code, f.finding_kind, f.finding_state) FROM followed_finding f
  WHERE f.project_code = code AND f.finding_state <> 'VERIFIED'
  UNION ALL
  SELECT 'EVALUATION_MISSING', 'project_code', NULL FROM project p
  WHERE p.project_code = code AND NOT EXISTS (SELECT 1 FROM followed_evaluation e WHERE e.project_code = code)
  UNION ALL
  SELECT g.* FROM project p, LATERAL (SELECT parameter_on('notices_before_acceptance', p.division_code, day) = 1 AS whole) o,
    LATERAL gate_publicity(code, CASE WHEN o.whole THEN ARRAY['AWARD', 'CONSTRUCTION', 'COMPLETED'] ELSE ARRAY['AWARD', 'CONSTRUCTION'] END, o.whole) g
  WHERE p.project_code = code
$$;

CREATE FUNCTION gate_closing(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT * FROM gate_publicity(code, ARRAY['AWARD', 'CONSTRUCTION', 'COMPLETED'], true)
  UNION ALL
  SELECT * FROM owed_wages(code, 'WAGES_OWED', day, false)
$$;

-- Every gate that stands before the project now, each gap with its gate. AwardProject stands twice: by tender and without.
CREATE FUNCTION project_gates(code text, day date)
RETURNS TABLE (method text, procurement_mode text, refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  WITH open_method AS MATERIALIZED (
    SELECT DISTINCT t.method FROM state_transition t, project p WHERE p.project_code = code AND t.machine = 'project' AND t.from_state = p.project_state
  )
  SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_pre_review(code, day) g WHERE o.method = 'SubmitPreReview'
  UNION ALL SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_approval(code, day) g WHERE o.method = 'ApproveProject'
  UNION ALL SELECT o.method, m.mode, g.* FROM open_method o, (VALUES ('TENDER'), ('NON_TENDER')) m (mode), LATERAL gate_award(code, m.mode, day) g
    WHERE o.method = 'AwardProject'
  UNION ALL SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_start(code, day) g WHERE o.method = 'StartProject'
  UNION ALL SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_money(code, day) g WHERE o.method = 'ApplyDrawDown'
  UNION ALL SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_cancellation(code, day) g WHERE o.method = 'CancelProject'
  UNION ALL SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_acceptance(code, day) g WHERE o.method = 'AcceptProject'
  UNION ALL SELECT o.method, NULL, g.* FROM open_method o, LATERAL gate_closing(code, day) g WHERE o.method = 'CloseProject'
$$;
