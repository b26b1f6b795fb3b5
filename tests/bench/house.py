"""The benchmarks: seeds a node, loads it, loads its peers, compares. See run.sh."""
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from tests.bench import consolidate, figures, fraud, matching, months, page, payments, roster, web
from tests.lib import BUILD, ROOT, SERVICES
from tests.lib.cluster import SUPERUSER, Cluster
from tests.lib.node import Node

SECONDS = float(os.environ.get("SECONDS_EACH", "3"))
ROUNDS = int(os.environ.get("ROUNDS", "2"))
VAR = ROOT / "var/bench"
HOST = f"127.{77 + os.getpid() // 65536 % 100}.{os.getpid() // 256 % 256}.{os.getpid() % 254 + 1}"  # of the loopback: no other PostgreSQL listens there
FIRST_DAY = 11323    # 2001-01-01, in days since 1970
BASE_ROWS, BASE_PROJECTS, BASE_LINES = 100_000, 1_000, 100_000
WORKERS = 10_000
PEER_CLIENTS = (1, 4, 16, 32)
MEASURED = ("registry", "workforce", "payroll")

# name -> (bound, whether the ratio must be at least or at most that)
BOUNDS = {"call_vs_pgbench": (2.5, "least"), "batch_vs_copy": (0.45, "least"), "read_vs_pgbench": (0.6, "least"), "read_latency": (3, "most"),
          "sheet_vs_sql": (2, "most"), "settle_vs_sql": (2.5, "most"), "import_vs_copy": (0.33, "least"), "rss_node": (80, "most"),
          "seal_50k": (5, "most"), "seal_wait": (0.3, "most"),
          "fraud_scan": (1.5, "most"), "match_10k": (0.5, "least"), "http_vs_bus": (0.5, "least"), "pages_10m": (1.5, "most"),
          "consolidate_56k": (1024, "most"), "page_ms": (5000, "most"), "page_ms_again": (2500, "most"), "distinct_1m": (1.2, "most"), "figures_vs_sql": (1.2, "most"),
          "figures_one_changed": (0.12, "most"), "draft_one_changed": (0.12, "most")}
SCALES = tuple(int(scale) for scale in os.environ.get("SCALES", "1 10").split())
TOLD_BY = {"seal_wait": "seal_50k", "page_ms_again": "page_ms", "figures_one_changed": "figures_vs_sql",
           "draft_one_changed": "figures_vs_sql"}  # bounds of what another benchmark tells beside its own
OWN_NODE = ("seal_50k", "pages_10m", "consolidate_56k", "page_ms", "distinct_1m", "figures_vs_sql")  # leave millions of rows behind: each on a node of its own, at the first scale
UNSEEDED = ("consolidate_56k", "page_ms", "distinct_1m", "figures_vs_sql")  # bring their own rows
MOST_LOSS = 0.8  # what must be left of a ratio with ten times the rows

PEER_SCHEMA = """
DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer;
CREATE TABLE peer.attendance (LIKE workforce.attendance INCLUDING ALL);
CREATE TABLE peer.copied (LIKE workforce.attendance INCLUDING ALL);
CREATE TABLE peer.wage_line (LIKE payroll.wage_line INCLUDING ALL);
CREATE TABLE peer.request (request_id uuid, caller text, PRIMARY KEY (request_id, caller));
CREATE TABLE peer.outbox (seq bigserial PRIMARY KEY, at timestamptz NOT NULL, entry bytea NOT NULL);
"""
# What a service without journal and group commit would do for one entry: who asked, the entry, the message for others. The entry is
# recorded by the very statement of RecordAttendance with its checks (search_path peer, workforce: its own table, our agreements); as
# call_vs_inserts also by a bare INSERT that checks nothing.
PEER_WRITE = """\\set n :n + 1
\\set s :n * :many + :client_id
\\set w hash_fnv1a(:s % 10000, 0) & 9223372036854775807
\\set d :first_day + :s / 10000
BEGIN;
INSERT INTO peer.request (request_id, caller) VALUES (gen_random_uuid(), 'contractor-maker');
RECORD;
INSERT INTO peer.outbox (at, entry) VALUES (now(), '\\xENTRY');
COMMIT;
""".replace("ENTRY", "5a" * 250)
BARE_INSERT = "INSERT INTO peer.attendance (worker_number, work_date, day_hundredths, project_code) VALUES (:w, date '1970-01-01' + :d::int, 100, '100001')"
PARAMETERS = {"project_code": "'100001'::text", "worker_number": ":w::int8", "work_date": "(date '1970-01-01' + :d::int)", "day_hundredths": "100::int4",
              "call.today": "current_date"}


