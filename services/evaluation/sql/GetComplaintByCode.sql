-- GetComplaintByCodeRequest -> ComplaintProgress
SELECT complaint_state, raised_date, due_date, answer_note, answered_date, final_note, appeal_until_date FROM complaint WHERE query_digest = :query_digest
