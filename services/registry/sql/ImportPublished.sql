-- ImportPublishedRequest -> ProjectReply
-- Every cell is read exactly or named; nothing is rounded, guessed or filled with 0. A second import of the same notice finds its project.
WITH given AS (
  SELECT g.*, coalesce(g.project_code, 'PUB-' || left(md5(concat_ws('/', g.province, g.city, g.county, g.town_village, g.project_name)), 12)) AS code,
    count(*) OVER () AS total
  FROM unnest(:rows.project_code, :rows.province, :rows.city, :rows.county, :rows.town_village, :rows.project_name, :rows.year, :rows.track,
    :rows.field, :rows.total_investment_wanyuan, :rows.central_funds_wanyuan, :rows.provincial_funds_wanyuan, :rows.other_fiscal_wanyuan,
    :rows.self_raised_wanyuan, :rows.fund_kind_text, :rows.planned_pay_wanyuan, :rows.paid_pay_wanyuan, :rows.pay_ratio_published,
    :rows.ratio_basis_text, :rows.planned_workers, :rows.absorbed_workers, :rows.priority_breakdown_text, :rows.trainees,
    :rows.public_posts, :rows.start, :rows.end, :rows.procurement, :rows.carrying_body, :rows.owner, :rows.main_content, :rows.source_title,
    :rows.source_date_text) WITH ORDINALITY
    g (project_code, province, city, county, town_village, project_name, year, track, field, total_investment, central, provincial, other_fiscal,
       self_raised, fund_kind_text, planned_pay, paid_pay, ratio, ratio_basis_text, planned_workers, absorbed_workers, priority_text, trainees, posts,
       start_text, end_text, procurement, carrying_body, owner, main_content, source_title, source_date, place)
), problem AS (
  SELECT 'PUBLISHED_ONE_ROW' AS refusal, 'rows' AS refusal_path, g.total::text AS refusal_detail FROM given g WHERE g.total > 1 AND g.place = 1
  UNION ALL
  SELECT 'PROJECT_EXISTS', 'rows[0].project_name', p.project_code || ' ' || p.project_name FROM given g JOIN project p ON p.project_code = g.code
  UNION ALL
  SELECT 'NOT_YOUR_UNIT', 'bureau_unit_id', :bureau_unit_id WHERE coalesce(:bureau_unit_id, :call.unit) <> :call.unit AND NOT :call.sees_all
  UNION ALL
  SELECT 'UNKNOWN_BUREAU', 'bureau_unit_id', coalesce(:bureau_unit_id, :call.unit)
  WHERE NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = coalesce(:bureau_unit_id, :call.unit) AND u.active
    AND u.unit_kind IN ('BUREAU', 'PLATFORM_COMPANY'))
  UNION ALL
  SELECT 'FIELD_UNKNOWN', 'rows[0].field', g.field FROM given g
  WHERE NOT EXISTS (SELECT 1 FROM field_alias f WHERE f.field_name = g.field AND f.field IS NOT NULL)
  UNION ALL
  SELECT 'PUBLISHED_CELL', 'rows[0].' || cell.name, cell.value FROM given g, LATERAL (VALUES
    ('year', g.year, '\d{4}'), ('track', g.track, 'SPECIAL_FUND|NONGTUI|ZHONGTUI|UNKNOWN'), ('procurement', g.procurement, 'TENDER|NON_TENDER|UNKNOWN'),
    ('total_investment_wanyuan', g.total_investment, '\d{1,8}(\.\d{1,6})?'), ('central_funds_wanyuan', g.central, '\d{1,8}(\.\d{1,6})?'),
    ('provincial_funds_wanyuan', g.provincial, '\d{1,8}(\.\d{1,6})?'), ('other_fiscal_wanyuan', g.other_fiscal, '\d{1,8}(\.\d{1,6})?'),
    ('self_raised_wanyuan', g.self_raised, '\d{1,8}(\.\d{1,6})?'), ('planned_pay_wanyuan', g.planned_pay, '\d{1,8}(\.\d{1,6})?'),
    ('paid_pay_wanyuan', g.paid_pay, '\d{1,8}(\.\d{1,6})?'), ('pay_ratio_published', g.ratio, '\d{1,3}(\.\d{1,2})?%'),
    ('planned_workers', g.planned_workers, '\d{1,9}'), ('absorbed_workers', g.absorbed_workers, '\d{1,9}'),
    ('trainees', g.trainees, '\d{1,9}'), ('public_posts', g.posts, '\d{1,9}')) cell (name, value, pattern)
  WHERE cell.value !~ ('^(' || cell.pattern || ')$')
  UNION ALL
  SELECT 'PUBLISHED_CELL', 'rows[0].' || cell.name, length(cell.value)::text || ' > ' || cell.longest FROM given g, LATERAL (VALUES
    ('project_name', g.project_name, 200), ('main_content', g.main_content, 2000), ('fund_kind_text', g.fund_kind_text, 500),
    ('ratio_basis_text', g.ratio_basis_text, 500), ('priority_breakdown_text', g.priority_text, 500), ('source_title', g.source_title, 500))
    cell (name, value, longest)
  WHERE length(cell.value) > cell.longest
), fact AS (
  -- Casts come only after every cell has passed.
  SELECT g.*, f.field AS field_value, coalesce(:bureau_unit_id, :call.unit) AS bureau FROM given g JOIN field_alias f ON f.field_name = g.field
  WHERE NOT EXISTS (SELECT 1 FROM problem)
), added AS (
  INSERT INTO project (project_code, project_name, bureau_unit_id, project_state, field, track, project_year, province_name, city_name, county_name,
    town_village_name, total_investment_fen, central_fen, provincial_fen, other_fiscal_fen, self_raised_fen, fund_kind_note, planned_pay_fen,
    published_paid_fen, published_ratio_bp, ratio_basis_note, planned_workers, published_workers, priority_note, planned_trainees, planned_posts,
    planned_start_note, planned_end_note, published_procurement, carrying_body_name, owner_name, content_note, source_title, source_date_note,
    investment_kind, benefit_channels, selection_features, village_construction)
  SELECT f.code, f.project_name, f.bureau, 'DRAFT', f.field_value, nullif(f.track, 'UNKNOWN'), f.year::int4, f.province, f.city, f.county,
    f.town_village, (f.total_investment::numeric * 1000000)::int8, (f.central::numeric * 1000000)::int8, (f.provincial::numeric * 1000000)::int8,
    (f.other_fiscal::numeric * 1000000)::int8, (f.self_raised::numeric * 1000000)::int8, f.fund_kind_text, (f.planned_pay::numeric * 1000000)::int8,
    (f.paid_pay::numeric * 1000000)::int8, (rtrim(f.ratio, '%')::numeric * 100)::int4, f.ratio_basis_text, f.planned_workers::int4,
    f.absorbed_workers::int4, f.priority_text, f.trainees::int4, f.posts::int4, f.start_text, f.end_text, nullif(f.procurement, 'UNKNOWN'),
    f.carrying_body, f.owner, f.main_content, f.source_title, f.source_date, 'GOVERNMENT', '{}', '{}', false
  FROM fact f RETURNING project_code, bureau_unit_id
), party AS (
  INSERT INTO project_party (project_code, unit_id, relation) SELECT a.project_code, a.bureau_unit_id, 'BUREAU' FROM added a RETURNING project_code
)
SELECT problem.*, s.* FROM problem FULL JOIN (party CROSS JOIN LATERAL project_snapshot(party.project_code) s) ON false
