"""The quarter's figures at size: a unit with ten million days of attendance, and a million people of twenty units counted once."""
import statistics
import sys
import time

from tests.bench import draft

QUARTER, UNIT = "2026Q2", "140214-jtj"

# --- distinct_1m -------------------------------------------------------------------------------------------------------------------

UNITS, LINES, TOKENS, REPEATED = 20, 50, 1_000_000, 50_000
# Each unit has 50 projects; every twentieth stands at a second unit too.
CROWD = f"""
SET search_path = gateway;
INSERT INTO quarter (quarter, due_date, grace_days, quarter_state, opened_by, opened_at) VALUES ('{QUARTER}', '2026-06-30', 0, 'OPEN', 'bench', '2026-04-01');
INSERT INTO unit (unit_id, unit_name, unit_kind, is_member, active) SELECT 'u' || u, '单位' || u, 'BUREAU', true, true FROM generate_series(1, {UNITS}) u;
INSERT INTO quarter_unit SELECT '{QUARTER}', 'u' || u, '单位' || u FROM generate_series(1, {UNITS}) u;
INSERT INTO report (report_code, unit_id, quarter, revision, report_state, is_zero, line_count, person_count, submitted_at)
  SELECT 'u' || u || '-{QUARTER}-1', 'u' || u, '{QUARTER}', 1, 'ACCEPTED', false, {LINES}, 0, '2026-07-01' FROM generate_series(1, {UNITS}) u;
INSERT INTO report_line SELECT (jsonb_populate_record(NULL::report_line, jsonb_build_object('report_code', 'u' || u || '-{QUARTER}-1', 'line_number', l,
    'project_code', 'p' || u || '-' || l, 'field', (ARRAY['TRANSPORT', 'WATER', 'ENERGY', 'AGRICULTURE', 'URBAN', 'ECOLOGY'])[1 + l % 6], 'track',
    (ARRAY['SPECIAL_FUND', 'NONGTUI', 'ZHONGTUI'])[1 + l % 3], 'project_state', 'CONSTRUCTION', 'list_kind', 'ZHONGTUI', 'list_level', 'DISTRICT', 'is_counted', true)
    || (SELECT jsonb_object_agg(column_name, 0) FROM information_schema.columns WHERE table_schema = 'gateway' AND table_name = 'report_line'
        AND is_nullable = 'NO' AND data_type IN ('integer', 'bigint') AND column_name <> 'line_number'))).*
  FROM generate_series(1, {UNITS}) u, generate_series(1, {LINES}) l;
INSERT INTO report_line_figure SELECT (jsonb_populate_record(NULL::report_line_figure, jsonb_build_object('report_code', 'u' || u || '-{QUARTER}-1',
    'line_number', l, 'division_code', '140214' || lpad((l % 10)::text, 3, '0'))
    || (SELECT jsonb_object_agg(column_name, CASE data_type WHEN 'boolean' THEN 'false'::jsonb ELSE '0'::jsonb END) FROM information_schema.columns
        WHERE table_schema = 'gateway' AND table_name = 'report_line_figure' AND is_nullable = 'NO' AND data_type IN ('integer', 'bigint', 'boolean')
        AND column_name <> 'line_number'))).*
  FROM generate_series(1, {UNITS}) u, generate_series(1, {LINES}) l;
INSERT INTO report_line_fund SELECT 'u' || u || '-{QUARTER}-1', l, (ARRAY['CENTRAL_BUDGET_INVESTMENT', 'PROVINCIAL'])[1 + l % 2], 1
  FROM generate_series(1, {UNITS}) u, generate_series(1, {LINES}) l;
INSERT INTO report_person (report_code, line_number, worker_token, sex, is_local, priority_mask)
  SELECT 'u' || 1 + (n % {TOKENS} + n / {TOKENS}) % {UNITS} || '-{QUARTER}-1', 1 + n / {UNITS} % {LINES}, decode(md5((n % {TOKENS})::text), 'hex'),
    CASE n % 3 WHEN 0 THEN 'FEMALE' ELSE 'MALE' END, n % 4 > 0, CASE n % 5 WHEN 0 THEN 4 WHEN 1 THEN 8192 ELSE 0 END
  FROM generate_series(0, {TOKENS} + {REPEATED} - 1) n ORDER BY 1, 2; -- as they arrive: report by report, line by line
"""
# The same counts, as somebody would write them who needs no more than them.
PLAIN_HEADS = "SELECT count(DISTINCT p.worker_token) FROM gateway.report_person p"
PLAIN_BY = """
SELECT {key}, count(DISTINCT p.worker_token), count(DISTINCT p.worker_token) FILTER (WHERE p.is_local),
  count(DISTINCT p.worker_token) FILTER (WHERE p.sex = 'FEMALE'), count(DISTINCT p.worker_token) FILTER (WHERE p.priority_mask <> 0)
FROM gateway.report_person p JOIN gateway.report_line l USING (report_code, line_number) JOIN gateway.report r USING (report_code)
  JOIN gateway.report_line_figure f USING (report_code, line_number) JOIN gateway.report_line_fund s USING (report_code, line_number) GROUP BY {key}
"""
KEYS = ("r.quarter", "l.field", "l.track", "l.list_kind", "l.list_level", "r.unit_id", "f.division_code", "s.fund_source")


