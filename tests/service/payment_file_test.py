"""The other channel: an order carried to a bank as a file, and the file it returns, taken whole or not at all."""
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.pay import DAY, PayCase, order_digest  # noqa: E402

TEN = 10 * DAY


def return_digest(lines):
    """What the file says over its lines (payroll.proto)."""
    text = "\n".join(f"{line['worker_number']}|{line['line_result']}|{line.get('paid_fen', 0)}|{line.get('bank_serial', '')}"
                     for line in sorted(lines, key=lambda one: one["worker_number"]))
    return hashlib.sha256(text.encode()).digest()


class FileTest(PayCase):
    def by_file(self):
        code, sheet, numbers = self.published()
        order = self.owner_checker.ok("payroll.OrderPayment", self.of(code, sheet, line_count=3, total_fen=3 * TEN, order_channel="FILE"))
        return code, sheet, order["order_code"], numbers

    def file(self, code, order, lines, **more):
        paid = [line for line in lines if line["line_result"] == "PAID"]
        return {"project_code": code, "order_code": order, "return_code": "HP-1", "return_digest": return_digest(lines), "line_count": len(lines),
                "paid_count": len(paid), "paid_fen": sum(line["paid_fen"] for line in paid), "lines": lines, **more}

    def test_the_file_holds_what_was_ordered_and_its_taking_is_journalled(self):
        "R132 R128: pages with open accounts for the payer's checker alone, with count, total and digest; an order of the bus is not for carrying"
        code, _, order, numbers = self.by_file()
        ask = {"project_code": code, "order_code": order, "export_reason": "送示例银行云冈支行"}
        first = self.owner_checker.ok("payroll.ExportPaymentOrder", {**ask, "page_size": 2})
        rest = self.owner_checker.ok("payroll.ExportPaymentOrder", {**ask, "page_size": 2, "page_token": first["next_page_token"]})
        rows = first["rows"] + rest["rows"]
        self.assertEqual([row["worker_number"] for row in rows], numbers)
        self.assertTrue(all(row["account_no"].startswith("620000") for row in rows))
        self.assertEqual((first["line_count"], first["total_fen"], first["order_digest"]), (3, 3 * TEN, order_digest(rows)))
        taken = self.sql("SELECT caller, encode(reply, 'hex') FROM payroll.journal WHERE method LIKE '%ExportPaymentOrder' AND status = 0")
        self.assertEqual({caller for caller, _ in taken}, {"owner-checker"})
        self.assertTrue(all(b"620000" not in bytes.fromhex(reply) for _, reply in taken), "the journal keeps them sealed")
        self.owner.refused("payroll.ExportPaymentOrder", ask, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.refused("payroll.ExportPaymentOrder", ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": order}), [], "not on the bus")
        other, _, by_bus, _ = self.ordered()
        self.owner_checker.refused("payroll.ExportPaymentOrder", {**ask, "project_code": other, "order_code": by_bus}, "FAILED_PRECONDITION", "NOT_BY_FILE")
        self.owner_checker.refused("payroll.ExportPaymentOrder", {**ask, "order_code": "no-such"}, "NOT_FOUND", "ORDER_NOT_FOUND")

    def test_a_return_file_is_taken_whole_or_not_at_all(self):
        "R132: wrong digest, count or sum, or one wrong line: all faults told and nothing changed; the same file again is the same file"
        code, sheet, order, (one, two, three) = self.by_file()
        lines = [self.paid(one), self.rejected(two, "BANK_FAULT"), self.paid(three)]
        reply = self.owner.refused("payroll.RecordReturnFile", self.file(code, order, lines, return_digest=bytes(32), line_count=2, paid_count=3, paid_fen=1))
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems}, {
            ("return_digest", "RETURN_DIGEST_DIFFERS"), ("line_count", "COUNT_DIFFERS"), ("paid_count", "COUNT_DIFFERS"), ("paid_fen", "TOTAL_DIFFERS")})
        wrong = [self.paid(one), self.paid(two, TEN - 1), self.paid(three)]
        self.owner.refused("payroll.RecordReturnFile", self.file(code, order, wrong), "FAILED_PRECONDITION", "PAID_AMOUNT_DIFFERS", path="lines[1].paid_fen")
        self.assertEqual(self.sheet_of(code, sheet)["paid_count"], 0)
        self.stranger.refused("payroll.RecordReturnFile", self.file(code, order, lines), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.owner_checker.refused("payroll.RecordReturnFile", self.file(code, order, lines), "PERMISSION_DENIED", "WRONG_DUTY")
        for _ in range(2):
            taken = self.owner.ok("payroll.RecordReturnFile", self.file(code, order, lines))
            self.assertEqual((taken["paid_count"], taken["failed_count"], taken["sheet_state"]), (2, 1, "PARTLY_PAID"))
        other = [self.paid(one), self.rejected(two, "LIMIT")]
        self.owner.refused("payroll.RecordReturnFile", self.file(code, order, other), "ALREADY_EXISTS", "RETURN_KNOWN", path="return_code")
        self.assertEqual(self.balances(code), {"LABOUR_COST": 3 * TEN, "WAGES_PAYABLE": -TEN, "BANK": -2 * TEN})

    def test_results_of_a_bus_order_come_from_the_bank_alone(self):
        "R132: the payer cannot report his own payment of an order that the bank answers itself"
        code, _, order, (one, *_) = self.ordered()
        self.owner.refused("payroll.RecordReturnFile", self.file(code, order, [self.paid(one)]), "FAILED_PRECONDITION", "NOT_BY_FILE")
        self.owner.refused("payroll.RecordBankResults", {"project_code": code, "order_code": order, "lines": [self.paid(one)]}, "PERMISSION_DENIED", "NOT_ALLOWED")


if __name__ == "__main__":
    unittest.main()
