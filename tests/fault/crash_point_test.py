"""kill -9 of each daemon at each point between the first byte of a call and the last of its answer (T01..T05 of RELIABILITY section 4).

At every point the call is asked again under the same id afterwards; it has happened once, and all its answers are equal."""
import time

from lib import PATIENCE_SECONDS, SERVICES
from lib.fault import FaultCase

CRASHED = 137
BEFORE_COMMIT = ("before_begin", "in_handler", "before_commit")
AFTER_COMMIT = ("after_commit", "before_reply")


class CrashPointTest(FaultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load = cls.workload()

    def rows_of(self, operation):
        return int(self.sql(f"SELECT count(*) FROM {operation.service}.journal WHERE request_id = '\\x{operation.request_id.hex()}'")[0][0])

    def die_at(self, service, point):
        """An operation during which the daemon dies at the point; how many journal rows it left."""
        self.restart(service, crash_at=point)
        operation = self.load.start(service)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.node.daemons[service].poll() is None and time.monotonic() < deadline:
            self.load.pump()
        self.assertEqual(self.node.wait_end(service), CRASHED, f"{service} did not die at {point}:\n{self.node.log_tail(service)}")
        self.assertIsNone(operation.reply)
        left = self.rows_of(operation)
        self.load.check()  # whole or not at all, also before anybody asks again
        self.node.start(service)
        operation.due_at = 0
        self.load.settle()
        self.load.send(operation)  # and once more: the stored answer
        self.load.settle()
        self.assertEqual(self.rows_of(operation), 1)
        return left

    def test_before_the_commit_nothing_is_there(self):
        "T01 T02 T03"
        for service in SERVICES:
            for point in BEFORE_COMMIT:
                with self.subTest(service=service, point=point):
                    self.assertEqual(self.die_at(service, point), 0)

    def test_after_the_commit_it_is_there_once(self):
        "T04"
        for service in SERVICES:
            for point in AFTER_COMMIT:
                with self.subTest(service=service, point=point):
                    self.assertEqual(self.die_at(service, point), 1)

    def test_half_an_answer_is_no_answer(self):
        "T05: dead between the frames of an answer"
        for service in SERVICES:
            with self.subTest(service=service):
                self.restart(service, crash_at="between_frames:12", wait=False)
                operation = self.load.make(service)
                self.load.operations.append(operation)
                deadline = time.monotonic() + PATIENCE_SECONDS
                while self.node.daemons[service].poll() is None and time.monotonic() < deadline:
                    self.load.send(operation)
                    for _ in range(4):
                        self.load.pump()
                self.assertEqual(self.node.wait_end(service), CRASHED)
                self.node.start(service)
                operation.due_at = 0
                self.load.send(operation)
                self.load.settle()
                self.assertEqual(self.rows_of(operation), 1)
