"""Paying through a bank: receipt, account checks and the bucket, enquiries, contradictions. A real node and a bank with its own key."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people  # noqa: E402
from lib.pay import DAY, PayCase, order_digest  # noqa: E402


class ReceiptTest(PayCase):
    def test_the_bank_acknowledges_exactly_what_was_ordered(self):
        "R132: count, total and digest of the lines it read; all faults together; again changes nothing"
        code, _, order, _ = self.ordered()
        lines = self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": order})
        receipt = {"project_code": code, "order_code": order, "order_digest": order_digest(lines), "line_count": 3, "total_fen": 3 * 10 * DAY}
        altered = order_digest([{**lines[0], "net_fen": 1}, *lines[1:]])
        reply = self.bank.refused("payroll.AcknowledgeOrder", {**receipt, "order_digest": altered, "line_count": 2, "total_fen": 1}, "FAILED_PRECONDITION")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"ORDER_DIGEST_DIFFERS", "COUNT_DIFFERS", "TOTAL_DIFFERS"})
        first = self.bank.ok("payroll.AcknowledgeOrder", receipt)
        self.wait_days(1)
        self.assertEqual(self.bank.ok("payroll.AcknowledgeOrder", receipt), first)
        other = self.actor("bank-two", "bank-2", "MAKER", ("BANK",))
        other.refused("payroll.AcknowledgeOrder", receipt, "PERMISSION_DENIED", "NOT_THE_BANK")
        self.owner.refused("payroll.AcknowledgeOrder", receipt, "PERMISSION_DENIED", "NOT_ALLOWED")
        listed = next(row for row in self.owner.rows("payroll.ListPaymentOrders", {"project_code": code}) if row["order_code"] == order)
        self.assertEqual(listed["acknowledged_date"], first["acknowledged_date"])

    def test_an_order_the_bank_does_not_take_is_an_alert(self):
        "R132: after the days of ENQUIRY_DAYS, until it is received or answered"
        code, _, order, numbers = self.ordered()
        alerts = lambda: [(row["alert_kind"], row["order_code"], row["responsible_unit_id"]) for row in self.owner.rows("payroll.ListFundAlerts", {"project_code": code})
                          if row["order_code"]]
        self.assertEqual(alerts(), [])
        self.wait_days(3)
        self.assertEqual(alerts(), [("ORDER_UNRECEIVED", order, "bank-1")])
        self.pay(code, order, *(self.paid(number) for number in numbers))
        self.assertEqual(alerts(), [])


class AccountTest(PayCase):
    def check(self, code, sheet):
        """The bank's list of accounts that it is asked to check."""
        asked = self.contractor.ok("payroll.RequestAccountCheck", self.of(code, sheet))
        return asked["check_code"], self.bank.rows("payroll.ListAccountChecks", {"project_code": code, "check_code": asked["check_code"]})

    def answer(self, code, check, *lines):
        return self.bank.ok("payroll.RecordAccountChecks", {"project_code": code, "check_code": check, "lines": list(lines)})

    def test_what_is_unfit_stays_behind_and_the_rest_is_paid(self):
        "R128: holder, kind and state are asked of the bank before money moves; unfit accounts go to the bucket with what clears them"
        code, sheet, (one, two, three) = self.published()
        check, asked = self.check(code, sheet)
        self.assertEqual([row["worker_number"] for row in asked], [one, two, three])
        self.assertTrue(all(row["account_no"].startswith("620000") for row in asked), "the bank sees the account in clear")
        reply = self.answer(code, check, {"worker_number": one, "check_state": "OK", "account_kind": "CARD"},
                            {"worker_number": two, "check_state": "CLOSED", "check_note": "2025年销户"})
        self.assertEqual((reply["ok_count"], reply["failed_count"], reply["open_count"]), (1, 1, 1))
        bucket = self.owner.rows("payroll.ListAccountBucket", self.of(code, sheet))
        self.assertEqual([(row["worker_number"], row["account_fault"], row["check_note"]) for row in bucket], [(two, "ACCOUNT_UNFIT", "2025年销户")])
        self.assertTrue(bucket[0]["remedy_note"])
        refused = self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=3, total_fen=3 * 10 * DAY), "FAILED_PRECONDITION", "COUNT_DIFFERS")
        self.assertIn("ACCOUNT_UNFIT", {problem["reason"] for problem in refused.problems}, "and it says who stays behind, and why")
        order = path.order_payment(self, code, sheet, 2, 2 * 10 * DAY)
        self.pay(code, order, self.paid(one), self.paid(three))
        self.assertEqual(self.sheet_of(code, sheet)["sheet_state"], "PARTLY_PAID")
        name = next(line["worker_name"] for line in self.lines_of(code, sheet) if line["worker_number"] == two)
        fix = self.of(code, sheet, worker_number=two, account_holder=name, account_no=people.card(555), correction_reason="原卡销户")
        self.contractor.refused("payroll.CorrectAccount", {**fix, "card_held": True}, "FAILED_PRECONDITION", "CARD_HELD", path="card_held")
        self.contractor.ok("payroll.CorrectAccount", fix)
        self.assertEqual(self.owner.rows("payroll.ListAccountBucket", self.of(code, sheet)), [])
        late = path.order_payment(self, code, sheet, 1, 10 * DAY)
        self.pay(code, late, self.paid(two))
        self.assertEqual(self.sheet_of(code, sheet)["sheet_state"], "PAID")

    def test_a_district_may_want_every_account_checked(self):
        "R128: with the policy on, an account nobody checked is not ordered; the answer of an old request does not count for a new account"
        code, sheet, (one, two, three) = self.published()
        policy = {"policy_name": "ACCOUNT_CHECK_REQUIRED", "valid_from_date": self.house.today(), "source_note": "测试：须先核验账户"}
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 1})
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 0})
        order = self.of(code, sheet, line_count=3, total_fen=3 * 10 * DAY)
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "ACCOUNT_UNCHECKED")
        check, _ = self.check(code, sheet)
        name = next(line["worker_name"] for line in self.lines_of(code, sheet) if line["worker_number"] == three)
        self.contractor.ok("payroll.CorrectAccount", self.of(code, sheet, worker_number=three, account_holder=name, account_no=people.card(556),
                                                             correction_reason="换卡"))
        self.answer(code, check, *({"worker_number": number, "check_state": "OK", "account_kind": "CARD"} for number in (one, two, three)))
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "ACCOUNT_UNCHECKED")
        newer, asked = self.check(code, sheet)
        self.assertEqual([(row["worker_number"], row["account_no"]) for row in asked], [(three, people.card(556))])
        self.answer(code, newer, {"worker_number": three, "check_state": "OK", "account_kind": "CARD"})
        self.contractor.refused("payroll.RequestAccountCheck", self.of(code, sheet), "FAILED_PRECONDITION", "NOTHING_TO_CHECK")
        self.owner_checker.ok("payroll.OrderPayment", order)

    def test_who_may_answer_and_how(self):
        "R128: only the bank that was asked, each worker once, and an answer that says something"
        code, sheet, (one, *_) = self.published(1)
        check, _ = self.check(code, sheet)
        answer = {"project_code": code, "check_code": check, "lines": [{"worker_number": one, "check_state": "OK"}]}
        other = self.actor("bank-two", "bank-2", "MAKER", ("BANK",))
        self.assertEqual(other.rows("payroll.ListAccountChecks", {"project_code": code, "check_code": check}), [])
        other.refused("payroll.RecordAccountChecks", answer, "PERMISSION_DENIED", "NOT_THE_BANK")
        self.contractor.refused("payroll.RecordAccountChecks", answer, "PERMISSION_DENIED", "NOT_ALLOWED")
        bad = {**answer, "lines": [{"worker_number": one, "check_state": "REQUESTED"}, {"worker_number": one, "check_state": "OK"},
                                   {"worker_number": 12345, "check_state": "OK"}]}
        reply = self.bank.refused("payroll.RecordAccountChecks", bad)
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems},
                         {("lines[0].check_state", "CHECK_NEEDS_ANSWER"), ("lines[1].worker_number", "LINE_TWICE"), ("lines[2].worker_number", "CHECK_NOT_FOUND")})

    def test_nothing_goes_to_a_card_that_somebody_keeps(self):
        "Reg. 724 art. 31: anybody near the work may report it; it is cleared when the worker has the card back"
        code, sheet, (one, *_) = self.published(1)
        report = self.of(code, sheet, worker_number=one, held_note="班组长统一保管银行卡")
        self.stranger.refused("payroll.ReportHeldCard", report, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.township.ok("payroll.ReportHeldCard", report)["account_fault"], "CARD_HELD")
        order = self.of(code, sheet, line_count=1, total_fen=10 * DAY)
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "CARD_HELD")
        self.township.ok("payroll.ReportHeldCard", {**report, "card_returned": True, "held_note": "已归还本人"})
        self.owner_checker.ok("payroll.OrderPayment", order)


