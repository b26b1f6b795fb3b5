"""After the works: public-welfare posts, skilled workers passed on with their consent, and the passport."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path, people, recruit  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


class PostCase(ServiceCase):
    services = ("registry", "workforce")
    serial = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.builders = cls.world.sealed(count=4)
        cls.taught, cls.poor_builder = cls.builders[0], cls.builders[1]
        path.hold_training(cls.world, cls.code, "PX-SKILL", "2026-06-28", [cls.taught], content="SKILL")
        cls.group(cls.poor_builder, "OUT_OF_POVERTY")
        cls.finish_works()
        cls.house.settle()

    @classmethod
    def finish_works(cls):
        cls.world.owner.ok("registry.CompleteProject", {"project_code": cls.code, "complete_date": cls.house.today()})

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)
        super().tearDownClass()

    @classmethod
    def group(cls, number, group):
        cls.world.township.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": number, "priority_group": group, "valid_from_date": "2026-01-01",
                                                                        "group_source": "乡镇摸底"}]})

    def post(self, code=None, **changed):
        PostCase.serial += 1
        body = {"project_code": code or self.code, "post_code": f"GW-{PostCase.serial}", "post_kind": "ROAD_UPKEEP", "post_name": "乡村道路养护管理员",
                "division_code": "140214002201", "duty_note": "巡查清扫村道", "monthly_pay_fen": 900_00, "post_fund_name": "公益性岗位补贴", **changed}
        self.owner.ok("workforce.SetPost", body)
        return {"project_code": body["project_code"], "post_code": body["post_code"]}

    def filling(self, post, number, **changed):
        return {**post, "worker_number": number, "from_date": "2026-07-02", "to_date": "2027-07-01", "holder_category": "LOW_SKILLED", **changed}

    def free(self, post, date="2026-07-03"):
        self.owner.ok("workforce.EndPostHolding", {**post, "end_date": date, "end_reason": "外出务工"})


class PostTest(PostCase):
    def test_kinds(self):
        """R150: the five kinds of the papers and OTHER; a post says place, duties, pay and where the money comes from."""
        for kind in ("ROAD_UPKEEP", "VILLAGE_FACILITIES", "CLEANING", "PUBLIC_SECURITY", "FOREST_RANGER", "OTHER"):
            self.post(post_kind=kind)
        posts = self.owner.rows("workforce.ListPosts", {"project_code": self.code, "post_state": "VACANT"}, page_size=2)
        self.assertGreaterEqual({row["post_kind"] for row in posts}, {"ROAD_UPKEEP", "VILLAGE_FACILITIES", "CLEANING", "PUBLIC_SECURITY", "FOREST_RANGER", "OTHER"})
        body = {"project_code": self.code, "post_code": "GW-X", "post_kind": "CLEANING", "post_name": "保洁员", "division_code": "140214002", "duty_note": "保洁",
                "monthly_pay_fen": 900_00}
        self.owner.refused("workforce.SetPost", body, "INVALID_ARGUMENT", "REQUIRED", "post_fund_name")
        self.contractor.refused("workforce.SetPost", {**body, "post_fund_name": "补贴"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        draft = self.world.draft()
        self.house.settle()
        self.owner.refused("workforce.SetPost", {**body, "project_code": draft, "post_fund_name": "补贴"}, "FAILED_PRECONDITION", "PROJECT_TAKES_NO_POSTS", "project_code")

    def test_candidates_in_the_papers_order(self):
        """R152 R102 R092: out of poverty and at work or taught here first, then the other builders, then people of a group, the nearer first."""
        near, far = self.world.worker_numbers(1, home_division_code="140214002201")[0], self.world.worker_numbers(1, home_division_code="140214002")[0]
        recruit.survey(self.world, [near, far], "MD-1", "2026-06-30")
        for number in (near, far):
            self.group(number, "RETURNING_MIGRANT")
        rows = self.hr.rows("workforce.ListPostCandidates", self.post(), page_size=2)
        order = [row["worker_number"] for row in rows]
        self.assertEqual(order[0], self.poor_builder)
        self.assertTrue(rows[0]["first_choice"] and rows[0]["worked_here"] and rows[0]["day_hundredths"] == 1000)
        self.assertEqual(set(order[1:4]), set(self.builders) - {self.poor_builder})
        self.assertEqual(order[4:6], [near, far])
        self.assertEqual([row["near_level"] for row in rows[4:6]], [4, 3])
        self.assertTrue(next(row for row in rows if row["worker_number"] == self.taught)["trained_here"])
        seen = {row["worker_number"] for row in self.owner.rows("workforce.ListPostCandidates", self.post())}
        self.assertEqual(seen & {*self.builders, near, far}, set(self.builders))  # the township's other people are not the owner's to see

    def test_holder_has_a_group_or_a_reason(self):
        """R151 R152 R154: the holder belongs to a group, first choices are not passed over, or a reason says why; his category is recorded."""
        post = self.post()
        plain = self.builders[2]
        self.owner.refused("workforce.FillPost", self.filling(post, plain), "FAILED_PRECONDITION", "HOLDER_NEEDS_REASON", "holder_reason")
        self.owner.refused("workforce.FillPost", self.filling(post, plain, holder_category="UNSPECIFIED"), "INVALID_ARGUMENT", "REQUIRED", "holder_category")
        held = self.owner.ok("workforce.FillPost", self.filling(post, plain, holder_reason="零就业家庭，经村民代表会议评议", holder_category="HARD_TO_PLACE"))
        self.assertEqual((held["first_choice"], held["passed_over_count"], held["priority_group"], held["holder_category"], held["worked_here"], held["is_local"]),
                         (False, 1, "UNSPECIFIED", "HARD_TO_PLACE", True, True))
        first = self.post()
        held = self.township.ok("workforce.FillPost", self.filling(first, self.poor_builder))
        self.assertEqual((held["first_choice"], held["passed_over_count"], held["priority_group"], held["post_state"]), (True, 0, "OUT_OF_POVERTY", "FILLED"))
        self.owner.refused("workforce.FillPost", self.filling(self.post(), self.poor_builder), "FAILED_PRECONDITION", "HOLDER_HAS_POST", "worker_number")
        [row] = [row for row in self.supervisor.rows("workforce.ListPosts", {"project_code": self.code}) if row["post_code"] == first["post_code"]]
        self.assertEqual((row["post_state"], row["holding"]["worker_number"], row["holding"]["holder_category"]), ("FILLED", self.poor_builder, "LOW_SKILLED"))
        figures = self.bureau.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q3"})
        self.free(post, "2026-07-02")
        self.free(first, "2026-07-02")
        self.assertEqual((figures["post_filled_count"], figures["post_first_choice_count"]), (2, 1))
        self.assertGreaterEqual(figures["post_set_count"], 2)
        self.assertEqual(self.bureau.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})["post_set_count"], 0)

    def test_period_and_end(self):
        """R150: one holder at a time; ends with a day and a reason; then the post is free again, or closed by another person."""
        post = self.post()
        self.owner.refused("workforce.FillPost", self.filling(post, self.taught, to_date="2026-07-01", holder_reason="测"), reason="DATES_REVERSED", path="to_date")
        self.owner.refused("workforce.EndPostHolding", {**post, "end_date": "2026-07-03", "end_reason": "测"}, "FAILED_PRECONDITION", "POST_NOT_HELD")
        self.owner.refused("workforce.EndPostHolding", {**post, "post_code": "GW-0", "end_date": "2026-07-03", "end_reason": "测"}, "NOT_FOUND",
                           "POST_UNKNOWN", "post_code")
        self.owner.ok("workforce.FillPost", self.filling(post, self.taught, holder_reason="熟悉道路"))
        self.owner.refused("workforce.FillPost", self.filling(post, self.builders[3], holder_reason="测"), "FAILED_PRECONDITION", "POST_NOT_VACANT")
        self.owner_checker.refused("workforce.ClosePost", {**post, "close_reason": "测"}, "FAILED_PRECONDITION", "POST_NOT_VACANT")
        self.owner.refused("workforce.EndPostHolding", {**post, "end_date": "2026-06-30", "end_reason": "测"}, "FAILED_PRECONDITION", "END_OUTSIDE_HOLDING", "end_date")
        self.free(post)
        self.owner.ok("workforce.FillPost", self.filling(post, self.builders[3], from_date="2026-07-04", holder_reason="接任"))
        history = self.owner.rows("workforce.ListPostHoldings", post, page_size=1)
        self.assertEqual([(row["worker_number"], row["end_date"], row["end_reason"]) for row in history], [(self.taught, "2026-07-03", "外出务工"), (self.builders[3], "", "")])
        self.free(post, "2026-07-05")
        self.owner.refused("workforce.ClosePost", {**post, "close_reason": "测"}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.assertEqual(self.owner_checker.ok("workforce.ClosePost", {**post, "close_reason": "道路移交"})["post_state"], "CLOSED")

    def test_long_upkeep_and_age(self):
        """R156 R099: upkeep posts wait for the end of the works unless they are long-running; local labour is marked; 15 is refused, 61 warned of."""
        code = self.world.project()
        self.house.settle()
        old = self.township.ok("workforce.AddWorkers", {"lines": [
            path.worker_line("老杨", people.id_number(9300, birth=datetime.date(1964, 3, 1)), people.card(9300))]})["rows"][0]["worker_number"]
        young = self.township.ok("workforce.AddWorkers", {"lines": [
            path.worker_line("小杨", people.id_number(9301, birth=datetime.date(2011, 3, 1)), people.card(9301))]})["rows"][0]["worker_number"]
        for number in (old, young):
            self.group(number, "RETURNING_MIGRANT")
        self.township.refused("workforce.FillPost", self.filling(self.post(code), old), "FAILED_PRECONDITION", "POST_TOO_EARLY", "project_code")
        post = self.post(code, long_upkeep=True, post_kind="CLEANING")
        self.township.refused("workforce.FillPost", self.filling(post, young), "FAILED_PRECONDITION", "UNDER_AGE", "worker_number")
        reply = self.township.call("workforce.FillPost", self.filling(post, old))
        self.assertTrue(reply.ok, reply)
        self.assertEqual([(problem["reason"], problem["path"]) for problem in reply.problems], [("OVER_AGE", "worker_number")])
        self.assertTrue(reply.body["is_local"])
        self.stranger.refused("workforce.ListPosts", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")


class ReferralTest(PostCase):
    services = ("registry", "workforce", "evaluation")

    @classmethod
    def finish_works(cls):
        path.hold_training(cls.world, cls.code, "PX-SKILL-2", "2026-06-29", [cls.builders[2], cls.builders[3]], content="SKILL")
        path.accept_project(cls.world, cls.code, cls.house.today())

    def consent(self, number, consented=True, **changed):
        return {"project_code": self.code, "lines": [{"worker_number": number, "consented": consented, "consent_date": "2026-06-30", "consent_note": "本人签字", **changed}]}

    def refer(self, *numbers, target="140214-rsj", actor=None):
        return {"project_code": self.code, "target_unit_id": target, "worker_numbers": numbers, "referral_note": "掌握砌筑技能"}

    def state(self, number, actor=None):
        return [row["referral_state"] for row in (actor or self.owner).rows("workforce.ListReferrals", {"project_code": self.code}) if row["worker_number"] == number]

    def test_acceptance_makes_referrals_due(self):
        """R101: with the acceptance each worker who was taught a skill is due to be passed on; who was only trained in safety is not."""
        rows = {row["worker_number"]: row for row in self.owner.rows("workforce.ListReferrals", {"project_code": self.code}, page_size=1)}
        self.assertEqual(set(rows), {self.taught, self.builders[2], self.builders[3]})
        self.assertEqual((rows[self.taught]["skill_kind"], rows[self.taught]["due_date"]), ("MASONRY", "2026-07-01"))
        self.assertEqual(self.stranger.rows("workforce.ListReferrals"), [])

    def test_only_with_consent(self):
        """R101: without the worker's consent nobody is passed on; then to HR or another owner, who sees him and says what came of it."""
        self.hr.refused("workforce.AnswerReferral", {"project_code": self.code, "worker_number": self.taught, "referral_state": "PLACED"}, "NOT_FOUND", "REFERRAL_UNKNOWN")
        self.owner.refused("workforce.ReferWorkers", self.refer(self.taught), "FAILED_PRECONDITION", "NO_CONSENT", "worker_numbers[0]")
        self.owner.ok("workforce.RecordConsent", self.consent(self.taught, False))
        self.owner.refused("workforce.ReferWorkers", self.refer(self.taught), "FAILED_PRECONDITION", "NO_CONSENT", "worker_numbers[0]")
        self.owner.ok("workforce.RecordConsent", self.consent(self.taught))
        self.owner.refused("workforce.ReferWorkers", self.refer(self.taught, target="contractor-2"), "FAILED_PRECONDITION", "TARGET_UNKNOWN", "target_unit_id")
        self.owner.refused("workforce.ReferWorkers", self.refer(self.taught, target="owner-1"), "FAILED_PRECONDITION", "TARGET_UNKNOWN", "target_unit_id")
        swj = self.other_bureau
        swj.refused("workforce.GetWorker", {"worker_number": self.taught}, "NOT_FOUND", "WORKER_UNKNOWN")
        [row] = self.owner.ok("workforce.ReferWorkers", self.refer(self.taught, target="140214-swj"))["rows"]
        self.assertEqual((row["referral_state"], row["target_unit_id"], row["referred_date"]), ("REFERRED", "140214-swj", "2026-07-01"))
        self.assertEqual(swj.ok("workforce.GetWorker", {"worker_number": self.taught})["worker_number"], self.taught)
        passport = swj.ok("workforce.GetPassport", {"worker_number": self.taught})
        self.assertEqual([course["skill_kind"] for course in passport["courses"] if course["training_code"] == "PX-SKILL"], ["MASONRY"])
        answer = {"project_code": self.code, "worker_number": self.taught, "referral_state": "CONTACTED", "answer_note": "已电话联系"}
        self.hr.refused("workforce.AnswerReferral", answer, "NOT_FOUND", "REFERRAL_UNKNOWN")
        swj.ok("workforce.AnswerReferral", answer)
        swj.refused("workforce.AnswerReferral", answer, "FAILED_PRECONDITION", "REFERRAL_NOT_THERE", "referral_state")
        self.assertEqual(swj.ok("workforce.AnswerReferral", {**answer, "referral_state": "PLACED"})["referral_state"], "PLACED")
        self.assertEqual(self.state(self.taught), ["PLACED"])
        [figures] = [row for row in self.operator.rows("workforce.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q3"}) if row["project_code"] == self.code]
        self.assertGreaterEqual(figures["referral_count"], 1)
        self.assertEqual(figures["referral_placed_count"], 1)

    def test_refuses_referrals(self):
        """R101: before acceptance, of people who learned nothing here, of a consent to come, twice; declined ones may be passed on again."""
        code = self.world.project()
        self.house.settle()
        one, two = self.builders[2], self.builders[3]
        self.owner.refused("workforce.RecordConsent", {**self.consent(one), "project_code": code}, "FAILED_PRECONDITION", "REFERRAL_TOO_EARLY", "project_code")
        reply = self.owner.refused("workforce.RecordConsent", {"project_code": self.code, "lines": [
            {"worker_number": self.poor_builder, "consented": True, "consent_date": "2026-06-30"}, {"worker_number": one, "consented": True, "consent_date": "2026-07-09"},
            {"worker_number": one, "consented": True, "consent_date": "2026-06-30"}]})
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("NOT_SKILLED_HERE", "lines[0].worker_number"), ("FUTURE_DATE", "lines[1].consent_date"), ("WORKER_TWICE", "lines[2].worker_number")})
        self.owner.refused("workforce.ReferWorkers", self.refer(42), "NOT_FOUND", "REFERRAL_UNKNOWN", "worker_numbers[0]")
        self.owner.ok("workforce.RecordConsent", self.consent(two))
        self.owner.ok("workforce.ReferWorkers", self.refer(two))
        self.owner.refused("workforce.ReferWorkers", self.refer(two), "FAILED_PRECONDITION", "REFERRAL_NOT_THERE", "worker_numbers[0]")
        self.hr.ok("workforce.AnswerReferral", {"project_code": self.code, "worker_number": two, "referral_state": "DECLINED", "answer_note": "无适合岗位"})
        self.owner.ok("workforce.ReferWorkers", self.refer(two, target="140214-swj"))
        self.assertEqual(self.state(two, self.other_bureau), ["REFERRED"])

    def test_passport(self):
        """R101 R102: days, courses, agreements, posts over all projects for HR and office; a unit's own projects for itself; masked."""
        other, numbers = self.world.project(), [self.taught]
        self.world.agree(other, numbers)
        self.house.settle()
        whole = self.hr.ok("workforce.GetPassport", {"worker_number": self.taught})
        self.assertEqual([(row["project_code"], row["day_hundredths"], row["sealed_month_count"]) for row in whole["projects"]], [(self.code, 1000, 1)])
        self.assertEqual({row["project_code"] for row in whole["agreements"]}, {self.code, other})
        self.assertIn("PX-SKILL", {row["training_code"] for row in whole["courses"]})
        self.assertTrue(whole["id_number_mask"].startswith("*"))
        self.assertEqual(whole, self.office.ok("workforce.GetPassport", {"worker_number": self.taught}))
        self.stranger.refused("workforce.GetPassport", {"worker_number": self.taught}, "NOT_FOUND", "WORKER_UNKNOWN")
        lone = self.world.draft()
        self.bureau.ok("registry.SetParties", {"project_code": lone, "parties": [{"unit_id": "contractor-2", "relation": "CONTRACTOR", "person_name": "负责人",
                                                                                 "person_phone": "03520000000"}]})
        self.house.settle()
        self.stranger.ok("workforce.AddWorkers", {"lines": [self.line_of(self.taught)]})
        self.assertEqual(self.stranger.ok("workforce.GetPassport", {"worker_number": self.taught})["agreements"], [])

    def line_of(self, number):
        """The world registered its people in order: the line that gives this number."""
        index = self.builders.index(number) + 1
        return path.worker_line(people.name(index), people.id_number(index), people.card(index))


if __name__ == "__main__":
    unittest.main()
