-- GetLabourChannelRequest -> LabourChannel.rows[]
SELECT p.project_code, channel_missing(p.project_code) IS NULL AS channel_complete, c.contact_party, c.unit_id, c.contact_name, c.contact_phone
FROM project p LEFT JOIN channel_contact c USING (project_code)
WHERE p.project_code = :project_code
ORDER BY c.contact_party, c.unit_id
