"""Calls of one method that wait together are done by one statement (RecordAttendance_many.sql). Nobody can tell it from the answers, and
the journal, which is replayed call by call, gives the same tables."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


class ManyTest(ServiceCase):
    services = ("registry", "workforce")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)
        super().tearDownClass()

    def together(self, requests):
        """All sent before the first answer is read; the answers in the order of the requests."""
        client = self.contractor.client("workforce")
        after = self.house.positions_for("workforce")
        sent = [client.send("workforce.RecordAttendance", request, after=after) for request in requests]
        return [client.wait(request_id) for request_id in sent]

    def test_many_entries_at_once(self):
        """R109 R110: each entry gets its own answer; what is wrong with one does not touch its neighbours."""
        code, other = self.world.project(), self.world.project()
        numbers = self.world.placed(code, 60)
        self.world.agree(other, numbers[:20])
        day = {"project_code": code, "work_date": "2026-06-22", "day_hundredths": 100}
        requests = [{**day, "worker_number": number} for number in numbers]
        requests[7] = {**day, "worker_number": 42}
        requests[19] = {**day, "worker_number": numbers[19], "work_date": "2027-02-01"}
        requests += [{**day, "worker_number": numbers[30]}, {**day, "worker_number": numbers[31], "project_code": other}]
        replies = self.together(requests)
        wrong = {7: "WORKER_UNKNOWN", 19: "FUTURE_DATE", 60: "ATTENDANCE_EXISTS", 61: "NO_AGREEMENT"}
        for index, reply in enumerate(replies):
            self.assertEqual(wrong.get(index, ""), reply.reason, f"{index}: {reply}")
        rows = self.sql(f"SELECT count(*), sum(day_hundredths) FROM workforce.attendance WHERE project_code = '{code}'")
        self.assertEqual([["58", "5800"]], rows)

    def test_the_order_of_entries_of_one_day_is_kept(self):
        """R110: of parts of one worker's day sent together, the first that fit are taken, in the order they came."""
        code, other = self.world.project(), self.world.project()
        numbers = self.world.placed(code, 12)
        self.world.agree(other, numbers)
        part = [{"project_code": project, "worker_number": number, "work_date": "2026-06-23", "day_hundredths": hundredths}
                for number in numbers for project, hundredths in ((code, 60), (other, 60), (other, 40))]
        replies = self.together(part)
        for index, reply in enumerate(replies):
            if index % 3 == 1:  # why is asked at the end of the batch, when the third part stands already
                self.assertIn(reply.reason, ("OVER_ONE_DAY", "ATTENDANCE_EXISTS"), f"{index}: {reply}")
            else:
                self.assertTrue(reply.ok, f"{index}: {reply}")
        rows = self.sql(f"SELECT project_code, sum(day_hundredths) FROM workforce.attendance WHERE project_code IN ('{code}', '{other}') GROUP BY 1 ORDER BY 1")
        self.assertEqual(sorted([[code, "720"], [other, "480"]]), rows)

    def test_the_same_call_sent_twice_together(self):
        """R110: the same request id among many is one call with one answer."""
        code = self.world.project()
        numbers = self.world.placed(code, 20)
        client = self.contractor.client("workforce")
        after = self.house.positions_for("workforce")
        requests = [{"project_code": code, "worker_number": number, "work_date": "2026-06-24", "day_hundredths": 50} for number in numbers]
        first = [client.send("workforce.RecordAttendance", request, after=after) for request in requests]
        again = [client.call("workforce.RecordAttendance", request, request_id=request_id) for request, request_id in zip(requests, first)]
        for reply in again:
            self.assertTrue(reply.ok, reply)
        self.assertEqual([["20"]], self.sql(f"SELECT count(*) FROM workforce.attendance WHERE project_code = '{code}'"))


if __name__ == "__main__":
    unittest.main()
