-- RegistryFiguresRequest -> RegistryFiguresPage.rows[]
-- A bureau's projects as they stood at the quarter's end. What was invested comes from the progress reports. Fiscal money is unknown, not 0,
-- where no fund line says. What was given up before the works began is left out from then on; works given up later stay, for their wages.
WITH quarter AS (
  SELECT q.first, (q.first + interval '3 months')::date - 1 AS last, make_date(extract(year FROM q.first)::int4, 1, 1) AS new_year
  FROM (SELECT make_date(left(:quarter, 4)::int4, 3 * right(:quarter, 1)::int4 - 2, 1) AS first) q
), chosen AS (
  SELECT p.*, q.* FROM project p, quarter q
  WHERE p.bureau_unit_id = :unit_id AND (p.start_date IS NOT NULL OR NOT given_up(p.project_code, q.last))
    AND (:page_token IS NULL OR p.project_code > :page_token)
  ORDER BY p.project_code LIMIT :call.limit
)
SELECT c.project_code, c.project_name, c.field, c.track, spell.list_kind, spell.list_level,
  CASE WHEN c.close_date <= c.last THEN 'CLOSED' WHEN c.accept_date <= c.last THEN 'ACCEPTED' WHEN c.complete_date <= c.last THEN 'COMPLETED'
       WHEN c.start_date <= c.last THEN CASE WHEN given_up(c.project_code, c.last) THEN 'CANCELLED'
         WHEN stood_still(c.project_code, c.last) THEN 'SUSPENDED' ELSE 'CONSTRUCTION' END
       WHEN c.award_date <= c.last THEN 'AWARDED' WHEN approval.document_date <= c.last THEN 'APPROVED'
       WHEN c.project_state IN ('PRE_REVIEW', 'RETURNED') THEN c.project_state ELSE 'DRAFT' END AS project_state,
  listed.in_quarter AS listed_in_quarter, coalesce(c.start_date BETWEEN c.first AND c.last, false) AS started_in_quarter,
  coalesce(c.accept_date BETWEEN c.first AND c.last, false) AS accepted_in_quarter,
  listed.in_year AS listed_in_year, coalesce(c.start_date BETWEEN c.new_year AND c.last, false) AS started_in_year,
  coalesce(c.accept_date BETWEEN c.new_year AND c.last, false) AS accepted_in_year,
  c.total_investment_fen, fund.approved_fen, fund.fiscal_fen, fund.central_fen,
  (SELECT coalesce(sum(a.allocation_fen), 0)::int8 FROM fund_allocation a WHERE a.project_code = c.project_code
    AND a.allocation_date <= c.last) AS allocated_fen,
  c.planned_pay_fen, c.planned_workers, invested_by(c.project_code, c.last) AS invested_fen,
  invested_by(c.project_code, c.last) - invested_by(c.project_code, c.first - 1) AS invested_quarter_delta_fen,
  invested_by(c.project_code, c.last) - invested_by(c.project_code, c.new_year - 1) AS invested_year_delta_fen,
  progress_by(c.project_code, c.last) AS progress_bp,
  (SELECT coalesce(sum(t.offered_posts), 0)::int4 FROM project_task t WHERE t.project_code = c.project_code) AS posts_offered_count,
  notices.due AS notices_due_count, notices.done AS notices_done_count, reports.due AS progress_reports_due_count,
  reports.done AS progress_reports_done_count, works.months AS works_month_count, c.division_code,
  (SELECT json_agg(json_build_object('fund_source', s.fund_source, 'approved_fen', s.approved_fen) ORDER BY s.fund_source COLLATE "C")
   FROM (SELECT f.fund_source, sum(f.approved_fen)::int8 AS approved_fen FROM fund_line f WHERE f.project_code = c.project_code
         GROUP BY f.fund_source) s) AS fund_shares, c.project_code AS page_key
FROM chosen c LEFT JOIN project_approval approval USING (project_code)
LEFT JOIN LATERAL (
  SELECT s.list_kind, s.list_level FROM list_entry_spell s WHERE s.project_code = c.project_code AND s.list_state IN ('LISTED', 'ADJUSTED')
    AND s.list_year = extract(year FROM c.first) AND s.valid_from <= c.last AND (s.valid_to IS NULL OR c.last < s.valid_to)) spell ON true
CROSS JOIN LATERAL (
  -- The year's own list counts (R052), from the day it first held, also when it was made before the year began.
  SELECT count(*) > 0 AND greatest(min(s.valid_from), c.new_year) >= c.first AS in_quarter, count(*) > 0 AS in_year FROM list_entry_spell s
  WHERE s.project_code = c.project_code AND s.list_state = 'LISTED' AND s.list_year = extract(year FROM c.first) AND s.valid_from <= c.last) listed
CROSS JOIN LATERAL (
  SELECT coalesce(sum(f.approved_fen), 0)::int8 AS approved_fen, sum(CASE WHEN k.fiscal THEN f.approved_fen ELSE 0 END)::int8 AS fiscal_fen,
    sum(CASE WHEN k.central THEN f.approved_fen ELSE 0 END)::int8 AS central_fen
  FROM fund_line f JOIN fund_source_kind k USING (fund_source) WHERE f.project_code = c.project_code) fund
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS due, (count(*) FILTER (WHERE EXISTS (SELECT 1 FROM notice n WHERE n.project_code = c.project_code
    AND n.notice_stage = d.stage
                                                                AND n.published_date <= c.last)))::int4 AS done
  FROM (VALUES ('AWARD', c.award_date), ('CONSTRUCTION', c.start_date), ('COMPLETED', c.complete_date)) d (stage, since)
    WHERE d.since <= c.last) notices
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS due, (count(*) FILTER (WHERE EXISTS (SELECT 1 FROM progress_report r WHERE r.project_code = c.project_code
                                                  AND r.month = to_char(m.month, 'YYYY-MM') AND r.reported_as = b.reported_as)))::int4 AS done
  FROM generate_series(c.first, c.last, interval '1 month') m (month), unnest(ARRAY['OWNER', 'CONTRACTOR']) b (reported_as)
  WHERE c.start_date < (m.month + interval '1 month') AND (c.complete_date IS NULL OR c.complete_date >= m.month)) reports
CROSS JOIN LATERAL (
  SELECT count(*)::int4 AS months FROM generate_series(c.first, c.last, interval '1 month') m (month)
    CROSS JOIN LATERAL (SELECT (m.month + interval '1 month')::date - 1 AS last_day) e
  WHERE e.last_day < :call.today AND c.start_date <= e.last_day AND (c.complete_date IS NULL OR c.complete_date >= m.month)
    AND NOT stood_still(c.project_code, e.last_day) AND NOT given_up(c.project_code, e.last_day)) works
ORDER BY c.project_code
