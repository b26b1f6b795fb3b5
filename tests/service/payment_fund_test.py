"""The fund ledger and the special account: money is followed from the fund line to the worker, and nothing is ordered that is not there."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people  # noqa: E402
from lib.pay import DAY, JUNE, PayCase  # noqa: E402

TEN = 10 * DAY


class WageAccountTest(PayCase):
    def test_one_account_a_contractor_and_project_in_the_name_of_both(self):
        "Reg. 724 art. 26; 人社部发〔2021〕53号: name, one a contractor and project, one project an account, opened late is marked"
        code, other = self.world.project(), self.world.project()
        name = self.owner.ok("registry.GetProject", {"project_code": code})["facts"]["project_name"]
        ask = self.account_of(code, name)
        self.contractor.refused("payroll.OpenWageAccount", {**ask, "account_name": "示例建筑劳务有限公司"}, "INVALID_ARGUMENT", "WAGE_ACCOUNT_NAME", path="account_name")
        self.contractor.refused("payroll.OpenWageAccount", {**ask, "opened_date": "2026-06-01"}, "INVALID_ARGUMENT", "WAGE_ACCOUNT_DATES")
        self.contractor.refused("payroll.OpenWageAccount", {**ask, "bank_unit_id": "owner-1"}, "FAILED_PRECONDITION", "NO_BANK")
        self.stranger.refused("payroll.OpenWageAccount", ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        opened = self.contractor.ok("payroll.OpenWageAccount", ask)
        self.assertEqual((opened["contractor_unit_id"], opened["account_state"], opened["is_opened_late"]), ("contractor-1", "OPEN", False))
        self.contractor.refused("payroll.OpenWageAccount", {**ask, "account_no": people.card(42)}, None, "WAGE_ACCOUNT_CODE_TAKEN", "wage_account_code")
        self.contractor.refused("payroll.OpenWageAccount", {**ask, "wage_account_code": "ZH-2", "account_no": people.card(42)}, "ALREADY_EXISTS", "WAGE_ACCOUNT_EXISTS")
        second = self.owner.ok("registry.GetProject", {"project_code": other})["facts"]["project_name"]
        self.contractor.refused("payroll.OpenWageAccount", {**self.account_of(other, second), "account_no": ask["account_no"]}, "FAILED_PRECONDITION",
                                "WAGE_ACCOUNT_SHARED", path="account_no")
        late = self.contractor.ok("payroll.OpenWageAccount", {**self.account_of(other, second), "contract_signed_date": "2026-05-20"})
        self.assertTrue(late["is_opened_late"])
        self.assertNotIn("620000", str(self.sql("SELECT account_no FROM payroll.wage_account")), "sealed at rest")
        self.assertEqual([row["project_code"] for row in self.bank.rows("payroll.ListWageAccounts", {"project_code": code})], [code])
        self.assertEqual(self.stranger.rows("payroll.ListWageAccounts", {"project_code": code}), [])

    def test_inflow_comes_from_a_fund_line_once(self):
        "Reg. 724 art. 29; R142: from a fund line with money allocated; the bank's serial makes it once; only owner or the account's bank says so"
        code = self.world.project()
        ask = {"project_code": code, "wage_account_code": "ZH-1", "fund_code": "F1", "inflow_fen": 5_000_00, "inflow_date": self.house.today(), "bank_serial": "IN-1"}
        self.owner.refused("payroll.RecordInflow", ask, "NOT_FOUND", "WAGE_ACCOUNT_NOT_FOUND")
        self.open_account(code)
        self.owner.refused("payroll.RecordInflow", {**ask, "fund_code": "F9"}, "NOT_FOUND", "FUND_LINE_NOT_FOUND", path="fund_code")
        self.owner.refused("payroll.RecordInflow", {**ask, "inflow_fen": 2_000_000_01}, "FAILED_PRECONDITION", "FUND_LINE_EXCEEDED")
        self.owner.refused("payroll.RecordInflow", {**ask, "inflow_date": "2027-01-01"}, "INVALID_ARGUMENT", "PAID_IN_FUTURE")
        self.actor("bank-two", "bank-2", "MAKER", ("BANK",)).refused("payroll.RecordInflow", ask, "PERMISSION_DENIED", "NOT_THE_BANK")
        self.contractor.refused("payroll.RecordInflow", ask, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.owner.ok("payroll.RecordInflow", ask)["balance_fen"], 5_000_00)
        self.assertEqual(self.bank.ok("payroll.RecordInflow", ask)["balance_fen"], 5_000_00, "the same serial, told by the bank too")
        self.owner.refused("payroll.RecordInflow", {**ask, "inflow_fen": 1}, "FAILED_PRECONDITION", "SERIAL_DIFFERS", path="bank_serial")
        self.assertEqual(self.balances(code), {"WAGE_ACCOUNT": 5_000_00, "FUND_LINE": -5_000_00})
        self.assertEqual([(row["fund_code"], row["paid_in_fen"]) for row in self.owner.rows("payroll.ListFundLines", {"project_code": code})], [("F1", 5_000_00)])

    def test_nothing_is_ordered_without_the_money(self):
        "Reg. 724 art. 29: an order needs the free balance, what is under way counts as gone; a district may do without, or want it always"
        code, sheet, numbers = self.published()
        self.open_account(code)
        order = self.of(code, sheet, line_count=3, total_fen=3 * TEN)
        self.pay_in(code, 3 * TEN - 1, "IN-1")
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "FUND_INSUFFICIENT", path="total_fen")
        self.owner_checker.refused("payroll.OrderPayment", {**order, "wage_account_code": "ZH-9"}, "NOT_FOUND", "WAGE_ACCOUNT_NOT_FOUND")
        self.pay_in(code, 1 + 500_00, "IN-2")
        placed = self.owner_checker.ok("payroll.OrderPayment", order)
        self.assertEqual(placed["wage_account_code"], "ZH-1")
        row = self.owner.rows("payroll.ListWageAccounts", {"project_code": code})[0]
        self.assertEqual((row["balance_fen"], row["reserved_fen"], row["inflow_fen"]), (3 * TEN + 500_00, 3 * TEN, 3 * TEN + 500_00))
        self.pay(code, placed["order_code"], self.paid(numbers[0]), self.rejected(numbers[1], "BANK_FAULT"), self.unknown(numbers[2]))
        self.assertEqual(self.balances(code), {"FUND_LINE": -3 * TEN - 500_00, "WAGE_ACCOUNT": 2 * TEN + 500_00, "LABOUR_COST": 3 * TEN, "WAGES_PAYABLE": -TEN,
                                               "IN_TRANSIT": -TEN})
        again = self.owner_checker.ok("payroll.RetryFailed", self.of(code, sheet, line_count=1, total_fen=TEN))
        self.pay(code, again["order_code"], self.paid(numbers[1]))
        self.pay(code, placed["order_code"], self.paid(numbers[2]))
        self.assertEqual(self.balances(code), {"FUND_LINE": -3 * TEN - 500_00, "WAGE_ACCOUNT": 500_00, "LABOUR_COST": 3 * TEN})
        entries = self.owner.rows("payroll.ListFundEntries", {"project_code": code}, page_size=2)
        self.assertEqual(len(entries), len({(row["call_id"], row["debit_account"], row["credit_account"]) for row in entries}))
        self.assertEqual(sum(row["amount_fen"] for row in entries if row["credit_account"] == "WAGE_ACCOUNT"), 3 * TEN)
        stored = self.sql(f"SELECT count(*) FROM payroll.journal WHERE encode(request_id, 'hex') IN ('{entries[0]['call_id'].hex()}')")
        self.assertEqual(stored, [["1"]], "every entry is bound to its row of the journal")

    def test_the_policy_decides_whether_the_money_must_lie_there(self):
        "Reg. 724 art. 26, 29 as dated policy: 0 pays from elsewhere and says so, 2 refuses a project without an account"
        code, sheet, numbers = self.published()
        order = self.of(code, sheet, line_count=3, total_fen=3 * TEN)
        policy = {"policy_name": "FUND_CHECK", "valid_from_date": self.house.today(), "source_note": "测试"}
        self.addCleanup(self.office_checker.ok, "payroll.SetPayPolicy", {**policy, "policy_value": 1})
        self.office_checker.refused("payroll.SetPayPolicy", {**policy, "policy_value": 3}, "OUT_OF_RANGE", "POLICY_VALUE_OUT_OF_RANGE")
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 2})
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "WAGE_ACCOUNT_MISSING")
        self.open_account(code)
        self.owner_checker.refused("payroll.OrderPayment", order, "FAILED_PRECONDITION", "FUND_INSUFFICIENT")
        self.office_checker.ok("payroll.SetPayPolicy", {**policy, "policy_value": 0})
        placed = self.owner_checker.ok("payroll.OrderPayment", order)
        self.assertEqual(placed["wage_account_code"], "", "paid from elsewhere: the account is never below zero")
        self.pay(code, placed["order_code"], *(self.paid(number) for number in numbers))
        self.assertEqual(self.balances(code), {"LABOUR_COST": 3 * TEN, "BANK": -3 * TEN})


class ClosingTest(PayCase):
    def test_an_account_is_closed_after_completion_when_nobody_is_owed_and_thirty_days_are_over(self):
        "Reg. 724 art. 27: completed, everybody paid, announced for 30 days, deductions handed on; what is left is the contractor's"
        code, sheet, numbers = self.world.sheet(count=2)
        self.contractor.ok("payroll.SetDeduction", self.of(code, sheet, worker_number=numbers[0], deduction_kind="INCOME_TAX", deduction_fen=100_00,
                                                           deduction_reason="个人所得税"))
        path.confirm_sheet(self, code, sheet, sorted(numbers))
        path.approve_sheet(self, code, sheet)
        self.wait_days(8)
        self.open_account(code)
        self.pay_in(code, 2 * TEN + 300_00, "IN-1")
        close = {"project_code": code, "wage_account_code": "ZH-1"}
        announce = {**close, "place_note": "项目部公示栏"}
        refused = self.contractor.refused("payroll.AnnounceClosing", announce, "FAILED_PRECONDITION", "PROJECT_NOT_COMPLETED")
        self.assertIn("WAGES_UNPAID", {problem["reason"] for problem in refused.problems})
        order = path.order_payment(self, code, sheet, 2, 2 * TEN - 100_00)
        self.pay(code, order, *(self.paid(number, TEN - (100_00 if number == numbers[0] else 0)) for number in numbers))
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": self.house.today()})
        self.contractor_checker.refused("payroll.CloseWageAccount", {**close, "close_reason": "完工"}, "FAILED_PRECONDITION", "CLOSING_NOTICE_RUNNING")
        announced = self.contractor.ok("payroll.AnnounceClosing", announce)
        self.assertEqual(announced["account_state"], "CLOSING")
        self.contractor.refused("payroll.AnnounceClosing", announce, "ALREADY_EXISTS", "CLOSING_ANNOUNCED")
        self.wait_days(29)
        self.contractor_checker.refused("payroll.CloseWageAccount", {**close, "close_reason": "完工"}, "FAILED_PRECONDITION", "CLOSING_NOTICE_RUNNING")
        self.wait_days(1)
        self.assertEqual(announced["closing_from_date"], self.house.today())
        self.contractor_checker.refused("payroll.CloseWageAccount", {**close, "close_reason": "完工"}, "FAILED_PRECONDITION", "WITHHELD_UNREMITTED")
        remit = self.of(code, sheet, remitted_fen=100_00, remitted_date=self.house.today(), bank_serial="TAX-1")
        self.owner_checker.refused("payroll.RemitWithheld", {**remit, "remitted_fen": 100_01}, "FAILED_PRECONDITION", "REMITTANCE_TOO_HIGH")
        self.assertEqual(self.owner_checker.ok("payroll.RemitWithheld", remit)["withheld_fen"], 0)
        self.assertEqual(self.owner_checker.ok("payroll.RemitWithheld", remit)["withheld_fen"], 0, "the same serial is the same remittance")
        closed = self.contractor_checker.ok("payroll.CloseWageAccount", {**close, "close_reason": "完工且工资结清"})
        self.assertEqual(closed["account_state"], "CLOSED")
        self.assertEqual(self.balances(code), {"FUND_LINE": -2 * TEN - 300_00, "LABOUR_COST": 2 * TEN, "CONTRACTOR": 300_00})
        self.owner.refused("payroll.RecordInflow", {**close, "fund_code": "F1", "inflow_fen": 1, "inflow_date": self.house.today(), "bank_serial": "IN-9"},
                           "NOT_FOUND", "WAGE_ACCOUNT_NOT_FOUND")

    def test_a_deposit_is_used_or_released_by_another_than_who_recorded_it(self):
        "Reg. 724 art. 32: of the project's contractor; released only when nobody is owed"
        code, sheet, numbers = self.published(1)
        deposit = {"project_code": code, "deposit_code": "BZJ-1", "contractor_unit_id": "contractor-1", "deposit_kind": "BANK_GUARANTEE", "deposit_fen": 50_000_00,
                   "bank_name": "示例银行", "valid_from_date": "2026-06-15", "valid_to_date": "2027-06-14"}
        self.hr.refused("payroll.RecordDeposit", {**deposit, "contractor_unit_id": "contractor-2"}, "PERMISSION_DENIED", "NOT_THE_CONTRACTOR")
        self.hr.refused("payroll.RecordDeposit", {**deposit, "valid_to_date": "2026-01-01"}, "INVALID_ARGUMENT", "DEPOSIT_INVALID")
        self.assertEqual(self.hr.ok("payroll.RecordDeposit", deposit)["deposit_state"], "HELD")
        self.hr.refused("payroll.RecordDeposit", deposit, "ALREADY_EXISTS", "DEPOSIT_EXISTS")
        release = {"project_code": code, "deposit_code": "BZJ-1", "deposit_state": "RELEASED", "release_reason": "工资结清"}
        self.hr_checker.refused("payroll.ReleaseDeposit", release, "FAILED_PRECONDITION", "WAGES_UNPAID")
        self.hr_checker.refused("payroll.ReleaseDeposit", {**release, "deposit_code": "BZJ-0"}, "NOT_FOUND", "DEPOSIT_NOT_FOUND")
        self.hr_checker.refused("payroll.ReleaseDeposit", {**release, "deposit_state": "HELD"}, "INVALID_ARGUMENT", "DEPOSIT_STATE", "deposit_state")
        self.hr_checker.refused("payroll.ReleaseDeposit", {**release, "deposit_state": "USED", "used_fen": 50_000_01}, "INVALID_ARGUMENT", "DEPOSIT_USE")
        self.pay(code, path.order_payment(self, code, sheet, 1, TEN), self.paid(numbers[0]))
        self.assertEqual(self.hr_checker.ok("payroll.ReleaseDeposit", release)["deposit_state"], "RELEASED")
        self.hr_checker.refused("payroll.ReleaseDeposit", release, "FAILED_PRECONDITION", "DEPOSIT_NOT_HELD")
        self.assertEqual(self.owner.rows("payroll.ListDeposits", {"project_code": code})[0]["release_reason"], "工资结清")


class AlertTest(PayCase):
    def kinds(self, code, **more):
        return {row["alert_kind"]: row for row in self.owner.rows("payroll.ListFundAlerts", {"project_code": code, **more})}

    def test_what_the_law_asks_of_the_money_is_watched(self):
        "Reg. 724 art. 26, 29; 人社部发〔2021〕53号: no account in 30 days, opened late, and less paid in than the month's wages by the due day"
        code, sheet, _ = self.published()
        self.assertEqual(set(self.kinds(code, as_of_date="2026-07-15")), set(), "30 days after signing is in time")
        missing = self.kinds(code, as_of_date="2026-07-16")["ACCOUNT_MISSING"]
        self.assertEqual((missing["since_date"], missing["responsible_unit_id"]), ("2026-07-16", "contractor-1"))
        due = self.sheet_of(code, sheet)["due_date"]
        self.house.travel(max(self.house.today(), "2026-07-20"))
        self.open_account(code, contract_signed_date="2026-06-15", opened_date="2026-07-20")
        self.pay_in(code, 3 * TEN - 1, "IN-1", date="2026-07-20")
        alerts = self.kinds(code, as_of_date="2026-08-31")
        self.assertEqual(set(alerts), {"ACCOUNT_LATE", "INFLOW_SHORT"})
        short = alerts["INFLOW_SHORT"]
        self.assertEqual((short["month"], short["due_fen"], short["actual_fen"], short["responsible_unit_id"]), (JUNE, 3 * TEN, 3 * TEN - 1, "owner-1"))
        self.assertGreater(short["since_date"], due)
        self.pay_in(code, 1, "IN-2", date="2026-07-20")
        self.assertEqual(set(self.kinds(code, as_of_date="2026-08-31")), {"ACCOUNT_LATE"})
        self.assertEqual(self.stranger.rows("payroll.ListFundAlerts", {"as_of_date": "2026-08-31"}), [])


class SeveralTest(PayCase):
    def test_of_two_accounts_and_two_banks_one_is_named(self):
        "Reg. 724 art. 26; R128: a project with two contractors has two accounts, one with two banks pays by the one that is named"
        self.office.ok("registry.AddUnit", {"unit_id": "bank-2", "unit_name": "示例银行二支行", "unit_kind": "BANK", "division_code": "140214", "hosted": True,
                                            "valid_from_date": "2024-01-01"})
        code = self.world.draft()
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": unit, "relation": relation, "person_name": "负责人", "person_phone": "03520000000"}
            for unit, relation in (("owner-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("contractor-2", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"),
                                   ("township-1", "TOWNSHIP"), ("140214-fgj", "CONTACT"))]})
        path.approve_project(self.world, code, "2026-06-05")
        path.award_project(self.world, code, "2026-06-15", [("F1", 2_000_000_00)])
        path.start_project(self.world, code, "2026-06-20")
        sheet, numbers = self.published(code=code)[1:]
        self.open_account(code)
        name = self.owner.ok("registry.GetProject", {"project_code": code})["facts"]["project_name"]
        self.stranger.ok("payroll.OpenWageAccount", {**self.account_of(code, name), "wage_account_code": "ZH-2", "account_no": people.card(4242),
                                                     "account_name": f"示例第二建筑有限公司{name}农民工工资专用账户"})
        self.pay_in(code, 3 * TEN, "IN-1")
        order = self.of(code, sheet, line_count=3, total_fen=3 * TEN)
        reply = self.owner_checker.refused("payroll.OrderPayment", order)
        self.assertLessEqual({("BANK_AMBIGUOUS", "bank_unit_id"), ("WAGE_ACCOUNT_AMBIGUOUS", "wage_account_code")},
                             {(problem["reason"], problem["path"]) for problem in reply.problems})
        self.owner_checker.refused("payroll.OrderPayment", {**order, "bank_unit_id": "bank-1"}, "INVALID_ARGUMENT", "WAGE_ACCOUNT_AMBIGUOUS", path="wage_account_code")
        self.owner_checker.refused("payroll.OrderPayment", {**order, "wage_account_code": "ZH-1"}, "INVALID_ARGUMENT", "BANK_AMBIGUOUS", path="bank_unit_id")
        self.assertEqual(self.owner_checker.ok("payroll.OrderPayment", {**order, "bank_unit_id": "bank-1", "wage_account_code": "ZH-1"})["line_count"], len(numbers))


if __name__ == "__main__":
    unittest.main()
