"""Days on site: recorded, refused, corrected; and the month that is sealed."""
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.labour import WorkforceCase  # noqa: E402


class AttendanceTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.other = cls.world.project()

    def placed(self, code=None, **changed):
        number = self.agreed(code or self.code, self.registered(), **changed)
        self.contractor.ok("workforce.HoldTraining", self.training(code or self.code, [number]))
        return number

    def test_records_a_day(self):
        """R108 R093: once a worker, project and day; the same request twice is one entry."""
        number = self.placed()
        body = self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, part=50))
        self.assertEqual(body["recorded_hundredths"], 50)
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=50), "ALREADY_EXISTS", "ATTENDANCE_EXISTS", "work_date")
        self.assertEqual(self.count("attendance", f"worker_number = {number}"), 1)
        [row] = self.supervisor.rows("workforce.ListAttendance", {"project_code": self.code, "month": "2026-06", "worker_number": number})
        self.assertEqual((row["work_date"], row["day_hundredths"], row["correction_count"]), ("2026-06-22", 50, 0))

    def test_refuses_a_day_outside_the_agreement(self):
        """R106 R093: before the first day, after the last, an unknown worker, no agreement on this project."""
        number = self.placed(end_date="2026-06-25")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-19"), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-26"), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.other, number), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, 42), "NOT_FOUND", "WORKER_UNKNOWN", "worker_number")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-25"))

    def test_refuses_what_is_no_part_of_a_day(self):
        """R108: nothing, less than nothing, more than a day, a day to come, a day that does not exist."""
        number = self.placed()
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=0), "INVALID_ARGUMENT", "REQUIRED", "day_hundredths")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=-1), "INVALID_ARGUMENT", path="day_hundredths", reason="WORK_INVALID")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=101), "FAILED_PRECONDITION", "OVER_ONE_DAY", "day_hundredths")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-12-01"), "FAILED_PRECONDITION", "FUTURE_DATE", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-31"), "INVALID_ARGUMENT", "DATE_INVALID", "work_date")
        self.assertEqual(self.count("attendance", f"worker_number = {number}"), 0)

    def test_one_day_over_all_projects(self):
        """R109: half a day here and half there is a day; a hundredth more is refused, singly and in a batch."""
        number = self.placed()
        self.agreed(self.other, number)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, part=50))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.other, number, part=51), "FAILED_PRECONDITION", "OVER_ONE_DAY", "day_hundredths")
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.other, "lines": [{"worker_number": number, "work_date": "2026-06-22", "day_hundredths": 51}]},
                                "FAILED_PRECONDITION", "OVER_ONE_DAY", "lines[0].day_hundredths")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.other, number, part=50))

    def test_safety_training_comes_first(self):
        """R116: no day before the safety training; skill training alone does not do; from its day on the way is open."""
        number = self.agreed(self.code, self.registered())
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_content="SKILL", skill_kind="SMALL_MACHINERY"))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_date="2026-06-23"))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-22"), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-23"))

    def test_who_did_not_sign_in_was_not_trained(self):
        """R116: a name on the list without a signature opens nothing."""
        absent, present = self.agreed(self.code, self.registered()), self.agreed(self.code, self.registered())
        training = self.training(self.code, [absent, present])
        training["trainees"][0]["signed_in"] = False
        body = self.contractor.ok("workforce.HoldTraining", training)
        self.assertEqual((body["trainee_count"], body["absent_count"]), (1, 1))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, present))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, absent), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")

    def test_key_posts_are_briefed(self):
        """R119: a key post needs a technical briefing of this project, also when the agreement comes after it."""
        number = self.placed(key_post=True)
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_BRIEFING", "work_date")
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], technical_briefing=True, training_date="2026-06-22"))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number))
        later = self.registered()
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [later], technical_briefing=True))
        self.agreed(self.code, later, key_post=True)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, later))

    def test_batch_is_all_or_nothing(self):
        """R108 R106 R116: every bad line is named, and then none goes in; a good batch goes in whole."""
        good, untrained = self.placed(), self.agreed(self.code, self.registered())
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, good, "2026-06-21"))
        lines = [{"worker_number": good, "work_date": "2026-06-22", "day_hundredths": 100}, {"worker_number": good, "work_date": "2026-06-21", "day_hundredths": 100},
                 {"worker_number": untrained, "work_date": "2026-06-22", "day_hundredths": 100}, {"worker_number": 42, "work_date": "2026-06-22", "day_hundredths": 100},
                 {"worker_number": good, "work_date": "2026-06-19", "day_hundredths": 100}, {"worker_number": good, "work_date": "2026-06-23", "day_hundredths": 120}]
        reply = self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": lines})
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems}, {
            ("lines[1].work_date", "ATTENDANCE_EXISTS"), ("lines[2].work_date", "NO_SAFETY_TRAINING"), ("lines[3].worker_number", "WORKER_UNKNOWN"),
            ("lines[4].work_date", "NO_AGREEMENT"), ("lines[5].day_hundredths", "OVER_ONE_DAY")})
        self.assertEqual(self.count("attendance", f"worker_number = {good}"), 1)
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [lines[5]]}, "FAILED_PRECONDITION", "OVER_ONE_DAY", "lines[0].day_hundredths")
        twice = [lines[0], {**lines[0], "work_date": "2026-06-23"}, lines[0]]
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": twice}, "INVALID_ARGUMENT", "ATTENDANCE_TWICE", "lines[2].work_date")
        body = self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [lines[0], {**lines[0], "work_date": "2026-06-23", "day_hundredths": 25}]})
        self.assertEqual((body["entry_count"], body["total_hundredths"]), (2, 125))
        self.assertEqual(self.count("attendance", f"worker_number = {good}"), 3)

    def test_only_the_contractor_keeps_attendance(self):
        """R110: the project's contractor and nobody else, its maker and not its checker."""
        number = self.placed()
        for actor in (self.owner, self.bureau, self.supervisor, self.township, self.stranger, self.office):
            actor.refused("workforce.RecordAttendance", self.day(self.code, number), "PERMISSION_DENIED", "NOT_ALLOWED")
            actor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [{"worker_number": number, "work_date": "2026-06-22", "day_hundredths": 100}]},
                          "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.RecordAttendance", self.day(self.code, number), "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger.refused("workforce.ListAttendance", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_not_before_the_project_has_begun(self):
        """R108: an awarded project takes agreements but no days."""
        code = self.world.awarded()
        number = self.placed(code)
        self.contractor.refused("workforce.RecordAttendance", self.day(code, number), "FAILED_PRECONDITION", "PROJECT_TAKES_NO_ATTENDANCE", "project_code")

    def test_correction_keeps_what_was(self):
        """R108 R109: with a reason, inside one day over all projects, and the former value stays readable; 0 strikes out."""
        number = self.placed()
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number))
        request = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-22", "corrected_hundredths": 50, "correction_reason": "下午因雨停工"}
        self.contractor.refused("workforce.CorrectAttendance", {**request, "correction_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "correction_reason")
        self.contractor.refused("workforce.CorrectAttendance", {**request, "corrected_hundredths": 101}, "INVALID_ARGUMENT", "PART_OF_DAY", "corrected_hundredths")
        self.contractor.refused("workforce.CorrectAttendance", {**request, "corrected_hundredths": 100}, "FAILED_PRECONDITION", "NOTHING_CHANGED")
        self.contractor.refused("workforce.CorrectAttendance", {**request, "work_date": "2026-06-23"}, "NOT_FOUND", "ENTRY_UNKNOWN", "work_date")
        self.assertEqual(self.contractor.ok("workforce.CorrectAttendance", request)["former_hundredths"], 100)
        self.agreed(self.other, number)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.other, number, part=50))
        self.contractor.refused("workforce.CorrectAttendance", {**request, "corrected_hundredths": 60}, "FAILED_PRECONDITION", "OVER_ONE_DAY", "corrected_hundredths")
        self.assertEqual(self.contractor.ok("workforce.CorrectAttendance", {**request, "corrected_hundredths": 0, "correction_reason": "记错人"})["correction_count"], 2)
        rows = [row for row in self.bureau.rows("workforce.ListCorrections", {"project_code": self.code, "month": "2026-06"}, page_size=1) if row["worker_number"] == number]
        self.assertEqual([(row["former_hundredths"], row["corrected_hundredths"], row["correction_reason"]) for row in rows],
                         [(100, 50, "下午因雨停工"), (50, 0, "记错人")])
        self.assertEqual(self.count("attendance", f"worker_number = {number} AND project_code = '{self.code}'"), 0)

    def test_lists_in_pages(self):
        """R108: a month comes in pages in the order of days, complete and without repeats."""
        code = self.world.project()
        numbers = [self.placed(code) for _ in range(3)]
        self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": code, "lines": [
            {"worker_number": number, "work_date": f"2026-06-{day}", "day_hundredths": 100} for number in numbers for day in (22, 23, 24)]})
        rows = self.contractor.rows("workforce.ListAttendance", {"project_code": code, "month": "2026-06"}, page_size=2)
        self.assertEqual([(row["work_date"], row["worker_number"]) for row in rows],
                         sorted((f"2026-06-{day}", number) for number in numbers for day in (22, 23, 24)))


