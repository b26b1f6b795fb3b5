"""The offices' forms: 调度表 out of what is on record and in again with all its traps, the district's ledger, notices and the permanent sign."""
import re

from lib import path, workbook
from lib.files import BAD_DATA, NOT_ALLOWED, REFUSED, USAGE, FilesCase

HEADS = ["序号", "市县", "项目名称", "资金类型(省级财政)", "下达的以工代赈资金额度(万元)", "项目总投资(万元)", "其中:实际用于实施以工代赈项目的资金(万元)",
         "其中:整合资金(万元)(含地方投资、社会投资、其他涉农资金等)", "前期工作", "主体施工", "主体完工", "建成投用", "已支付资金总额(万元)", "其中:已支付省级财政金额(万元)",
         "目前,已发放劳务报酬(万元)", "目前,已吸纳农村群众务工情况(人数,非人次)", "目前,已设置公益性岗位个数(人数,非人次)", "目前,已组织开展劳动力技能培训情况(人数,非人次)",
         "主要建设内容及成果", "备注"]
TOP = [["附件2"], ["2026年省级财政以工代赈项目进展情况调度表(2026年6月更新)"], ["填报日期:2026年6月30日", *[""] * 9, "填报人:王某"]]
THREE = [
    ["序号", "市县", "项目名称", "资金类型\n(省级财政)", "下达的以工代赈资金额度（万元）", "项目投资情况", "", "", "项目进展情况", "", "", "", "", "", "政策落实情况", "", "", "", "主要建设内容及成果", "备注"],
    ["", "", "", "", "", "项目总投资\n（万元）", "其中：实际用于实施以工代赈项目的资金（万元）", "其中：整合资金（万元）（含地方投资、社会投资、其他涉农资金等）", "形象进度（在对应选项中打“√”）", "", "", "",
     "资金支付进度", "", "目前，已发放劳务报酬（万元）", "目前，已吸纳农村群众务工情况（人数，非人次）", "目前，已设置公益性岗位个数（人数，非人次）", "目前，已组织开展劳动力技能培训情况（人数，非人次）"],
    ["", "", "", "", "", "", "", "", "前期工作", "主体施工", "主体完工", "建成投用", "已支付资金总额（万元）", "其中：已支付省级财政金额（万元）"]]


def row(number, place, name, amounts=(), ticks=(), people=(), content="", note="", fund="省级衔接"):
    amounts, ticks, people = [*amounts, *[""] * (7 - len(amounts))], [*ticks, *[""] * (4 - len(ticks))], [*people, *[""] * (3 - len(people))]
    return [number, place, name, fund, *amounts[:4], *ticks, *amounts[4:7], *people, content, note]


GOOD = [row(1, "大同市云冈区", "示例村道路", [375, 400.5, "375", "25.5", 120, 100, 48.123456], ["", "√"], [60, 3, 40], "硬化道路2公里"),
        row(2, "大同市云冈区", "示例渠道", [100, "—", "/", "-", "", 0, 1 / 3 * 100], ["", "", "", "✔"], ["12人", "-", ""], "衬砌渠道", "已验收"),
        ["", "", "小计", "", 475], row(3, "大同市平城区", "示例村道路", [90], ["是"]), ["总计", "", "", "", 565, 400.5]]


