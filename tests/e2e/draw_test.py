"""A real child node is drawn upon and dies at every step: one answer, the same bytes, nothing lost."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, cluster, path  # noqa: E402
from lib.house import House  # noqa: E402
from lib.node import Node  # noqa: E402
from lib.world import World  # noqa: E402

QUARTER = "2026Q2"
OFFICE, CHILD = "140214-fgj", "140214-swj"
CRASH_STATUS = 137


class ChildWorld(World):
    """The same people and units, seen from the water bureau's own node."""

    def __getattr__(self, name):
        return super().__getattr__({"bureau": "other_bureau", "bureau_checker": "other_bureau_checker"}.get(name, name))


class DrawnChildTest(unittest.TestCase):
    """In order; the report is filed once, then drawn upon again and again."""

    @classmethod
    def setUpClass(cls):
        cls.office = House(("registry", "gateway"), at="2026-07-01 08:00", settings={"gateway.draw_interval_ms": 100})
        cls.addClassCleanup(cls.office.close)
        cls.world = World(cls.office)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-child-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        parent = cls.office.node
        node = Node(cls.folder, cluster.shared(), node_id="swj", unit_id=CHILD, token_key=parent.token_key, clock_file=parent.clock_file, settings={
            "parent.endpoint": parent.endpoint("gateway"), "parent.public_key": parent.server_public("gateway"), "parent.unit_id": OFFICE,
            "parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip(), "uplink_interval_ms": 100, "uplink_backoff_ms": 400})
        cls.child = House(node=node, at=None)
        cls.addClassCleanup(cls.child.close)
        cls.there = ChildWorld(cls.child)
        cls.world.units()
        cls.world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        cls.world.office_checker.ok("gateway.AddChild", {"unit_id": CHILD, "public_key": node.server_public("gateway"), "child_unit_ids": [CHILD],
                                                         "sign_public": (node.keys / "sign.key.pub").read_text().strip()})
        cls.prepare_ledgers()

    @classmethod
    def prepare_ledgers(cls):
        there = cls.there
        there.units()
        cls.code = there.project("2605-140214-04-01-000020", track="SPECIAL_FUND", field="WATER", bureau_unit_id=CHILD, field_waiver_reason="附属道路工程")
        cls.numbers = there.placed(cls.code, 6)
        there.attended(cls.code, cls.numbers, "2026-06", range(21, 28))
        path.seal_month(there, cls.code, "2026-06")
        cls.child.settle()
        path.draw_sheet(there, cls.code, "2026-06")
        cls.child.settle()

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, what.__doc__ or "waited too long")
            time.sleep(0.1)
        return result

    def at_office(self, sql):
        return cluster.shared().sql(self.office.node.database, sql)

    def at_child(self, sql):
        return cluster.shared().sql(self.child.node.database, sql)

    def ask(self, count=12):
        return self.world.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": count})["draw_number"]

    def answered(self, number):
        def done():
            "the answer is at the office"
            draw = self.world.office.ok("gateway.ListDraws", {"draw_number": number})["rows"][0]
            return draw["draw_state"] == "ANSWERED" and draw
        return self.eventually(done)

    def assert_one_answer(self, number):
        """The office has what the child has on record, byte for byte, and once."""
        sent = self.at_child(f"SELECT encode(content, 'hex'), encode(signature, 'hex') FROM gateway.taken_draw WHERE draw_number = {number}")
        kept = self.at_office(f"SELECT encode(answer_content, 'hex'), encode(answer_signature, 'hex') FROM gateway.draw WHERE draw_number = {number}")
        self.assertEqual(sent, kept)
        self.assertEqual(len(kept), 1)

    def test_01_filed(self):
        "R192: the report that goes up bears the roots of the child's ledgers"
        self.eventually(lambda: self.there.bureau.ok("gateway.ListQuarters", {})["rows"])
        type(self).report_code = self.there.bureau.ok("gateway.DraftReport", {"unit_id": CHILD, "quarter": QUARTER})["report_code"]
        self.there.bureau_checker.ok("gateway.CheckReport", {"report_code": self.report_code, "comments": [{"project_code": self.code, "comment_note": "7月支付"}]})
        self.there.bureau_checker.ok("gateway.SubmitReport", {"report_code": self.report_code})
        self.eventually(lambda: self.there.bureau.ok("gateway.GetReport", {"report_code": self.report_code})["in_custody"])
        line = self.world.office.ok("gateway.GetReport", {"report_code": self.report_code})["lines"][0]
        self.assertEqual((line["ledger_row_count"], line["ledger_due_fen"], line["ledger_day_hundredths"]), (12, line["due_fen"], line["day_hundredths"]))
        self.assertEqual(self.at_office("SELECT count(*) FROM gateway.ledger_block"), [["0"]], "the rows stay where the ledgers are")

    def test_02_an_honest_child(self):
        "R192: drawn, answered, nothing found; the unit sees at home what was drawn"
        number = self.ask(5)
        self.assertEqual(self.answered(number)["finding_count"], 0)
        self.assert_one_answer(number)
        self.assertEqual([row["draw_number"] for row in self.there.bureau.rows("gateway.ListTakenDraws")], [number])
        content = self.at_office(f"SELECT encode(answer_content, 'hex') FROM gateway.draw WHERE draw_number = {number}")[0][0]
        self.assertNotIn(b"140298199", bytes.fromhex(content), "masks only")

    def test_03_the_child_is_killed_at_every_step(self):
        "R022 R192: dead behind the reading, behind the recording, behind the sending, before and behind the commit: one answer"
        for point in ("draw_after_rows", "draw_after_record", "draw_after_send", "before_commit", "after_commit"):
            with self.subTest(point=point):
                self.child.node.kill("gateway")
                number = self.ask(4)
                self.child.node.start("gateway", crash_at=point, wait=False)
                self.assertEqual(self.child.node.wait_end("gateway", 30), CRASH_STATUS)
                self.child.node.start("gateway")
                self.assertEqual(self.answered(number)["finding_count"], 0)
                self.assert_one_answer(number)

    def test_04_the_office_is_killed_with_the_answer_in_hand(self):
        "R022 R192: dead before and behind the commit of an answer: it comes again and stands once"
        for point in ("before_commit", "after_commit"):
            with self.subTest(point=point):
                self.child.node.stop("gateway")
                number = self.ask(4)
                self.office.node.kill("gateway")
                self.office.node.start("gateway", crash_at=point)
                self.child.node.start("gateway")
                self.assertEqual(self.office.node.wait_end("gateway", 30), CRASH_STATUS)
                self.office.node.start("gateway")
                self.assertEqual(self.answered(number)["finding_count"], 0)
                self.assert_one_answer(number)

    def test_05_a_service_of_the_child_is_away(self):
        "R192: without payroll the child cannot say how its ledger stands: it answers when payroll is back, and reports go up meanwhile"
        self.child.node.stop("payroll")
        number = self.ask(12)
        time.sleep(1)
        self.assertEqual(self.world.office.ok("gateway.ListDraws", {"draw_number": number})["rows"][0]["draw_state"], "ASKED")
        self.child.node.start("payroll")
        self.assertEqual(self.answered(number)["finding_count"], 0)

    def test_05b_what_comes_down_waits_and_nothing_else_does(self):
        "R192 I6: the child's registry is away, so that what the office says cannot be applied for now: draws are answered meanwhile, and it is applied later"
        value = "SELECT count(*) FROM registry.policy_parameter WHERE parameter_value = 27"
        self.child.node.stop("registry")
        self.world.office_checker.ok("registry.SetParameter", {"parameter_name": "labour_cycle_days", "division_prefix": "1402", "valid_from_date": "2026-08-01",
                                                               "parameter_value": 27, "basis_note": "同政办〔2026〕3号"})

        def waits():
            "the child holds what it cannot apply"
            follows = self.child.node.health("gateway").get("follows", [])
            return any(row["source"] == "parent:registry" and row["state"] == "WAITING" for row in follows)
        self.eventually(waits)
        for _ in range(3):
            self.assertEqual(self.answered(self.ask(12))["finding_count"], 0)
        self.assertTrue(waits(), "it waits all the while")
        self.assertEqual(self.at_child(value), [["0"]])
        self.child.node.start("registry")
        self.eventually(lambda: self.at_child(value) == [["1"]])

    def test_06_the_childs_ledger_changed(self):
        "R192 R103: what was signed is no longer what the ledger says"
        self.at_child(f"UPDATE workforce.sealed_worker SET day_hundredths = 600 WHERE worker_number = {self.numbers[0]}")
        number = self.ask(12)
        self.answered(number)
        rows = self.world.office.rows("gateway.ListDrawFindings", {"draw_number": number})
        self.assertEqual([(row["draw_fault"], row["project_code"]) for row in rows], [("ROW_CHANGED", self.code)])

    def test_07_a_decision_that_the_office_did_not_sign(self):
        "R192: a decision whose signature is not the parent's is not taken over; the right one is"
        self.child.node.stop("gateway")
        self.world.office_checker.ok("gateway.AcceptReport", {"report_code": self.report_code})
        good = self.at_office("SELECT encode(signature, 'hex') FROM gateway.decision")[0][0]
        change = "UPDATE gateway.decision SET signature = decode('{}', 'hex')"
        self.at_office(change.format(good[:-2] + ("00" if good[-2:] != "00" else "01")))
        self.child.node.start("gateway")
        time.sleep(1)
        self.assertEqual(self.there.bureau.ok("gateway.GetReport", {"report_code": self.report_code})["report_state"], "SUBMITTED")
        self.at_office(change.format(good))
        self.eventually(lambda: self.there.bureau.ok("gateway.GetReport", {"report_code": self.report_code})["report_state"] == "ACCEPTED")

    def test_08_the_chain_from_both_ends(self):
        "R192: the child has the office's signed decision, and either node can show the whole chain to anybody who has the two keys"
        self.eventually(lambda: self.there.bureau.ok("gateway.GetReport", {"report_code": self.report_code})["report_state"] == "ACCEPTED")
        keys = [node.keys / "sign.key.pub" for node in (self.child.node, self.office.node)]
        for node in (self.child.node, self.office.node):
            place = self.folder / f"{node.node_id}.wrp"
            for words in (("--report", self.report_code, "-o", place, "--node", node.directory), (place, *keys)):
                done = subprocess.run([pathlib.Path(os.environ.get("BUILD", "build")) / "bin/workrelief", "report", "verify", *map(str, words)], text=True,
                                      capture_output=True, check=False, cwd=pathlib.Path(__file__).resolve().parents[2])
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("1 段, 1 行, 6 人; 上级回执 1 份", done.stdout)
                self.assertIn("审定: 已采用, office-checker", done.stdout)

    def test_09_replay(self):
        "I6: both gateways' journals, replayed into empty schemas, give equal tables"
        for node in (self.office.node, self.child.node):
            node.stop("gateway")
            done = subprocess.run([pathlib.Path(os.environ.get("BUILD", "build")) / "bin/gateway", "--node", node.directory, "--replay"], capture_output=True,
                                  text=True, check=False, cwd=pathlib.Path(__file__).resolve().parents[2])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
