"""Months of attendance at size: sealing 50,000 workers without holding up others, and pages that take no longer with a hundredfold of rows."""
import statistics
import threading
import time

SEALED = 50_000
DAYS = 26
PAGE_ROWS = 100
READ_SECONDS = 2.0
LARGE_PROJECTS = 99  # beside the first; a hundred projects of 100,000 rows make ten million

# A project of its own with workers whose numbers lie beside those of the other benchmarks.
CROWD = """
SET search_path = workforce;
INSERT INTO project (project_code, project_name, bureau_unit_id, division_code, project_state, start_date)
  VALUES ('{code}', '大型项目', '140214-jtj', '140214', 'CONSTRUCTION', '2000-01-01');
INSERT INTO project_party VALUES ('{code}', 'contractor-1', 'CONTRACTOR');
INSERT INTO worker (worker_number, worker_token, worker_name, id_number, id_number_mask, birth_date, sex, home_division_code, population_kind,
    account_holder, skill_level, added_at)
  SELECT n, decode(md5(n::text), 'hex'), '测试' || n, 'sealed', '1402**********0000', '1980-01-01', 'MALE', '140214', 'RURAL_LABOUR', '测试' || n,
    'UNSKILLED', '2000-01-01' FROM generate_series({first}::int8, {first}::int8 + {workers} - 1) n ON CONFLICT DO NOTHING;
INSERT INTO agreement (project_code, agreement_code, worker_number, employment_kind, post_name, work_content, pay_unit, rate_fen, pay_cycle,
    start_date, end_date, agreement_state, employer_unit_id, key_post, insured, age_years, safety_trained_date)
  SELECT '{code}', 'A' || n, n, 'WORK_RELIEF_SERVICE', '普工', '土方', 'DAY', 20000, 'MONTH', '2000-01-01', '2099-12-31', 'SIGNED',
    'contractor-1', false, true, 30, '2000-01-01' FROM generate_series({first}::int8, {first}::int8 + {workers} - 1) n;
INSERT INTO attendance (worker_number, work_date, day_hundredths, project_code)
  SELECT n, d::date, 100, '{code}' FROM generate_series(date '{from_date}', date '{to_date}', '1 day') d,
    generate_series({first}::int8, {first}::int8 + {workers} - 1) n;
"""
# What one SQL statement needs to freeze the same month: no pages, no digest, no journal.
PLAIN = """
SET search_path = workforce;
CREATE TABLE peer.frozen (LIKE workforce.frozen_worker INCLUDING ALL);
INSERT INTO peer.frozen (project_code, month, worker_number, day_hundredths, attended_days, first_date, days_text, agreement_code, employment_kind,
    pay_unit, rate_fen, sex, is_local, priority_groups)
  SELECT '{code}', '{month}', d.worker_number, d.day_hundredths, d.attended_days, d.first_date, d.days_text, a.agreement_code, a.employment_kind,
    a.pay_unit, a.rate_fen, w.sex, true, '{{}}'
  FROM (SELECT worker_number, sum(day_hundredths) AS day_hundredths, count(*) AS attended_days, min(work_date) AS first_date,
               string_agg(to_char(work_date, 'DD') || ':' || day_hundredths, ' ' ORDER BY work_date) AS days_text
        FROM attendance WHERE project_code = '{code}' AND work_date BETWEEN '{month}-01' AND '{month}-{days}' GROUP BY worker_number) d
  JOIN worker w USING (worker_number) JOIN agreement a ON a.worker_number = d.worker_number AND a.project_code = '{code}';
"""


def crowd(bench, code, first, workers, from_date, to_date):
    bench.sql(CROWD.format(code=code, first=first, workers=workers, from_date=from_date, to_date=to_date))


def restarted(bench, *services):
    """Who may do what is read at the start."""
    bench.node.stop(*services)
    bench.node.start(*services)


class Bystander(threading.Thread):
    """Records days of another project one by one while something else goes on; the slowest of them is what others feel."""

    def __init__(self, bench):
        super().__init__(daemon=True)
        self.client = bench.node.client("workforce", bench.key)
        [[self.worker]] = bench.sql("SELECT worker_number FROM workforce.agreement WHERE project_code = '100001' ORDER BY 1 LIMIT 1")
        self.waits, self.over = [], False

    def run(self):
        day = 0
        while not self.over:
            began = time.monotonic()
            reply = self.client.call("workforce.RecordAttendance", {"project_code": "100001", "worker_number": int(self.worker), "day_hundredths": 100,
                                                                     "work_date": f"{2000 + day // 336}-{day // 28 % 12 + 1:02d}-{day % 28 + 1:02d}"})
            if not reply.ok and reply.reason != "ATTENDANCE_EXISTS":
                raise RuntimeError(str(reply))
            self.waits.append(time.monotonic() - began)
            day += 1

    def stop(self):
        self.over = True
        self.join()
        self.client.close()


