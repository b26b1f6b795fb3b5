"""Sessions across a restart of the gateway: who works goes on, who was away too long logs in again, whatever way the gateway ended."""
import time

from lib import PATIENCE_SECONDS
from lib.house import ServiceCase
from lib.web import PASSWORD, Browser, await_service, invite

MINUTE = 60_000_000


class RestartTest(ServiceCase):
    services = ("registry", "gateway")
    at = "2026-07-01 08:00"

    def setUp(self):
        self.account = f"worker-{self.id().split('.')[-1][:40]}"
        code = invite(lambda request: self.operator.ok("gateway.AddAccount", request), self.house.node.now_us(), self.account, "140214-fgj", "MAKER", "OFFICE")
        self.browser = self.fresh()
        self.assertEqual(200, self.browser.send("POST", "/v1/password", {"account": self.account, "invitation": code, "newPassword": PASSWORD}).status)
        self.assertEqual(200, self.browser.log_in(self.account).status)
        self.cookie = self.browser.cookie

    def fresh(self, cookie=None):
        browser = Browser(self.house.node.port("http"))
        browser.cookie = cookie
        self.addCleanup(browser.connection.close)
        return browser

    def minutes_pass(self, minutes):
        self.house.node.set_clock(self.house.node.now_us() + minutes * MINUTE)

    def restart(self, kill=False, forget=False):
        (self.house.node.kill if kill else self.house.node.stop)("gateway")
        if forget:
            (self.house.node.directory / "run/http-sessions").unlink()
        self.house.node.start("gateway")

    def status(self):
        """Of asking who one is, by the session's cookie on a new connection."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.fresh(self.cookie).send("GET", "/v1/session")
            except ConnectionError:
                answer = None
            if answer is not None and answer.status != 503 or time.monotonic() > deadline:
                return answer.status
            time.sleep(0.1)

    def test_who_works_goes_on(self):
        for _ in range(3):
            self.minutes_pass(25)
            self.assertEqual(200, self.status())
        self.restart()
        self.assertEqual(200, self.status())
        self.minutes_pass(25)
        self.restart()
        self.minutes_pass(4)
        self.assertEqual(200, self.status(), "29 minutes since the last use")

    def test_an_idle_session_gets_no_new_life(self):
        self.minutes_pass(20)
        self.assertEqual(200, self.status())
        self.minutes_pass(20)
        self.restart()
        self.minutes_pass(11)
        self.assertEqual(401, self.status(), "31 minutes since the last use, of which the restart is no one")
        self.assertEqual(401, self.status())
        self.restart()
        self.assertEqual(401, self.status())

    def test_killed_it_remembers_all_but_the_last_seconds(self):
        self.minutes_pass(29)
        used_us, deadline = self.house.node.now_us(), time.monotonic() + PATIENCE_SECONDS
        self.assertEqual(200, self.status())
        while not any(int(line.split()[1]) >= used_us for line in (self.house.node.directory / "run/http-sessions").read_text().splitlines()):
            self.assertLess(time.monotonic(), deadline, "uses are written down every ten seconds")
            time.sleep(0.2)
        self.restart(kill=True)
        self.minutes_pass(15)
        self.assertEqual(200, self.status(), "44 minutes old, used 15 minutes ago")

    def test_without_its_memory_only_young_sessions_go_on(self):
        self.restart(forget=True)
        self.assertEqual(200, self.status())
        self.minutes_pass(20)
        self.assertEqual(200, self.status())
        self.minutes_pass(20)
        self.assertEqual(200, self.status())
        self.restart(forget=True)
        self.assertEqual(401, self.status(), "nobody knows when it was used last")

    def test_the_memory_holds_no_secret_and_is_the_node_s_alone(self):
        await_service(self.browser)
        self.restart()
        file = self.house.node.directory / "run/http-sessions"
        self.assertEqual(0o600, file.stat().st_mode & 0o777)
        self.assertNotIn(self.cookie.split("=")[1], file.read_text())
        file.write_text("nonsense\n" + "zz" * 32 + " 5\n" + "00" * 32 + " x\n" + "a" * 300 + "\n")
        self.house.node.kill("gateway")
        self.house.node.start("gateway")
        self.assertEqual(200, self.status(), "a file that is no memory harms nobody")
