"""Bad input gets an answer and loses nothing: hostile frames, bodies and values against a real daemon over CURVE.

T43 frames, T44 bodies, T46 ids, T47 duplicates of RELIABILITY section 4; after each class the invariants are checked."""
import os
import threading
import time

import zmq

from lib import PATIENCE_SECONDS, invariants, messages, people
from lib.bus import Client, Status, uuid7
from lib.house import ServiceCase

HEADER_MOST = 8192


def varint(number):
    out = bytearray()
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


class HostileCase(ServiceCase):
    services = ("registry", "workforce")

    def tearDown(self):
        for service in self.services:
            self.assertEqual(self.house.node.health(service).get("state"), "READY", "the daemon must survive")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node, replay=False)

    def raw(self, frames, service="workforce", key=None, wait_ms=PATIENCE_SECONDS * 1000):
        """Sends frames as they are and gives the parsed ReplyHeader, or None."""
        node = self.house.node
        with node.client(service, key or self.contractor.key) as client:
            client.socket.send_multipart(frames)
            if not client.socket.poll(wait_ms):
                return None
            return messages.header_pb2.ReplyHeader.FromString(client.socket.recv_multipart()[0])

    def header(self, method, **fields):
        return messages.fill(messages.header_pb2.RequestHeader(version=1, method=method, request_id=uuid7()), fields).SerializeToString()

    def expect(self, header, status, reason):
        self.assertIsNotNone(header, f"no answer, expected {reason}")
        self.assertEqual((Status(header.status).name, header.reason), (status, reason))
        self.assertTrue(header.message, "a refusal has a sentence")


class FramesTest(HostileCase):
    def test_garbage_in_the_header(self):
        self.expect(self.raw([b"\x0f" + os.urandom(63), b""]), "INVALID_ARGUMENT", "BAD_HEADER")  # no tag begins so; other bytes may mean something

    def test_header_too_large(self):
        self.expect(self.raw([self.header("workforce.ListWorkers", trace_id="x" * HEADER_MOST), b""]), "INVALID_ARGUMENT", "BAD_HEADER")

    def test_one_frame(self):
        self.expect(self.raw([self.header("workforce.ListWorkers")]), "INVALID_ARGUMENT", "BAD_FRAMES")

    def test_empty_frame(self):
        self.expect(self.raw([b""]), "INVALID_ARGUMENT", "BAD_FRAMES")

    def test_twenty_frames(self):
        self.expect(self.raw([self.header("workforce.ListWorkers")] + [b"x"] * 19), "INVALID_ARGUMENT", "BAD_FRAMES")

    def test_ten_thousand_frames(self):
        self.expect(self.raw([b"x"] * 10_000), "INVALID_ARGUMENT", "BAD_FRAMES")

    def test_one_mebibyte_and_one(self):
        "T43: the connection is cut, nothing is answered, the next call on a new connection is"
        self.assertIsNone(self.raw([self.header("workforce.ListWorkers"), b"\0" * (1024 * 1024 + 1)], wait_ms=500))
        self.assertTrue(self.operator.call("workforce.ListWorkers", {}).ok)

    def test_unknown_method(self):
        self.expect(self.raw([self.header("workforce.Nonsense"), b""]), "UNIMPLEMENTED", "UNKNOWN_METHOD")

    def test_wrong_service(self):
        self.expect(self.raw([self.header("payroll.DrawWageSheet"), b""]), "UNIMPLEMENTED", "UNKNOWN_METHOD")

    def test_no_method(self):
        self.expect(self.raw([self.header(""), b""]), "UNIMPLEMENTED", "UNKNOWN_METHOD")

    def test_wrong_version(self):
        self.expect(self.raw([self.header("workforce.ListWorkers", version=2), b""]), "INVALID_ARGUMENT", "BAD_VERSION")

    def test_request_id_of_15_bytes(self):
        self.expect(self.raw([self.header("workforce.ListWorkers", request_id=b"x" * 15), b""]), "INVALID_ARGUMENT", "BAD_REQUEST_ID")

    def test_internal_method_from_outside(self):
        self.expect(self.raw([self.header("follow.Apply"), b""], key=self.operator.key), "PERMISSION_DENIED", "NOT_ALLOWED")


