-- SetComplaintPolicyRequest -> ComplaintPolicy
INSERT INTO complaint_policy (valid_from_date, answer_days, appeal_days, escalate_days, source_note)
VALUES (:valid_from_date, :answer_days, :appeal_days, :escalate_days, :source_note)
ON CONFLICT (valid_from_date) DO UPDATE SET answer_days = excluded.answer_days, appeal_days = excluded.appeal_days,
  escalate_days = excluded.escalate_days, source_note = excluded.source_note
RETURNING valid_from_date, answer_days, appeal_days, escalate_days, source_note
