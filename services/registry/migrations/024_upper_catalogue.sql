-- A version that came from the parent's registry, and its number there.
ALTER TABLE catalogue ADD COLUMN upper_unit_id text, ADD COLUMN upper_version int4;
