"""Coverage of outreach in the quarter's lines and totals: units, each once, over projects, bureaus and levels; a line that does not say it is unknown."""
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path, people, quarter as reports  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.level import Level, line, reach  # noqa: E402
from lib.quarter import BUREAU, OTHER, OtherWorld  # noqa: E402

Q2, OWNER = "2026Q2", "owner-1"
COUNTS = ("outreach_required_count", "outreach_reached_count", "cumulative_outreach_reached_count")
COVERAGE = (*COUNTS, "outreach_unknown_count", "outreach_coverage_bp")


def pick(row, *names):
    return tuple(row[name] for name in names)


class OutreachTest(ServiceCase):
    """The bureau has two listed projects of one owner, the other bureau one of the special fund of the same owner. In March outreach reached the bureau,
    in June the owner, in January of the year before the other bureau."""
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, other = cls.world, OtherWorld(cls.house)
        cls.other = other
        cls.listed = [world.project(track="ZHONGTUI"), world.project(track="NONGTUI")]
        for code, kind in zip(cls.listed, ("ZHONGTUI", "NONGTUI")):
            path.list_project(world, code, 2026, kind, "DISTRICT", 60)
        cls.special = other.project(field="WATER")
        cls.house.settle()
        for code, date, unit in (("XJ-1", "2026-03-31", BUREAU), ("XJ-2", "2026-06-30", OWNER), ("XJ-3", "2025-01-10", OTHER), ("XJ-4", "2026-04-01", "township-1")):
            world.office.ok("evaluation.RecordOutreach", {
                "outreach_code": code, "outreach_kind": "BRIEFING", "outreach_date": date, "audience": "CADRE", "outreach_title": "政策宣讲",
                "place_note": "区政府三楼", "attendee_count": 30, "reached_unit_ids": [unit]})
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-20"})
        cls.codes = [reports.file(world, BUREAU, Q2), reports.file(other, OTHER, Q2)]
        reports.accept(world, *cls.codes)
        cls.body = reports.consolidated(world, Q2)

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def test_a_a_line_names_whom_outreach_must_reach(self):
        "R201 R196: the bureau and the owner of a listed project; reached in the quarter and since January; an unlisted project's owner is not asked for"
        lines = {row["project_code"]: row["figures"] for code in self.codes for row in self.office.ok("gateway.GetReport", {"report_code": code})["lines"]}
        for code in self.listed:
            self.assertEqual([pick(row, "unit_id", "is_member", "is_owner", "reached_in_quarter", "reached_in_year") for row in lines[code]["outreach_units"]],
                             [(BUREAU, True, False, False, True), (OWNER, False, True, True, True)])
            self.assertEqual(pick(lines[code], *COUNTS), (2, 1, 2))
        self.assertEqual([pick(row, "unit_id", "is_member", "is_owner", "reached_in_quarter", "reached_in_year") for row in lines[self.special]["outreach_units"]],
                         [(OTHER, True, False, False, False)])
        self.assertEqual(pick(lines[self.special], *COUNTS), (1, 0, 0), "known to be nobody is 0")

    def test_b_a_unit_counts_once_in_every_total(self):
        "R201: numerator and denominator are units, not sums of the lines'; the share is cut off, so that 100 % is all of them"
        self.assertEqual(pick(self.body["summary"]["figures"], *COVERAGE), (3, 1, 2, 0, 6666))
        self.assertEqual({row["total_key"]: pick(row["figures"], *COVERAGE) for row in self.body["by_unit"]},
                         {BUREAU: (2, 1, 2, 0, 10000), OTHER: (1, 0, 0, 0, 0)})
        self.assertEqual({row["total_key"]: pick(row["figures"], *COUNTS) for row in self.body["by_list_kind"]},
                         {"ZHONGTUI": (2, 1, 2), "NONGTUI": (2, 1, 2), "UNSPECIFIED": (1, 0, 0)})
        rows = self.office.ok("gateway.GetFigureRows", {"quarter": Q2, "figure": "outreach_required_count"})
        self.assertEqual(pick(rows, "total_value", "row_sum_value", "overlap_value"), (3, 5, 2), "two units stand behind two projects")
        self.office.refused("gateway.GetFigureRows", {"quarter": Q2, "figure": "outreach_coverage_bp"}, "INVALID_ARGUMENT", "FIGURE_UNKNOWN", "figure")

    def test_c_it_is_the_years_coverage_where_both_speak(self):
        "R201: of the units on the lines the same are missed as by evaluation's own account of the year"
        missed = {row["unit_id"] for row in self.office.ok("evaluation.GetOutreachCoverage", {"outreach_year": 2026})["missed"]}
        said = {unit["unit_id"]: unit["reached_in_year"] for code in self.codes for row in self.office.ok("gateway.GetReport", {"report_code": code})["lines"]
                for unit in row["figures"]["outreach_units"]}
        self.assertEqual({unit for unit, reached in said.items() if not reached}, missed & set(said))

    def test_d_the_next_quarter_keeps_the_year(self):
        "R196 R201: what was reached in June is the year's in the third quarter, not the quarter's"
        self.house.travel("2026-07-31 18:00")
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q3"})
        code = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": "2026Q3"})["report_code"]
        figures = [row["figures"] for row in self.office.ok("gateway.GetReport", {"report_code": code})["lines"]]
        self.assertEqual([pick(row, *COUNTS) for row in figures], [(2, 0, 2)] * 2)


