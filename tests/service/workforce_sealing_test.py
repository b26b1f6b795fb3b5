"""A month of thousands of workers is sealed in pages: barred meanwhile, gone on with after a crash, or opened again."""
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, path  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402

JUNE = "2026-06"
MANY = 2_300  # above what one call seals


class SealingTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.numbers = cls.world.placed(cls.code, MANY)
        cls.month = {"project_code": cls.code, "month": JUNE}
        path.record_attendance(cls.world, cls.code, [(number, f"{JUNE}-{day}", 100) for number in cls.numbers[1:] for day in (22, 23)])

    def sealing(self):
        return self.sql(f"SELECT finished FROM workforce.sealing_month WHERE project_code = '{self.code}'")

    def crash_while_sealing(self):
        node = self.house.node
        self.house.settle()  # the handlers counted below are the month's alone
        node.stop("workforce")
        node.start("workforce", crash_at="in_handler:4", wait=False)  # begun, two pages frozen
        reply = self.contractor_checker.call("workforce.SealMonth", self.month, wait_ms=3000)
        self.assertFalse(reply.ok)
        node.wait_end("workforce")
        node.start("workforce")

    def test_1_a_crash_leaves_the_month_barred(self):
        """R108: nothing is half sealed: the month takes no days, counts in no figure, and can be opened again."""
        self.crash_while_sealing()
        self.assertEqual(self.sealing(), [["f"]])
        frozen = self.count("frozen_worker", f"project_code = '{self.code}'")
        self.assertTrue(0 < frozen < MANY, frozen)
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, self.numbers[0]), "FAILED_PRECONDITION", "MONTH_SEALING", "work_date", retry_seconds=PATIENCE_SECONDS)
        self.contractor.refused("workforce.CorrectAttendance", {"project_code": self.code, "worker_number": self.numbers[1], "work_date": "2026-06-22",
                                                                "corrected_hundredths": 50, "correction_reason": "太迟"}, "FAILED_PRECONDITION", "MONTH_SEALING")
        self.hr_checker.refused("workforce.MergeWorkers", {"former_number": self.numbers[0], "worker_number": self.numbers[1], "merge_reason": "证件号登记有误"},
                                "FAILED_PRECONDITION", "MERGE_SEALING", "former_number")
        self.assertEqual(self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})["worker_count"], 0)
        self.assertEqual(self.operator.rows("workforce.ListSealedAttendance", self.month), [])
        self.contractor.refused("workforce.CancelSealing", self.month, "PERMISSION_DENIED", "WRONG_DUTY")
        self.contractor_checker.ok("workforce.CancelSealing", self.month)
        self.contractor_checker.refused("workforce.CancelSealing", self.month, "FAILED_PRECONDITION", "MONTH_NOT_SEALING", "month")
        self.assertEqual(self.count("frozen_worker", f"project_code = '{self.code}'"), 0)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, self.numbers[1], "2026-06-24"))

    def test_2_goes_on_where_it_stood(self):
        """R108: the next SealMonth freezes the rest; the digest is that of the definition, over everybody once."""
        self.crash_while_sealing()
        spoil = "UPDATE workforce.frozen_worker SET attended_days = attended_days {} 1 WHERE (project_code, worker_number) = ('{}', {})"
        first = self.sql(f"SELECT min(worker_number) FROM workforce.frozen_worker WHERE project_code = '{self.code}'")[0][0]
        self.sql(spoil.format("+", self.code, first))
        self.contractor_checker.refused("workforce.SealMonth", self.month, "INTERNAL", "SEAL_INCOMPLETE", "month", timeout_ms=60_000)
        self.assertEqual(self.operator.rows("workforce.ListSealedAttendance", self.month), [], "frozen rows that are not the month's entries seal nothing")
        self.sql(spoil.format("-", self.code, first))
        sealed = self.contractor_checker.ok("workforce.SealMonth", self.month, timeout_ms=60_000)
        self.assertEqual((sealed["worker_count"], sealed["entry_count"]), (MANY - 1, 2 * (MANY - 1) + 1))
        rows = self.operator.rows("workforce.ListSealedAttendance", self.month)
        digest = bytes(32)
        for row in rows:
            digest = hashlib.new("sm3", digest + "|".join((str(row["worker_number"]), row["days_text"], row["agreement_code"], row["pay_unit"], str(row["rate_fen"]))).encode()).digest()
        self.assertEqual([row["worker_number"] for row in rows], sorted(self.numbers[1:]))
        self.assertEqual(sealed["attendance_digest"], hashlib.new("sm3", digest + f"{self.code}|{JUNE}|{MANY - 1}|{sealed['day_hundredths']}".encode()).digest())
        self.assertEqual(self.sealing(), [])
        self.contractor_checker.refused("workforce.CancelSealing", self.month, "FAILED_PRECONDITION", "MONTH_NOT_SEALING", "month")

    def test_3_nobody_else_freezes(self):
        """R093: the steps inside are the daemon's own, and what it counts is not the caller's to say."""
        for method in ("BeginSealing", "FreezeWorkers", "GetSealingSize"):
            request = {**self.month, "principal": "owner-checker"} if method == "BeginSealing" else self.month
            self.owner_checker.refused(f"workforce.{method}", request, "PERMISSION_DENIED", "NOT_ALLOWED")
            self.operator.refused(f"workforce.{method}", request, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.SealMonth", {**self.month, "gathered_entry_count": 1}, "INVALID_ARGUMENT", "NOT_YOURS_TO_FILL", "gathered_entry_count")

    def test_0_a_dry_run_leaves_nothing(self):
        """R108: sealing can be tried without barring the month."""
        reply = self.contractor_checker.call("workforce.SealMonth", self.month, dry_run=True, timeout_ms=60_000)
        self.assertTrue(reply.ok, reply)
        self.assertEqual(reply.body["worker_count"], MANY - 1)
        self.assertEqual(self.sealing(), [])
        self.assertEqual(self.count("frozen_worker", f"project_code = '{self.code}'"), 0)


if __name__ == "__main__":
    unittest.main()