class FormsTest(FilesCase):
    services = ("registry", "workforce", "payroll")
    keys = ("bureau", "office", "contractor", "other_bureau", "bureau_checker")

    def file(self, rows, name="调度表.xlsx", top=TOP, heads=THREE):
        return self.sheet({"汇总": [*top, *heads, *rows]}, name)

    def recorded(self, who="office", **request):
        actor = getattr(self.world, who)
        return actor.rows("registry.ListProgressForm", {"month": "2026-06", "unit_id": "140214-jtj", **request})

    def test_1_every_trap_is_read(self):
        "R022: blank signs, 小计 and 总计, ticks of every kind, a formula's long fraction shown with two decimals and listed, the key 市县+项目名称"
        out = self.good("import", "progress", self.file(GOOD), who="bureau")
        self.assertIn("取舍: 汇总!O8 33.333333333333", out)
        self.assertIn("取为 33.33 万元", out)
        self.assertIn("3 个项目", out)
        first, second, third = self.recorded()
        self.assertEqual((first["granted_fen"], first["total_investment_fen"], first["paid_pay_fen"], first["form_stage"], first["worker_count"]),
                         (375_0000_00, 400_5000_00, 48_1234_56, "MAIN_WORKS", 60))
        self.assertEqual([second[field] for field in ("total_investment_fen", "relief_fen", "integrated_fen", "disbursed_fen", "post_count", "trainee_count")],
                         [None] * 6, "a sign for nothing is no 0")
        self.assertEqual((second["disbursed_provincial_fen"], second["paid_pay_fen"], second["worker_count"], second["form_stage"]), (0, 33_3300_00, 12, "IN_USE"))
        self.assertEqual((third["place_name"], third["form_stage"]), ("大同市平城区", "PREPARATION"))
        page = self.office.ok("registry.ListProgressForm", {"month": "2026-06", "unit_id": "140214-jtj"})
        self.assertEqual((page["filled_date"], page["filler_name"], page["version_number"]), ("2026-06-30", "王某", 1))

    def test_2_round_trip_without_change(self):
        "R022: what was imported is exported with the printed form's head, and imported again changes nothing; 48.123456 shows 48.12 and is listed"
        place = self.folder / "导出.xlsx"
        out = self.good("export", "progress", "--month", "2026-06", "--recorded", "-o", place, who="bureau")
        self.assertIn("取舍", out)
        sheets = workbook.read(place)
        self.assertEqual(list(sheets), ["汇总", "取舍"])
        cells = sheets["汇总"]
        self.assertEqual((cells["A1"], cells["A2"]), ("附件2", "2026年省级财政以工代赈项目进展情况调度表(2026年6月更新)"))
        self.assertEqual((cells["A3"], [value for name, value in cells.items() if "填报人" in str(value)]), ("填报日期:2026-06-30", ["填报人:王某"]))
        self.assertEqual([cells.get(f"{workbook.column_name(i)}6") or cells.get(f"{workbook.column_name(i)}5") or cells[f"{workbook.column_name(i)}4"]
                          for i in range(20)], HEADS)
        self.assertEqual((cells["F4"], cells["I4"], cells["O4"], cells["I5"], cells["M5"]),
                         ("项目投资情况", "项目进展情况", "政策落实情况", "形象进度(在对应选项中打“√”)", "资金支付进度"))
        self.assertEqual((cells["A7"], cells["J7"], cells["O7"], cells.get("I7")), (1, "√", 48.123456, None))
        self.assertEqual((cells["A10"], cells["E10"], cells["F10"], cells["P10"]), ("总计", 565, 400.5, 72))
        self.assertEqual(workbook.row_of(sheets["取舍"], 2), ["O7", "示例村道路", "48.123456", "48.12"])
        merged = set(re.findall(r'mergeCell ref="([A-Z0-9:]+)"', workbook.part(place, "xl/worksheets/sheet1.xml")))
        self.assertLessEqual({"A4:A6", "F4:H4", "I4:N4", "I5:L5", "M5:N5", "O4:R4", "O5:O6", "S4:S6"}, merged)
        self.assertIn('formatCode="0.00"', workbook.part(place, "xl/styles.xml") + 'formatCode="0.00"' * ('numFmtId="2"' in workbook.part(place, "xl/styles.xml")))
        before = self.recorded()
        self.assertIn("与上次相同", self.good("import", "progress", place, who="bureau"))
        self.assertEqual(self.recorded(), before)
        self.assertEqual(self.recorded(version_number=2), [])
        csv = self.folder / "导出.csv"
        self.good("export", "progress", "--month", "2026-06", "--recorded", "-o", csv, who="bureau")
        text = self.good("import", "progress", csv, "month=2026-06", "filled_date=2026-06-30", "filler_name=王某", who="bureau")
        self.assertIn("与上次相同", text)

    def test_3_a_change_is_a_version(self):
        "R022: another content is a new version, the first stays; a dry run keeps nothing"
        changed = [row(1, "大同市云冈区", "示例村道路", [375])]
        self.good("import", "progress", self.file(changed), "--dry-run", who="bureau")
        self.assertEqual(len(self.recorded()), 3)
        self.good("import", "progress", self.file(changed), who="bureau")
        self.assertEqual((len(self.recorded()), len(self.recorded(version_number=1))), (1, 3))

    def test_4_every_bad_cell_with_its_place(self):
        "R022: sheet, cell, value, reason and remedy of all of them at once; nothing is sent"
        bad = [row(1, "大同市云冈区", "甲项目", ["约375", "#REF!", "-5"], ["√", "√"], ["十二", 1.5]), row(2, "", "乙项目", [10], ["打勾"]),
               row(3, "大同市云冈区", "甲项目"), row(4, "大同市云冈区", "", [3]), ["总计", "", "", "", 999]]
        before = self.last_seq("registry")
        err = self.bad("import", "progress", self.file(bad), who="bureau")
        for words in ("汇总!E7", "约375", "不是金额", "汇总!F7", "公式残留", "汇总!G7", "汇总!J7", "勾了两项", "汇总!P7", "汇总!Q7", "不是人数", "汇总!I8", "看不出是否勾选",
                      "与第 7 行是同一市县的同名项目", "市县", "项目名称", "与各行之和"):
            self.assertIn(words, err)
        self.assertEqual(self.last_seq("registry"), before)
        self.assertIn("前期工作", self.bad("import", "progress", self.file(GOOD, heads=[[cell.replace("前期工作", "前期") for cell in line] for line in THREE]), who="bureau"))
        self.assertIn("没有找到表头", self.bad("import", "progress", self.file(GOOD, heads=[]), who="bureau"))
        self.assertIn("month=2026-07", self.bad("import", "progress", self.file(GOOD, top=[]), who="bureau"))

    def test_5_the_service_refuses_for_itself(self):
        "R022: an empty form, the same key twice, a month to come, another's unit; who may read"
        one = {"place_name": "大同市云冈区", "project_name": "甲项目"}
        self.bureau.refused("registry.RecordProgressForm", {"month": "2026-07", "rows": [one, {**one, "place_name": "大同市 云冈区"}]}, "INVALID_ARGUMENT",
                            "FORM_PROJECT_TWICE", "rows[1].project_name")
        self.bureau.refused("registry.RecordProgressForm", {"month": "2026-07", "rows": []}, "INVALID_ARGUMENT", "REQUIRED", "rows")
        self.bureau.refused("registry.RecordProgressForm", {"month": "2026-09", "rows": [one]}, "FAILED_PRECONDITION", "DATE_IN_FUTURE", "month")
        self.bureau.refused("registry.RecordProgressForm", {"month": "2026-07", "unit_id": "140214-swj", "rows": [one]}, "FAILED_PRECONDITION", "NOT_YOUR_UNIT", "unit_id")
        self.contractor.refused("registry.RecordProgressForm", {"month": "2026-07", "rows": [one]}, "PERMISSION_DENIED")
        self.assertEqual(self.recorded("other_bureau"), [])
        self.bad("export", "progress", "--month", "2026-06", "--recorded", code=NOT_ALLOWED, who="contractor")


