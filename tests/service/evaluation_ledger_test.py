"""Truth of the three ledgers worker by worker: what is compared, what proves a finding, and as of when."""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

JUNE, JULY = "2026-06", "2026-07"


class LedgerCase(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")
    settings = {"evaluation.ledger_fetch_ms": "20"}

    def check(self, code):
        return self.bureau.ok("evaluation.CheckLedgers", {"project_code": code})

    def findings(self, code):
        """{(kind, subject's rows)} of what stands open: kind -> evidence rows."""
        found = [row for row in self.bureau.rows("evaluation.ListFindings", {"project_code": code}) if row["finding_state"] != "VERIFIED"]
        return {row["finding_kind"]: self.bureau.rows("evaluation.ListFindingRows", {"project_code": code, "finding_code": row["finding_code"]}) for row in found}


class TrueLedgersTest(LedgerCase):
    @classmethod
    def tearDownClass(cls):
        """The journal, pages and fetched lines included, replays into equal tables."""
        invariants.check(cls.house.node)

    def test_every_worker_is_compared_and_the_check_says_as_of_when(self):
        "R103 R135: roster days = attendance days = payroll days for each worker and month; the check names the journal positions it knows"
        code, sheet, numbers = self.world.paid_sheet(count=3)
        checked = self.check(code)
        self.assertEqual((checked["ledgers_true"], checked["worker_month_count"], checked["worker_mismatch_count"]), (True, 3, 0))
        self.assertEqual(self.sql(f"SELECT count(*), sum(net_fen), sum(paid_fen), sum(bank_fen) FROM evaluation.ledger_line WHERE sheet_code = '{sheet}'"),
                         [["3", "600000", "600000", "600000"]])
        for service, field in (("workforce", "attendance_seq"), ("payroll", "payroll_seq")):
            last_event = self.sql(f"SELECT max(seq) FROM {service}.journal WHERE event_type IN ('AttendanceSealed', 'AgreementsChanged', 'SheetChanged', "
                                  "'PaymentOrdered', 'PaymentSettled')")
            self.assertGreaterEqual(checked[field], int(last_event[0][0]))
        self.assertEqual(len(numbers), 3)

    def test_lines_are_fetched_when_confirmed_and_when_paid_and_not_for_every_change(self):
        "R135: a draft is nobody's ledger yet; lines come with the confirmation and again with the bank's results"
        code, sheet, numbers = self.world.sheet(count=2)
        self.house.settle()
        self.assertEqual(self.sql(f"SELECT change_number, lines_number FROM evaluation.sheet WHERE sheet_code = '{sheet}'"), [["0", "0"]])
        path.confirm_sheet(self.world, code, sheet, sorted(numbers))
        path.approve_sheet(self.world, code, sheet)
        self.check(code)
        self.assertEqual(self.sql(f"SELECT change_number, lines_number FROM evaluation.sheet WHERE sheet_code = '{sheet}'"), [["1", "1"]])
        self.assertEqual(self.sql(f"SELECT DISTINCT line_state, confirm_method, confirmed_at IS NOT NULL FROM evaluation.ledger_line "
                                  f"WHERE sheet_code = '{sheet}'"), [["CONFIRMED", "SIGNATURE", "t"]])

    def test_the_sealed_rows_come_with_the_month(self):
        "R103: evaluation has each worker's days as they were sealed, with tokens and masks and without names"
        code, numbers = self.world.sealed(count=2)
        self.house.settle()
        self.assertEqual(self.sql(f"SELECT worker_number, days_text, first_date, last_date, length(worker_token) FROM evaluation.attended "
                                  f"WHERE project_code = '{code}' ORDER BY 1"),
                         [[str(number), " ".join(f"{day}:100" for day in range(20, 30)), "2026-06-20", "2026-06-29", "16"] for number in sorted(numbers)])

    def test_a_month_reopened_leaves_no_rows_behind(self):
        "R103 R108: what was sealed and opened again is no ledger until it is sealed anew; then the new rows are compared, also when both come at once"
        code, numbers = self.world.sealed(count=2)
        month = {"project_code": code, "month": JUNE}
        self.house.settle()
        where = f"WHERE project_code = '{code}'"
        self.assertEqual(self.sql(f"SELECT count(*) FROM evaluation.attended {where}"), [["2"]])

        def reopen():
            self.contractor.ok("workforce.RequestReopening", {**month, "reopen_reason": "漏记"})
            self.owner_checker.ok("workforce.ApproveReopening", {**month, "decide_note": "属实"})
        reopen()
        self.house.settle()
        self.assertEqual(self.sql(f"SELECT (SELECT count(*) FROM evaluation.attended {where}), (SELECT count(*) FROM evaluation.sealed_month {where})"), [["0", "0"]])
        path.seal_month(self.world, code, JUNE)
        self.house.node.stop("evaluation")  # meanwhile the month is opened and sealed again
        self.house.positions.pop("evaluation", None)
        reopen()
        self.contractor.ok("workforce.CorrectAttendance", {"project_code": code, "worker_number": numbers[0], "work_date": "2026-06-20", "corrected_hundredths": 50,
                                                           "correction_reason": "半天"})
        path.seal_month(self.world, code, JUNE)
        self.house.node.start("evaluation")
        self.house.settle()
        self.assertEqual(self.sql(f"SELECT count(*), sum(day_hundredths) FROM evaluation.attended {where}"), [["2", "1950"]])
        self.assertTrue(self.check(code)["ledgers_true"])

    def test_cash_is_proved_by_its_receipt(self):
        "R135 R128: a worker paid in cash has a receipt where the others have the bank's result; the ledgers are true"
        code, sheet, (one, *others) = self.world.published_sheet(count=3)
        line = {"project_code": code, "sheet_code": sheet}
        self.contractor.ok("payroll.SetPayMethod", {**line, "worker_number": one, "pay_method": "CASH", "cash_reason": "年老, 无银行卡"})
        order = path.order_payment(self.world, code, sheet, 2, 4_000_00, "bank-1")
        path.Bank(self.bank).settle(code, order)
        self.owner_checker.ok("payroll.RecordCashPayment", {**line, "lines": [{"worker_number": one, "paid_fen": 2_000_00, "signature_reference": "现金签收单第1页",
                                                                             "witness_name": "王见证"}]})
        checked = self.check(code)
        self.assertEqual((checked["ledgers_true"], checked["worker_mismatch_count"]), (True, 0))
        self.assertEqual(sorted(map(tuple, self.sql(f"SELECT pay_method, paid_fen, bank_fen FROM evaluation.ledger_line WHERE sheet_code = '{sheet}'"))),
                         [("BANK", "200000", "200000")] * len(others) + [("CASH", "200000", "200000")])

    def test_only_the_node_stores_lines(self):
        "R135: nobody outside may put lines into the ledger that is compared, or read the lines of another's project"
        code = self.world.project()
        store = {"project_code": code, "sheet_code": "x", "rows": [{"worker_number": 1}]}
        self.assertFalse(self.operator.call("evaluation.StoreLedgerLines", store).ok)
        self.assertFalse(self.bureau.call("evaluation.CloseLedgerLines", {"project_code": code, "sheet_code": "x", "change_number": 1}).ok)
        self.contractor.refused("payroll.ListLedgerLines", {"project_code": code, "sheet_code": "x"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.stranger.refused("evaluation.ListFindingRows", {"project_code": code, "finding_code": "x"}, "PERMISSION_DENIED", "NOT_ALLOWED")


class FalseLedgersTest(LedgerCase):
    """These reach into tables to make what the services would refuse."""

    def test_sums_that_agree_hide_nothing(self):
        "R103 R135: a day moved from one worker to another leaves every sum as it was; the rows of both prove it"
        code, sheet, numbers = self.world.paid_sheet(count=3)
        self.check(code)
        self.sql(f"UPDATE evaluation.ledger_line SET day_hundredths = day_hundredths + CASE worker_number WHEN {numbers[0]} THEN 100 ELSE -100 END "
                 f"WHERE sheet_code = '{sheet}' AND worker_number IN ({numbers[0]}, {numbers[1]})")
        checked = self.check(code)
        self.assertEqual((checked["ledgers_true"], checked["worker_mismatch_count"], checked["new_finding_count"]), (False, 2, 1))
        rows = self.findings(code)["DAYS_DIFFER"]
        self.assertEqual({(row["worker_number"], row["attendance_hundredths"], row["payroll_hundredths"]) for row in rows},
                         {(numbers[0], 1000, 1100), (numbers[1], 1000, 900)})
        self.assertTrue(all(row["month"] == JUNE and row["sheet_code"] == sheet and row["id_number_mask"].startswith("****") for row in rows))
        again = self.check(code)
        self.assertEqual((again["mismatch_count"], again["new_finding_count"], again["new_findings"]), (1, 0, []))
        self.house.settle()
        told = [(row["finding_code"], row["finding_kind"]) for row in checked["new_findings"]]
        self.assertEqual([tuple(row) for row in self.sql(f"SELECT finding_code, finding_kind FROM registry.followed_finding WHERE project_code = '{code}' "
                                                         "AND finding_state = 'OPEN'")], told, "the registry accepts no works over an open finding")

    def test_each_kind_of_mismatch_names_its_workers(self):
        "R103 R135: paid without attendance, attended and not listed when due, days outside the agreement, paid otherwise than the bank says"
        code, sheet, numbers = self.world.paid_sheet(count=5)
        self.check(code)
        absent, unlisted, uncovered, unpaid = sorted(numbers)[:4]
        self.sql(f"DELETE FROM evaluation.attended WHERE project_code = '{code}' AND worker_number = {absent}")
        self.sql(f"DELETE FROM evaluation.ledger_line WHERE project_code = '{code}' AND worker_number = {unlisted}")
        self.sql(f"UPDATE evaluation.agreement SET end_date = '2026-06-25' WHERE project_code = '{code}' AND worker_number = {uncovered}")
        self.sql(f"UPDATE evaluation.ledger_line SET bank_fen = bank_fen - 1 WHERE project_code = '{code}' AND worker_number = {unpaid}")
        self.check(code)
        rows = self.findings(code)
        self.assertEqual([(row["worker_number"], row["attendance_hundredths"], row["payroll_hundredths"]) for row in rows["WORKERS_DIFFER"]],
                         [(absent, None, 1000)])  # who is not listed is found when the month is due
        self.assertEqual([(row["worker_number"], row["roster_hundredths"], row["attendance_hundredths"]) for row in rows["ROSTER_DIFFERS"]],
                         [(uncovered, 600, 1000)])  # days 20 to 25 of 20 to 29
        self.assertEqual([(row["worker_number"], row["paid_fen"] - row["bank_fen"]) for row in rows["PAID_DIFFERS"]], [(unpaid, 1)])
        self.sql(f"UPDATE evaluation.finding SET finding_state = 'VERIFIED' WHERE project_code = '{code}'")
        self.house.travel("2026-08-01")
        self.check(code)
        self.assertEqual({row["worker_number"] for row in self.findings(code)["WORKERS_DIFFER"]}, {absent, unlisted})

    def test_more_than_one_check_can_hold(self):
        "R103: a thousand findings at once are no work for anybody: the check says so and keeps none; with fewer it goes on"
        code = self.world.project()
        self.check(code)
        self.sql(f"INSERT INTO evaluation.sealed_month SELECT '{code}', to_char(DATE '1930-01-01' + make_interval(months => g), 'YYYY-MM'), '\\x01', 1, 100 "
                 "FROM generate_series(0, 1000) g")
        self.bureau.refused("evaluation.CheckLedgers", {"project_code": code}, "RESOURCE_EXHAUSTED", "TOO_MANY_MISMATCHES", path="project_code")
        self.assertEqual(self.findings(code), {})
        self.sql(f"DELETE FROM evaluation.sealed_month WHERE project_code = '{code}' AND month > '1930-01'")
        self.assertEqual(self.check(code)["new_finding_count"], 1)

    def test_an_unregistered_trainee_is_named(self):
        "R121: who signed in at a training and stands in no roster"
        code = self.world.project()
        numbers = self.world.placed(code, 2)
        self.check(code)
        self.sql(f"DELETE FROM evaluation.roster WHERE project_code = '{code}' AND worker_number = {numbers[1]}")
        self.check(code)
        self.assertEqual([(row["worker_number"], row["training_code"]) for row in self.findings(code)["TRAINEE_NOT_REGISTERED"]],
                         [(numbers[1], f"PX-{numbers[0]}")])

    def test_ten_thousand_worker_months_hold_the_writer_shortly(self):
        "R103: comparing 10,000 worker-months takes the writer about a tenth of a second; other calls wait no longer"
        code = self.world.project()
        self.check(code)
        self.sql(f"""
INSERT INTO evaluation.sealed_month SELECT '{code}', m, '\\x01', 1000, 2200000 FROM (SELECT '2025-' || lpad(g::text, 2, '0') AS m FROM generate_series(1, 10) g) x;
INSERT INTO evaluation.sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen, attendance_digest,
  change_number, lines_number) SELECT '{code}', '{code}-' || m, m, 'ORDERED', 1000, 2200000, 1000, 1000, 0, '\\x01', 1, 1
  FROM (SELECT '2025-' || lpad(g::text, 2, '0') AS m FROM generate_series(1, 10) g) x;
INSERT INTO evaluation.agreement SELECT '{code}', 'A' || w, w, '2024-01-01', '2026-12-31', 30, 'WORK_RELIEF_SERVICE' FROM generate_series(1, 1000) w;
INSERT INTO evaluation.attended (project_code, month, worker_number, day_hundredths, attended_days, days_text, first_date, last_date)
  SELECT '{code}', m, w, 2200, 22, (SELECT string_agg(lpad(d::text, 2, '0') || ':100', ' ') FROM generate_series(1, 22) d), (m || '-01')::date, (m || '-22')::date
  FROM (SELECT '2025-' || lpad(g::text, 2, '0') AS m FROM generate_series(1, 10) g) x, generate_series(1, 1000) w;
INSERT INTO evaluation.ledger_line (project_code, sheet_code, worker_number, month, day_hundredths, gross_fen, net_fen, line_state, paid_fen)
  SELECT project_code, project_code || '-' || month, worker_number, month, CASE worker_number % 500 WHEN 0 THEN 2100 ELSE 2200 END, 1, 1, 'ORDERED', 0
  FROM evaluation.attended WHERE project_code = '{code}';
ANALYZE evaluation.attended; ANALYZE evaluation.ledger_line; ANALYZE evaluation.agreement; ANALYZE evaluation.sheet""")
        times = []
        for _ in range(3):
            begun = time.monotonic()
            checked = self.check(code)
            times.append(time.monotonic() - begun)
        self.assertEqual((checked["worker_month_count"], checked["worker_mismatch_count"]), (10_000, 20))
        print(f"10,000 worker-months compared in {min(times) * 1000:.0f} ms", flush=True)
        self.assertLess(min(times), 5)  # measured 0.1 s; quadratic work would take minutes


if __name__ == "__main__":
    unittest.main()
