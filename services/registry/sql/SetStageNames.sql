-- SetStageNamesRequest -> SetStageNamesReply
WITH placed AS (
  INSERT INTO link_stage_name (division_prefix, valid_from, link_stage, stage_name)
  SELECT DISTINCT ON (n.link_stage) coalesce(:division_prefix, ''), :valid_from_date::date, n.link_stage, n.stage_name
  FROM unnest(:names.link_stage, :names.stage_name) WITH ORDINALITY n (link_stage, stage_name, place) ORDER BY n.link_stage, n.place DESC
  ON CONFLICT (division_prefix, valid_from, link_stage) DO UPDATE SET stage_name = excluded.stage_name RETURNING 1
)
SELECT count(*)::int4 AS stage_count FROM placed
