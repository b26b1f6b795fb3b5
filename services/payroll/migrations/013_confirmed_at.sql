-- When a worker confirmed, to the microsecond: whether many confirmed within one minute shows only so (R160). Lines confirmed before
-- this have a date and no time.
ALTER TABLE wage_line ADD COLUMN confirmed_at timestamptz;
