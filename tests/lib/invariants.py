#!/usr/bin/python3
"""The invariants of RELIABILITY section 4, checked after every fault by this one program.

    tests/lib/invariants.py NODE_DIRECTORY [--replay]

From a test: invariants.check(node, acknowledged) where acknowledged is a list of (service, caller, reply) of every call that was answered.
I1 no loss, I2 no duplicate, I3 the stored reply is the one that was sent, I4 the ledger balances, I5 gapless, I6 cursors stand where the
source's chain stands, I7 the chain verifies, I14 nobody's number in clear, and the journal replays into equal tables.
"""
import argparse
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import time

if __package__ in (None, ""):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
    __package__ = "lib"
from . import BUILD, SERVICES, messages  # noqa: E402

ZEROS = bytes(32)
# Every ID number and account of the tests (people.py), in text and as pg_dump writes bytea.
# A number in text stands between no digits of another: without that one in ten thousand dumps has one somewhere in its digests.
_CLEAR = re.compile(rb"(?<![0-9A-Fa-f])140298(?:19|20)\d{9}[\dXx](?![0-9A-Fa-f])|\b620000\d{7,13}\b|3134303239383(?:139|230)(?:3\d){9}(?:3\d|58|78)|363230303030(?:3\d){10,13}")


def sm3(*parts):
    digest = hashlib.new("sm3")
    for part in parts:
        digest.update(part)
    return digest.digest()


def _number(value, size):
    return (value & (1 << 8 * size) - 1).to_bytes(size, "big")


def _counted(text):
    return _number(len(text.encode()), 2) + text.encode()


def chain_hash(previous, row):
    """journal_hash of common/daemon/journal.c, written again from its description."""
    event_hash = sm3(row["event"]) if row["event_type"] else ZEROS
    return sm3(previous, _number(row["epoch"], 8), _number(row["seq"], 8), _number(row["at_us"], 8), _number(row["status"], 4), _counted(row["caller"]),
               row["request_id"], _counted(row["method"]), sm3(row["caller_identity"], row["request"]), sm3(row["reply_header"], row["reply"]),
               _counted(row["event_type"]), event_hash)


class Books:
    """What a node's database says, read past the daemons."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.settings = dict((part.strip() for part in line.split("=", 1)) for line in (self.directory / "node.conf").read_text().splitlines()
                             if "=" in line and not line.startswith("#"))
        self.conninfo = self.settings["database"]
        self.problems = []

    def sql(self, text):
        done = subprocess.run(["psql", "-X", "-q", "-At", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo, "-c", text], capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def complain(self, invariant, text):
        self.problems.append(f"{invariant}: {text}")

    def schemas(self):
        return {row[0] for row in self.sql("SELECT nspname FROM pg_namespace")} & set(SERVICES)

    def journal(self, service):
        columns = ("epoch", "seq", "at_us", "status", "caller", "method", "event_type", "caller_identity", "request_id", "request", "reply_header", "reply",
                   "event", "prev_hash", "hash")
        chosen = ", ".join(f"encode({name}, 'hex')" if index >= 7 else f"coalesce({name}, '')" if name == "event_type" else name
                           for index, name in enumerate(columns))
        for row in self.sql(f"SELECT {chosen} FROM {service}.journal ORDER BY epoch, seq"):
            yield {name: int(value) if index < 4 else value if index < 7 else bytes.fromhex(value) for index, (name, value) in enumerate(zip(columns, row))}


def check_journal(books, service, acknowledged):
    """I1, I2, I3, I5, I7 for one service; the hash of every row by (epoch, seq)."""
    previous, last, stored, hashes = ZEROS, (0, 0), {}, {}
    for row in books.journal(service):
        place = f"{service} {row['epoch']}/{row['seq']} {row['method']}"
        if row["seq"] != last[1] + 1 and not (row["epoch"] > last[0] and row["seq"] == 1):
            books.complain("I5", f"{place}: follows {last[0]}/{last[1]}")
        if row["prev_hash"] != previous:
            books.complain("I7", f"{place}: does not continue the chain")
        if chain_hash(row["prev_hash"], row) != row["hash"]:
            books.complain("I7", f"{place}: hash differs from its row")
        key = (row["caller"], row["request_id"])
        if key in stored:
            books.complain("I2", f"{place}: request id of {row['caller']} stands twice")
        stored[key] = row
        hashes[(row["epoch"], row["seq"])] = row["hash"]
        previous, last = row["hash"], (row["epoch"], row["seq"])
    for caller, reply in acknowledged:
        row = stored.get((caller, reply.request_id))
        if row is None:
            if reply.header.journal_seq:
                books.complain("I1", f"{service}: {caller} was answered {reply.status.name} for {reply.request_id.hex()}, which the journal does not have")
            continue
        header = messages.header_pb2.ReplyHeader.FromString(row["reply_header"])
        sent = messages.header_pb2.ReplyHeader()
        sent.CopyFrom(reply.header)
        for one in (header, sent):
            one.ClearField("hop_id")
        if header != sent or row["reply"] != reply.raw:
            books.complain("I3", f"{service} {row['seq']}: the stored reply is not the one that {caller} got")
    return hashes


def read_cursors(books, schemas):
    """Before the journals are read: a node that runs goes on following, and a later cursor may stand behind what was read of its source."""
    return {service: books.sql(f"SELECT source, epoch, seq, encode(hash, 'hex') FROM {service}.follow_cursor") for service in schemas}


def check_cursors(books, hashes, cursors):
    """I6: a cursor stands at a row of its source, with that row's hash."""
    for service in hashes:
        for source, epoch, seq, digest in cursors[service]:
            if source in hashes and int(seq) and hashes[source].get((int(epoch), int(seq))) != bytes.fromhex(digest):
                books.complain("I6", f"{service}: its cursor {epoch}/{seq} is no place in the chain of {source}")


