-- Cash is paid against a signed receipt, which proves it as a bank's result does.
ALTER TABLE ledger_line ADD COLUMN pay_method text NOT NULL DEFAULT 'BANK';
ALTER TABLE sheet ADD COLUMN cash_fen int8 NOT NULL DEFAULT 0; -- of its receipts
