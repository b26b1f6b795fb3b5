"""What a restated report says otherwise, and from a consolidated figure down to the lines and the calls that show its ledger rows."""
import json
import subprocess

from lib import BUILD, path
from lib.files import REFUSED, FilesCase

QUARTER = "2026Q2"
BUREAU, OFFICE = "140214-jtj", "140214-fgj"


class ReportDiffTest(FilesCase):
    """Revision 1 has two projects. Then one has reported its progress and a third has worked: revision 2, with a reason. One person works at both projects."""
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("bureau", "office", "contractor")
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, house = cls.world, cls.house
        cls.codes = [world.project(track="ZHONGTUI", field="TRANSPORT"), world.project(track="NONGTUI", field="URBAN", field_waiver_reason="附属道路工程",
                                                                                      total_investment_fen=None)]
        for code, kind in zip(cls.codes, ("ZHONGTUI", "NONGTUI")):
            path.list_project(world, code, 2026, kind, "DISTRICT", 60)
        cls.people = world.placed(cls.codes[0], 2)
        world.agree(cls.codes[1], cls.people[:1])
        world.attended(cls.codes[0], cls.people, "2026-06", range(20, 25))
        world.attended(cls.codes[1], cls.people[:1], "2026-06", range(25, 28))
        for code in cls.codes:
            path.seal_month(world, code, "2026-06")
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        cls.first = cls.file()
        world.owner.ok("registry.ReportProgress", {"project_code": cls.codes[0], "month": "2026-06", "reported_as": "OWNER", "progress_bp": 1200,
                                                   "invested_fen": 481_234_56})
        cls.added = world.project(track="SPECIAL_FUND", field="WATER", field_waiver_reason="引水渠配套")
        world.attended(cls.added, world.placed(cls.added, 3), "2026-06", range(20, 22))
        path.seal_month(world, cls.added, "2026-06")
        house.settle()
        cls.second = cls.file(restate_reason="补报水利项目")
        world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})

    @classmethod
    def file(cls, **more):
        """The bureau's report, accepted; its code."""
        world = cls.world
        code = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER, **more})["report_code"]
        lines = world.bureau.ok("gateway.GetReport", {"report_code": code})["lines"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [
            {"project_code": line["project_code"], "comment_note": "7月支付"} for line in lines] + [{"comment_note": "据实填报"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        world.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        return code

    def figures(self, figure, actor=None, **more):
        return (actor or self.office).ok("gateway.GetFigureRows", {"quarter": QUARTER, "figure": figure, **more})

    def test_1_the_diff_names_each_field_that_changed(self):
        "R192: line by line and field by field, old and new; a line that came is told from one that changed; people by tokens"
        diff = self.office.ok("gateway.GetReportDiff", {"report_code": self.second, "page_size": 1000})
        self.assertEqual((diff["old_report_code"], diff["old_revision"], diff["revision"], diff["restate_reason"]), (self.first, 1, 2, "补报水利项目"))
        changed = {row["changed_field"]: (row["old_text"], row["new_text"]) for row in diff["changes"] if row["project_code"] == self.codes[0]}
        self.assertEqual(changed, {"invested_fen": ("0", "48123456"), "figures.invested_quarter_delta_fen": ("0", "48123456"),
                                   "figures.invested_year_delta_fen": ("0", "48123456")})
        self.assertEqual([row for row in diff["changes"] if row["project_code"] == self.codes[1]], [])
        added = {row["changed_field"]: (row["change_kind"], row["old_text"], row["new_text"]) for row in diff["changes"] if row["project_code"] == self.added}
        self.assertEqual((added["absorbed_count"], added["day_hundredths"], added["field"]),
                         (("ADDED", "", "3"), ("ADDED", "", "600"), ("ADDED", "", "WATER")))
        own = {row["changed_field"]: (row["old_text"], row["new_text"]) for row in diff["changes"] if not row["project_code"]}
        self.assertEqual(own, {"line_count": ("2", "3"), "person_count": ("3", "6")})
        self.assertEqual((diff["changed_project_count"], diff["added_project_count"], diff["removed_project_count"], diff["people_added_count"],
                          diff["people_removed_count"], diff["change_count"]), (1, 1, 0, 3, 0, len(diff["changes"])))

    def test_2_backwards_it_says_what_was_taken_out(self):
        "R192: any two revisions can be held side by side; page by page it is the same"
        back = self.bureau.ok("gateway.GetReportDiff", {"report_code": self.first, "against_revision": 2, "page_size": 1000})
        self.assertEqual((back["removed_project_count"], back["added_project_count"], back["people_removed_count"]), (1, 0, 3))
        self.assertIn(("REMOVED", "3", ""), {(row["change_kind"], row["old_text"], row["new_text"]) for row in back["changes"]})
        rows = self.bureau.rows("gateway.GetReportDiff", {"report_code": self.first, "against_revision": 2}, page_size=3, field="changes")
        self.assertEqual(rows, back["changes"])

    def test_3_who_may_read_it(self):
        "R192: the unit and the office; a first revision has nothing before it"
        self.office.refused("gateway.GetReportDiff", {"report_code": self.first}, "NOT_FOUND", "REVISION_UNKNOWN", "against_revision")
        self.office.refused("gateway.GetReportDiff", {"report_code": self.second, "against_revision": 7}, "NOT_FOUND", "REVISION_UNKNOWN")
        self.office.refused("gateway.GetReportDiff", {"report_code": self.second, "against_revision": 2}, "NOT_FOUND", "REVISION_UNKNOWN")
        for stranger in (self.other_bureau, self.contractor):
            stranger.refused("gateway.GetReportDiff", {"report_code": self.second}, "NOT_FOUND", "REPORT_UNKNOWN")
        self.office.refused("gateway.GetReportDiff", {"report_code": self.second, "gathered_against_number": 1}, "INVALID_ARGUMENT")

    def test_4_sums_are_the_sum_of_their_rows(self):
        "R192: every figure of every total that adds up is the sum of its lines; what nobody published is counted, not added"
        report = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        totals = [report["summary"]] + report["by_field"] + report["by_track"] + report["by_list_kind"] + report["by_unit"]
        for total in totals:
            for figure in ("project_count", "started_count", "total_investment_fen", "central_fen", "day_hundredths", "due_fen", "paid_fen", "unpaid_fen",
                           "cumulative_due_fen", "total_investment_unknown_count"):
                rows = self.figures(figure, total_kind=total["total_kind"], total_key=total["total_key"])
                self.assertEqual((rows["total_value"], rows["row_sum_value"], rows["overlap_value"]), (total[figure], total[figure], 0), (figure, total["total_key"]))
                self.assertEqual(sum(row["figure_value"] or 0 for row in rows["rows"]), total[figure] or 0)
        investment = self.figures("total_investment_fen")
        self.assertEqual((investment["row_count"], investment["unknown_count"], investment["total_value"]), (3, 1, 8_000_000_00))

    def test_4b_the_figures_of_c7_too(self):
        "R192 R196: the rest of the indicators, by township and by source of money, which counts a project in each of its sources"
        report = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        for total in [report["summary"]] + report["by_township"] + report["by_fund_source"]:
            for figure in ("listed_count", "begun_count", "accepted_count", "cumulative_begun_count", "invested_delta_fen", "worker_time_count", "post_set_count",
                           "relief_paid_fen", "cumulative_visit_count", "training_count"):
                rows = self.figures(figure, total_kind=total["total_kind"], total_key=total["total_key"])
                self.assertEqual((rows["total_value"], rows["row_sum_value"]), (total["figures"][figure], total["figures"][figure]), (figure, total["total_key"]))
        for total in report["by_fund_source"]:
            rows = self.figures("fund_fen", total_kind="FUND_SOURCE", total_key=total["total_key"])
            self.assertEqual((rows["total_value"], rows["row_sum_value"]), (total["figures"]["fund_fen"],) * 2)
        self.assertGreater(self.figures("invested_delta_fen")["total_value"], 0)
        self.office.refused("gateway.GetFigureRows", {"quarter": QUARTER, "figure": "fund_fen"}, "INVALID_ARGUMENT", "FIGURE_UNKNOWN", "figure")

    def test_5_heads_say_their_overlap(self):
        "R196 R192: a person at two projects is one in the figure and one in each row; the rows name the calls that list the ledgers"
        heads = self.figures("absorbed_count")
        self.assertEqual((heads["total_value"], heads["row_sum_value"], heads["overlap_value"], heads["row_count"]), (5, 6, 1, 3))
        source = heads["rows"][0]["sources"][0]
        self.assertEqual((source["source_method"], json.loads(source["source_request"])), ("workforce.ListQuarterPersons", {"unitId": BUREAU, "quarter": QUARTER}))
        days = self.figures("day_hundredths", total_kind="FIELD", total_key="WATER")
        self.assertEqual([row["project_code"] for row in days["rows"]], [self.added])
        calls = [(source["source_method"], json.loads(source["source_request"])["month"]) for source in days["rows"][0]["sources"]]
        self.assertEqual(calls, [("workforce.ListAttendance", month) for month in ("2026-04", "2026-05", "2026-06")])
        entries = self.office.rows(calls[2][0], {"project_code": self.added, "month": calls[2][1]})
        self.assertEqual(sum(entry["day_hundredths"] for entry in entries), days["total_value"], "the ledger rows behind the last step")
        paged = self.office.rows("gateway.GetFigureRows", {"quarter": QUARTER, "figure": "absorbed_count"}, page_size=2)
        self.assertEqual(paged, heads["rows"])

    def test_6_what_cannot_be_broken_down(self):
        "R192: an unknown figure, a per-head figure, an unknown total and a quarter without consolidation are refused with the way out"
        for figure in ("per_head_fen", "project_code", "total_key", "nothing_fen"):
            self.office.refused("gateway.GetFigureRows", {"quarter": QUARTER, "figure": figure}, "INVALID_ARGUMENT", "FIGURE_UNKNOWN", "figure")
        self.office.refused("gateway.GetFigureRows", {"quarter": QUARTER, "figure": "paid_fen", "total_kind": "FIELD", "total_key": "ENERGY"}, "NOT_FOUND",
                            "TOTAL_UNKNOWN", "total_key")
        self.office.refused("gateway.GetFigureRows", {"quarter": "2025Q1", "figure": "paid_fen"}, "NOT_FOUND", "NOT_CONSOLIDATED", "quarter")
        self.contractor.refused("gateway.GetFigureRows", {"quarter": QUARTER, "figure": "paid_fen"}, "PERMISSION_DENIED")

    def test_7_the_command_prints_it(self):
        "R192: `report diff` shows field, old and new in the office's words"
        out = self.good("report", "diff", "--quarter", QUARTER, "--unit", BUREAU, who="office")
        for words in ("第 2 版", "第 1 版", "补报水利项目", "示例以工代赈项目1", "481,234.56", "水利", "新增"):
            self.assertIn(words, out)
        as_json = json.loads(self.good("report", "diff", "--quarter", QUARTER, "--unit", BUREAU, "-o", "json", who="office"))
        self.assertEqual(as_json["addedProjectCount"], 1)
        self.bad("report", "diff", "--quarter", QUARTER, "--unit", BUREAU, "--revision", "1", code=REFUSED, who="office")
        self.assertNotIn(b"\x1b", subprocess.run([BUILD / "bin/workrelief", "report", "diff", "--help"], capture_output=True, check=True).stdout)
