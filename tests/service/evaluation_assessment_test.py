"""Yearly assessment of bureaus and townships, its ranking, scorecards, incentives and sanctions (R180..R184)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.world import World  # noqa: E402

JTJ, SWJ, RSJ = "140214-jtj", "140214-swj", "140214-rsj"


class WaterBureau(World):
    """The same world, whose projects another bureau makes."""

    def __init__(self, house, world):
        super().__init__(house)
        self._done.add("units")
        self._count, self._world = 500, world

    bureau = property(lambda self: self._world.other_bureau)
    bureau_checker = property(lambda self: self._world.other_bureau_checker)


def weights(**by_code):
    """A set of indicators whose figures are its codes."""
    return [{"indicator_code": code, "indicator_name": f"指标{code}", "figure": code, "direction": "LESS_IS_BETTER" if code == "SIGNALS_CONFIRMED"
             else "MORE_IS_BETTER", "weight": weight, "floor_bp": 0, "ceiling_bp": 10000, "neutral_score": 6000} for code, weight in by_code.items()]


class AssessmentCase(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")
    inspections = {}

    @classmethod
    def setUpClass(cls):
        """A year: the transport bureau pays a sheet, lets a complaint and a finding lie; the water bureau inspects twice and answers."""
        super().setUpClass()
        world, house = cls.world, cls.house
        cls.own, cls.sheet, _ = world.paid_sheet()
        cls.other = WaterBureau(house, world).project(bureau_unit_id=SWJ)
        world.supervisor.ok("evaluation.FileSupervisionReport", {"project_code": cls.own, "month": "2026-06", "labour_org_note": "用工38人", "labour_pay_note": "已公示"})
        for bureau, code, times in ((world.bureau, cls.own, 1), (world.other_bureau, cls.other, 2)):
            bureau.ok("evaluation.CheckRatio", {"project_code": code, "pay_basis": "PAID"})
            for _ in range(times):
                seen = bureau.ok("evaluation.AddInspection", {
                    "project_code": code, "inspection_date": house.today(), "inspection_stage": "DURING", "inspector_names": ["李检查"],
                    "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})["inspection_code"]
            cls.inspections = {**cls.inspections, code: seen}
        cls.finding = world.bureau.ok("evaluation.AddFinding", {
            "project_code": cls.own, "inspection_code": cls.inspections[cls.own], "finding_kind": "LABOUR_PAY", "involved_fen": 1_200_00, "finding_note": "少计两人工日", "responsible_unit_id": "contractor-1",
            "due_date": "2026-08-31"})["finding_code"]
        raised = [world.hr.ok("evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": "公示栏看不清"})["complaint_code"]
                  for code in (cls.own, cls.other)]
        cls.complaint = raised[0]
        world.other_bureau_checker.ok("evaluation.AnswerComplaint", {"project_code": cls.other, "complaint_code": raised[1], "answer_note": "已更换"})
        world.office.ok("evaluation.RecordOutreach", {
            "outreach_code": "XJ-1", "outreach_kind": "BRIEFING", "outreach_date": house.today(), "audience": "CADRE", "outreach_title": "政策宣讲",
            "place_note": "区政府", "attendee_count": 9, "reached_unit_ids": [JTJ, SWJ]})
        house.settle()
        house.travel("2027-01-02")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)

    def assess(self, kind="BUREAUS", year=2026):
        return self.office.ok("evaluation.AssessYear", {"assessment_kind": kind, "assessment_year": year, "correction_reason": "复核后更正"})

    def published(self, kind="BUREAUS"):
        return self.office_checker.ok("evaluation.PublishAssessment", {"assessment_code": self.assess(kind)["assessment_code"]})

    def card(self, assessment, unit, actor=None):
        return (actor or self.office).ok("evaluation.GetScorecard", {"assessment_code": assessment["assessment_code"], "unit_id": unit})

    def rows_of(self, assessment, unit, indicator, actor=None):
        return (actor or self.office).rows("evaluation.ListAssessmentRows", {"assessment_code": assessment["assessment_code"], "unit_id": unit,
                                                                             "indicator_code": indicator})


class RankingTest(AssessmentCase):
    def test_scores_are_explained_down_to_their_rows(self):
        "R180: each indicator's value, score and points; the sheet, finding, complaint and month it came from"
        made = self.assess()
        lines = {line["indicator_code"]: line for line in self.card(made, JTJ)["lines"]}
        self.office.refused("evaluation.ListAssessmentRows", {"assessment_code": made["assessment_code"], "unit_id": JTJ, "indicator_code": "PAID",
                                                              "page_token": "no-number"}, "INVALID_ARGUMENT")
        sheet = self.owner.ok("payroll.GetSheet", {"project_code": self.own, "sheet_code": self.sheet})
        self.assertEqual(sheet["net_fen"], lines["PAID"]["whole_total"])
        self.assertEqual([(self.own, self.sheet, sheet["net_fen"])], [(row["project_code"], row["row_key"], row["whole_amount"]) for row in
                                                                      self.rows_of(made, JTJ, "PAID")])
        self.assertEqual([(self.finding, 0, 1)], [(row["row_key"], row["part_amount"], row["whole_amount"]) for row in self.rows_of(made, JTJ, "RECTIFY")])
        self.assertEqual([(self.complaint, 0)], [(row["row_key"], row["part_amount"]) for row in self.rows_of(made, JTJ, "ANSWER")])
        self.assertEqual([("2026-06", 1)], [(row["row_key"], row["part_amount"]) for row in self.rows_of(made, JTJ, "REPORT")])
        told = {code: (line["value_bp"], line["score"], line["points"]) for code, line in lines.items()}
        self.assertEqual((5000, 5000, 50000), told["INSPECT"])  # one of two
        self.assertEqual((0, 0, 0), told["RATIO"])
        self.assertEqual((0, 10000, 100000), told["SIGNAL"])  # none confirmed, less is better
        self.assertEqual((10000, 10000, 50000), told["OUTREACH"])
        for unit in (JTJ, SWJ):
            card = self.card(made, unit)
            self.assertEqual(card["total_score"], sum(line["points"] for line in card["lines"]) // 100)
            self.assertEqual(card["known_weight"], sum(line["weight"] for line in card["lines"] if line["row_count"]))

    def test_what_cannot_be_measured_is_neutral_and_too_little_is_not_ranked(self):
        "R184: no sheet fell due: no value, the neutral score; a bureau without projects has no place"
        made = self.assess()
        paid = next(line for line in self.card(made, SWJ)["lines"] if line["indicator_code"] == "PAID")
        self.assertEqual((None, None, 6000, 0), (paid.get("value_bp"), paid.get("whole_total"), paid["score"], paid["row_count"]))
        subjects = {subject["unit_id"]: subject for subject in made["subjects"]}
        self.assertEqual((None, None, 0), tuple(subjects[RSJ].get(name) for name in ("rank_place", "total_score", "project_count")))
        self.assertEqual((4, 2), (made["subject_count"], made["ranked_count"]))

    def test_the_order_and_what_makes_it(self):
        "R180: places by points; each indicator's share in the distance to the next place, and the place without it; does it hold at +-10 %"
        made = self.assess()
        first, second = made["subjects"][:2]
        self.assertEqual([(SWJ, 1), (JTJ, 2)], [(subject["unit_id"], subject["rank_place"]) for subject in (first, second)])
        ahead, behind = self.card(made, SWJ), self.card(made, JTJ)
        own = {line["indicator_code"]: line for line in behind["lines"]}
        deltas = {line["indicator_code"]: line["points"] - own[line["indicator_code"]]["points"] for line in ahead["lines"]}
        self.assertEqual(deltas, {code: line["ahead_points_delta"] for code, line in own.items()})
        for line in ahead["lines"]:
            self.assertEqual(2 if sum(deltas.values()) < deltas[line["indicator_code"]] else 1, line["place_without"], line["indicator_code"])
        self.assertEqual(behind["gap_points"], sum(line["ahead_points_delta"] for line in behind["lines"]))
        self.assertIsNone(ahead.get("gap_points"))
        holds = sum(deltas.values()) * 10 > sum(abs(delta) for delta in deltas.values())
        self.assertEqual((holds, holds, 0 if holds else 1), (made["is_stable"], first["is_firm_above"], made["unstable_pair_count"]))
        self.assertEqual([(1, 1 if holds else 2), (2 if holds else 1, 2)], [(one["best_place"], one["worst_place"]) for one in (first, second)])

    def test_townships_are_assessed_by_their_own_indicators(self):
        "R181: a scorecard per township; it counts the projects where it stands as the township"
        made = self.assess("TOWNSHIPS")
        card = self.card(made, "township-1")
        self.assertEqual(1, card["rank_place"])
        self.assertEqual({self.own, self.other}, {row["project_code"] for row in self.rows_of(made, "township-1", "INSPECT")})
        self.assertEqual((3, 4), next((line["part_total"], line["whole_total"]) for line in card["lines"] if line["indicator_code"] == "INSPECT"))


class PublishingTest(AssessmentCase):
    def test_one_a_year_published_by_another_and_corrected_by_a_new_version(self):
        "R184: frozen; a correction says why and takes the place of what it corrects; who computed does not publish"
        kind = {"assessment_kind": "TOWNSHIPS", "assessment_year": 2026}
        made = self.office.ok("evaluation.AssessYear", kind)
        again = self.office.ok("evaluation.AssessYear", kind)
        which = {"assessment_code": again["assessment_code"]}
        self.assertEqual(made["version_number"] + 1, again["version_number"])
        self.office_checker.refused("evaluation.PublishAssessment", {"assessment_code": made["assessment_code"]}, reason="ASSESSMENT_STATE")
        self.office.refused("evaluation.PublishAssessment", which, "PERMISSION_DENIED", "WRONG_DUTY")
        nowhere = {"assessment_code": "TOWNSHIPS-2026-99"}
        self.office_checker.refused("evaluation.PublishAssessment", nowhere, "NOT_FOUND", "ASSESSMENT_NOT_FOUND")
        self.office.refused("evaluation.GetAssessment", nowhere, "NOT_FOUND", "ASSESSMENT_NOT_FOUND")
        self.assertEqual("PUBLISHED", self.office_checker.ok("evaluation.PublishAssessment", which)["assessment_state"])
        self.office_checker.refused("evaluation.PublishAssessment", which, reason="ASSESSMENT_STATE")
        self.office.refused("evaluation.AssessYear", kind, reason="CORRECTION_UNSAID", path="correction_reason")
        corrected = self.office.ok("evaluation.AssessYear", {**kind, "correction_reason": "漏计一次检查"})
        self.assertEqual("PUBLISHED", self.office.ok("evaluation.GetAssessment", which)["assessment_state"])  # until the correction is published
        self.office_checker.ok("evaluation.PublishAssessment", {"assessment_code": corrected["assessment_code"]})
        self.assertEqual("SUPERSEDED", self.office.ok("evaluation.GetAssessment", which)["assessment_state"])
        standing = self.office.rows("evaluation.ListAssessments", {**kind, "assessment_state": "PUBLISHED"})
        self.assertEqual([(corrected["assessment_code"], "漏计一次检查")], [(row["assessment_code"], row["correction_reason"]) for row in standing])
        self.assertEqual(again["subjects"], self.office.ok("evaluation.GetAssessment", which)["subjects"])

    def test_who_computed_it_does_not_publish_it(self):
        "R184: one person with both duties is refused all the same; a bureau does not assess itself"
        both = self.actor("office-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        made = both.ok("evaluation.AssessYear", {"assessment_kind": "BUREAUS", "assessment_year": 2026, "correction_reason": "复核"})
        both.refused("evaluation.PublishAssessment", {"assessment_code": made["assessment_code"]}, "PERMISSION_DENIED", "ASSESSOR_PUBLISHES")
        self.bureau.refused("evaluation.AssessYear", {"assessment_kind": "BUREAUS", "assessment_year": 2026}, "PERMISSION_DENIED")

    def test_a_year_is_published_when_it_is_over(self):
        "R184: a running year can be tried and not published, one that lies ahead not even that"
        made = self.assess(year=2027)
        self.assertEqual("2027-01-01", made["as_of_date"])
        self.office_checker.refused("evaluation.PublishAssessment", {"assessment_code": made["assessment_code"]}, reason="ASSESSMENT_EARLY")
        self.office.refused("evaluation.AssessYear", {"assessment_kind": "BUREAUS", "assessment_year": 2028}, reason="ASSESSMENT_AHEAD")

    def test_a_subject_reads_its_own_card_once_published(self):
        "R180: the subject itself, the office, audit and upper level; nobody else, and no trials"
        trial = self.assess()
        ask = {"assessment_code": trial["assessment_code"], "unit_id": JTJ}
        self.bureau.refused("evaluation.GetScorecard", ask, reason="SCORECARD_NOT_FOUND")
        self.assertEqual([], self.rows_of(trial, JTJ, "PAID", self.bureau))
        shown = self.published()
        ask["assessment_code"] = shown["assessment_code"]
        for actor in (self.bureau, self.audit, self.upper, self.office):
            self.assertEqual(2, actor.ok("evaluation.GetScorecard", ask)["rank_place"])
        self.assertEqual(1, len(self.rows_of(shown, JTJ, "PAID", self.bureau)))
        self.other_bureau.refused("evaluation.GetScorecard", ask, reason="SCORECARD_NOT_FOUND")
        self.assertEqual([], self.rows_of(shown, JTJ, "PAID", self.other_bureau))
        self.contractor.refused("evaluation.GetScorecard", ask, "PERMISSION_DENIED")
        self.bureau.refused("evaluation.GetAssessment", {"assessment_code": shown["assessment_code"]}, "PERMISSION_DENIED")
        codes = [row["assessment_code"] for row in self.bureau.rows("evaluation.ListAssessments", {"assessment_kind": "BUREAUS"})]
        self.assertIn(shown["assessment_code"], codes)
        self.assertNotIn(trial["assessment_code"], codes)

    def test_a_set_is_dated_and_what_was_assessed_keeps_its_own(self):
        "R184: new weights hold from their day; versions made before stay as they were"
        before = self.assess("TOWNSHIPS")
        old = self.card(before, "township-1")["lines"]
        given = {"assessment_kind": "TOWNSHIPS", "valid_from_date": "2026-12-01", "source_note": "区办〔2026〕30号",
                 "indicators": weights(INSPECTIONS_DONE=60, SIGNALS_CONFIRMED=40)}
        self.office_checker.ok("evaluation.SetAssessmentIndicators", given)
        card = self.card(self.assess("TOWNSHIPS"), "township-1")
        self.assertEqual([("INSPECTIONS_DONE", 60, 7500), ("SIGNALS_CONFIRMED", 40, 10000)],
                         [(line["indicator_code"], line["weight"], line["score"]) for line in card["lines"]])
        self.assertEqual((60 * 7500 + 40 * 10000) // 100, card["total_score"])
        self.assertEqual(old, self.card(before, "township-1")["lines"])
        self.assertEqual("2026-12-01", self.township.ok("evaluation.ListAssessmentIndicators", {"assessment_kind": "TOWNSHIPS"})["valid_from_date"])
        self.assertEqual(10, len(self.township.ok("evaluation.ListAssessmentIndicators", {"assessment_kind": "TOWNSHIPS", "on_date": "2026-11-30"})["indicators"]))
        self.office_checker.refused("evaluation.SetAssessmentIndicators", given, reason="INDICATORS_EXIST")
        self.office.refused("evaluation.ListAssessmentIndicators", {"assessment_kind": "TOWNSHIPS", "on_date": "2019-12-31"}, reason="INDICATORS_MISSING")
        self.office.refused("evaluation.AssessYear", {"assessment_kind": "TOWNSHIPS", "assessment_year": 2019}, reason="INDICATORS_MISSING")

    def test_equals_share_a_place_that_no_weights_part(self):
        "R180: the same in every indicator: both first, today and under any weights"
        self.office_checker.ok("evaluation.SetAssessmentIndicators", {
            "assessment_kind": "BUREAUS", "valid_from_date": "2027-01-01", "source_note": "区办〔2026〕32号", "indicators": weights(SIGNALS_CONFIRMED=80, VISITED=20)})
        made = self.assess(year=2027)
        self.assertEqual([(JTJ, 1, 1, 1), (SWJ, 1, 1, 1)], [(one["unit_id"], one["rank_place"], one["best_place"], one["worst_place"])
                                                            for one in made["subjects"][:2]])
        self.assertEqual((2, 0, True), (made["ranked_count"], made["unstable_pair_count"], made["is_stable"]))
        self.assertIsNone(self.card(made, JTJ).get("gap_points"))

    def test_what_is_no_set(self):
        "R184: weights sum to 100, no code twice, a scale runs upward; all problems at once"
        bad = weights(INSPECTIONS_DONE=60, VISITED=30)
        bad[1].update(indicator_code="INSPECTIONS_DONE", floor_bp=10000)
        ask = {"assessment_kind": "BUREAUS", "valid_from_date": "2028-01-01", "source_note": "x", "indicators": bad}
        reply = self.office_checker.refused("evaluation.SetAssessmentIndicators", ask)
        self.assertEqual({("INDICATOR_TWICE", "indicators[1].indicator_code"), ("INDICATOR_SCALE", "indicators[1]"), ("INDICATOR_WEIGHTS", "indicators")},
                         {(problem["reason"], problem["path"]) for problem in reply.problems})
        bad[1].update(indicator_name="")
        self.office_checker.refused("evaluation.SetAssessmentIndicators", ask, reason="INDICATOR_INCOMPLETE", path="indicators[1]")
        self.office.refused("evaluation.SetAssessmentIndicators", ask, "PERMISSION_DENIED")
        policy = {"valid_from_date": "2028-01-01", "known_weight": 50, "commend_score": 9000, "sanction_score": 5000, "tolerance_bp": 1000, "source_note": "x"}
        self.office_checker.ok("evaluation.SetAssessmentPolicy", policy)
        self.office_checker.refused("evaluation.SetAssessmentPolicy", {**policy, "sanction_score": 9500}, reason="ASSESSMENT_POLICY_INVALID", path="sanction_score")


class IncentiveTest(AssessmentCase):
    def policy(self, commend, sanction):
        self.office_checker.ok("evaluation.SetAssessmentPolicy", {"valid_from_date": "2026-12-31", "known_weight": 40, "commend_score": commend,
                                                                  "sanction_score": sanction, "tolerance_bp": 1000, "source_note": "区办〔2026〕31号"})
        return self.published()

    def proposal(self, assessment, unit, kind, **more):
        return {"assessment_code": assessment["assessment_code"], "unit_id": unit, "incentive_kind": kind, "incentive_note": "年度评估结果运用", **more}

    def test_commended_by_score_and_not_with_overdue_findings(self):
        "R182: a commendation and more funds rest on the published score; refused below it and while findings are overdue; another decides"
        base = self.policy(4000, 1000)
        overdue = self.office.refused("evaluation.ProposeIncentive", self.proposal(base, JTJ, "COMMEND"), reason="SUBJECT_HAS_OVERDUE")
        self.assertIn(self.finding, str(overdue.problems))
        made = self.office.ok("evaluation.ProposeIncentive", self.proposal(base, SWJ, "COMMEND"))
        score = {subject["unit_id"]: subject["total_score"] for subject in base["subjects"] if "total_score" in subject}[SWJ]
        self.assertEqual(("PROPOSED", score), (made["incentive_state"], made["basis_score"]))
        self.office.refused("evaluation.ProposeIncentive", self.proposal(base, SWJ, "COMMEND"), reason="INCENTIVE_EXISTS")
        decide = {"incentive_code": made["incentive_code"], "decision": "APPROVED", "decision_reason": "区政府常务会议定"}
        self.office.refused("evaluation.DecideIncentive", decide, "PERMISSION_DENIED", "WRONG_DUTY")
        self.assertEqual([], self.other_bureau.rows("evaluation.ListIncentives", {}))
        self.assertEqual("APPROVED", self.office_checker.ok("evaluation.DecideIncentive", decide)["incentive_state"])
        self.office_checker.refused("evaluation.DecideIncentive", decide, reason="INCENTIVE_STATE")
        self.assertEqual([made["incentive_code"]], [row["incentive_code"] for row in self.other_bureau.rows("evaluation.ListIncentives", {"assessment_year": 2026})])
        self.assertEqual([], self.bureau.rows("evaluation.ListIncentives", {"unit_id": SWJ}))
        more = self.proposal(base, SWJ, "FUND_TILT")
        self.office.refused("evaluation.ProposeIncentive", {**more, "finding_code": self.finding}, reason="FINDING_FOR_SANCTION")
        self.assertEqual("FUND_TILT", self.office.ok("evaluation.ProposeIncentive", more)["incentive_kind"])
        self.office_checker.refused("evaluation.DecideIncentive", {**decide, "incentive_code": "BUREAUS-2026-99-1"}, "NOT_FOUND", "INCENTIVE_NOT_FOUND")
        high = self.policy(10000, 1000)
        self.office.refused("evaluation.ProposeIncentive", self.proposal(high, SWJ, "FUND_TILT"), reason="SCORE_TOO_LOW")
        self.office.refused("evaluation.ProposeIncentive", self.proposal(high, RSJ, "FUND_TILT"), reason="SCORE_TOO_LOW")
        self.office.refused("evaluation.ProposeIncentive", self.proposal(base, SWJ, "FUND_TILT"), reason="ASSESSMENT_NOT_PUBLISHED")

    def test_a_sanction_rests_on_a_finding_or_a_low_score(self):
        "R183: neither makes it baseless; the finding is the subject's own"
        base = self.policy(9000, 1000)
        self.office.refused("evaluation.ProposeIncentive", self.proposal(base, JTJ, "SANCTION"), reason="SANCTION_BASELESS")
        self.office.refused("evaluation.ProposeIncentive", self.proposal(base, SWJ, "SANCTION", finding_code=self.finding), reason="FINDING_NOT_OF_SUBJECT")
        made = self.office.ok("evaluation.ProposeIncentive", self.proposal(base, JTJ, "SANCTION", finding_code=self.finding))
        low = self.policy(9000, 9000)
        self.office_checker.refused("evaluation.DecideIncentive", {"incentive_code": made["incentive_code"], "decision": "APPROVED", "decision_reason": "x"},
                                    reason="ASSESSMENT_NOT_PUBLISHED")
        self.office_checker.ok("evaluation.DecideIncentive", {"incentive_code": made["incentive_code"], "decision": "REJECTED", "decision_reason": "评估已更正"})
        by_score = self.office.ok("evaluation.ProposeIncentive", self.proposal(low, JTJ, "SANCTION"))
        done = self.office_checker.ok("evaluation.DecideIncentive", {"incentive_code": by_score["incentive_code"], "decision": "APPROVED",
                                                                     "decision_reason": "约谈并暂停新增项目"})
        self.assertEqual(("APPROVED", "SANCTION"), (done["incentive_state"], done["incentive_kind"]))
        self.office.refused("evaluation.ProposeIncentive", self.proposal(low, "township-1", "SANCTION"), reason="NOT_ASSESSED")
        both = self.actor("office-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        own = both.ok("evaluation.ProposeIncentive", self.proposal(low, SWJ, "SANCTION"))
        both.refused("evaluation.DecideIncentive", {"incentive_code": own["incentive_code"], "decision": "APPROVED", "decision_reason": "x"},
                     "PERMISSION_DENIED", "PROPOSER_DECIDES")
        self.contractor.refused("evaluation.ProposeIncentive", self.proposal(low, JTJ, "SANCTION"), "PERMISSION_DENIED")
