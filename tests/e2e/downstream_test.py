"""What a parent tells its children: catalogue, parameters, working days, reporting policy, rectification notices and circulars come down in
order, once in effect, signed, also through weeks offline and crashes; what cannot be applied stops its stream loudly."""
import datetime
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, PATIENCE_SECONDS, invariants, messages  # noqa: E402
from lib.family import admission, child_of  # noqa: E402
from lib.house import House  # noqa: E402
from lib.world import World  # noqa: E402

OFFICE, BUREAU, CHILD = "140214-fgj", "140214-jtj", "140214-swj"
CRASHED = 137
HOLIDAYS = [{"day_date": f"2026-10-0{day}", "day_kind": "HOLIDAY", "day_name": "国庆节"} for day in range(1, 8)]
WORKED = [{"day_date": "2026-10-10", "day_kind": "WORKDAY", "day_name": "国庆节调休"}]
PARAMETER = {"parameter_name": "labour_cycle_days", "division_prefix": "1402", "valid_from_date": "2026-08-01", "parameter_value": 25, "basis_note": "同政办〔2026〕3号"}


class DownstreamTest(unittest.TestCase):
    """In order: what a water bureau's own node hears of its district's office."""

    @classmethod
    def setUpClass(cls):
        cls.office = House(at="2026-07-01 08:00")
        cls.addClassCleanup(cls.office.close)
        cls.world = World(cls.office)
        cls.world.units()
        cls.child = child_of(cls, cls.office.node, CHILD)
        cls.there = World(cls.child)
        cls.there.units()
        cls.world.office_checker.ok("gateway.AddChild", admission(cls.child.node, [CHILD]))

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, f"{what.__doc__ or 'waited too long'}\n{self.child.node.log_tail('gateway')}")
            time.sleep(0.05)
        return result

    def stream(self, source):
        """The child's health says how far it follows that service of the parent."""
        follows = self.child.node.health("gateway").get("follows", [])
        return next((row for row in follows if row["source"] == f"parent:{source}"), {})

    def days_there(self):
        return self.there.office.rows("registry.ListCalendarDays", {"calendar_year": 2026})

    def sql_there(self, text):
        return self.child.node.cluster.sql(self.child.node.database, text)

    def notices(self, actor, **request):
        return actor.rows("gateway.ListUpperNotices", request)

    def find(self, code, note="少计两人工日"):
        today = self.office.today()
        inspection = self.world.bureau.ok("evaluation.AddInspection", {
            "project_code": code, "inspection_date": today, "inspection_stage": "DURING", "inspector_names": ["李检查"],
            "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})["inspection_code"]
        due = str(datetime.date.fromisoformat(today) + datetime.timedelta(days=10))
        return self.world.bureau.ok("evaluation.AddFinding", {
            "project_code": code, "inspection_code": inspection, "finding_kind": "LABOUR_PAY", "finding_note": note, "responsible_unit_id": CHILD,
            "due_date": due})["finding_code"]

    def test_01_working_days_and_parameters(self):
        "R193 R188: the office's calendar of working days and its dated parameters hold at the child's node"
        self.world.office_checker.ok("registry.SetCalendarDays", {"calendar_year": 2026, "source_note": "国办发明电〔2025〕7号", "rows": HOLIDAYS + WORKED})
        self.world.office_checker.ok("registry.SetParameter", PARAMETER)
        self.eventually(lambda: len(self.days_there()) == 8)
        self.assertEqual([(row["day_date"], row["day_kind"]) for row in self.days_there()],
                         [(row["day_date"], row["day_kind"]) for row in HOLIDAYS + WORKED])
        value = "SELECT parameter_value FROM registry.policy_parameter WHERE parameter_name = 'labour_cycle_days' AND division_prefix = '1402'"
        self.eventually(lambda: self.sql_there(value) == [["25"]])
        self.assertEqual(self.stream("registry")["state"], "RUNNING")

    def test_02_a_new_catalogue(self):
        "R037: a version of the office's catalogue comes down; one that stands there already row for row is not made twice"
        rows = [{"seq": 1, "field_name": "交通", "category": "农村公路", "tasks": "路面清扫、边沟清理", "guiding_bureau": "区交通局"}]
        self.world.office_checker.ok("registry.LoadCatalogue", {"catalogue_version": 5, "issued_by_name": "区发展和改革局", "valid_from_date": "2026-08-01", "rows": rows})
        count = "SELECT count(*) FROM registry.catalogue"
        versions = "SELECT catalogue_version, upper_unit_id, upper_version FROM registry.catalogue WHERE upper_version IS NOT NULL"
        self.eventually(lambda: self.sql_there(versions) == [["5", OFFICE, "5"]])
        self.assertEqual(self.sql_there(count), [["2"]], "the world's own version 1 is at both nodes, and once at each")
        self.there.office_checker.ok("registry.LoadCatalogue", {"catalogue_version": 9, "issued_by_name": "区水务局", "valid_from_date": "2026-08-02",
                                                                "division_prefix": "140214002", "rows": rows})
        self.world.office_checker.ok("registry.LoadCatalogue", {"catalogue_version": 6, "issued_by_name": "区发展和改革局", "valid_from_date": "2026-08-03", "rows": rows})
        self.eventually(lambda: ["10", OFFICE, "6"] in self.sql_there(versions))
        there = self.there.office.ok("registry.GetCatalogue", {"as_of_date": "2026-08-03", "division_code": "140214"})
        self.assertEqual((there["catalogue_version"], there["rows"][0]["tasks"]), (10, "路面清扫、边沟清理"))

    def test_03_reporting_policy(self):
        "R193: what the office rules for quarters to come holds at the child too"
        self.world.office_checker.ok("gateway.SetReportingPolicy", {"valid_from_date": "2026-09-01", "grace_days": 3, "grace_in_working_days": True,
                                                                    "remind_before_days": [7, 2], "remind_every_days": 4, "basis_note": "云以工代赈办〔2026〕2号"})
        here = self.world.office.rows("gateway.ListReportingPolicies")
        self.eventually(lambda: self.there.office.rows("gateway.ListReportingPolicies") == here)

    def test_04_a_rectification_notice_goes_where_it_concerns(self):
        "R158: a finding on a project of the child's unit reaches the child, and only that unit's people and the node's office read it; others' do not come"
        code = self.world.project()
        self.world.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": unit, "relation": relation, "person_name": "项目负责人", "person_phone": "03520000000"} for unit, relation in (
                ("owner-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"), ("township-1", "TOWNSHIP"), (CHILD, "CONTACT"))]})
        other = self.world.project()
        finding = self.find(code)
        self.world.bureau.ok("evaluation.AddFinding", {
            "project_code": other, "inspection_code": self.world.bureau.ok("evaluation.AddInspection", {
                "project_code": other, "inspection_date": self.office.today(), "inspection_stage": "DURING", "inspector_names": ["李检查"],
                "items": [{"inspection_item": "LABOUR_PAY", "item_result": "PASS"}]})["inspection_code"],
            "finding_kind": "LABOUR_PAY", "finding_note": "别的单位的事", "responsible_unit_id": "contractor-1", "due_date": "2026-07-20"})
        rows = self.eventually(lambda: self.notices(self.there.other_bureau, notice_kind="RECTIFICATION"))
        self.assertEqual([(row["notice_reference"], row["project_code"], row["notice_text"], row["finding_state"], CHILD in row["notice_unit_ids"]) for row in rows],
                         [(finding, code, "少计两人工日", "OPEN", True)])
        self.assertEqual(len(self.notices(self.there.office)), 1)
        self.assertEqual(self.notices(self.there.contractor), [])
        self.assertNotIn("别的单位的事", self.child.node.cluster.dump(self.child.node.database).decode(), "what does not concern it does not leave the parent")

    def test_05_a_circular(self):
        "R192: an issued circular reaches the nodes of the units that it ranks, its text to the letter; a draft does not"
        quarter = "2026Q2"
        self.world.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": "2026-07-03"})
        self.office.travel("2026-07-06")
        self.world.office_checker.ok("gateway.Consolidate", {"quarter": quarter})
        key = self.world.office.ok("gateway.DraftCircular", {"quarter": quarter})
        self.world.office_checker.ok("gateway.IssueCircular", {"quarter": quarter, "circular_number": key["circular_number"], "document_no": "云以工代赈办〔2026〕9号",
                                                               "issued_date": "2026-07-06"})
        rows = self.eventually(lambda: self.notices(self.there.other_bureau, notice_kind="CIRCULAR"))
        text = self.world.office.ok("gateway.GetCircular", {"quarter": quarter})["circular_text"]
        self.assertEqual([(row["notice_reference"], row["notice_text"]) for row in rows], [("云以工代赈办〔2026〕9号", text)])

    def test_06_weeks_offline(self):
        "I6: whatever was said while the child was away is there afterwards, in order, the last word standing"
        self.child.node.stop("gateway")
        for value in range(31, 41):
            self.world.office_checker.ok("registry.SetParameter", {**PARAMETER, "parameter_value": value})
        self.office.travel("2026-07-27")
        self.child.node.start("gateway")
        self.eventually(lambda: self.sql_there("SELECT parameter_value FROM registry.policy_parameter WHERE division_prefix = '1402'") == [["40"]])
        said = "SELECT count(*) FROM {}.journal WHERE method = 'registry.SetParameter' AND status = 0"
        self.assertEqual(self.sql_there(said.format("registry")), self.office.node.cluster.sql(self.office.node.database, said.format("registry")))

    def test_07_killed_between_effect_and_cursor(self):
        "I6 T07: the child dies when the service has done it and the cursor does not know; asked again it is the same command, and it is done once"
        for point in ("downlink_after_apply", "downlink_before_record"):
            with self.subTest(point=point):
                self.child.node.stop("gateway")
                self.world.office_checker.ok("registry.SetParameter", {**PARAMETER, "parameter_value": 50 if point.endswith("apply") else 51})
                self.child.node.start("gateway", crash_at=point, wait=False)
                self.assertEqual(self.child.node.wait_end("gateway", 30), CRASHED)
                commands = "SELECT count(*) FROM registry.journal WHERE method = 'registry.SetParameter'"
                done = self.sql_there(commands)
                self.child.node.start("gateway")
                seq = self.office.node.health("registry")["last_seq"]
                self.eventually(lambda seq=seq: self.stream("registry").get("seq", 0) >= seq)
                self.assertEqual(self.sql_there(commands), done)

    def set_aside(self):
        """The child's registry knows no such parameter any more; what it knew stands by."""
        self.sql_there("CREATE TABLE public.aside AS SELECT * FROM registry.policy_parameter WHERE parameter_name = 'major_matter_report_days'; "
                       "DELETE FROM registry.policy_parameter WHERE parameter_name = 'major_matter_report_days'")

    def put_back(self):
        self.sql_there("INSERT INTO registry.policy_parameter SELECT * FROM public.aside; DROP TABLE public.aside")

    def test_08_what_cannot_be_applied_stops_its_stream(self):
        "RELIABILITY 12: loud, the others go on; once the cause is cleared it is applied; or a recorded command leaves it out"
        asked = {"parameter_name": "major_matter_report_days", "valid_from_date": "2026-08-01", "parameter_value": 2, "basis_note": "晋发改〔2026〕1号"}
        self.set_aside()
        self.world.office_checker.ok("registry.SetParameter", asked)
        stopped = self.eventually(lambda: self.stream("registry") if self.stream("registry").get("state") == "STOPPED" else None)
        self.assertIn("UNKNOWN_PARAMETER", stopped["problem"])
        self.world.office_checker.ok("gateway.SetReportingPolicy", {"valid_from_date": "2026-10-01", "remind_every_days": 4, "basis_note": "云以工代赈办〔2026〕3号"})
        here = self.world.office.rows("gateway.ListReportingPolicies")
        self.eventually(lambda: self.there.office.rows("gateway.ListReportingPolicies") == here)
        self.put_back()
        self.eventually(lambda: self.stream("registry")["state"] == "RUNNING")
        self.set_aside()
        self.world.office_checker.ok("registry.SetParameter", {**asked, "parameter_value": 3})
        self.eventually(lambda: self.stream("registry")["state"] == "STOPPED")
        seq = self.office.node.health("registry")["last_seq"]
        with self.child.node.client("gateway") as client:
            self.assertTrue(client.call("admin.SkipFollow", {"source": "parent:registry", "source_epoch": 1, "source_seq": seq, "skip_reason": "参数本节点不用"}).ok)
        self.eventually(lambda: self.stream("registry")["state"] == "RUNNING")
        self.put_back()
        self.assertEqual(self.sql_there("SELECT parameter_value FROM registry.policy_parameter WHERE parameter_name = 'major_matter_report_days' "
                                        "AND valid_from = '2026-08-01'"), [["2"]], "the first came when its cause was cleared, the second was left out")

    def test_08b_a_parent_in_a_new_epoch(self):
        "T55: a restored parent is not followed in silence; its operator's word makes the child read the new epoch from its start"
        self.office.node.stop("registry")
        done = subprocess.run([BUILD / "bin/registry", "--node", self.office.node.directory, "--new-epoch", "演练"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "registry: epoch 2\n"))
        self.office.node.start("registry")
        self.office.positions.clear()
        self.eventually(lambda: "another epoch" in self.stream("registry").get("problem", ""))
        self.world.office_checker.ok("registry.SetParameter", {**PARAMETER, "parameter_value": 60})
        asked = {"source": "registry", "source_epoch": 2, "restart_reason": "上级已说明未丢失"}
        operator = self.child.operator
        operator.refused("gateway.RestartDownlink", {**asked, "source_epoch": 1}, "FAILED_PRECONDITION", "DOWN_EPOCH", "source_epoch")
        operator.refused("gateway.RestartDownlink", {**asked, "source": "nobody"}, "NOT_FOUND", "DOWN_UNKNOWN", "source")
        operator.ok("gateway.RestartDownlink", asked)
        self.eventually(lambda: self.sql_there("SELECT parameter_value FROM registry.policy_parameter WHERE division_prefix = '1402'") == [["60"]])
        self.eventually(lambda: self.stream("registry")["state"] == "RUNNING")

    def test_09_it_can_be_proved(self):
        "RELIABILITY 21: every page stands at the child with the parent's signature over the exact bytes, and names both nodes"
        pages = self.sql_there("SELECT source, from_seq, to_seq, encode(content, 'hex'), encode(signature, 'hex') FROM gateway.down_page ORDER BY source, from_seq")
        self.assertGreater(len(pages), 5)
        for source, first, last, content, signature in pages:
            page = messages.message_type("DownContent").FromString(bytes.fromhex(content))
            self.assertEqual((page.source, page.after_seq, page.sender_unit_id, page.receiver_unit_id), (source, int(first), OFFICE, CHILD))
            self.assertLessEqual(int(last), page.through_seq)
            self.assertTrue(invariants.sm2_verifies(self.office.node.keys / "sign.key", "DownContent", bytes.fromhex(content), bytes.fromhex(signature)))
            self.assertFalse(invariants.sm2_verifies(self.office.node.keys / "sign.key", "DownContent", bytes.fromhex(content) + b"x", bytes.fromhex(signature)))

    def test_10_who_may_ask(self):
        "R022: pages are for children: a bureau's key gets none, and following anew is the operator's command"
        self.world.bureau.refused("gateway.ListDownPages", {"cursors": [{"source": "registry"}]}, "PERMISSION_DENIED")
        self.there.office_checker.refused("gateway.RestartDownlink", {"source": "registry", "source_epoch": 2, "restart_reason": "x"}, "PERMISSION_DENIED")

    def test_11_invariants(self):
        "I6: both nodes' journals replay into equal tables"
        for house in (self.office, self.child):
            house.settle()
            invariants.check(house.node)

    def test_12_a_revoked_child_hears_nothing_more(self):
        "R022: from the moment its key is revoked"
        self.world.office_checker.ok("gateway.RevokeChild", {"unit_id": CHILD, "revoke_reason": "节点停用"})
        self.world.office_checker.ok("registry.SetParameter", {**PARAMETER, "parameter_value": 77})
        time.sleep(1.5)
        self.assertEqual(self.sql_there("SELECT count(*) FROM registry.policy_parameter WHERE parameter_value = 77"), [["0"]])


if __name__ == "__main__":
    unittest.main()
