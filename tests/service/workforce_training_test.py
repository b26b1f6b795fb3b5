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


if __name__ == "__main__":
    unittest.main()
