"""WalkCase: accounts of all who walk a quarter in the browser, each with a browser of its own."""
import pathlib
import subprocess
import tempfile

from . import workbook
from .browser import Browser, invite
from .house import ServiceCase
from .world import BUREAU_UNIT, OFFICE_UNIT

ACCOUNTS = {"office": (OFFICE_UNIT, "CHECKER", "OFFICE"), "jtj-maker": (BUREAU_UNIT, "MAKER", "BUREAU"), "jtj-checker": (BUREAU_UNIT, "CHECKER", "BUREAU"),
            "owner-maker": ("owner-1", "MAKER", "OWNER"), "owner-checker": ("owner-1", "CHECKER", "OWNER"),
            "contractor-maker": ("contractor-1", "MAKER", "CONTRACTOR"), "contractor-checker": ("contractor-1", "CHECKER", "CONTRACTOR"),
            "supervisor": ("supervisor-1", "CHECKER", "SUPERVISOR"), "township-maker": ("township-1", "MAKER", "TOWNSHIP")}


def table(data):
    """The rows of a workbook, as a reader of Debian's takes them."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        pathlib.Path(file.name).write_bytes(data)
        return subprocess.run(["xlsx2csv", file.name], capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


class WalkCase(ServiceCase):
    at = "2026-07-01 08:00"
    settings = {"gateway.notices": "on", "gateway.notice_url": "http://board.example"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.codes = {name: invite(cls.house, name, *row) for name, row in ACCOUNTS.items()}
        cls.browsers = {}
        cls.addClassCleanup(lambda: [browser.close() for browser in cls.browsers.values()])

    def as_(self, account, address):
        """The account's browser, opened on first mention, at that address."""
        if account not in self.browsers:
            self.browsers[account] = Browser(self.house.node.port("http"))
            self.browsers[account].set_first_password(account, self.codes[account])
            self.browsers[account].one("[data-test=who]")
        browser = self.browsers[account]
        browser.driver.get(browser.root + "/console/#!" + address)
        browser.driver.refresh()
        browser.wait(lambda: browser.all("[data-test=who], [name=password]"), what="the page")
        if browser.all("[name=password]"):  # the days that went by ended the session
            browser.log_in(account)
        return browser

    def upload(self, browser, kind, rows, head="台账", dry_only=False):
        """Drops a workbook into the room of imports, tries it, takes it."""
        browser.one("[data-test=file]")
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            workbook.write(file.name, {head: rows})
            browser.one("[data-test=file]").send_keys(file.name)
            browser.click("[data-test=try]")
            browser.one("[data-test=tried], [data-test=refused]")
            if dry_only or browser.all("[data-test=refused]"):
                return
            browser.picture(f"import-{kind}")
            browser.click("[data-test=take]")
            browser.click("[data-test=yes]")
            browser.one("[data-test=taken], [data-test=refused]")

    def tearDown(self):
        self.assertEqual([], [error for browser in self.browsers.values() for error in browser.errors()])
