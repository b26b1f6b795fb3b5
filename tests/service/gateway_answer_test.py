"""A unit's node whose parent answers by file: what the parent's file says about parts and pages that this node does not have as the parent thinks,
reports and receipts when the signing key is away, and a report that is no longer what was checked."""
import contextlib
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import SERVICES  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.level import Level, SignKey, line, packed, sm3, totals_of  # noqa: E402

QUARTER, BUREAU, PARENT, DISTRICT = "2026Q2", "140214-jtj", "140200-fgw", "140221"


@contextlib.contextmanager
def without_sign_key(node):
    """The key's file is away: lost, or not yet copied back."""
    file = node.keys / "sign.key"
    file.rename(file.with_suffix(".away"))
    try:
        yield
    finally:
        file.with_suffix(".away").rename(file)


class AnswerCase(ServiceCase):
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wr-answer-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.parent = SignKey(pathlib.Path(cls.folder) / "parent")
        cls.settings = {"parent.unit_id": PARENT, "parent.sign_public": cls.parent.public}
        super().setUpClass()
        cls.world.units()
        cls.house.settle()
        cls.made = 0

    def file(self, **fields):
        type(self).made += 1
        return {"answer": self.parent.signed("BundleAnswer", packed("BundleAnswer", {
            "content_version": 1, "sender_unit_id": PARENT, "receiver_unit_id": self.office.unit_id, "made_at_us": self.made, **fields}))}

    def receipt(self, code, part=1, digest=bytes(32)):
        return self.parent.signed("ReceiptContent", packed("ReceiptContent", {
            "content_version": 1, "receiver_unit_id": PARENT, "sender_unit_id": self.office.unit_id, "report_code": code, "part_number": part, "digest": digest,
            "received_at_us": 1}))

    def reasons(self, method):
        """Why calls of a method that only the gateway itself makes were refused: it says so in its log."""
        return re.findall(rf"gateway[.]{method} refused status=\w+ reason=(\w+)", self.house.node.log("gateway").read_text())


class AnswerTest(AnswerCase):
    services = SERVICES

    def report(self, quarter=QUARTER):
        """A zero report of the bureau, checked."""
        code = self.bureau.ok("gateway.ZeroReport", {"unit_id": BUREAU, "quarter": quarter, "zero_reason": "本季度无项目"})["report_code"]
        self.bureau_checker.ok("gateway.CheckReport", {"report_code": code})
        return code

    def test_a_quarters_come_and_a_report_goes_up_signed(self):
        "R192: without the signing key nothing is put into the queue; with it the parts are"
        self.operator.ok("gateway.TakeAnswer", self.file(quarters=[{"quarter": QUARTER, "due_date": "2026-07-20", "quarter_state": "OPEN"}]))
        code = self.report()
        with without_sign_key(self.house.node):
            reply = self.bureau_checker.call("gateway.SubmitReport", {"report_code": code})
            self.assertEqual((reply.status.name, reply.reason), ("UNAVAILABLE", "SIGN_KEY_MISSING"), "it comes back: nothing is refused for good")
        self.assertEqual(self.sql("SELECT count(*) FROM gateway.outgoing_part"), [["0"]])
        self.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        self.assertEqual(self.sql("SELECT part_state FROM gateway.outgoing_part"), [["QUEUED"]])

    def test_b_what_the_parent_says_of_parts_it_does_not_have(self):
        "R022: a receipt or a refusal of other bytes, or of no part of ours, settles nothing; what it was is on record; the right one is taken"
        code = f"{BUREAU}-{QUARTER}-1"
        stranger = self.file(receipts=[self.receipt("140214-swj-2026Q2-1")])
        self.operator.refused("gateway.TakeAnswer", stranger, "FAILED_PRECONDITION", "ANSWER_NOT_TAKEN", path="answer.receipts[0]")
        self.operator.refused("gateway.TakeAnswer", self.file(receipts=[self.receipt(code)]), "FAILED_PRECONDITION", "ANSWER_NOT_TAKEN", path="answer.receipts[0]")
        self.assertEqual(self.reasons("RecordReceipt"), ["PART_UNKNOWN", "PART_DIFFERS"])
        wrong = [{"report_code": "140214-swj-2026Q2-1", "part_number": 1, "refusal_note": "版本已用"},
                 {"report_code": code, "part_number": 1, "refusal_note": "版本已用", "digest": bytes(32)}]
        for refusal in wrong:
            self.operator.refused("gateway.TakeAnswer", self.file(refusals=[refusal]), "FAILED_PRECONDITION", "ANSWER_NOT_TAKEN", path="answer.refusals[0]")
        self.assertEqual(self.reasons("RecordRefusal"), ["PART_UNKNOWN", "PART_DIFFERS"])
        self.assertEqual(self.sql("SELECT part_state FROM gateway.outgoing_part"), [["QUEUED"]])
        digest = bytes.fromhex(self.sql("SELECT encode(digest, 'hex') FROM gateway.outgoing_part")[0][0])
        self.operator.ok("gateway.TakeAnswer", self.file(receipts=[self.receipt(code, digest=digest)]))
        self.assertEqual(self.sql("SELECT part_state FROM gateway.outgoing_part"), [["IN_CUSTODY"]])
        self.operator.refused("gateway.GetDeliveredPart", {"report_code": code, "part_number": 1}, "NOT_FOUND", "PART_UNKNOWN")  # nobody delivered it here

    def test_c_a_page_twice_in_one_file(self):
        "I6: the second copy does not meet the cursor, which the first one moved; the file once more is then old news"
        page = self.parent.signed("DownContent", packed("DownContent", {
            "content_version": 1, "sender_unit_id": PARENT, "receiver_unit_id": self.office.unit_id, "made_at_us": 1, "source": "registry", "source_epoch": 1,
            "current_epoch": 1, "after_seq": 0, "through_seq": 5}))
        file = self.file(down_pages=[page, page])
        self.operator.refused("gateway.TakeAnswer", file, "FAILED_PRECONDITION", "ANSWER_NOT_TAKEN", path="answer.down_pages[0]")
        self.assertEqual(self.reasons("RecordDown"), ["DOWN_GAP"])
        self.assertEqual(self.sql("SELECT source, source_seq FROM gateway.down_cursor"), [["registry", "5"]])
        self.operator.ok("gateway.TakeAnswer", file)
        self.assertEqual(self.sql("SELECT count(*) FROM gateway.down_page"), [["1"]])

    def test_d_what_is_not_what_was_checked_is_not_filed(self):
        "R192 R188: lines changed past the daemon between check and filing are noticed; and nobody checks his own draft"
        self.operator.ok("gateway.TakeAnswer", self.file(quarters=[{"quarter": "2026Q3", "due_date": "2026-10-10", "quarter_state": "OPEN"}]))
        project = self.world.project()
        self.house.settle()
        own = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": "2026Q3"})["report_code"]
        check = {"report_code": own, "comments": [{"project_code": project, "comment_note": "下月支付"}]}
        self.house.promoted(self.bureau).refused("gateway.CheckReport", check, "FAILED_PRECONDITION", "MAKER_IS_CHECKER", path="report_code")
        self.bureau_checker.ok("gateway.CheckReport", check)
        change = f"UPDATE gateway.report_line SET invested_fen = invested_fen {{}} 1 WHERE report_code = '{own}'"
        self.sql(change.format("+"))
        self.bureau_checker.refused("gateway.SubmitReport", {"report_code": own}, "FAILED_PRECONDITION", "REPORT_CHANGED", path="report_code")
        self.sql(change.format("-"))
        self.bureau_checker.ok("gateway.SubmitReport", {"report_code": own})


