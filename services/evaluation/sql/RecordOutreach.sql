-- RecordOutreachRequest -> Outreach
WITH reached AS (SELECT DISTINCT u AS unit_id FROM unnest(:reached_unit_ids) AS u),
problem AS (
  SELECT 'OUTREACH_IN_FUTURE' AS refusal, 'outreach_date' AS refusal_path, :outreach_date::text AS refusal_detail WHERE :outreach_date > :call.today
  UNION ALL SELECT 'OUTREACH_EXISTS', 'outreach_code', :outreach_code WHERE EXISTS (SELECT 1 FROM outreach WHERE outreach_code = :outreach_code)
  UNION ALL SELECT 'UNIT_UNKNOWN', format('reached_unit_ids[%s]', place - 1), u FROM unnest(:reached_unit_ids) WITH ORDINALITY AS g(u, place)
    WHERE NOT EXISTS (SELECT 1 FROM unit WHERE unit_id = u)
  UNION ALL SELECT 'NOBODY_REACHED', 'reached_unit_ids', :audience WHERE :audience <> 'PUBLIC' AND NOT EXISTS (SELECT 1 FROM reached)
),
added AS (
  INSERT INTO outreach (outreach_code, outreach_kind, outreach_date, audience, outreach_title, place_note, attendee_count, host_unit_id, recorded_by)
  SELECT :outreach_code, :outreach_kind, :outreach_date, :audience, :outreach_title, :place_note, :attendee_count, :call.unit, :call.principal
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
),
kept AS (INSERT INTO outreach_unit (outreach_code, unit_id) SELECT a.outreach_code, r.unit_id FROM added a, reached r),
changed AS (
  SELECT outreach_code, outreach_kind, outreach_date, audience, outreach_title, place_note, attendee_count, host_unit_id,
    ARRAY(SELECT unit_id FROM reached ORDER BY unit_id) AS reached_unit_ids, (SELECT count(*) FROM reached)::int4 AS reached_count
  FROM added
)
SELECT p.refusal, p.refusal_path, p.refusal_detail, c.* FROM problem p FULL JOIN changed c ON false
