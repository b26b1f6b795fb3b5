"""A report of thousands of lines climbs from a real city node to a real province node: it goes in parts, and all of it is there once."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, cluster, messages, people, workbook  # noqa: E402
from lib.house import House  # noqa: E402
from lib.level import Level, line, sm3, totals_of  # noqa: E402
from lib.node import Node  # noqa: E402

QUARTER, CITY, PROVINCE, DISTRICT, LEVEL = "2026Q2", "140200-fgw", "140000-fgw", "140221", "140200"
ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES, MISSING = 5_000, 450
BODY_MOST = 900_000


class LargeReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-large-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.province = cls.house("province", PROVINCE, [(LEVEL, "大同市")])
        parent = cls.province.node
        cls.city = cls.house("city", CITY, [(DISTRICT, "北区")], clock_file=parent.clock_file, settings={
            "parent.endpoint": parent.endpoint("gateway"), "parent.public_key": parent.server_public("gateway"), "parent.unit_id": PROVINCE,
            "parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip(), "uplink_interval_ms": 100, "uplink_backoff_ms": 400,
            "upper_unit_id": LEVEL})
        cls.district = Level(f"{DISTRICT}-fgj", DISTRICT, cls.city.node, cls.folder)
        cls.addClassCleanup(cls.district.close)
        cls.enrol()

    @classmethod
    def house(cls, name, unit_id, units, **options):
        node = Node(cls.folder / name, cluster.shared(), node_id=name, unit_id=unit_id, **options)
        house = House(("registry", "gateway"), node=node, at=None if "clock_file" in options else "2026-07-01 08:00")
        cls.addClassCleanup(house.close)
        house.maker, house.checker = (house.actor(f"{name}-{duty.lower()}", unit_id, duty, ("OFFICE",)) for duty in ("MAKER", "CHECKER"))
        for number, (unit, unit_name) in enumerate(units):
            house.maker.ok("registry.AddUnit", {
                "unit_id": unit, "unit_name": unit_name, "unit_kind": "OTHER_UNIT", "is_member": True, "uscc": people.uscc(number + 1, "11"),
                "division_code": "140200", "hosted": True, "valid_from_date": "2024-01-01", "notice_no": "晋政办发〔2024〕1号", "notice_date": "2024-01-01"})
        house.settle()
        house.checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        return house

    @classmethod
    def enrol(cls):
        node = cls.city.node
        cls.city.checker.ok("gateway.AddChild", cls.district.enrolment())
        cls.province.checker.ok("gateway.AddChild", {"unit_id": CITY, "public_key": node.server_public("gateway"), "child_unit_ids": [LEVEL],
                                                     "sign_public": (node.keys / "sign.key.pub").read_text().strip()})

    def test_thousands_of_lines_go_in_parts(self):
        "R022 R192: every part fits a message, the order is kept, digest and totals over all parts are verified, and every line is there once"
        note = "因汛期停工两周，七月已复工；" * 8
        lines = [line(f"2605-140221-04-01-{number:06d}", f"140221-u{number % 400:03d}", 2, 1_000_00 + number, line_note=note if number % 3 == 0 else "",
                      origin_report_code=f"140221-u{number % 400:03d}-{QUARTER}-1") for number in range(LINES)]
        contents = self.district.content(QUARTER, lines, parts=6, missing=[f"140221-m{number:03d}" for number in range(MISSING)], totals=totals_of(lines))
        for content in contents:
            reply = self.district.deliver(content)
            self.assertTrue(reply.ok, reply)
        city, province = self.city, self.province
        city.checker.ok("gateway.AcceptReport", {"report_code": f"{DISTRICT}-{QUARTER}-1"})
        city.checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not city.maker.rows("gateway.ListUpperQuarters"):
            self.assertLess(time.monotonic(), deadline, "the province's calendar comes down")
            time.sleep(0.1)
        code = city.maker.ok("gateway.DraftUpperReport", {"quarter": QUARTER})["report_code"]
        city.checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"comment_note": "已催报"}]})
        province.node.stop("gateway")
        city.checker.ok("gateway.SubmitReport", {"report_code": code})
        waiting = [messages.message_type("ReportContent").FromString(row["content"]) for row in city.operator.rows("gateway.ListOutgoing", page_size=1)]
        self.assertGreater(len(waiting), 2)
        self.assertLess(max(part.ByteSize() for part in waiting), BODY_MOST)
        self.assertEqual([row.line_number for part in waiting for row in part.lines], list(range(1, LINES + 1)))
        self.assertEqual(sm3(*(row.SerializeToString() for part in waiting for row in part.lines)), waiting[0].line_digest)
        self.assertEqual([len(part.units_below) for part in waiting], [MISSING] + [0] * (len(waiting) - 1))
        province.node.start("gateway")
        while not city.maker.ok("gateway.GetReport", {"report_code": code})["in_custody"]:
            self.assertLess(time.monotonic(), deadline + PATIENCE_SECONDS, "all parts are in custody")
            time.sleep(0.1)
        there = province.maker.rows("gateway.ListReportLines", {"report_code": code}, page_size=1000)
        self.assertEqual(there, city.maker.rows("gateway.ListReportLines", {"report_code": code}, page_size=700))
        self.assertEqual((len(there), there[-1]["origin_path"], there[3]["line_note"]), (LINES, f"{LEVEL}/{DISTRICT}/{lines[-1]['origin_unit_id']}", note))
        report = province.maker.ok("gateway.GetReport", {"report_code": code})
        self.assertEqual((report["report_state"], report["line_count"], len(report["lines"]), len(report["units_below"])), ("SUBMITTED", LINES, 400, 400))
        province.checker.ok("gateway.AcceptReport", {"report_code": code})
        province.checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        body = province.maker.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        self.assertEqual((body["summary"]["paid_fen"], body["summary"]["absorbed_count"], body["line_count"], body["unit_below_count"]),
                         (sum(one["paid_fen"] for one in lines), 2 * LINES, LINES, MISSING))
        self.assertEqual((body["level_counts"]["expected_count"], body["level_counts"]["missing_count"]), (400 + MISSING, MISSING))
        below = province.maker.rows("gateway.ListUnitsBelow", {"quarter": QUARTER}, page_size=200)
        self.assertEqual(len({row["origin_path"] for row in below}), MISSING)
        self.book(lines)
        self.replay()

    def book(self, lines):
        "R192: the province's workbook has every line, not only those that a reply bears"
        place = self.folder / "province.xlsx"
        done = subprocess.run([ROOT / os.environ.get("BUILD", "build") / "bin/workrelief", "report", "export", "--quarter", QUARTER, "-o", place, "--node",
                               self.province.node.directory], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        cells = workbook.read(place)["项目明细"]
        self.assertLessEqual({one["project_code"] for one in lines}, set(cells.values()))

    def replay(self):
        "I6: replayed into empty schemas, equal tables"
        for house in (self.city, self.province):
            house.node.stop("gateway")
            done = subprocess.run([pathlib.Path(os.environ.get("BUILD", "build")) / "bin/gateway", "--node", house.node.directory, "--replay"],
                                  capture_output=True, text=True, check=False, cwd=ROOT)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
