"""The demo itself: a district of three nodes through a whole quarter, every printed figure checked by its own truth."""
import contextlib
import importlib
import os
import re
import subprocess
import time
import unittest

from lib import ROOT, invariants, messages  # noqa: F401  messages puts the generated modules on the path

NODES = ("office", "transport", "water")

HOME = "var/demo-test"  # beside the one that people look at
ENVIRONMENT = dict(os.environ, ONCE="1", DEMO_HOME=HOME)


def values(module, name):
    """Every value of an enumeration but UNSPECIFIED, as rows."""
    return {(value,) for value in getattr(importlib.import_module(f"{module}_pb2"), name).Value.keys() if value != "UNSPECIFIED"}


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([ROOT / "deploy/demo", "clean"], env=ENVIRONMENT, check=True)
        cls.addClassCleanup(subprocess.run, [ROOT / "deploy/demo", "clean"], env=ENVIRONMENT, check=True)

    def _play(self):
        began = time.monotonic()
        done = subprocess.run([ROOT / "deploy/demo"], env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])
        return done.stdout, time.monotonic() - began

    def test_1_first_start_plays_the_quarter(self):
        """R002 R188 R190 R192 R196"""
        text, _ = self._play()
        self.assertRegex(text, r"核对 \d+ 个数字: 全部相符")
        self.assertRegex(text, r"季报网页 report page: http://127\.0\.0\.1:\d+/report/2026Q3")
        self.assertRegex(text, r"26 家应报, 24 家已报, 24 家接受, 1 家逾期 \(云环科技有限责任公司\), 2 家未报")
        self.assertIn("吸纳 600 人 (跨单位去重)", text)

    def test_2_second_start_is_quick_and_harmless(self):
        """A second start asks every question again under the same request ids: nothing happens twice, the report is the same."""
        text, seconds = self._play()
        self.assertRegex(text, r"核对 \d+ 个数字: 全部相符")
        self.assertIn("(第 1 次)", text)
        self.assertLess(seconds, 120)

    def test_3_every_invariant_holds_on_the_three_nodes(self):
        """R192 I1..I7 I14: chains verify, followers stand where their sources stand, no ID number in clear, every journal replays into equal tables."""
        with self._cluster():
            for node in NODES:
                with self.subTest(node=node):
                    self.assertEqual(invariants.check_directory(ROOT / HOME / node, replay=True), [])

    @staticmethod
    @contextlib.contextmanager
    def _cluster():
        directory = ROOT / HOME / "cluster"
        subprocess.run([ROOT / "deploy/cluster", "start", directory], check=True, capture_output=True)
        try:
            yield
        finally:
            subprocess.run([ROOT / "deploy/cluster", "stop", directory], check=True, capture_output=True)

    def test_4_every_state_of_project_and_attendance_occurs(self):
        """R056 R062 R067 R093 R108: each state of a project was entered somewhere, each kind and state of a repair stands somewhere, and no one confirmed his own."""
        with self._cluster():
            books = [invariants.Books(ROOT / HOME / node) for node in NODES]

            def found(query):
                return {tuple(row) for book in books for row in book.sql(query)}

            self.assertEqual(found("SELECT DISTINCT to_state FROM registry.project_step"), values("common", "ProjectState"))
            self.assertEqual(found("SELECT DISTINCT method FROM registry.project_step WHERE to_state = 'CONSTRUCTION' AND from_state <> to_state"),
                             {("StartProject",), ("ResumeProject",)})
            repairs = "FROM workforce.attendance_repair"
            self.assertEqual(found(f"SELECT DISTINCT repair_state {repairs}"), values("device", "RepairState"))
            self.assertEqual(found(f"SELECT DISTINCT repair_kind {repairs} WHERE repair_state = 'REPAIRED' AND proposed_by <> decided_by"),
                             values("device", "RepairKind"))
            self.assertEqual(found(f"SELECT repair_kind {repairs} WHERE repair_state = 'REPAIRED' AND proposed_by = decided_by"), set())
            self.assertEqual(found("SELECT DISTINCT dispute_state FROM workforce.attendance_dispute"), {("SETTLED",)})
            self.assertIn(("100", "50", "下午因雨停工"), found("SELECT former_hundredths, corrected_hundredths, correction_reason FROM workforce.attendance_correction"))
            self.assertIn(("50",), found("SELECT DISTINCT day_hundredths FROM workforce.attendance"))
            self.assertEqual(found("SELECT r.month, r.reopen_state, s.month FROM workforce.reopening r JOIN workforce.sealed_month s USING (project_code, month)"),
                             {("2026-10", "APPROVED", "2026-10")})

    def test_5_everything_is_stopped(self):
        """ONCE=1 leaves no daemon and no PostgreSQL behind."""
        self.assertEqual(subprocess.run([ROOT / "deploy/cluster", "status", ROOT / HOME / "cluster"], capture_output=True, check=False).returncode, 3)
        home = str(ROOT / HOME)
        running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        self.assertEqual([line for line in running.splitlines() if re.search(rf"--node {re.escape(home)}/", line)], [])


if __name__ == "__main__":
    unittest.main()
