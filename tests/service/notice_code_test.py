"""The code on the printed notice board: who may print it, what it says, and that its key cannot be guessed."""
import hashlib
import re
import secrets

from http_test import HttpCase
from lib import path, qr


class CodeTest(HttpCase):
    settings = {"gateway.notices": "on", "gateway.notice_url": "https://gongshi.example.cn"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.other = cls.world.draft(), cls.world.draft()
        code = cls.invitations["swj-zhao"] = secrets.token_urlsafe(32)
        cls.house.operator.ok("gateway.AddAccount", {
            "account_name": "swj-zhao", "unit_id": "140214-swj", "duty": "CHECKER", "relations": "BUREAU", "person_name": "赵某",
            "invitation_digest": hashlib.new("sm3", code.encode()).digest(), "invitation_until_at_us": cls.house.node.now_us() + 10**9})
        cls.house.settle()

    def address(self, browser, code):
        answer = browser.send("GET", f"/qr/{code}.svg")
        self.assertEqual((200, "image/svg+xml", "no-store"), (answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]), answer.text)
        return qr.read(answer.text.decode())

    def test_the_code_says_the_address_of_the_board(self):
        """R171: read back module by module; each project has a key of its own of 128 bits, the same each time."""
        office = self.browser("office-zhang")
        addresses = [self.address(office, code) for code in (self.code, self.other, self.code)]
        keys = [re.fullmatch(rf"https://gongshi\.example\.cn/notice/b/{code}/([0-9a-f]{{32}})", address).group(1)
                for code, address in zip((self.code, self.other, self.code), addresses)]
        self.assertEqual(keys[0], keys[2])
        self.assertNotEqual(keys[0], keys[1])

    def test_only_who_has_to_do_with_the_project_prints_it(self):
        """The key opens the masked rows of people, so the code is not for everybody."""
        stranger = self.browser()
        self.assertEqual(401, stranger.send("GET", f"/qr/{self.code}.svg").status)
        bureau = self.browser("jtj-li")
        self.assertIn(self.code, self.address(bureau, self.code))
        answer = self.browser("swj-zhao").send("GET", f"/qr/{self.code}.svg")
        self.assertEqual((403, "NOT_RELATED"), (answer.status, answer.json["reason"]))

    def test_what_is_no_project_has_no_code(self):
        office = self.browser("office-zhang")
        for path in ("/qr/", "/qr/.svg", f"/qr/{self.code}", "/qr/a%20b.svg", "/qr/..%2F..%2Fetc%2Fpasswd.svg", "/qr/%22onload%3D.svg"):
            self.assertEqual(404, office.send("GET", path).status, path)


class SeriesTest(HttpCase):
    settings = {"gateway.notices": "on", "gateway.notice_url": "https://gongshi.example.cn"}

    def test_printed_codes_can_be_called_in(self):
        """A code that went astray: with the next series the old ones open nothing, and new ones are printed."""
        code = self.world.project()
        path.publish_notice(self.world, code, "AWARD", "2026-06-25")
        office = self.browser("office-zhang")
        addresses = [qr.read(office.send("GET", f"/qr/{code}.svg").text.decode())]
        self.house.node.stop("gateway")
        self.house.node.settings["gateway.notice_series"] = "2"
        self.house.node.write_settings()
        self.house.node.start("gateway")
        again = self.browser()
        again.cookie, again.csrf = office.cookie, office.csrf
        addresses.append(qr.read(again.send("GET", f"/qr/{code}.svg").text.decode()))
        old, new = (again.send("GET", address.removeprefix("https://gongshi.example.cn")).status for address in addresses)
        self.assertEqual((404, 200), (old, new))


class HostTest(HttpCase):
    settings = {"gateway.notices": "on"}

    def test_without_an_address_in_the_settings_the_host_decides(self):
        """A host with characters that an address may not have is refused, and shows nowhere."""
        office = self.browser("office-zhang")
        code = self.world.draft()
        answer = office.send("GET", f"/qr/{code}.svg")
        self.assertTrue(qr.read(answer.text.decode()).startswith(f"http://127.0.0.1:{self.house.node.port('http')}/notice/b/{code}/"))
        for host in ("evil.example/x?", "a b", "x\"onload=", "<script>"):
            answer = office.send("GET", f"/qr/{code}.svg", headers={"Host": host})
            self.assertEqual(400, answer.status, host)
            self.assertNotIn(host.encode(), answer.text)


class OffTest(HttpCase):
    def test_a_node_without_a_board_has_no_code(self):
        code = self.world.draft()
        self.assertEqual(404, self.browser("office-zhang").send("GET", f"/qr/{code}.svg").status)
