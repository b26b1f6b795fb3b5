"""registry: meetings of the mechanism, proposals, attendees, agreed items with their history, major matters."""
import hashlib

from lib import invariants, messages
from lib.house import ServiceCase

DISTRICT = "140214"


class MeetingCase(ServiceCase):
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        office = cls.world.office
        office.ok("registry.SetMechanism", {
            "division_code": DISTRICT, "mechanism_name": "云冈区以工代赈协调机制", "lead_unit_ids": ["140214-fgj"], "leader_name": "分管副区长",
            "functions": ["JUDGE_SITUATION"], "established_date": "2024-02-01"})
        office.ok("registry.SetPerson", {"unit_id": "140214-fgj", "person_role": "CONVENOR", "person_name": "张三", "valid_from_date": "2024-02-01"})
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    def code(self, prefix):
        type(self).count += 1
        return f"{prefix}-{self.count}"

    def meeting(self, **more):
        return {"meeting_code": self.code("HY"), "division_code": DISTRICT, "meeting_kind": "REGULAR", "called_as": "OFFICE", "meeting_title": "季度例会",
                "planned_date": "2026-07-01", "attendees": [{"attendee_kind": "MEMBER", "unit_id": "140214-jtj"}], **more}

    def held(self, **more):
        """The code of a meeting that was held."""
        meeting = self.meeting(**more)
        self.office.ok("registry.CallMeeting", meeting)
        self.office.ok("registry.HoldMeeting", {"meeting_code": meeting["meeting_code"], "held_date": "2026-07-01", "attended_numbers": [1],
                                                "minutes_note": "会议纪要"})
        return meeting["meeting_code"]

    def item(self, owner="140214-jtj", due="2026-07-10"):
        """The code of an agreed item of a bureau."""
        code = self.code("YD")
        self.office.ok("registry.AddAgreedItem", {"meeting_code": self.held(), "item_code": code, "item_note": "报送年度清单", "owner_unit_id": owner,
                                                  "due_date": due})
        return code

    def items(self, actor=None, **filters):
        return {row["item_code"]: row for row in (actor or self.office).rows("registry.ListAgreedItems", filters, page_size=2)}

    def events(self, event_type):
        """All events of a type, as others read them from the journal."""
        rows = self.operator.client("registry").call("journal.Read", {"after_seq": max(0, self.house.node.health("registry")["last_seq"] - 40)}).body["rows"]
        return [messages.message_type(event_type).FromString(row["event"]) for row in rows if row["event_type"] == event_type]


