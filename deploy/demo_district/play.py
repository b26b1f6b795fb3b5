"""The quarter as it is played: every step a call through a gateway by somebody who may make it."""
import time

from . import district as plan
from .district import DUE_DATE, MONTHS, OFFICE, QUARTER
from .nodes import Cast
from lib import path
from lib.people import phone

ZERO_REASON = "本季度本单位没有以工代赈项目"
BANK_NAME = "示例银行云冈支行"


class Play:
    def __init__(self, nodes, district, say):
        self.nodes, self.district, self.say = nodes, district, say
        self.casts, self.numbers, self.sheets = {}, {}, {}
        self.by_account = {worker.account_no for worker in district.workers}

    def cast(self, project):
        if project.index not in self.casts:
            self.casts[project.index] = Cast(self.nodes.by_unit[project.node], project, self.district)
        return self.casts[project.index]

    def each_project(self):
        for project in self.district.projects:
            yield project, self.cast(project)

    # --- the district is set up ----------------------------------------------------------------------------------------------

    def set_up(self):
        self.nodes.travel("2026-06-01 09:00")
        office = self.nodes.office
        self.office_maker = office.actor(OFFICE, "MAKER", ("OFFICE",))
        self.office_checker = office.actor(OFFICE, "CHECKER", ("OFFICE",))
        for node in self.nodes:
            self._add_units(node)
        for child in (node for node in self.nodes if node is not office):
            self.office_checker.ok("gateway.AddChild", {
                "unit_id": child.unit_id, "public_key": child.node.server_public("gateway"),
                "sign_public": (child.node.keys / "sign.key.pub").read_text().strip(), "child_unit_ids": [child.unit_id]})
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": DUE_DATE})
        self.say(f"{len(self.district.members)} 个成员单位, {len(plan.catalogue())} 行指导目录, {QUARTER} 已开启, 截止 {DUE_DATE}")

    def _add_units(self, node):
        """The office registers everybody; a bureau's own node the units it deals with."""
        if node is self.nodes.office:
            maker, checker, units = self.office_maker, self.office_checker, self.district.units.values()
        else:
            maker, checker = node.actor(node.unit_id, "MAKER", ("BUREAU",)), node.operator
            near = {unit.unit_id for project in self.district.projects_at(node.unit_id)
                    for unit in (project.bureau, project.owner, project.contractor, project.supervisor, project.township)}
            near |= {OFFICE, plan.BANK, plan.AUDIT, f"{plan.DISTRICT}-rsj"}
            units = [unit for unit in self.district.units.values() if unit.unit_id in near]
        for unit in units:
            maker.ok("registry.AddUnit", {
                "unit_id": unit.unit_id, "unit_name": unit.name, "short_name": unit.name.removeprefix("区"), "unit_kind": unit.kind,
                "carrier_kind": unit.carrier or "UNSPECIFIED", "uscc": unit.uscc, "division_code": unit.division, "hosted": unit.node == OFFICE and unit.member,
                "is_member": unit.member and node is self.nodes.office, "valid_from_date": "2024-01-01",
                "notice_no": "云政办发〔2024〕1号" if unit.member else "", "notice_date": "2024-01-01" if unit.member else ""})
        checker.ok("registry.LoadCatalogue", {"catalogue_version": 1, "issued_by_name": "区发展和改革局", "valid_from_date": "2024-01-01",
                                              "rows": plan.catalogue()})

    # --- projects ------------------------------------------------------------------------------------------------------------

    def open_projects(self):
        for project, who in self.each_project():
            self._add_project(project, who)
        self.nodes.travel("2026-06-05 10:00")
        for project, who in self.each_project():
            path.approve_project(who, project.code, "2026-06-04", f"云审管批〔2026〕{project.index + 1}号")
            if project.list_level:
                path.list_project(who, project.code, 2026, project.list_kind, project.list_level, len(project.placements))
        self.nodes.travel("2026-06-15 10:00")
        for project, who in self.each_project():
            path.award_project(who, project.code, "2026-06-15", [(fund.code, first_part(fund)) for fund in project.funds])
        self.nodes.travel("2026-06-20 09:00")
        for project, who in self.each_project():
            path.start_project(who, project.code, "2026-06-20")
            self._publish(project, who)
        self.say("12 个项目: 预审、批复、列入清单、发包、开工、公示 (" + "、".join(
            f"{project.bureau.name.removeprefix('区')}“{project.name[:14]}…”" for project in self.district.projects[:3]) + " 等)")

    def _add_project(self, project, who):
        row = project.row
        facts = {
            "project_code": project.code, "project_name": project.name, "bureau_unit_id": project.bureau.unit_id, "field": project.field, "track": project.track,
            "project_year": 2026, "division_code": project.township.unit_id, "total_investment_fen": project.fen("total_investment_wanyuan"),
            "central_fen": project.fen("central_funds_wanyuan"), "provincial_fen": project.fen("provincial_funds_wanyuan"),
            "other_fiscal_fen": project.fen("other_fiscal_wanyuan"), "self_raised_fen": project.fen("self_raised_wanyuan"),
            "fund_kind_note": row["fund_kind_text"], "planned_pay_fen": project.planned_pay_fen,
            "planned_workers": project.planned_workers, "planned_trainees": project.planned_trainees, "priority_note": row["priority_breakdown_text"],
            "carrying_body_name": row["carrying_body"], "owner_name": row["owner"], "content_note": row["main_content"], "source_title": row["source_title"],
            "source_date_note": row["source_date"], "scope_kind": "SMALL_MICRO"}
        tasks = [{"catalogue_seq": project.catalogue_seq, "like_seq": 7 if project.field == "RECONSTRUCTION" else 0, "task_note": "土方开挖、回填、绿化与场地整理",
                  "offered_posts": len(project.placements), "owner_confirmed": True}]
        funds = [{"fund_code": fund.code, "fund_source": fund.source, "special_fund": fund.special, "approved_fen": fund.fen, "document_no": "晋发改投〔2026〕8号"}
                 for fund in project.funds]
        parties = [(project.owner.unit_id, "OWNER"), (project.contractor.unit_id, "CONTRACTOR"), (project.supervisor.unit_id, "SUPERVISOR"),
                   (project.township.unit_id, "TOWNSHIP"), (OFFICE, "CONTACT")]
        path.add_project(who, facts, parties, tasks, funds)

    @staticmethod
    def _publish(project, who):
        for code, stage, kind, title in (("GS-1", "AWARD", "ANNOUNCEMENT", "发包结果公示"), ("GS-2", "CONSTRUCTION", "RIGHTS_BOARD", "维权信息告示牌")):
            who.owner.ok("registry.PublishNotice", {
                "project_code": project.code, "notice_code": code, "notice_stage": stage, "notice_kind": kind,
                "channels": ["COUNTY_WEB", "TOWNSHIP_BOARD", "VILLAGE_BOARD"] if kind == "ANNOUNCEMENT" else ["SITE_BOARD"], "notice_title": title,
                "notice_text": f"{project.name}: 业主、施工、监理单位及用工、报酬、培训要求", "states_requirement": True, "published_date": "2026-06-20",
                "rights_board": {**path.RIGHTS_BOARD, "owner_name": project.owner.name, "general_contractor_name": project.contractor.name,
                                 "project_department_name": f"{project.contractor.name}项目部",
                                 "competent_bureau_name": project.bureau.name} if kind == "RIGHTS_BOARD" else None})

    # --- people --------------------------------------------------------------------------------------------------------------

    def take_on(self):
        self.nodes.travel("2026-06-25 09:00")
        for node in self.nodes:
            workers = self.district.workers_at(node.unit_id)
            registrar = self.cast(self.district.projects_at(node.unit_id)[0]).contractor
            numbers = path.add_workers(registrar, [path.worker_line(worker.name, worker.id_number, worker.wrong_account_no or worker.account_no, worker.home,
                                                                     phone=phone(worker.index)) for worker in workers])
            self.numbers[node.unit_id] = dict(zip((worker.index for worker in workers), numbers, strict=True))
            groups = [{"worker_number": number, "priority_group": group, "valid_from_date": "2026-01-01", "group_source": "乡镇摸底调查"}
                      for worker, number in zip(workers, numbers) for group in worker.groups]
            for start in range(0, len(groups), 200):
                registrar.ok("workforce.SetPriorityGroup", {"lines": groups[start:start + 200]})
        for node in self.nodes:
            self._recruit(self.district.projects_at(node.unit_id)[0])
        for project, who in self.each_project():
            path.add_agreements(who, project.code, [path.agreement_line(placement.agreement_code, self.number(project, placement), placement.rate_fen,
                                                                        "2026-07-01", "2026-12-31", placement.post) for placement in project.placements])
        self.nodes.travel("2026-07-01 08:00")
        for project, who in self.each_project():
            path.hold_training(who, project.code, "PX-1", "2026-07-01", [self.number(project, placement) for placement in project.placements])
        people = len(self.district.workers)
        shared = sum(len({p.bureau.unit_id for p in self.district.projects if any(x.worker is worker for x in p.placements)}) > 1
                     for worker in self.district.workers)
        self.say(f"{people} 名务工人员实名登记 (其中 {shared} 人为两个单位务工), {sum(len(p.placements) for p in self.district.projects)} 份劳务协议, 岗前安全培训 12 场")

    def _recruit(self, project):
        """One project of each node looks for its people the whole way: survey, demand, notice, applications, ranking, choice."""
        who, code = self.cast(project), project.code
        at = {"project_code": code, "demand_code": "XQ-1"}
        near = sorted({self.number(project, placement) for placement in project.placements if placement.worker.home == project.township.unit_id})
        for start in range(0, len(near), 200):
            who.township.ok("workforce.RecordSurvey", {
                "township_unit_id": project.township.unit_id, "survey_code": f"MD-{code[-6:]}", "survey_date": "2026-06-24", "surveyor_name": "王调查",
                "policy_explained": True, "lines": [{"worker_number": number, "survey_category": "RURAL_LABOUR", "employment_status": "FARMING", "willing": True}
                                                    for number in near[start:start + 200]]})
        who.owner.ok("workforce.SetLabourChannel", {"project_code": code, "contacts": [
            {"contact_party": party, "unit_id": unit.unit_id, "contact_name": "联系人", "contact_phone": "03520000000"}
            for party, unit in (("TOWNSHIP", project.township), ("OWNER", project.owner), ("CONTRACTOR", project.contractor))]})
        who.contractor.ok("workforce.AddDemand", {**at, "task_number": 1, "post_name": "小工", "head_count": len(near), "from_date": "2026-07-01",
                                                  "to_date": "2026-12-31", "pay_unit": "DAY", "rate_fen": project.placements[0].rate_fen, "content_note": "土方开挖与回填"})
        who.owner_checker.ok("workforce.SubmitDemand", {**at, "townships": [{"township_unit_id": project.township.unit_id, "asked_count": len(near)}]})
        who.township.ok("workforce.AcknowledgeDemand", {**at, "acknowledge_note": "已通知各村"})
        who.owner.ok("workforce.PublishRecruitment", {**at, "notice_code": "ZG-1", "recruit_channel": "VILLAGE_BOARD", "publish_date": "2026-06-25",
                                                      "apply_by_date": "2026-06-30", "place_note": "各村公告栏", "contact_phone": "03520000000"})
        who.township.ok("workforce.ApplyForDemand", {**at, "lines": [{"worker_number": number, "application_way": "TOWNSHIP"} for number in near]})
        chosen = who.contractor.ok("workforce.ChooseWorkers", {**at, "lines": [{"worker_number": number, "choice_reason": "已报名"} for number in near]})["rows"]
        first = min(chosen, key=lambda row: row["rank_number"])
        self.say(f"{project.bureau.name}“{project.name[:14]}…”招工: 摸底 {len(near)} 人, 乡镇确认, 公告, 报名, 选用 {len(chosen)} 人 (第一名: {first['rank_note']})")

    def number(self, project, placement):
        return self.numbers[project.node][placement.worker.index]

    # --- one month -----------------------------------------------------------------------------------------------------------

    def work(self, month):
        self.nodes.travel(f"{path.month_end(month)} 18:00")
        entries = 0
        for project, who in self.each_project():
            lines = [(self.number(project, placement), day, part) for placement in project.placements for day, part in sorted(placement.days.items())
                     if day[:7] == month]
            path.record_attendance(who, project.code, lines)
            path.seal_month(who, project.code, month)
            entries += len(lines)
        if month == MONTHS[1]:
            self._train_skills()
        self.say(f"{month} 考勤 {entries:,} 条, 12 个项目封账")

    def _train_skills(self):
        for project, who in self.each_project():
            path.hold_training(who, project.code, "PX-2", "2026-08-15", [self.number(project, placement) for placement in project.trainees], "SKILL")

    def draw(self, month):
        """Sheets on the first day of the next month, posted for a week."""
        self.nodes.travel(f"{next_month(month)}-01 10:00")
        lines = gross = 0
        for project, who in self.each_project():
            sheet = self.sheets[project.index, month] = path.draw_sheet(who, project.code, month)
            placements = project.on_month(month)
            for placement in placements:
                if placement.deductions.get(month):
                    who.contractor.ok("payroll.SetDeduction", {
                        "project_code": project.code, "sheet_code": sheet, "worker_number": self.number(project, placement),
                        "deduction_kind": "SOCIAL_INSURANCE", "deduction_fen": placement.deductions[month], "deduction_reason": "个人缴纳的养老保险"})
            path.confirm_sheet(who, project.code, sheet, [self.number(project, placement) for placement in placements])
            path.approve_sheet(who, project.code, sheet)
            lines += len(placements)
            gross += sum(placement.gross(month) for placement in placements)
        self.say(f"{month} 发放表 12 张, {lines} 行, 应发 {gross / 1_000_000:.2f} 万元: 务工人员签字, 监理复核, 业主核定, 公示 7 天")

    def pay(self, month):
        """After the publicity: orders, the bank's answers, wrong accounts put right and ordered again, filing."""
        self.nodes.travel(f"{next_month(month)}-09 10:00")
        rejected = paid = 0
        for project, who in self.each_project():
            sheet, placements = self.sheets[project.index, month], project.on_month(month)
            order = path.order_payment(who, project.code, sheet, len(placements), sum(placement.net(month) for placement in placements), plan.BANK)
            slow = [self.number(project, placements[0])] if month == MONTHS[0] else []
            bank = path.Bank(who.bank, lambda account: account in self.by_account, slow)
            bank.settle(project.code, order)
            rejected += bank.rejected
            if project.index == plan.UNPAID and month == MONTHS[-1]:
                self.say(f"  {project.bureau.name} {month} 有 {bank.rejected} 笔退回未更正, 暂欠发")
            else:
                self._retry(project, who, sheet, month, bank)
            paid += bank.paid_fen
        self.nodes.travel(f"{next_month(month)}-11 10:00")
        for project, who in self.each_project():
            if not (project.index == plan.UNPAID and month == MONTHS[-1]):
                path.file_sheet(who, project.code, self.sheets[project.index, month], project.bureau.unit_id)
        self.say(f"{month} 支付 {paid / 1_000_000:.2f} 万元, 银行退回 {rejected} 笔, 更正账号后重发; 台账备案")

    def _retry(self, project, who, sheet, month, bank):
        wrong = [placement for placement in project.on_month(month) if placement.worker.wrong_account_no]
        if not wrong:
            return
        for placement in wrong:
            who.contractor.ok("payroll.CorrectAccount", {
                "project_code": project.code, "sheet_code": sheet, "worker_number": self.number(project, placement), "account_holder": placement.worker.name,
                "account_no": placement.worker.account_no, "bank_name": BANK_NAME, "correction_reason": "银行退回: 账号与户名不符, 本人重新提供"})
        body = who.owner_checker.ok("payroll.RetryFailed", {"project_code": project.code, "sheet_code": sheet, "line_count": len(wrong),
                                                            "total_fen": sum(placement.net(month) for placement in wrong), "bank_unit_id": plan.BANK})
        bank.settle(project.code, body["order_code"])

    # --- overseeing ----------------------------------------------------------------------------------------------------------

    def inspect(self):
        self.nodes.travel("2026-08-20 10:00")
        project = self.district.projects[plan.INSPECTED]
        who = self.cast(project)
        inspection = who.bureau.ok("evaluation.AddInspection", {
            "project_code": project.code, "inspection_date": "2026-08-20", "inspection_stage": "DURING", "control_stage": "IMPLEMENTATION",
            "items": [{"inspection_item": item, "item_result": "FAIL" if item == "PUBLICITY" else "PASS",
                       "item_note": "施工现场告示牌缺投诉电话" if item == "PUBLICITY" else ""}
                      for item in ("LABOUR_ORG", "LABOUR_PAY", "SKILL_TRAINING", "SAFETY_TRAINING", "CONTRACT_CLAUSES", "WORKER_LEDGER", "PAY_LEDGER",
                                   "TRAINING_LEDGER", "PUBLICITY")],
            "inspector_names": ["检查组一", "检查组二"]})["inspection_code"]
        finding = who.bureau.ok("evaluation.AddFinding", {
            "project_code": project.code, "inspection_code": inspection, "finding_kind": "PUBLICITY", "finding_note": "告示牌缺投诉电话",
            "responsible_unit_id": project.contractor.unit_id, "due_date": "2026-09-05"})["finding_code"]
        self.nodes.travel("2026-08-28 10:00")
        who.contractor.ok("evaluation.SubmitRectification", {"project_code": project.code, "finding_code": finding, "rectification_note": "已补齐三方信息与投诉电话"})
        self.nodes.travel("2026-08-29 10:00")
        who.bureau_checker.ok("evaluation.VerifyRectification", {"project_code": project.code, "finding_code": finding, "verdict": "ACCEPTED",
                                                                 "verify_note": "现场复核属实"})
        self.say(f"{project.bureau.name}检查一次, 发现问题 1 个, 已整改销号")

    def check_ratios(self):
        below = []
        for project, who in self.each_project():
            check = who.bureau.ok("evaluation.CheckRatio", {"project_code": project.code, "pay_basis": "PAID"})
            ledgers = who.bureau.ok("evaluation.CheckLedgers", {"project_code": project.code})
            if check["ratio_result"] == "BELOW":
                below.append(f"{project.name} {check['ratio_bp'] / 100:.2f}% (下限 {check['floor_bp'] / 100:.0f}%, 差 {check['missing_fen'] / 1_000_000:.2f} 万元)")
            if not ledgers["ledgers_true"]:
                self.say(f"  三本台账不一致: {project.name}: {ledgers['mismatch_count']} 处")
        self.say(f"劳务报酬比例核算: {len(below)} 个项目低于下限: {'、'.join(below)}; 三本台账核对一致")
        self._look_ahead()

    def _look_ahead(self):
        """How the works will end, and what deserves the office's second look on its own node."""
        for project, who in self.each_project():
            told = who.bureau.ok("evaluation.GetForecast", {"project_code": project.code})
            if told["forecast_state"] in ("MENDABLE", "TOO_LATE"):
                self.say(f"  {project.name}: {told['forecast_note']}")
        found = [self.office_maker.ok("evaluation.ScanFraud", {"month": month})["found_count"] for month in MONTHS]
        self.say(f"风险筛查 {MONTHS[0]} 至 {MONTHS[-1]}: {sum(found)} 条线索")
        for signal in self.office_maker.rows("evaluation.ListSignals", {"signal_state": "OPEN"})[:3]:
            self.say(f"  {signal['score']} 分 {signal['project_code']} {signal['period']}: {signal['signal_note']}")

    def report_progress(self, month, bp):
        for project, who in self.each_project():
            who.owner.ok("registry.ReportProgress", {
                "project_code": project.code, "month": month, "reported_as": "OWNER", "progress_bp": bp, "invested_fen": invested_fen(project, bp),
                "disbursed_fen": invested_fen(project, bp), "progress_note": "按计划推进"})


    def draw_down(self, bp, date):
        """What is left of the money is drawn by progress; what stands in the way is named."""
        held = []
        for project, who in self.each_project():
            gate = next(row for row in who.owner.ok("registry.GetGates", {"project_code": project.code})["rows"] if row["method"] == "ApplyDrawDown")
            if gate["gaps"]:
                held.append(f"{project.name[:12]}…({gate['gaps'][0]['zh'].split('：')[0]})")
                continue
            for number, fund in enumerate(project.funds, 1):
                named = {"project_code": project.code, "application_code": f"SQ-{number}"}
                who.owner.ok("registry.ApplyDrawDown", {**named, "fund_code": fund.code, "applied_fen": fund.fen - first_part(fund), "progress_bp": bp})
                who.bureau_checker.ok("registry.DecideDrawDown", {**named, "decision": "APPROVED", "decision_note": "进度属实"})
                who.bureau_checker.ok("registry.AllocateFund", {
                    **named, "fund_code": fund.code, "allocation_code": f"BK-2-{number}", "allocation_fen": fund.fen - first_part(fund),
                    "progress_bp": bp, "allocation_date": date, "document_no": "云财预〔2026〕36号", "relief_clause": True})
        self.say(f"按进度拨付余款: {len(self.district.projects) - len(held)} 个项目已拨付; 暂缓 {len(held)} 个: {'、'.join(held)}")


