"""Rows drawn at random from beneath a report: the node that has the ledgers shows them with proofs; what does not fit is a finding."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, tree  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

QUARTER, BUREAU = "2026Q2", "140214-jtj"


class DrawCase(ServiceCase):
    settings = {"gateway.draw_interval_ms": 50}

    def eventually(self, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, what.__doc__ or "waited too long")
            time.sleep(0.05)
        return result

    def drawn(self, number):
        return self.office.ok("gateway.ListDraws", {"draw_number": number})["rows"][0]

    def answered(self, number):
        return self.eventually(lambda: (draw := self.drawn(number))["draw_state"] == "ANSWERED" and draw)

    def findings(self, number):
        return self.office.rows("gateway.ListDrawFindings", {"draw_number": number})

    def faults(self, number):
        return sorted(row["draw_fault"] for row in self.findings(number))


class HostedDrawTest(DrawCase):
    """A unit of this node: its ledgers are here. One quarter; in order, the ledger moves on after the report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code, cls.sheet, cls.numbers = world.sheet(count=5)
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.house.settle()
        cls.report_code = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]

    def file(self):
        world = self.world
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": self.report_code, "comments": [{"project_code": self.code, "comment_note": "7月支付"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": self.report_code})

    def test_a_only_what_was_filed_and_only_the_office(self):
        "R192: the office's checker draws, from filed reports, a bounded number of rows, with a day to answer that is not over"
        request = {"report_code": self.report_code, "row_count": 4}
        self.office_checker.refused("gateway.DrawRows", request, "FAILED_PRECONDITION", "DRAW_STATE", "report_code")
        self.file()
        for actor in (self.office, self.bureau_checker, self.contractor):
            actor.refused("gateway.DrawRows", request, "PERMISSION_DENIED")
        reply = self.office_checker.refused("gateway.DrawRows", {**request, "row_count": 301, "due_date": "2026-06-30"}, "INVALID_ARGUMENT")
        self.assertEqual({(row["path"], row["reason"]) for row in reply.problems}, {("row_count", "DRAW_COUNT"), ("due_date", "UNTIL_DATE_PAST")})
        self.office_checker.refused("gateway.DrawRows", {**request, "report_code": "140214-jtj-2026Q2-9"}, "NOT_FOUND", "REPORT_UNKNOWN", "report_code")
        self.assertEqual(self.office.rows("gateway.ListDraws"), [])

    def test_b_an_honest_ledger_gives_no_finding(self):
        "R192: the rows follow from the recorded seed; the answer is signed, and each row leads to the root that the unit signed"
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 4})
        self.assertEqual((draw["draw_state"], draw["row_count"], draw["due_date"]), ("ASKED", 4, "2026-07-06"))
        self.assertEqual([row["row_number"] - 1 for row in draw["positions"]], tree.draw(draw["seed"], 0, 10, 4))
        done = self.answered(draw["draw_number"])
        self.assertEqual((done["finding_count"], self.findings(draw["draw_number"])), (0, []))
        everything = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 300})
        self.assertEqual((everything["row_count"], [row["row_number"] for row in everything["positions"]]), (10, list(range(1, 11))))
        self.assertEqual(self.answered(everything["draw_number"])["finding_count"], 0)
        self.assertNotEqual(everything["seed"], draw["seed"])

    def test_c_payment_moves_on_and_is_no_finding(self):
        "R192: wages paid after the report was filed are no fault: the row is shown as it was, and the payment has only grown"
        path.confirm_sheet(self.world, self.code, self.sheet, sorted(self.numbers))
        path.approve_sheet(self.world, self.code, self.sheet)
        self.house.travel("2026-07-17")
        total = self.owner.ok("payroll.GetSheet", {"project_code": self.code, "sheet_code": self.sheet})
        order = path.order_payment(self.world, self.code, self.sheet, total["line_count"], total["net_fen"], "bank-1")
        path.Bank(self.world.bank).settle(self.code, order)
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})
        self.assertEqual(self.answered(draw["draw_number"])["finding_count"], 0)

    def test_d_a_ledger_that_changed_after_signing_is_found(self):
        "R192 R103: days, pay and payments that are no longer what was reported; a row that is gone"
        attendance = f"project_code = '{self.code}' AND worker_number"
        first, second, third, fourth = sorted(self.numbers)[:4]
        self.sql(f"UPDATE workforce.sealed_worker SET day_hundredths = 900 WHERE {attendance} = {first}")
        self.sql(f"DELETE FROM workforce.sealed_worker WHERE {attendance} = {second}")
        self.sql(f"UPDATE payroll.wage_line SET net_fen = 150000, gross_fen = 150000 WHERE {attendance} = {third}")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})["draw_number"]
        self.answered(draw)
        self.assertEqual(self.faults(draw), ["ROW_CHANGED", "ROW_CHANGED", "ROW_GONE"])
        notes = {row["draw_fault"] + row["finding_note"].split(" ", 2)[-1]: row for row in self.findings(draw)}
        self.assertIn("ROW_CHANGEDday_hundredths 1000 -> 900", notes)
        self.assertIn("ROW_CHANGEDgross_fen 200000 -> 150000; net_fen 200000 -> 150000", notes)
        self.assertEqual({row["project_code"] for row in self.findings(draw)}, {self.code})
        exceptions = [row for row in self.office.ok("gateway.GetReport", {"report_code": self.report_code})["exceptions"]
                      if row["exception_rule"] == "DRAW_FINDING"]
        self.assertEqual([(row["project_code"], row["exception_note"]) for row in exceptions], [(self.code, "ROW_CHANGED 2"), (self.code, "ROW_GONE 1")])

    def test_e_the_unit_sees_its_own(self):
        "R192: a unit sees what was drawn from its reports and what was found, and nobody else's"
        self.assertEqual(len(self.bureau.rows("gateway.ListDraws")), 4)
        self.assertEqual(len(self.bureau.rows("gateway.ListDrawFindings", page_size=1)), 3)
        self.assertEqual(self.other_bureau.rows("gateway.ListDraws"), [])
        self.assertEqual(self.other_bureau.rows("gateway.ListDrawFindings"), [])

    def test_f_what_the_node_kept_was_spoilt(self):
        "R192: a row that does not lead to the signed root is a finding, even when the node itself shows it; so is one that it has lost"
        self.sql("UPDATE gateway.ledger_block SET block_content = overlay(block_content placing '\\x37'::bytea from length(block_content) - 2)")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})["draw_number"]
        self.answered(draw)
        self.assertTrue(set(self.faults(draw)) & {"PROOF_BAD", "ROW_BAD"}, self.faults(draw))
        self.sql("DELETE FROM gateway.ledger_block WHERE block_number = 2")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})["draw_number"]
        self.answered(draw)
        self.assertEqual(self.faults(draw).count("ROW_MISSING"), 5)
