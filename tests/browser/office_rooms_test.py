"""The office's rooms on a real node: completeness, arrears, forecasts, ranking, circular, year. Every figure has a way to its rows."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.browser import Browser, invite  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.world import BUREAU_UNIT, OFFICE_UNIT  # noqa: E402

QUARTER = "2026Q2"


class OfficeRoomsTest(ServiceCase):
    @classmethod
    def setUpClass(cls):
        """Two projects, one paid, one not; the bureau's report accepted and consolidated; the year assessed."""
        super().setUpClass()
        world, house = cls.world, cls.house
        cls.paid, cls.sheet, _ = world.paid_sheet()
        cls.owing = world.project()
        _, sheet, numbers = world.sheet(cls.owing, "2026-06", 4)
        path.confirm_sheet(world, cls.owing, sheet, sorted(numbers))
        path.approve_sheet(world, cls.owing, sheet)
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-25", "grace_days": 2})
        world.owner.ok("registry.ReportProgress", {"project_code": cls.paid, "month": "2026-06", "reported_as": "OWNER", "progress_bp": 4000, "invested_fen": 1_000_000_00})
        world.bureau.ok("evaluation.CheckRatio", {"project_code": cls.paid, "pay_basis": "PAID"})
        house.settle()
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU_UNIT, "quarter": QUARTER})["report_code"]
        lines = world.bureau.ok("gateway.GetReport", {"report_code": report})["lines"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": line["project_code"], "comment_note": "已核"} for line in lines]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        world.office_checker.ok("gateway.AcceptReport", {"report_code": report})
        world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        house.travel("2026-09-20")
        world.office.ok("evaluation.AssessYear", {"assessment_kind": "BUREAUS", "assessment_year": 2026, "correction_reason": "首次"})
        house.settle()
        cls.office = Browser(house.node.port("http"))
        cls.addClassCleanup(cls.office.close)
        cls.office.set_first_password("office", invite(house, "office", OFFICE_UNIT, "CHECKER", "OFFICE"))
        cls.office.one("[data-test=who]")

    def tearDown(self):
        self.assertEqual([], self.office.errors())

    def test_1_completeness_of_units_and_projects(self):
        """R188: what each unit owes and has, as signs with counts; a row leads to its projects."""
        office = self.office
        office.go(f"/matrix?q={QUARTER}")
        office.sees("4 家单位，0 家齐全，4 家尚有缺项")
        row = next(row for row in office.all("tbody tr") if "区交通局" in row.text)
        self.assertEqual(["●齐全1/1", "●齐全2/2", "●齐全2/2", "◐部分1/2"], ["".join(cell.get_attribute("textContent").split()) for cell in row.find_elements("css selector", "td")[:4]])
        office.picture("matrix")
        office.click_text("区交通局", "a")
        office.sees("区交通局 2026年第二季度完整性")
        office.sees("2 个项目")
        office.picture("unit-facts")
        office.go(f"/matrix?q={QUARTER}")
        office.click_text("导出 CSV")
        self.assertTrue(office.all("tbody tr"))

    def test_2_arrears_with_who_holds_them(self):
        """R131: who is owed, since when, at which step it is held; where a late sheet's days went."""
        office = self.office
        office.go(f"/arrears?q={QUARTER}")
        office.sees("1 个项目拖欠 8,000.00 元，涉及 4 人；最早应付日 2026-07-31")
        office.one("svg.picture rect")
        office.picture("arrears")
        office.click_text("示例以工代赈项目2", "a")
        office.wait(lambda: len(office.all("table")[0].find_elements("css selector", "tbody tr")) == 4, what="four people")
        office.sees("下达支付")
        self.assertRegex(office.text(), r"\*{4,}[\dX]")
        office.picture("arrears-people")

    def test_3_forecast_against_the_floor(self):
        """R032: the ratio at completion beside its floor, what is missing; a point below is a square and named."""
        office = self.office
        office.go("/forecasts")
        office.sees("预计低于下限")
        office.one("svg.picture rect.below")
        office.sees("0.50 % (≥ 40.00 %)")
        office.picture("forecasts")

    def test_4_ranking_explained(self):
        """R180, R182: the rank, its band, what moved it, the rows behind; R184: nothing is published before the year is over."""
        office = self.office
        office.go("/ranking")
        office.sees("2026 年度主管部门评估：4 家，1 家有名次")
        office.picture("ranking")
        office.click("tbody a")
        office.sees("得分贡献")
        office.click_text("劳务报酬按期足额发放", "a")
        office.sees("依据的记录：劳务报酬按期足额发放")
        office.sees(self.paid)
        office.picture("scorecard")
        office.go("/ranking")
        office.click("[data-do='evaluation.PublishAssessment']")
        office.click_text("先试办")
        office.sees("ASSESSMENT_EARLY")  # a trial of a year that is not over is nobody's rank yet

    def test_5_circular_drafted_and_issued(self):
        """R190: drafted by the maker, issued by the checker, its text fixed; the year by quarters."""
        self.world.office.ok("gateway.DraftCircular", {"quarter": QUARTER})
        office = self.office
        office.go(f"/circular?q={QUARTER}")
        office.sees("关于2026年第二季度以工代赈工作进展情况的通报")
        office.do("gateway.IssueCircular", {"document_no": "云以工代赈办〔2026〕3号"}, sure=True)
        office.sees("已印发")
        office.picture("circular")
        office.paper("circular")
        office.go("/annual?year=2026")
        office.sees("2026 年：吸纳 7 人（全年去重）")
        office.sees("还没有起草")
        self.world.office.ok("gateway.DraftYearReport", {"report_year": 2026})
        office.sees("草稿")  # told by the node
        office.wait(lambda: office.one("pre.paper").text, what="the report's text")
        office.picture("annual")
