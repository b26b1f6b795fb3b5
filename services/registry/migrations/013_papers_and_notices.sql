-- Papers by digest, what a rights board shows, objections to notices, and when progress is due.

CREATE TABLE paper (
  project_code text NOT NULL REFERENCES project,
  paper_code text NOT NULL,
  paper_kind text NOT NULL,
  paper_title text NOT NULL,
  media_type text NOT NULL,
  size_bytes int8 NOT NULL CHECK (size_bytes > 0),
  paper_digest bytea NOT NULL CHECK (length(paper_digest) = 32),
  page_count int4 CHECK (page_count > 0),
  paper_date date,
  states_requirement bool NOT NULL,
  version_number int4 NOT NULL,
  replaces_code text,
  added_by text NOT NULL,
  added_by_unit text NOT NULL,
  added_at timestamptz NOT NULL,
  CONSTRAINT paper_pkey PRIMARY KEY (project_code, paper_code),
  CONSTRAINT paper_same_file UNIQUE (project_code, paper_digest),
  CONSTRAINT paper_replaced_once UNIQUE (project_code, replaces_code),
  FOREIGN KEY (project_code, replaces_code) REFERENCES paper
);
CREATE INDEX paper_by_digest ON paper (paper_digest, project_code);
CREATE INDEX paper_by_kind ON paper (paper_kind, project_code, paper_code);
CREATE TABLE paper_limit (
  media_type text NOT NULL,
  valid_from date NOT NULL,
  largest_bytes int8 NOT NULL CHECK (largest_bytes >= 0),
  basis_note text,
  PRIMARY KEY (media_type, valid_from)
);
INSERT INTO paper_limit VALUES
  ('application/pdf', '2000-01-01', 209715200, 'scanned papers of some hundred pages'),
  ('application/ofd', '2000-01-01', 209715200, 'GB/T 33190-2016, the offices'' own layout format'),
  ('image/jpeg', '2000-01-01', 20971520, 'photos of the site'),
  ('image/png', '2000-01-01', 20971520, 'photos of the site'),
  ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', '2000-01-01', 52428800, 'word processing'),
  ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '2000-01-01', 52428800, 'ledgers');
CREATE FUNCTION largest_paper(media text, day date) RETURNS int8 STABLE LANGUAGE sql AS $$
  SELECT l.largest_bytes FROM paper_limit l WHERE l.media_type = media AND l.valid_from <= day ORDER BY l.valid_from DESC LIMIT 1
$$;
ALTER TABLE review_document ADD states_requirement bool NOT NULL DEFAULT false;

ALTER TABLE notice
  ADD replaces_notice_code text,
  ADD published_by text,
  ADD CONSTRAINT notice_replaced_once UNIQUE (project_code, replaces_notice_code);
CREATE TABLE notice_rights_board (
  project_code text NOT NULL,
  notice_code text NOT NULL,
  owner_name text NOT NULL,
  general_contractor_name text NOT NULL,
  project_department_name text NOT NULL,
  subcontractor_name text,
  competent_bureau_name text NOT NULL,
  labour_officer_name text NOT NULL,
  minimum_wage_fen int8 NOT NULL CHECK (minimum_wage_fen > 0),
  pay_date_note text NOT NULL,
  bureau_hotline text NOT NULL,
  inspection_hotline text NOT NULL,
  arbitration_note text NOT NULL,
  legal_aid_note text NOT NULL,
  legal_service_hotline text NOT NULL,
  PRIMARY KEY (project_code, notice_code),
  FOREIGN KEY (project_code, notice_code) REFERENCES notice
);
CREATE TABLE notice_objection (
  project_code text NOT NULL,
  notice_code text NOT NULL,
  objection_number int4 NOT NULL,
  line_note text,                  -- NULL: the notice as a whole
  objection_reason text NOT NULL,
  objector_name text,
  objector_phone text,
  raised_by text NOT NULL,
  raised_date date NOT NULL,
  objection_state text NOT NULL CHECK (objection_state IN ('OPEN', 'UPHELD', 'DISMISSED')),
  resolved_by text,
  resolved_date date,
  resolution_reason text,
  PRIMARY KEY (project_code, notice_code, objection_number),
  FOREIGN KEY (project_code, notice_code) REFERENCES notice
);
CREATE INDEX notice_objection_open ON notice_objection (project_code) WHERE objection_state = 'OPEN';

