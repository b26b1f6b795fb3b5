"""Parts of the year's people and trainees: local, women, priority groups, safety and skill; each person once over quarters, bureaus and levels."""
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path, people, quarter as reports  # noqa: E402
from lib.fake_child import FakeChild, ledger_rows  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.level import Level, line, totals_of  # noqa: E402
from lib.quarter import BUREAU, OTHER, OtherWorld  # noqa: E402

Q2, Q3, JUNE, JULY = "2026Q2", "2026Q3", "2026-06", "2026-07"
PARTS = ("cumulative_local_count", "cumulative_female_count", "cumulative_priority_count", "cumulative_safety_trainee_count", "cumulative_skill_trainee_count")
# The year's accepted reports (and, of a draft, itself), token by token, in another way than the reports count.
RECOUNT = """
WITH chosen AS (SELECT report_code, line_number FROM gateway.report JOIN gateway.report_line USING (report_code) WHERE {which}),
person AS (SELECT worker_token, max(is_local::int) AS is_local, max((sex = 'FEMALE')::int) AS is_female, max((priority_mask <> 0)::int) AS in_group
  FROM chosen JOIN gateway.report_person USING (report_code, line_number) GROUP BY 1),
trainee AS (SELECT worker_token, max(safety_trained::int) AS safety, max(skill_trained::int) AS skill
  FROM chosen JOIN gateway.report_trainee USING (report_code, line_number) GROUP BY 1)
SELECT count(*), sum(is_local), sum(is_female), sum(in_group), (SELECT count(*) FROM trainee), (SELECT sum(safety) FROM trainee), (SELECT sum(skill) FROM trainee)
FROM person"""


def pick(row, *names):
    return tuple(row[name] for name in names)


def told(row, trained):
    """As RECOUNT gives it. trained: where the year's trainees stand."""
    return (row["cumulative_absorbed_count"], *pick(row["figures"], *PARTS[:3]), trained["cumulative_trainee_count"], *pick(row["figures"], *PARTS[3:]))


