"""The programs of examples/ against a real node: what they do, and that they may be killed at any moment."""
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from lib import BUILD, PATIENCE_SECONDS, ROOT, path
from lib.house import ServiceCase
from lib.pay import DAY
from lib.web import PASSWORD, Browser, Lines, await_service, invite

EXAMPLES = ROOT / "examples"
ENVIRONMENT = dict(os.environ, PYTHONPATH=str(BUILD / "python"), PYTHONDONTWRITEBYTECODE="1")


class ExampleCase(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="wr-example-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)

    def bus(self, actor):
        """The options every program takes: where the gateway is, whose key."""
        node = self.house.node
        actor.key.write_secret(self.directory)
        return ["--endpoint", node.endpoint("gateway"), "--server", str(node.keys / "gateway.pub"), "--key", str(self.directory / f"{actor.key.principal}.key")]

    def run_python(self, program, *words, fine=(0,), wait=True, seconds=PATIENCE_SECONDS):
        command = ["/usr/bin/python3", EXAMPLES / "python" / program, *map(str, words)]
        if not wait:
            process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
            return process
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=seconds)
        self.assertIn(done.returncode, fine, done.stderr)
        return done

    def kill_again_and_again(self, program, *words, times, longest_s):
        """Starts it, kills it after a while, again: every place where it can die should be met."""
        chance = random.Random(7)
        for _ in range(times):
            process = self.run_python(program, *words, wait=False)
            time.sleep(0.15 + chance.random() * longest_s)
            process.send_signal(signal.SIGKILL)
            process.wait()


class SubscriberTest(ExampleCase):
    services = ("registry", "workforce", "gateway")

    def test_it_resumes_after_a_crash_and_misses_nothing(self):
        """Killed in between, its copy is in the end what the registry says; the position it stands at is the journal's end."""
        store = self.directory / "projects.db"
        words = [*self.bus(self.office), "--store", store]
        self.world.project()
        self.kill_again_and_again("subscriber.py", *words, times=4, longest_s=0.3)
        self.world.draft()
        running = self.run_python("subscriber.py", *words, wait=False)
        self.world.awarded()
        running.send_signal(signal.SIGKILL)
        running.wait()
        self.house.settle()
        self.run_python("subscriber.py", *words, "--until-end")
        copy = sqlite3.connect(store).execute("SELECT project_code, project_state FROM project ORDER BY project_code").fetchall()
        self.assertEqual([tuple(row) for row in self.sql("SELECT project_code, project_state FROM registry.project ORDER BY project_code")], copy)
        last = int(self.sql("SELECT max(seq)::text FROM registry.journal")[0][0])
        self.assertEqual([(1, last)], sqlite3.connect(store).execute("SELECT epoch, seq FROM position").fetchall())

    def test_another_history_is_noticed(self):
        store = self.directory / "forked.db"
        words = [*self.bus(self.office), "--store", store]
        self.world.units()
        self.run_python("subscriber.py", *words, "--until-end")
        with sqlite3.connect(store) as kept:
            kept.execute("UPDATE position SET hash = x'00', seq = seq - 1")
        self.assertIn("does not join", self.run_python("subscriber.py", *words, "--until-end", fine=(1,)).stderr)


