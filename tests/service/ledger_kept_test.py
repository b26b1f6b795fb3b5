"""Ledger rows beneath a report are kept as long as the law and the district's dated parameter say, and fall away on record."""
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

QUARTER, BUREAU = "2026Q2", "140214-jtj"


class LedgerKeptTest(ServiceCase):
    """In order: one report, and the years behind it."""
    settings = {"gateway.draw_interval_ms": 50, "gateway.retention_interval_ms": 100}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code, _, _ = world.sheet(count=3)
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.house.settle()
        cls.report_code = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": cls.report_code, "comments": [{"project_code": cls.code, "comment_note": "7月支付"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": cls.report_code})
        world.office_checker.ok("gateway.AcceptReport", {"report_code": cls.report_code})

    def key(self):
        return bytes.fromhex(self.sql("SELECT DISTINCT encode(ledger_key, 'hex') FROM gateway.report_ledger")[0][0])

    def sweep(self):
        return {"ledger_key": self.key(), "project_code": self.code}

    def blocks(self):
        return int(self.sql("SELECT count(*) FROM gateway.ledger_block")[0][0])

    def kept(self, reason, detail=""):
        reply = self.office_checker.refused("gateway.SweepLedger", self.sweep(), "FAILED_PRECONDITION", reason)
        self.assertIn(detail, str(reply))
        self.assertEqual(self.blocks(), 1)

    def years(self, number, day):
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "report_rows_years", "division_prefix": "140214", "valid_from_date": day,
                                                         "parameter_value": number, "basis_note": "测试"})
        self.house.settle()

    def test_a_who_may(self):
        "R192: the office's checker or the clock; a bureau never, and nobody what is not there"
        for actor in (self.office, self.bureau_checker, self.contractor):
            actor.refused("gateway.SweepLedger", self.sweep(), "PERMISSION_DENIED")
        self.office_checker.refused("gateway.SweepLedger", {**self.sweep(), "ledger_key": bytes(16)}, "NOT_FOUND", "LEDGER_ROWS_UNKNOWN")

    def test_b_a_project_that_goes_on_keeps_its_rows(self):
        "Reg. 724 art. 15, 28: the years begin with the completion, however long ago the quarter was"
        self.house.travel("2031-01-05")
        self.kept("LEDGER_ROWS_KEPT")
        self.owner.ok("registry.CompleteProject", {"project_code": self.code, "complete_date": self.house.today()})

    def test_c_never_less_than_three_years(self):
        "Reg. 724 art. 15, 28 R192: a district may keep them longer, never shorter"
        self.years(1, "2031-02-01")
        self.house.travel("2033-01-05")
        self.kept("LEDGER_ROWS_KEPT", "2034-01-05")
        self.years(4, "2033-02-01")
        self.house.travel("2034-06-01")
        self.kept("LEDGER_ROWS_KEPT", "2035-01-05")

    def test_d_an_open_draw_keeps_them(self):
        "R192: what has been drawn is shown first, though its time is over"
        self.house.node.stop("payroll")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 6, "due_date": "2035-02-01"})["draw_number"]
        self.house.travel("2035-01-06")
        self.kept("LEDGER_ROWS_DRAWN")
        self.house.node.start("payroll")
        deadline = time.monotonic() + 30
        while self.blocks():
            self.assertLess(time.monotonic(), deadline, self.house.node.log_tail("gateway"))
            time.sleep(0.05)
        done = self.office.ok("gateway.ListDraws", {"draw_number": draw})["rows"][0]
        self.assertEqual((done["draw_state"], done["finding_count"]), ("ANSWERED", 0))

    def test_e_what_fell_away_is_on_record(self):
        "R192 R193: which rows, how many, kept until when and by whom; for the unit and those who see all; and no more can be drawn"
        for actor in (self.office, self.bureau):
            row, = actor.rows("gateway.ListLedgerSwept", {"unit_id": BUREAU, "quarter": QUARTER})
            self.assertEqual((row["project_code"], row["row_count"], row["block_count"], row["kept_until_date"], row["ledger_key"]),
                             (self.code, 6, 1, "2035-01-05", self.key()))
        self.assertEqual(self.other_bureau.rows("gateway.ListLedgerSwept", {"unit_id": BUREAU, "quarter": QUARTER}), [])
        self.office_checker.refused("gateway.DrawRows", {"report_code": self.report_code, "row_count": 2}, "FAILED_PRECONDITION", "LEDGER_ROWS_SWEPT", "report_code")
        self.office_checker.refused("gateway.SweepLedger", self.sweep(), "NOT_FOUND", "LEDGER_ROWS_UNKNOWN")
        line = self.office.ok("gateway.GetReport", {"report_code": self.report_code})["lines"][0]
        self.assertEqual(line["ledger_row_count"], 6, "the report says what it said")

    def test_f_replay(self):
        "I6: the journal replays into equal tables"
        self.house.node.stop("gateway")
        done = subprocess.run([BUILD / "bin/gateway", "--node", self.house.node.directory, "--replay"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
