-- SetLabourChannelRequest -> LabourChannel.rows[]
-- The contacts of township, owner and contractor are units of the project; HR and the village need only be registered.
WITH line AS MATERIALIZED (
  SELECT l.*, (n - 1)::int4 AS i
  FROM unnest(:contacts.contact_party, :contacts.unit_id, :contacts.contact_name, :contacts.contact_phone) WITH ORDINALITY
    AS l(contact_party, unit_id, contact_name, contact_phone, n)),
problem AS MATERIALIZED (
  SELECT 'CONTACT_NOT_CONCERNED' AS refusal, 'contacts[' || i || '].unit_id' AS refusal_path, contact_party || ' ' || unit_id AS refusal_detail
  FROM line WHERE CASE WHEN contact_party IN ('HR', 'VILLAGE') THEN NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit_id = line.unit_id AND u.active)
    ELSE NOT EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = :project_code AND p.unit_id = line.unit_id AND p.relation = line.contact_party) END
  UNION ALL
  SELECT 'CONTACT_TWICE', 'contacts[' || i || '].unit_id', 'contacts[' || first_i || ']'
  FROM (SELECT i, min(i) OVER (PARTITION BY contact_party, unit_id) AS first_i FROM line) t WHERE first_i < i),
left_out AS (
  DELETE FROM channel_contact c WHERE c.project_code = :project_code AND NOT EXISTS (SELECT 1 FROM problem)
    AND NOT EXISTS (SELECT 1 FROM line WHERE line.contact_party = c.contact_party AND line.unit_id = c.unit_id)),
written AS (
  INSERT INTO channel_contact (project_code, contact_party, unit_id, contact_name, contact_phone, set_by, set_at)
  SELECT :project_code, contact_party, unit_id, contact_name, contact_phone, :call.principal, :call.now FROM line
  WHERE NOT EXISTS (SELECT 1 FROM problem)
  ON CONFLICT (project_code, contact_party, unit_id) DO UPDATE SET contact_name = excluded.contact_name,
    contact_phone = excluded.contact_phone, set_by = excluded.set_by, set_at = excluded.set_at
  RETURNING *)
SELECT refusal, refusal_path, refusal_detail, project_code, contact_party, unit_id, contact_name, contact_phone, channel_complete
FROM (
  SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, project_code, contact_party, unit_id, contact_name,
         contact_phone, bool_or(contact_party = 'TOWNSHIP') OVER () AND bool_or(contact_party = 'OWNER') OVER ()
           AND bool_or(contact_party = 'CONTRACTOR') OVER () AND (bool_or(contact_party = 'VILLAGE') OVER () OR NOT EXISTS (
             SELECT 1 FROM project_party o JOIN unit u USING (unit_id) WHERE o.project_code = :project_code AND o.relation = 'OWNER'
               AND u.unit_kind IN ('VILLAGE_COMMITTEE', 'RURAL_COLLECTIVE'))) AS channel_complete
  FROM written
  UNION ALL
  SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL FROM problem) answer
ORDER BY contact_party, unit_id, refusal_path
