"""Ten thousand candidates for one demand: the proposal through the bus against the same ranking asked of PostgreSQL in one plain SQL
statement, and against a bare statement with the weights written into it, which gives the same order but no reasons."""
import datetime
import statistics
import subprocess
import time

CANDIDATES, PLACES = 10_000, 100
PROJECT, DEMAND = "100800", "XQ-10K"
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()  # as the node counts its days

# A county of people who were asked in a survey: a third in a priority group, half with sealed days this year, a fifth have applied.
SEED = f"""
SET search_path = workforce;
INSERT INTO project (project_code, project_name, bureau_unit_id, division_code, project_state, start_date)
  VALUES ('{PROJECT}', '招工项目', '140214-jtj', '140214002201', 'CONSTRUCTION', '2020-01-01');
INSERT INTO project_party VALUES ('{PROJECT}', 'contractor-1', 'CONTRACTOR'), ('{PROJECT}', 'township-1', 'TOWNSHIP');
INSERT INTO labour_demand (project_code, demand_code, demand_state, post_name, head_count, from_date, to_date, pay_unit, rate_fen, content_note,
    training_planned, made_by) SELECT '{PROJECT}', '{DEMAND}', 'RECRUITING', '小工', {PLACES}, date '{TODAY}', date '{TODAY}' + 60, 'DAY', 20000, '土方', false, 'seed';
CREATE TEMPORARY TABLE person AS SELECT n, 5000000000000000 + n * 7919 AS worker_number FROM generate_series(1, {CANDIDATES}) n;
INSERT INTO worker (worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, home_division_code, population_kind,
    account_holder, skill_level, added_at)
  SELECT worker_number, decode(md5(worker_number::text), 'hex'), '测试' || n, 'sealed', '1402**********0000', '1980-01-01', 'MALE',
    '140214' || lpad((n % 12)::text, 3, '0') || '201', 'RURAL_LABOUR', '测试' || n, 'UNSKILLED', '2000-01-01' FROM person;
INSERT INTO labour (worker_number, township_unit_id, survey_code, checked_date, survey_category, employment_status, willing, available_from, available_to)
  SELECT worker_number, 'township-1', 'MD', date '{TODAY}' - (n % 500)::int, 'RURAL_LABOUR', 'FARMING', n % 50 <> 0, '2020-01-01', 'infinity' FROM person;
INSERT INTO worker_group (worker_number, priority_group, valid_from_date, group_source, recorded_by)
  SELECT worker_number, (ARRAY['OUT_OF_POVERTY', 'RETURNING_MIGRANT', 'UNEMPLOYED', 'VETERAN'])[1 + n % 4], '2020-01-01', '摸底', 'seed' FROM person WHERE n % 3 = 0;
INSERT INTO application (project_code, demand_code, worker_number, application_way, application_state, applied_date, applied_unit_id)
  SELECT '{PROJECT}', '{DEMAND}', worker_number, 'TOWNSHIP', 'APPLIED', date '{TODAY}', 'township-1' FROM person WHERE n % 5 = 0;
INSERT INTO sealed_month (project_code, month, first_date, last_date, attendance_digest, worker_count, entry_count, day_hundredths, sealed_at, sealed_by)
  SELECT '{PROJECT}', to_char(date '{TODAY}', 'YYYY-') || '01', date '{TODAY}', date '{TODAY}', ''::bytea, 1, 1, 1, now(), 'seed';
INSERT INTO frozen_worker (project_code, month, worker_number, day_hundredths, attended_days, first_date, days_text, agreement_code, employment_kind,
    pay_unit, rate_fen, sex, is_local, priority_groups)
  SELECT '{PROJECT}', to_char(date '{TODAY}', 'YYYY-') || '01', worker_number, 100 * (n % 26)::int + 100, 1, date '{TODAY}', '01:100', 'A', 'WORK_RELIEF_SERVICE', 'DAY',
    20000, 'MALE', true, '{{}}' FROM person WHERE n % 2 = 0;
"""
PLAIN = f"SELECT worker_number FROM match_candidates('{PROJECT}', '{DEMAND}', date '{TODAY}', false) WHERE rank_number > 0 ORDER BY rank_number LIMIT {PLACES}"
# The same order as a report writer would ask for it: no reasons, no word of those who are not offered, nobody else's weights.
BARE = f"""
SELECT c.worker_number FROM (
  SELECT w.worker_number, g.points AS group_points,
    coalesce(g.points, 0) + CASE WHEN w.home_division_code = '140214002201' THEN 20 WHEN left(w.home_division_code, 9) = '140214002' THEN 15
      WHEN left(w.home_division_code, 6) = '140214' THEN 10 ELSE 0 END
    + CASE WHEN a.worker_number IS NOT NULL THEN 15 ELSE 0 END + CASE WHEN l.checked_date >= date '{TODAY}' - 365 THEN 5 ELSE 0 END
    - coalesce(s.days, 0) / 1000 * 5 AS score, coalesce(s.days, 0) AS days
  FROM worker w JOIN labour l USING (worker_number)
  LEFT JOIN application a ON a.project_code = '{PROJECT}' AND a.demand_code = '{DEMAND}' AND a.worker_number = w.worker_number
  LEFT JOIN (SELECT worker_number, max(CASE priority_group WHEN 'OUT_OF_POVERTY' THEN 40 WHEN 'RETURNING_MIGRANT' THEN 30 ELSE 25 END) AS points
             FROM worker_group WHERE valid_from_date <= date '{TODAY}' AND (valid_to_date IS NULL OR valid_to_date >= date '{TODAY}') GROUP BY worker_number) g
    ON g.worker_number = w.worker_number
  LEFT JOIN (SELECT worker_number, sum(day_hundredths) AS days FROM sealed_worker WHERE month BETWEEN to_char(date '{TODAY}', 'YYYY-') || '01'
               AND to_char(date '{TODAY}', 'YYYY-') || '12' GROUP BY worker_number) s ON s.worker_number = w.worker_number
  WHERE l.willing AND l.available_from <= date '{TODAY}' + 60 AND l.available_to >= date '{TODAY}'
    AND NOT EXISTS (SELECT 1 FROM agreement x WHERE x.worker_number = w.worker_number AND x.start_date <= date '{TODAY}' + 60 AND x.end_date >= date '{TODAY}')) c
ORDER BY c.group_points IS NULL, c.score DESC, c.days, c.worker_number LIMIT {PLACES}
"""