class BodyTest(HostileCase):
    method = "workforce.AddWorkers"

    def refuse_body(self, body, reason, method=None, status="INVALID_ARGUMENT"):
        self.expect(self.raw([self.header(method or self.method), body]), status, reason)

    def test_empty_body(self):
        self.refuse_body(b"", "REQUIRED")

    def test_truncated_body(self):
        whole = messages.fill(messages.request_type(self.method)(), {"lines": [{"worker_name": "张三", "home_division_code": "140214002"}]}).SerializeToString()
        for length in range(1, len(whole)):
            with self.subTest(length=length):
                self.expect(self.raw([self.header(self.method), whole[:length]]), "INVALID_ARGUMENT", "MALFORMED")

    def test_random_bodies(self):
        for _ in range(100):
            header = self.raw([self.header(self.method), os.urandom(1 + os.urandom(1)[0])])
            self.assertEqual(header.status, Status.INVALID_ARGUMENT)

    def test_two_hundred_levels(self):
        body = b""
        for _ in range(200):
            body = field(1, body)
        header = self.raw([self.header(self.method), body])
        self.assertEqual(header.status, Status.INVALID_ARGUMENT)

    def test_ten_thousand_empty_lines(self):
        self.refuse_body(field(1, b"") * 10_000, "TOO_LARGE")

    def test_fifty_thousand_empty_lines(self):
        self.refuse_body(field(1, b"") * 50_000, "TOO_MANY_ELEMENTS")

    def test_nul_in_a_string(self):
        self.refuse_body(field(1, field(1, b"a\0b")), "BAD_UTF8")

    def test_bad_utf8(self):
        self.refuse_body(field(1, field(1, b"\xff\xfe")), "BAD_UTF8")

    def test_unknown_field_in_a_write(self):
        self.refuse_body(field(1, field(1, "张三".encode())) + field(999, b"x"), "UNKNOWN_FIELD")

    def test_unknown_field_in_a_read_is_ignored(self):
        header = self.raw([self.header("workforce.ListWorkers"), field(999, b"x")], key=self.operator.key)
        self.assertEqual(header.status, Status.OK)

    def test_enum_out_of_range(self):
        number = next(f.number for f in messages.request_type(self.method).DESCRIPTOR.fields_by_name["lines"].message_type.fields
                      if f.name == "population_kind")
        self.refuse_body(field(1, varint(number << 3) + varint(99)), "UNKNOWN_ENUM")


class ValueTest(HostileCase):
    def line(self, **changes):
        return {"lines": [dict({"worker_name": "张三", "id_number": people.id_number(7777), "home_division_code": "140214002",
                                "population_kind": "RURAL_LABOUR"}, **changes)]}

    def test_id_number_with_a_wrong_check_digit(self):
        "R093"
        good = people.id_number(7778)
        bad = good[:-1] + ("1" if good[-1] != "1" else "2")
        self.contractor.refused("workforce.AddWorkers", self.line(id_number=bad), "INVALID_ARGUMENT", "ID_NUMBER_INVALID", path="lines[0].id_number")

    def test_id_number_of_31_february(self):
        "R093"
        self.contractor.refused("workforce.AddWorkers", self.line(id_number="140298198502310011"), "INVALID_ARGUMENT", "ID_NUMBER_INVALID")

    def test_derived_fields_are_not_for_outsiders(self):
        self.contractor.refused("workforce.AddWorkers", self.line(id_number_token=b"\1" * 16), "INVALID_ARGUMENT", "NOT_YOURS_TO_FILL")

    def test_uscc_with_the_letter_i(self):
        self.world.units()
        self.office.refused("registry.AddUnit", {"unit_id": "x-1", "unit_name": "某公司", "unit_kind": "CONTRACTOR_COMPANY",
                                                 "uscc": "9114021IPDY00001X3"}, "INVALID_ARGUMENT", path="uscc", reason="USCC_INVALID")

    def test_31_february(self):
        self.contractor.refused("workforce.RecordAttendance", {"project_code": "x", "worker_number": 1, "work_date": "2026-02-31", "day_hundredths": 100},
                                "INVALID_ARGUMENT", "DATE_INVALID", path="work_date")

    def test_negative_money(self):
        body = messages.fill(messages.request_type("workforce.AddAgreements")(), {"lines": [{"rate_fen": -1}]})
        reply = self.contractor.call("workforce.AddAgreements", body)
        self.assertEqual(reply.status, Status.INVALID_ARGUMENT)
        self.assertIn("lines[0].rate_fen", [problem["path"] for problem in reply.problems])

    def test_all_problems_come_at_once(self):
        lines = self.line(id_number="140298198502290011")["lines"] + [{"worker_name": "李四"}]
        reply = self.contractor.refused("workforce.AddWorkers", {"lines": lines}, "INVALID_ARGUMENT")
        paths = {problem["path"] for problem in reply.problems}
        self.assertLessEqual({"lines[0].id_number", "lines[1].id_number", "lines[1].home_division_code"}, paths)
        self.assertTrue(all(problem["message"] for problem in reply.problems))

    def test_sentences_follow_the_language(self):
        chinese = self.contractor.refused("workforce.AddWorkers", {"lines": []}, reason="REQUIRED")
        english = self.contractor.refused("workforce.AddWorkers", {"lines": []}, reason="REQUIRED", language="en")
        self.assertNotEqual(chinese.header.message, english.header.message)
        self.assertTrue(english.header.message.isascii())


