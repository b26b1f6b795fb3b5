"""A report as a file in every kind, signed and verified; the filed print; the yearly report printed; a figure's rows at the command line."""
import csv
import json
import subprocess

from lib import path, workbook
from lib.files import FINDINGS, NO_INPUT, REFUSED, USAGE, FilesCase

QUARTER = "2026Q2"
BUREAU = "140214-jtj"


class ReportFilesTest(FilesCase):
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("bureau", "office", "contractor", "upper")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code = world.project(track="SPECIAL_FUND", project_name="=示例村道路")
        world.attended(cls.code, world.placed(cls.code, 2), "2026-06", range(20, 25))
        path.seal_month(world, cls.code, "2026-06")
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": cls.code, "comment_note": "7月支付"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        world.office_checker.ok("gateway.AcceptReport", {"report_code": report})
        world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        world.office.ok("gateway.DraftYearReport", {"report_year": 2026})

    def export(self, name, *words, who="office"):
        place = self.folder / name
        self.good("report", "export", "--quarter", QUARTER, *words, "-o", place, who=who)
        return place

    def test_1_json_and_csv(self):
        "R192 R022: the message as JSON; every field of every line as CSV, money in yuan, nothing taken for a formula"
        whole = json.loads(self.export("汇总.json").read_text())
        self.assertEqual((whole["quarter"], whole["summary"]["absorbedCount"]), (QUARTER, 2))
        own = json.loads(self.export("单位.json", "--unit", BUREAU).read_text())
        self.assertEqual((own["unitId"], own["reportState"]), (BUREAU, "ACCEPTED"))
        for place in (self.export("汇总.csv"), self.export("单位.csv", "--unit", BUREAU)):
            with open(place, encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(len(rows), 1)
            self.assertIn("'=示例村道路", rows[0].values())
            self.assertIn("4000000.00", rows[0].values())
            self.assertIn(self.code, rows[0].values())

    def test_1b_a_kind_alone_is_named_by_the_quarter(self):
        "R022: -o csv writes 2026Q2.csv into the directory it was called in"
        done = subprocess.run(self.command("report", "export", "--quarter", QUARTER, "--unit", BUREAU, "-o", "csv", who="office"), cwd=self.folder, check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.code, (self.folder / f"{QUARTER}-{BUREAU}.csv").read_text())

    def test_2_workbook_of_one_unit(self):
        "R192: the unit's own report in the same workbook"
        sheets = workbook.read(self.export("单位.xlsx", "--unit", BUREAU, who="bureau"))
        self.assertEqual(sheets["分单位"]["A4"], "区交通局")
        self.assertIn(self.code, sheets["项目明细"].values())

    def test_3_signed_and_verified(self):
        "R022: the message itself under the node's signature; another key or one changed byte is found"
        place = self.export("季报.signed", "--unit", BUREAU)
        self.assertIn("签名有效 (Report)", self.good("report", "read", place, who="office"))
        self.assertEqual(json.loads(self.good("report", "read", place, "-o", "json", who="office"))["unitId"], BUREAU)
        spoilt = self.folder / "改动.signed"
        content = place.read_bytes()
        at = content.index(BUREAU.encode())
        spoilt.write_bytes(content[:at] + b"140214-swj" + content[at + 10:])
        self.bad("report", "read", spoilt, code=FINDINGS, who="office")
        other = self.folder / "别人.pub"
        other.write_text((self.house.node.directory / "keys/sign.key.pub").read_text()[:10] + "0" * 120 + "\n")
        self.assertNotEqual(self.cli("report", "read", place, "--signer", other, who="office")[0], 0)
        self.bad("report", "read", place, "--signer", self.folder / "没有.pub", code=NO_INPUT, who="office")
        self.bad("report", "read", code=USAGE, who="office")

    def test_4_printed_as_filed(self):
        "R192: title, unit of money, tables and the line for those who sign"
        out = self.good("report", "--quarter", QUARTER, who="office")
        self.assertTrue(out.startswith("2026年第2季度以工代赈工作进展情况\n"), out[:200])
        self.assertIn("金额单位: 万元", out)
        self.assertTrue(out.endswith("填报人：　　　　　　　　审核人：　　　　　　　　日期：　　　　年　　月　　日\n"))

    def test_5_the_year(self):
        "R189: printed, and as text, JSON and signed file; only for those who may read it"
        text = self.good("report", "year", "--year", "2026", who="upper")
        self.assertTrue(text.startswith("关于2026年以工代赈工作情况的专题报告\n"))
        for name in ("年度.txt", "年度.json", "年度.signed"):
            self.good("report", "year", "--year", "2026", "-o", self.folder / name, who="office")
        self.assertEqual((self.folder / "年度.txt").read_text(), text)
        self.assertEqual(json.loads((self.folder / "年度.json").read_text())["reportText"], text)
        self.assertIn("YearReport", self.good("report", "read", self.folder / "年度.signed", who="office"))
        self.bad("report", "year", "--year", "2025", code=REFUSED, who="office")
        self.bad("report", "year", code=USAGE, who="office")
        self.assertNotEqual(self.cli("report", "year", "--year", "2026", who="contractor")[0], 0)

    def test_6_rows_of_a_figure(self):
        "R192: the lines, their sum, and the call that lists the ledger rows"
        out = self.good("report", "rows", "--figure", "day_hundredths", "--by", "FIELD=TRANSPORT", who="office")
        for words in (self.code, "10.00", "workforce.ListAttendance", "2026-04", "汇总数 10.00, 各行之和 10.00, 重复计入 0.00"):
            self.assertIn(words, out)
        self.bad("report", "rows", code=USAGE, who="office")
        self.bad("report", "rows", "--figure", "day_hundredths", "--by", "FIELD", code=USAGE, who="office")
        self.assertNotEqual(self.cli("report", "rows", "--figure", "per_head_fen", who="office")[0], 0)

    def test_7_asked_wrongly(self):
        "R192: the ending says the kind of file"
        for words in (("-o", self.folder / "a.pdf"), ()):
            self.bad("report", "export", "--quarter", QUARTER, *words, code=USAGE, who="office")
        self.bad("report", "export", "--quarter", QUARTER, "--unit", "140214-swj", "-o", self.folder / "a.json", code=REFUSED, who="office")
