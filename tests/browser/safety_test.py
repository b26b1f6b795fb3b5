"""Every page: no serious finding of axe-core, and no text that anybody typed ever becomes markup."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.browser import Browser, invite  # noqa: E402
from lib.house import Refused, ServiceCase  # noqa: E402
from lib.world import BUREAU_UNIT, OFFICE_UNIT  # noqa: E402

QUARTER = "2026Q2"
EVIL = '<img src=x onerror="window.hacked=1">'


class PagesCase(ServiceCase):
    accounts = {"office": (OFFICE_UNIT, "CHECKER", "OFFICE"), "jtj-maker": (BUREAU_UNIT, "MAKER", "BUREAU"), "contractor": ("contractor-1", "MAKER", "CONTRACTOR")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fill()
        cls.house.settle()
        cls.browsers = {}
        for account, row in cls.accounts.items():
            browser = cls.browsers[account] = Browser(cls.house.node.port("http"))
            cls.addClassCleanup(browser.close)
            browser.set_first_password(account, invite(cls.house, account, *row, person=cls.person))
            browser.one("[data-test=who]")

    person = "张某"

    @classmethod
    def fill(cls):
        world = cls.world
        cls.code, cls.sheet, cls.numbers = world.sheet()
        cls.draft = world.draft()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-25", "grace_days": 2})

    def pages(self):
        """(account, address, what is to be seen) of every room."""
        q = f"?q={QUARTER}"
        both = ((f"/project/{self.code}", "下一步与卡点"), *((f"/project/{self.code}?tab={tab}", text) for tab, text in (
            ("funds", "拨款申请"), ("tasks", "列入清单"), ("sheets", "2026-06"), ("training", "安全"), ("findings", "检查记录"), ("complaints", "投诉"),
            ("notices", "异议"), ("steps", "日志"))), ("/findings", "个问题"), ("/complaints", "件投诉"), ("/arrears", "拖欠"), ("/forecasts", "个项目"))
        office = (("/desk" + q, "等我办理"), ("/quarter" + q, "家应报"), ("/matrix" + q, "完整性"), (f"/matrix/{BUREAU_UNIT}" + q, "个项目"), ("/consolidated" + q, "汇总"),
                  ("/circular" + q, "通报"), ("/annual" + q, "2026"), ("/ranking", "评估"), ("/projects", "个在施工"))
        contractor = ((f"/sheet/{self.code}/{self.sheet}", "务工人员确认"), ("/sheets", "张发放表"), (f"/attendance?project={self.code}&month=2026-07", "选中格子"),
                      (f"/attendance?project={self.code}&month=2026-06", "已封存"), ("/import", "拖到这里"))
        return [("office", *page) for page in (*office, *both)] + [("contractor", *page) for page in contractor] + [
            ("jtj-maker", f"/project/{self.draft}", "报请预审"), ("jtj-maker", "/filing" + q, "季报")]

    def see(self, account, address, text):
        browser = self.browsers[account]
        browser.go(address)
        browser.sees(text)
        browser.wait(lambda: not browser.all(".waiting"), what="all answers")
        return browser


class AccessibleTest(PagesCase):
    def test_every_page_has_no_serious_finding(self):
        """WCAG 2.2 AA as far as a program can tell: contrast, names, roles, order."""
        checked = 0
        first = self.see("office", "/projects", "个在施工")
        first.driver.execute_script("document.querySelector('main').insertAdjacentHTML('beforeend', '<input id=bad>')")
        self.assertIn("label", [one[1] for one in first.serious()])  # it does find what is wrong
        first.driver.execute_script("document.getElementById('bad').remove()")
        for account, address, text in self.pages():
            with self.subTest(page=address, account=account):
                browser = self.see(account, address, text)
                self.assertEqual([], browser.serious())
                checked += 1
        self.assertGreater(checked, 20)
        maker = self.see("jtj-maker", f"/project/{self.draft}", "报请预审")
        maker.click("[data-do='registry.SubmitPreReview']")  # a form, open, with rows
        self.assertEqual([], maker.serious())
        contractor = self.see("contractor", f"/attendance?project={self.code}&month=2026-07", "选中格子")
        contractor.click("td[data-cell]")
        self.assertEqual([], contractor.serious())
        self.assertEqual([], [error for browser in self.browsers.values() for error in browser.errors()])


class HostileTextTest(PagesCase):
    person = EVIL

    @classmethod
    def fill(cls):
        """The same text in every field that takes text; fields whose rules refuse it are counted."""
        world = cls.world
        cls.taken = cls.refused = 0
        world.units()

        def put(actor, method, request):
            try:
                reply = getattr(world, actor).ok(method, request)
                cls.taken += 1
                return reply
            except Refused:
                cls.refused += 1
        put("office", "registry.AddUnit", {"unit_id": "evil-1", "unit_name": EVIL, "short_name": EVIL, "unit_kind": "CONTRACTOR_COMPANY", "division_code": "140214", "hosted": True,
                                           "valid_from_date": "2024-01-01"})
        cls.draft = world.draft(project_name="甲" + EVIL, content_note=EVIL, town_village_name=EVIL, priority_note=EVIL, carrying_body_name=EVIL)
        cls.code = world.awarded(project_name="乙" + EVIL, content_note=EVIL)
        world.owner.ok("registry.StartProject", {"project_code": cls.code, "start_date": "2026-06-20", "start_note": EVIL})
        cls.numbers = world.worker_numbers(2, worker_name=EVIL) if cls.accepts_name() else world.worker_numbers(2)
        world.agree(cls.code, cls.numbers)
        world.attended(cls.code, cls.numbers, "2026-06", range(20, 25))
        put("contractor", "workforce.CorrectAttendance", {"project_code": cls.code, "worker_number": cls.numbers[0], "work_date": "2026-06-20", "corrected_hundredths": 50, "correction_reason": EVIL})
        path.seal_month(world, cls.code, "2026-06")
        cls.sheet = path.draw_sheet(world, cls.code, "2026-06")
        key = {"project_code": cls.code}
        put("owner", "registry.ReportProgress", {**key, "month": "2026-06", "reported_as": "OWNER", "progress_bp": 1000, "progress_note": EVIL})
        path.publish_notice(world, cls.code, "AWARD", "2026-07-01", notice_title=EVIL, notice_text=EVIL, content_note=EVIL)
        put("township", "evaluation.AddComplaint", {**key, "complaint_source": "PUBLIC", "complaint_note": EVIL})
        inspection = put("bureau", "evaluation.AddInspection", {**key, "inspection_date": cls.house.today(), "inspection_stage": "DURING", "inspector_names": ["李检查"],
                                                              "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})
        finding = put("bureau", "evaluation.AddFinding", {**key, "inspection_code": inspection["inspection_code"], "finding_kind": "LABOUR_PAY", "finding_note": EVIL,
                                                        "responsible_unit_id": "contractor-1", "due_date": "2026-07-30"})
        put("contractor", "evaluation.SubmitRectification", {**key, "finding_code": finding["finding_code"], "rectification_note": EVIL})
        put("office_checker", "evaluation.VerifyRectification", {**key, "finding_code": finding["finding_code"], "verdict": "REJECTED", "verify_note": EVIL, "due_date": "2026-08-30"})
        put("bureau", "registry.AddTask", {"project_code": cls.draft, "task_number": 2, "catalogue_seq": 1, "link_stage": "MAIN_AND_TEMPORARY", "task_note": EVIL, "offered_posts": 3})
        put("contractor", "workforce.RequestReopening", {**key, "month": "2026-06", "reopen_reason": EVIL})
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-25", "grace_days": 2})
        cls.house.settle()
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU_UNIT, "quarter": QUARTER})["report_code"]
        lines = world.bureau.ok("gateway.GetReport", {"report_code": report})["lines"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": line["project_code"], "comment_note": EVIL} for line in lines]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        world.office_checker.ok("gateway.ReturnReport", {"report_code": report, "return_reason": EVIL, "remarks": [{"project_code": lines[0]["project_code"], "remark_note": EVIL}]})
        cls.report = report

    @classmethod
    def accepts_name(cls):
        reply = cls.world.contractor.call("workforce.AddWorkers", {"lines": [path.worker_line(EVIL, "x", "y")]})
        return not any(problem["path"].endswith("worker_name") for problem in reply.problems)

    def test_text_stays_text_everywhere(self):
        """Names, notes, reasons, remarks and addresses show what was typed, letter by letter; nothing of it runs."""
        shown = 0
        pages = [(*page[:2], "") for page in self.pages()] + [("office", f"/report/{self.report}?q={QUARTER}", ""), ("office", f"/projects?find={EVIL}", ""),
                                                             ("office", f"/report/{EVIL}", ""), ("office", f"/sheet/{EVIL}/{EVIL}", ""), ("contractor", f"/import?kind={EVIL}&project={EVIL}", "")]
        for account, address, _ in pages:
            with self.subTest(page=address, account=account):
                browser = self.browsers[account]
                browser.go(address)
                browser.one("main h1, .problem")
                browser.wait(lambda browser=browser: not browser.all(".waiting"), what="all answers")
                shown += browser.text().count("<img src=x")
                self.assertEqual([None, 0], browser.driver.execute_script("return [window.hacked || null, document.querySelectorAll('img[src=x], [onerror]').length]"))
        self.assertGreater(shown, 30)
        self.assertGreater(self.taken, 8)
        print(f"{self.taken} calls took the text, {self.refused} refused it; it was shown {shown} times")
        self.assertEqual([], [error for browser in self.browsers.values() for error in browser.errors()])
