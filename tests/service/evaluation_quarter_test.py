"""The quarterly reports as input of the yearly assessment (R179): what the gateway consolidates is what a bureau is judged by."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, quarter as reports  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.quarter import BUREAU, OTHER, OtherWorld  # noqa: E402

Q2 = "2026Q2"


class QuarterInputTest(ServiceCase):
    """The transport bureau files in time, the water bureau two days late, the others not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, other, house = cls.world, OtherWorld(cls.house), cls.house
        for who in (world, other):
            code = who.project()
            who.attended(code, who.placed(code, 2), "2026-06", range(20, 25))
            path.seal_month(who, code, "2026-06")
            path.draw_sheet(who, code, "2026-06")
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-10"})
        codes = [reports.file(world, BUREAU, Q2)]
        house.travel("2026-07-12")
        codes.append(reports.file(other, OTHER, Q2))
        cls.codes = codes
        reports.accept(world, codes[0])
        world.office_checker.ok("gateway.Consolidate", {"quarter": Q2})
        house.settle()
        house.travel("2027-01-02")

    def card(self, unit, actor=None):
        made = self.office.ok("evaluation.AssessYear", {"assessment_kind": "BUREAUS", "assessment_year": 2026})
        lines = (actor or self.office).ok("evaluation.GetScorecard", {"assessment_code": made["assessment_code"], "unit_id": unit})["lines"]
        rows = self.office.rows("evaluation.ListAssessmentRows", {"assessment_code": made["assessment_code"], "unit_id": unit, "indicator_code": "QREPORT"})
        return {line["indicator_code"]: line for line in lines}, rows

    def test_1_the_dataset_is_the_input(self):
        "R179: filed in time and what was paid of what was due come from the consolidated quarter, with their rows"
        lines, rows = self.card(BUREAU)
        self.assertEqual([(row["row_key"], row["part_amount"], row["whole_amount"]) for row in rows], [(Q2, 1, 1)])
        self.assertIn("按时报送", rows[0]["row_note"])
        self.assertEqual((lines["QREPORT"]["value_bp"], lines["QREPORT"]["score"]), (10000, 10000))
        total = self.office.ok("gateway.GetConsolidatedReport", {"quarter": Q2})["summary"]
        self.assertGreater(total["due_fen"], 0)
        self.assertEqual((lines["QPAID"]["part_total"], lines["QPAID"]["whole_total"]), (total["paid_fen"], total["due_fen"]))
        self.assertEqual(sum(line["weight"] for line in lines.values()), 100)

    def test_2_what_was_not_filed_or_not_accepted_counts_as_missing(self):
        "R179: without an accepted report the quarter is missed; nothing is known of its pay"
        lines, rows = self.card(OTHER)
        self.assertEqual([(row["part_amount"], row["row_note"]) for row in rows], [(0, "第1次汇总：没有审定的季报")])
        self.assertEqual((lines["QPAID"]["row_count"], lines["QPAID"]["score"]), (0, 6000))

    def test_3_a_later_consolidation_replaces_it(self):
        "R179: accepted afterwards, and late: it is there, and not in time"
        reports.accept(self.world, self.codes[1])
        self.office_checker.ok("gateway.Consolidate", {"quarter": Q2})
        self.house.settle()
        lines, rows = self.card(OTHER)
        self.assertEqual([(row["part_amount"], row["row_note"]) for row in rows], [(0, "第2次汇总：逾期报送")])
        self.assertEqual(lines["QPAID"]["row_count"], 1)
        self.assertEqual(len(self.sql(f"SELECT 1 FROM evaluation.quarter_report WHERE quarter = '{Q2}' AND consolidation_number = 2")), 4)

    def test_4_townships_file_no_reports(self):
        "R179 R181: they have neither indicator"
        made = self.office.ok("evaluation.AssessYear", {"assessment_kind": "TOWNSHIPS", "assessment_year": 2026})
        lines = self.office.ok("evaluation.GetScorecard", {"assessment_code": made["assessment_code"], "unit_id": "township-1"})["lines"]
        self.assertFalse({"QREPORT", "QPAID"} & {line["indicator_code"] for line in lines})
