"""How a worker confirms his pay: by code, by a witness; what the township looks at; the slip he is given; cash as the exception."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.payroll_case import PayrollCase  # noqa: E402

FEN = 10 * 200_00


class CodeTest(PayrollCase):
    def codes(self, sheet):
        """What the node's sender has for this sheet, by worker number."""
        return {row["worker_number"]: row for row in self.operator.rows("payroll.ListConfirmCodes") if row["sheet_code"] == sheet}

    def test_the_worker_confirms_by_the_code_he_was_sent(self):
        "R127: six digits, given to the sender alone, kept sealed, used once; how and when each confirmed is on the line"
        code, sheet, numbers = self.world.sheet(count=2)
        sent = self.contractor.ok("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=numbers))
        self.assertEqual(sent["sent_count"], 2)
        self.contractor.refused("payroll.ListConfirmCodes", {}, "PERMISSION_DENIED", "NOT_ALLOWED")
        codes = self.codes(sheet)
        for row in codes.values():
            self.assertRegex(row["confirm_code"], r"^[0-9]{6}$")
            self.assertEqual(row["net_fen"], FEN)
            self.assertNotIn(row["confirm_code"], str(self.sql("SELECT confirm_code FROM payroll.confirm_code")), "sealed at rest")
            requests = self.sql("SELECT encode(request, 'hex') FROM payroll.journal WHERE method IN ('payroll.SendConfirmCodes', 'payroll.ConfirmByCode')")
            self.assertTrue(all(row["confirm_code"].encode() not in bytes.fromhex(text) for (text,) in requests), "and in the journal")
        first, second = numbers
        answer = self.contractor.ok("payroll.ConfirmByCode", self.of(code, sheet, worker_number=first, confirm_code=codes[first]["confirm_code"]))
        self.assertEqual((answer["code_outcome"], answer["confirmed_count"]), ("ACCEPTED", 1))
        self.assertEqual(set(self.codes(sheet)), {second})
        self.contractor.refused("payroll.ConfirmByCode", self.of(code, sheet, worker_number=first, confirm_code=codes[first]["confirm_code"]),
                                "FAILED_PRECONDITION", "LINE_CONFIRMED")
        self.operator.ok("payroll.ConfirmByCode", self.of(code, sheet, worker_number=second, confirm_code=codes[second]["confirm_code"]))
        self.assertEqual(self.sheet_of(code, sheet)["sheet_state"], "WORKER_CONFIRMED")
        line = self.lines_of(code, sheet)[0]
        self.assertEqual((line["confirm_method"], line["line_state"]), ("CODE", "CONFIRMED"))
        self.assertGreater(line["confirmed_at_us"], 0)

    def test_a_wrong_code_counts_and_locks(self):
        "R127: a few attempts by the district's policy; then even the right one is of no use before a new code is sent"
        code, sheet, (number,) = self.world.sheet(count=1)
        ask = self.of(code, sheet, worker_number=number)
        self.contractor.refused("payroll.ConfirmByCode", {**ask, "confirm_code": "123456"}, "FAILED_PRECONDITION", "CODE_NOT_SENT")
        self.contractor.ok("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=[number]))
        right = self.codes(sheet)[number]["confirm_code"]
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        for left in (4, 3, 2, 1, 0):
            answer = self.contractor.ok("payroll.ConfirmByCode", {**ask, "confirm_code": wrong})
            self.assertEqual((answer["code_outcome"], answer["attempts_left"]), ("WRONG", left))
        self.assertEqual(self.contractor.ok("payroll.ConfirmByCode", {**ask, "confirm_code": right})["code_outcome"], "LOCKED")
        self.assertEqual(self.codes(sheet), {})
        self.assertEqual(self.sheet_of(code, sheet)["confirmed_count"], 0)
        self.contractor.ok("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=[number]))
        again = self.codes(sheet)[number]
        self.assertEqual(again["issue_number"], 2)
        self.assertEqual(self.contractor.ok("payroll.ConfirmByCode", {**ask, "confirm_code": again["confirm_code"]})["code_outcome"], "ACCEPTED")

    def test_a_code_ends(self):
        "R127: after the district's hours it is worth nothing"
        code, sheet, (number,) = self.world.sheet(count=1)
        self.contractor.ok("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=[number]))
        right = self.codes(sheet)[number]["confirm_code"]
        self.wait_days(4)
        self.assertEqual(self.codes(sheet), {})
        answer = self.contractor.ok("payroll.ConfirmByCode", self.of(code, sheet, worker_number=number, confirm_code=right))
        self.assertEqual((answer["code_outcome"], answer["confirmed_count"]), ("EXPIRED", 0))

    def test_what_is_wrong_with_a_request_for_codes(self):
        "R127: unknown, twice, confirmed; the node fills what it derives; six digits and nothing else"
        code, sheet, numbers = self.world.sheet(count=2)
        path.confirm_sheet(self, code, sheet, numbers[:1])
        reply = self.contractor.refused("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=[numbers[0], 12345, numbers[1], numbers[1]]))
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems},
                         {("worker_numbers[0]", "LINE_CONFIRMED"), ("worker_numbers[1]", "LINE_NOT_FOUND"), ("worker_numbers[3]", "LINE_TWICE")})
        self.contractor.refused("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=list(range(1, 502))), "INVALID_ARGUMENT", "TOO_MANY_CODES")
        self.contractor.refused("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=numbers[1:], gathered_codes=[{"confirm_code": "123456"}]),
                                "INVALID_ARGUMENT", "NOT_YOURS_TO_FILL")
        self.contractor.refused("payroll.ConfirmByCode", self.of(code, sheet, worker_number=numbers[1], confirm_code="12345"), "INVALID_ARGUMENT",
                                "CONFIRM_CODE_INVALID", path="confirm_code")
        self.stranger.refused("payroll.SendConfirmCodes", self.of(code, sheet, worker_numbers=numbers[1:]), "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_a_witness_is_no_party_and_says_why(self):
        "R127: an official of the township confirms in the worker's place with name and reason; contractor and owner may not; shown on line and sheet"
        code, sheet, numbers = self.world.sheet(count=2)
        line = {"worker_number": numbers[0], "confirm_method": "WITNESS", "signature_reference": "见证记录第1页", "witness_name": "李见证", "witness_reason": "本人住院，电话核实"}
        lines = lambda **more: self.of(code, sheet, lines=[{**line, **more}])  # noqa: E731
        self.contractor.refused("payroll.ConfirmLines", lines(), "PERMISSION_DENIED", "WITNESS_IS_PARTY")
        self.owner.refused("payroll.ConfirmLines", lines(), "PERMISSION_DENIED", "WITNESS_IS_PARTY")
        self.township.refused("payroll.ConfirmLines", lines(witness_reason=""), "INVALID_ARGUMENT", "WITNESS_NEEDS_REASON", path="lines[0].witness_reason")
        self.township.refused("payroll.ConfirmLines", lines(witness_name=""), "INVALID_ARGUMENT", "WITNESS_NEEDS_REASON", path="lines[0].witness_name")
        own = next(row["worker_name"] for row in self.lines_of(code, sheet) if row["worker_number"] == numbers[0])
        self.township.refused("payroll.ConfirmLines", lines(witness_name=own), "PERMISSION_DENIED", "WITNESS_IS_PARTY")
        self.contractor.refused("payroll.ConfirmLines", lines(confirm_method="CODE"), "INVALID_ARGUMENT", "CODE_IS_TOLD_BY_THE_WORKER")
        self.assertEqual(self.township.ok("payroll.ConfirmLines", lines())["witness_count"], 1)
        shown = {row["worker_number"]: row for row in self.lines_of(code, sheet)}[numbers[0]]
        self.assertEqual((shown["confirm_method"], shown["witness_name"], shown["witness_reason"], shown["confirmed_by"]),
                         ("WITNESS", "李见证", "本人住院，电话核实", "township-maker"))


class ReviewTest(PayrollCase):
    def test_the_township_reviews_where_the_district_wants_it(self):
        "R168 and facts C.5 (Hua county): village or township reviews both ledgers before the sheet is posted and paid; one no is none"
        code, sheet, numbers = self.world.sheet()
        policy = {"policy_name": "TOWNSHIP_REVIEW_REQUIRED", "valid_from_date": self.house.today(), "source_note": "测试：滑县做法"}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 1})
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 0})
        review = self.of(code, sheet, worker_ledger_ok=True)
        self.township_checker.refused("payroll.ReviewSheetAtTownship", review, "FAILED_PRECONDITION", "SHEET_STATE")
        path.confirm_sheet(self, code, sheet, numbers)
        self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))
        post = self.of(code, sheet, place_note="村务公开栏", hotline="0352-12345")
        self.contractor.refused("payroll.PublishSheet", post, "FAILED_PRECONDITION", "TOWNSHIP_REVIEW_MISSING")
        self.contractor_checker.refused("payroll.ReviewSheetAtTownship", review, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.township.refused("payroll.ReviewSheetAtTownship", review, "PERMISSION_DENIED", "WRONG_DUTY")
        self.township_checker.ok("payroll.ReviewSheetAtTownship", {**review, "review_note": "发放台账缺签名"})
        self.contractor.refused("payroll.PublishSheet", post, "FAILED_PRECONDITION", "TOWNSHIP_REVIEW_MISSING")
        self.township_checker.ok("payroll.ReviewSheetAtTownship", {**review, "pay_ledger_ok": True})
        self.contractor.ok("payroll.PublishSheet", post)
        self.assertEqual([(row["review_kind"], row["review_number"], row["worker_ledger_ok"], row["pay_ledger_ok"], row["review_note"], row["reviewed_by"])
                          for row in self.owner.rows("payroll.ListSheetReviews", self.of(code, sheet))],
                         [("TOWNSHIP", 1, True, False, "发放台账缺签名", "township-checker"), ("TOWNSHIP", 2, True, True, "", "township-checker")])


class SlipTest(PayrollCase):
    def test_the_slip_says_what_the_law_wants_and_the_worker_finds_it(self):
        "R127; Reg. 724 art. 15: employer, period, payee, ID number, work, items, deductions, net, proof; by a code nobody can guess, masked"
        code, sheet, numbers = self.world.sheet()
        self.contractor.ok("payroll.SetDeduction", self.of(code, sheet, worker_number=numbers[0], deduction_kind="SOCIAL_INSURANCE", deduction_fen=50_00,
                                                           deduction_reason="个人缴纳养老保险"))
        self.assertEqual(self.owner.ok("payroll.GetPayslip", self.of(code, sheet, worker_number=numbers[0]))["slip_code"], "")
        self.post(code, sheet)
        slips = [self.owner.ok("payroll.GetPayslip", self.of(code, sheet, worker_number=number)) for number in numbers]
        self.assertEqual(len({slip["slip_code"] for slip in slips}), 3)
        for slip in slips:
            self.assertRegex(slip["slip_code"], r"^[0-9A-F]{20}$")
        for other in (self.world.supervisor, self.world.bureau): # they may read the slip, and not what opens it to the worker
            self.assertEqual(other.ok("payroll.GetPayslip", self.of(code, sheet, worker_number=numbers[0]))["slip_code"], "")
        slip = slips[0]
        self.assertEqual((slip["employer_name"], slip["owner_name"], slip["period_from_date"], slip["period_to_date"], slip["post_name"], slip["pay_cycle"]),
                         ("示例建筑劳务有限公司", "示例项目建设中心", "2026-06-01", "2026-06-30", "小工", "MONTH"))
        self.assertEqual((slip["day_hundredths"], slip["rate_fen"], slip["gross_fen"], slip["deduction_fen"], slip["net_fen"]), (1000, 200_00, FEN, 50_00, FEN - 50_00))
        self.assertEqual([(row["deduction_kind"], row["deduction_fen"], row["deduction_reason"]) for row in slip["deductions"]],
                         [("SOCIAL_INSURANCE", 50_00, "个人缴纳养老保险")])
        public = self.operator.ok("payroll.GetSlipByCode", {"slip_code": slip["slip_code"].lower()})
        self.assertEqual((public["net_fen"], public["worker_number"]), (slip["net_fen"], 0))
        self.assertIn("*", public["worker_name"])
        self.assertNotEqual(public["worker_name"], slip["worker_name"])
        self.operator.refused("payroll.GetSlipByCode", {"slip_code": "0" * 20}, "NOT_FOUND", "SLIP_NOT_FOUND")
        self.owner.refused("payroll.GetSlipByCode", {"slip_code": slip["slip_code"]}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner_checker.ok("payroll.VoidSheet", self.of(code, sheet, void_reason="发放表有误"))
        self.operator.refused("payroll.GetSlipByCode", {"slip_code": slip["slip_code"]}, "NOT_FOUND", "SLIP_NOT_FOUND")


class CashTest(PayrollCase):
    def cash(self, number, fen=FEN, **more):
        return {"worker_number": number, "paid_fen": fen, "signature_reference": "现金签收单第1页", "witness_name": "王见证", **more}

    def test_cash_is_the_exception_with_reason_signature_and_witness(self):
        "R128; Reg. 724 art. 11: into the worker's own hand, in full, by another person than the one who chose cash; the bank gets the others"
        code, sheet, (one, two, three) = self.posted()
        choose = self.of(code, sheet, worker_number=one, pay_method="CASH")
        self.contractor.refused("payroll.SetPayMethod", choose, "INVALID_ARGUMENT", "CASH_NEEDS_REASON", path="cash_reason")
        pay = self.of(code, sheet, lines=[self.cash(one)])
        self.owner_checker.refused("payroll.RecordCashPayment", pay, "FAILED_PRECONDITION", "NOT_FOR_CASH")
        line = self.contractor.ok("payroll.SetPayMethod", {**choose, "cash_reason": "年老，无银行卡，一卡通办理中"})
        self.assertEqual((line["pay_method"], line["cash_reason"]), ("CASH", "年老，无银行卡，一卡通办理中"))
        self.assertEqual(self.sheet_of(code, sheet)["cash_count"], 1)
        order = self.order(code, sheet, 2, 2 * FEN)
        self.assertEqual({row["worker_number"] for row in self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": order})}, {two, three})
        self.pay_all(code, sheet, order)
        self.contractor.refused("payroll.RecordCashPayment", pay, "PERMISSION_DENIED", "WRONG_DUTY")
        name = next(row["worker_name"] for row in self.lines_of(code, sheet) if row["worker_number"] == one)
        for fault, reason in (({"paid_fen": FEN - 1}, "PAID_AMOUNT_DIFFERS"), ({"witness_name": name}, "WITNESS_IS_PARTY"),
                              ({"paid_date": "2027-01-01"}, "PAID_IN_FUTURE"), ({"worker_number": 12345}, "LINE_NOT_FOUND"), ({"worker_number": two}, "NOT_FOR_CASH")):
            self.owner_checker.refused("payroll.RecordCashPayment", self.of(code, sheet, lines=[{**self.cash(one), **fault}]), reason=reason)
        self.owner_checker.refused("payroll.RecordCashPayment", self.of(code, sheet, lines=[{**self.cash(one), "signature_reference": ""}]), "INVALID_ARGUMENT", "REQUIRED")
        total = self.owner_checker.ok("payroll.RecordCashPayment", pay)
        self.assertEqual((total["sheet_state"], total["paid_fen"], total["settled_date"]), ("PAID", 3 * FEN, self.house.today()))
        self.owner_checker.refused("payroll.RecordCashPayment", pay, "FAILED_PRECONDITION", "SHEET_STATE")
        self.contractor.refused("payroll.SetPayMethod", {**choose, "cash_reason": "再次"}, "FAILED_PRECONDITION", "PAY_METHOD_FIXED")
        self.assertEqual(self.ledger_of(code)["WAGES_PAYABLE"], 0)
        self.contractor.ok("payroll.FileSheet", self.of(code, sheet, filing_unit_id="140214-rsj"))

    def test_cash_waits_for_publicity_and_for_objections(self):
        "R171 R111: the same gates as for the bank"
        code, sheet, (number,) = self.world.sheet(count=1)
        self.contractor.ok("payroll.SetPayMethod", self.of(code, sheet, worker_number=number, pay_method="CASH", cash_reason="无银行卡"))
        path.confirm_sheet(self, code, sheet, [number])
        path.approve_sheet(self, code, sheet)
        pay = self.of(code, sheet, lines=[self.cash(number)])
        self.owner_checker.refused("payroll.RecordCashPayment", pay, "FAILED_PRECONDITION", "PUBLICITY_RUNNING")
        self.wait_days(8)
        self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=1, total_fen=FEN), "FAILED_PRECONDITION", "NOTHING_TO_ORDER")
        self.township.ok("payroll.ObjectToLine", self.of(code, sheet, worker_number=number, objection_reason="应发卡"))
        self.owner_checker.refused("payroll.RecordCashPayment", pay, "FAILED_PRECONDITION", "OBJECTION_STANDS")
        self.bureau_checker.ok("payroll.ResolveObjection", self.of(code, sheet, objection_number=1, objection_state="DISMISSED", resolution_note="确无银行卡"))
        self.assertEqual(self.owner_checker.ok("payroll.RecordCashPayment", pay)["sheet_state"], "PAID")


if __name__ == "__main__":
    unittest.main()
