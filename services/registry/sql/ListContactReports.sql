-- ListContactReportsRequest -> ListContactReportsReply.rows[]
-- Projects on the year's list at the end of the quarter, or today while it runs. A contact unit sees its own, the office all.
WITH entry AS (
  SELECT p.project_code, p.project_name,
    (SELECT min(y.unit_id) FROM project_party y WHERE y.project_code = p.project_code AND y.relation = 'CONTACT') AS contact_unit_id
  FROM list_entry e JOIN list_entry_spell s USING (project_code, list_year) JOIN project p USING (project_code)
  CROSS JOIN (SELECT least((quarter_first_day(:quarter) + interval '3 months')::date - 1, :call.today) AS day) d
  WHERE e.list_year = left(:quarter, 4)::int4 AND s.list_state IN ('LISTED', 'ADJUSTED') AND s.valid_from <= d.day
    AND (s.valid_to IS NULL OR d.day < s.valid_to) AND (:page_token IS NULL OR e.project_code > :page_token)
    AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party y WHERE y.project_code = p.project_code AND y.unit_id = :call.unit))
    AND (:unit_id IS NULL OR EXISTS (SELECT 1 FROM project_party y
         WHERE (y.project_code, y.unit_id, y.relation) = (p.project_code, :unit_id, 'CONTACT')))
), told AS (
  SELECT e.*, (SELECT y.person_name FROM project_party y WHERE (y.project_code, y.unit_id, y.relation) = (e.project_code, e.contact_unit_id, 'CONTACT'))
      AS contact_name,
    (SELECT array_agg(DISTINCT n ORDER BY n) FROM contact_report r, unnest(r.recipients) n
     WHERE (r.project_code, r.quarter) = (e.project_code, :quarter)) AS recipients
  FROM entry e
)
SELECT t.project_code, t.project_name, t.contact_unit_id, t.contact_name, last.report_number, t.recipients,
  (SELECT array_agg(w.name ORDER BY w.place) FROM unnest(ARRAY['PARTY_COMMITTEE', 'GOVERNMENT', 'UPPER_BUREAU']) WITH ORDINALITY w (name, place)
   WHERE w.name <> ALL (coalesce(t.recipients, '{}'))) AS missing_recipients,
  last.report_note, last.document_no, last.reported_date, t.project_code AS page_key
FROM told t
LEFT JOIN LATERAL (SELECT r.* FROM contact_report r WHERE (r.project_code, r.quarter) = (t.project_code, :quarter)
                   ORDER BY r.report_number DESC LIMIT 1) last ON true
WHERE NOT :missing_only OR cardinality(coalesce(t.recipients, '{}')) < 3
ORDER BY t.project_code LIMIT :call.limit
