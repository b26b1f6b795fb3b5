"""The gateway's HTTP and JSON face: accounts, sessions, tokens, calls, problems, limits. Real listener, real daemons."""
import json
import re
import select
import socket
import time
import uuid

from lib import PATIENCE_SECONDS
from lib.house import ServiceCase
from lib.web import PASSWORD, Browser, Lines, await_service, invite


class HttpCase(ServiceCase):
    services = ("registry", "gateway")
    at = None  # sessions and their ends are told by the clock on the wall

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invitations = {}
        for account, unit, duty, relations in (("office-zhang", "140214-fgj", "CHECKER", "OFFICE"), ("office-zhao", "140214-fgj", "MAKER", "OFFICE"),
                                               ("jtj-li", "140214-jtj", "MAKER", "BUREAU"),
                                               ("jtj-wang", "140214-jtj", "CHECKER", "BUREAU")):
            code = invite(lambda request: cls.house.operator.ok("gateway.AddAccount", request), cls.house.node.now_us(), account, unit, duty, relations)
            cls.invitations[account] = code

    def browser(self, account=None):
        browser = Browser(self.house.node.port("http"))
        self.addCleanup(browser.connection.close)
        if account:
            if account in self.invitations:
                code = self.invitations.pop(account)
                answer = browser.send("POST", "/v1/password", {"account": account, "invitation": code, "newPassword": PASSWORD})
                self.assertEqual(200, answer.status, answer.text)
            self.assertEqual(200, browser.log_in(account).status)
            await_service(browser)
        return browser


class SessionTest(HttpCase):
    def test_an_invitation_is_used_once_and_a_weak_password_is_refused(self):
        browser = self.browser()
        code = self.invitations.get("office-zhao")
        weak = browser.send("POST", "/v1/password", {"account": "office-zhao", "invitation": code, "newPassword": "kurz"})
        self.assertEqual((422, "PASSWORD_WEAK"), (weak.status, weak.json["reason"]))
        wrong = browser.send("POST", "/v1/password", {"account": "office-zhao", "invitation": "no", "newPassword": PASSWORD})
        self.assertEqual((422, "INVITATION_INVALID"), (wrong.status, wrong.json["reason"]))
        self.browser("office-zhao")
        again = browser.send("POST", "/v1/password", {"account": "office-zhao", "invitation": code, "newPassword": PASSWORD})
        self.assertEqual("INVITATION_INVALID", again.json["reason"])

    def test_login_gives_a_session_that_logout_ends(self):
        browser = self.browser("office-zhang")
        self.assertIn("HttpOnly", browser.send("GET", "/v1/session").headers.get("Set-Cookie", "HttpOnly"))
        session = browser.send("GET", "/v1/session").json
        self.assertEqual(("office-zhang", "140214-fgj", "CHECKER", ["OFFICE"]),
                         (session["accountName"], session["unitId"], session["duty"], session["relations"]))
        cookie = browser.cookie
        self.assertEqual(200, browser.send("POST", "/v1/logout", {}).status)
        browser.cookie = cookie
        self.assertEqual(401, browser.send("GET", "/v1/session").status)

    def test_a_session_is_new_at_each_login(self):
        """A session that somebody planted before the login is not the one after it."""
        browser = self.browser("office-zhang")
        first = browser.cookie
        browser.log_in("office-zhang")
        self.assertNotEqual(first, browser.cookie)
        planted = "workrelief=" + "A" * 43
        stranger = self.browser()
        stranger.cookie = planted
        self.assertEqual(401, stranger.send("GET", "/v1/session").status)

    def test_wrong_passwords_lock(self):
        self.browser("jtj-wang")
        browser = self.browser()
        answers = [browser.log_in("jtj-wang", "falsch und lang genug") for _ in range(6)]
        self.assertEqual([401] * 5, [answer.status for answer in answers[:5]])
        self.assertEqual((429, "LOGIN_LOCKED"), (answers[5].status, answers[5].json["reason"]))
        self.assertGreater(int(answers[5].headers["Retry-After"]), 0)
        self.assertEqual(429, browser.log_in("jtj-wang").status)  # the right one neither
        self.assertEqual(401, browser.log_in("nobody-of-this-name", "falsch und lang genug").status)

    def test_a_closed_account_stops_within_seconds(self):
        browser = self.browser("jtj-li")
        self.assertEqual(200, browser.call("registry.ListUnits").status)
        self.house.operator.ok("gateway.ChangeAccount", {"account_name": "jtj-li", "close": True, "change_reason": "调离"})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while browser.call("registry.ListUnits").status == 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.5)
        self.assertEqual(401, self.browser().log_in("jtj-li").status)

    def test_no_secret_is_stored(self):
        browser = self.browser("office-zhang")
        secret = browser.cookie.split("=")[1]
        journal = self.sql("SELECT count(*) FROM gateway.journal WHERE position(convert_to('%s', 'UTF8') in request) > 0 OR position(convert_to('%s', 'UTF8') in reply) > 0"
                           " OR position(convert_to('%s', 'UTF8') in request) > 0" % (secret, secret, PASSWORD))
        self.assertEqual("0", str(journal[0][0]))


