-- SetParameterRequest -> SetParameterReply
WITH problem AS (
  SELECT 'UNKNOWN_PARAMETER' AS refusal, 'parameter_name' AS refusal_path, :parameter_name AS refusal_detail
  WHERE NOT EXISTS (SELECT 1 FROM policy_parameter p WHERE p.parameter_name = :parameter_name)
), placed AS (
  INSERT INTO policy_parameter (parameter_name, division_prefix, valid_from, parameter_value, basis_note)
  SELECT :parameter_name, coalesce(:division_prefix, ''), :valid_from_date::date, :parameter_value, :basis_note
    WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (parameter_name, division_prefix, valid_from) DO UPDATE SET parameter_value = excluded.parameter_value, basis_note = excluded.basis_note
  RETURNING parameter_name, parameter_value
)
SELECT problem.*, p.parameter_name, p.parameter_value FROM problem FULL JOIN placed p ON false
