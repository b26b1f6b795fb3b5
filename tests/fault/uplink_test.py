"""Two nodes: a report on its way up while either gateway is killed or stopped (T08, T09, T10, T17), and a gateway that comes back while
its clients wait. Each submitted report is in exactly one place or both, never nowhere, and arrives once (I8); totals are those of what
arrived (I9)."""
import os
import pathlib
import shutil
import signal
import tempfile
import time

from lib import PATIENCE_SECONDS, SERVICES, invariants, keys
from lib.fault import FaultCase, Second
from lib.house import House
from lib.node import Node
from lib.world import World

CRASHED = 137
CHILD_UNIT = "140214-swj"
STOPPED_SECONDS = float(os.environ.get("FAULT_PEER_STOPPED_SECONDS", "15"))


class UplinkTest(FaultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-child-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        parent = cls.node
        cls.child_node = Node(folder, parent.cluster, node_id="water", unit_id=CHILD_UNIT, token_key=parent.token_key, clock_file=parent.clock_file, settings={
            "gateway.parent.endpoint": parent.endpoint("gateway"), "gateway.parent.public_key": parent.server_public("gateway"),
            "gateway.parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip(), "gateway.parent.unit_id": parent.unit_id,
            "gateway.uplink_interval_ms": 100, "gateway.uplink_backoff_ms": 500})
        cls.child = House(node=cls.child_node, at=None)
        cls.addClassCleanup(cls.child.close)
        cls.child_world = World(cls.child)
        cls.world.office_checker.ok("gateway.AddChild", {
            "unit_id": CHILD_UNIT, "public_key": cls.child_node.server_public("gateway"),
            "sign_public": (cls.child_node.keys / "sign.key.pub").read_text().strip(), "child_unit_ids": [CHILD_UNIT]})
        cls.quarters = iter([f"{year}Q{quarter}" for year in (2027, 2028, 2029, 2030, 2031) for quarter in (1, 2, 3, 4)])

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.child_node)
        super().tearDownClass()

    def tearDown(self):
        for service in SERVICES:
            if service not in self.child_node.daemons:
                self.child_node.start(service)
            self.child_node.wait_ready(service)
        super().tearDown()

    def one(self, node, query):
        return int(node.cluster.sql(node.database, query)[0][0])

    def await_one(self, node, query, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not self.one(node, query):
            self.assertLess(time.monotonic(), deadline, f"I11: {what} after {seconds} s\n{node.log_tail('gateway')}")
            time.sleep(0.03)

    def checked_report(self):
        """A nil report of the child's unit for a quarter of its own, one step before submission."""
        quarter, bureau, checker = next(self.quarters), self.child_world.other_bureau, self.child_world.other_bureau_checker
        self.world.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter})
        self.await_one(self.child_node, f"SELECT count(*) FROM gateway.quarter WHERE quarter = '{quarter}'", "the child does not know the quarter")
        code = bureau.ok("gateway.ZeroReport", {"unit_id": CHILD_UNIT, "quarter": quarter, "zero_reason": "本季无项目"})["report_code"]
        checker.ok("gateway.CheckReport", {"report_code": code})
        return quarter, code

    def submit(self, code):
        return self.child_world.other_bureau_checker.ok("gateway.SubmitReport", {"report_code": code})

    def arrived(self, code):
        return self.one(self.node, f"SELECT count(*) FROM gateway.delivery WHERE report_code = '{code}'")

    def queued(self, code):
        return self.one(self.child_node, f"SELECT count(*) FROM gateway.outgoing_part WHERE report_code = '{code}' AND part_state = 'QUEUED'")

    def assert_delivered_once(self, code):
        self.await_one(self.child_node, f"SELECT count(*) FROM gateway.outgoing_part WHERE report_code = '{code}' AND part_state <> 'QUEUED'",
                       f"{code} has no receipt")
        self.assertEqual((self.arrived(code), self.queued(code)), (1, 0))
        self.assertEqual(self.one(self.node, f"SELECT count(*) FROM gateway.report WHERE report_code = '{code}' AND report_state = 'SUBMITTED'"), 1)
        receipts = "SELECT encode(receipt_signature, 'hex') FROM gateway.{} WHERE report_code = '{}'"
        self.assertEqual(self.node.cluster.sql(self.node.database, receipts.format("delivery", code)),
                         self.node.cluster.sql(self.child_node.database, receipts.format("outgoing_part", code)), "both hold the same receipt")

    def test_the_child_dies_on_the_way_up(self):
        "T10 R188: before the first byte, with the answer in hand, and with the receipt on record"
        for point in ("uplink_before_send", "uplink_after_send", "uplink_after_receipt"):
            with self.subTest(point=point):
                _, code = self.checked_report()
                self.child_node.kill("gateway")
                self.child_node.start("gateway", crash_at=point)
                self.submit(code)
                self.assertEqual(self.child_node.wait_end("gateway"), CRASHED)
                self.assertEqual(self.arrived(code), int(point != "uplink_before_send"))
                self.assertEqual(self.queued(code), int(point != "uplink_after_receipt"), "I8: it is here until there is a receipt")
                self.child_node.start("gateway")
                self.assert_delivered_once(code)

    def test_the_parent_dies_while_it_receives(self):
        "T08: at every point of the delivery's way through the writer"
        for point in ("before_begin", "in_handler", "before_commit", "after_commit", "before_reply"):
            with self.subTest(point=point):
                _, code = self.checked_report()
                self.child_node.kill("gateway", number=signal.SIGSTOP)  # no question of its own meanwhile
                self.house.settle()
                self.restart("gateway", crash_at=point)
                self.child_node.kill("gateway", number=signal.SIGCONT)
                self.submit(code)
                self.assertEqual(self.node.wait_end("gateway"), CRASHED, self.node.log_tail("gateway"))
                self.assertEqual(self.arrived(code), int(point in ("after_commit", "before_reply")))
                self.assertEqual(self.queued(code), 1)
                self.node.start("gateway")
                self.assert_delivered_once(code)

    def test_the_parent_dies_while_it_consolidates(self):
        "T09 R192: the totals are those of what has arrived, and the missing are named, whenever it died"
        quarter, code = self.checked_report()
        self.submit(code)
        self.assert_delivered_once(code)
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        seen = []
        for point in (None, "before_commit", "after_commit"):
            if point:
                self.child_node.kill("gateway", number=signal.SIGSTOP)  # no question of its own meanwhile
                self.restart("gateway", crash_at=point)
                reply = self.world.office_checker.client("gateway").call("gateway.Consolidate", {"quarter": quarter}, wait_ms=500)
                self.assertFalse(reply.ok)
                self.node.wait_end("gateway")
                self.child_node.kill("gateway", number=signal.SIGCONT)
                self.node.start("gateway")
            self.world.office_checker.ok("gateway.Consolidate", {"quarter": quarter})
            units = self.world.office.ok("gateway.GetCompleteness", {"quarter": quarter})["units"]
            seen.append(sorted((unit["unit_id"], unit["report_state"]) for unit in units))
        self.assertIn((CHILD_UNIT, "ACCEPTED"), seen[0])
        self.assertEqual(seen, [seen[0]] * 3)

    def test_the_parent_is_stopped(self):
        "T17: the child works on, keeps what it owes, and delivers once when the parent is back"
        _, code = self.checked_report()
        self.node.kill("gateway", number=signal.SIGSTOP)
        try:
            self.submit(code)
            until = time.monotonic() + STOPPED_SECONDS
            while time.monotonic() < until:
                self.assertEqual(self.child_node.health("gateway").get("state"), "READY")
                time.sleep(0.5)
            self.assertEqual((self.arrived(code), self.queued(code)), (0, 1))
        finally:
            self.node.kill("gateway", number=signal.SIGCONT)
        self.assert_delivered_once(code)

    def test_who_knocks_early_is_let_in_later(self):
        "T58: a principal whom only the gateway's tables know dials an instance that has not read them yet: it is sent away, not for good"
        key = keys.Key("waiting-clerk", "140214-jtj", "MAKER", ("BUREAU",))
        self.world.office_checker.ok("gateway.AddPrincipal", {"principal": key.principal, "unit_id": key.unit_id, "duty": "MAKER", "relations": "BUREAU",
                                                             "public_key": key.public})
        second = Second(self.node, "gateway")
        self.addCleanup(second.close)
        second.await_state("STANDBY")
        with self.node.client("gateway", key, second.endpoint) as clerk:
            socket = clerk.socket
            self.assertFalse(clerk.call("gateway.ListQuarters", {}, wait_ms=1000).ok)
            self.node.kill("gateway")
            second.await_state("READY")
            self.assertTrue(clerk.call("gateway.ListQuarters", {}, wait_ms=3000, retry_seconds=PATIENCE_SECONDS).ok)
            self.assertIs(clerk.socket, socket, "the same socket found its way")
        second.close()
