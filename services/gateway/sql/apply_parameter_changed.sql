-- ParameterChanged -> Nothing
WITH due AS (
  INSERT INTO list_due_day (division_prefix, valid_from, day_of_year)
  SELECT coalesce(:division_prefix, ''), :valid_from_date::date, :parameter_value::int4 WHERE :parameter_name = 'year_list_due_day'
  ON CONFLICT (division_prefix, valid_from) DO UPDATE SET day_of_year = excluded.day_of_year)
INSERT INTO kept_years (division_prefix, valid_from, years)
SELECT coalesce(:division_prefix, ''), :valid_from_date::date, :parameter_value::int4 WHERE :parameter_name = 'report_rows_years'
ON CONFLICT (division_prefix, valid_from) DO UPDATE SET years = excluded.years
