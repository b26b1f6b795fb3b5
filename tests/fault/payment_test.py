"""A fault at every step of a payment: ordering, sending, settling, ordering again. Payroll dies at each point of its writer, the gateway and the
database are killed while the call is on its way, the bank dies between paying and telling. Afterwards the bank's own books say that everybody
was paid once, payroll says the same, and the fund ledger sums to zero (R132; T01..T05, T13, T46)."""
import collections
import datetime
import time

from lib import PATIENCE_SECONDS, invariants, path, people
from lib.bus import uuid7
from lib.fault import FaultCase

CRASHED = 137
POINTS = ("before_begin", "in_handler", "before_commit", "after_commit", "before_reply")
AGAIN = ("before_commit", "after_commit")  # of these also when lines go out and are answered for the second time, by the same code
MOMENTS_MS = (0, 4)  # after sending, in turn
FEN = 10 * 200_00


class BankDied(Exception):
    pass


class BankPeer:
    """A bank with books that outlive it: money moves once for a line of an order, whatever happens around it. One worker's account fails the
    first time by the bank's own fault."""

    def __init__(self, case, code, faulty):
        self.case, self.code, self.faulty = case, code, faulty
        self.moved = {}        # (order, worker) -> serial: what really happened to the money
        self.dies_at = None

    def _die(self, point):
        if self.dies_at == point:
            self.dies_at = None
            raise BankDied(point)

    def serve(self, order, dies_at=None):
        """Reads the order, moves the money, tells; begun anew after its death until it comes through."""
        self.dies_at = dies_at
        while True:
            try:
                return self._serve(order)
            except BankDied:
                pass

    def _serve(self, order):
        ask = {"project_code": self.code, "order_code": order}
        lines = self.case.rows(self.case.world.bank, "payroll.GetPaymentOrder", ask)
        self._die("before_moving")
        results = []
        for line in lines:
            number = line["worker_number"]
            if number == self.faulty and order.endswith("-P1"):
                results.append({"worker_number": number, "line_result": "REJECTED", "reject_code": "BANK_FAULT", "reject_reason": "系统故障"})
                continue
            serial = self.moved.setdefault((order, number), f"{order[-3:]}-{len(self.moved) + 1}")
            results.append({"worker_number": number, "line_result": "PAID", "paid_fen": line["net_fen"], "bank_serial": serial})
        self._die("before_telling")
        self.case.step(self.case.world.bank, "payroll.RecordBankResults", {**ask, "lines": results})
        self._die("after_telling")


