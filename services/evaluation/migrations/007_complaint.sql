-- Complaints with a day to be answered by, an appeal, and a sealed complainant; objections of other services become complaints.
CREATE TABLE complaint_policy (
  valid_from_date date PRIMARY KEY,
  answer_days     int4 NOT NULL CHECK (answer_days BETWEEN 1 AND 365),
  appeal_days     int4 NOT NULL CHECK (appeal_days BETWEEN 1 AND 365),
  escalate_days   int4 NOT NULL CHECK (escalate_days BETWEEN 1 AND 365),
  source_note     text NOT NULL
);
INSERT INTO complaint_policy VALUES ('2020-01-01', 15, 30, 7, '文件只要求逐件答复，期限暂定，可由区里调整');

ALTER TABLE complaint DROP CONSTRAINT complaint_complaint_state_check;
ALTER TABLE complaint
  ADD CONSTRAINT complaint_state CHECK (complaint_state IN ('OPEN', 'ANSWERED', 'APPEALED', 'CLOSED')),
  ADD COLUMN complainant_name  text, -- sealed
  ADD COLUMN complainant_phone text, -- sealed
  ADD COLUMN about_unit_id     text,
  ADD COLUMN query_digest      bytea CONSTRAINT complaint_query_once UNIQUE,
  ADD COLUMN due_date          date,
  ADD COLUMN appeal_reason     text,
  ADD COLUMN appeal_until_date date,
  ADD COLUMN final_note        text,
  ADD COLUMN closed_by         text,
  ADD COLUMN closed_date       date,
  ADD COLUMN objection_of      text CONSTRAINT complaint_objection_once UNIQUE;
UPDATE complaint SET due_date = raised_date + 15;
ALTER TABLE complaint ALTER COLUMN due_date SET NOT NULL;
CREATE INDEX complaint_unanswered ON complaint (due_date) WHERE complaint_state IN ('OPEN', 'APPEALED');

CREATE FUNCTION complaint_policy_on(day date) RETURNS complaint_policy STABLE LANGUAGE sql AS
$$SELECT p FROM complaint_policy p WHERE p.valid_from_date <= day ORDER BY p.valid_from_date DESC LIMIT 1$$;
-- How far up a complaint has climbed by a day: 0 in time, then one level each escalate_days, at most 3.
CREATE FUNCTION complaint_level(state text, due date, today date) RETURNS int4 STABLE LANGUAGE sql AS
$$SELECT CASE WHEN state IN ('OPEN', 'APPEALED') AND today > due
    THEN least(3, 1 + (today - due - 1) / (complaint_policy_on(today)).escalate_days) ELSE 0 END$$;
-- An objection that another service tells becomes a complaint of its own, once.
CREATE FUNCTION complaint_of_objection(of_project text, origin text, note text, raised date) RETURNS void LANGUAGE sql AS
$$INSERT INTO complaint (project_code, complaint_code, complaint_source, complaint_state, complaint_note, raised_by, raised_date, due_date, objection_of)
  SELECT of_project, of_project || '-C' || (SELECT count(*) + 1 FROM complaint WHERE project_code = of_project), 'OBJECTION', 'OPEN', note, origin, raised,
    raised + (complaint_policy_on(raised)).answer_days, origin
  ON CONFLICT (objection_of) DO NOTHING$$;