def _seconds(bench, statement):
    began = time.monotonic()
    rows = bench.sql(statement)
    return time.monotonic() - began, rows


def distinct_1m(bench, rounds):
    """Consolidate as the office calls it, against the same counts by plain SQL."""
    bench.node.start("gateway")  # makes its tables
    bench.node.stop("gateway")
    bench.sql(CROWD)
    bench.quiet()
    key = bench.node.admit("office-checker", bench.node.unit_id, "CHECKER", ("OFFICE",))
    bench.node.start("gateway")
    ours, plain, single = [], [], []
    with bench.node.client("gateway", key) as client:
        for _ in range(rounds):
            began = time.monotonic()
            reply = client.call("gateway.Consolidate", {"quarter": QUARTER}, wait_ms=120_000, timeout_ms=120_000)
            ours.append(time.monotonic() - began)
            if not reply.ok:
                raise RuntimeError(f"not consolidated: {reply}")
            total = client.call("gateway.GetConsolidatedReport", {"quarter": QUARTER}, wait_ms=10_000).body["summary"]
            took, [[count]] = _seconds(bench, PLAIN_HEADS)
            single.append(took)
            if (total["absorbed_count"], int(count)) != (TOKENS, TOKENS):
                raise RuntimeError(f"{total['absorbed_count']} people, {count} tokens, not {TOKENS}")
            plain.append(sum(_seconds(bench, PLAIN_BY.format(key=key))[0] for key in KEYS))
    bench.tell("distinct_1m", statistics.median(ours), "s", statistics.median(ours) / statistics.median(plain))
    bench.tell("distinct_1m_peer", statistics.median(plain), "s")
    bench.tell("distinct_1m_one_count", statistics.median(single), "s", statistics.median(ours) / statistics.median(single))


# --- figures_vs_sql ----------------------------------------------------------------------------------------------------------------

PROJECTS, WORKERS, DAYS = 320, 400, 78  # 128,000 people, 26 days a month: 9,984,000 days
SEALED = f"""
SET search_path = workforce;
INSERT INTO project (project_code, project_name, bureau_unit_id, division_code, project_state, start_date)
  SELECT 'P' || lpad(p::text, 4, '0'), '项目' || p, '{UNIT}', '140214', 'CONSTRUCTION', '2026-01-01' FROM generate_series(1, {PROJECTS}) p;
INSERT INTO worker (worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, home_division_code, population_kind,
    account_holder, skill_level, added_at)
  SELECT n, decode(md5(n::text), 'hex'), '测试' || n, 'sealed', '1402**********0000', '1980-01-01', CASE n % 3 WHEN 0 THEN 'FEMALE' ELSE 'MALE' END, '140214',
    'RURAL_LABOUR', '测试' || n, 'UNSKILLED', '2000-01-01' FROM generate_series(1::int8, {PROJECTS * WORKERS}) n;
INSERT INTO worker_group (worker_number, priority_group, valid_from_date, group_source, recorded_by)
  SELECT n, 'OUT_OF_POVERTY', '2020-01-01', '摸底', 'bench' FROM generate_series(1::int8, {PROJECTS * WORKERS}, 4) n;
INSERT INTO agreement (project_code, agreement_code, worker_number, employment_kind, post_name, work_content, pay_unit, rate_fen, pay_cycle,
    start_date, end_date, agreement_state, employer_unit_id, key_post, insured, age_years, safety_trained_date)
  SELECT 'P' || lpad((1 + (n - 1) / {WORKERS})::text, 4, '0'), 'A' || n, n, 'WORK_RELIEF_SERVICE', '普工', '土方', 'DAY', 20000, 'MONTH', '2026-01-01',
    '2026-12-31', 'SIGNED', 'contractor-1', false, true, 30, '2026-01-01' FROM generate_series(1::int8, {PROJECTS * WORKERS}) n;
INSERT INTO attendance (worker_number, work_date, day_hundredths, project_code)
  SELECT n, d, 100, 'P' || lpad((1 + (n - 1) / {WORKERS})::text, 4, '0')
  FROM generate_series(1::int8, {PROJECTS * WORKERS}) n, (SELECT make_date(2026, m, d) AS d FROM generate_series(4, 6) m, generate_series(1, 26) d) d;
INSERT INTO frozen_worker (project_code, month, worker_number, day_hundredths, attended_days, first_date, days_text, agreement_code, employment_kind,
    pay_unit, rate_fen, sex, is_local, priority_groups, hours_hundredths, piece_hundredths, whole_mask, part_mask)
  SELECT 'P' || lpad((1 + (n - 1) / {WORKERS})::text, 4, '0'), '2026-0' || m, n, 2600, 26, make_date(2026, m, 1),
    (SELECT string_agg(lpad(d::text, 2, '0') || ':100', ' ') FROM generate_series(1, 26) d), 'A' || n, 'WORK_RELIEF_SERVICE', 'DAY', 20000,
    CASE n % 3 WHEN 0 THEN 'FEMALE' ELSE 'MALE' END, true, CASE n % 4 WHEN 1 THEN '{{OUT_OF_POVERTY}}'::text[] ELSE '{{}}' END, 0, 0, 67108863, 0
  FROM generate_series(1::int8, {PROJECTS * WORKERS}) n, generate_series(4, 6) m ORDER BY 1, 2, 3;
INSERT INTO sealed_month (project_code, month, first_date, last_date, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at, sealed_by)
  SELECT project_code, month, (month || '-01')::date, ((month || '-01')::date + interval '1 month' - interval '1 day')::date, sha256(project_code::bytea),
    count(*), sum(attended_days), sum(day_hundredths), '2026-07-01', 'bench' FROM frozen_worker GROUP BY project_code, month;
"""
# The same figures of the quarter from the days themselves.
PLAIN_FIGURES = f"""
SET search_path = workforce;
SELECT count(*), sum(people), sum(days) FROM (
  SELECT a.project_code, count(DISTINCT a.worker_number) AS people, sum(a.day_hundredths) AS days, count(*) AS times,
    count(DISTINCT a.worker_number) FILTER (WHERE w.sex = 'FEMALE') AS women, count(DISTINCT a.worker_number) FILTER (WHERE g.worker_number IS NOT NULL) AS priority,
    count(DISTINCT a.worker_number) FILTER (WHERE left(w.home_division_code, 6) = left(p.division_code, 6)) AS locals
  FROM attendance a JOIN project p USING (project_code) JOIN worker w USING (worker_number)
    LEFT JOIN (SELECT DISTINCT worker_number FROM worker_group WHERE valid_from_date <= '2026-06-30') g USING (worker_number)
  WHERE p.bureau_unit_id = '{UNIT}' AND a.work_date BETWEEN '2026-04-01' AND '2026-06-30' GROUP BY a.project_code) x
"""


