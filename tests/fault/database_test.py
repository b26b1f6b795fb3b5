"""PostgreSQL dies, loses a session, stops, or its word is lost, under load (T13, T14, T16, T65): an acknowledged call is there, an
unacknowledged one is whole or not at all, an unknown one is resolved by asking again, and the daemons go on by themselves."""
import contextlib
import os
import pathlib
import signal
import tempfile
import threading
import time

from lib import PATIENCE_SECONDS, SERVICES
from lib.fault import FaultCase
from lib.proxy import Proxy

STOPPED_SECONDS = float(os.environ.get("FAULT_STOPPED_SECONDS", "20"))
COMMIT_DONE = b"C\0\0\0\x0bCOMMIT\0"  # CommandComplete of the protocol
APPEND = b"wr_append"                 # the journal's insert, which COMMIT follows in the same piece


class DatabaseTest(FaultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load = cls.workload()

    def backends(self, what="writer"):
        """pids of the sessions of that kind; see pg_stat_activity."""
        return [int(pid) for pid, in self.sql(f"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%{what}%'")]

    def test_postmaster_killed_under_load(self):
        "T13"
        with self.load:
            for _ in range(3):
                self.load.await_answers(100)
                self.node.cluster.kill()
                time.sleep(0.3)
                self.node.cluster.start()
                self.load.await_answers(50)

    def test_one_backend_killed_under_load(self):
        "T14: the server then restarts all of them"
        with self.load:
            for _ in range(3):
                self.load.await_answers(50)
                os.kill(self.backends()[0], signal.SIGKILL)
                self.load.await_answers(50)

    def test_sessions_ended_by_the_administrator(self):
        "T14: of writers and readers, one by one and together"
        with self.load:
            for what in ("writer", "reader", ""):
                self.load.await_answers(50)
                self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                         f"AND application_name LIKE '%{what}%'")
                self.load.await_answers(50)

    def test_stopped_for_a_while(self):
        "T16: the door goes on answering, memory stays bounded, nothing is lost"
        processes = [int(folder.name) for folder in pathlib.Path("/proc").glob("[0-9]*") if self._is_of_cluster(folder)]
        with self.load:
            self.load.await_answers(50)
            before = self.resident()
            self.signal(processes, signal.SIGSTOP)
            try:
                until = time.monotonic() + STOPPED_SECONDS
                while time.monotonic() < until:
                    for service in SERVICES:
                        self.assertTrue(self.node.health(service), f"{service} does not answer while the database stands")
                    time.sleep(0.5)
                self.assertLess(self.resident() - before, 100 << 20, "I12")
            finally:
                self.signal(processes, signal.SIGCONT)
            self.load.await_answers(100)

    def signal(self, processes, number):
        for process in processes:
            with contextlib.suppress(ProcessLookupError):  # the server's own workers come and go
                os.kill(process, number)

    def _is_of_cluster(self, folder):
        try:
            return os.readlink(folder / "cwd") == str(self.node.cluster.data)
        except OSError:
            return False

    def resident(self):
        return sum(int(pathlib.Path(f"/proc/{daemon.pid}/statm").read_text().split()[1]) * 4096 for daemon in self.node.daemons.values())

    def test_stopping_without_a_database(self):
        "SIGTERM ends a daemon also while the database is away, with calls and followers' batches under way"
        for _ in range(20):
            self.load.start("registry")
        self.node.cluster.kill()
        try:
            for service in SERVICES:
                self.load.start(service)
            self.load.pump(300)
            self.assertEqual(set(self.node.stop(seconds=PATIENCE_SECONDS).values()), {0})  # the database stays away: who waited for it never ended
        finally:
            self.node.cluster.start()
        self.node.start()
        self.load.settle()

    def test_started_before_the_database(self):
        self.node.stop()
        self.node.cluster.kill()
        self.node.start(wait=False)
        time.sleep(1)
        self.node.cluster.start()
        for service in SERVICES:
            self.node.wait_ready(service)


class CommitTest(FaultCase):
    """T65: a proxy between a daemon and the database that swallows the answer of COMMIT, or the COMMIT itself."""
    workload_services = ("workforce",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load = cls.workload()
        folder = tempfile.TemporaryDirectory(prefix="wr-proxy-")
        cls.addClassCleanup(folder.cleanup)
        socket = ".s.PGSQL.5432"
        cls.proxy = Proxy(cls.node.cluster.socket / socket, listen=pathlib.Path(folder.name) / socket)
        cls.addClassCleanup(cls.proxy.close)
        cls.direct = cls.node.settings["workforce.database"]
        cls.through(cls.direct.replace(str(cls.node.cluster.socket), folder.name))
        cls.addClassCleanup(cls.through, cls.direct)

    @classmethod
    def through(cls, conninfo):
        cls.node.settings["workforce.database"] = conninfo
        cls.node.write_settings()
        cls.node.kill("workforce")
        cls.node.start("workforce")

    def cut_at(self, direction, mark):
        """The piece that completes the mark is not passed on; its connection ends."""
        happened, before = threading.Event(), bytearray()

        def look(now, piece):
            if now != direction or happened.is_set():
                return True
            seen = bytes(before) + piece  # a mark may stand in two pieces
            before[:] = seen[-len(mark) + 1:]
            if mark not in seen:
                return True
            happened.set()
            return False

        self.proxy.on_bytes = look
        return happened

    def test_the_answer_of_commit_is_lost(self):
        "T65: committed, but nobody was told: the look-up finds it, the stored answer goes out, nothing happens twice"
        for _ in range(5):
            happened = self.cut_at("to_client", COMMIT_DONE)
            operations = [self.load.start("workforce") for _ in range(30)]
            self.load.settle()
            self.assertTrue(happened.is_set())
            self.assertTrue(all(operation.reply for operation in operations))
            self.load.check()

    def test_commit_itself_is_lost(self):
        "T65: nothing was committed: it is executed again"
        for _ in range(5):
            happened = self.cut_at("to_server", APPEND)
            for _ in range(30):
                self.load.start("workforce")
            self.load.settle()
            self.assertTrue(happened.is_set())
            self.load.check()

    def test_the_connection_is_cut_again_and_again(self):
        "T31 T65: under load, at any byte"
        with self.load:
            for _ in range(15):
                self.load.await_answers(10)
                self.proxy.cut()
        self.proxy.heal()
