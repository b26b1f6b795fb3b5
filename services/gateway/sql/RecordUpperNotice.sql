-- RecordUpperNoticeRequest -> UpperNoticeKey
WITH known AS (
  SELECT notice_number FROM upper_notice WHERE source = :source AND source_epoch = :source_epoch AND source_seq = :source_seq),
added AS (
  INSERT INTO upper_notice (notice_number, source, source_epoch, source_seq, sent_at, received_at, notice_kind, notice_reference, notice_unit_ids,
    project_code, notice_title, notice_text, due_date, finding_state)
  SELECT 1 + coalesce((SELECT max(n.notice_number) FROM upper_notice n), 0), :source, :source_epoch, :source_seq, :sent_at_us, :call.now, :notice_kind,
    :notice_reference, :notice_unit_ids, :project_code, :notice_title, :notice_text, :due_date::date, :finding_state
  WHERE NOT EXISTS (SELECT 1 FROM known) RETURNING notice_number)
SELECT notice_number FROM known UNION ALL SELECT notice_number FROM added
