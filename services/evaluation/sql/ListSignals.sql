-- ListSignalsRequest -> SignalPage.rows[]
-- Worst first. Only the bureau of a project and those who oversee all read them: parties of the works may be the ones they are about.
SELECT f.rank_key AS page_key, f.signal_code, f.project_code, f.signal_kind, f.period, f.signal_state, f.score, f.person_count, f.involved_fen, f.signal_note,
  f.english_note, f.raised_date, f.decided_date, f.decision_reason, f.finding_code
FROM fraud_signal f
WHERE f.rank_key > coalesce(:page_token, '')
  AND (:project_code IS NULL OR f.project_code = :project_code)
  AND (:signal_state IS NULL OR f.signal_state = :signal_state)
  AND (:signal_kind IS NULL OR f.signal_kind = :signal_kind)
  AND (:period IS NULL OR f.period = :period)
  AND (:call.sees_all OR EXISTS (SELECT 1 FROM project_party p WHERE p.project_code = f.project_code AND p.unit_id = :call.unit
    AND p.relation = 'BUREAU'))
ORDER BY f.rank_key LIMIT :call.limit
