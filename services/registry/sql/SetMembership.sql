-- SetMembershipRequest -> UnitReply
-- Joining opens a dated spell, leaving ends it on that day; both rest on a written notice once the mechanism stands.
WITH who AS (
  SELECT u.*, m.valid_from AS open_from, m.unit_id IS NOT NULL AS is_open, coalesce(:effective_date::date, :call.today) AS day
  FROM unit u LEFT JOIN unit_membership m ON m.unit_id = u.unit_id AND m.valid_to IS NULL WHERE u.unit_id = :unit_id
), problem AS (
  SELECT CASE WHEN w.is_open THEN 'ALREADY_MEMBER' ELSE 'NOT_A_MEMBER' END AS refusal, 'is_member' AS refusal_path, w.unit_name AS refusal_detail
  FROM who w WHERE w.is_open = :is_member
  UNION ALL
  SELECT 'MEMBER_NOTICE_MISSING', CASE WHEN :notice_no IS NULL THEN 'notice_no' ELSE 'notice_date' END, NULL FROM who w
  WHERE (:notice_no IS NULL OR :notice_date::date IS NULL) AND EXISTS (SELECT 1 FROM mechanism m WHERE m.established_date < w.day)
  UNION ALL
  SELECT 'DATE_BEFORE_LAST', 'effective_date', w.open_from::text FROM who w WHERE NOT :is_member AND w.day < w.open_from
), joined AS (
  INSERT INTO unit_membership (unit_id, valid_from, notice_no, notice_date)
  SELECT w.unit_id, w.day, :notice_no, :notice_date::date FROM who w WHERE :is_member AND NOT EXISTS (SELECT 1 FROM problem)
), left_it AS (
  UPDATE unit_membership m SET valid_to = w.day, end_notice_no = :notice_no, end_notice_date = :notice_date::date
  FROM who w WHERE m.unit_id = w.unit_id AND m.valid_to IS NULL AND NOT :is_member AND NOT EXISTS (SELECT 1 FROM problem)
)
SELECT problem.*, u.unit_id, u.unit_name, u.short_name, u.unit_kind, u.carrier_kind, u.uscc, u.division_code, u.hosted, u.active,
  :is_member AS is_member
FROM problem FULL JOIN (SELECT * FROM who WHERE NOT EXISTS (SELECT 1 FROM problem)) u ON false
