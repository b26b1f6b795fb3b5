"""The notice board on a telephone, in a real browser with scripts switched off: read, complain, ask, see one's own pay. Screenshots under var/browser."""
import base64
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.browser import PICTURES, Browser  # noqa: E402
from lib.notice import NoticeCase  # noqa: E402

WIDTH = 360


class Phone(Browser):
    """A telephone of 360 px whose browser runs no script."""

    def __init__(self, port):
        super().__init__(port, (500, 800))
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": WIDTH, "height": 740, "deviceScaleFactor": 2, "mobile": True})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

    def picture(self, name, whole=True):
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole})
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def page_width(self):
        return self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"]


class NoticeTest(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.sheet, cls.numbers = cls.posted(6)
        path.publish_notice(cls.world, cls.code, "CONSTRUCTION", "2026-06-30", notice_code="GG-3", notice_title="7月用工公告",
                            notice_text="招小工20人，日工资200元，优先吸纳本村村民。\n报名：村委会。")
        cls.slip = cls.world.owner.ok("payroll.GetPayslip", {"project_code": cls.code, "sheet_code": cls.sheet, "worker_number": cls.numbers[0]})["slip_code"]
        cls.house.settle()

    def browser(self, kind=Phone):
        browser = kind(self.house.node.port("http"))
        self.addCleanup(browser.close)
        return browser

    def fits(self, browser):
        """Nothing is wider than the telephone, and what is tapped is large enough for a thumb."""
        self.assertLessEqual(browser.page_width(), WIDTH)
        for one in browser.all("button, .button, input:not([type=hidden]), select"):
            self.assertGreaterEqual(one.size["height"], 40, one.get_attribute("outerHTML"))

    def test_from_the_printed_code_to_an_answer(self):
        """R171 R174: the board, its table, a complaint with its code, and the code's answer; without a script."""
        browser = self.browser()
        browser.open(f"/notice/b/{self.code}/{self.key(self.code)}")
        browser.sees("维权信息告示牌")
        self.fits(browser)
        browser.picture("notice-board")
        browser.click_text("看明细", "a")
        browser.sees("末四位")
        self.fits(browser)
        self.assertEqual(6, len(browser.all("tr")) - 1)
        browser.picture("notice-sheet")
        browser.click_text("在此反映", "a")
        browser.sees("可以匿名")
        self.fits(browser)
        browser.picture("notice-complain")
        browser.type("[name=note]", "6月工资少记了两天")
        browser.type("[name=phone]", "13900000001")
        browser.click_text("提交")
        browser.sees("留电话的，请同时填姓名")
        browser.picture("notice-complain-again")
        browser.type("[name=name]", "李四")
        browser.click_text("提交")
        browser.sees("请记下查询码")
        code = browser.one(".code").text
        browser.picture("notice-complained")
        browser.click_text("凭码查询", "a")
        browser.type("[name=code]", code.lower())
        browser.click_text("查询")
        browser.sees("已受理，待答复")
        browser.picture("notice-progress")
        self.assertEqual([], browser.errors())

    def test_a_worker_and_a_reader_of_english(self):
        """R171; Reg. 724 art. 15: from the list to the project, in both languages; one's own pay by the code on the slip."""
        browser = self.browser()
        browser.open("/notice/")
        browser.sees("示例以工代赈项目1")
        self.fits(browser)
        browser.picture("notice-list")
        browser.click_text("示例以工代赈项目1", "a")
        browser.sees("7月用工公告")
        self.assertEqual([], browser.all("table"))
        browser.click_text("English", "a")
        browser.sees("Where to complain and get help")
        self.fits(browser)
        browser.picture("notice-english")
        browser.click_text("My pay", "a")
        browser.type("[name=code]", "0" * 20)
        browser.click_text("Ask")
        browser.sees("There is nothing under this code")
        browser.type("[name=code]", self.slip)
        browser.click_text("Ask")
        browser.sees("2,000.00")
        self.fits(browser)
        browser.picture("notice-slip")
        self.assertEqual([], browser.errors())

    def test_the_board_on_paper(self):
        """R171 R172: one sheet of A4 with the rights board and the code."""
        browser = self.browser(Browser)
        browser.open("/notice/")
        name, value = self.office_cookie().split("=")
        browser.driver.add_cookie({"name": name, "value": value, "path": "/"})
        browser.open(f"/notice/print/{self.code}")
        browser.sees("维权信息告示牌")
        browser.picture("notice-print")
        pdf = browser.paper("notice-print")
        self.assertEqual(1, len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)))
        self.assertEqual([], browser.errors())
