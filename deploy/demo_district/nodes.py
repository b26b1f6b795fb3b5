"""The three nodes of the district, and the people who work at them, each with a key of his own, speaking through the gateways."""
import datetime
import fcntl
import hashlib
import os
import subprocess

from . import ROOT
from .district import BANK, OFFICE, TRANSPORT, WATER
from lib import BUILD, cluster, keys, messages
from lib.bus import Client
from lib.node import Node
from lib.ports import are_free, free_ports

CHINA = datetime.timezone(datetime.timedelta(hours=8))
HOME = ROOT / os.environ.get("DEMO_HOME", "var/demo")
NODES = ((OFFICE, "office", 7010), (TRANSPORT, "transport", 7020), (WATER, "water", 7030))


class Refused(Exception):
    def __init__(self, actor, method, reply):
        super().__init__(f"{actor.key.principal} {method}: {reply}")


class Running(Exception):
    """Another demo plays in the same place."""


class Actor:
    """A principal at the gateway of a node. The request id follows from who asks what for the how-many-eth time, so that a second
    start asks the same questions again and changes nothing."""

    def __init__(self, node, key):
        self.node, self.key, self.unit_id = node, key, key.unit_id
        self._client = None
        self._asked = {}

    def _request_id(self, method, body):
        content = hashlib.sha256(f"{self.key.principal}|{method}|".encode() + body).digest()
        number = self._asked[content] = self._asked.get(content, 0) + 1
        tail = bytearray(hashlib.sha256(content + number.to_bytes(4, "big")).digest()[:10])
        tail[0], tail[2] = 0x70 | tail[0] & 0x0f, 0x80 | tail[2] & 0x3f
        return self.node.stage_ms.to_bytes(6, "big") + bytes(tail)

    def call(self, method, request=None):
        if self._client is None:
            self._client = Client(self.node.node.endpoint("gateway"), self.key, self.node.node.server_public("gateway"), 60_000)
        message = messages.fill(messages.request_type(method)(), request or {})
        service = method.split(".")[0]
        reply = self._client.call(method, message, request_id=self._request_id(method, message.SerializeToString()),
                                  after=self.node.positions_for(service), retry_seconds=60)
        if reply.header and reply.header.journal_seq:
            self.node.positions[service] = reply.position
        self.node.calls += 1
        return reply

    def ok(self, method, request=None):
        reply = self.call(method, request)
        if not reply.ok:
            raise Refused(self, method, reply)
        return reply.body

    def rows(self, method, request=None, page_size=500, field="rows"):
        request, rows = dict(request or {}, page_size=page_size), []
        while True:
            body = self.ok(method, request)
            rows += body[field]
            if not body["next_page_token"]:
                return rows
            request["page_token"] = body["next_page_token"]

    def close(self):
        if self._client:
            self._client.close()


class DemoNode:
    """A node of the district with its actors."""

    def __init__(self, unit_id, name, base_port, clusters, settings, token_key=None):
        self.unit_id, self.name = unit_id, name
        self.node = Node(HOME / name, clusters, node_id=name, unit_id=unit_id, database=f"wr_{name}", base_port=base_port, token_key=token_key,
                         clock_file=HOME / "clock", settings=settings)
        self.positions, self._sources, self._actors = {}, {}, {}
        self.calls, self.stage_ms = 0, 0
        self.operator = Actor(self, self.node.operator)

    def positions_for(self, service):
        if service not in self._sources:
            self._sources[service] = [follow["source"] for follow in self.node.health(service)["follows"]]
        return [(source, *self.positions[source]) for source in self._sources[service] if source in self.positions]

    def actor(self, unit_id, duty, relations, suffix=""):
        """The unit's maker or checker at this node; his key is made on first use and admitted by the gateway."""
        principal = f"{unit_id}-{duty.lower()}{suffix}"
        if principal not in self._actors:
            folder = self.node.directory / "people"
            path = folder / f"{principal}.key"
            if not path.exists():
                keys.Key(principal, unit_id, duty, tuple(relations)).write_secret(folder)
            key = keys.Key.load(path)
            self.operator.ok("gateway.AddPrincipal", {"principal": principal, "unit_id": unit_id, "duty": duty, "relations": " ".join(relations),
                                                      "public_key": key.public})
            self._actors[principal] = Actor(self, key)
        return self._actors[principal]

    def close(self):
        for actor in (*self._actors.values(), self.operator):
            actor.close()


