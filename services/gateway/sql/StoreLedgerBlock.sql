-- StoreLedgerBlockRequest -> Nothing
-- Stands before the report it belongs to; what no report came of is swept with the next draft.
INSERT INTO ledger_block (ledger_key, project_code, block_number, unit_id, quarter, row_count, block_content)
VALUES (:ledger_key, :project_code, :block_number, :unit_id, :quarter, :row_count, :block_content)
