"""PayCase: tests of paying. A node with the three services that money needs, helpers for orders and results, and the ledger's sum at the end."""
import datetime
import hashlib

from . import invariants, path, people
from .house import ServiceCase

JUNE = "2026-06"
DAY = 200_00


class PayCase(ServiceCase):
    services = ("registry", "workforce", "payroll")

    @classmethod
    def tearDownClass(cls):
        """Whatever the tests did: every account adds up, nobody is paid twice, nothing stands in clear, and the journal replays (I1..I14)."""
        invariants.check(cls.house.node)

    @staticmethod
    def of(code, sheet, **more):
        return {"project_code": code, "sheet_code": sheet, **more}

    def sheet_of(self, code, sheet):
        return self.owner.ok("payroll.GetSheet", self.of(code, sheet))

    def lines_of(self, code, sheet, **filters):
        return self.owner.rows("payroll.ListSheetLines", self.of(code, sheet, **filters))

    def balances(self, code):
        """By account; the sums of both sides must be equal in every state (RELIABILITY I4)."""
        rows = self.owner.ok("payroll.GetFundLedger", {"project_code": code})["rows"]
        self.assertEqual(sum(row["debit_fen"] for row in rows), sum(row["credit_fen"] for row in rows))
        return {row["fund_account"]: row["balance_delta_fen"] for row in rows if row["balance_delta_fen"]}

    def wait_days(self, days):
        self.house.travel(str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=days)))

    def published(self, count=3, code=None):
        """(project, sheet, worker numbers in the order of the sheet): ready to be ordered, ten days of 200 yuan each."""
        code, sheet, numbers = self.world.published_sheet(code, count=count)
        return code, sheet, sorted(numbers)

    def ordered(self, count=3):
        """(project, sheet, order, worker numbers in the order of the sheet)."""
        code, sheet, numbers = self.published(count)
        return code, sheet, path.order_payment(self, code, sheet, count, count * 10 * DAY), numbers

    def pay(self, code, order, *results):
        return self.bank.ok("payroll.RecordBankResults", {"project_code": code, "order_code": order, "lines": list(results)})

    def open_account(self, code, **more):
        """The contractor's special account of the project; its code."""
        project = self.owner.ok("registry.GetProject", {"project_code": code})["facts"]["project_name"]
        self.contractor.ok("payroll.OpenWageAccount", {**self.account_of(code, project), **more})
        return "ZH-1"

    def account_of(self, code, project_name):
        return {"project_code": code, "wage_account_code": "ZH-1", "account_name": f"示例建筑劳务有限公司{project_name}农民工工资专用账户",
                "account_no": people.card(900_000_000 + int(code[-6:])), "bank_name": "示例银行云冈支行", "bank_unit_id": "bank-1",
                "contract_signed_date": "2026-06-15", "opened_date": "2026-06-30"}

    def pay_in(self, code, fen, serial, date=None, actor=None, **more):
        return (actor or self.owner).ok("payroll.RecordInflow", {"project_code": code, "wage_account_code": "ZH-1", "fund_code": "F1", "inflow_fen": fen,
                                                                 "inflow_date": date or self.house.today(), "bank_serial": serial, **more})

    @staticmethod
    def paid(number, fen=10 * DAY, serial=None, **more):
        return {"worker_number": number, "line_result": "PAID", "paid_fen": fen, "bank_serial": serial or f"LS-{number}", **more}

    @staticmethod
    def rejected(number, code="ACCOUNT_CLOSED"):
        return {"worker_number": number, "line_result": "REJECTED", "reject_reason": "账号已销户", "reject_code": code}

    @staticmethod
    def unknown(number):
        return {"worker_number": number, "line_result": "UNKNOWN"}


def order_digest(lines):
    """What the bank reckons over the lines it received (payment.proto)."""
    text = "\n".join(f"{line['worker_number']}|{line['account_holder']}|{line['account_no_mask']}|{line['net_fen']}"
                     for line in sorted(lines, key=lambda one: one["worker_number"]))
    return hashlib.sha256(text.encode()).digest()
