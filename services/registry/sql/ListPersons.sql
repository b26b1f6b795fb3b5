-- ListPersonsRequest -> ListPersonsReply.rows[]
SELECT p.unit_id, p.person_role, p.person_name, p.title, p.section_name, p.phone, p.valid_from AS valid_from_date, p.valid_to AS valid_to_date,
  concat_ws('/', p.unit_id, p.person_role, p.valid_from, p.person_name) AS page_key
FROM unit_person p
WHERE (:unit_id IS NULL OR p.unit_id = :unit_id) AND (:person_role IS NULL OR p.person_role = :person_role)
  AND (:all_spells OR (p.valid_from <= coalesce(:as_of_date::date, :call.today)
                       AND (p.valid_to IS NULL OR coalesce(:as_of_date::date, :call.today) < p.valid_to)))
  AND (:page_token IS NULL OR (p.unit_id, p.person_role, p.valid_from, p.person_name) >
    (split_part(:page_token, '/', 1), split_part(:page_token, '/', 2), split_part(:page_token, '/', 3)::date,
     substr(:page_token, 1 + length(split_part(:page_token, '/', 1) || split_part(:page_token, '/', 2) || split_part(:page_token, '/', 3)) + 3)))
ORDER BY p.unit_id, p.person_role, p.valid_from, p.person_name LIMIT :call.limit
