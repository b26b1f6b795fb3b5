-- EndSessionRequest -> Nothing
UPDATE session SET ended_at = :call.now WHERE session_digest = :session_digest AND ended_at IS NULL
