-- TakeCatalogueRequest -> LoadCatalogueReply
-- A version that stands here already, row for row, is not made twice. Nobody is asked whether the number is free: the parent does not know.
WITH given AS (
  SELECT r.*, count(*) OVER () AS total, count(*) OVER (PARTITION BY r.seq) AS same
  FROM unnest(:rows.seq, :rows.field_name, :rows.category, :rows.tasks, :rows.guiding_bureau, :rows.owner_defined,
    :rows.class_name) WITH ORDINALITY r (seq, field_name, category, tasks, guiding_bureau, owner_defined, class_name, place)
), problem AS (
  SELECT 'CATALOGUE_SEQ' AS refusal, format('rows[%s].seq', g.place - 1) AS refusal_path, g.seq::text AS refusal_detail
  FROM given g WHERE g.same > 1 OR g.seq NOT BETWEEN 1 AND g.total
  UNION ALL
  SELECT 'FIELD_UNKNOWN', format('rows[%s].field_name', g.place - 1), g.field_name FROM given g
  WHERE NOT EXISTS (SELECT 1 FROM field_alias f WHERE f.field_name = g.field_name)
), present AS (
  SELECT c.catalogue_version FROM catalogue c
  WHERE c.issued_by_name = :issued_by_name AND c.valid_from = :valid_from_date::date AND c.division_prefix = coalesce(:division_prefix, '')
    AND (SELECT count(*) FROM catalogue_row r WHERE r.catalogue_version = c.catalogue_version) = (SELECT count(*) FROM given)
    AND NOT EXISTS (SELECT 1 FROM given g WHERE NOT EXISTS (SELECT 1 FROM catalogue_row r WHERE r.catalogue_version = c.catalogue_version
      AND (r.seq, r.field_name, r.category, r.tasks, r.guiding_bureau) = (g.seq, g.field_name, g.category, g.tasks, g.guiding_bureau)
      AND r.class_name IS NOT DISTINCT FROM g.class_name))
  ORDER BY c.catalogue_version DESC LIMIT 1
), version AS (
  INSERT INTO catalogue (catalogue_version, issued_by_name, valid_from, division_prefix, profile_name, upper_unit_id, upper_version)
  SELECT greatest(:catalogue_version, 1 + (SELECT max(c.catalogue_version) FROM catalogue c)), :issued_by_name, :valid_from_date::date,
    coalesce(:division_prefix, ''), :profile_name, :upper_unit_id, :catalogue_version
  WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM present) RETURNING catalogue_version
), loaded AS (
  INSERT INTO catalogue_row (catalogue_version, seq, field_name, field, category, tasks, guiding_bureau, guiding_unit_id, owner_defined, borrows,
    class_name)
  SELECT v.catalogue_version, g.seq, g.field_name, f.field, g.category, g.tasks, g.guiding_bureau,
    (SELECT u.unit_id FROM unit u WHERE u.active AND g.guiding_bureau IN (u.unit_name, u.short_name) ORDER BY u.unit_id LIMIT 1),
    g.owner_defined OR strpos(g.tasks, '由项目建设单位结合实际确定') > 0, strpos(g.tasks, '参照同类项目') > 0, g.class_name
  FROM version v, given g JOIN field_alias f ON f.field_name = g.field_name RETURNING 1
), taken AS (SELECT catalogue_version FROM version UNION ALL SELECT catalogue_version FROM present WHERE NOT EXISTS (SELECT 1 FROM problem))
SELECT problem.*, t.catalogue_version, (SELECT count(*)::int4 FROM loaded) AS row_count FROM problem FULL JOIN taken t ON false
