"""Objections to posted wage sheets: they hold their own line and no other, and what is upheld is put right by another sheet."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people  # noqa: E402
from lib.payroll_case import JUNE, PayrollCase  # noqa: E402

FEN = 10 * 200_00  # ten days


class ObjectionTest(PayrollCase):
    def object(self, code, sheet, number, reason="少记工资"):
        return self.township.ok("payroll.ObjectToLine", self.of(code, sheet, worker_number=number, objection_reason=reason))["objection_number"]

    def resolve(self, code, sheet, objection, state="UPHELD", **more):
        return self.owner_checker.ok("payroll.ResolveObjection", self.of(code, sheet, objection_number=objection, objection_state=state,
                                                                         resolution_note="已与本人核对", **more))

    def differences(self, code):
        return self.owner.rows("payroll.ListPayDifferences", {"project_code": code, "month": JUNE})

    def test_an_objection_holds_only_its_own_line(self):
        "R111 R132: the others are ordered and paid while one line waits; dismissed, that one follows"
        code, sheet, (one, two, three) = self.posted()
        objection = self.object(code, sheet, two)
        self.assertEqual([line["worker_number"] for line in self.lines_of(code, sheet) if line["held"]], [two])
        self.assertEqual(self.sheet_of(code, sheet)["held_count"], 1)
        self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=3, total_fen=3 * FEN), "FAILED_PRECONDITION", "COUNT_DIFFERS")
        order = self.order(code, sheet, 2, 2 * FEN)
        self.assertEqual(self.pay_all(code, sheet, order)["sheet_state"], "PARTLY_PAID")
        self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=1, total_fen=FEN), "FAILED_PRECONDITION", "OBJECTION_STANDS")
        self.resolve(code, sheet, objection, "DISMISSED")
        self.assertEqual(self.sheet_of(code, sheet)["held_count"], 0)
        self.assertEqual(self.pay_all(code, sheet, self.order(code, sheet, 1, FEN))["sheet_state"], "PAID")
        self.assertEqual(self.sheet_of(code, sheet)["paid_fen"], 3 * FEN)

    def test_two_objections_to_one_line_are_both_answered_first(self):
        "R111: the line is free when its last objection is resolved, and each objection is resolved once"
        code, sheet, (one, *_) = self.posted(1)
        first, second = self.object(code, sheet, one), self.object(code, sheet, one, "账号不是本人的")
        self.resolve(code, sheet, first, "DISMISSED")
        self.owner_checker.refused("payroll.OrderPayment", self.of(code, sheet, line_count=1, total_fen=FEN), "FAILED_PRECONDITION", "OBJECTION_STANDS")
        resolve = self.of(code, sheet, objection_number=first, resolution_note="再次处理")
        self.owner_checker.refused("payroll.ResolveObjection", {**resolve, "objection_state": "DISMISSED"}, "FAILED_PRECONDITION", "OBJECTION_RESOLVED")
        self.owner_checker.refused("payroll.ResolveObjection", {**resolve, "objection_number": 9, "objection_state": "DISMISSED"}, "NOT_FOUND", "OBJECTION_NOT_FOUND")
        self.resolve(code, sheet, second, "DISMISSED")
        self.order(code, sheet, 1, FEN)

    def test_a_line_that_another_has_replaced_is_upheld_no_more(self):
        "R111: the second objection to a line that left the sheet is dismissed, or raised anew against the line that came in its place"
        code, sheet, (one, _) = self.posted(2)
        first, second = self.object(code, sheet, one), self.object(code, sheet, one, "账号不是本人的")
        self.resolve(code, sheet, first, corrected_gross_fen=FEN - 200_00)
        upheld = self.of(code, sheet, objection_number=second, objection_state="UPHELD", resolution_note="已核对", corrected_gross_fen=FEN - 400_00)
        self.owner_checker.refused("payroll.ResolveObjection", upheld, "FAILED_PRECONDITION", "LINE_SUPERSEDED", path="objection_state")
        self.resolve(code, sheet, second, "DISMISSED")

    def test_more_is_owed_as_back_pay(self):
        "R111 R132; Reg. 724 art. 13: what is not in dispute is paid at once, the rest by a supplementary sheet whose lines are marked and name the sheet they add to"
        code, sheet, (one, two) = self.posted(2)
        objection = self.object(code, sheet, one)
        upheld = self.of(code, sheet, objection_number=objection, objection_state="UPHELD", resolution_note="日工资应为220元")
        self.owner_checker.refused("payroll.ResolveObjection", {**upheld, "objection_state": "OPEN"}, "INVALID_ARGUMENT", "OBJECTION_NEEDS_ANSWER")
        self.owner_checker.refused("payroll.ResolveObjection", upheld, "INVALID_ARGUMENT", "OBJECTION_NEEDS_CORRECTION", path="corrected_gross_fen")
        self.owner_checker.refused("payroll.ResolveObjection", {**upheld, "corrected_gross_fen": FEN}, "INVALID_ARGUMENT", "CORRECTION_CHANGES_NOTHING")
        self.contractor.refused("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "NOTHING_OWED")
        self.owner_checker.ok("payroll.ResolveObjection", {**upheld, "corrected_gross_fen": FEN + 200_00})
        self.assertEqual(self.pay_all(code, sheet, self.order(code, sheet, 2, 2 * FEN))["sheet_state"], "PAID")
        self.assertEqual([(row["worker_number"], row["drawn_fen"], row["due_fen"], row["owed_fen"], row["overpaid_fen"]) for row in self.differences(code)],
                         [(one, FEN, FEN + 200_00, 200_00, 0)])
        extra = self.contractor.ok("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE})
        self.assertEqual((extra["sheet_kind"], extra["line_count"], extra["gross_fen"], extra["earlier_sheet_code"]), ("SUPPLEMENT", 1, 200_00, sheet))
        line = self.lines_of(code, extra["sheet_code"])[0]
        self.assertEqual((line["worker_number"], line["line_kind"], line["earlier_sheet_code"], line["line_reason"], line["day_hundredths"]),
                         (one, "BACK_PAY", sheet, "日工资应为220元", 0))
        self.contractor.refused("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "NOTHING_OWED")
        self.post(code, extra["sheet_code"])
        self.pay_all(code, extra["sheet_code"], self.order(code, extra["sheet_code"], 1, 200_00))
        self.assertEqual(self.ledger_of(code)["LABOUR_COST"], 2 * FEN + 200_00)

    def test_less_is_owed_and_the_line_is_replaced(self):
        "R111 R126 R132: the wrong line leaves the sheet with its sums and postings and stays as a trace; a supplementary sheet pays what is right; the rest of the sheet is not touched"
        code, sheet, (one, two, three) = self.posted()
        objection = self.object(code, sheet, three, "多记三天")
        self.pay_all(code, sheet, self.order(code, sheet, 2, 2 * FEN))
        self.resolve(code, sheet, objection, corrected_gross_fen=FEN - 600_00)
        total = self.sheet_of(code, sheet)
        self.assertEqual((total["sheet_state"], total["line_count"], total["gross_fen"], total["paid_fen"], total["held_count"]), ("PAID", 2, 2 * FEN, 2 * FEN, 0))
        self.assertEqual({line["worker_number"]: line["line_state"] for line in self.lines_of(code, sheet)}, {one: "PAID", two: "PAID", three: "SUPERSEDED"})
        self.assertEqual(self.ledger_of(code), {"LABOUR_COST": 2 * FEN, "WAGES_PAYABLE": 0, "IN_TRANSIT": 0, "BANK": -2 * FEN})
        extra = self.contractor.ok("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE})["sheet_code"]
        line = self.lines_of(code, extra)[0]
        self.assertEqual((line["worker_number"], line["line_kind"], line["gross_fen"], line["day_hundredths"]), (three, "LABOUR", FEN - 600_00, 1000))
        again = self.of(code, sheet, worker_number=three, objection_reason="再议")
        self.township.refused("payroll.ObjectToLine", again, "NOT_FOUND", "LINE_NOT_FOUND")
        self.post(code, extra)
        self.assertEqual(self.pay_all(code, extra, self.order(code, extra, 1, FEN - 600_00))["sheet_state"], "PAID")
        self.assertEqual(self.differences(code), [])

    def test_a_line_struck_out_leaves_nothing_to_pay(self):
        "R132: corrected to nothing, the only line makes the sheet void; nothing is owed"
        code, sheet, (one,) = self.posted(1)
        self.resolve(code, sheet, self.object(code, sheet, one, "此人未到工地"), corrected_gross_fen=0)
        self.assertEqual(self.sheet_of(code, sheet)["sheet_state"], "VOID")
        self.assertEqual(set(self.ledger_of(code).values()), {0})
        self.contractor.refused("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "NOTHING_OWED")

    def test_a_line_on_its_way_is_held_for_the_next_time(self):
        "R111 R132: an objection after the order; the bank sends the line back, and it is not sent again before the objection is resolved; less is decided when the bank has answered"
        code, sheet, (one, two) = self.posted(2)
        order = self.order(code, sheet, 2, 2 * FEN)
        objection = self.object(code, sheet, two, "多记三天")
        less = self.of(code, sheet, objection_number=objection, objection_state="UPHELD", resolution_note="多记三天", corrected_gross_fen=FEN - 600_00)
        self.owner_checker.refused("payroll.ResolveObjection", less, "FAILED_PRECONDITION", "LINE_ON_ITS_WAY")
        self.pay(code, order, self.paid(one, FEN), self.rejected(two))
        name = next(line["worker_name"] for line in self.lines_of(code, sheet) if line["worker_number"] == two)
        self.contractor.ok("payroll.CorrectAccount", self.of(code, sheet, worker_number=two, account_holder=name, account_no=people.card(998), bank_name="示例银行",
                                                             correction_reason="原卡销户"))
        self.owner_checker.refused("payroll.RetryFailed", self.of(code, sheet, line_count=1, total_fen=FEN), "FAILED_PRECONDITION", "NOTHING_TO_RETRY")
        self.owner_checker.ok("payroll.ResolveObjection", less)
        total = self.sheet_of(code, sheet)
        self.assertEqual((total["sheet_state"], total["line_count"], total["failed_count"], total["held_count"]), ("PAID", 1, 0, 0))
        self.assertEqual([(row["worker_number"], row["owed_fen"]) for row in self.differences(code)], [(two, FEN - 600_00)])

    def test_money_that_has_gone_out_is_never_taken_back(self):
        "R132: an objection after payment; overpaid is listed, and no sheet, line or posting changes"
        code, sheet, (one, two) = self.posted(2)
        self.pay_all(code, sheet, self.order(code, sheet, 2, 2 * FEN))
        before = self.ledger_of(code)
        objection = self.object(code, sheet, two, "多付一天")
        self.resolve(code, sheet, objection, corrected_gross_fen=FEN - 200_00)
        self.assertEqual([(row["worker_number"], row["owed_fen"], row["overpaid_fen"]) for row in self.differences(code)], [(two, 0, 200_00)])
        self.assertEqual(self.ledger_of(code), before)
        self.assertEqual(self.sheet_of(code, sheet)["sheet_state"], "PAID")
        self.contractor.refused("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "NOTHING_OWED")

    def test_a_sheet_made_void_after_its_supplement_pays_nobody_twice(self):
        "R132: who stands in a supplementary sheet is left out when the regular sheet is drawn anew"
        code, sheet, (one, two) = self.posted(2)
        self.resolve(code, sheet, self.object(code, sheet, one), corrected_gross_fen=FEN - 200_00)
        extra = self.contractor.ok("payroll.DrawSupplementSheet", {"project_code": code, "month": JUNE})["sheet_code"]
        self.owner_checker.ok("payroll.VoidSheet", self.of(code, sheet, void_reason="发放表有误"))
        again = self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})
        self.assertEqual([line["worker_number"] for line in self.lines_of(code, again["sheet_code"])], [two])
        self.assertEqual([line["worker_number"] for line in self.lines_of(code, extra)], [one])

    def test_who_raised_or_drew_does_not_decide(self):
        "R130: neither the maker of the sheet nor who raised the objection resolves it; others than owner and bureau may not"
        code, sheet, (one, *_) = self.posted(1)
        objection = self.object(code, sheet, one)
        dismiss = self.of(code, sheet, objection_number=objection, objection_state="DISMISSED", resolution_note="x")
        self.contractor_checker.refused("payroll.ResolveObjection", dismiss, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner.refused("payroll.ResolveObjection", dismiss, "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger.refused("payroll.ObjectToLine", self.of(code, sheet, worker_number=one, objection_reason="x"), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau_checker.ok("payroll.ResolveObjection", dismiss)
        draft = self.world.sheet()
        self.township.refused("payroll.ObjectToLine", self.of(*draft[:2], worker_number=draft[2][0], objection_reason="未公示"), "FAILED_PRECONDITION", "SHEET_STATE")

    def test_others_hear_of_it(self):
        "R111: evaluation follows LineObjected and the sheet's new sums from payroll's journal"
        code, sheet, (one, two) = self.posted(2)
        self.resolve(code, sheet, self.object(code, sheet, one), corrected_gross_fen=FEN - 200_00)
        events = self.sql(f"SELECT event_type FROM payroll.journal WHERE method IN ('payroll.ObjectToLine', 'payroll.ResolveObjection') AND status = 0 "
                          f"AND position(convert_to('{code}', 'UTF8') IN request) > 0 ORDER BY seq")
        self.assertEqual([row[0] for row in events], ["LineObjected", "SheetChanged"])


if __name__ == "__main__":
    unittest.main()