class YearPartsTest(ServiceCase):
    """Two bureaus, a project each; the first worker is at both. In June the first two work here; in July the second, a third, and one from elsewhere,
    who is of a priority group since July. One more is trained in June and does not work yet."""
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, other = cls.world, OtherWorld(cls.house)
        cls.other, cls.code = other, world.project(track="ZHONGTUI")
        path.list_project(world, cls.code, 2026, "ZHONGTUI", "DISTRICT", 60)
        cls.special = other.project(field="WATER")
        cls.one, cls.two, cls.three = world.placed(cls.code, 3)
        [cls.away], [cls.late] = (world.worker_numbers(1, home_division_code="140302") for _ in range(2))
        for number in (cls.away, cls.late):
            world.agree(cls.code, [number])
        more = other.placed(cls.special, 2)
        other.agree(cls.special, [cls.one])
        world.township.ok("workforce.SetPriorityGroup", {"lines": [
            {"worker_number": number, "priority_group": group, "valid_from_date": since, "group_source": "乡镇摸底"}
            for number, group, since in ((cls.one, "OUT_OF_POVERTY", "2026-01-01"), (cls.away, "VETERAN", "2026-07-01"))]})
        path.hold_training(world, cls.code, "PX-JN", "2026-06-22", [cls.two], content="SKILL")
        world.attended(cls.code, [cls.one, cls.two], JUNE, range(20, 25))
        other.attended(cls.special, [*more, cls.one], JUNE, range(25, 29))
        path.seal_month(world, cls.code, JUNE)
        path.seal_month(other, cls.special, JUNE)
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-20"})
        reports.accept(world, reports.file(world, BUREAU, Q2), reports.file(other, OTHER, Q2))
        cls.first = reports.consolidated(world, Q2)
        cls.house.travel("2026-07-31 18:00")
        path.hold_training(world, cls.code, "PX-7", "2026-07-10", [cls.away], content="SKILL")
        world.attended(cls.code, [cls.two, cls.three, cls.away], JULY, range(13, 16))
        path.seal_month(world, cls.code, JULY)
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q3})

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def line(self, code):
        [line] = self.office.ok("gateway.GetReport", {"report_code": code})["lines"]
        return line

    def recount(self, which):
        [row] = self.sql(RECOUNT.format(which=which))
        return tuple(int(cell or 0) for cell in row)

    def year_of(self, unit, *codes):
        """The unit's lines of the year: the accepted ones and these reports."""
        listed = "', '".join(codes)
        return self.recount(f"unit_id = '{unit}' AND (report_code IN ('{listed}'))")

    def test_a_in_the_first_quarter_the_year_is_the_quarter(self):
        "R196 R190: lines and totals of the second quarter; whoever works for two bureaus is one person of the year"
        line = self.line(f"{BUREAU}-{Q2}-1")
        self.assertEqual(told(line, line["figures"]), (2, 2, 1, 1, 5, 5, 1))
        self.assertEqual(pick(line["figures"], *PARTS[:3]), pick(line, "local_count", "female_count", "priority_count"))
        total = self.first["summary"]
        self.assertEqual(told(total, total["figures"]), (4, 4, 2, 1, 7, 7, 1))
        self.assertEqual(told(total, total["figures"]), self.recount(f"quarter = '{Q2}'"))
        units = {row["total_key"]: told(row, row["figures"]) for row in self.first["by_unit"]}
        self.assertEqual(units, {BUREAU: (2, 2, 1, 1, 5, 5, 1), OTHER: (3, 3, 1, 1, 3, 3, 0)})

    def test_b_the_next_quarter_counts_each_person_of_the_year_once(self):
        "R196: who was local, female, of a priority group or trained so in any quarter of the year; the same by a recount over tokens"
        code = reports.file(self.world, BUREAU, Q3)
        line = self.line(code)
        self.assertEqual(pick(line, "absorbed_count", "local_count", "female_count", "priority_count"), (3, 2, 2, 1))
        self.assertEqual(told(line, line["figures"]), (4, 3, 2, 2, 5, 5, 2))
        self.assertEqual(told(line, line["figures"]), self.year_of(BUREAU, f"{BUREAU}-{Q2}-1", code))
        self.assertEqual(line["figures"]["cumulative_per_head_fen"], 0, "nothing is paid yet: known to be nothing")
        reports.accept(self.world, code)
        body = reports.consolidated(self.world, Q3)
        total = body["summary"]
        self.assertEqual(told(total, total["figures"]), (6, 5, 3, 2, 7, 7, 2), "the other bureau's two of June are of the year")
        self.assertEqual(told(total, total["figures"]), self.recount("report_state = 'ACCEPTED'"))
        rows = self.office.ok("gateway.GetFigureRows", {"quarter": Q3, "figure": "cumulative_local_count"})
        self.assertEqual(pick(rows, "total_value", "row_sum_value", "unknown_count"), (5, 3, 0))

    def test_c_an_earlier_quarter_is_restated(self):
        "R196 R107: one more person of June, of whom the third quarter's year knows once both are restated"
        month = {"project_code": self.code, "month": JUNE}
        self.contractor.ok("workforce.RequestReopening", {**month, "reopen_reason": "漏记"})
        self.owner_checker.ok("workforce.ApproveReopening", month)
        self.house.settle()
        self.world.attended(self.code, [self.late], JUNE, (24,))
        path.seal_month(self.world, self.code, JUNE)
        self.house.settle()
        codes = []
        for quarter in (Q2, Q3):
            codes.append(reports.file(self.world, BUREAU, quarter, restate_reason="六月漏记一人"))
            reports.accept(self.world, codes[-1])
        line = self.line(codes[1])
        self.assertEqual(told(line, line["figures"]), (5, 3, 2 + self.is_woman(self.late), 2, 5, 5, 2))
        self.assertEqual(told(line, line["figures"]), self.year_of(BUREAU, *codes))
        total = reports.consolidated(self.world, Q3)["summary"]
        self.assertEqual(told(total, total["figures"]), self.recount("report_state = 'ACCEPTED'"))
        self.assertEqual(total["figures"]["cumulative_local_count"], 5)

    def is_woman(self, number):
        return int(self.sql(f"SELECT sex FROM workforce.worker WHERE worker_number = {number}") == [["FEMALE"]])

    def test_d_a_draft_takes_over_what_is_said_and_counts_what_was_not(self):
        "R188 R196: a second draft of the same people says the same; a draft of the time before, which did not say it, is not taken over"
        request = {"unit_id": BUREAU, "quarter": Q3, "restate_reason": "核对"}
        made = [self.bureau.ok("gateway.DraftReport", request)["report_code"] for _ in range(2)]
        first, second = (self.line(code)["figures"] for code in made)
        self.assertEqual(pick(first, *PARTS), pick(second, *PARTS))
        names = ", ".join(PARTS)
        drafts = f"report_code LIKE '{BUREAU}-{Q3}-%'"
        self.sql(f"CREATE SCHEMA aside; CREATE TABLE aside.figure AS SELECT report_code, line_number, {names} FROM gateway.report_line_figure WHERE {drafts};"
                 f"UPDATE gateway.report_line_figure SET {', '.join(f'{name} = NULL' for name in PARTS)} WHERE {drafts}")
        try:
            third = self.line(self.bureau.ok("gateway.DraftReport", request)["report_code"])["figures"]
        finally:
            self.sql(f"UPDATE gateway.report_line_figure f SET ({names}) = (SELECT {names} FROM aside.figure a WHERE a.report_code = f.report_code AND "
                     f"a.line_number = f.line_number) WHERE report_code IN (SELECT report_code FROM aside.figure); DROP SCHEMA aside CASCADE")
        self.assertEqual(pick(third, *PARTS), pick(first, *PARTS))