def with_parameters(statement, parameters):
    """A .sql file's statement with something else in the places of its parameters."""
    text = (ROOT / statement).read_text().split("\n", 1)[1].strip()
    return re.sub(r"(?<!:):([a-z_.]+)", lambda found: parameters[found.group(1)], text)


class BenchCluster(Cluster):
    """fsync on, and TCP on an address of its own for the peer that is measured over TCP."""

    def _run(self, command, *arguments):
        self.options = f"-c listen_addresses={HOST}"
        return super()._run(command, *arguments)

    def tcp(self, database):
        return f"host={HOST} dbname={database} user={SUPERUSER}"


def run(*command, data=None, fine=(0,)):
    done = subprocess.run([str(part) for part in command], input=data, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode not in fine:
        raise RuntimeError(f"{' '.join(str(part) for part in command)}: {done.stderr.strip()} {done.stdout.strip()}")
    if done.stderr.strip():
        print(done.stderr.strip(), file=sys.stderr)
    return done.stdout


class Bench:
    def __init__(self):
        self.lines, self.ratios = [], {}
        self.first_day = {"ours": FIRST_DAY, "peer": FIRST_DAY, "copied": FIRST_DAY}
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="wr-bench-"))
        self.directory.chmod(0o755)
        VAR.mkdir(parents=True, exist_ok=True)
        self.cluster = BenchCluster(durable=True)
        self.node = Node(self.directory / "node", self.cluster, database="wr_bench")
        try:
            self.node.start(*MEASURED)
        except RuntimeError:
            self.close()
            raise
        self.sql = lambda text: self.cluster.sql("wr_bench", text)
        self.key = self.node.admit("contractor-maker", "contractor-1", "MAKER", ("CONTRACTOR",))
        self.key.write_secret(self.directory)
        self.scale = 1
        self.next_person = 1_000_000  # behind those who were seeded

    def close(self):
        self.node.close()
        self.cluster.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- printing ------------------------------------------------------------------------------------------------------------

    def tell(self, name, value, unit, ratio=None):
        name = name if self.scale == 1 else f"{name}_x{self.scale}"
        line = f"{name}\t{value:.6g}\t{unit}\t{'' if ratio is None else f'{ratio:.3f}'}"
        print(line, flush=True)
        self.lines.append(line)
        if ratio is not None:
            self.ratios[name] = ratio

    # --- parts ---------------------------------------------------------------------------------------------------------------

    def psql(self, file, **variables):
        settings = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.cluster.conninfo("wr_bench"), *settings, "-f", ROOT / "tests/bench" / file)

    def load(self, service, mode, *arguments):
        text = run(BUILD / "tests/bench/load", self.node.endpoint(service), self.directory / "contractor-maker.key",
                   self.node.keys / f"{service}.pub", mode, *arguments, fine=(0, 1))
        return [float(word) for word in text.split()]

    def pgbench(self, script, clients, **variables):
        """Transactions per second."""
        path = self.directory / "script.sql"
        path.write_text(script)
        settings = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        text = run("pgbench", "-n", "-M", "prepared", "-c", clients, "-j", min(clients, 2), "-T", max(1, round(SECONDS)), *settings, "-f", path,
                   self.cluster.conninfo("wr_bench"))
        return float(re.search(r"tps = ([0-9.]+)", text).group(1))

    def quiet(self):
        """Before a measurement: statistics up to date, no checkpoint or vacuum due."""
        self.sql("VACUUM ANALYZE; CHECKPOINT")

    def grow(self, table, key):
        """Fills an attendance table up to the scale's rows with whole days of all workers."""
        days = BASE_ROWS * self.scale // WORKERS - (self.first_day[key] - FIRST_DAY)
        if days > 0:
            self.sql(f"INSERT INTO {table} (worker_number, work_date, day_hundredths, project_code) SELECT worker_number, date '1970-01-01' + d, 100, "
                     f"'100001' FROM generate_series({self.first_day[key]}, {self.first_day[key] + days - 1}) d, workforce.agreement")
            self.first_day[key] += days

    def seed(self):
        (VAR / "workers").write_text(run(BUILD / "tests/bench/load", "workers", WORKERS))
        self.psql("seed_workforce.sql")
        self.sql(PEER_SCHEMA)
        self.grow_all()

    def grow_all(self):
        self.grow("workforce.attendance", "ours")
        self.grow("peer.attendance", "peer")
        self.grow("peer.copied", "copied")
        former = 0 if self.scale == 1 else BASE_PROJECTS
        self.psql("seed_registry.sql", first=100001 + former, projects=BASE_PROJECTS * self.scale - former)
        self.psql("seed_payroll.sql", first=100001 if self.scale == 1 else 200001, lines=BASE_LINES * self.scale - (0 if self.scale == 1 else BASE_LINES))
        self.sql("INSERT INTO peer.wage_line SELECT * FROM payroll.wage_line ON CONFLICT DO NOTHING")
        self.node.stop(*MEASURED)  # who may do what is read at the start
        self.node.start(*MEASURED)

    # --- writes --------------------------------------------------------------------------------------------------------------

    def attendance(self, outstanding, refused=0):
        rate, p50, p99, _, _, failed, next_day = self.load("workforce", "attendance", outstanding, SECONDS, self.first_day["ours"], refused)
        self.first_day["ours"] = int(next_day)
        if failed:
            raise RuntimeError(f"{failed} calls failed")
        return rate, p50, p99

    def pgbench_writes(self, record):
        rates = []
        for clients in PEER_CLIENTS:
            rates.append(self.pgbench(PEER_WRITE.replace("RECORD", record), clients, n=-1, many=clients, first_day=self.first_day["peer"]))
            last = self.sql("SELECT max(work_date) - date '1970-01-01' FROM peer.attendance")[0][0]
            self.first_day["peer"] = int(last) + 1
        return max(rates)

    def call_vs_pgbench(self):
        self.quiet()
        self.sql(f"ALTER ROLE {SUPERUSER} SET search_path = peer, workforce; ALTER ROLE {SUPERUSER} SET jit = off; "
                 f"ALTER ROLE {SUPERUSER} SET enable_seqscan = off")
        record = with_parameters("services/workforce/sql/RecordAttendance.sql", PARAMETERS)
        ours, peer, inserts = [], [], []
        for _ in range(ROUNDS):
            ours.append(self.attendance(256)[0])
            peer.append(self.pgbench_writes(record))
            inserts.append(self.pgbench_writes(BARE_INSERT))
        self.tell("call_vs_pgbench", statistics.median(ours), "calls/s", statistics.median(ours) / statistics.median(peer))
        self.tell("call_vs_pgbench_peer", statistics.median(peer), "transactions/s")
        self.tell("call_vs_inserts_peer", statistics.median(inserts), "transactions/s", statistics.median(ours) / statistics.median(inserts))
        for outstanding in (1, 64, 256):
            rate, p50, p99 = self.attendance(outstanding)
            self.tell(f"call_{outstanding}_rate", rate, "calls/s")
            self.tell(f"call_{outstanding}_p50", p50 / 1000, "ms")
            self.tell(f"call_{outstanding}_p99", p99 / 1000, "ms")
        self.tell("call_refused_1_percent", self.attendance(256, 1)[0], "calls/s")

    def batch_vs_copy(self):
        self.quiet()
        ours, peer = [], []
        for _ in range(ROUNDS):
            rate, _, _, _, refused, failed, next_day = self.load("workforce", "batch", 4, SECONDS, self.first_day["ours"], 1000)
            self.first_day["ours"] = int(next_day)
            if failed or refused:
                raise RuntimeError(f"{refused} batches refused, {failed} failed")
            ours.append(rate * 1000)
            rows, next_day = run(BUILD / "tests/bench/direct", "copy", self.cluster.conninfo("wr_bench"), "peer.copied", SECONDS,
                                 self.first_day["copied"], 1000).split()
            peer.append(float(rows))
            self.first_day["copied"] = int(next_day)
        self.tell("batch_vs_copy", statistics.median(ours), "rows/s", statistics.median(ours) / statistics.median(peer))
        self.tell("batch_vs_copy_peer", statistics.median(peer), "rows/s")

    # --- reads ---------------------------------------------------------------------------------------------------------------

    def read_vs_pgbench(self):
        self.quiet()
        projects = BASE_PROJECTS * self.scale
        ours, peer = [], []
        self.sql(f"ALTER ROLE {SUPERUSER} SET search_path = registry; ALTER ROLE {SUPERUSER} SET jit = off")
        script = f"\\set code random(100001, {100000 + projects})\n" + with_parameters("services/registry/sql/GetProject.sql", {"project_code": ":code::text"}) + ";\n"
        for _ in range(ROUNDS):
            rate, p50, p99, _, refused, failed, _ = self.load("registry", "project", 64, SECONDS, projects)
            if failed or refused:
                raise RuntimeError(f"{refused} reads refused, {failed} failed")
            ours.append(rate)
            peer.append(max(self.pgbench(script, clients) for clients in PEER_CLIENTS))
        self.tell("read_vs_pgbench", statistics.median(ours), "calls/s", statistics.median(ours) / statistics.median(peer))
        self.tell("read_vs_pgbench_peer", statistics.median(peer), "transactions/s")
        self.tell("read_64_p50", p50 / 1000, "ms")
        self.tell("read_64_p99", p99 / 1000, "ms")

    def read_latency(self):
        projects = BASE_PROJECTS * self.scale
        statement = self.directory / "get_project.sql"
        statement.write_text(with_parameters("services/registry/sql/GetProject.sql", {"project_code": "$1::text"}))
        conninfo = self.cluster.tcp("wr_bench") + " options='-c search_path=registry -c jit=off'"
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(self.load("registry", "project", 1, SECONDS, projects)[1])
            peer.append(float(run(BUILD / "tests/bench/direct", "latency", conninfo, SECONDS, projects, statement)))
        self.tell("read_latency", statistics.median(ours), "us", statistics.median(ours) / statistics.median(peer))
        self.tell("read_latency_peer", statistics.median(peer), "us")

    def http_vs_bus(self):
        web.http_vs_bus(self, run, SECONDS, ROUNDS, BASE_PROJECTS * self.scale)

    # --- sheets --------------------------------------------------------------------------------------------------------------

    def sheet_vs_sql(self):
        self.quiet()
        first = 100001 if self.scale == 1 else 200001
        ours = self.load("payroll", "sheet", first, 10)
        peer = []
        for project in range(first + 10, first + 20):
            text = run("psql", "-X", "-q", "-d", self.cluster.conninfo("wr_bench"), data=f"""\\timing on
INSERT INTO peer.wage_line (project_code, sheet_code, worker_number, line_number, line_state, worker_name, id_number_mask, agreement_code, employment_kind,
  pay_unit, rate_fen, day_hundredths, gross_fen, net_fen, account_holder, account_no, account_no_token, account_no_mask, bank_name)
SELECT a.project_code, a.project_code || '-202603-1', a.worker_number, row_number() OVER (ORDER BY a.worker_number), 'DRAFT', a.worker_name, a.id_number_mask,
  a.agreement_code, a.employment_kind, a.pay_unit, a.rate_fen, a.day_hundredths, (a.day_hundredths * a.rate_fen + 50) / 100,
  (a.day_hundredths * a.rate_fen + 50) / 100, a.account_holder, a.account_no, a.account_no_token, a.account_no_mask, a.bank_name
FROM payroll.sealed_attendance a JOIN payroll.sealed_month m USING (project_code, month)
WHERE a.project_code = '{project}' AND a.month = '2026-03';
""")
            peer.append(float(re.search(r"Time: ([0-9.]+) ms", text).group(1)) / 1000)
        self.tell("sheet_vs_sql", statistics.median(ours) * 1000, "ms", statistics.median(ours) / statistics.median(peer))
        self.tell("sheet_vs_sql_peer", statistics.median(peer) * 1000, "ms")

    # --- months of attendance at size ---------------------------------------------------------------------------------------

    def seal_50k(self):
        months.seal_50k(self)

    def pages_10m(self):
        months.pages_10m(self)

    # --- a nation's quarter --------------------------------------------------------------------------------------------------

    def distinct_1m(self):
        figures.distinct_1m(self, ROUNDS)

    def figures_vs_sql(self):
        figures.figures_vs_sql(self, ROUNDS)

    def consolidate_56k(self):
        self.node.stop(*MEASURED)
        consolidate.consolidate_56k(self, run)

    # --- candidates of a demand ---------------------------------------------------------------------------------------------

    def match_10k(self):
        matching.match_10k(self)

    # --- files ---------------------------------------------------------------------------------------------------------------

    def import_vs_copy(self):
        roster.import_vs_copy(self, run, ROUNDS)

    # --- a bank's results ----------------------------------------------------------------------------------------------------

    def settle_vs_sql(self):
        payments.settle_vs_sql(self)

    # --- fraud ---------------------------------------------------------------------------------------------------------------

    def fraud_scan(self):
        if self.scale == SCALES[0]:
            fraud.fraud_scan(self, ROUNDS)

    def timed(self, sql):
        """Seconds that the last statement took in psql."""
        text = run("psql", "-X", "-q", "-d", self.cluster.conninfo("wr_bench"), data=f"SET jit = off;\n\\timing on\n{sql}\n")
        return float(re.findall(r"Time: ([0-9.]+) ms", text)[-1]) / 1000

    # --- memory --------------------------------------------------------------------------------------------------------------

    # --- the first page ------------------------------------------------------------------------------------------------------

    def page_ms(self):
        page.page_ms(self)

    def rss_node(self):
        others = [service for service in SERVICES if service not in MEASURED]
        self.node.start(*others)
        total = 0
        for service in SERVICES:
            status = pathlib.Path(f"/proc/{self.node.daemons[service].pid}/status").read_text()
            kib = int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))
            self.tell(f"rss_{service}", kib / 1024, "MiB")
            total += kib
        self.tell("rss_node", total / 1024, "MiB", total / 1024)
        self.node.stop(*others)

    def judge(self):
        """What the issue binds; True when all is kept."""
        missed = []
        for name, ratio in self.ratios.items():
            base, _, scaled = name.partition("_x")
            if base not in BOUNDS:
                continue
            bound, kind = BOUNDS[base]
            if (ratio < bound) if kind == "least" else (ratio > bound):
                missed.append(f"{name}: {ratio:.3f}, must be at {kind} {bound}")
            before = self.ratios.get(base)
            if scaled and before and ((ratio < before * MOST_LOSS) if kind == "least" else (ratio * MOST_LOSS > before)):
                missed.append(f"{name}: {ratio:.3f} against {before:.3f} with a tenth of the rows: worse by more than a fifth")
        for line in missed:
            print(f"MISSED {line}", file=sys.stderr)
        return not missed


def run_together(bench, chosen):
    """Those that share a node, at every scale."""
    if "rss_node" in chosen:
        bench.rss_node()
    bench.seed()
    for bench.scale in SCALES:
        if bench.scale > 1:
            bench.grow_all()
        for name in chosen:
            if name != "rss_node":
                getattr(bench, name)()


def run_alone(bench, name):
    if name not in UNSEEDED:
        bench.seed()
    getattr(bench, name)()


def main():
    chosen = sys.argv[1:] or [name for name in BOUNDS if name not in TOLD_BY]
    if not set(chosen) <= set(BOUNDS) - set(TOLD_BY):
        print(f"benchmarks: {' '.join(name for name in BOUNDS if name not in TOLD_BY)}", file=sys.stderr)
        return 64
    together = [name for name in chosen if name not in OWN_NODE]
    parts = ([lambda bench: run_together(bench, together)] if together else []) + [
        lambda bench, name=name: run_alone(bench, name) for name in OWN_NODE if name in chosen]
    lines, kept = [], True
    for part in parts:
        bench = Bench()
        try:
            part(bench)
        finally:
            bench.close()
        lines += bench.lines
        kept = bench.judge() and kept
    (VAR / "latest.tsv").write_text("\n".join(lines) + "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
