"""Each role's rooms: those of its own tasks are offered, the others are not, by address either; and the node refuses anyway."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.browser import Browser, invite  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.world import BUREAU_UNIT, OFFICE_UNIT  # noqa: E402

QUARTER = "2026Q2"
EVERYBODY = {"/desk", "/projects"}
SITE = EVERYBODY | {"/attendance", "/sheets"}
CHECKS = {"/arrears", "/findings", "/complaints", "/forecasts"}
REPORTS = {"/quarter", "/matrix", "/circular"}
ROOMS = {  # account: (unit, duty, relation, rooms)
    "contractor": ("contractor-1", "MAKER", "CONTRACTOR", SITE | {"/import"}),
    "contractor-checker": ("contractor-1", "CHECKER", "CONTRACTOR", SITE),
    "owner": ("owner-1", "MAKER", "OWNER", SITE | {"/import", "/arrears"}),
    "supervisor": ("supervisor-1", "CHECKER", "SUPERVISOR", SITE),
    "township": ("township-1", "MAKER", "TOWNSHIP", SITE | {"/import", "/ranking"}),
    "bank": ("bank-1", "MAKER", "BANK", EVERYBODY),
    "bureau": (BUREAU_UNIT, "MAKER", "BUREAU", SITE | CHECKS | REPORTS | {"/import", "/ranking", "/filing", "/consolidated"}),
    "hr": ("140214-rsj", "MAKER", "HR", SITE | CHECKS | REPORTS | {"/import"}),
    "audit": ("audit-1", "VIEWER", "AUDIT", SITE | CHECKS | REPORTS | {"/ranking", "/consolidated", "/annual"}),
    "office": (OFFICE_UNIT, "CHECKER", "OFFICE", SITE | CHECKS | REPORTS | {"/ranking", "/filing", "/consolidated", "/annual"}),
}
ALL = set().union(*(row[3] for row in ROOMS.values()))
# What the node says to those of whom a room is not: refused, or nothing of others.
READS = {"/consolidated": ("gateway.GetConsolidatedReport", {"quarter": QUARTER}), "/annual": ("gateway.GetAnnualReport", {"reportYear": 2026}),
         "/ranking": ("evaluation.ListAssessments", {}), "/quarter": ("gateway.GetCompleteness", {"quarter": QUARTER}), "/matrix": ("gateway.GetCompletenessMatrix", {"quarter": QUARTER}),
         "/findings": ("evaluation.ListFindings", {}), "/complaints": ("evaluation.ListComplaints", {}), "/arrears": ("payroll.ListDelays", {}),
         "/forecasts": ("evaluation.ListForecasts", {}), "/sheets": ("payroll.ListSheets", {}), "/attendance": ("workforce.ListAttendance", {"month": "2026-06"})}
CALL = """const [method, request, done] = arguments; import(document.querySelector("script[type=module]").src.replace("main.js", "api.js")).then((api) =>
    api.call(method, request).then((answer) => done([200, answer]), (problem) => done([problem.status, problem.reason])))"""


class RolesTest(ServiceCase):
    at = "2026-07-01 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, house = cls.world, cls.house
        cls.code = world.project()
        cls.other = world.draft(code="2605-140214-04-01-900000")  # of the same bureau; the bank and a stranger have nothing to do with either
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        house.settle()
        cls.codes = {account: invite(house, account, *row[:3]) for account, row in ROOMS.items()}
        cls.browser = Browser(house.node.port("http"))
        cls.addClassCleanup(cls.browser.close)

    def offered(self):
        """All rooms that the head lines lead to."""
        browser, found = self.browser, set()
        hrefs = """return [...document.querySelectorAll("header nav a, nav.sub a")].map((one) => one.getAttribute("href").slice(2).split("?")[0])"""
        groups = browser.driver.execute_script("""return [...document.querySelectorAll("header nav a")].map((one) => one.getAttribute("href").slice(2).split("?")[0])""")
        for path in groups:
            browser.go(path)
            browser.wait(lambda path=path: browser.driver.execute_script("""return document.querySelector("header nav a[aria-current=page]").getAttribute("href").slice(2).split("?")[0]""") == path,
                         what=path)
            found |= set(browser.driver.execute_script(hrefs))
        return found

    def test_rooms_by_role(self):
        """R127: a contractor, an owner, a township have the rooms of their tasks only; an address typed in shows nothing; the API refuses or gives nothing."""
        browser = self.browser
        for account, (_, _, _, rooms) in ROOMS.items():
            with self.subTest(account=account):
                browser.set_first_password(account, self.codes[account])
                browser.one("[data-test=who]")
                self.assertEqual(rooms, self.offered())
                closed = sorted(ALL - rooms)
                for path in closed[:2]:
                    browser.go(path)
                    browser.sees("此栏目不在您的职责内")
                for path in closed:
                    if path not in READS:
                        continue
                    method, request = READS[path]
                    status, answer = browser.driver.execute_async_script(CALL, method, {**request, **({"projectCode": self.code} if path == "/attendance" else {})})
                    with self.subTest(path=path):
                        if status == 200:  # a list of what is his own, which is none of this
                            self.assertEqual([], [row for row in answer.get("units", []) + answer.get("rows", []) if row.get("unitId") not in (None, ROOMS[account][0])
                                                  or (account == "bank" and row.get("projectCode"))], (path, answer))
                        else:
                            self.assertEqual(403, status, (path, answer))
                self.assertEqual([], browser.errors())
                browser.click_text("退出登录")
                browser.one("[name=password]")
