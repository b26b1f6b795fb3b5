"""The console in a real browser on a real node: office, bureau and contractor walk a quarter. Screenshots under var/browser."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.browser import Browser, invite  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.world import BUREAU_UNIT, OFFICE_UNIT  # noqa: E402

QUARTER = "2026Q2"


class ConsoleCase(ServiceCase):
    """One district: a project paid for June, its bureau's report filed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, house = cls.world, cls.house
        cls.code, cls.sheet, cls.numbers = world.paid_sheet()
        path.list_project(world, cls.code, 2026, "ZHONGTUI", "DISTRICT", 60)
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-25", "grace_days": 2})
        house.settle()
        cls.accounts = {account: invite(house, account, unit, duty, relation) for account, unit, duty, relation in (
            ("office", OFFICE_UNIT, "CHECKER", "OFFICE"), ("jtj-maker", BUREAU_UNIT, "MAKER", "BUREAU"), ("jtj-checker", BUREAU_UNIT, "CHECKER", "BUREAU"),
            ("owner", "owner-1", "CHECKER", "OWNER"), ("contractor", "contractor-1", "MAKER", "CONTRACTOR"))}

    def browser(self, account, size=(1280, 900)):
        browser = Browser(self.house.node.port("http"), size)
        self.addCleanup(browser.close)
        browser.set_first_password(account, self.accounts[account])
        browser.one("[data-test=who]")
        return browser

    def file_report(self):
        report = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU_UNIT, "quarter": QUARTER})["report_code"]
        lines = self.bureau.ok("gateway.GetReport", {"report_code": report})
        self.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [
            {"project_code": line["project_code"], "comment_note": "6 月下旬开工，发放表已编制并备案中"} for line in lines["lines"]]})
        self.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        return report


class OfficeTest(ConsoleCase):
    def test_login_glance_report_accept(self):
        """R188, R189: the office sees who has reported, reads the report, returns it with a remark, accepts the next; it appears without reload."""
        office = self.browser("office")
        office.sees("本季报送情况")
        office.sees("4 家应报，0 家已报")
        self.assertIn("区发展和改革局 · 审核人", office.one("[data-test=who]").text)
        office.picture("glance-nobody")
        self.file_report()
        office.sees("1 家已报")  # told by the node; nobody reloaded
        office.sees("3 家未报")
        office.picture("glance-one")
        office.click_text("区交通局", "a")
        office.sees("季报")
        office.sees("示例以工代赈项目")
        office.picture("report")
        office.click("[data-test=accept]")
        office.click("[data-test=yes]")
        office.wait(lambda: office.one("[data-test=state]").text == "已接受", what="accepted")
        office.picture("report-accepted")
        self.assertEqual([], office.errors())
