"""`workrelief watch`: events as they happen, from any position, resumed across crashes, and a journal that does not join is noticed."""
import json
import pathlib
import select
import signal
import subprocess
import tempfile
import time

from lib import BUILD, PATIENCE_SECONDS
from lib.house import ServiceCase

OK, FINDINGS, USAGE, BAD_DATA = 0, 2, 64, 65


class WatchCase(ServiceCase):
    services = ("registry", "workforce", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="wr-watch-"))
        cls.code = cls.world.project()

    def watch(self, *words, **options):
        """(exit code, lines, standard error) of a watch that ends by itself."""
        done = subprocess.run([BUILD / "bin/workrelief", "watch", *map(str, words), "--node", str(self.house.node.directory)], capture_output=True, text=True,
                              check=False, timeout=PATIENCE_SECONDS, **options)
        return done.returncode, done.stdout.splitlines(), done.stderr

    def events(self, *words):
        code, lines, errors = self.watch("--from", "start", "--no-wait", "-o", "json", *words)
        self.assertEqual((OK, ""), (code, errors))
        return [json.loads(line) for line in lines]

    def follow(self, *words):
        """One that goes on until it is told to end."""
        process = subprocess.Popen([BUILD / "bin/workrelief", "watch", *map(str, words), "--node", str(self.house.node.directory)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.stdout.close(), process.stderr.close(), process.wait()))
        return process

    def told(self, process):
        """What it first tells, of a project made by this test once it listens: when that is, nobody but itself knows."""
        made = []
        for _ in range(PATIENCE_SECONDS):
            made.append(self.world.draft())
            if select.select([process.stdout], [], [], 1)[0]:
                break
        code = json.loads(process.stdout.readline())["event"]["projectCode"]
        self.assertIn(code, made)
        return made


class WatchTest(WatchCase):
    def test_from_the_start_every_event_in_order(self):
        seen = self.events("registry", "workforce")
        for service in ("registry", "workforce"):
            mine = [(event["seq"], event["eventType"]) for event in seen if event["service"] == service]
            stored = self.sql(f"SELECT seq::text, event_type FROM {service}.journal j WHERE event_type <> '' ORDER BY j.seq")
            self.assertEqual([(int(seq), kind) for seq, kind in stored], mine)
        self.assertGreater(len(seen), 5)

    def test_filters(self):
        other = self.world.draft()
        chosen = self.events("registry", "--event", "ProjectChanged", "--project", self.code)
        self.assertEqual({("ProjectChanged", self.code)}, {(event["eventType"], event["event"]["projectCode"]) for event in chosen})
        self.assertEqual({other}, {event["event"]["projectCode"] for event in self.events("registry", "--project", other)})
        self.assertEqual(2, len(self.events("registry", "--count", "2")))
        self.assertEqual(USAGE, self.watch("--event", "NoSuchEvent")[0])

    def test_as_lines_for_people_nothing_sealed(self):
        code, lines, _ = self.watch("registry", "--from", "start", "--no-wait", "--event", "ProjectChanged", "--count", "1")
        self.assertEqual(OK, code)
        self.assertRegex(lines[0], rf"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d  registry:1:\d+  ProjectChanged  project_code={self.code}")

    def test_positions(self):
        seen = self.events("registry")
        code, lines, _ = self.watch("registry", "--from", f"registry:1:{seen[2]['seq']}", "--no-wait", "-o", "json")
        self.assertEqual((OK, seen[3:]), (code, [json.loads(line) for line in lines]))
        for bad in ("registry", "registry:1", "registry:x:1", "nonsense:1:1", "registry:0:1", "registry:1:1:00ff", ""):
            self.assertEqual(USAGE, self.watch("registry", "--from", bad, "--no-wait")[0], bad)
        self.assertEqual(USAGE, self.watch("nonsense")[0])

    def test_now_tells_only_what_comes(self):
        process = self.follow("registry", "-o", "json", "--count", "1", "--event", "ProjectChanged")
        self.told(process)
        self.assertEqual(OK, process.wait(PATIENCE_SECONDS))

    def test_a_unit_sees_what_is_its_own(self):
        """The journals' own rule, through the gateway: who has nothing to do with a project hears nothing of it."""
        keys = self.directory / "keys"
        keys.mkdir(exist_ok=True)
        for actor, sees in ((self.contractor, True), (self.stranger, False)):
            actor.key.write_secret(keys)
            code, lines, errors = self.watch("registry", "--from", "start", "--no-wait", "-o", "json", "--event", "ProjectChanged", "--as",
                                             keys / f"{actor.key.principal}.key")
            self.assertEqual((OK, ""), (code, errors))
            self.assertEqual(sees, self.code in [json.loads(line)["event"]["projectCode"] for line in lines])