class LevelOutreachTest(ServiceCase):
    """A city over two districts. Both have an owner-1, which are two units. One line of the south says nothing of outreach."""
    services = ("registry", "gateway")
    CITY, NORTH, SOUTH = "140200", "140221", "140222"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wr-level-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.settings = {"upper_unit_id": cls.CITY}
        super().setUpClass()
        path.add_units(cls.world, [{"unit_id": unit, "unit_name": name, "unit_kind": kind, "is_member": member, "uscc": people.uscc(i + 1, "11"),
                                    "division_code": "140200", "hosted": True, "valid_from_date": "2024-01-01",
                                    "notice_no": "同政办发〔2024〕1号" if member else "", "notice_date": "2024-01-01" if member else ""}
                                   for i, (unit, name, kind, member) in enumerate(((cls.NORTH, "北区", "OTHER_UNIT", True), (cls.SOUTH, "南区", "OTHER_UNIT", True),
                                                                                   ("140214-fgj", "市发展和改革委员会", "BUREAU", False)))])
        cls.house.settle()
        cls.world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-10"})
        cls.districts = {}
        for unit in (cls.NORTH, cls.SOUTH):
            district = cls.districts[unit] = Level(f"{unit}-fgj", unit, cls.house.node, cls.folder)
            cls.addClassCleanup(district.close)
            cls.world.office_checker.ok("gateway.AddChild", district.enrolment())

    def lines(self, unit, *reached):
        return [line(f"2605-{unit}-04-01-{number:05d}0", f"{unit}-jtj", 10, 5_000_00, **({"figures": figures} if figures else {}))
                for number, figures in enumerate(reached, 1)]

    def send(self, unit, *reached, **more):
        district = self.districts[unit]
        return district.deliver(district.content(Q2, self.lines(unit, *reached), **more)[0])

    def test_a_what_does_not_add_up_is_refused(self):
        "R201: counts that are not those of the list, a unit listed twice: refused with the place, though well signed"
        north = f"{self.NORTH}-jtj"
        for figures in ({**reach((north, 1, 1)), "outreach_required_count": 2}, {**reach((north, 1, 1)), "outreach_reached_count": 0},
                        reach((north, 1, 1), (north, 1, 1)), reach(("owner-1", 0, 1), (north, 1, 1)), reach((north, 1, 0))):
            reply = self.send(self.NORTH, figures)
            self.assertEqual((reply.reason, [problem["path"] for problem in reply.problems]), ("OUTREACH_DIFFERS", ["lines[0].figures.outreach_required_count"]))

    def test_b_over_districts(self):
        "R201 R192: each district's units once; the same code in two districts is two units; what one line does not say is counted as not said"
        one, two = f"{self.NORTH}-jtj", f"{self.SOUTH}-jtj"
        self.assertTrue(self.send(self.NORTH, reach((one, 0, 1), ("owner-1", 1, 1)), reach((one, 0, 1), ("owner-1", 1, 1), ("owner-2", 0, 0))).ok)
        self.assertTrue(self.send(self.SOUTH, reach((two, 0, 0), ("owner-1", 0, 1)), None).ok)
        reports.accept(self.world, f"{self.NORTH}-{Q2}-1", f"{self.SOUTH}-{Q2}-1")
        body = reports.consolidated(self.world, Q2)
        self.assertEqual(pick(body["summary"]["figures"], *COVERAGE), (5, 1, 3, 1, 6000))
        self.assertEqual({row["total_key"]: pick(row["figures"], *COVERAGE) for row in body["by_unit"]},
                         {self.NORTH: (3, 1, 2, 0, 6666), self.SOUTH: (2, 0, 1, 1, 5000)})
        rows = self.office.ok("gateway.GetFigureRows", {"quarter": Q2, "figure": "outreach_unknown_count"})
        self.assertEqual(pick(rows, "total_value", "row_sum_value"), (1, 1))

    def test_c_nothing_said_is_no_nought(self):
        "R201: where no line says it the total does not either"
        self.assertTrue(self.send(self.SOUTH, None, None, revision=2, restate_reason="更正").ok)
        reports.accept(self.world, f"{self.SOUTH}-{Q2}-2")
        totals = {row["total_key"]: row["figures"] for row in reports.consolidated(self.world, Q2)["by_unit"]}
        self.assertEqual(pick(totals[self.SOUTH], *COVERAGE), (None, None, None, 2, None))
        self.assertEqual(pick(totals[self.NORTH], *COVERAGE), (3, 1, 2, 0, 6666))


if __name__ == "__main__":
    unittest.main()
