-- What a level above draws from a level's report lies on the nodes beneath: the draw is passed on to them, and their rows come back through it.
ALTER TABLE draw ADD COLUMN relayed_seed bytea; -- of the draw above
CREATE INDEX draw_relayed ON draw (relayed_seed, draw_number) WHERE relayed_seed IS NOT NULL;
ALTER TABLE draw_position ADD COLUMN upper_line_number int4; -- the line of the report above
CREATE INDEX report_line_origin ON report_line (origin_report_code, project_code) WHERE origin_report_code IS NOT NULL;
