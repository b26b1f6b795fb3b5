"""A sealed month is opened again: what was drawn from it is stopped, made void and drawn anew; what money has moved for is settled by difference."""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, path  # noqa: E402
from lib.payroll_case import JUNE, PayrollCase  # noqa: E402

FEN = 10 * 200_00


class ReopeningTest(PayrollCase):
    def reopen(self, code):
        self.contractor.ok("workforce.RequestReopening", {"project_code": code, "month": JUNE, "reopen_reason": "漏记一天"})
        self.owner_checker.ok("workforce.ApproveReopening", {"project_code": code, "month": JUNE})

    def await_state(self, code, sheet, state, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while self.sheet_of(code, sheet)["sheet_state"] != state:
            self.assertLess(time.monotonic(), deadline, f"{sheet} is not {state}")
            time.sleep(0.1)

    def test_what_was_not_ordered_is_made_void_and_drawn_anew(self):
        "R103 R126: from the moment the reopening is followed nothing goes on with the sheet; postings go back, others are told, the next seal makes the successor"
        code, sheet, numbers = self.world.sheet()
        path.confirm_sheet(self, code, sheet, numbers)
        self.owner_checker.ok("payroll.ApproveSheet", self.of(code, sheet))
        self.reopen(code)
        self.contractor.refused("payroll.PublishSheet", self.of(code, sheet, place_note="村务公开栏", hotline="0352-12345"), "FAILED_PRECONDITION", "SHEET_STATE")
        self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "MONTH_NOT_SEALED")
        self.await_state(code, sheet, "VOID")
        self.assertEqual(set(self.ledger_of(code).values()), {0})
        self.assertEqual(self.sheet_of(code, sheet)["void_reason"], "考勤月份重新开放：漏记一天")
        told = self.sql(f"SELECT event_type FROM payroll.journal WHERE method = 'payroll.VoidReopenedSheet' AND status = 0 "
                        f"AND position(convert_to('{sheet}', 'UTF8') IN event) > 0")
        self.assertEqual(told, [["SheetChanged"]])
        self.world.attended(code, numbers[:1], JUNE, (30,))
        sealed = path.seal_month(self, code, JUNE)
        again = self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE})
        self.assertEqual((again["predecessor_sheet_code"], again["day_hundredths"], again["attendance_digest"]), (sheet, 3100, sealed["attendance_digest"]))

    def test_who_reads_late_waits_for_the_seal_that_stands(self):
        "R103: payroll was down while a month was sealed and opened again: its rows are not there any more; nothing is drawn, nothing stops, the next seal is taken"
        code = self.world.project()
        numbers = self.world.placed(code, 2)
        self.world.attended(code, numbers, JUNE, (22, 23))
        self.house.settle()
        self.house.node.stop("payroll")
        path.seal_month(self, code, JUNE)
        self.reopen(code)
        self.house.node.start("payroll")
        self.house.settle()
        draw = {"project_code": code, "month": JUNE}
        self.contractor.refused("payroll.DrawWageSheet", draw, "FAILED_PRECONDITION", "MONTH_NOT_SEALED", retry_seconds=PATIENCE_SECONDS)
        path.seal_month(self, code, JUNE)
        self.assertEqual(self.contractor.ok("payroll.DrawWageSheet", draw)["day_hundredths"], 400)

    def test_every_team_s_sheet_is_stopped(self):
        "R126: all sheets of the month, in whatever state before money moves"
        code = self.world.project()
        numbers = self.world.worker_numbers(2)
        path.add_agreements(self, code, [{**path.agreement_line(f"XY-{number}", number, 200_00, "2026-06-20", "2026-12-31"), "team_name": team}
                                         for number, team in zip(numbers, ("东段班组", "西段班组"))])
        path.hold_training(self, code, "PX-T", "2026-06-20", numbers)
        self.world.attended(code, numbers, JUNE, (22, 23))
        path.seal_month(self, code, JUNE)
        sheets = [self.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": JUNE, "team_name": team})["sheet_code"]
                  for team in ("东段班组", "西段班组")]
        path.confirm_sheet(self, code, sheets[1], numbers[1:])
        path.approve_sheet(self, code, sheets[1])
        self.reopen(code)
        for sheet in sheets:
            self.await_state(code, sheet, "VOID")
        self.assertEqual(set(self.ledger_of(code).values()), {0})

    def test_what_a_new_seal_changes_for_an_ordered_sheet(self):
        "R132: worker by worker: more is owed, less is listed, one left out is owed in full; who is unchanged is not touched"
        code, sheet, (one, two, three) = self.posted()
        extra = self.world.placed(code, 1)[0]
        self.pay_all(code, sheet, self.order(code, sheet, 3, 3 * FEN))
        # The order and the reopening may cross between two services; what follows then is reckoned here as after the second seal.
        rows = self.sql(f"""BEGIN; SET LOCAL search_path = payroll;
          UPDATE sealed_month SET seal_number = 2 WHERE project_code = '{code}';
          UPDATE sealed_attendance SET day_hundredths = 1100 WHERE project_code = '{code}' AND worker_number = {one};
          UPDATE sealed_attendance SET day_hundredths = 950 WHERE project_code = '{code}' AND worker_number = {two};
          INSERT INTO sealed_attendance (project_code, month, worker_number, worker_name, pay_unit, rate_fen, day_hundredths, employment_kind)
            VALUES ('{code}', '{JUNE}', {extra}, '漏登人员', 'DAY', 20000, 200, 'WORK_RELIEF_SERVICE');
          SELECT worker_number, drawn_fen, due_fen, earlier_sheet_code FROM pay_differences('{code}', '{JUNE}'); ROLLBACK;""")
        self.assertEqual(sorted(rows), sorted([[str(one), str(FEN), str(FEN + 200_00), sheet], [str(two), str(FEN), str(FEN - 100_00), sheet],
                                               [str(three), str(FEN), str(FEN), sheet], [str(extra), "0", "40000", sheet]]))


class SourceTest(PayrollCase):
    @classmethod
    def tearDownClass(cls):
        """No check of the journals here: the test damages a table on purpose."""

    def test_rows_that_do_not_add_up_are_not_drawn_from(self):
        "R103: a row of the sealed month is lost at its source; the sheet is refused by this name and the follower goes on"
        code = self.world.project()
        numbers = self.world.placed(code, 2)
        self.world.attended(code, numbers, JUNE, (22, 23))
        self.house.settle()
        self.house.node.stop("payroll")
        path.seal_month(self, code, JUNE)
        self.sql(f"DELETE FROM workforce.sealed_worker WHERE project_code = '{code}' AND worker_number = {numbers[0]}")
        self.house.node.start("payroll")
        self.house.settle()
        self.contractor.refused("payroll.DrawWageSheet", {"project_code": code, "month": JUNE}, "FAILED_PRECONDITION", "SEALED_ROWS_DIFFER", retry_seconds=PATIENCE_SECONDS)
        other, _ = self.world.sealed()
        self.contractor.ok("payroll.DrawWageSheet", {"project_code": other, "month": JUNE})


if __name__ == "__main__":
    unittest.main()
