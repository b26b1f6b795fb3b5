-- FindingChanged -> Nothing
INSERT INTO followed_finding (project_code, finding_code, finding_kind, finding_state, due_date)
VALUES (:project_code, :finding_code, :finding_kind, :finding_state, :due_date)
ON CONFLICT (project_code, finding_code) DO UPDATE SET finding_kind = excluded.finding_kind, finding_state = excluded.finding_state,
  due_date = excluded.due_date
