"""Who held the money up: every day between the month's end and payment belongs to one stage; and what is in arrears on any day."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.pay import DAY, PayCase  # noqa: E402

TEN = 10 * DAY


class DelayTest(PayCase):
    """June 2026, due 2026-07-31; each test begins on the last day of June and sets the time step by step."""
    at = "2026-06-30 08:00"

    def setUp(self):
        self.house.travel("2026-06-30 18:00")

    def delay(self, code, sheet, **more):
        return self.owner.ok("payroll.GetDelay", self.of(code, sheet, **more))

    def confirmed(self):
        """Sealed on 07-02, drawn on 07-04, confirmed on 07-09."""
        code = self.world.project()
        numbers = self.world.placed(code, 2)
        self.world.attended(code, numbers, "2026-06", range(20, 30))
        self.house.travel("2026-07-02")
        path.seal_month(self, code, "2026-06")
        self.house.travel("2026-07-04")
        sheet = path.draw_sheet(self, code, "2026-06")
        self.house.travel("2026-07-09")
        path.confirm_sheet(self, code, sheet, sorted(numbers))
        return code, sheet, sorted(numbers)

    def test_every_day_has_its_holder_and_they_add_up(self):
        "R131 R132: site, worker, supervisor, owner, publicity, money, ordering, bank, what came back; the sum is the whole time"
        code, sheet, (one, two) = self.confirmed()
        self.open_account(code, opened_date="2026-06-30")
        self.house.travel("2026-07-12")
        self.supervisor_checker.ok("payroll.ReviewSheet", self.of(code, sheet, standard_ok=True, cycle_ok=True, agreements_ok=True, worker_ledger_ok=True,
                                                                  pay_ledger_ok=True))
        self.house.travel("2026-07-20")
        self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))
        self.contractor.ok("payroll.PublishSheet", self.of(code, sheet, place_note="公示栏", hotline="03520012345"))  # to 07-26
        self.house.travel("2026-08-05")
        self.pay_in(code, 2 * TEN, "IN-1")
        self.house.travel("2026-08-08")
        order = path.order_payment(self, code, sheet, 2, 2 * TEN)
        self.house.travel("2026-08-10")
        self.pay(code, order, self.paid(one), self.rejected(two, "BANK_FAULT"))
        self.house.travel("2026-08-15")
        again = self.owner_checker.ok("payroll.RetryFailed", self.of(code, sheet, line_count=1, total_fen=TEN))
        self.house.travel("2026-08-16")
        self.pay(code, again["order_code"], self.paid(two))
        delay = self.delay(code, sheet)
        stages = {name: delay[f"{name}_days"] for name in ("site", "confirmation", "supervisor", "owner", "publicity", "fund", "ordering", "bank", "retry")}
        self.assertEqual(stages, {"site": 4, "confirmation": 5, "supervisor": 3, "owner": 8, "publicity": 6, "fund": 10, "ordering": 3, "bank": 3, "retry": 5})
        self.assertEqual(sum(stages.values()), delay["total_days"])
        self.assertEqual((delay["total_days"], delay["late_days"], delay["settled_date"]), (47, 16, "2026-08-16"))
        self.assertEqual((delay["sealed_date"], delay["drawn_date"]), ("2026-07-02", "2026-07-04"))
        self.assertEqual((delay["slowest_stage"], delay["responsible_unit_id"]), ("FUND", "owner-1"))
        self.assertEqual(sum(spell["held_days"] for spell in delay["spells"]), 47)
        self.assertEqual([(spell["delay_stage"], spell["from_date"], spell["to_date"]) for spell in delay["spells"]][-4:],
                         [("ORDERING", "2026-08-05", "2026-08-08"), ("BANK", "2026-08-08", "2026-08-10"), ("RETRY", "2026-08-10", "2026-08-15"),
                          ("BANK", "2026-08-15", "2026-08-16")])
        self.assertEqual({spell["responsible_unit_id"] for spell in delay["spells"] if spell["delay_stage"] == "BANK"}, {"bank-1"})
        early = self.delay(code, sheet, as_of_date="2026-07-09")
        self.assertEqual((early["total_days"], early["late_days"], early["settled_date"]), (9, 0, ""), "as it stood on that day")

    def test_a_month_nobody_has_drawn_is_held_by_the_site(self):
        "R131: a sealed month without a sheet is late too; lists show each unit its own"
        code = self.world.project()
        numbers = self.world.placed(code, 1)
        self.world.attended(code, numbers, "2026-06", range(20, 30))
        self.house.travel("2026-07-02")
        path.seal_month(self, code, "2026-06")
        self.house.travel("2026-08-02")
        ask = {"project_code": code, "quarter": "2026Q2", "late_only": True}
        row = self.bureau.rows("payroll.ListDelays", ask)[0]
        self.assertEqual((row["sheet_code"], row["slowest_stage"], row["site_days"], row["late_days"], row["responsible_unit_id"]), ("", "SITE", 33, 2, "contractor-1"))
        sheet = path.draw_sheet(self, code, "2026-06")
        row = self.bureau.rows("payroll.ListDelays", ask)[0]
        self.assertEqual((row["sheet_code"], row["total_days"], row["site_days"]), (sheet, 33, 33))
        self.assertEqual(self.bureau.rows("payroll.ListDelays", {**ask, "quarter": "2026Q3"}), [])
        self.assertEqual(self.bureau.rows("payroll.ListDelays", {**ask, "as_of_date": "2026-07-31"}), [], "not late on its due day")
        self.assertEqual(self.stranger.rows("payroll.ListDelays", ask), [])
        self.stranger.refused("payroll.GetDelay", self.of(code, sheet), "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_arrears_are_known_for_any_day(self):
        "R132; Reg. 724 art. 30: by project and worker, as of a day; the general contractor answers for them"
        code, sheet, (one, two) = self.confirmed()
        path.approve_sheet(self, code, sheet)  # posted to 07-15
        self.house.travel("2026-08-03")
        order = path.order_payment(self, code, sheet, 2, 2 * TEN)
        self.pay(code, order, self.paid(one, paid_date="2026-08-03"))
        self.house.travel("2026-08-05")
        self.pay(code, order, self.paid(two))
        lines = lambda day, **more: [(row["worker_number"], row["owed_fen"], row["overdue_days"], row["held_stage"]) for row in self.owner.rows(
            "payroll.ListArrears", {"project_code": code, "as_of_date": day, **more}, page_size=1)]
        self.assertEqual(lines("2026-07-31"), [])
        self.assertEqual(lines("2026-08-01"), [(one, TEN, 1, "ORDERING"), (two, TEN, 1, "ORDERING")])
        self.assertEqual(lines("2026-08-04"), [(two, TEN, 4, "BANK")])
        self.assertEqual(lines("2026-08-04", worker_number=one), [])
        self.assertEqual(lines("2026-08-05"), [])
        total = lambda day, actor=self.bureau: next((row for row in actor.rows("payroll.ListProjectArrears", {"as_of_date": day}) if row["project_code"] == code), None)
        row = total("2026-08-01")
        self.assertEqual((row["owed_fen"], row["worker_count"], row["oldest_due_date"], row["liable_unit_id"]), (2 * TEN, 2, "2026-07-31", "contractor-1"))
        self.assertIsNone(total("2026-08-05"))
        self.assertIsNone(total("2026-08-01", self.stranger))


if __name__ == "__main__":
    unittest.main()
