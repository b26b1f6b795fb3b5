"""Every indicator of the quarter has a field, and every field is printed: in the terminal, on the page and in the workbook, from one table of figures."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unicodedata
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ROOT, messages, path, quarter as reports, workbook  # noqa: E402
from lib.files import FilesCase  # noqa: E402

QUARTER, BUREAU = "2026Q2", "140214-jtj"
# What facts C.7 asks of a report line, in its words: the fields of a total and of a line, in the quarter and (behind the bar) cumulative in the year.
# A stock as of the quarter's last day, and what belongs to the whole project, has no figure of the year.
INDICATORS = [
    ("projects listed", "figures.listed_count | figures.cumulative_listed_count", "figures.listed_in_quarter | figures.listed_in_year"),
    ("projects started", "figures.begun_count started_count | figures.cumulative_begun_count", "figures.started_in_quarter | figures.started_in_year"),
    ("projects accepted", "figures.accepted_count | figures.cumulative_accepted_count", "figures.accepted_in_quarter | figures.accepted_in_year"),
    ("number of projects", "project_count", "project_code"),
    ("total funds", "total_investment_fen", "total_investment_fen"),
    ("fiscal funds", "fiscal_fen", "fiscal_fen"),
    ("central funds", "central_fen", "central_fen"),
    ("investment done", "figures.invested_delta_fen | figures.cumulative_invested_delta_fen",
     "figures.invested_quarter_delta_fen | figures.invested_year_delta_fen"),
    ("posts offered", "figures.posts_offered_count", "posts_offered_count"),
    ("workers registered", "figures.registered_count", "registered_count"),
    ("workers absorbed (distinct)", "absorbed_count | cumulative_absorbed_count", "absorbed_count | cumulative_absorbed_count"),
    ("of which local", "local_count | figures.cumulative_local_count", "local_count | figures.cumulative_local_count"),
    ("of which female", "female_count | figures.cumulative_female_count", "female_count | figures.cumulative_female_count"),
    # each single group is told of the quarter; of the year, who belonged to any of them
    ("of which each priority group", "priority_count figures.groups | figures.cumulative_priority_count",
     "priority_count figures.groups | figures.cumulative_priority_count"),
    ("person-days", "day_hundredths figures.worker_time_count | cumulative_day_hundredths figures.cumulative_worker_time_count",
     "day_hundredths figures.worker_time_count | cumulative_day_hundredths figures.cumulative_worker_time_count"),
    ("pay due", "due_fen | cumulative_due_fen", "due_fen | cumulative_due_fen"),
    ("pay paid", "paid_fen figures.relief_paid_fen | cumulative_paid_fen figures.cumulative_relief_paid_fen",
     "paid_fen figures.relief_paid_fen | cumulative_paid_fen figures.cumulative_relief_paid_fen"),
    ("pay unpaid", "unpaid_fen", "unpaid_fen"),
    ("planned pay", "planned_pay_fen", "planned_pay_fen"),
    ("ratio (bp) on the rule's basis", "", "ratio_bp floor_bp"),
    ("per-head income", "per_head_fen | figures.cumulative_per_head_fen", "figures.per_head_fen | figures.cumulative_per_head_fen"),
    ("trainings", "figures.training_count | figures.cumulative_training_count", "training_count | figures.cumulative_training_count"),
    ("trainees (distinct)", "trainee_count | figures.cumulative_trainee_count", "trainee_count | figures.cumulative_trainee_count"),
    ("training person-times", "figures.trainee_time_count | figures.cumulative_trainee_time_count",
     "figures.trainee_time_count | figures.cumulative_trainee_time_count"),
    ("skill/safety", "figures.safety_trainee_count figures.skill_trainee_count | figures.cumulative_safety_trainee_count figures.cumulative_skill_trainee_count",
     "figures.safety_trainee_count figures.skill_trainee_count | figures.cumulative_safety_trainee_count figures.cumulative_skill_trainee_count"),
    ("public-welfare posts set", "figures.post_set_count", "figures.post_set_count"),
    ("public-welfare posts filled", "figures.post_filled_count", "figures.post_filled_count"),
    ("dividend beneficiaries", "figures.dividend_beneficiary_count", "figures.dividend_beneficiary_count"),
    ("dividend amount", "dividend_fen | figures.cumulative_dividend_fen", "dividend_fen | figures.cumulative_dividend_fen"),
    ("payroll ledgers due", "figures.sheets_due_count", "sheets_due_count"),
    ("payroll ledgers filed", "figures.sheets_filed_count", "sheets_filed_count"),
    ("payroll ledgers late", "figures.sheets_late_count", "sheets_late_count"),
    ("publicity items due", "figures.notices_due_count", "notices_due_count"),
    ("publicity items done", "figures.notices_done_count", "notices_done_count"),
    ("inspections", "figures.inspection_count | figures.cumulative_inspection_count", "inspection_count | figures.cumulative_inspection_count"),
    ("findings", "figures.finding_count | figures.cumulative_finding_count", "finding_count | figures.cumulative_finding_count"),
    ("rectified", "figures.rectified_count | figures.cumulative_rectified_count", "rectified_count | figures.cumulative_rectified_count"),
    ("overdue", "figures.overdue_count", "overdue_count"),
    ("contact visits", "figures.visit_count | figures.cumulative_visit_count", "figures.visit_count | figures.cumulative_visit_count"),
    ("outreach coverage", "figures.outreach_required_count figures.outreach_reached_count | figures.cumulative_outreach_reached_count figures.outreach_coverage_bp",
     "figures.outreach_required_count figures.outreach_reached_count | figures.cumulative_outreach_reached_count"),
    ("model cases", "figures.model_case_count | figures.cumulative_model_case_count", "figures.model_case_count | figures.cumulative_model_case_count"),
]
# The lists are printed as tables of their own, or name what the line's counts count.
LISTS = {"figures.groups", "figures.fund_shares", "figures.outreach_units"}
# What a reader needs beside the figures, told by signs or elsewhere: how many are missing in a sum, where a line came from, what proves it.
BESIDE = re.compile(r"(_unknown_count|^conflict_absorbed_count|^total_kind|^total_key|^line_number|^line_note|^origin_\w+|^ledger_\w+|^figures)$")
# Of the totals by source of money alone.
OF_SOURCES = {"figures.fund_fen", "figures.shared_project_count"}


def table(what):
    """The rows of figures.def: {field: head}, without those in no block of the print."""
    text = (ROOT / "services/gateway/figures.def").read_text()
    return {field: head for field, head in re.findall(rf'^{what}\(\w+, "([\w.]+)", "([^"]+)"', text, re.M)}


def fields(message):
    descriptor = messages.message_type(message).DESCRIPTOR
    more = next(field.message_type for field in descriptor.fields if field.name == "figures")
    return {field.name for field in descriptor.fields} | {f"figures.{field.name}" for field in more.fields}


class TableTest(unittest.TestCase):
    def test_every_indicator_has_its_field_and_is_printed(self):
        "R196 R190 R192: each indicator of the minimum report line, of lines and of totals, in the descriptors and in the table that is printed"
        totals, lines = fields("Total"), fields("ReportLine")
        shown = {"TOTAL": table("TOTAL"), "LINE": table("LINE")}
        for name, of_total, of_line in INDICATORS:
            for what, wanted, known in (("TOTAL", of_total, totals), ("LINE", of_line, lines)):
                for field in wanted.replace("|", " ").split():
                    self.assertIn(field, known, name)
                    self.assertTrue(field in shown[what] or field in LISTS, f"{name}: {field} is not printed")

    def test_every_field_is_printed(self):
        "R192: nothing that a total or a line says is left out of the print, and the table names nothing that they do not say"
        for what, message in (("TOTAL", "Total"), ("LINE", "ReportLine")):
            known, shown = fields(message), set(table(what))
            self.assertEqual(shown - known, set())
            self.assertEqual({field for field in known - shown - LISTS - OF_SOURCES if not BESIDE.search(field)}, set(), message)


def width(text):
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


class PrintTest(FilesCase):
    """One bureau with a listed project and one whose investment is not published."""
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("office", "bureau")
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.codes = [world.project(track="ZHONGTUI", project_name="云冈镇至西韩岭乡通村公路改造提升以工代赈示范工程一期"),
                     world.project(track="SPECIAL_FUND", total_investment_fen=None, field="WATER", field_waiver_reason="引水渠配套")]
        path.list_project(world, cls.codes[0], 2026, "ZHONGTUI", "DISTRICT", 60)
        numbers = world.placed(cls.codes[0], 4)
        world.township.ok("workforce.SetPriorityGroup", {"lines": [
            {"worker_number": number, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-01-01", "group_source": "乡镇摸底"} for number in numbers]})
        world.attended(cls.codes[0], numbers, "2026-06", range(20, 25))
        for code in cls.codes[:1]:
            path.seal_month(world, code, "2026-06")
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        reports.accept(world, reports.file(world, BUREAU, QUARTER))
        cls.body = reports.consolidated(world, QUARTER)

    def printed(self, columns, *words):
        done = subprocess.run(self.command("report", "--quarter", QUARTER, *words, who="office"), capture_output=True, text=True, check=True,
                              env={**os.environ, "COLUMNS": str(columns)})
        return done.stdout

    def test_1_the_terminal_shows_all_figures_within_its_width(self):
        "R192 R196: every head stands in the print, no table of figures is wider than the terminal; unknown is a dash and no 0"
        for columns in (80, 120):
            for words, scopes in (((), ("TOTAL", "LINE")), (("--unit", BUREAU), ("LINE",))):
                out = self.printed(columns, *words)
                for what in scopes:
                    for field, head in table(what).items():
                        self.assertIn(head, out, field)
                tables = out[out.index("\n项目与资金\n"):out.index("\n单位 ") if not words else out.index("\n异常")]
                names = {line["line"]["project_name"] for line in self.body["lines"]}
                wide = [line for line in tables.splitlines() if width(line) > columns and not any(name in line for name in names) and "资金来源" not in line
                        and not line.startswith(("总投资:", "财政:", "中央:"))]
                self.assertEqual(wide, [])
        out = self.printed(120)
        rows = [line.split() for line in out.splitlines() if line.startswith("合计 ")]
        self.assertIn("≥400.00(+1)", rows[0])
        self.assertIn("脱贫", out[out.index("重点群体（去重）"):])
        self.assertTrue(any(re.match(r" *2 +示例以工代赈项目2 .* — +300\.00", line) for line in out.splitlines()), "unknown is no 0")
        self.assertIn("investment", subprocess.run(self.command("report", "--lang", "en", who="office"), capture_output=True, text=True, check=True).stdout)

    def test_2_the_page_shows_them_too(self):
        "R192: the same heads on the page, grouped; counts of one and two people are not shown in public"
        with urllib.request.urlopen(f"http://127.0.0.1:{self.house.node.port('http')}/report/{QUARTER}", timeout=20) as answer:
            text = answer.read().decode()
        for what in ("TOTAL", "LINE"):
            for field, head in table(what).items():
                if field not in ("project_code", "project_name"):  # in front of each row
                    self.assertRegex(text, rf"<th[^>]*>{re.escape(head)}<", field)
        self.assertIn("<td class=n>≥ 400.00 <span class=en>(+1)</span></td>", text)
        self.assertIn("<td class=n>—</td><td class=n>300.00</td>", text)
        self.assertRegex(text, r"<td>[^<]*脱贫[^<]*</td><td class=n>4</td>")

    def test_3_the_workbook_has_the_same(self):
        "R192: heads of the workbook come from the same table, money with its unit"
        place = self.folder / "季报.xlsx"
        self.good("report", "export", "--quarter", QUARTER, "-o", place, who="office")
        sheets = workbook.read(place)
        totals = {str(cell).replace("(万元)", "") for name in ("汇总", "指标") for cell in sheets[name].values()}
        self.assertEqual(set(table("TOTAL").values()) - totals, set())
        self.assertEqual(set(table("LINE").values()) - {str(cell).replace("(万元)", "") for cell in sheets["项目明细"].values()}, set())

    def test_4_the_console_is_told_the_same(self):
        "R192: what the console's tables are made of names the fields as JSON has them"
        with urllib.request.urlopen(f"http://127.0.0.1:{self.house.node.port('http')}/console/contract.json", timeout=20) as answer:
            figures = json.load(answer)["figures"]
        for scope, what in (("total", "TOTAL"), ("line", "LINE")):
            self.assertEqual([row[2] for row in figures[scope]], list(table(what).values()))
        unknown = {row[1] for row in figures["total"] if row[6]}
        self.assertEqual(unknown & {"totalInvestmentFen", "paidFen", "figures.outreachRequiredCount", "figures.visitCount"}, {"totalInvestmentFen", "figures.outreachRequiredCount"})


if __name__ == "__main__":
    unittest.main()
