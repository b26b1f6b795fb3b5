-- GetCatalogueRequest -> Catalogue.rows[]
SELECT c.catalogue_version, c.issued_by_name, c.valid_from AS valid_from_date, c.profile_name, c.division_prefix, r.seq, r.class_name, r.field_name, r.category, r.tasks, r.guiding_bureau, r.field,
  r.guiding_unit_id, r.owner_defined
FROM catalogue c JOIN catalogue_row r USING (catalogue_version)
WHERE c.catalogue_version = coalesce(:catalogue_version, catalogue_in_force(coalesce(:as_of_date::date, :call.today), :division_code))
  AND (:field IS NULL OR coalesce(r.field, :field) = :field)
ORDER BY r.seq
