"""The ranking of candidates and what the officer makes of it: every rank and every refusal has its reason."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people, recruit  # noqa: E402
from lib.recruit import MatchingCase  # noqa: E402


class RankingTest(MatchingCase):
    def ranked(self, demand, among, **more):
        """Of these people, those offered, in the order of their ranks; all of them by number."""
        rows = {row["worker_number"]: row for row in self.proposal(demand, **more) if row["worker_number"] in among}
        return sorted((number for number in rows if rows[number]["rank_number"]), key=lambda number: rows[number]["rank_number"]), rows

    def test_order_by_group_nearness_and_application(self):
        """R080 R092 R095: any priority group before none, then points for group, nearness and application; each row says why."""
        demand = self.recruiting()
        [plain], [village] = self.surveyed(1), self.surveyed(1, "140214002201")
        poor, veteran, applied = self.surveyed(3, "140214002")
        [county] = self.people(1, home_division_code="140214003")
        self.group(poor, "OUT_OF_POVERTY")
        self.group(veteran, "VETERAN")
        self.apply(demand, [applied])
        self.apply(demand, [county], self.contractor, "PHONE")
        order, rows = self.ranked(demand, {plain, village, poor, veteran, applied, county})
        self.assertEqual(order[:3], [poor, veteran, applied])
        self.assertEqual(set(order[3:]), {plain, village, county})
        self.assertEqual({key: rows[poor][key] for key in ("group_points", "near_points", "near_level", "survey_points", "applied", "in_priority_group", "score")},
                         {"group_points": 40, "near_points": 15, "near_level": 3, "survey_points": 5, "applied": False, "in_priority_group": True, "score": 60})
        self.assertEqual(rows[poor]["rank_note"], "重点群体 +40; 同乡镇 +15; 摸底有效 +5")
        self.assertEqual((rows[county]["near_level"], rows[county]["applied_points"], rows[county]["survey_fresh"]), (2, 15, False))
        self.assertEqual(rows[poor]["priority_groups"], ["OUT_OF_POVERTY"])

    def test_ties_fall_to_the_lower_number(self):
        """R095: the same facts give the same order in every run: by worker number; pages join without a gap."""
        demand = self.recruiting()
        alike = self.surveyed(5)
        order, _ = self.ranked(demand, set(alike))
        self.assertEqual(order, sorted(alike))
        paged = self.hr.rows("workforce.ProposeWorkers", self.of(demand), page_size=2)
        self.assertEqual(paged, self.proposal(demand))
        ranks = [row["rank_number"] for row in paged if row["rank_number"]]
        self.assertEqual(ranks, list(range(1, len(ranks) + 1)))

    def test_days_given_this_year_rotate(self):
        """R102 R092: who has been given days this year stands behind who has not, so that scarce places go round."""
        code = self.world.project()
        number, other = self.people(2)
        path.add_agreements(self.world, code, [path.agreement_line(f"XY-{one}", one, 200_00, "2026-06-20", "2026-06-30") for one in (number,)])
        path.hold_training(self.world, code, "PX-1", "2026-06-20", [number])
        self.world.attended(code, [number], "2026-06", range(20, 31))
        path.seal_month(self.world, code, "2026-06")
        recruit.survey(self.world, [number, other], self.name("MD"), "2026-06-30")
        demand = self.recruiting()
        order, rows = self.ranked(demand, {number, other})
        self.assertEqual(order, [other, number])
        self.assertEqual((rows[number]["given_hundredths"], rows[number]["days_points"], rows[other]["days_points"]), (1100, -5, 0))
        self.assertIn("今年已得 11.00 工日 -5", rows[number]["rank_note"])

    def test_skill_must_fit(self):
        """R091: where the work asks for a skill, who lacks it is not offered, unless training is planned; courses count as skill."""
        mason, trained, without = self.surveyed(3)
        recruit.survey(self.world, [], self.name("MD"), "2026-06-30", [recruit.survey_line(mason, skill_kind="MASONRY", skill_level="SKILLED")])
        path.hold_training(self.world, self.code, self.name("PX"), "2026-06-25", [trained], content="SKILL")
        strict = self.recruiting(skill_kind="MASONRY")
        order, rows = self.ranked(strict, {mason, trained, without})
        self.assertEqual(order, [mason, trained])
        self.assertEqual((rows[mason]["skill_points"], rows[trained]["skill_points"]), (20, 10))
        self.assertEqual(rows[without]["exclusions"], ["SKILL_LACKING"])
        planned = self.recruiting(skill_kind="MASONRY", training_planned=True)
        order, _ = self.ranked(planned, {mason, trained, without})
        self.assertEqual(order, [mason, trained, without])

    def test_why_not_offered(self):
        """R081 R083 R099: under age, unwilling, not available, at work those days, chosen elsewhere, withdrawn, no application."""
        young_line = path.worker_line("小未成", people.id_number(9100, birth=datetime.date(2010, 12, 1)), people.card(9100))
        young = self.township.ok("workforce.AddWorkers", {"lines": [young_line]})["rows"][0]["worker_number"]
        recruit.survey(self.world, [young], self.name("MD"), "2026-06-30")
        unwilling, away, busy, elsewhere, gone, free = self.surveyed(6)
        recruit.survey(self.world, [], self.name("MD"), "2026-06-30", [
            recruit.survey_line(unwilling, willing=False), recruit.survey_line(away, available_from_date="2026-12-01")])
        path.add_agreements(self.world, self.code, [path.agreement_line(f"XY-{busy}", busy, 200_00, "2026-06-20", "2026-09-30")])
        other, demand = self.recruiting(), self.recruiting()
        self.apply(other, [elsewhere])
        self.choose(other, (elsewhere, "测试"))
        self.township.refused("workforce.WithdrawApplication", self.of(other, worker_number=elsewhere, withdraw_reason="另有安排"), "FAILED_PRECONDITION",
                              "CHOSEN_ALREADY", "worker_number")
        self.apply(demand, [gone])
        self.township.ok("workforce.WithdrawApplication", self.of(demand, worker_number=gone, withdraw_reason="另有安排"))
        people_here = {young, unwilling, away, busy, elsewhere, gone, free}
        order, rows = self.ranked(demand, people_here)
        self.assertEqual(order, [free])
        self.assertEqual({number: rows[number]["exclusions"] for number in people_here - {free}}, {
            young: ["UNDER_AGE"], unwilling: ["NOT_WILLING"], away: ["NOT_AVAILABLE"], busy: ["AT_WORK"], elsewhere: ["CHOSEN_ELSEWHERE"], gone: ["WITHDRAWN"]})
        _, rows = self.ranked(demand, {free}, applicants_only=True)
        self.assertEqual(rows[free]["exclusions"], ["NO_APPLICATION"])
        [row] = self.proposal(demand, worker_number=young)
        self.assertEqual((row["rank_number"], row["age_years"]), (0, 15))

    def test_who_sees_whom(self):
        """R093 R021: HR and the district see every candidate, a township its own people, the owner those who applied; ranks are the same."""
        demand = self.recruiting()
        mine, applied = self.surveyed(1)[0], self.hr.ok("workforce.AddWorkers", {"lines": [
            path.worker_line(people.name(9200), people.id_number(9200), people.card(9200), home="140214003")]})["rows"][0]["worker_number"]
        self.apply(demand, [applied], self.hr, "ONLINE")
        ranks = {row["worker_number"]: row["rank_number"] for row in self.proposal(demand)}
        owner = {row["worker_number"]: row["rank_number"] for row in self.proposal(demand, self.owner)}
        township = {row["worker_number"] for row in self.proposal(demand, self.township)}
        self.assertEqual(owner[applied], ranks[applied])
        self.assertNotIn(mine, owner)
        self.assertIn(mine, township)
        self.assertNotIn(applied, township)
        self.stranger.refused("workforce.ProposeWorkers", self.of(demand), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.supervisor.refused("workforce.ProposeWorkers", self.of(demand), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.hr.refused("workforce.ProposeWorkers", self.of("XQ-none"), "NOT_FOUND", "DEMAND_UNKNOWN", "demand_code")


class ChoiceTest(MatchingCase):
    def test_choice_by_rank_and_against_it(self):
        """R095: who follows the ranking needs no reason; who passes over a better ranked one must give it, and both are kept."""
        demand = self.recruiting(2)
        first, second, third = sorted(self.surveyed(3))
        self.group(first, "OUT_OF_POVERTY")
        self.group(second, "OUT_OF_POVERTY")
        self.apply(demand, [first, second, third])
        self.hr.refused("workforce.ChooseWorkers", self.of(demand, lines=[{"worker_number": first}, {"worker_number": third}]), "FAILED_PRECONDITION",
                        "CHOICE_NEEDS_REASON", "lines[1].choice_reason")
        self.assertEqual(self.hr.rows("workforce.ListChoices", self.of(demand)), [])
        rows = self.choose(demand, first, (third, "家中老人需照料，二号本月不能出工"))
        self.assertEqual([(row["worker_number"], row["rank_number"], row["passed_over_count"]) for row in rows], [(first, 1, 0), (third, 3, 1)])
        self.assertEqual(rows[1]["chosen_by"], "hr-maker")
        listed = self.owner.rows("workforce.ListChoices", self.of(demand))
        self.assertEqual({row["worker_number"]: row["choice_reason"] for row in listed}, {first: "", third: "家中老人需照料，二号本月不能出工"})
        [row] = [row for row in self.owner.rows("workforce.ListDemands", {"project_code": self.code}) if row["demand_code"] == demand]
        self.assertEqual((row["applied_count"], row["chosen_count"], row["hired_count"]), (3, 2, 0))
        self.hr.refused("workforce.ChooseWorkers", self.of(demand, lines=[{"worker_number": second}]), "FAILED_PRECONDITION", "PLACES_FILLED", "lines")

    def test_refuses_who_may_not_be_chosen(self):
        """R095 R099: no candidate, barred with the reasons, twice; all problems together and nothing kept."""
        demand = self.recruiting(5)
        [unwilling], [fine] = self.surveyed(1, willing=False), self.surveyed(1)
        reply = self.hr.refused("workforce.ChooseWorkers", self.of(demand, lines=[
            {"worker_number": number, "choice_reason": "测试"} for number in (fine, unwilling, 42, fine)]))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("CANDIDATE_BARRED", "lines[1].worker_number"), ("NO_CANDIDATE", "lines[2].worker_number"), ("WORKER_TWICE", "lines[3].worker_number")})
        self.assertEqual(self.hr.rows("workforce.ListChoices", self.of(demand)), [])
        self.owner.refused("workforce.ChooseWorkers", self.of(demand, lines=[{"worker_number": fine}]), "FAILED_PRECONDITION", "NO_CANDIDATE")  # has not applied: not his to see
        self.supervisor.refused("workforce.ChooseWorkers", self.of(demand, lines=[{"worker_number": fine}]), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.hr_checker.refused("workforce.ChooseWorkers", self.of(demand, lines=[{"worker_number": fine}]), "PERMISSION_DENIED", "WRONG_DUTY")

    def test_from_choice_to_agreement(self):
        """R106 R107: the drafted agreements go to AddAgreements as they are; a hired choice cannot be released, another can."""
        code = self.world.project()
        self.house.settle()
        recruit.channel(self.world, code)
        demand = recruit.recruiting(self.world, code, "XQ-1", 2)
        one, two = sorted(self.surveyed(2))
        at = {"project_code": code, "demand_code": demand}
        self.township.ok("workforce.ApplyForDemand", {**at, "lines": [{"worker_number": number, "application_way": "TOWNSHIP"} for number in (one, two)]})
        self.contractor.ok("workforce.ChooseWorkers", {**at, "lines": [{"worker_number": number, "choice_reason": "就近"} for number in (one, two)]})
        self.contractor.ok("workforce.ReleaseChoice", {**at, "worker_number": two, "release_reason": "本人放弃"})
        draft = self.contractor.ok("workforce.DraftAgreements", at)
        self.assertEqual([(line["worker_number"], line["rate_fen"], line["start_date"], line["task_number"]) for line in draft["lines"]], [(one, 200_00, "2026-08-01", 1)])
        [row] = self.contractor.ok("workforce.AddAgreements", draft)["rows"]
        self.assertEqual((row["worker_number"], row["post_name"], row["end_date"]), (one, "小工", "2026-10-31"))
        self.assertEqual(self.contractor.ok("workforce.DraftAgreements", at)["lines"], [])
        self.contractor.refused("workforce.ReleaseChoice", {**at, "worker_number": one, "release_reason": "试"}, "FAILED_PRECONDITION", "HIRED_ALREADY")
        self.contractor.refused("workforce.ReleaseChoice", {**at, "worker_number": two, "release_reason": "试"}, "NOT_FOUND", "CHOICE_UNKNOWN")
        [row] = self.owner.rows("workforce.ListDemands", {"project_code": code})
        self.assertEqual((row["chosen_count"], row["hired_count"]), (1, 1))

    def test_weights_are_dated(self):
        """R095: the points are policy with a first day; they cannot be changed for days past, and every change has its source."""
        weight = {"match_factor": "GROUP", "grade": "VETERAN", "points": 99, "valid_from_date": "2026-07-01", "source_note": "区就业优先办法"}
        reply = self.office_checker.refused("workforce.SetMatchWeights", {"lines": [
            {**weight, "valid_from_date": "2026-06-01"}, {**weight, "grade": "NOBODY"}, {**weight, "points": 5000}, weight, weight]})
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"WEIGHT_IN_THE_PAST", "GRADE_UNKNOWN", "POINTS_OUT_OF_RANGE", "GRADE_TWICE"})
        demand = self.recruiting()
        [veteran] = self.surveyed(1)
        self.group(veteran, "VETERAN")
        self.assertEqual(self.proposal(demand, worker_number=veteran)[0]["group_points"], 25)
        self.office_checker.ok("workforce.SetMatchWeights", {"lines": [weight]})
        self.assertEqual(self.proposal(demand, worker_number=veteran)[0]["group_points"], 99)
        before = [row for row in self.owner.ok("workforce.ListMatchWeights", {"at_date": "2026-06-30"})["rows"] if row["grade"] == "VETERAN"]
        self.assertEqual([row["points"] for row in before], [25])
        self.office.refused("workforce.SetMatchWeights", {"lines": [weight]}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.owner_checker.refused("workforce.SetMatchWeights", {"lines": [weight]}, "PERMISSION_DENIED", "NOT_ALLOWED")


class GapTest(MatchingCase):
    def test_supply_and_demand_of_a_month(self):
        """R087: places asked of the township, who applied, was chosen and hired, and who would be available; closed demand is none."""
        self.surveyed(4)
        [skilled] = self.surveyed(1, skill_level="SKILLED", priority_group="UNEMPLOYED")
        demand = self.recruiting(7, skill_kind="MASONRY", training_planned=True)
        self.apply(demand, [skilled])
        self.choose(demand, skilled)
        def gap(month, actor=None):
            return [row for row in (actor or self.township).rows("workforce.ListLabourGap", {"month": month}) if row["township_unit_id"] == recruit.TOWNSHIP][0]
        row = gap("2026-09")
        self.assertEqual((row["demanded_count"], row["demanded_skilled_count"], row["applied_count"], row["chosen_count"], row["hired_count"], row["gap_count"]),
                         (7, 7, 1, 1, 0, 7))
        self.assertEqual((row["available_count"], row["available_skilled_count"], row["available_priority_count"], row["shortage_count"], row["surplus_count"]),
                         (5, 1, 1, 2, 0))
        self.contractor.ok("workforce.AddAgreements", self.contractor.ok("workforce.DraftAgreements", self.of(demand)))
        row = gap("2026-09", self.owner)
        self.assertEqual((row["hired_count"], row["gap_count"], row["available_count"]), (1, 6, 4))
        self.assertEqual(gap("2027-02")["demanded_count"], 0)
        figures = self.bureau.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q3"})
        self.assertEqual((figures["demanded_count"], figures["applied_worker_count"]), (7, 1))
        self.assertEqual(self.stranger.rows("workforce.ListLabourGap", {"month": "2026-09"}), [])
        self.owner_checker.ok("workforce.CloseDemand", self.of(demand, close_reason="测试"))
        self.assertEqual(gap("2026-09")["demanded_count"], 0)

    def test_posts_offered_against_the_quarter_before(self):
        """R137: places of the demands submitted in the quarter against the one before, by bureau and contractor."""
        code = self.world.project()
        self.house.settle()
        before = self.office.rows("workforce.ListPostsOffered", {"quarter": "2026Q3"})
        offered = before[0]["offered_count"] if before else 0
        recruit.submitted(self.world, code, "XQ-1", 6, from_date="2026-11-01", to_date="2026-12-31")
        [row] = self.office.rows("workforce.ListPostsOffered", {"quarter": "2026Q3"})
        self.assertEqual((row["bureau_unit_id"], row["contractor_unit_id"], row["offered_count"], row["former_count"], row["posts_widened"]),
                         ("140214-jtj", "contractor-1", offered + 6, 0, True))
        [row] = self.contractor.rows("workforce.ListPostsOffered", {"quarter": "2026Q4"})
        self.assertEqual((row["offered_count"], row["former_count"], row["posts_widened"]), (0, offered + 6, False))
        self.assertEqual(self.stranger.rows("workforce.ListPostsOffered", {"quarter": "2026Q3"}), [])

    def test_organised_labour(self):
        """R088: of a quarter's workers, those hired through a labour organisation, cooperative or collective."""
        self.office.ok("registry.AddUnit", {"unit_id": "coop-1", "unit_name": "示例劳务合作社", "unit_kind": "LABOUR_ORGANISATION", "uscc": people.uscc(77, "93"),
                                            "division_code": "140214002", "hosted": True, "valid_from_date": "2024-01-01"})
        code = self.world.draft()
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": unit, "relation": relation, "person_name": "负责人", "person_phone": "03520000000"} for unit, relation in (
                ("owner-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("coop-1", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"), ("township-1", "TOWNSHIP"))]})
        path.approve_project(self.world, code, "2026-06-05")
        path.award_project(self.world, code, "2026-06-15", [("F1", 2_000_000_00)])
        path.start_project(self.world, code, "2026-06-20")
        self.house.settle()
        coop = self.actor("coop-1-maker", "coop-1", relations=("CONTRACTOR",))
        organised, plain = self.people(2)
        for actor, number in ((coop, organised), (self.contractor, plain)):
            actor.ok("workforce.AddAgreements", {"project_code": code, "lines": [path.agreement_line(f"XY-{number}", number, 200_00, "2026-06-20", "2026-12-31")]})
        path.hold_training(self.world, code, "PX-1", "2026-06-20", [organised, plain])
        self.world.attended(code, [organised, plain], "2026-06", range(22, 25))
        path.seal_month(self.world, code, "2026-06")
        rows = {row["project_code"]: row for row in self.bureau.rows("workforce.ListOrganised", {"unit_id": "140214-jtj", "quarter": "2026Q2"})}
        self.assertEqual((rows[code]["worker_count"], rows[code]["organised_count"], rows[code]["organised_share_bp"]), (2, 1, 5000))
        self.assertIsNone(rows[self.code]["organised_share_bp"])


if __name__ == "__main__":
    unittest.main()
