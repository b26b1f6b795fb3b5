-- ReportProgressRequest -> ProgressReply
-- A second report of the same party for the same month is a new version; the first stays.
WITH project_now AS (SELECT * FROM project WHERE project_code = :project_code),
party AS (
  SELECT y.unit_id FROM project_party y WHERE y.project_code = :project_code AND y.relation = :reported_as
    AND (y.unit_id = :call.unit OR :call.sees_all)
  ORDER BY y.unit_id LIMIT 1
), before AS (
  SELECT r.* FROM progress_report r WHERE r.project_code = :project_code AND r.reported_as = :reported_as AND r.month < :month
  ORDER BY r.month DESC, r.version_number DESC LIMIT 1
), problem AS (
  SELECT 'WRONG_STATE' AS refusal, 'project_code' AS refusal_path, p.project_state AS refusal_detail FROM project_now p
  WHERE NOT may('project', p.project_state, 'ReportProgress')
  UNION ALL
  SELECT 'NOT_THAT_PARTY', 'reported_as', :reported_as FROM project_now WHERE NOT EXISTS (SELECT 1 FROM party) OR :reported_as NOT IN ('OWNER',
    'CONTRACTOR')
  UNION ALL
  SELECT 'MONTH_OUT_OF_RANGE', 'month', format('%s .. %s', to_char(p.start_date, 'YYYY-MM'), to_char(:call.today, 'YYYY-MM')) FROM project_now p
  WHERE :month < to_char(p.start_date, 'YYYY-MM') OR :month > to_char(:call.today, 'YYYY-MM')
  UNION ALL
  SELECT 'PROGRESS_OVER_FULL', 'progress_bp', :progress_bp::text FROM project_now WHERE :progress_bp > 10000
  UNION ALL
  SELECT 'PROGRESS_FELL', f.name, f.last::text FROM before b,
    LATERAL (VALUES ('progress_bp', b.progress_bp::int8, :progress_bp::int8), ('invested_fen', b.invested_fen, :invested_fen),
      ('disbursed_fen', b.disbursed_fen, :disbursed_fen)) f (name, last, now)
  WHERE f.now < f.last AND :fall_reason IS NULL
), added AS (
  INSERT INTO progress_report (project_code, month, reported_as, version_number, unit_id, progress_bp, invested_fen, disbursed_fen, progress_note,
    fall_reason, reported_by, reported_at)
  SELECT p.project_code, :month, :reported_as, 1 + coalesce((SELECT max(r.version_number) FROM progress_report r WHERE r.project_code = p.project_code
      AND r.month = :month AND r.reported_as = :reported_as), 0), y.unit_id, :progress_bp, :invested_fen, :disbursed_fen, :progress_note,
        :fall_reason,
    :call.principal, :call.now
  FROM project_now p, party y WHERE NOT EXISTS (SELECT 1 FROM problem) RETURNING *
), step AS (
  INSERT INTO project_step (project_code, step_number, method, from_state, to_state, made_by, made_by_unit, made_at, effective_date, step_note)
  SELECT x.project_code, next_step(x.project_code), 'ReportProgress', p.project_state, p.project_state,
    :call.principal, coalesce(:call.unit, ''), :call.now, NULL::date, concat_ws(' ', x.reported_as, x.month, x.progress_bp::text) FROM added x, project_now p
)
SELECT problem.*, a.project_code, a.month, a.version_number, a.reported_as, a.progress_bp, a.invested_fen, :call.today AS reported_date
FROM problem FULL JOIN added a ON false
