"""One transaction for many calls: a call that fails in the middle disturbs nobody, and the order of the journal is that of the effects.
Request ids from a clock that runs ahead are known again when their time has come."""
import signal
import time

from lib import PATIENCE_SECONDS, bus
from lib.fault import FaultCase


class BatchTest(FaultCase):
    workload_services = ("evaluation",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.load = cls.workload(count=1)

    def at_once(self, calls, service="evaluation"):
        """[(actor, method, request)] all waiting when the daemon wakes up; the replies in the same order."""
        clients = {actor: actor.client(service) for actor, _, _ in calls}
        for client in clients.values():
            client.call("admin.Health")
        self.node.kill(service, number=signal.SIGSTOP)
        sent = [(clients[actor], clients[actor].send(method, request)) for actor, method, request in calls]
        time.sleep(0.2)
        self.node.kill(service, number=signal.SIGCONT)
        return [client.wait(request_id) for client, request_id in sent]

    def test_a_constraint_in_the_middle_of_a_batch(self):
        project, calls = self.load.project, []
        for number in range(60):
            if number % 7 == 3:
                calls.append((self.world.supervisor, "evaluation.FileSupervisionReport", {
                    "project_code": project, "month": "2026-07", "labour_org_note": "正常", "labour_pay_note": f"第{number}次"}))
            else:
                calls.append((self.world.bureau, "evaluation.AddComplaint", {"project_code": project, "complaint_source": "HOTLINE",
                                                                           "complaint_note": f"同批第{number}件"}))
        replies = self.at_once(calls)
        reports = [reply for reply, call in zip(replies, calls) if call[1].endswith("Report")]
        self.assertEqual([(reply.status.name, reply.reason) for reply in reports], [("OK", "")] + [("ALREADY_EXISTS", "REPORT_EXISTS")] * (len(reports) - 1))
        complaints = [reply for reply, call in zip(replies, calls) if call[1].endswith("Complaint")]
        self.assertTrue(all(reply.ok for reply in complaints))
        in_order = [reply.body["complaint_code"] for reply in sorted(complaints, key=lambda reply: reply.header.journal_seq)]
        self.assertEqual(in_order, [f"{project}-C{number + 1}" for number in range(len(complaints))], "numbered in the journal's order")
        self.others.extend(("evaluation", call[0].key.principal, reply) for reply, call in zip(replies, calls))
        self.sql(f"SELECT 1 / (count(*) = {len(complaints)})::int FROM evaluation.complaint WHERE project_code = '{project}'")

    def test_an_id_from_a_clock_that_runs_ahead(self):
        "The same answer now, and when the hour has caught up with it, and after a restart"
        ahead_ms = time.time_ns() // 1_000_000 + 3600 * 1000 + 700
        request_id = ahead_ms.to_bytes(6, "big") + bus.uuid7()[6:]
        request = {"project_code": self.load.project, "complaint_source": "HOTLINE", "complaint_note": "时钟快了一小时"}
        replies = [self.world.bureau.call("evaluation.AddComplaint", request, request_id=request_id)]
        replies.append(self.world.bureau.call("evaluation.AddComplaint", request, request_id=request_id))
        time.sleep(1)
        replies.append(self.world.bureau.call("evaluation.AddComplaint", request, request_id=request_id, retry_seconds=PATIENCE_SECONDS))
        self.restart("evaluation")
        replies.append(self.world.bureau.call("evaluation.AddComplaint", request, request_id=request_id, retry_seconds=PATIENCE_SECONDS))
        self.assertEqual(len({(reply.header.SerializeToString(), reply.raw) for reply in replies}), 1)
        self.assertTrue(replies[0].ok)
        self.others.append(("evaluation", self.world.bureau.key.principal, replies[0]))
