-- SetPaperLimitRequest -> PaperLimit
INSERT INTO paper_limit (media_type, valid_from, largest_bytes, basis_note)
VALUES (lower(:media_type), :valid_from_date::date, :largest_bytes, :basis_note)
ON CONFLICT (media_type, valid_from) DO UPDATE SET largest_bytes = excluded.largest_bytes, basis_note = excluded.basis_note
RETURNING media_type, valid_from AS valid_from_date, largest_bytes, basis_note
