"""One person on one day at two bureaus: one of them reports from its own node, which the test plays with real keys."""
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, quarter as reports  # noqa: E402
from lib.fake_child import FakeChild, pack  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.quarter import BUREAU, OFFICE, OTHER  # noqa: E402
from lib.level import sm3  # noqa: E402

Q2 = "2026Q2"


def mask(*days):
    return sum(1 << day - 1 for day in days)


class DoubleWorkTest(ServiceCase):
    """Three of the transport bureau work whole days from 20 to 24 June, the third half days. The water bureau's node reports all three: the first
    whole on the 23rd to the 26th, the second half a day on the 24th, the third half a day on the 21st."""
    at = "2026-06-30 08:00"
    CODE = "2605-140214-04-01-077770"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.folder = tempfile.mkdtemp(prefix="wr-child-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.project = world.project()
        cls.numbers = world.placed(cls.project, 3)
        world.attended(cls.project, cls.numbers[:2], "2026-06", range(20, 25))
        world.attended(cls.project, cls.numbers[2:], "2026-06", range(20, 25), hundredths=50)
        path.seal_month(world, cls.project, "2026-06")
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-20"})
        cls.report = reports.file(world, BUREAU, Q2)
        tokens = {int(number): bytes.fromhex(token) for number, token in world.house.node.cluster.sql(
            world.house.node.database, "SELECT worker_number, encode(worker_token, 'hex') FROM workforce.worker")}
        cls.tokens = [tokens[number] for number in cls.numbers]
        cls.child = FakeChild(cls.house, world, OTHER, cls.folder)
        cls.addClassCleanup(cls.child.client.close)
        reply = cls.child.call("Deliver", {"signed": cls.child.signer.sign("ReportContent", cls.content(cls.tokens))})
        assert reply.ok, reply
        reports.accept(world, cls.report, f"{OTHER}-{Q2}-1")
        cls.body = reports.consolidated(world, Q2)

    @classmethod
    def content(cls, tokens, revision=1):
        days = ({"third_whole_mask": mask(23, 24, 25, 26)}, {"third_part_mask": mask(24)}, {"third_part_mask": mask(21)})
        line = {"line_number": 1, "project_code": cls.CODE, "project_name": "灌渠整修", "project_state": "CONSTRUCTION", "is_counted": True,
                "absorbed_count": 3, "day_hundredths": 500, "cumulative_day_hundredths": 500, "cumulative_absorbed_count": 3}
        return pack("ReportContent", {
            "content_version": 1, "sender_unit_id": OTHER, "receiver_unit_id": OFFICE, "method": "gateway.Deliver", "report_code": f"{OTHER}-{Q2}-{revision}",
            "unit_id": OTHER, "quarter": Q2, "revision": revision, "restate_reason": "更正" if revision > 1 else "", "line_digest": sm3(pack("ReportLine", line)),
            "part_number": 1, "part_count": 1, "line_count": 1, "person_count": 3, "lines": [line],
            "persons": [{"line_number": 1, "worker_token": token, "sex": "MALE", **masks} for token, masks in zip(tokens, days)]})

    def test_1_the_office_sees_pairs_without_names(self):
        "R196: a whole day here and any work there is more than a day; two halves are not; the head of the token and the dates, no name or number"
        rows = self.office.rows("gateway.ListDoubleWork", {"quarter": Q2}, page_size=1)
        found = sorted((row["token_prefix"], tuple(row["work_dates"])) for row in rows)
        self.assertEqual(found, sorted([(self.tokens[0].hex()[:8], ("2026-06-23", "2026-06-24")), (self.tokens[1].hex()[:8], ("2026-06-24",))]))
        for row in rows:
            self.assertEqual((row["unit_id"], row["project_code"], row["other_unit_id"], row["other_project_code"], row["worker_number"]),
                             (BUREAU, self.project, OTHER, self.CODE, 0))
            self.assertEqual((row["unit_name"], row["other_unit_name"]), ("区交通局", "区水务局"))

    def test_2_each_bureau_sees_its_own_worker_and_the_others_name(self):
        "R196: the number of its own worker; of the other side the unit alone"
        rows = self.bureau.rows("gateway.ListDoubleWork", {"quarter": Q2})
        self.assertEqual({(row["worker_number"], tuple(row["work_dates"])) for row in rows},
                         {(self.numbers[0], ("2026-06-23", "2026-06-24")), (self.numbers[1], ("2026-06-24",))})
        self.assertEqual({(row["unit_id"], row["project_code"], row["other_unit_name"], row["other_project_code"], row["token_prefix"]) for row in rows},
                         {(BUREAU, self.project, "区水务局", "", "")})
        [row] = [row for row in self.other_bureau.rows("gateway.ListDoubleWork", {"quarter": Q2}) if len(row["work_dates"]) == 2]
        self.assertEqual((row["unit_id"], row["project_code"], row["other_unit_name"]), (OTHER, self.CODE, "区交通局"))
        for nobody in (self.contractor, self.owner):
            self.assertEqual(nobody.rows("gateway.ListDoubleWork", {"quarter": Q2}), [])
        self.assertEqual(self.actor("rsj-plain", "140214-rsj", "MAKER", ("BUREAU",)).rows("gateway.ListDoubleWork", {"quarter": Q2}), [])

    def test_3_an_exception_on_both_lines(self):
        "R196 R164: on the consolidated report, on both reports, and page by page"
        found = {(row["unit_id"], row["project_code"], row["exception_note"]) for row in self.body["exceptions"] if row["exception_rule"] == "DOUBLE_WORK"}
        both = {(BUREAU, self.project, "与区水务局：2人3天"), (OTHER, self.CODE, "与区交通局：2人3天")}
        self.assertEqual(found, both)
        rows = self.office.rows("gateway.ListConsolidatedExceptions", {"quarter": Q2}, page_size=1)
        self.assertEqual({(row["unit_id"], row["project_code"], row["exception_note"]) for row in rows if row["exception_rule"] == "DOUBLE_WORK"}, both)
        report = self.bureau.ok("gateway.GetReport", {"report_code": self.report})
        self.assertIn(("DOUBLE_WORK", "与区水务局：2人3天"), [(row["exception_rule"], row["exception_note"]) for row in report["exceptions"]])
        self.assertEqual(self.body["summary"]["absorbed_count"], 3, "each of them is one person")

    def test_4_once_it_is_put_right_it_is_gone(self):
        "R196: other people in a restated report: the next consolidation finds nothing, the earlier one still tells"
        reply = self.child.call("Deliver", {"signed": self.child.signer.sign("ReportContent", self.content([bytes([n]) * 16 for n in (1, 2, 3)], 2))})
        self.assertTrue(reply.ok, reply)
        reports.accept(self.world, f"{OTHER}-{Q2}-2")
        body = reports.consolidated(self.world, Q2)
        self.assertEqual((body["summary"]["absorbed_count"], self.office.rows("gateway.ListDoubleWork", {"quarter": Q2})), (6, []))
        self.assertNotIn("DOUBLE_WORK", [row["exception_rule"] for row in body["exceptions"]])
        self.assertEqual(len(self.office.rows("gateway.ListDoubleWork", {"quarter": Q2, "consolidation_number": 1})), 2)