class IdentityTest(HostileCase):
    def people(self, count, first):
        return {"lines": [{"worker_name": "王五", "id_number": people.id_number(first + i), "home_division_code": "140214002",
                           "population_kind": "RURAL_LABOUR"} for i in range(count)]}

    def test_the_same_request_ten_times(self):
        "T47: one effect, one answer, byte for byte"
        request_id = uuid7()
        replies = [self.contractor.call("workforce.AddWorkers", self.people(2, 100), request_id=request_id) for _ in range(10)]
        self.assertEqual({(reply.header.SerializeToString(), reply.raw) for reply in replies}, {(replies[0].header.SerializeToString(), replies[0].raw)})
        self.assertTrue(replies[0].ok)
        self.assertEqual(self.sql(f"SELECT count(*) FROM workforce.journal WHERE request_id = '\\x{request_id.hex()}'"), [["1"]])

    def test_the_same_request_concurrently(self):
        "T47: 50 at once, also in one batch"
        request_id, replies = uuid7(), []
        body = self.people(3, 200)
        self.contractor.call("workforce.ListWorkers", {})

        def ask():
            with self.house.node.client("workforce", self.contractor.key) as client:
                replies.append(client.call("workforce.AddWorkers", body, request_id=request_id))

        threads = [threading.Thread(target=ask) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(replies), 50)
        self.assertEqual(len({(reply.header.SerializeToString(), reply.raw) for reply in replies}), 1)
        self.assertEqual(self.sql(f"SELECT count(*) FROM workforce.journal WHERE request_id = '\\x{request_id.hex()}'"), [["1"]])

    def test_reused_id_with_another_body(self):
        "T46"
        request_id = uuid7()
        self.assertTrue(self.contractor.call("workforce.AddWorkers", self.people(1, 300), request_id=request_id).ok)
        self.contractor.refused("workforce.AddWorkers", self.people(1, 301), "ALREADY_EXISTS", "REQUEST_ID_REUSED", request_id=request_id)

    def test_a_final_refusal_stays(self):
        "A late duplicate never turns a refusal the caller has seen into an effect"
        request_id = uuid7()
        body = {"project_code": self.world.project(), "worker_number": 424242, "work_date": "2026-06-30", "day_hundredths": 100}
        first = self.contractor.call("workforce.RecordAttendance", body, request_id=request_id)
        self.assertFalse(first.ok)
        again = self.contractor.call("workforce.RecordAttendance", body, request_id=request_id)
        self.assertEqual(first.header.SerializeToString(), again.header.SerializeToString())

    def test_dry_run_leaves_nothing(self):
        reply = self.contractor.call("workforce.AddWorkers", self.people(1, 400), dry_run=True)
        self.assertTrue(reply.ok)
        self.assertEqual(reply.header.journal_seq, 0)
        number = reply.body["rows"][0]["worker_number"]
        self.operator.refused("workforce.GetWorker", {"worker_number": number}, "NOT_FOUND")


