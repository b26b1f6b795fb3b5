"""registry: the gates of a project: what keeps it from its next step, who clears it, and what has been done so far."""
import datetime
import re

from lib import ROOT, path
from registry_project_test import ProjectCase

ITEMS = ("LABOUR_ORG", "LABOUR_PAY", "SKILL_TRAINING", "SAFETY_TRAINING", "CONTRACT_CLAUSES", "WORKER_LEDGER", "PAY_LEDGER", "TRAINING_LEDGER",
         "PUBLICITY")
CLAUSES = ["LABOUR_ORG", "LABOUR_PAY", "TRAINING"]
PARTIES = [{"unit_id": "owner-1", "relation": "OWNER"}, {"unit_id": "contractor-1", "relation": "CONTRACTOR"},
           {"unit_id": "supervisor-1", "relation": "SUPERVISOR"}, {"unit_id": "township-1", "relation": "TOWNSHIP", "person_name": "周某"}]


class GateCase(ProjectCase):
    def gates(self, code, who=None):
        """{step: gate}; AwardProject by its mode."""
        body = (who or self.bureau).ok("registry.GetGates", {"project_code": code})
        return {row["procurement_mode"] if row["method"] == "AwardProject" else row["method"]: row for row in body["rows"]}

    def gaps(self, code, step):
        return {(gap["rule"], gap["path"]) for gap in self.gates(code)[step]["gaps"]}


