"""The wage ledger in and out, and what the national platform takes."""
import datetime
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import people, workbook  # noqa: E402
from lib.files import NOT_ALLOWED, USAGE, FilesCase  # noqa: E402

MONTH = "2026-06"


class WagesTest(FilesCase):
    services = ("registry", "workforce", "payroll")

    def ledger(self, code):
        """(heads, rows) as exported."""
        path = self.folder / "bc.xlsx"
        self.good("export", "wages", "--project", code, "--month", MONTH, "-o", path)
        cells = workbook.read(path)["劳务报酬发放台账"]
        heads = workbook.row_of(cells, 3)
        count = sum(1 for name in cells if re.fullmatch(r"A\d+", name) and isinstance(cells[name], float))
        return heads, [[cells.get(f"{workbook.column_name(i)}{row}") for i in range(len(heads))] for row in range(4, 4 + count)], cells

    def book(self, code, heads, rows):
        return self.sheet([["劳务报酬发放台账"], [f"项目代码：{code}　　月份：{MONTH}"], heads, *rows])

    def test_out_and_back(self):
        """Reg. 724 art. 15, facts C.6 no. 3: who, days, standard, due, deducted, net, bank; in yuan, added up; back unchanged."""
        code, sheet, numbers = self.world.sheet()
        heads, rows, cells = self.ledger(code)
        row = dict(zip(heads, rows[0]))
        self.assertEqual((row["发放表编号"], row["应发金额"], row["扣款金额"], row["实发金额"], row["工日"], row["发放状态"]),
                         (sheet, 2000.0, 0.0, 2000.0, 10.0, "草稿"))
        self.assertEqual({int(row[heads.index("工号")]) for row in rows}, set(numbers))
        self.assertEqual(cells[f"{workbook.column_name(heads.index('实发金额'))}7"], 6000.0)  # 合计
        seq = self.last_seq("payroll")
        self.assertIn("3 行: 3 行无变化, 0 条已办", self.good("import", "wages", self.folder / "bc.xlsx"))
        self.assertEqual(self.last_seq("payroll"), seq)

    def test_signatures_come_in(self):
        """R127, art. 15: who signed, by which paper, from the signed ledger; once, and the sheet moves on when all have."""
        code, sheet, _ = self.world.sheet()
        heads, rows, _ = self.ledger(code)
        for i, row in enumerate(rows, 1):
            row[heads.index("签领方式")], row[heads.index("签领凭证")] = "签字", f"第1页第{i}行"
        path = self.book(code, heads, rows)
        self.assertIn("3 条已办", self.good("import", "wages", path))
        kept = self.contractor.rows("payroll.ListSheetLines", {"project_code": code, "sheet_code": sheet})
        self.assertEqual([row["confirm_method"] for row in kept], ["SIGNATURE"] * 3)
        self.assertEqual(self.contractor.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})["sheet_state"], "WORKER_CONFIRMED")
        seq = self.last_seq("payroll")
        heads, rows, _ = self.ledger(code)
        self.assertIn("3 行无变化, 0 条已办", self.good("import", "wages", self.folder / "bc.xlsx"))
        self.assertEqual(self.last_seq("payroll"), seq)

    def test_what_is_due_is_not_imported(self):
        """R125: an amount that differs, a man who is on no sheet, a signature without its paper: named, nothing done."""
        code, _, _ = self.world.sheet()
        heads, rows, _ = self.ledger(code)
        rows[0][heads.index("实发金额")] = 2500
        rows[1][heads.index("签领方式")] = "签字"
        rows.append([4, *rows[2][1:]])
        rows[3][heads.index("工号")] = "4711"
        seq = self.last_seq("payroll")
        err = self.bad("import", "wages", self.book(code, heads, rows))
        column = lambda head: workbook.column_name(heads.index(head))  # noqa: E731
        self.assertRegex(err, rf"(?m)^  Sheet1!{column('实发金额')}4  .*与在册的“2000\.00”不同")
        self.assertRegex(err, rf"(?m)^  Sheet1!{column('签领凭证')}5  .*必填")
        self.assertRegex(err, rf"(?m)^  Sheet1!{column('工号')}7  .*不能靠导入增加")
        self.assertEqual(self.last_seq("payroll"), seq)

    def test_strangers_see_no_pay(self):
        code, _, _ = self.world.sheet()
        self.bad("export", "wages", "--project", code, "--month", MONTH, code=NOT_ALLOWED, who="stranger")


