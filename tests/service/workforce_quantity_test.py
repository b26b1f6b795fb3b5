"""Hours and pieces beside days: recorded, refused, corrected, sealed with the month; and the terms of an agreement that payroll needs."""
import hashlib
import hmac
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.labour import WorkforceCase  # noqa: E402

JUNE = "2026-06"


class QuantityTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def placed(self, code=None, **changed):
        """Somebody with an agreement and safety training who worked on 22 June."""
        code = code or self.code
        number = self.agreed(code, self.registered(), **changed)
        self.contractor.ok("workforce.HoldTraining", self.training(code, [number]))
        self.contractor.ok("workforce.RecordAttendance", self.day(code, number))
        return number

    def line(self, number, date="2026-06-22", **counted):
        return {"worker_number": number, "work_date": date, **counted}

    def record(self, *lines, code=None):
        return {"project_code": code or self.code, "lines": list(lines)}

    def test_counts_what_the_agreement_says(self):
        """R107 R133: hours by the hour, pieces by the piece, and neither for the other; each by its path."""
        hourly, piecework, daily = self.placed(pay_unit="HOUR", pay_cycle="WEEK"), self.placed(pay_unit="PIECE", pay_cycle="PIECE"), self.placed()
        reply = self.contractor.refused("workforce.RecordQuantities", self.record(
            self.line(hourly, piece_hundredths=100), self.line(piecework, hours_hundredths=100), self.line(daily, hours_hundredths=800),
            self.line(hourly, date="2026-06-23", hours_hundredths=800), self.line(piecework), self.line(42, hours_hundredths=100)))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("QUANTITY_NOT_AGREED", "lines[0].piece_hundredths"), ("QUANTITY_NOT_AGREED", "lines[1].hours_hundredths"),
            ("QUANTITY_NOT_AGREED", "lines[2].hours_hundredths"), ("ENTRY_UNKNOWN", "lines[3].work_date"), ("QUANTITY_IS_NOTHING", "lines[4]"),
            ("ATTENDANCE_TWICE", "lines[4].work_date"), ("NO_AGREEMENT", "lines[5].work_date")})
        self.assertEqual(self.count("attendance_quantity", f"worker_number IN ({hourly}, {piecework}, {daily})"), 0)
        body = self.contractor.ok("workforce.RecordQuantities", self.record(self.line(hourly, hours_hundredths=750), self.line(piecework, piece_hundredths=12_50)))
        self.assertEqual((body["entry_count"], body["total_hours_hundredths"], body["total_piece_hundredths"]), (2, 750, 1250))
        rows = {row["worker_number"]: row for row in self.owner.rows("workforce.ListQuantities", {"project_code": self.code, "month": JUNE}, page_size=1)}
        self.assertEqual((rows[hourly]["hours_hundredths"], rows[piecework]["piece_hundredths"]), (750, 1250))
        self.contractor.refused("workforce.RecordQuantities", self.record(self.line(hourly, hours_hundredths=100)), "ALREADY_EXISTS", "QUANTITY_EXISTS", "lines[0].work_date")

    def test_a_day_has_24_hours(self):
        """R109: more hours than a day has are refused, when recorded and when corrected."""
        number = self.placed(pay_unit="HOUR")
        self.contractor.refused("workforce.RecordQuantities", self.record(self.line(number, hours_hundredths=2401)), "INVALID_ARGUMENT", "HOURS_OVER_DAY",
                                "lines[0].hours_hundredths")
        self.contractor.ok("workforce.RecordQuantities", self.record(self.line(number, hours_hundredths=2400)))
        self.contractor.refused("workforce.CorrectQuantity", {"project_code": self.code, "worker_number": number, "work_date": "2026-06-22", "corrected_hundredths": 2500,
                                                              "correction_reason": "笔误"}, "INVALID_ARGUMENT", "HOURS_OVER_DAY", "corrected_hundredths")

    def test_correction_keeps_what_was(self):
        """R108: with a reason; the day is not struck out while it bears hours; 0 strikes the hours out."""
        number = self.placed(pay_unit="HOUR")
        self.contractor.ok("workforce.RecordQuantities", self.record(self.line(number, hours_hundredths=800)))
        correct = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-22", "corrected_hundredths": 650, "correction_reason": "下午停工"}
        strike = {**correct, "corrected_hundredths": 0}
        self.contractor.refused("workforce.CorrectQuantity", {**correct, "correction_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "correction_reason")
        self.contractor.refused("workforce.CorrectQuantity", {**correct, "corrected_hundredths": 800}, "FAILED_PRECONDITION", "NOTHING_CHANGED")
        self.contractor.refused("workforce.CorrectQuantity", {**correct, "work_date": "2026-06-23"}, "NOT_FOUND", "QUANTITY_UNKNOWN", "work_date")
        self.assertEqual(self.contractor.ok("workforce.CorrectQuantity", correct)["former_hundredths"], 800)
        self.contractor.refused("workforce.CorrectAttendance", strike, "FAILED_PRECONDITION", "QUANTITY_STANDS", "work_date")
        self.assertEqual(self.contractor.ok("workforce.CorrectQuantity", strike)["correction_count"], 2)
        self.contractor.ok("workforce.CorrectAttendance", strike)
        self.assertEqual(self.sql(f"SELECT former_hundredths, corrected_hundredths FROM workforce.quantity_correction WHERE worker_number = {number} ORDER BY correction_number"),
                         [["800", "650"], ["650", "0"]])

    def test_who_counts(self):
        """R110: the contractor's maker; a stranger does not even read."""
        number = self.placed(pay_unit="HOUR")
        request = self.record(self.line(number, hours_hundredths=100))
        for actor in (self.owner, self.township, self.stranger):
            actor.refused("workforce.RecordQuantities", request, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.RecordQuantities", request, "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger.refused("workforce.ListQuantities", {"project_code": self.code, "month": JUNE}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_sealed_with_the_month(self):
        """R108 R133: a month is not sealed while someone by the hour has no hours; then they stand in the digest and in the sealed rows."""
        code = self.world.project()
        hourly = self.placed(code, pay_unit="HOUR", pay_day=15, site_role="BUILDER", task_number=1, team_name="土方一班")
        daily = self.placed(code)
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "QUANTITY_MISSING", "month")
        self.contractor.ok("workforce.RecordQuantities", self.record(self.line(hourly, hours_hundredths=750), code=code))
        sealed = self.contractor_checker.ok("workforce.SealMonth", {"project_code": code, "month": JUNE})
        rows = {row["worker_number"]: row for row in self.operator.rows("workforce.ListSealedAttendance", {"project_code": code, "month": JUNE})}
        digest = bytes(32)
        for number in sorted(rows):
            row = rows[number]
            text = "|".join((str(number), row["days_text"], row["agreement_code"], row["pay_unit"], str(row["rate_fen"]))) + ("|h750|p0" if number == hourly else "")
            digest = hashlib.new("sm3", digest + text.encode()).digest()
        self.assertEqual(sealed["attendance_digest"], hashlib.new("sm3", digest + f"{code}|{JUNE}|2|200".encode()).digest())
        row = rows[hourly]
        self.assertEqual((row["hours_hundredths"], row["piece_hundredths"], row["pay_cycle"], row["pay_day"], row["site_role"], row["task_number"], row["team_name"], row["post_name"]),
                         (750, 0, "MONTH", 15, "BUILDER", 1, "土方一班", "小工"))
        self.assertEqual((rows[daily]["hours_hundredths"], rows[daily]["pay_day"], rows[daily]["site_role"]), (0, 0, "UNSPECIFIED"))
        self.contractor.refused("workforce.RecordQuantities", self.record(self.line(hourly, hours_hundredths=1), code=code), "FAILED_PRECONDITION", "MONTH_SEALED")
        self.contractor.refused("workforce.CorrectQuantity", {"project_code": code, "worker_number": hourly, "work_date": "2026-06-22", "corrected_hundredths": 1,
                                                              "correction_reason": "太迟"}, "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")

    def test_a_shared_phone_can_be_seen(self):
        """R128: payroll learns that two workers gave one number, and no number, which without the district's key nobody finds by trying; who gave none has no digest."""
        code = self.world.project()
        numbers = []
        for phone in ("199 0000 7788", "19900007788", ""):
            number = self.agreed(code, self.registered(phone=phone.replace(" ", "")))
            self.contractor.ok("workforce.HoldTraining", self.training(code, [number]))
            self.contractor.ok("workforce.RecordAttendance", self.day(code, number))
            numbers.append(number)
        self.contractor_checker.ok("workforce.SealMonth", {"project_code": code, "month": JUNE})
        rows = {row["worker_number"]: row["phone_digest"] for row in self.operator.rows("workforce.ListSealedAttendance", {"project_code": code, "month": JUNE})}
        unkeyed = hashlib.sha256(b"19900007788").digest()[:16]
        expected = hmac.new(bytes.fromhex(self.house.node.token_key), b"phone\0" + unkeyed.hex().encode(), "sm3").digest()[:16]
        self.assertEqual([rows[number] for number in numbers], [expected, expected, b""])


class TermsTest(WorkforceCase):
    def test_terms_of_an_agreement(self):
        """R107 R133 R045: pay day, site role, task and piece cycle are kept and listed; staff are not absorbed by work-relief."""
        code, number = self.world.project(), self.registered()
        line = self.agreement(number, pay_day=32, site_role="STAFF")
        reply = self.contractor.refused("workforce.AddAgreements", {"project_code": code, "lines": [line]}, "INVALID_ARGUMENT")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems},
                         {("PAY_DAY_INVALID", "lines[0].pay_day"), ("STAFF_ARE_NOT_ABSORBED", "lines[0].employment_kind")})
        terms = {"pay_day": 10, "site_role": "STAFF", "employment_kind": "LABOUR_CONTRACT", "task_number": 1, "pay_cycle": "PIECE", "pay_unit": "PIECE"}
        [row] = self.contractor.ok("workforce.AddAgreements", {"project_code": code, "lines": [{**line, **terms}]})["rows"]
        self.assertEqual({name: row[name] for name in terms}, terms)
        [row] = self.bureau.rows("workforce.ListAgreements", {"project_code": code})
        self.assertEqual({name: row[name] for name in terms}, terms)


if __name__ == "__main__":
    unittest.main()
