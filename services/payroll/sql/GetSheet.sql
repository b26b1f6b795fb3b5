-- GetSheetRequest -> Sheet
SELECT s.sheet_code, s.project_code, s.month, s.sheet_state, s.line_count, s.confirmed_count, s.paid_count, s.failed_count,
    s.unknown_count, s.day_hundredths, s.gross_fen, s.deduction_fen, s.net_fen, s.paid_fen, s.attendance_digest, s.drawn_by,
    s.drawn_date, s.approved_by, s.publicity_start_date, s.publicity_end_date, s.due_date, s.settled_date, s.filing_due_date,
    s.filed_date, s.predecessor_sheet_code, s.successor_sheet_code, s.void_reason, s.team_name, s.sheet_kind, s.earlier_sheet_code, s.relief_gross_fen, s.contract_gross_fen, s.staff_gross_fen,
    s.relief_net_fen, s.held_count, s.witness_count, s.cash_count,
  coalesce(s.settled_date, :call.today) > s.due_date AND s.sheet_state <> 'VOID' AS is_late,
  CASE WHEN :call.today > s.due_date AND s.sheet_state <> 'VOID' THEN s.net_fen - s.paid_fen ELSE 0 END AS arrears_fen,
  s.filed_date IS NULL AND s.filing_due_date < :call.today IS TRUE AS is_filing_overdue, retention_date(s) AS retention_date
FROM wage_sheet s WHERE s.project_code = :project_code AND s.sheet_code = :sheet_code
