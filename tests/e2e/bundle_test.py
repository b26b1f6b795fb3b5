"""Two nodes whose networks never meet: what they would say over the wire goes to and fro as signed files."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, PATIENCE_SECONDS, cluster, messages, path  # noqa: E402
from lib.house import House  # noqa: E402
from lib.node import Node  # noqa: E402
from lib.world import World  # noqa: E402
from uplink_test import CHILD, OFFICE, QUARTER, ChildWorld, sm2  # noqa: E402

OK, FINDINGS, BAD_DATA, NO_INPUT, BAD_CONFIG = 0, 2, 65, 66, 78


class BundleTest(unittest.TestCase):
    """In order: each step is one trip of a file."""

    @classmethod
    def setUpClass(cls):
        cls.office = House(at="2026-07-01 08:00")
        cls.addClassCleanup(cls.office.close)
        cls.world = World(cls.office)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-bundle-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        parent = cls.office.node
        node = Node(cls.folder / "swj", cluster.shared(), node_id="swj", unit_id=CHILD, token_key=parent.token_key, clock_file=parent.clock_file,
                    settings={"parent.unit_id": OFFICE, "parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip()})
        cls.child = House(node=node, at=None)
        cls.addClassCleanup(cls.child.close)
        cls.there = ChildWorld(cls.child)
        cls.world.units()
        cls.there.units()
        cls.code = cls.there.project("2605-140214-04-01-000020", track="SPECIAL_FUND", field="WATER", bureau_unit_id=CHILD,
                                     field_waiver_reason="附属道路工程")
        people = cls.there.placed(cls.code, 2)
        cls.there.attended(cls.code, people, "2026-06", range(25, 28))
        path.seal_month(cls.there, cls.code, "2026-06")
        cls.office.settle()
        cls.child.settle()
        cls.world.office_checker.ok("gateway.AddChild", {
            "unit_id": CHILD, "public_key": node.server_public("gateway"), "child_unit_ids": [CHILD],
            "sign_public": (node.keys / "sign.key.pub").read_text().strip()})
        cls.world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})

    def bundle(self, house, *words, code=OK):
        done = subprocess.run([str(word) for word in (BUILD / "bin/workrelief", "bundle", *words, "--node", house.node.directory)], capture_output=True,
                              text=True, check=False, timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def round_trip(self, name):
        """Up and down again; what the child said at the end."""
        up, down = self.folder / f"{name}.bundle", self.folder / f"{name}.answer"
        self.bundle(self.child, "export", up)
        self.bundle(self.office, "import", up, "--answer", down)
        return self.bundle(self.child, "import", down)

    def at_child(self, code):
        return self.there.bureau.ok("gateway.GetReport", {"report_code": code})

    def at_parent(self, code):
        return self.world.office.call("gateway.GetReport", {"report_code": code})

    def file_report(self):
        code = self.there.bureau.ok("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER})["report_code"]
        self.there.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": self.code, "comment_note": "7月支付"}]})
        self.there.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    def tables(self, house):
        """The rows of both sides of the exchange."""
        return [cluster.shared().sql(house.node.database, f"SELECT * FROM gateway.{table} ORDER BY 1, 2") for table in
                ("report", "report_line", "report_person", "delivery", "outgoing_part", "decision", "quarter", "decision_cursor CROSS JOIN (SELECT 1) x")]

    # --- the way of one report -----------------------------------------------------------------------------------------------

    def test_01_an_empty_file_brings_the_calendar(self):
        "R188: the child asks with a file that holds no report, and has the office's quarter"
        self.there.bureau.refused("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER}, "FAILED_PRECONDITION", "QUARTER_NOT_OPEN")
        self.assertIn("季度 1", self.round_trip("calendar"))
        row = self.there.bureau.ok("gateway.ListQuarters", {})["rows"][0]
        self.assertEqual((row["quarter"], row["due_date"], row["quarter_state"]), (QUARTER, "2026-07-10", "OPEN"))

    def test_02_a_report_goes_up_and_its_receipt_comes_down(self):
        "R022: the exact signed bytes arrive; the child is told so by the parent's signature and not before"
        code = self.file_report()
        self.bundle(self.child, "export", self.folder / "first.bundle")
        self.assertFalse(self.at_child(code)["in_custody"])
        self.bundle(self.office, "import", self.folder / "first.bundle", "--answer", self.folder / "first.answer")
        there, here = self.at_child(code), self.at_parent(code).body
        self.assertFalse(there["in_custody"])
        self.assertEqual((here["report_state"], here["lines"], here["person_count"]), ("SUBMITTED", there["lines"], 2))
        self.assertIn("回执 1", self.bundle(self.child, "import", self.folder / "first.answer"))
        self.assertTrue(self.at_child(code)["in_custody"])
        self.assertEqual((self.folder / "first.bundle").stat().st_mode & 0o777, 0o600)

    def test_03_twice_changes_nothing(self):
        "R022: both files again, in any order: the same receipts, and no row of either side differs"
        before = [self.tables(self.office), self.tables(self.child)]
        answer = (self.folder / "first.answer").read_bytes()
        self.bundle(self.office, "import", self.folder / "first.bundle", "--answer", self.folder / "again.answer")
        for name in ("again.answer", "first.answer", "again.answer"):
            self.bundle(self.child, "import", self.folder / name)
        self.assertEqual([self.tables(self.office), self.tables(self.child)], before)
        receipts = [self.opened(data, "BundleAnswer")[1].receipts[0].SerializeToString() for data in (answer, (self.folder / "again.answer").read_bytes())]
        self.assertEqual(receipts[0], receipts[1])

    # --- what is refused -----------------------------------------------------------------------------------------------------

    @staticmethod
    def opened(data, name):
        outer = messages.message_type("Signed").FromString(data)
        return outer, messages.message_type(name).FromString(outer.content)

    def changed(self, source, name, change, key=None):
        """A file whose content has been changed; signed anew with key if one is given."""
        outer, inner = self.opened((self.folder / source).read_bytes(), name)
        change(inner)
        outer.content = inner.SerializeToString()
        if key:
            outer.signature = sm2(key, name, outer.content)
        target = self.folder / "changed"
        target.write_bytes(outer.SerializeToString())
        return target

    def test_04_a_forged_or_cut_bundle_is_refused(self):
        "R192: changed, cut, signed by another, for another: refused, each with what is wrong, and nothing of it arrives"
        before = self.tables(self.office)
        source, data = "first.bundle", (self.folder / "first.bundle").read_bytes()
        cut = self.folder / "cut"
        for length in (0, 7, len(data) // 2, len(data) - 1):
            cut.write_bytes(data[:length])
            self.assertIn("截断", self.bundle(self.office, "import", cut, code=BAD_DATA))
        forged = self.changed(source, "BundleContent", lambda inner: setattr(inner, "after_decision_number", 9))
        self.assertIn("签名不是下级节点", self.bundle(self.office, "import", forged, code=BAD_DATA))
        others = self.changed(source, "BundleContent", lambda inner: None, self.office.node.keys / "sign.key")
        self.assertIn("签名不是下级节点", self.bundle(self.office, "import", others, code=BAD_DATA))
        fewer = self.changed(source, "BundleContent", lambda inner: inner.ClearField("parts"))
        self.assertIn("签名不是下级节点", self.bundle(self.office, "import", fewer, code=BAD_DATA))
        own = self.child.node.keys / "sign.key"
        elsewhere = self.changed(source, "BundleContent", lambda inner: setattr(inner, "receiver_unit_id", "140200-fgw"), own)
        self.assertIn("是给 140200-fgw 的", self.bundle(self.office, "import", elsewhere, code=BAD_DATA))
        stranger = self.changed(source, "BundleContent", lambda inner: setattr(inner, "sender_unit_id", "140214-rsj"), own)
        self.assertIn("CHILD_UNKNOWN", self.bundle(self.office, "import", stranger, code=1))
        self.bundle(self.office, "import", self.folder / "none", code=NO_INPUT)
        self.assertIn("parent.unit_id", self.bundle(self.office, "export", self.folder / "x", code=BAD_CONFIG))
        self.assertEqual(self.tables(self.office), before)
        self.assertFalse((self.folder / "changed.answer").exists())

    def test_05_a_forged_answer_is_refused(self):
        "R192: a decision that the parent never took, a receipt of other bytes: refused by the child's gateway"
        before = self.tables(self.child)

        def decide(inner):
            inner.decisions.add(decision_number=7, report_code=f"{CHILD}-{QUARTER}-1", report_state=7)  # ACCEPTED

        self.assertIn("SIGNATURE_BAD", self.bundle(self.child, "import", self.changed("first.answer", "BundleAnswer", decide), code=BAD_DATA))
        own = self.child.node.keys / "sign.key"
        self.assertIn("SIGNATURE_BAD", self.bundle(self.child, "import", self.changed("first.answer", "BundleAnswer", decide, own), code=BAD_DATA))
        parent = self.office.node.keys / "sign.key"
        elsewhere = self.changed("first.answer", "BundleAnswer", lambda inner: setattr(inner, "receiver_unit_id", "140214-rsj"), parent)
        self.assertIn("SENDER_MISMATCH", self.bundle(self.child, "import", elsewhere, code=BAD_DATA))

        def other_bytes(inner):
            receipt = messages.message_type("ReceiptContent").FromString(inner.receipts[0].content)
            receipt.digest = bytes(32)
            inner.receipts[0].content = receipt.SerializeToString()
            inner.receipts[0].signature = sm2(parent, "ReceiptContent", inner.receipts[0].content)

        self.assertIn("receipts[0]", self.bundle(self.child, "import", self.changed("first.answer", "BundleAnswer", other_bytes, parent), code=1))
        self.assertEqual(self.tables(self.child), before)
        reply = self.there.bureau_checker.call("gateway.TakeAnswer", {"answer": {"content": b"1", "signature": b"1", "key_id": b"1"}})
        self.assertEqual(reply.status.name, "PERMISSION_DENIED")
        self.assertEqual(self.there.bureau.call("gateway.ListOutgoing", {}).status.name, "PERMISSION_DENIED")

    # --- decisions -----------------------------------------------------------------------------------------------------------

    def test_06_returned_with_remarks_and_filed_again(self):
        "R192: the decision comes with the next answer, with its remarks; the older answer, imported late, undoes nothing"
        code = f"{CHILD}-{QUARTER}-1"
        self.world.office_checker.ok("gateway.ReturnReport", {"report_code": code, "return_reason": "请补充", "remarks": [
            {"project_code": self.code, "remark_note": "请说明支付安排"}]})
        self.assertIn("审定 1", self.round_trip("returned"))
        report = self.at_child(code)
        self.assertEqual((report["report_state"], report["return_reason"], report["remarks"]),
                         ("RETURNED", "请补充", [{"project_code": self.code, "remark_note": "请说明支付安排"}]))
        self.bundle(self.child, "import", self.folder / "first.answer")
        self.assertEqual(self.at_child(code)["report_state"], "RETURNED")
        again = self.file_report()
        self.round_trip("second")
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": again})
        self.round_trip("accepted")
        self.assertEqual((self.at_child(again)["report_state"], self.at_child(again)["in_custody"]), ("ACCEPTED", True))
        self.there.office_checker.refused("gateway.AcceptReport", {"report_code": code}, "FAILED_PRECONDITION")

    def restate(self):
        code = self.there.bureau.ok("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER, "restate_reason": "更正"})["report_code"]
        self.there.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": self.code, "comment_note": "7月支付"}]})
        self.there.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    def test_07_what_the_parent_will_never_take_comes_back(self):
        "R192: the parent has other bytes under this revision; the report comes back as RETURNED with the parent's words, and twice is once"
        code = self.restate()
        self.bundle(self.child, "export", self.folder / "third.bundle")

        def other_bytes(inner):  # as from a node that was set back to an older state and filed anew
            content = messages.message_type("ReportContent").FromString(inner.parts[0].content)
            content.restate_reason = "另一更正"
            inner.parts[0].content = content.SerializeToString()
            inner.parts[0].signature = sm2(own, "ReportContent", inner.parts[0].content)

        own = self.child.node.keys / "sign.key"
        self.bundle(self.office, "import", self.changed("third.bundle", "BundleContent", other_bytes, own), "--answer", self.folder / "other.answer")
        self.assertIn("receipts[0]", self.bundle(self.child, "import", self.folder / "other.answer", code=1), "a receipt of bytes it never sent")
        self.assertFalse(self.at_child(code)["in_custody"])
        said = self.bundle(self.office, "import", self.folder / "third.bundle", "--answer", self.folder / "third.answer", code=FINDINGS)
        self.assertIn("REVISION_REUSED", said)
        self.assertIn("拒收 1", self.bundle(self.child, "import", self.folder / "third.answer"))
        report = self.at_child(code)
        self.assertEqual((report["report_state"], report["refusal_note"].split()[0]), ("RETURNED", "REVISION_REUSED"))
        before = self.tables(self.child)
        self.bundle(self.child, "import", self.folder / "third.answer")
        self.assertEqual(self.tables(self.child), before)

    def test_08_a_closed_quarter_comes_down_and_an_older_file_does_not_open_it(self):
        "R188: the calendar follows the newest answer only"
        code = self.restate()
        self.round_trip("fourth")
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.world.office_checker.ok("gateway.CloseQuarter", {"quarter": QUARTER})
        self.round_trip("closed")
        self.bundle(self.child, "import", self.folder / "first.answer")
        self.assertEqual(self.there.bureau.ok("gateway.ListQuarters", {})["rows"][0]["quarter_state"], "CLOSED")
        self.assertEqual(self.at_child(code)["report_state"], "ACCEPTED")

    def test_08a_what_the_parent_tells_comes_by_file_too(self):
        "R193 R037 I6: working days and parameters stand in the answer, signed page by page; imported twice they are what they were"
        checker = self.world.office_checker
        checker.ok("registry.SetCalendarDays", {"calendar_year": 2026, "source_note": "国办发明电〔2025〕7号", "rows": [
            {"day_date": "2026-10-01", "day_kind": "HOLIDAY", "day_name": "国庆节"}]})
        said = {"parameter_name": "labour_cycle_days", "division_prefix": "1402", "valid_from_date": "2026-08-01", "basis_note": "同政办〔2026〕3号"}
        checker.ok("registry.SetParameter", {**said, "parameter_value": 20})
        self.round_trip("told")
        checker.ok("registry.SetParameter", {**said, "parameter_value": 21})
        self.round_trip("told again")

        def there():
            sql, database = self.child.node.cluster.sql, self.child.node.database
            return [sql(database, text) for text in (
                "SELECT parameter_value FROM registry.policy_parameter WHERE division_prefix = '1402'", "SELECT day_date FROM registry.calendar_day",
                "SELECT source, source_seq FROM gateway.down_cursor ORDER BY 1", "SELECT count(*) FROM registry.journal")]
        once = there()
        self.assertEqual(once[:2], [[["21"]], [["2026-10-01"]]])
        for name in ("told", "told again"):
            self.bundle(self.child, "import", self.folder / f"{name}.answer")
        self.assertEqual(there(), once, "an older file changes nothing back")

    def test_08b_what_is_drawn_goes_down_and_its_rows_come_up(self):
        "R192: the question with one file, the rows with the next, and both again change nothing; a forged answer leaves the draw open"
        code = self.world.office.rows("gateway.ListReports", {"quarter": QUARTER})[-1]["report_code"]
        request = {"report_code": code, "row_count": 300}
        number = self.world.office_checker.ok("gateway.DrawRows", request)["draw_number"]
        self.round_trip("asked")
        self.assertEqual([row["draw_number"] for row in self.there.bureau.rows("gateway.ListTakenDraws")], [number])
        drawn = lambda: self.world.office.ok("gateway.ListDraws", {"draw_number": number})["rows"][0]  # noqa: E731
        self.assertEqual(drawn()["draw_state"], "ASKED")
        self.assertIn("抽查答复 1 份", self.bundle(self.child, "export", self.folder / "shown.bundle"))

        def forge(inner):
            inner.draw_answers[0].content = inner.draw_answers[0].content[:-1] + bytes([inner.draw_answers[0].content[-1] ^ 1])
        forged = self.changed("shown.bundle", "BundleContent", forge, self.child.node.keys / "sign.key")
        self.assertIn("SIGNATURE_BAD", self.bundle(self.office, "import", forged, "--answer", self.folder / "forged.answer", code=FINDINGS))
        self.assertEqual(drawn()["draw_state"], "ASKED")
        for _ in range(2):
            self.bundle(self.office, "import", self.folder / "shown.bundle", "--answer", self.folder / "shown.answer")
            self.assertEqual((drawn()["draw_state"], drawn()["finding_count"], drawn()["row_count"]), ("ANSWERED", 0, 2))
            self.bundle(self.child, "import", self.folder / "shown.answer")
        self.assertEqual(len(self.there.bureau.rows("gateway.ListTakenDraws")), 1)

    def test_09_a_revoked_child_is_told_nothing(self):
        "R022: no receipt, no decision, no calendar for a node that has been sent away"
        self.world.office_checker.ok("gateway.RevokeChild", {"unit_id": CHILD, "revoke_reason": "设备遗失"})
        self.bundle(self.child, "export", self.folder / "revoked.bundle")
        self.assertIn("已撤销", self.bundle(self.office, "import", self.folder / "revoked.bundle", code=1))
        self.assertFalse((self.folder / "revoked.bundle.answer").exists())

    def test_10_replay(self):
        "I6: both gateways' journals, replayed into empty schemas, give equal tables"
        for node in (self.office.node, self.child.node):
            node.stop("gateway")
            done = subprocess.run([BUILD / "bin/gateway", "--node", node.directory, "--replay"], capture_output=True, text=True, check=False,
                                  env={name: value for name, value in os.environ.items() if not name.startswith("PG")})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
