"""PayrollCase: what the tests of payroll share. Money is fen, written 200_00 for 200 yuan."""
import datetime

from . import invariants, path
from .house import ServiceCase

JUNE = "2026-06"


class PayrollCase(ServiceCase):
    services = ("registry", "workforce", "payroll")

    @classmethod
    def tearDownClass(cls):
        """Whatever the tests did: the fund ledger adds up, nobody is paid twice, nothing stands in clear, and the journal replays (I1..I14)."""
        invariants.check(cls.house.node)

    def of(self, code, sheet, **more):
        return {"project_code": code, "sheet_code": sheet, **more}

    def sheet_of(self, code, sheet):
        return self.owner.ok("payroll.GetSheet", self.of(code, sheet))

    def lines_of(self, code, sheet, **filters):
        return self.owner.rows("payroll.ListSheetLines", self.of(code, sheet, **filters))

    def ledger_of(self, code):
        """Balances by account; the sums of both sides must be equal in every state (RELIABILITY I4)."""
        rows = self.owner.ok("payroll.GetFundLedger", {"project_code": code})["rows"]
        self.assertEqual(sum(row["debit_fen"] for row in rows), sum(row["credit_fen"] for row in rows))
        return {row["fund_account"]: row["balance_delta_fen"] for row in rows}

    def wait_days(self, days):
        self.house.travel(str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=days)))

    def ordered(self, count=3):
        """(project, sheet, order, worker numbers in the order of the sheet)."""
        code, sheet, numbers = self.world.published_sheet(count=count)
        total = self.sheet_of(code, sheet)
        order = path.order_payment(self, code, sheet, total["line_count"], total["net_fen"])
        return code, sheet, order, sorted(numbers)

    def pay(self, code, order, *results):
        return self.bank.ok("payroll.RecordBankResults", {"project_code": code, "order_code": order, "lines": list(results)})

    @staticmethod
    def paid(number, fen, serial=None):
        return {"worker_number": number, "line_result": "PAID", "paid_fen": fen, "bank_serial": serial or f"LS-{number}"}

    @staticmethod
    def rejected(number):
        return {"worker_number": number, "line_result": "REJECTED", "reject_reason": "账号已销户"}

    def posted(self, count=3, rate_fen=200_00):
        """(project, sheet, worker numbers in the order of the sheet): posted, with the days of publicity over."""
        code = self.world.project()
        numbers = self.world.placed(code, count, rate_fen)
        self.world.attended(code, numbers, JUNE, range(20, 30))
        path.seal_month(self, code, JUNE)
        sheet = path.draw_sheet(self, code, JUNE)
        self.post(code, sheet)
        return code, sheet, sorted(numbers)

    def post(self, code, sheet):
        """From DRAFT to the end of publicity."""
        path.confirm_sheet(self, code, sheet, [line["worker_number"] for line in self.lines_of(code, sheet)])
        path.approve_sheet(self, code, sheet)
        self.wait_days(8)

    def order(self, code, sheet, count, fen):
        return self.owner_checker.ok("payroll.OrderPayment", self.of(code, sheet, line_count=count, total_fen=fen))["order_code"]

    def pay_all(self, code, sheet, order):
        """The bank pays every line of the order."""
        lines = self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": order})
        return self.pay(code, order, *(self.paid(line["worker_number"], line["net_fen"], f"LS-{order[-8:]}-{line['worker_number']}") for line in lines))
