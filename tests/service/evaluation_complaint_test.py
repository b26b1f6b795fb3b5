"""Complaints: sealed complainants, a day to be answered by, escalation, one appeal, objections that become complaints."""
import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


def digest(code):
    return hashlib.new("sm3", code.encode()).digest()


class ComplaintCase(ServiceCase):
    services = ("registry", "payroll", "workforce", "evaluation")

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)

    def raise_one(self, code, **more):
        return self.hr.ok("evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": "少发两天工钱", **more})

    def answer(self, code, complaint):
        return {"project_code": code, "complaint_code": complaint["complaint_code"], "answer_note": "已补发"}


class SealedTest(ComplaintCase):
    def test_who_complained_is_sealed_and_opened_only_to_the_office(self):
        "R174, PIPL art. 51: name and telephone are ciphertext at rest and in the journal, and opening them is journalled with a reason"
        code = self.world.project()
        made = self.raise_one(code, complainant_name="赵六七", complainant_phone="13800001111", about_unit_id="contractor-1")
        self.assertFalse(made["is_anonymous"])
        for place in ("complaint", "journal"):
            self.assertNotIn("13800001111", str(self.sql(f"SELECT * FROM evaluation.{place}")))
        self.assertNotIn("complainant_name", self.contractor.rows("evaluation.ListComplaints", {"project_code": code})[0])
        asked = {"project_code": code, "complaint_code": made["complaint_code"], "reveal_reason": "回访核实"}
        self.assertEqual(("赵六七", "13800001111"), tuple(self.office.ok("evaluation.RevealComplainant", asked)[name]
                                                       for name in ("complainant_name", "complainant_phone")))
        for actor in (self.contractor, self.bureau, self.township):
            actor.refused("evaluation.RevealComplainant", asked, "PERMISSION_DENIED")
        anonymous = self.raise_one(code)
        self.assertTrue(anonymous["is_anonymous"])
        self.office.refused("evaluation.RevealComplainant", {**asked, "complaint_code": anonymous["complaint_code"]}, reason="COMPLAINANT_UNKNOWN")
        self.hr.refused("evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": "x", "complainant_phone": "13800001111"},
                        reason="PHONE_WITHOUT_NAME")

    def test_the_complainant_follows_it_by_a_code(self):
        "R174: the code's digest finds the complaint's progress, nothing else does"
        code = self.world.project()
        made = self.raise_one(code, query_digest=digest("a-code-nobody-guesses"))
        self.bureau_checker.ok("evaluation.AnswerComplaint", self.answer(code, made))
        progress = self.operator.ok("evaluation.GetComplaintByCode", {"query_digest": digest("a-code-nobody-guesses")})
        self.assertEqual(("ANSWERED", "已补发"), (progress["complaint_state"], progress["answer_note"]))
        self.operator.refused("evaluation.GetComplaintByCode", {"query_digest": digest("another")}, reason="COMPLAINT_NOT_FOUND")
        self.bureau.refused("evaluation.GetComplaintByCode", {"query_digest": digest("a-code-nobody-guesses")}, "PERMISSION_DENIED")
        self.hr.refused("evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": "x",
                                                    "query_digest": digest("a-code-nobody-guesses")}, reason="QUERY_DIGEST_TAKEN")
        self.hr.refused("evaluation.AddComplaint", {"project_code": code, "complaint_source": "PUBLIC", "complaint_note": "x", "query_digest": b"short"},
                        reason="QUERY_DIGEST_LENGTH")


class DeadlineTest(ComplaintCase):
    def test_it_climbs_when_nobody_answers_and_may_be_appealed_once(self):
        "R174: due day by dated policy, levels of escalation, answer by another than the unit complained of, appeal decided by the office"
        code = self.world.project()
        made = self.raise_one(code, about_unit_id="140214-jtj")
        self.assertEqual(("2026-07-16", 0, False), (made["due_date"], made["escalation_level"], made["is_overdue"]))
        levels = {}
        for day in ("2026-07-16", "2026-07-17", "2026-07-24", "2026-08-30"):
            self.house.travel(day)
            levels[day] = self.bureau.rows("evaluation.ListComplaints", {"project_code": code})[0]["escalation_level"]
        self.assertEqual([0, 1, 2, 3], list(levels.values()))
        self.assertEqual(1, len(self.office.rows("evaluation.ListComplaints", {"overdue_only": True})))
        self.bureau_checker.refused("evaluation.AnswerComplaint", self.answer(code, made), reason="ANSWER_NOT_OWN")
        self.office_checker.ok("evaluation.AnswerComplaint", self.answer(code, made))
        appeal = {"project_code": code, "complaint_code": made["complaint_code"], "appeal_reason": "仍少一天"}
        self.assertEqual("APPEALED", self.hr.ok("evaluation.AppealComplaint", appeal)["complaint_state"])
        self.hr.refused("evaluation.AppealComplaint", appeal, reason="COMPLAINT_STATE")
        final = {"project_code": code, "complaint_code": made["complaint_code"], "final_note": "复核属实，已补足"}
        self.office_checker.refused("evaluation.CloseComplaint", final, reason="APPEAL_SAME_PERSON")
        second = self.actor("office-second", "140214-fgj", "CHECKER", ("OFFICE",))
        self.assertEqual("CLOSED", second.ok("evaluation.CloseComplaint", final)["complaint_state"])
        self.bureau_checker.refused("evaluation.AnswerComplaint", self.answer(code, made), reason="COMPLAINT_ANSWERED")

    def test_the_days_are_policy_and_an_appeal_comes_in_time(self):
        "R174: appeal_days and answer_days are dated data"
        self.house.travel("2026-09-01")
        code = self.world.project()
        self.office_checker.ok("evaluation.SetComplaintPolicy", {"valid_from_date": "2026-09-01", "answer_days": 5, "appeal_days": 10, "escalate_days": 3,
                                                                 "source_note": "区办〔2026〕9号"})
        made = self.raise_one(code)
        self.assertEqual("2026-09-06", made["due_date"])
        self.bureau_checker.ok("evaluation.AnswerComplaint", self.answer(code, made))
        self.house.travel("2026-09-12")
        self.hr.refused("evaluation.AppealComplaint", {"project_code": code, "complaint_code": made["complaint_code"], "appeal_reason": "晚了"}, reason="APPEAL_LATE")
        self.office_checker.refused("evaluation.SetComplaintPolicy", {"valid_from_date": "2026-10-01", "answer_days": 1000, "appeal_days": 10, "escalate_days": 3,
                                                                      "source_note": "x"}, reason="COMPLAINT_DAYS")
        self.bureau_checker.refused("evaluation.SetComplaintPolicy", {"valid_from_date": "2026-10-01", "answer_days": 5, "appeal_days": 10, "escalate_days": 3,
                                                                      "source_note": "x"}, "PERMISSION_DENIED")


class ObjectionTest(ComplaintCase):
    def test_an_objection_to_a_line_of_pay_becomes_a_complaint_once(self):
        "R174: followed from payroll; the complaint names the objection it came from"
        code, sheet, numbers = self.world.published_sheet()
        self.township.ok("payroll.ObjectToLine", {"project_code": code, "sheet_code": sheet, "worker_number": numbers[0], "objection_reason": "少两天"})
        self.house.settle()
        rows = self.bureau.rows("evaluation.ListComplaints", {"project_code": code})
        self.assertEqual([("OBJECTION", f"sheet|{sheet}|1")], [(row["complaint_source"], row["objection_of"]) for row in rows])
