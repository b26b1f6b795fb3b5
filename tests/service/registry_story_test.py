"""registry: what a project's own page tells, and the quarter as it stood when works stopped, went on or were given up."""
from lib import path
from registry_gates_test import GateCase


class PageTest(GateCase):
    services = ("registry",)

    def test_papers_of_a_review_and_incidents_are_shown(self):
        "R057 R062 R064 R075: who examines sees what was handed in; incidents stay on the page when they are closed."
        code = self.world.project()
        papers = self.get(code)["pre_reviews"][0]["documents"]
        self.assertEqual([(paper["document_kind"], paper["document_title"], paper["document_digest"], paper["states_requirement"], paper["prelim_depth"])
                          for paper in papers], [("FSR", "可行性研究报告", path.digest(code + "FSR"), True, False),
                                                 ("PRELIM_DESIGN", "初步设计报告", path.digest(code + "PRELIM_DESIGN"), True, False)])
        self.assertEqual((self.get(code)["incidents"], self.get(code)["labour_cycle_days"]), ([], 30))
        self.supervisor.ok("registry.OpenIncident", {"project_code": code, "incident_code": "SG-1", "incident_date": "2026-06-26", "incident_note": "塌方"})
        self.bureau_checker.ok("registry.CloseIncident", {"project_code": code, "incident_code": "SG-1", "closed_date": "2026-06-29", "closing_note": "加固"})
        self.assertEqual(self.get(code)["incidents"], [{"incident_code": "SG-1", "incident_date": "2026-06-26", "incident_note": "塌方",
                                                        "closed_date": "2026-06-29", "closing_note": "加固"}])

    def test_code_and_rebuilding_money_are_told(self):
        "R079 R143: the national code and the mark of money for rebuilding reach those who follow."
        code = self.world.draft()
        self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F2", "fund_source": "PROVINCIAL", "approved_fen": 100,
                                                "reconstruction": True})
        event = self.last_event("ProjectChanged")
        self.assertEqual((event.national_project_code, [line.reconstruction for line in event.fund_lines]), (code, [False, True]))


class QuarterTest(GateCase):
    services = ("registry",)

    def states(self, quarter):
        return {row["project_code"]: row["project_state"] for row in self.operator.rows("registry.GetQuarterFigures", {
            "unit_id": "140214-jtj", "quarter": quarter})}

    def test_stopped_resumed_and_given_up(self):
        "R190 R191: each quarter shows what held at its end; works given up keep their place, a project given up before them leaves."
        stopped, ended, dropped = self.world.project(), self.world.project(), self.world.awarded()
        for code in (stopped, ended):
            self.owner.ok("registry.SuspendProject", {"project_code": code, "suspend_date": "2026-06-25", "suspend_reason": "汛期"})
        self.house.travel("2026-10-10")
        self.owner.ok("registry.ResumeProject", {"project_code": stopped, "resume_date": "2026-10-09", "resume_reason": "汛期结束"})
        for code in (ended, dropped):
            self.bureau_checker.ok("registry.CancelProject", {"project_code": code, "cancel_reason": "项目终止"})
        third, fourth = self.states("2026Q3"), self.states("2026Q4")
        self.assertEqual((third[stopped], third[ended], third[dropped]), ("SUSPENDED", "SUSPENDED", "AWARDED"))
        self.assertEqual((fourth[stopped], fourth[ended], dropped in fourth), ("CONSTRUCTION", "CANCELLED", False))
