"""Sums as they were published, fed as lines of a child's report: those that hold come out, one that does not is told and left as it was stated."""
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import quarter as reports  # noqa: E402
from lib.fake_child import FakeChild, pack  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.level import sm3  # noqa: E402
from lib.quarter import OFFICE, OTHER  # noqa: E402


def line(number, people, paid_fen, per_head_fen=None, **more):
    """One line; per head as stated, or as its own sums give it."""
    stated = paid_fen // people if per_head_fen is None else per_head_fen
    return {"line_number": number, "project_code": f"2605-140214-04-01-{number:05d}0", "project_name": f"公布口径{number}", "project_state": "CONSTRUCTION",
            "is_counted": True, "absorbed_count": people, "cumulative_absorbed_count": people, "day_hundredths": people * 100,
            "cumulative_day_hundredths": people * 100, "due_fen": paid_fen, "paid_fen": paid_fen, "cumulative_due_fen": paid_fen,
            "cumulative_paid_fen": paid_fen, **more,
            "figures": {"division_code": "140214002", "relief_paid_fen": paid_fen, "cumulative_relief_paid_fen": paid_fen, "per_head_fen": stated}}


class PublishedSumsTest(ServiceCase):
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="wr-child-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.world.units()
        cls.child = FakeChild(cls.house, cls.world, OTHER, cls.folder)
        cls.addClassCleanup(cls.child.client.close)

    def report_of(self, quarter, lines):
        """The child's accepted report of these lines, each person on one line alone, consolidated; (report, consolidated report)."""
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": "2026-12-31"})
        persons, serial = [], 0
        for one in lines:
            for _ in range(one["absorbed_count"]):
                serial += 1
                persons.append({"line_number": one["line_number"], "worker_token": serial.to_bytes(16, "big"), "sex": "MALE"})
        code = f"{OTHER}-{quarter}-1"
        reply = self.child.call("Deliver", {"signed": self.child.signer.sign("ReportContent", pack("ReportContent", {
            "content_version": 1, "sender_unit_id": OTHER, "receiver_unit_id": OFFICE, "method": "gateway.Deliver", "report_code": code, "unit_id": OTHER,
            "quarter": quarter, "revision": 1, "line_digest": sm3(*(pack("ReportLine", one) for one in lines)), "part_number": 1, "part_count": 1,
            "line_count": len(lines), "person_count": len(persons), "lines": lines, "persons": persons}))})
        self.assertTrue(reply.ok, reply)
        reports.accept(self.world, code)
        return self.office.ok("gateway.GetReport", {"report_code": code}), reports.consolidated(self.world, quarter)

    def test_1_the_nation_in_2023(self):
        "R190 R196: 20 + 34.1 + 129.5 = 183.6 (10,000 people), 298.2 (100 million yuan) by 183.6 is 16,242 yuan; all a thousandth of it"
        pays = (36_100_000_00 // 10, 4_130_000_00, 22_080_000_00)
        lines = [line(1, 200, pays[0]), line(2, 341, pays[1]), line(3, 1295, pays[2])]
        self.assertEqual(sum(pays), 29_820_000_00)
        _, body = self.report_of("2023Q4", lines)
        total = body["summary"]
        self.assertEqual((total["absorbed_count"], total["paid_fen"], total["per_head_fen"]), (1836, 29_820_000_00, 16_241_83))
        self.assertEqual((total["per_head_fen"] + 50) // 100, 16_242)
        self.assertEqual([row["exception_rule"] for row in body["exceptions"] if row["exception_rule"] == "PER_HEAD_DIFFERS"], [])

    def test_2_yunnan_in_2022_and_three_quarters_of_2023(self):
        "R190: 31.82 (100 million) by 74.13 (10,000) is 4,292; 234.7 by 174 is 13,489, which is published cut off as 1.3 (10,000 yuan)"
        _, body = self.report_of("2022Q4", [line(1, 7413, 31_820_000_00, track="SPECIAL_FUND"), line(2, 1740, 23_470_000_00, track="NONGTUI")])
        per_head = {row["total_key"]: row["per_head_fen"] for row in body["by_track"]}
        self.assertEqual((per_head["SPECIAL_FUND"] + 50) // 100, 4_292)
        self.assertEqual(((per_head["NONGTUI"] + 50) // 100, per_head["NONGTUI"] // 100_000), (13_489, 13))

    def test_3_what_does_not_hold_is_told_and_not_mended(self):
        "R190 R164: 1,651,300 yuan by 190 people is 8,691, published 10,600: a warning with both figures; the line stays as it was stated"
        report, body = self.report_of("2026Q3", [line(1, 190, 1_651_300_00, per_head_fen=10_600_00), line(2, 100, 1_000_000_00)])
        told = [(row["project_code"], row["exception_note"]) for row in body["exceptions"] if row["exception_rule"] == "PER_HEAD_DIFFERS"]
        self.assertEqual(told, [("2605-140214-04-01-000010", "1060000 / 869105 fen")])
        self.assertEqual([one["figures"]["per_head_fen"] for one in report["lines"]], [10_600_00, 10_000_00])
        self.assertEqual(body["summary"]["per_head_fen"], 2_651_300_00 // 290, "the total is made of sums, never of what was stated")
