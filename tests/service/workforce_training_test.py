"""Training: what is held for whom, at whose cost, and what it opens."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.labour import WorkforceCase  # noqa: E402


class TrainingTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def test_modes_and_venues(self):
        """R113 R114 R115: every mode of the papers, on site or in a school."""
        number = self.registered()
        for mode, venue in (("TRAIN_THEN_POST", "SITE"), ("PRACTICE", "SITE"), ("WORK_AS_TRAINING", "SITE"), ("CONCENTRATED", "SCHOOL"), ("LANGUAGE", "OTHER")):
            self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_mode=mode, training_venue=venue))
        rows = self.hr.rows("workforce.ListTrainings", {"project_code": self.code}, page_size=2)
        self.assertLessEqual({"TRAIN_THEN_POST", "PRACTICE", "WORK_AS_TRAINING", "CONCENTRATED", "LANGUAGE"}, {row["training_mode"] for row in rows})

    def test_money_and_organiser(self):
        """R112 R117: fund source and cost are kept; the organiser is a registered unit; schools may be entrusted."""
        number = self.registered()
        training = self.training(self.code, [number], organiser_unit_id="140214-rsj", organiser_kind="VOCATIONAL_SCHOOL", training_cost_fen=3_500_00,
                                 training_fund_source="就业补助资金")
        self.hr.ok("workforce.HoldTraining", training)
        [row] = [row for row in self.hr.rows("workforce.ListTrainings", {"project_code": self.code}) if row["training_code"] == training["training_code"]]
        self.assertEqual((row["training_fund_source"], row["training_cost_fen"], row["organiser_kind"]), ("就业补助资金", 3_500_00, "VOCATIONAL_SCHOOL"))
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], organiser_unit_id="no-such-unit"), "NOT_FOUND", "ORGANISER_UNKNOWN", "organiser_unit_id")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_fund_source=""), "INVALID_ARGUMENT", "REQUIRED", "training_fund_source")

    def test_skill_and_stage(self):
        """R118 R120: skill training names its kind, small machinery among them, and the stage it serves."""
        number = self.registered()
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_content="SKILL", skill_kind="SMALL_MACHINERY", target_stage="UPKEEP"))
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_content="BOTH"), "INVALID_ARGUMENT", "SKILL_KIND_MISSING", "skill_kind")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], target_stage="UNSPECIFIED"), "INVALID_ARGUMENT", "REQUIRED", "target_stage")

    def test_unskilled_becomes_skilled(self):
        """R122: the level before and after is kept, the worker's own level rises, and the upgrade is counted."""
        number, same = self.registered(), self.registered(skill_level="SKILLED")
        training = self.training(self.code, [number, same], training_content="SKILL", skill_kind="MASONRY")
        training["trainees"][0].update(exam_passed=True, certificate_code="ZS-1", skill_level_after="SEMI_SKILLED")
        self.assertEqual(self.contractor.ok("workforce.HoldTraining", training)["upgraded_count"], 1)
        self.assertEqual(self.contractor.ok("workforce.GetWorker", {"worker_number": number})["skill_level"], "SEMI_SKILLED")
        rows = {row["worker_number"]: row for row in self.owner.rows("workforce.ListTrainees", {"project_code": self.code, "training_code": training["training_code"]})}
        self.assertEqual((rows[number]["skill_level_before"], rows[number]["skill_level_after"], rows[number]["certificate_code"]), ("UNSKILLED", "SEMI_SKILLED", "ZS-1"))
        self.assertEqual((rows[same]["skill_level_before"], rows[same]["skill_level_after"]), ("SKILLED", "SKILLED"))
        falling = self.training(self.code, [same])
        falling["trainees"][0]["skill_level_after"] = "UNSKILLED"
        self.contractor.refused("workforce.HoldTraining", falling, "FAILED_PRECONDITION", "SKILL_FALLS", "trainees[0].skill_level_after")

    def test_cadres_are_not_workers(self):
        """R023: training of staff is kept with its heads and never counted as training of workers."""
        before = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [], training_audience="CADRE", cadre_count=12))
        after = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        self.assertEqual(before, after)
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [self.registered()], training_audience="CADRE", cadre_count=12),
                                "INVALID_ARGUMENT", "CADRES_ARE_NO_TRAINEES", "trainees")

    def test_refuses(self):
        """R116: nobody signed in, twice the same, unknown people, results of the absent, a day to come, the same code; a stranger."""
        number = self.registered()
        done = self.training(self.code, [number])
        self.contractor.ok("workforce.HoldTraining", done)
        self.contractor.refused("workforce.HoldTraining", done, "ALREADY_EXISTS", "TRAINING_EXISTS", "training_code")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, []), "INVALID_ARGUMENT", "NO_TRAINEES", "trainees")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_date="2026-12-01"), "FAILED_PRECONDITION", "FUTURE_DATE", "training_date")
        bad = self.training(self.code, [number, number, 42])
        bad["trainees"].append({"worker_number": self.registered(), "exam_passed": True})
        reply = self.contractor.refused("workforce.HoldTraining", bad)
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("TRAINEE_TWICE", "trainees[1].worker_number"), ("WORKER_UNKNOWN", "trainees[2].worker_number"), ("ABSENT_CANNOT_PASS", "trainees[3].signed_in")})
        self.stranger.refused("workforce.HoldTraining", self.training(self.code, [number]), "PERMISSION_DENIED", "NOT_ALLOWED")


class PlanTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def plan(self, code="JH-1", **changed):
        return {"project_code": self.code, "plan_code": code, "plan_name": "小型机械操作培训", "from_date": "2026-06-01", "to_date": "2026-06-30", "training_content": "SKILL",
                "skill_kind": "SMALL_MACHINERY", "task_number": 1, "planned_trainees": 20, "planned_cost_fen": 8_000_00, "training_fund_source": "就业补助资金",
                "organiser_unit_id": "140214-rsj", **changed}

    def shown(self, code):
        return {row["plan_code"]: row for row in self.owner.rows("workforce.ListTrainingPlans", {"project_code": self.code}, page_size=1)}[code]

    def test_planned_and_held(self):
        """R112 R118 R120: sessions stand beside their plan with people, results and cost; a plan that nobody held is overdue."""
        first, second = self.registered(), self.registered()
        self.hr.ok("workforce.PlanTraining", self.plan("JH-A"))
        self.hr.ok("workforce.PlanTraining", self.plan("JH-A", planned_trainees=25))
        self.hr.ok("workforce.PlanTraining", self.plan("JH-B"))
        self.assertEqual((self.shown("JH-A")["plan_state"], self.shown("JH-A")["planned_trainees"]), ("OVERDUE", 25))
        self.hr.ok("workforce.PlanTraining", self.plan("JH-C", to_date="2026-12-31"))
        self.assertEqual(self.shown("JH-C")["plan_state"], "PLANNED")
        for numbers, cost in (([first, second], 1_000_00), ([first], 500_00)):
            training = self.training(self.code, numbers, training_content="SKILL", skill_kind="SMALL_MACHINERY", plan_code="JH-A", training_cost_fen=cost)
            training["trainees"][0]["exam_passed"] = True
            self.hr.ok("workforce.HoldTraining", training)
        row = self.shown("JH-A")
        self.assertEqual((row["plan_state"], row["session_count"], row["trainee_count"], row["passed_count"], row["training_cost_fen"]), ("HELD", 2, 2, 1, 1_500_00))
        self.hr.refused("workforce.PlanTraining", self.plan("JH-A"), "FAILED_PRECONDITION", "TRAINING_PLAN_CLOSED", "plan_code")
        self.hr.refused("workforce.CancelTrainingPlan", {"project_code": self.code, "plan_code": "JH-A", "cancel_reason": "x"}, "FAILED_PRECONDITION", "TRAINING_PLAN_CLOSED")

    def test_what_a_plan_cannot_be(self):
        """R112 R118: dates, skill, task and organiser are asked for; who has nothing to do with the project plans nothing."""
        reply = self.hr.refused("workforce.PlanTraining", self.plan(to_date="2026-05-01", skill_kind="UNSPECIFIED", task_number=9, organiser_unit_id="nobody"))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("DATES_REVERSED", "to_date"), ("SKILL_KIND_MISSING", "skill_kind"), ("TASK_NOT_OF_PROJECT", "task_number"), ("ORGANISER_UNKNOWN", "organiser_unit_id")})
        self.stranger.refused("workforce.PlanTraining", self.plan(), "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_a_training_fits_its_plan(self):
        """R116: not an unknown or cancelled plan, not another content or skill, not for cadres; and a cancelled plan says why."""
        number = self.registered()
        self.contractor.ok("workforce.PlanTraining", self.plan("JH-D", training_content="SAFETY", skill_kind="UNSPECIFIED"))
        self.contractor.ok("workforce.PlanTraining", self.plan("JH-E"))
        wrong = self.training(self.code, [number], plan_code="none")
        self.contractor.refused("workforce.HoldTraining", wrong, "NOT_FOUND", "TRAINING_PLAN_UNKNOWN", "plan_code")
        self.contractor.refused("workforce.HoldTraining", {**wrong, "plan_code": "JH-E"}, "FAILED_PRECONDITION", "TRAINING_PLAN_DIFFERS", "plan_code")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [], training_audience="CADRE", cadre_count=5, plan_code="JH-D"),
                                "FAILED_PRECONDITION", "TRAINING_PLAN_DIFFERS", "plan_code")
        self.assertEqual(self.contractor.ok("workforce.CancelTrainingPlan", {"project_code": self.code, "plan_code": "JH-D", "cancel_reason": "并入区级培训"})["plan_state"], "CANCELLED")
        self.contractor.refused("workforce.HoldTraining", {**wrong, "plan_code": "JH-D"}, "FAILED_PRECONDITION", "TRAINING_PLAN_DIFFERS", "plan_code")
        self.assertEqual(self.shown("JH-D")["cancel_reason"], "并入区级培训")
        self.contractor.refused("workforce.CancelTrainingPlan", {"project_code": self.code, "plan_code": "none", "cancel_reason": "x"}, "NOT_FOUND", "TRAINING_PLAN_UNKNOWN")