def seal_50k(bench):
    """seal_50k: the time against one SQL statement of the same work; seal_wait: the longest that another project's call waited."""
    code, month = "100002", "2001-03"
    crowd(bench, code, 10**15, SEALED, f"{month}-01", f"{month}-{DAYS}")
    checker = bench.node.admit("contractor-checker", "contractor-1", "CHECKER", ("CONTRACTOR",))
    restarted(bench, "workforce")
    bench.quiet()
    began = time.monotonic()
    bench.sql(PLAIN.format(code=code, month=month, days=DAYS))
    plain = time.monotonic() - began
    bystander = Bystander(bench)
    bystander.start()
    with bench.node.client("workforce", checker, timeout_ms=600_000) as client:
        began = time.monotonic()
        reply = client.call("workforce.SealMonth", {"project_code": code, "month": month}, timeout_ms=600_000)
        took = time.monotonic() - began
    bystander.stop()
    if not reply.ok or reply.body["entry_count"] != SEALED * DAYS:
        raise RuntimeError(f"not sealed: {reply}")
    bench.tell("seal_50k", took, "s", took / plain)
    bench.tell("seal_50k_peer", plain, "s")
    bench.tell("seal_wait", max(bystander.waits) * 1000, "ms", max(bystander.waits))
    bench.tell("seal_wait_median", statistics.median(bystander.waits) * 1000, "ms")


def page_times(bench, key, method, request, tokens):
    """Median milliseconds of a page, over pages from the first to the last of a list; the quieter of two rounds."""
    medians = []
    with bench.node.client(method.split(".")[0], key) as client:
        for _ in range(2):
            times, until = [], time.monotonic() + READ_SECONDS
            while time.monotonic() < until:
                for token in tokens:
                    began = time.monotonic()
                    reply = client.call(method, {**request, "page_size": PAGE_ROWS, "page_token": token})
                    times.append(time.monotonic() - began)
                    if not reply.ok or len(reply.body["rows"]) != PAGE_ROWS:
                        raise RuntimeError(f"{method} {token}: {reply}")
            medians.append(statistics.median(times))
    return min(medians) * 1000


def pages_10m(bench):
    """pages_10m: what a page costs at 10,000,000 rows of attendance and 10,000 projects against 100,000 and 1,000; both lists, the worse counts."""
    everybody = bench.node.operator
    lists = {"attendance": (everybody, "workforce.ListAttendance", {"project_code": "200001", "month": "2001-03"},
                            ("", f"2001-03-02|{2 * 10**15 + 500}", f"2001-03-20|{2 * 10**15 + 400}")),
             "projects": (everybody, "registry.ListProjects", {}, ("", "100300", "100800")),
             "projects_of_unit": (bench.key, "registry.ListProjects", {}, ("", "100300", "100800"))}
    crowd(bench, "200001", 2 * 10**15, 1_000, "2001-01-01", "2001-04-10")
    restarted(bench, "workforce")
    bench.quiet()
    small = {name: page_times(bench, *one) for name, one in lists.items()}
    for number in range(LARGE_PROJECTS):  # the same people, other days: nobody works twice a day
        first = 2001 + (number + 1) // 3
        crowd(bench, f"{200002 + number}", 2 * 10**15, 1_000, f"{first}-{(number + 1) % 3 * 4 + 1:02d}-11", f"{first}-{(number + 1) % 3 * 4 + 4:02d}-19")
    bench.psql("seed_registry.sql", first=300001, projects=9_000)
    restarted(bench, "workforce", "registry")
    bench.quiet()
    [[rows]] = bench.sql("SELECT count(*) FROM workforce.attendance")
    large = {name: page_times(bench, *one) for name, one in lists.items()}
    for name in lists:
        bench.tell(f"page_{name}", large[name], "ms", large[name] / small[name])
    bench.tell("pages_10m", int(rows), "rows", max(large[name] / small[name] for name in lists))
