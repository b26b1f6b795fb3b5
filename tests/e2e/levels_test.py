"""Three nodes: a bureau files with its district's office, the district's consolidation goes up to the city, and what the city decides is heard below."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, cluster, messages, path, people  # noqa: E402
from lib.house import House  # noqa: E402
from lib.node import Node  # noqa: E402
from lib.world import World  # noqa: E402

QUARTER = "2026Q2"
CITY, DISTRICT, BUREAU, HOSTED = "140200-fgw", "140214-fgj", "140214-swj", "140214-jtj"
LEVEL = "140214"  # the district as the city knows it
UPPER = f"{LEVEL}-{QUARTER}"
CRASH_STATUS = 137


class BureauWorld(World):
    """The same people and units, seen from the water bureau's own node."""

    def __getattr__(self, name):
        return super().__getattr__({"bureau": "other_bureau", "bureau_checker": "other_bureau_checker"}.get(name, name))


class LevelsTest(unittest.TestCase):
    """In order: one quarter of three levels."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-levels-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.city = cls.house("city", CITY, None, ("registry", "gateway"))
        cls.district = cls.house("district", DISTRICT, cls.city.node, None, upper_unit_id=LEVEL)
        cls.bureau = cls.house("bureau", BUREAU, cls.district.node, None)
        cls.here, cls.there = World(cls.district), BureauWorld(cls.bureau)
        cls.city_maker = cls.city.actor("city-maker", CITY, "MAKER", ("OFFICE",))
        cls.city_checker = cls.city.actor("city-checker", CITY, "CHECKER", ("OFFICE",))
        cls.prepare()

    @classmethod
    def house(cls, name, unit_id, parent, services, **settings):
        if parent:
            settings.update({"parent.endpoint": parent.endpoint("gateway"), "parent.public_key": parent.server_public("gateway"),
                             "parent.unit_id": parent.unit_id, "parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip(),
                             "uplink_interval_ms": 100, "uplink_backoff_ms": 400})
        below_city = parent and parent.unit_id == DISTRICT
        node = Node(cls.folder / name, cluster.shared(), node_id=name, unit_id=unit_id, token_key=parent.token_key if below_city else None,
                    clock_file=parent.clock_file if parent else None, settings=settings)
        house = House(*([services] if services else []), node=node, at=None if parent else "2026-07-01 08:00")
        cls.addClassCleanup(house.close)
        return house

    @classmethod
    def prepare(cls):
        """Three people at the hosted bureau, three at the bureau with a node of its own, one of them the same person."""
        here, there = cls.here, cls.there
        here.units()
        there.units()
        for number, (unit, name, kind, member) in enumerate(((LEVEL, "云冈区", "OTHER_UNIT", True), ("140215", "云州区", "OTHER_UNIT", True),
                                                             (CITY, "大同市发展和改革委员会", "BUREAU", False))):
            cls.city_maker.ok("registry.AddUnit", {
                "unit_id": unit, "unit_name": name, "unit_kind": kind, "is_member": member, "uscc": people.uscc(number + 1, "11"), "division_code": "140200",
                "hosted": True, "valid_from_date": "2024-01-01", "notice_no": "同政办发〔2024〕1号" if member else "", "notice_date": "2024-01-01" if member else ""})
        cls.hosted = here.project("2605-140214-04-01-000010", track="SPECIAL_FUND")
        cls.remote = there.project("2605-140214-04-01-000020", track="SPECIAL_FUND", field="WATER", bureau_unit_id=BUREAU, field_waiver_reason="附属道路工程")
        ours = here.placed(cls.hosted, 3)
        there._people = 2  # the third person here is the first there
        theirs = there.placed(cls.remote, 3)
        assert ours[2] == theirs[0]
        here.attended(cls.hosted, ours, "2026-06", range(20, 25))
        there.attended(cls.remote, theirs, "2026-06", range(25, 28))
        path.seal_month(here, cls.hosted, "2026-06")
        path.seal_month(there, cls.remote, "2026-06")
        cls.district.travel("2026-07-02")
        for house in (cls.city, cls.district, cls.bureau):
            house.settle()
        cls.enrol(cls.city_checker, cls.district.node, [LEVEL])
        cls.enrol(here.office_checker, cls.bureau.node, [BUREAU])

    @classmethod
    def enrol(cls, checker, node, unit_ids):
        checker.ok("gateway.AddChild", {"unit_id": node.unit_id, "public_key": node.server_public("gateway"), "child_unit_ids": unit_ids,
                                        "sign_public": (node.keys / "sign.key.pub").read_text().strip()})

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        """what() until it is true."""
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, what.__doc__ or "waited too long")
            time.sleep(0.1)
        return result

    def report(self, actor, code):
        return actor.call("gateway.GetReport", {"report_code": code}).body

    def file(self, maker, checker, project, **restated):
        unit = maker.unit_id
        code = maker.ok("gateway.DraftReport", {"unit_id": unit, "quarter": QUARTER, **restated})["report_code"]
        checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": project, "comment_note": "7月支付"}]})
        checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    def send_up(self, **restated):
        """The district consolidates and files with the city; its report is in the city's custody afterwards."""
        code = self.here.office.ok("gateway.DraftUpperReport", {"quarter": QUARTER, **restated})["report_code"]
        self.here.office.refused("gateway.CheckReport", {"report_code": code}, "PERMISSION_DENIED")
        self.here.office_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"comment_note": "两家单位尚未报送"}]})
        self.here.office_checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    def arrived(self, code):
        self.eventually(lambda: self.report(self.here.office, code).get("in_custody"))

    def consolidate(self, checker, reader):
        checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        return reader.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})

    # --- the quarter -------------------------------------------------------------------------------------------------------------

    def test_01_each_level_has_its_own_calendar(self):
        "R188: the district's own due day is for its bureaus, the city's for the district; neither takes the other's place"
        self.city_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        self.here.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        self.city_checker.ok("gateway.GrantExtension", {"unit_id": LEVEL, "quarter": QUARTER, "until_date": "2026-07-25", "extension_reason": "防汛抢险"})
        self.eventually(lambda: self.there.bureau.ok("gateway.ListQuarters", {})["rows"])
        above = self.eventually(lambda: [row for row in self.here.office.rows("gateway.ListUpperQuarters") if row["on_time_until_date"] == "2026-07-25"])
        self.assertEqual([(row["quarter"], row["due_date"], row["quarter_state"]) for row in above], [(QUARTER, "2026-07-20", "OPEN")])
        for actor in (self.here.office, self.there.bureau):
            self.assertEqual([row["due_date"] for row in actor.rows("gateway.ListQuarters")], ["2026-07-10"])

    def test_02_the_district_decides_on_its_units(self):
        "R192: bureaus' reports are decided at the district though it has a parent itself, and a bureau on a node of its own hears who took it in"
        type(self).hosted_code = self.file(self.here.bureau, self.here.bureau_checker, self.hosted)
        type(self).remote_code = self.file(self.there.bureau, self.there.bureau_checker, self.remote)
        self.eventually(lambda: self.report(self.there.bureau, self.remote_code)["in_custody"])
        for code in (self.hosted_code, self.remote_code):
            self.here.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.eventually(lambda: self.report(self.there.bureau, self.remote_code)["report_state"] == "ACCEPTED")
        level, = self.report(self.there.bureau, self.remote_code)["levels"]
        self.assertEqual((level["level_number"], level["level_unit_id"], level["level_unit_name"]), (1, DISTRICT, "区发展和改革局"))
        summary = self.consolidate(self.here.office_checker, self.here.office)["summary"]
        self.assertEqual((summary["project_count"], summary["absorbed_count"], summary["day_hundredths"]), (2, 5, 24_00))

    def test_03_it_arrives_once_though_the_city_dies(self):
        "R022 (T08): the city dies after it took custody and before it said so; the district's report stands there once"
        self.city.node.stop("gateway")
        self.city.node.start("gateway", crash_at="after_commit")
        code = self.send_up()
        self.assertEqual(self.city.node.wait_end("gateway"), CRASH_STATUS)
        self.city.node.start("gateway")
        self.arrived(code)
        self.assertEqual(cluster.shared().sql(self.city.node.database, "SELECT count(*) FROM gateway.delivery"), [["1"]])
        there, here = self.report(self.here.office, code), self.report(self.city_maker, code)
        self.assertEqual((here["report_state"], here["is_late"], here["line_digest"]), ("SUBMITTED", False, there["line_digest"]))
        self.assertEqual(here["lines"], there["lines"])
        self.assertEqual({line["origin_path"] for line in here["lines"]}, {f"{LEVEL}/{HOSTED}", f"{LEVEL}/{BUREAU}"})
        self.assertEqual((here["level_heads"], here["level_counts"]), (there["level_heads"], there["level_counts"]))
        self.assertEqual([row["unit_name"] for row in here["units_below"]], ["区发展和改革局", "区人力资源和社会保障局"])

    def test_04_no_token_leaves_the_district(self):
        "R196: people are numbers above the district: no token in the city's tables, nor in the signed bytes"
        tokens = [row[0] for row in cluster.shared().sql(self.district.node.database, "SELECT DISTINCT encode(worker_token, 'hex') FROM gateway.report_person")]
        self.assertEqual(len(tokens), 5)
        self.assertEqual(cluster.shared().sql(self.city.node.database, "SELECT count(*) FROM gateway.report_person"), [["0"]])
        dump = cluster.shared().dump(self.city.node.database).decode()
        self.assertEqual([token for token in tokens if token in dump], [])

    def test_05_returned_by_the_city_and_sent_again(self):
        "R192: the city's remarks reach the district; its units' reports stay accepted meanwhile"
        self.city_checker.ok("gateway.ReturnReport", {"report_code": f"{UPPER}-1", "return_reason": "请催报", "remarks": [
            {"project_code": self.remote, "remark_note": "请说明支付安排"}]})
        self.eventually(lambda: self.report(self.here.office, f"{UPPER}-1")["report_state"] == "RETURNED")
        report = self.report(self.here.office, f"{UPPER}-1")
        self.assertEqual((report["return_reason"], [row["remark_note"] for row in report["remarks"]]), ("请催报", ["请说明支付安排"]))
        self.assertEqual(self.report(self.here.office, self.remote_code)["report_state"], "ACCEPTED")
        self.arrived(self.send_up())

    def test_06_accepted_by_district_and_city(self):
        "R192: the bureau's own node shows both levels that have taken its report in; the city's totals are the district's"
        self.city_checker.ok("gateway.AcceptReport", {"report_code": f"{UPPER}-2"})
        self.eventually(lambda: len(self.report(self.there.bureau, self.remote_code)["levels"]) == 2)
        self.assertEqual([(row["level_number"], row["level_unit_id"], row["level_report_code"], row["is_proven"])
                          for row in self.report(self.there.bureau, self.remote_code)["levels"]],
                         [(1, DISTRICT, self.remote_code, True), (2, CITY, f"{UPPER}-2", True)], "the city's own signature reached the bureau's node")
        self.assertEqual([row["level_unit_name"] for row in self.report(self.here.bureau, self.hosted_code)["levels"]], ["大同市发展和改革委员会"])
        district = self.here.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        city = self.consolidate(self.city_checker, self.city_maker)
        self.assertEqual(city["summary"], district["summary"])
        self.assertEqual(city["by_field"], district["by_field"])
        self.assertEqual((city["missing_unit_names"], city["level_counts"]), (["云州区"], {"expected_count": 5, "accepted_count": 2, "late_count": 0, "missing_count": 3}))
        self.assertEqual([row["unit_name"] for row in city["units_below"]], ["区发展和改革局", "区人力资源和社会保障局"])

    def test_07_restated_through_both_levels(self):
        "R192: a bureau's correction makes what went up stale; version 3 with a reason takes its place at the city, and the old one stays readable"
        code = self.file(self.there.bureau, self.there.bureau_checker, self.remote, restate_reason="补充说明")
        self.eventually(lambda: self.report(self.there.bureau, code)["in_custody"])
        self.here.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.assertTrue(self.here.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})["sent_up"]["is_overtaken"])
        self.here.office.refused("gateway.DraftUpperReport", {"quarter": QUARTER, "restate_reason": "水务局更正"}, "FAILED_PRECONDITION", "CONSOLIDATION_OVERTAKEN",
                                 path="quarter")
        self.consolidate(self.here.office_checker, self.here.office)
        self.here.office.refused("gateway.DraftUpperReport", {"quarter": QUARTER}, "FAILED_PRECONDITION", "RESTATE_REASON_MISSING", "restate_reason")
        self.arrived(self.send_up(restate_reason="水务局更正"))
        self.city_checker.ok("gateway.AcceptReport", {"report_code": f"{UPPER}-3"})
        states = {row["revision"]: (row["report_state"], row["restate_reason"]) for row in self.city_maker.rows("gateway.ListReports", {"quarter": QUARTER})}
        self.assertEqual(states, {1: ("RETURNED", ""), 2: ("RESTATED", ""), 3: ("ACCEPTED", "水务局更正")})
        self.eventually(lambda: self.report(self.here.office, f"{UPPER}-3")["report_state"] == "ACCEPTED")
        self.eventually(lambda: [row["level_report_code"] for row in self.report(self.there.bureau, code)["levels"]] == [code, f"{UPPER}-3"])
        origins = {line["project_code"]: line["origin_report_code"] for line in self.report(self.city_maker, f"{UPPER}-3")["lines"]}
        self.assertEqual(origins, {self.hosted: self.hosted_code, self.remote: code})

    def test_08_every_signature_on_the_way_verifies(self):
        "R192 R022: each delivery bears the child's signature over the stored bytes, each receipt the parent's"
        for node, child in ((self.district.node, self.bureau.node), (self.city.node, self.district.node)):
            rows = cluster.shared().sql(node.database, """SELECT encode(content, 'hex'), encode(signature, 'hex'), encode(receipt_content, 'hex'),
                encode(receipt_signature, 'hex') FROM gateway.delivery""")
            self.assertGreater(len(rows), 1)
            for content, signature, receipt, receipt_signature in (map(bytes.fromhex, row) for row in rows):
                self.assertTrue(self.verifies(child.keys / "sign.key", "ReportContent", content, signature))
                self.assertTrue(self.verifies(node.keys / "sign.key", "ReceiptContent", receipt, receipt_signature))
                self.assertFalse(self.verifies(node.keys / "sign.key", "ReportContent", content, signature))
                inner = messages.message_type("ReportContent").FromString(content)
                self.assertEqual((inner.sender_unit_id, inner.receiver_unit_id), (child.unit_id, node.unit_id))

    def verifies(self, key, context, content, signature):
        with tempfile.NamedTemporaryFile() as data, tempfile.NamedTemporaryFile() as sign:
            data.write(context.encode() + b"\0" + content)
            sign.write(signature)
            data.flush(), sign.flush()
            return subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-inkey", key, "-in", data.name, "-sigfile", sign.name,
                                   "-pkeyopt", "distid:1234567812345678"], capture_output=True, check=False).returncode == 0

    def test_09_replay(self):
        "I6: the journals of all three gateways, replayed into empty schemas, give equal tables"
        for house in (self.city, self.district, self.bureau):
            house.node.stop("gateway")
            done = subprocess.run([pathlib.Path(os.environ.get("BUILD", "build")) / "bin/gateway", "--node", house.node.directory, "--replay"],
                                  capture_output=True, text=True, check=False, cwd=pathlib.Path(__file__).resolve().parents[2])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
