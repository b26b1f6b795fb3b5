-- IssueCircularRequest -> CircularKey
-- Number, date and text are set once; a correction is another circular of the quarter with a number of its own.
WITH wanted AS (SELECT * FROM circular WHERE quarter = :quarter AND circular_number = :circular_number),
problem AS (
  SELECT 'CIRCULAR_UNKNOWN' AS refusal, 'circular_number' AS refusal_path, NULL::text AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM wanted)
  UNION ALL SELECT 'CIRCULAR_STATE', 'circular_number', circular_state FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'circular' AND t.from_state = circular_state AND t.method = 'IssueCircular')
  UNION ALL SELECT 'CIRCULAR_MAKER_IS_CHECKER', 'circular_number', made_by FROM wanted WHERE made_by = :call.principal
  UNION ALL SELECT 'CIRCULAR_DATE', 'issued_date', as_of_date::text FROM wanted
    WHERE :issued_date::date < as_of_date OR :issued_date::date > :call.today
  UNION ALL SELECT 'DOCUMENT_NO_TAKEN', 'document_no', c.quarter FROM circular c WHERE c.document_no = :document_no),
issued AS (
  UPDATE circular c SET circular_state = 'ISSUED', document_no = :document_no, issued_date = :issued_date::date, issued_by = :call.principal,
    issued_at = :call.now, circular_text = :gathered_text, text_digest = :gathered_digest
  FROM wanted w WHERE c.quarter = w.quarter AND c.circular_number = w.circular_number AND NOT EXISTS (SELECT 1 FROM problem) RETURNING c.*)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, quarter, circular_number, circular_state,
  consolidation_number, document_no, issued_date, issuer_name, circular_text, text_digest,
  (SELECT array_agg(u.unit_id ORDER BY u.unit_id) FROM circular_unit u WHERE (u.quarter, u.circular_number) = (i.quarter, i.circular_number)) AS unit_ids
FROM issued i
UNION ALL SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
