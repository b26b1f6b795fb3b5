"""The demo itself: a district of three nodes through a whole quarter, every printed figure checked by its own truth."""
import os
import re
import subprocess
import time
import unittest

from lib import ROOT, invariants


HOME = "var/demo-test"  # beside the one that people look at
ENVIRONMENT = dict(os.environ, ONCE="1", DEMO_HOME=HOME)


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
        directory = ROOT / HOME / "cluster"
        subprocess.run([ROOT / "deploy/cluster", "start", directory], check=True, capture_output=True)
        try:
            for node in ("office", "transport", "water"):
                with self.subTest(node=node):
                    self.assertEqual(invariants.check_directory(ROOT / HOME / node, replay=True), [])
        finally:
            subprocess.run([ROOT / "deploy/cluster", "stop", directory], check=True, capture_output=True)

    def test_4_everything_is_stopped(self):
        """ONCE=1 leaves no daemon and no PostgreSQL behind."""
        self.assertEqual(subprocess.run([ROOT / "deploy/cluster", "status", ROOT / HOME / "cluster"], capture_output=True, check=False).returncode, 3)
        home = str(ROOT / HOME)
        running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        self.assertEqual([line for line in running.splitlines() if re.search(rf"--node {re.escape(home)}/", line)], [])


if __name__ == "__main__":
    unittest.main()
