"""A workload that remembers: every operation it sent, with its id, what was answered and how often it was asked.

An operation without a final answer is unknown; it is sent again under the same id until it has one, as every client of the house must.
check() then compares what the tables hold with what was answered: every accepted operation once, every refused or unknown one whole or
not at all."""
import collections
import random
import threading
import time

from . import PATIENCE_SECONDS, keys
from .bus import uuid7

# What an accepted operation leaves behind: a query for all such traces, and the trace of one request. {project} is the workload's own.
TRACES = {
    "registry.AddUnit": ("SELECT unit_id FROM registry.unit WHERE unit_id LIKE '{project}-%'", lambda r: (r["unit_id"],)),
    "workforce.RecordAttendance": ("SELECT worker_number, work_date, day_hundredths FROM workforce.attendance WHERE project_code = '{project}'",
                                   lambda r: (str(r["worker_number"]), r["work_date"], str(r["day_hundredths"]))),
    "payroll.SetPayStandard": ("SELECT post_name, rate_fen FROM payroll.pay_standard WHERE project_code = '{project}'",
                               lambda r: (r["post_name"], str(r["rate_fen"]))),
    "evaluation.AddComplaint": ("SELECT complaint_note FROM evaluation.complaint WHERE project_code = '{project}'", lambda r: (r["complaint_note"],)),
    "gateway.AddPrincipal": ("SELECT principal, public_key FROM gateway.principal WHERE principal LIKE '{project}-%'",
                             lambda r: (r["principal"], r["public_key"])),
}
PATIENCE = 1.5  # seconds without an answer after which an operation is sent again
PAUSE = 0.05    # before a retryable refusal is asked again


class Operation:
    def __init__(self, actor, method, request):
        self.actor, self.method, self.request = actor, method, request
        self.request_id = uuid7()
        self.answers = set()   # every final answer seen, byte for byte
        self.reply = None      # the first of them
        self.asked_at = self.due_at = 0.0
        self.asked = 0

    @property
    def service(self):
        return self.method.split(".")[0]


