-- GetPoliciesRequest -> RegistryPolicies
SELECT
  (SELECT json_agg(json_build_object('calendar_year', y.calendar_year, 'source_note', y.source_note, 'rows', y.days) ORDER BY y.calendar_year)
   FROM (SELECT calendar_year, max(source_note) AS source_note,
           json_agg(json_build_object('day_date', day_date, 'day_kind', day_kind, 'day_name', day_name) ORDER BY day_date) AS days
         FROM calendar_day GROUP BY calendar_year) y
   WHERE :past_too OR y.calendar_year >= extract(year FROM :call.today)::int4) AS calendars,
  (SELECT json_agg(json_strip_nulls(json_build_object('catalogue_version', coalesce(c.upper_version, c.catalogue_version), 'issued_by_name', c.issued_by_name,
     'valid_from_date', c.valid_from, 'division_prefix', nullif(c.division_prefix, ''), 'profile_name', c.profile_name,
     'rows', (SELECT json_agg(json_strip_nulls(json_build_object('seq', r.seq, 'field_name', r.field_name, 'category', r.category, 'tasks', r.tasks,
                'guiding_bureau', r.guiding_bureau, 'class_name', r.class_name, 'owner_defined', r.owner_defined)) ORDER BY r.seq)
              FROM catalogue_row r WHERE r.catalogue_version = c.catalogue_version))) ORDER BY c.catalogue_version)
   FROM catalogue c
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM catalogue n WHERE n.division_prefix = c.division_prefix AND n.valid_from <= :call.today
                                    AND (n.valid_from, n.catalogue_version) > (c.valid_from, c.catalogue_version))) AS catalogues,
  (SELECT json_agg(json_strip_nulls(json_build_object('parameter_name', p.parameter_name, 'division_prefix', nullif(p.division_prefix, ''),
     'valid_from_date', p.valid_from, 'parameter_value', p.parameter_value, 'basis_note', p.basis_note))
     ORDER BY p.parameter_name, p.division_prefix, p.valid_from)
   FROM policy_parameter p
   WHERE :past_too OR NOT EXISTS (SELECT 1 FROM policy_parameter n WHERE n.parameter_name = p.parameter_name AND n.division_prefix = p.division_prefix
                                    AND n.valid_from > p.valid_from AND n.valid_from <= :call.today)) AS parameters
