"""Who may come to the site: the terms, the training the task asks for, entry and exit with hand-over, and how long the roster is kept."""
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402


class TermsTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.draft()
        for number, skill in ((2, "SMALL_MACHINERY"), (3, "UNSPECIFIED")):
            cls.world.bureau.ok("registry.AddTask", {"project_code": cls.code, "task_number": number, "catalogue_seq": 1, "link_stage": "MAIN_AND_TEMPORARY", "task_note": "小型机械作业",
                                                     "offered_posts": 5, "owner_confirmed": True, "training_required": True, "skill_kind": skill})
        path.approve_project(cls.world, cls.code, "2026-06-05")
        path.award_project(cls.world, cls.code, "2026-06-15", [("F1", 2_000_000_00)])
        path.start_project(cls.world, cls.code, "2026-06-20")

    def sign(self, line, code=None):
        return self.contractor.ok("workforce.AddAgreements", {"project_code": code or self.code, "lines": [line]})["rows"][0]

    def hold(self, number, **changed):
        self.contractor.ok("workforce.HoldTraining", self.training(changed.pop("code", self.code), [number], **changed))

    def test_the_written_terms(self):
        """R107: place and the signed paper's digest are kept; a task must be one of the project's."""
        paper = hashlib.sha256(b"signed").digest()
        row = self.sign(self.agreement(self.registered(), work_place="新平旺街道一标段", document_digest=paper, task_number=1))
        self.assertEqual((row["work_place"], row["document_digest"], row["task_number"], row["skill_needed"]), ("新平旺街道一标段", paper, 1, False))
        self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(self.registered(), task_number=9)]}, "NOT_FOUND",
                                "TASK_NOT_OF_PROJECT", "lines[0].task_number")

    def test_a_labour_organisation_may_be_the_employer(self):
        """R110 R107: a registered labour organisation under the contractor; no bureau, no unknown unit."""
        self.office.ok("registry.AddUnit", {"unit_id": "labour-1", "unit_name": "示例村劳务合作社", "unit_kind": "LABOUR_ORGANISATION", "carrier_kind": "VILLAGE_LABOUR_COOPERATIVE",
                                            "uscc": "93140214PDY00001XW", "division_code": "140214", "hosted": True, "valid_from_date": "2024-01-01"})
        self.assertEqual(self.sign(self.agreement(self.registered(), employer_unit_id="labour-1"))["employer_unit_id"], "labour-1")
        self.assertEqual(self.sign(self.agreement(self.registered()))["employer_unit_id"], "contractor-1")
        for unit in ("140214-swj", "nobody"):
            self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(self.registered(), employer_unit_id=unit)]},
                                    "FAILED_PRECONDITION", "EMPLOYER_NOT_FIT", "lines[0].employer_unit_id")

    def test_training_that_the_task_asks_for(self):
        """R119 R118: of the task's kind, or of any where it names none; before the agreement or after it; until then no day."""
        machines, any_skill = self.registered(), self.registered()
        self.assertEqual(self.sign(self.agreement(machines, task_number=2))["skill_needed"], True)
        self.sign(self.agreement(any_skill, task_number=3))
        for number in (machines, any_skill):
            self.hold(number)
            self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_SKILL_TRAINING", "work_date")
            self.hold(number, training_content="SKILL", skill_kind="MASONRY", training_date="2026-06-21")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, machines), "FAILED_PRECONDITION", "NO_SKILL_TRAINING", "work_date")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, any_skill))
        self.hold(machines, training_content="SKILL", skill_kind="SMALL_MACHINERY", training_date="2026-06-22")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, machines))
        [row] = self.contractor.rows("workforce.ListAgreements", {"project_code": self.code, "worker_number": machines})
        self.assertEqual((row["skill_trained_date"], row["workable_from_date"]), ("2026-06-22", "2026-06-22"))
        before = self.registered()
        self.hold(before, training_content="BOTH", skill_kind="SMALL_MACHINERY", training_date="2026-06-19")
        self.assertEqual(self.sign(self.agreement(before, task_number=2))["workable_from_date"], "2026-06-20")

    def test_years_away_mean_training_anew(self):
        """R116: safety training older than three years counts only for who has been at work since."""
        away, active, other = self.registered(), self.registered(), self.world.project()
        for number in (away, active):
            self.hold(number, training_date="2023-07-01")
        self.assertEqual(self.sign(self.agreement(active), other)["safety_trained_date"], "2023-07-01")
        self.contractor.ok("workforce.RecordAttendance", self.day(other, active))
        rows = [self.sign(self.agreement(number, start_date="2026-07-20"), self.code) for number in (away, active)]
        self.assertEqual([(row["safety_trained_date"], row["workable_from_date"]) for row in rows], [("", ""), ("2023-07-01", "2026-07-20")])
        self.hold(away, training_date="2023-07-02")  # brought in late: as old as the other
        [row] = self.contractor.rows("workforce.ListAgreements", {"project_code": self.code, "worker_number": away})
        self.assertEqual(row["workable_from_date"], "")
        self.hold(away, training_date="2026-06-30")
        [row] = self.contractor.rows("workforce.ListAgreements", {"project_code": self.code, "worker_number": away})
        self.assertEqual((row["safety_trained_date"], row["workable_from_date"]), ("2026-06-30", "2026-07-20"))


class PassageTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def test_entry_and_exit_with_hand_over(self):
        """R106 R107: nobody enters without agreement and training; entry once; the end of the agreement is the exit, with its note."""
        ready, untrained = self.agreed(self.code, self.registered()), self.agreed(self.code, self.registered())
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [ready], training_date="2026-06-21"))

        def entry(number, date="2026-06-22"):
            return {"agreement_code": f"XY-{number}", "entry_date": date, "hand_over_note": "安全帽一顶、工牌一枚"}

        reply = self.contractor.refused("workforce.RecordSiteEntries", {"project_code": self.code, "lines": [
            entry(ready, "2026-06-20"), entry(untrained), entry(42), entry(ready, "2026-12-01"), entry(untrained, "2027-06-01")]})
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("NOT_ADMITTED_YET", "lines[0].entry_date"), ("NOT_ADMITTED_YET", "lines[1].entry_date"), ("AGREEMENT_UNKNOWN", "lines[2].agreement_code"),
            ("AGREEMENT_TWICE", "lines[3].agreement_code"), ("FUTURE_DATE", "lines[3].entry_date"), ("AGREEMENT_TWICE", "lines[4].agreement_code"),
            ("FUTURE_DATE", "lines[4].entry_date"), ("NO_AGREEMENT", "lines[4].entry_date"), ("NOT_ADMITTED_YET", "lines[4].entry_date")})
        [row] = self.contractor.ok("workforce.RecordSiteEntries", {"project_code": self.code, "lines": [entry(ready)]})["rows"]
        self.assertEqual((row["worker_number"], row["passage_kind"]), (ready, "ENTERED"))
        self.contractor.refused("workforce.RecordSiteEntries", {"project_code": self.code, "lines": [entry(ready)]}, "ALREADY_EXISTS", "ENTERED_ALREADY")
        self.owner.refused("workforce.RecordSiteEntries", {"project_code": self.code, "lines": [entry(untrained)]}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor.ok("workforce.EndAgreement", {"project_code": self.code, "agreement_code": f"XY-{ready}", "end_date": "2026-06-30", "end_reason": "任务完成",
                                                      "hand_over_note": "安全帽、工牌已交回，考勤已核对"})
        rows = self.supervisor.rows("workforce.ListSitePassages", {"project_code": self.code}, page_size=1)
        self.assertEqual([(row["passage_kind"], row["passage_date"], row["hand_over_note"][:3]) for row in rows],
                         [("ENTERED", "2026-06-22", "安全帽"), ("LEFT", "2026-06-30", "安全帽")])


class RetentionTest(WorkforceCase):
    services = ("registry", "workforce", "payroll")

    def test_the_roster_is_kept(self):
        """R107, Reg. 724 art. 28: three years after completion and full payment; unknown until both are; nothing is deleted before."""
        code, _, _ = self.world.paid_sheet()
        open_code, _, _ = self.world.sheet()
        for one in (code, open_code):
            self.assertEqual(self.owner.ok("workforce.GetRosterRetention", {"project_code": one})["retain_until_date"], "")
            self.owner.ok("registry.CompleteProject", {"project_code": one, "complete_date": self.house.today()})
        kept, unpaid = (self.owner.ok("workforce.GetRosterRetention", {"project_code": one}) for one in (code, open_code))
        today = self.house.today()
        self.assertEqual((kept["complete_date"], kept["settled_date"], kept["retain_until_date"]), (today, kept["settled_date"], f"{int(today[:4]) + 3}{today[4:]}"))
        self.assertEqual((unpaid["unpaid_sheet_count"], unpaid["settled_date"], unpaid["retain_until_date"]), (1, "", ""))
        for one in (code, open_code):
            with self.assertRaisesRegex(RuntimeError, "is kept until"):
                self.sql(f"DELETE FROM workforce.agreement WHERE project_code = '{one}'")
        self.assertEqual(self.count("agreement", f"project_code IN ('{code}', '{open_code}')"), 6)
        self.stranger.refused("workforce.GetRosterRetention", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
