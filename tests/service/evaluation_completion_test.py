"""The completion evaluation: own items and weights, evidence, signatures, planned against actual, and who reads the sheet."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

KINDS = {"ACCEPTING_UNIT": "140214-jtj", "BUREAU": "140214-jtj", "OWNER": "owner-1", "CONTRACTOR": "contractor-1", "TOWNSHIP": "township-1",
         "DEVELOPMENT_REFORM": "140214-fgj"}
METHOD, SHEET = "evaluation.EvaluateProject", "evaluation.GetEvaluationSheet"


class CompletionCase(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)

    def day(self, days=0):
        return str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=days))

    def completed(self, code=None):
        code = code or self.world.project()
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": self.house.today()})
        return code

    def evaluation(self, code, signed=(), **more):
        signature = {"signer_name": "王签章", "sign_method": "SIGNATURE_AND_SEAL", "signed_date": self.house.today()}
        return {"project_code": code, "organisation_score": 80, "pay_score": 90, "training_score": 70, "verdict_note": "组织到位，报酬足额",
                "participants": [{"participant_kind": kind, "unit_id": unit, **(signature if kind in signed else {})} for kind, unit in KINDS.items()], **more}

    def policy(self, own=(), **more):
        return {"valid_from_date": self.house.today(), "organisation_weight": 20, "pay_weight": 40, "training_weight": 20, "year_minimum_count": 2,
                "source_note": "测试", "own_items": [{"item_code": code, "item_title": title, "item_weight": weight} for code, title, weight in own], **more}


class ItemTest(CompletionCase):
    OWN = (("LEDGERS_TRUE", "台账真实", 15), ("PUBLICITY", "公示公开", 5))

    def test_the_district_adds_items_and_all_weights_sum_to_100(self):
        "R177: own items are dated data; each is scored, no other; the total is weighted; an evaluation keeps the weights of its day"
        code = self.completed()
        before = self.bureau_checker.ok(METHOD, self.evaluation(code))
        self.assertEqual(before["total_score"], 83)  # 30/50/20: 24 + 45 + 14
        method = "evaluation.SetEvaluationPolicy"
        self.office_checker.refused(method, self.policy((("PUBLICITY", "公示", 19),)), "INVALID_ARGUMENT", "WEIGHTS_INVALID")
        self.office_checker.refused(method, self.policy((("PUBLICITY", "公示", 20), ("OTHER", "其他", 0))), "INVALID_ARGUMENT", "WEIGHTS_INVALID")
        self.office_checker.refused(method, self.policy((("PAY", "报酬", 20),)), "INVALID_ARGUMENT", "SCORE_TWICE", path="own_items[0].item_code")
        self.bureau_checker.refused(method, self.policy(self.OWN), "PERMISSION_DENIED", "NOT_ALLOWED")
        made = self.office_checker.ok(method, self.policy(self.OWN))
        self.assertEqual([item["item_weight"] for item in made["own_items"]], [15, 5])
        own = [{"item_code": "LEDGERS_TRUE", "item_score": 100}, {"item_code": "PUBLICITY", "item_score": 0}]
        self.bureau_checker.refused(METHOD, self.evaluation(code, own_items=own[:1]), "INVALID_ARGUMENT", "ITEM_SCORE_MISSING", path="own_items")
        self.bureau_checker.refused(METHOD, self.evaluation(code, own_items=own + [{"item_code": "BEAUTY", "item_score": 1}]), "INVALID_ARGUMENT", "ITEM_UNKNOWN",
                                    path="own_items[2].item_code")
        self.bureau_checker.refused(METHOD, self.evaluation(code, own_items=own + own[:1]), "INVALID_ARGUMENT", "SCORE_TWICE")
        self.bureau_checker.refused(METHOD, self.evaluation(code, own_items=[{**own[0], "item_score": 101}, own[1]]), "OUT_OF_RANGE", "SCORE_OUT_OF_RANGE",
                                    path="own_items[0].item_score")
        self.bureau_checker.refused(METHOD, self.evaluation(code, own_items=[{"item_code": "PUBLICITY"}]), "INVALID_ARGUMENT", "REQUIRED",
                                    path="own_items[0].item_score")
        self.assertEqual(self.bureau_checker.ok(METHOD, self.evaluation(code, own_items=own))["total_score"], 81)  # 16 + 36 + 14 + 15 + 0
        sheet = self.bureau.ok(SHEET, {"project_code": code})
        self.assertEqual([(item["item_code"], item["item_weight"], item["item_score"]) for item in sheet["items"]],
                         [("LABOUR_ORG", 20, 80), ("PAY", 40, 90), ("TRAINING", 20, 70), ("LEDGERS_TRUE", 15, 100), ("PUBLICITY", 5, 0)])
        self.assertEqual(sum(item["item_weight"] for item in sheet["items"]), 100)
        first = self.bureau.ok(SHEET, {"project_code": code, "evaluation_number": 1})
        self.assertEqual((len(first["items"]), first["total_score"], first["policy_date"]), (3, 83, "2020-01-01"))
        self.office_checker.ok(method, self.policy((), training_weight=40))  # the same day again, without own items
        self.assertEqual(self.bureau_checker.ok(METHOD, self.evaluation(code))["total_score"], 80)

    def test_evidence_is_linked_to_an_item_and_must_exist(self):
        "R176 R177: inspections, findings, sheets, trainings, months and checks are looked up; a paper's number is taken as given"
        code = self.world.project()
        inspection = self.bureau.ok("evaluation.AddInspection", {
            "project_code": code, "inspection_date": self.house.today(), "inspection_stage": "DURING", "inspector_names": ["李检查"],
            "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})["inspection_code"]
        numbers = self.world.placed(code, 2)
        ratio = self.bureau.ok("evaluation.CheckRatio", {"project_code": code, "pay_basis": "PLANNED"})["check_number"]
        self.completed(code)
        links = [("LABOUR_ORG", "INSPECTION", inspection), ("PAY", "RATIO_CHECK", str(ratio)), ("TRAINING", "TRAINING", f"PX-{numbers[0]}"), ("PAY", "PAPER", "云财函〔2026〕12号")]
        evidence = [{"item_code": item, "evidence_kind": kind, "evidence_no": reference} for item, kind, reference in links]
        for kind in ("INSPECTION", "FINDING", "WAGE_SHEET", "TRAINING", "SEALED_MONTH", "RATIO_CHECK", "LEDGER_CHECK"):
            self.bureau_checker.refused(METHOD, self.evaluation(code, evidence=evidence + [{**evidence[0], "evidence_kind": kind, "evidence_no": "99"}]),
                                        "NOT_FOUND", "EVIDENCE_UNKNOWN", path="evidence[4].evidence_no")
        self.bureau_checker.refused(METHOD, self.evaluation(code, evidence=[{**evidence[0], "item_code": "BEAUTY"}]), "INVALID_ARGUMENT", "ITEM_UNKNOWN",
                                    path="evidence[0].item_code")
        self.bureau_checker.ok(METHOD, self.evaluation(code, evidence=evidence))
        items = self.owner.ok(SHEET, {"project_code": code})["items"]
        self.assertEqual({item["item_code"]: [(link["evidence_kind"], link["evidence_no"]) for link in item["evidence"]] for item in items}, {
            "LABOUR_ORG": [("INSPECTION", inspection)], "PAY": [("RATIO_CHECK", str(ratio)), ("PAPER", "云财函〔2026〕12号")], "TRAINING": [("TRAINING", f"PX-{numbers[0]}")]})


class SheetTest(CompletionCase):
    def test_participants_are_who_they_say_and_sign(self):
        "R175 R178: the project's own bureau, owner, contractor and township; who signed, how and when; those who have not are counted"
        code = self.completed()
        ask = self.evaluation(code, signed=("OWNER", "CONTRACTOR"))
        for index, unit in ((1, "140214-swj"), (2, "contractor-1"), (3, "contractor-2"), (4, "owner-1")):
            participants = [dict(one) for one in ask["participants"]]
            participants[index]["unit_id"] = unit
            self.bureau_checker.refused(METHOD, {**ask, "participants": participants}, "FAILED_PRECONDITION", "PARTICIPANT_NOT_PARTY",
                                        path=f"participants[{index}].unit_id")

        def signed(**change):
            return {**ask, "participants": [{**one, **change} if one["participant_kind"] == "OWNER" else one for one in ask["participants"]]}
        self.bureau_checker.refused(METHOD, signed(signer_name=""), "INVALID_ARGUMENT", "SIGNATURE_INCOMPLETE", path="participants[2]")
        for day in (1, -1):
            self.bureau_checker.refused(METHOD, signed(signed_date=self.day(day)), "INVALID_ARGUMENT", "SIGNATURE_DATE", path="participants[2].signed_date")
        self.bureau_checker.ok(METHOD, ask)
        sheet = self.contractor.ok(SHEET, {"project_code": code})
        self.assertEqual(sheet["unsigned_count"], 4)
        owner = next(one for one in sheet["participants"] if one["participant_kind"] == "OWNER")
        self.assertEqual((owner["signer_name"], owner["sign_method"], owner["signed_date"]), ("王签章", "SIGNATURE_AND_SEAL", self.day()))

    def test_planned_against_actual_is_filled_from_the_ledgers_and_stays(self):
        "R176 R177, facts C.6 no. 6: workers, pay, ratio and trainees of the day; what evaluation does not know is absent, not 0"
        code, sheet, _ = self.world.paid_sheet(count=3)
        for basis in ("PLANNED", "PAID"):
            self.bureau.ok("evaluation.CheckRatio", {"project_code": code, "pay_basis": basis})
        self.completed(code)
        self.house.settle()
        made = self.bureau_checker.ok(METHOD, self.evaluation(code, evidence=[
            {"item_code": "PAY", "evidence_kind": "WAGE_SHEET", "evidence_no": sheet}, {"item_code": "LABOUR_ORG", "evidence_kind": "SEALED_MONTH", "evidence_no": "2026-06"}]))
        figures = {row["figure_kind"]: (row.get("planned_value"), row.get("actual_value")) for row in self.bureau.ok(SHEET, {"project_code": code})["figures"]}
        self.assertEqual(figures, {"WORKERS": (60, 3), "PRIORITY_WORKERS": (None, None), "PAY_FEN": (1_200_000_00, 6_000_00), "RATIO_BP": (4000, 20),
                                   "TRAINEES": (40, 3), "POSTS": (None, None), "DIVIDEND_FEN": (None, None)})
        self.assertEqual(made["evaluation_number"], 1)

    def test_audit_reads_the_sheet_and_strangers_do_not(self):
        "R176 R185: reference for audit and final account; names the form's version"
        code = self.completed()
        self.audit.refused(SHEET, {"project_code": code}, "NOT_FOUND", "NOT_EVALUATED")
        code_made = self.bureau_checker.ok(METHOD, self.evaluation(code))["evaluation_code"]
        sheet = self.audit.ok(SHEET, {"project_code": code})
        self.assertEqual((sheet["evaluation_code"], sheet["evaluation_grade"]), (code_made, "GOOD"))
        self.assertTrue(sheet["project_name"].startswith("示例以工代赈项目"))
        form = self.audit.ok("evaluation.GetTemplate", {"template_kind": "EVALUATION", "version_number": sheet["template_version"]})
        self.assertTrue(any(item["item_title"].startswith("评价意见") for item in form["items"]))
        self.stranger.refused(SHEET, {"project_code": code}, "PERMISSION_DENIED")
        self.bureau.refused(SHEET, {"project_code": code, "evaluation_number": 7}, "NOT_FOUND", "NOT_EVALUATED")

    def test_a_new_form_is_named_by_later_evaluations(self):
        "R185: the office sets a version; evaluations before it keep theirs"
        code = self.completed()
        first = self.bureau_checker.ok(METHOD, self.evaluation(code))["template_version"]
        version = self.office_checker.ok("evaluation.SetTemplate", {
            "template_kind": "EVALUATION", "valid_from_date": self.day(), "template_title": "综合评价表（新）", "source_note": "测试", "items": [{"item_title": "评价意见"}]})
        self.assertEqual(version["version_number"], first + 1)
        self.assertEqual(self.bureau_checker.ok(METHOD, self.evaluation(code))["template_version"], first + 1)
        self.assertEqual(self.bureau.ok(SHEET, {"project_code": code, "evaluation_number": 1})["template_version"], first)


if __name__ == "__main__":
    unittest.main()
