-- A line that is to be paid in cash is not sent to the bank again either.
CREATE OR REPLACE FUNCTION waiting_lines(the_project text, the_sheet text, again bool, checked bool)
RETURNS TABLE (worker_number int8, worker_name text, account_holder text, account_no text, account_no_token bytea, account_no_mask text, bank_name text,
  net_fen int8, account_fault text, check_note text) LANGUAGE sql STABLE AS
$$SELECT l.worker_number, l.worker_name, l.account_holder, l.account_no, l.account_no_token, l.account_no_mask, l.bank_name, l.net_fen,
    account_fault(l.account_no, l.account_holder, l.worker_name, k.check_state, k.card_held, checked),
    CASE WHEN k.card_held THEN k.held_note ELSE k.check_note END
  FROM wage_line l LEFT JOIN account_check k ON k.project_code = l.project_code AND k.worker_number = l.worker_number
    AND k.account_no_token = l.account_no_token
  WHERE l.project_code = the_project AND l.sheet_code = the_sheet
    AND CASE WHEN again THEN l.line_state = 'REJECTED' AND NOT l.held AND l.pay_method = 'BANK'
        AND (l.account_corrected OR l.reject_code IN ('BANK_FAULT', 'NOT_RECEIVED', 'LIMIT'))
        AND NOT EXISTS (SELECT 1 FROM payment_exception e WHERE e.project_code = the_project AND e.worker_number = l.worker_number
          AND e.exception_state = 'OPEN')
      ELSE line_payable(l.line_state, l.held, l.pay_method) END$$;

-- Whether days were wrong is said by the amount: a month whose sheet is ordered is not opened again.
ALTER TABLE objection DROP COLUMN by_new_seal;
