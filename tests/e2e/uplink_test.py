"""Two nodes: a bureau's node files its quarter with the coordination office's node, through crashes on either side."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, cluster, keys, messages, path  # noqa: E402
from lib.house import House  # noqa: E402
from lib.node import Node  # noqa: E402
from lib.world import World  # noqa: E402

QUARTER = "2026Q2"
OFFICE, BUREAU, CHILD = "140214-fgj", "140214-jtj", "140214-swj"
CRASH_STATUS = 137


class ChildWorld(World):
    """The same people and units, seen from the water bureau's own node."""

    def __getattr__(self, name):
        return super().__getattr__({"bureau": "other_bureau", "bureau_checker": "other_bureau_checker"}.get(name, name))


def sm2(key_path, context, content):
    """What common/crypto/sign.h signs: the context, a NUL, the bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(context.encode() + b"\0" + content)
        file.flush()
        return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", key_path, "-in", file.name,
                               "-pkeyopt", "distid:1234567812345678"], check=True, capture_output=True).stdout


class UplinkTest(unittest.TestCase):
    """In order: each step is a day in the life of one report."""

    @classmethod
    def setUpClass(cls):
        cls.office = House(at="2026-07-01 08:00")
        cls.addClassCleanup(cls.office.close)
        cls.world = World(cls.office)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-child-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        parent = cls.office.node
        node = Node(cls.folder, cluster.shared(), node_id="swj", unit_id=CHILD, token_key=parent.token_key, clock_file=parent.clock_file, settings={
            "parent.endpoint": parent.endpoint("gateway"), "parent.public_key": parent.server_public("gateway"), "parent.unit_id": OFFICE,
            "parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip(), "uplink_interval_ms": 100, "uplink_backoff_ms": 400})
        cls.child = House(node=node, at=None)
        cls.addClassCleanup(cls.child.close)
        cls.there = ChildWorld(cls.child)
        cls.world.units()
        cls.prepare_projects()

    @classmethod
    def prepare_projects(cls):
        """Three people at the office's own bureau, three at the child, one of them the same person."""
        here, there = cls.world, cls.there
        there.units()
        cls.hosted = here.project("2605-140214-04-01-000010", track="SPECIAL_FUND")
        cls.remote = there.project("2605-140214-04-01-000020", track="SPECIAL_FUND", field="WATER", bureau_unit_id=CHILD, field_waiver_reason="附属道路工程")
        ours = here.placed(cls.hosted, 3)
        there._people = 2  # the third person of the office's world is the first of this one
        theirs = there.placed(cls.remote, 3)
        assert ours[2] == theirs[0], "one district key: the same person has the same number on both nodes"
        here.attended(cls.hosted, ours, "2026-06", range(20, 25))
        there.attended(cls.remote, theirs, "2026-06", range(25, 28))
        path.seal_month(here, cls.hosted, "2026-06")
        path.seal_month(there, cls.remote, "2026-06")
        cls.office.travel("2026-07-02")
        cls.office.settle()
        cls.child.settle()

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        """what() until it is true."""
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, what.__doc__ or "waited too long")
            time.sleep(0.1)
        return result

    def at_child(self, code):
        return self.there.bureau.ok("gateway.GetReport", {"report_code": code})

    def at_parent(self, code):
        return self.world.office.call("gateway.GetReport", {"report_code": code}).body

    def check(self, code):
        self.there.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": self.remote, "comment_note": "7月支付"}]})

    def submit(self, code):
        return self.there.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})

    def draft(self):
        code = self.there.bureau.ok("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER})["report_code"]
        self.check(code)
        return code

    def deliver(self, request, key="gateway"):
        """As the child's gateway, over its own key."""
        with self.office.node.client("gateway", keys.Key.load(self.child.node.keys / f"{key}.key")) as client:
            return client.call("gateway.Deliver", request, wait_ms=60_000)

    def stored_part(self, code, part=1):
        row = cluster.shared().sql(self.child.node.database, f"""SELECT encode(content, 'hex'), encode(signature, 'hex'), encode(key_id, 'hex'),
            encode(receipt_content, 'hex'), encode(receipt_signature, 'hex') FROM gateway.outgoing_part WHERE report_code = '{code}' AND part_number = {part}""")
        return [bytes.fromhex(cell) for cell in row[0]]

    def signed(self, content, signature=None):
        sign_key = self.child.node.keys / "sign.key"
        public = bytes.fromhex((self.child.node.keys / "sign.key.pub").read_text().strip())
        key_id = self.stored_part(f"{CHILD}-{QUARTER}-1")[2]
        self.assertEqual(len(public), 65)
        return {"signed": {"content": content, "signature": signature or sm2(sign_key, "ReportContent", content), "key_id": key_id,
                           "algorithm": "SM2-SM3", "content_type": "ReportContent"}}

    # --- the way up ----------------------------------------------------------------------------------------------------------

    def test_01_an_unknown_child_gets_nothing(self):
        "R188: until the office has admitted the child's keys, nothing of it arrives and nothing is lost"
        self.there.bureau.refused("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER}, "FAILED_PRECONDITION", "QUARTER_NOT_OPEN")
        self.world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        self.world.office_checker.ok("gateway.AddChild", {
            "unit_id": CHILD, "public_key": self.child.node.server_public("gateway"), "child_unit_ids": [CHILD],
            "sign_public": (self.child.node.keys / "sign.key.pub").read_text().strip()})

    def test_02_the_calendar_comes_down(self):
        "R188: the child follows the office's calendar"
        def opened():
            "the child has the quarter"
            return self.there.bureau.ok("gateway.ListQuarters", {})["rows"]
        row = self.eventually(opened)[0]
        self.assertEqual((row["quarter"], row["due_date"], row["quarter_state"]), (QUARTER, "2026-07-10", "OPEN"))

    def test_02a_more_time_comes_down_too(self):
        "R188: the parent grants more time to a child's unit, and the unit's clock at home shows it; the child's own office cannot"
        request = {"unit_id": CHILD, "quarter": QUARTER, "until_date": "2026-07-13", "extension_reason": "防汛抢险"}
        self.there.office_checker.refused("gateway.GrantExtension", request, "FAILED_PRECONDITION", "EXTENSION_BY_PARENT", "quarter")
        clock = self.there.bureau.ok("gateway.GetReportClock", {"unit_id": CHILD, "quarter": QUARTER})
        self.assertEqual((clock["on_time_until_date"], clock["may_enter"]), ("2026-07-10", True))
        self.world.office_checker.ok("gateway.GrantExtension", request)

        def extended():
            "the child knows of the extension"
            return self.there.bureau.ok("gateway.GetReportClock", {"unit_id": CHILD, "quarter": QUARTER})["extended_until_date"]
        self.assertEqual(self.eventually(extended), "2026-07-13")
        self.assertEqual(self.there.bureau.ok("gateway.GetReportClock", {"unit_id": CHILD, "quarter": QUARTER})["on_time_until_date"], "2026-07-13")

    def test_03_stored_while_the_parent_is_away(self):
        "R022: what is filed waits at the child until the parent's signed receipt is there; the parent away costs nothing"
        self.office.node.stop("gateway")
        code = self.draft()
        self.submit(code)
        time.sleep(1)
        self.assertFalse(self.at_child(code)["in_custody"])
        self.office.node.start("gateway")
        self.eventually(lambda: self.at_child(code)["in_custody"])
        there, here = self.at_child(code), self.at_parent(code)
        self.assertEqual((here["report_state"], here["is_late"], here["person_count"]), ("SUBMITTED", False, 3))
        self.assertEqual(there["line_digest"], here["line_digest"])
        self.assertEqual(there["lines"], here["lines"])
        self.there.bureau_checker.refused("gateway.AcceptReport", {"report_code": code}, "PERMISSION_DENIED")
        self.there.office_checker.refused("gateway.AcceptReport", {"report_code": code}, "FAILED_PRECONDITION", "PARENT_DECIDES")

    def test_04_the_same_delivery_gets_the_same_receipt(self):
        "R022: a repeat is answered with the receipt of the first, byte for byte"
        content, signature, _, receipt, receipt_signature = self.stored_part(f"{CHILD}-{QUARTER}-1")
        for _ in range(3):
            reply = self.deliver(self.signed(content, signature))
            self.assertTrue(reply.ok, reply)
            self.assertEqual((reply.body["receipt"]["content"], reply.body["receipt"]["signature"]), (receipt, receipt_signature))
        rows = cluster.shared().sql(self.office.node.database, "SELECT count(*) FROM gateway.delivery")
        self.assertEqual(rows, [["1"]])

    def test_05_forgeries_are_refused(self):
        "R192: changed bytes, another's key, another's unit, other figures under the same revision: refused with their reasons"
        content, signature, *_ = self.stored_part(f"{CHILD}-{QUARTER}-1")
        report = messages.message_type("ReportContent")()

        def changed(**fields):
            report.ParseFromString(content)
            messages.fill(report, fields)
            return report.SerializeToString()

        def reason(body, **options):
            reply = self.deliver(self.signed(body, **options))
            self.assertFalse(reply.ok)
            return reply.reason

        self.assertEqual(reason(content[:-1] + bytes([content[-1] ^ 1]), signature=signature), "SIGNATURE_BAD")
        self.assertEqual(reason(content, signature=signature[:-1] + bytes([signature[-1] ^ 1])), "SIGNATURE_BAD")
        self.assertEqual(reason(b"\xff\xff\xff"), "CONTENT_BAD")
        self.assertEqual(reason(changed(sender_unit_id=BUREAU)), "SENDER_MISMATCH")
        self.assertEqual(reason(changed(receiver_unit_id="140200-fgw")), "SENDER_MISMATCH")
        self.assertEqual(reason(changed(method="gateway.Else")), "SENDER_MISMATCH")
        self.assertEqual(reason(changed(revision=9)), "CONTENT_BAD")
        self.assertEqual(reason(changed(unit_id=BUREAU, report_code=f"{BUREAU}-{QUARTER}-1")), "UNIT_NOT_OF_CHILD")
        report.ParseFromString(content)
        report.lines[0].paid_fen += 1
        self.assertEqual(reason(report.SerializeToString()), "CONTENT_BAD", "the lines' digest is signed too")
        self.assertEqual(reason(changed(zero_reason="别的")), "REVISION_REUSED")
        reply = self.world.bureau.call("gateway.Deliver", self.signed(content, signature))
        self.assertEqual(reply.status.name, "PERMISSION_DENIED")

    def test_06_returned_and_filed_again(self):
        "R192: the office's decision and remarks reach the child's node; its new revision goes up"
        code = f"{CHILD}-{QUARTER}-1"
        self.world.office_checker.ok("gateway.ReturnReport", {"report_code": code, "return_reason": "请补充", "remarks": [
            {"project_code": self.remote, "remark_note": "请说明支付安排"}]})
        self.eventually(lambda: self.at_child(code)["report_state"] == "RETURNED")
        report = self.at_child(code)
        self.assertEqual((report["return_reason"], report["remarks"]), ("请补充", [{"project_code": self.remote, "remark_note": "请说明支付安排"}]))

    def test_07_parent_killed_between_commit_and_reply(self):
        "R022 (T08): the parent dies after it took custody and before it said so; the repeat brings the receipt, and nothing stands twice"
        self.office.node.stop("gateway")
        self.office.node.start("gateway", crash_at="after_commit")
        code = self.draft()
        self.submit(code)
        self.assertEqual(self.office.node.wait_end("gateway"), CRASH_STATUS)
        self.assertFalse(self.at_child(code)["in_custody"])
        self.office.node.start("gateway")
        self.eventually(lambda: self.at_child(code)["in_custody"])
        self.assertEqual(cluster.shared().sql(self.office.node.database, f"SELECT count(*) FROM gateway.delivery WHERE report_code = '{code}'"), [["1"]])
        self.assertEqual(self.at_parent(code)["report_state"], "SUBMITTED")
        self.world.office_checker.ok("gateway.ReturnReport", {"report_code": code, "return_reason": "再补充"})
        self.eventually(lambda: self.at_child(code)["report_state"] == "RETURNED")

    def test_08_child_killed_with_the_receipt_in_hand(self):
        "R022 (T10): the child dies before it could record the receipt; after its start it asks again and gets the same one"
        code = self.draft()
        self.office.node.stop("gateway")
        self.submit(code)
        self.child.node.kill("gateway")
        self.office.node.start("gateway")
        self.child.node.start("gateway", crash_at="before_commit", wait=False)
        self.assertEqual(self.child.node.wait_end("gateway", 30), CRASH_STATUS)
        self.assertEqual(self.at_parent(code)["report_state"], "SUBMITTED")
        self.child.node.start("gateway")
        self.eventually(lambda: self.at_child(code)["in_custody"])
        receipt = cluster.shared().sql(self.office.node.database, f"SELECT encode(receipt_content, 'hex') FROM gateway.delivery WHERE report_code = '{code}'")
        self.assertEqual(receipt, [[self.stored_part(code)[3].hex()]])

    def test_09_late_is_who_is_late_the_first_time(self):
        "R188 R192: accepted at the office, known at the child; the first filing was in time, so the unit was"
        code = f"{CHILD}-{QUARTER}-3"
        self.office.travel("2026-07-20")
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.eventually(lambda: self.at_child(code)["report_state"] == "ACCEPTED")
        body = self.world.office.ok("gateway.GetCompleteness", {"quarter": QUARTER})
        row = {row["unit_id"]: row for row in body["units"]}[CHILD]
        self.assertEqual((row["report_state"], row["is_late"]), ("ACCEPTED", False))

    def test_10_each_person_counts_once_across_nodes(self):
        "R196 R192: two nodes, six places, five people"
        code = self.world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        self.world.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": self.hosted, "comment_note": "7月支付"}]})
        self.world.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        report = self.world.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        self.assertEqual((report["summary"]["project_count"], report["summary"]["absorbed_count"], report["summary"]["day_hundredths"]), (2, 5, 24_00))
        self.assertEqual({row["total_key"]: row["absorbed_count"] for row in report["by_unit"]}, {BUREAU: 3, CHILD: 3})
        self.assertEqual(report["late_unit_names"], ["区交通局"])
        for node in (self.office.node, self.child.node):
            dump = cluster.shared().dump(node.database).decode()
            text = dump.split("gateway.report_person", 1)[1]  # digits in text: a dump is full of digests, and any six of them stand in one somewhere
            self.assertNotRegex(text, r"(?<![0-9A-Fa-fx])140298", "no name, no number: tokens only")

    def test_11_a_project_of_two_units_is_shown_and_not_summed(self):
        "R192: conflicts are reported, never summed"
        self.there.draft(self.hosted, track="SPECIAL_FUND", field="WATER", bureau_unit_id=CHILD, field_waiver_reason="附属道路工程")
        code = self.there.bureau.ok("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER, "restate_reason": "补报项目"})["report_code"]
        self.check(code)
        self.submit(code)
        self.eventually(lambda: self.at_child(code)["in_custody"])
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        report = self.world.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        self.assertEqual((report["summary"]["project_count"], report["summary"]["absorbed_count"]), (1, 3), "the child's other project alone")
        self.assertEqual([(row["project_code"], row["unit_count"]) for row in report["conflicts"]], [(self.hosted, 2)])
        self.assertIn("PROJECT_OF_TWO_UNITS", [row["exception_rule"] for row in report["exceptions"]])

    def test_12_a_report_in_parts(self):
        "R022: a report too large for one message goes in parts, in order, and has arrived when all people are here"
        self.world.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q1"})
        code = f"{CHILD}-2026Q1-1"
        line = {"line_number": 1, "project_code": self.remote, "project_state": "COMPLETED", "is_counted": True, "absorbed_count": 3, "day_hundredths": 300,
                "due_fen": 600_00, "paid_fen": 600_00, "cumulative_due_fen": 600_00, "cumulative_paid_fen": 600_00, "cumulative_day_hundredths": 300,
                "cumulative_absorbed_count": 3}
        packed = messages.fill(messages.message_type("ReportLine")(), line).SerializeToString()
        people = [{"line_number": 1, "worker_token": bytes([i] * 16), "sex": "FEMALE", "is_local": True} for i in (1, 2, 3)]

        def part(number, persons, **changed):
            return self.signed(messages.fill(messages.message_type("ReportContent")(), {
                "content_version": 1, "sender_unit_id": CHILD, "receiver_unit_id": OFFICE, "method": "gateway.Deliver", "report_code": code, "unit_id": CHILD,
                "quarter": "2026Q1", "revision": 1, "line_digest": hashlib.new("sm3", packed).digest(), "part_number": number, "part_count": 2,
                "line_count": 1, "person_count": 3, "lines": [line] if number == 1 else [], "persons": persons, **changed}).SerializeToString())

        self.assertEqual(self.deliver(part(2, people[2:])).reason, "PART_OUT_OF_ORDER")
        self.assertEqual(self.deliver(part(1, people[:2], line_digest=bytes(32))).reason, "CONTENT_BAD")
        self.assertEqual(self.deliver(part(1, [{**people[0], "line_number": 2}])).reason, "CONTENT_BAD")
        first = self.deliver(part(1, people[:2]))
        self.assertEqual((first.ok, first.body["report_state"]), (True, "RECEIVING"))
        self.assertEqual({row["unit_id"]: row["report_state"] for row in self.world.office.ok("gateway.GetCompleteness", {"quarter": "2026Q1"})["units"]}[CHILD],
                         "MISSING")
        self.assertEqual(self.deliver(part(2, [])).reason, "PERSON_COUNT")
        self.assertEqual(self.deliver(part(2, people[2:])).body["report_state"], "SUBMITTED")
        self.assertEqual(self.at_parent(code)["person_count"], 3)
        self.assertEqual(self.deliver(part(1, people[:1])).reason, "REVISION_REUSED")

    def test_13_replay(self):
        "I6: both gateways' journals, replayed into empty schemas, give equal tables"
        for node in (self.office.node, self.child.node):
            node.stop("gateway")
            done = subprocess.run([pathlib.Path(os.environ.get("BUILD", "build")) / "bin/gateway", "--node", node.directory, "--replay"], capture_output=True,
                                  text=True, check=False, cwd=pathlib.Path(__file__).resolve().parents[2])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
