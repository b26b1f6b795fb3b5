"""The wage ledger with all its columns, how long it is kept, back pay that is claimed, and dividends that stand apart."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.payroll_case import JUNE, PayrollCase  # noqa: E402

FEN = 10 * 200_00


class LedgerTest(PayrollCase):
    def test_the_ledger_has_every_column_of_the_law(self):
        "R126 R129; Reg. 724 art. 15 and facts C.6 no. 3: line by line, with who made, reviewed, approved and posted it; masked; in pages"
        code, sheet, numbers = self.world.sheet()
        self.contractor.ok("payroll.SetDeduction", self.of(code, sheet, worker_number=min(numbers), deduction_kind="SOCIAL_INSURANCE", deduction_fen=50_00,
                                                           deduction_reason="个人缴纳养老保险"))
        path.confirm_sheet(self, code, sheet, numbers)
        self.township_checker.ok("payroll.ReviewSheetAtTownship", self.of(code, sheet, worker_ledger_ok=True, pay_ledger_ok=True))
        path.approve_sheet(self, code, sheet)
        self.wait_days(8)
        self.pay_all(code, sheet, self.order(code, sheet, 3, 3 * FEN - 50_00))
        rows = self.owner.rows("payroll.ListWageLedger", {"project_code": code, "month": JUNE}, page_size=2)
        self.assertEqual([row["worker_number"] for row in rows], sorted(numbers))
        row = rows[0]
        self.assertEqual((row["project_name"][:7], row["month"], row["sheet_code"], row["line_number"], row["post_name"]), ("示例以工代赈项", JUNE, sheet, 1, "小工"))
        self.assertEqual((row["day_hundredths"], row["pay_unit"], row["rate_fen"], row["gross_fen"], row["social_insurance_fen"], row["deduction_fen"], row["net_fen"]),
                         (1000, "DAY", 200_00, FEN, 50_00, 50_00, FEN - 50_00))
        self.assertEqual((row["line_state"], row["pay_method"], row["paid_date"], row["is_back_pay"], row["confirm_method"], row["signature_reference"][:3]),
                         ("PAID", "BANK", self.house.today(), False, "SIGNATURE", "第1页"))
        self.assertTrue(row["bank_serial"])
        self.assertEqual((row["drawn_by"], row["approved_by"], row["reviewed_by"], row["township_reviewed_by"]),
                         ("contractor-maker", "owner-checker", "supervisor-checker", "township-checker"))
        self.assertEqual((row["contractor_name"], row["supervisor_name"], row["owner_name"], row["township_name"]),
                         ("示例建筑劳务有限公司", "示例工程监理有限公司", "示例项目建设中心", "新平旺街道办事处"))
        self.assertTrue(row["publicity_start_date"] < row["publicity_end_date"] <= self.house.today())
        self.assertTrue(row["id_number_mask"].startswith("*") and row["account_no_mask"].startswith("*"))
        self.assertEqual(sum(row["net_fen"] for row in rows), self.sheet_of(code, sheet)["net_fen"])
        self.stranger.refused("payroll.ListWageLedger", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_what_was_made_void_is_not_in_the_ledger(self):
        "R126: the ledger adds up to what was and is to be paid"
        code, sheet, _ = self.world.sheet()
        self.owner_checker.ok("payroll.VoidSheet", self.of(code, sheet, void_reason="有误"))
        self.assertEqual(self.owner.rows("payroll.ListWageLedger", {"project_code": code}), [])
        again = path.draw_sheet(self, code, JUNE)
        self.assertEqual({row["sheet_code"] for row in self.owner.rows("payroll.ListWageLedger", {"project_code": code})}, {again})

    def test_a_ledger_is_kept(self):
        "R126; Reg. 724 art. 15, 28: at least three years after completion and full payment; before both it is not known until when; nothing deletes it"
        code, sheet, numbers = self.posted()
        self.pay_all(code, sheet, self.order(code, sheet, 3, 3 * FEN))
        self.assertEqual(self.sheet_of(code, sheet)["retention_date"], "")
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": self.house.today()})
        self.house.settle()
        self.assertEqual(self.sheet_of(code, sheet)["retention_date"], f"{int(self.house.today()[:4]) + 3}{self.house.today()[4:]}")
        for table in ("wage_sheet", "wage_line", "objection", "sheet_review", "pay_correction"):
            with self.assertRaisesRegex(RuntimeError, "wage ledgers are kept"):
                self.sql(f"DELETE FROM payroll.{table} WHERE project_code = '{code}'")
        with self.assertRaisesRegex(RuntimeError, "wage ledgers are kept"):
            self.sql("TRUNCATE payroll.wage_line")


class ClaimTest(PayrollCase):
    def test_only_labour_is_paid_by_a_sheet(self):
        "R146 and facts C.5 (Beichuan): hire of a worker's machine or vehicle is refused; ordinary pay comes from attendance; back pay is marked"
        code, sheet, (one, *_) = self.posted()
        claim = self.of(code, sheet, worker_number=one, owed_fen=300_00, claim_reason="自带拖拉机")
        for kind in ("MACHINE_HIRE", "VEHICLE_HIRE"):
            self.contractor.refused("payroll.ClaimBackPay", {**claim, "line_kind": kind}, "FAILED_PRECONDITION", "NOT_LABOUR_PAY", path="line_kind")
        self.contractor.refused("payroll.ClaimBackPay", {**claim, "line_kind": "LABOUR"}, "FAILED_PRECONDITION", "LABOUR_COMES_FROM_ATTENDANCE")
        back = {**claim, "line_kind": "BACK_PAY", "claim_reason": "漏计夜班补贴"}
        self.contractor.refused("payroll.ClaimBackPay", {**back, "worker_number": 12345}, "NOT_FOUND", "LINE_NOT_FOUND")
        self.contractor.refused("payroll.ClaimBackPay", {**back, "owed_fen": 0}, "INVALID_ARGUMENT", "REQUIRED", path="owed_fen")
        self.stranger.refused("payroll.ClaimBackPay", back, "PERMISSION_DENIED", "NOT_ALLOWED")
        claimed = self.contractor.ok("payroll.ClaimBackPay", back)
        self.assertEqual((claimed["drawn_fen"], claimed["due_fen"], claimed["owed_fen"]), (FEN, FEN + 300_00, 300_00))
        self.contractor.refused("payroll.ClaimBackPay", back, "FAILED_PRECONDITION", "CLAIM_WAITS")
        extra = self.contractor.ok("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE})
        line = self.lines_of(code, extra["sheet_code"])[0]
        self.assertEqual((line["line_kind"], line["earlier_sheet_code"], line["line_reason"], line["gross_fen"]), ("BACK_PAY", sheet, "漏计夜班补贴", 300_00))
        ledger = {(row["worker_number"], row["is_back_pay"]): row["gross_fen"] for row in self.owner.rows("payroll.ListWageLedger", {"project_code": code})}
        self.assertEqual(ledger[one, True], 300_00)
        row = next(row for row in self.operator.rows("payroll.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"}) if row["project_code"] == code)
        self.assertEqual((row["gross_fen"], row["back_pay_fen"]), (3 * FEN + 300_00, 300_00))
        draft = self.world.sheet()
        self.contractor.refused("payroll.ClaimBackPay", {**back, "project_code": draft[0], "sheet_code": draft[1], "worker_number": draft[2][0]},
                                "FAILED_PRECONDITION", "SHEET_STATE")


class DividendTest(PayrollCase):
    def setUp(self):
        self.code = self.world.project()
        self.plan = {"project_code": self.code, "plan_code": "FH-1", "asset_fen": 500_000_00, "holder_unit_id": "village-collective-1", "beneficiary_count": 40,
                     "valid_from_date": "2026-01-01", "valid_to_date": "2029-06-30", "yearly_fen": 30_000_00}
        self.payout = {"project_code": self.code, "plan_code": "FH-1", "paid_date": "2026-06-20", "dividend_fen": 20_000_00, "beneficiary_count": 40}

    def test_dividends_stand_apart_from_labour_pay(self):
        "R155: a plan with asset, holder, beneficiaries and period; payouts are no labour pay and stand in no ratio"
        self.owner.refused("payroll.SetDividendPlan", {**self.plan, "valid_to_date": "2025-06-30"}, "INVALID_ARGUMENT", "DIVIDEND_PLAN_INVALID")
        self.owner.refused("payroll.RecordDividend", self.payout, "NOT_FOUND", "PLAN_NOT_FOUND")
        self.owner.ok("payroll.SetDividendPlan", self.plan)
        self.owner.ok("payroll.RecordDividend", self.payout)
        self.owner.refused("payroll.RecordDividend", {**self.payout, "dividend_fen": 1}, "ALREADY_EXISTS", "DIVIDEND_RECORDED")
        row = next(row for row in self.operator.rows("payroll.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"}) if row["project_code"] == self.code)
        self.assertEqual((row["dividend_fen"], row["dividend_beneficiary_count"], row["paid_fen"], row["gross_fen"], row["relief_paid_fen"]), (20_000_00, 40, 0, 0, 0))
        self.assertEqual(self.ledger_of(self.code), {})
        self.assertEqual([(row["plan_code"], row["dividend_fen"], row["yearly_fen"]) for row in self.bureau.rows("payroll.ListDividendPlans", {"project_code": self.code})],
                         [("FH-1", 20_000_00, 30_000_00)])
        self.assertEqual(self.stranger.rows("payroll.ListDividendPlans", {"project_code": self.code}), [])
        self.assertEqual([(row["paid_date"], row["average_fen"]) for row in self.owner.rows("payroll.ListDividends", {"project_code": self.code, "plan_code": "FH-1"})],
                         [("2026-06-20", 500_00)])

    def test_never_beyond_the_plan(self):
        "R155: not before or after its period, not to more people, not more a year, not before the day; a plan in use keeps what was paid"
        self.owner.ok("payroll.SetDividendPlan", self.plan)
        for wrong, reason in (({"paid_date": "2025-06-20"}, "DIVIDEND_OUTSIDE_PERIOD"), ({"beneficiary_count": 41}, "TOO_MANY_BENEFICIARIES"),
                              ({"dividend_fen": 30_000_01}, "DIVIDEND_ABOVE_PLAN"), ({"paid_date": "2028-01-01"}, "PAID_IN_FUTURE")):
            self.owner.refused("payroll.RecordDividend", {**self.payout, **wrong}, reason=reason)
        self.owner.ok("payroll.RecordDividend", self.payout)
        self.owner.refused("payroll.RecordDividend", {**self.payout, "paid_date": "2026-06-21", "dividend_fen": 10_000_01}, "FAILED_PRECONDITION", "DIVIDEND_ABOVE_PLAN")
        self.owner.ok("payroll.RecordDividend", {**self.payout, "paid_date": "2026-06-21", "dividend_fen": 10_000_00})
        for wrong, field in (({"valid_from_date": "2026-06-21"}, "valid_from_date"), ({"valid_to_date": "2026-06-20"}, "valid_to_date"),
                             ({"beneficiary_count": 39}, "beneficiary_count"), ({"yearly_fen": 29_999_99}, "yearly_fen")):
            self.owner.refused("payroll.SetDividendPlan", {**self.plan, **wrong}, "FAILED_PRECONDITION", "DIVIDEND_PLAN_IN_USE", path=field)
        self.owner.ok("payroll.SetDividendPlan", {**self.plan, "yearly_fen": 50_000_00})
        self.contractor.refused("payroll.RecordDividend", self.payout, "PERMISSION_DENIED", "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
