-- LedgersChecked -> Nothing
-- What a check of the three ledgers found stands open like any other finding, and the works are not accepted before it is put right.
INSERT INTO followed_finding (project_code, finding_code, finding_kind, finding_state, due_date)
SELECT :project_code, f.finding_code, f.finding_kind, f.finding_state, f.due_date
FROM unnest(:new_findings.finding_code, :new_findings.finding_kind, :new_findings.finding_state, :new_findings.due_date)
  AS f(finding_code, finding_kind, finding_state, due_date)
ON CONFLICT (project_code, finding_code) DO NOTHING
