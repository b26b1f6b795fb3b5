"""Completeness from facts: what the quarter expects of each project against what the ledgers hold, unit by unit."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

QUARTER = "2026Q2"
BUREAU, OTHER, OFFICE, HR = "140214-jtj", "140214-swj", "140214-fgj", "140214-rsj"


class CompletenessTest(ServiceCase):
    """Two projects of one bureau in June: one sealed, drawn and paid, the other with attendance that nobody sealed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.open = world.project()
        world.attended(cls.open, world.placed(cls.open, 1), "2026-06", range(20, 23))
        cls.paid, cls.sheet, _ = world.paid_sheet(count=2)
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-31"})
        cls.house.settle()

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def unit(self, unit=BUREAU, actor=None):
        return (actor or self.office).ok("gateway.GetUnitCompleteness", {"unit_id": unit, "quarter": QUARTER})

    def facts(self, code):
        return {row["fact_kind"]: (row["due_count"], row["done_count"]) for row in self.unit()["rows"] if row["project_code"] == code}

    def matrix(self, actor=None):
        body = (actor or self.office).ok("gateway.GetCompletenessMatrix", {"quarter": QUARTER})
        return body, {(row["unit_id"], row["fact_kind"]): (row["due_count"], row["done_count"], row["open_project_count"]) for row in body["rows"]}

    def test_a_each_project_with_each_kind(self):
        "R188 R191: sealed attendance, sheet, payment, filing, notice and progress report are counted from the ledgers, project by project"
        paid = self.facts(self.paid)
        self.assertEqual((paid["ATTENDANCE"], paid["SHEET"], paid["PAYMENT"], paid["FILING"]), ((1, 1), (1, 1), (1, 1), (1, 0)))
        self.assertEqual(paid["PROGRESS_REPORT"], (2, 0), "owner and contractor, for June")
        self.assertEqual(paid["NOTICE"][0], 2, "award and construction")
        unit = self.unit(actor=self.bureau)
        self.assertEqual((unit["report_state"], unit["is_complete"], unit["unit_name"]), ("MISSING", False, "区交通局"))
        self.assertEqual({row["project_name"] for row in unit["rows"]}, {"示例以工代赈项目1", "示例以工代赈项目2"})

    def test_b_a_month_not_sealed_lacks_all_that_comes_after(self):
        "R188: works went on and nobody sealed: the sheet, its payment and its filing are missing too, though no service has a sheet to miss"
        facts = self.facts(self.open)
        self.assertEqual((facts["ATTENDANCE"], facts["SHEET"], facts["PAYMENT"], facts["FILING"]), ((1, 0),) * 4)

    def test_c_a_unit_sees_itself_and_the_office_sees_all(self):
        "R188: no unit looks into another's gaps"
        self.other_bureau.refused("gateway.GetUnitCompleteness", {"unit_id": BUREAU, "quarter": QUARTER}, "NOT_FOUND", "UNIT_NOT_YOURS")
        self.office.refused("gateway.GetUnitCompleteness", {"unit_id": "140214-none", "quarter": QUARTER}, "NOT_FOUND", "UNIT_NOT_YOURS")
        self.office.refused("gateway.GetCompletenessMatrix", {"quarter": "2026Q1"}, "NOT_FOUND", "QUARTER_UNKNOWN")
        self.office.refused("gateway.GetUnitCompleteness", {"unit_id": BUREAU, "quarter": QUARTER, "gathered_counts": [{"project_code": self.open}]}, "INVALID_ARGUMENT")
        body, rows = self.matrix(self.other_bureau)
        self.assertEqual((body["unit_count"], set(rows)), (1, {(OTHER, "REPORT")}))

    def test_d_the_matrix_sums_units_by_kind(self):
        "R188 R192: units by kinds, with how many projects something is missing in"
        body, rows = self.matrix()
        self.assertEqual((body["unit_count"], body["complete_unit_count"]), (4, 0))
        self.assertEqual((rows[BUREAU, "ATTENDANCE"], rows[BUREAU, "SHEET"], rows[BUREAU, "FILING"]), ((2, 1, 1), (2, 1, 1), (2, 0, 2)))
        self.assertEqual({key: value for key, value in rows.items() if key[1] == "REPORT"}, {(unit, "REPORT"): (1, 0, 0) for unit in (BUREAU, OTHER, OFFICE, HR)})

    def test_e_a_signed_zero_report_makes_a_unit_complete(self):
        "R188 R002: a unit without projects is complete once its signed zero report is there, and not before it is filed"
        code = self.hr.ok("gateway.ZeroReport", {"unit_id": HR, "quarter": QUARTER, "zero_reason": "本季度无项目"})["report_code"]
        self.assertFalse(self.unit(HR)["is_complete"])
        self.hr_checker.ok("gateway.CheckReport", {"report_code": code})
        self.hr_checker.ok("gateway.SubmitReport", {"report_code": code})
        unit = self.unit(HR)
        self.assertEqual((unit["is_complete"], unit["is_zero"], unit["report_state"]), (True, True, "SUBMITTED"))
        self.assertEqual(self.matrix()[0]["complete_unit_count"], 1)

    def test_f_what_is_done_shows_at_once(self):
        "R188: nobody reports completeness: sealing and filing are enough"
        path.seal_month(self.world, self.open, "2026-06")
        path.file_sheet(self.world, self.paid, self.sheet, BUREAU)
        self.house.settle()
        self.assertEqual(self.facts(self.open)["ATTENDANCE"], (1, 1))
        self.assertEqual((self.facts(self.open)["SHEET"], self.facts(self.paid)["FILING"]), ((1, 0), (1, 1)))


if __name__ == "__main__":
    unittest.main()