class Workload:
    def __init__(self, house, project, worker_numbers, dates, services, seed=1):
        """project: one that takes attendance of these people on these dates, and bears no traces yet."""
        self.house, self.project, self.services = house, project, tuple(services)
        self.worker_numbers = worker_numbers
        self.random = random.Random(seed)
        self.operations = []
        self.waiting = {}
        self.endpoints = {}    # service -> endpoint to use in place of the node's own
        self._entries = [(number, date) for date in dates for number in worker_numbers]
        self._clients = {}
        self._count = 0
        self._thread = self._stop = self._failure = None

    # --- what is asked -------------------------------------------------------------------------------------------------------

    def make(self, service):
        """A fresh operation of the service, one in ten such that a rule refuses it."""
        self._count += 1
        world, code, again = self.house.world, self.project, self.random.random() < 0.1
        if service == "registry":
            return Operation(world.office, "registry.AddUnit", {
                "unit_id": world.office.unit_id if again else f"{code}-{self._count}", "unit_name": f"第{self._count}劳务公司",
                "unit_kind": "CONTRACTOR_COMPANY", "division_code": "140214"})
        if service == "workforce":
            number, date = self._entries.pop() if len(self._entries) > 1 and not again else self._entries[0]
            return Operation(world.contractor, "workforce.RecordAttendance", {"project_code": code, "worker_number": number, "day_hundredths": 100,
                                                                              "work_date": "2026-01-01" if again else date})
        if service == "payroll":
            return Operation(world.contractor, "payroll.SetPayStandard", {
                "project_code": code, "post_name": f"小工{self._count}", "pay_unit": "DAY", "rate_fen": 100_00 + self._count, "valid_from_date": "2026-06-20"})
        if service == "evaluation":
            return Operation(world.bureau, "evaluation.AddComplaint", {"project_code": code, "complaint_source": "HOTLINE",
                                                                       "complaint_note": f"第{self._count}件"})
        key = keys.Key(f"{code}-{0 if again else self._count}", "140214-jtj", "MAKER", ("BUREAU",))
        return Operation(world.office_checker, "gateway.AddPrincipal", {"principal": key.principal, "unit_id": key.unit_id, "duty": "MAKER",
                                                                        "relations": "BUREAU", "public_key": key.public})

    # --- asking --------------------------------------------------------------------------------------------------------------

    def _client(self, operation):
        place = (operation.actor.key.principal, operation.service, self.endpoints.get(operation.service))
        if place not in self._clients:
            self._clients[place] = self.house.node.client(operation.service, operation.actor.key, place[2])
        return self._clients[place]

    def send(self, operation):
        operation.asked += 1
        operation.asked_at = time.monotonic()
        operation.due_at = operation.asked_at + PATIENCE
        self.waiting[operation.request_id] = operation
        self._client(operation).send(operation.method, operation.request, request_id=operation.request_id, timeout_ms=int(PATIENCE * 1000))

    def start(self, service):
        operation = self.make(service)
        self.operations.append(operation)
        self.send(operation)
        return operation

    def _take(self, reply):
        operation = self.waiting.get(reply.request_id)
        if operation is None:  # a repeat's answer, come late
            operation = next((one for one in self.operations if one.request_id == reply.request_id), None)
            if operation is None or reply.retryable:
                return
        if reply.retryable:
            operation.due_at = time.monotonic() + PAUSE
            return
        operation.answers.add((reply.header.SerializeToString(), reply.raw))
        operation.reply = operation.reply or reply
        self.waiting.pop(reply.request_id, None)

    def pump(self, wait_ms=10):
        """Takes what has come and sends again what is due."""
        for client in list(self._clients.values()):
            while reply := client.receive(0):
                self._take(reply)
        now = time.monotonic()
        for operation in [one for one in self.waiting.values() if one.due_at <= now]:
            self.send(operation)
        time.sleep(wait_ms / 1000)

    def run(self, go_on, window=8):
        """A fresh operation for each service every few milliseconds, up to `window` without an answer, for as long as go_on() holds."""
        while go_on():
            outstanding = collections.Counter(operation.service for operation in self.waiting.values())
            for service in self.services:
                if outstanding[service] < window:
                    self.start(service)
            self.pump()

    def settle(self, seconds=2 * PATIENCE_SECONDS):
        """Asks until nothing is unknown (I16) and within what time (I11)."""
        deadline = time.monotonic() + seconds
        while self.waiting:
            if time.monotonic() > deadline:
                raise AssertionError(f"I11: {len(self.waiting)} operations have no answer after {seconds} s: "
                                     f"{collections.Counter(one.method for one in self.waiting.values())}")
            self.pump()

    def __enter__(self):
        """In a thread of its own, until the end of the block; then everything unknown is settled."""
        self._stop = threading.Event()

        def work():
            try:
                self.run(lambda: not self._stop.is_set())
            except Exception as failure:  # pylint: disable=broad-except
                self._failure = failure

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind, *_):
        self._stop.set()
        self._thread.join()
        if kind is None and self._failure:
            raise self._failure
        if kind is None:
            self.settle()

    def answered(self):
        return sum(1 for operation in self.operations if operation.reply)

    def await_answers(self, count, seconds=2 * PATIENCE_SECONDS):
        """While it runs in its thread: until so many further operations are answered."""
        wanted, deadline = self.answered() + count, time.monotonic() + seconds
        while self.answered() < wanted:
            if self._failure:
                raise self._failure
            if time.monotonic() > deadline:
                raise AssertionError(f"I11: fewer than {count} answers in {seconds} s")
            time.sleep(0.01)

    def close(self):
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    # --- judging -------------------------------------------------------------------------------------------------------------

    @property
    def acknowledged(self):
        """For invariants.check."""
        return [(one.service, one.actor.key.principal, one.reply) for one in self.operations if one.reply]

    def check(self):
        """Traces in the tables against journal and answers. Good at any moment in which nobody writes."""
        sql = lambda text: self.house.node.cluster.sql(self.house.node.database, text)
        problems = []
        for one in self.operations:
            if len(one.answers) > 1:
                problems.append(f"I3: {one.method} {one.request_id.hex()} has {len(one.answers)} different answers")
        for method in {one.method for one in self.operations}:
            query, trace = TRACES[method]
            found = collections.Counter(tuple(row) for row in sql(query.format(project=self.project)))
            stored = {row[0] for row in sql(f"SELECT encode(request_id, 'hex') FROM {method.split('.')[0]}.journal WHERE method = '{method}' AND status = 0")}
            mine = [one for one in self.operations if one.method == method]
            written = collections.Counter(trace(one.request) for one in mine if one.request_id.hex() in stored)
            if found != written:
                problems.append(f"I2: {method}: effects without a journal row {list(found - written)[:3]}, rows without effect {list(written - found)[:3]}")
            for one in mine:
                if one.reply and one.reply.ok != (one.request_id.hex() in stored):
                    problems.append(f"I1: {method} {one.request_id.hex()} was answered {one.reply.status.name}, the journal says otherwise")
        if problems:
            raise AssertionError("\n".join(problems[:20]))
