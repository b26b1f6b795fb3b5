"""Pay standards and what a sheet is made of: units, teams, whose pay it is, minimum by place and day."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.payroll_case import JUNE, PayrollCase  # noqa: E402
from lib.world import END_DATE, START_DATE  # noqa: E402

DAYS = (22, 23, 24, 25)


class StandardCase(PayrollCase):
    def agreed(self, code, **terms):
        """One new worker with an agreement on these terms and four attended days of June; his number."""
        number = self.world.worker_numbers(1)[0]
        path.add_agreements(self, code, [{**path.agreement_line(f"XY-{number}", number, 200_00, START_DATE, END_DATE), **terms}])
        path.hold_training(self, code, f"PX-{number}", START_DATE, [number])
        self.world.attended(code, [number], JUNE, DAYS)
        return number

    def quantity(self, code, number, **quantity):
        self.contractor.ok("workforce.RecordQuantities", {"project_code": code, "lines": [
            {"worker_number": number, "work_date": f"{JUNE}-{day:02d}", **quantity} for day in DAYS]})

    def drawn(self, code, **request):
        """The lines of a sheet of June by worker number, and the sheet."""
        path.seal_month(self, code, JUNE)
        sheet = self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE, **request})
        return {line["worker_number"]: line for line in self.lines_of(code, sheet["sheet_code"])}, sheet

    def standard(self, code, **terms):
        return {"project_code": code, "post_name": "小工", "pay_unit": "DAY", "rate_fen": 200_00, "valid_from_date": "2026-06-01", **terms}


class UnitTest(StandardCase):
    def test_pay_by_day_hour_piece_and_month(self):
        "R124 R133; Reg. 724 art. 13: each by its own unit, exact and half up; a month's wage by attended days over the month's 21.75 paid days"
        code = self.world.project()
        day = self.agreed(code, rate_fen=200_01)
        hour = self.agreed(code, pay_unit="HOUR", rate_fen=25_50)
        piece = self.agreed(code, pay_unit="PIECE", rate_fen=3_33, pay_cycle="PIECE")
        month = self.agreed(code, pay_unit="MONTH", rate_fen=6_000_00)
        self.quantity(code, hour, hours_hundredths=750)
        self.quantity(code, piece, piece_hundredths=61_50)
        lines, sheet = self.drawn(code)
        self.assertEqual([lines[number]["gross_fen"] for number in (day, hour, piece, month)],
                         [800_04, 4 * 750 * 25_50 // 100, 4 * 61_50 * 3_33 // 100, (2 * 400 * 6_000_00 + 2175) // (2 * 2175)])
        self.assertEqual((lines[hour]["hours_hundredths"], lines[piece]["piece_hundredths"], lines[month]["day_hundredths"]), (3000, 246_00, 400))
        self.assertEqual(sheet["gross_fen"], sum(line["gross_fen"] for line in lines.values()))
        self.assertEqual({line["post_name"] for line in lines.values()}, {"小工"})

    def test_a_full_month_is_the_month_s_wage_and_no_more(self):
        "R124: more attended days than the paid days of a month do not raise a wage agreed by the month"
        code = self.world.project()
        number = self.agreed(code, pay_unit="MONTH", rate_fen=6_000_00)
        self.world.attended(code, [number], "2026-07", range(1, 32))
        path.seal_month(self, code, "2026-07")
        sheet = self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": "2026-07"})
        self.assertEqual((sheet["gross_fen"], sheet["day_hundredths"]), (6_000_00, 3100))

    def test_work_that_comes_to_nothing_is_refused(self):
        "R104: attended, and less than half a fen for it: refused by name instead of paid nothing"
        code = self.world.project()
        number = self.agreed(code, pay_unit="PIECE", rate_fen=1)
        self.quantity(code, number, piece_hundredths=10)
        path.seal_month(self, code, JUNE)
        reply = self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "NO_PAY_FOR_WORK")
        self.assertIn(str(number), reply.problems[0]["message"])


class StandardTest(StandardCase):
    def test_a_day_of_any_unit_is_worth_the_local_minimum(self):
        "R124; Reg. 724 art. 34: the minimum is dated and by division, the nearest one holds; by hour and month it is taken for a day"
        code = self.world.project()  # division 140214002
        minimum = {"division_code": "140000", "valid_from_date": "2026-01-01", "daily_fen": 90_00, "source_note": "测试：省最低工资标准"}
        self.office.refused("payroll.SetMinimumWage", minimum, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.refused("payroll.SetMinimumWage", minimum, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.ok("payroll.SetMinimumWage", minimum)
        self.hr_checker.ok("payroll.SetMinimumWage", {**minimum, "division_code": "140214", "daily_fen": 100_00})
        self.hr_checker.ok("payroll.SetMinimumWage", {**minimum, "division_code": "140214", "daily_fen": 120_00, "valid_from_date": "2027-01-01"})
        self.hr_checker.ok("payroll.SetMinimumWage", {**minimum, "division_code": "140311", "daily_fen": 999_00})
        self.assertEqual([(row["division_code"], row["daily_fen"]) for row in self.stranger.rows("payroll.ListMinimumWages", {"division_code": "140214"})],
                         [("140214", 100_00), ("140214", 120_00)])
        for terms, daily in (({"rate_fen": 100_00}, 100_00), ({"pay_unit": "HOUR", "rate_fen": 12_50}, 100_00), ({"pay_unit": "MONTH", "rate_fen": 2_175_00}, 100_00)):
            with self.subTest(**terms):
                kept = self.contractor.ok("payroll.SetPayStandard", self.standard(code, **terms))
                self.assertEqual((kept["daily_fen"], kept["minimum_daily_fen"]), (daily, 100_00))
                self.contractor.refused("payroll.SetPayStandard", self.standard(code, **{**terms, "rate_fen": terms["rate_fen"] - 1}), "FAILED_PRECONDITION",
                                        "RATE_BELOW_MINIMUM", path="rate_fen")
                self.contractor.refused("payroll.SetPayStandard", self.standard(code, valid_from_date="2027-02-01", **terms), "FAILED_PRECONDITION", "RATE_BELOW_MINIMUM")
        self.assertNotIn("daily_fen", {key for key, value in self.contractor.ok("payroll.SetPayStandard", self.standard(code, pay_unit="PIECE", rate_fen=1)).items() if value})
        self.contractor.refused("payroll.SetPayStandard", self.standard(code, rate_fen=0), "INVALID_ARGUMENT", "REQUIRED", path="rate_fen")

    def test_piece_work_below_the_minimum_shows_when_the_sheet_is_drawn(self):
        "R124: what the pieces came to for a day"
        code = self.world.project()
        low = self.agreed(code, pay_unit="PIECE", rate_fen=1_00)
        self.quantity(code, low, piece_hundredths=99_00)
        policy = {"policy_name": "DAILY_MINIMUM_FEN", "valid_from_date": "2026-06-01", "source_note": "测试"}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 99_00})
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 0})
        path.seal_month(self, code, JUNE)
        self.office_checker.ok("payroll.SetMinimumWage", {"division_code": "140214002", "valid_from_date": "2026-06-01", "daily_fen": 99_01, "source_note": "测试"})
        self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "RATE_BELOW_MINIMUM")
        self.office_checker.ok("payroll.SetMinimumWage", {"division_code": "140214002", "valid_from_date": "2026-06-01", "daily_fen": 99_00, "source_note": "测试"})
        self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})

    def test_terms_below_the_standard_or_of_another_cycle_refuse_the_sheet(self):
        "R124 R133; Reg. 724 art. 6: the agreement against the project's standard of the post, each worker named; the district may make it a hint"
        code = self.world.project()
        low, other, fine = self.agreed(code, rate_fen=199_99), self.agreed(code, pay_cycle="WEEK"), self.agreed(code, rate_fen=260_00)
        hourly = self.agreed(code, pay_unit="HOUR", rate_fen=24_99)
        self.quantity(code, hourly, hours_hundredths=800)
        self.contractor.ok("payroll.SetPayStandard", self.standard(code, rate_fen=150_00, valid_from_date="2026-05-01"))
        self.contractor.ok("payroll.SetPayStandard", self.standard(code, pay_cycle="MONTH"))
        self.contractor.ok("payroll.SetPayStandard", self.standard(code, rate_fen=300_00, valid_from_date="2026-07-01"))
        path.seal_month(self, code, JUNE)
        draw = {"project_code": code, "month": JUNE}
        reply = self.contractor.refused("payroll.DrawWageSheet", draw, "FAILED_PRECONDITION")
        told = sorted((problem["reason"], number) for problem in reply.problems for number in (low, other, fine, hourly) if str(number) in problem["message"])
        self.assertEqual(told, sorted([("RATE_BELOW_STANDARD", low), ("RATE_BELOW_STANDARD", hourly), ("PAY_CYCLE_DIFFERS", other)]))
        policy = {"policy_name": "STANDARD_STRICT", "valid_from_date": "2026-06-01", "source_note": "测试：只提示"}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 0})
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 1})
        self.assertEqual(self.contractor.ok("payroll.DrawWageSheet", draw)["line_count"], 4)


class TeamTest(StandardCase):
    def test_each_team_has_its_own_sheet_and_each_worker_one_line(self):
        "R126 R132: one sheet a project, team and month; who is in no team has one too; nobody is drawn twice"
        code = self.world.project()
        east, west, none = self.agreed(code, team_name="东段班组"), self.agreed(code, team_name="西段班组"), self.agreed(code)
        path.seal_month(self, code, JUNE)
        draw = {"project_code": code, "month": JUNE}
        self.contractor.refused("payroll.DrawWageSheet", {**draw, "team_name": "北段班组"}, "FAILED_PRECONDITION", "NOTHING_TO_PAY", path="team_name")
        sheets = {team: self.contractor.ok("payroll.DrawWageSheet", {**draw, "team_name": team}) for team in ("东段班组", "西段班组", "")}
        self.assertEqual({team: [line["worker_number"] for line in self.lines_of(code, sheet["sheet_code"])] for team, sheet in sheets.items()},
                         {"东段班组": [east], "西段班组": [west], "": [none]})
        self.assertEqual(len({sheet["sheet_code"] for sheet in sheets.values()}), 3)
        for team in sheets:
            self.contractor.refused("payroll.DrawWageSheet", {**draw, "team_name": team}, "ALREADY_EXISTS", "SHEET_EXISTS", path="month")
        east_sheet = sheets["东段班组"]["sheet_code"]
        self.owner_checker.ok("payroll.VoidSheet", self.of(code, east_sheet, void_reason="班组名册有误"))
        again = self.contractor.ok("payroll.DrawWageSheet", {**draw, "team_name": "东段班组"})
        self.assertEqual((again["predecessor_sheet_code"], again["team_name"]), (east_sheet, "东段班组"))
        figures = {row["project_code"]: row for row in self.operator.rows("payroll.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"})}
        self.assertEqual((figures[code]["sheets_due_count"], figures[code]["sheets_drawn_count"]), (3, 3))

    def test_where_all_are_in_teams_the_team_must_be_named(self):
        "R126: the refusal names the teams"
        code = self.world.project()
        self.agreed(code, team_name="东段班组")
        path.seal_month(self, code, JUNE)
        reply = self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "TEAM_REQUIRED", path="month")
        self.assertIn("东段班组", reply.problems[0]["message"])

    def test_whose_pay_it_is_stands_apart(self):
        "R045 R146: labour contracts of the building trade and the contractor's own staff are paid by the sheet and are no work-relief labour pay"
        code = self.world.project()
        relief = self.agreed(code)
        contract = self.agreed(code, employment_kind="LABOUR_CONTRACT", rate_fen=300_00)
        staff = self.agreed(code, site_role="STAFF", employment_kind="LABOUR_CONTRACT", rate_fen=400_00)
        lines, sheet = self.drawn(code)
        self.assertEqual([lines[number]["pay_class"] for number in (relief, contract, staff)], ["WORK_RELIEF_SERVICE", "LABOUR_CONTRACT", "STAFF"])
        self.assertEqual((sheet["relief_gross_fen"], sheet["contract_gross_fen"], sheet["staff_gross_fen"], sheet["gross_fen"]), (800_00, 1200_00, 1600_00, 3600_00))
        self.contractor.ok("payroll.SetDeduction", self.of(code, sheet["sheet_code"], worker_number=staff, deduction_kind="INCOME_TAX", deduction_fen=10_00,
                                                           deduction_reason="代扣"))
        total = self.contractor.ok("payroll.SetDeduction", self.of(code, sheet["sheet_code"], worker_number=relief, deduction_kind="SOCIAL_INSURANCE",
                                                                   deduction_fen=30_00, deduction_reason="代扣"))
        self.assertEqual((total["relief_net_fen"], total["net_fen"]), (770_00, 3560_00))
        self.post(code, sheet["sheet_code"])
        self.pay_all(code, sheet["sheet_code"], self.order(code, sheet["sheet_code"], 3, 3560_00))
        row = next(row for row in self.operator.rows("payroll.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"}) if row["project_code"] == code)
        self.assertEqual((row["relief_gross_fen"], row["contract_gross_fen"], row["staff_gross_fen"], row["relief_due_fen"], row["relief_paid_fen"], row["paid_fen"]),
                         (800_00, 1200_00, 1600_00, 770_00, 770_00, 3560_00))


if __name__ == "__main__":
    unittest.main()