class NoParentTest(AnswerCase):
    """The node above: nobody answers it, and it countersigns what others send."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house.node.stop("gateway")
        for name in ("parent.unit_id", "parent.sign_public"):
            del cls.house.node.settings[name]
        cls.house.node.write_settings()
        cls.house.node.start("gateway")
        cls.district = Level("140221-fgj", DISTRICT, cls.house.node, cls.folder)
        cls.addClassCleanup(cls.district.close)
        cls.world.office.ok("registry.AddUnit", {"unit_id": DISTRICT, "unit_name": "北区", "unit_kind": "OTHER_UNIT", "is_member": True,
                                                 "division_code": "140221", "valid_from_date": "2024-01-01"})
        cls.house.settle()
        cls.world.office_checker.ok("gateway.AddChild", cls.district.enrolment())
        cls.world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})

    def test_a_nobody_answers_a_node_without_a_parent(self):
        "R022: it says what to set"
        self.operator.refused("gateway.TakeAnswer", self.file(), "FAILED_PRECONDITION", "NO_PARENT")

    def test_b_without_its_key_it_countersigns_nothing(self):
        "R022 R192: no receipt that nobody could verify: a report is asked for again, an anchor and pages are refused until the key is back"
        heads = packed("AnchorContent", {"content_version": 1, "sender_unit_id": self.district.node_unit_id, "receiver_unit_id": self.office.unit_id,
                                         "made_at_us": self.house.node.now_us(),
                                         "heads": [{"service": "registry", "epoch": 1, "seq": 1, "hash": sm3(b"1")}]})
        anchor = {"anchor": self.district.sign.signed("AnchorContent", heads)}
        pages = {"cursors": [{"source": "registry"}]}
        [report] = self.district.content(QUARTER, [line("2605-140221-04-01-000010", "140221-jtj", 3, 300_00)],
                                         totals=totals_of([line("2605-140221-04-01-000010", "140221-jtj", 3, 300_00)]))
        client = self.district.client
        with without_sign_key(self.house.node):
            self.assertEqual(self.reason(self.district.deliver(report)), ("UNAVAILABLE", "SIGN_KEY_MISSING"))
            self.assertEqual(self.reason(client.call("gateway.TakeAnchor", anchor)), ("FAILED_PRECONDITION", "SIGN_KEY_MISSING"))
            self.assertEqual(self.reason(client.call("gateway.ListDownPages", pages)), ("FAILED_PRECONDITION", "SIGN_KEY_MISSING"))
        for reply in (self.district.deliver(report), client.call("gateway.TakeAnchor", anchor), client.call("gateway.ListDownPages", pages)):
            self.assertTrue(reply.ok, reply)

    @staticmethod
    def reason(reply):
        return reply.status.name, reply.reason

    def test_c_what_is_older_than_what_arrived(self):
        "R192: a revision behind the newest, and a part for a report that is whole, are old news"
        rows = [line("2605-140221-04-01-000010", "140221-jtj", 3, 300_00)]
        third = self.district.content(QUARTER, rows, revision=3, totals=totals_of(rows))[0]
        self.assertTrue(self.district.deliver(third).ok)
        second = self.district.content(QUARTER, rows, revision=2, totals=totals_of(rows))[0]
        reply = self.district.deliver(second)
        self.assertEqual([(problem["reason"], problem["path"]) for problem in reply.problems], [("REVISION_OLD", "signed")], reply)
        more = {**third, "part_number": 2, "part_count": 2, "lines": [], "line_count": 1, "totals": [], "units_below": [], "level_counts": None}
        reply = self.district.deliver({name: value for name, value in more.items() if value is not None})
        self.assertIn(("REVISION_OLD", "signed"), [(problem["reason"], problem["path"]) for problem in reply.problems], reply)


if __name__ == "__main__":
    unittest.main()
