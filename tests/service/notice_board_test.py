"""The public notice board: what anybody reads of a project, what only who stands before the printed board reads, and what nobody does."""
import concurrent.futures
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, qr  # noqa: E402
from lib.notice import NoticeCase, Visitor, words  # noqa: E402

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


class ReadingTest(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.sheet, cls.numbers = cls.posted(6)
        cls.few, cls.few_sheet, _ = cls.posted(3)
        cls.silent = cls.world.project()  # its office has published nothing
        cls.house.settle()

    def test_anybody_reads_what_the_office_published(self):
        """R170 R171 R173 (Reg. 724 art. 34): notices, the three groups of the rights board with numbers that a telephone dials, pay by sheet."""
        page = self.visitor().get(f"/notice/p/{self.code}")
        self.assertEqual((200, "text/html; charset=utf-8"), (page.status, page.headers["Content-Type"]))
        text = words(page.text)
        for value in path.RIGHTS_BOARD.values():
            self.assertIn("1,980.00 元/月" if isinstance(value, int) else value, text)
        self.assertIn('href="tel:12333"', page.text)
        for word in ("本项目采取以工代赈方式实施", "发包阶段", "异议截止", "6 人，实发合计 12,000.00 元", "示例建筑劳务有限公司", "400.00 万元", "在建"):
            self.assertIn(word, text)

    def test_the_list_names_projects_with_a_notice_only(self):
        """R173: and finds them by name; what is not published has no page either, and its answer does not tell it from what does not exist."""
        visitor = self.visitor()
        listed = visitor.get("/notice/").text
        self.assertEqual({self.code, self.few}, set(re.findall(r"/notice/p/([0-9-]+)", listed)) & {self.code, self.few, self.silent})
        self.assertNotIn(self.silent, listed)
        name = self.owner.ok("registry.GetProject", {"project_code": self.few})["facts"]["project_name"]
        found = visitor.send("GET", "/notice/?q=" + "".join(f"%{byte:02X}" for byte in name.encode())).text
        self.assertIn(self.few, found)
        self.assertNotIn(self.code, found)
        silent, unknown = visitor.get(f"/notice/p/{self.silent}"), visitor.get("/notice/p/2605-140214-04-01-999990")
        self.assertEqual((404, silent.text), (unknown.status, unknown.text))

    def test_english_by_a_switch(self):
        visitor = self.visitor()
        self.assertIn(f'href="/notice/p/{self.code}?lang=en">English', visitor.get(f"/notice/p/{self.code}").text)
        page = visitor.get(f"/notice/p/{self.code}?lang=en")
        self.assertIn('<html lang="en">', page.text)
        self.assertIn("Where to complain and get help", page.text)
        self.assertIn("?lang=en", page.text[page.text.index("<footer>"):])  # the links keep it

    def test_rows_of_people_only_by_the_printed_code(self):
        """R171 (PIPL art. 6, 28, 51): by the key in the printed code; masked names, the last four of the number, pay in full; nothing else of a worker."""
        visitor, key = self.visitor(), self.key(self.code)
        open_page = visitor.get(f"/notice/p/{self.code}").text
        self.assertIn("扫描工地或村公示牌上的二维码", open_page)
        self.assertNotIn(key, open_page)
        self.assertNotIn(self.sheet, open_page)
        board = visitor.get(f"/notice/b/{self.code}/{key}").text
        self.assertIn(f"/notice/b/{self.code}/{key}/{self.sheet}", board)
        table = visitor.get(f"/notice/b/{self.code}/{key}/{self.sheet}")
        self.assertEqual((200, 6), (table.status, table.text.count("<tr><td>")))
        lines = self.owner.rows("payroll.ListSheetLines", {"project_code": self.code, "sheet_code": self.sheet})
        for line in lines:
            name = line["worker_name"]
            self.assertIn(f"<td>{name[0]}{'*' * max(1, len(name) - 2)}{name[-1] if len(name) > 2 else ''}</td><td>{line['id_number_mask'][-4:]}</td>", table.text)
            for page in (open_page, board, table.text):
                self.assertNotIn(name, page)
                self.assertNotIn(str(line["worker_number"]), page)
                self.assertNotIn(line["account_no_mask"], page)
        self.assertIn("2,000.00", table.text)

    def test_the_key_cannot_be_guessed_from_what_is_public(self):
        """A wrong key, another project's key, no key: one and the same answer, as for a project that is not."""
        visitor, key = self.visitor(), self.key(self.code)
        unknown = visitor.get(f"/notice/b/2605-140214-04-01-999990/{key}")
        for path_ in (f"{self.code}/{'0' * 32}", f"{self.few}/{key}", self.code, f"{self.code}/{key[:-1]}", f"{self.code}/{key.upper()}x", f"{self.code}/{'0' * 32}/{self.sheet}",
                      f"{self.few}/{key}/{self.sheet}"):
            answer = visitor.get(f"/notice/b/{path_}")
            self.assertEqual((404, unknown.text), (answer.status, answer.text), path_)

    def test_a_table_of_few_people_is_not_shown(self):
        """R171 (PIPL art. 73): neither rows nor sums below the number that the district set, by address either; the number is dated policy."""
        visitor, key = self.visitor(), self.key(self.few)
        page = visitor.get(f"/notice/b/{self.few}/{key}").text
        self.assertIn("不足 5 人", page)
        self.assertNotIn("6,000.00", page)
        self.assertEqual(404, visitor.get(f"/notice/b/{self.few}/{key}/{self.few_sheet}").status)
        parameter = {"parameter_name": "notice_small_cell", "valid_from_date": "2026-01-01", "basis_note": "试"}
        self.office_checker.ok("registry.SetParameter", {**parameter, "parameter_value": 3})
        self.eventually(visitor, f"/notice/b/{self.few}/{key}", lambda answer: "3 人，实发合计 6,000.00 元" in answer.text)
        self.assertEqual(200, visitor.get(f"/notice/b/{self.few}/{key}/{self.few_sheet}").status)
        self.office_checker.ok("registry.SetParameter", {**parameter, "parameter_value": 5})
        self.eventually(visitor, f"/notice/b/{self.few}/{key}", lambda answer: "不足 5 人" in answer.text)

    def test_caches_know_what_they_may_keep(self):
        """Public pages for a minute by anybody, keyed ones by the reader's own browser, personal ones by nobody; unchanged ones are not sent twice."""
        visitor, key = self.visitor(), self.key(self.code)
        for path_, keeping, robots in ((f"/notice/p/{self.code}", "public, max-age=60", None), ("/notice/", "public, max-age=60", None),
                                       (f"/notice/b/{self.code}/{key}", "private, max-age=60", "noindex, nofollow, noarchive"),
                                       (f"/notice/b/{self.code}/{key}/{self.sheet}", "private, max-age=60", "noindex, nofollow, noarchive"),
                                       (f"/notice/complain/{self.code}", "no-store", "noindex, nofollow, noarchive"),
                                       ("/notice/nothing", "no-store", "noindex, nofollow, noarchive")):
            for _ in range(2):  # made, and from what is remembered
                page = visitor.get(path_)
                kept = re.sub(r"max-age=(5\d|60)$", "max-age=60", page.headers["Cache-Control"])
                self.assertEqual((keeping, robots), (kept, page.headers["X-Robots-Tag"]), path_)
            if keeping != "no-store":
                again = visitor.get(path_, If_None_Match=page.headers["ETag"])
                self.assertEqual((304, "", page.headers["ETag"]), (again.status, again.text, again.headers["ETag"]))
                self.assertEqual(200, visitor.get(path_, If_None_Match='"other"').status)
            self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
            self.assertNotRegex(page.text, r"<script|style=|onclick|javascript:")

    def test_what_is_published_is_there_at_once(self):
        """R173: the registry's journal drops the page, whatever its minute."""
        visitor = self.visitor()
        code, _, _ = self.posted(1)
        self.eventually(visitor, f"/notice/p/{code}", lambda page: page.status == 200)
        path.publish_notice(self.world, code, "CONSTRUCTION", "2026-06-30", notice_code="GG-7", notice_text="七月起夜间不施工")
        self.eventually(visitor, f"/notice/p/{code}", lambda page: "七月起夜间不施工" in page.text)
        path.publish_notice(self.world, code, "CONSTRUCTION", "2026-06-30", notice_code="GG-8", notice_text="夜间照常施工", replaces_notice_code="GG-7")
        page = self.eventually(visitor, f"/notice/p/{code}", lambda page: "夜间照常施工" in page.text)
        self.assertNotIn("七月起夜间不施工", page.text)
        self.assertIn("已由更正公告代替", page.text)
        self.township.ok("registry.ObjectToNotice", {"project_code": code, "notice_code": "GG-8", "objection_reason": "与会议决定不符"})
        self.eventually(visitor, f"/notice/p/{code}", lambda page: "有异议正在处理" in page.text)

    def test_a_crowd_costs_the_services_one_question(self):
        """200 readers at once of a page nobody has asked for yet: all are answered, and the registry is asked once."""
        code, _, _ = self.posted(1)
        self.eventually(self.visitor(), "/notice/", lambda page: code in page.text)
        before, port = self.asked(), self.house.node.port("http")

        def read(_):
            visitor = Visitor(port)
            try:
                return visitor.get(f"/notice/p/{code}").status
            finally:
                visitor.close()

        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            self.assertEqual([200] * 200, list(pool.map(read, range(200))))
        self.assertIn(self.asked() - before, (1, 2))

    def asked(self):
        rows = self.operator.client("registry").call("admin.Stats").body["rows"]
        self.assertTrue(any(row["name"] == "calls" for row in rows))
        return next((row["value"] for row in rows if row["name"] == "calls" and row["label"].endswith("GetNoticeBoard")), 0)

    def test_no_text_of_a_page_is_markup(self):
        """XSS: every text that somebody of an office writes and that reaches a page."""
        code = self.world.project(project_name=f"路{NASTY}", content_note=NASTY, town_village_name=NASTY)
        path.publish_notice(self.world, code, "AWARD", "2026-06-25", notice_title=NASTY, notice_text=NASTY)
        texts = {name: NASTY if isinstance(value, str) else value for name, value in path.RIGHTS_BOARD.items()}
        path.publish_notice(self.world, code, "CONSTRUCTION", "2026-06-26", "RIGHTS_BOARD", notice_title=NASTY, notice_text=NASTY, rights_board=texts)
        self.owner.ok("registry.ObjectToNotice", {"project_code": code, "notice_code": "GG-AWARD-ANNOUNCEMENT", "line_note": NASTY, "objection_reason": NASTY})
        self.house.settle()
        visitor, key = self.visitor(), self.key(code)
        pages = ["/notice/", f"/notice/p/{code}", f"/notice/b/{code}/{key}", f"/notice/complain/{code}", "/notice/?q=%3Cscript%3Ealert(1)%3C/script%3E%22onfocus=x"]
        for path_ in pages:
            page = self.eventually(visitor, path_, lambda page: page.status == 200 and ("?q=" in path_ or "&lt;script&gt;" in page.text)).text
            self.assertNotRegex(page, r"<script|<img|\"onfocus|'><", path_)


class PassingTest(NoticeCase):
    def test_rows_are_shown_for_the_days_of_publicity(self):
        """R171 (PIPL art. 6): behind the last day neither the rows nor the text that tells of workers; the award, the board and the sums stay."""
        code, sheet, _ = self.posted(5)
        path.publish_notice(self.world, code, "CONSTRUCTION", "2026-06-30", notice_code="GG-3", notice_text="6月务工人员和报酬见下")
        visitor, key = self.visitor(), self.key(code)
        self.eventually(visitor, f"/notice/p/{code}", lambda page: "6月务工人员和报酬见下" in page.text)
        self.assertEqual(200, visitor.get(f"/notice/b/{code}/{key}/{sheet}").status)
        end = self.sql(f"SELECT publicity_end_date FROM payroll.wage_sheet WHERE sheet_code = '{sheet}'")[0][0]
        self.house.travel(end + " 23:00")
        self.assertEqual(200, visitor.get(f"/notice/b/{code}/{key}/{sheet}").status)
        self.house.travel("2026-07-20")
        self.assertEqual(404, visitor.get(f"/notice/b/{code}/{key}/{sheet}").status)
        page = visitor.get(f"/notice/b/{code}/{key}").text
        self.assertNotIn(f"/{sheet}", page)
        self.assertNotIn("6月务工人员和报酬见下", page)
        for word in ("公示期已满", "本项目采取以工代赈方式实施", "5 人，实发合计", "12333"):
            self.assertIn(word, page)

    def test_a_long_sheet_is_shown_page_by_page(self):
        """A hundred rows a page, none twice and none missing; whatever else stands behind ?after= is the beginning."""
        code, sheet, numbers = self.posted(103)
        visitor, url = self.visitor(), f"/notice/b/{code}/{self.key(code)}/{sheet}"
        self.eventually(visitor, f"/notice/p/{code}", lambda page: page.status == 200)
        first = visitor.get(url)
        more = re.search(r'href="([^"]+)">下一页', first.text).group(1)
        second = visitor.get(more)
        rows = [re.findall(r"<tr><td>(\d+)</td>", page.text) for page in (first, second)]
        self.assertEqual(([100, 3], [str(i + 1) for i in range(len(numbers))]), ([len(page) for page in rows], rows[0] + rows[1]))
        self.assertNotIn("下一页", second.text)
        for after in ("-1", "x", "99999999999999", "1;DROP", "%00"):
            self.assertEqual(100, visitor.get(f"{url}?after={after}").text.count("<tr><td>"), after)

    def test_all_sheets_are_there_however_many(self):
        """R171: twelve a page, none missing, and the rows of one that is not among the newest can be opened too."""
        code, sheet, _ = self.posted(5)
        self.sql(f"""INSERT INTO payroll.wage_sheet SELECT (jsonb_populate_record(s, jsonb_build_object('sheet_code', 'XZ-' || m, 'month', '2027-' || to_char(m, 'FM00')))).*
                     FROM payroll.wage_sheet s CROSS JOIN generate_series(1, 12) m WHERE s.sheet_code = '{sheet}' AND s.project_code = '{code}'""")
        visitor, url = self.visitor(), f"/notice/b/{code}/{self.key(code)}"
        first = self.eventually(visitor, url, lambda page: page.status == 200)
        months = [re.findall(r"<li><b>(\d{4}-\d\d)", first.text)]
        self.assertNotIn(f"/{sheet}", first.text)
        second = visitor.get(re.search(r'href="([^"]+)">更早的工资表', first.text).group(1))
        months.append(re.findall(r"<li><b>(\d{4}-\d\d)", second.text))
        self.assertEqual(months, [[f"2027-{month:02}" for month in range(12, 0, -1)], ["2026-06"]])
        self.assertNotIn("更早的工资表", second.text)
        self.assertIn("较新的工资表", second.text)
        self.assertEqual(5, visitor.get(f"{url}/{sheet}").text.count("<tr><td>"))
        for page in ("-1", "x", "81", "1;DROP"):
            self.assertIn("2027-12", visitor.get(f"{url}?sheets={page}").text, page)

    def test_robots_are_told(self):
        page = self.visitor().get("/robots.txt")
        self.assertEqual(("text/plain; charset=utf-8", 200), (page.headers["Content-Type"], page.status))
        self.assertIn("Disallow: /\n", page.text)
        head = self.visitor().send("HEAD", "/notice/")
        self.assertEqual((200, ""), (head.status, head.text))

    def test_the_permanent_sign_shows_its_five_fields(self):
        """R172"""
        code = self.world.project()
        path.publish_notice(self.world, code, "AWARD", "2026-06-25")
        path.publish_notice(self.world, code, "CONSTRUCTION", "2026-06-25", "RIGHTS_BOARD")
        self.bureau.ok("registry.CompleteProject", {"project_code": code, "complete_date": self.house.today()})
        path.publish_notice(self.world, code, "COMPLETED", self.house.today(), "PERMANENT_SIGN", notice_title="永久性公示牌", built_from_date="2026-06-20")
        text = words(self.eventually(self.visitor(), f"/notice/p/{code}", lambda page: "永久性公示牌" in page.text).text)
        for word in ("建设时间 2026-06-20 — ", "建设内容 硬化村内道路", "群众受益情况 带动当地群众务工增收", "运行管护责任主体 某村村民委员会"):
            self.assertIn(word, text)
        printed = self.visitor().get(f"/notice/print/{code}", Cookie=self.office_cookie())
        self.assertEqual((200, "no-store"), (printed.status, printed.headers["Cache-Control"]))
        self.assertIn(self.key(code), qr.read(printed.text[printed.text.index("<svg"):printed.text.index("</svg>")]))
        for word in ("12333", "某村村民委员会", "维权信息告示牌"):
            self.assertIn(word, printed.text)
        self.assertEqual(401, self.visitor().get(f"/notice/print/{code}").status)


class OffTest(NoticeCase):
    services = ("registry", "gateway")
    settings = None

    def test_a_node_without_a_board_shows_nothing(self):
        code = self.world.project()
        path.publish_notice(self.world, code, "AWARD", "2026-06-25")
        for path_ in ("/notice", "/notice/", f"/notice/p/{code}", f"/notice/complain/{code}", "/notice/query", "/notice/slip", f"/notice/print/{code}"):
            self.assertEqual(404, self.visitor().get(path_).status, path_)
        self.assertEqual(404, self.visitor().send("POST", "/notice/slip", {"code": "0" * 20}).status)


class AwayTest(NoticeCase):
    services = ("registry", "gateway")

    def test_without_payroll_the_rest_is_shown(self):
        """The pay is said to be out of reach, not to be none; such a page is kept for seconds, and a crowd does not wait behind the silence."""
        code = self.world.project()
        path.publish_notice(self.world, code, "AWARD", "2026-06-25")
        page = self.eventually(self.visitor(), f"/notice/p/{code}", lambda page: page.status == 200)
        self.assertIn("工资数据暂时取不到", page.text)
        self.assertLessEqual(int(re.fullmatch(r"public, max-age=(\d)", page.headers["Cache-Control"]).group(1)), 6)
        began = time.monotonic()
        for lang in ("", "?lang=en") * 10:
            self.assertEqual(200, self.visitor().get(f"/notice/p/{code}{lang}").status)
        self.assertLess(time.monotonic() - began, 20)  # each on its own would wait two seconds: forty
        for form in ("query", "slip"):
            answer = self.visitor().send("POST", f"/notice/{form}", {"code": "0" * 20})
            self.assertEqual((503, True), (answer.status, int(answer.headers["Retry-After"]) > 0))
