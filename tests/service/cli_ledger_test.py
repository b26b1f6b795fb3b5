"""The offices' ledgers in and out of the system: what goes out comes in unchanged, what is wrong is named cell by cell, nothing doubles."""
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import people, workbook  # noqa: E402
from lib.files import NOT_ALLOWED, REFUSED, USAGE, FilesCase  # noqa: E402

HEADS = ["序号", "姓名", "公民身份号码", "联系电话", "户籍地区划代码", "人员类别", "重点群体", "认定依据", "岗位", "工作内容", "技能等级", "协议编号", "协议起始日期",
         "协议终止日期", "报酬标准(元)", "计酬单位", "支付周期", "是否参保", "开户银行", "银行账号"]


class RosterTest(FilesCase):
    def line(self, index, **cells):
        row = dict(zip(HEADS, [index, people.name(index), people.id_number(index), people.phone(index), "140214002", "农村劳动力", "", "", "小工", "土方开挖",
                               "普工", f"HY-{index}", "2026-06-20", "2026-12-31", 180.5, "日", "按月", "是", "示例银行", people.card(index)]))
        return [value for value in {**row, **cells}.values()]

    def roster(self, code, *indexes, **cells):
        return [["某项目务工人员花名册"], [f"项目代码：{code}　　施工单位：示例建筑劳务有限公司"], HEADS, *(self.line(index, **cells) for index in indexes),
                ["合计", f"{len(indexes)}人"], ["填报人：张三", None, "审核人："]]

    def agreements(self, code):
        return self.contractor.rows("workforce.ListAgreements", {"project_code": code})

    def test_a_roster_brings_people_groups_and_agreements(self):
        """R084, R106, facts C.6 no. 1: one row makes the person, his priority groups and his agreement; the same file again changes nothing."""
        code = self.world.project()
        path = self.sheet(self.roster(code, 5001, 5002, 5003, **{"重点群体": "脱贫人口、退役军人", "认定依据": "乡镇摸底"}))
        seq = self.last_seq()
        self.assertIn("3 行", self.good("import", "roster", path, "--dry-run"))
        self.assertEqual(self.last_seq(), seq)
        self.good("import", "roster", path)
        rows = self.agreements(code)
        self.assertEqual([(row["agreement_code"], row["rate_fen"], row["priority_groups"], row["insured"]) for row in rows],
                         [(f"HY-{index}", 18050, ["OUT_OF_POVERTY", "VETERAN"], True) for index in (5001, 5002, 5003)])
        seq = self.last_seq()
        self.assertIn("3 行无变化, 0 条已办", self.good("import", "roster", path))
        self.assertEqual((self.last_seq(), self.agreements(code)), (seq, rows))

    def test_what_is_wrong_is_named_by_sheet_and_cell_all_at_once(self):
        """Lost digits, a formula's error, a bad day, an unknown kind, an empty cell and an unknown head; nothing is sent."""
        code = self.world.project()
        first = self.roster(code, 5101, 5102)
        first[3][2] = int(people.id_number(5101)[:17]) * 10.0  # what Excel keeps of an ID number typed as a number
        first[4][12] = "2026-02-30"
        first[4][14] = "#REF!"
        second = self.roster(code, 5103, 5104)
        second[2] = second[2] + ["星座"]
        second[3][5] = "渔民"
        second[4][8] = None
        seq = self.last_seq()
        err = self.bad("import", "roster", self.sheet({"一标段": first, "二标段": second, "说明": [["填表说明"], ["请用文本格式"]]}))
        for place, words in (("一标段!C4", "按原件重新填写"), ("一标段!M5", "日期写法不对"), ("一标段!O5", "选择性粘贴-数值"), ("二标段!U3", "不认识或重复的表头")):
            self.assertRegex(err, rf"(?m)^  {place}  .*{words}" if place != "二标段!U3" else rf"(?m)^  {place}  星座.*{words}")
        err = self.bad("import", "roster", self.sheet({"一标段": first, "二标段": [row[:20] for row in second]}))
        self.assertRegex(err, r"(?m)^  二标段!F4  人员类别  “渔民”")
        self.assertRegex(err, r"(?m)^  二标段!I5  岗位  “”  必填")
        self.assertIn("共 5 处", err)
        self.assertEqual(self.last_seq(), seq)

    def test_days_and_numbers_as_spreadsheets_keep_them(self):
        """A date as Excel counts it, full-width digits, spaces, an amount with a binary tail: taken for what they are."""
        code = self.world.project()
        path = self.sheet(self.roster(code, 5201, **{"协议起始日期": 46193, "协议终止日期": "2026年12月31日", "报酬标准(元)": 180.10000000000002,
                                                      "户籍地区划代码": "１４０２１４００２", "岗位": "　小工 "}))
        self.good("import", "roster", path)
        row, = self.agreements(code)
        self.assertEqual((row["start_date"], row["end_date"], row["rate_fen"], row["home_division_code"], row["post_name"]),
                         ("2026-06-20", "2026-12-31", 18010, "140214002", "小工"))

    def test_an_exported_roster_prints_on_a4_and_comes_back_unchanged(self):
        """facts C.6, D.10: masks and codes are text, money is a number, no ID number is in the file; importing it changes nothing."""
        code = self.world.project()
        self.world.placed(code, 3)
        path = self.folder / "out.xlsx"
        self.good("export", "roster", "--project", code, "-o", path)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        cells = workbook.read(path)["务工人员花名册"]
        self.assertEqual(cells["A1"], "务工人员花名册")
        self.assertIn(f"项目代码：{code}", cells["A2"])
        heads = workbook.row_of(cells, 3)
        row = {head: cells.get(f"{workbook.column_name(i)}4") for i, head in enumerate(heads)}
        self.assertRegex(row["公民身份号码"], r"^\*{14}\d{3}[\dX]$")
        self.assertRegex(row["工号"], r"^\d+$")  # text, or a spreadsheet would take its last digits
        self.assertEqual((row["报酬标准"], row["协议起始日期"], row["用工单位"]), (200.0, "2026-06-20", "示例建筑劳务有限公司"))
        self.assertTrue(cells["A8"].startswith("填报人：") and "审核人：" in cells["A8"] and "日期：" in cells["A8"])
        page = workbook.part(path, "xl/worksheets/sheet1.xml")
        self.assertRegex(page, r'<pageSetup paperSize="9"[^>]*orientation="landscape"')
        self.assertIn("第 &amp;P 页 / 共 &amp;N 页", page)
        seq = self.last_seq()
        for name in ("out.xlsx", "out.csv"):
            self.good("export", "roster", "--project", code, "-o", self.folder / name)
            self.assertIn("3 行: 3 行无变化, 0 条已办", self.good("import", "roster", self.folder / name))
        self.assertEqual(self.last_seq(), seq)
        self.assertEqual(self.good("export", "roster", "--project", code), (self.folder / "out.csv").read_text())

    def test_what_is_registered_is_not_changed_by_an_import(self):
        """Another rate of pay for a signed agreement is named with the one on record (Reg. 724 art. 6); a row without ID and number too."""
        code = self.world.project()
        path = self.sheet(self.roster(code, 5301, 5302))
        self.good("import", "roster", path)
        rows = self.roster(code, 5301, 5302, 5303)
        rows[4][14] = 90
        rows[5][2] = None
        err = self.bad("import", "roster", self.sheet(rows))
        self.assertRegex(err, r"(?m)^  Sheet1!O5  报酬标准  “90”  与在册的“180\.50”不同")
        self.assertRegex(err, r"(?m)^  Sheet1!C6  公民身份号码  “”  要填完整的公民身份号码")
        self.assertEqual([row["rate_fen"] for row in self.agreements(code)], [18050, 18050])

    def test_somebody_registered_needs_only_his_number(self):
        """A masked ID says nothing new: the worker number names him for the next agreement."""
        number, = self.world.worker_numbers(1)
        code = self.world.project()
        rows = self.roster(code, 5401, **{"公民身份号码": "**************0019"})
        rows[2] = rows[2] + ["工号"]
        rows[3] = rows[3] + [str(number)]
        self.good("import", "roster", self.sheet(rows))
        self.assertEqual([row["worker_number"] for row in self.agreements(code)], [number])

    def test_revealed_numbers_leave_traces(self):
        """PIPL art. 51: full ID numbers only for a checker with a reason, one journal entry a person; a maker gets none."""
        code = self.world.project()
        self.world.placed(code, 2)
        self.bad("export", "roster", "--project", code, "--reveal", "银行开户核对", code=NOT_ALLOWED)
        before = self.last_seq()
        text = self.good("export", "roster", "--project", code, "--reveal", "银行开户核对", who="contractor_checker")
        self.assertEqual(len(re.findall(r",140298\d{11}[\dX],", text)), 2)
        self.assertEqual(self.sql(f"SELECT count(*) FROM workforce.journal WHERE method = 'workforce.RevealWorker' AND status = 0 AND seq > {before}"), [["2"]])

    def test_strangers_get_nothing(self):
        code = self.world.project()
        self.world.placed(code, 1)
        err = self.bad("export", "roster", "--project", code, code=NOT_ALLOWED, who="stranger")
        self.assertIn("PERMISSION_DENIED", err)
        self.bad("import", "roster", self.sheet(self.roster(code, 5501)), code=NOT_ALLOWED, who="stranger")

    def test_killed_half_way_and_run_again(self):
        code = self.world.project()
        path = self.sheet(self.roster(code, *range(6000, 7600)))
        count = lambda: int(self.sql(f"SELECT count(*) FROM workforce.agreement WHERE project_code = '{code}'")[0][0])  # noqa: E731
        importing = subprocess.Popen(self.command("import", "roster", path, who="contractor"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while importing.poll() is None and not count():
            time.sleep(0.005)
        importing.kill()
        importing.wait()
        self.good("import", "roster", path)
        self.assertEqual((count(), self.sql("SELECT count(*) FROM workforce.worker WHERE phone LIKE '19900006%' OR phone LIKE '19900007%'")), (1600, [["1600"]]))

    def test_a_thousand_faults_are_shown_the_rest_counted(self):
        code = self.world.project()
        rows = self.roster(code, *range(8000, 9100), **{"报酬标准(元)": "很多"})
        err = self.bad("import", "roster", self.sheet(rows))
        self.assertEqual(len(re.findall(r"(?m)^  Sheet1!", err)), 1000)
        self.assertIn("共 1100 处", err)

    def test_files_that_are_none(self):
        (self.folder / "broken.xlsx").write_bytes(b"PK\x03\x04 and nothing")
        self.assertIn("不是完整的 Excel 工作簿", self.bad("import", "roster", self.folder / "broken.xlsx"))
        (self.folder / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        self.assertIn("旧式 .xls", self.bad("import", "roster", self.folder / "old.xls"))
        self.assertIn("没有找到表头", self.bad("import", "roster", self.sheet([["甲", "乙"], ["1", "2"]])))
        self.bad("export", "roster", "--project", "P1", "-o", self.folder / "x.pdf", code=USAGE)
        self.bad("export", "roster", code=USAGE)
        self.bad("export", "nonsense", "--project", "P1", code=USAGE)


class AttendanceTest(FilesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.numbers = sorted(cls.world.placed(cls.code, 3))

    def names(self):
        rows = self.contractor.rows("workforce.ListAgreements", {"project_code": self.code})
        return {row["worker_number"]: row["worker_name"] for row in rows}

    def grid(self, month, days, last=30, label="月份"):
        """days: {number: {day: cell}}"""
        names = self.names()
        rows = [["考勤表"], [f"项目代码：{self.code}　　{label}：{month}"], ["序号", "工号", "姓名", *(str(day) for day in range(1, last + 1)), "工日合计"]]
        for i, (number, cells) in enumerate(days.items(), 1):
            total = sum(1 if cell == "√" else cell for cell in cells.values() if not isinstance(cell, str) or cell == "√")
            rows.append([i, str(number), names.get(number, "某人"), *(cells.get(day) for day in range(1, last + 1)), total])
        return [*rows, ["合计", None, None, *[None] * last, sum(row[-1] for row in rows[3:])], ["填报人：", "审核人："]]

    def entries(self, month):
        rows = self.contractor.rows("workforce.ListAttendance", {"project_code": self.code, "month": month})
        return {(row["worker_number"], int(row["work_date"][8:])): row["day_hundredths"] for row in rows}

    def test_a_month_in_and_out(self):
        """R108, facts C.6 no. 2: worker by day, half days, ticks; the export holds the same and changes nothing when it comes back."""
        a, b, _ = self.numbers
        path = self.sheet(self.grid("2026-06", {a: {21: 1, 22: 0.5, 23: "√"}, b: {21: 0.25}}))
        self.good("import", "attendance", path)
        wanted = {(a, 21): 100, (a, 22): 50, (a, 23): 100, (b, 21): 25}
        self.assertEqual(self.entries("2026-06"), wanted)
        seq = self.last_seq()
        self.assertIn("2 行: 2 行无变化, 0 条已办", self.good("import", "attendance", path))
        for name in ("kq.xlsx", "kq.csv"):
            self.good("export", "attendance", "--project", self.code, "--month", "2026-06", "-o", self.folder / name)
            self.assertIn("2 行: 2 行无变化, 0 条已办", self.good("import", "attendance", self.folder / name))
        self.assertEqual((self.last_seq(), self.entries("2026-06")), (seq, wanted))
        cells = workbook.read(self.folder / "kq.xlsx")["考勤表"]
        heads = workbook.row_of(cells, 3)
        self.assertEqual((heads[-2:], [cells[f"{workbook.column_name(heads.index(day))}4"] for day in ("21", "22", "23", "工日合计")]),
                         (["30", "工日合计"], [1, 0.5, 1, 2.5]))
        self.assertEqual(cells[f"{workbook.column_name(len(heads) - 1)}6"], 2.75)  # 合计

    def test_corrections_need_a_reason(self):
        """R109: a day that differs is listed; with a reason it is corrected and kept in the trace, 0 strikes it out."""
        number = self.numbers[2]
        self.good("import", "attendance", self.sheet(self.grid("2026-06", {number: {24: 1, 25: 1}})))
        changed = self.sheet(self.grid("2026-06", {number: {24: 0.5, 25: 0, 26: 1}}))
        err = self.bad("import", "attendance", changed)
        self.assertRegex(err, r"(?m)^  Sheet1!AA4  24  “0.5”  在册是 1: 要更正请加 --reason")
        self.assertRegex(err, r"(?m)^  Sheet1!AB4  25  “0”  在册是 1")
        self.good("import", "attendance", changed, "--reason", "工地核对考勤机记录")
        after = {day: value for (who, day), value in self.entries("2026-06").items() if who == number}
        self.assertEqual({day: value for day, value in after.items() if value}, {24: 50, 26: 100})
        traces = self.contractor.rows("workforce.ListCorrections", {"project_code": self.code, "month": "2026-06"})
        self.assertEqual([(row["work_date"], row["correction_reason"]) for row in traces if row["worker_number"] == number],
                         [("2026-06-24", "工地核对考勤机记录"), ("2026-06-25", "工地核对考勤机记录")])

    def test_cells_that_are_no_days(self):
        a, b, c = self.numbers
        rows = self.grid("2026-06", {a: {27: 2}, b: {28: "休"}, c: {}, 4711: {27: 1}}, last=31)
        rows[4][-1] = 3
        rows[5][2] = "别人"
        rows[5][3 + 30] = 1
        rows[-2][-1] = 99
        seq = self.last_seq()
        err = self.bad("import", "attendance", self.sheet(rows))
        for place, words in (("AD4", "出勤应填 0 到 1"), ("AE5", "出勤应填 0 到 1"), ("AI5", "与各行之和"), ("C6", "与在册的"), ("AH6", "没有这一天"), ("B7", "花名册里没有这个工号")):
            self.assertRegex(err, rf"(?m)^  Sheet1!{place}  .*{words}")
        rows = self.grid("2026-06", {a: {27: 1}})
        rows[-2][-1] = 99
        self.assertRegex(self.bad("import", "attendance", self.sheet(rows)), r"Sheet1!AH5  工日合计  “99”  与各行之和 1\.00 不符")
        self.assertEqual(self.last_seq(), seq)

    def test_needs_a_month(self):
        rows = self.grid("2026-06", {self.numbers[0]: {29: 1}}, label="备忘")
        self.assertIn("--month", self.bad("import", "attendance", self.sheet(rows), code=USAGE))
        self.good("import", "attendance", self.sheet(rows), "month=2026-06")

    def test_the_service_still_says_no(self):
        """R106: before the agreement begins nobody works; the refusal names the row of the sheet."""
        err = self.bad("import", "attendance", self.sheet(self.grid("2026-06", {self.numbers[0]: {1: 1}})), code=REFUSED)
        self.assertRegex(err, r"Sheet1!第 4 行  work_date  ")


class TrainingTest(FilesCase):
    HEADS = ["序号", "培训编号", "培训名称", "培训日期", "学时", "培训内容", "培训方式", "培训地点类别", "培训对象", "组织单位", "办训主体", "授课人", "技能种类", "面向阶段",
             "培训经费来源", "培训费用(元)", "工号", "是否签到", "考核是否合格", "证书编号", "培训后技能等级"]

    def rows(self, code, training, numbers, **cells):
        rows = [["技能培训台账"], [f"项目代码：{code}"], self.HEADS]
        for i, number in enumerate(numbers, 1):
            row = dict(zip(self.HEADS, [i, training, "砌筑培训", "2026-06-25", 16, "技能培训", "实训", "施工现场", "务工人员", "contractor-1", "施工单位", "老师傅", "砌筑", "建设期",
                                        "就业补助资金", 3000, str(number), "是", "是", f"ZS-{number}", "半技工"]))
            rows.append(list({**row, **cells}.values()))
        return rows

    def test_in_and_out(self):
        """R112, R113, R122, facts C.6 no. 4: trainings with their trainees, certificates and new skill; back unchanged."""
        code = self.world.project()
        numbers = self.world.placed(code, 3)
        path = self.sheet(self.rows(code, "PX-A", numbers[:2]) + self.rows(code, "PX-B", numbers[2:])[3:])
        self.good("import", "training", path)
        held = {row["training_code"]: row for row in self.contractor.rows("workforce.ListTrainings", {"project_code": code})}
        self.assertEqual([(held[name]["trainee_count"], held[name]["upgraded_count"], held[name]["training_cost_fen"], held[name]["hours_hundredths"])
                          for name in ("PX-A", "PX-B")], [(2, 2, 300000, 1600), (1, 1, 300000, 1600)])
        seq = self.last_seq()
        self.assertIn("3 行: 3 行无变化", self.good("import", "training", path))
        for name in ("px.xlsx", "px.csv"):
            self.good("export", "training", "--project", code, "-o", self.folder / name)
            self.assertIn("6 行: 6 行无变化, 0 条已办", self.good("import", "training", self.folder / name))  # with the world's safety training
        self.assertEqual(self.last_seq(), seq)

    def test_a_training_on_record_is_closed(self):
        """A trainee more, another date, and rows of one training that contradict each other."""
        code = self.world.project()
        numbers = self.world.placed(code, 3)
        self.good("import", "training", self.sheet(self.rows(code, "PX-C", numbers[:2])))
        err = self.bad("import", "training", self.sheet(self.rows(code, "PX-C", numbers)))
        self.assertRegex(err, r"Sheet1!Q6  工号  .*不能再加学员")
        self.assertRegex(self.bad("import", "training", self.sheet(self.rows(code, "PX-C", numbers[:1], **{"培训日期": "2026-06-26"}))),
                         r"Sheet1!D4  培训日期  “2026-06-26”  与在册的“2026-06-25”不同")
        rows = self.rows(code, "PX-D", numbers)
        rows[4][4] = 8
        self.assertRegex(self.bad("import", "training", self.sheet(rows)), r"Sheet1!E5  学时  “8”  同一培训编号")
        self.assertRegex(self.bad("import", "training", self.sheet(self.rows(code, "PX-E", numbers[:1], **{"技能种类": ""}))), "SKILL_KIND_MISSING")


del FilesCase  # of no tests itself
