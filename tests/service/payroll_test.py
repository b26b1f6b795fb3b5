"""Payroll: from a sealed month to money in the worker's hand, and every way it must refuse. A real node, real keys."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people  # noqa: E402
from lib.payroll_case import JUNE, PayrollCase  # noqa: E402

class DrawTest(PayrollCase):
    def test_a_sheet_is_attended_days_times_rate_and_nothing_else(self):
        "R104 R126 R130 R133 R146 R103: one sheet a project and month, each line a person's attended days; no days no line; digest of the sealed month"
        code = self.world.project()
        numbers = self.world.placed(code, 3, rate_fen=200_01)
        idle = self.world.placed(code, 1)
        self.world.attended(code, numbers[:2], JUNE, range(21, 26))
        self.world.attended(code, numbers[2:], JUNE, (22,), hundredths=33)
        sealed = path.seal_month(self, code, JUNE)
        sheet = self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})
        lines = {line["worker_number"]: line for line in self.lines_of(code, sheet["sheet_code"])}
        self.assertEqual(set(lines), set(numbers))
        self.assertNotIn(idle[0], lines)
        self.assertEqual([lines[number]["gross_fen"] for number in numbers], [5 * 200_01, 5 * 200_01, 66_00])  # 66.0033 yuan
        self.assertEqual(sheet["gross_fen"], 2 * 5 * 200_01 + 66_00)
        self.assertEqual((sheet["sheet_state"], sheet["month"], sheet["line_count"], sheet["day_hundredths"]), ("DRAFT", JUNE, 3, 1033))
        self.assertEqual(sheet["attendance_digest"], sealed["attendance_digest"])
        self.assertEqual({line["pay_unit"] for line in lines.values()}, {"DAY"})
        self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "ALREADY_EXISTS", "SHEET_EXISTS", path="month")

    def test_half_a_fen_is_rounded_up(self):
        "R104: exact integers, half up: 0.05 days at 0.30 yuan are 1.5 fen"
        code = self.world.project()
        number = self.world.placed(code, 1, rate_fen=30)[0]
        self.world.attended(code, [number], JUNE, (22,), hundredths=5)
        path.seal_month(self, code, JUNE)
        self.assertEqual(self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})["gross_fen"], 2)

    def test_an_open_month_gives_no_sheet(self):
        "R103: attendance that may still change is no ground for pay"
        code = self.world.project()
        numbers = self.world.placed(code, 1)
        self.world.attended(code, numbers, JUNE, (22,))
        self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "MONTH_NOT_SEALED", path="month")

    def test_a_rate_below_the_local_minimum_is_refused(self):
        "R124: the minimum is dated policy of the district; it holds for standards and for sheets"
        code, _ = self.world.sealed()
        policy = {"policy_name": "DAILY_MINIMUM_FEN", "valid_from_date": "2026-06-30", "source_note": "测试：当地最低日工资"}
        standard = {"project_code": code, "post_name": "小工", "pay_unit": "DAY", "rate_fen": 240_00, "valid_from_date": self.house.today()}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 250_00})
        self.contractor.refused("payroll.SetPayStandard", standard, "FAILED_PRECONDITION", "RATE_BELOW_MINIMUM", path="rate_fen")
        self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "RATE_BELOW_MINIMUM")
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 0})
        self.contractor.ok("payroll.SetPayStandard", standard)
        self.assertEqual(self.owner.rows("payroll.ListPayStandards", {"project_code": code})[0]["rate_fen"], 240_00)
        self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})

    def test_who_may_draw(self):
        "R130: only a party of the project, and only one whose duty is to make"
        code, _ = self.world.sealed()
        draw = {"project_code": code, "month": JUNE}
        self.stranger.refused("payroll.DrawWageSheet", draw, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("payroll.DrawWageSheet", draw, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_viewer.refused("payroll.DrawWageSheet", draw, "PERMISSION_DENIED")

    def test_a_dry_run_leaves_nothing(self):
        "R126: a sheet can be previewed"
        code, _ = self.world.sealed()
        draw = {"project_code": code, "month": JUNE}
        self.assertEqual(self.contractor.ok("payroll.DrawWageSheet", draw, dry_run=True)["line_count"], 3)
        self.assertEqual(self.owner.rows("payroll.ListSheets", {"project_code": code}), [])
        self.contractor.ok("payroll.DrawWageSheet", draw)


class ConfirmTest(PayrollCase):
    def confirm(self, code, sheet, numbers, actor=None, **more):
        lines = [{"worker_number": number, "confirm_method": "FINGERPRINT", "signature_reference": "第1页", **more} for number in numbers]
        return (actor or self.contractor).ok("payroll.ConfirmLines", self.of(code, sheet, lines=lines))

    def test_only_lawful_deductions_and_only_before_the_worker_signs(self):
        "R132 R126; Reg. 724 art. 15: net = gross - lawful deductions, and the payslip shows each"
        code, sheet, numbers = self.world.sheet()
        number = numbers[0]
        gross = self.lines_of(code, sheet)[0]["gross_fen"]
        ask = self.of(code, sheet, worker_number=number, deduction_reason="按规定代扣")
        for kind in ("FINE", "MATERIAL", "DEPOSIT", "OTHER"):
            self.contractor.refused("payroll.SetDeduction", {**ask, "deduction_kind": kind, "deduction_fen": 1}, "FAILED_PRECONDITION",
                                    "DEDUCTION_UNLAWFUL", path="deduction_kind")
        self.contractor.refused("payroll.SetDeduction", {**ask, "deduction_fen": 1}, "INVALID_ARGUMENT", "REQUIRED", path="deduction_kind")
        self.contractor.refused("payroll.SetDeduction", {**ask, "deduction_kind": "COURT_ORDER", "deduction_fen": gross}, "FAILED_PRECONDITION",
                                "DEDUCTION_TOO_HIGH")
        for kind, most in (("HOUSING_FUND", gross * 12 // 100), ("INCOME_TAX", gross * 45 // 100)):
            self.contractor.refused("payroll.SetDeduction", {**ask, "deduction_kind": kind, "deduction_fen": most + 1}, "FAILED_PRECONDITION",
                                    "DEDUCTION_ABOVE_LIMIT", path="deduction_fen")
            self.contractor.ok("payroll.SetDeduction", {**ask, "deduction_kind": kind, "deduction_fen": most})
            self.contractor.ok("payroll.SetDeduction", {**ask, "deduction_kind": kind})  # 0 takes it away
        self.contractor.ok("payroll.SetDeduction", {**ask, "deduction_kind": "SOCIAL_INSURANCE", "deduction_fen": 50_00})
        total = self.contractor.ok("payroll.SetDeduction", {**ask, "deduction_kind": "INCOME_TAX", "deduction_fen": 7_00})
        self.assertEqual((total["deduction_fen"], total["net_fen"]), (57_00, total["gross_fen"] - 57_00))
        total = self.contractor.ok("payroll.SetDeduction", {**ask, "deduction_kind": "SOCIAL_INSURANCE"})  # 0 takes it away
        self.assertEqual(total["deduction_fen"], 7_00)
        slip = self.owner.ok("payroll.GetPayslip", self.of(code, sheet, worker_number=number))
        self.assertEqual((slip["income_tax_fen"], slip["social_insurance_fen"], slip["net_fen"]), (7_00, 0, gross - 7_00))
        self.assertEqual(slip["employer_name"], "示例建筑劳务有限公司")
        self.assertTrue(slip["id_number_mask"].startswith("*"))
        self.confirm(code, sheet, [number])
        self.contractor.refused("payroll.SetDeduction", {**ask, "deduction_kind": "INCOME_TAX", "deduction_fen": 8_00}, "FAILED_PRECONDITION",
                                "LINE_CONFIRMED")

    def test_every_worker_confirms_before_the_owner_may_approve(self):
        "R127: one missing signature holds the sheet back"
        code, sheet, numbers = self.world.sheet()
        self.assertEqual(self.confirm(code, sheet, numbers[:2])["sheet_state"], "DRAFT")
        self.owner_checker.refused("payroll.ApproveSheet", self.of(code, sheet), "FAILED_PRECONDITION", "LINES_NOT_CONFIRMED")
        last = self.confirm(code, sheet, numbers[2:])
        self.assertEqual((last["sheet_state"], last["confirmed_count"]), ("WORKER_CONFIRMED", 3))
        self.assertEqual(self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))["sheet_state"], "OWNER_APPROVED")
        self.assertEqual(self.ledger_of(code), {"LABOUR_COST": last["gross_fen"], "WAGES_PAYABLE": -last["gross_fen"]})

    def test_a_confirmation_names_each_fault_at_its_line(self):
        "R127: unknown worker, twice, already confirmed, no signature; all told together and nothing changed"
        code, sheet, numbers = self.world.sheet()
        self.confirm(code, sheet, numbers[:1])
        line = {"confirm_method": "SIGNATURE", "signature_reference": "第1页"}
        reply = self.contractor.refused("payroll.ConfirmLines", self.of(code, sheet, lines=[
            {"worker_number": numbers[0], **line}, {"worker_number": numbers[1], **line}, {"worker_number": numbers[1], **line},
            {"worker_number": 12345, **line}]))
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems},
                         {("lines[0].worker_number", "LINE_CONFIRMED"), ("lines[2].worker_number", "LINE_TWICE"), ("lines[3].worker_number", "LINE_NOT_FOUND")})
        self.contractor.refused("payroll.ConfirmLines", self.of(code, sheet, lines=[{"worker_number": numbers[1], "confirm_method": "SIGNATURE"}]),
                                "INVALID_ARGUMENT", "REQUIRED", path="lines[0].signature_reference")
        self.assertEqual(self.sheet_of(code, sheet)["confirmed_count"], 1)

    def test_only_the_owner_approves_and_never_the_maker(self):
        "R130 R127: the project's owner unit, its checker, and another person than the one who drew the sheet"
        code, _ = self.world.sealed()
        maker = self.actor("owner-both", "owner-1", "MAKER", ("OWNER",))
        sheet = maker.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})["sheet_code"]
        self.confirm(code, sheet, [line["worker_number"] for line in self.lines_of(code, sheet)])
        self.house.promoted(maker).refused("payroll.ApproveSheet", self.of(code, sheet), "PERMISSION_DENIED", "MAKER_IS_CHECKER")
        self.contractor_checker.refused("payroll.ApproveSheet", self.of(code, sheet), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner.refused("payroll.ApproveSheet", self.of(code, sheet), "PERMISSION_DENIED", "WRONG_DUTY")
        self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))

    def test_the_supervisor_reviews_where_the_district_wants_it(self):
        "R168: five questions on standard, cycle, agreements, worker ledger and pay ledger; one no holds the sheet back"
        code, sheet, numbers = self.world.sheet()
        self.confirm(code, sheet, numbers)
        policy = {"policy_name": "SUPERVISOR_REVIEW_REQUIRED", "valid_from_date": self.house.today(), "source_note": "测试：须先由监理审核"}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 1})
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 0})
        self.owner_checker.refused("payroll.ApproveSheet", self.of(code, sheet), "FAILED_PRECONDITION", "SUPERVISOR_REVIEW_MISSING")
        yes = {"standard_ok": True, "cycle_ok": True, "agreements_ok": True, "worker_ledger_ok": True}
        self.assertEqual(self.supervisor_checker.ok("payroll.ReviewSheet", self.of(code, sheet, **yes, review_note="发放台账缺页"))["sheet_state"],
                         "WORKER_CONFIRMED")
        self.owner_checker.refused("payroll.ApproveSheet", self.of(code, sheet), "FAILED_PRECONDITION", "SUPERVISOR_REVIEW_MISSING")
        self.assertEqual(self.supervisor_checker.ok("payroll.ReviewSheet", self.of(code, sheet, **yes, pay_ledger_ok=True))["sheet_state"],
                         "SUPERVISOR_REVIEWED")
        self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))

    def test_a_void_sheet_leaves_its_trace_and_its_successor(self):
        "R126: a wrong sheet is not changed but made void with a reason; what was posted is posted back"
        code, sheet, numbers = self.world.sheet()
        self.contractor.ok("payroll.SetDeduction", self.of(code, sheet, worker_number=numbers[0], deduction_kind="INCOME_TAX", deduction_fen=100,
                                                           deduction_reason="代扣"))
        self.confirm(code, sheet, numbers)
        self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))
        self.owner_checker.refused("payroll.VoidSheet", self.of(code, sheet), "INVALID_ARGUMENT", "REQUIRED", path="void_reason")
        self.assertEqual(self.owner_checker.ok("payroll.VoidSheet", self.of(code, sheet, void_reason="代扣有误"))["sheet_state"], "VOID")
        self.assertEqual(set(self.ledger_of(code).values()), {0})
        again = self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})
        self.assertEqual(again["predecessor_sheet_code"], sheet)
        former = self.sheet_of(code, sheet)
        self.assertEqual((former["successor_sheet_code"], former["void_reason"]), (again["sheet_code"], "代扣有误"))
        self.contractor.refused("payroll.PublishSheet", self.of(code, sheet, place_note="村务公开栏", hotline="0352-12345"), "FAILED_PRECONDITION",
                                "SHEET_STATE")


class PublicityTest(PayrollCase):
    def published(self):
        code, sheet, numbers = self.world.sheet()
        path.confirm_sheet(self, code, sheet, sorted(numbers))
        path.approve_sheet(self, code, sheet)
        return code, sheet, numbers

    def test_the_board_shows_masked_people_days_pay_and_hotline(self):
        "R171: worker information, pay and hotline are posted; names and numbers masked; anybody may read it"
        code, sheet, numbers = self.world.sheet()
        public = self.of(code, sheet)
        self.assertEqual(self.stranger.rows("payroll.ListPublicLines", public), [], "not before it is posted")
        path.confirm_sheet(self, code, sheet, sorted(numbers))
        self.owner_checker.ok("payroll.ApproveSheet", public)
        self.contractor.refused("payroll.PublishSheet", {**public, "place_note": "村务公开栏"}, "INVALID_ARGUMENT", "REQUIRED", path="hotline")
        self.contractor.ok("payroll.PublishSheet", {**public, "place_note": "村务公开栏", "hotline": "0352-12345"})
        rows = self.stranger.rows("payroll.ListPublicLines", public)
        names = {line["worker_name"] for line in self.lines_of(code, sheet)}
        self.assertEqual(len(rows), 3)
        for row in rows:
            self.assertIn("*", row["worker_mask"])
            self.assertNotIn(row["worker_mask"], names)
            self.assertRegex(row["id_number_mask"], r"^\*{14}[0-9X]{4}$")
            self.assertEqual((row["hotline"], row["day_hundredths"], row["net_fen"]), ("0352-12345", 1000, 10 * 200_00))
        end = self.sheet_of(code, sheet)["publicity_end_date"]
        self.house.travel(end + " 23:30")
        self.assertEqual(self.stranger.rows("payroll.ListPublicLines", public), rows)
        self.wait_days(1)
        self.assertEqual(self.stranger.rows("payroll.ListPublicLines", public), [], "it does not hang any more")
        for actor in (self.owner, self.township, self.audit):
            self.assertEqual(actor.rows("payroll.ListPublicLines", public), rows)

    def test_no_payment_before_publicity_is_over(self):
        "R171: seven days by the district's dated policy; the day after the last one is free"
        code, sheet, _ = self.published()
        total = self.sheet_of(code, sheet)
        order = self.of(code, sheet, line_count=3, total_fen=total["net_fen"])
        self.assertEqual((datetime.date.fromisoformat(total["publicity_end_date"]) - datetime.date.fromisoformat(total["publicity_start_date"])).days, 6)
        self.wait_days(6)
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "PUBLICITY_RUNNING")
        self.wait_days(1)
        self.owner_checker.ok("payroll.OrderPayment", order)


class PaymentTest(PayrollCase):
    def test_declared_count_and_total_must_equal_the_lines(self):
        "R132: or nothing is sent; both faults are told together"
        code, sheet, _ = self.world.published_sheet()
        net = self.sheet_of(code, sheet)["net_fen"]
        reply = self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=2, total_fen=net - 1), "FAILED_PRECONDITION")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"COUNT_DIFFERS", "TOTAL_DIFFERS"})
        self.assertEqual(self.owner.rows("payroll.ListPaymentOrders", {"project_code": code}), [])
        order = self.owner_checker.ok("payroll.OrderPayment", self.of(code, sheet, line_count=3, total_fen=net))
        self.assertEqual((order["line_count"], order["total_fen"], order["attempt"], order["bank_unit_id"], order["order_state"]), (3, net, 1, "bank-1", "SENT"))
        self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=3, total_fen=net), "FAILED_PRECONDITION", "NOTHING_TO_ORDER")
        self.owner_checker.refused("payroll.VoidSheet", self.of(code, sheet, void_reason="太晚"), "FAILED_PRECONDITION", "SHEET_STATE")

    def test_only_the_bank_sees_accounts_in_clear(self):
        "R128: pay goes to the person's own account; the payment file is the bank's, all others see masks"
        code, sheet, order, numbers = self.ordered()
        ask = {"project_code": code, "order_code": order}
        rows = self.bank.rows("payroll.GetPaymentOrder", ask)
        self.assertEqual([row["worker_number"] for row in rows], numbers)
        for row in rows:
            self.assertRegex(row["account_no"], r"^620000[0-9]{13}$")
            self.assertEqual(row["account_no"][-4:], row["account_no_mask"][-4:])
        self.owner.refused("payroll.GetPaymentOrder", ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.actor("bank-two", "bank-2", "MAKER", ("BANK",)).rows("payroll.GetPaymentOrder", ask), [])
        stored = self.sql(f"SELECT account_no FROM payroll.payment_line WHERE order_code = '{order}'")
        self.assertNotIn("620000", str(stored), "sealed at rest")

    def test_results_come_line_by_line_twice_and_late(self):
        "R132: full pay or none; a paid line is never taken back; duplicates change nothing; unknown stays unknown until the bank knows"
        code, sheet, order, (one, two, three) = self.ordered()
        fen = 10 * 200_00
        first = [self.paid(one, fen), self.rejected(two), {"worker_number": three, "line_result": "UNKNOWN"}]
        reply = self.pay(code, order, *first)
        self.assertEqual((reply["order_state"], reply["sheet_state"], reply["paid_fen"]), ("PARTLY_SETTLED", "PARTLY_PAID", fen))
        self.assertEqual(self.ledger_of(code), {"LABOUR_COST": 3 * fen, "WAGES_PAYABLE": -fen, "IN_TRANSIT": -fen, "BANK": -fen},
                         "one paid, one came back and is owed again, one is still on its way")
        before = self.sheet_of(code, sheet)
        self.pay(code, order, *first)  # again, under another request id
        self.assertEqual(self.sheet_of(code, sheet), before)
        record = {"project_code": code, "order_code": order}
        self.assertEqual(self.pay(code, order, self.rejected(one), self.paid(two, fen))["exception_count"], 2)
        self.assertEqual(self.sheet_of(code, sheet), before, "a contradiction is kept for a human and changes nothing")
        self.bank.refused("payroll.RecordBankResults", {**record, "lines": [self.paid(three, fen - 1)]}, "FAILED_PRECONDITION", "PAID_AMOUNT_DIFFERS",
                          path="lines[0].paid_fen")
        self.bank.refused("payroll.RecordBankResults", {**record, "lines": [{"worker_number": three, "line_result": "PAID", "paid_fen": fen}]},
                          "INVALID_ARGUMENT", "BANK_SERIAL_MISSING")
        self.bank.refused("payroll.RecordBankResults", {**record, "lines": [{"worker_number": two, "line_result": "REJECTED"}]}, "INVALID_ARGUMENT",
                          "REJECT_REASON_MISSING")
        self.pay(code, order, {"worker_number": one, "line_result": "UNKNOWN"})
        self.assertEqual(self.sheet_of(code, sheet), before, "UNKNOWN after PAID says nothing")
        self.wait_days(20)
        late = self.pay(code, order, self.paid(three, fen))
        self.assertEqual((late["order_state"], late["paid_count"], late["failed_count"], late["unknown_count"]), ("SETTLED", 2, 1, 0))

    def test_only_rejected_and_corrected_lines_are_ordered_again(self):
        "R132 R128: retry of failed lines only, after the account was put right in the worker's own name"
        code, sheet, order, (one, two, three) = self.ordered()
        fen = 10 * 200_00
        self.pay(code, order, self.paid(one, fen), self.rejected(two), {"worker_number": three, "line_result": "UNKNOWN"})
        retry = self.of(code, sheet, line_count=1, total_fen=fen)
        self.owner_checker.refused("payroll.RetryFailed", retry, "FAILED_PRECONDITION", "NOTHING_TO_RETRY")
        name = next(line["worker_name"] for line in self.lines_of(code, sheet) if line["worker_number"] == two)
        fix = self.of(code, sheet, worker_number=two, account_holder=name, account_no=people.card(999), bank_name="示例银行", correction_reason="原卡销户")
        self.contractor.refused("payroll.CorrectAccount", {**fix, "account_holder": "别人"}, "FAILED_PRECONDITION", "ACCOUNT_HOLDER_DIFFERS")
        self.contractor.refused("payroll.CorrectAccount", {**fix, "account_no": "6200000000000006"}, "INVALID_ARGUMENT", "ACCOUNT_NO_INVALID")
        self.contractor.refused("payroll.CorrectAccount", {**fix, "worker_number": one}, "FAILED_PRECONDITION", "LINE_NOT_CORRECTABLE")
        self.contractor.ok("payroll.CorrectAccount", fix)
        self.owner_checker.refused("payroll.RetryFailed", {**retry, "line_count": 2}, "FAILED_PRECONDITION", "COUNT_DIFFERS")
        again = self.owner_checker.ok("payroll.RetryFailed", retry)
        self.assertEqual((again["attempt"], again["line_count"], again["total_fen"]), (2, 1, fen))
        rows = self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": again["order_code"]})
        self.assertEqual([(row["worker_number"], row["account_no"]) for row in rows], [(two, people.card(999))])
        self.pay(code, again["order_code"], self.paid(two, fen))
        done = self.pay(code, order, self.paid(three, fen))
        self.assertEqual(done["sheet_state"], "PAID")
        total = self.sheet_of(code, sheet)
        self.assertEqual((total["paid_fen"], total["net_fen"], total["failed_count"], total["unknown_count"]), (3 * fen, 3 * fen, 0, 0))
        self.assertEqual(self.ledger_of(code), {"LABOUR_COST": 3 * fen, "WAGES_PAYABLE": 0, "IN_TRANSIT": 0, "BANK": -3 * fen})

    def test_an_account_of_somebody_else_is_not_paid(self):
        "R128: holder and worker must be the same person"
        code = self.world.project()
        number = self.world.worker_numbers(1, account_holder="王代领")[0]
        self.world.agree(code, [number])
        self.world.attended(code, [number], JUNE, (22,))
        path.seal_month(self, code, JUNE)
        sheet = path.draw_sheet(self, code, JUNE)
        path.confirm_sheet(self, code, sheet, [number])
        path.approve_sheet(self, code, sheet)
        self.wait_days(8)
        order = self.of(code, sheet, line_count=1, total_fen=200_00)
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "ACCOUNT_HOLDER_DIFFERS")
        name = self.lines_of(code, sheet)[0]["worker_name"]
        self.contractor.ok("payroll.CorrectAccount", self.of(code, sheet, worker_number=number, account_holder=name, account_no=people.card(777),
                                                             correction_reason="改为本人账户"))
        self.owner_checker.ok("payroll.OrderPayment", order)

    def test_what_looks_wrong_is_flagged(self):
        "R160: one card for two workers, an account in another name, a rate far above the others"
        code = self.world.project()
        plain = self.world.placed(code, 2)
        same = self.world.worker_numbers(2, account_no=people.card(4711))
        other = self.world.worker_numbers(1, account_holder="王代领")
        self.world.agree(code, [*same, *other], rate_fen=200_00)
        dear = self.world.placed(code, 1, rate_fen=401_00)
        self.world.attended(code, [*plain, *same, *other, *dear], JUNE, (22,))
        path.seal_month(self, code, JUNE)
        sheet = path.draw_sheet(self, code, JUNE)
        risks = {(row["pay_risk"], row["worker_number"]) for row in self.owner.rows("payroll.ListPayRisks", self.of(code, sheet))}
        self.assertEqual(risks, {("SHARED_ACCOUNT", same[0]), ("SHARED_ACCOUNT", same[1]), ("HOLDER_DIFFERS", other[0]), ("RATE_OUTLIER", dear[0])})

    def test_a_paid_sheet_is_filed_with_a_bureau(self):
        "R129: only when every line is paid, only with a bureau of the district; what is not filed in time is listed"
        code, sheet, order, numbers = self.ordered()
        file = self.of(code, sheet, filing_unit_id="140214-rsj")
        self.contractor.refused("payroll.FileSheet", file, "FAILED_PRECONDITION", "SHEET_NOT_PAID")
        self.pay(code, order, *(self.paid(number, 10 * 200_00) for number in numbers))
        self.contractor.refused("payroll.FileSheet", {**file, "filing_unit_id": "contractor-1"}, "INVALID_ARGUMENT", "FILING_UNIT_NO_BUREAU")
        overdue = {"project_code": code, "filing_overdue_only": True}
        self.assertEqual(self.owner.rows("payroll.ListSheets", overdue), [])
        self.wait_days(16)
        self.assertEqual([row["sheet_code"] for row in self.owner.rows("payroll.ListSheets", overdue)], [sheet])
        self.assertEqual(self.contractor.ok("payroll.FileSheet", file)["sheet_state"], "FILED")
        self.contractor.refused("payroll.FileSheet", file, "ALREADY_EXISTS", "ALREADY_FILED")
        self.contractor.ok("payroll.FileSheet", {**file, "filing_unit_id": "140214-fgj"})  # several bureaus may want it
        self.assertEqual(self.owner.rows("payroll.ListSheets", overdue), [])

    def test_a_reused_request_id_pays_nobody_twice(self):
        "R132: the same request sent again gets the same answer, another body under it is refused"
        code, sheet, order, (one, *_) = self.ordered()
        request = {"project_code": code, "order_code": order, "lines": [self.paid(one, 10 * 200_00)]}
        first = self.bank.call("payroll.RecordBankResults", request)
        again = self.bank.call("payroll.RecordBankResults", request, request_id=first.header.request_id)
        self.assertEqual(first.body, again.body)
        self.assertEqual(first.header.journal_seq, again.header.journal_seq)
        self.assertEqual(self.sheet_of(code, sheet)["paid_count"], 1)


class ArrearsTest(PayrollCase):
    def test_unpaid_after_the_due_date_is_arrears(self):
        "R131 R132; Reg. 724 art. 14: due by the end of the next month (before a weekend); then late, with the amount, in list and figures"
        code, sheet, order, numbers = self.ordered()
        total = self.sheet_of(code, sheet)
        self.assertEqual(total["due_date"], "2026-07-31")
        self.assertEqual(self.owner.rows("payroll.ListSheets", {"project_code": code, "arrears_only": True}), [])
        self.pay(code, order, self.paid(numbers[0], 10 * 200_00))
        self.house.travel("2026-08-01")
        late = self.owner.rows("payroll.ListSheets", {"project_code": code, "arrears_only": True})
        self.assertEqual([(row["sheet_code"], row["arrears_fen"], row["is_late"]) for row in late], [(sheet, 2 * 10 * 200_00, True)])
        figures = {row["project_code"]: row for row in self.operator.rows("payroll.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"})}
        self.assertEqual((figures[code]["sheets_late_count"], figures[code]["unpaid_fen"]), (1, 2 * 10 * 200_00))

    def test_the_quarter_shows_planned_due_paid_and_unpaid(self):
        "R125 R129: planned against paid by project and quarter; due = paid + unpaid; sheets due, drawn, paid, filed"
        code, sheet, _ = self.world.paid_sheet()
        self.contractor.ok("payroll.FileSheet", self.of(code, sheet, filing_unit_id="140214-rsj"))
        ask = {"unit_id": "140214-jtj", "quarter": "2026Q2"}
        row = next(row for row in self.operator.rows("payroll.GetQuarterFigures", ask) if row["project_code"] == code)
        self.assertEqual(row["planned_pay_fen"], 1_200_000_00)
        self.assertEqual((row["due_fen"], row["paid_fen"], row["unpaid_fen"], row["cumulative_paid_fen"]), (3 * 10 * 200_00, 3 * 10 * 200_00, 0, 3 * 10 * 200_00))
        self.assertEqual([row[f"sheets_{what}_count"] for what in ("due", "drawn", "paid", "filed")], [1, 1, 1, 1])
        self.bureau.refused("payroll.GetQuarterFigures", ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        third = next(row for row in self.operator.rows("payroll.GetQuarterFigures", {**ask, "quarter": "2026Q3"}) if row["project_code"] == code)
        self.assertEqual((third["due_fen"], third["cumulative_paid_fen"]), (0, 3 * 10 * 200_00))

    def test_lists_show_a_unit_only_its_own_projects(self):
        "R130: a stranger finds nothing, the office everything"
        code, sheet, _ = self.world.sheet()
        self.assertIn(sheet, [row["sheet_code"] for row in self.office.rows("payroll.ListSheets", {"month": JUNE})])
        self.assertEqual(self.stranger.rows("payroll.ListSheets", {"month": JUNE}), [])
        self.stranger.refused("payroll.GetSheet", self.of(code, sheet), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner.refused("payroll.GetSheet", self.of(code, "no-such-sheet"), "NOT_FOUND", "SHEET_NOT_FOUND")


if __name__ == "__main__":
    unittest.main()
