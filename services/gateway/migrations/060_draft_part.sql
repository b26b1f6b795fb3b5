-- What a draft is made of, project by project, under the marks of the services that it was read from. People stand in blocks that any later draft of
-- the quarter shares as long as the mark stands; they become rows of a report when it is checked.
CREATE TABLE draft_line (
  report_code text NOT NULL,
  line_number int4 NOT NULL,
  project_code text NOT NULL,
  people_key bytea NOT NULL,
  people_count int4 NOT NULL,
  workforce_mark bytea, -- NULL: read without one, not to be taken again
  payroll_mark bytea,
  prior_codes text[] NOT NULL, -- the year's earlier reports, whose people the year's count holds
  PRIMARY KEY (report_code, line_number)
);
CREATE INDEX draft_line_people ON draft_line (people_key, project_code, report_code COLLATE "C");
CREATE TABLE people_block (
  people_key bytea NOT NULL,
  project_code text NOT NULL,
  block_number int4 NOT NULL,
  unit_id text NOT NULL,
  quarter text NOT NULL,
  people_count int4 NOT NULL CHECK (people_count > 0),
  worker_tokens bytea[] NOT NULL, -- these arrays are as long as one another: a person each
  sexes text[] NOT NULL,
  locals bool[] NOT NULL,
  priority_masks int4[] NOT NULL,
  trainees bool[] NOT NULL,
  safety_trained bool[] NOT NULL,
  skill_trained bool[] NOT NULL,
  first_whole_masks int4[] NOT NULL,
  second_whole_masks int4[] NOT NULL,
  third_whole_masks int4[] NOT NULL,
  first_part_masks int4[] NOT NULL,
  second_part_masks int4[] NOT NULL,
  third_part_masks int4[] NOT NULL,
  PRIMARY KEY (people_key, project_code, block_number)
);
CREATE INDEX people_block_quarter ON people_block (unit_id, quarter, people_key);
CREATE INDEX report_ledger_key ON report_ledger (ledger_key);

-- A block's people, a row each.
CREATE FUNCTION people_of(b people_block) RETURNS TABLE (worker_token bytea, sex text, is_local bool, priority_mask int4, is_trainee bool, safety_trained bool,
  skill_trained bool, first_whole_mask int4, second_whole_mask int4, third_whole_mask int4, first_part_mask int4, second_part_mask int4, third_part_mask int4)
LANGUAGE sql IMMUTABLE AS $$
  SELECT u.token, u.sex, coalesce(u.is_local, false), coalesce(u.priority_mask, 0), coalesce(u.is_trainee, false), coalesce(u.safety, false),
    coalesce(u.skill, false), coalesce(u.w1, 0), coalesce(u.w2, 0), coalesce(u.w3, 0), coalesce(u.p1, 0), coalesce(u.p2, 0), coalesce(u.p3, 0)
  FROM unnest(b.worker_tokens, b.sexes, b.locals, b.priority_masks, b.trainees, b.safety_trained, b.skill_trained, b.first_whole_masks,
    b.second_whole_masks, b.third_whole_masks, b.first_part_masks, b.second_part_masks, b.third_part_masks)
    AS u(token, sex, is_local, priority_mask, is_trainee, safety, skill, w1, w2, w3, p1, p2, p3)
$$;
-- Who worked, of a report in whatever state.
CREATE VIEW report_people AS
  SELECT report_code, line_number, worker_token, sex, is_local, priority_mask, first_whole_mask, second_whole_mask, third_whole_mask,
    first_part_mask, second_part_mask, third_part_mask
  FROM report_person
  UNION ALL
  SELECT * FROM (
    SELECT DISTINCT ON (d.report_code, d.line_number, u.worker_token) d.report_code, d.line_number, u.worker_token, u.sex, u.is_local, u.priority_mask,
      u.first_whole_mask, u.second_whole_mask, u.third_whole_mask, u.first_part_mask, u.second_part_mask, u.third_part_mask
    FROM draft_line d JOIN report r USING (report_code) JOIN people_block b USING (people_key, project_code) CROSS JOIN LATERAL people_of(b) u
    WHERE r.checked_at IS NULL AND NOT u.is_trainee
    ORDER BY d.report_code, d.line_number, u.worker_token) x;
