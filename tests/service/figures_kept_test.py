"""What sealed months come to is kept until one of them changes, and a draft counts again what changed alone."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import cluster, invariants, path  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402

UNIT, Q2, Q3 = "140214-jtj", "2026Q2", "2026Q3"


class KeptFiguresTest(WorkforceCase):
    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def refresh(self, quarter=Q2):
        reply = self.operator.ok("workforce.RefreshFigures", {"unit_id": UNIT, "quarter": quarter})
        return reply["refreshed_count"], reply["left_count"]

    def figures(self, code, quarter=Q2):
        [row] = [row for row in self.operator.rows("workforce.GetQuarterFigures", {"unit_id": UNIT, "quarter": quarter}) if row["project_code"] == code]
        return row

    def kept(self, code):
        return sorted(row[0] for row in cluster.shared().sql(
            self.house.node.database, f"SELECT quarter FROM workforce.sealed_figure WHERE project_code = '{code}'"))

    def test_a_what_is_kept_says_the_same(self):
        "R188 R196: counted as it is read or kept, every figure is the same; kept once, there is nothing left to count"
        code, _ = self.world.sealed(days=(22, 23))
        counted = self.figures(code)
        self.assertEqual((counted["worker_count"], counted["day_hundredths"]), (3, 600))
        self.assertEqual(self.refresh(), (1, 0))
        self.assertEqual(self.kept(code), [Q2])
        self.assertEqual(self.figures(code), counted)
        self.assertEqual(self.refresh(), (0, 0))

    def test_b_a_month_opened_again_is_counted_again(self):
        "R108 R196: the quarter and the later ones of the year are forgotten when a month is opened, and other projects stay"
        code, numbers = self.world.sealed(days=(22, 23))
        self.refresh()
        self.refresh(Q3)
        self.assertEqual(self.kept(code), [Q2, Q3])
        others = len(cluster.shared().sql(self.house.node.database, "SELECT 1 FROM workforce.sealed_figure"))
        month = {"project_code": code, "month": "2026-06"}
        self.contractor.ok("workforce.RequestReopening", {**month, "reopen_reason": "漏记一天"})
        self.owner_checker.ok("workforce.ApproveReopening", {**month, "decide_note": "属实"})
        self.assertEqual(self.kept(code), [])
        self.assertEqual(len(cluster.shared().sql(self.house.node.database, "SELECT 1 FROM workforce.sealed_figure")), others - 2)
        self.assertEqual((self.figures(code)["worker_count"], self.figures(code, Q3)["worker_count_year"]), (0, 0))
        self.contractor.ok("workforce.RecordAttendance", self.day(code, numbers[0], "2026-06-24"))
        self.contractor_checker.ok("workforce.SealMonth", month)
        self.assertEqual(self.refresh(), (1, 0))
        self.assertEqual((self.figures(code)["day_hundredths"], self.figures(code, Q3)["day_hundredths_year"]), (700, 700))

    def test_c_two_numbers_of_one_person_are_counted_again(self):
        "R093: a merge forgets what was kept wherever either number worked"
        wrong, right = self.person(), self.person()
        right["worker_name"] = right["account_holder"] = wrong["worker_name"]
        numbers = [row["worker_number"] for row in self.contractor.ok("workforce.AddWorkers", {"lines": [wrong, right]})["rows"]]
        code = self.world.project()
        path.add_agreements(self.world, code, [path.agreement_line(f"XY-{number}", number, 200_00, *dates) for number, dates in zip(
            numbers, (("2026-06-20", "2026-06-30"), ("2026-07-01", "2026-12-31")))])
        path.hold_training(self.world, code, "PX-1", "2026-06-20", numbers)
        for number, date, now in zip(numbers, ("2026-06-24", "2026-07-02"), ("2026-07-01 18:00", "2026-08-01 18:00")):
            self.house.travel(now)
            path.record_attendance(self.world, code, [(number, date, 100)])
            path.seal_month(self.world, code, date[:7])
        self.refresh()
        self.refresh(Q3)
        self.assertEqual((self.kept(code), self.figures(code, Q3)["worker_count_year"]), ([Q2, Q3], 2))
        self.hr_checker.ok("workforce.MergeWorkers", {"former_number": numbers[0], "worker_number": numbers[1], "merge_reason": "证件号登记有误，经核对更正"})
        self.assertEqual((self.kept(code), self.figures(code, Q3)["worker_count_year"]), ([], 1))
        self.refresh(Q3)
        self.assertEqual((self.kept(code), self.figures(code, Q3)["worker_count_year"]), ([Q3], 1))

    def test_d_only_the_node_itself_has_it_counted(self):
        "R006: an official asks for figures, not for their keeping"
        for actor in (self.bureau, self.contractor):
            actor.refused("workforce.RefreshFigures", {"unit_id": UNIT, "quarter": Q2}, "PERMISSION_DENIED", "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
