"""The console in a real browser on a real node: office, bureau and contractor walk a quarter. Screenshots under var/browser."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.browser import PASSWORD, Browser, invite  # noqa: E402
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
        world.bureau.ok("evaluation.CheckRatio", {"project_code": cls.code, "pay_basis": "PAID"})
        house.settle()
        cls.accounts = {account: invite(house, account, unit, duty, relation) for account, unit, duty, relation in (
            ("office", OFFICE_UNIT, "CHECKER", "OFFICE"), ("jtj-maker", BUREAU_UNIT, "MAKER", "BUREAU"), ("jtj-checker", BUREAU_UNIT, "CHECKER", "BUREAU"),
            ("owner", "owner-1", "CHECKER", "OWNER"), ("contractor", "contractor-1", "MAKER", "CONTRACTOR"), ("contractor-2", "contractor-1", "CHECKER", "CONTRACTOR"),
            ("stranger", "contractor-2", "CHECKER", "CONTRACTOR"), ("audit", "audit-1", "VIEWER", "AUDIT"), ("jtj-reader", BUREAU_UNIT, "VIEWER", "BUREAU"),
            ("phone", BUREAU_UNIT, "VIEWER", "BUREAU"))}

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
    def test_login_glance_report_return_accept_consolidate(self):
        """R188, R189: the office sees who has reported, returns a report with a remark, accepts the next; what happens appears without reload."""
        office = self.browser("office")
        office.go(f"/quarter?q={QUARTER}")
        office.sees("4 家应报，0 家已报")
        self.assertIn("区发展和改革局 · 审核人", office.one("[data-test=who]").text)
        self.file_report()
        office.sees("1 家已报")  # told by the node; nobody reloaded
        office.sees("3 家未报：区发展和改革局、区人力资源和社会保障局、区水务局")
        office.picture("glance")
        office.click_text("区交通局", "a")
        office.sees("0.20 % (≥ 40.00 % 差 39.80 %)")
        office.picture("report")
        office.paper("report")
        office.click("[data-test=return]")
        office.type("[name=reason]", "请核对 6 月工日")
        office.type("tbody td input", "工日与考勤不符")
        office.click_text("退回并附 1 条意见")
        office.click("[data-test=yes]")
        office.wait(lambda: office.one("[data-test=state]").text == "已退回", what="returned")
        office.sees("工日与考勤不符")
        office.picture("report-returned")
        report = self.file_report()
        office.go(f"/report/{report}?q={QUARTER}")
        office.wait(lambda: office.one("[data-test=state]").text == "已报送", what="filed again")
        office.sees("与上一稿的差异")
        office.sees("还没有抽查")
        office.click("[data-test=accept]")
        office.click("[data-test=yes]")
        office.wait(lambda: office.one("[data-test=state]").text == "已接受", what="accepted")
        office.go(f"/consolidated?q={QUARTER}")
        office.sees("还没有汇总")
        office.go(f"/quarter?q={QUARTER}")
        office.click_text("汇总本季")
        office.click("[data-test=yes]")
        office.sees("第 1 次汇总：1 个项目，吸纳 3 人（去重）")
        office.wait(lambda: office.one("svg.picture rect"), what="the picture of pay")
        office.wait(lambda: office.one("svg.picture .below"), what="the dot below its floor")
        office.picture("consolidated")
        self.assertRegex(office.paper("consolidated"), rb"/MediaBox \[0 0 84[12][.\d]* 59[45]")  # A4 landscape, as the offices file it
        office.click_text("按单位")
        office.wait(lambda: "区交通局" in office.one("tbody").text, what="figures by unit")
        self.assertIn("by=byUnit", office.driver.current_url)
        self.assertEqual([], office.errors())

    def test_keys_language_and_the_refusal(self):
        """Keyboard, English by a switch, a refusal with its rule; logging out ends it."""
        office = self.browser("audit")
        office.click_text("退出登录")
        office.set_first_password("audit", "a code that was never given")
        office.sees("未办理")
        office.click_text("返回登录")
        office.type("[name=account]", "audit")
        office.type("[name=password]", "不是这个密码")
        office.click_text("登录")
        office.sees("账号或密码不正确")
        office.picture("login-refused", whole=False)
        office.type("[name=password]", PASSWORD)
        office.click_text("登录")
        office.one("[data-test=who]")
        office.go("/projects")
        office.sees("示例以工代赈项目")
        office.press("/")
        office.press("没有这样的项目")
        office.sees("没有符合“没有这样的项目”的行")
        self.assertIn("find=", office.driver.current_url)
        office.click_text("清除查找")
        office.one("tbody tr")
        office.driver.execute_script("document.activeElement.blur()")
        office.press("j")
        office.press("\ue007")  # Enter
        office.sees("下一步与卡点")
        office.press("?")
        office.sees("下一行、上一行")
        office.press("\ue00c")  # Escape
        office.click_text("English")
        office.sees("The next step, and what blocks it")
        office.click_text("中文")
        office.go("/report/no-such-report")
        office.sees("REPORT_UNKNOWN")
        office.picture("refusal")
        office.click_text("退出登录")
        office.one("[name=password]")
        self.assertEqual([], office.errors())


class UnitsTest(ConsoleCase):
    def test_1_a_bureau_drafts_checks_and_files(self):
        """R188: made by one, checked and filed by another; the desk says what waits."""
        maker = self.browser("jtj-maker")
        maker.go(f"/desk?q={QUARTER}")
        maker.sees("未起草")
        maker.picture("desk-bureau")
        maker.go(f"/filing?q={QUARTER}")
        maker.click("[data-test=draft]")
        maker.sees("草稿")
        checker = self.browser("jtj-checker")
        checker.go(f"/filing?q={QUARTER}")
        checker.type("[data-test=comment]", "6 月下旬开工")
        checker.sees("尚未核查")  # a draft has no list of exceptions yet: it must not say that there are none
        checker.picture("filing")
        checker.click("[data-test=check]")
        checker.click("[data-test=yes]")
        checker.click("[data-test=submit]")
        checker.click("[data-test=yes]")
        checker.wait(lambda: checker.one("[data-test=state]").text == "已报送", what="filed")
        maker.wait(lambda: maker.one("[data-test=state]").text == "已报送", what="the maker is told")
        self.assertEqual([], maker.errors() + checker.errors())

    def test_2_a_bureau_reads_its_project(self):
        """Every figure has a way to its rows: from the list to the project, its gates, its sheets."""
        bureau = self.browser("jtj-reader")
        bureau.go("/projects?field=TRANSPORT")
        bureau.sees("1 个在施工")
        bureau.picture("projects")
        bureau.go(f"/project/{self.code}")
        bureau.sees("完工预测")
        bureau.wait(lambda: bureau.one("svg.picture rect"), what="the money bar")
        bureau.picture("project")
        for tab, text in (("任务与清单", "重推清单"), ("报酬", "2026-06"), ("培训", "安全"), ("日志", "StartProject"), ("资金", "中央预算内投资")):
            bureau.click_text(tab)
            bureau.sees(text)
        self.assertIn("tab=funds", bureau.driver.current_url)
        self.assertEqual([], bureau.errors())

    def test_3_a_contractor_reads_attendance_and_sheet(self):
        """R079: the month as a grid with its seal; the sheet with its steps. No number of a person in full."""
        contractor = self.browser("contractor")
        contractor.go(f"/attendance?project={self.code}&month=2026-06")
        contractor.sees("3 人，30 工日")
        contractor.sees("已封存")
        contractor.picture("attendance")
        contractor.go(f"/sheet/{self.code}/{self.sheet}")
        contractor.sees("6,000.00")
        self.assertRegex(contractor.text(), r"\*{4,}[\dX]")
        self.assertNotRegex(contractor.text(), r"\b\d{17}[\dX]\b")
        contractor.picture("sheet")
        self.assertEqual([], contractor.errors())

    def test_4_an_owner_approves_and_a_stranger_sees_nothing(self):
        """R127: only the owner's checker approves; what a unit has nothing to do with is not shown to it."""
        code, sheet, numbers = self.world.sheet(month="2026-07")
        path.confirm_sheet(self.world, code, sheet, sorted(numbers))
        stranger = self.browser("stranger")
        stranger.go("/projects")
        stranger.sees("没有符合筛选的项目")
        stranger.go(f"/sheet/{code}/{sheet}")
        stranger.sees("未办理")
        self.assertNotIn("6,000.00", stranger.text())
        stranger.picture("stranger")
        contractor = self.browser("contractor-2")
        contractor.go(f"/sheet/{code}/{sheet}")
        contractor.sees("发放表")
        self.assertEqual([], contractor.all("[data-do='payroll.ApproveSheet']"))
        owner = self.browser("owner")
        owner.go(f"/desk?q={QUARTER}")
        owner.click_text("待审定", "a")
        owner.do("payroll.ApproveSheet", sure=True)
        owner.wait(lambda: owner.one("[data-test=state]").text == "业主审定", what="approved")
        owner.picture("sheet-approved")
        self.assertEqual([], owner.errors() + stranger.errors())

    def test_5_small_screen_labels_and_weight(self):
        """360 px without sideways scrolling of the page; every field has a name; the first page is under 300 kB."""
        phone = self.browser("phone", size=(500, 800))
        phone.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})
        for address, text in (("/desk", "等我办理"), (f"/quarter?q={QUARTER}", "家应报"), ("/projects", "示例以工代赈项目"), (f"/project/{self.code}", "完工预测"),
                              (f"/sheet/{self.code}/{self.sheet}", "发放表"), (f"/attendance?project={self.code}&month=2026-06", "工日"),
                              (f"/matrix?q={QUARTER}", "齐全"), ("/arrears", "拖欠"), ("/forecasts", "个项目"), ("/findings", "个问题"), ("/complaints", "件投诉"),
                              (f"/slips/{self.code}/{self.sheet}", "查询码")):
            phone.go(address)
            phone.sees(text)
            wide = phone.driver.execute_script("return document.documentElement.scrollWidth")
            self.assertLessEqual(wide, 360, address)
            unnamed = phone.driver.execute_script("""return [...document.querySelectorAll("input,select,textarea,button,a,th,svg")].filter((one) =>
                !(one.getAttribute("aria-label") || (one.labels && one.labels.length) || one.textContent.trim() || one.title)).map((one) => one.outerHTML)""")
            self.assertEqual([], unnamed, address)
        phone.picture("phone", whole=False)
        phone.driver.execute_cdp_cmd("Network.enable", {})
        phone.driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        phone.go("/desk")
        phone.sees("等我办理")
        phone.driver.refresh()
        phone.sees("等我办理")
        weight = phone.driver.execute_script("""return performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
            .reduce((sum, one) => sum + one.transferSize, 0)""")
        self.assertLess(weight, 300_000)
        self.assertGreater(weight, 20_000)  # the files themselves, not their answers from a cache
        print(f"the first page weighs {weight:,} bytes")
        web = pathlib.Path(__file__).resolve().parents[2] / "services/gateway/web/console"
        named = set(re.findall(r'modulepreload" href="{assets}/console/(.+?)"', (web / "index.html").read_text()))
        self.assertEqual({str(file.relative_to(web)) for file in web.rglob("*.js")} - {"main.js"}, named)  # none is found only by reading another
        self.assertEqual([], phone.errors())
