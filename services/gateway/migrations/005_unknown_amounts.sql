-- What a project has not published is unknown, not 0: NULL on a line; a sum holds what is known, beside the number of projects missing in it.
-- Earlier lines hold 0 for both, and so do the signed bytes behind them: unknown is all that can be said of them.
ALTER TABLE report_line ALTER COLUMN total_investment_fen DROP NOT NULL, ALTER COLUMN fiscal_fen DROP NOT NULL,
  ALTER COLUMN central_fen DROP NOT NULL, ALTER COLUMN planned_pay_fen DROP NOT NULL, ALTER COLUMN planned_workers DROP NOT NULL;
UPDATE report_line SET total_investment_fen = nullif(total_investment_fen, 0), fiscal_fen = nullif(fiscal_fen, 0),
  central_fen = nullif(central_fen, 0), planned_pay_fen = nullif(planned_pay_fen, 0), planned_workers = nullif(planned_workers, 0);

ALTER TABLE consolidation_total ALTER COLUMN total_investment_fen DROP NOT NULL, ALTER COLUMN fiscal_fen DROP NOT NULL,
  ALTER COLUMN central_fen DROP NOT NULL, ALTER COLUMN planned_pay_fen DROP NOT NULL,
  ADD COLUMN total_investment_unknown_count int4 NOT NULL DEFAULT 0, ADD COLUMN fiscal_unknown_count int4 NOT NULL DEFAULT 0,
  ADD COLUMN central_unknown_count int4 NOT NULL DEFAULT 0, ADD COLUMN planned_pay_unknown_count int4 NOT NULL DEFAULT 0;
ALTER TABLE consolidation_total ALTER COLUMN total_investment_unknown_count DROP DEFAULT, ALTER COLUMN fiscal_unknown_count DROP DEFAULT,
  ALTER COLUMN central_unknown_count DROP DEFAULT, ALTER COLUMN planned_pay_unknown_count DROP DEFAULT;
WITH line AS (
  SELECT u.quarter, u.consolidation_number, k.total_kind, k.total_key, l.total_investment_fen, l.fiscal_fen, l.central_fen, l.planned_pay_fen,
    min(u.unit_id) OVER project <> max(u.unit_id) OVER project AS is_conflict
  FROM consolidation_unit u JOIN report_line l USING (report_code) CROSS JOIN LATERAL (VALUES ('ALL', ''),
    ('FIELD', coalesce(l.field, 'UNSPECIFIED')), ('TRACK', coalesce(l.track, 'UNSPECIFIED')), ('LIST_KIND', coalesce(l.list_kind, 'UNSPECIFIED')),
    ('LIST_LEVEL', coalesce(l.list_level, 'UNSPECIFIED')), ('UNIT', u.unit_id)) k(total_kind, total_key)
  WHERE u.report_state = 'ACCEPTED' AND l.is_counted
  WINDOW project AS (PARTITION BY u.quarter, u.consolidation_number, l.project_code)),
total AS (
  SELECT quarter, consolidation_number, total_kind, total_key, sum(total_investment_fen) AS total_investment_fen, sum(fiscal_fen) AS fiscal_fen,
    sum(central_fen) AS central_fen, sum(planned_pay_fen) AS planned_pay_fen, count(*) - count(total_investment_fen) AS investments,
    count(*) - count(fiscal_fen) AS fiscals, count(*) - count(central_fen) AS centrals, count(*) - count(planned_pay_fen) AS plans
  FROM line WHERE NOT is_conflict GROUP BY quarter, consolidation_number, total_kind, total_key)
UPDATE consolidation_total t SET total_investment_fen = n.total_investment_fen, fiscal_fen = n.fiscal_fen, central_fen = n.central_fen,
  planned_pay_fen = n.planned_pay_fen, total_investment_unknown_count = n.investments, fiscal_unknown_count = n.fiscals,
  central_unknown_count = n.centrals, planned_pay_unknown_count = n.plans
FROM total n WHERE n.quarter = t.quarter AND n.consolidation_number = t.consolidation_number AND n.total_kind = t.total_kind
  AND n.total_key = t.total_key;
