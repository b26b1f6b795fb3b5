-- RankCarriersRequest -> RankCarriersReply.rows[]
-- Collectives at risk first, then who is near, then who carries least, then by unit_id: the same order whenever it is asked.
WITH place AS (SELECT rpad(p.division_code, 12, '0') AS code FROM project p WHERE p.project_code = :project_code),
carrier AS (
  SELECT u.unit_id, u.unit_name, u.division_code, is_collective(u.unit_kind, u.carrier_kind) AS collective, u.at_risk,
    CASE WHEN right(place.code, 3) <> '000' AND rpad(u.division_code, 12, '0') = place.code THEN 3
         WHEN substr(place.code, 7, 3) <> '000' AND left(rpad(u.division_code, 12, '0'), 9) = left(place.code, 9) THEN 2
         WHEN left(u.division_code, 6) = left(place.code, 6) THEN 1 ELSE 0 END AS near,
    (SELECT count(*)::int4 FROM project_party y JOIN project p USING (project_code) WHERE y.unit_id = u.unit_id AND y.relation = 'CONTRACTOR'
     AND p.project_state IN ('AWARDED', 'CONSTRUCTION', 'SUSPENDED')) AS running_count
  FROM place, unit u WHERE u.active AND (u.unit_kind IN ('RURAL_COLLECTIVE', 'LABOUR_ORGANISATION') OR u.carrier_kind IS NOT NULL)
), ranked AS (
  SELECT c.*, (row_number() OVER (ORDER BY c.collective AND c.at_risk DESC, c.near DESC, c.running_count, c.unit_id))::int4 AS rank_number
  FROM carrier c WHERE NOT :collectives_only OR c.collective
)
SELECT r.rank_number, r.unit_id, r.unit_name, r.collective, r.at_risk, r.division_code, r.running_count,
  array_remove(ARRAY[CASE WHEN r.collective AND r.at_risk THEN 'AT_RISK' END,
    CASE r.near WHEN 3 THEN 'SAME_VILLAGE' WHEN 2 THEN 'SAME_TOWNSHIP' WHEN 1 THEN 'SAME_COUNTY' END,
    CASE WHEN r.running_count = 0 THEN 'FREE_HANDS' END], NULL) AS reasons, r.rank_number::text AS page_key
FROM ranked r WHERE :page_token IS NULL OR r.rank_number > :page_token::int4 ORDER BY r.rank_number LIMIT :call.limit
