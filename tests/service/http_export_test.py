"""Workbooks by HTTP: the same files that the command makes, in the name of who is logged in, and of nothing that he may not see."""
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people  # noqa: E402
from lib.files import FilesCase  # noqa: E402
from lib.web import PASSWORD, Browser, await_service, invite  # noqa: E402

MONTH, QUARTER = "2026-06", "2026Q2"
BUREAU = "140214-jtj"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACCOUNTS = {"contractor": ("contractor-1", "VIEWER", "CONTRACTOR"), "stranger": ("contractor-2", "CHECKER", "CONTRACTOR"), "bureau": (BUREAU, "MAKER", "BUREAU"),
            "office": ("140214-office", "VIEWER", "OFFICE"), "bank": ("bank-1", "MAKER", "BANK")}


def table(data):
    """The rows of all its sheets, as a reader of Debian's takes them."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        pathlib.Path(file.name).write_bytes(data)
        return subprocess.run(["xlsx2csv", "--all", file.name], capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


class ExportTest(FilesCase):
    at = "2026-06-30 08:00"
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("contractor", "bureau", "office")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code = world.project(track="ZHONGTUI", field="TRANSPORT")
        path.list_project(world, cls.code, 2026, "ZHONGTUI", "DISTRICT", 60)
        world.sheet(cls.code)
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": cls.code, "comment_note": "7月支付"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        world.office_checker.ok("gateway.AcceptReport", {"report_code": report})
        world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        cls.browsers = {}
        for account, row in ACCOUNTS.items():
            code = invite(lambda request: cls.house.operator.ok("gateway.AddAccount", request), cls.house.node.now_us(), account, *row)
            browser = cls.browsers[account] = Browser(cls.house.node.port("http"))
            cls.addClassCleanup(browser.connection.close)
            browser.send("POST", "/v1/password", {"account": account, "invitation": code, "newPassword": PASSWORD})
            browser.log_in(account)
            await_service(browser)

    def ordered(self, account, book, csrf=True, **about):
        return self.browsers[account].send("POST", f"/v1/export/{book}?{urllib.parse.urlencode(about)}", b"", csrf=csrf)

    def export(self, account, book, **about):
        """The file's answer, or the refusal."""
        answer = self.ordered(account, book, **about)
        if answer.status != 202:
            return answer
        deadline = time.monotonic() + 120
        while True:
            file = self.browsers[account].send("GET", "/v1/export/" + answer.json["export"])
            if file.status != 200 or file.headers["Content-Type"] == BOOK:
                self.last = answer.json["export"]
                return file
            self.assertEqual({"state": "RUNNING"}, file.json)
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def assert_same_as_the_command(self, account, words, book, **about):
        file, place = self.export(account, book, **about), self.folder / "by-command.xlsx"
        self.assertEqual((200, "no-store", "attachment"), (file.status, file.headers["Cache-Control"], file.headers["Content-Disposition"]), file.text[:500])
        self.good(*words, "-o", place, who=account)
        rows = table(file.text)
        self.assertEqual(table(place.read_bytes()), rows)
        return rows

    def test_1_ledgers_of_a_project_are_those_of_the_command(self):
        """R084 R085: roster, attendance, training, wages, posts: equal cell by cell; one who only looks may have them; no number of anybody in clear."""
        for book, about in (("roster", {}), ("attendance", {"month": MONTH}), ("training", {}), ("wages", {"month": MONTH}), ("posts", {}), ("sign", {})):
            with self.subTest(book=book):
                month = ["--month", MONTH] if about else []
                rows = self.assert_same_as_the_command("contractor", ["export", book, "--project", self.code, *month], book, project_code=self.code, **about)
                text = "\n".join(rows)
                self.assertEqual([], [number for index in (1, 2, 3) for number in (people.id_number(index), people.card(index)) if number in text])
                if book in ("roster", "wages"):
                    self.assertEqual([True] * 3, [f"**************{people.id_number(index)[-4:]}" in text for index in (1, 2, 3)], text)  # masked, not missing
                if book == "wages":
                    self.assertEqual(3, sum(",10,,,日,200,2000,0,2000," in row for row in rows), text)

    def test_2_forms_and_the_report_are_those_of_the_command(self):
        """R190 R192: the month's forms, a unit's report and the consolidated one."""
        for account, book, words, about in (
                ("bureau", "district", ["export", "district", "--month", MONTH], {"month": MONTH}),
                ("bureau", "progress", ["export", "progress", "--month", MONTH], {"month": MONTH}),
                ("bureau", "report", ["report", "export", "--quarter", QUARTER, "--unit", BUREAU], {"quarter": QUARTER, "unit_id": BUREAU}),
                ("office", "report", ["report", "export", "--quarter", QUARTER], {"quarter": QUARTER})):
            with self.subTest(book=book, about=about):
                self.assertGreater(len(self.assert_same_as_the_command(account, words, book, **about)), 3)

    def test_3_the_rights_are_the_callers(self):
        """R127: of another's project nothing; a bank has no roster; another's file is nobody else's; a file is fetched once."""
        for account, book, about in (("stranger", "roster", {}), ("stranger", "wages", {"month": MONTH}), ("bank", "roster", {}), ("stranger", "attendance", {"month": MONTH})):
            refused = self.export(account, book, project_code=self.code, **about)
            self.assertIn(refused.status, (403, 422), (account, book, refused.text[:300]))
            self.assertEqual("EXPORT_FAILED", refused.json["reason"])
            self.assertTrue(refused.json["detail"].strip())
            self.assertNotIn(people.name(1), refused.text.decode())
        self.assertEqual(403, self.export("stranger", "report", quarter=QUARTER).status)  # the whole district's figures
        mine = self.ordered("contractor", "roster", project_code=self.code).json["export"]
        self.assertEqual(404, self.browsers["stranger"].send("GET", "/v1/export/" + mine).status)
        self.assertEqual(404, self.browsers["contractor"].send("GET", "/v1/ledger/" + mine).status)
        deadline = time.monotonic() + 120
        while self.browsers["contractor"].send("GET", "/v1/export/" + mine).json and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(404, self.browsers["contractor"].send("GET", "/v1/export/" + mine).status)

    def test_4_the_door(self):
        """No session, no token of the page, no such book, no project; words of the address never become flags."""
        self.assertEqual(401, Browser(self.house.node.port("http")).send("POST", f"/v1/export/roster?project_code={self.code}", b"").status)
        self.assertEqual(403, self.ordered("contractor", "roster", csrf=False, project_code=self.code).status)
        self.assertEqual(404, self.ordered("contractor", "passwd", project_code=self.code).status)
        self.assertEqual(400, self.ordered("contractor", "roster").status)
        self.assertEqual(400, self.ordered("contractor", "wages", project_code=self.code).status)
        self.assertEqual(400, self.ordered("contractor", "roster", project_code="x" * 700).status)
        for bad in ("--reveal=x", "-o/dev/null", self.code + "\n--reveal=x", "../../etc/passwd"):
            self.assertGreaterEqual(self.export("contractor", "roster", project_code=bad).status, 400, bad)
        token = self.browsers["contractor"].send("POST", "/v1/token", {"tokenName": "p", "methods": "registry.GetProject", "days": 1}).json["secret"]
        program = Browser(self.house.node.port("http"))
        self.assertEqual(403, program.send("POST", f"/v1/export/roster?project_code={self.code}", b"", {"Authorization": "Bearer " + token}).status)

    def test_5_onto_standard_output(self):
        """The dash with an ending: the workbook goes through a pipe, and nothing else is said there."""
        done = subprocess.run(self.command("export", "roster", "--project", self.code, "-o", "-.xlsx", who="contractor"), capture_output=True, check=True, timeout=120)
        place = self.folder / "piped.xlsx"
        place.write_bytes(done.stdout)
        self.assertIsNone(zipfile.ZipFile(place).testzip())
        self.good("export", "roster", "--project", self.code, "-o", self.folder / "file.xlsx")
        self.assertEqual(table((self.folder / "file.xlsx").read_bytes()), table(done.stdout))
