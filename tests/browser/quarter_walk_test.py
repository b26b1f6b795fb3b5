"""A quarter walked in the browser by those who walk it: bureau, owner, contractor, supervisor and township, each with what is theirs."""
import pathlib
import re
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from selenium.webdriver.common.keys import Keys  # noqa: E402

from lib import path, people, workbook  # noqa: E402
from lib.browser import Browser  # noqa: E402
from lib.walk import WalkCase, table  # noqa: E402
from lib.world import START_DATE  # noqa: E402
from service import cli_ledger_test as ledgers  # noqa: E402  (its classes are not this module's: they would run here too)
from service.cli_post_file_test import HEADS as POST_HEADS  # noqa: E402

def printed(data):
    """What is drawn on each page of a printed paper."""
    streams = []
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.S):
        try:
            streams.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return [stream for stream in streams if b" Tf\n" in stream]


class ProjectTest(WalkCase):
    """From draft to construction, by the gates."""

    def state(self, code):
        return self.bureau.ok("registry.GetProject", {"project_code": code})["project_state"]

    def test_a_project_goes_through_its_gates(self):
        """R044, R056: each step is offered to who may do it; what is wanting is named; the trial keeps nothing."""
        code = self.world.draft()
        maker = self.as_("jtj-maker", f"/project/{code}")
        maker.sees("政府投资项目须先通过预审")
        maker.click("[data-do='registry.SubmitPreReview']")
        form = "form[data-method='registry.SubmitPreReview']"
        maker.fill(form, {"approval_mode": "ORDINARY", **{f"documents[{i}].{name}": value for i, (kind, title) in enumerate(
            (("FSR", "可行性研究报告"), ("PRELIM_DESIGN", "初步设计报告"))) for name, value in {
                "document_kind": kind, "document_title": title, "document_date": "2026-06-01", "document_digest": title.encode()}.items()}})
        for index in (0, 1):
            maker.fill(form, {f"documents[{index}].states_requirement": True})
        maker.click_text("先试办")
        maker.sees("试办通过")
        self.assertEqual("DRAFT", self.state(code))
        maker.click(f"{form} button[type=submit]")
        maker.click("[data-test=yes]")
        maker.wait(lambda: self.state(code) == "PRE_REVIEW", what="submitted")
        self.assertEqual([], maker.all("[data-do='registry.DecidePreReview']"))  # not the maker's
        checker = self.as_("jtj-checker", f"/project/{code}")
        checker.do("registry.DecidePreReview", {"decision": "PASSED", "review_note": "资料齐全"}, sure=True)
        checker.wait(lambda: checker.all("[data-do='registry.ApproveProject'].main"), what="the approval is open")
        checker.do("registry.ApproveProject", {"approval_mode": "ORDINARY", "document_no": "云发改审批〔2026〕1号", "document_date": "2026-06-05",
                                               "relief_clause": True, "reporting_clause": True, "fiscal_review": "DONE"}, sure=True)
        self.assertEqual("APPROVED", self.state(code))
        checker.click_text("资金")
        checker.click("[data-do='registry.AllocateFund']")
        form = "form[data-method='registry.AllocateFund']"
        checker.fill(form, {"fund_code": "F1", "allocation_code": "BK-1", "allocation_fen": "9000000", "progress_bp": "0", "allocation_date": "2026-06-15", "document_no": "12号"})
        checker.click_text("先试办")
        checker.wait(lambda: checker.all(f"{form} [aria-invalid=true][name=allocation_fen]"), what="the field that is complained of")
        checker.picture("allocation-refused")
        checker.click_text("取消")
        checker.do("registry.AllocateFund", {"fund_code": "F1", "allocation_code": "BK-1", "allocation_fen": "2000000", "progress_bp": "0",
                                             "allocation_date": "2026-06-15", "document_no": "云财预〔2026〕12号", "relief_clause": True})
        checker.sees("200.00 万元")
        owner = self.as_("owner-maker", f"/project/{code}")
        owner.click("[data-do='registry.AwardProject'].main")
        form = "form[data-method='registry.AwardProject']"
        owner.fill(form, {"procurement_mode": "TENDER", "award_date": "2026-06-15", "contract_no": "HT-1", "contract_fen": "3000000.00", "labour_cycle_days": "30",
                          "organising_mode": "TOWNSHIP_COMPANY"})
        for fieldset in owner.all(f"{form} fieldset.boxes"):
            for box in fieldset.find_elements("tag name", "input"):
                box.click()
        owner.picture("award")
        owner.click(f"{form} button[type=submit]")
        owner.click("[data-test=yes]")
        owner.wait(lambda: self.state(code) == "AWARDED", what="awarded")
        owner.wait(lambda: owner.all("[data-do='registry.StartProject'].main"), what="the start is open")
        owner.do("registry.StartProject", {"start_date": START_DATE, "start_note": "开工报告已批复"}, sure=True)
        self.assertEqual("CONSTRUCTION", self.state(code))
        owner.picture("project-started")


