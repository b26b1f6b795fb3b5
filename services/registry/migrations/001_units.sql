-- Units, their membership of the coordination mechanism, people, policy tasks, dated parameters.

CREATE TABLE unit (
  unit_id text PRIMARY KEY,
  unit_name text NOT NULL,
  short_name text NOT NULL,
  unit_kind text NOT NULL CHECK (unit_kind IN ('BUREAU', 'PLATFORM_COMPANY', 'TOWNSHIP', 'OWNER_COMPANY', 'CONTRACTOR_COMPANY',
    'SUPERVISION_COMPANY', 'VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE', 'LABOUR_ORGANISATION', 'BANK', 'PARTY_ORGAN', 'UPPER_OFFICE',
    'AUDIT_BODY', 'OTHER_UNIT')),
  carrier_kind text CHECK (carrier_kind IN ('RURAL_CONSTRUCTION_COMPANY', 'LABOUR_COMPANY', 'VILLAGE_LABOUR_COOPERATIVE',
    'VILLAGE_LABOUR_COMPANY', 'PROJECT_COUNCIL')),
  uscc text CONSTRAINT unit_uscc_key UNIQUE,
  division_code text,
  hosted bool NOT NULL,
  at_risk bool NOT NULL,
  active bool NOT NULL
);

-- A spell ends, it is never deleted (R007).
CREATE TABLE unit_membership (
  unit_id text NOT NULL REFERENCES unit,
  valid_from date NOT NULL,
  valid_to date CHECK (valid_to >= valid_from),
  notice_no text,
  notice_date date,
  end_notice_no text,
  end_notice_date date,
  PRIMARY KEY (unit_id, valid_from)
);
CREATE UNIQUE INDEX unit_membership_open ON unit_membership (unit_id) WHERE valid_to IS NULL;

CREATE TABLE unit_person (
  unit_id text NOT NULL REFERENCES unit,
  person_role text NOT NULL CHECK (person_role IN ('CONVENOR', 'MEMBER', 'WORKGROUP', 'CONTACT_PERSON')),
  person_name text NOT NULL,
  valid_from date NOT NULL,
  valid_to date CHECK (valid_to >= valid_from),
  title text,
  section_name text,
  phone text,
  PRIMARY KEY (unit_id, person_role, person_name, valid_from)
);
-- One convenor at a time (R003).
CREATE UNIQUE INDEX unit_person_convenor ON unit_person ((person_role)) WHERE person_role = 'CONVENOR' AND valid_to IS NULL;

CREATE TABLE mechanism (
  division_code text PRIMARY KEY,
  mechanism_name text NOT NULL,
  lead_unit_ids text[] NOT NULL CHECK (cardinality(lead_unit_ids) >= 1),
  leader_name text NOT NULL,
  agenda_note text,
  functions text[] NOT NULL,
  established_date date NOT NULL
);

CREATE TABLE policy_task (
  task_code text PRIMARY KEY,
  task_name text NOT NULL,
  basis_note text
);
CREATE TABLE task_assignment (
  task_code text NOT NULL REFERENCES policy_task,
  unit_id text NOT NULL REFERENCES unit,
  PRIMARY KEY (task_code, unit_id)
);

CREATE TABLE policy_parameter (
  parameter_name text NOT NULL,
  division_prefix text NOT NULL,
  valid_from date NOT NULL,
  parameter_value int8 NOT NULL,
  basis_note text,
  PRIMARY KEY (parameter_name, division_prefix, valid_from)
);
INSERT INTO policy_parameter VALUES
  ('publicity_days', '', '2000-01-01', 7, 'local rules: a week at least'),
  ('labour_cycle_days', '', '2020-05-01', 31, 'Reg. 724 art. 24: at most a month');

CREATE FUNCTION parameter_on(wanted_name text, division text, day date) RETURNS int8 STABLE LANGUAGE sql AS $$
  SELECT p.parameter_value FROM policy_parameter p
  WHERE p.parameter_name = wanted_name AND p.valid_from <= day AND starts_with(coalesce(division, ''), p.division_prefix)
  ORDER BY length(p.division_prefix) DESC, p.valid_from DESC LIMIT 1
$$;

-- The level that the significant digits of a division code name (R017, GB/T 2260 and GB/T 10114).
CREATE FUNCTION admin_level_of(division text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN coalesce(division, '') = '' THEN NULL
              WHEN substr(rpad(division, 12, '0'), 10, 3) <> '000' THEN 'VILLAGE'
              WHEN substr(rpad(division, 12, '0'), 7, 3) <> '000' THEN 'TOWNSHIP'
              WHEN substr(division, 5, 2) <> '00' THEN 'COUNTY'
              WHEN substr(division, 3, 2) <> '00' THEN 'CITY'
              ELSE 'PROVINCE' END
$$;

-- Whether a state admits a method: states.def is the table's source.
CREATE FUNCTION may(machine_name text, state text, method_name text) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = machine_name AND t.from_state = state AND t.method = method_name)
$$;
