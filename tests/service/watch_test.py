"""journal.Watch: what other agencies' systems hear, by filter, from a position they keep themselves."""
import importlib
import itertools
import json
import pathlib
import sys
import tempfile
import threading

from lib import PATIENCE_SECONDS, ROOT, keys, messages
from lib.house import ServiceCase

QUEUED = 8  # watches of one principal that may wait


def unit(number, **more):
    return {"unit_id": f"yy-{number}", "unit_name": f"示例单位{number}", "unit_kind": "CONTRACTOR_COMPANY", "valid_from_date": "2026-01-01", **more}


class WatchCase(ServiceCase):
    services = ("registry", "gateway")

    def watch(self, actor, through="registry:", **request):
        """One answer, asked through the gateway."""
        with self.house.node.client("gateway", actor.key) as client:
            reply = client.call(f"{through}journal.Watch", request, retry_seconds=PATIENCE_SECONDS)
        self.assertTrue(reply.ok, reply)
        return reply

    def seen(self, actor, **request):
        """All that the actor is told now, as (type, message)."""
        found, after = [], 0
        while True:
            body = self.watch(actor, after_seq=after, **request).body
            found += [(row["event_type"], messages.message_type(row["event_type"]).FromString(row["event"])) for row in body["rows"]]
            if body["through_seq"] == after:
                return found
            after = body["through_seq"]

    def add(self, first, count):
        for number in range(first, first + count):
            self.office.ok("registry.AddUnit", unit(number))


