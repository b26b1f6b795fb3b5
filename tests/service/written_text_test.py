"""Sentences that people write bear nobody's number: refused at the door of every service, and kept nowhere (R171; PIPL art. 25, 28)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people  # noqa: E402
from lib.notice import NoticeCase  # noqa: E402

SERVICES = ("registry", "workforce", "payroll", "evaluation", "gateway")


class WrittenTextTest(NoticeCase):
    def requests(self, text):
        """One request of each service that bears a sentence: who sends it, what it is, where the sentence stands."""
        code, numbers = self.code, self.numbers
        return ((self.township, "registry.ObjectToNotice", {"project_code": code, "notice_code": "GG-AWARD-ANNOUNCEMENT", "objection_reason": text}, "objection_reason"),
                (self.contractor, "workforce.RequestReopening", {"project_code": code, "month": "2026-06", "reopen_reason": text}, "reopen_reason"),
                (self.township, "payroll.ObjectToLine", {"project_code": code, "sheet_code": self.sheet, "worker_number": numbers[0], "objection_reason": text}, "objection_reason"),
                (self.township, "evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": text}, "complaint_note"),
                (self.office_checker, "gateway.SetReportingPolicy", {"valid_from_date": "2026-08-01", "grace_days": 3, "remind_every_days": 1, "basis_note": text}, "basis_note"))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.sheet, cls.numbers = cls.posted(2)

    def kept(self, text):
        """Rows of any journal whose request bears the text."""
        return sum(int(self.sql(f"SELECT count(*) FROM {service}.journal WHERE position(convert_to('{text}', 'UTF8') IN request) > 0")[0][0]) for service in SERVICES)

    def test_each_service_refuses_a_number_in_full(self):
        """By the bus and through the gateway alike, with the path; the refusal says nothing of the number, and no journal keeps it."""
        for number in (people.id_number(8), people.card(8)):
            for actor, method, request, field in self.requests(f"张某（{number}）反映少记工日"):
                reply = actor.refused(method, request, "INVALID_ARGUMENT", "PERSONAL_NUMBER_SHOWN", path=field)
                self.assertNotIn(number, str(reply))
                through = actor.client("gateway").call(method, request)
                self.assertEqual(("INVALID_ARGUMENT", "PERSONAL_NUMBER_SHOWN"), (through.status.name, through.reason))
            self.assertEqual(0, self.kept(number))
            log = "".join(file.read_text() for file in (self.house.node.directory / "log").iterdir())
            self.assertNotIn(number, log)

    def test_each_service_takes_the_last_four(self):
        number = people.id_number(8)
        for actor, method, request, _ in self.requests(f"张*三（{'*' * 14}{number[-4:]}）反映少记工日，电话 0352-0000000，2026-06-20"):
            actor.ok(method, request)

    def test_the_notice_boards_form_refuses_it_too(self):
        """The sentence comes back to who wrote it, with what is wrong; it goes no further."""
        visitor, number = self.visitor(), people.id_number(9)
        self.eventually(visitor, f"/notice/p/{self.code}", lambda page: page.status == 200)
        page = visitor.complain(self.code, f"张某{number}没有领到5月工资")
        self.assertEqual(400, page.status)
        self.assertIn("请只写末四位", page.text)
        self.assertIn(number, page.text[page.text.index("<textarea"):])
        self.assertEqual(0, self.kept(number))


class PublishedTextTest(NoticeCase):
    services = ("registry",)

    def test_a_title_is_a_sentence_too(self):
        code = self.world.project()
        with self.assertRaises(AssertionError) as caught:
            path.publish_notice(self.world, code, "AWARD", "2026-06-25", notice_title=f"公示{people.id_number(7)}")
        self.assertEqual("notice_title", caught.exception.reply.problems[0]["path"])
