-- Counts of the services made into facts: of each project and kind of fact what is due against what is there. A month that is not sealed yet lacks
-- its sheet, payment and filing too. Shared by the completeness of one unit and that of all.
CREATE FUNCTION completeness_facts(unit_ids text[], project_codes text[], project_names text[], works_months int4[], sealed_months int4[],
  unsealed_months int4[], sheets_due int4[], sheets_drawn int4[], sheets_paid int4[], sheets_filed int4[], notices_due int4[], notices_done int4[],
  reports_due int4[], reports_done int4[])
RETURNS TABLE (unit_id text, project_code text, project_name text, place int4, fact_kind text, due_count int4, done_count int4)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
  WITH counted AS (
    SELECT g.unit_id, g.project_code, g.project_name, greatest(coalesce(g.works, 0), coalesce(g.sealed, 0) + coalesce(g.unsealed, 0)) AS months,
      coalesce(g.sealed, 0) AS sealed, coalesce(g.teams, 0) AS teams, coalesce(g.drawn, 0) AS drawn, coalesce(g.paid, 0) AS paid,
      coalesce(g.filed, 0) AS filed, coalesce(g.told_due, 0) AS told_due, coalesce(g.told, 0) AS told, coalesce(g.reported_due, 0) AS reported_due,
      coalesce(g.reported, 0) AS reported
    FROM unnest(unit_ids, project_codes, project_names, works_months, sealed_months, unsealed_months, sheets_due, sheets_drawn, sheets_paid, sheets_filed,
        notices_due, notices_done, reports_due, reports_done)
      AS g(unit_id, project_code, project_name, works, sealed, unsealed, teams, drawn, paid, filed, told_due, told, reported_due, reported))
  SELECT c.unit_id, c.project_code, c.project_name, k.place, k.fact_kind, k.due_count, k.done_count
  FROM counted c CROSS JOIN LATERAL (VALUES
    (1, 'ATTENDANCE', c.months, c.sealed), (2, 'SHEET', c.teams + c.months - c.sealed, c.drawn), (3, 'PAYMENT', c.teams + c.months - c.sealed, c.paid),
    (4, 'FILING', c.teams + c.months - c.sealed, c.filed), (5, 'NOTICE', c.told_due, c.told), (6, 'PROGRESS_REPORT', c.reported_due, c.reported))
    AS k(place, fact_kind, due_count, done_count)
  WHERE k.due_count > 0 OR k.done_count > 0
$$;
