"""Kill -9 at random, poison, stopped daemons and their standbys, duplicates (T12, T15, T45, T47, T40)."""
import ctypes
import os
import pathlib
import platform
import random
import signal
import struct
import threading
import time
import unittest

from lib import PATIENCE_SECONDS, SERVICES, bus
from lib.fault import SEED, FaultCase, Second


KILLS = int(os.environ.get("FAULT_KILLS", "40"))
DEATHS_MOST = 5


class RandomKillTest(FaultCase):
    def test_random_kills(self):
        "T06 T12: any daemon at any moment, and now and then the database, under load, with a seed; FAULT_KILLS and FAULT_SEED say how many and which"
        chance, load = random.Random(SEED), self.workload()
        with load:
            for number in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.4))
                service = chance.choice(SERVICES)
                self.node.kill(service)
                if number % 20 == 19:
                    self.node.cluster.kill()
                    self.node.cluster.start()
                self.node.start(service, wait=False)
                if number % 10 == 9:
                    load.await_answers(50)
            for service in SERVICES:
                self.node.wait_ready(service)


class PoisonTest(FaultCase):
    workload_services = ("workforce",)

    def test_a_call_that_kills_its_handler(self):
        "T45: five deaths, then it is put aside for good; whoever is in the same batch goes through"
        load = self.workload()
        poison = load.make("workforce")
        environment = {"WORKRELIEF_CRASH_ON": poison.request_id.hex()}
        self.restart("workforce", **environment)
        load.operations.append(poison)
        for death in range(DEATHS_MOST):
            others = [load.start("workforce") for _ in range(20)]
            self.kill_by(poison, load, f"no death {death + 1}")
            self.node.wait_end("workforce")
            self.node.start("workforce", environment=environment)
            load.settle()
            self.assertTrue(all(other.reply for other in others))
        load.send(poison)
        load.settle()
        self.assertEqual(poison.reply.reason, "QUARANTINED", str(poison.reply))
        self.restart("workforce")  # the program is mended: the refusal stays, as the caller has seen it
        load.send(poison)
        load.settle()
        self.assertEqual(len(poison.answers), 1)
        self.assertEqual(self.sql(f"SELECT count(*) FROM workforce.journal WHERE request_id = '\\x{poison.request_id.hex()}' AND length(request) > 0"), [["1"]])


    def kill_by(self, poison, load, what):
        """Asked over a connection of its own, which ends with the daemon: a copy that lay in a queue would kill the next daemon before its time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self.node.client("workforce", poison.actor.key) as client:
            answered = True
            while self.node.daemons["workforce"].poll() is None:
                if answered:  # at first, and when it was put off
                    client.send(poison.method, poison.request, request_id=poison.request_id, timeout_ms=PATIENCE_SECONDS * 1000)
                answered = client.receive(10) is not None
                load.pump()
                self.assertLess(time.monotonic(), deadline, what)


class DuplicateTest(FaultCase):
    workload_services = ("workforce",)

    def test_twice_ten_times_and_fifty_at_once_over_a_death(self):
        "T46 T47: one effect, one answer, also when the daemon dies in the middle of them"
        load = self.workload()
        for count, point in ((2, None), (10, "before_commit"), (50, None), (50, "after_commit"), (50, "before_reply")) * 2:
            operation = load.make("workforce")
            load.operations.append(operation)
            self.restart("workforce", crash_at=point)
            threads = [threading.Thread(target=self._ask, args=(operation,)) for _ in range(count)]
            for thread in threads:
                thread.start()
            if point:
                self.node.wait_end("workforce")
                self.node.start("workforce")
            for thread in threads:
                thread.join()
            self.assertEqual(len(operation.answers), 1, f"{count} at once, death {point}: {operation.answers}")
            self.assertEqual(self.sql(f"SELECT count(*) FROM workforce.journal WHERE request_id = '\\x{operation.request_id.hex()}'"), [["1"]])

    def _ask(self, operation):
        with self.node.client("workforce", operation.actor.key) as client:
            reply = client.call(operation.method, operation.request, request_id=operation.request_id, wait_ms=1500, retry_seconds=2 * PATIENCE_SECONDS)
        operation.answers.add((reply.header.SerializeToString(), reply.raw))
        operation.reply = reply


class StandbyTest(FaultCase):
    """T15: the database fences: whoever holds its lock writes, whoever does not waits."""
    workload_services = ("workforce",)

    def setUp(self):
        self.second = Second(self.node, "workforce")
        self.second.await_state("STANDBY")
        self.load = self.workload()

    def tearDown(self):
        self.load.endpoints.clear()
        self.second.close()
        super().tearDown()

    def test_a_stopped_daemon_keeps_its_place(self):
        "While the first is only stopped its session lives, so the second waits; then all goes on"
        with self.load:
            self.load.await_answers(50)
            self.node.kill("workforce", number=signal.SIGSTOP)
            try:
                time.sleep(3)
                self.assertEqual(self.second.state(), "STANDBY")
                reply = self.second.client.call("admin.SkipFollow", {"source": "registry", "source_epoch": 1, "source_seq": 1, "skip_reason": "x"})
                self.assertEqual((reply.status, reply.retryable), (bus.Status.UNAVAILABLE, True), "a standby writes nothing")
            finally:
                self.node.kill("workforce", number=signal.SIGCONT)
            self.load.await_answers(50)

    def test_the_second_takes_over_and_gives_back(self):
        "The first dies: the second writes within seconds, and what was unknown is resolved there"
        with self.load:
            self.load.await_answers(50)
            self.node.kill("workforce")
            self.load.endpoints["workforce"] = self.second.endpoint
            self.second.await_state("READY")
            self.load.await_answers(50)
        self.load.check()
        self.second.close(signal.SIGKILL)
        self.load.endpoints.clear()
        self.node.start("workforce")
        with self.load:
            self.load.await_answers(50)
        self.second = Second(self.node, "workforce")

    def test_a_stopped_daemon_whose_session_has_ended_is_fenced(self):
        "It wakes up with a full queue, finds its session gone and the lock taken, and writes nothing"
        with self.load:
            self.load.await_answers(50)
            self.node.kill("workforce", number=signal.SIGSTOP)
            try:
                self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'workforce' "
                         "AND application_name LIKE '%writer%'")
                self.second.await_state("READY")
                self.load.endpoints["workforce"] = self.second.endpoint
                self.load.await_answers(50)
            finally:
                self.node.kill("workforce", number=signal.SIGCONT)
            self.load.await_answers(50)
            self.node.wait_ready("workforce", state="STANDBY")
            self.load.await_answers(50)
            self.second.close()
            self.load.endpoints.clear()
            self.node.wait_ready("workforce")
            self.load.await_answers(50)
        self.second = Second(self.node, "workforce")


class Tracer:
    """Holds one thread of another process (ptrace), and can end it alone, as no signal can."""
    SEIZE, INTERRUPT, DETACH, GETREGS, SETREGS = 0x4206, 0x4207, 17, 12, 13
    RAX, RDI, RIP, ORIG_RAX, REGISTERS = 10, 14, 16, 15, 27

    def __init__(self, thread):
        self.thread = thread
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.libc.ptrace.restype = ctypes.c_long

    def _do(self, request, data=None):
        if self.libc.ptrace(request, self.thread, None, data) < 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    def hold(self):
        self._do(self.SEIZE)
        self._do(self.INTERRUPT)
        os.waitpid(self.thread, 0x40000000)  # __WALL

    def let_go(self):
        self._do(self.DETACH)

    def registers(self):
        buffer = ctypes.create_string_buffer(8 * self.REGISTERS)
        self._do(self.GETREGS, ctypes.addressof(buffer))
        return list(struct.unpack(f"{self.REGISTERS}Q", buffer.raw))

    def end(self):
        """Once the held thread waits in a system call: it makes exit(0) of it, which ends that thread only."""
        registers = self.registers()
        while registers[self.ORIG_RAX] == 2**64 - 1:  # it was at work
            self.let_go()
            time.sleep(0.01)
            self.hold()
            registers = self.registers()
        registers[self.RIP] -= 2  # the syscall instruction itself
        registers[self.RAX], registers[self.RDI], registers[self.ORIG_RAX] = 60, 0, 2**64 - 1
        buffer = ctypes.create_string_buffer(struct.pack(f"{self.REGISTERS}Q", *registers))
        self._do(self.SETREGS, ctypes.addressof(buffer))
        self._do(self.DETACH)


class DoorKeeperTest(FaultCase):
    """T40: without its ZAP thread a daemon lets nobody new in; who was in is served."""
    workload_services = ("evaluation",)

    def zap_thread(self):
        tasks = pathlib.Path(f"/proc/{self.node.daemons['evaluation'].pid}/task")
        return int(next(task.name for task in tasks.iterdir() if (task / "comm").read_text().strip() == "zap"))

    def held(self):
        tracer = Tracer(self.zap_thread())
        try:
            tracer.hold()
        except OSError as refused:
            self.skipTest(f"no ptrace here: {refused}")
        return tracer

    def is_let_in(self, wait_ms=1000):
        with self.node.client("evaluation") as client:
            return client.call("admin.Health", wait_ms=wait_ms).ok

    def test_zap_thread_blocked(self):
        "T40"
        self.assertTrue(self.node.health("evaluation"))
        tracer = self.held()
        try:
            self.assertFalse(self.is_let_in(), "nobody new")
            self.assertTrue(self.node.health("evaluation"), "who was in is served")
        finally:
            tracer.let_go()
        self.assertTrue(self.is_let_in(PATIENCE_SECONDS * 1000))

    @unittest.skipUnless(platform.machine() == "x86_64", "registers of x86-64")
    def test_zap_thread_dead(self):
        "T40"
        self.assertTrue(self.node.health("evaluation"))
        thread = self.zap_thread()
        self.held().end()
        task, deadline = pathlib.Path(f"/proc/{self.node.daemons['evaluation'].pid}/task/{thread}"), time.monotonic() + PATIENCE_SECONDS
        while task.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertFalse(task.exists(), "the thread is gone")
        if self.node.daemons["evaluation"].poll() is None:
            self.assertFalse(self.is_let_in(), "nobody new")
            self.node.kill("evaluation")
        else:
            self.node.wait_end("evaluation")
