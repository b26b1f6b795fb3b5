"""Projects far from others of their field in one consolidation."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, invariants, path, people  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.level import Level, line  # noqa: E402

QUARTER, NORTH, SOUTH = "2026Q2", "140221", "140222"


def project(number, unit, absorbed, paid_fen, **more):
    return line(f"2605-{unit[:6]}-04-01-{number:05d}0", f"{unit}-jtj", absorbed, paid_fen, **more)


class PeerOutlierTest(ServiceCase):
    """Eight road projects pay 200 yuan a day, give or take one; a ninth pays 900, a tenth has people for three days a head instead of ten. Water projects are
    too few to tell."""
    services = ("registry", "gateway")
    settings = {"upper_unit_id": "140200"}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wr-peer-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        super().setUpClass()
        path.add_units(cls.world, [{"unit_id": unit, "unit_name": unit, "unit_kind": "OTHER_UNIT", "is_member": True, "uscc": people.uscc(i + 1, "11"),
                                    "division_code": "140200", "hosted": True, "valid_from_date": "2024-01-01", "notice_no": "同政办发〔2024〕1号",
                                    "notice_date": "2024-01-01"} for i, unit in enumerate((NORTH, SOUTH))])
        cls.house.settle()
        cls.world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        roads = [project(i, NORTH, 10 + i, (10 + i) * (2_000_00 + i * 10_00)) for i in range(1, 9)]
        water = [project(30 + i, SOUTH, 10, 10 * 2_000_00 * (1 + 4 * (i == 3)), field="WATER") for i in range(1, 4)]
        cls.steep = project(21, SOUTH, 10, 10 * 9_000_00)
        cls.short = project(22, SOUTH, 10, 10 * 600_00, day_hundredths=30_00)
        for unit, lines in ((NORTH, roads), (SOUTH, [cls.steep, cls.short, *water, project(23, SOUTH, 10, 10 * 99_000_00, is_counted=False)])):
            district = Level(f"{unit}-fgj", unit, cls.house.node, cls.folder)
            cls.addClassCleanup(district.close)
            cls.world.office_checker.ok("gateway.AddChild", district.enrolment())
            reply = district.deliver(district.content(QUARTER, lines)[0])
            if not reply.ok:
                raise AssertionError(reply)
            cls.world.office_checker.ok("gateway.AcceptReport", {"report_code": f"{unit}-{QUARTER}-1"})

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def rows(self, actor, **more):
        return actor.ok("gateway.ListPeerOutliers", {"quarter": QUARTER, **more})["rows"]

    def test_a_nothing_before_a_consolidation(self):
        "R164: without a consolidation there is nothing to compare"
        self.assertEqual(self.rows(self.office), [])

    def test_b_who_stands_far_off(self):
        "R164: pay a day, days a head and pay a head against the median of the field; small differences, few peers and uncounted projects are no cause"
        self.world.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        rows = self.rows(self.office)
        found = {(row["project_code"], row["exception_rule"]) for row in rows}
        self.assertEqual(found, {(self.steep["project_code"], "PEER_DAY_PAY"), (self.steep["project_code"], "PEER_HEAD_PAY"),
                                 (self.short["project_code"], "PEER_DAYS_A_HEAD"), (self.short["project_code"], "PEER_HEAD_PAY")})
        day_pay = next(row for row in rows if row["exception_rule"] == "PEER_DAY_PAY")
        self.assertEqual((day_pay["figure_value"], day_pay["median_value"], day_pay["peer_count"], day_pay["field"]), (900_00, 204_50, 10, "TRANSPORT"))

    def test_c_pages_and_eyes(self):
        "R192: in pages; another unit sees none of these projects"
        first = self.office.ok("gateway.ListPeerOutliers", {"quarter": QUARTER, "page_size": 3})
        rest = self.office.ok("gateway.ListPeerOutliers", {"quarter": QUARTER, "page_size": 3, "page_token": first["next_page_token"]})
        self.assertEqual(first["rows"] + rest["rows"], self.rows(self.office))
        self.assertEqual(self.rows(self.bureau), [])

    def test_d_the_command_prints_them(self):
        "R164: money in yuan, work in days, beside the median and how many are compared"
        done = subprocess.run([BUILD / "bin/workrelief", "report", "peers", "--quarter", QUARTER, "--node", self.house.node.directory], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line for line in done.stdout.splitlines() if self.steep["project_code"] in line and "工日均酬" in line]
        self.assertEqual(len(lines), 1, done.stdout)
        for text in ("900.00", "204.50", " 10"):
            self.assertIn(text, lines[0])


if __name__ == "__main__":
    unittest.main()
