-- LoadCatalogueRequest -> LoadCatalogueReply
WITH given AS (
  SELECT r.*, count(*) OVER () AS total, count(*) OVER (PARTITION BY r.seq) AS same
  FROM unnest(:rows.seq, :rows.field_name, :rows.category, :rows.tasks, :rows.guiding_bureau, :rows.owner_defined,
    :rows.class_name) WITH ORDINALITY r (seq, field_name, category, tasks, guiding_bureau, owner_defined, class_name, place)
), problem AS (
  SELECT 'CATALOGUE_VERSION_USED' AS refusal, 'catalogue_version' AS refusal_path, max(c.catalogue_version)::text AS refusal_detail FROM catalogue c
  HAVING max(c.catalogue_version) >= :catalogue_version
  UNION ALL
  SELECT 'CATALOGUE_SEQ', format('rows[%s].seq', g.place - 1), g.seq::text FROM given g WHERE g.same > 1 OR g.seq NOT BETWEEN 1 AND g.total
  UNION ALL
  SELECT 'FIELD_UNKNOWN', format('rows[%s].field_name', g.place - 1), g.field_name FROM given g
  WHERE NOT EXISTS (SELECT 1 FROM field_alias f WHERE f.field_name = g.field_name)
), version AS (
  INSERT INTO catalogue (catalogue_version, issued_by_name, valid_from, division_prefix, profile_name)
  SELECT :catalogue_version, :issued_by_name, :valid_from_date::date, coalesce(:division_prefix, ''), :profile_name
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING catalogue_version
), loaded AS (
  INSERT INTO catalogue_row (catalogue_version, seq, field_name, field, category, tasks, guiding_bureau, guiding_unit_id, owner_defined, borrows,
    class_name)
  SELECT v.catalogue_version, g.seq, g.field_name, f.field, g.category, g.tasks, g.guiding_bureau,
    (SELECT u.unit_id FROM unit u WHERE u.active AND g.guiding_bureau IN (u.unit_name, u.short_name) ORDER BY u.unit_id LIMIT 1),
    g.owner_defined OR strpos(g.tasks, '由项目建设单位结合实际确定') > 0, strpos(g.tasks, '参照同类项目') > 0, g.class_name
  FROM version v, given g JOIN field_alias f ON f.field_name = g.field_name RETURNING 1
)
SELECT problem.*, v.catalogue_version, (SELECT count(*)::int4 FROM loaded) AS row_count FROM problem FULL JOIN version v ON false
