-- PublishRecruitmentRequest -> RecruitmentNotice
-- Recruitment opens when the parties can be reached, the townships have heard of it and one of them has asked its people lately.
WITH former AS MATERIALIZED (SELECT * FROM labour_demand WHERE project_code = :project_code AND demand_code = :demand_code),
problem AS MATERIALIZED (
  SELECT 'DEMAND_UNKNOWN' AS refusal, 'demand_code' AS refusal_path, :demand_code AS refusal_detail WHERE NOT EXISTS (SELECT 1 FROM former)
  UNION ALL
  SELECT 'DEMAND_NOT_ACKNOWLEDGED', 'demand_code', demand_state || coalesce(': ' || (
           SELECT string_agg(township_unit_id, ', ' ORDER BY township_unit_id) FROM demand_township t
           WHERE t.project_code = :project_code AND t.demand_code = :demand_code AND t.acknowledged_date IS NULL), '')
  FROM former
  WHERE NOT EXISTS (SELECT 1 FROM state_transition t WHERE t.machine = 'demand' AND t.from_state = demand_state AND t.method = 'PublishRecruitment')
  UNION ALL
  SELECT 'CHANNEL_INCOMPLETE', 'project_code', array_to_string(channel_missing(:project_code), ', ') WHERE channel_missing(:project_code) IS NOT NULL
  UNION ALL
  SELECT 'SURVEY_STALE', 'demand_code', policy_on('survey_fresh_days', :call.today)::text FROM former
  WHERE demand_state <> 'DRAFT' AND NOT EXISTS (
    SELECT 1 FROM demand_township t JOIN survey s USING (township_unit_id)
    WHERE t.project_code = :project_code AND t.demand_code = :demand_code
      AND s.survey_date >= :call.today - policy_on('survey_fresh_days', :call.today)::int4)
  UNION ALL
  SELECT 'NOTICE_TOO_LATE', 'publish_date', from_date::text FROM former WHERE :publish_date::date > from_date
  UNION ALL
  SELECT 'FUTURE_DATE', 'publish_date', :publish_date::date::text WHERE :publish_date::date > :call.today
  UNION ALL
  SELECT 'DATES_REVERSED', 'apply_by_date', NULL WHERE :apply_by_date::date < :publish_date::date
  UNION ALL
  SELECT 'APPLY_BY_TOO_LATE', 'apply_by_date', to_date::text FROM former WHERE :apply_by_date::date > to_date
  UNION ALL
  SELECT 'NOTICE_EXISTS', 'notice_code', demand_code FROM recruitment_notice WHERE project_code = :project_code AND notice_code = :notice_code),
opened AS (
  UPDATE labour_demand d SET demand_state = 'RECRUITING'
  WHERE d.project_code = :project_code AND d.demand_code = :demand_code AND NOT EXISTS (SELECT 1 FROM problem)
  RETURNING d.*),
written AS (
  INSERT INTO recruitment_notice (project_code, demand_code, notice_code, recruit_channel, publish_date, apply_by_date, place_note, contact_phone,
                                  published_by)
  SELECT project_code, demand_code, :notice_code, :recruit_channel, :publish_date, :apply_by_date, :place_note, :contact_phone, :call.principal
  FROM opened
  RETURNING *)
SELECT NULL::text AS refusal, NULL::text AS refusal_path, NULL::text AS refusal_detail, w.project_code, w.demand_code, w.notice_code,
       w.recruit_channel, w.publish_date, w.apply_by_date, w.place_note, w.contact_phone, o.post_name, o.head_count, o.from_date, o.to_date,
       o.demand_state
FROM written w, opened o
UNION ALL
SELECT refusal, refusal_path, refusal_detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM problem
