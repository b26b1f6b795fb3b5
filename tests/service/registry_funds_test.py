"""registry: money by progress: applications, what holds them back, and the allocation that answers one."""
import datetime
import threading

from lib import path
from registry_gates_test import ITEMS, GateCase


class MoneyCase(GateCase):
    count = 0

    def running(self, progress_bp=5000, **facts):
        """A project under construction: 2,000,000 of 3,000,000 yuan allocated, owner's progress reported."""
        code = self.world.project(**facts)
        if progress_bp:
            self.report(code, progress_bp)
        return code

    def report(self, code, progress_bp):
        self.owner.ok("registry.ReportProgress", {"project_code": code, "month": self.house.today()[:7], "reported_as": "OWNER",
                                                  "progress_bp": progress_bp})

    def application(self, code, fen, progress_bp=5000, **more):
        MoneyCase.count += 1
        return {"project_code": code, "application_code": f"SQ-{MoneyCase.count}", "fund_code": "F1", "applied_fen": fen, "progress_bp": progress_bp, **more}

    def decide(self, application, decision="APPROVED", **more):
        return {"project_code": application["project_code"], "application_code": application["application_code"], "decision": decision, **more}

    def allocation(self, code, fen, number, **more):
        return {"project_code": code, "fund_code": "F1", "allocation_code": f"BK-2-{number}", "allocation_fen": fen, "progress_bp": 5000,
                "allocation_date": self.house.today(), "document_no": "云财预〔2026〕30号", "relief_clause": True, **more}

    def day(self, days):
        return str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=days))