def first_part(fund):
    """What is put in place before the works begin; the rest follows their progress."""
    return fund.fen * 7 // 10


def invested_fen(project, bp):
    return sum(fund.fen for fund in project.funds) * bp // 10_000


def next_month(month):
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


# --- the quarter's reports ---------------------------------------------------------------------------------------------------------

class Quarter:
    """From draft to consolidation. The bureaus' own people draft, check and file; the office's decide."""

    def __init__(self, play):
        self.play, self.nodes, self.district, self.say = play, play.nodes, play.district, play.say
        self.reporting = {project.bureau.unit_id: project.bureau for project in self.district.projects}

    def staff(self, unit):
        """The unit's maker and checker of reports; the office's own are not those who decide."""
        node = self.nodes.by_unit[unit.node]
        relations, suffix = (("OFFICE",), "-report") if unit.unit_id == OFFICE else (("BUREAU",), "")
        return node.actor(unit.unit_id, "MAKER", relations, suffix), node.actor(unit.unit_id, "CHECKER", relations, suffix)

    def file(self, unit, round_number=1):
        """Draft, check with comments on the exceptions, submit; the report's code."""
        maker, checker = self.staff(unit)
        code = maker.ok("gateway.DraftReport", {"unit_id": unit.unit_id, "quarter": QUARTER})["report_code"]
        comments = [{"project_code": project.code, "comment_note": note} for project in self.district.projects_of(unit.unit_id)
                    for note in self._comments(project, round_number)]
        checker.ok("gateway.CheckReport", {"report_code": code, "comments": comments})
        checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    @staticmethod
    def _comments(project, round_number):
        if project.index == plan.BELOW_RATIO:
            yield "比例低于下限: 已商业主增加用工环节, 力争年底前达标" if round_number > 1 else "正在核实"
        if project.index == plan.UNPAID:
            yield "2 笔银行退回, 待本人提供账号后补发"

    def file_zero(self, unit):
        maker, checker = self.staff(unit)
        code = maker.ok("gateway.ZeroReport", {"unit_id": unit.unit_id, "quarter": QUARTER, "zero_reason": ZERO_REASON})["report_code"]
        checker.ok("gateway.CheckReport", {"report_code": code})
        checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    def accept(self, code):
        self.play.office_checker.ok("gateway.AcceptReport", {"report_code": code})

    @staticmethod
    def await_quarter(node, seconds=60):
        """The office's calendar comes down the uplink, which the office has admitted only a few seconds ago."""
        deadline = time.monotonic() + seconds
        while not any(row["quarter"] == QUARTER for row in node.operator.rows("gateway.ListQuarters")):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{node.name}: {QUARTER} has not arrived")
            time.sleep(0.1)

    def await_state(self, node, code, states, seconds=60):
        """The uplink carries reports up and decisions down by itself; this only watches."""
        deadline = time.monotonic() + seconds
        while True:
            reply = node.operator.call("gateway.GetReport", {"report_code": code})
            if reply.ok and reply.body["report_state"] in states:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{node.name}: {code} {reply.body.get('report_state') if reply.ok else reply}")
            time.sleep(0.1)

    def run(self):
        office = self.nodes.office
        late, missing = self.district.units[plan.LATE], [self.district.units[unit_id] for unit_id in plan.MISSING]
        self.nodes.travel("2026-10-13 10:00")
        for node in self.nodes:
            self.await_quarter(node)
        codes = {unit_id: self.file(unit) for unit_id, unit in self.reporting.items()}
        for code in codes.values():
            self.await_state(office, code, {"SUBMITTED", "RETURNED", "ACCEPTED"})
        self.say(f"{len(codes)} 个单位报送季报 (区交通局、区水务局由本单位节点签名上报)")
        zero = [unit for unit in self.district.members if unit.unit_id not in self.reporting and unit is not late and unit not in missing]
        codes |= {unit.unit_id: self.file_zero(unit) for unit in zero}
        self.say(f"{len(zero)} 个单位零报告")
        self._return_one(codes)
        self.nodes.travel("2026-10-17 10:00")
        codes[late.unit_id] = self.file_zero(late)
        self.say(f"{late.name}逾期报送 (截止 {DUE_DATE})")
        for code in codes.values():
            self.accept(code)
        for node in self.nodes:
            if node is not office:
                self.await_state(node, codes[node.unit_id], {"ACCEPTED"})
        self.nodes.travel("2026-10-20 10:00")
        self.play.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        self.say(f"办公室接受 {len(codes)} 份, 已汇总; 未报 {len(missing)} 家: {'、'.join(unit.name for unit in missing)}")

    def _return_one(self, codes):
        """The bureau whose project stays below its ratio explained too little: back with a remark, and in again."""
        project = self.district.projects[plan.BELOW_RATIO]
        unit, node = project.bureau, self.nodes.by_unit[project.node]
        self.nodes.travel("2026-10-14 09:00")
        self.play.office_checker.ok("gateway.ReturnReport", {
            "report_code": codes[unit.unit_id], "return_reason": "劳务报酬比例低于下限, 说明不充分",
            "remarks": [{"project_code": project.code, "remark_note": "请写明补足劳务报酬的措施和时限"}]})
        self.await_state(node, codes[unit.unit_id], {"RETURNED"})
        self.nodes.travel("2026-10-14 15:00")
        codes[unit.unit_id] = self.file(unit, 2)
        self.await_state(self.nodes.office, codes[unit.unit_id], {"SUBMITTED", "ACCEPTED"})
        self.say(f"{unit.name}季报退回 (比例说明不充分), 补充后重报")
