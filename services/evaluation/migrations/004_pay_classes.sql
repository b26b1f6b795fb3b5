-- Whose pay a line is, and what a sheet adds to: only WORK_RELIEF_SERVICE is labour pay of the works (R045). NULL: told before payroll
-- kept them apart.
ALTER TABLE ledger_line ADD COLUMN pay_class text NOT NULL DEFAULT 'WORK_RELIEF_SERVICE';
ALTER TABLE sheet ADD COLUMN sheet_kind text NOT NULL DEFAULT 'REGULAR', ADD COLUMN relief_gross_fen int8, ADD COLUMN relief_net_fen int8;
