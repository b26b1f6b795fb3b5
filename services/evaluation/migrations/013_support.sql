-- What collectives do for families in difficulty; families are counted, not named.
CREATE TABLE support (
  project_code       text NOT NULL,
  support_code       text NOT NULL,
  collective_unit_id text NOT NULL,
  support_date       date NOT NULL,
  support_kind       text NOT NULL,
  household_count    int4 NOT NULL CHECK (household_count > 0),
  support_fen        int8 NOT NULL CHECK (support_fen >= 0),
  support_note       text NOT NULL,
  recorded_by        text NOT NULL,
  PRIMARY KEY (project_code, support_code)
);
