-- What a worker's month should have been: decided on an objection, or by a new seal after a reopening. The difference to what stands in
-- sheets is owed by a supplementary sheet; what was paid too much is listed and never taken back.

CREATE TABLE pay_correction (
  project_code      text NOT NULL,
  month             text NOT NULL,
  worker_number     int8 NOT NULL,
  correction_number int4 NOT NULL,
  sheet_code        text NOT NULL,
  objection_number  int4 NOT NULL,
  target_fen        int8 NOT NULL CHECK (target_fen >= 0), -- gross of the whole month, over all sheets
  is_raise          bool NOT NULL,
  seal_number       int4 NOT NULL,                         -- the seal that stood when it was decided
  correction_reason text NOT NULL,
  decided_by        text NOT NULL,
  decided_date      date NOT NULL,
  PRIMARY KEY (project_code, month, worker_number, correction_number)
);
CREATE TRIGGER pay_correction_is_kept BEFORE DELETE OR TRUNCATE ON pay_correction FOR EACH STATEMENT EXECUTE FUNCTION wage_ledger_is_kept();
ALTER TABLE objection ADD COLUMN corrected_gross_fen int8, ADD COLUMN by_new_seal bool NOT NULL DEFAULT false;
CREATE INDEX objection_open ON objection (project_code, sheet_code, worker_number) WHERE objection_state = 'OPEN';

-- Worker by worker of a month: what stands in sheets against what the seal and the corrections give. due_fen NULL: nothing has changed
-- since it was drawn, or it is still for a regular sheet. A correction holds for the seal under which it was decided; after a newer seal
-- only a raise is kept, as the least the worker gets.
CREATE FUNCTION pay_differences(the_project text, the_month text)
RETURNS TABLE (worker_number int8, worker_name text, drawn_fen int8, drawn_hundredths int8, sealed_hundredths int8, due_fen int8,
  earlier_sheet_code text, objection_number int4, difference_reason text) LANGUAGE sql STABLE AS $$
WITH sealed AS (
  SELECT m.seal_number FROM sealed_month m WHERE m.project_code = the_project AND m.month = the_month AND NOT m.is_open
),
standing AS MATERIALIZED (
  SELECT s.sheet_code, s.sheet_version, s.seal_number, s.team_name, s.sheet_kind FROM wage_sheet s
  WHERE s.project_code = the_project AND s.month = the_month AND s.sheet_state NOT IN ('VOID', 'REOPENED')
),
drawn AS (
  SELECT l.worker_number, max(l.worker_name) AS worker_name, sum(l.gross_fen)::int8 AS drawn_fen, sum(l.day_hundredths)::int8 AS drawn_hundredths,
    max(s.seal_number) AS seal_number, (array_agg(s.sheet_code ORDER BY s.sheet_version))[1] AS sheet_code
  FROM standing s JOIN wage_line l ON l.project_code = the_project AND l.sheet_code = s.sheet_code AND l.line_state <> 'SUPERSEDED'
  GROUP BY l.worker_number
),
correction AS (
  SELECT DISTINCT ON (c.worker_number) c.* FROM pay_correction c WHERE c.project_code = the_project AND c.month = the_month
  ORDER BY c.worker_number, c.correction_number DESC
),
worked AS (
  SELECT a.worker_number, a.worker_name, a.team_name, a.day_hundredths::int8 AS sealed_hundredths,
    coalesce(pay_gross(a.pay_unit, a.rate_fen, a.day_hundredths, a.hours_hundredths, a.piece_hundredths, p.month_days), 0) AS sealed_fen
  FROM sealed_attendance a,
    (SELECT pay_policy_on('MONTH_DAY_HUNDREDTHS', ((the_month || '-01')::date + interval '1 month' - interval '1 day')::date) AS month_days) AS p
  WHERE a.project_code = the_project AND a.month = the_month AND EXISTS (SELECT 1 FROM sealed)
)
SELECT coalesce(w.worker_number, d.worker_number), coalesce(w.worker_name, d.worker_name), coalesce(d.drawn_fen, 0), coalesce(d.drawn_hundredths, 0),
  coalesce(w.sealed_hundredths, 0),
  CASE WHEN c.seal_number = sealed.seal_number THEN c.target_fen
    WHEN c.is_raise THEN greatest(coalesce(w.sealed_fen, 0), c.target_fen)
    WHEN c.worker_number IS NOT NULL OR d.seal_number < sealed.seal_number THEN coalesce(w.sealed_fen, 0)
    WHEN d.worker_number IS NULL AND t.sheet_code IS NOT NULL THEN w.sealed_fen END,
  coalesce(c.sheet_code, d.sheet_code, t.sheet_code), c.objection_number, coalesce(c.correction_reason, '考勤重新封存')
FROM sealed CROSS JOIN (worked w FULL JOIN drawn d ON d.worker_number = w.worker_number)
LEFT JOIN correction c ON c.worker_number = coalesce(w.worker_number, d.worker_number)
LEFT JOIN standing t ON t.team_name = w.team_name AND t.sheet_kind = 'REGULAR' AND t.seal_number < sealed.seal_number
$$;

-- What of a sheet's work-relief pay has been paid; its lines are read only where others stand in the same sheet.
CREATE FUNCTION relief_paid(sheet wage_sheet) RETURNS int8 LANGUAGE sql STABLE AS
$$SELECT CASE WHEN sheet.relief_gross_fen = sheet.gross_fen THEN sheet.paid_fen
    WHEN sheet.relief_gross_fen = 0 OR sheet.paid_fen = 0 THEN 0
    ELSE (SELECT coalesce(sum(l.net_fen), 0)::int8 FROM wage_line l WHERE l.project_code = sheet.project_code AND l.sheet_code = sheet.sheet_code
      AND l.line_state = 'PAID' AND l.pay_class = 'WORK_RELIEF_SERVICE') END$$;