class StepTest(GateCase):
    def test_what_blocks_is_what_refuses(self):
        "R058 R059 R162: the gate shown and the gate that refuses are one: same rules, same places, same sentences."
        code = self.bare("2605-140214-04-01-700010", division_code="140214002")
        gate = self.gates(code)["SubmitPreReview"]
        reply = self.bureau.refused("registry.SubmitPreReview", {"project_code": code, "approval_mode": "ORDINARY", "documents": [
            {"document_kind": kind, "document_title": kind, "document_digest": path.digest(kind)} for kind in ("FSR", "PRELIM_DESIGN")]})
        self.assertEqual({(gap["rule"], gap["path"]) for gap in gate["gaps"]}, {(problem["reason"], problem["path"]) for problem in reply.problems})
        self.assertEqual({gap["rule"] for gap in gate["gaps"]}, {"NO_POSTS", "EFFECT_MISSING"})
        self.assertFalse(gate["is_open"])
        posts = next(gap for gap in gate["gaps"] if gap["rule"] == "NO_POSTS")
        self.assertEqual((posts["cleared_by"], posts["clearing_method"], posts["basis"]), (["BUREAU", "OWNER"], "registry.AddTask", "R059"))
        self.assertIn("就业岗位", posts["zh"])
        self.assertIn("post", posts["en"])
        self.assertEqual((gate["to_state"], gate["sentence"]), ("PRE_REVIEW", "The papers go to pre-review."))

    def test_the_way_from_draft_to_works(self):
        "R056 R075 R162 R163: each state shows its own next steps, and each gap goes when it is cleared."
        code = self.world.draft()
        self.assertEqual({step: gate["is_open"] for step, gate in self.gates(code).items()},
                         {"SubmitPreReview": True, "ApproveProject": False, "CancelProject": True})
        self.assertEqual(self.gaps(code, "ApproveProject"), {("PRE_REVIEW_NOT_PASSED", "project_code")})
        path.approve_project(self.world, code, "2026-06-05")
        self.assertEqual({step: gate["is_open"] for step, gate in self.gates(code).items()}, {"TENDER": True, "NON_TENDER": False, "CancelProject": True})
        self.assertEqual(self.gaps(code, "NON_TENDER"), {(rule, "procurement_mode") for rule in ("NOT_LISTED", "OWNER_KIND", "CARRIER_KIND")})
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [*PARTIES[:2], {"unit_id": "township-1", "relation": "TOWNSHIP"}]})
        self.bureau.ok("registry.AwardProject", {"project_code": code, "procurement_mode": "TENDER", "award_date": "2026-06-15", "contract_no": "HT-1",
                                                 "contract_fen": 3_000_000_01, "labour_cycle_days": 30, "contract_clauses": CLAUSES,
                                                 "notice_clauses": CLAUSES, "supervision_clauses": CLAUSES[:2]})
        self.assertEqual(self.gaps(code, "StartProject"), {(rule, "project_code") for rule in (
            "PARTY_MISSING", "TOWNSHIP_CONTACT_MISSING", "FUNDS_NOT_IN_PLACE", "FUNDS_SHORT", "CLAUSES_MISSING")})
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": PARTIES})
        self.bureau.ok("registry.AddClauses", {"project_code": code, "supervision_clauses": ["TRAINING"], "supplement_no": "补1"})
        self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F2", "fund_source": "DISTRICT", "approved_fen": 1})
        self.assertEqual(self.gaps(code, "StartProject"), {("FUNDS_NOT_IN_PLACE", "project_code")})
        self.bureau_checker.ok("registry.AllocateFund", {"project_code": code, "fund_code": "F2", "allocation_code": "B", "allocation_fen": 1,
                                                         "progress_bp": 0, "allocation_date": "2026-06-15", "document_no": "x", "relief_clause": True})
        self.assertTrue(self.gates(code)["StartProject"]["is_open"])
        self.owner.ok("registry.StartProject", {"project_code": code, "start_date": "2026-06-20"})
        self.assertEqual(set(self.gates(code)), {"SuspendProject", "CompleteProject", "ApplyDrawDown"})

    def test_money_for_the_whole_contract(self):
        "R062 (Reg. 724 art. 23): works do not begin with less money arranged than the contract costs."
        code = self.world.approved()
        path.award_project(self.world, code, "2026-06-15", [("F1", 100)], contract_fen=3_000_000_01)
        start = {"project_code": code, "start_date": "2026-06-20"}
        self.owner.refused("registry.StartProject", start, "FAILED_PRECONDITION", "FUNDS_SHORT")
        self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F2", "fund_source": "SOCIAL", "approved_fen": 1})
        self.owner.ok("registry.StartProject", start)

    def test_a_fiscal_review_beside_the_approval_has_its_result_first(self):
        "R066: approved while it runs, awarded while it runs, not built; its result is recorded once."
        code = self.world.draft()
        self.bureau.ok("registry.SubmitPreReview", {"project_code": code, "approval_mode": "ORDINARY", "documents": [
            {"document_kind": kind, "document_title": kind, "document_digest": path.digest(kind), "states_requirement": True}
            for kind in ("FSR", "PRELIM_DESIGN")]})
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"})
        self.bureau_checker.ok("registry.ApproveProject", {"project_code": code, "approval_mode": "ORDINARY", "document_no": "批1",
                                                           "document_date": "2026-06-05", "relief_clause": True, "reporting_clause": True,
                                                           "fiscal_review": "PARALLEL"})
        path.award_project(self.world, code, "2026-06-15", [("F1", 100)])
        start = {"project_code": code, "start_date": "2026-06-20"}
        self.owner.refused("registry.StartProject", start, "FAILED_PRECONDITION", "FISCAL_REVIEW_OPEN", path="project_code")
        result = {"project_code": code, "document_no": "财评1号", "document_date": "2026-06-18", "reviewed_fen": 2_900_000_00}
        self.bureau.refused("registry.RecordFiscalReview", result, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.refused("registry.RecordFiscalReview", {**result, "document_date": "2026-12-01"}, "FAILED_PRECONDITION", "DATE_IN_FUTURE")
        self.bureau_checker.ok("registry.RecordFiscalReview", result)
        self.bureau_checker.refused("registry.RecordFiscalReview", result, "FAILED_PRECONDITION", "FISCAL_REVIEW_CLOSED")
        project = self.get(code)
        self.assertEqual((project["fiscal_review"], project["fiscal_document_no"], project["fiscal_reviewed_fen"]), ("DONE", "财评1号", 2_900_000_00))
        self.owner.ok("registry.StartProject", start)

    def test_whoever_clears_a_gap_may_make_the_call(self):
        "R075 R162: every gap of every gate is a rule, and the call that clears it exists and is open to those named."
        rules = set(re.findall(r"^RULE\((\w+)", (ROOT / "services/registry/rules.def").read_text(), re.M))
        methods = {}
        for service in ("registry", "payroll", "evaluation"):
            for name, relations in re.findall(r"METHOD\((\w+),\s*\w+,\s*\w+,\s*([^,]+),", (ROOT / f"services/{service}/methods.def").read_text()):
                methods[f"{service}.{name}"] = relations
        clearing = self.sql("SELECT refusal, array_to_string(cleared_by, ' '), clearing_method FROM registry.gate_clearing")
        for refusal, relations, method in clearing:
            self.assertIn(refusal, rules)
            self.assertIn(method, methods)
            allowed = set(methods[method].replace("PARTIES", "OWNER | CONTRACTOR").split(" | "))
            self.assertLessEqual(set(relations.split()), allowed, (refusal, method))
        gates = "".join(row[0] for row in self.sql("SELECT prosrc FROM pg_proc WHERE pronamespace = 'registry'::regnamespace AND (proname LIKE 'gate_%' "
                                                   "OR proname = 'project_gates')"))
        said = rules & set(re.findall(r"'([A-Z_]+)'", gates))
        only_in_calls = {"OVER_ALLOCATED", "PROGRESS_NOT_REPORTED", "PROGRESS_TOO_LOW"}  # told by an application's own figures
        self.assertEqual(said - only_in_calls, {row[0] for row in clearing})

    def test_a_shorter_limit_reaches_a_signed_contract(self):
        "R134 (Reg. 724 art. 24): the cycle is asked again at the start; a supplement shortens it, and others are told."
        code = self.world.awarded()
        limit = {"parameter_name": "labour_cycle_days", "division_prefix": "140214", "valid_from_date": "2026-06-16", "parameter_value": 15,
                 "basis_note": "本区规定"}
        self.office_checker.ok("registry.SetParameter", limit)
        start = {"project_code": code, "start_date": "2026-06-20"}
        self.owner.refused("registry.StartProject", start, "FAILED_PRECONDITION", "LABOUR_CYCLE_TOO_LONG", path="project_code")
        supplement = {"project_code": code, "supplement_no": "补1", "labour_cycle_days": 16}
        self.owner.refused("registry.AddClauses", supplement, "FAILED_PRECONDITION", "LABOUR_CYCLE_TOO_LONG", path="labour_cycle_days")
        self.owner.ok("registry.AddClauses", {**supplement, "labour_cycle_days": 15})
        self.assertEqual(self.last_event("ProjectChanged").labour_cycle_days, 15)
        self.owner.ok("registry.StartProject", start)
        self.office_checker.ok("registry.SetParameter", {**limit, "parameter_value": 31})

    def test_where_every_project_stands(self):
        "R056 R075 R162: one row a project with its next step and what is in its way; those that may go on can be left out."
        free, held, gone = self.world.approved(), self.world.draft(planned_workers=0), self.world.draft()
        self.bureau_checker.ok("registry.CancelProject", {"project_code": gone, "cancel_reason": "撤销"})
        rows = {row["project_code"]: row for row in self.bureau.rows("registry.ListProjectGates", page_size=2)}
        self.assertEqual((rows[free]["method"], rows[free]["gap_count"], rows[free]["rules"]), ("AwardProject", 0, []))
        self.assertEqual((rows[held]["method"], rows[held]["gap_count"], rows[held]["rules"]), ("SubmitPreReview", 1, ["EFFECT_MISSING"]))
        self.assertNotIn(gone, rows)
        blocked = {row["project_code"] for row in self.office.rows("registry.ListProjectGates", {"blocked_only": True, "unit_id": "140214-jtj"})}
        self.assertEqual((held in blocked, free in blocked), (True, False))
        self.assertEqual(self.stranger.rows("registry.ListProjectGates"), [])

    def test_who_may_look(self):
        "R162: a stranger sees no gates and no steps; the parties and the auditor do."
        code = self.world.draft()
        for method in ("registry.GetGates", "registry.ListProjectSteps"):
            self.stranger.refused(method, {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")
            for who in (self.owner, self.contractor, self.township, self.audit):
                self.assertTrue(who.ok(method, {"project_code": code})["rows"])
        self.office.refused("registry.GetGates", {"project_code": "NOBODY"}, "NOT_FOUND", "NO_SUCH_PROJECT")


class HistoryTest(GateCase):
    def steps(self, code, **more):
        return self.bureau.rows("registry.ListProjectSteps", {"project_code": code, **more}, page_size=3)

    def test_every_step_with_who_when_and_why(self):
        "R056 R075 R076: who did what when, in order, with the sentence of the step; stops and resumptions with their reasons."
        code = self.world.project()
        self.owner.ok("registry.SuspendProject", {"project_code": code, "suspend_date": "2026-06-22", "suspend_reason": "汛期停工"})
        self.owner.refused("registry.ResumeProject", {"project_code": code, "resume_date": "2026-06-21", "resume_reason": "x"}, "FAILED_PRECONDITION",
                           "DATE_BEFORE_LAST", path="resume_date")
        self.owner.refused("registry.ResumeProject", {"project_code": code, "resume_date": "2027-06-21", "resume_reason": "x"}, "FAILED_PRECONDITION",
                           "DATE_IN_FUTURE")
        self.owner.refused("registry.ResumeProject", {"project_code": code, "resume_date": "2026-06-25"}, "INVALID_ARGUMENT", "REQUIRED",
                           path="resume_reason")
        self.owner.ok("registry.ResumeProject", {"project_code": code, "resume_date": "2026-06-25", "resume_reason": "汛期结束"})
        steps = self.steps(code)
        self.assertEqual([step["step_number"] for step in steps], list(range(1, len(steps) + 1)))
        self.assertEqual([step["method"] for step in steps], ["AddProject", "SetParties", "AddTask", "SetFundLine", "SubmitPreReview", "DecidePreReview",
                                                              "ApproveProject", "AllocateFund", "AwardProject", "StartProject", "SuspendProject",
                                                              "ResumeProject"])
        first, stop, go = steps[0], steps[-2], steps[-1]
        self.assertEqual((first["from_state"], first["to_state"], first["made_by"], first["made_by_unit_id"]), ("NONE", "DRAFT", "bureau-maker", "140214-jtj"))
        self.assertEqual((stop["from_state"], stop["to_state"], stop["effective_date"], stop["step_note"], stop["sentence"]),
                         ("CONSTRUCTION", "SUSPENDED", "2026-06-22", "汛期停工", "Works stop for a stated reason."))
        self.assertEqual((go["step_note"], go["made_by"], go["sentence"]), ("汛期结束", "owner-maker", "Works go on."))
        self.assertGreater(go["made_at_us"], first["made_at_us"])
        self.assertTrue(all(step["sentence"] for step in steps))
        self.assertEqual((self.steps(code, to_date="2026-06-30"), len(self.steps(code, from_date="2026-07-01"))), ([], len(steps)))

    def test_a_refused_step_leaves_no_trace(self):
        "R075"
        code = self.world.draft()
        before = len(self.steps(code))
        self.owner.refused("registry.StartProject", {"project_code": code, "start_date": "2026-06-20"}, "FAILED_PRECONDITION", "WRONG_STATE")
        self.assertEqual(len(self.steps(code)), before)

    def test_given_up_while_suspended(self):
        "R075: with its reason; nothing follows."
        code = self.world.project()
        self.owner.ok("registry.SuspendProject", {"project_code": code, "suspend_date": "2026-06-22", "suspend_reason": "资金中断"})
        self.bureau_checker.refused("registry.CancelProject", {"project_code": code}, "INVALID_ARGUMENT", "REQUIRED", path="cancel_reason")
        self.assertEqual(self.bureau_checker.ok("registry.CancelProject", {"project_code": code, "cancel_reason": "项目终止"})["project_state"], "CANCELLED")
        self.assertEqual((self.steps(code)[-1]["from_state"], self.steps(code)[-1]["step_note"], self.gates(code)), ("SUSPENDED", "项目终止", {}))


class CodeTest(GateCase):
    def test_the_national_code_before_the_approval(self):
        "R079 (GB/T 40058): shape, one project a code, and no approval without it."
        code = self.world.draft("WR-2026-1")
        set_code = lambda value: {"project_code": code, "national_project_code": value}  # noqa: E731
        reasons = set()
        for wrong in ("2408-140298-04-01-00001", "2413-140298-04-01-000010", "2408-140298-04-01-00001a", "2408-140298-4-01-0000100", "own-code"):
            reasons.add(self.bureau.refused("registry.SetNationalCode", set_code(wrong), None, path="national_project_code").problems[0]["reason"])
        self.assertEqual(reasons, {"PROJECT_CODE_INVALID", "NATIONAL_CODE_SHAPE"})
        path_to_approval = {"project_code": code, "approval_mode": "ORDINARY", "document_no": "批1", "document_date": "2026-06-10", "relief_clause": True,
                            "reporting_clause": True, "fiscal_review": "DONE"}
        self.bureau.ok("registry.SubmitPreReview", {"project_code": code, "approval_mode": "ORDINARY", "documents": [
            {"document_kind": kind, "document_title": kind, "document_digest": path.digest(kind)} for kind in ("FSR", "PRELIM_DESIGN")]})
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"})
        self.assertEqual(self.gaps(code, "ApproveProject"), {("NATIONAL_CODE_MISSING", "project_code")})
        self.bureau_checker.refused("registry.ApproveProject", path_to_approval, "FAILED_PRECONDITION", "NATIONAL_CODE_MISSING")
        self.bureau.ok("registry.SetNationalCode", set_code("2408-140298-04-01-000010"))
        self.bureau_checker.ok("registry.ApproveProject", path_to_approval)
        self.bureau.refused("registry.SetNationalCode", set_code("2408-140298-04-01-000020"), "FAILED_PRECONDITION", "WRONG_STATE")
        other = self.world.draft("WR-2026-2")
        self.bureau.refused("registry.SetNationalCode", {"project_code": other, "national_project_code": "2408-140298-04-01-000010"}, "ALREADY_EXISTS",
                            "NATIONAL_CODE_TAKEN")
        found = self.office.rows("registry.ListProjects", {"national_project_code": "2408-140298-04-01-000010"})
        self.assertEqual([row["project_code"] for row in found], [code])
        self.assertEqual(self.get(self.world.draft())["national_project_code"][:12], "2605-140214-")

    def test_split_off_works_and_their_partner(self):
        "R077: one level, a township or village as partner, named before the papers are examined."
        parent = self.world.draft()
        child = {"project_code": "S-1", "project_name": "附属绿化", "field": "TRANSPORT", "parent_project_code": parent}
        self.bureau.refused("registry.AddProject", {**child, "partner_unit_id": "contractor-1"}, "FAILED_PRECONDITION", "PARTNER_KIND",
                            path="partner_unit_id")
        self.bureau.ok("registry.AddProject", child)
        self.assertIn(("PARTNER_MISSING", "partner_unit_id"), self.gaps("S-1", "SubmitPreReview"))
        self.bureau.ok("registry.ChangeProject", {"project_code": "S-1", "partner_unit_id": "township-1", "subproject_kind": "MAINTENANCE"})
        self.assertNotIn(("PARTNER_MISSING", "partner_unit_id"), self.gaps("S-1", "SubmitPreReview"))
        facts = self.get("S-1")["facts"]
        self.assertEqual((facts["partner_unit_id"], facts["subproject_kind"]), ("township-1", "MAINTENANCE"))
        self.bureau.refused("registry.AddProject", {**child, "project_code": "S-2", "parent_project_code": "S-1"}, "FAILED_PRECONDITION",
                            "PARENT_IS_SUBPROJECT", path="parent_project_code")
        self.bureau.refused("registry.ChangeProject", {"project_code": parent, "parent_project_code": "S-1"}, "FAILED_PRECONDITION", "PARENT_IS_SUBPROJECT")
        self.assertEqual(self.get(parent)["subproject_codes"], ["S-1"])
        self.assertEqual([row["project_code"] for row in self.office.rows("registry.ListProjects", {"parent_project_code": parent})], ["S-1"])


class AcceptanceTest(GateCase):
    services = ("registry", "evaluation")

    def accept(self, code):
        return {"project_code": code, "accept_date": "2026-06-30", "document_no": "验收1号", "upkeep_body_name": "某村村民委员会",
                "upkeep_rules_digest": path.digest("管护办法")}

    def test_findings_evaluation_and_notices_come_first(self):
        "R158 R165 R172 R173 R176: no open finding, the evaluation made, every notice and the permanent sign; all gaps at once."
        code = self.world.project()
        due = str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=10))
        inspection = self.bureau.ok("evaluation.AddInspection", {"project_code": code, "inspection_date": self.house.today(), "inspection_stage": "DURING",
            "control_stage": "IMPLEMENTATION", "inspector_names": ["郑某"], "items": [
                {"inspection_item": item, "item_result": "FAIL" if item == "PUBLICITY" else "PASS"} for item in ITEMS]})
        finding = self.bureau.ok("evaluation.AddFinding", {"project_code": code, "inspection_code": inspection["inspection_code"],
            "finding_kind": "PUBLICITY", "finding_note": "告示牌缺投诉电话", "responsible_unit_id": "contractor-1", "due_date": due})["finding_code"]
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": "2026-06-28"})
        reply = self.bureau_checker.refused("registry.AcceptProject", self.accept(code), "FAILED_PRECONDITION", "FINDING_OPEN")
        self.assertEqual([problem["reason"] for problem in reply.problems],
                         ["FINDING_OPEN", "EVALUATION_MISSING", *["NOTICE_MISSING"] * 3, "BOARD_MISSING", "SIGN_MISSING"])
        path.publish_stages(self.world, code, "2026-06-28")
        evaluation = path.evaluate_project(self.world, code)
        self.assertEqual(self.gaps(code, "AcceptProject"), {("FINDING_OPEN", "project_code")})
        self.contractor.ok("evaluation.SubmitRectification", {"project_code": code, "finding_code": finding, "rectification_note": "已补"})
        self.bureau_checker.refused("registry.AcceptProject", self.accept(code), "FAILED_PRECONDITION", "FINDING_OPEN")
        self.bureau_checker.ok("evaluation.VerifyRectification", {"project_code": code, "finding_code": finding, "verdict": "ACCEPTED", "verify_note": "属实"})
        self.bureau_checker.ok("registry.AcceptProject", self.accept(code))
        project = self.get(code)
        self.assertEqual((project["acceptance_no"], project["evaluation_code"], project["inspection_codes"], project["project_state"]),
                         ("验收1号", evaluation, [inspection["inspection_code"]], "ACCEPTED"))
        self.assertEqual(self.sql(f"SELECT approval_document_no FROM registry.project_acceptance WHERE project_code = '{code}'"), [["云发改审批〔2026〕1号"]])

    def test_the_whole_way_and_closing(self):
        "R067 R153 R172"
        code = self.world.accepted()
        self.assertEqual({step: gate["is_open"] for step, gate in self.gates(code).items()}, {"CloseProject": True, "ApplyDrawDown": True})
        self.bureau_checker.ok("registry.CloseProject", {"project_code": code, "close_date": self.house.today()})
        self.assertEqual(self.gates(code), {})
