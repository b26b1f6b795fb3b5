"""A journal in a new epoch (T52, T55): after a restore that lost nothing everybody goes on; after one that lost rows, whoever has read them stops and
says so."""
import subprocess
import time

from lib import BUILD, PATIENCE_SECONDS, invariants
from lib.house import ServiceCase

FEW = ("registry", "workforce", "payroll", "evaluation", "gateway")


class RestoreCase(ServiceCase):
    services = FEW

    def add(self, *numbers):
        for number in numbers:
            self.office.ok("registry.AddUnit", {"unit_id": f"yy-{number}", "unit_name": f"示例单位{number}", "unit_kind": "CONTRACTOR_COMPANY",
                                                "valid_from_date": "2026-01-01"})

    def follow(self, service="gateway"):
        return next(row for row in self.house.node.health(service)["follows"] if row["source"] == "registry")

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), deadline, f"{what.__doc__ or ''} {self.follow()}")
            time.sleep(0.05)

    def raise_epoch(self, service):
        done = subprocess.run([BUILD / "bin" / service, "--node", self.house.node.directory, "--new-epoch", "演练"], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.strip()

    def cli(self, *words):
        done = subprocess.run([BUILD / "bin/workrelief", *words, "--node", self.house.node.directory], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        return done.returncode, done.stdout + done.stderr


class NothingLostTest(RestoreCase):
    def test_a_new_epoch_continues_the_chain(self):
        "T55 I5 I6 I7: the first row of the new epoch continues the old one's last; every follower goes over by itself, also one that was away"
        self.add(1, 2)
        self.house.settle()
        self.assertEqual(self.raise_epoch("registry"), (75, ""), "it runs")
        self.assertIn("registry", self.cli("node", "epoch", "--reason", "演练")[1])
        before = self.house.node.health("registry")
        self.house.node.stop("payroll")
        self.house.node.stop("registry")
        self.assertEqual(self.raise_epoch("registry"), (0, "registry: epoch 2"))
        self.house.node.start("registry")
        health = self.house.node.health("registry")
        self.assertEqual((before["epoch"], health["epoch"], health["last_seq"]), (1, 2, 0))
        self.house.positions.clear()
        self.add(3)
        self.eventually(lambda: self.follow()["epoch"] == 2 and self.follow()["seq"] == 1)
        self.house.node.start("payroll")
        self.eventually(lambda: self.follow("payroll")["epoch"] == 2 and self.follow("payroll")["seq"] == 1)
        self.assertEqual(self.follow("payroll")["state"], "RUNNING")
        self.add(4)
        self.eventually(lambda: self.follow("payroll")["seq"] == 2)
        code, said = self.cli("audit", "verify")
        self.assertEqual(code, 0, said)
        self.house.node.stop("gateway")  # and one that begins anew reads both epochs
        self.house.node.start("gateway")
        self.eventually(lambda: self.follow()["epoch"] == 2)
        invariants.check(self.house.node)

    def test_b_all_services_of_a_node(self):
        "T55: the operator's command stops at a daemon that runs, and takes all five to the next epoch when they stand"
        self.assertEqual(self.cli("node", "epoch")[0], 64)
        self.house.node.stop()
        code, said = self.cli("node", "epoch", "--reason", "11月22日备份")
        self.assertEqual((code, said.splitlines()), (0, ["registry: epoch 3", *(f"{name}: epoch 2" for name in FEW[1:])]), said)
        self.house.node.start(*FEW)
        self.house.positions.clear()
        self.add(5)
        self.eventually(lambda: self.follow()["epoch"] == 3 and self.follow()["seq"] == 1)


class RowsLostTest(RestoreCase):
    """The registry is put back from a dump that is older than what the others have read."""

    def dump(self):
        return subprocess.run(["pg_dump", "-n", "registry", "-d", self.house.node.cluster.conninfo(self.house.node.database)], capture_output=True, check=True).stdout

    def put_back(self, dump):
        self.sql("DROP SCHEMA registry CASCADE")
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.house.node.cluster.conninfo(self.house.node.database)], input=dump, check=True,
                       capture_output=True)

    def test_whoever_has_read_what_is_gone_stops(self):
        "T27 T52 T55: without a new epoch its shorter journal is noticed at once; with one the chain does not continue, and nothing of the fork is applied"
        self.add(1)
        dump = self.dump()
        self.add(2, 3, 4)
        self.house.settle()
        seen = self.follow()["seq"]
        self.house.node.stop("registry")
        self.put_back(dump)
        self.house.node.start("registry")
        self.eventually(lambda: self.follow()["state"] == "STOPPED")
        self.assertIn("less than was read", self.follow()["problem"])
        self.house.node.stop("registry")
        self.assertEqual(self.raise_epoch("registry")[0], 0)
        self.house.node.start("registry")
        self.house.positions.clear()
        self.add(9)
        self.eventually(lambda: "does not continue" in self.follow()["problem"])
        self.assertEqual(self.sql("SELECT count(*) FROM gateway.unit WHERE unit_id = 'yy-9'"), [["0"]])
        cursor = self.sql("SELECT epoch, seq FROM gateway.follow_cursor WHERE source = 'registry'")
        self.assertEqual(cursor, [["1", str(seen)]])
