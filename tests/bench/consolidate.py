"""A nation's quarter: 2,800 districts deliver one signed report each, holding the lines of 20 units, over connections and with keys of their own; each
is verified, answered by a signed receipt and accepted; then 56,000 units are consolidated. The memory of the gateway is what is bound."""
import pathlib
import re
import time

from tests.lib import BUILD

DISTRICTS, UNITS, PEOPLE = 2_800, 20, 4
QUARTER = "2026Q2"
THREADS, OUTSTANDING = 48, 64
SEED = """
SET search_path = gateway;
INSERT INTO unit (unit_id, unit_name, unit_kind, is_member, active) SELECT unit_id, '县' || unit_id, 'OTHER_UNIT', true, true FROM bench_district;
INSERT INTO child (unit_id, public_key, sign_public, added_at, added_by) SELECT node_unit_id, public_key, sign_public, '2026-01-01', 'bench' FROM bench_district;
INSERT INTO child_unit (unit_id, node_unit_id) SELECT unit_id, node_unit_id FROM bench_district;
DROP TABLE bench_district;
"""


def _peak_mib(pid):
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def _backend_mib(bench):
    """The largest memory that a backend of the gateway's own has had (shared pages counted as far as it touched them)."""
    return max(_peak_mib(row[0]) for row in bench.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"))


def _enrol(bench, run):
    """Keys and reports of all districts."""
    folder = bench.directory / "districts"
    folder.mkdir()
    began = time.monotonic()
    table = run(BUILD / "tests/bench/districts", "make", folder, DISTRICTS, UNITS, QUARTER, bench.node.unit_id)
    bench.tell("consolidate_56k_signing", DISTRICTS / (time.monotonic() - began), "reports/s")
    bench.node.start("registry", "gateway")
    bench.sql("CREATE TABLE gateway.bench_district (unit_id text, node_unit_id text, public_key text, sign_public text)")
    rows = [line.split(" ") for line in table.splitlines()]
    for part in range(0, len(rows), 500):  # Z85 has no quote of SQL's
        bench.sql("INSERT INTO gateway.bench_district VALUES " + ", ".join("(" + ", ".join(f"'{cell}'" for cell in row) + ")" for row in rows[part:part + 500]))
    bench.sql(SEED)
    bench.node.stop("gateway")
    return folder


def _accept(client):
    """So many calls on their way at a time; calls a second."""
    began, codes, waiting = time.monotonic(), [f"d{district:05d}-{QUARTER}-1" for district in range(DISTRICTS)], 0
    while codes or waiting:
        while codes and waiting < OUTSTANDING:
            client.send("gateway.AcceptReport", {"report_code": codes.pop()})
            waiting += 1
        reply = client.receive(30_000)
        if reply is None or not reply.ok:
            raise RuntimeError(f"not accepted: {reply}")
        waiting -= 1
    return DISTRICTS / (time.monotonic() - began)


def _timed(client, method, request):
    began = time.monotonic()
    reply = client.call(method, request, wait_ms=120_000, timeout_ms=120_000)
    if not reply.ok:
        raise RuntimeError(f"{method}: {reply} after {time.monotonic() - began:.1f} s")
    return reply.body, time.monotonic() - began


def _pages(client, method):
    """All rows, and the slowest page."""
    rows, slowest, request = 0, 0.0, {"quarter": QUARTER, "page_size": 1000}
    while True:
        page, seconds = _timed(client, method, request)
        rows, slowest = rows + len(page["rows"]), max(slowest, seconds)
        if not page["next_page_token"]:
            return rows, slowest
        request["page_token"] = page["next_page_token"]


def _right(report):
    summary = report["summary"]
    units = DISTRICTS * UNITS
    wanted = (units, units * PEOPLE, units * PEOPLE * 6_000_00, DISTRICTS, units, units, 400)
    had = (summary["project_count"], summary["absorbed_count"], summary["paid_fen"], report["accepted_count"], report["level_counts"]["accepted_count"],
           report["line_count"], len(report["lines"]))
    if had != wanted:
        raise RuntimeError(f"the consolidation says {had}, the districts sent {wanted}")


def consolidate_56k(bench, run):
    folder = _enrol(bench, run)
    keys = [bench.node.admit(f"office-{duty.lower()}", "140214-fgj", duty, ("OFFICE",)) for duty in ("MAKER", "CHECKER")]
    bench.node.start("gateway")  # it reads at its start who may speak
    maker, checker = (bench.node.client("gateway", key) for key in keys)
    _timed(checker, "gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2099-12-31"})
    pid = bench.node.daemons["gateway"].pid
    bench.tell("consolidate_56k_rss_before", _peak_mib(pid), "MiB")
    bench.quiet()
    began = time.monotonic()
    rate, p50, p99, ok, failed = (float(word) for word in run(BUILD / "tests/bench/districts", "send", bench.node.endpoint("gateway"),
                                                             bench.node.keys / "gateway.pub", folder, DISTRICTS, THREADS, fine=(0, 1)).split())
    if failed or ok != DISTRICTS:
        raise RuntimeError(f"{failed} reports were not taken")
    accepted = _accept(checker)
    _, consolidating = _timed(checker, "gateway.Consolidate", {"quarter": QUARTER})
    seconds = time.monotonic() - began
    report, reading = _timed(maker, "gateway.GetConsolidatedReport", {"quarter": QUARTER})
    _right(report)
    lines, slowest = _pages(maker, "gateway.ListConsolidatedLines")
    if lines != DISTRICTS * UNITS:
        raise RuntimeError(f"{lines} lines in the pages")
    figure = {"quarter": QUARTER, "figure": "cumulative_paid_fen", "page_size": 100}
    rows, first_page = _timed(maker, "gateway.GetFigureRows", figure)
    if rows["row_sum_value"] != rows["total_value"] or len(rows["rows"]) != 100:
        raise RuntimeError("the lines beneath a figure do not make it up")
    _, next_page = _timed(maker, "gateway.GetFigureRows", {**figure, "page_token": rows["next_page_token"]})
    with bench.node.client("gateway", bench.node.operator) as operator:
        _, year = _timed(operator, "gateway.GetYearGround", {"report_year": int(QUARTER[:4])})
    peak = _peak_mib(pid)
    bench.tell("consolidate_56k", DISTRICTS * UNITS / seconds, "unit reports/s", peak)
    bench.tell("consolidate_56k_signed", DISTRICTS / seconds, "signed reports/s")
    bench.tell("consolidate_56k_received", rate, "signed reports/s")
    bench.tell("consolidate_56k_received_p50", p50 / 1000, "ms")
    bench.tell("consolidate_56k_received_p99", p99 / 1000, "ms")
    bench.tell("consolidate_56k_accepted", accepted, "calls/s")
    bench.tell("consolidate_56k_consolidate", consolidating * 1000, "ms")
    bench.tell("consolidate_56k_read", reading * 1000, "ms")
    bench.tell("consolidate_56k_slowest_page", slowest * 1000, "ms")
    bench.tell("consolidate_56k_figure_first_page", first_page * 1000, "ms")
    bench.tell("consolidate_56k_figure_page", next_page * 1000, "ms")
    bench.tell("consolidate_56k_year", year * 1000, "ms")
    bench.tell("consolidate_56k_rss", peak, "MiB")
    bench.tell("consolidate_56k_rss_postgres", _backend_mib(bench), "MiB")
    maker.close()
    checker.close()