def direct(bench, statement):
    """(seconds, worker numbers in order) of a statement by psql."""
    script = f"SET search_path = workforce; SET jit = off;\n\\timing on\n{statement};\n"
    lines = subprocess.run(["psql", "-X", "-q", "-At", "-d", bench.cluster.conninfo("wr_bench")], input=script, capture_output=True, text=True,
                           check=True).stdout.split()
    return float(lines[lines.index("Time:") + 1]) / 1000, [int(line) for line in lines if line.isdigit()]


def match_10k(bench, rounds=5):
    if bench.scale == 1:
        bench.sql(SEED)
        bench.node.stop("workforce")  # who may do what is read at the start
        bench.node.start("workforce")
    bench.quiet()
    request = {"project_code": PROJECT, "demand_code": DEMAND, "page_size": PLACES}
    ours, peers = [], {PLAIN: [], BARE: []}
    with bench.node.client("workforce", bench.node.admit("hr-maker", "140214-rsj", "MAKER", ("HR",))) as client:
        deadline = time.monotonic() + 30
        reply = client.call("workforce.ProposeWorkers", request, wait_ms=500)
        while not reply.ok:  # the ring is read again every now and then
            if time.monotonic() > deadline:
                raise RuntimeError(f"no proposal: {reply}")
            reply = client.call("workforce.ProposeWorkers", request, wait_ms=500)
        for _ in range(rounds):
            begun = time.monotonic()
            reply = client.call("workforce.ProposeWorkers", request)
            ours.append(time.monotonic() - begun)
            for statement, times in peers.items():
                seconds, numbers = direct(bench, statement)
                times.append(seconds)
                if [row["worker_number"] for row in reply.body["rows"]] != numbers:
                    raise RuntimeError("the proposal and the plain statement differ in their order")
    time_of = {statement: statistics.median(times) for statement, times in peers.items()}
    mine = statistics.median(ours)
    bench.tell("match_10k", CANDIDATES / mine, "candidates/s", time_of[PLAIN] / mine)
    bench.tell("match_10k_peer", CANDIDATES / time_of[PLAIN], "candidates/s")
    bench.tell("match_10k_bare_peer", CANDIDATES / time_of[BARE], "candidates/s", time_of[BARE] / mine)
    bench.tell("match_10k_time", mine * 1000, "ms")