class OldChildTest(ServiceCase):
    """The water bureau reports from a node of an earlier version, which says nothing of it."""
    at = "2026-06-30 08:00"

    def test_what_a_child_does_not_say_is_absent(self):
        "R196: its total and all that it goes into are absent, never 0; the other bureau's stands"
        folder = tempfile.mkdtemp(prefix="wr-child-")
        self.addCleanup(shutil.rmtree, folder, True)
        code, _ = self.world.sealed(days=(22, 23))
        self.house.settle()
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-20"})
        child = FakeChild(self.house, self.world, OTHER, folder)
        self.addCleanup(child.client.close)
        reply, old = child.deliver(Q2, "2605-140214-04-01-077770", ledger_rows("2605-140214-04-01-077770", 2), female_count=2)
        self.assertTrue(reply.ok, reply)
        reports.accept(self.world, reports.file(self.world, BUREAU, Q2), old)
        body = reports.consolidated(self.world, Q2)
        self.assertEqual((body["summary"]["cumulative_absorbed_count"], *pick(body["summary"]["figures"], *PARTS)), (5, None, None, None, None, None))
        units = {row["total_key"]: pick(row["figures"], *PARTS) for row in body["by_unit"]}
        self.assertEqual(units, {BUREAU: (3, 1, 0, 3, 0), OTHER: (None, None, None, 0, 0)}, "of no trainees none were trained so")
        rows = self.office.ok("gateway.GetFigureRows", {"quarter": Q2, "figure": "cumulative_female_count"})
        self.assertEqual(pick(rows, "total_value", "row_sum_value", "unknown_count"), (None, 1, 1))


