"""Ledgers uploaded over HTTP: read by a bounded process, in the name of who uploads; each wrong cell named; nothing doubles."""
import pathlib
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, people, workbook  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.web import PASSWORD, Browser, await_service, invite  # noqa: E402

from service.cli_ledger_test import HEADS  # noqa: E402


class UploadTest(ServiceCase):
    services = ("registry", "workforce", "payroll", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.accounts = {account: invite(lambda request: cls.house.operator.ok("gateway.AddAccount", request), cls.house.node.now_us(), account, *row)
                        for account, row in {"contractor": ("contractor-1", "MAKER", "CONTRACTOR"), "checker": ("contractor-1", "CHECKER", "CONTRACTOR"),
                                             "stranger": ("contractor-2", "MAKER", "CONTRACTOR")}.items()}
        cls.browsers = {}

    def browser(self, account):
        if account not in self.browsers:
            browser = self.browsers[account] = Browser(self.house.node.port("http"))
            self.addClassCleanup(browser.connection.close)
            browser.send("POST", "/v1/password", {"account": account, "invitation": self.accounts[account], "newPassword": PASSWORD})
            self.assertEqual(200, browser.log_in(account).status)
            await_service(browser)
        return self.browsers[account]

    def book(self, rows):
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            workbook.write(file.name, {"花名册": rows})
            return pathlib.Path(file.name).read_bytes()

    def roster(self, *indexes, **cells):
        def line(index):
            row = dict(zip(HEADS, [index, people.name(index), people.id_number(index), people.phone(index), "140214002", "农村劳动力", "", "", "小工", "土方开挖",
                                   "普工", f"HY-{index}", "2026-06-20", "2026-12-31", 180.5, "日", "按月", "是", "示例银行", people.card(index)]))
            return list({**row, **cells}.values())
        return [["花名册"], [f"项目代码：{self.code}"], HEADS, *(line(index) for index in indexes)]

    def upload(self, account, ledger, data, query="", language="zh", **options):
        browser = self.browser(account)
        answer = browser.send("POST", f"/v1/ledger/{ledger}{query}", data, {"Content-Type": "application/octet-stream", "Accept-Language": language}, **options)
        if answer.status != 202:
            return answer
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            progress = browser.send("GET", f"/v1/ledger/{answer.json['upload']}").json
            if progress["state"] == "DONE":
                self.last = answer.json["upload"]
                return progress
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def agreements(self):
        return self.contractor.rows("workforce.ListAgreements", {"project_code": self.code})

    def test_1_tried_then_taken_then_unchanged(self):
        """R084: the trial keeps nothing; the import takes all; the same file again changes nothing."""
        data = self.book(self.roster(7001, 7002, 7003))
        tried = self.upload("contractor", "roster", data, "?dry_run=1")
        self.assertEqual((0, [], True), (tried["exit"], tried["faults"], tried["done"]["tried"]), tried)
        self.assertEqual([], self.agreements())
        taken = self.upload("contractor", "roster", data)
        self.assertEqual((0, 3, False), (taken["exit"], taken["done"]["rows"], taken["done"]["tried"]), taken)
        self.assertEqual(["HY-7001", "HY-7002", "HY-7003"], [row["agreement_code"] for row in self.agreements()])
        again = self.upload("contractor", "roster", data)
        self.assertEqual((3, 0, 0), (again["done"]["unchanged"], again["done"]["sent"], again["done"]["refused"]), again)
        self.assertEqual(404, self.browser("stranger").send("GET", f"/v1/ledger/{self.last}").status)  # another's import is nobody else's

    def test_2_each_wrong_cell_is_named(self):
        """Sheet, cell, head, value and why; several at once; in English when asked."""
        rows = self.roster(7101, 7102)
        rows[3][12], rows[4][14] = "2026-02-30", "#REF!"
        bad = self.upload("contractor", "roster", self.book(rows), "?dry_run=1")
        self.assertEqual(65, bad["exit"])
        self.assertEqual([("花名册", "M4", "协议起始日期", "2026-02-30"), ("花名册", "O5", "报酬标准", "#REF!")],
                         [(fault["sheet"], fault["cell"], fault["head"], fault["value"]) for fault in bad["faults"]], bad)
        self.assertIn("日期写法不对", bad["faults"][0]["why"])
        self.assertRegex(self.upload("contractor", "roster", self.book(rows), language="en")["faults"][0]["why"], "[a-z]{4}")

    def test_3_the_rights_are_the_uploaders(self):
        """R127: a checker may not enter, a stranger sees nothing of the project; what the service refuses is told with its rule."""
        data = self.book(self.roster(7201))
        before = len(self.agreements())
        refused = self.upload("checker", "roster", data)
        self.assertEqual(77, refused["exit"], refused)
        self.assertEqual("WRONG_DUTY", refused["faults"][0]["rule"])
        strange = self.upload("stranger", "roster", data)
        self.assertNotEqual(0, strange["exit"])
        self.assertTrue(any("NOT_YOURS" in note or "PERMISSION" in note for note in strange["notes"]) or strange["faults"], strange)
        self.assertEqual(before, len(self.agreements()))

    def test_4_the_door(self):
        """No session, no token of the page, no such ledger, nothing in the file, what is no workbook at all."""
        data = self.book(self.roster(7301))
        self.assertEqual(401, Browser(self.house.node.port("http")).send("POST", "/v1/ledger/roster", data).status)
        self.assertEqual(403, self.upload("contractor", "roster", data, csrf=False).status)
        self.assertEqual(404, self.upload("contractor", "passwd", data).status)
        self.assertEqual(400, self.upload("contractor", "roster", b"").status)
        self.assertEqual(400, self.upload("contractor", "roster", data, "?project_code=" + "x" * 200).status)
        for broken in (b"PK\x03\x04" + b"\0" * 500, b"\xd0\xcf\x11\xe0" + b"\0" * 500, b"a,b\n1,2\n", b"\x00\xff\xfe" * 200):
            self.assertNotEqual(0, self.upload("contractor", "roster", broken)["exit"], broken[:4])
        hidden = self.upload("contractor", "roster", data, "?project_code=--node&month=%2Fetc")  # words of the address never become flags
        self.assertNotEqual(0, hidden["exit"])

    def test_5_a_bomb_ends_within_bounds(self):
        """A workbook that unpacks to far more than it weighs is given up, and the gateway goes on."""
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            workbook.write(file.name, {"花名册": [["x"]]})
            with zipfile.ZipFile(file.name, "a", zipfile.ZIP_DEFLATED) as book:
                book.writestr("xl/sharedStrings.xml", "<sst>" + "<si><t>" + " " * 200_000_000 + "</t></si></sst>")
            bomb = self.upload("contractor", "roster", pathlib.Path(file.name).read_bytes())
        self.assertNotEqual(0, bomb["exit"])
        self.assertEqual(200, self.browser("contractor").call("registry.ListUnits").status)

    def test_6_the_code_on_paper(self):
        """A QR code for whoever has a session; nobody else, nothing too long, and no text of the address becomes markup."""
        browser = self.browser("contractor")
        answer = browser.send("GET", "/paper.svg?text=http%3A%2F%2Fa%2F%3Csvg%20onload%3D1%3E")
        self.assertEqual((200, "image/svg+xml"), (answer.status, answer.headers["Content-Type"]))
        self.assertNotIn(b"onload", answer.text)
        self.assertIn(b"<path", answer.text)
        self.assertEqual(400, browser.send("GET", "/paper.svg?text=" + "x" * 301).status)
        self.assertEqual(400, browser.send("GET", "/paper.svg").status)
        self.assertEqual(401, Browser(self.house.node.port("http")).send("GET", "/paper.svg?text=x").status)
