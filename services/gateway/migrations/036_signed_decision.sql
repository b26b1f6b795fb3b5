-- A decision bears the signature of the node that made it, here and on the child it is for. What was decided before has none.
ALTER TABLE decision ADD COLUMN content bytea, ADD COLUMN signature bytea, ADD COLUMN key_id bytea;
CREATE INDEX decision_report ON decision (report_code, decision_number);
-- On a child: the parent's decisions as it signed them.
CREATE TABLE taken_decision (
  report_code text NOT NULL,
  decision_number int8 NOT NULL,
  content bytea NOT NULL,
  signature bytea NOT NULL,
  key_id bytea NOT NULL,
  PRIMARY KEY (report_code, decision_number)
);
