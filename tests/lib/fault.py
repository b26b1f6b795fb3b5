"""FaultCase: one house with a durable cluster, shared by the tests of the whole tier; a world with people, days and a workload."""
import atexit
import datetime
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from . import BUILD, PATIENCE_SECONDS, SERVICES, invariants
from .cluster import Cluster
from .house import House
from .node import Node
from .ports import free_ports
from .workload import Workload
from .world import World

SEED = int(os.environ.get("FAULT_SEED", "1"))
_shared = {}


def shared_house():
    """All five daemons on a cluster that really syncs; made on first use, gone with the process."""
    if not _shared:
        directory = pathlib.Path(tempfile.mkdtemp(prefix="wr-fault-"))
        node = Node(directory / "node", Cluster(durable=True))
        house = House(node=node, at="2026-12-01 08:00")
        house.world = World(house)
        _shared["house"] = house

        def close():
            house.close()
            shutil.rmtree(directory, ignore_errors=True)

        atexit.register(close)
    return _shared["house"]


def dates(first, count):
    return [str(datetime.date.fromisoformat(first) + datetime.timedelta(days=day)) for day in range(count)]


class Second:
    """A second instance of a daemon beside the first: the hot standby."""

    def __init__(self, node, service):
        self.node, self.service = node, service
        self.endpoint = f"tcp://127.0.0.1:{free_ports(1)}"
        with open(node.log(f"{service}-second"), "ab") as log:
            self.process = subprocess.Popen([BUILD / "bin" / service, "--node", node.directory, "--endpoint", self.endpoint],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.client = node.client(service, endpoint=self.endpoint)

    def state(self):
        return self.client.call("admin.Health", wait_ms=1000, retry_seconds=PATIENCE_SECONDS if self.process.poll() is None else 0).body.get("state")

    def await_state(self, state, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while (now := self.state()) != state:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"the second {self.service} is {now}, not {state}:\n" + self.node.log_tail(f"{self.service}-second"))
            time.sleep(0.05)

    def close(self, number=signal.SIGTERM):
        """Its exit code; harmless when it is over."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_SECONDS)
        self.client.close()
        return code


class FaultCase(unittest.TestCase):
    """workload_services: who is under load. After each class the invariants are checked over all it was answered, and the journals replayed."""
    workload_services = SERVICES
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = shared_house()
        cls.node, cls.world = cls.house.node, cls.house.world
        cls.workloads = []
        cls.others = []  # (service, principal, reply) of calls beside the workload

    @classmethod
    def tearDownClass(cls):
        for workload in cls.workloads:
            workload.settle()
        cls.house.settle()
        for workload in cls.workloads:
            workload.check()
            workload.close()
        invariants.check(cls.node, [one for workload in cls.workloads for one in workload.acknowledged] + cls.others)

    def tearDown(self):
        for service in SERVICES:
            if service not in self.node.daemons:
                self.node.start(service)
            self.node.wait_ready(service)

    @classmethod
    def workload(cls, *services, count=24, days=160):
        """A fresh project with people and days enough."""
        code = cls.world.project()
        numbers = cls.world.placed(code, count)
        cls.house.settle()
        workload = Workload(cls.house, code, numbers, dates("2026-06-20", days), services or cls.workload_services, SEED)
        cls.workloads.append(workload)
        return workload

    def sql(self, text):
        return self.node.cluster.sql(self.node.database, text)

    def restart(self, service, crash_at=None, wait=True, **environment):
        """The daemon killed and started anew, so that it dies at the point. What the daemons still had to tell each other is done before: it shall
        die of what the test asks, not of catching up."""
        if crash_at and len(self.node.daemons) == len(SERVICES):
            self.house.settle()
        if service in self.node.daemons:
            self.node.kill(service)
        self.node.start(service, crash_at=crash_at, wait=wait, environment=environment)
