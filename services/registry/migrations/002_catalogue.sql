-- The guidance catalogue by version; a version is never changed once it is loaded (R037).

-- What the catalogue and the papers call the seven fields (R024, R030).
CREATE TABLE field_alias (field_name text PRIMARY KEY, field text NOT NULL);
INSERT INTO field_alias VALUES
  ('交通', 'TRANSPORT'), ('水利', 'WATER'), ('能源', 'ENERGY'), ('农业农村', 'AGRICULTURE'), ('城镇建设', 'URBAN'),
  ('生态环境', 'ECOLOGY'), ('生态建设（自然资源）', 'ECOLOGY'), ('灾后恢复重建', 'RECONSTRUCTION');

CREATE TABLE catalogue (
  catalogue_version int4 PRIMARY KEY,
  issued_by_name text NOT NULL,
  valid_from date NOT NULL
);
CREATE TABLE catalogue_row (
  catalogue_version int4 NOT NULL REFERENCES catalogue,
  seq int4 NOT NULL CHECK (seq >= 1),
  field_name text NOT NULL REFERENCES field_alias,
  field text NOT NULL,
  category text NOT NULL,
  tasks text NOT NULL,
  guiding_bureau text NOT NULL,
  guiding_unit_id text REFERENCES unit,
  owner_defined bool NOT NULL,  -- the owner settles usable links (R036)
  borrows bool NOT NULL,        -- takes its tasks from a like kind of project (R035)
  PRIMARY KEY (catalogue_version, seq)
);

CREATE FUNCTION catalogue_in_force(day date) RETURNS int4 STABLE LANGUAGE sql AS $$
  SELECT c.catalogue_version FROM catalogue c WHERE c.valid_from <= day ORDER BY c.valid_from DESC, c.catalogue_version DESC LIMIT 1
$$;