class PaymentFaultTest(FaultCase):
    workload_services = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        faults = [(kind, where) for kind, places in (("payroll", POINTS), ("gateway", ("on its way",)), ("postgres", ("on its way",)),
                                                     ("bank", ("before_moving", "before_telling", "after_telling"))) for where in places]
        cls.cases = [(fault, *cls._published()) for fault in faults]
        after = datetime.date.fromisoformat(cls.house.today()) + datetime.timedelta(days=8)
        cls.house.travel(str(after))
        cls.clients = {}

    @classmethod
    def tearDownClass(cls):
        for client in cls.clients.values():
            client.close()
        super().tearDownClass()

    @classmethod
    def _published(cls):
        """(project, sheet, worker numbers): three workers whose pay is posted, and the money for it in the special account."""
        code, sheet, numbers = cls.world.sheet()
        path.confirm_sheet(cls.world, code, sheet, sorted(numbers))
        path.approve_sheet(cls.world, code, sheet)
        name = cls.world.owner.ok("registry.GetProject", {"project_code": code})["facts"]["project_name"]
        cls.world.contractor.ok("payroll.OpenWageAccount", {
            "project_code": code, "wage_account_code": "ZH-1", "account_name": f"示例建筑劳务有限公司{name}农民工工资专用账户", "bank_unit_id": "bank-1",
            "account_no": people.card(910_000_000 + int(code[-6:])), "bank_name": "示例银行", "contract_signed_date": "2026-06-15", "opened_date": "2026-06-30"})
        cls.world.owner.ok("payroll.RecordInflow", {"project_code": code, "wage_account_code": "ZH-1", "fund_code": "F1", "inflow_fen": 3 * FEN,
                                                    "inflow_date": "2026-07-01", "bank_serial": f"IN-{code[-6:]}"})
        return code, sheet, sorted(numbers)

    def client(self, actor):
        """Everybody speaks through the gateway, as from outside."""
        if actor not in self.clients:
            self.clients[actor] = self.node.client("gateway", actor.key)
        return self.clients[actor]

    def rows(self, actor, method, request):
        reply = self.client(actor).call(method, request, wait_ms=2000, retry_seconds=PATIENCE_SECONDS)
        self.assertTrue(reply.ok, str(reply))
        return reply.body["rows"]

    def step(self, actor, method, request):
        """The call with the fault in it, asked under one id until it has its final answer; and once more."""
        client, request_id = self.client(actor), uuid7()
        kind, where = self.fault
        self.steps += 1
        if kind == "payroll" and (self.steps <= 2 or where in AGAIN):
            self.restart("payroll", crash_at=where)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while self.node.daemons["payroll"].poll() is None and time.monotonic() < deadline:  # what came while it was away is answered UNAVAILABLE
                client.call(method, request, request_id=request_id, wait_ms=200)
            self.assertEqual(self.node.wait_end("payroll"), CRASHED, f"payroll did not die at {where}:\n{self.node.log_tail('payroll')}")
            self.check_books()
            self.node.start("payroll")
        elif kind in ("gateway", "postgres"):
            client.send(method, request, request_id=request_id)
            time.sleep(MOMENTS_MS[self.steps % 2] / 1000)
            if kind == "gateway":
                self.restart("gateway")
            else:
                self.node.cluster.kill()
                self.node.cluster.start()
            self.check_books()
        replies = [client.call(method, request, request_id=request_id, wait_ms=2000, retry_seconds=PATIENCE_SECONDS) for _ in range(2)]
        self.assertTrue(replies[0].ok, f"{method} under {self.fault}: {replies[0]}")
        self.assertEqual(replies[0].raw, replies[1].raw)
        self.others.append(("payroll", actor.key.principal, replies[0]))
        return replies[0].body

    def check_books(self):
        """I2 and I4 at once, not only at the end: the ledger sums to zero at every instant."""
        books = invariants.Books(self.node.directory)
        invariants.check_balance(books, {"payroll"})
        self.assertEqual(books.problems, [], f"under {self.fault}")

    def test_nobody_is_paid_twice_and_no_result_is_lost(self):
        "R132: every step of ordering, sending and settling under every fault"
        for self.fault, code, sheet, numbers in self.cases:
            with self.subTest(fault=self.fault):
                self.play(code, sheet, numbers)

    def play(self, code, sheet, numbers):
        of, self.steps = {"project_code": code, "sheet_code": sheet}, 0
        bank, dies_at = BankPeer(self, code, numbers[1]), self.fault[1] if self.fault[0] == "bank" else None
        order = self.step(self.world.owner_checker, "payroll.OrderPayment", {**of, "line_count": 3, "total_fen": 3 * FEN})
        bank.serve(order["order_code"], dies_at)
        again = self.step(self.world.owner_checker, "payroll.RetryFailed", {**of, "line_count": 1, "total_fen": FEN})
        bank.serve(again["order_code"], dies_at)
        paid = collections.Counter(number for _, number in bank.moved)
        self.assertEqual(paid, dict.fromkeys(numbers, 1), "by the bank's own books")
        total = self.client(self.world.owner_checker).call("payroll.GetSheet", of, retry_seconds=PATIENCE_SECONDS).body
        self.assertEqual((total["sheet_state"], total["paid_count"], total["paid_fen"]), ("PAID", 3, 3 * FEN))
        ledger = self.client(self.world.owner_checker).call("payroll.GetFundLedger", {"project_code": code}, retry_seconds=PATIENCE_SECONDS).body["rows"]
        self.assertEqual({row["fund_account"]: row["balance_delta_fen"] for row in ledger if row["balance_delta_fen"]},
                         {"FUND_LINE": -3 * FEN, "LABOUR_COST": 3 * FEN})
        self.check_books()
