"""A draft takes over what has not changed of the unit's last one, and is the same as a draft made of nothing, whatever has happened in between."""
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ROOT, invariants, path, people  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.quarter import BUREAU, OTHER, file, accept  # noqa: E402

Q2, Q3, JUNE, JULY = "2026Q2", "2026Q3", "2026-06", "2026-07"
# All that a draft says, but for its own name and the keys under which it keeps its rows.
WHOLE = """
SELECT 'report', to_jsonb(r) - 'report_code' - 'revision' - 'made_at' - 'report_state' - 'checked_at' - 'checked_by' - 'line_digest' - 'unit_note'
  FROM report r WHERE report_code = '{code}'
UNION ALL SELECT 'line', to_jsonb(l) - 'report_code' FROM report_line l WHERE report_code = '{code}'
UNION ALL SELECT 'figure', to_jsonb(l) - 'report_code' FROM report_line_figure l WHERE report_code = '{code}'
UNION ALL SELECT 'group', to_jsonb(l) - 'report_code' FROM report_line_group l WHERE report_code = '{code}'
UNION ALL SELECT 'outreach', to_jsonb(l) - 'report_code' FROM report_line_outreach l WHERE report_code = '{code}'
UNION ALL SELECT 'fund', to_jsonb(l) - 'report_code' FROM report_line_fund l WHERE report_code = '{code}'
UNION ALL SELECT 'ledger', to_jsonb(l) - 'report_code' - 'ledger_key' FROM report_ledger l WHERE report_code = '{code}'
UNION ALL SELECT 'person', to_jsonb(p) - 'report_code' FROM report_people p WHERE report_code = '{code}'
UNION ALL SELECT 'people', jsonb_build_array(d.line_number, b.block_number, to_jsonb(b) - 'people_key') FROM draft_line d
  JOIN people_block b USING (people_key, project_code) WHERE report_code = '{code}'
UNION ALL SELECT 'rows', jsonb_build_array(g.line_number, b.block_number, md5(b.block_content)) FROM report_ledger g
  JOIN report_line l USING (report_code, line_number) JOIN ledger_block b USING (ledger_key, project_code) WHERE report_code = '{code}'
ORDER BY 1, 2"""
PARTS = """SELECT d.project_code, encode(d.people_key, 'hex'), encode(g.ledger_key, 'hex') FROM gateway.draft_line d JOIN gateway.report_ledger g
  USING (report_code, line_number) WHERE report_code = '{code}'"""


