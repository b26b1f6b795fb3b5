"""The Python client of examples/ against a gateway."""
import importlib
import sys

from lib import ROOT, messages
from lib.bus import uuid7
from lib.house import ServiceCase


class IntegratorTest(ServiceCase):
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sys.path.insert(0, str(ROOT / "examples/python"))
        cls.bus = importlib.import_module("workrelief")

    def client(self, actor):
        node = self.house.node
        return self.bus.Client(node.endpoint("gateway"), node.server_public("gateway"), actor.key.public, actor.key.secret)

    def call(self, client, method, fields, **options):
        request = messages.fill(messages.request_type(method)(), fields)
        return client.call(method, request, messages.reply_type(method), **options)

    def test_reads_and_writes_through_the_gateway(self):
        "R186: any agency with a binding and the contract takes part"
        self.world.units()
        client = self.client(self.office)
        page, header = self.call(client, "registry.ListUnits", {"page_size": 50})
        self.assertGreaterEqual(len(page.rows), 5)
        unit = {"unit_id": "xx-integrated", "unit_name": "联调单位", "unit_kind": "CONTRACTOR_COMPANY"}
        request_id = uuid7()
        first, header = self.call(client, "registry.AddUnit", unit, request_id=request_id)
        again, header_again = self.call(client, "registry.AddUnit", unit, request_id=request_id)
        self.assertEqual((first, header.journal_seq), (again, header_again.journal_seq))

    def test_a_refusal_names_every_problem(self):
        client = self.client(self.office)
        with self.assertRaises(self.bus.Refused) as refused:
            self.call(client, "registry.AddUnit", {"unit_id": "y", "uscc": "9114021IPDY00001X3"})
        self.assertIn("uscc", [path for path, _, _ in refused.exception.problems])
        self.assertIn("unit_name", [path for path, _, _ in refused.exception.problems])

    def test_follows_a_journal_from_a_position(self):
        self.world.units()
        client = self.client(self.office)
        entries, position = client.read_journal("registry", (1, 0, None), wait_ms=0)
        self.assertEqual([entry.seq for entry in entries], list(range(1, len(entries) + 1)))
        self.assertEqual(position, (1, len(entries), entries[-1].hash))
        more, _ = client.read_journal("registry", (1, 2, entries[1].hash), wait_ms=0)
        self.assertEqual([entry.seq for entry in more], [entry.seq for entry in entries[2:]])
        with self.assertRaises(RuntimeError):
            client.read_journal("registry", (1, 2, b"0" * 32), wait_ms=0)
