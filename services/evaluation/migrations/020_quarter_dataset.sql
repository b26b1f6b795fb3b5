-- The quarterly reports are part of what a bureau is judged by (R179): whether it filed in time, and what its accepted reports say was paid
-- of what was due. Taken from the gateway's consolidations, the newest of each quarter.
CREATE TABLE quarter_report (
  quarter              text NOT NULL,
  unit_id              text NOT NULL,
  consolidation_number int4 NOT NULL,
  report_state         text NOT NULL,
  is_zero              bool NOT NULL,
  is_late              bool NOT NULL,
  project_count        int4 NOT NULL,
  absorbed_count       int4 NOT NULL,
  day_hundredths       int8 NOT NULL,
  due_fen              int8 NOT NULL,
  paid_fen             int8 NOT NULL,
  PRIMARY KEY (quarter, unit_id)
);
ALTER TABLE assessment_indicator DROP CONSTRAINT assessment_indicator_figure_check, ADD CONSTRAINT assessment_indicator_figure CHECK (figure IN (
  'PAID_ON_TIME', 'RATIO_REACHED', 'LEDGERS_TRUE', 'INSPECTIONS_DONE', 'RECTIFIED_IN_TIME', 'ANSWERED_IN_TIME', 'REPORTS_FILED', 'VISITED',
  'OUTREACH_REACHED', 'SIGNALS_CONFIRMED', 'QUARTER_REPORTED', 'QUARTER_PAID'));
-- A new set for bureaus; what was judged before was judged by the old one.
INSERT INTO assessment_indicator
SELECT assessment_kind, '2026-11-23', indicator_code, indicator_number, indicator_name, figure, direction,
  CASE indicator_code WHEN 'PAID' THEN 10 ELSE weight END, floor_bp, ceiling_bp, neutral_score, source_note
FROM assessment_indicator WHERE assessment_kind = 'BUREAUS' AND valid_from_date = '2020-01-01';
INSERT INTO assessment_indicator VALUES
  ('BUREAUS', '2026-11-23', 'QREPORT', 11, '季报按时报送', 'QUARTER_REPORTED', 'MORE_IS_BETTER', 5, 0, 10000, 6000, '工作成效纳入综合评价（R179），权重暂定，可由区里调整'),
  ('BUREAUS', '2026-11-23', 'QPAID', 12, '季报应发报酬已发', 'QUARTER_PAID', 'MORE_IS_BETTER', 5, 5000, 10000, 6000, '工作成效纳入综合评价（R179），权重暂定，可由区里调整');

-- A unit's quarters that are over and consolidated; rows as those of assessment_facts.
CREATE FUNCTION assessment_quarters(kind text, first_day date, last_day date) RETURNS TABLE (unit_id text, figure text, project_code text, row_key text,
  part_amount int8, whole_amount int8, row_note text) STABLE LANGUAGE sql AS
$$SELECT q.unit_id, 'QUARTER_REPORTED', NULL::text, q.quarter, (q.report_state = 'ACCEPTED' AND NOT q.is_late)::int4::int8, 1::int8,
    '第' || q.consolidation_number || '次汇总：' || CASE WHEN q.report_state <> 'ACCEPTED' THEN '没有审定的季报' WHEN q.is_late THEN '逾期报送'
      WHEN q.is_zero THEN '按时零报告' ELSE '按时报送' END
  FROM quarter_report q WHERE kind = 'BUREAUS' AND quarter_last(q.quarter) BETWEEN first_day AND last_day
  UNION ALL
  SELECT q.unit_id, 'QUARTER_PAID', NULL, q.quarter, q.paid_fen, q.due_fen,
    '第' || q.consolidation_number || '次汇总：' || q.project_count || '个项目，吸纳' || q.absorbed_count || '人'
  FROM quarter_report q WHERE kind = 'BUREAUS' AND quarter_last(q.quarter) BETWEEN first_day AND last_day AND q.report_state = 'ACCEPTED' AND q.due_fen > 0$$;
