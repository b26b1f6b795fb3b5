"""Agreements and the roster: what they must bear, who may sign them and when they end."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402


class AgreementTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def test_roster_has_the_columns_of_the_ledger(self):
        """R094 R107: one roster a project with the fixed columns; parties, content, standard, cycle and dates are all there."""
        number = self.registered()
        self.contractor.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": number, "priority_group": "RETURNING_MIGRANT", "valid_from_date": "2026-01-01", "group_source": "乡镇摸底"}]})
        rows = self.contractor.ok("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(number, team_name="土方一班")]})["rows"]
        self.assertEqual((rows[0]["agreement_state"], rows[0]["employer_unit_id"], rows[0]["employment_kind"]), ("SIGNED", "contractor-1", "WORK_RELIEF_SERVICE"))
        [row] = [row for row in self.bureau.rows("workforce.ListAgreements", {"project_code": self.code}, page_size=2) if row["worker_number"] == number]
        for column in ("project_code", "team_name", "worker_name", "sex", "id_number_mask", "birth_date", "ethnicity_code", "phone", "home_division_code", "population_kind",
                       "post_name", "skill_level", "agreement_code", "start_date", "end_date", "rate_fen", "pay_unit", "bank_name", "account_no_mask", "work_content",
                       "pay_cycle", "employer_unit_id"):
            self.assertTrue(row[column], column)
        self.assertEqual(row["priority_groups"], ["RETURNING_MIGRANT"])
        self.assertTrue(row["insured"])
        at = self.contractor.rows("workforce.ListAgreements", {"project_code": self.code, "worker_number": number, "at_date": "2026-06-01"})
        self.assertEqual(at, [])

    def test_what_an_agreement_cannot_lack(self):
        """R107: work content, pay standard, pay cycle, dates, worker and code are asked for, each by its path."""
        number = self.registered()
        for column in ("agreement_code", "worker_number", "post_name", "work_content", "pay_unit", "rate_fen", "pay_cycle", "start_date", "end_date"):
            line = self.agreement(number)
            del line[column]
            self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [line]}, "INVALID_ARGUMENT", "REQUIRED", f"lines[0].{column}")

    def test_age(self):
        """R099: under 16 on the first day is refused; above 60 is allowed and said."""
        child = self.registered(birth=datetime.date(2010, 7, 2))
        self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(child, start_date="2026-07-01")]},
                                "FAILED_PRECONDITION", "UNDER_AGE", "lines[0].worker_number")
        self.agreed(self.code, child, start_date="2026-07-02")
        old = self.registered(birth=datetime.date(1964, 1, 1))
        reply = self.contractor.call("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(self.registered()), self.agreement(old)]})
        self.assertTrue(reply.ok, reply)
        self.assertEqual([(problem["reason"], problem["path"]) for problem in reply.problems], [("OVER_AGE", "lines[1].worker_number")])

    def test_one_agreement_a_worker_project_and_month(self):
        """R094 R106: unique (project, worker) at any time; a new one begins in a later month; another project is no hindrance."""
        number = self.agreed(self.code, self.registered(), end_date="2026-08-15")
        self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(number, agreement_code="XY-2nd", start_date="2026-08-16")]},
                                "FAILED_PRECONDITION", "AGREEMENT_OVERLAPS", "lines[0].start_date")
        self.agreed(self.code, number, agreement_code=f"XY-{number}-2", start_date="2026-09-01", rate_fen=220_00)
        self.agreed(self.world.project(), number)
        reply = self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [
            self.agreement(number, agreement_code="D1"), self.agreement(self.registered(), agreement_code="D1"), self.agreement(42, end_date="2026-01-01"),
            self.agreement(number)]})
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("AGREEMENT_OVERLAPS", "lines[0].start_date"), ("AGREEMENT_TWICE", "lines[1].agreement_code"), ("WORKER_UNKNOWN", "lines[2].worker_number"),
            ("DATES_REVERSED", "lines[2].end_date"), ("AGREEMENT_EXISTS", "lines[3].agreement_code"), ("AGREEMENT_OVERLAPS", "lines[3].start_date")})

    def test_who_and_when(self):
        """R106: only the project's own contractor, its maker, and only from the award to completion."""
        number = self.registered()
        request = {"project_code": self.code, "lines": [self.agreement(number)]}
        self.stranger.refused("workforce.AddAgreements", request, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau.refused("workforce.AddAgreements", request, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.AddAgreements", request, "PERMISSION_DENIED", "WRONG_DUTY")
        approved = self.world.approved()
        self.contractor.refused("workforce.AddAgreements", {**request, "project_code": approved}, "FAILED_PRECONDITION", "PROJECT_TAKES_NO_AGREEMENTS", "project_code")

    def test_ends_early(self):
        """R106 R107: with a reason, inside its period, not before days worked; and only once."""
        number = self.agreed(self.code, self.registered())
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number]))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-25"))
        end = {"project_code": self.code, "agreement_code": f"XY-{number}", "end_date": "2026-06-30", "end_reason": "本人回乡"}
        self.contractor.refused("workforce.EndAgreement", {**end, "end_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "end_reason")
        self.contractor.refused("workforce.EndAgreement", {**end, "end_date": "2026-06-24"}, "FAILED_PRECONDITION", "WORKED_AFTER_END", "end_date")
        self.contractor.refused("workforce.EndAgreement", {**end, "end_date": "2027-01-01"}, "FAILED_PRECONDITION", "END_OUTSIDE_AGREEMENT", "end_date")
        self.contractor.refused("workforce.EndAgreement", {**end, "agreement_code": "none"}, "NOT_FOUND", "AGREEMENT_UNKNOWN", "agreement_code")
        [row] = self.contractor.ok("workforce.EndAgreement", end)["rows"]
        self.assertEqual((row["agreement_state"], row["end_date"], row["end_reason"]), ("ENDED", "2026-06-30", "本人回乡"))
        self.contractor.refused("workforce.EndAgreement", end, "FAILED_PRECONDITION", "AGREEMENT_NOT_RUNNING", "agreement_code")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-07-01"), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")


if __name__ == "__main__":
    unittest.main()
