"""The HTTP side with a certificate of its own: what it speaks, what its cookie says, and a key that others may read."""
import http.client
import pathlib
import shutil
import ssl
import subprocess
import tempfile

from lib.house import House, ServiceCase
from lib.web import PASSWORD, Browser, invite


class TlsTest(ServiceCase):
    services = ("registry", "gateway")
    at = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-tls-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", cls.folder / "tls.key", "-out", cls.folder / "tls.crt"], check=True, capture_output=True)
        (cls.folder / "tls.key").chmod(0o600)
        cls.settings = {"gateway.http_tls_key": str(cls.folder / "tls.key"), "gateway.http_tls_certificate": str(cls.folder / "tls.crt")}
        super().setUpClass()

    def browser(self):
        trust = ssl.create_default_context(cafile=str(self.folder / "tls.crt"))
        browser = Browser(self.house.node.port("http"))
        browser.connection = http.client.HTTPSConnection("127.0.0.1", browser.port, timeout=20, context=trust)
        self.addCleanup(browser.connection.close)
        return browser

    def test_a_session_over_tls(self):
        """The cookie is bound to host and path and never leaves over plain HTTP."""
        code = invite(lambda request: self.operator.ok("gateway.AddAccount", request), self.house.node.now_us(), "tls-user", "140214-fgj", "MAKER", "OFFICE")
        browser = self.browser()
        self.assertEqual(200, browser.send("POST", "/v1/password", {"account": "tls-user", "invitation": code, "newPassword": PASSWORD}).status)
        answer = browser.log_in("tls-user")
        cookie = answer.headers["Set-Cookie"]
        self.assertTrue(cookie.startswith("__Host-workrelief="))
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, cookie)
        self.assertEqual("tls-user", browser.send("GET", "/v1/session").json["accountName"])
        with self.assertRaises((http.client.HTTPException, ConnectionError)):  # plain HTTP gets nothing
            Browser(self.house.node.port("http")).send("GET", "/health")

    def test_old_protocols_are_refused(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        connection = http.client.HTTPSConnection("127.0.0.1", self.house.node.port("http"), timeout=10, context=context)
        self.addCleanup(connection.close)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            connection.request("GET", "/health")

    def test_a_key_that_others_may_read_is_not_used(self):
        """The gateway runs and says why it does not listen, rather than use it or fall back to plain HTTP."""
        shutil.copy(self.folder / "tls.key", self.folder / "open.key")
        (self.folder / "open.key").chmod(0o644)
        house = House(("gateway", "registry"), settings={**self.settings, "gateway.http_tls_key": str(self.folder / "open.key")}, at=None)
        self.addCleanup(house.close)
        with self.assertRaises(ConnectionRefusedError):
            Browser(house.node.port("http")).send("GET", "/health")
        self.assertEqual("READY", house.node.health("gateway")["state"])
        log = (house.node.directory / "log/gateway.log").read_text()
        self.assertIn("can be read by others", log)
