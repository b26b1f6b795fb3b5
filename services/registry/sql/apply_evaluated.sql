-- ProjectEvaluated -> Nothing
INSERT INTO followed_evaluation (project_code, evaluation_code, evaluation_grade, evaluated_date)
VALUES (:project_code, :evaluation_code, :evaluation_grade, :evaluated_date)
ON CONFLICT (project_code) DO UPDATE SET evaluation_code = excluded.evaluation_code, evaluation_grade = excluded.evaluation_grade,
  evaluated_date = excluded.evaluated_date
