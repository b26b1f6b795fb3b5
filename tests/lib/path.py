"""The way of a project from first idea to a filed wage sheet, by the real methods; for the tests' world and for the demo.

`who` is anything that has the actors as attributes: office, office_checker, bureau, bureau_checker, owner, owner_checker, contractor,
contractor_checker, supervisor_checker, bank. An actor has ok(method, request) -> body and unit_id.
"""
import calendar
import hashlib


def digest(text):
    """What a document's digest looks like: 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def month_end(month):
    return f"{month}-{calendar.monthrange(int(month[:4]), int(month[5:]))[1]:02d}"


# --- registry ------------------------------------------------------------------------------------------------------------------

def add_units(who, units):
    """units: dicts of AddUnitRequest."""
    for unit in units:
        who.office.ok("registry.AddUnit", unit)


def load_catalogue(who, rows, version=1, valid_from_date="2023-01-01"):
    who.office_checker.ok("registry.LoadCatalogue", {"catalogue_version": version, "issued_by_name": "区发展和改革局", "valid_from_date": valid_from_date,
                                                     "rows": rows})


def add_project(who, facts, parties, tasks, funds):
    """A draft with its parties ((unit_id, relation)), tasks (dicts of AddTaskRequest) and funds (dicts of SetFundLineRequest)."""
    code = facts["project_code"]
    who.bureau.ok("registry.AddProject", facts)
    who.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": unit, "relation": relation, "person_name": "项目负责人",
                                                                            "person_phone": "03520000000"} for unit, relation in parties]})
    for number, task in enumerate(tasks, 1):
        who.bureau.ok("registry.AddTask", {"project_code": code, "task_number": number, "link_stage": "MAIN_AND_TEMPORARY", **task})
    for fund in funds:
        who.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_purpose": "CONSTRUCTION", **fund})
    return code


def list_project(who, code, year, kind, level, workers):
    who.bureau.ok("registry.ProposeListEntry", {"project_code": code, "list_year": year, "list_kind": kind, "list_level": level,
                                                "plan_note": "年度投资计划", "expected_workers": workers, "entry_source": "RURAL_PROJECT_BANK" if kind == "NONGTUI"
                                                else "BUREAU_PROPOSAL", "bank_code": f"XM{code[-6:]}" if kind == "NONGTUI" else ""})
    who.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": year, "decision": "LISTED"})


def approve_project(who, code, date, document_no="云发改审批〔2026〕1号"):
    who.bureau.ok("registry.SubmitPreReview", {"project_code": code, "approval_mode": "ORDINARY", "documents": [
        {"document_kind": kind, "document_title": title, "document_digest": digest(code + kind), "document_date": date,
         "states_requirement": True}
        for kind, title in (("FSR", "可行性研究报告"), ("PRELIM_DESIGN", "初步设计报告"))]})
    who.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED", "review_note": "资料齐全"})
    who.bureau_checker.ok("registry.ApproveProject", {"project_code": code, "approval_mode": "ORDINARY", "document_no": document_no, "document_date": date,
                                                      "relief_clause": True, "reporting_clause": True, "fiscal_review": "DONE"})


def award_project(who, code, date, funds, contract_fen=0):
    """funds: [(fund_code, fen)] allocated before the works begin."""
    for number, (fund, fen) in enumerate(funds, 1):
        who.bureau_checker.ok("registry.AllocateFund", {"project_code": code, "fund_code": fund, "allocation_code": f"BK-{number}", "allocation_fen": fen,
                                                        "progress_bp": 0, "allocation_date": date, "document_no": "云财预〔2026〕12号", "relief_clause": True})
    clauses = ("LABOUR_ORG", "LABOUR_PAY", "TRAINING")
    who.owner.ok("registry.AwardProject", {"project_code": code, "procurement_mode": "TENDER", "award_date": date, "contract_no": f"HT-{code[-6:]}",
                                           "contract_fen": contract_fen or None, "labour_cycle_days": 30, "organising_mode": "TOWNSHIP_COMPANY",
                                           "notice_clauses": clauses, "contract_clauses": clauses, "supervision_clauses": clauses})


def start_project(who, code, date):
    who.owner.ok("registry.StartProject", {"project_code": code, "start_date": date, "start_note": "开工报告已批复"})


RIGHTS_BOARD = {"owner_name": "示例项目建设中心", "general_contractor_name": "示例建筑劳务有限公司", "project_department_name": "示例项目部",
                "competent_bureau_name": "区交通局", "labour_officer_name": "钱某", "minimum_wage_fen": 1_980_00, "pay_date_note": "每月15日前",
                "bureau_hotline": "0352-0000000", "inspection_hotline": "12333", "arbitration_note": "区劳动人事争议仲裁院窗口申请",
                "legal_aid_note": "区法律援助中心窗口申请", "legal_service_hotline": "12348"}


def publish_notice(who, code, stage, date, kind="ANNOUNCEMENT", **more):
    """A notice of a stage, complete in all that its kind must show; more: fields of PublishNoticeRequest."""
    sign = {"built_from_date": date, "built_to_date": date, "content_note": "硬化村内道路", "benefit_note": "带动当地群众务工增收",
            "upkeep_body_name": "某村村民委员会"} if kind == "PERMANENT_SIGN" else {"rights_board": RIGHTS_BOARD} if kind == "RIGHTS_BOARD" else {}
    return who.owner.ok("registry.PublishNotice", {
        "project_code": code, "notice_code": f"GG-{stage}-{kind}", "notice_stage": stage, "notice_kind": kind,
        "channels": ["COUNTY_WEB", "TOWNSHIP_BOARD", "VILLAGE_BOARD"] if kind == "ANNOUNCEMENT" else ["SITE_BOARD"], "notice_title": "项目公示",
        "notice_text": "本项目采取以工代赈方式实施，公示用工、报酬和培训要求", "states_requirement": True, "published_date": date, **sign, **more})


def publish_stages(who, code, date):
    """A notice at award, during works and after them, the rights board and the permanent sign (R170..R173); the project is completed."""
    for stage in ("AWARD", "CONSTRUCTION", "COMPLETED"):
        publish_notice(who, code, stage, date)
    publish_notice(who, code, "CONSTRUCTION", date, "RIGHTS_BOARD")
    publish_notice(who, code, "COMPLETED", date, "PERMANENT_SIGN")


def evaluate_project(who, code):
    kinds = (("ACCEPTING_UNIT", "bureau"), ("BUREAU", "bureau"), ("OWNER", "owner"), ("CONTRACTOR", "contractor"), ("TOWNSHIP", "township"),
             ("DEVELOPMENT_REFORM", "office"))
    return who.bureau_checker.ok("evaluation.EvaluateProject", {
        "project_code": code, "organisation_score": 90, "pay_score": 95, "training_score": 90, "verdict_note": "务工组织到位",
        "participants": [{"participant_kind": kind, "unit_id": getattr(who, actor).unit_id} for kind, actor in kinds]})["evaluation_code"]


def accept_project(who, code, date):
    """From construction to ACCEPTED, all on one day: completed, announced, evaluated, accepted. Needs registry and evaluation."""
    who.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": date})
    publish_stages(who, code, date)
    evaluate_project(who, code)
    who.bureau_checker.ok("registry.AcceptProject", {"project_code": code, "accept_date": date, "document_no": f"验收{code[-6:]}号",
                                                     "upkeep_body_name": "某村村民委员会", "upkeep_rules_digest": digest("管护办法")})


# --- workforce -----------------------------------------------------------------------------------------------------------------

def add_workers(actor, people_lines):
    """people_lines: dicts of WorkerLine; the worker numbers in the same order."""
    numbers = []
    for start in range(0, len(people_lines), 200):
        numbers += [row["worker_number"] for row in actor.ok("workforce.AddWorkers", {"lines": people_lines[start:start + 200]})["rows"]]
    return numbers


def worker_line(name, id_number, account_no, home="140214002", skill="UNSKILLED", phone="19900000000"):
    return {"worker_name": name, "id_number": id_number, "phone": phone, "home_division_code": home, "population_kind": "RURAL_LABOUR",
            "ethnicity_code": "01", "account_holder": name, "account_no": account_no, "bank_name": "示例银行云冈支行", "skill_level": skill}


def agreement_line(code, worker_number, rate_fen, start, end, post="小工"):
    return {"agreement_code": code, "worker_number": worker_number, "employment_kind": "WORK_RELIEF_SERVICE", "post_name": post, "work_content": "土方开挖与回填",
            "pay_unit": "DAY", "rate_fen": rate_fen, "pay_cycle": "MONTH", "start_date": start, "end_date": end, "insured": True}


def add_agreements(who, code, lines):
    for start in range(0, len(lines), 200):
        who.contractor.ok("workforce.AddAgreements", {"project_code": code, "lines": lines[start:start + 200]})


def hold_training(who, code, training_code, date, worker_numbers, content="SAFETY", absent=()):
    who.contractor.ok("workforce.HoldTraining", {
        "project_code": code, "training_code": training_code, "training_name": "岗前安全生产培训" if content == "SAFETY" else "技能实训", "training_date": date,
        "hours_hundredths": 400, "training_content": content, "training_mode": "TRAIN_THEN_POST" if content == "SAFETY" else "PRACTICE",
        "training_venue": "SITE", "training_audience": "WORKERS", "organiser_unit_id": who.contractor.unit_id, "organiser_kind": "CONTRACTOR",
        "trainer_name": "安全员", "training_fund_source": "安全生产培训经费" if content == "SAFETY" else "就业补助资金", "training_cost_fen": 2_000_00,
        "skill_kind": "MASONRY" if content != "SAFETY" else "UNSPECIFIED", "target_stage": "CONSTRUCTION",
        "trainees": [{"worker_number": number, "signed_in": number not in absent} for number in worker_numbers]})


def record_attendance(who, code, entries, chunk=1000):
    """entries: [(worker_number, date, hundredths)]."""
    for start in range(0, len(entries), chunk):
        who.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": code, "lines": [
            {"worker_number": number, "work_date": date, "day_hundredths": part} for number, date, part in entries[start:start + chunk]]})


def seal_month(who, code, month):
    return who.contractor_checker.ok("workforce.SealMonth", {"project_code": code, "month": month})


# --- payroll -------------------------------------------------------------------------------------------------------------------

def draw_sheet(who, code, month):
    return who.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": month})["sheet_code"]


def confirm_sheet(who, code, sheet, worker_numbers):
    who.contractor.ok("payroll.ConfirmLines", {"project_code": code, "sheet_code": sheet, "lines": [
        {"worker_number": number, "confirm_method": "SIGNATURE", "signature_reference": f"第{index // 25 + 1}页第{index % 25 + 1}行"}
        for index, number in enumerate(worker_numbers)]})


def approve_sheet(who, code, sheet):
    who.supervisor_checker.ok("payroll.ReviewSheet", {"project_code": code, "sheet_code": sheet, "standard_ok": True, "cycle_ok": True, "agreements_ok": True,
                                                      "worker_ledger_ok": True, "pay_ledger_ok": True, "review_note": "核对无误"})
    who.owner_checker.ok("payroll.ApproveSheet", {"project_code": code, "sheet_code": sheet})
    who.contractor.ok("payroll.PublishSheet", {"project_code": code, "sheet_code": sheet, "place_note": "村务公开栏、项目部公示栏", "hotline": "03520012345"})


def order_payment(who, code, sheet, line_count, total_fen, bank_unit_id=""):
    return who.owner_checker.ok("payroll.OrderPayment", {"project_code": code, "sheet_code": sheet, "line_count": line_count, "total_fen": total_fen,
                                                         "bank_unit_id": bank_unit_id})["order_code"]


def file_sheet(who, code, sheet, filing_unit_id):
    who.contractor.ok("payroll.FileSheet", {"project_code": code, "sheet_code": sheet, "filing_unit_id": filing_unit_id})


class Bank:
    """A bank on the bus: reads an order, pays what it can, answers line by line. knows(account_no) -> bool."""

    def __init__(self, actor, knows=lambda account_no: True, slow=()):
        self.actor, self.knows, self.slow = actor, knows, set(slow)
        self.paid_fen = self.rejected = 0

    def settle(self, code, order):
        """Answers an order; whoever stands in slow is UNKNOWN the first time and known the second."""
        lines = self.actor.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": order})
        results, later = [], []
        for line in lines:
            if line["worker_number"] in self.slow:
                results.append({"worker_number": line["worker_number"], "line_result": "UNKNOWN"})
                later.append(self._result(line, order))
            else:
                results.append(self._result(line, order))
        self._answer(code, order, results)
        if later:
            self._answer(code, order, later)

    def _result(self, line, order):
        number = line["worker_number"]
        if not self.knows(line["account_no"]):
            self.rejected += 1
            return {"worker_number": number, "line_result": "REJECTED", "reject_reason": "账号与户名不符"}
        self.paid_fen += line["net_fen"]
        return {"worker_number": number, "line_result": "PAID", "paid_fen": line["net_fen"], "bank_serial": f"{order[-12:]}-{number}"}

    def _answer(self, code, order, results):
        for start in range(0, len(results), 500):
            self.actor.ok("payroll.RecordBankResults", {"project_code": code, "order_code": order, "lines": results[start:start + 500]})