class DrawDownTest(MoneyCase):
    services = ("registry",)

    def test_applied_decided_allocated(self):
        "R144: applied by the owner, decided by another, allocated once and no more than applied for; every step kept."
        code = self.running()
        application = self.application(code, 400_000_00, purpose_note="第二期")
        self.assertEqual(self.owner.ok("registry.ApplyDrawDown", application)["draw_down_state"], "APPLIED")
        self.owner.refused("registry.ApplyDrawDown", application, "ALREADY_EXISTS", "DRAW_DOWN_EXISTS", path="application_code")
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 1, 1), "FAILED_PRECONDITION", "DRAW_DOWN_MISSING",
                                    path="application_code")
        named = {"application_code": application["application_code"]}
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 1, 1, **named), "FAILED_PRECONDITION", "DRAW_DOWN_STATE")
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 1, 1, application_code="SQ-0"), "NOT_FOUND", "NO_SUCH_DRAW_DOWN")
        self.bureau_checker.ok("registry.DecideDrawDown", self.decide(application, decision_note="同意"))
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 400_000_01, 1, **named), "FAILED_PRECONDITION", "DRAW_DOWN_DIFFERS")
        self.bureau_checker.ok("registry.AllocateFund", self.allocation(code, 400_000_00, 1, **named))
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 1, 2, **named), "FAILED_PRECONDITION", "DRAW_DOWN_STATE")
        row = self.owner.rows("registry.ListDrawDowns", {"project_code": code})[0]
        self.assertEqual((row["draw_down_state"], row["allocation_code"], row["applied_by"], row["decided_by"], row["decision_note"], row["fund_source"]),
                         ("ALLOCATED", "BK-2-1", "owner-maker", "bureau-checker", "同意", "CENTRAL_BUDGET_INVESTMENT"))
        self.assertEqual(self.get(code)["allocations"][-1]["application_code"], application["application_code"])
        self.assertEqual(self.last_event("ProjectChanged").fund_lines[0].allocated_fen, 2_400_000_00)

    def test_not_ahead_of_the_works(self):
        "R144: with an advance of 30 %, half the works draw at most 80 % of the line; the progress is the one reported; the advance is dated policy."
        code = self.running()
        self.owner.refused("registry.ApplyDrawDown", self.application(code, 400_000_01), "FAILED_PRECONDITION", "PROGRESS_TOO_LOW", path="applied_fen")
        self.owner.refused("registry.ApplyDrawDown", self.application(code, 400_000_00, 5001), "FAILED_PRECONDITION", "PROGRESS_NOT_REPORTED",
                           path="progress_bp")
        self.owner.ok("registry.ApplyDrawDown", self.application(code, 300_000_00))
        reply = self.owner.refused("registry.ApplyDrawDown", self.application(code, 1_000_000_00, 9000), "FAILED_PRECONDITION", "OVER_ALLOCATED",
                                   path="applied_fen")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"OVER_ALLOCATED", "PROGRESS_NOT_REPORTED", "PROGRESS_TOO_LOW"})
        self.owner.refused("registry.ApplyDrawDown", self.application(code, 100_000_01), "FAILED_PRECONDITION", "PROGRESS_TOO_LOW")
        advance = {"parameter_name": "draw_down_advance_bp", "division_prefix": "140214", "valid_from_date": "2026-07-01", "parameter_value": 2000,
                   "basis_note": "本区"}
        self.office_checker.ok("registry.SetParameter", advance)
        self.owner.refused("registry.ApplyDrawDown", self.application(code, 100_000_00), "FAILED_PRECONDITION", "PROGRESS_TOO_LOW")
        self.office_checker.ok("registry.SetParameter", {**advance, "parameter_value": 3000})
        self.owner.ok("registry.ApplyDrawDown", self.application(code, 100_000_00))
        lines = self.owner.ok("registry.ListProjectFunds", {"project_code": code})["rows"]
        self.assertEqual([(line["allocated_fen"], line["applied_fen"], line["left_fen"]) for line in lines], [(2_000_000_00, 400_000_00, 600_000_00)])

    def test_refused_withdrawn_and_by_whom(self):
        "R144: a refusal says why; nobody decides his own; only who applied withdraws; what ended frees its amount."
        code = self.running()
        first, second = self.application(code, 400_000_00), self.application(code, 400_000_00)
        self.owner.ok("registry.ApplyDrawDown", first)
        self.owner.refused("registry.ApplyDrawDown", second, "FAILED_PRECONDITION", "PROGRESS_TOO_LOW")
        self.bureau_checker.refused("registry.DecideDrawDown", self.decide(first, "REFUSED"), "FAILED_PRECONDITION", "REMARKS_MISSING", path="decision_note")
        self.bureau_checker.refused("registry.DecideDrawDown", self.decide(first, "ALLOCATED"), "FAILED_PRECONDITION", "DECISION_UNKNOWN", path="decision")
        self.bureau.refused("registry.DecideDrawDown", self.decide(first), "PERMISSION_DENIED", "WRONG_DUTY")
        self.owner_checker.refused("registry.DecideDrawDown", self.decide(first), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau_checker.ok("registry.DecideDrawDown", self.decide(first, "REFUSED", decision_note="资料不全"))
        self.bureau_checker.refused("registry.DecideDrawDown", self.decide(first), "FAILED_PRECONDITION", "DRAW_DOWN_STATE")
        self.owner.ok("registry.ApplyDrawDown", second)
        withdraw = {"project_code": code, "application_code": second["application_code"], "withdraw_reason": "改报"}
        self.bureau.refused("registry.WithdrawDrawDown", withdraw, "FAILED_PRECONDITION", "NOT_YOUR_UNIT")
        self.owner.ok("registry.WithdrawDrawDown", withdraw)
        third = self.application(code, 400_000_00)
        both = self.actor("money-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        both.ok("registry.ApplyDrawDown", third)
        both.refused("registry.DecideDrawDown", self.decide(third), "FAILED_PRECONDITION", "MAKER_IS_CHECKER")
        self.bureau_checker.ok("registry.DecideDrawDown", self.decide(third))
        both.refused("registry.AllocateFund", self.allocation(code, 1, 3, application_code=third["application_code"]), "FAILED_PRECONDITION",
                     "MAKER_IS_CHECKER")
        states = [row["draw_down_state"] for row in self.bureau.rows("registry.ListDrawDowns", {"project_code": code}, page_size=2)]
        self.assertEqual(sorted(states), ["APPROVED", "REFUSED", "WITHDRAWN"])
        self.assertEqual(self.stranger.rows("registry.ListDrawDowns"), [])
        self.owner.refused("registry.ApplyDrawDown", self.application(self.world.awarded(), 1), "FAILED_PRECONDITION", "WRONG_STATE")

    def test_a_district_may_allocate_without_application(self):
        "R144: whether an application is asked for is dated policy."
        code = self.running()
        policy = {"parameter_name": "draw_down_required", "division_prefix": "140214", "valid_from_date": "2026-07-01", "parameter_value": 0,
                  "basis_note": "本区由财政直接拨付"}
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 1, 1), "FAILED_PRECONDITION", "DRAW_DOWN_MISSING")
        self.office_checker.ok("registry.SetParameter", policy)
        self.bureau_checker.ok("registry.AllocateFund", self.allocation(code, 1, 1))
        self.office_checker.ok("registry.SetParameter", {**policy, "parameter_value": 1})

    def test_which_basis_a_line_counts_for(self):
        "R141 R142 R143: fiscal, central, provincial and linking money; loans and gifts count for none; rebuilding money is marked."
        code = self.bare("L-1")
        for source in ("CENTRAL_BUDGET_INVESTMENT", "CENTRAL_LINKING", "PROVINCIAL_LINKING", "PROVINCIAL", "DISTRICT", "BANK_LOAN", "SOCIAL"):
            self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": source, "fund_source": source, "approved_fen": 100,
                                                    "reconstruction": source == "PROVINCIAL"})
        lines = {line["fund_code"]: line for line in self.bureau.ok("registry.ListProjectFunds", {"project_code": code})["rows"]}
        counted = {basis: sorted(name for name, line in lines.items() if line[f"counts_as_{basis}"])
                   for basis in ("fiscal", "central", "central_budget", "provincial", "linking")}
        self.assertEqual(counted, {"fiscal": ["CENTRAL_BUDGET_INVESTMENT", "CENTRAL_LINKING", "DISTRICT", "PROVINCIAL", "PROVINCIAL_LINKING"],
                                   "central": ["CENTRAL_BUDGET_INVESTMENT", "CENTRAL_LINKING"], "central_budget": ["CENTRAL_BUDGET_INVESTMENT"],
                                   "provincial": ["PROVINCIAL", "PROVINCIAL_LINKING"], "linking": ["CENTRAL_LINKING", "PROVINCIAL_LINKING"]})
        self.assertEqual([name for name, line in lines.items() if line["reconstruction"]], ["PROVINCIAL"])


    def test_never_more_than_approved_however_many_ask_at_once(self):
        "R144: twenty allocations at the same time for the room of ten; exactly ten get it, and the line stands at its approval."
        code = self.world.approved()
        outcomes, lock = [], threading.Lock()

        def allocate(first):
            with self.house.node.client("registry", self.bureau_checker.key) as client:
                for number in range(first, first + 5):
                    reply = client.call("registry.AllocateFund", self.allocation(code, 300_000_00, number, progress_bp=0, allocation_date="2026-06-20"))
                    with lock:
                        outcomes.append("ok" if reply.ok else reply.reason)

        threads = [threading.Thread(target=allocate, args=(first,)) for first in range(100, 120, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(outcomes), ["OVER_ALLOCATED"] * 10 + ["ok"] * 10)
        self.assertEqual(self.sql(f"SELECT allocated_fen, approved_fen FROM registry.fund_line WHERE project_code = '{code}'"), [["300000000", "300000000"]])
        self.assertEqual(self.sql(f"SELECT count(*), sum(allocation_fen) FROM registry.fund_allocation WHERE project_code = '{code}'"),
                         [["10", "300000000"]])

    def test_an_approved_application_can_be_taken_back(self):
        "R144: what will not be drawn frees its amount; what has gone out stays."
        code = self.running()
        application = self.application(code, 400_000_00)
        self.owner.ok("registry.ApplyDrawDown", application)
        self.bureau_checker.ok("registry.DecideDrawDown", self.decide(application))
        withdraw = {"project_code": code, "application_code": application["application_code"], "withdraw_reason": "改用自筹"}
        self.owner.ok("registry.WithdrawDrawDown", withdraw)
        self.bureau_checker.refused("registry.AllocateFund", self.allocation(code, 1, 1, application_code=application["application_code"]),
                                    "FAILED_PRECONDITION", "DRAW_DOWN_STATE")
        again = self.application(code, 400_000_00)
        self.owner.ok("registry.ApplyDrawDown", again)
        self.bureau_checker.ok("registry.DecideDrawDown", self.decide(again))
        self.bureau_checker.ok("registry.AllocateFund", self.allocation(code, 400_000_00, 1, application_code=again["application_code"]))
        self.owner.refused("registry.WithdrawDrawDown", {**withdraw, "application_code": again["application_code"]}, "FAILED_PRECONDITION",
                           "DRAW_DOWN_STATE")


class BlockedTest(MoneyCase):
    """What other services know holds money back; the registry follows it."""

    services = ("registry", "workforce", "payroll", "evaluation")

    def blocked(self, code):
        return {gap["rule"] for gap in self.gates(code)["ApplyDrawDown"]["gaps"]}

    def test_arrears(self):
        "R144 (Reg. 724 art. 14, 29): wages past their day hold the money until they are paid; so does closing wait for the last of them."
        code, sheet, _ = self.world.published_sheet(self.running())
        self.report(code, 5000)
        self.house.settle()
        due = self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})["due_date"]
        self.house.travel(due)
        self.assertEqual(self.blocked(code), set())
        application = self.application(code, 100_000_00)
        self.owner.ok("registry.ApplyDrawDown", application)
        self.house.travel(str(datetime.date.fromisoformat(due) + datetime.timedelta(days=1)))
        self.assertEqual(self.blocked(code), {"WAGES_OVERDUE"})
        reply = self.owner.refused("registry.ApplyDrawDown", self.application(code, 1), "FAILED_PRECONDITION", "WAGES_OVERDUE", path="project_code")
        self.assertIn(sheet, reply.problems[0]["message"])
        self.bureau_checker.refused("registry.DecideDrawDown", self.decide(application), "FAILED_PRECONDITION", "WAGES_OVERDUE")
        gap = self.gates(code)["ApplyDrawDown"]["gaps"][0]
        self.assertEqual((gap["cleared_by"], gap["clearing_method"]), (["OWNER", "CONTRACTOR"], "payroll.OrderPayment"))
        self.owner.ok("registry.SuspendProject", {"project_code": code, "suspend_date": self.house.today(), "suspend_reason": "汛期"})
        self.bureau_checker.refused("registry.CancelProject", {"project_code": code, "cancel_reason": "终止"}, "FAILED_PRECONDITION", "WAGES_OWED")
        self.owner.ok("registry.ResumeProject", {"project_code": code, "resume_date": self.house.today(), "resume_reason": "续建"})
        path.accept_project(self.world, code, self.house.today())
        close = {"project_code": code, "close_date": self.house.today()}
        self.bureau_checker.refused("registry.CloseProject", close, "FAILED_PRECONDITION", "WAGES_OWED", path="project_code")
        self.pay(code, sheet)
        self.assertEqual(self.blocked(code), set())
        self.bureau_checker.ok("registry.DecideDrawDown", self.decide(application))
        self.bureau_checker.ok("registry.CloseProject", close)

    def pay(self, code, sheet):
        total = self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})
        path.Bank(self.bank).settle(code, path.order_payment(self.world, code, sheet, total["line_count"], total["net_fen"], "bank-1"))

    def test_overdue_rectification(self):
        "R144 R158: a finding past its day holds the money; submitted is not yet verified."
        code = self.running()
        inspection = self.bureau.ok("evaluation.AddInspection", {"project_code": code, "inspection_date": self.house.today(), "inspection_stage": "DURING",
            "control_stage": "IMPLEMENTATION", "inspector_names": ["郑某"], "items": [{"inspection_item": item, "item_result": "PASS"} for item in ITEMS]})
        finding = self.bureau.ok("evaluation.AddFinding", {"project_code": code, "inspection_code": inspection["inspection_code"], "finding_kind": "TRAINING",
            "finding_note": "未培训", "responsible_unit_id": "contractor-1", "due_date": self.day(1)})["finding_code"]
        self.assertEqual(self.blocked(code), set())
        self.house.travel(self.day(2))
        self.assertEqual(self.blocked(code), {"RECTIFICATION_OVERDUE"})
        self.owner.refused("registry.ApplyDrawDown", self.application(code, 1), "FAILED_PRECONDITION", "RECTIFICATION_OVERDUE")
        self.contractor.ok("evaluation.SubmitRectification", {"project_code": code, "finding_code": finding, "rectification_note": "已培训"})
        self.assertEqual(self.blocked(code), {"RECTIFICATION_OVERDUE"})
        self.bureau_checker.ok("evaluation.VerifyRectification", {"project_code": code, "finding_code": finding, "verdict": "ACCEPTED", "verify_note": "属实"})
        self.owner.ok("registry.ApplyDrawDown", self.application(code, 1))

    def test_too_little_labour_pay(self):
        "R144 R164: planned pay below its floor holds the money; paid pay only when it is behind the pace of the works."
        code = self.running(planned_pay_fen=100_000_00)
        self.bureau.ok("evaluation.CheckRatio", {"project_code": code, "pay_basis": "PLANNED"})
        self.assertEqual(self.blocked(code), {"RATIO_BELOW"})
        self.owner.refused("registry.ApplyDrawDown", self.application(code, 1), "FAILED_PRECONDITION", "RATIO_BELOW")
        other = self.running(progress_bp=0)
        self.bureau.ok("evaluation.CheckRatio", {"project_code": other, "pay_basis": "PAID"})
        self.assertEqual(self.blocked(other), set())
        self.report(other, 100)
        self.assertEqual(self.blocked(other), {"RATIO_BELOW"})
