"""The tree over the ledger rows beneath a report: the same root from the rows by another program, the same sums as the figures."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ledger_tree as tree  # noqa: E402
from lib import path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

QUARTER, BUREAU = "2026Q2", "140214-jtj"


class LedgerRootTest(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code, cls.sheet, cls.numbers = world.sheet(count=5)
        cls.bare = world.project()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.house.settle()
        cls.report_code = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]

    def rows(self, **page):
        request = {"project_code": self.code, "quarter": QUARTER}
        return [row for service in ("workforce", "payroll") for row in self.operator.rows(f"{service}.ListQuarterLedgerRows", request, **page)]

    def line(self, code):
        report = self.office.ok("gateway.GetReport", {"report_code": self.report_code})
        return next(line for line in report["lines"] if line["project_code"] == code)

    def test_a_root_and_sums_are_those_of_the_rows(self):
        "R192 R196: the root on a line is the root of its ledger rows, and they add up to the figures above them"
        line, rows = self.line(self.code), self.rows()
        self.assertEqual([row["row_kind"] for row in rows], ["ATTENDANCE"] * 5 + ["WAGE"] * 5)
        self.assertEqual(line["ledger_root"], tree.root_of_rows(rows))
        self.assertEqual(line["ledger_row_count"], 10)
        self.assertEqual((line["ledger_day_hundredths"], line["ledger_due_fen"], line["ledger_paid_fen"]),
                         (line["day_hundredths"], line["due_fen"], line["paid_fen"]))
        self.assertEqual((line["day_hundredths"], line["due_fen"]), (50_00, 5 * 10 * 200_00))

    def test_b_a_project_without_rows_has_the_root_of_none(self):
        line = self.line(self.bare)
        self.assertEqual((line["ledger_root"], line["ledger_row_count"], line["ledger_due_fen"]), (tree.root([]), 0, 0))

    def test_c_rows_bear_no_name_and_pages_give_each_once(self):
        "R102: what leaves the ledgers are numbers and masks; only the node itself may ask"
        rows = self.rows()
        self.assertEqual(self.rows(page_size=1), rows)
        self.assertEqual(self.rows(page_size=3), rows)
        self.assertEqual({row["worker_number"] for row in rows}, set(self.numbers))
        for row in rows:
            self.assertIn("*", row["id_number_mask"])
        for actor in (self.bureau, self.office, self.contractor):
            for service in ("workforce", "payroll"):
                actor.refused(f"{service}.ListQuarterLedgerRows", {"project_code": self.code, "quarter": QUARTER}, "PERMISSION_DENIED")
        self.office.refused("gateway.ListLedgerBlocks", {"report_code": self.report_code, "line_number": 1}, "PERMISSION_DENIED")

    def test_d_a_row_found_again_is_the_row(self):
        for service, rows in (("workforce", self.rows()[:5]), ("payroll", self.rows()[5:])):
            keys = [{name: row[name] for name in ("project_code", "month", "sheet_code", "worker_number")} for row in reversed(rows)]
            found = self.operator.ok(f"{service}.FindLedgerRows", {"keys": keys + [{**keys[0], "worker_number": 7, "month": "2026-04"}]})["rows"]
            self.assertEqual(found, list(reversed(rows)))

    def test_e_a_new_draft_keeps_its_own_rows_only(self):
        blocks = "SELECT count(DISTINCT ledger_key), sum(row_count) FROM gateway.ledger_block"
        self.assertEqual([tuple(map(str, row)) for row in self.sql(blocks)], [("1", "10")])
        path.confirm_sheet(self.world, self.code, self.sheet, sorted(self.numbers))
        before = self.line(self.code)["ledger_root"]
        type(self).report_code = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        self.assertEqual([tuple(map(str, row)) for row in self.sql(blocks)], [("1", "10")])
        self.assertNotEqual(self.line(self.code)["ledger_root"], before)
        self.assertEqual(self.line(self.code)["ledger_root"], tree.root_of_rows(self.rows()))