class PlatformTest(FilesCase):
    services = ("registry", "workforce", "payroll")

    def test_all_four_objects_with_their_codes(self):
        """facts C.9: field names and codes of the platform, 0 男 / 1 女, post names mapped, numbers opened one by one on record."""
        code, sheet, numbers = self.world.sheet()
        path = self.folder / "平台.json"
        before = self.last_seq()
        self.good("export", "platform", "--project", code, "--month", MONTH, "--reveal", "上报国家平台", "-o", path, who="contractor_checker")
        sent = json.loads(path.read_text())
        self.assertEqual(sorted(sent), ["Payroll.Add", "ProjectTraining.Add", "ProjectWorker.Add", "WorkerAttendance.Add"])
        roster, = sent["ProjectWorker.Add"]
        self.assertEqual((roster["projectCode"], roster["corpName"], len(roster["workerList"])), (code, "示例建筑劳务有限公司", 3))
        for worker in roster["workerList"]:
            self.assertEqual((worker["idCardType"], worker["workRole"], worker["workType"], worker["nation"]), ("01", "20", "900", "汉"))
            self.assertEqual(worker["sex"], "1" if people.is_female(worker["idCardNumber"]) else "0")
        attendance, = sent["WorkerAttendance.Add"]
        self.assertEqual((len(attendance["dataList"]), {row["direction"] for row in attendance["dataList"]}), (30, {"01"}))
        training, = sent["ProjectTraining.Add"]
        self.assertEqual((training["trainingTypeCode"], training["trainingDuration"]), ("003001", "4"))
        payroll, = sent["Payroll.Add"]
        self.assertEqual(payroll["payMonth"], MONTH)
        self.assertEqual([(row["days"], row["totalPayAmount"], row["actualAmount"], row["isBackPay"], row["thirdPayRollCode"]) for row in payroll["detailList"]],
                         [("10", "2000.00", "2000.00", "0", sheet)] * 3)
        self.assertEqual(self.sql(f"SELECT count(DISTINCT request_id) FROM workforce.journal WHERE method = 'workforce.RevealWorker' AND seq > {before}"),
                         [[str(len(numbers))]])

    def test_what_a_device_saw_goes_as_it_was(self):
        """R108, facts C.9: entry and exit with their moment and means; a day nobody's device saw goes as written down by hand, once."""
        code, _, numbers = self.world.sheet()
        self.contractor_checker.ok("workforce.RegisterDevice", {"project_code": code, "device_code": "gate-9", "device_name": "北门闸机", "pass_means": "FACE"})
        gate = self.house.actor("gate-9", "gate-9", "MAKER", ("DEVICE",))
        morning = int(datetime.datetime.fromisoformat("2026-06-21T07:30:00+08:00").timestamp() * 1_000_000)
        gate.ok("workforce.RecordDevicePasses", {"project_code": code, "device_code": "gate-9", "device_clock_at_us": self.house.node.now_us(), "passes": [
            {"pass_code": name, "worker_number": numbers[0], "pass_direction": way, "passed_at_us": morning + hours * 3_600_000_000, "offline": True}
            for name, way, hours in (("A", "ENTRY", 0), ("B", "EXIT", 9))]})
        path = self.folder / "passes.json"
        self.good("export", "platform", "--project", code, "--month", MONTH, "--reveal", "上报国家平台", "-o", path, who="contractor_checker")
        rows = json.loads(path.read_text())["WorkerAttendance.Add"][0]["dataList"]
        self.assertEqual([(row["date"], row["direction"], row["attendType"]) for row in rows if row["attendType"] != "011"],
                         [("2026-06-21 07:30:00", "01", "001"), ("2026-06-21 16:30:00", "02", "001")])
        self.assertEqual(len(rows), 31)  # thirty days by hand, one of them seen twice instead

    def test_a_code_that_is_missing_is_listed_not_guessed(self):
        code, _, _ = self.world.sheet()
        table = self.house.node.directory / "platform_codes.csv"
        table.write_text("list,ours,theirs,note\nsex,MALE,0,\nsex,FEMALE,1,\nworkRole,BUILDER,20,\nnation,01,汉,\ntrainingTypeCode,SAFETY,003001,\n")
        self.addCleanup(table.unlink)
        path = self.folder / "none.json"
        words = ("export", "platform", "--project", code, "--month", MONTH, "--reveal", "上报国家平台", "-o", path)
        err = self.bad(*words, who="contractor_checker")
        self.assertRegex(err, r"(?m)^  workType  小工$")
        self.assertRegex(err, r"(?m)^  payRollTopBankCode  示例银行")
        self.assertIn("共 2 种", err)
        self.assertFalse(path.exists())

    def test_only_for_those_who_may_open_numbers(self):
        """PIPL art. 51"""
        code, _, _ = self.world.sheet()
        words = ("export", "platform", "--project", code, "--month", MONTH)
        self.bad(*words, code=USAGE)  # no reason, no numbers
        self.bad(*words, "--reveal", "想看看", code=NOT_ALLOWED)  # a maker
        self.bad(*words, "--reveal", "想看看", code=NOT_ALLOWED, who="stranger")


del FilesCase  # of no tests itself
