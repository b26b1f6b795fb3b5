-- RevealComplainantRequest -> RevealedComplainant
-- The journal keeps who asked and why. Never for the unit complained of.
SELECT complaint_code, complainant_name, complainant_phone FROM complaint
WHERE project_code = :project_code AND complaint_code = :complaint_code AND complainant_name IS NOT NULL AND :reveal_reason IS NOT NULL
  AND about_unit_id IS DISTINCT FROM :call.unit
