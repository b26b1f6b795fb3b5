"""Lines of a wage sheet on their way from payroll to evaluation: killed between two pages, before the copy is called current, and with payroll
away (I6). Whatever happens, the copy becomes what payroll has, and until then no check is answered."""
from lib import path
from lib.fault import FaultCase

CRASHED = 137


class LedgerFetchTest(FaultCase):
    workload_services = ("evaluation",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load = cls.workload()

    def confirmed(self, month):
        """A project with a confirmed sheet of three people, whose lines evaluation wants."""
        code, sheet, numbers = self.world.sheet(month=month)
        path.confirm_sheet(self.world, code, sheet, sorted(numbers))
        return code, sheet

    def check(self, code):
        return self.world.bureau.ok("evaluation.CheckLedgers", {"project_code": code})

    def lines(self, schema, table, sheet):
        return self.sql(f"SELECT worker_number, net_fen, line_state FROM {schema}.{table} WHERE sheet_code = '{sheet}' ORDER BY 1")

    def test_killed_on_the_way(self):
        "T07 R135: between two pages, in the storing call, around its commit"
        for point in ("ledger_fetch_between_pages", "in_handler", "before_commit", "after_commit", "follow_before_cursor"):
            with self.subTest(point=point):
                self.house.settle()
                self.restart("evaluation", crash_at=point)
                code, sheet = self.confirmed("2026-06")
                self.assertEqual(self.node.wait_end("evaluation"), CRASHED, self.node.log_tail("evaluation"))
                self.node.start("evaluation")
                self.assertTrue(self.check(code)["ledgers_true"])
                self.assertEqual(self.lines("evaluation", "ledger_line", sheet), self.lines("payroll", "wage_line", sheet))

    def test_payroll_is_away(self):
        "T06 R135: a check waits for the lines instead of judging without them"
        code, sheet = self.confirmed("2026-06")
        self.house.settle()
        self.check(code)
        self.node.kill("payroll")
        self.sql(f"UPDATE evaluation.sheet SET lines_number = lines_number - 1 WHERE sheet_code = '{sheet}'")
        self.world.bureau.refused("evaluation.CheckLedgers", {"project_code": code}, "UNAVAILABLE", "LEDGER_LINES_PENDING", after=[])
        self.node.start("payroll")
        self.assertTrue(self.check(code)["ledgers_true"])
        self.sql(f"UPDATE evaluation.sheet SET lines_number = change_number WHERE sheet_code = '{sheet}'")
