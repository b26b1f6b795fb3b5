"""Of a city's consolidation: from a figure down to the unit that reported it two levels below, and the year's people where no tokens come."""
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path, people  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.level import Level, line, totals_of  # noqa: E402

QUARTER, CITY, OFFICE = "2026Q2", "140200", "140214-fgj"
NORTH, SOUTH = "140221", "140222"
P1, P2, P3 = (f"2605-140221-04-01-{number:05d}0" for number in range(1, 4))


class LevelRowsTest(ServiceCase):
    """North: P1 with 10 people, P2 with 6, 14 distinct. South: P3 with 8, and P1 with 3, which both districts report: 11."""
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wr-level-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.settings = {"upper_unit_id": CITY}
        super().setUpClass()
        path.add_units(cls.world, [{"unit_id": unit, "unit_name": name, "unit_kind": kind, "is_member": member, "uscc": people.uscc(i + 1, "11"),
                                    "division_code": "140200", "hosted": True, "valid_from_date": "2024-01-01",
                                    "notice_no": "同政办发〔2024〕1号" if member else "", "notice_date": "2024-01-01" if member else ""}
                                   for i, (unit, name, kind, member) in enumerate(((NORTH, "北区", "OTHER_UNIT", True), (SOUTH, "南区", "OTHER_UNIT", True),
                                                                                   (OFFICE, "市发展和改革委员会", "BUREAU", False)))])
        cls.house.settle()
        checker = cls.world.office_checker
        checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        sent = {NORTH: ([line(P1, "140221-jtj", 10, 5_000_00), line(P2, "140221-swj", 6, 3_000_00, field="WATER")], 14),
                SOUTH: ([line(P3, "140222-jtj", 8, 2_000_00), line(P1, "140222-swj", 3, 1_000_00)], 11)}
        for unit, (lines, distinct) in sent.items():
            district = Level(f"{unit}-fgj", unit, cls.house.node, cls.folder)
            cls.addClassCleanup(district.close)
            checker.ok("gateway.AddChild", district.enrolment())
            totals = totals_of(lines, absorbed_count=distinct, cumulative_absorbed_count=distinct)
            reply = district.deliver(district.content(QUARTER, lines, totals=totals)[0])
            if not reply.ok:
                raise AssertionError(reply)
            checker.ok("gateway.AcceptReport", {"report_code": f"{unit}-{QUARTER}-1"})
        checker.ok("gateway.Consolidate", {"quarter": QUARTER})

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)

    def test_a_figure_leads_to_the_unit_that_reported_it(self):
        "R192: rows of a level's report name their unit, its path and the node that keeps the ledgers; the sum is the figure"
        paid = self.office.ok("gateway.GetFigureRows", {"quarter": QUARTER, "figure": "paid_fen"})
        self.assertEqual((paid["total_value"], paid["row_sum_value"]), (5_000_00, 5_000_00), "P1 is reported by two and in no sum")
        self.assertEqual([(row["unit_id"], row["project_code"], row["origin_unit_id"], row["origin_path"], row["node_unit_id"]) for row in paid["rows"]],
                         [(NORTH, P2, "140221-swj", f"{NORTH}/140221-swj", f"{NORTH}-fgj"), (SOUTH, P3, "140222-jtj", f"{SOUTH}/140222-jtj", f"{SOUTH}-fgj")])
        source = paid["rows"][0]["sources"][0]
        self.assertEqual((source["source_method"], source["source_request"]), ("payroll.ListWageLedger", f'{{"projectCode":"{P2}","month":"2026-04"}}'))
        whose = self.office.ok("gateway.GetFigureRows", {"quarter": QUARTER, "figure": "absorbed_count"})
        self.assertIn("140221-swj", whose["rows"][0]["sources"][0]["source_request"], "its people are listed by the unit that has them")

    def test_the_years_people_without_tokens(self):
        "R189 R196: the districts' own distinct counts less those on what is in no sum; what part of them was local nobody has said"
        facts = self.operator.ok("gateway.GetYearGround", {"report_year": 2026, "issuer_unit_id": OFFICE})
        whole = facts["whole"]
        self.assertEqual((whole["project_count"], whole["absorbed_count"], whole["paid_fen"], whole["parts_unknown"]), (2, 12, 5_000_00, True))
        self.assertEqual({row["total_key"]: row["absorbed_count"] for row in facts["by_unit"]}, {NORTH: 6, SOUTH: 8})
        self.office.refused("gateway.GetYearGround", {"report_year": 2026}, "PERMISSION_DENIED")