class SheetTest(WalkCase):
    """From attendance to the filed sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.numbers = cls.world.placed(cls.code, 3)
        cls.house.settle()

    def sheet(self):
        return self.owner.rows("payroll.ListSheets", {"project_code": self.code})[0]

    def test_1_attendance_cell_by_cell(self):
        """R079: what is typed goes in by one call; the day before the agreement is refused in its cell; a correction takes a reason."""
        contractor = self.as_("contractor-maker", f"/attendance?project={self.code}&month=2026-06")
        contractor.one("td[data-cell]")

        def put(number, day, text):
            contractor.click(f"td[data-cell='{number} {day}']")
            contractor.one("input.cell").send_keys(Keys.CONTROL + "a" + Keys.NULL, text or Keys.BACKSPACE, Keys.ENTER)
        first, second, third = self.numbers
        for day in range(20, 30):
            put(first, day, "1")
        put(second, 22, "0.5")
        put(second, 19, "1")  # before his agreement
        put(third, 22, "2")
        contractor.sees("应为 0 至 1 的工日")
        put(third, 22, "1")
        contractor.click("[data-test=record]")
        contractor.sees("格未记入")
        contractor.wait(lambda: len(contractor.all("td.refused")) == 1, what="one cell is refused")
        contractor.picture("grid-refused")
        self.assertEqual([], self.contractor.rows("workforce.ListAttendance", {"project_code": self.code, "month": "2026-06"}))  # all or nothing
        contractor.driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", contractor.one(f"td[data-cell='{second} 19']"))
        put(second, 19, "")
        contractor.click("[data-test=record]")
        contractor.sees("3 人，11.50 工日")
        put(second, 22, "1")
        contractor.type("[name=reason]", "班组长笔误")
        contractor.click("[data-test=record]")
        contractor.sees("3 人，12 工日")
        contractor.sees("†")
        contractor.picture("grid")
        self.assertEqual([], contractor.all("[data-do='workforce.SealMonth']"))  # its checker's
        checker = self.as_("contractor-checker", f"/attendance?project={self.code}&month=2026-06")
        checker.do("workforce.SealMonth", sure=True)
        checker.sees("■ 已封存")
        contractor.sees("■ 已封存")  # told by the node
        contractor.do("payroll.DrawWageSheet")
        contractor.go("/sheets")
        contractor.sees("2,400.00")

    def test_2_confirmed_by_signature_by_code_and_before_a_witness(self):
        """R127: each worker confirms his own line, on paper or by the code that only he was told; who cannot come confirms before a witness of the township."""
        sheet = self.sheet()["sheet_code"]
        contractor = self.as_("contractor-maker", f"/sheet/{self.code}/{sheet}")
        contractor.one("form[data-test=confirm]")
        contractor.click("form[data-test=confirm] tbody input[type=checkbox]")
        contractor.click_text("记录 1 人已确认")
        contractor.click("[data-test=yes]")
        contractor.sees("已确认 1 / 3")
        row = "form[data-test=confirm] tbody tr:first-child"
        contractor.wait(lambda: len(contractor.all("form[data-test=confirm] tbody tr")) == 2, what="two are left")
        self.assertEqual(["第1页第2行", "第1页第3行"], [one.get_attribute("value") for one in contractor.all("form[data-test=confirm] td:nth-child(4) input")])  # of the printed list
        contractor.click(f"{row} input[type=checkbox]")
        contractor.click_text("发送 1 个确认码")
        contractor.click("[data-test=yes]")
        told = contractor.wait(lambda: self.house.operator.rows("payroll.ListConfirmCodes", {}), what="the code that the worker is told")[0]
        self.assertNotIn(told["confirm_code"], contractor.driver.page_source)  # nobody but him
        contractor.type(f"{row} .code6", f"{(int(told['confirm_code']) + 1) % 10**6:06d}")
        contractor.click_text("凭码确认")
        contractor.sees("号码不对，还可试")
        contractor.picture("confirm")
        contractor.type(f"{row} .code6", told["confirm_code"])
        contractor.click_text("凭码确认")
        contractor.sees("已确认 2 / 3")
        self.assertEqual([], contractor.serious())
        township = self.as_("township-maker", f"/sheet/{self.code}/{sheet}")
        township.fill("form[data-test=confirm]", {"confirmMethod": "WITNESS"})
        township.fill("form[data-test=confirm]", {"witness": "村委会主任", "reason": "本人住院"})
        township.click("form[data-test=confirm] tbody input[type=checkbox]")
        township.click_text("记录 1 人已确认")
        township.click("[data-test=yes]")
        township.wait(lambda: township.one("[data-test=state]").text == "工人确认", what="confirmed")

    def test_3_reviewed_approved_posted_paid_filed(self):
        """R127, R168: the supervisor's five answers, the owner's approval, the posting, the payment, the filing; each by its own unit."""
        sheet = self.sheet()["sheet_code"]
        supervisor = self.as_("supervisor", f"/sheet/{self.code}/{sheet}")
        supervisor.do("payroll.ReviewSheet", {"standard_ok": True, "cycle_ok": True, "agreements_ok": True, "worker_ledger_ok": True, "review_note": "发放台账待核"})
        supervisor.sees("发放台账待核")
        self.assertEqual("WORKER_CONFIRMED", self.sheet()["sheet_state"])  # four times yes leaves it where it is
        supervisor.do("payroll.ReviewSheet", {name: True for name in ("standard_ok", "cycle_ok", "agreements_ok", "worker_ledger_ok", "pay_ledger_ok")})
        supervisor.wait(lambda: supervisor.one("[data-test=state]").text == "监理审核", what="reviewed")
        supervisor.picture("reviewed")
        self.as_("owner-checker", f"/sheet/{self.code}/{sheet}").do("payroll.ApproveSheet", sure=True)
        contractor = self.as_("contractor-maker", f"/sheet/{self.code}/{sheet}")
        contractor.do("payroll.PublishSheet", {"place_note": "村务公开栏", "hotline": "03520012345"}, sure=True)
        contractor.wait(lambda: contractor.one("[data-test=state]").text == "公示", what="posted")
        owner = self.as_("owner-checker", f"/sheet/{self.code}/{sheet}")
        owner.click("[data-do='payroll.OrderPayment']")
        owner.click_text("先试办")
        owner.one(".problem")  # the days of publicity are not over
        self.house.travel("2026-07-15")
        owner = self.as_("owner-checker", f"/sheet/{self.code}/{sheet}")
        owner.do("payroll.OrderPayment", {"bank_unit_id": "bank-1"}, sure=True)
        order = self.owner.rows("payroll.ListPaymentOrders", {"project_code": self.code})[0]["order_code"]
        path.Bank(self.bank).settle(self.code, order)
        contractor = self.as_("contractor-maker", f"/sheet/{self.code}/{sheet}")
        contractor.do("payroll.FileSheet")  # the project's bureau stands there already
        contractor.wait(lambda: contractor.one("[data-test=state]").text == "备案", what="filed")
        contractor.picture("sheet-filed")
        name, data = contractor.download("[data-export=wages]")
        self.assertEqual("报酬发放台账（签领） 示例以工代赈项目1 2026-06.xlsx", name)
        shown = [[cell.text for cell in row.find_elements("css selector", "th, td")] for row in contractor.all(".signlist tbody tr")]
        book = [row for row in table(data) if "," in row and "**************" in row]
        self.assertEqual(3, len(shown))
        self.assertEqual(sorted((row[0], row[1], row[6].replace(",", "").removesuffix(".00")) for row in shown),  # name, mask, net
                         sorted((cells[4], cells[5], cells[13]) for cells in (row.split(",") for row in book)))
        pages = printed(contractor.paper("sheet-filed"))
        self.assertGreater(len(pages), 0)
        for page in pages:  # each bears the code: a few hundred dark runs of it, and its words
            self.assertGreater(page.count(b" l\n") + page.count(b" re\n"), 200)
        code = contractor.driver.execute_script("return decodeURIComponent(document.querySelector('img.loaded').src).split('code16=')[1]")
        self.assertRegex(code, r"^[0-9a-f]{16}$")
        contractor.go(f"/sheet/{self.code}/{sheet}?code16={code}")
        contractor.sees("纸面与系统现存数字一致")
        contractor.go(f"/sheet/{self.code}/{sheet}?code16={'0' * 16}")
        contractor.sees("纸面与系统现存数字不一致")
        self.assertEqual("FILED", self.sheet()["sheet_state"])

    def test_4_the_worker_reads_his_own(self):
        """Reg. 724 art. 15: the contractor prints the payslips; with the code on his, a worker reads his own pay on the board, and no more."""
        sheet = self.sheet()["sheet_code"]
        contractor = self.as_("contractor-maker", f"/slips/{self.code}/{sheet}")
        contractor.wait(lambda: len(contractor.all(".slip")) == 3, what="a slip for each")
        slip = next(one for one in contractor.all(".slip") if "2,000.00" in one.text)
        code = slip.find_element("css selector", ".slipcode code").text
        others = [one.find_element("css selector", "h3").text.split("\u3000")[0] for one in contractor.all(".slip") if "2,000.00" not in one.text]
        self.assertEqual(2, len(others))
        contractor.picture("slips")
        contractor.go(f"/project/{self.code}?tab=notices")
        contractor.wait(lambda: contractor.one(".boardcode").is_displayed(), what="the board's code")
        worker = Browser(self.house.node.port("http"), (500, 800))
        self.addCleanup(worker.close)
        worker.open("/notice/slip")
        worker.type("[name=code]", code)
        worker.click("form button")
        worker.sees("2,000.00")
        for name in others:
            self.assertNotIn(name, worker.text())
        worker.picture("worker-slip")

    def test_5_finding_rectified_complaint_answered(self):
        """R140: a finding goes to the unit that answers for it and back to a third person; a complaint is answered by the bureau."""
        today = self.house.today()
        self.bureau.ok("evaluation.AddInspection", {"project_code": self.code, "inspection_date": today, "inspection_stage": "DURING", "inspector_names": ["李检查"],
                                                    "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})
        self.house.settle()
        bureau = self.as_("jtj-maker", f"/project/{self.code}?tab=findings")
        bureau.do("evaluation.AddFinding", {"finding_kind": "LABOUR_PAY", "involved_fen": "1200.00", "finding_note": "少计两人工日", "responsible_unit_id": "contractor-1",
                                            "due_date": self.world.house.today()[:8] + "28"})
        bureau.sees("少计两人工日")
        contractor = self.as_("contractor-maker", "/desk")  # his task leads him to its project; the room of all findings is not his
        contractor.click_text("少计两人工日", "a")
        contractor.do("evaluation.SubmitRectification", {"rectification_note": "已补记补发", "recovered_fen": "1200"})
        contractor.sees("已报整改")
        office = self.as_("office", "/findings")
        office.do("evaluation.VerifyRectification", {"verdict": "ACCEPTED", "verify_note": "属实", "accepted_fen": "1200.00"})
        office.sees("已核销")
        office.picture("findings")
        township = self.as_("township-maker", f"/project/{self.code}?tab=complaints")
        township.do("evaluation.AddComplaint", {"complaint_source": "PUBLIC", "complaint_note": "公示栏看不清"})
        township.sees("公示栏看不清")
        checker = self.as_("jtj-checker", "/complaints")
        checker.sees("1 件待答复")
        checker.do("evaluation.AnswerComplaint", {"answer_note": "已更换公示栏"})
        checker.sees("已更换公示栏")
        checker.picture("complaints")


class ImportTest(WalkCase):
    """A roster dropped into the page."""

    def test_each_wrong_cell_then_taken(self):
        """R084: what is wrong stands in a table with sheet, cell, value and reason; mended, it is tried and taken; again, it doubles nothing."""
        code = self.world.project()
        self.house.settle()

        def book(**cells):
            def line(index):
                row = dict(zip(ledgers.HEADS, [index, people.name(index), people.id_number(index), people.phone(index), "140214002", "农村劳动力", "", "", "小工", "土方开挖",
                                       "普工", f"HY-{index}", "2026-06-20", "2026-12-31", 180.5, "日", "按月", "是", "示例银行", people.card(index)]))
                return list({**row, **cells}.values())
            with tempfile.NamedTemporaryFile(delete=False, suffix=".xlsx") as file:
                workbook.write(file.name, {"一标段": [["花名册"], [f"项目代码：{code}"], ledgers.HEADS, *(line(index) for index in range(7001, 7004))]})
            return file.name
        contractor = self.as_("contractor-maker", f"/import?project={code}&kind=roster")
        contractor.one("[data-test=file]").send_keys(book(协议起始日期="2026-02-30", 岗位=""))
        contractor.click("[data-test=try]")
        contractor.one("[data-test=refused]")
        contractor.sees("6 处有问题")
        contractor.sees("M4")
        contractor.sees("日期写法不对")
        contractor.picture("import-refused")
        self.assertFalse(contractor.one("[data-test=take]").is_enabled())
        contractor.one("[data-test=file]").send_keys(book())
        contractor.click("[data-test=try]")
        contractor.one("[data-test=tried]")
        self.assertEqual([], self.contractor.rows("workforce.ListAgreements", {"project_code": code}))
        contractor.picture("import-tried")
        contractor.click("[data-test=take]")
        contractor.click("[data-test=yes]")
        contractor.one("[data-test=taken]")
        self.assertEqual(3, len(self.contractor.rows("workforce.ListAgreements", {"project_code": code})))
        contractor.click("[data-test=try]")
        contractor.sees("3 行已在册且无变化")

    def test_the_other_ledgers(self):
        """R084, facts C.6: trainings and a month's days by the contractor, posts by the owner; a wrong cell is named in its place; all by the page."""
        world = self.world
        code = world.project()
        numbers = sorted(world.placed(code, 2))
        self.house.settle()
        names = {row["worker_number"]: row["worker_name"] for row in self.contractor.rows("workforce.ListAgreements", {"project_code": code})}
        contractor = self.as_("contractor-maker", f"/import?project={code}&kind=training")
        heads = ledgers.TrainingTest.HEADS
        line = ["PX-B", "砌筑培训", "2026-06-25", 16, "技能培训", "实训", "施工现场", "务工人员", "contractor-1", "施工单位", "老师傅", "砌筑", "建设期", "就业补助资金", 3000]
        trained = [[index, *line, str(number), "是", "是", f"ZS-{index}", "半技工"] for index, number in enumerate(numbers, 1)]
        self.upload(contractor, "training", [["技能培训台账"], [f"项目代码：{code}"], heads, *trained])
        contractor.one("[data-test=taken]")
        self.assertIn(("PX-B", 2), [(row["training_code"], row["trainee_count"]) for row in self.contractor.rows("workforce.ListTrainings", {"project_code": code})])

        def grid(*cells):
            rows = [[index, str(number), names[number], *[None] * 20, *cells, *[None] * 7, sum(cells)] for index, number in enumerate(numbers, 1)]
            return [["考勤表"], [f"项目代码：{code}　　月份：2026-06"], ["序号", "工号", "姓名", *(str(day) for day in range(1, 31)), "工日合计"], *rows]
        contractor = self.as_("contractor-maker", f"/import?project={code}&kind=attendance&month=2026-06")
        self.upload(contractor, "attendance", grid(1, 1.5, 1))
        contractor.sees("Y4")  # more than a day in one day, by its cell
        contractor.picture("import-attendance-refused")
        self.upload(contractor, "attendance", grid(1, 0.5, 1))
        contractor.one("[data-test=taken]")
        days = self.contractor.rows("workforce.ListAttendance", {"project_code": code, "month": "2026-06"})
        self.assertEqual([100, 50, 100] * 2, [row["day_hundredths"] for row in sorted(days, key=lambda row: (row["worker_number"], row["work_date"]))])
        self.assertEqual([], contractor.serious())
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": self.house.today()})
        self.house.settle()
        owner = self.as_("owner-maker", f"/import?project={code}&kind=posts")
        post = ["环境卫生保洁员", "保洁员", "140214002201", "村道保洁", 900, "公益性岗位补贴"]
        self.upload(owner, "posts", [["公益性岗位台账"], [f"项目代码：{code}"], POST_HEADS, [1, "GW-1", *post, str(numbers[0]), "2026-07-01", "2027-06-30", "技能较低", "脱贫户"], [2, "GW-2", *post]])
        owner.one("[data-test=taken]")
        self.assertEqual(["GW-1", "GW-2"], sorted(row["post_code"] for row in self.owner.rows("workforce.ListPosts", {"project_code": code})))
