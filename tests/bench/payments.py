"""Payments at size: what a bank says of 50,000 lines, against one SQL update of the same rows."""
import statistics
import time

from tests.lib import messages

LINES, EACH = 50_000, 5_000
PEER = """WITH answered AS (UPDATE peer.payment_line l SET line_state = 'PAID', bank_serial = a.bank_serial, paid_date = date '2026-04-22' FROM peer.answer a
  WHERE l.worker_number = a.worker_number RETURNING l.worker_number, l.bank_serial)
UPDATE peer.settled_wage_line w SET line_state = 'PAID', bank_serial = a.bank_serial, paid_date = date '2026-04-22' FROM answered a
  WHERE w.worker_number = a.worker_number;
"""


def _settle(bench, bank, code):
    """Seconds until every line of the order is answered, in calls of EACH lines, all sent at once."""
    calls = [messages.fill(messages.request_type("payroll.RecordBankResults")(), {
        "project_code": code, "order_code": f"{code}-P1", "lines": [
            {"worker_number": i * 7919, "line_result": "PAID", "paid_fen": 440000, "bank_serial": f"LS-{i}"} for i in range(first, first + EACH)],
    }).SerializeToString() for first in range(1, LINES + 1, EACH)]
    with bench.node.client("payroll", bank) as client:
        client.call("admin.Health")
        began = time.monotonic()
        sent = [client.send("payroll.RecordBankResults", body=body, timeout_ms=60_000) for body in calls]
        replies = [client.wait(one) for one in sent]
        seconds = time.monotonic() - began
    if not all(reply.ok for reply in replies) or replies[-1].body["sheet_state"] != "PAID":
        raise RuntimeError(f"not settled: {replies[-1]}")
    return seconds


def settle_vs_sql(bench):
    """The peer updates the same rows of both tables in one statement and checks nothing."""
    bank = bench.node.admit("bank-maker", "bank-1", "MAKER", ("BANK",))
    ours, peer = [], []
    for number in range(3):
        code = f"4{bench.scale:02d}{number:03d}"
        bench.psql("seed_settle.sql", code=code)
        bench.node.stop("payroll")  # who may do what is read at the start
        bench.node.start("payroll")
        bench.quiet()
        ours.append(_settle(bench, bank, code))
        bench.sql("VACUUM ANALYZE peer.payment_line; VACUUM ANALYZE peer.settled_wage_line; VACUUM ANALYZE peer.answer; CHECKPOINT")
        peer.append(bench.timed(PEER))
    bench.tell("settle_vs_sql", statistics.median(ours) * 1000, "ms", statistics.median(ours) / statistics.median(peer))
    bench.tell("settle_vs_sql_peer", statistics.median(peer) * 1000, "ms")
