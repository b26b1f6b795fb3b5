-- Yearly lists: one entry a project and year (R047), and its dated history (R049).

CREATE TABLE list_entry (
  project_code text NOT NULL REFERENCES project,
  list_year int4 NOT NULL,
  list_kind text NOT NULL CHECK (list_kind IN ('ZHONGTUI', 'NONGTUI', 'MODE_ADOPTED')),
  list_level text NOT NULL CHECK (list_level IN ('NATIONAL', 'PROVINCIAL', 'CITY', 'DISTRICT')),
  list_state text NOT NULL CHECK (list_state IN ('PROPOSED', 'LISTED', 'ADJUSTED', 'REMOVED')),
  plan_note text NOT NULL,
  expected_workers int4 NOT NULL CHECK (expected_workers > 0),
  entry_source text NOT NULL,
  bank_code text,
  proposed_by text NOT NULL,
  CONSTRAINT list_entry_pkey PRIMARY KEY (project_code, list_year),
  CONSTRAINT list_entry_nongtui_is_county CHECK (list_kind <> 'NONGTUI' OR list_level = 'DISTRICT')
);
CREATE INDEX list_entry_by_year ON list_entry (list_year, project_code);
CREATE TABLE list_entry_spell (
  project_code text NOT NULL,
  list_year int4 NOT NULL,
  spell_number int4 NOT NULL,
  list_kind text NOT NULL,
  list_level text NOT NULL,
  list_state text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,                 -- first day on which it no longer holds
  made_by text NOT NULL,
  note text,
  PRIMARY KEY (project_code, list_year, spell_number),
  FOREIGN KEY (project_code, list_year) REFERENCES list_entry
);

-- Whether a project stands on a list of that kind on that day.
CREATE FUNCTION is_listed(code text, kind text, day date) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM list_entry_spell s WHERE s.project_code = code AND s.list_kind = kind AND s.list_state IN ('LISTED', 'ADJUSTED')
                 AND s.valid_from <= day AND (s.valid_to IS NULL OR day < s.valid_to))
$$;
