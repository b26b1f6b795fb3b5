-- TasksChanged -> Nothing
-- The works are planned to end with their last task, when every task says when.
UPDATE project SET planned_end_date = (SELECT CASE WHEN count(*) = count(to_date) THEN max(to_date) END FROM unnest(:rows.work_to_date) AS t(to_date))
WHERE project_code = :project_code