class CallingTest(MeetingCase):
    def test_regular_and_ad_hoc_called_by_convenor_or_office(self):
        "R008: from the convenor's unit or the office, nobody else."
        for kind, caller in (("REGULAR", "CONVENOR"), ("AD_HOC", "OFFICE")):
            meeting = self.meeting(meeting_kind=kind, called_as=caller)
            self.assertEqual(self.office.ok("registry.CallMeeting", meeting)["meeting_state"], "CALLED")
            self.office.refused("registry.CallMeeting", meeting, "ALREADY_EXISTS", "MEETING_EXISTS", path="meeting_code")
        self.bureau.refused("registry.CallMeeting", self.meeting(), "FAILED_PRECONDITION", "NOT_KEEPER", path="division_code")
        self.bureau.refused("registry.CallMeeting", self.meeting(called_as="CONVENOR"), "FAILED_PRECONDITION", "NOT_THE_CONVENOR", path="called_as")
        self.contractor.refused("registry.CallMeeting", self.meeting(), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office.refused("registry.CallMeeting", self.meeting(meeting_kind="UNSPECIFIED"), "INVALID_ARGUMENT", "REQUIRED", path="meeting_kind")
        self.office.refused("registry.CallMeeting", self.meeting(planned_date="2026-06-30"), "FAILED_PRECONDITION", "DATE_IN_PAST")
        self.office.refused("registry.CallMeeting", self.meeting(division_code="140215"), "NOT_FOUND", "NO_SUCH_MECHANISM", path="division_code")

    def test_a_township_calls_its_own(self):
        "R008 R013: the township leads its mechanism and keeps its meetings, and no other's."
        self.township.ok("registry.SetMechanism", {
            "division_code": "140214002", "mechanism_name": "新平旺街道协调机制", "lead_unit_ids": ["township-1"], "leader_name": "主任",
            "functions": ["OTHER_ASSIGNED"], "established_date": "2024-03-01"})
        town = {"division_code": "140214002", "attendees": [{"attendee_kind": "MEMBER", "unit_id": "township-1"},
                                                            {"attendee_kind": "INVITED_UNIT", "unit_id": "140214-jtj"}]}
        self.township.ok("registry.CallMeeting", self.meeting(**town))
        self.township.refused("registry.CallMeeting", self.meeting(), "FAILED_PRECONDITION", "NOT_KEEPER")
        self.bureau.refused("registry.CallMeeting", self.meeting(**town), "FAILED_PRECONDITION", "NOT_KEEPER")

    def test_some_members_other_units_and_experts(self):
        "R010: no quorum; each attendee of its kind, every wrong one named at its place."
        meeting = self.meeting(attendees=[
            {"attendee_kind": "MEMBER", "unit_id": "140214-jtj"}, {"attendee_kind": "INVITED_UNIT", "unit_id": "owner-1", "person_name": "王某"},
            {"attendee_kind": "INVITED_UNIT", "unit_name": "市交通设计院"}, {"attendee_kind": "EXPERT", "person_name": "李教授"}])
        self.assertEqual(self.office.ok("registry.CallMeeting", meeting)["attendee_count"], 4)
        held = self.office.ok("registry.HoldMeeting", {"meeting_code": meeting["meeting_code"], "held_date": "2026-07-01", "attended_numbers": [4],
                                                       "minutes_note": "只到一人", "minutes_digest": hashlib.sha256(b"minutes").digest()})
        self.assertEqual((held["meeting_state"], held["attendee_count"]), ("HELD", 1))
        seen = self.owner.ok("registry.GetMeeting", {"meeting_code": meeting["meeting_code"]})
        self.assertEqual([(one["attendee_kind"], one["unit_name"], one["attended"]) for one in seen["attendees"]],
                         [("MEMBER", "区交通局", False), ("INVITED_UNIT", "示例项目建设中心", False), ("INVITED_UNIT", "市交通设计院", False),
                          ("EXPERT", "", True)])
        reply = self.office.refused("registry.CallMeeting", self.meeting(attendees=[
            {"attendee_kind": "MEMBER", "unit_id": "owner-1"}, {"attendee_kind": "INVITED_UNIT", "unit_id": "140214-swj"},
            {"attendee_kind": "INVITED_UNIT"}, {"attendee_kind": "EXPERT"}, {"attendee_kind": "INVITED_UNIT", "unit_id": "nobody"},
            {"attendee_kind": "MEMBER"}, {"attendee_kind": "EXPERT", "person_name": "赵某"}, {"attendee_kind": "EXPERT", "person_name": "赵某"}]),
            "FAILED_PRECONDITION", "ATTENDEE_NOT_MEMBER", path="attendees[0].unit_id")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems},
                         {("ATTENDEE_NOT_MEMBER", "attendees[0].unit_id"), ("ATTENDEE_IS_MEMBER", "attendees[1].unit_id"),
                          ("ATTENDEE_UNNAMED", "attendees[2].unit_name"), ("ATTENDEE_UNNAMED", "attendees[3].person_name"),
                          ("ATTENDEE_UNKNOWN", "attendees[4].unit_id"), ("ATTENDEE_NOT_MEMBER", "attendees[5].unit_id"),
                          ("ATTENDEE_TWICE", "attendees[6]"), ("ATTENDEE_TWICE", "attendees[7]")})

    def test_held_once_and_only_with_known_attendees(self):
        "R008 R010"
        meeting = self.meeting()
        self.office.ok("registry.CallMeeting", meeting)
        hold = {"meeting_code": meeting["meeting_code"], "held_date": "2026-07-01", "attended_numbers": [1], "minutes_note": "纪要"}
        self.office.refused("registry.HoldMeeting", {**hold, "attended_numbers": [1, 7]}, "FAILED_PRECONDITION", "ATTENDEE_UNKNOWN",
                            path="attended_numbers[1]")
        self.office.refused("registry.HoldMeeting", {**hold, "held_date": "2026-07-02"}, "FAILED_PRECONDITION", "DATE_IN_FUTURE", path="held_date")
        self.office.refused("registry.HoldMeeting", {**hold, "minutes_digest": b"short"}, "FAILED_PRECONDITION", "DIGEST_INVALID")
        self.bureau.refused("registry.HoldMeeting", hold, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.office.refused("registry.HoldMeeting", {**hold, "meeting_code": "HY-0"}, "NOT_FOUND", "NO_SUCH_MEETING")
        self.office.ok("registry.HoldMeeting", hold)
        self.office.refused("registry.HoldMeeting", hold, "FAILED_PRECONDITION", "MEETING_STATE")
        self.office.refused("registry.CallOffMeeting", {"meeting_code": meeting["meeting_code"], "call_off_reason": "x"}, "FAILED_PRECONDITION",
                            "MEETING_STATE")
        off = self.meeting()
        self.office.ok("registry.CallMeeting", off)
        self.bureau.refused("registry.CallOffMeeting", {"meeting_code": off["meeting_code"], "call_off_reason": "x"}, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.office.ok("registry.CallOffMeeting", {"meeting_code": off["meeting_code"], "call_off_reason": "防汛"})
        self.office.refused("registry.AddAgreedItem", {"meeting_code": off["meeting_code"], "item_code": "YD-0", "item_note": "x",
                                                       "owner_unit_id": "140214-jtj", "due_date": "2026-08-01"}, "FAILED_PRECONDITION", "MEETING_STATE")

    def test_only_who_had_part_in_it_reads_it(self):
        "R010: a unit that was not called finds no meeting."
        code = self.held()
        self.assertEqual(self.bureau.ok("registry.GetMeeting", {"meeting_code": code})["minutes_note"], "会议纪要")
        for actor in (self.other_bureau, self.stranger):
            actor.refused("registry.GetMeeting", {"meeting_code": code}, "NOT_FOUND", "NO_SUCH_MEETING")
            self.assertNotIn(code, [row["meeting_code"] for row in actor.rows("registry.ListMeetings")])
        mine = {row["meeting_code"]: row for row in self.bureau.rows("registry.ListMeetings", {"meeting_state": "HELD"}, page_size=2)}
        self.assertEqual((mine[code]["attendee_count"], mine[code]["item_count"]), (1, 0))
        self.assertEqual(self.office.rows("registry.ListMeetings", {"to_date": "2026-06-30"}), [])
        self.assertIn(code, [row["meeting_code"] for row in self.office.rows("registry.ListMeetings", {"from_date": "2026-07-01", "to_date": "2026-07-01"})])


class ProposalTest(MeetingCase):
    def propose(self, actor, **more):
        proposal = {"proposal_code": self.code("JY"), "division_code": DISTRICT, "meeting_title": "用工协调", "proposal_reason": "两个项目争工", **more}
        actor.ok("registry.ProposeMeeting", proposal)
        return proposal["proposal_code"]

    def test_any_member_proposes(self):
        "R009: active members only; OPEN, then ACCEPTED or DECLINED by somebody else."
        code = self.propose(self.bureau, wanted_by_date="2026-07-20")
        again = {"proposal_code": code, "division_code": DISTRICT, "meeting_title": "x", "proposal_reason": "x"}
        self.bureau.refused("registry.ProposeMeeting", again, "ALREADY_EXISTS", "PROPOSAL_EXISTS")
        again["proposal_code"] = "JY-0"
        self.owner.refused("registry.ProposeMeeting", again, "FAILED_PRECONDITION", "ONLY_MEMBERS_PROPOSE")
        self.bureau.refused("registry.ProposeMeeting", {**again, "wanted_by_date": "2026-06-30"}, "FAILED_PRECONDITION", "DATE_IN_PAST",
                            path="wanted_by_date")
        self.contractor.refused("registry.ProposeMeeting", again, "PERMISSION_DENIED", "NOT_ALLOWED")
        decide = {"proposal_code": code, "decision": "ACCEPTED"}
        self.office_checker.refused("registry.DecideMeetingProposal", {**decide, "decision": "OPEN"}, "FAILED_PRECONDITION", "DECISION_UNKNOWN")
        self.office_checker.refused("registry.DecideMeetingProposal", {**decide, "decision": "DECLINED"}, "FAILED_PRECONDITION", "REMARKS_MISSING")
        self.bureau_checker.refused("registry.DecideMeetingProposal", decide, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.office_checker.refused("registry.DecideMeetingProposal", {**decide, "proposal_code": "JY-0"}, "NOT_FOUND", "NO_SUCH_PROPOSAL")
        self.office_checker.ok("registry.DecideMeetingProposal", decide)
        self.office_checker.refused("registry.DecideMeetingProposal", decide, "FAILED_PRECONDITION", "PROPOSAL_STATE")
        declined = self.propose(self.other_bureau)
        self.office_checker.ok("registry.DecideMeetingProposal", {"proposal_code": declined, "decision": "DECLINED", "decision_note": "已有安排"})
        states = {row["proposal_code"]: row["proposal_state"] for row in self.office.rows("registry.ListMeetingProposals", page_size=1)}
        self.assertEqual((states[code], states[declined]), ("ACCEPTED", "DECLINED"))
        self.assertNotIn(declined, [row["proposal_code"] for row in self.bureau.rows("registry.ListMeetingProposals")])

    def test_nobody_accepts_his_own(self):
        "R009"
        both = self.actor("meets-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        both.refused("registry.DecideMeetingProposal", {"proposal_code": self.propose(both), "decision": "ACCEPTED"}, "FAILED_PRECONDITION",
                     "MAKER_IS_CHECKER")

    def test_a_meeting_answers_one_accepted_proposal(self):
        "R008 R009"
        code = self.propose(self.bureau)
        self.office.refused("registry.CallMeeting", self.meeting(proposal_code=code), "FAILED_PRECONDITION", "PROPOSAL_NOT_ACCEPTED",
                            path="proposal_code")
        self.office_checker.ok("registry.DecideMeetingProposal", {"proposal_code": code, "decision": "ACCEPTED"})
        meeting = self.meeting(proposal_code=code)
        self.office.ok("registry.CallMeeting", meeting)
        answered = {row["proposal_code"]: row["meeting_code"] for row in self.bureau.rows("registry.ListMeetingProposals")}
        self.assertEqual(answered[code], meeting["meeting_code"])
        self.office.refused("registry.CallMeeting", self.meeting(proposal_code=code), "FAILED_PRECONDITION", "PROPOSAL_STATE", path="proposal_code")


class AgreedItemTest(MeetingCase):
    def test_an_item_has_owner_and_due_day(self):
        "R011: members and other bureaus own items; each names a unit that is there and a day not before the meeting."
        add = {"meeting_code": self.held(), "item_code": self.code("YD"), "item_note": "整改", "owner_unit_id": "owner-1", "due_date": "2026-07-31"}
        self.office.refused("registry.AddAgreedItem", {**add, "owner_unit_id": "nobody"}, "FAILED_PRECONDITION", "UNKNOWN_UNIT", path="owner_unit_id")
        self.office.refused("registry.AddAgreedItem", {**add, "due_date": "2026-06-30"}, "FAILED_PRECONDITION", "DATE_BEFORE_LAST", path="due_date")
        self.bureau.refused("registry.AddAgreedItem", add, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.office.refused("registry.AddAgreedItem", {**add, "due_date": ""}, "INVALID_ARGUMENT", "REQUIRED", path="due_date")
        self.assertEqual(self.office.ok("registry.AddAgreedItem", add)["item_state"], "OPEN")
        self.office.refused("registry.AddAgreedItem", add, "ALREADY_EXISTS", "AGREED_ITEM_EXISTS")
        event = self.events("AgreedItemChanged")[-1]
        self.assertEqual((event.item_code, event.owner_unit_id, event.due_date, event.division_code, event.step_number),
                         (add["item_code"], "owner-1", "2026-07-31", DISTRICT, 1))

    def test_the_owner_reports_and_another_finds_it_done(self):
        "R011: state and history; the owner's word alone is not done."
        code = self.item()
        report = {"item_code": code, "item_state": "IN_PROGRESS", "step_note": "已起草"}
        self.other_bureau.refused("registry.ReportAgreedItem", report, "FAILED_PRECONDITION", "NOT_ITEM_OWNER")
        self.bureau.refused("registry.ReportAgreedItem", {**report, "item_state": "DONE"}, "FAILED_PRECONDITION", "AGREED_ITEM_STATE", path="item_state")
        self.bureau.refused("registry.ReportAgreedItem", {**report, "item_code": "YD-0"}, "NOT_FOUND", "NO_SUCH_AGREED_ITEM")
        self.bureau.ok("registry.ReportAgreedItem", report)
        self.office_checker.refused("registry.DecideAgreedItem", {"item_code": code, "decision": "DONE"}, "FAILED_PRECONDITION", "AGREED_ITEM_STATE")
        self.bureau.ok("registry.ReportAgreedItem", {**report, "item_state": "REPORTED_DONE", "step_note": "已报送"})
        self.bureau_checker.refused("registry.DecideAgreedItem", {"item_code": code, "decision": "DONE"}, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.office_checker.refused("registry.DecideAgreedItem", {"item_code": code, "decision": "IN_PROGRESS"}, "FAILED_PRECONDITION", "REMARKS_MISSING")
        self.office_checker.ok("registry.DecideAgreedItem", {"item_code": code, "decision": "IN_PROGRESS", "decision_note": "缺两个项目"})
        self.bureau.ok("registry.ReportAgreedItem", {**report, "item_state": "REPORTED_DONE", "step_note": "已补齐"})
        self.assertEqual(self.office_checker.ok("registry.DecideAgreedItem", {"item_code": code, "decision": "DONE"})["item_state"], "DONE")
        row = self.items()[code]
        self.assertEqual([step["item_state"] for step in row["steps"]],
                         ["OPEN", "IN_PROGRESS", "REPORTED_DONE", "IN_PROGRESS", "REPORTED_DONE", "DONE"])
        self.assertEqual((row["done_date"], row["overdue"]), ("2026-07-01", False))
        self.assertEqual(self.events("AgreedItemChanged")[-1].done_date, "2026-07-01")

    def test_the_office_does_not_pass_its_own_work(self):
        "R011: one person of the office may not report an item done and find it so."
        code = self.item(owner="140214-fgj")
        both = self.actor("office-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        both.ok("registry.ReportAgreedItem", {"item_code": code, "item_state": "REPORTED_DONE", "step_note": "完成"})
        both.refused("registry.DecideAgreedItem", {"item_code": code, "decision": "DONE"}, "FAILED_PRECONDITION", "MAKER_IS_CHECKER")
        self.office_checker.ok("registry.DecideAgreedItem", {"item_code": code, "decision": "DONE"})

    def test_owner_and_day_change_with_a_reason_and_stay_in_history(self):
        "R011: the list of a past day shows what stood then."
        code = self.item()
        change = {"item_code": code, "due_date": "2026-08-31", "owner_unit_id": "140214-swj", "change_reason": "职能划转"}
        self.office.refused("registry.ChangeAgreedItem", {**change, "due_date": "2026-07-10", "owner_unit_id": ""}, "FAILED_PRECONDITION", "NOTHING_CHANGED")
        self.office.refused("registry.ChangeAgreedItem", {**change, "change_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", path="change_reason")
        self.office.refused("registry.ChangeAgreedItem", {**change, "due_date": "2026-06-01"}, "FAILED_PRECONDITION", "DATE_BEFORE_LAST")
        self.office.refused("registry.ChangeAgreedItem", {**change, "owner_unit_id": "nobody"}, "FAILED_PRECONDITION", "UNKNOWN_UNIT")
        self.bureau.refused("registry.ChangeAgreedItem", change, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.house.travel("2026-07-05")
        self.office.ok("registry.ChangeAgreedItem", change)
        before, after = self.items(as_of_date="2026-07-04")[code], self.items()[code]
        self.assertEqual((before["owner_unit_id"], before["due_date"], len(before["steps"])), ("140214-jtj", "2026-07-10", 1))
        self.assertEqual((after["owner_unit_id"], after["due_date"], len(after["steps"])), ("140214-swj", "2026-08-31", 2))
        self.office_checker.refused("registry.DecideAgreedItem", {"item_code": code, "decision": "DROPPED"}, "FAILED_PRECONDITION", "REMARKS_MISSING")
        self.office_checker.ok("registry.DecideAgreedItem", {"item_code": code, "decision": "DROPPED", "decision_note": "并入另一事项"})
        self.office.refused("registry.ChangeAgreedItem", change, "FAILED_PRECONDITION", "AGREED_ITEM_STATE")
        self.house.travel("2026-07-01")

    def test_overdue_items_by_unit_for_the_office_and_each_its_own(self):
        "R011: overdue = the day is past and it is not done; the quarter's last day tells which."
        late, done, waiting, other = self.item(), self.item(), self.item(due="2026-09-30"), self.item(owner="140214-swj")
        self.bureau.ok("registry.ReportAgreedItem", {"item_code": done, "item_state": "REPORTED_DONE", "step_note": "完成"})
        self.office_checker.ok("registry.DecideAgreedItem", {"item_code": done, "decision": "DONE"})
        on_the_day = self.items(overdue_only=True, as_of_date="2026-07-10")
        self.assertNotIn(late, on_the_day)
        overdue = self.items(overdue_only=True, as_of_date="2026-09-30")
        self.assertLessEqual({late, other}, set(overdue))
        self.assertFalse({done, waiting} & set(overdue))
        self.assertNotIn(other, self.items(owner_unit_id="140214-jtj", overdue_only=True, as_of_date="2026-09-30"))
        own = self.items(self.other_bureau, overdue_only=True, as_of_date="2026-09-30")
        self.assertIn(other, own)
        self.assertEqual({row["owner_unit_id"] for row in own.values()}, {"140214-swj"})
        self.assertEqual(self.items(self.stranger), {})


class MajorMatterTest(MeetingCase):
    def matter(self, **more):
        return {"matter_code": self.code("ZD"), "division_code": DISTRICT, "matter_date": "2026-07-01", "matter_title": "工地坍塌",
                "matter_note": "无人员伤亡", **more}

    def matters(self, actor=None, **filters):
        return {row["matter_code"]: row for row in (actor or self.office).rows("registry.ListMajorMatters", filters, page_size=2)}

    def test_the_government_is_told_with_a_time_stamp(self):
        "R012: the stamp is the time of the call; a second report stands beside the first."
        matter = self.matter()
        self.bureau.ok("registry.AddMajorMatter", matter)
        self.bureau.refused("registry.AddMajorMatter", matter, "ALREADY_EXISTS", "MATTER_EXISTS")
        self.assertEqual(self.events("MajorMatterChanged")[-1].report_number, 0)
        report = {"matter_code": matter["matter_code"], "reported_to_name": "区人民政府", "document_no": "云发改报〔2026〕3号"}
        self.bureau.refused("registry.ReportMajorMatter", report, "FAILED_PRECONDITION", "NOT_KEEPER")
        self.office.refused("registry.ReportMajorMatter", {**report, "matter_code": "ZD-0"}, "NOT_FOUND", "NO_SUCH_MATTER")
        first = self.house.node.now_us()
        self.assertEqual(self.office.ok("registry.ReportMajorMatter", report)["report_number"], 1)
        self.assertEqual(self.office.ok("registry.ReportMajorMatter", {**report, "report_note": "续报"})["report_number"], 2)
        row = self.matters()[matter["matter_code"]]
        self.assertEqual([one["report_note"] for one in row["reports"]], ["", "续报"])
        self.assertGreaterEqual(row["reports"][0]["reported_at_us"], first)
        event = self.events("MajorMatterChanged")[-1]
        self.assertEqual((event.report_number, event.reported_at_us, event.unit_id), (2, row["reports"][0]["reported_at_us"], "140214-jtj"))

    def test_the_alert_when_nobody_told_in_time(self):
        "R012: after the district's days the matter is late, and stays so when it is told late."
        matter = self.matter(matter_date="2026-06-20")
        self.assertEqual(self.bureau.ok("registry.AddMajorMatter", matter)["report_due_date"], "2026-06-23")
        self.assertIn(matter["matter_code"], self.matters(late_only=True, unreported_only=True))
        self.assertNotIn(matter["matter_code"], self.matters(late_only=True, as_of_date="2026-06-23"))
        self.office.ok("registry.ReportMajorMatter", {"matter_code": matter["matter_code"], "reported_to_name": "区人民政府"})
        self.assertIn(matter["matter_code"], self.matters(late_only=True))
        self.assertNotIn(matter["matter_code"], self.matters(unreported_only=True))
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "major_matter_report_days", "division_prefix": "140214",
                                                         "valid_from_date": "2026-06-25", "parameter_value": 1, "basis_note": "本区规定"})
        self.assertEqual(self.bureau.ok("registry.AddMajorMatter", self.matter(matter_date="2026-06-26"))["report_due_date"], "2026-06-27")

    def test_who_may_raise_and_read_what(self):
        "R012: a member anything, a party its own projects; nobody reads another's."
        code = self.world.project()
        self.contractor.refused("registry.AddMajorMatter", self.matter(), "FAILED_PRECONDITION", "NOT_YOUR_MATTER", path="about_project_code")
        self.stranger.refused("registry.AddMajorMatter", self.matter(about_project_code=code), "NOT_FOUND", "NO_SUCH_PROJECT", path="about_project_code")
        matter = self.matter(about_project_code=code)
        self.contractor.ok("registry.AddMajorMatter", matter)
        self.bureau.refused("registry.AddMajorMatter", self.matter(matter_date="2026-07-02"), "FAILED_PRECONDITION", "DATE_IN_FUTURE")
        self.bureau.refused("registry.AddMajorMatter", self.matter(division_code="140215"), "NOT_FOUND", "NO_SUCH_MECHANISM")
        self.assertIn(matter["matter_code"], self.matters(self.contractor))
        self.assertEqual(self.matters(self.stranger), {})
