-- StoreLedgerFindingsRequest -> LedgerCheck
-- What stands open already is not found twice.
WITH chosen AS (
  SELECT project_code FROM project WHERE project_code = :project_code
),
given AS (
  SELECT g.*, NOT EXISTS (SELECT 1 FROM finding f WHERE f.project_code = :project_code AND f.finding_kind = g.finding_kind
    AND f.subject = g.subject
    AND f.finding_state <> 'VERIFIED') AS fresh
  FROM unnest(:rows.finding_kind, :rows.subject, :rows.involved_fen, :rows.finding_note) WITH ORDINALITY
    AS g(finding_kind, subject, involved_fen, finding_note, place)
),
numbered AS (
  SELECT *, (row_number() OVER (ORDER BY place))::int4 + (SELECT count(*) FROM finding
    WHERE project_code = :project_code)::int4 AS finding_number
  FROM given WHERE fresh
),
found AS (
  INSERT INTO finding (project_code, finding_code, finding_number, finding_kind, subject, involved_fen, finding_note, due_date,
    finding_state,
    found_by, found_date)
  SELECT :project_code, :project_code || '-F' || finding_number, finding_number, finding_kind, subject, coalesce(involved_fen, 0),
    finding_note,
    coalesce(:due_date, :call.today + 30), 'OPEN', :call.principal, :call.today
  FROM numbered, chosen
),
proved AS (
  INSERT INTO finding_row (project_code, finding_code, row_number, month, worker_number, id_number_mask, sheet_code, training_code,
    roster_hundredths, attendance_hundredths, payroll_hundredths, paid_fen, bank_fen, row_note)
  SELECT :project_code, :project_code || '-F' || n.finding_number,
    (row_number() OVER (PARTITION BY n.finding_number ORDER BY e.place))::int4, e.month, e.worker_number, e.id_number_mask, e.sheet_code,
    e.training_code, e.roster_hundredths, e.attendance_hundredths, e.payroll_hundredths, e.paid_fen, e.bank_fen, e.row_note
  FROM unnest(:evidence.finding_kind, :evidence.subject, :evidence.month, :evidence.worker_number, :evidence.id_number_mask,
    :evidence.sheet_code, :evidence.training_code, :evidence.roster_hundredths, :evidence.attendance_hundredths,
    :evidence.payroll_hundredths, :evidence.paid_fen, :evidence.bank_fen, :evidence.row_note) WITH ORDINALITY
    AS e(finding_kind, subject, month, worker_number, id_number_mask, sheet_code, training_code, roster_hundredths,
      attendance_hundredths, payroll_hundredths, paid_fen, bank_fen, row_note, place)
  JOIN numbered n ON n.finding_kind = e.finding_kind AND n.subject = e.subject, chosen
),
changed AS (
  INSERT INTO ledger_check (project_code, check_number, month_count, training_count, mismatch_count, new_finding_count,
    checked_by, checked_date, attendance_seq, payroll_seq, worker_month_count, worker_mismatch_count)
  SELECT :project_code, (SELECT count(*) + 1 FROM ledger_check WHERE project_code = :project_code)::int4, coalesce(:month_count, 0),
    coalesce(:training_count, 0), (SELECT count(*) FROM given)::int4, (SELECT count(*) FROM numbered)::int4, :call.principal,
      :call.today, coalesce(:attendance_seq, 0), coalesce(:payroll_seq, 0), coalesce(:worker_month_count, 0),
      coalesce(:worker_mismatch_count, 0)
  FROM chosen
  RETURNING project_code, check_number, month_count, training_count, mismatch_count, new_finding_count, checked_date,
    mismatch_count = 0 AS ledgers_true, attendance_seq, payroll_seq, worker_month_count, worker_mismatch_count,
    (SELECT json_agg(json_build_object('finding_code', :project_code || '-F' || n.finding_number, 'finding_kind', n.finding_kind, 'finding_state', 'OPEN',
      'due_date', coalesce(:due_date, :call.today + 30), 'involved_fen', coalesce(n.involved_fen, 0), 'subject', n.subject, 'finding_note', n.finding_note)
      ORDER BY n.finding_number)
     FROM numbered n) AS new_findings,
    (SELECT array_agg(DISTINCT p.unit_id ORDER BY p.unit_id) FROM project_party p
     WHERE p.project_code = :project_code) AS unit_ids
),
problem AS (
  SELECT 'PROJECT_NOT_FOUND' AS refusal, 'project_code' AS refusal_path, :project_code AS refusal_detail
    WHERE NOT EXISTS (SELECT 1 FROM chosen)
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