class BankTest(ExampleCase):
    services = ("registry", "workforce", "payroll", "gateway")

    def core(self, name, order_lines):
        """The bank's own ledger with the accounts of these lines; the first is unknown, the second another's, the third closed."""
        core = self.directory / name
        with sqlite3.connect(core) as book:
            book.execute("CREATE TABLE account (account_no TEXT PRIMARY KEY, account_holder TEXT, account_state TEXT)")
            book.execute("CREATE TABLE movement (serial TEXT PRIMARY KEY, account_no TEXT, amount_fen INTEGER CHECK (amount_fen > 0))")
            book.execute("CREATE TRIGGER slow AFTER INSERT ON movement BEGIN SELECT count(*) FROM (WITH RECURSIVE counted(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
                         "FROM counted WHERE x < 100000) SELECT x FROM counted); END")  # some ten milliseconds: there is time to kill in between
            for index, line in enumerate(order_lines[1:], 1):
                book.execute("INSERT INTO account VALUES (?, ?, ?)", (line["account_no"], "别人" if index == 1 else line["account_holder"], "CLOSED" if index == 2 else "OPEN"))
        return core

    @staticmethod
    def movements(core):
        with sqlite3.connect(core, timeout=PATIENCE_SECONDS) as book:
            return book.execute("SELECT count(*) FROM movement").fetchone()[0]

    def test_every_line_is_paid_once_whenever_it_is_killed(self):
        "R132: the order is taken whole and acknowledged; R131: each line paid or refused with its reason; nothing twice"
        people = 40
        code, sheet, _ = self.world.published_sheet(count=people)
        order = path.order_payment(self.world, code, sheet, people, people * 10 * DAY, "bank-1")
        lines = sorted(self.bank.rows("payroll.GetPaymentOrder", {"project_code": code, "order_code": order}), key=lambda line: line["worker_number"])
        core = self.core("core.db", lines)
        words = [*self.bus(self.bank), "--store", self.directory / "bank.db", "--core", core]
        chance, stops = random.Random(7), set()
        while len(stops) < 6:  # killed between payments, each time a few further on
            process, before = self.run_python("bank.py", *words, wait=False), self.movements(core)
            target, deadline = before + chance.randint(1, 5), time.monotonic() + PATIENCE_SECONDS
            while self.movements(core) < target and time.monotonic() < deadline:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.assertGreater(self.movements(core), before, "it goes on where it was killed")
            stops.add(self.movements(core))
            if self.movements(core) == people - 3:
                break
        self.assertGreaterEqual(len(stops), 3)
        self.kill_again_and_again("bank.py", *words, times=5, longest_s=0.4)  # and while it answers
        self.run_python("bank.py", *words, "--until-idle")

        settled = self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})
        self.assertEqual((people - 3) * 10 * DAY, settled["paid_fen"])
        self.assertEqual(3, settled["failed_count"])
        stored = self.sql(f"SELECT reject_code, count(*)::text FROM payroll.payment_line WHERE order_code = '{order}' AND reject_code IS NOT NULL GROUP BY 1 ORDER BY 1")
        self.assertEqual([("ACCOUNT_CLOSED", "1"), ("ACCOUNT_NOT_FOUND", "1"), ("HOLDER_DIFFERS", "1")], [tuple(row) for row in stored])
        book = sqlite3.connect(core)
        self.assertEqual([(people - 3, (people - 3) * 10 * DAY)], book.execute("SELECT count(*), sum(amount_fen) FROM movement").fetchall())
        self.assertEqual([], self.owner.rows("payroll.ListExceptions", {"project_code": code}), "the bank never contradicted itself")
        listed = next(row for row in self.owner.rows("payroll.ListPaymentOrders", {"project_code": code}) if row["order_code"] == order)
        self.assertTrue(listed["acknowledged_date"])
        kept = sqlite3.connect(self.directory / "bank.db")
        self.assertEqual([("OK",)], kept.execute("SELECT DISTINCT outcome FROM outbox").fetchall())
        self.assertEqual([("",)], kept.execute("SELECT DISTINCT account_no FROM line").fetchall(), "accounts are not kept longer than needed")
        self.run_python("bank.py", *words, "--until-idle")  # nothing more to do
        self.assertEqual([(people - 3,)], book.execute("SELECT count(*) FROM movement").fetchall())

    def test_another_bank_takes_nothing(self):
        code, sheet, _ = self.world.published_sheet()
        path.order_payment(self.world, code, sheet, 3, 3 * 10 * DAY, "bank-1")
        other = self.actor("bank-two", "bank-2", "MAKER", ("BANK",))
        self.run_python("bank.py", *self.bus(other), "--store", self.directory / "other.db", "--core", self.directory / "other-core.db", "--until-idle")
        self.assertEqual([], sqlite3.connect(self.directory / "other.db").execute("SELECT * FROM orders").fetchall())


