-- How much an exception weighs, and the unit's own word on what concerns no single project. What was checked before has no severity.
ALTER TABLE report_exception ADD COLUMN severity text CHECK (severity IN ('WARN', 'INFO'));
ALTER TABLE report ADD COLUMN unit_note text;
