"""The circular of a quarter: who filed when, how the works stand, what meetings agreed on and is overdue; issued once, read the same for ever."""
import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

QUARTER = "2026Q2"
BUREAU, OTHER, OFFICE, HR = "140214-jtj", "140214-swj", "140214-fgj", "140214-rsj"
NUMBER = "云以工代赈办〔2026〕7号"


class CircularTest(ServiceCase):
    """Due on 10 July with 2 days of grace. The transport bureau and the HR bureau are in time, the water bureau is 3 days late, the office itself missing."""
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        house, world = cls.house, cls.world
        cls.code = world.project(track="ZHONGTUI", field="TRANSPORT")
        path.list_project(world, cls.code, 2026, "ZHONGTUI", "DISTRICT", 60)
        house.travel("2026-07-01")
        office = world.office
        office.ok("registry.SetMechanism", {
            "division_code": "140214", "mechanism_name": "云冈区以工代赈协调机制", "lead_unit_ids": [OFFICE], "leader_name": "分管副区长",
            "functions": ["JUDGE_SITUATION"], "established_date": "2024-02-01"})
        office.ok("registry.SetPerson", {"unit_id": OFFICE, "person_role": "CONVENOR", "person_name": "张三", "valid_from_date": "2024-02-01"})
        office.ok("registry.CallMeeting", {"meeting_code": "HY-1", "division_code": "140214", "meeting_kind": "REGULAR", "called_as": "OFFICE",
                                           "meeting_title": "季度例会", "planned_date": "2026-07-01", "attendees": [{"attendee_kind": "MEMBER", "unit_id": BUREAU}]})
        office.ok("registry.HoldMeeting", {"meeting_code": "HY-1", "held_date": "2026-07-01", "attended_numbers": [1], "minutes_note": "会议纪要"})
        for code, owner, due in (("YD-1", OTHER, "2026-07-05"), ("YD-2", BUREAU, "2026-07-06"), ("YD-3", BUREAU, "2026-08-30")):
            office.ok("registry.AddAgreedItem", {"meeting_code": "HY-1", "item_code": code, "item_note": f"事项{code}", "owner_unit_id": owner, "due_date": due})
        world.bureau.ok("registry.ReportAgreedItem", {"item_code": "YD-2", "item_state": "REPORTED_DONE", "step_note": "已报"})
        world.office_checker.ok("registry.DecideAgreedItem", {"item_code": "YD-2", "decision": "DONE"})
        for code, date in (("ZD-1", "2026-06-20"), ("ZD-2", "2026-06-29"), ("ZD-3", "2026-07-01")):
            world.bureau.ok("registry.AddMajorMatter", {"matter_code": code, "division_code": "140214", "matter_date": date, "matter_title": f"重大事项{code}",
                                                        "matter_note": "塌方"})
        office.ok("registry.ReportMajorMatter", {"matter_code": "ZD-1", "reported_to_name": "区人民政府"})
        world.attended(cls.code, world.placed(cls.code, 2), "2026-06", range(20, 25))
        path.seal_month(world, cls.code, "2026-06")
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10", "grace_days": 2})
        house.travel("2026-07-03")
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": cls.code, "comment_note": "7月支付"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        house.travel("2026-07-11")
        cls.nil(HR)
        world.office_checker.ok("gateway.AcceptReport", {"report_code": report})

    @classmethod
    def tearDownClass(cls):
        "What was issued is the same after every call is replayed into an empty schema"
        invariants.check(cls.house.node)

    @classmethod
    def nil(cls, unit, accept=True):
        """A zero report of the unit, filed."""
        maker, checker = (cls.house.actor(f"{unit}-{duty}", unit, duty, ("BUREAU",)) for duty in ("MAKER", "CHECKER"))
        code = maker.ok("gateway.ZeroReport", {"unit_id": unit, "quarter": QUARTER, "zero_reason": "本季度无项目"})["report_code"]
        checker.ok("gateway.CheckReport", {"report_code": code})
        checker.ok("gateway.SubmitReport", {"report_code": code})
        if accept:
            cls.world.office_checker.ok("gateway.AcceptReport", {"report_code": code})

    def get(self, actor, **more):
        return actor.ok("gateway.GetCircular", {"quarter": QUARTER, **more})

    def test_1_nobody_is_called_late_before_the_day(self):
        "R192: needs a consolidation, and the last day that counts as on time behind it; the office drafts"
        self.office.refused("gateway.DraftCircular", {"quarter": QUARTER}, "NOT_FOUND", "NOT_CONSOLIDATED", "quarter")
        self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        self.house.travel("2026-07-12 20:00")
        self.office.refused("gateway.DraftCircular", {"quarter": QUARTER}, "FAILED_PRECONDITION", "CIRCULAR_TOO_EARLY", "quarter")
        self.office_checker.ok("gateway.GrantExtension", {"unit_id": OFFICE, "quarter": QUARTER, "until_date": "2026-07-14", "extension_reason": "机房搬迁"})
        self.house.travel("2026-07-14")  # the one unit that has not filed has more time than the others
        self.office.refused("gateway.DraftCircular", {"quarter": QUARTER}, "FAILED_PRECONDITION", "CIRCULAR_TOO_EARLY", "quarter")
        self.bureau.refused("gateway.DraftCircular", {"quarter": QUARTER}, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.DraftCircular", {"quarter": QUARTER}, "PERMISSION_DENIED")

    def test_2_an_overtaken_consolidation_is_refused(self):
        "R192: who has filed since the consolidation must not be circulated as missing"
        self.house.travel("2026-07-15")
        self.nil(OTHER)
        reply = self.office.refused("gateway.DraftCircular", {"quarter": QUARTER}, "FAILED_PRECONDITION", "CONSOLIDATION_OVERTAKEN", "consolidation_number")
        self.assertIn(OTHER, str(reply))
        self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        self.office.refused("gateway.DraftCircular", {"quarter": QUARTER, "consolidation_number": 1}, "FAILED_PRECONDITION", "CONSOLIDATION_OVERTAKEN")
        key = self.office.ok("gateway.DraftCircular", {"quarter": QUARTER, "circular_note": "请各单位及时报送。"})
        self.assertEqual((key["circular_number"], key["circular_state"], key["consolidation_number"]), (1, "DRAFT", 2))

    def test_3_the_ranking_of_timeliness(self):
        "R192 R188: ranked by the day of the first filing: in time, late by days, missing"
        circular = self.get(self.office)
        self.assertEqual([(row["rank_number"], row["unit_id"], row["timeliness"], row["first_filed_date"], row["late_days"]) for row in circular["units"]],
                         [(1, BUREAU, "ON_TIME", "2026-07-03", 0), (2, HR, "ON_TIME", "2026-07-11", 0), (3, OTHER, "LATE", "2026-07-15", 3),
                          (4, OFFICE, "MISSING", "", 0)])
        self.assertEqual((circular["expected_count"], circular["on_time_count"], circular["late_count"], circular["missing_count"], circular["accepted_count"]),
                         (4, 2, 1, 1, 3))

    def test_4_overdue_items_major_matters_and_exceptions(self):
        "R011 R012: overdue = due before today and not done; matters of the quarter and whether the government was told in time; exceptions by rule"
        circular = self.get(self.office)
        self.assertEqual([(row["item_code"], row["unit_name"], row["late_days"], row["item_state"]) for row in circular["items"]],
                         [("YD-1", "区水务局", 10, "OPEN")])
        self.assertEqual([(row["matter_code"], row["reported_date"], row["report_late"]) for row in circular["matters"]],
                         [("ZD-1", "2026-07-01", True), ("ZD-2", "", True)])
        report = self.office.ok("gateway.GetReport", {"report_code": f"{BUREAU}-{QUARTER}-1"})
        weighty = {row["exception_rule"] for row in report["exceptions"] if row["severity"] != "INFO"}
        self.assertIn("ZERO_PAY_UNDER_CONSTRUCTION", weighty)
        self.assertEqual({row["exception_rule"]: (row["exception_count"], row["unit_names"]) for row in circular["exceptions"]},
                         {rule: (1, ["区交通局"]) for rule in weighty})
        self.assertEqual((circular["project_count"], circular["absorbed_count"], circular["day_hundredths"], circular["paid_fen"]), (1, 2, 1000, 0))

    def test_5_a_draft_is_the_offices(self):
        "R192: before it is issued the office alone reads it; the text is shown without number and date"
        self.bureau.refused("gateway.GetCircular", {"quarter": QUARTER}, "NOT_FOUND", "CIRCULAR_UNKNOWN")
        text = self.get(self.office)["circular_text"]
        self.assertTrue(text.startswith("关于2026年第二季度以工代赈工作进展情况的通报\n\n各成员单位："), text)
        self.assertTrue(text.endswith("区发展和改革局\n"), text)
        again = self.office.ok("gateway.DraftCircular", {"quarter": QUARTER, "circular_note": "请各单位按时报送。"})
        self.assertEqual(again["circular_number"], 2)
        states = [row["circular_state"] for row in self.office.rows("gateway.ListCirculars", {"quarter": QUARTER}, page_size=1)]
        self.assertEqual(states, ["REPLACED", "DRAFT"])

    def test_6_who_issues(self):
        "R192: another person than the drafter, once, with a date between draft and today and a number of its own"
        request = {"quarter": QUARTER, "circular_number": 2, "document_no": NUMBER, "issued_date": "2026-07-15"}
        self.office.refused("gateway.IssueCircular", request, "PERMISSION_DENIED")
        self.bureau_checker.refused("gateway.IssueCircular", request, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.IssueCircular", {**request, "circular_number": 9}, "NOT_FOUND", "CIRCULAR_UNKNOWN", "circular_number")
        self.office_checker.refused("gateway.IssueCircular", {**request, "circular_number": 1}, "FAILED_PRECONDITION", "CIRCULAR_STATE", "circular_number")
        for date in ("2026-07-14", "2026-07-16"):
            self.office_checker.refused("gateway.IssueCircular", {**request, "issued_date": date}, "INVALID_ARGUMENT", "CIRCULAR_DATE", "issued_date")
        self.office_checker.refused("gateway.IssueCircular", {**request, "gathered_text": "别的话"}, "INVALID_ARGUMENT")
        self.house.promoted(self.office).refused("gateway.IssueCircular", request, "FAILED_PRECONDITION", "CIRCULAR_MAKER_IS_CHECKER", "circular_number")
        self.assertEqual(self.office_checker.ok("gateway.IssueCircular", request)["circular_state"], "ISSUED")
        self.office_checker.refused("gateway.IssueCircular", request, "FAILED_PRECONDITION", "CIRCULAR_STATE", "circular_number")
        three = self.office.ok("gateway.DraftCircular", {"quarter": QUARTER})
        self.office_checker.refused("gateway.IssueCircular", {**request, "circular_number": three["circular_number"]}, "ALREADY_EXISTS", "DOCUMENT_NO_TAKEN")

    def test_7_the_text_is_frozen(self):
        "R192: what was issued reads the same byte for byte whatever happens afterwards, and members read it, strangers not"
        before = self.get(self.bureau)
        self.assertEqual((before["circular_number"], before["document_no"], before["issued_date"]), (2, NUMBER, "2026-07-15"))
        for words in (NUMBER, "报送截止日为2026年7月10日（含宽限至2026年7月12日）", "第1名　区交通局：2026年7月3日报送，按时。", "第3名　区水务局：2026年7月15日报送零报告，逾期3天。", "第4名　区发展和改革局：未报送。",
                      "本季度吸纳务工2人", "投入10.00个工日", "在建而本季未发报酬：1项，涉及区交通局。", "区水务局：事项YD-1（应于2026年7月5日前办结，已逾期10天）。",
                      "重大事项ZD-1（区交通局，2026年6月20日）：2026年7月1日报告政府，逾期。", "重大事项ZD-2（区交通局，2026年6月29日）：尚未报告政府",
                      "请各单位按时报送。", "区发展和改革局\n2026年7月15日\n"):
            self.assertIn(words, before["circular_text"])
        self.assertEqual(before["text_digest"], hashlib.new("sm3", before["circular_text"].encode()).digest())
        self.office.ok("registry.ReportMajorMatter", {"matter_code": "ZD-2", "reported_to_name": "区人民政府"})
        self.office.ok("registry.ChangeAgreedItem", {"item_code": "YD-1", "owner_unit_id": BUREAU, "due_date": "2026-09-01", "change_reason": "调整分工"})
        self.house.settle()
        self.nil(OFFICE, accept=False)
        self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        self.assertEqual(self.get(self.bureau), before)
        self.contractor.refused("gateway.GetCircular", {"quarter": QUARTER}, "NOT_FOUND", "CIRCULAR_UNKNOWN")
        self.assertEqual(self.contractor.rows("gateway.ListCirculars"), [])
        self.assertEqual([row["circular_number"] for row in self.bureau.rows("gateway.ListCirculars")], [2])
        newer = self.office.ok("gateway.DraftCircular", {"quarter": QUARTER})
        later = self.get(self.office, circular_number=newer["circular_number"])
        self.assertEqual((later["items"], [row["report_late"] for row in later["matters"]]), ([], [True, True]))
        self.assertEqual([row["timeliness"] for row in later["units"]], ["ON_TIME", "ON_TIME", "LATE", "LATE"])
