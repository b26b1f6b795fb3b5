"""The notice board's forms: a complaint and its query code, a payslip by its code, and how often anybody may try."""
import concurrent.futures
import hashlib
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path  # noqa: E402
from lib.notice import NoticeCase, Visitor, query_code, words  # noqa: E402

NASTY = "<script>alert(1)</script>\"'></textarea><img src=x onerror=alert(2)>"


class FormCase(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        path.publish_notice(cls.world, cls.code, "AWARD", "2026-06-25")
        cls.house.settle()

    def complaints(self, actor=None):
        return (actor or self.office).rows("evaluation.ListComplaints", {"project_code": self.code})

    def ask(self, code, **headers):
        return self.visitor().send("POST", "/notice/query", {"code": code}, **headers)


class ComplaintTest(FormCase):
    def test_anonymously_with_a_code_for_the_answer(self):
        """R174: nobody is asked who he is; the code is shown once, of 100 bits, and only its digest is kept; who has it reads state and answer."""
        visitor = self.visitor()
        page = visitor.complain(self.code, "6月工资少记了两天\n工地在村东")
        self.assertEqual((200, "no-store"), (page.status, page.headers["Cache-Control"]), page.text)
        code = query_code(page.text)
        self.assertRegex(code, r"^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$")
        row = self.complaints()[-1]
        self.assertEqual(("PUBLIC", "OPEN", "6月工资少记了两天\n工地在村东", True, ""),
                         (row["complaint_source"], row["complaint_state"], row["complaint_note"], row["is_anonymous"], row["about_unit_id"]))
        self.assertIn(row["due_date"], page.text)
        self.assertEqual([[hashlib.new("sm3", code.replace("-", "").encode()).hexdigest()]],
                         self.sql(f"SELECT encode(query_digest, 'hex') FROM evaluation.complaint WHERE complaint_code = '{row['complaint_code']}'"))
        asked = self.ask(code.lower().replace("-", " "))
        self.assertIn("待答复", asked.text)
        self.assertNotIn("少记", asked.text)  # who finds the code does not learn what was written
        self.bureau_checker.ok("evaluation.AnswerComplaint", {"project_code": self.code, "complaint_code": row["complaint_code"], "answer_note": f"已补发 {NASTY}"})
        answered = self.ask(code)
        self.assertIn("已补发", words(answered.text))
        self.assertNotRegex(answered.text, "<script|<img")
        self.assertEqual(("no-store", "noindex, nofollow, noarchive"), (answered.headers["Cache-Control"], answered.headers["X-Robots-Tag"]))

    def test_what_is_posted_while_the_list_is_read_anew_is_not_lost(self):
        """R174: something is published between the form and its sending; the first to come makes the board read its list again, with his complaint in hand."""
        for number in range(4):
            visitor, note = self.visitor(), f"第{number + 1}次: 工资少记了两天"
            form = visitor.form(self.code)
            path.publish_notice(self.world, self.code, "CONSTRUCTION", "2026-06-26", notice_code=f"XB-{number}")
            time.sleep(0.5)  # the board hears of it; heard late, the way is the one of every day
            page = visitor.complain(self.code, note, form=form)
            self.assertEqual(200, page.status, page.text)
            self.assertIn(note, [row["complaint_note"] for row in self.complaints()])

    def test_with_a_name_that_the_unit_complained_of_does_not_see(self):
        """R174 (PIPL art. 51): sealed at the door; the unit is named by what it is to the project."""
        page = self.visitor().complain(self.code, "拖欠5月工资", source="WORKER", about="CONTRACTOR", name="李四", phone="13900000001")
        self.assertEqual(200, page.status, page.text)
        row = self.complaints()[-1]
        self.assertEqual(("WORKER", "contractor-1", False), (row["complaint_source"], row["about_unit_id"], row["is_anonymous"]))
        seen = next(one for one in self.complaints(self.contractor) if one["complaint_code"] == row["complaint_code"])
        self.assertNotIn("李四", str(seen))
        reveal = {"project_code": self.code, "complaint_code": row["complaint_code"], "reveal_reason": "想知道是谁"}
        self.contractor.refused("evaluation.RevealComplainant", reveal, "PERMISSION_DENIED")
        revealed = self.office.ok("evaluation.RevealComplainant", {"project_code": self.code, "complaint_code": row["complaint_code"], "reveal_reason": "回访"})
        self.assertEqual(("李四", "13900000001"), (revealed["complainant_name"], revealed["complainant_phone"]))
        for secret in ("李四", "13900000001"):
            self.assertEqual([["0"]], self.sql(f"SELECT count(*) FROM evaluation.journal WHERE position(convert_to('{secret}', 'UTF8') IN request) > 0"))

    def test_all_that_is_wrong_at_once_and_nothing_is_lost(self):
        """The form comes back with every problem and what was written, as text; the next try with it is taken."""
        visitor, count = self.visitor(), len(self.complaints())
        page = visitor.complain(self.code, NASTY[:4], phone="12", about="OWNER")
        self.assertEqual(422, page.status)
        for word in ("5 至 2000 字", "电话号码不正确", "请同时填姓名", 'value="OWNER" selected'):
            self.assertIn(word, page.text)
        page = visitor.complain(self.code, "补充材料" + NASTY, phone="12", name=NASTY)
        self.assertEqual(422, page.status)
        self.assertIn("补充材料&lt;script&gt;", page.text)
        self.assertNotRegex(page.text, "<script|</textarea><img|<img")
        too_long = visitor.complain(self.code, "长" * 2001)
        self.assertEqual(422, too_long.status)
        self.assertEqual(count, len(self.complaints()))
        again = re.search(r'name="form" value="([^"]+)"', page.text).group(1)
        self.assertEqual(200, visitor.complain(self.code, "长" * 2000, form=again).status)
        self.assertEqual(count + 1, len(self.complaints()))

    def test_sent_twice_it_is_one_complaint(self):
        """A second tap on a slow line: one complaint, the same code; another text under the same form is told."""
        visitor, count = self.visitor(), len(self.complaints())
        form = visitor.form(self.code)
        pages = [visitor.complain(self.code, "这是一件事", form=form) for _ in range(3)]
        self.assertEqual([200] * 3, [page.status for page in pages])
        self.assertEqual(1, len({query_code(page.text) for page in pages}))
        self.assertEqual(count + 1, len(self.complaints()))
        other = visitor.complain(self.code, "另一件事情", form=form)
        self.assertEqual(409, other.status)
        self.assertIn("已经提交过", other.text)
        self.assertEqual(count + 1, len(self.complaints()))

    def test_a_form_comes_from_our_own_page(self):
        """CSRF: without the cookie, with another's, for another project, too old, changed, from another site: nothing is written."""
        visitor, stranger, count = self.visitor(), self.visitor(), len(self.complaints())
        other = self.world.project()
        path.publish_notice(self.world, other, "AWARD", "2026-06-25")
        self.eventually(visitor, f"/notice/complain/{other}", lambda page: page.status == 200)
        form, strangers = visitor.form(self.code), stranger.form(self.code)
        salt, until, mac = form.split(".")
        for wrong in ("", strangers, visitor.form(other), f"{salt}.{int(until) + 1}.{mac}", f"{salt}.{until}.{'0' * 32}", form + "0", "x"):
            page = visitor.complain(self.code, form=wrong or " ")
            self.assertEqual(403, page.status, wrong)
            self.assertIn("不是从本页提交的", page.text)
        self.assertEqual(403, self.visitor().complain(self.code, form=form).status)  # no cookie
        for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
            sent = visitor.send("POST", f"/notice/complain/{self.code}", {"form": form, "source": "PUBLIC", "note": "别处来的表单"}, **headers)
            self.assertEqual(403, sent.status, headers)
        self.assertEqual(count, len(self.complaints()))
        own = {"Sec_Fetch_Site": "same-origin", "Origin": "null"}
        self.assertEqual(200, visitor.send("POST", f"/notice/complain/{self.code}", {"form": form, "source": "PUBLIC", "note": "本页来的表单"}, **own).status)
        self.assertEqual(count + 1, len(self.complaints()))

    def test_what_is_no_form_is_refused(self):
        """Oversize, other types, broken escapes, control characters, bytes that are no text: refused, and nothing is written."""
        visitor, count = self.visitor(), len(self.complaints())
        url, form = f"/notice/complain/{self.code}", visitor.form(self.code)
        urlencoded = {"Content_Type": "application/x-www-form-urlencoded"}
        head = f"form={form}&source=PUBLIC&note=".encode()
        for body in (head + b"%zz123456", head + b"%00abcdef", head + b"%ff%fe%fd%fc%fb", head + b"a%1bbcdefg", b"&".join(b"a=b" for _ in range(40)), head + b"abcdefgh%"):
            self.assertEqual(400, visitor.send("POST", url, body, **urlencoded).status, body)
        self.assertEqual(413, visitor.send("POST", url, head + b"a" * 70000, **urlencoded).status)
        for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
            self.assertEqual(415, visitor.send("POST", url, head + b"abcdefgh", Content_Type=kind).status)
        self.assertEqual(404, visitor.send("POST", f"/notice/p/{self.code}", {"a": "b"}).status)
        self.assertEqual(404, visitor.send("POST", "/notice/complain/2605-140214-04-01-999990", {"form": form, "note": "没有的项目"}).status)
        self.assertEqual(count, len(self.complaints()))

    def test_no_header_comes_from_a_request(self):
        """Header injection and traversal: by path, argument, form and cookie."""
        for path_ in ("/notice/p/%0d%0aSet-Cookie:%20a=b", "/notice/?q=%0d%0aSet-Cookie:%20a=b&lang=en%0d%0aX-Evil:%201", "/notice/../../etc/passwd", "/notice/%2e%2e/console/",
                      "/notice/complain/a%0d%0ab", "/notice/b/x/%00", "/notice/notice.css/../../..", f"/notice/p/{'a' * 300}"):
            answer = self.visitor().get(path_)
            self.assertIn(answer.status, (200, 400, 404, 405), path_)
            self.assertNotIn("a=b", str(answer.headers))
            self.assertNotIn("X-Evil", str(answer.headers))
            self.assertNotIn("root:", answer.text)
        answer = self.visitor().get(f"/notice/complain/{self.code}", Cookie="workrelief-form=x%0d%0aSet-Cookie: evil=1")
        self.assertRegex(answer.headers["Set-Cookie"], r"^workrelief-form=[0-9a-f]{32}; Path=/notice; HttpOnly; SameSite=Strict; Max-Age=7200$")

    def test_an_unknown_code_says_nothing(self):
        """Enumeration: no code, a code of nobody, a code that cannot be one: one and the same answer."""
        pages = [self.ask(code) for code in ("", "0000-0000-0000-0000-0000", "0000-0000-0000-0000-0001", "zu kurz", "'; DROP TABLE complaint; --", "0" * 500)]
        self.assertEqual({404}, {page.status for page in pages})
        self.assertEqual(1, len({page.text for page in pages}))


class AgedFormTest(FormCase):
    def test_a_form_grows_old(self):
        visitor = self.visitor()
        form = visitor.form(self.code)
        self.house.travel("2026-07-01 10:30")
        page = visitor.complain(self.code, form=form)
        self.assertEqual(403, page.status)
        fresh = re.search(r'name="form" value="([^"]+)"', page.text).group(1)
        self.assertEqual(200, visitor.complain(self.code, form=fresh).status)


class SlipTest(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.sheet, cls.numbers = cls.posted(3)

    def slip(self, number):
        return self.owner.ok("payroll.GetPayslip", {"project_code": self.code, "sheet_code": self.sheet, "worker_number": number})

    def ask(self, code, lang=""):
        return self.visitor().send("POST", f"/notice/slip{lang}", {"code": code})

    def test_a_worker_sees_his_own(self):
        """Reg. 724 art. 15: days, pay, deductions, state of payment, by the code on his slip; his name and account are masked even there."""
        slip = self.slip(self.numbers[0])
        page = self.ask(" ".join(re.findall("....", slip["slip_code"].lower())))
        self.assertEqual((200, "no-store", "noindex, nofollow, noarchive"), (page.status, page.headers["Cache-Control"], page.headers["X-Robots-Tag"]))
        for word in (self.sheet, "工日 10.00", "应发 2,000.00 元", "实发 2,000.00 元", "尚未发放", slip["account_no_mask"], "03520012345"):
            self.assertIn(word, words(page.text))
        for secret in (slip["worker_name"], str(self.numbers[0])):
            self.assertNotIn(secret, page.text)
        for other in self.numbers[1:]:
            self.assertNotIn(self.slip(other)["slip_code"], page.text)
        self.assertIn("not paid yet", self.ask(slip["slip_code"], "?lang=en").text)

    def test_a_code_of_nobody_says_nothing(self):
        code = self.slip(self.numbers[0])["slip_code"]
        near = code[:-1] + ("0" if code[-1] != "0" else "1")
        pages = [self.ask(one) for one in (near, "0" * 20, code[:-1], code + "0", "", str(self.numbers[0]), self.sheet)]
        self.assertEqual({404}, {page.status for page in pages})
        self.assertEqual(1, len({page.text for page in pages}))

    def test_no_code_is_in_an_address(self):
        """An address is kept by histories and proxies: a code that comes in one is not looked at."""
        code = self.slip(self.numbers[0])["slip_code"]
        self.assertNotIn("实发", self.visitor().get(f"/notice/slip?code={code}").text)
        self.assertNotIn(code, self.ask(code).text)


class ThrottleTest(FormCase):
    settings = {"gateway.notices": "on", "gateway.notice_url": "http://board.example", "gateway.notice_reads_per_hour": "60", "gateway.notice_codes_per_hour": "6",
                "gateway.notice_complaints_per_hour": "4"}

    def test_each_thing_has_its_own_measure(self):
        """Half an hour's worth at once, then 429 with a time to wait; X-Forwarded-For helps nobody, for no proxy is trusted."""
        visitor = self.visitor()
        codes = [visitor.send("POST", "/notice/slip", {"code": "0" * 20}, X_Forwarded_For=f"10.0.0.{i}") for i in range(5)]
        self.assertEqual([404] * 3 + [429] * 2, [page.status for page in codes])
        self.assertGreater(int(codes[-1].headers["Retry-After"]), 300)
        self.assertEqual(429, visitor.send("POST", "/notice/query", {"code": "0" * 20}).status)
        sent = [visitor.complain(self.code) for _ in range(4)]
        self.assertEqual([200] * 2 + [429] * 2, [page.status for page in sent])
        self.assertEqual(2, len(self.complaints()))
        pages = [visitor.get("/notice/").status for _ in range(40)]
        self.assertEqual(429, pages[-1])
        self.assertEqual(200, visitor.get("/health").status)  # the rest of the node goes on


class ProxyTest(FormCase):
    settings = {**ThrottleTest.settings, "gateway.http_trusted_proxies": "127.0.0.1, 10.9.9.9"}

    def tries(self, *forwarded):
        return [self.visitor().send("POST", "/notice/slip", {"code": "0" * 20}, X_Forwarded_For=one).status for one in forwarded]

    seen = []

    def two_lines(self, first, second):
        self.seen.append(first)
        connection = self.visitor().connection
        connection.putrequest("POST", "/notice/slip")
        for name, value in (("X-Forwarded-For", first), ("x-forwarded-for", second), ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "6")):
            connection.putheader(name, value)
        connection.endheaders(b"code=0")
        return connection.getresponse().status

    def test_behind_a_trusted_proxy_each_has_his_own(self):
        """Who is behind our proxy is the last it names; what the asker wrote in front of it is his own tale."""
        self.assertEqual([404] * 3 + [429], self.tries(*["203.0.113.1"] * 4))
        self.assertEqual([404] * 3 + [429], self.tries(*[f"198.51.100.{i}, 203.0.113.2" for i in range(4)]))
        self.assertEqual([404, 404, 404, 429], self.tries("203.0.113.3, 10.9.9.9", "203.0.113.3", "1.1.1.1, 203.0.113.3,10.9.9.9, 10.9.9.9", "203.0.113.3"))
        self.assertEqual([404] * 3 + [429], self.tries(*[f"2001:db8:1:1::{i}" for i in range(4)]))  # a house has a whole network
        self.assertEqual([404], self.tries("2001:db8:1:2::1"))
        for status in (404, 404, 404, 429):  # a line of the asker's own before the proxy's
            self.assertEqual(status, self.two_lines(f"192.0.2.{len(self.seen)}", "203.0.113.77"))
        self.assertEqual([404] * 3 + [429], self.tries("no address", "", "<script>", "999.1.1.1"))
        self.assertEqual(429, self.two_lines("9" * 2000, "203.0.113.78"))  # no proxy tells so long a tale


class CrowdTest(FormCase):
    def test_many_complaints_at_once_are_all_kept(self):
        """Nothing that was answered with a code is lost, and each code finds its own."""
        port, count = self.house.node.port("http"), len(self.complaints())

        def complain(i):
            visitor = Visitor(port)
            try:
                return query_code(visitor.complain(self.code, f"第{i}个人反映的事").text)
            finally:
                visitor.close()

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            codes = list(pool.map(complain, range(60)))
        self.assertEqual((60, 60), (len(set(codes)), len(self.complaints()) - count))
        self.assertEqual({200}, {self.ask(code).status for code in codes})
