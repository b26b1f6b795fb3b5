"""Supervision: how grave a finding is and how it climbs, money recovered, notices, templates, plans of a year, reports of supervisors."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

PASS = "PASS"
YUAN = 100


class SupervisionCase(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)

    def day(self, days=0):
        return str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=days))

    def inspect(self, code, stage="DURING", actor=None, items=("LABOUR_PAY",), **more):
        return (actor or self.bureau).ok("evaluation.AddInspection", {
            "project_code": code, "inspection_date": self.house.today(), "inspection_stage": stage, "inspector_names": ["李检查"],
            "items": [{"inspection_item": item, "item_result": PASS} for item in items], **more})

    def find(self, code, kind="LABOUR_PAY", fen=0, **more):
        return self.bureau.ok("evaluation.AddFinding", {
            "project_code": code, "inspection_code": self.inspect(code)["inspection_code"], "finding_kind": kind, "involved_fen": fen,
            "finding_note": "少计两人工日", "responsible_unit_id": "contractor-1", "due_date": self.day(10), **more})

    def listed(self, code, **more):
        return self.bureau.rows("evaluation.ListFindings", {"project_code": code, **more})


class FindingTest(SupervisionCase):
    def test_a_finding_has_the_class_of_its_kind_unless_another_is_named(self):
        "Reg. 724 art. 54-57: two classes of fines as dated data; what the kind does not tell, the finder names; unknown classes are refused"
        code = self.world.project()
        self.assertEqual([(row["finding_severity"], row["class_code"]) for row in (
            self.find(code, "PUBLICITY"), self.find(code, "FALSE_LEDGER"), self.find(code, "ARREARS"), self.find(code, "LABOUR_PAY", class_code="ACCOUNT"))],
            [("ORDINARY", "PUBLICITY"), ("SERIOUS", "LEDGER"), ("GRAVE", "ARREARS"), ("GRAVE", "ACCOUNT")])
        self.bureau.refused("evaluation.AddFinding", {
            "project_code": code, "inspection_code": self.inspect(code)["inspection_code"], "finding_kind": "OTHER", "finding_note": "x",
            "responsible_unit_id": "contractor-1", "due_date": self.day(1), "class_code": "NO-SUCH"}, "INVALID_ARGUMENT", "CLASS_UNKNOWN", path="class_code")
        classes = {row["class_code"]: row for row in self.contractor.rows("evaluation.ListFindingClasses", page_size=4)}
        self.assertEqual([classes[name]["fine_low_fen"] // YUAN for name in ("LEDGER", "CARD_HELD", "DEPOSIT")], [20_000, 20_000, 50_000])
        self.assertTrue(classes["REAL_NAME"]["stops_work"])
        self.assertIsNone(classes["ARREARS"].get("fine_low_fen"))
        self.assertEqual({row["class_code"] for row in self.listed(code, finding_severity="GRAVE")}, {"ARREARS", "ACCOUNT"})

    def test_a_class_changes_for_what_is_found_later(self):
        "Reg. 724 art. 54-57: a new version holds from its day on; what was found before keeps its class; fines have two bounds; only the office sets them"
        code = self.world.project()
        before = self.find(code, "TRAINING")
        rule = {"class_code": "TRAINING", "valid_from_date": self.day(1), "finding_severity": "SERIOUS", "class_title": "培训不到位", "english_title": "training wanting",
                "basis_note": "区里规定", "duty_note": "补训", "source_note": "测试"}
        self.bureau_checker.refused("evaluation.SetFindingClass", rule, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.refused("evaluation.SetFindingClass", {**rule, "fine_low_fen": 5}, "INVALID_ARGUMENT", "FINE_INVALID")
        self.office_checker.ok("evaluation.SetFindingClass", rule)
        self.house.travel(self.day(1))
        self.assertEqual(self.find(code, "TRAINING")["finding_severity"], "SERIOUS")
        self.assertEqual([row["finding_severity"] for row in self.listed(code) if row["finding_code"] == before["finding_code"]], ["ORDINARY"])

    def test_what_is_late_climbs_the_faster_the_graver_it_is(self):
        "R158: levels by days overdue, by severity, by dated policy; verified findings have none; filtered by level"
        code = self.world.project()
        ordinary, grave = self.find(code, "PUBLICITY"), self.find(code, "ARREARS")
        self.assertEqual((grave["overdue_days"], grave["escalation_level"]), (0, 0))
        due = datetime.date.fromisoformat(grave["due_date"])
        seen = {}
        for late in (0, 1, 3, 4, 7, 8, 30):
            self.house.travel(str(due + datetime.timedelta(days=late)))
            rows = {row["finding_code"]: row for row in self.listed(code)}
            seen[late] = tuple(rows[one["finding_code"]]["escalation_level"] for one in (ordinary, grave))
        self.assertEqual(seen, {0: (0, 0), 1: (1, 1), 3: (1, 1), 4: (1, 2), 7: (1, 3), 8: (2, 3), 30: (3, 3)})
        self.assertEqual(self.listed(code, least_level=3, finding_severity="ORDINARY")[0]["overdue_days"], 30)
        policy = {"valid_from_date": self.house.today(), "ordinary_days": 60, "serious_days": 5, "grave_days": 3, "report_days": 5, "source_note": "测试"}
        self.office_checker.refused("evaluation.SetSupervisionPolicy", {**policy, "grave_days": 366}, "INVALID_ARGUMENT", "SUPERVISION_DAYS", path="grave_days")
        self.bureau_checker.refused("evaluation.SetSupervisionPolicy", policy, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.ok("evaluation.SetSupervisionPolicy", policy)
        self.assertEqual([row["finding_code"] for row in self.listed(code, least_level=2)], [grave["finding_code"]])
        key = {"project_code": code, "finding_code": ordinary["finding_code"]}
        self.contractor.ok("evaluation.SubmitRectification", {**key, "rectification_note": "已补齐"})
        done = self.bureau_checker.ok("evaluation.VerifyRectification", {**key, "verdict": "ACCEPTED", "verify_note": "属实"})
        self.assertEqual((done["escalation_level"], done["overdue_days"]), (0, 0))

    def test_money_counts_once_and_only_as_acknowledged(self):
        "R158: involved, recovered over all attempts, outstanding; a rejected attempt counts as far as the checker says; never more than there is"
        code = self.world.project()
        key = {"project_code": code, "finding_code": self.find(code, fen=1_000 * YUAN)["finding_code"]}
        submit = {**key, "rectification_note": "已补发", "recovered_fen": 600 * YUAN}
        self.contractor.refused("evaluation.SubmitRectification", {**submit, "recovered_fen": 1_000 * YUAN + 1}, "OUT_OF_RANGE", "RECOVERED_TOO_MUCH",
                                path="recovered_fen")
        self.assertEqual(self.contractor.ok("evaluation.SubmitRectification", submit)["outstanding_fen"], 1_000 * YUAN, "nobody has looked at it yet")
        verify = {**key, "verdict": "REJECTED", "verify_note": "200元无凭证"}
        self.bureau_checker.refused("evaluation.VerifyRectification", {**verify, "accepted_fen": 600 * YUAN + 1}, "OUT_OF_RANGE", "RECOVERED_TOO_MUCH",
                                    path="accepted_fen")
        part = self.bureau_checker.ok("evaluation.VerifyRectification", {**verify, "accepted_fen": 400 * YUAN})
        self.assertEqual((part["recovered_fen"], part["outstanding_fen"]), (400 * YUAN, 600 * YUAN))
        self.contractor.refused("evaluation.SubmitRectification", {**submit, "recovered_fen": 601 * YUAN}, reason="RECOVERED_TOO_MUCH")
        self.contractor.ok("evaluation.SubmitRectification", submit)
        none = self.bureau_checker.ok("evaluation.VerifyRectification", verify)
        self.assertEqual(none["recovered_fen"], 400 * YUAN, "a rejected attempt recovers nothing by itself")
        self.contractor.ok("evaluation.SubmitRectification", submit)
        done = self.bureau_checker.ok("evaluation.VerifyRectification", {**key, "verdict": "ACCEPTED", "verify_note": "属实"})
        self.assertEqual((done["recovered_fen"], done["outstanding_fen"], done["attempt_count"]), (1_000 * YUAN, 0, 3))

    def test_the_notice_says_what_by_when_and_on_what_basis(self):
        "R158, Reg. 724 art. 55: the text of a notice of rectification; parties read it, strangers do not"
        code = self.world.project()
        found = self.find(code, class_code="ACCOUNT", fen=1_234_50)
        ask = {"project_code": code, "finding_code": found["finding_code"]}
        notice = self.contractor.ok("evaluation.GetRectificationNotice", ask)
        for said in (found["finding_code"], "示例建筑劳务有限公司", "少计两人工日", "1234.50元", f"整改期限：{found['due_date']}", "第五十五条", "专用账户", "50000.00元以上100000.00元以下",
                     "责令停工"):
            self.assertIn(said, notice["notice_text"])
        self.assertIn(f"by {found['due_date']}", notice["english_text"])
        self.assertNotIn("罚款", self.owner.ok("evaluation.GetRectificationNotice", {**ask, "finding_code": self.find(code, "OTHER")["finding_code"]})["notice_text"])
        self.stranger.refused("evaluation.GetRectificationNotice", ask, "PERMISSION_DENIED")
        self.bureau.refused("evaluation.GetRectificationNotice", {**ask, "finding_code": "no-such"}, "NOT_FOUND", "FINDING_NOT_FOUND")


class TemplateTest(SupervisionCase):
    def test_forms_have_versions_and_inspections_name_theirs(self):
        "R161 R185: a checklist a control stage, four families of forms; a version from a day on, never in the past, never changed"
        kinds = ("LABOUR_ORG", "PAY", "TRAINING", "EVALUATION", "STAGE_AWARD", "STAGE_IMPLEMENTATION", "STAGE_SUPERVISOR_REVIEW", "STAGE_ACCEPTANCE")
        for kind in kinds:
            form = self.contractor.ok("evaluation.GetTemplate", {"template_kind": kind})
            self.assertEqual((form["version_number"], [item["item_number"] for item in form["items"]]), (1, list(range(1, len(form["items"]) + 1))))
        code = self.world.project()
        first = self.inspect(code, control_stage="ACCEPTANCE", items=("WORKER_LEDGER", "PAY_LEDGER", "TRAINING_LEDGER"))
        self.assertEqual((first["template_kind"], first["template_version"]), ("STAGE_ACCEPTANCE", 1))
        form = {"template_kind": "STAGE_ACCEPTANCE", "valid_from_date": self.day(5), "template_title": "竣工验收检查表（2026版）", "source_note": "测试",
                "items": [{"item_title": "报酬发放台账", "inspection_item": "PAY_LEDGER", "is_required": True},
                          {"item_title": "公示", "inspection_item": "PUBLICITY", "is_required": True}, {"item_title": "安全培训", "inspection_item": "SAFETY_TRAINING"}]}
        method = "evaluation.SetTemplate"
        self.bureau_checker.refused(method, form, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.refused(method, {**form, "valid_from_date": self.day(-1)}, "INVALID_ARGUMENT", "TEMPLATE_IN_PAST", path="valid_from_date")
        self.office_checker.refused(method, {**form, "items": form["items"] + [{"item_title": "其他"}]}, "INVALID_ARGUMENT", "TEMPLATE_ITEM_UNSAID",
                                    path="items[3].inspection_item")
        self.office_checker.refused(method, {**form, "items": form["items"] + form["items"][:1]}, "INVALID_ARGUMENT", "ITEM_TWICE")
        made = self.office_checker.ok(method, form)
        self.assertEqual((made["version_number"], made["items"][1]["inspection_item"], made["items"][2]["is_required"]), (2, "PUBLICITY", False))
        self.office_checker.refused(method, form, reason="TEMPLATE_IN_PAST")  # the same day again
        self.assertEqual(self.inspect(code, control_stage="ACCEPTANCE", items=("WORKER_LEDGER", "PAY_LEDGER", "TRAINING_LEDGER"))["template_version"], 1)
        self.house.travel(self.day(5))
        self.bureau.refused("evaluation.AddInspection", {
            "project_code": code, "inspection_date": self.day(), "inspection_stage": "AFTER", "control_stage": "ACCEPTANCE", "inspector_names": ["李检查"],
            "items": [{"inspection_item": "PAY_LEDGER", "item_result": PASS}]}, "FAILED_PRECONDITION", "CHECKLIST_INCOMPLETE")
        self.assertEqual(self.inspect(code, control_stage="ACCEPTANCE", items=("PAY_LEDGER", "PUBLICITY"))["template_version"], 2)
        ask = {"template_kind": "STAGE_ACCEPTANCE"}
        self.assertEqual([self.bureau.ok("evaluation.GetTemplate", {**ask, **more})["version_number"] for more in ({}, {"on_date": self.day(-1)}, {"version_number": 1})],
                         [2, 1, 1])
        self.bureau.refused("evaluation.GetTemplate", {**ask, "version_number": 9}, "NOT_FOUND", "TEMPLATE_NOT_FOUND")
        self.assertEqual([row["template_version"] for row in self.bureau.rows("evaluation.ListInspections", {"project_code": code})], [1, 1, 2])


class PlanTest(SupervisionCase):
    def plan(self, code, *rows):
        return {"project_code": code, "plan_year": 2026, "rows": [
            {"planned_month": month, "inspecting_unit_id": unit, "inspection_stage": stage} for month, unit, stage in rows]}

    def rows(self, code, **more):
        return self.bureau.rows("evaluation.ListInspectionPlan", {"project_code": code, "plan_year": 2026, **more})

    def test_a_plan_says_who_inspects_when_and_what_was_not_done(self):
        "R160 R159: months, units, stages, not fewer than the least; each inspection keeps one row of the plan, late ones are told"
        code = self.world.project()
        ask = self.plan(code, ("2026-07", "140214-jtj", "DURING"), ("2026-07", "140214-jtj", "DURING"), ("2026-09", "140214-fgj", "AFTER"))
        method = "evaluation.SetInspectionPlan"
        self.contractor.refused(method, ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau.refused(method, {**ask, "rows": ask["rows"][:1]}, "FAILED_PRECONDITION", "PLAN_BELOW_MINIMUM", path="rows")
        reply = self.bureau.refused(method, self.plan(code, ("2027-01", "140214-jtj", "DURING"), ("2026-09", "nobody", "DURING"), ("2026-10", "owner-1", "AFTER")))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("PLAN_MONTH", "rows[0].planned_month"), ("UNIT_UNKNOWN", "rows[1].inspecting_unit_id"), ("INSPECTED_INSPECTS", "rows[2].inspecting_unit_id")})
        self.assertEqual(self.bureau.ok(method, ask)["planned_count"], 3)
        self.inspect(code)
        self.assertEqual([bool(row["inspection_code"]) for row in self.rows(code)], [True, False, False])
        self.house.travel("2026-08-10")
        self.assertEqual([(row["plan_number"], row["is_overdue"]) for row in self.rows(code, undone_only=True)], [(2, True), (3, False)])
        gap = next(row for row in self.office.rows("evaluation.ListInspectionGaps", {"plan_year": 2026}) if row["project_code"] == code)
        self.assertEqual([gap[f"{what}_count"] for what in ("year", "year_minimum", "missing", "planned", "overdue")], [1, 2, 1, 3, 1])
        self.assertEqual((gap["before_covered"], gap["during_covered"]), (False, True))
        self.inspect(code)
        self.assertEqual([(row["was_late"], row["done_date"]) for row in self.rows(code)][1], (True, "2026-08-10"))
        self.assertNotIn(code, [row["project_code"] for row in self.office.rows("evaluation.ListInspectionGaps")])
        self.assertEqual(self.stranger.rows("evaluation.ListInspectionPlan", {"plan_year": 2026}), [])
        self.bureau.ok(method, {**ask, "rows": ask["rows"][:2]})
        self.assertEqual([row["plan_number"] for row in self.rows(code, undone_only=False)], [1, 2])

    def test_gaps_are_shown_to_those_concerned_page_by_page(self):
        "R160: projects never inspected are on the list; each sees his own"
        codes = {self.world.project() for _ in range(3)}
        rows = self.bureau.rows("evaluation.ListInspectionGaps", {"plan_year": 2026}, page_size=1)
        self.assertTrue(codes <= {row["project_code"] for row in rows})
        self.assertEqual(len(rows), len({row["project_code"] for row in rows}))
        self.assertEqual(self.stranger.rows("evaluation.ListInspectionGaps", {"plan_year": 2026}), [])
        self.assertEqual(self.office.rows("evaluation.ListInspectionGaps", {"plan_year": 2025}), [])


class SupervisorTest(SupervisionCase):
    def test_reports_that_are_missing_are_listed_by_name(self):
        "R167: each month under construction that is over, with its due day; office and bureau see who owes it"
        code = self.world.project()
        ask = {"project_code": code}
        month = {**ask, "labour_org_note": "在场42人", "labour_pay_note": "已发放"}
        self.house.travel("2026-08-05")
        rows = self.bureau.rows("evaluation.ListMissingSupervisionReports", ask, page_size=1)
        self.assertEqual([(row["month"], row["due_date"], row["is_overdue"], row["overdue_days"]) for row in rows],
                         [("2026-06", "2026-07-05", True, 31), ("2026-07", "2026-08-05", False, 0)])
        self.assertEqual((rows[0]["supervisor_unit_id"], rows[0]["supervisor_unit_name"]), ("supervisor-1", "示例工程监理有限公司"))
        self.supervisor.refused("evaluation.FileSupervisionReport", {**month, "month": "2026-09"}, "INVALID_ARGUMENT", "REPORT_MONTH_AHEAD", path="month")
        self.supervisor.ok("evaluation.FileSupervisionReport", {**month, "month": "2026-06"})
        self.assertEqual([row["month"] for row in self.office.rows("evaluation.ListMissingSupervisionReports", ask)], ["2026-07"])
        self.assertEqual(self.office.rows("evaluation.ListMissingSupervisionReports", {**ask, "overdue_only": True}), [])
        self.assertEqual(self.stranger.rows("evaluation.ListMissingSupervisionReports"), [])
        self.house.travel("2026-10-01")
        self.assertEqual([row["month"] for row in self.supervisor.rows("evaluation.ListMissingSupervisionReports", ask)], ["2026-07", "2026-08", "2026-09"])

    def test_works_that_have_not_begun_owe_none(self):
        "R167: only under construction"
        code = self.world.awarded()
        self.house.travel("2026-11-01")
        self.assertEqual(self.office.rows("evaluation.ListMissingSupervisionReports", {"project_code": code}), [])


if __name__ == "__main__":
    unittest.main()
