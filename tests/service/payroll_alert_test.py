"""Alerts of a wage platform: each kind raised by what it is for and silent otherwise, yellow and red by dated thresholds, with proof."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.payroll_case import JUNE, PayrollCase  # noqa: E402

FEN = 10 * 200_00


class AlertCase(PayrollCase):
    def alerts(self, code, actor=None, **request):
        """{kind: (level, measured, proof)} of a project."""
        rows = (actor or self.owner).rows("payroll.ListPayAlerts", {"project_code": code, **request})
        return {row["alert_kind"]: (row["alert_level"], row["measured_value"], row["proof_codes"]) for row in rows}

    def threshold(self, kind, yellow, red, valid_from_date="2026-01-01"):
        return self.office_checker.ok("payroll.SetAlertThreshold", {"alert_kind": kind, "valid_from_date": valid_from_date, "yellow_value": yellow, "red_value": red,
                                                                    "source_note": "测试阈值"})


class MonthTest(AlertCase):
    def test_nobody_paid_grows_from_yellow_to_red_and_ends_with_payment(self):
        "R132 R131; Reg. 724 art. 38: days since the month's end; a day may be asked for that is past or to come; paid, it is silent, and what was true on that day stays true"
        code, sheet, _ = self.posted()
        self.assertEqual(self.alerts(code, at_date="2026-07-29"), {})
        self.assertEqual(self.alerts(code, at_date="2026-07-30")["NOBODY_PAID"], ("YELLOW", 30, [sheet]))
        later = self.alerts(code, at_date="2026-08-29")
        self.assertEqual(later["NOBODY_PAID"], ("RED", 60, [sheet]))
        self.assertEqual(later["UNPAID_SHARE"], ("RED", 10000, [sheet]))
        self.assertEqual(later["FEWER_PAID_THAN_ATTENDED"], ("YELLOW", 3, [sheet]))
        self.house.travel("2026-08-10")
        self.pay_all(code, sheet, self.order(code, sheet, 3, 3 * FEN))
        self.assertEqual(self.alerts(code, at_date="2026-08-29"), {})
        self.assertEqual(self.alerts(code, at_date="2026-08-09")["NOBODY_PAID"][:2], ("YELLOW", 40), "as of a day before the payment")
        self.assertEqual(self.alerts(code, at_date="2026-08-10"), {})

    def test_a_sealed_month_without_a_sheet(self):
        "R126 R131: a team whose month is sealed and not drawn"
        code, _ = self.world.sealed()
        self.assertNotIn("NOT_DRAWN", self.alerts(code, at_date="2026-07-09"))
        self.assertEqual(self.alerts(code, at_date="2026-07-10")["NOT_DRAWN"], ("YELLOW", 10, []))
        path.draw_sheet(self, code, JUNE)
        self.assertNotIn("NOT_DRAWN", self.alerts(code, at_date="2026-07-10"))

    def test_a_leaver_is_settled(self):
        "R132; Reg. 724 art. 38: days since the agreement's end with pay outstanding"
        code, sheet, (one, two) = self.posted(2)
        agreement = f"XY-{one}"
        self.contractor.ok("workforce.EndAgreement", {"project_code": code, "agreement_code": agreement, "end_date": "2026-07-05", "end_reason": "本人离场"})
        self.house.settle()
        self.assertNotIn("LEAVER_UNSETTLED", self.alerts(code, at_date="2026-07-11"))
        rows = self.owner.rows("payroll.ListPayAlerts", {"project_code": code, "at_date": "2026-07-12", "alert_kind": "LEAVER_UNSETTLED"})
        self.assertEqual([(row["worker_number"], row["sheet_code"], row["measured_value"]) for row in rows], [(one, sheet, 7)])
        self.assertEqual(self.alerts(code, at_date="2026-08-04")["LEAVER_UNSETTLED"][0], "RED")
        self.pay_all(code, sheet, self.order(code, sheet, 2, 2 * FEN))
        self.assertNotIn("LEAVER_UNSETTLED", self.alerts(code, at_date="2026-08-04"))


class DueTest(AlertCase):
    def test_some_paid_some_not(self):
        "R132: paid heads below attended heads and the unpaid share, only after the due day, by the district's thresholds"
        code, sheet, (one, two, three) = self.posted()
        order = self.order(code, sheet, 3, 3 * FEN)
        self.pay(code, order, self.paid(one, FEN), self.rejected(two), self.paid(three, FEN))
        self.assertEqual(self.alerts(code, at_date="2026-07-31"), {}, "the due day itself")
        after = self.alerts(code, at_date="2026-08-01")
        self.assertEqual((after["FEWER_PAID_THAN_ATTENDED"], after["UNPAID_SHARE"]), (("YELLOW", 1, [sheet]), ("RED", 3333, [sheet])))
        self.assertNotIn("NOBODY_PAID", after)
        self.threshold("UNPAID_SHARE", 5000, 6000)
        self.addCleanup(self.threshold, "UNPAID_SHARE", 1000, 3000)
        self.assertNotIn("UNPAID_SHARE", self.alerts(code, at_date="2026-08-01"))
        self.assertEqual(set(self.alerts(code, at_date="2026-08-01", alert_kind="FEWER_PAID_THAN_ATTENDED")), {"FEWER_PAID_THAN_ATTENDED"})
        self.assertEqual(self.alerts(code, at_date="2026-08-01", alert_level="RED"), {})


class LineTest(AlertCase):
    def test_a_person_above_the_month_and_the_year(self):
        "R160: over all projects the caller may see; a unit sees nothing of projects it has no part in"
        code, sheet, numbers = self.world.sheet(count=1)
        other = self.world.project()
        path.add_agreements(self, other, [path.agreement_line("XY-B", numbers[0], 200_00, "2026-06-20", "2026-12-31")])
        path.hold_training(self, other, "PX-B", "2026-06-20", numbers)
        path.record_attendance(self, other, [(numbers[0], f"{JUNE}-30", 100)])
        path.seal_month(self, other, JUNE)
        path.draw_sheet(self, other, JUNE)
        self.threshold("PERSON_ABOVE_MONTH", FEN + 200_00, FEN + 200_01)
        self.threshold("PERSON_ABOVE_YEAR", FEN + 100_00, FEN + 200_00)
        self.addCleanup(self.threshold, "PERSON_ABOVE_MONTH", 15_000_00, 30_000_00)
        self.addCleanup(self.threshold, "PERSON_ABOVE_YEAR", 120_000_00, 200_000_00)
        ask = {"alert_kind": "PERSON_ABOVE_MONTH"}
        rows = [row for row in self.office.rows("payroll.ListPayAlerts", ask) if row["worker_number"] == numbers[0]]
        self.assertEqual([(row["alert_level"], row["month"], row["measured_value"], len(row["proof_codes"])) for row in rows], [("YELLOW", JUNE, FEN + 200_00, 2)])
        year = [row for row in self.office.rows("payroll.ListPayAlerts", {"alert_kind": "PERSON_ABOVE_YEAR"}) if row["worker_number"] == numbers[0]]
        self.assertEqual([(row["alert_level"], row["measured_value"]) for row in year], [("RED", FEN + 200_00)])
        self.assertEqual(self.alerts(code, **ask), {}, "one project alone is below")
        self.assertEqual(self.stranger.rows("payroll.ListPayAlerts", {}), [])
        self.assertEqual(self.bank.rows("payroll.ListPayAlerts", {"project_code": code}), [])

    def test_average_below_the_floor(self):
        "R124: the sheet's average for a day against the local minimum; none is set, none is measured"
        code, sheet, _ = self.world.sheet()
        self.assertNotIn("AVERAGE_BELOW_FLOOR", self.alerts(code))
        minimum = {"division_code": "140214002", "valid_from_date": "2026-05-01", "source_note": "测试：核算后上调"}
        self.hr_checker.ok("payroll.SetMinimumWage", {**minimum, "daily_fen": 220_00})
        self.assertEqual(self.alerts(code)["AVERAGE_BELOW_FLOOR"], ("YELLOW", 9090, [sheet]))
        self.hr_checker.ok("payroll.SetMinimumWage", {**minimum, "daily_fen": 260_00})
        self.assertEqual(self.alerts(code)["AVERAGE_BELOW_FLOOR"][0], "RED")
        self.hr_checker.ok("payroll.SetMinimumWage", {**minimum, "daily_fen": 200_00})
        self.assertNotIn("AVERAGE_BELOW_FLOOR", self.alerts(code))

    def test_cash_witnesses_rates_and_cycles_are_shown(self):
        "R127 R128 R124 R133: the share of exceptions, rates off the standard where it does not refuse, cycles agreed and not kept"
        code = self.world.project()
        fair, dear = self.world.placed(code, 2), self.world.placed(code, 1, rate_fen=300_00)
        weekly = self.world.worker_numbers(1)
        path.add_agreements(self, code, [{**path.agreement_line("XY-W", weekly[0], 200_00, "2026-06-20", "2026-12-31"), "pay_cycle": "WEEK"}])
        path.hold_training(self, code, "PX-W", "2026-06-20", weekly)
        self.contractor.ok("payroll.SetPayStandard", {"project_code": code, "post_name": "小工", "pay_unit": "DAY", "rate_fen": 200_00, "valid_from_date": "2026-06-01"})
        self.world.attended(code, [*fair, *dear, *weekly], JUNE, (22, 23))
        path.seal_month(self, code, JUNE)
        sheet = path.draw_sheet(self, code, JUNE)
        self.contractor.ok("payroll.SetPayMethod", self.of(code, sheet, worker_number=fair[0], pay_method="CASH", cash_reason="无银行卡"))
        self.township.ok("payroll.ConfirmLines", self.of(code, sheet, lines=[{"worker_number": fair[1], "confirm_method": "WITNESS", "signature_reference": "第1页",
                                                                              "witness_name": "李见证", "witness_reason": "住院"}]))
        self.assertEqual(self.alerts(code), {"CASH_SHARE": ("YELLOW", 2500, [sheet]), "WITNESS_SHARE": ("YELLOW", 2500, [sheet]),
                                             "RATE_ABOVE_STANDARD": ("RED", 5000, [sheet]), "CYCLE_NOT_KEPT": ("YELLOW", 1, [sheet])})
        one = self.owner.ok("payroll.ListPayAlerts", {"project_code": code, "page_size": 3})
        rest = self.owner.ok("payroll.ListPayAlerts", {"project_code": code, "page_size": 3, "page_token": one["next_page_token"]})
        self.assertEqual((len(one["rows"]), len(rest["rows"])), (3, 1))
        self.assertTrue(all(row["alert_note"] for row in one["rows"]))

    def test_thresholds_are_dated_and_in_order(self):
        "D13: the office or the HR bureau sets them, red worse than yellow, the latest before the day holds"
        ask = {"alert_kind": "NOBODY_PAID", "valid_from_date": "2026-12-01", "yellow_value": 20, "red_value": 40, "source_note": "测试"}
        self.bureau_checker.refused("payroll.SetAlertThreshold", ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.refused("payroll.SetAlertThreshold", {**ask, "red_value": 19}, "INVALID_ARGUMENT", "THRESHOLDS_OUT_OF_ORDER", path="red_value")
        self.office_checker.refused("payroll.SetAlertThreshold", {**ask, "alert_kind": "AVERAGE_BELOW_FLOOR"}, "INVALID_ARGUMENT", "THRESHOLDS_OUT_OF_ORDER")
        self.hr_checker.ok("payroll.SetAlertThreshold", ask)
        rows = [row for row in self.stranger.rows("payroll.ListAlertThresholds") if row["alert_kind"] == "NOBODY_PAID"]
        self.assertEqual([(row["valid_from_date"], row["yellow_value"]) for row in rows], [("2020-01-01", 30), ("2026-12-01", 20)])


if __name__ == "__main__":
    unittest.main()
