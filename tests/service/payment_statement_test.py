"""The bank's statement beside what was reported as paid: whatever has no partner on either side is listed."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import people  # noqa: E402
from lib.pay import DAY, PayCase  # noqa: E402

TEN = 10 * DAY


class StatementTest(PayCase):
    def setUp(self):
        self.code, self.sheet, self.order, self.numbers = self.ordered(4)
        lines = self.bank.rows("payroll.GetPaymentOrder", {"project_code": self.code, "order_code": self.order})
        self.accounts = {line["worker_number"]: line["account_no"] for line in lines}
        self.day = self.house.today()
        self.pay(self.code, self.order, *(self.paid(number, serial=f"S{place}") for place, number in enumerate(self.numbers)))

    def row(self, place, **more):
        return {"bank_serial": f"S{place}", "account_no": self.accounts[self.numbers[place]], "amount_fen": TEN, "value_date": self.day, **more}

    def record(self, *rows, actor=None):
        return {"project_code": self.code, "bank_unit_id": "bank-1", "lines": list(rows)}

    def mismatches(self):
        rows = self.owner.rows("payroll.ListMismatches", {"project_code": self.code, "from_date": self.day, "to_date": self.day}, page_size=2)
        return {(row["mismatch"], row["bank_serial"]) for row in rows}

    def test_partners_that_agree_are_not_listed(self):
        "R132: every paid line has its row and every row its line; a row comes once however often it is sent"
        self.assertEqual(self.mismatches(), {("LINE_ONLY", f"S{place}") for place in range(4)})
        rows = [self.row(place) for place in range(4)]
        first = self.bank.ok("payroll.RecordStatement", self.record(*rows[:3]))
        self.assertEqual((first["new_count"], first["known_count"], first["matched_count"]), (3, 0, 3))
        again = self.owner.ok("payroll.RecordStatement", self.record(*rows))
        self.assertEqual((again["new_count"], again["known_count"], again["matched_count"]), (1, 3, 4))
        self.assertEqual(self.mismatches(), set())

    def test_whatever_does_not_agree_is_listed(self):
        "R132 R160: money that went to another account, another amount, another day, or for no line at all"
        self.bank.ok("payroll.RecordStatement", self.record(
            self.row(0, amount_fen=TEN - 1), self.row(1, account_no=people.card(31337)), {**self.row(2), "bank_serial": "S-NOBODY"}))
        self.assertEqual(self.mismatches(), {("AMOUNT_DIFFERS", "S0"), ("ACCOUNT_DIFFERS", "S1"), ("STATEMENT_ONLY", "S-NOBODY"), ("LINE_ONLY", "S2"),
                                             ("LINE_ONLY", "S3")})
        self.wait_days(1)
        self.bank.ok("payroll.RecordStatement", self.record(self.row(3, value_date=self.house.today())))
        self.assertIn(("DATE_DIFFERS", "S3"), self.mismatches())
        self.assertNotIn("620000", str(self.sql("SELECT * FROM payroll.bank_statement")))

    def test_a_serial_never_means_two_things(self):
        "R132: another amount under a known serial, a serial twice, the future, and who may tell; nothing is kept of a refused call"
        self.bank.ok("payroll.RecordStatement", self.record(self.row(0)))
        reply = self.bank.refused("payroll.RecordStatement", self.record(self.row(0, amount_fen=1), self.row(1), self.row(1), self.row(2, value_date="2027-01-01")))
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems},
                         {("lines[0].bank_serial", "SERIAL_DIFFERS"), ("lines[2].bank_serial", "SERIAL_TWICE"), ("lines[3].value_date", "PAID_IN_FUTURE")})
        self.assertIn(("LINE_ONLY", "S1"), self.mismatches())
        other = self.actor("bank-two", "bank-2", "MAKER", ("BANK",))
        other.refused("payroll.RecordStatement", self.record(self.row(3)), "PERMISSION_DENIED", "NOT_THE_BANK")
        self.stranger.refused("payroll.RecordStatement", self.record(self.row(3)), "PERMISSION_DENIED", "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
