-- Terms an agreement must bear besides (Reg. 724 art. 6, 13), and what is counted beside days: hours and pieces.
ALTER TABLE agreement DROP CONSTRAINT agreement_pay_cycle_check;
ALTER TABLE agreement ADD CONSTRAINT agreement_pay_cycle_check CHECK (pay_cycle IN ('MONTH', 'WEEK', 'DAY', 'HOUR', 'PIECE'));
ALTER TABLE agreement
  ADD COLUMN pay_day     int4 CHECK (pay_day BETWEEN 1 AND 31), -- NULL: as the district's policy has it
  ADD COLUMN site_role   text CHECK (site_role IN ('BUILDER', 'STAFF')),
  ADD COLUMN task_number int4;
-- By the hour and by the piece are few among many: sealing a month looks for them.
CREATE INDEX agreement_counted ON agreement (project_code) WHERE pay_unit IN ('HOUR', 'PIECE');

CREATE TABLE attendance_quantity (
  project_code     text COLLATE "C" NOT NULL,
  work_date        date NOT NULL,
  worker_number    int8 NOT NULL,
  hours_hundredths int4 NOT NULL CHECK (hours_hundredths BETWEEN 0 AND 2400),
  piece_hundredths int8 NOT NULL CHECK (piece_hundredths >= 0),
  PRIMARY KEY (project_code, work_date, worker_number),
  CONSTRAINT quantity_not_nothing CHECK (hours_hundredths > 0 OR piece_hundredths > 0)
);
CREATE INDEX attendance_quantity_worker ON attendance_quantity (worker_number, work_date);
CREATE TABLE quantity_correction (
  project_code      text COLLATE "C" NOT NULL,
  work_date         date NOT NULL,
  worker_number     int8 NOT NULL,
  correction_number int4 NOT NULL,
  former_hundredths int8 NOT NULL,
  corrected_hundredths int8 NOT NULL,
  correction_reason text NOT NULL,
  corrected_by      text NOT NULL,
  corrected_at      timestamptz NOT NULL,
  PRIMARY KEY (project_code, work_date, worker_number, correction_number)
);
ALTER TABLE sealed_worker
  ADD COLUMN hours_hundredths int8 NOT NULL DEFAULT 0,
  ADD COLUMN piece_hundredths int8 NOT NULL DEFAULT 0;