class ResumeTest(WatchCase):
    def test_nothing_is_missed_across_kills(self):
        """Killed while it prints, again and again: every event is seen, in order; what was printed and not yet noted comes again."""
        state, seen = self.directory / "seen", []
        for attempt in range(8):
            process = self.follow("registry", "--from", "start", "--state", state, "--event", "ProjectChanged", "-o", "json",
                                  *(["--no-wait"] if attempt == 7 else []))
            if attempt < 7:
                time.sleep(0.02 * attempt)
                process.send_signal(signal.SIGKILL)
            out = process.communicate(timeout=PATIENCE_SECONDS)[0]
            seen += [json.loads(line)["seq"] for line in out.splitlines(keepends=True) if line.endswith("}\n")]
            if attempt in (2, 5):
                self.world.draft()
        stored = [int(seq) for seq, in self.sql("SELECT seq::text FROM registry.journal j WHERE event_type = 'ProjectChanged' ORDER BY j.seq")]
        self.assertEqual(stored, sorted(set(seen)))
        self.assertRegex(state.read_text(), r"^registry:1:\d+:[0-9a-f]{64}\n$")
        self.assertEqual((OK, []), self.watch("registry", "--state", state, "--no-wait")[:2])

    def test_ends_cleanly_and_keeps_other_services_positions(self):
        state = self.directory / "two"
        self.assertEqual(OK, self.watch("workforce", "--from", "start", "--state", state, "--no-wait")[0])
        process = self.follow("registry", "--from", "start", "--state", state)
        process.stdout.readline()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(OK, process.wait(PATIENCE_SECONDS))
        self.assertEqual(["registry", "workforce"], [line.split(":")[0] for line in state.read_text().splitlines()])

    def test_a_state_file_that_is_none(self):
        state = self.directory / "other"
        state.write_text("something else\n")
        self.assertEqual(BAD_DATA, self.watch("registry", "--state", state, "--no-wait")[0])
        self.assertEqual("something else\n", state.read_text())

    def test_survives_a_restart_of_the_service(self):
        process = self.follow("registry", "-o", "json", "--event", "ProjectChanged")
        made = self.told(process)
        self.house.node.stop("registry")
        self.house.node.start("registry")
        made.append(self.world.draft())
        while (code := json.loads(process.stdout.readline())["event"]["projectCode"]) != made[-1]:
            self.assertIn(code, made)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(OK, process.wait(PATIENCE_SECONDS))


class TamperTest(WatchCase):
    def test_a_journal_that_does_not_join(self):
        """Edited, cut or swapped: said with the place, and not passed on."""
        state = self.directory / "state"
        self.assertEqual(OK, self.watch("registry", "--from", "start", "--state", state, "--no-wait")[0])
        kept = state.read_text()
        state.write_text(kept[:-3] + ("00" if kept[-3:-1] != "00" else "11") + "\n")  # another history than this one
        self.world.draft()
        code, _, errors = self.watch("registry", "--state", state, "--no-wait")
        self.assertEqual(FINDINGS, code)
        self.assertIn("接不上", errors)
        self.assertNotIn(f":{int(kept.split(':')[2]) + 1}:", state.read_text())
        self.house.node.stop("registry")
        self.sql("ALTER TABLE registry.journal DISABLE TRIGGER USER; UPDATE registry.journal SET caller = 'somebody' WHERE seq = 4")
        self.house.node.start("registry")
        code, lines, errors = self.watch("registry", "--from", "start", "--no-wait", "-o", "json", "--lang", "en")
        self.assertEqual(FINDINGS, code)
        self.assertIn("does not join at 1:4", errors)
        self.assertLess(max(json.loads(line)["seq"] for line in lines), 4)