class AudienceTest(WatchCase):
    """Who is told what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        cls.mine = cls.world.project()
        cls.other = cls.world.draft()
        cls.world.office_checker.ok("registry.SetCalendarDays", {"calendar_year": 2026, "source_note": "国办发明电〔2025〕7号", "rows": [
            {"day_date": "2026-10-01", "day_kind": "HOLIDAY", "day_name": "国庆节"}]})

    def test_only_what_concerns_it(self):
        "R022 R186: a contractor hears of its unit, of its projects and of what is for everybody; a stranger not of the projects; the office of everything"
        self.bureau.ok("registry.SetParties", {"project_code": self.other, "parties": [
            {"unit_id": "owner-1", "relation": "OWNER", "person_name": "负责人", "person_phone": "03520000000"}]})
        self.house.settle()
        told = self.seen(self.contractor)
        self.assertEqual({event.project_code for kind, event in told if kind == "ProjectChanged"}, {self.mine})
        self.assertEqual({event.unit_id for kind, event in told if kind == "UnitChanged"}, {"contractor-1"})
        strange = self.seen(self.stranger)
        self.assertEqual([event for kind, event in strange if kind == "ProjectChanged"], [])
        self.assertIn("CalendarDaysChanged", {kind for kind, _ in strange})
        self.assertEqual({event.project_code for kind, event in self.seen(self.office) if kind == "ProjectChanged"}, {self.mine, self.other})

    def test_filters(self):
        "R186: by kind, by unit, by project"
        self.assertEqual({kind for kind, _ in self.seen(self.office, event_types=["UnitChanged", "CatalogueLoaded"])}, {"UnitChanged", "CatalogueLoaded"})
        self.assertEqual({event.unit_id for _, event in self.seen(self.office, event_types=["UnitChanged"], unit_ids=["owner-1", "bank-1"])}, {"owner-1", "bank-1"})
        self.assertEqual({event.project_code for _, event in self.seen(self.office, project_codes=[self.mine])}, {self.mine})
        self.assertEqual(self.seen(self.contractor, event_types=["UnitChanged"], unit_ids=["owner-1"]), [], "a filter opens nothing")

    def test_no_request_is_ever_told(self):
        "R022: events alone; nothing of calls, callers or refusals"
        body = self.watch(self.office).body
        self.assertEqual(set(body["rows"][0]), {"epoch", "seq", "at_us", "event_type", "event"})

    def test_who_has_no_key_hears_nothing(self):
        "R022: a key that nobody admitted is not even answered"
        with self.house.node.client("gateway", keys.Key("nobody", "nobody")) as client:
            self.assertEqual(client.call("registry:journal.Watch", {}, wait_ms=700).reason, "NO_ANSWER")

    def test_a_reader_of_rare_events_moves_on(self):
        "DESIGN 5: through_seq passes what held nothing for it"
        body = self.watch(self.stranger, event_types=["NoSuchEvent"]).body
        self.assertEqual((body["rows"], body["through_seq"]), ([], body["last_seq"]))


class SubscribersTest(WatchCase):
    """Three agencies listen; one of them stops."""

    def test_1_a_slow_one_holds_up_nobody(self):
        "RELIABILITY 13: one subscriber asks and never reads its answers; the two others hear all, in order, and it hears all when it comes back"
        actors = [self.actor(f"agency-{number}", f"agency-{number}", "VIEWER", ("AUDIT",)) for number in range(3)]
        stopped = self.house.node.client("gateway", actors[2].key)
        self.addCleanup(stopped.close)
        for _ in range(QUEUED):
            stopped.send("registry:journal.Watch", {"event_types": ["UnitChanged"], "wait_ms": 20_000, "after_seq": 10**9})
        heard = {0: [], 1: []}

        def listen(number):
            after = 0
            with self.house.node.client("gateway", actors[number].key) as client:
                while len(heard[number]) < 120:
                    body = client.call("registry:journal.Watch", {"event_types": ["UnitChanged"], "after_seq": after, "wait_ms": 2_000}).body
                    heard[number] += [messages.message_type("UnitChanged").FromString(row["event"]).unit_id for row in body["rows"]]
                    after = body["through_seq"]

        threads = [threading.Thread(target=listen, args=(number,), daemon=True) for number in heard]
        for thread in threads:
            thread.start()
        self.add(0, 120)
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        wanted = [f"yy-{number}" for number in range(120)]
        self.assertEqual(heard, {0: wanted, 1: wanted})
        self.assertEqual([event.unit_id for _, event in self.seen(actors[2], event_types=["UnitChanged"])], wanted)

    def test_2_limits(self):
        "RELIABILITY 13: a principal's ninth waiting watch is refused for now; anybody else's is not"
        greedy = self.actor("agency-3", "agency-3", "VIEWER", ("AUDIT",))
        with self.house.node.client("gateway", greedy.key) as client:
            after = self.house.node.health("registry")["last_seq"]
            sent = [client.send("registry:journal.Watch", {"wait_ms": 60_000, "after_seq": after}) for _ in range(QUEUED + 1)]
            reply = client.wait(sent[-1])
            self.assertEqual((reply.status.name, reply.reason), ("RESOURCE_EXHAUSTED", "WATCHES_FULL"))
            other = self.watch(self.actor("agency-4", "agency-4", "VIEWER", ("AUDIT",)), wait_ms=200, after_seq=10**9)
            self.assertTrue(other.ok)
            self.add(200, 1)  # ends the waiting
            self.assertTrue(all(client.wait(one).ok for one in sent[:-1]))

    def test_3_the_answer_comes_when_something_happens(self):
        "DESIGN 5: a watch that waits is answered within the second in which its event is written"
        actor = self.actor("agency-5", "agency-5", "VIEWER", ("AUDIT",))
        after = self.house.node.health("registry")["last_seq"]
        with self.house.node.client("gateway", actor.key) as client:
            sent = client.send("registry:journal.Watch", {"wait_ms": 60_000, "after_seq": after})
            self.assertEqual(client.wait(sent, 300).reason, "NO_ANSWER")
            self.add(300, 1)
            self.assertEqual([row["event_type"] for row in client.wait(sent, 30_000).body["rows"]], ["UnitChanged"])  # long before its time is over


class ListenerTest(WatchCase):
    """The listener of examples/python, run as it stands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sys.path.insert(0, str(ROOT / "examples/python"))
        cls.bus, cls.listener = importlib.import_module("workrelief"), importlib.import_module("listener")

    def events(self, cursor_file):
        node, key = self.house.node, self.actor("agency-9", "agency-9", "VIEWER", ("AUDIT",)).key
        client = self.bus.Client(node.endpoint("gateway"), node.server_public("gateway"), key.public, key.secret)
        self.addCleanup(client.socket.close)
        return self.listener.events(client, "registry", cursor_file, event_types=["UnitChanged"])

    def names(self, rows):
        return [messages.message_type("UnitChanged").FromString(row.event).unit_id for row in rows]

    def test_resumes_where_it_stood(self):
        "RELIABILITY 9: killed in the middle it sees again only the event it was dealing with; the registry killed meanwhile costs nothing"
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder) / "registry.cursor"
            self.add(0, 10)
            self.assertEqual(self.names(itertools.islice(self.events(place), 4)), [f"yy-{number}" for number in range(4)])
            kept = json.loads(place.read_text())
            self.house.node.kill("registry")
            self.house.node.start("registry")
            self.add(10, 5)
            self.assertEqual(self.names(itertools.islice(self.events(place), 12)), [f"yy-{number}" for number in range(3, 15)])
            self.assertEqual(kept[0], json.loads(place.read_text())[0])

    def test_says_so_when_the_service_was_restored(self):
        "RELIABILITY T55: another epoch than the reader's is no silence and no new beginning, but an alarm"
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder) / "registry.cursor"
            place.write_text(json.dumps([9, 3]))
            with self.assertRaisesRegex(RuntimeError, "restored"):
                next(self.events(place))
