"""What a report is held against before it may be checked: rules with a weight, the report before it, and the unit's own past."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.world import START_DATE  # noqa: E402

BUREAU = "140214-jtj"
COMMENT = "报酬将于下季一并发放"


class ValidationTest(ServiceCase):
    """One project over six quarters: two people, five or six days in each, and then twenty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code = world.project()
        cls.numbers = world.worker_numbers(2)
        path.add_agreements(world, cls.code, [path.agreement_line(f"XY-{number}", number, 200_00, START_DATE, "2027-12-31") for number in cls.numbers])
        path.hold_training(world, cls.code, "PX-1", START_DATE, cls.numbers)

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def draft(self, month, quarter, days, first=20):
        """A month's work, sealed, and the quarter's draft; the quarter is opened on the way."""
        self.world.attended(self.code, self.numbers, month, range(first, first + days))
        path.seal_month(self.world, self.code, month)
        self.house.settle()
        self.office_checker.call("gateway.OpenQuarter", {"quarter": quarter})
        return self.redraft(quarter)

    def redraft(self, quarter):
        return self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": quarter})["report_code"]

    def check(self, code, *more):
        return {"report_code": code, "comments": [{"project_code": self.code, "comment_note": COMMENT}, *more]}

    def file(self, code, *more):
        self.bureau_checker.ok("gateway.CheckReport", self.check(code, *more))
        self.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        self.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        return self.office.ok("gateway.GetReport", {"report_code": code})

    def severities(self, report):
        return {(row["exception_rule"], row["severity"]) for row in report["exceptions"]}

    def test_a_cumulative_never_falls(self):
        "R196: a draft made before the earlier quarter was filed stands below it: the check refuses and says what to do; drafted again it holds"
        earlier = self.draft("2026-06", "2026Q2", 5)
        later = self.draft("2026-07", "2026Q3", 4)
        self.file(earlier)
        reply = self.bureau_checker.refused("gateway.CheckReport", self.check(later))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("CUMULATIVE_FELL", "lines[0].cumulative_day_hundredths"), ("CUMULATIVE_MISMATCH", "lines[0].cumulative_day_hundredths")})
        self.assertIn("2026Q2", str(reply))
        self.world.attended(self.code, self.numbers, "2026-08", range(3, 5))
        path.seal_month(self.world, self.code, "2026-08")
        later = self.redraft("2026Q3")
        self.bureau_checker.ok("gateway.CheckReport", self.check(later))

    def test_b_what_is_only_shown_needs_no_comment(self):
        "R164: a warning wants a comment, what is only to be known does not; both stand in the report with their weight"
        later = self.redraft("2026Q3")
        reply = self.bureau_checker.refused("gateway.CheckReport", {"report_code": later}, "FAILED_PRECONDITION", "COMMENT_MISSING", "comments")
        self.assertNotIn("NOTICES_OPEN", str(reply))
        report = self.file(later)
        self.assertLessEqual({("ZERO_PAY_UNDER_CONSTRUCTION", "WARN"), ("NOTICES_OPEN", "INFO"), ("SHEETS_NOT_FILED", "INFO")}, self.severities(report))
        self.assertEqual((report["lines"][0]["line_note"], report["unit_note"]), (COMMENT, ""))

    def test_c_with_few_quarters_nothing_stands_out(self):
        "R164: below four earlier quarters no figure is called far; a new year begins its sums anew"
        for month, quarter, days in (("2026-10", "2026Q4", 5), ("2027-01", "2027Q1", 6)):
            report = self.file(self.draft(month, quarter, days))
            self.assertEqual({rule for rule, _ in self.severities(report) if rule.startswith("OUTLIER")}, set(), quarter)
        self.assertEqual(report["lines"][0]["cumulative_day_hundredths"], 12_00)

    def test_d_within_its_own_range_nothing_stands_out(self):
        "R164: four earlier quarters of 10, 12, 10, 12 days: 12 is nothing to speak of"
        report = self.file(self.draft("2027-04", "2027Q2", 6))
        self.assertEqual({rule for rule, _ in self.severities(report) if rule.startswith("OUTLIER")}, set())

    def test_e_far_from_its_own_past_wants_the_units_word(self):
        "R164: 40 days after 10, 12, 10, 12, 12: modified z-score above 3.5; the unit comments on it, and the comment travels with the report"
        code = self.draft("2027-07", "2027Q3", 20, first=5)
        reply = self.bureau_checker.refused("gateway.CheckReport", self.check(code), "FAILED_PRECONDITION", "COMMENT_MISSING", "comments")
        self.assertIn("OUTLIER_DAYS", str(reply))
        self.assertNotIn("OUTLIER_PEOPLE", str(reply), "two people as always")
        report = self.file(code, {"comment_note": "汛后集中抢修，用工增加"})
        self.assertEqual(report["unit_note"], "汛后集中抢修，用工增加")
        self.assertEqual([row["exception_note"] for row in report["exceptions"] if row["exception_rule"] == "OUTLIER_DAYS"], ["4000 / 1200"])
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2027Q3"})
        shown = {row["exception_rule"]: row["line_note"] for row in self.office.ok("gateway.GetConsolidatedReport", {"quarter": "2027Q3"})["exceptions"]}
        self.assertEqual((shown["OUTLIER_DAYS"], shown["ZERO_PAY_UNDER_CONSTRUCTION"]), ("汛后集中抢修，用工增加", COMMENT))
        self.assertNotIn("NOTICES_OPEN", shown, "the circular names what wants attention")

    def test_f_the_past_is_not_for_everybody(self):
        "R188: earlier figures are read by the gateway itself"
        self.bureau.refused("gateway.GetPastFigures", {"unit_id": BUREAU, "quarter": "2027Q3"}, "PERMISSION_DENIED")


if __name__ == "__main__":
    unittest.main()
