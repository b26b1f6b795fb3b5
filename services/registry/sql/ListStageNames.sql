-- ListStageNamesRequest -> ListStageNamesReply.rows[]
SELECT s.link_stage, n.stage_name
FROM unnest(ARRAY['MAIN_AND_TEMPORARY', 'SITE_SERVICE', 'POST_UPKEEP']) WITH ORDINALITY s (link_stage, place)
CROSS JOIN LATERAL (
  SELECT x.stage_name FROM link_stage_name x WHERE x.link_stage = s.link_stage AND x.valid_from <= coalesce(:as_of_date::date, :call.today)
    AND starts_with(coalesce(:division_code, ''), x.division_prefix)
  ORDER BY length(x.division_prefix) DESC, x.valid_from DESC LIMIT 1) n
ORDER BY s.place