class FactsTest(FilesCase):
    """One project with a provincial fund, two people at work, a paid sheet, two months of progress."""
    services = ("registry", "workforce", "payroll")
    keys = ("bureau", "office", "contractor", "other_bureau")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code = world.awarded(project_name="=示例村道路", city_name="大同市", county_name="云冈区", priority_note="脱贫人口20人", planned_posts=3)
        world.bureau.ok("registry.SetFundLine", {"project_code": cls.code, "fund_code": "F2", "fund_source": "PROVINCIAL", "fund_purpose": "CONSTRUCTION",
                                                 "approved_fen": 100_0000_00, "special_fund": True, "document_no": "晋财〔2026〕9号"})
        path.start_project(world, cls.code, "2026-06-20")
        cls.paid = world.paid_sheet(cls.code, count=2)
        for month, share, invested, spent in (("2026-06", 1000, 40_1234_56, 20_0000_00), ("2026-07", 2500, 90_0000_00, 50_0000_00)):
            world.owner.ok("registry.ReportProgress", {"project_code": cls.code, "month": month, "reported_as": "OWNER", "progress_bp": share, "invested_fen": invested,
                                                       "disbursed_fen": spent, "progress_note": f"{month}浇筑"})
        world.draft(project_name="未开工项目", total_investment_fen=None, planned_pay_fen=None, central_fen=None, planned_workers=None)

    def form(self, *words, who="office"):
        place = self.folder / "表.xlsx"
        self.good("export", *words, "-o", place, who=who)
        cells = workbook.read(place)
        return cells[next(iter(cells))]

    def test_1_the_progress_form_of_what_is_on_record(self):
        "R022 R196: money from registry and wage sheets, people from sealed attendance, what is not known is empty"
        cells = self.form("progress", "--month", "2026-07", "--filler", "王某")
        line = {name[:-1]: value for name, value in cells.items() if name[-1] == "7" and name[:-1].isalpha()}
        self.assertEqual((line["B"], line["C"], line["D"], line["E"], line["F"]), ("大同市云冈区", "=示例村道路", "省级财政资金", 100, 400))
        self.assertEqual((line["G"], line["H"], line["J"], line["M"], line["O"], line["P"], line["Q"], line["R"]), (400, 0, "√", 50, 0.4, 2, 0, 2))
        self.assertEqual(cells["A8"], "总计", "the other project has no provincial funds")
        cells = self.form("progress", "--month", "2026-07", "--all")
        draft = {name[:-1]: value for name, value in cells.items() if name[-1] == "8" and name[:-1].isalpha()}
        self.assertEqual((draft.get("F"), draft["I"], draft["O"], draft["P"]), (None, "√", 0, 0))
        self.assertEqual(cells["A9"], "总计")
        self.assertEqual([name for name in cells if name.endswith("7") and cells[name] == "√"], ["J7"])

    def test_2_the_districts_ledger(self):
        "R022: before the month and in it, totals and special funds, shares, people of the day, of the year and rural"
        cells = self.form("district", "--month", "2026-07")
        at = {(group_of(cells, i), cells.get(f"{workbook.column_name(i)}4") or cells[f"{workbook.column_name(i)}3"]): workbook.column_name(i) for i in range(35)}
        self.assertEqual(cells["A1"], "区县项目进展台账(2026年7月)")
        self.assertEqual(len(at), 35)
        value = {key: cells.get(f"{letter}5") for key, letter in at.items()}
        self.assertEqual(value["本月前已完成投资", "合计(万元)"], 40.123456)
        self.assertEqual(value["本月新增完成投资", "合计(万元)"], 49.876544)
        self.assertEqual((value["投资完成率", "合计"], value["", "本月前形象进度"], value["", "本月新增形象进度"]), ("22.50%", "10.00%", "15.00%"))
        self.assertEqual((value["以工代赈项目", "本年累计已发放劳动报酬(万元)"], value["本年累计已吸纳就业人数", "农村劳动力就业人数"]), (0.4, 2))
        self.assertEqual((value["", "项目法人或责任单位"], value["", "开工年月"]), ("示例项目建设中心", "2026-06"))

    def test_3_notices_and_the_sign(self):
        "R172 R173: the notices as the counties post them; the permanent sign of one project, line by line"
        plan = self.form("notice-plan")
        self.assertEqual([plan[f"{letter}3"] for letter in "ABCDEF"], ["项目名称", "主要建设内容", "补助资金(万元)", "劳务报酬(万元)", "建设工期", "相关要求"])
        self.assertEqual((plan["A4"], plan["B4"], plan["C4"], plan["D4"]), ("=示例村道路", "硬化村内道路", 100, 120))
        effect = self.form("notice-effect", "--project", self.code)
        self.assertEqual(effect["B5"], "总投资400万元，其中中央预算内投资300万元，省级财政资金100万元")
        self.assertEqual((effect["E5"], effect["F5"], effect["G5"], effect["H5"], effect["I5"], effect["J5"], effect["K5"], effect["C5"]),
                         (60, "脱贫人口20人", 120, "40.00%", 40, 3, "示例项目建设中心", "大同市云冈区"))
        sign = self.form("sign", "--project", self.code)
        lines = {sign[f"A{number}"]: sign.get(f"B{number}", "") for number in range(2, 15)}
        self.assertEqual(list(lines), ["工程名称", "建设规模", "建设内容", "投资规模及资金来源", "受益范围", "建设时间", "项目法人", "设计单位", "施工单位", "工程负责人", "技术负责人",
                                       "监督电话", "施工管理责任制度"])
        self.assertEqual((lines["工程名称"], lines["施工单位"], lines["项目法人"]), ("=示例村道路", "示例建筑劳务有限公司", "示例项目建设中心"))

    def test_4_asked_wrongly(self):
        "R022: a month for the monthly forms, a project for the sign; a bureau that has no project gets an empty form"
        self.bad("export", "progress", code=USAGE, who="office")
        self.bad("export", "progress", "--month", "2026-13", code=USAGE, who="office")
        self.bad("export", "sign", code=USAGE, who="office")
        self.bad("export", "progress", "--month", "2026-07", "-o", self.folder / "表.pdf", code=USAGE, who="office")
        self.bad("export", "sign", "--project", "2605-140214-04-01-999990", code=REFUSED, who="office")
        self.assertEqual(self.form("progress", "--month", "2026-07", who="other_bureau")["A7"], "总计")
        csv = self.good("export", "notice-plan", who="office")
        self.assertIn("'=示例村道路", csv, "a name that begins like a formula is shielded")


def group_of(cells, column):
    """The first row of heads over the column: its own cell or the merged one that begins to the left; none over a head of its own."""
    letter = workbook.column_name(column)
    if f"{letter}4" not in cells:
        return ""
    while f"{workbook.column_name(column)}3" not in cells:
        column -= 1
    return cells[f"{workbook.column_name(column)}3"]