class CorrectionTest(WorkforceCase):
    services = ("registry", "workforce", "payroll", "evaluation")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def held(self, numbers, **changed):
        training = self.training(self.code, numbers, **changed)
        self.contractor.ok("workforce.HoldTraining", training)
        return training["training_code"]

    def correct(self, training, *lines, **changed):
        return {"project_code": self.code, "training_code": training, "correction_reason": "签到表核对", "lines": [
            {"worker_number": number, "trainee_change": change, **(more[0] if more else {})} for number, change, *more in lines], **changed}

    def annul(self, training):
        return {"project_code": self.code, "training_code": training, "annul_reason": "未实际举办"}

    def trainees(self, training):
        return {row["worker_number"]: row for row in self.owner.rows("workforce.ListTrainees", {"project_code": self.code, "training_code": training})}

    def test_results_come_later(self):
        """R122 R116: examination, certificate and level are entered with a reason, the former stays, and the upgrade is counted."""
        number = self.registered()
        training = self.held([number], training_content="SKILL", skill_kind="MASONRY")
        result = {"exam_passed": True, "certificate_code": "ZS-9", "skill_level_after": "SEMI_SKILLED"}
        changed = self.contractor.ok("workforce.CorrectTraining", self.correct(training, (number, "RESULT", result), training_cost_fen=250_00))
        self.assertEqual((changed["upgraded_count"], changed["trainee_count"], changed["training_cost_fen"]), (1, 1, 250_00))
        self.assertEqual((self.trainees(training)[number]["certificate_code"], self.contractor.ok("workforce.GetWorker", {"worker_number": number})["skill_level"]), ("ZS-9", "SEMI_SKILLED"))
        rows = self.owner.rows("workforce.ListTrainingCorrections", {"project_code": self.code, "training_code": training}, page_size=1)
        self.assertEqual([(row["worker_number"], row["former_level"], row["former_cost_fen"], row["correction_reason"]) for row in rows],
                         [(0, "UNSPECIFIED", 100_00, "签到表核对"), (number, "UNSKILLED", None, "签到表核对")])
        self.contractor.refused("workforce.CorrectTraining", self.correct(training, (number, "RESULT", {"skill_level_after": "UNSPECIFIED"}), correction_reason=""),
                                "INVALID_ARGUMENT", "REQUIRED", "correction_reason")

    def test_who_was_forgotten_and_who_was_not_there(self):
        """R116: the forgotten may work from that day on; who is struck may not, and his level falls back."""
        forgotten, absent = self.agreed(self.code, self.registered()), self.agreed(self.code, self.registered())
        training = self.training(self.code, [absent], training_content="BOTH", skill_kind="PLANTING")
        training["trainees"][0]["skill_level_after"] = "SKILLED"
        self.contractor.ok("workforce.HoldTraining", training)
        training = training["training_code"]
        changed = self.contractor.ok("workforce.CorrectTraining", self.correct(training, (forgotten, "ADDED"), (absent, "STRUCK")))
        self.assertEqual((changed["trainee_count"], changed["upgraded_count"]), (1, 0))
        self.assertEqual(self.contractor.ok("workforce.GetWorker", {"worker_number": absent})["skill_level"], "UNSKILLED")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, forgotten))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, absent), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.house.settle()
        self.assertEqual(self.sql(f"SELECT worker_number FROM evaluation.trainee WHERE training_code = '{training}'"), [[str(forgotten)]])

    def test_what_days_stand_on_is_not_taken_away(self):
        """R116: neither struck nor annulled while days were worked because of it; another training before them frees it."""
        number = self.agreed(self.code, self.registered())
        training = self.held([number])
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-24"))
        reply = self.contractor.refused("workforce.CorrectTraining", self.correct(training, (number, "STRUCK")), "FAILED_PRECONDITION", "TRAINING_RELIED_ON")
        self.assertIn(f"{number} 2026-06-24", reply.problems[0]["message"])
        self.contractor_checker.refused("workforce.AnnulTraining", self.annul(training), "FAILED_PRECONDITION", "TRAINING_RELIED_ON", "training_code")
        self.assertTrue(self.trainees(training)[number]["signed_in"])
        self.held([number], training_date="2026-06-23")
        self.contractor_checker.ok("workforce.AnnulTraining", self.annul(training))
        self.assertEqual(self.contractor.ok("workforce.GetWorker", {"worker_number": number})["safety_trained_date"], "2026-06-23")

    def test_annulled(self):
        """R116 R023: it counts in no figure, opens nothing, is listed with its reason, and its code is not used again."""
        number = self.agreed(self.code, self.registered(), key_post=True)
        before = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        training = self.held([number], technical_briefing=True)
        self.contractor.refused("workforce.AnnulTraining", self.annul(training), "PERMISSION_DENIED", "WRONG_DUTY")
        gone = self.owner_checker.ok("workforce.AnnulTraining", self.annul(training))
        self.assertEqual((gone["annulled"], gone["trainee_count"]), (True, 0))
        self.assertEqual(self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"}), before)
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_BRIEFING", "work_date")
        rows = {row["training_code"]: row for row in self.bureau.rows("workforce.ListAnnulledTrainings", {"project_code": self.code}, page_size=1)}
        self.assertEqual((rows[training]["annul_reason"], rows[training]["annulled_by"], rows[training]["trainee_count"]), ("未实际举办", "owner-checker", 1))
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_code=training), "ALREADY_EXISTS", "TRAINING_EXISTS", "training_code")
        self.contractor_checker.refused("workforce.AnnulTraining", self.annul(training), "NOT_FOUND", "TRAINING_UNKNOWN", "training_code")
        self.house.settle()
        self.assertEqual(self.sql(f"SELECT count(*) FROM evaluation.training WHERE training_code = '{training}'"), [["0"]])

    def test_who_may(self):
        """R112 R093: the unit that held it corrects; others of the project do not; what was never there is not corrected; all problems at once."""
        number, other = self.registered(), self.registered()
        training = self.held([number])
        self.township.refused("workforce.CorrectTraining", self.correct(training, (number, "STRUCK")), "PERMISSION_DENIED", "NOT_YOUR_TRAINING", "training_code")
        self.township_checker.refused("workforce.AnnulTraining", self.annul(training), "PERMISSION_DENIED", "NOT_YOUR_TRAINING", "training_code")
        self.stranger.refused("workforce.CorrectTraining", self.correct(training, (number, "STRUCK")), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor.refused("workforce.CorrectTraining", self.correct(training), "INVALID_ARGUMENT", "NOTHING_CORRECTED")
        self.contractor.refused("workforce.CorrectTraining", self.correct("none", (number, "STRUCK")), "NOT_FOUND", "TRAINING_UNKNOWN")
        reply = self.contractor.refused("workforce.CorrectTraining", self.correct(training, (number, "ADDED"), (other, "STRUCK"), (42, "ADDED"), (number, "RESULT")))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("TRAINEE_LISTED", "lines[0].worker_number"), ("TRAINEE_UNKNOWN", "lines[1].worker_number"), ("WORKER_UNKNOWN", "lines[2].worker_number"),
            ("TRAINEE_TWICE", "lines[3].worker_number")})
        skilled = self.registered(skill_level="SKILLED")
        second = self.held([skilled])
        self.contractor.refused("workforce.CorrectTraining", self.correct(second, (skilled, "RESULT", {"skill_level_after": "UNSKILLED"})), "FAILED_PRECONDITION",
                                "SKILL_FALLS", "lines[0].skill_level_after")


if __name__ == "__main__":
    unittest.main()
