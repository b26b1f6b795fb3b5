"""HTTP: a browser's connection, and accounts to log in with."""
import gzip
import hashlib
import http.client
import json
import secrets
import threading
import time

from . import PATIENCE_SECONDS

PASSWORD = "一句好记的话就是好密码"


class Browser:
    """A keep-alive connection with a cookie jar of one."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        self.port, self.cookie, self.csrf = port, None, None

    def send(self, method, path, body=None, headers=None, csrf=True):
        sent = dict(headers or {})
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        if self.csrf and csrf:
            sent.setdefault("X-CSRF-Token", self.csrf)
        data = json.dumps(body).encode() if body is not None and not isinstance(body, bytes) else body
        self.connection.request(method, path, data, sent)
        response = self.connection.getresponse()
        response.text = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            response.text = gzip.decompress(response.text)
        response.json = json.loads(response.text) if response.text and "json" in response.headers.get("Content-Type", "") else None
        if response.headers.get("Set-Cookie"):
            self.cookie = response.headers["Set-Cookie"].split(";")[0]
        return response

    def call(self, method, body=None, **options):
        return self.send("POST", "/v1/" + method.replace(".", "/"), body or {}, **options)

    def log_in(self, account, password=PASSWORD):
        response = self.send("POST", "/v1/session", {"account": account, "password": password})
        if response.status == 200:
            self.csrf = response.json["csrfToken"]
        return response


def invite(add_account, now_us, account, unit, duty, relations, person="张某"):
    """The invitation code of a new account. add_account(request) calls gateway.AddAccount."""
    code = secrets.token_urlsafe(32)
    add_account({"account_name": account, "unit_id": unit, "duty": duty, "relations": relations, "person_name": person,
                 "invitation_digest": hashlib.new("sm3", code.encode()).digest(), "invitation_until_at_us": now_us + 10**9})
    return code


def await_service(browser, path="/v1/registry/ListUnits", seconds=PATIENCE_SECONDS):
    """The gateway has just started and is still reaching the other service."""
    deadline = time.monotonic() + seconds
    while browser.send("GET", path).status == 503 and time.monotonic() < deadline:
        time.sleep(0.1)


class Lines:
    """What a stream has said so far, read by a thread of its own."""

    def __init__(self, stream):
        self._told, self._changed = b"", threading.Condition()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream):
        try:
            for line in stream:
                with self._changed:
                    self._told += line
                    self._changed.notify_all()
        except (OSError, ValueError):
            pass  # closed by the test

    def text(self):
        with self._changed:
            return self._told

    def hold(self, wanted, seconds=PATIENCE_SECONDS):
        """Whether they hold it within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: wanted in self._told, seconds)
