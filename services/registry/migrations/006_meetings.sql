-- Meetings of a mechanism, what they agreed on with the history of each item, and major matters (R008..R012).

CREATE TABLE meeting_proposal (
  proposal_code text CONSTRAINT meeting_proposal_pkey PRIMARY KEY,
  division_code text NOT NULL REFERENCES mechanism,
  unit_id text NOT NULL REFERENCES unit,
  meeting_title text NOT NULL,
  proposal_reason text NOT NULL,
  wanted_by_date date,
  proposal_state text NOT NULL CHECK (proposal_state IN ('OPEN', 'ACCEPTED', 'DECLINED')),
  proposed_by text NOT NULL,
  proposed_date date NOT NULL,
  decided_by text,
  decision_note text
);

CREATE TABLE meeting (
  meeting_code text CONSTRAINT meeting_pkey PRIMARY KEY,
  division_code text NOT NULL REFERENCES mechanism,
  meeting_kind text NOT NULL CHECK (meeting_kind IN ('REGULAR', 'AD_HOC')),
  called_as text NOT NULL CHECK (called_as IN ('CONVENOR', 'OFFICE')),
  meeting_title text NOT NULL,
  planned_date date NOT NULL,
  place_name text,
  agenda_note text,
  proposal_code text CONSTRAINT meeting_proposal_code_key UNIQUE REFERENCES meeting_proposal,
  meeting_state text NOT NULL CHECK (meeting_state IN ('CALLED', 'HELD', 'CALLED_OFF')),
  called_by text NOT NULL,
  held_date date,
  minutes_note text,
  minutes_digest bytea CHECK (length(minutes_digest) = 32),
  call_off_reason text
);
CREATE TABLE meeting_attendee (
  meeting_code text NOT NULL REFERENCES meeting,
  attendee_number int4 NOT NULL,
  attendee_kind text NOT NULL CHECK (attendee_kind IN ('MEMBER', 'INVITED_UNIT', 'EXPERT')),
  unit_id text REFERENCES unit,
  unit_name text,
  person_name text,
  attended bool,
  PRIMARY KEY (meeting_code, attendee_number)
);
CREATE INDEX meeting_attendee_by_unit ON meeting_attendee (unit_id, meeting_code);

CREATE TABLE agreed_item (
  item_code text CONSTRAINT agreed_item_pkey PRIMARY KEY,
  meeting_code text NOT NULL REFERENCES meeting,
  item_note text NOT NULL,
  owner_unit_id text NOT NULL REFERENCES unit,
  due_date date NOT NULL,
  item_state text NOT NULL CHECK (item_state IN ('OPEN', 'IN_PROGRESS', 'REPORTED_DONE', 'DONE', 'DROPPED')),
  done_date date,
  last_step int4 NOT NULL
);
CREATE INDEX agreed_item_by_owner ON agreed_item (owner_unit_id, item_code);
CREATE INDEX agreed_item_by_meeting ON agreed_item (meeting_code, item_code);
-- Every state, owner and due day an item has had.
CREATE TABLE agreed_item_step (
  item_code text NOT NULL REFERENCES agreed_item,
  step_number int4 NOT NULL,
  item_state text NOT NULL,
  owner_unit_id text NOT NULL,
  due_date date NOT NULL,
  step_note text,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  made_date date NOT NULL,
  PRIMARY KEY (item_code, step_number)
);

CREATE TABLE major_matter (
  matter_code text CONSTRAINT major_matter_pkey PRIMARY KEY,
  division_code text NOT NULL REFERENCES mechanism,
  unit_id text NOT NULL,
  matter_date date NOT NULL,
  matter_title text NOT NULL,
  matter_note text NOT NULL,
  about_project_code text REFERENCES project,
  report_due_date date NOT NULL,
  added_by text NOT NULL
);
CREATE INDEX major_matter_by_unit ON major_matter (unit_id, matter_code);
CREATE TABLE matter_report (
  matter_code text NOT NULL REFERENCES major_matter,
  report_number int4 NOT NULL,
  reported_to_name text NOT NULL,
  document_no text,
  report_note text,
  reported_by text NOT NULL,
  reported_at timestamptz NOT NULL,
  reported_date date NOT NULL,
  PRIMARY KEY (matter_code, report_number)
);
INSERT INTO policy_parameter VALUES
  ('major_matter_report_days', '', '2000-01-01', 3, 'R012 asks for promptness and names no days; these are ours');

-- Who keeps a mechanism's meetings and items: the office, or a unit that leads that mechanism (a township leads its own).
CREATE FUNCTION keeps_mechanism(division text, unit text, sees_all bool) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT sees_all OR EXISTS (SELECT 1 FROM mechanism m WHERE m.division_code = division AND unit = ANY (m.lead_unit_ids))
$$;
-- Who belongs to a mechanism on a day: its leads, and above the townships the dated members.
CREATE FUNCTION belongs_to_mechanism(division text, unit text, day date) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM mechanism m WHERE m.division_code = division AND unit = ANY (m.lead_unit_ids))
    OR (admin_level_of(division) NOT IN ('TOWNSHIP', 'VILLAGE')
        AND EXISTS (SELECT 1 FROM unit_membership s WHERE s.unit_id = unit AND s.valid_from <= day AND (s.valid_to IS NULL OR day < s.valid_to)))
$$;
-- Whether a state may become another by a method: states.def is the table's source.
CREATE FUNCTION may_become(machine_name text, state text, next_state text, method_name text) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM state_transition t
                 WHERE (t.machine, t.from_state, t.to_state, t.method) = (machine_name, state, next_state, method_name))
$$;
