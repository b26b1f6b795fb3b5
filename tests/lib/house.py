"""ServiceCase: tests against a real node. One node for each test class, with the services it names; actors with real keys.

    class SheetTest(ServiceCase):
        services = ("registry", "workforce", "payroll")

        def test_draws_a_sheet(self):
            "R127"
            project = self.world.construction_project()
            contractor = self.world.contractor
            body = contractor.ok("payroll.DrawWageSheet", {...})
            contractor.refused("payroll.DrawWageSheet", {...}, "ALREADY_EXISTS", "SHEET_EXISTS", path="month")
"""
import datetime
import pathlib
import shutil
import tempfile
import time
import unittest

from . import PATIENCE_SECONDS, SERVICES, bus, cluster
from .keys import Key
from .node import Node
from .world import PRINCIPALS, World

CHINA = datetime.timezone(datetime.timedelta(hours=8))


class Refused(AssertionError):
    """A call that should have been answered was refused; .reply tells how."""

    def __init__(self, method, reply):
        super().__init__(f"{method}: {reply}")
        self.reply = reply


class Actor:
    """A principal of a unit. Calls go to the daemon whose method it is, or all to the gateway when the house says so; what was written
    by anybody of the house before is awaited (`after`) where the service follows its source."""

    def __init__(self, house, key):
        self.house, self.key, self.unit_id = house, key, key.unit_id
        self._clients = {}

    def client(self, service):
        if service not in self._clients:
            self._clients[service] = self.house.node.client(service, self.key)
        return self._clients[service]

    def call(self, method, request=None, **options):
        """The reply, whatever it is."""
        service = "gateway" if self.house.through_gateway else method.split(".")[0]
        options.setdefault("after", self.house.positions_for(method.split(".")[0]))
        reply = self.client(service).call(method, request, **options)
        if reply.header and reply.header.journal_seq:
            self.house.positions[method.split(".")[0]] = reply.position
        return reply

    def ok(self, method, request=None, **options):
        """The body of an OK reply; anything else fails the test with the whole answer."""
        options.setdefault("retry_seconds", PATIENCE_SECONDS)
        reply = self.call(method, request, **options)
        if not reply.ok:
            raise Refused(method, reply)
        return reply.body

    def refused(self, method, request=None, status=None, reason=None, path=None, **options):
        """The reply of a call that must be refused with this status and this reason (at this path) among its problems."""
        reply = self.call(method, request, **options)
        if reply.retryable and reason != reply.reason and (status is None or reply.status != bus.Status[status]):
            reply = self.call(method, request, **{"retry_seconds": PATIENCE_SECONDS, **options})  # a busy machine is no refusal
        if reply.ok:
            raise AssertionError(f"{method} was accepted: {reply.body}")
        if status and reply.status != bus.Status[status]:
            raise AssertionError(f"{method}: expected {status}, got {reply}")
        if reason and not any(problem["reason"] == reason and path in (None, problem["path"]) for problem in reply.problems) and (
                path is not None or reply.reason != reason):
            raise AssertionError(f"{method}: expected {reason} at {path or 'any path'}, got {reply}")
        return reply

    def rows(self, method, request=None, page_size=500, field="rows"):
        """All rows of a paged list."""
        request, rows = dict(request or {}, page_size=page_size), []
        while True:
            body = self.ok(method, request)
            rows += body[field]
            if not body["next_page_token"]:
                return rows
            request["page_token"] = body["next_page_token"]

    def close(self):
        for client in self._clients.values():
            client.close()
        self._clients.clear()