class WhoTest(HostileCase):
    def test_without_curve(self):
        "T39"
        with Client(self.house.node.endpoint("workforce"), None, None) as client:
            client.socket.send_multipart([self.header("workforce.ListWorkers"), b""])
            self.assertFalse(client.socket.poll(500))

    def test_unknown_key(self):
        "T39"
        from lib import keys
        with self.house.node.client("workforce", keys.Key("nobody", "nowhere", "MAKER", ("OFFICE",), "principal")) as client:
            client.socket.send_multipart([self.header("workforce.ListWorkers"), b""])
            self.assertFalse(client.socket.poll(500))

    def test_wrong_server_key(self):
        "T39"
        with Client(self.house.node.endpoint("workforce"), self.contractor.key, self.house.node.server_public("registry")) as client:
            client.socket.send_multipart([self.header("workforce.ListWorkers"), b""])
            self.assertFalse(client.socket.poll(500))

    def test_revoked_key_stops_at_its_next_message(self):
        "T42"
        actor = self.actor("soon-revoked", "contractor-1", "MAKER", ("CONTRACTOR",))
        with self.house.node.client("workforce", actor.key) as client:
            self.assertTrue(client.call("workforce.ListWorkers", {}).ok)
            self.house.node.revoke(actor.key)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while client.call("workforce.ListWorkers", {}, wait_ms=500).ok and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertIn(client.call("workforce.ListWorkers", {}, wait_ms=500).reason, ("KEY_UNKNOWN", "NO_ANSWER"))

    def test_speaking_for_another(self):
        "T41: the caller field is for gateways and services"
        self.contractor.refused("workforce.ListWorkers", {}, "PERMISSION_DENIED", "CALLER_NOT_HONOURED",
                                caller={"principal": "office-maker", "unit_id": "140214-fgj", "duty": "MAKER", "relations": ["OFFICE"]})

    def test_stealing_a_routing_id(self):
        "T41: who speaks is his key; a routing id taken from another gives nothing"
        node = self.house.node
        sockets = []
        for actor in (self.contractor, self.stranger):
            client = node.client("workforce", actor.key)
            client.socket.close()
            socket = zmq.Context.instance().socket(zmq.DEALER)
            socket.setsockopt(zmq.ROUTING_ID, b"B1")
            socket.setsockopt(zmq.LINGER, 0)
            socket.curve_publickey, socket.curve_secretkey = actor.key.public.encode(), actor.key.secret.encode()
            socket.curve_serverkey = node.server_public("workforce").encode()
            sockets.append(socket)
        try:
            sockets[0].connect(node.endpoint("workforce"))
            for _ in range(2):  # the second knocks when the first is in; then the first is still in its place
                sockets[0].send_multipart([self.header("admin.Health"), b""])
                self.assertTrue(sockets[0].poll(PATIENCE_SECONDS * 1000), "the first keeps its place")
                sockets[0].recv_multipart()
                sockets[1].connect(node.endpoint("workforce"))
                sockets[1].send_multipart([self.header("admin.Health"), b""])
                self.assertFalse(sockets[1].poll(300), "the second is not let into it")
        finally:
            for socket in sockets:
                socket.close()

    def test_viewer_writing(self):
        self.bureau_viewer.refused("workforce.AddWorkers", ValueTest.line(self), "PERMISSION_DENIED", "WRONG_DUTY")

    def test_unit_acting_on_a_strangers_project(self):
        "R110"
        code = self.world.project()
        number = self.world.placed(code, 1)[0]
        self.stranger.refused("workforce.RecordAttendance", {"project_code": code, "worker_number": number, "work_date": "2026-06-30",
                                                             "day_hundredths": 100}, "PERMISSION_DENIED", "NOT_ALLOWED")


class ConnectionTest(HostileCase):
    def test_connection_cut_at_every_byte(self):
        "T37: a peer that vanishes mid-message leaves nothing behind"
        from lib.proxy import Proxy
        node = self.house.node
        for limit in list(range(0, 400, 7)):
            with Proxy(("127.0.0.1", node.port("workforce"))) as proxy:
                proxy.cut_after = {"to_server": limit, "to_client": None}
                with node.client("workforce", self.contractor.key, endpoint=proxy.endpoint) as client:
                    client.send("workforce.AddWorkers", IdentityTest.people(self, 1, 500))
                    client.receive(30)
        self.assertEqual(node.health("workforce")["state"], "READY")