class Cast:
    """Who acts for one project at its node; what path.py calls `who`."""

    def __init__(self, node, project, district):
        bureau = project.bureau.unit_id
        self.bureau = node.actor(bureau, "MAKER", ("BUREAU",))
        self.bureau_checker = node.actor(bureau, "CHECKER", ("BUREAU",))
        self.owner = node.actor(project.owner.unit_id, "MAKER", ("OWNER",))
        self.owner_checker = node.actor(project.owner.unit_id, "CHECKER", ("OWNER",))
        self.contractor = node.actor(project.contractor.unit_id, "MAKER", ("CONTRACTOR",))
        self.contractor_checker = node.actor(project.contractor.unit_id, "CHECKER", ("CONTRACTOR",))
        self.supervisor_checker = node.actor(district.supervisor.unit_id, "CHECKER", ("SUPERVISOR",))
        self.township = node.actor(project.township.unit_id, "MAKER", ("TOWNSHIP",))
        self.bank = node.actor(BANK, "MAKER", ("BANK",))


class Nodes:
    """All three, on one cluster and one clock."""

    def __init__(self):
        HOME.mkdir(parents=True, exist_ok=True)
        self._lock = open(HOME / "lock", "w")  # held for as long as we live
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Running(HOME) from error
        self.cluster = cluster.Cluster(HOME / "cluster", durable=True)
        self.by_unit = {}
        token_key = None
        for unit_id, name, preferred in NODES:
            port = self._port(HOME / name, preferred)
            settings = {"gateway.http_endpoint": f"127.0.0.1:{port + 5}", "gateway.notices": "on", "gateway.uplink_interval_ms": 200,
                        "gateway.uplink_backoff_ms": 2000}
            if unit_id != OFFICE:
                office = self.office.node
                settings |= {"gateway.parent.endpoint": office.endpoint("gateway"), "gateway.parent.public_key": office.server_public("gateway"),
                             "gateway.parent.sign_public": (office.keys / "sign.key.pub").read_text().strip(), "gateway.parent.unit_id": OFFICE}
            self.by_unit[unit_id] = DemoNode(unit_id, name, port, self.cluster, settings, token_key)
            token_key = token_key or self.office.node.token_key  # one person has one token in the whole district

    @staticmethod
    def _port(directory, preferred):
        """Daemons that a killed demo left behind are stopped; where somebody else holds the ports, others are taken."""
        if list(directory.glob("run/*.pid")):
            subprocess.run([BUILD / "bin/workrelief", "node", "down", "--node", directory, "--kill"], capture_output=True, check=False)
        return preferred if are_free(preferred) else free_ports()

    @property
    def office(self):
        return self.by_unit[OFFICE]

    def __iter__(self):
        return iter(self.by_unit.values())

    def start(self):
        for node in self:
            node.node.start(wait=False)
        for node in self:
            for service in node.node.daemons:
                node.node.wait_ready(service)

    def travel(self, moment):
        """The district's time moves to "2026-07-31 18:00"; never back, so that a second start leaves it where it is."""
        when = int(datetime.datetime.fromisoformat(moment).replace(tzinfo=CHINA).timestamp() * 1_000_000)
        mark = HOME / "travelled"
        if not mark.exists() or int(mark.read_text()) < when:
            self.office.node.set_clock(when)
            mark.write_text(str(when))
        for node in self:
            node.stage_ms = when // 1000

    def stop(self):
        for node in self:
            node.close()
            for daemon in node.node.daemons.values():
                daemon.terminate()
        for node in self:
            node.node.close()
        self.cluster.stop()

    @property
    def calls(self):
        return sum(node.calls for node in self)


def page_address(nodes, quarter):
    return f"http://127.0.0.1:{nodes.office.node.port('http')}/report/{quarter}"
