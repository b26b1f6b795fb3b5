-- InspectionAdded -> Nothing
INSERT INTO followed_inspection (project_code, inspection_code, inspection_date, inspection_stage)
VALUES (:project_code, :inspection_code, :inspection_date, :inspection_stage)
ON CONFLICT (project_code, inspection_code) DO UPDATE SET inspection_date = excluded.inspection_date, inspection_stage = excluded.inspection_stage
