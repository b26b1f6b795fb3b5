"""The consolidated quarter as a workbook: read back, every figure is what the report says."""
import re

from lib import path, workbook
from lib.files import REFUSED, USAGE, FilesCase

QUARTER = "2026Q2"
BUREAU = "140214-jtj"


class ReportBookTest(FilesCase):
    at = "2026-06-30 08:00"
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("bureau", "office", "contractor")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.codes = [world.project(track="ZHONGTUI", field="TRANSPORT"), world.project(track="NONGTUI", field="URBAN", field_waiver_reason="附属道路工程",
                                                                                      total_investment_fen=None)]
        for code, kind in zip(cls.codes, ("ZHONGTUI", "NONGTUI")):
            path.list_project(world, code, 2026, kind, "DISTRICT", 60)
            world.attended(code, world.placed(code, 2), "2026-06", range(20, 25))
            path.seal_month(world, code, "2026-06")
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": code, "comment_note": "=7月支付"} for code in cls.codes]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        world.office_checker.ok("gateway.AcceptReport", {"report_code": report})
        world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        cls.report = world.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})

    def book(self, who="office"):
        place = self.folder / "季报.xlsx"
        self.good("report", "export", "--quarter", QUARTER, "-o", place, who=who)
        return place, workbook.read(place)

    def columns(self, cells):
        """{head: column letters} of the third row."""
        return {value: name[:-1] for name, value in cells.items() if name[-1] == "3" and name[:-1].isalpha()}

    def test_ten_sheets_with_the_offices_heads_on_a4(self):
        "R190 R192: summary, by unit, by field, by list, by township, by source of money, all indicators, lines, exceptions, comments; printed on A4 landscape, the heads on every page"
        place, sheets = self.book()
        self.assertEqual(list(sheets), ["汇总", "分单位", "分领域", "分清单", "分乡镇", "分资金来源", "指标", "项目明细", "异常", "说明"])
        for name, cells in sheets.items():
            self.assertEqual(cells["A1"], f"2026年第2季度以工代赈工作进展情况（{name}）")
            self.assertIn("金额单位：万元", cells["A2"])
        part = workbook.part(place, "xl/worksheets/sheet1.xml")
        self.assertIn('paperSize="9" orientation="landscape"', part.replace('fitToHeight="0" ', ""))
        self.assertIn("$1:$3", workbook.part(place, "xl/workbook.xml"))

    def test_figures_are_those_of_the_report(self):
        "R192 R196: money in 万元 as numbers, a sum in which something is missing bears a sign, what is unknown is no 0"
        place, sheets = self.book()
        cells, total = sheets["汇总"], self.report["summary"]
        at = self.columns(cells)
        style = dict(re.findall(r'<c r="([A-Z]+)4" s="(\d+)"', workbook.part(place, "xl/worksheets/sheet1.xml")))
        self.assertNotEqual(style[at["总投资(万元)"]], style[at["财政资金(万元)"]], "one project has not published its investment")
        self.assertIn('formatCode="&quot;≥&quot;#,##0.00"', workbook.part(place, "xl/styles.xml"))
        self.assertEqual(cells["A4"], "合计")
        self.assertEqual(cells[f"{at['项目数']}4"], total["project_count"])
        self.assertEqual(cells[f"{at['总投资(万元)']}4"], total["total_investment_fen"] / 1_000_000)
        self.assertEqual(cells[f"{at['吸纳务工(人)']}4"], 4)
        self.assertEqual(cells[f"{at['工日']}4"], 20)
        self.assertEqual(cells[f"{at['人均(元)']}4"], 0)
        lines = sheets["项目明细"]
        at = self.columns(lines)
        rows = {lines[f"{at['项目代码']}{row}"]: row for row in (4, 5)}
        self.assertEqual(set(rows), set(self.codes))
        self.assertEqual([lines[f"{at['总投资(万元)']}{rows[code]}"] for code in self.codes], [400, "—"])
        self.assertEqual([lines[f"{at['领域']}{rows[code]}"] for code in self.codes], ["交通", "城镇建设"])
        self.assertEqual({lines[f"{at['计入合计']}{row}"] for row in (4, 5)}, {"是"})

    def test_units_fields_lists(self):
        "R190 R192: every unit stands there with its state; parts by field and by list beside the whole"
        _, sheets = self.book()
        units = sheets["分单位"]
        states = {units[f"A{row}"]: units[f"B{row}"] for row in range(4, 4 + len(self.report["units"]))}
        self.assertEqual(set(states), {row["unit_name"] for row in self.report["units"]})
        self.assertNotEqual(states["区交通局"], states["区水务局"])
        for name, part in (("分领域", "by_field"), ("分清单", "by_list_kind")):
            count, at = len(self.report[part]), self.columns(sheets[name])
            self.assertEqual(sheets[name][f"A{4 + count}"], "合计")
            self.assertEqual(sum(sheets[name][f"{at['吸纳务工(人)']}{row}"] for row in range(4, 4 + count)), sheets[name][f"{at['吸纳务工(人)']}{4 + count}"])

    def test_townships_sources_indicators(self):
        "R190 R196: by the place of the project, by source of money with each one's share, and every indicator of the minimum line"
        _, sheets = self.book()
        towns, sources, more = sheets["分乡镇"], sheets["分资金来源"], sheets["指标"]
        self.assertEqual((towns["A4"], towns["A5"], towns[f"{self.columns(towns)['项目数']}4"]), ("140214002", "合计", 2))
        at = self.columns(sources)
        self.assertEqual((sources["A4"], sources[f"{at['该来源资金(万元)']}4"], sources[f"{at['项目数']}4"]), ("中央预算内投资", 600.0, 2))
        self.assertIn("各行不可相加", sources["A5"])
        at = self.columns(more)
        self.assertEqual([more[f"{at[head]}4"] for head in ("务工(人次)", "安全培训(人)", "技能培训(人)", "本季开工")], [20, 4, 0, 2])

    def test_exceptions_and_comments(self):
        "R164 R192: exceptions in words, comments as text even when they begin like a formula"
        place, sheets = self.book()
        self.assertIn("在建而本季未发报酬", sheets["异常"].values())
        self.assertIn("未报送", sheets["异常"].values())
        self.assertEqual([sheets["说明"][f"D{row}"] for row in (4, 5)], ["=7月支付"] * 2)
        self.assertNotIn("<f>", workbook.part(place, "xl/worksheets/sheet10.xml"))

    def test_refusals(self):
        "a file is named and ends in .xlsx; a quarter that is not consolidated has no workbook, and none is left behind"
        self.bad("report", "export", "--quarter", QUARTER, code=USAGE, who="office")
        self.bad("report", "export", "--quarter", QUARTER, "-o", self.folder / "a.pdf", code=USAGE, who="office")
        self.bad("report", "export", "--quarter", "2026Q1", "-o", self.folder / "b.xlsx", code=REFUSED, who="office")
        self.assertEqual([one.name for one in self.folder.iterdir() if one.name.startswith(("a.", "b."))], [])
