"""The replay of a journal beside a daemon that works."""
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


class BusyTest(ServiceCase):
    services = ("registry",)

    def add_units(self, enough):
        number = 0
        while not enough.is_set():
            number += 1
            self.office.ok("registry.AddUnit", {"unit_id": f"fk-{number}", "unit_name": f"示例单位{number}", "unit_kind": "CONTRACTOR_COMPANY",
                                                "valid_from_date": "2026-01-01"})

    def test_what_is_accepted_meanwhile_is_no_difference(self):
        "Journal and tables are read as of one moment, so an auditor need not stop the node"
        enough = threading.Event()
        busy = threading.Thread(target=self.add_units, args=(enough,))
        busy.start()
        try:
            for _ in range(4):
                done = subprocess.run([BUILD / "bin/registry", "--node", self.house.node.directory, "--replay"], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout[-1500:] + done.stderr[-500:])
        finally:
            enough.set()
            busy.join()
        known = self.sql("SELECT count(*) FROM registry.unit WHERE unit_id LIKE 'fk-%'")
        self.assertGreater(int(known[0][0]), 4, "calls did come in meanwhile")