# One project seals a month again, a day longer; what it had before is taken back for the next round.
CHANGED = """SET search_path = workforce; UPDATE frozen_worker SET day_hundredths = day_hundredths + 100 WHERE project_code = 'P0007' AND month = '2026-05';
UPDATE sealed_month SET sealed_at = sealed_at + interval '1 day' WHERE project_code = 'P0007' AND month = '2026-05'"""
RESTORED = CHANGED.replace("+ 100", "- 100")


def _figures(client):
    """The unit's quarter as the gateway asks it for a draft: what changed is counted and kept, then all is read page by page."""
    began, rows, request = time.monotonic(), [], {"unit_id": UNIT, "quarter": QUARTER, "page_size": 1000}
    left = 1
    while left:
        reply = client.call("workforce.RefreshFigures", {"unit_id": UNIT, "quarter": QUARTER}, wait_ms=120_000, timeout_ms=120_000)
        if not reply.ok:
            raise RuntimeError(f"not counted: {reply}")
        left = reply.body["left_count"]
    while True:
        reply = client.call("workforce.GetQuarterFigures", request, wait_ms=120_000, timeout_ms=120_000)
        if not reply.ok:
            raise RuntimeError(f"no figures: {reply}")
        rows += reply.body["rows"]
        if not reply.body["next_page_token"]:
            return time.monotonic() - began, rows
        request["page_token"] = reply.body["next_page_token"]


def figures_vs_sql(bench, rounds):
    """Ten million days: the figures of a unit's quarter, and again when one project has changed, against plain SQL over the days. They are counted of the
    sums that sealing a month leaves behind, a row a worker and month, and kept project by project until one of its months is sealed anew."""
    bench.sql(SEALED)
    bench.quiet()
    ours, again, plain = [], [], []
    bench.node.stop("workforce")
    bench.node.start("workforce")
    with bench.node.client("workforce", bench.node.operator) as client:
        for _ in range(rounds):
            bench.sql("DELETE FROM workforce.sealed_figure")
            took, rows = _figures(client)
            ours.append(took)
            took, [[projects, people, days]] = _seconds(bench, PLAIN_FIGURES)
            plain.append(took)
            had = (len(rows), sum(row["worker_count"] for row in rows), sum(row["day_hundredths"] for row in rows))
            if had != (int(projects), int(people), int(days)):
                raise RuntimeError(f"figures {had}, plain SQL {(projects, people, days)}")
            bench.sql(CHANGED)
            took, rows = _figures(client)
            again.append(took)
            if sum(row["day_hundredths"] for row in rows) != had[2] + WORKERS * 100:
                raise RuntimeError("what one project sealed again is not in the figures")
            bench.sql(RESTORED)
    bench.tell("figures_vs_sql", statistics.median(ours), "s", statistics.median(ours) / statistics.median(plain))
    bench.tell("figures_one_changed", statistics.median(again), "s", statistics.median(again) / statistics.median(plain))
    bench.tell("figures_vs_sql_peer", statistics.median(plain), "s")
    draft.draft_vs_sql(bench, rounds, _seconds, sys.modules[__name__])
