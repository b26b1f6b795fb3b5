"""Due days: the agreed day, before a holiday, by a calendar that is data (Reg. 724 art. 14)."""
import csv
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ROOT, path  # noqa: E402
from lib.pay import PayCase  # noqa: E402

NOTICE = "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）"


def days_of_2026():
    """The State Council's notice for 2026, as the house keeps it."""
    with open(ROOT / "policy/calendar_days.csv", encoding="utf-8") as file:
        return [{key: row[key] for key in ("day_date", "day_kind", "day_name")} for row in csv.DictReader(file)]


class DueDayTest(PayCase):
    def tearDown(self):
        self.set([])

    def set(self, rows, year=2026):
        self.office_checker.ok("registry.SetCalendarDays", {"calendar_year": year, "source_note": NOTICE, "rows": rows or [
            {"day_date": f"{year}-01-01", "day_kind": "HOLIDAY", "day_name": "元旦"}]})

    def drawn(self, month, pay_day=0, days=(7, 8)):
        """(project, sheet) of one worker whose agreement names the day of payment."""
        code = self.world.project()
        number = self.world.worker_numbers(1)[0]
        path.add_agreements(self, code, [dict(path.agreement_line(f"XY-{number}", number, 200_00, "2026-06-20", "2026-12-31"), pay_day=pay_day)])
        path.hold_training(self, code, f"PX-{number}", "2026-06-20", [number])
        self.world.attended(code, [number], month, days)
        path.seal_month(self, code, month)
        return code, path.draw_sheet(self, code, month)

    def due(self, *of):
        return self.sheet_of(*of)["due_date"]

    def test_the_office_sets_a_year_from_its_notice(self):
        "Reg. 724 art. 14: holidays and the weekends worked in exchange, a year at once, by the office's checker; faults are told together"
        self.set(days_of_2026())
        rows = self.contractor.rows("registry.ListCalendarDays", {"calendar_year": 2026}, page_size=10)
        self.assertEqual(len(rows), 39)
        self.assertEqual({row["source_note"] for row in rows}, {NOTICE})
        ask = {"calendar_year": 2026, "source_note": NOTICE}
        reply = self.office_checker.refused("registry.SetCalendarDays", {**ask, "rows": [
            {"day_date": "2027-01-01", "day_kind": "HOLIDAY", "day_name": "元旦"}, {"day_date": "2026-09-21", "day_kind": "WORKDAY", "day_name": "调休"},
            {"day_date": "2026-09-21", "day_kind": "HOLIDAY", "day_name": "假"}]}, "INVALID_ARGUMENT")
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems},
                         {("rows[0].day_date", "DAY_OUTSIDE_YEAR"), ("rows[1].day_kind", "WORKDAY_IS_WEEKDAY"), ("rows[2].day_date", "DAY_TWICE")})
        self.bureau_checker.refused("registry.SetCalendarDays", {**ask, "rows": days_of_2026()}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office.refused("registry.SetCalendarDays", {**ask, "rows": days_of_2026()}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.set([])
        self.assertEqual(len(self.contractor.rows("registry.ListCalendarDays", {"calendar_year": 2026})), 1, "the year is replaced as a whole")

    def test_due_is_the_agreed_day_before_a_holiday(self):
        "R131; Reg. 724 art. 14: the agreed day in the next month, or its last day; never later, and 调休 counts as what it is"
        self.set(days_of_2026())
        cases = (("2026-08", 20, "2026-09-20"),  # a Sunday that is worked in exchange
                 ("2026-08", 26, "2026-09-24"),  # 中秋节, Friday to Sunday
                 ("2026-09", 3, "2026-09-30"),   # 国庆节
                 ("2026-09", 10, "2026-10-10"),  # a Saturday that is worked
                 ("2026-09", 0, "2026-10-30"),   # none agreed: the last day, a Saturday
                 ("2026-10", 31, "2026-11-30"))  # a shorter month
        self.assertEqual([self.due(*self.drawn(month, pay_day)) for month, pay_day, _ in cases], [due for *_, due in cases])

    def test_a_new_calendar_moves_what_is_not_settled(self):
        "Reg. 724 art. 14: a sheet drawn before the notice came is due by the notice; a settled one stays; and back again"
        code, sheet = self.drawn("2026-08", 20)
        other, paid = self.drawn("2026-08", 20)
        total = self.sheet_of(other, paid)
        path.confirm_sheet(self, other, paid, [line["worker_number"] for line in self.lines_of(other, paid)])
        path.approve_sheet(self, other, paid)
        self.wait_days(8)
        path.Bank(self.bank).settle(other, path.order_payment(self, other, paid, 1, total["net_fen"]))
        self.assertEqual((self.due(code, sheet), self.due(other, paid)), ("2026-09-18", "2026-09-18"), "a Sunday, as long as nobody says otherwise")
        self.set(days_of_2026())
        self.assertEqual((self.due(code, sheet), self.due(other, paid)), ("2026-09-20", "2026-09-18"))
        self.set([])
        self.assertEqual(self.due(code, sheet), "2026-09-18")

    def test_the_policy_says_same_or_next_month(self):
        "Reg. 724 art. 14: the district may want payment within the month of work"
        policy = {"policy_name": "PAY_DUE_MONTHS", "valid_from_date": self.house.today(), "source_note": "测试：当月支付"}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 0})
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 1})
        self.assertEqual(self.due(*self.drawn("2026-11", 0)), "2026-11-30")
        self.office_checker.refused("payroll.SetPayPolicy", {**policy, "policy_value": 2}, "OUT_OF_RANGE", "POLICY_VALUE_OUT_OF_RANGE")


if __name__ == "__main__":
    unittest.main()
