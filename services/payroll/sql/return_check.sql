-- RecordReturnFileRequest -> Nothing
-- Count, sums and digest of the file must be those of its lines; else nothing of it is taken. The same file again is the same file.
WITH given AS (
  SELECT * FROM unnest(:lines.worker_number, :lines.line_result, :lines.paid_fen, :lines.bank_serial) AS g(worker_number, line_result, paid_fen, bank_serial)
),
sums AS (
  SELECT count(*)::int4 AS line_count, (count(*) FILTER (WHERE line_result = 'PAID'))::int4 AS paid_count,
    coalesce(sum(paid_fen) FILTER (WHERE line_result = 'PAID'), 0)::int8 AS paid_fen,
    sha256(convert_to(coalesce(string_agg(worker_number || '|' || line_result || '|' || coalesce(paid_fen, 0) || '|' || coalesce(bank_serial, ''),
      E'\n' ORDER BY worker_number), ''), 'UTF8')) AS return_digest
  FROM given
),
known AS (
  SELECT return_digest FROM return_file WHERE project_code = :project_code AND order_code = :order_code AND return_code = :return_code
),
problem AS (
  SELECT 'NOT_BY_FILE' AS refusal, 'order_code' AS refusal_path, order_channel AS refusal_detail FROM payment_order
    WHERE project_code = :project_code AND order_code = :order_code AND order_channel <> 'FILE'
  UNION ALL SELECT 'COUNT_DIFFERS', 'line_count', coalesce(:line_count, 0) || ' <> ' || line_count FROM sums WHERE line_count <> coalesce(:line_count, 0)
  UNION ALL SELECT 'COUNT_DIFFERS', 'paid_count', coalesce(:paid_count, 0) || ' <> ' || paid_count FROM sums WHERE paid_count <> coalesce(:paid_count, 0)
  UNION ALL SELECT 'TOTAL_DIFFERS', 'paid_fen', coalesce(:paid_fen, 0) || ' <> ' || paid_fen FROM sums WHERE paid_fen <> coalesce(:paid_fen, 0)
  UNION ALL SELECT 'RETURN_DIGEST_DIFFERS', 'return_digest', NULL FROM sums WHERE return_digest <> :return_digest
  UNION ALL SELECT 'RETURN_KNOWN', 'return_code', :return_code FROM known WHERE return_digest <> :return_digest
),
kept AS (
  INSERT INTO return_file (project_code, order_code, return_code, return_digest, line_count, paid_count, paid_fen, recorded_by, recorded_date)
  SELECT :project_code, :order_code, :return_code, return_digest, line_count, paid_count, paid_fen, :call.principal, :call.today
  FROM sums WHERE NOT EXISTS (SELECT 1 FROM problem) AND NOT EXISTS (SELECT 1 FROM known)
)
SELECT refusal, refusal_path, refusal_detail FROM problem