-- What of a notice is held: objections not answered yet, and those upheld, until another notice takes this one's place. A NULL line is the
-- whole notice.
CREATE FUNCTION held_lines(code text, notice text) RETURNS TABLE (line_note text) STABLE LANGUAGE sql AS $$
  SELECT DISTINCT o.line_note FROM notice_objection o WHERE o.project_code = code AND o.notice_code = notice
    AND o.objection_state IN ('OPEN', 'UPHELD')
$$;
-- Whether a notice may be relied on, but for single lines.
CREATE FUNCTION notice_stands(code text, notice_wanted text) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT NOT EXISTS (SELECT 1 FROM notice n WHERE n.project_code = code AND n.replaces_notice_code = notice_wanted)
     AND NOT EXISTS (SELECT 1 FROM held_lines(code, notice_wanted) h WHERE h.line_note IS NULL)
$$;

INSERT INTO policy_parameter VALUES
  ('progress_due_days', '', '2000-01-01', 5, 'a month''s progress is reported within this many days of its end');

INSERT INTO gate_clearing VALUES
  ('REQUIREMENT_NOT_STATED', '{OWNER,BUREAU}', 'registry.AddPaper'),
  ('NOTICE_HELD', '{BUREAU,OFFICE}', 'registry.ResolveNoticeObjection'),
  ('OBJECTION_OPEN', '{BUREAU,OFFICE}', 'registry.ResolveNoticeObjection'),
  ('BOARD_MISSING', '{OWNER,CONTRACTOR,BUREAU}', 'registry.PublishNotice');

-- R062: the report and the design that were examined state the work-relief requirement, or a paper entered since does so for them.
CREATE FUNCTION gate_papers(code text) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT 'REQUIREMENT_NOT_STATED', 'project_code', d.document_kind || ' ' || d.document_title
  FROM project_approval a JOIN review_document d USING (project_code, review_number)
  WHERE a.project_code = code AND d.document_kind IN ('FSR', 'FUND_APPLICATION', 'PRELIM_DESIGN', 'WORKING_DRAWING') AND NOT d.states_requirement
    AND NOT EXISTS (SELECT 1 FROM paper p WHERE p.project_code = code AND p.paper_kind = d.document_kind AND p.states_requirement
                    AND NOT EXISTS (SELECT 1 FROM paper n WHERE n.project_code = code AND n.replaces_code = p.paper_code))
$$;

CREATE OR REPLACE FUNCTION gate_start(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
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
  UNION ALL
  SELECT * FROM gate_papers(code)
  UNION ALL
  SELECT 'NOTICE_HELD', 'project_code', n.notice_code FROM notice n
  WHERE n.project_code = code AND n.notice_stage = 'AWARD' AND EXISTS (SELECT 1 FROM held_lines(code, n.notice_code) h WHERE h.line_note IS NULL)
    AND NOT EXISTS (SELECT 1 FROM notice r WHERE r.project_code = code AND r.replaces_notice_code = n.notice_code)
$$;

-- R172, R173, Reg. 724 art. 34: every stage has a notice that stands, the rights board hangs, and the permanent sign is up.
CREATE OR REPLACE FUNCTION gate_publicity(code text, stages text[], sign bool) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text)
STABLE LANGUAGE sql AS $$
  SELECT 'NOTICE_MISSING', 'project_code', n.stage FROM project p, unnest(stages) n (stage)
  WHERE p.project_code = code
    AND NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = code AND x.notice_stage = n.stage AND notice_stands(code, x.notice_code))
  UNION ALL
  SELECT 'BOARD_MISSING', 'project_code', NULL FROM project p WHERE p.project_code = code
    AND NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = code AND x.notice_kind = 'RIGHTS_BOARD' AND notice_stands(code, x.notice_code))
  UNION ALL
  SELECT 'SIGN_MISSING', 'project_code', NULL FROM project p WHERE p.project_code = code AND sign
    AND NOT EXISTS (SELECT 1 FROM notice x WHERE x.project_code = code AND x.notice_kind = 'PERMANENT_SIGN' AND notice_stands(code, x.notice_code))
$$;

CREATE OR REPLACE FUNCTION gate_closing(code text, day date) RETURNS TABLE (refusal text, refusal_path text, refusal_detail text) STABLE LANGUAGE sql AS $$
  SELECT * FROM gate_publicity(code, ARRAY['AWARD', 'CONSTRUCTION', 'COMPLETED'], true)
  UNION ALL
  SELECT 'OBJECTION_OPEN', 'project_code', concat_ws(' ', o.notice_code, o.objection_number::text, o.line_note) FROM notice_objection o
  WHERE o.project_code = code AND o.objection_state = 'OPEN'
  UNION ALL
  SELECT * FROM owed_wages(code, 'WAGES_OWED', day, false)
$$;
