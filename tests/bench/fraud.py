"""fraud_scan: thirteen signals over a year of 10,000 workers against the same year looked at the plain way."""
import statistics
import time

# Three self-joins, which find pairs and nothing else.
PLAIN_SELF_JOINS = {
    "account": "SELECT count(*) FROM ledger_line a JOIN ledger_line b ON b.month = a.month AND b.account_no_token = a.account_no_token "
               "AND b.worker_number > a.worker_number",
    "phone": "SELECT count(*) FROM attended a JOIN attended b ON b.month = a.month AND b.phone_digest = a.phone_digest AND b.worker_number > a.worker_number",
    "sites": "WITH day AS (SELECT project_code, worker_number, (month || '-' || split_part(d, ':', 1))::date AS work_date, split_part(d, ':', 2)::int4 AS part "
             "FROM attended, string_to_table(days_text, ' ') AS d) SELECT count(*) FROM day a JOIN day b ON b.worker_number = a.worker_number "
             "AND b.work_date = a.work_date AND b.project_code > a.project_code WHERE a.part + b.part > 100",
}
PERIODS = [{"month": f"2025-{month:02d}"} for month in range(1, 13)] + [{"scan_year": 2025}]


def scan_year(client):
    """Seconds of each of the thirteen calls."""
    times = []
    for period in PERIODS:
        begun = time.monotonic()
        reply = client.call("evaluation.ScanFraud", period)
        times.append(time.monotonic() - begun)
        if not reply.ok:
            raise RuntimeError(f"scan of {period}: {reply}")
    return times


def fraud_scan(bench, rounds):
    key = bench.node.admit("office-maker", "140214-fgj", "MAKER", ("OFFICE",))
    bench.node.start("evaluation")
    bench.psql("seed_evaluation.sql")
    bench.quiet()
    ours, peer = [], []
    with bench.node.client("evaluation", key) as client:
        for _ in range(rounds):
            ours.append(scan_year(client))
            peer.append({name: bench.timed(f"SET search_path = evaluation; {sql};") for name, sql in PLAIN_SELF_JOINS.items()})
    whole, plain = statistics.median(sum(times) for times in ours), statistics.median(sum(one.values()) for one in peer)
    bench.tell("fraud_scan", whole * 1000, "ms", whole / plain)
    bench.tell("fraud_scan_month", statistics.median(one for times in ours for one in times[:12]) * 1000, "ms")
    bench.tell("fraud_scan_year", statistics.median(times[12] for times in ours) * 1000, "ms")
    bench.tell("fraud_scan_peer", plain * 1000, "ms")
    for name in PLAIN_SELF_JOINS:
        bench.tell(f"fraud_scan_peer_{name}", statistics.median(one[name] for one in peer) * 1000, "ms")
    bench.node.stop("evaluation")
