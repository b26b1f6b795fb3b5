-- The number is the first 63 bits of the token: the primary key finds two tokens of one number, and AddWorkers refuses them. A second index
-- over the same fact cost every import a random page a row.
ALTER TABLE worker DROP CONSTRAINT worker_worker_token_key;
