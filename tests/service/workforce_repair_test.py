"""A day that was not seen whole is mended: reported or found, proposed with a reason, confirmed by a second person of another unit."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.labour import WorkforceCase  # noqa: E402

DAY, JUNE = "2026-06-22", "2026-06"


class RepairTest(WorkforceCase):
    def setUp(self):
        self.code = self.world.project()
        self.number = self.placed()

    def placed(self):
        number = self.agreed(self.code, self.registered())
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number]))
        return number

    def report(self, *numbers, kind="NO_NETWORK"):
        return {"project_code": self.code, "work_date": DAY, "repair_kind": kind, "repair_note": "基站停电", "worker_numbers": list(numbers or [self.number])}

    def place(self):
        return {"project_code": self.code, "work_date": DAY, "worker_number": self.number}

    def propose(self, part=100):
        return {**self.place(), "proposed_hundredths": part, "repair_reason": "班组日志与监控可证"}

    def entry(self):
        found = self.sql(f"SELECT day_hundredths FROM workforce.attendance WHERE worker_number = {self.number} AND work_date = '{DAY}'")
        return int(found[0][0]) if found else None

    def test_two_people_mend_a_day(self):
        """R108: the township reports the outage, the contractor proposes, the owner's checker confirms; only then the day stands."""
        self.assertEqual(self.township.ok("workforce.ReportMissingDays", self.report())["opened_count"], 1)
        self.assertEqual(self.contractor.ok("workforce.ReportMissingDays", self.report())["already_known_count"], 1)
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": JUNE}, "FAILED_PRECONDITION", "ENTRIES_IN_REPAIR", "month")
        self.owner_checker.refused("workforce.ConfirmRepair", self.place(), "FAILED_PRECONDITION", "REPAIR_NOT_OPEN", "work_date")
        self.assertEqual(self.contractor.ok("workforce.ProposeRepair", self.propose())["repair_state"], "PROPOSED")
        self.assertIsNone(self.entry())
        self.owner_checker.refused("workforce.ReturnRepair", self.place(), "INVALID_ARGUMENT", "REQUIRED", "decide_note")
        self.assertEqual(self.owner_checker.ok("workforce.ReturnRepair", {**self.place(), "decide_note": "请附监控截图"})["repair_state"], "OPEN")
        self.contractor.ok("workforce.ProposeRepair", self.propose(50))
        confirmed = self.township_checker.ok("workforce.ConfirmRepair", self.place())
        self.assertEqual((confirmed["repair_state"], confirmed["decided_by"], self.entry()), ("REPAIRED", "township-checker", 50))
        self.contractor.refused("workforce.ProposeRepair", self.propose(), "FAILED_PRECONDITION", "REPAIR_NOT_OPEN", "work_date")
        [row] = self.bureau.rows("workforce.ListRepairs", {"project_code": self.code, "repair_state": "REPAIRED", "month": JUNE}, page_size=1)
        self.assertEqual((row["worker_number"], row["proposed_by"], row["proposed_hundredths"]), (self.number, "contractor-maker", 50))
        self.contractor_checker.ok("workforce.SealMonth", {"project_code": self.code, "month": JUNE})

    def test_a_standing_day_is_corrected_with_its_trace(self):
        """R108: another part of the day, or none at all; the former value stays readable."""
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, self.number))
        self.contractor.ok("workforce.ReportMissingDays", self.report(kind="UNPAIRED"))
        self.contractor.ok("workforce.ProposeRepair", self.propose(0))
        self.owner_checker.ok("workforce.ConfirmRepair", self.place())
        self.assertIsNone(self.entry())
        [row] = self.owner.rows("workforce.ListCorrections", {"project_code": self.code, "month": JUNE})
        self.assertEqual((row["former_hundredths"], row["corrected_hundredths"], row["corrected_by"]), (100, 0, "contractor-maker"))

    def test_a_repair_breaks_no_rule(self):
        """R106 R109 R116: no day without training, none above one day over all projects, none in a sealed month."""
        other, self.code = self.code, self.world.project()
        self.agreed(self.code, self.number)
        self.contractor.ok("workforce.RecordAttendance", self.day(other, self.number, part=60))
        self.contractor.ok("workforce.ReportMissingDays", self.report())
        self.contractor.refused("workforce.ProposeRepair", self.propose(50), "FAILED_PRECONDITION", "OVER_ONE_DAY", "proposed_hundredths")
        self.contractor.ok("workforce.ProposeRepair", self.propose(40))
        self.owner_checker.ok("workforce.ConfirmRepair", self.place())
        self.contractor_checker.ok("workforce.SealMonth", {"project_code": self.code, "month": JUNE})
        self.contractor.refused("workforce.ReportMissingDays", self.report(), "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")

    def test_who_and_what(self):
        """R110 R093: proposed by the contractor, confirmed by owner or township; kinds the system finds are not reported; agreements are needed."""
        self.stranger.refused("workforce.ReportMissingDays", self.report(), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor.refused("workforce.ReportMissingDays", self.report(kind="DIFFERS"), "INVALID_ARGUMENT", "REPAIR_KIND_IS_DRAWN", "repair_kind")
        self.contractor.refused("workforce.ReportMissingDays", self.report(self.number, 42), "FAILED_PRECONDITION", "NO_AGREEMENT", "worker_numbers[1]")
        self.contractor.refused("workforce.ProposeRepair", self.propose(), "NOT_FOUND", "REPAIR_UNKNOWN", "work_date")
        self.supervisor.ok("workforce.ReportMissingDays", self.report())
        self.township.refused("workforce.ProposeRepair", self.propose(), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor.refused("workforce.ProposeRepair", {**self.propose(), "repair_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "repair_reason")
        self.contractor.refused("workforce.ProposeRepair", self.propose(101), "FAILED_PRECONDITION", "OVER_ONE_DAY", "proposed_hundredths")
        self.contractor.ok("workforce.ProposeRepair", self.propose())
        for actor in (self.contractor_checker, self.supervisor_checker, self.bureau_checker):
            actor.refused("workforce.ConfirmRepair", self.place(), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner.refused("workforce.ConfirmRepair", self.place(), "PERMISSION_DENIED", "WRONG_DUTY")

    def test_where_the_policy_asks_no_second_person(self):
        """R108: the kind's parameter at 0 lets the contractor's proposal stand at once, still with its reason."""
        day = self.house.today()
        self.office_checker.ok("workforce.SetWorkforcePolicy", {"policy_name": "repair_second_NO_NETWORK", "valid_from_date": day, "policy_value": 0, "source_note": "区里规定"})
        report, proposal = {**self.report(), "work_date": day}, {**self.propose(), "work_date": day}
        self.contractor.ok("workforce.ReportMissingDays", report)
        done = self.contractor.ok("workforce.ProposeRepair", proposal)
        self.assertEqual((done["repair_state"], done["decided_by"]), ("REPAIRED", "contractor-maker"))
        self.assertEqual(self.count("attendance", f"worker_number = {self.number} AND work_date = '{day}'"), 1)


if __name__ == "__main__":
    unittest.main()