class House:
    """A node with its actors and its place in time."""

    def __init__(self, services=SERVICES, node=None, start=True, settings=None, through_gateway=False, at="2026-07-01 08:00"):
        self.services, self.through_gateway = tuple(services), through_gateway
        self.positions, self._sources, self._actors = {}, {}, {}
        self._directory = None
        if node is None:
            self._directory = pathlib.Path(tempfile.mkdtemp(prefix="wr-node-"))
            node = Node(self._directory, cluster.shared(), settings=settings)
        self.node = node
        if at:
            self.travel(at)
        for principal, unit_id, duty, relations in PRINCIPALS.values():  # before the start: a running daemon notices later
            self._actors[principal] = Actor(self, self.node.admit(principal, unit_id, duty, relations))
        if start:
            self.node.start(*self.services)

    def close(self):
        for actor in self._actors.values():
            actor.close()
        try:
            self.node.close()
        finally:
            if self._directory:
                shutil.rmtree(self._directory, ignore_errors=True)
                self.node.cluster.drop_database(self.node.database)

    def travel(self, moment):
        """"2026-07-15" or "2026-07-15 09:30", China Standard Time; time runs on from there."""
        when = datetime.datetime.fromisoformat(moment if " " in moment else f"{moment} 08:00").replace(tzinfo=CHINA)
        self.node.set_clock(int(when.timestamp() * 1_000_000))

    def today(self):
        """The house's date, "2026-07-01"."""
        return datetime.datetime.fromtimestamp(self.node.now_us() / 1_000_000, CHINA).date().isoformat()

    def actor(self, principal, unit_id=None, duty="MAKER", relations=(), kind="principal"):
        """The principal, admitted on first mention. unit_id: the name itself when not said."""
        if principal not in self._actors:
            key = self.node.admit(principal, unit_id or principal, duty, relations, kind)
            self._actors[principal] = Actor(self, key)
            self._await_admission(self._actors[principal])
        return self._actors[principal]

    def promoted(self, actor, duty="CHECKER"):
        """The same person with a second key of another duty."""
        name = f"{actor.key.principal}-{duty.lower()}"
        if name not in self._actors:
            key = Key(actor.key.principal, actor.unit_id, duty, actor.key.relations)
            key.write_public(self.node.ring, name)
            self._actors[name] = Actor(self, key)
            self._await_admission(self._actors[name])
        return self._actors[name]

    @property
    def operator(self):
        if "operator" not in self._actors:
            self._actors["operator"] = Actor(self, self.node.operator)
        return self._actors["operator"]

    def _await_admission(self, actor, seconds=PATIENCE_SECONDS):
        """The daemons read the ring again every now and then; a key that is not in it gets no answer."""
        deadline = time.monotonic() + seconds
        for service in self.services:
            while service in self.node.daemons:
                with self.node.client(service, actor.key) as client:
                    reply = client.call("admin.Health", wait_ms=200)
                if reply.ok or reply.status == bus.Status.PERMISSION_DENIED:
                    break
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{service} does not admit {actor.key.principal}: {reply}")

    def positions_for(self, service):
        """What the service must have followed before it can see all that was written."""
        if service not in SERVICES:  # admin., journal.: of every daemon, wait for nothing
            return []
        if service not in self._sources:
            health = self.node.health(service)
            if not health:
                return []
            self._sources[service] = [follow["source"] for follow in health["follows"]]
        return [(source, *self.positions[source]) for source in self._sources[service] if source in self.positions]

    def settle(self, seconds=PATIENCE_SECONDS):
        """Waits until every follower has read all there is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            health = {service: self.node.health(service) for service in self.node.daemons}
            if all(health.values()) and all(
                    follow["seq"] >= health[follow["source"]]["last_seq"]
                    for one in health.values() for follow in one["follows"] if follow["source"] in health):
                return
            time.sleep(0.05)
        raise AssertionError(f"followers did not catch up in {seconds} s: {health}")


class ServiceCase(unittest.TestCase):
    services = SERVICES
    settings = None
    at = "2026-07-01 08:00"
    through_gateway = False
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.house = House(cls.services, settings=cls.settings, through_gateway=cls.through_gateway, at=cls.at)
        cls.addClassCleanup(cls.house.close)
        cls.world = World(cls.house)

    def __getattr__(self, name):
        """self.contractor, self.bureau_checker …: the principals of the world, admitted on first mention."""
        if name not in PRINCIPALS:
            raise AttributeError(name)
        return getattr(self.world, name)

    @property
    def operator(self):
        return self.house.operator

    def actor(self, principal, unit_id=None, duty="MAKER", relations=()):
        return self.house.actor(principal, unit_id, duty, relations)

    def sql(self, text):
        return self.house.node.cluster.sql(self.house.node.database, text)