class SealTest(WorkforceCase):
    def setUp(self):
        self.code = self.world.project()

    def worked(self, dates, part=100, **changed):
        number = self.agreed(self.code, self.registered(**changed))
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number]))
        self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [
            {"worker_number": number, "work_date": date, "day_hundredths": part} for date in dates]})
        return number

    def seal(self, month="2026-06"):
        return self.contractor_checker.ok("workforce.SealMonth", {"project_code": self.code, "month": month})

    def test_digest_covers_every_row(self):
        """R108 R093: the sealed month carries a digest that anyone can compute again from its rows."""
        first, second = self.worked(["2026-06-22", "2026-06-23"]), self.worked(["2026-06-24"], part=50)
        sealed = self.seal()
        self.assertEqual((sealed["worker_count"], sealed["entry_count"], sealed["day_hundredths"]), (2, 3, 250))
        rows = self.operator.rows("workforce.ListSealedAttendance", {"project_code": self.code, "month": "2026-06"}, page_size=1)
        self.assertEqual([row["worker_number"] for row in rows], sorted((first, second)))
        digest = bytes(32)
        for row in rows:
            digest = hashlib.new("sm3", digest + "|".join((str(row["worker_number"]), row["days_text"], row["agreement_code"], row["pay_unit"], str(row["rate_fen"]))).encode()).digest()
        digest = hashlib.new("sm3", digest + f"{self.code}|2026-06|2|250".encode()).digest()
        self.assertEqual(sealed["attendance_digest"], digest)
        [month] = self.bureau.rows("workforce.ListSealedMonths", {"project_code": self.code})
        self.assertEqual((month["attendance_digest"], month["sealed_by"]), (digest, "contractor-checker"))
        [row] = [row for row in rows if row["worker_number"] == first]
        self.assertEqual((row["days_text"], row["first_date"], row["day_hundredths"], row["rate_fen"]), ("22:100 23:100", "2026-06-22", 200, 200_00))
        self.assertTrue(row["account_no"].startswith("s1:"))

    def test_a_sealed_month_does_not_change(self):
        """R108: neither new days nor corrections nor a second seal; other months go on."""
        number = self.worked(["2026-06-22"])
        self.seal()
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-23"), "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [{"worker_number": number, "work_date": "2026-06-30", "day_hundredths": 1}]},
                                "FAILED_PRECONDITION", "MONTH_SEALED", "lines[0].work_date")
        self.contractor.refused("workforce.CorrectAttendance", {"project_code": self.code, "worker_number": number, "work_date": "2026-06-22", "corrected_hundredths": 50,
                                                                "correction_reason": "太迟"}, "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "FAILED_PRECONDITION", "MONTH_SEALED", "month")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-07-01"))

    def test_a_day_that_the_project_bars_and_no_rule_explains(self):
        """R108: should the statement and the reasons ever differ, the day is not recorded, and the caller is asked to try again, not told that it is."""
        number = self.worked(["2026-06-22"])
        bar = f"UPDATE workforce.project SET sealed = sealed {{}} '{{{{[2026-06-25,2026-06-25]}}}}'::datemultirange WHERE project_code = '{self.code}'"
        self.sql(bar.format("+"))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-25"), "ABORTED", "NOT_RECORDED")
        self.sql(bar.format("-"))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-25"))

    def test_what_cannot_be_sealed(self):
        """R108: an empty month, a month not over, by a maker, by a stranger."""
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "FAILED_PRECONDITION", "NOTHING_TO_SEAL", "month")
        number = self.worked(["2026-06-22"])
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-07-01"))
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-07"}, "FAILED_PRECONDITION", "MONTH_NOT_OVER", "month")
        self.contractor.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.count("sealed_worker", f"project_code = '{self.code}'"), 0)

    def test_disputes_come_first(self):
        """R108: a day in dispute keeps the month open until another person has settled it."""
        number = self.worked(["2026-06-22"])
        dispute = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-23", "dispute_note": "本人称当日在岗未记"}
        self.township.ok("workforce.DisputeAttendance", dispute)
        self.township.refused("workforce.DisputeAttendance", dispute, "ALREADY_EXISTS", "DISPUTE_OPEN", "work_date")
        self.township.refused("workforce.DisputeAttendance", {**dispute, "worker_number": 42}, "FAILED_PRECONDITION", "NO_AGREEMENT")
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "FAILED_PRECONDITION", "ENTRIES_DISPUTED", "month")
        settle = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-23", "settle_note": "班组日志核实当日未出勤"}
        self.contractor_checker.refused("workforce.SettleDispute", {**settle, "work_date": "2026-06-24"}, "NOT_FOUND", "DISPUTE_UNKNOWN", "work_date")
        self.township.refused("workforce.SettleDispute", settle, "PERMISSION_DENIED")
        self.assertEqual(self.contractor_checker.ok("workforce.SettleDispute", settle)["dispute_state"], "SETTLED")
        self.contractor_checker.refused("workforce.SettleDispute", settle, "FAILED_PRECONDITION", "DISPUTE_NOT_OPEN")
        [row] = self.owner.rows("workforce.ListDisputes", {"project_code": self.code, "dispute_state": "SETTLED"})
        self.assertEqual(row["settle_note"], settle["settle_note"])
        self.seal()

    def test_groups_and_home_as_on_the_first_day(self):
        """R100 R080: group membership counts as on the first day worked; local is the county of the project."""
        near = self.worked(["2026-06-22"])
        far = self.worked(["2026-06-22"], home_division_code="110111002")
        self.contractor.ok("workforce.SetPriorityGroup", {"lines": [
            {"worker_number": near, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-01-01", "valid_to_date": "2026-06-22", "group_source": "乡镇摸底"},
            {"worker_number": far, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-06-23", "group_source": "乡镇摸底"}]})
        self.seal()
        rows = {row["worker_number"]: row for row in self.operator.rows("workforce.ListSealedAttendance", {"project_code": self.code, "month": "2026-06"})}
        self.assertEqual((rows[near]["priority_groups"], rows[near]["is_local"]), (["OUT_OF_POVERTY"], True))
        self.assertEqual((rows[far]["priority_groups"], rows[far]["is_local"]), ([], False))
        self.contractor.refused("workforce.ListSealedAttendance", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
