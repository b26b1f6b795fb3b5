-- Return files of banks that are not on the bus: which was taken, with what it declared.
CREATE TABLE return_file (
  project_code  text  NOT NULL,
  order_code    text  NOT NULL,
  return_code   text  NOT NULL,
  return_digest bytea NOT NULL,
  line_count    int4  NOT NULL,
  paid_count    int4  NOT NULL,
  paid_fen      int8  NOT NULL,
  recorded_by   text  NOT NULL,
  recorded_date date  NOT NULL,
  PRIMARY KEY (project_code, order_code, return_code)
);
