-- ListPaperLimitsRequest -> ListPaperLimitsReply.rows[]
SELECT DISTINCT ON (l.media_type) l.media_type, l.valid_from AS valid_from_date, l.largest_bytes, l.basis_note
FROM paper_limit l WHERE l.valid_from <= coalesce(:as_of_date::date, :call.today) ORDER BY l.media_type, l.valid_from DESC
