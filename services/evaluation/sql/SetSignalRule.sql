-- SetSignalRuleRequest -> SignalRule
INSERT INTO signal_rule (signal_kind, valid_from_date, weight, least_count, share_bp, source_note)
VALUES (:signal_kind, :valid_from_date, coalesce(:weight, 0), coalesce(:least_count, 0), coalesce(:share_bp, 0), :source_note)
ON CONFLICT (signal_kind, valid_from_date) DO UPDATE SET weight = excluded.weight, least_count = excluded.least_count,
  share_bp = excluded.share_bp, source_note = excluded.source_note
RETURNING signal_kind, valid_from_date, weight, least_count, share_bp, source_note
