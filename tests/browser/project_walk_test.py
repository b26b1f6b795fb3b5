"""A project from its first draw-down to the archive, in the browser: what stands in the way is named, with who clears it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.walk import WalkCase  # noqa: E402


class FinishTest(WalkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        today = cls.house.today()
        bureau = cls.world.bureau
        bureau.ok("evaluation.AddInspection", {"project_code": cls.code, "inspection_date": today, "inspection_stage": "DURING", "inspector_names": ["李检查"],
                                               "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})
        cls.house.settle()
        inspection = bureau.rows("evaluation.ListInspections", {"project_code": cls.code})[0]["inspection_code"]
        bureau.ok("evaluation.AddFinding", {"project_code": cls.code, "inspection_code": inspection, "finding_kind": "LABOUR_PAY", "involved_fen": 1200_00,
                                            "finding_note": "少计两人工日", "responsible_unit_id": "contractor-1", "due_date": "2026-07-05"})
        cls.house.travel("2026-07-08")
        cls.house.settle()

    def state(self):
        return self.bureau.ok("registry.GetProject", {"project_code": self.code})["project_state"]

    def test_1_a_draw_down_waits_for_its_condition(self):
        """R158: the application is refused by the rule that holds back the money, in the form and in the gate; once cleared it is applied for and decided."""
        owner = self.as_("owner-maker", f"/project/{self.code}?tab=steps")
        owner.do("registry.ReportProgress", {"month": "2026-07", "reported_as": "OWNER", "progress_bp": "80"})
        owner.click_text("资金")
        owner.click("[data-do='registry.ApplyDrawDown']")
        form = "form[data-method='registry.ApplyDrawDown']"
        owner.fill(form, {"application_code": "SQ-1", "fund_code": "F1", "applied_fen": "400000", "progress_bp": "80", "purpose_note": "七月进度款"})
        owner.click_text("先试办")
        owner.sees("有逾期未整改到位的问题")
        owner.picture("draw-down-blocked")
        self.assertEqual([], owner.serious())
        self.assertLessEqual(owner.narrow("draw-down-phone"), 360)
        owner.click_text("取消")
        owner.click_text("下一步")
        owner.wait(lambda: any("申请拨款" in gate.text and "有逾期未整改到位的问题" in gate.text and "R158" in gate.text for gate in owner.all(".gate")), what="the gate names it")
        owner.picture("draw-down-gate")
        self.assertLessEqual(owner.narrow("draw-down-gate-phone"), 360)
        finding = self.bureau.rows("evaluation.ListFindings", {"project_code": self.code})[0]["finding_code"]
        self.contractor.ok("evaluation.SubmitRectification", {"project_code": self.code, "finding_code": finding, "rectification_note": "已补记补发", "recovered_fen": 1200_00})
        self.office_checker.ok("evaluation.VerifyRectification", {"project_code": self.code, "finding_code": finding, "verdict": "ACCEPTED", "verify_note": "属实", "accepted_fen": 1200_00})
        self.house.settle()
        owner.wait(lambda: any("申请拨款" in gate.text and "●" in gate.text for gate in owner.all(".gate")), what="the gate is open, told by the node")
        owner.click_text("资金")
        owner.do("registry.ApplyDrawDown", {"application_code": "SQ-1", "fund_code": "F1", "applied_fen": "400000", "progress_bp": "80", "purpose_note": "七月进度款"})
        owner.sees("待审批")
        self.assertEqual([], owner.all("[data-do='registry.DecideDrawDown']"))  # not who applies
        checker = self.as_("jtj-checker", f"/project/{self.code}?tab=funds")
        checker.do("registry.DecideDrawDown", {"decision": "APPROVED", "decision_note": "同意"})
        checker.wait(lambda: [row["draw_down_state"] for row in self.owner.rows("registry.ListDrawDowns", {"project_code": self.code})] == ["APPROVED"], what="decided")
        checker.sees("40.00")
        checker.picture("draw-downs")

    def test_2_accepted_and_closed(self):
        """R165, R173, R176: completed by the owner; the acceptance names what is wanting; accepted, then put into the archive by the bureau's checker."""
        owner = self.as_("owner-maker", f"/project/{self.code}")
        owner.do("registry.CompleteProject", sure=True)
        owner.wait(lambda: self.state() == "COMPLETED", what="completed")
        checker = self.as_("jtj-checker", f"/project/{self.code}")
        checker.sees("公示须齐全")
        for stage in ("发包阶段", "建设阶段", "完工阶段"):  # which of them is wanting
            checker.wait(lambda stage=stage: any(stage in gap.text.split("\n") for gap in checker.all(".gate td, .gate th")), what=stage)
        checker.picture("acceptance-blocked")
        path.publish_stages(self, self.code, self.house.today())
        path.evaluate_project(self, self.code)
        self.house.settle()
        checker = self.as_("jtj-checker", f"/project/{self.code}")
        checker.wait(lambda: checker.all("[data-do='registry.AcceptProject'].main"), what="the acceptance is open")
        checker.do("registry.AcceptProject", {"document_no": "验收〔2026〕3号", "upkeep_body_name": "某村村民委员会", "upkeep_rules_digest": "管护办法".encode()}, sure=True)
        checker.wait(lambda: self.state() == "ACCEPTED", what="accepted")
        checker.wait(lambda: checker.all("[data-do='registry.CloseProject'].main"), what="the archive is open")
        checker.do("registry.CloseProject", sure=True)
        checker.wait(lambda: self.state() == "CLOSED", what="closed")
        checker.wait(lambda: checker.one("span.state").text == "归档", what="shown as closed")
        self.assertEqual([], checker.serious())
        checker.picture("project-closed")
        for browser in (owner,):  # nothing is left to do
            browser.go(f"/project/{self.code}?tab=funds")
            browser.sees("七月进度款")
            browser.go(f"/project/{self.code}?tab=next")
            browser.sees("归档")