class EnquiryTest(PayCase):
    def enquire(self, code, order):
        return self.contractor.ok("payroll.EnquireLines", {"project_code": code, "order_code": order})

    def answer(self, code, order, number, *lines):
        return {"project_code": code, "order_code": order, "enquiry_number": number, "lines": list(lines)}

    def test_unknown_is_never_sent_again_before_an_enquiry_settles_it(self):
        "R132: UNKNOWN waits for the bank; what the bank never received is sent again without a correction, what it paid is paid"
        code, sheet, order, (one, two, three) = self.ordered()
        self.pay(code, order, self.paid(one), self.unknown(two), self.unknown(three))
        retry = self.of(code, sheet, line_count=2, total_fen=2 * 10 * DAY)
        self.owner_checker.refused("payroll.RetryFailed", retry, "FAILED_PRECONDITION", "NOTHING_TO_RETRY")
        asked = self.enquire(code, order)
        self.assertEqual((asked["enquiry_number"], asked["line_count"], asked["bank_unit_id"]), (1, 2, "bank-1"))
        self.contractor.refused("payroll.EnquireLines", {"project_code": code, "order_code": order}, "FAILED_PRECONDITION", "NOTHING_TO_ENQUIRE")
        rows = self.bank.rows("payroll.ListEnquiries", {"project_code": code, "open_only": True})
        self.assertEqual([row["worker_number"] for row in rows], [two, three])
        self.bank.refused("payroll.RecordEnquiry", self.answer(code, order, 1, self.paid(one)), "FAILED_PRECONDITION", "NOT_ENQUIRED", path="lines[0].worker_number")
        settled = self.bank.ok("payroll.RecordEnquiry", self.answer(code, order, 1, self.rejected(two, "NOT_RECEIVED"), self.unknown(three)))
        self.assertEqual((settled["failed_count"], settled["unknown_count"], settled["paid_count"]), (1, 1, 1))
        again = self.owner_checker.ok("payroll.RetryFailed", {**retry, "line_count": 1, "total_fen": 10 * DAY})
        self.enquire(code, order)  # the bank said that it still does not know, so it may be asked again
        self.bank.ok("payroll.RecordEnquiry", self.answer(code, order, 2, self.paid(three)))
        self.pay(code, again["order_code"], self.paid(two))
        self.assertEqual(self.sheet_of(code, sheet)["sheet_state"], "PAID")
        self.assertEqual(self.bank.rows("payroll.ListEnquiries", {"project_code": code, "open_only": True}), [])
        self.assertEqual(self.balances(code), {"LABOUR_COST": 3 * 10 * DAY, "BANK": -3 * 10 * DAY})

    def test_a_bank_that_says_nothing_is_asked_after_some_days(self):
        "R132: a line without any answer is asked after ENQUIRY_DAYS, not before"
        code, _, order, numbers = self.ordered()
        self.contractor.refused("payroll.EnquireLines", {"project_code": code, "order_code": order}, "FAILED_PRECONDITION", "NOTHING_TO_ENQUIRE")
        self.wait_days(2)
        self.assertEqual(self.enquire(code, order)["line_count"], 3)
        self.bank.ok("payroll.RecordEnquiry", self.answer(code, order, 1, *(self.paid(number) for number in numbers)))

    def test_another_fault_than_the_banks_needs_a_correction_first(self):
        "R128 R132: a closed account is corrected before the line goes out again; a bank's own fault is not the worker's"
        code, sheet, order, (one, two, three) = self.ordered()
        self.pay(code, order, self.rejected(one, "ACCOUNT_CLOSED"), self.rejected(two, "BANK_FAULT"), self.paid(three))
        self.owner_checker.refused("payroll.RetryFailed", self.of(code, sheet, line_count=2, total_fen=2 * 10 * DAY), "FAILED_PRECONDITION", "COUNT_DIFFERS")
        again = self.owner_checker.ok("payroll.RetryFailed", self.of(code, sheet, line_count=1, total_fen=10 * DAY))
        self.assertEqual([row["worker_number"] for row in self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": again["order_code"]})], [two])


class ContradictionTest(PayCase):
    def test_a_late_contradiction_changes_nothing_and_waits_for_a_human(self):
        "R132: a paid line is never taken back; paid after refused is kept, holds the line, and is settled once as paid"
        code, sheet, order, (one, two, three) = self.ordered()
        self.pay(code, order, self.paid(one), self.rejected(two, "BANK_FAULT"), self.paid(three))
        before, balances = self.sheet_of(code, sheet), self.balances(code)
        for _ in range(2):  # a duplicate of the contradiction is the same contradiction
            reply = self.pay(code, order, self.rejected(one), self.paid(two, serial="LS-LATE"), self.paid(three, serial="LS-OTHER"))
            self.assertEqual(reply["exception_count"], 3)
        self.assertEqual((self.sheet_of(code, sheet), self.balances(code)), (before, balances))
        rows = {row["worker_number"]: row for row in self.owner.rows("payroll.ListExceptions", {"project_code": code, "exception_state": "OPEN"})}
        self.assertEqual({number: (row["stored_result"], row["reported_result"]) for number, row in rows.items()},
                         {one: ("PAID", "REJECTED"), two: ("REJECTED", "PAID"), three: ("PAID", "PAID")})
        retry = self.of(code, sheet, line_count=1, total_fen=10 * DAY)
        self.owner_checker.refused("payroll.RetryFailed", retry, "FAILED_PRECONDITION", "NOTHING_TO_RETRY")
        settle = lambda number, resolution: {"project_code": code, "order_code": order, "exception_number": rows[number]["exception_number"],
                                             "resolution": resolution, "resolution_note": "与银行核对流水"}
        self.owner.refused("payroll.ResolveException", settle(two, "PAID_AFTER_ALL"), "PERMISSION_DENIED", "WRONG_DUTY")
        self.owner_checker.refused("payroll.ResolveException", {**settle(one, "FIRST_STANDS"), "exception_number": 999}, "NOT_FOUND", "EXCEPTION_NOT_FOUND")
        self.owner_checker.refused("payroll.ResolveException", settle(one, "PAID_AFTER_ALL"), "FAILED_PRECONDITION", "EXCEPTION_NOT_PAID")
        self.owner_checker.refused("payroll.ResolveException", settle(one, "TO_RECOVER"), "FAILED_PRECONDITION", "EXCEPTION_NOT_TWICE")
        self.owner_checker.ok("payroll.ResolveException", settle(one, "FIRST_STANDS"))
        self.owner_checker.ok("payroll.ResolveException", settle(three, "TO_RECOVER"))
        paid = self.owner_checker.ok("payroll.ResolveException", settle(two, "PAID_AFTER_ALL"))
        self.assertEqual((paid["paid_count"], paid["failed_count"], paid["sheet_state"]), (3, 0, "PAID"))
        self.owner_checker.refused("payroll.ResolveException", settle(two, "FIRST_STANDS"), "FAILED_PRECONDITION", "EXCEPTION_RESOLVED")
        self.assertEqual(self.sheet_of(code, sheet)["paid_fen"], 3 * 10 * DAY)
        self.assertEqual(self.balances(code), {"LABOUR_COST": 3 * 10 * DAY, "BANK": -3 * 10 * DAY})

    def test_what_was_ordered_again_is_not_settled_twice(self):
        "R132: the refused line went out anew and was paid; the first payment, when it shows up, is to be recovered, never counted"
        code, sheet, order, (one, *_) = self.ordered(1)
        self.pay(code, order, self.rejected(one, "BANK_FAULT"))
        again = self.owner_checker.ok("payroll.RetryFailed", self.of(code, sheet, line_count=1, total_fen=10 * DAY))
        self.pay(code, again["order_code"], self.paid(one))
        self.pay(code, order, self.paid(one, serial="LS-FIRST"))
        settle = {"project_code": code, "order_code": order, "exception_number": 1, "resolution_note": "首笔系统延迟入账"}
        self.owner_checker.refused("payroll.ResolveException", {**settle, "resolution": "PAID_AFTER_ALL"}, "FAILED_PRECONDITION", "EXCEPTION_NOT_PAID")
        self.owner_checker.ok("payroll.ResolveException", {**settle, "resolution": "TO_RECOVER"})
        self.assertEqual(self.sheet_of(code, sheet)["paid_fen"], 10 * DAY)


if __name__ == "__main__":
    unittest.main()
