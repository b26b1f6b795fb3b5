"""What two revisions note differently: exceptions with their severity and comment, remarks, money by source, priority groups, trainees."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, quarter as reports  # noqa: E402
from lib.files import FilesCase  # noqa: E402

QUARTER, BUREAU = "2026Q2", "140214-jtj"


class DiffNotesTest(FilesCase):
    """Revision 1: a project without work, returned with a remark. Then it worked, one of the people is a veteran, it has a second source of money:
    revision 2, with another comment."""
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("bureau", "office")
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, house = cls.world, cls.house
        cls.code = world.project(track="ZHONGTUI")
        path.list_project(world, cls.code, 2026, "ZHONGTUI", "DISTRICT", 60)
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.first = reports.file(world, BUREAU, QUARTER)
        world.office_checker.ok("gateway.ReturnReport", {"report_code": cls.first, "return_reason": "缺6月", "remarks": [
            {"project_code": cls.code, "remark_note": "6月已开工，请补"}]})
        numbers = world.placed(cls.code, 3)
        world.township.ok("workforce.SetPriorityGroup", {"lines": [
            {"worker_number": numbers[0], "priority_group": "VETERAN", "valid_from_date": "2026-01-01", "group_source": "乡镇摸底"}]})
        world.bureau.ok("registry.SetFundLine", {"project_code": cls.code, "fund_code": "F2", "fund_source": "PROVINCIAL", "approved_fen": 500_000_00,
                                                 "fund_purpose": "CONSTRUCTION", "document_no": "晋财〔2026〕3号"})
        world.attended(cls.code, numbers, "2026-06", range(20, 25))
        path.seal_month(world, cls.code, "2026-06")
        house.settle()
        cls.second = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        cls.drafted = world.bureau.ok("gateway.GetReportDiff", {"report_code": cls.second})
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": cls.second, "comments": [
            {"project_code": cls.code, "comment_note": "已补6月，7月支付"}, {"comment_note": "据实填报"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": cls.second})

    def changes(self, code, **more):
        diff = self.office.ok("gateway.GetReportDiff", {"report_code": code, "page_size": 1000, **more})
        return diff, {row["changed_field"]: (row["old_text"], row["new_text"]) for row in diff["changes"] if row["project_code"] == self.code}

    def test_1_exceptions_remarks_money_groups_and_trainees(self):
        "R192 R164: what was noted and what is, exception by exception; lists element by element, never as a lump"
        diff, changed = self.changes(self.second)
        self.assertEqual((diff["old_report_code"], diff["change_count"]), (self.first, len(diff["changes"])))
        exceptions = {name: texts for name, texts in changed.items() if name.startswith("exceptions[")}
        self.assertEqual(exceptions["exceptions[SHEETS_NOT_FILED].severity"], ("", "INFO"))
        self.assertEqual(exceptions["exceptions[ZERO_PAY_UNDER_CONSTRUCTION].line_note"], ("按计划推进", "已补6月，7月支付"))
        self.assertNotIn("exceptions[ZERO_PAY_UNDER_CONSTRUCTION].severity", exceptions, "it was there and is there")
        self.assertEqual(changed["remarks"], ("6月已开工，请补", ""))
        self.assertEqual(changed["figures.groups[VETERAN].worker_count"], ("", "1"))
        self.assertEqual(changed["figures.fund_shares[PROVINCIAL].approved_fen"], ("", "50000000"))
        self.assertNotIn("figures.fund_shares[CENTRAL_BUDGET_INVESTMENT].approved_fen", changed)
        self.assertEqual(changed["trainee_count"], ("0", "3"))
        self.assertEqual((diff["trainees_added_count"], diff["trainees_removed_count"], diff["people_added_count"]), (3, 0, 3))
        self.assertEqual((self.drafted["trainees_added_count"], self.drafted["people_added_count"]), (3, 3), "of a draft too")
        self.assertEqual((diff["changed_project_count"], diff["added_project_count"]), (1, 0), "a note is no project that came")
        own = {row["changed_field"]: (row["old_text"], row["new_text"]) for row in diff["changes"] if not row["project_code"]}
        self.assertEqual(own["unit_note"], ("无", "据实填报"))

    def test_2_backwards_and_page_by_page(self):
        "R192: what was taken out is said as such; the pages together are the whole"
        back, changed = self.changes(self.first, against_revision=2)
        self.assertEqual(changed["exceptions[SHEETS_NOT_FILED].severity"], ("INFO", ""))
        self.assertEqual((changed["remarks"], changed["figures.groups[VETERAN].worker_count"]), (("", "6月已开工，请补"), ("1", "")))
        self.assertEqual((back["trainees_added_count"], back["trainees_removed_count"]), (0, 3))
        rows = self.office.rows("gateway.GetReportDiff", {"report_code": self.first, "against_revision": 2}, page_size=2, field="changes")
        self.assertEqual(rows, back["changes"])

    def test_3_the_command_says_it_in_the_offices_words(self):
        "R192: names of exceptions, groups and sources in Chinese, money in yuan"
        out = self.good("report", "diff", "--quarter", QUARTER, "--unit", BUREAU, who="office")
        for words in ("在建而本季未发报酬: 备注", "已补6月，7月支付", "退役军人: 务工人数", "500,000.00", "退回意见", "6月已开工，请补", "培训人员新增 3 人", "提示"):
            self.assertIn(words, out)
        self.assertNotIn("fund_shares", out)


if __name__ == "__main__":
    unittest.main()