def check_fund_ledger(books):
    """I4: the sum over all accounts is zero; assets and what is withheld or under way are never below zero after any entry, by the order of the
    journal; every entry belongs to an accepted call; what orders have under way is what the ledger says."""
    entries = """WITH entry AS (SELECT p.project_code, p.call_id, p.debit_account AS account, p.wage_account_code AS code, p.amount_fen FROM payroll.posting p
      UNION ALL SELECT p.project_code, p.call_id, p.credit_account, p.wage_account_code, -p.amount_fen FROM payroll.posting p) """
    for (total,) in books.sql(entries + "SELECT coalesce(sum(amount_fen), 0) FROM entry HAVING coalesce(sum(amount_fen), 0) <> 0"):
        books.complain("I4", f"the fund ledger sums to {total}")
    for row in books.sql("""SELECT p.project_code, encode(p.call_id, 'hex') FROM payroll.posting p WHERE NOT EXISTS (SELECT 1 FROM payroll.journal j
                            WHERE j.request_id = p.call_id AND j.status = 0)"""):
        books.complain("I4", f"{row[0]}: entry of call {row[1]}, which the journal has not accepted")
    for row in books.sql(entries + """, running AS (SELECT e.project_code, e.account, e.code, sum(CASE WHEN e.account = 'WAGE_ACCOUNT' THEN e.amount_fen
        ELSE -e.amount_fen END) OVER (PARTITION BY e.project_code, e.account, CASE e.account WHEN 'WAGE_ACCOUNT' THEN e.code END ORDER BY j.epoch, j.seq)
        AS balance FROM entry e JOIN payroll.journal j ON j.request_id = e.call_id AND j.status = 0
        WHERE e.account IN ('WAGE_ACCOUNT', 'WAGES_PAYABLE', 'WITHHELD', 'IN_TRANSIT'))
      SELECT project_code, account, code, min(balance) FROM running WHERE balance < 0 GROUP BY 1, 2, 3"""):
        books.complain("I4", f"{row[0]}: {row[1]} {row[2]} stood at {row[3]}")
    for row in books.sql(entries + """SELECT coalesce(e.project_code, o.project_code), e.under_way, o.under_way FROM
        (SELECT project_code, -sum(amount_fen) AS under_way FROM entry WHERE account = 'IN_TRANSIT' GROUP BY 1) e FULL JOIN
        (SELECT project_code, sum(net_fen) FILTER (WHERE line_state IN ('ORDERED', 'UNKNOWN')) AS under_way FROM payroll.payment_line GROUP BY 1) o
        USING (project_code) WHERE coalesce(e.under_way, 0) <> coalesce(o.under_way, 0)"""):
        books.complain("I4", f"{row[0]}: {row[1]} under way in the ledger, {row[2]} in the orders")


