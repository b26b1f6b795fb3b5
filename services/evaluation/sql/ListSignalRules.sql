-- ListSignalRulesRequest -> SignalRulePage.rows[]
SELECT r.signal_kind || ' ' || r.valid_from_date AS page_key, r.signal_kind, r.valid_from_date, r.weight, r.least_count, r.share_bp, r.source_note,
  t.rule_note
FROM signal_rule r JOIN signal_text t USING (signal_kind)
WHERE r.signal_kind || ' ' || r.valid_from_date > coalesce(:page_token, '')
  AND (:on_date IS NULL OR r.valid_from_date = (SELECT max(o.valid_from_date) FROM signal_rule o WHERE o.signal_kind = r.signal_kind
    AND o.valid_from_date <= :on_date))
ORDER BY 1 LIMIT :call.limit
