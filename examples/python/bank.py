#!/usr/bin/python3
"""bank.py - a bank on the bus: takes the payment orders that name it, pays each line once, and answers line by line.

    bank.py --endpoint tcp://127.0.0.1:7010 --server gateway.pub --key bank.key --store bank.db --core core.db [--until-idle]

It may be killed at any moment. What makes that harmless:
  - orders are taken from the journal of payroll; an order and the position behind it are kept in one transaction;
  - a line is paid under a serial made of order and worker: the core, asked again with a serial it knows, says what became of it;
  - what is said to payroll is first written into the outbox with its request id, then sent until it is answered: the same id has one answer.

--core is the ledger of the bank itself, here one SQLite file: account (account_no, account_holder, account_state), movement (one row a
payment). A real bank puts its own system behind class Core and changes nothing else."""
import argparse
import hashlib
import sqlite3
import sys
import time

import payment_pb2
import payroll_pb2
from store import Store
from workrelief import Client, Refused, pair, read_key, uuid7

PART = 500  # results of one message


class Core:
    """The bank's own books."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("CREATE TABLE IF NOT EXISTS account (account_no TEXT PRIMARY KEY, account_holder TEXT, account_state TEXT)")
        self.db.execute("CREATE TABLE IF NOT EXISTS movement (serial TEXT PRIMARY KEY, account_no TEXT, amount_fen INTEGER CHECK (amount_fen > 0))")

    def pay(self, serial, holder, account_no, amount_fen):
        """None when paid, else why not. The same serial pays once, however often it is asked."""
        account = self.db.execute("SELECT account_holder, account_state FROM account WHERE account_no = ?", (account_no,)).fetchone()
        if account is None:
            return "ACCOUNT_NOT_FOUND"
        if account[0] != holder:
            return "HOLDER_DIFFERS"
        if account[1] != "OPEN":
            return {"CLOSED": "ACCOUNT_CLOSED", "FROZEN": "ACCOUNT_FROZEN"}[account[1]]
        self.db.execute("INSERT OR IGNORE INTO movement VALUES (?, ?, ?)", (serial, account_no, amount_fen))
        return None


class Bank:
    def __init__(self, client, store, core, unit_id):
        self.client, self.store, self.core, self.unit_id = client, store, core, unit_id

    # --- orders come in ---------------------------------------------------------------------------------------------------------

    def listen(self, wait_ms):
        """Keeps the orders that name this bank. True: there was something."""
        entries, position = self.client.read_journal("payroll", self.store.position("payroll"), wait_ms)
        with self.store:
            for entry in entries:
                if entry.event_type == "PaymentOrdered" and entry.event:
                    order = payroll_pb2.PaymentOrdered.FromString(entry.event)
                    if order.bank_unit_id == self.unit_id:
                        self.store.rows("INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, 'ORDERED')", order.project_code, order.order_code, order.line_count,
                                        order.total_fen)
            self.store.keep_position("payroll", position)
        return bool(entries)

    def take(self, project, order, line_count, total_fen):
        """Reads the order whole, and says so: count, total and digest must be those of the lines we have."""
        request = payroll_pb2.GetPaymentOrderRequest(project_code=project, order_code=order, page_size=500)
        lines = sorted(self.client.pages("payroll.GetPaymentOrder", request, payroll_pb2.PaymentLinePage), key=lambda line: line.worker_number)
        if len(lines) != line_count or sum(line.net_fen for line in lines) != total_fen:
            raise SystemExit(f"order {order}: {len(lines)} lines read, {line_count} announced, or another total; nothing is paid, call the payer")
        text = "\n".join(f"{line.worker_number}|{line.account_holder}|{line.account_no_mask}|{line.net_fen}" for line in lines)
        receipt = payment_pb2.AcknowledgeOrderRequest(project_code=project, order_code=order, order_digest=hashlib.sha256(text.encode()).digest(),
                                                      line_count=line_count, total_fen=total_fen)
        with self.store:
            for line in lines:
                self.store.rows("INSERT INTO line VALUES (?, ?, ?, ?, ?, NULL)", order, line.worker_number, line.account_holder, line.account_no, line.net_fen)
            self.say("payroll.AcknowledgeOrder", receipt)
            self.store.rows("UPDATE orders SET state = 'TAKEN' WHERE order_code = ?", order)

    # --- money moves ------------------------------------------------------------------------------------------------------------

    def pay(self, project, order):
        for worker, holder, account_no, net_fen in self.store.rows(
                "SELECT worker_number, account_holder, account_no, net_fen FROM line WHERE order_code = ? AND result IS NULL ORDER BY worker_number", order):
            fault = self.core.pay(f"{order}-{worker}", holder, account_no, net_fen)
            with self.store:
                self.store.rows("UPDATE line SET result = ? WHERE order_code = ? AND worker_number = ?", fault or "PAID", order, worker)
        lines = self.store.rows("SELECT worker_number, net_fen, result FROM line WHERE order_code = ? ORDER BY worker_number", order)
        with self.store:
            for start in range(0, len(lines), PART):
                self.say("payroll.RecordBankResults", payroll_pb2.RecordBankResultsRequest(
                    project_code=project, order_code=order, lines=[self.result(order, *line) for line in lines[start:start + PART]]))
            self.store.rows("UPDATE orders SET state = 'PAID' WHERE order_code = ?", order)
            self.store.rows("UPDATE line SET account_no = '' WHERE order_code = ?", order)  # no longer needed here

    @staticmethod
    def result(order, worker, net_fen, result):
        if result == "PAID":
            return payroll_pb2.BankResult(worker_number=worker, line_result=payroll_pb2.LineResult.PAID, paid_fen=net_fen, bank_serial=f"{order}-{worker}")
        return payroll_pb2.BankResult(worker_number=worker, line_result=payroll_pb2.LineResult.REJECTED, reject_code=payment_pb2.RejectCode.Value.Value(result),
                                      reject_reason=result)

    # --- answers go out ---------------------------------------------------------------------------------------------------------

    def say(self, method, request):
        """Within a transaction of the store."""
        self.store.rows("INSERT INTO outbox (request_id, method, request) VALUES (?, ?, ?)", uuid7(), method, request.SerializeToString())

    def deliver(self):
        types = {"payroll.AcknowledgeOrder": (payment_pb2.AcknowledgeOrderRequest, payment_pb2.OrderAcknowledged),
                 "payroll.RecordBankResults": (payroll_pb2.RecordBankResultsRequest, payroll_pb2.PaymentOrder)}
        for request_id, method, data in self.store.rows("SELECT request_id, method, request FROM outbox WHERE outcome IS NULL ORDER BY rowid"):
            request_type, reply_type = types[method]
            try:
                self.client.call(method, request_type.FromString(data), reply_type, request_id=request_id)
                outcome = "OK"
            except Refused as refused:  # final under this id: a person must look; later answers go on
                outcome = str(refused)
                print(f"bank: {method} {request_id.hex()} refused: {refused} {refused.problems}", file=sys.stderr)
            with self.store:
                self.store.rows("UPDATE outbox SET outcome = ? WHERE request_id = ?", outcome, request_id)

    def turn(self, wait_ms):
        """First what was begun before, perhaps by a process that died; then what is new. True: there was something new."""
        for project, order, line_count, total_fen in self.store.rows("SELECT project_code, order_code, line_count, total_fen FROM orders WHERE state = 'ORDERED'"):
            self.take(project, order, line_count, total_fen)
        for project, order in self.store.rows("SELECT project_code, order_code FROM orders WHERE state = 'TAKEN'"):
            self.pay(project, order)
        self.deliver()
        return self.listen(wait_ms)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--endpoint", "--server", "--key", "--store", "--core"):
        parser.add_argument(name, required=True)
    parser.add_argument("--until-idle", action="store_true")
    wanted = parser.parse_args()
    key = read_key(wanted.key)
    client = Client(wanted.endpoint, read_key(wanted.server)["public"], **pair(key))
    store = Store(wanted.store, "orders (project_code TEXT, order_code TEXT PRIMARY KEY, line_count INTEGER, total_fen INTEGER, state TEXT)",
                  "line (order_code TEXT, worker_number INTEGER, account_holder TEXT, account_no TEXT, net_fen INTEGER, result TEXT, "
                  "PRIMARY KEY (order_code, worker_number))",
                  "outbox (request_id BLOB UNIQUE, method TEXT, request BLOB, outcome TEXT)")
    bank = Bank(client, store, Core(wanted.core), key["unit_id"])
    while True:
        try:
            if not bank.turn(0 if wanted.until_idle else 20000) and wanted.until_idle:
                return
        except TimeoutError as late:  # the node is away; everything is kept, so go on later
            print(f"bank: {late}", file=sys.stderr)
            time.sleep(1)


if __name__ == "__main__":
    main()
