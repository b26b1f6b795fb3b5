-- RecordAnchorRequest -> Nothing
INSERT INTO own_anchor (anchor_number, made_at, received_at, content, signature, receipt_content, receipt_signature, anchor_problem)
VALUES (:anchor_number, :made_at_us, :call.now, :anchor.content, :anchor.signature, :receipt.content, :receipt.signature, :anchor_problem)
ON CONFLICT (anchor_number) DO NOTHING