def check_balance(books, schemas):
    """I4: every posting bears debit and credit, so what can be wrong is what it says: cost = gross of the approved sheets, paid = what left for
    workers, owed and under way = the rest; and no line is paid twice."""
    if "payroll" not in schemas or not books.sql("SELECT 1 FROM pg_tables WHERE schemaname = 'payroll' AND tablename = 'posting'"):
        return
    rows = books.sql("""
      WITH moved AS (SELECT project_code, coalesce(sum(amount_fen) FILTER (WHERE debit_account = 'LABOUR_COST'), 0)
                       - coalesce(sum(amount_fen) FILTER (WHERE credit_account = 'LABOUR_COST'), 0) AS cost,
                     coalesce(sum(amount_fen) FILTER (WHERE debit_account IN ('IN_TRANSIT', 'WAGES_PAYABLE') AND credit_account IN ('BANK', 'WAGE_ACCOUNT')), 0)
                       AS paid,
                     coalesce(sum(amount_fen) FILTER (WHERE credit_account IN ('WAGES_PAYABLE', 'IN_TRANSIT')), 0)
                       - coalesce(sum(amount_fen) FILTER (WHERE debit_account IN ('WAGES_PAYABLE', 'IN_TRANSIT')), 0) AS owed
                     FROM payroll.posting GROUP BY 1),
      sheets AS (SELECT project_code, sum(gross_fen) AS gross, sum(paid_fen) AS paid, sum(net_fen - paid_fen) AS unpaid FROM payroll.wage_sheet
                 WHERE approved_date IS NOT NULL AND sheet_state <> 'VOID' GROUP BY 1),
      lines AS (SELECT project_code, sum(fen) AS paid FROM (SELECT project_code, net_fen AS fen FROM payroll.payment_line WHERE line_state = 'PAID'
                  UNION ALL SELECT project_code, paid_fen FROM payroll.cash_payment) AS p GROUP BY 1)
      SELECT m.project_code, m.cost, s.gross, m.paid, s.paid, l.paid, m.owed, s.unpaid FROM moved m LEFT JOIN sheets s USING (project_code)
      LEFT JOIN lines l USING (project_code)
      WHERE m.cost <> coalesce(s.gross, 0) OR m.paid <> coalesce(s.paid, 0) OR m.paid <> coalesce(l.paid, 0) OR m.owed <> coalesce(s.unpaid, 0)""")
    for code, *amounts in rows:
        books.complain("I4", f"{code}: cost {amounts[0]} of {amounts[1]}, paid {amounts[2]} of {amounts[3]} and {amounts[4]}, owed {amounts[5]} of {amounts[6]}")
    check_fund_ledger(books)
    for code, sheet, worker in books.sql("""SELECT o.project_code, o.sheet_code, l.worker_number FROM payroll.payment_order o JOIN payroll.payment_line l
                                            USING (project_code, order_code) WHERE l.line_state = 'PAID' GROUP BY 1, 2, 3 HAVING count(*) > 1
                                            UNION SELECT project_code, sheet_code, worker_number FROM payroll.cash_payment JOIN payroll.payment_line l
                                            USING (project_code, worker_number) JOIN payroll.payment_order o USING (project_code, order_code, sheet_code)
                                            WHERE l.line_state = 'PAID'"""):
        books.complain("I2", f"{code} {sheet}: {worker} is paid twice")


def check_secrecy(books, data_directory=None):
    """I14: no ID number or account in clear in the dump, in the logs, nor (data_directory) in the files of the cluster."""
    dump = subprocess.run(["pg_dump", "-d", books.conninfo], capture_output=True, check=True).stdout
    places = [("pg_dump", dump)] + [(str(path), path.read_bytes()) for path in (books.directory / "log").glob("*")]
    if data_directory:
        places += [(str(path), path.read_bytes()) for path in pathlib.Path(data_directory).rglob("*") if path.is_file()]
    for name, content in places:
        found = _CLEAR.search(content)
        if found:
            books.complain("I14", f"{name}: {found[0][:8].decode()}… in clear, near {content[max(0, found.start() - 60):found.start()]!r}")


def check_replay(books, schemas):
    """Every journal replayed into an empty schema gives equal tables."""
    for service in sorted(schemas):
        done = subprocess.run([BUILD / "bin" / service, "--node", books.directory, "--replay"], capture_output=True, text=True, check=False)
        if done.returncode:
            books.complain("REPLAY", f"{service}: exit {done.returncode}: {(done.stdout + done.stderr).strip()[-1500:]}")


def check_directory(directory, acknowledged=(), replay=False, data_directory=None):
    """All of it; the list of problems, empty when the node is well."""
    books = Books(directory)
    schemas = books.schemas()
    cursors = read_cursors(books, schemas)
    hashes = {service: check_journal(books, service, [(caller, reply) for name, caller, reply in acknowledged if name == service]) for service in schemas}
    check_cursors(books, hashes, cursors)
    check_balance(books, schemas)
    check_secrecy(books, data_directory)
    if replay:
        check_replay(books, schemas)
    return books.problems


def check(node, acknowledged=(), replay=True):
    """For tests: raises AssertionError with every problem. The node may run or not."""
    problems = check_directory(node.directory, acknowledged, replay, node.cluster.data)
    if problems:
        raise AssertionError("\n".join(problems))


def sm2_verifies(key_path, context, content, signature):
    """What common/crypto/sign.h signs (the context, a NUL, the bytes), verified by the openssl command with a key pair's public half."""
    with tempfile.TemporaryDirectory() as folder:
        data, sealed, public = (pathlib.Path(folder) / name for name in ("data", "signature", "public"))
        data.write_bytes(context.encode() + b"\0" + content)
        sealed.write_bytes(signature)
        subprocess.run(["openssl", "pkey", "-in", str(key_path), "-pubout", "-out", str(public)], check=True, capture_output=True)
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", str(public), "-in", str(data), "-sigfile", str(sealed),
                               "-pkeyopt", "distid:1234567812345678"], capture_output=True, check=False)
        return done.returncode == 0


class Recorder:
    """Keeps every final answer of the calls that go through it, for check()."""

    def __init__(self):
        self.acknowledged = []
        self.unknown = []

    def call(self, actor, method, request=None, **options):
        service = method.split(".")[0]
        reply = actor.call(method, request, **options)
        if reply.header is not None and not reply.retryable:
            self.acknowledged.append((service, actor.key.principal, reply))
        else:
            self.unknown.append((service, actor.key.principal, method, request, reply.request_id))
        return reply


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory")
    parser.add_argument("--replay", action="store_true")
    arguments = parser.parse_args()
    began = time.monotonic()
    problems = check_directory(arguments.directory, replay=arguments.replay)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems, {time.monotonic() - began:.1f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