class DraftKeptTest(ServiceCase):
    at = "2026-06-30 18:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.mover = world.draft()  # the first line: where it goes the others move up
        cls.codes, cls.numbers = [], []
        for _ in range(3):
            code = world.project()
            cls.codes.append(code)
            cls.numbers.append(world.placed(code, 3))
            world.attended(code, cls.numbers[-1], JUNE, range(20, 25))
            path.seal_month(world, code, JUNE)
        cls.twins()
        cls.house.settle()
        cls.sheets = [path.draw_sheet(world, code, JUNE) for code in cls.codes]
        for quarter, due in ((Q2, "2026-07-20"), (Q3, "2026-10-20")):
            world.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": due})
        cls.house.settle()
        cls.draft()

    @classmethod
    def tearDownClass(cls):
        """The journals replay into equal tables."""
        try:
            invariants.check(cls.house.node)
        finally:
            super().tearDownClass()

    @classmethod
    def twins(cls):
        """One person under two numbers, of whom one has worked so far."""
        lines = [path.worker_line("双号测试", people.id_number(i), people.card(i)) for i in (7001, 7002)]
        cls.wrong, cls.right = path.add_workers(cls.world.contractor, lines)

    @classmethod
    def draft(cls, quarter=Q2, who=None, unit=BUREAU, **more):
        return (who or cls.world.bureau).ok("gateway.DraftReport", {"unit_id": unit, "quarter": quarter, **more})["report_code"]

    def whole(self, code):
        return self.sql(f"SET search_path = gateway; {WHOLE.format(code=code)}")

    def parts(self, code):
        return {row[0]: row[1:] for row in self.sql(PARTS.format(code=code))}

    def of_nothing(self, **request):
        """A draft that finds nothing to take over: what the last ones were read under is put aside while it is made."""
        self.sql("CREATE SCHEMA aside; CREATE TABLE aside.line AS SELECT * FROM gateway.draft_line; UPDATE gateway.draft_line SET workforce_mark = NULL")
        try:
            return self.draft(**request)
        finally:
            self.sql("UPDATE gateway.draft_line d SET workforce_mark = l.workforce_mark FROM aside.line l WHERE (l.report_code, l.line_number) = "
                     "(d.report_code, d.line_number); DROP SCHEMA aside CASCADE")

    def redrafted(self, people_of=(), rows_of=(), **request):
        """Drafts anew: the people and the ledger rows of these projects are read again and no others, and the same comes of nothing."""
        self.house.settle()
        before = self.parts(self.sql(f"SELECT report_code FROM gateway.report WHERE unit_id = '{request.get('unit', BUREAU)}' AND quarter = "
                                     f"'{request.get('quarter', Q2)}' ORDER BY revision DESC LIMIT 1")[0][0])
        code = self.draft(**request)
        now = self.parts(code)
        self.assertEqual({code for code in now if now[code][0] != before.get(code, "  ")[0]}, set(people_of))
        self.assertEqual({code for code in now if now[code][1] != before.get(code, "  ")[1]}, set(rows_of))
        kept = self.whole(code)
        fresh = self.of_nothing(**request)
        self.assertFalse(set(map(tuple, self.parts(fresh).values())) & set(map(tuple, now.values())), "nothing was taken over")
        self.assertEqual(self.whole(fresh), kept)
        return code

    def await_void(self, code, sheet):
        """payroll hears of the reopening, and stops the sheet by itself."""
        deadline = time.monotonic() + 60
        while self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})["sheet_state"] != "VOID":
            self.assertLess(time.monotonic(), deadline, f"{sheet} is not void")
            time.sleep(0.05)

    def journalled(self):
        return [self.sql(f"SELECT max(seq) FROM {service}.journal")[0][0] for service in ("workforce", "payroll")]

    def test_a_where_nothing_changed_nothing_is_read_or_written_again(self):
        "R188 R196: a second draft takes over all, and the services do not write for it"
        had = self.journalled()
        calls = "SELECT count(*) FROM gateway.journal WHERE method IN ('gateway.StorePeopleBlock', 'gateway.StoreLedgerBlock')"
        stored = self.sql(calls)
        self.draft()
        self.assertEqual((self.journalled(), self.sql(calls)), (had, stored))
        self.redrafted()

    def test_b_a_month_opened_again_and_corrected(self):
        "R103 R196: its project alone is read again; the sheet that was stopped is no row any more"
        code = self.codes[0]
        self.contractor.ok("workforce.RequestReopening", {"project_code": code, "month": JUNE, "reopen_reason": "漏记"})
        self.owner_checker.ok("workforce.ApproveReopening", {"project_code": code, "month": JUNE})
        self.await_void(code, self.sheets[0])
        self.redrafted([code], [code])
        self.world.agree(code, [self.wrong])
        self.world.attended(code, [self.wrong], JUNE, (22,))
        self.world.attended(code, self.numbers[0][:1], JUNE, (28,))
        path.seal_month(self.world, code, JUNE)
        self.redrafted([code], [code])

    def test_c_a_sheet_confirmed_voided_and_drawn_again(self):
        "R126 R196: what changes in payroll alone leaves the people as they are"
        code, sheet = self.codes[1], self.sheets[1]
        path.confirm_sheet(self.world, code, sheet, sorted(self.numbers[1]))
        self.redrafted([], [code])
        self.owner_checker.ok("payroll.VoidSheet", {"project_code": code, "sheet_code": sheet, "void_reason": "重制"})
        self.redrafted([], [code])
        path.draw_sheet(self.world, code, JUNE)
        self.redrafted([], [code])

    def test_d_a_training_and_a_merge(self):
        "R093 R196: who was trained, and two numbers of one person: one head from then on"
        code = self.codes[2]
        path.hold_training(self.world, code, "PX-JN", "2026-06-25", self.numbers[2][:2], content="SKILL")
        self.redrafted([code], [code])
        heads = "SELECT person_count FROM gateway.report ORDER BY made_at DESC, revision DESC LIMIT 1"
        count = self.sql(heads)
        self.hr_checker.ok("workforce.MergeWorkers", {"former_number": self.wrong, "worker_number": self.right, "merge_reason": "证件号登记有误，经核对更正"})
        self.redrafted([self.codes[0]], [self.codes[0]])
        self.assertEqual(self.sql(heads), count)

    def test_e_a_late_payment(self):
        "R142 R196: paid after the quarter was drafted"
        code, sheet = self.codes[2], self.sheets[2]
        path.confirm_sheet(self.world, code, sheet, sorted(self.numbers[2]))
        path.approve_sheet(self.world, code, sheet)
        self.house.travel("2026-07-12")
        total = self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})
        order = path.order_payment(self.world, code, sheet, total["line_count"], total["net_fen"], "bank-1")
        self.redrafted([], [code])
        path.Bank(self.bank).settle(code, order)
        drafted = self.redrafted([], [code])
        [line] = [row for row in self.office.ok("gateway.GetReport", {"report_code": drafted})["lines"] if row["project_code"] == code]
        self.assertEqual((line["ledger_paid_fen"], line["paid_fen"]), (total["net_fen"], total["net_fen"]))

    def test_f_a_project_goes_to_another_bureau_and_comes_back(self):
        "R196: the other bureau's draft reads it for itself; back again it is read anew, and the lines that moved up are the same people"
        code = self.mover
        other = self.world.other_bureau
        self.office.ok("registry.ChangeProject", {"project_code": code, "bureau_unit_id": OTHER})
        self.redrafted()
        taken = self.draft(who=other, unit=OTHER)
        self.assertEqual(list(self.parts(taken)), [code])
        self.redrafted(who=other, unit=OTHER)
        self.office.ok("registry.ChangeProject", {"project_code": code, "bureau_unit_id": BUREAU})
        self.redrafted([code], [code])

    def test_g_the_year_counts_heads_over_its_quarters(self):
        "R196: a restated earlier quarter is counted again though nobody worked otherwise in this one; checked, people stand as rows"
        code = file(self.world, BUREAU, Q2)
        self.assertEqual(self.sql(f"SELECT count(*) FROM gateway.report_person WHERE report_code = '{code}'"),
                         self.sql(f"SELECT person_count FROM gateway.report WHERE report_code = '{code}'"))
        accept(self.world, code)
        self.world.attended(self.codes[1], self.numbers[1][:2], JULY, (1, 2, 3))
        path.seal_month(self.world, self.codes[1], JULY)
        self.house.settle()
        self.draft(quarter=Q3)
        self.redrafted(quarter=Q3)
        year = f"SELECT cumulative_absorbed_count FROM gateway.report_line WHERE project_code = '{self.codes[1]}' AND report_code = '%s'"
        self.assertEqual(self.sql(year % self.draft(quarter=Q3)), [["3"]])
        self.contractor.ok("workforce.RequestReopening", {"project_code": self.codes[1], "month": JUNE, "reopen_reason": "漏记"})
        self.owner_checker.ok("workforce.ApproveReopening", {"project_code": self.codes[1], "month": JUNE})
        [[sheet]] = self.sql(f"SELECT sheet_code FROM payroll.wage_sheet WHERE project_code = '{self.codes[1]}' ORDER BY sheet_code DESC LIMIT 1")
        self.await_void(self.codes[1], sheet)
        self.house.settle()
        accept(self.world, file(self.world, BUREAU, Q2, restate_reason="六月考勤重新开放"))
        drafted = self.redrafted(quarter=Q3)
        self.assertEqual(self.sql(year % drafted), [["2"]])

    def test_h_a_trial_keeps_nothing(self):
        "R188: a trial run counts the same and leaves no block behind"
        blocks = "SELECT (SELECT count(*) FROM gateway.people_block), (SELECT count(*) FROM gateway.ledger_block)"
        had, made = self.sql(blocks), self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": Q3})
        trial = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": Q3}, dry_run=True)
        self.assertEqual((trial["line_count"], trial["person_count"]), (made["line_count"], made["person_count"]))
        self.assertEqual(self.sql(blocks), had)

    def test_i_only_the_node_itself_asks_for_marks(self):
        "R006: neither an official nor a firm has to do with them"
        for method in ("workforce.ListLedgerMarks", "workforce.MarkLedgers", "workforce.GetStaleFigures", "payroll.ListLedgerMarks", "payroll.MarkLedgers",
                       "gateway.ListDraftParts"):
            for actor in (self.bureau, self.contractor):
                actor.refused(method, {"unit_id": BUREAU, "quarter": Q2}, "PERMISSION_DENIED")


class SheetIsTouchedTest(unittest.TestCase):
    def test_whoever_changes_a_line_changes_its_sheet(self):
        "R196: payroll's marks watch the sheets: a statement that writes a line's figures and not its sheet would go unseen"
        fixed = re.compile(r"\b(line_state|net_fen|gross_fen|pay_class|day_hundredths|agreement_code|id_number_mask|sheet_code|worker_number) = ")
        seen = 0
        for text in (ROOT / "services/payroll/sql").glob("*.sql"):
            sql = text.read_text()
            for change in re.findall(r"(?:INSERT INTO|UPDATE) wage_line\b(.*?)(?:\bWHERE\b|\bRETURNING\b)", sql, re.S):
                seen += 1
                if "VALUES" in change or "SELECT" in change or fixed.search(change):
                    self.assertRegex(sql, r"(INSERT INTO|UPDATE) wage_sheet\b", text.name)
        self.assertGreater(seen, 8)


if __name__ == "__main__":
    unittest.main()
