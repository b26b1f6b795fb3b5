-- What a dividend plan promises a year, and until when a wage ledger is kept.

ALTER TABLE dividend_plan ADD COLUMN yearly_fen int8 CONSTRAINT dividend_yearly_positive CHECK (yearly_fen > 0);
ALTER TABLE dividend ADD COLUMN recorded_by text, ADD COLUMN dividend_note text;

-- Until when a sheet is kept at least (Reg. 724 art. 15, 28): years after completion and full payment, whichever is later. NULL: not known yet.
CREATE FUNCTION retention_date(sheet wage_sheet) RETURNS date LANGUAGE sql STABLE AS
$$SELECT (greatest(sheet.settled_date, p.complete_date) + make_interval(years => pay_policy_on('RETENTION_YEARS', sheet.settled_date)::int4))::date
  FROM project p WHERE p.project_code = sheet.project_code AND p.complete_date IS NOT NULL AND sheet.settled_date IS NOT NULL$$;
