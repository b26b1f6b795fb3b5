"""The client of proto/README.md, taken from the page as it stands and run against a gateway."""
import re
import sys
import types

from lib import ROOT, messages
from lib.bus import uuid7
from lib.house import ServiceCase


class IntegratorTest(ServiceCase):
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        page = (ROOT / "proto/README.md").read_text()
        source = re.search(r"```python\n(.*?)```", page, re.S)[1]
        sys.modules["header_pb2"] = messages.header_pb2
        cls.readme = types.ModuleType("readme_client")
        exec(compile(source, "proto/README.md", "exec"), cls.readme.__dict__)

    def client(self, actor):
        node = self.house.node
        return self.readme.Client(node.endpoint("gateway"), node.server_public("gateway").encode(), actor.key.public.encode(), actor.key.secret.encode())

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
        with self.assertRaises(ValueError) as refused:
            self.call(client, "registry.AddUnit", {"unit_id": "y", "uscc": "9114021IPDY00001X3"})
        self.assertIn("uscc", [path for path, _, _ in refused.exception.args[1]])
        self.assertIn("unit_name", [path for path, _, _ in refused.exception.args[1]])

    def test_follows_a_journal_from_a_position(self):
        client = self.client(self.office)
        request, reply_type = messages.request_type("journal.Read")(max_bytes=100_000), messages.reply_type("journal.Read")
        reply, _ = client.call("registry:journal.Read", request, reply_type)
        self.assertEqual([row.seq for row in reply.rows], list(range(1, len(reply.rows) + 1)))