class LevelYearTest(ServiceCase):
    """A city over two districts."""
    services = ("registry", "gateway")
    CITY, NORTH, SOUTH = "140200", "140221", "140222"
    SAID = dict(zip(PARTS, (8, 4, 2, 3, 1)))

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

    def send(self, unit, parts, total_parts=None, **more):
        """A district's report of one project with ten people, seven of them local, four trained in the year; parts: what its line says of the year."""
        district = self.districts[unit]
        figures = {"relief_paid_fen": 0, "cumulative_trainee_count": 4, "safety_trainee_count": 2, **parts}
        lines = [line(f"2605-{unit}-04-01-000010", f"{unit}-jtj", 10, 5_000_00, local_count=7, trainee_count=4, figures=figures)]
        totals = totals_of(lines, figures={"cumulative_trainee_count": 4, **(parts if total_parts is None else total_parts)}, trainee_count=4)
        return district.deliver(district.content(Q2, lines, totals=totals, **more)[0])

    def test_a_what_does_not_add_up_is_refused(self):
        "R196: a part of the year above its whole or below its own quarter, on a line and in a total: refused with the place, though well signed"
        for name, value, reason in (("local", 11, "PART_OVER_WHOLE"), ("female", 11, "PART_OVER_WHOLE"), ("priority", 11, "PART_OVER_WHOLE"),
                                    ("skill_trainee", 5, "PART_OVER_WHOLE"), ("local", 6, "CUMULATIVE_BELOW_QUARTER"),
                                    ("safety_trainee", 1, "CUMULATIVE_BELOW_QUARTER")):
            reply = self.send(self.NORTH, {**self.SAID, f"cumulative_{name}_count": value}, self.SAID)
            self.assertEqual((reply.reason, [problem["path"] for problem in reply.problems]), (reason, [f"lines[0].figures.cumulative_{name}_count"]))
        for name, value in (("local", 11), ("safety_trainee", 5)):
            reply = self.send(self.NORTH, self.SAID, {**self.SAID, f"cumulative_{name}_count": value})
            self.assertEqual((reply.reason, [problem["path"] for problem in reply.problems]),
                             ("HEADS_OUT_OF_BOUNDS", [f"totals[0].figures.cumulative_{name}_count"]))

    def test_b_over_districts(self):
        "R196 R192: the sum of the districts' distinct counts; of a district that does not say it the total does not either, until it does"
        self.assertTrue(self.send(self.NORTH, self.SAID).ok)
        self.assertTrue(self.send(self.SOUTH, {}).ok)
        reports.accept(self.world, f"{self.NORTH}-{Q2}-1", f"{self.SOUTH}-{Q2}-1")
        body = reports.consolidated(self.world, Q2)
        nothing = (None,) * 5
        self.assertEqual((body["summary"]["cumulative_absorbed_count"], pick(body["summary"]["figures"], *PARTS)), (20, nothing))
        self.assertEqual({row["total_key"]: pick(row["figures"], *PARTS) for row in body["by_unit"]}, {self.NORTH: (8, 4, 2, 3, 1), self.SOUTH: nothing})
        self.assertTrue(self.send(self.SOUTH, {**self.SAID, "cumulative_local_count": 10}, revision=2, restate_reason="新版本").ok)
        reports.accept(self.world, f"{self.SOUTH}-{Q2}-2")
        self.assertEqual(pick(reports.consolidated(self.world, Q2)["summary"]["figures"], *PARTS), (18, 8, 4, 6, 2))

    def test_c_it_goes_up_as_it_is(self):
        "R192: the level's own report bears the lines' parts and the frozen totals'"
        self.assertEqual(self.sql(f"SELECT {', '.join(PARTS)} FROM gateway.report_heads WHERE report_code = '{self.NORTH}-{Q2}-1' AND total_kind = 'ALL'"),
                         [["8", "4", "2", "3", "1"]])
        lines = self.office.rows("gateway.ListConsolidatedLines", {"quarter": Q2})
        self.assertEqual([pick(row["line"]["figures"], *PARTS) for row in lines], [(8, 4, 2, 3, 1), (10, 4, 2, 3, 1)])


if __name__ == "__main__":
    unittest.main()
