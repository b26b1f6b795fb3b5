"""A sealed month is opened again: asked for with a reason, decided by the owner, told to payroll; never once money is on its way."""
import importlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.house import Actor  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402

JUNE = "2026-06"


class ReopeningTest(WorkforceCase):
    def setUp(self):
        self.code, self.numbers = self.world.sealed(days=(22, 23))
        self.month = {"project_code": self.code, "month": JUNE}

    def ask(self):
        return self.contractor.ok("workforce.RequestReopening", {**self.month, "reopen_reason": "6月23日漏记一人"})

    def seals(self):
        return self.owner.rows("workforce.ListSealedMonths", {"project_code": self.code})

    def test_opens_and_seals_again(self):
        """R108: after the owner's approval days are corrected as before, and the next seal has another digest and the reopening's number."""
        [first] = self.seals()
        asked = self.ask()
        self.assertEqual((asked["reopen_state"], asked["reopening_number"], asked["former_digest"]), ("REQUESTED", 1, first["attendance_digest"]))
        self.contractor.refused("workforce.CorrectAttendance", {"project_code": self.code, "worker_number": self.numbers[0], "work_date": "2026-06-22",
                                                                "corrected_hundredths": 50, "correction_reason": "太早"}, "FAILED_PRECONDITION", "MONTH_SEALED")
        approved = self.owner_checker.ok("workforce.ApproveReopening", {**self.month, "decide_note": "属实"})
        self.assertEqual((approved["reopen_state"], approved["decided_by"]), ("APPROVED", "owner-checker"))
        self.assertEqual(self.seals(), [])
        self.assertEqual(self.operator.rows("workforce.ListSealedAttendance", self.month), [])
        self.assertEqual(self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})["worker_count"], 0)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, self.numbers[0], "2026-06-24"))
        self.contractor_checker.ok("workforce.SealMonth", self.month)
        [second] = self.seals()
        self.assertNotEqual(first["attendance_digest"], second["attendance_digest"])
        self.assertEqual((first["reopening_number"], second["reopening_number"], second["day_hundredths"]), (0, 1, first["day_hundredths"] + 100))
        [row] = self.bureau.rows("workforce.ListReopenings", {"project_code": self.code})
        self.assertEqual((row["former_digest"], row["former_worker_count"], row["reopen_reason"]), (first["attendance_digest"], 3, "6月23日漏记一人"))

    def test_payroll_is_told(self):
        """R108: the event bears the digest of the seal that was broken, who asked and who agreed."""
        [seal] = self.seals()
        self.ask()
        self.owner_checker.ok("workforce.ApproveReopening", self.month)
        [[event]] = self.sql("SELECT encode(event, 'hex') FROM workforce.journal WHERE event_type = 'AttendanceReopened' ORDER BY epoch DESC, seq DESC LIMIT 1")
        told = importlib.import_module("workforce_pb2").AttendanceReopened.FromString(bytes.fromhex(event))
        self.assertEqual((told.project_code, told.month, told.attendance_digest, told.requested_by, told.approved_by, told.reopening_number, told.reopen_reason),
                         (self.code, JUNE, seal["attendance_digest"], "contractor-maker", "owner-checker", 1, "6月23日漏记一人"))

    def test_who_and_when(self):
        """R108 R110: asked by contractor or bureau with a reason, decided once by the owner's checker; an open month needs none."""
        self.contractor.refused("workforce.RequestReopening", self.month, "INVALID_ARGUMENT", "REQUIRED", "reopen_reason")
        self.contractor.refused("workforce.RequestReopening", {**self.month, "month": "2026-05", "reopen_reason": "x"}, "FAILED_PRECONDITION", "MONTH_NOT_SEALED", "month")
        for actor in (self.owner, self.supervisor, self.township, self.stranger):
            actor.refused("workforce.RequestReopening", {**self.month, "reopen_reason": "试探"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner_checker.refused("workforce.ApproveReopening", self.month, "NOT_FOUND", "REOPENING_UNKNOWN", "month")
        self.bureau.ok("workforce.RequestReopening", {**self.month, "reopen_reason": "检查发现漏记"})
        self.contractor.refused("workforce.RequestReopening", {**self.month, "reopen_reason": "同上"}, "ALREADY_EXISTS", "REOPENING_ASKED", "month")
        self.owner.refused("workforce.ApproveReopening", self.month, "PERMISSION_DENIED", "WRONG_DUTY")
        for actor in (self.contractor_checker, self.bureau_checker):
            actor.refused("workforce.ApproveReopening", self.month, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner_checker.refused("workforce.RefuseReopening", self.month, "INVALID_ARGUMENT", "REQUIRED", "decide_note")
        self.assertEqual(self.owner_checker.ok("workforce.RefuseReopening", {**self.month, "decide_note": "证据不足"})["reopen_state"], "REFUSED")
        self.owner_checker.refused("workforce.ApproveReopening", self.month, "FAILED_PRECONDITION", "REOPENING_NOT_OPEN", "month")
        self.assertEqual(len(self.seals()), 1)
        self.ask()
        self.owner_checker.ok("workforce.ApproveReopening", self.month)
        rows = self.owner.rows("workforce.ListReopenings", {"project_code": self.code}, page_size=1)
        self.assertEqual([(row["reopening_number"], row["reopen_state"], row["decide_note"]) for row in rows], [(1, "REFUSED", "证据不足"), (2, "APPROVED", "")])

    def test_who_asked_does_not_decide(self):
        """R093: a unit that is contractor and owner at once needs two people, even when who asked has become a checker."""
        code = self.world.draft()
        parties = [{"unit_id": unit, "relation": relation, "person_name": "负责人", "person_phone": "03520000000"}
                   for unit, relation in (("owner-1", "OWNER"), ("owner-1", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"), ("township-1", "TOWNSHIP"))]
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": parties})
        path.approve_project(self.world, code, "2026-06-05")
        path.award_project(self.world, code, "2026-06-15", [("F1", 2_000_000_00)])
        path.start_project(self.world, code, "2026-06-20")
        number = self.world.worker_numbers(1)[0]
        self.owner.ok("workforce.AddAgreements", {"project_code": code, "lines": [self.agreement(number)]})
        self.owner.ok("workforce.HoldTraining", self.training(code, [number], organiser_unit_id="owner-1", organiser_kind="OWNER"))
        self.owner.ok("workforce.RecordAttendance", self.day(code, number))
        self.owner_checker.ok("workforce.SealMonth", {"project_code": code, "month": JUNE})
        somebody = self.actor("somebody", "owner-1", "MAKER", ("OWNER",))
        somebody.ok("workforce.RequestReopening", {"project_code": code, "month": JUNE, "reopen_reason": "漏记"})
        promoted = Actor(self.house, self.house.node.admit("somebody", "owner-1", "CHECKER", ("OWNER",)))
        self.addCleanup(promoted.close)
        self.house._await_admission(promoted)
        promoted.refused("workforce.ApproveReopening", {"project_code": code, "month": JUNE}, "PERMISSION_DENIED", "MAKER_IS_CHECKER", "month")
        self.owner_checker.ok("workforce.ApproveReopening", {"project_code": code, "month": JUNE})


class OrderedTest(WorkforceCase):
    services = ("registry", "workforce", "payroll")

    def test_not_once_payment_is_ordered(self):
        """R108 R128: a sheet under way or paid keeps its month sealed, for the asking and for the approval."""
        code, sheet, _ = self.world.published_sheet()
        month = {"project_code": code, "month": JUNE}
        self.contractor.ok("workforce.RequestReopening", {**month, "reopen_reason": "漏记一天"})
        total = self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})
        path.order_payment(self, code, sheet, total["line_count"], total["net_fen"], "bank-1")
        self.owner_checker.refused("workforce.ApproveReopening", month, "FAILED_PRECONDITION", "PAYMENT_ORDERED", "month")
        self.owner_checker.ok("workforce.RefuseReopening", {**month, "decide_note": "已下达支付，差额下月补发"})
        self.contractor.refused("workforce.RequestReopening", {**month, "reopen_reason": "漏记一天"}, "FAILED_PRECONDITION", "PAYMENT_ORDERED", "month")


if __name__ == "__main__":
    unittest.main()
