-- SetFindingClassRequest -> FindingClass
INSERT INTO finding_class (class_code, valid_from_date, finding_severity, class_title, english_title, basis_note, duty_note, fine_low_fen,
  fine_high_fen, stops_work, source_note)
VALUES (:class_code, :valid_from_date, :finding_severity, :class_title, :english_title, :basis_note, :duty_note, :fine_low_fen, :fine_high_fen,
  :stops_work, :source_note)
ON CONFLICT (class_code, valid_from_date) DO UPDATE SET finding_severity = excluded.finding_severity, class_title = excluded.class_title,
  english_title = excluded.english_title, basis_note = excluded.basis_note, duty_note = excluded.duty_note, fine_low_fen = excluded.fine_low_fen,
  fine_high_fen = excluded.fine_high_fen, stops_work = excluded.stops_work, source_note = excluded.source_note
RETURNING class_code, valid_from_date, finding_severity, class_title, english_title, basis_note, duty_note, fine_low_fen, fine_high_fen, stops_work,
  source_note
