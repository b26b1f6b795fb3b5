-- What a level further up has decided comes down with its own signature and with who vouches for its key, level by level.
ALTER TABLE decision ADD COLUMN level_proof bytea; -- LevelProof, as it goes on; NULL: not of a level above, or nobody signed it
ALTER TABLE report_level ADD COLUMN level_proof bytea, ADD COLUMN is_proven bool NOT NULL DEFAULT false;