class CallTest(HttpCase):
    def test_a_call_by_json(self):
        office = self.browser("office-zhao")
        unit = {"unitId": "140214-abc", "unitName": "云环科技有限公司", "unit_kind": "PLATFORM_COMPANY", "isMember": True}
        key = str(uuid.uuid4())
        answer = office.call("registry.AddUnit", unit, headers={"Idempotency-Key": key})
        self.assertEqual(200, answer.status, answer.text)
        self.assertEqual({"unitId": "140214-abc", "active": True, "isMember": True}, answer.json)
        self.assertRegex(answer.headers["Workrelief-Position"], r"^registry:\d+:\d+$")
        again = office.call("registry.AddUnit", unit, headers={"Idempotency-Key": key})
        self.assertEqual((200, answer.json, answer.headers["Workrelief-Position"]), (again.status, again.json, again.headers["Workrelief-Position"]))
        other = office.call("registry.AddUnit", dict(unit, unitName="别的"), headers={"Idempotency-Key": key})
        self.assertEqual((409, "REQUEST_ID_REUSED"), (other.status, other.json["reason"]))
        self.assertEqual("registry.AddUnit", other.json["instance"])
        self.assertIn("office-zhao", str(self.sql("SELECT caller FROM registry.journal ORDER BY seq DESC LIMIT 1")))

    def test_reading_by_get_with_etag(self):
        office = self.browser("office-zhang")
        first = office.send("GET", "/v1/registry/ListUnits?pageSize=5&membersOnly=true")
        self.assertEqual(200, first.status, first.text)
        second = office.send("GET", "/v1/registry/ListUnits?pageSize=5&membersOnly=true", headers={"If-None-Match": first.headers["ETag"]})
        self.assertEqual((304, b""), (second.status, second.text))
        self.assertEqual((405, "METHOD_WRITES"), (lambda r: (r.status, r.json["reason"]))(office.send("GET", "/v1/registry/AddUnit")))

    def test_dry_run_leaves_nothing(self):
        office = self.browser("office-zhao")
        unit = {"unitId": "140214-dry", "unitName": "试运行", "unitKind": "BUREAU"}
        self.assertEqual(200, office.call("registry.AddUnit", unit, headers={"Workrelief-Dry-Run": "1"}).status)
        self.assertEqual("0", str(self.sql("SELECT count(*) FROM registry.unit WHERE unit_id = '140214-dry'")[0][0]))

    def test_problems_are_rfc_9457_in_both_languages(self):
        office = self.browser("office-zhao")
        answer = office.call("registry.AddUnit", {"unitName": 7, "unitKind": "NO_KIND", "colour": "red"})
        self.assertEqual("application/problem+json; charset=utf-8", answer.headers["Content-Type"])
        self.assertEqual(400, answer.status)
        self.assertEqual({("unit_name", "WRONG_TYPE"), ("unit_kind", "UNKNOWN_ENUM"), ("colour", "UNKNOWN_FIELD")},
                         {(problem["path"], problem["reason"]) for problem in answer.json["problems"]})
        english = office.call("registry.AddUnit", {}, headers={"Accept-Language": "en-GB"})
        self.assertRegex(english.json["problems"][0]["message"], "^[A-Za-z]")
        for path, status in (("/v1/registry/NoSuch", 404), ("/v1/nothing", 404), ("/v1/../etc/passwd", 404), ("/%2e%2e/etc/passwd", 404), ("/nowhere", 404),
                             ("/console/../../../etc/passwd", 404)):
            self.assertEqual(status, office.send("GET", path).status, path)
        self.assertEqual(400, office.send("POST", "/v1/registry/ListUnits", b'{"unit_id": ').status)
        self.assertEqual(415, office.send("POST", "/v1/registry/ListUnits", b"x=1", {"Content-Type": "application/x-www-form-urlencoded"}).status)

    def test_nobody_is_let_in_without_a_session(self):
        self.assertEqual(401, self.browser().call("registry.ListUnits").status)
        self.assertEqual(401, self.browser().send("GET", "/v1/registry/ListUnits").status)
        self.assertEqual(401, self.browser().call("registry.ListUnits", headers={"Authorization": "Bearer " + "x" * 43}).status)

    def test_duty_and_relation_hold_as_on_the_bus(self):
        maker = self.browser("jtj-li")
        answer = maker.call("gateway.OpenQuarter", {"quarter": "2026Q3"})
        self.assertEqual((403, "NOT_ALLOWED"), (answer.status, answer.json["reason"]))
        self.assertEqual(403, maker.call("gateway.GetAccountSecret", {"accountName": "office-zhang"}).status)  # inside the gateway only
        self.assertEqual(403, maker.call("gateway.RecordLogin", {"accountName": "office-zhang", "succeeded": True}).status)

    def test_another_site_cannot_write(self):
        """CSRF: the cookie alone is not enough, and a login from elsewhere is refused."""
        office = self.browser("office-zhao")
        answer = office.call("registry.AddUnit", {"unitId": "140214-evil"}, csrf=False)
        self.assertEqual((403, "CSRF_TOKEN"), (answer.status, answer.json["reason"]))
        wrong = office.call("registry.AddUnit", {"unitId": "140214-evil"}, headers={"X-CSRF-Token": "0" * 32})
        self.assertEqual(403, wrong.status)
        login = self.browser().send("POST", "/v1/session", {"account": "office-zhang", "password": PASSWORD}, {"Origin": "https://evil.example"})
        self.assertEqual((403, "CROSS_SITE"), (login.status, login.json["reason"]))

    def test_a_token_calls_what_it_names_until_revoked(self):
        office = self.browser("office-zhang")
        secret = office.send("POST", "/v1/token", {"tokenName": "reader", "methods": "registry.ListUnits registry.Get*", "days": 30})
        self.assertEqual(400, secret.status)  # Get* is no pattern
        secret = office.send("POST", "/v1/token", {"tokenName": "reader", "methods": "registry.ListUnits", "days": 30}).json["secret"]
        program = self.browser()
        bearer = {"Authorization": f"Bearer {secret}"}
        self.assertEqual(200, program.call("registry.ListUnits", headers=bearer).status)
        self.assertEqual((403, "TOKEN_SCOPE"), (lambda r: (r.status, r.json["reason"]))(program.call("registry.ListProjects", headers=bearer)))
        self.assertEqual(1, len(office.call("gateway.ListTokens").json["rows"]))
        self.assertEqual(200, office.call("gateway.RevokeToken", {"accountName": "office-zhang", "tokenName": "reader", "revokeReason": "不再使用"}).status)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while program.call("registry.ListUnits", headers=bearer).status == 200:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.5)

    def test_an_invitation_for_a_new_account(self):
        office = self.browser("office-zhang")
        made = office.send("POST", "/v1/invitation", {"account": "slj-zhao", "unitId": "140214-slj", "duty": "MAKER", "personName": "赵某", "relations": "BUREAU"})
        self.assertEqual(200, made.status, made.text)
        self.invitations["slj-zhao"] = made.json["secret"]
        self.assertEqual("MAKER", self.browser("slj-zhao").send("GET", "/v1/session").json["duty"])
        refused = self.browser("slj-zhao").send("POST", "/v1/invitation", {"account": "slj-qian", "unitId": "140214-slj", "duty": "CHECKER", "personName": "钱某"})
        self.assertEqual(403, refused.status)


