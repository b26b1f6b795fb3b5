-- Contact units and their advice (R197, R198), people by day, the order of carriers (R089), and keys for long lists of projects.

CREATE TABLE project_advice (
  project_code text NOT NULL REFERENCES project,
  advice_number int4 NOT NULL,
  unit_id text NOT NULL REFERENCES unit,
  advice_note text NOT NULL,
  advised_by text NOT NULL,
  advised_date date NOT NULL,
  answer_note text,
  answering_unit_id text,
  answered_by text,
  answered_date date,
  PRIMARY KEY (project_code, advice_number)
);
CREATE INDEX project_advice_open ON project_advice (project_code, advice_number) WHERE answered_date IS NULL;

-- Consent is to the words that were read: a task whose text has changed since stands outside it again.
CREATE OR REPLACE FUNCTION unconsented_tasks(code text) RETURNS SETOF int4 STABLE LANGUAGE sql AS $$
  SELECT t.task_number FROM project_task t
  WHERE t.project_code = code AND t.catalogue_seq IS NULL
    AND (SELECT w.waiver_state = 'APPROVED' AND w.task_note = t.task_note FROM task_waiver w
         WHERE (w.project_code, w.task_number) = (t.project_code, t.task_number) ORDER BY w.round_number DESC LIMIT 1) IS NOT TRUE
$$;

-- Rural collectives and what they run (R089).
CREATE FUNCTION is_collective(unit_kind text, carrier_kind text) RETURNS bool IMMUTABLE LANGUAGE sql AS $$
  SELECT unit_kind = 'RURAL_COLLECTIVE' OR coalesce(carrier_kind, '') IN ('VILLAGE_LABOUR_COOPERATIVE', 'VILLAGE_LABOUR_COMPANY')
$$;
CREATE INDEX unit_carriers ON unit (unit_id)
  WHERE active AND (unit_kind IN ('RURAL_COLLECTIVE', 'LABOUR_ORGANISATION') OR carrier_kind IS NOT NULL);

CREATE INDEX project_by_state ON project (project_state, project_code);
CREATE INDEX project_by_township ON project (left(division_code, 9));
-- The filters of ListProjects, written once for both its ways; simple enough to be inlined, so that an index on a filter is used.
CREATE FUNCTION project_fits(p project, wanted_state text, wanted_field text, wanted_track text, wanted_year int4, pilots_only bool) RETURNS bool
IMMUTABLE LANGUAGE sql AS $$
  SELECT (wanted_state IS NULL OR p.project_state = wanted_state) AND (wanted_field IS NULL OR p.field = wanted_field)
    AND (wanted_track IS NULL OR p.track = wanted_track) AND (wanted_year IS NULL OR p.project_year = wanted_year)
    AND (NOT pilots_only OR p.pilot_topic IS NOT NULL)
$$;
CREATE FUNCTION stands_on_list(code text, wanted_kind text, wanted_year int4, day date) RETURNS bool STABLE LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM list_entry_spell s WHERE s.project_code = code AND s.list_state IN ('LISTED', 'ADJUSTED')
                 AND (wanted_kind IS NULL OR s.list_kind = wanted_kind) AND (wanted_year IS NULL OR s.list_year = wanted_year)
                 AND s.valid_from <= day AND (s.valid_to IS NULL OR day < s.valid_to))
$$;
-- An amount in 万元 as notices write it: exact, without trailing zeros; nothing for what nobody stated.
CREATE FUNCTION wanyuan_text(fen int8) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT trim_scale(fen::numeric / 1000000)::text $$;
