-- SetMinimumWageRequest -> MinimumWage
INSERT INTO minimum_wage (division_code, valid_from_date, daily_fen, source_note)
VALUES (:division_code, :valid_from_date, coalesce(:daily_fen, 0), :source_note)
ON CONFLICT (division_code, valid_from_date) DO UPDATE SET daily_fen = excluded.daily_fen, source_note = excluded.source_note
RETURNING division_code, valid_from_date, daily_fen, source_note