class LimitTest(HttpCase):
    def test_headers_that_protect(self):
        answer = self.browser().send("GET", "/health")
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertNotIn("unsafe-inline", answer.headers["Content-Security-Policy"])
        self.assertEqual(("nosniff", "DENY", "no-referrer"),
                         tuple(answer.headers[name] for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")))

    def test_too_much_and_too_odd(self):
        office = self.browser("office-zhang")
        try:
            self.assertEqual(413, office.send("POST", "/v1/registry/ListUnits", b" " * 5_000_000).status)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it need not read to the end what it will not take
        office = self.browser("office-zhang")
        self.assertEqual(200, office.call("registry.ListUnits").status)
        deep = b'{"a":' * 3000 + b"1" + b"}" * 3000
        self.assertEqual(400, office.send("POST", "/v1/registry/ListUnits", deep).status)
        self.assertEqual(400, office.send("POST", "/v1/registry/ListUnits", b'{"unit_id": "\xff\xfe"}').status)
        self.assertEqual(405, office.send("DELETE", "/v1/registry/ListUnits").status)
        self.assertIn(office.send("GET", "/" + "a" * 3000).status, (404, 405, 414))

    def test_header_injection_and_raw_bytes(self):
        for raw in (b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"GET /%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: a\r\n\r\n",
                    b"POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.house.node.port("http")), timeout=10) as peer:
                peer.sendall(raw)
                peer.settimeout(3)
                try:
                    answer = peer.recv(65536)
                except (socket.timeout, ConnectionError):
                    answer = b""
                self.assertNotIn(b"\r\nSet-Cookie: x=1", answer)
        self.assertEqual(200, self.browser("office-zhang").call("registry.ListUnits").status)

    def test_slow_senders_hold_nobody_up(self):
        slow = [socket.create_connection(("127.0.0.1", self.house.node.port("http")), timeout=10) for _ in range(100)]
        for peer in slow:
            peer.sendall(b"POST /v1/registry/ListUnits HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
        office = self.browser("office-zhang")
        self.assertEqual(200, office.call("registry.ListUnits").status)
        peers = [peer.fileno() for peer in slow]
        self.assertEqual(select.select(peers, [], [], 0)[0], [], "the slow ones were still waited for: nobody stood behind them")
        for peer in slow:
            peer.close()

    def test_large_answers_are_compressed(self):
        office = self.browser("office-zhao")
        for n in range(40):
            made = office.call("registry.AddUnit", {"unitId": f"140214-z{n:03}", "unitName": f"第{n}施工公司", "unitKind": "CONTRACTOR_COMPANY"})
            self.assertEqual(200, made.status, made.text.decode())
        answer = office.call("registry.ListUnits", headers={"Accept-Encoding": "gzip"})
        self.assertEqual("gzip", answer.headers["Content-Encoding"])
        self.assertEqual(40, sum(row["unitId"].startswith("140214-z") for row in answer.json["rows"]))


class FaceTest(HttpCase):
    def test_files_come_with_etags(self):
        browser = self.browser()
        page = browser.send("GET", "/console/")
        self.assertEqual((200, "text/html; charset=utf-8"), (page.status, page.headers["Content-Type"]))
        self.assertEqual(304, browser.send("GET", "/console/", headers={"If-None-Match": page.headers["ETag"]}).status)
        self.assertEqual("text/javascript; charset=utf-8", browser.send("GET", "/lib/mithril.js").headers["Content-Type"])

    def test_a_repeat_visit_asks_for_the_page_alone(self):
        """What the page names stands in a folder called by the digest of all files, which a browser may keep; the page itself is asked for each time."""
        browser = self.browser()
        page = browser.send("GET", "/console/")
        self.assertEqual("private, no-cache", page.headers["Cache-Control"])
        text = page.text.decode()
        self.assertNotIn("{assets}", text)
        named = re.findall(r'(?:src|href)="(/[^"]+)"', text)
        self.assertGreater(len(named), 30)
        folder = re.match(r"/assets/[0-9a-f]{32}/", named[0]).group()
        for address in named:
            self.assertTrue(address.startswith(folder), address)
            answer = browser.send("GET", address)
            self.assertEqual((200, "public, max-age=31536000, immutable"), (answer.status, answer.headers["Cache-Control"]), address)
            self.assertNotIn("Cookie", answer.headers["Vary"])
            self.assertNotIn("Set-Cookie", answer.headers)
            self.assertEqual(browser.send("GET", "/" + address[len(folder):]).text, answer.text)
        for module in (address for address in named if "/console/" in address and address.endswith(".js")):
            for other in re.findall(r'(?:from|import) "([^"]+)"', browser.send("GET", module).text.decode()):
                self.assertRegex(other, r"^\.\.?/", f"{module} imports by an address outside of its folder")
        other_build = folder[:-2] + ("0" if folder[-2] != "0" else "1") + "/console/main.js"
        for address in (other_build, "/assets/", "/assets/" + "0" * 32, folder, folder + "console/../../../etc/passwd", folder + "no.js"):
            answer = browser.send("GET", address)
            self.assertEqual((404, "no-store"), (answer.status, answer.headers["Cache-Control"]), address)

    def test_the_contract_describes_itself(self):
        """Every method of the five services, with the comments of the contract; nothing that is inside only."""
        openapi = self.browser().send("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}).json
        self.assertEqual("3.1.0", openapi["openapi"])
        self.assertIn("/v1/payroll/DrawWageSheet", openapi["paths"])
        self.assertNotIn("/v1/gateway/RecordLogin", openapi["paths"])
        known = set(openapi["components"]["schemas"])
        for text in json.dumps(openapi["paths"]).split('"#/components/schemas/')[1:]:
            self.assertIn(text.split('"')[0], known)
        asyncapi = self.browser().send("GET", "/asyncapi.json").json
        self.assertEqual("3.0.0", asyncapi["asyncapi"])
        self.assertIn("SheetChanged", asyncapi["channels"]["payroll"]["messages"])

    def listen(self, browser):
        peer = socket.create_connection(("127.0.0.1", browser.port), timeout=PATIENCE_SECONDS)
        self.addCleanup(peer.close)
        peer.sendall(f"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: {browser.cookie}\r\n\r\n".encode())
        return Lines(peer.makefile("rb"))

    def test_changes_are_told_as_they_happen(self):
        office, maker = self.browser("office-zhao"), self.browser("jtj-li")
        lines, strange = self.listen(office), self.listen(maker)
        self.assertTrue(lines.hold(b"200 OK"))
        self.assertTrue(strange.hold(b"200 OK"))
        for number in range(PATIENCE_SECONDS):  # the readers begin at the journals' ends, in a moment
            self.assertEqual(200, office.call("registry.AddUnit", {"unitId": f"140214-live{number}", "unitName": "即时更新公司", "unitKind": "CONTRACTOR_COMPANY"}).status)
            if lines.hold(b"UnitChanged", 1):
                break
        told = lines.text()
        self.assertIn(b"event: change", told)
        self.assertIn(b'"unitId":"140214-live', told)
        self.assertEqual(200, office.call("registry.AddUnit", {"unitId": "140214-jtj", "unitName": "区交通局", "unitKind": "BUREAU"}).status)
        self.assertTrue(strange.hold(b"140214-jtj"))
        told = strange.text()
        self.assertNotIn(b"140214-live", told)  # not theirs

    def test_nobody_listens_without_a_session(self):
        self.assertEqual(401, self.browser().send("GET", "/v1/events").status)