class DeviceTest(ExampleCase):
    services = ("registry", "workforce", "gateway")
    at = None  # the device's clock is this machine's

    def setUp(self):
        if hasattr(DeviceTest, "code"):
            return
        DeviceTest.code = self.world.project()
        DeviceTest.numbers = self.world.placed(self.code, 3)
        self.contractor_checker.ok("workforce.RegisterDevice", {"project_code": self.code, "device_code": "gate-1", "device_name": "北门闸机", "pass_means": "FACE"})
        DeviceTest.gate = self.house.actor("gate-1", "gate-1", "MAKER", ("DEVICE",))

    def device(self, *words, offset=0, fine=(0,), store="gate.db"):
        return self.run_python("device.py", "--store", self.directory / store, "--clock-offset", offset, *words, fine=fine)

    def stored(self, wrong=False):
        """What the node has of the gate's passes; wrong: of those whose number says that their clock was wrong."""
        return [tuple(row) for row in self.sql("SELECT pass_code, worker_number::text, pass_direction, pass_state, offline::text FROM workforce.device_pass "
                                               f"WHERE project_code = '{self.code}' AND (pass_code = 'gate-1-900') = {wrong} ORDER BY length(pass_code), pass_code")]

    def test_passes_are_kept_without_a_network_and_told_once(self):
        "Offline buffer, replay after a kill, drift of the clock: the node has each pass once"
        for number in self.numbers:
            self.device("pass", number, "ENTRY", offset=-600)  # ten minutes ago: kept for want of a network
        self.device("pass", self.numbers[0], "EXIT", "--blurred")
        send = ["send", *self.bus(self.gate), "--project", self.code]
        self.kill_again_and_again("device.py", "--store", self.directory / "gate.db", *send, times=3, longest_s=0.3)
        self.assertEqual("", self.device(*send, "--until-empty").stderr)
        expected = [(f"gate-1-{i + 1}", str(number), "ENTRY", "CLEAR", "true") for i, number in enumerate(self.numbers)]
        expected.append(("gate-1-4", str(self.numbers[0]), "EXIT", "BLURRED", "false"))
        self.assertEqual(expected, self.stored())

        with sqlite3.connect(self.directory / "gate.db") as kept:  # answered, but the answer was lost: sent again it is the same pass
            kept.execute("UPDATE pass SET state = NULL")
        self.device(*send, "--until-empty")
        self.assertEqual(expected, self.stored())

    def test_a_clock_that_is_wrong_is_told(self):
        self.device("pass", self.numbers[1], "EXIT", offset=7200, store="wrong.db")
        with sqlite3.connect(self.directory / "wrong.db") as kept:
            kept.execute("UPDATE pass SET number = 900")
        told = self.device("send", *self.bus(self.gate), "--project", self.code, "--until-empty", offset=7200, store="wrong.db").stderr
        self.assertRegex(told, r"clock is (7199|7200) s off")
        self.assertIn(("gate-1-900", str(self.numbers[1]), "EXIT", "DEVICE_CLOCK", "false"), self.stored(wrong=True))

    def test_a_device_that_is_not_placed_here_keeps_its_passes(self):
        self.device("pass", self.numbers[2], "EXIT", store="foreign.db")
        foreign = self.house.actor("gate-9", "gate-9", "MAKER", ("DEVICE",))
        refused = self.device("send", *self.bus(foreign), "--project", self.code, "--until-empty", store="foreign.db", fine=(1,))
        self.assertRegex(refused.stderr, "DEVICE|NOT_ALLOWED|UNKNOWN")
        self.assertEqual([(None,)], sqlite3.connect(self.directory / "foreign.db").execute("SELECT state FROM pass").fetchall())


