"""NoticeCase: a node with the notice board on, and a visitor without a login, as a browser without a script."""
import gzip
import hashlib
import html
import http.client
import json
import re
import time
import urllib.parse

from . import PATIENCE_SECONDS, path
from .house import ServiceCase
from .qr import read

PASSWORD = "一句好记的话就是好密码"


class Visitor:
    """One connection, one cookie jar, no script."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        self.cookies = {}

    def send(self, method, path_, body=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body).encode()
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        self.connection.request(method, path_, body, sent)
        answer = self.connection.getresponse()
        answer.text = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            answer.text = gzip.decompress(answer.text)
        answer.text = answer.text.decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path_, **headers):
        return self.send("GET", path_, **headers)

    def form(self, code, lang=""):
        """The hidden token of a fresh complaint form."""
        page = self.get(f"/notice/complain/{code}{lang}")
        assert page.status == 200, page.text
        return re.search(r'name="form" value="([^"]+)"', page.text).group(1)

    def complain(self, code, note="6月工资少记了两天", form=None, **fields):
        return self.send("POST", f"/notice/complain/{code}", {"form": form or self.form(code), "source": "PUBLIC", "note": note, **fields})

    def close(self):
        self.connection.close()


def query_code(page):
    """What the page after a complaint shows."""
    return re.search(r'class="code">([0-9A-Z-]+)<', page).group(1)


def words(page):
    """The page's text without its tags."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


class NoticeCase(ServiceCase):
    settings = {"gateway.notices": "on", "gateway.notice_url": "http://board.example", "gateway.notice_complaints_per_hour": "1000",
                "gateway.notice_codes_per_hour": "1000"}

    def visitor(self):
        visitor = Visitor(self.house.node.port("http"))
        self.addCleanup(visitor.close)
        return visitor

    @classmethod
    def posted(cls, count, code=None):
        """(project, sheet, worker numbers): the rights board hangs, the award is announced, and June's sheet is posted today."""
        world = cls.world
        code = code or world.project()
        path.publish_notice(world, code, "AWARD", "2026-06-25")
        path.publish_notice(world, code, "CONSTRUCTION", "2026-06-26", "RIGHTS_BOARD")
        code, sheet, numbers = world.sheet(code, count=count)
        path.confirm_sheet(world, code, sheet, sorted(numbers))
        path.approve_sheet(world, code, sheet)
        cls.house.settle()
        return code, sheet, sorted(numbers)

    def key(self, code):
        """The key in the printed code, as the node makes it for who prints: read from the picture."""
        answer = self.visitor().get(f"/qr/{code}.svg", Cookie=self.office_cookie())
        self.assertEqual(200, answer.status, answer.text)
        return read(answer.text).rsplit("/", 1)[1]

    def office_cookie(self):
        """A session of the office that lasts: time may have moved since the last one."""
        visitor, head = self.visitor(), {"Content_Type": "application/json"}
        if not hasattr(type(self), "_cookie"):
            code = "c" * 43
            self.house.operator.ok("gateway.AddAccount", {
                "account_name": "office", "unit_id": "140214-fgj", "duty": "CHECKER", "relations": "OFFICE", "person_name": "张某",
                "invitation_digest": hashlib.new("sm3", code.encode()).digest(), "invitation_until_at_us": self.house.node.now_us() + 10**9})
            visitor.send("POST", "/v1/password", json.dumps({"account": "office", "invitation": code, "newPassword": PASSWORD}).encode(), **head)
        elif visitor.get("/v1/session", Cookie=self._cookie).status == 200:
            return self._cookie
        answer = visitor.send("POST", "/v1/session", json.dumps({"account": "office", "password": PASSWORD}).encode(), **head)
        self.assertEqual(200, answer.status, answer.text)
        type(self)._cookie = answer.headers["Set-Cookie"].split(";")[0]
        return self._cookie

    def eventually(self, visitor, path_, condition, seconds=PATIENCE_SECONDS):
        """The page once the condition holds of it: what was written a moment ago may still be on its way."""
        deadline = time.monotonic() + seconds
        while True:
            page = visitor.get(path_)
            if condition(page):
                return page
            self.assertLess(time.monotonic(), deadline, f"{page.status} {page.text[:2000]}")
            time.sleep(0.1)
