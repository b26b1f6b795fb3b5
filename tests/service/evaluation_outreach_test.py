"""Visits of contact units, outreach and its coverage, model cases."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


class OutreachCase(ServiceCase):
    services = ("registry", "evaluation")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)

    @property
    def contact(self):
        return self.actor("contact-maker", "140214-fgj", "MAKER", ("BUREAU",))

    def listed(self, **facts):
        code = self.world.approved(**facts)
        self.bureau.ok("registry.ProposeListEntry", {"project_code": code, "list_year": 2026, "list_kind": "ZHONGTUI", "list_level": "DISTRICT",
                                                     "plan_note": "交通专项规划", "expected_workers": 40})
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"})
        return code

    def visit(self, code, number, **more):
        return {"project_code": code, "visit_code": f"LX-{number}", "visit_date": "2026-06-30", "visit_kind": "VISIT", "visitor_names": ["王某"],
                "visit_note": "现场有本地工38人", **more}


class VisitTest(OutreachCase):
    def test_a_contact_unit_visits_and_each_quarter_is_counted(self):
        "R199: kinds of visits, counted by quarter; listed projects nobody visited come first"
        code, other = self.listed(), self.listed()
        self.contact.ok("evaluation.RecordVisit", self.visit(code, 1))
        made = self.contact.ok("evaluation.RecordVisit", self.visit(code, 2, visit_kind="POLICY", support_note="解读报酬占比下限"))
        self.assertEqual("140214-fgj", made["contact_unit_id"])
        rows = {row["project_code"]: row for row in self.office.rows("evaluation.ListVisitCoverage", {"quarter": "2026Q2"})}
        self.assertEqual((1, 1, 0), (rows[code]["visit_count"], rows[code]["policy_count"], rows[code]["guidance_count"]))
        order = [row["project_code"] for row in self.office.rows("evaluation.ListVisitCoverage", {"quarter": "2026Q2"}, page_size=1)]
        self.assertLess(order.index(other), order.index(code))
        self.assertEqual(0, {row["project_code"]: row for row in self.office.rows("evaluation.ListVisitCoverage", {"quarter": "2026Q3"})}[code]["visit_count"])
        self.assertEqual(1, len(self.contact.rows("evaluation.ListVisits", {"project_code": code, "visit_kind": "POLICY"})))

    def test_what_is_no_visit(self):
        "R199: not in the future, not twice, and guidance says what was advised; another's contact unit is not let in"
        code = self.listed()
        self.contact.ok("evaluation.RecordVisit", self.visit(code, 1))
        reply = self.contact.refused("evaluation.RecordVisit", self.visit(code, 1, visit_kind="GUIDANCE", visit_date="2026-12-01"), reason="VISIT_EXISTS")
        self.assertEqual({"VISIT_EXISTS", "VISIT_IN_FUTURE", "SUPPORT_UNSAID"}, {problem["reason"] for problem in reply.problems})
        self.contractor.refused("evaluation.RecordVisit", self.visit(code, 2), "PERMISSION_DENIED")
        self.stranger.ok("evaluation.ListVisits", {})
        self.assertEqual([], self.stranger.rows("evaluation.ListVisits", {}))


class CoverageTest(OutreachCase):
    def test_all_members_and_all_owners_of_listed_projects(self):
        "R200 R201 R202: who was reached in the year, and who is missing by name"
        self.listed()
        before = self.office.ok("evaluation.GetOutreachCoverage", {"outreach_year": 2026})
        self.assertEqual((4, 0, 1, 0, False), tuple(before[name] for name in ("member_required_count", "member_reached_count", "owner_required_count",
                                                                              "owner_reached_count", "fully_covered")))
        self.assertIn("示例项目建设中心", [row["unit_name"] for row in before["missed"]])
        event = {"outreach_code": "XJ-1", "outreach_kind": "SITE_MEETING", "outreach_date": "2026-06-30", "audience": "CADRE", "outreach_title": "以工代赈现场会",
                 "place_note": "新平旺街道", "attendee_count": 25, "reached_unit_ids": ["140214-fgj", "140214-jtj", "140214-swj", "140214-rsj"]}
        self.office.ok("evaluation.RecordOutreach", event)
        self.assertEqual(["owner-1"], [row["unit_id"] for row in self.office.ok("evaluation.GetOutreachCoverage", {"outreach_year": 2026})["missed"]])
        self.office.ok("evaluation.RecordOutreach", {**event, "outreach_code": "XJ-2", "audience": "OWNER", "reached_unit_ids": ["owner-1"]})
        self.assertTrue(self.office.ok("evaluation.GetOutreachCoverage", {"outreach_year": 2026})["fully_covered"])
        self.assertFalse(self.office.ok("evaluation.GetOutreachCoverage", {"outreach_year": 2027})["fully_covered"])
        self.assertEqual(1, len(self.office.rows("evaluation.ListOutreach", {"outreach_year": 2026, "audience": "OWNER"})))

    def test_what_is_no_outreach(self):
        "R201 R202: named units must exist, and an event for cadres or owners names them; one for the public need not"
        self.listed()
        event = {"outreach_code": "XJ-9", "outreach_kind": "BRIEFING", "outreach_date": "2027-06-30", "audience": "CADRE", "outreach_title": "政策宣讲",
                 "place_note": "区政府", "attendee_count": 9}
        reply = self.office.refused("evaluation.RecordOutreach", event)
        self.assertEqual({"OUTREACH_IN_FUTURE", "NOBODY_REACHED"}, {problem["reason"] for problem in reply.problems})
        self.office.refused("evaluation.RecordOutreach", {**event, "outreach_date": "2026-06-30", "reached_unit_ids": ["140214-jtj", "no-such-unit"]},
                            reason="UNIT_UNKNOWN", path="reached_unit_ids[1]")
        public = {**event, "outreach_date": "2026-06-30", "audience": "PUBLIC"}
        self.office.ok("evaluation.RecordOutreach", public)
        self.office.refused("evaluation.RecordOutreach", {**public}, reason="OUTREACH_EXISTS")
        self.contractor.refused("evaluation.RecordOutreach", {**public, "outreach_code": "XJ-10"}, "PERMISSION_DENIED")


class ModelCaseTest(OutreachCase):
    CASE = {"case_code": "AL-1", "case_title": "村民自建路，四成投资发给群众", "case_channel": "COUNTY_MEDIA", "published_date": "2026-06-30",
            "practice_note": "能用人工的不用机械"}

    def test_a_case_is_told_and_listed_by_year(self):
        "R187 R203: title, project and channel; by the year of publication"
        code = self.listed()
        made = self.bureau.ok("evaluation.RecordModelCase", {**self.CASE, "project_code": code})
        self.assertEqual("140214-jtj", made["unit_id"])
        self.assertEqual(["AL-1"], [row["case_code"] for row in self.office.rows("evaluation.ListModelCases", {"case_year": 2026})])
        self.assertEqual([], self.office.rows("evaluation.ListModelCases", {"case_year": 2025}))
        self.bureau.refused("evaluation.RecordModelCase", {**self.CASE, "project_code": code}, reason="CASE_EXISTS")
        self.bureau.refused("evaluation.RecordModelCase", {**self.CASE, "case_code": "AL-3", "published_date": "2026-12-31", "project_code": code}, reason="CASE_IN_FUTURE")

    def test_a_project_with_open_findings_is_no_model(self):
        "R187"
        code = self.world.project()
        inspection = self.bureau.ok("evaluation.AddInspection", {
            "project_code": code, "inspection_date": self.house.today(), "inspection_stage": "DURING", "inspector_names": ["李检查"],
            "items": [{"inspection_item": "LABOUR_PAY", "item_result": "FAIL"}]})["inspection_code"]
        self.bureau.ok("evaluation.AddFinding", {"project_code": code, "inspection_code": inspection, "finding_kind": "LABOUR_PAY", "finding_note": "少计工日",
                                                 "responsible_unit_id": "contractor-1", "due_date": "2026-08-01"})
        self.bureau.refused("evaluation.RecordModelCase", {**self.CASE, "case_code": "AL-2", "project_code": code}, reason="CASE_HAS_FINDINGS")


class SupportTest(OutreachCase):
    def test_what_a_collective_does_for_families_is_told(self):
        "R105: optional, by a collective; counted in the quarter's figures, families not named"
        code = self.listed()
        self.office.ok("registry.AddUnit", {"unit_id": "cun-1", "unit_name": "示例村股份经济合作社", "unit_kind": "RURAL_COLLECTIVE", "division_code": "140214002201"})
        record = {"project_code": code, "support_code": "BF-1", "collective_unit_id": "cun-1", "support_date": "2026-06-30", "support_kind": "MONEY",
                  "household_count": 6, "support_fen": 3_000_00, "support_note": "分红资金中列支，帮扶6户"}
        self.owner.ok("evaluation.RecordSupport", record)
        self.owner.refused("evaluation.RecordSupport", record, reason="SUPPORT_EXISTS")
        reply = self.owner.refused("evaluation.RecordSupport", {**record, "support_code": "BF-2", "collective_unit_id": "contractor-1", "support_date": "2027-01-01"})
        self.assertEqual({"NOT_A_COLLECTIVE", "SUPPORT_IN_FUTURE"}, {problem["reason"] for problem in reply.problems})
        self.stranger.refused("evaluation.RecordSupport", {**record, "support_code": "BF-3"}, "PERMISSION_DENIED")
        self.assertEqual(["BF-1"], [row["support_code"] for row in self.bureau.rows("evaluation.ListSupports", {"quarter": "2026Q2"})])
        figures = self.operator.rows("evaluation.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"})
        self.assertEqual([(6, 3_000_00)], [(row["support_household_count"], row["support_fen"]) for row in figures if row["project_code"] == code])