class NodeTest(ExampleCase):
    services = ("registry", "gateway")
    at = None

    def setUp(self):
        if not shutil.which("node"):
            self.skipTest("no node here")

    def token(self, account):
        """(address, token of an account of the office's)."""
        port = self.house.node.port("http")
        code = invite(lambda request: self.operator.ok("gateway.AddAccount", request), self.house.node.now_us(), account, "140214-fgj", "MAKER", "OFFICE")
        browser = Browser(port)
        self.addCleanup(browser.connection.close)
        browser.send("POST", "/v1/password", {"account": account, "invitation": code, "newPassword": PASSWORD})
        browser.log_in(account)
        await_service(browser)
        return f"http://127.0.0.1:{port}", browser.send("POST", "/v1/token", {"tokenName": "node", "methods": "", "days": 1}).json["secret"]

    def test_what_changes_as_it_changes(self):
        """Server-sent events: units added one after the other are told, also when the gateway is restarted in between."""
        self.world.units()
        base, token = self.token("node-listener")
        process = subprocess.Popen(["node", EXAMPLES / "node/watch.mjs", base, "12"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=dict(os.environ, WORKRELIEF_TOKEN=token))
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.communicate()))
        told, fault = Lines(process.stdout.buffer), Lines(process.stderr.buffer)
        numbers, deadline = itertools.count(), time.monotonic() + PATIENCE_SECONDS

        def add():
            number = next(numbers)
            self.operator.ok("registry.AddUnit", {"unit_id": f"xx-told-{number}", "unit_name": f"告知单位{number}", "unit_kind": "BANK"})
            return number

        while not told.hold(b"xx-told", 1):  # the listeners begin at the journals' ends: when, they alone know
            self.assertLess(time.monotonic(), deadline)
            before = add()
        self.house.node.stop("gateway")
        self.house.node.start("gateway")
        self.assertTrue(fault.hold(b"again"))
        while process.poll() is None:
            self.assertLess(time.monotonic(), deadline + PATIENCE_SECONDS)
            last = add()
            time.sleep(0.2)
        self.assertEqual(0, process.returncode)
        lines = [line.split("\t") for line in told.text().decode().splitlines()]
        self.assertEqual({("change", "registry", "UnitChanged")}, {(event, *(json.loads(data)[name] for name in ("service", "event"))) for event, data in lines})
        seen = [int(json.loads(data)["unitId"].removeprefix("xx-told-")) for _, data in lines]
        self.assertEqual(12, len(seen))
        self.assertEqual(sorted(set(seen)), seen, "in order, each once")
        self.assertTrue(seen[0] <= before < seen[-1] <= last, "before the restart and after it")

    def test_units_by_json(self):
        """Pages, a conditional read, a write that is done once across a crash, a refusal with every problem."""
        self.world.units()
        base, token = self.token("node-program")

        def run(*words, text=""):
            done = subprocess.run(["node", EXAMPLES / "node/units.mjs", base, *map(str, words)], input=text, capture_output=True, text=True,
                                  check=False, timeout=PATIENCE_SECONDS, env=dict(os.environ, WORKRELIEF_TOKEN=token))
            return done.returncode, done.stdout, done.stderr

        units = self.sql("SELECT unit_id FROM registry.unit")
        code, out, errors = run()
        self.assertEqual((0, len(units)), (code, len(out.splitlines())), errors)
        self.assertIn("read once: true", errors)
        key, unit = self.directory / "key", json.dumps({"unitId": "xx-node", "unitName": "联调单位", "unitKind": "BANK"})
        key.write_text("an intent of mine")
        code, out, errors = run(key, text=unit)
        self.assertIn("xx-node\t联调单位", out, errors)
        self.assertFalse(key.exists())
        key.write_text("an intent of mine")  # it died before it could forget the key
        position = errors.split("position ")[1]
        self.assertEqual((0, position), (lambda code, _, errors: (code, errors.split("position ")[1]))(*run(key, text=unit)))
        code, _, errors = run(key, text='{"unitId": "xx-bad"}')
        self.assertEqual(1, code)
        self.assertLessEqual({"unit_name", "unit_kind"}, {line.split("\t")[1] for line in errors.splitlines()})


class CTest(ExampleCase):
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["make", "-s", "-C", EXAMPLES / "c", f"OUT={cls.directory}"], check=True, env={key: value for key, value in os.environ.items() if key != "MAKEFLAGS"})

    def test_units_on_the_bus(self):
        self.world.units()
        words = self.bus(self.office)
        command = [self.directory / "units", words[1], words[3], words[5]]
        listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS).stdout
        self.assertEqual({row[0] for row in self.sql("SELECT unit_id FROM registry.unit")}, {line.split("\t")[0] for line in listed.splitlines()})
        added = subprocess.run([*command, "xx-c", "联调单位"], capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS).stdout
        self.assertIn("xx-c\t联调单位", added)
        again = subprocess.run([*command, "xx-c", ""], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        self.assertEqual(1, again.returncode)
        self.assertIn("\tunit_name\t", again.stderr)
