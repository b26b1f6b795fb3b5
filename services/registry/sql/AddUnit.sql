-- AddUnitRequest -> UnitReply
WITH problem AS (
  SELECT 'UNIT_EXISTS' AS refusal, 'unit_id' AS refusal_path, u.unit_name AS refusal_detail FROM unit u WHERE u.unit_id = :unit_id
  UNION ALL
  SELECT 'ONLY_OFFICE_ADDS_MEMBERS', 'is_member', NULL WHERE :is_member AND NOT :call.sees_all
  UNION ALL
  SELECT 'MEMBER_NOTICE_MISSING', CASE WHEN :notice_no IS NULL THEN 'notice_no' ELSE 'notice_date' END, NULL
  WHERE :is_member AND (:notice_no IS NULL OR :notice_date::date IS NULL)
    AND EXISTS (SELECT 1 FROM mechanism m WHERE m.established_date < coalesce(:valid_from_date::date, :call.today))
  UNION ALL
  SELECT 'TOWNSHIP_NEEDS_DIVISION', 'division_code', :division_code
  WHERE :unit_kind = 'TOWNSHIP' AND admin_level_of(:division_code) IS DISTINCT FROM 'TOWNSHIP'
), added AS (
  INSERT INTO unit (unit_id, unit_name, short_name, unit_kind, carrier_kind, uscc, division_code, hosted, at_risk, active)
  SELECT :unit_id, :unit_name, coalesce(:short_name, :unit_name), :unit_kind, :carrier_kind, :uscc, :division_code, :hosted, :at_risk, true
  WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
), joined AS (
  INSERT INTO unit_membership (unit_id, valid_from, notice_no, notice_date)
  SELECT a.unit_id, coalesce(:valid_from_date::date, :call.today), :notice_no, :notice_date::date FROM added a WHERE :is_member
)
SELECT problem.*, a.unit_id, a.unit_name, a.short_name, a.unit_kind, a.carrier_kind, a.uscc, a.division_code, a.hosted, :is_member AS is_member,
  a.active
FROM problem FULL JOIN added a ON false
