"""Evaluation: the share of pay, the three ledgers, inspections and what they find. A real node, real keys."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

JUNE = "2026-06"
ALL_PASSED = {"item_result": "PASS"}


class EvaluationCase(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")

    def day(self, days=0):
        return str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=days))

    def check(self, code, pay_basis="PLANNED", **more):
        return self.bureau.ok("evaluation.CheckRatio", {"project_code": code, "pay_basis": pay_basis, **more})

    def inspect(self, code, stage="DURING", items=("LABOUR_ORG", "LABOUR_PAY"), actor=None, **more):
        return (actor or self.bureau).ok("evaluation.AddInspection", {
            "project_code": code, "inspection_date": self.house.today(), "inspection_stage": stage, "inspector_names": ["李检查"],
            "items": [{"inspection_item": item, **ALL_PASSED} for item in items], **more})

    def finding(self, code, kind="LABOUR_PAY", **more):
        inspection = self.inspect(code)["inspection_code"]
        return self.bureau.ok("evaluation.AddFinding", {
            "project_code": code, "inspection_code": inspection, "finding_kind": kind, "involved_fen": 1_200_00, "finding_note": "少计两人工日",
            "responsible_unit_id": "contractor-1", "due_date": self.day(10), **more})["finding_code"]

    def open_findings(self, code):
        return [row for row in self.bureau.rows("evaluation.ListFindings", {"project_code": code}) if row["finding_state"] != "VERIFIED"]


class RatioTest(EvaluationCase):
    def test_the_floor_is_reached_to_the_fen_or_not(self):
        "R138 R139: exact in fen: 40 % of 3,000,000 yuan is 1,200,000.00; one fen less is below, and the check says what is wanting"
        exact = self.check(self.world.awarded(planned_pay_fen=1_200_000_00))
        self.assertEqual((exact["ratio_result"], exact["ratio_bp"], exact["floor_bp"], exact["missing_fen"]), ("PASS", 4000, 4000, 0))
        self.assertEqual((exact["rule_code"], exact["ratio_basis"], exact["base_fen"]), ("CN-2025-CBI", "CENTRAL_BUDGET_INVESTMENT", 3_000_000_00))
        below = self.check(self.world.awarded(planned_pay_fen=1_199_999_99))
        self.assertEqual((below["ratio_result"], below["ratio_bp"], below["missing_fen"]), ("BELOW", 4000, 1))

    def test_the_rule_of_the_day_of_award_holds(self):
        "R139: floors have dates: 10 % until 2019, 15 % from 2020, 30 % from 2023, 40 % from the third batch of 2025"
        code = self.world.awarded()
        floors = {day: self.check(code, on_date=day)["floor_bp"] for day in ("2019-12-31", "2020-01-01", "2023-01-01", "2025-06-30", "2025-07-01")}
        self.assertEqual(list(floors.values()), [1000, 1500, 3000, 3000, 4000])
        self.assertEqual(self.check(code)["floor_bp"], 4000)

    def test_nongtui_with_linking_funds_owes_15_percent_of_fiscal_funds(self):
        "R138: counties using linking funds; without such funds no rule holds and the answer is not applicable, never a pass"
        code = self.world.draft(track="NONGTUI", planned_pay_fen=675_000_00)
        self.assertEqual(self.check(code)["ratio_result"], "NOT_APPLICABLE")
        fund = {"project_code": code, "fund_code": "F2", "fund_purpose": "CONSTRUCTION", "fund_source": "PROVINCIAL_LINKING"}
        self.bureau.ok("registry.SetFundLine", {**fund, "approved_fen": 500_000_00})
        self.bureau.ok("registry.SetFundLine", {**fund, "fund_code": "F3", "fund_source": "DISTRICT", "approved_fen": 1_000_000_00})
        reached = self.check(code)
        self.assertEqual((reached["ratio_result"], reached["base_fen"], reached["floor_bp"], reached["ratio_bp"]), ("PASS", 4_500_000_00, 1500, 1500))
        self.assertEqual(reached["rule_standing"], "DRAFT_TEXT")
        self.bureau.ok("registry.SetFundLine", {**fund, "fund_code": "F4", "fund_source": "CITY", "approved_fen": 7})
        self.assertEqual(self.check(code)["ratio_result"], "BELOW")

    def test_a_district_sets_its_own_floor_for_a_time(self):
        "R139: place, track, basis, floor, from, to and source; of several that hold, the one that asks most governs"
        code = self.world.awarded()
        rule = {"rule_code": "YUNGANG-2026", "division_code": "140214002", "ratio_basis": "TOTAL_INVESTMENT", "floor_bp": 3100, "valid_from_date": "2026-01-01",
                "valid_to_date": "2026-12-31", "rule_standing": "LOCAL_TARGET", "source_note": "测试：镇目标"}
        self.bureau_checker.refused("evaluation.SetRatioRule", rule, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.refused("evaluation.SetRatioRule", {**rule, "valid_to_date": "2025-12-31"}, "INVALID_ARGUMENT", "RATIO_RULE_INVALID")
        self.office_checker.ok("evaluation.SetRatioRule", rule)
        self.addCleanup(self.office_checker.ok, "evaluation.SetRatioRule", {**rule, "valid_to_date": "2026-01-01"})
        governed = self.check(code)
        self.assertEqual((governed["rule_code"], governed["ratio_result"], governed["missing_fen"]), ("YUNGANG-2026", "BELOW", 40_000_00))
        self.assertEqual(self.check(code, on_date="2025-12-31")["rule_code"], "CN-2025-CBI")
        listed = {row["rule_code"] for row in self.bureau.rows("evaluation.ListRatioRules", {"on_date": "2026-07-01"})}
        self.assertTrue({"YUNGANG-2026", "CN-2025-CBI", "SX-NONGTUI"} <= listed)
        self.assertNotIn("CN-2020-CENTRAL", listed)

    def test_paid_pay_is_measured_by_what_the_bank_paid(self):
        "R138 R136 R140: the share at acceptance counts paid wages; the trend by quarter shows them, with the change to the year before"
        code, _, _ = self.world.paid_sheet()
        paid = self.check(code, "PAID")
        self.assertEqual((paid["pay_fen"], paid["ratio_result"], paid["missing_fen"]), (6_000_00, "BELOW", 1_194_000_00))
        self.assertEqual(self.bureau.ok("evaluation.GetRatio", {"project_code": code, "pay_basis": "PAID"}), paid)
        below = self.bureau.rows("evaluation.ListRatios", {"ratio_result": "BELOW"})
        self.assertIn(code, [row["project_code"] for row in below])
        trend = self.bureau.ok("evaluation.ListRatioTrend", {"project_code": code})["rows"]
        self.assertEqual([(row["quarter"], row["paid_fen"], row["ratio_bp"], row["year_before_delta_fen"]) for row in trend], [("2026Q2", 6_000_00, 20, 6_000_00)])

    def test_refusals(self):
        "R138: unknown project, never checked, a stranger"
        code = self.world.awarded()
        self.bureau.refused("evaluation.GetRatio", {"project_code": code}, "NOT_FOUND", "RATIO_NOT_CHECKED")
        self.stranger.refused("evaluation.CheckRatio", {"project_code": code, "pay_basis": "PAID"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office.refused("evaluation.CheckRatio", {"project_code": "2605-140214-04-01-999990", "pay_basis": "PAID"}, "NOT_FOUND", "PROJECT_NOT_FOUND")
        self.bureau.refused("evaluation.CheckRatio", {"project_code": code}, "INVALID_ARGUMENT", "REQUIRED", path="pay_basis")


class LedgerTest(EvaluationCase):
    def check_ledgers(self, code):
        return self.bureau.ok("evaluation.CheckLedgers", {"project_code": code})

    def test_three_ledgers_that_agree(self):
        "R103 R135: attendance days = payroll days, ledger = bank returns; month by month"
        code, sheet, _ = self.world.paid_sheet()
        checked = self.check_ledgers(code)
        self.assertEqual((checked["ledgers_true"], checked["month_count"], checked["training_count"], checked["mismatch_count"]), (True, 1, 1, 0))
        month = self.bureau.ok("evaluation.ListLedgerMonths", {"project_code": code})["rows"][0]
        self.assertEqual((month["attendance_hundredths"], month["payroll_hundredths"], month["worker_count"], month["line_count"]), (3000, 3000, 3, 3))
        self.assertEqual((month["net_fen"], month["paid_fen"], month["bank_fen"], month["sheet_code"]), (6_000_00, 6_000_00, 6_000_00, sheet))
        self.assertEqual(month["attendance_digest"], month["payroll_digest"])

    def test_each_disagreement_becomes_one_finding(self):
        "R135 R103: days, workers, money that differ are found with the money they are about, and not twice while they stand open"
        code, sheet, _ = self.world.paid_sheet()
        self.check_ledgers(code)  # the followers have it all
        where = f"WHERE project_code = '{code}'"
        self.sql(f"UPDATE evaluation.sheet SET day_hundredths = day_hundredths + 100, line_count = line_count + 1 {where}")  # a ledger that was tampered with
        self.sql(f"UPDATE evaluation.bank_order SET paid_fen = paid_fen - 1 {where}")
        checked = self.check_ledgers(code)
        self.assertEqual((checked["ledgers_true"], checked["mismatch_count"], checked["new_finding_count"]), (False, 3, 3))
        self.assertEqual({(row["finding_kind"], row["involved_fen"]) for row in self.open_findings(code)},
                         {("DAYS_DIFFER", 6_000_00), ("WORKERS_DIFFER", 6_000_00), ("PAID_DIFFERS", 1)})
        again = self.check_ledgers(code)
        self.assertEqual((again["mismatch_count"], again["new_finding_count"]), (3, 0))

    def test_attendance_without_a_sheet_is_found_when_it_is_due(self):
        "R103 R131: a sealed month that nobody drew a sheet for"
        code, _ = self.world.sealed(month=JUNE)
        self.assertTrue(self.check_ledgers(code)["ledgers_true"], "not yet due")
        self.house.travel(max(self.day(), "2026-08-01"))
        self.check_ledgers(code)
        self.assertEqual([row["finding_kind"] for row in self.open_findings(code)], ["SHEET_MISSING"])

    def test_trainees_are_registered_workers(self):
        "R121: who signed in stands in the roster; the training lies before acceptance"
        code = self.world.project()
        numbers = self.world.placed(code, 2)
        self.assertTrue(self.check_ledgers(code)["ledgers_true"])
        self.sql(f"DELETE FROM evaluation.roster WHERE project_code = '{code}' AND worker_number = {numbers[0]}")
        self.sql(f"UPDATE evaluation.project SET accept_date = '2026-06-01' WHERE project_code = '{code}'")
        self.check_ledgers(code)
        self.assertEqual({row["finding_kind"] for row in self.open_findings(code)}, {"TRAINEE_NOT_REGISTERED", "TRAINING_AFTER_ACCEPTANCE"})


class InspectionTest(EvaluationCase):
    @classmethod
    def tearDownClass(cls):
        """The journal replays into equal tables (the other classes reach into tables on purpose)."""
        invariants.check(cls.house.node)

    def test_stages_before_during_after_and_the_year_s_minimum(self):
        "R157 R159 R160: items and inspectors; coverage of the three stages; at least so many a year"
        code = self.world.project()
        ask = {"project_code": code, "year": int(self.house.today()[:4])}
        self.inspect(code, "BEFORE", ("LABOUR_ORG",))
        coverage = self.bureau.ok("evaluation.GetInspectionCoverage", ask)
        self.assertEqual((coverage["before_count"], coverage["all_stages_covered"], coverage["minimum_reached"]), (1, False, False))
        self.inspect(code, "DURING", ("LABOUR_ORG", "LABOUR_PAY", "SKILL_TRAINING", "SAFETY_TRAINING"), actor=self.office)
        self.inspect(code, "AFTER")
        coverage = self.bureau.ok("evaluation.GetInspectionCoverage", ask)
        self.assertEqual((coverage["all_stages_covered"], coverage["minimum_reached"], coverage["year_count"]), (True, True, 3))
        rows = self.bureau.rows("evaluation.ListInspections", {"project_code": code})
        self.assertEqual([(row["inspection_stage"], row["inspecting_unit_id"]) for row in rows],
                         [("BEFORE", "140214-jtj"), ("DURING", "140214-fgj"), ("AFTER", "140214-jtj")])

    def test_an_inspection_says_who_looked_at_what(self):
        "R157: no items, no inspectors, a day in the future, an item twice are refused"
        code = self.world.project()
        item = {"inspection_item": "LABOUR_PAY", "item_result": "FAIL", "item_note": "未按月发放"}
        ask = {"project_code": code, "inspection_date": self.day(), "inspection_stage": "DURING", "items": [item], "inspector_names": ["李检查"]}
        method = "evaluation.AddInspection"
        self.bureau.refused(method, {**ask, "items": []}, "INVALID_ARGUMENT", "REQUIRED", path="items")
        self.bureau.refused(method, {**ask, "inspector_names": []}, "INVALID_ARGUMENT", "REQUIRED", path="inspector_names")
        self.bureau.refused(method, {**ask, "inspection_date": self.day(1)}, "INVALID_ARGUMENT", "INSPECTION_IN_FUTURE", path="inspection_date")
        self.bureau.refused(method, {**ask, "items": [item, item]}, "INVALID_ARGUMENT", "ITEM_TWICE", path="items[1].inspection_item")
        self.contractor.refused(method, ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.bureau.ok(method, ask)["failed_count"], 1)

    def test_a_control_stage_has_its_checklist(self):
        "R161: award, implementation, supervisor's review, acceptance; each must look at its items"
        code = self.world.project()
        ask = {"project_code": code, "inspection_date": self.day(), "inspection_stage": "AFTER", "control_stage": "ACCEPTANCE", "inspector_names": ["李检查"],
               "items": [{"inspection_item": "WORKER_LEDGER", **ALL_PASSED}, {"inspection_item": "PAY_LEDGER", "item_result": "NOT_CHECKED"}]}
        reply = self.bureau.refused("evaluation.AddInspection", ask, "FAILED_PRECONDITION", "CHECKLIST_INCOMPLETE")
        self.assertEqual(len(reply.problems), 2)  # pay ledger not checked, training ledger not there
        ask["items"] = [{"inspection_item": item, **ALL_PASSED} for item in ("WORKER_LEDGER", "PAY_LEDGER", "TRAINING_LEDGER")]
        self.assertEqual(self.bureau.ok("evaluation.AddInspection", ask)["control_stage"], "ACCEPTANCE")
        for stage, items in (("AWARD", ("PUBLICITY",)), ("IMPLEMENTATION", ("CONTRACT_CLAUSES",)),
                             ("SUPERVISOR_REVIEW", ("LABOUR_PAY", "LABOUR_ORG", "WORKER_LEDGER", "PAY_LEDGER"))):
            self.inspect(code, "DURING", items, control_stage=stage)

    def test_a_finding_is_put_right_and_verified_by_a_third_person(self):
        "R158: OPEN, SUBMITTED, REOPENED, SUBMITTED, VERIFIED; finder and responsible unit do not verify"
        code = self.world.project()
        finding = {"project_code": code, "finding_code": self.finding(code)}
        submit = {**finding, "rectification_note": "已补发", "recovered_fen": 1_200_00}
        self.bureau_checker.refused("evaluation.VerifyRectification", {**finding, "verdict": "ACCEPTED", "verify_note": "属实"}, "FAILED_PRECONDITION",
                                    "FINDING_STATE")
        self.owner.refused("evaluation.SubmitRectification", submit, "PERMISSION_DENIED", "NOT_RESPONSIBLE")
        self.assertEqual(self.contractor.ok("evaluation.SubmitRectification", submit)["finding_state"], "SUBMITTED")
        self.bureau.refused("evaluation.VerifyRectification", {**finding, "verdict": "ACCEPTED", "verify_note": "属实"}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.house.promoted(self.bureau).refused("evaluation.VerifyRectification", {**finding, "verdict": "ACCEPTED", "verify_note": "属实"}, "PERMISSION_DENIED",
                                                 "MAKER_IS_CHECKER")
        again = self.bureau_checker.ok("evaluation.VerifyRectification", {**finding, "verdict": "REJECTED", "verify_note": "缺转账凭证", "due_date": self.day(20)})
        self.assertEqual((again["finding_state"], again["due_date"]), ("REOPENED", self.day(20)))
        self.contractor.ok("evaluation.SubmitRectification", submit)
        done = self.bureau_checker.ok("evaluation.VerifyRectification", {**finding, "verdict": "ACCEPTED", "verify_note": "属实"})
        self.assertEqual((done["finding_state"], done["attempt_count"], done["verified_date"]), ("VERIFIED", 2, self.day()))
        self.contractor.refused("evaluation.SubmitRectification", submit, "FAILED_PRECONDITION", "FINDING_STATE")

    def test_what_is_not_put_right_in_time_is_listed(self):
        "R158: overdue findings; a responsible unit is a party; a due date lies ahead"
        code = self.world.project()
        inspection = self.inspect(code)["inspection_code"]
        ask = {"project_code": code, "inspection_code": inspection, "finding_kind": "ARREARS", "finding_note": "欠付", "responsible_unit_id": "contractor-1",
               "due_date": self.day(3)}
        self.bureau.refused("evaluation.AddFinding", {**ask, "responsible_unit_id": "contractor-2"}, "FAILED_PRECONDITION", "NOT_A_PARTY")
        self.bureau.refused("evaluation.AddFinding", {**ask, "due_date": self.day(-1)}, "INVALID_ARGUMENT", "DUE_IN_PAST")
        self.bureau.refused("evaluation.AddFinding", {**ask, "inspection_code": "no-such"}, "NOT_FOUND", "INSPECTION_NOT_FOUND")
        found = self.bureau.ok("evaluation.AddFinding", ask)["finding_code"]
        overdue = {"project_code": code, "overdue_only": True}
        self.assertEqual(self.bureau.rows("evaluation.ListFindings", overdue), [])
        self.house.travel(self.day(4))
        self.assertEqual([row["finding_code"] for row in self.bureau.rows("evaluation.ListFindings", overdue)], [found])
        self.assertEqual(self.stranger.rows("evaluation.ListFindings", {}), [])

    def test_the_supervisor_reports_monthly_on_labour_and_pay(self):
        "R166 R167: both sections say something; one report a month; only the supervisor files it"
        code = self.world.project()
        report = {"project_code": code, "month": JUNE, "labour_org_note": "在场42人，均有协议", "labour_pay_note": "五月报酬已发放"}
        method = "evaluation.FileSupervisionReport"
        self.supervisor.refused(method, {**report, "labour_pay_note": ""}, "INVALID_ARGUMENT", "REQUIRED", path="labour_pay_note")
        self.contractor.refused(method, report, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.supervisor.ok(method, report)
        self.supervisor.refused(method, report, "ALREADY_EXISTS", "REPORT_EXISTS", path="month")
        self.assertEqual([row["month"] for row in self.bureau.rows("evaluation.ListSupervisionReports", {"project_code": code})], [JUNE])

    def test_each_complaint_is_answered(self):
        "R174: taken in with its source, answered once, listed while open"
        code = self.world.project()
        raised = self.hr.ok("evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": "公示栏看不清"})
        unanswered = {"project_code": code, "complaint_state": "OPEN"}
        self.assertEqual(len(self.bureau.rows("evaluation.ListComplaints", unanswered)), 1)
        answer = {"project_code": code, "complaint_code": raised["complaint_code"], "answer_note": "已更换公示栏"}
        self.assertEqual(self.bureau_checker.ok("evaluation.AnswerComplaint", answer)["complaint_state"], "ANSWERED")
        self.bureau_checker.refused("evaluation.AnswerComplaint", answer, "FAILED_PRECONDITION", "COMPLAINT_ANSWERED")
        self.assertEqual(self.bureau.rows("evaluation.ListComplaints", unanswered), [])


class CompletionTest(EvaluationCase):
    KINDS = {"ACCEPTING_UNIT": "140214-jtj", "BUREAU": "140214-jtj", "OWNER": "owner-1", "CONTRACTOR": "contractor-1", "TOWNSHIP": "township-1",
             "DEVELOPMENT_REFORM": "140214-fgj"}

    def completed(self):
        """The registry's own tests complete a project; here its state is what counts."""
        code = self.world.project()
        self.check(code)  # it has been followed
        self.sql(f"UPDATE evaluation.project SET project_state = 'COMPLETED' WHERE project_code = '{code}'")
        return code

    def evaluation(self, code, without=(), **more):
        return {"project_code": code, "organisation_score": 95, "pay_score": 92, "training_score": 90, "verdict_note": "组织到位，报酬足额",
                "participants": [{"participant_kind": kind, "unit_id": unit} for kind, unit in self.KINDS.items() if kind not in without], **more}

    def test_six_kinds_of_participants_score_three_items(self):
        "R175 R177 R178: nobody missing, development-and-reform among them; scores 0..100, weights dated and summing to 100"
        code = self.completed()
        method = "evaluation.EvaluateProject"
        for kind in self.KINDS:
            self.bureau_checker.refused(method, self.evaluation(code, (kind,)), "FAILED_PRECONDITION", "PARTICIPANT_MISSING")
        self.bureau_checker.refused(method, self.evaluation(code, pay_score=101), "OUT_OF_RANGE", "SCORE_OUT_OF_RANGE", path="pay_score")
        self.bureau_checker.refused(method, self.evaluation(code, pay_score=None), "INVALID_ARGUMENT", "REQUIRED", path="pay_score")
        weights = {"valid_from_date": self.house.today(), "organisation_weight": 30, "pay_weight": 50, "training_weight": 30, "year_minimum_count": 2,
                   "source_note": "测试"}
        self.office_checker.refused("evaluation.SetEvaluationPolicy", weights, "INVALID_ARGUMENT", "WEIGHTS_INVALID")
        self.office_checker.ok("evaluation.SetEvaluationPolicy", {**weights, "training_weight": 20})
        verdict = self.bureau_checker.ok(method, self.evaluation(code))
        self.assertEqual((verdict["total_score"], verdict["evaluation_grade"], verdict["participant_count"]), (93, "EXCELLENT", 6))  # 92.5, half up
        self.assertEqual(self.owner.ok("evaluation.GetEvaluation", {"project_code": code})["evaluation_code"], verdict["evaluation_code"])

    def test_an_open_complaint_or_finding_bars_the_best_grade(self):
        "R111 R158: the grade says why it is not higher"
        code = self.completed()
        self.hr.ok("evaluation.AddComplaint", {"project_code": code, "complaint_source": "WORKER", "complaint_note": "少算工日"})
        verdict = self.bureau_checker.ok("evaluation.EvaluateProject", self.evaluation(code))
        self.assertEqual((verdict["evaluation_grade"], verdict["capped_reason"]), ("GOOD", "有投诉未答复"))
        other = self.completed()
        self.finding(other)
        self.assertEqual(self.bureau_checker.ok("evaluation.EvaluateProject", self.evaluation(other))["capped_reason"], "有问题未整改到位")

    def test_works_in_progress_are_not_evaluated(self):
        "R175: after completion"
        code = self.world.project()
        self.bureau_checker.refused("evaluation.EvaluateProject", self.evaluation(code), "FAILED_PRECONDITION", "PROJECT_NOT_COMPLETED")

    def test_the_quarter_counts_inspections_findings_and_ratio(self):
        "R158 R138: inspections, findings, rectified, overdue and the share, for the quarter's report"
        code = self.world.project()
        self.finding(code, due_date=self.day(1))
        finding = {"project_code": code, "finding_code": self.finding(code)}
        self.contractor.ok("evaluation.SubmitRectification", {**finding, "rectification_note": "已整改"})
        self.bureau_checker.ok("evaluation.VerifyRectification", {**finding, "verdict": "ACCEPTED", "verify_note": "属实"})
        self.check(code, "PAID")
        quarter = f"{self.house.today()[:4]}Q{(int(self.house.today()[5:7]) + 2) // 3}"
        row = next(row for row in self.operator.rows("evaluation.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": quarter}) if row["project_code"] == code)
        self.assertEqual([row[f"{what}_count"] for what in ("inspection", "finding", "rectified", "overdue", "open")], [2, 2, 1, 1, 1])
        self.assertEqual((row["ratio_bp"], row["floor_bp"], row["ratio_result"]), (0, 4000, "BELOW"))


if __name__ == "__main__":
    unittest.main()
