"""registry: what is announced, objections to it, and what an objection holds."""
from lib import path, people
from registry_gates_test import GateCase


class RightsBoardTest(GateCase):
    services = ("registry",)

    def board(self, code, **change):
        return {"project_code": code, "notice_code": "WQ-1", "notice_stage": "CONSTRUCTION", "notice_kind": "RIGHTS_BOARD", "channels": ["SITE_BOARD"],
                "notice_title": "维权信息告示牌", "notice_text": "见各项", "published_date": "2026-06-25", "rights_board": {**path.RIGHTS_BOARD, **change}}

    def test_three_groups_of_fields(self):
        "R171 (Reg. 724 art. 34): who is responsible, wage floor and pay date, where to complain; every gap named; no subcontractor is no gap."
        code = self.world.project()
        for name, value in path.RIGHTS_BOARD.items():
            nothing = 0 if isinstance(value, int) else ""
            self.owner.refused("registry.PublishNotice", self.board(code, **{name: nothing}), "FAILED_PRECONDITION", "BOARD_FIELD_MISSING",
                               path=f"rights_board.{name}")
        bare = self.board(code)
        del bare["rights_board"]
        reply = self.owner.refused("registry.PublishNotice", bare, "FAILED_PRECONDITION", "BOARD_FIELD_MISSING")
        self.assertEqual(len(reply.problems), len(path.RIGHTS_BOARD))
        self.owner.ok("registry.PublishNotice", self.board(code))
        row = self.stranger.rows("registry.ListNotices", {"project_code": code})[0]
        self.assertEqual(row["rights_board"], {**path.RIGHTS_BOARD, "subcontractor_name": ""})
        self.owner.ok("registry.PublishNotice", {**self.board(code, subcontractor_name="示例第二建筑有限公司"), "notice_code": "WQ-2",
                                                 "replaces_notice_code": "WQ-1"})
        self.assertEqual(self.stranger.rows("registry.ListNotices", {"project_code": code})[1]["rights_board"]["subcontractor_name"], "示例第二建筑有限公司")

    def test_another_notice_carries_no_board(self):
        "R173: fields of the board are kept for a board only."
        code = self.world.project()
        path.publish_notice(self.world, code, "AWARD", "2026-06-25", rights_board=path.RIGHTS_BOARD)
        self.assertIsNone(self.stranger.rows("registry.ListNotices", {"project_code": code})[0]["rights_board"])


class PrivacyTest(GateCase):
    services = ("registry",)

    def test_no_notice_shows_a_number_in_full(self):
        "R171 (PIPL art. 25, 28): a notice or an objection with somebody's number is refused, and the refusal keeps it nowhere; masks may stand."
        code = self.world.project()
        number = people.id_number(7)
        for field in ("notice_title", "notice_text", "content_note", "benefit_note"):
            with self.assertRaises(AssertionError) as caught:
                path.publish_notice(self.world, code, "AWARD", "2026-06-25", **{field: f"承接人身份证{number}"})
            self.assertEqual((caught.exception.reply.status.name, caught.exception.reply.reason, caught.exception.reply.problems[0]["path"]),
                             ("INVALID_ARGUMENT", "PERSONAL_NUMBER_SHOWN", field))
            self.assertNotIn(number, str(caught.exception))
        self.owner.refused("registry.PublishNotice", {"project_code": code, "notice_code": "GG-9", "notice_stage": "AWARD", "notice_kind": "ANNOUNCEMENT",
                                                      "channels": ["SITE_BOARD"], "notice_title": "公示", "notice_text": f"卡号{people.card(7)}",
                                                      "published_date": "2026-06-25"}, "INVALID_ARGUMENT", "PERSONAL_NUMBER_SHOWN", path="notice_text")
        path.publish_notice(self.world, code, "AWARD", "2026-06-25", notice_text=f"张*三 **************{number[-4:]}，要求见公告")
        self.stranger.refused("registry.ObjectToNotice", {"project_code": code, "notice_code": "GG-AWARD-ANNOUNCEMENT", "objection_reason": f"{number}不在册"},
                              "INVALID_ARGUMENT", "PERSONAL_NUMBER_SHOWN", path="objection_reason")
        stored = self.sql("SELECT count(*) FROM registry.journal WHERE position(convert_to('" + number + "', 'UTF8') IN request) > 0")
        self.assertEqual(stored, [["0"]])


class ObjectionTest(GateCase):
    services = ("registry",)

    def published(self, code, date="2026-06-28", **more):
        path.publish_notice(self.world, code, "AWARD", date, notice_code="GG-1", **more)
        return code

    def objection(self, code, **more):
        return {"project_code": code, "notice_code": "GG-1", "line_note": "公示用工、报酬和培训要求", "objection_reason": "承接主体与公示不符",
                "objector_name": "张三", "objector_phone": "13800000000", **more}

    def resolution(self, code, number=1, resolution="DISMISSED"):
        return {"project_code": code, "notice_code": "GG-1", "objection_number": number, "resolution": resolution, "resolution_reason": "已核实"}

    def row(self, code, notice="GG-1"):
        return next(row for row in self.stranger.rows("registry.ListNotices", {"project_code": code}) if row["notice_code"] == notice)

    def test_anybody_known_objects_and_only_the_line_is_held(self):
        "R170 R173 R174: told to those who take complaints; the rest of the notice goes on; a dismissal frees the line."
        code = self.published(self.world.awarded())
        reply = self.stranger.ok("registry.ObjectToNotice", self.objection(code))
        self.assertEqual((reply["objection_number"], reply["objection_state"]), (1, "OPEN"))
        event = self.last_event("NoticeObjected")
        self.assertEqual((event.project_code, event.notice_code, event.objection_number, event.line_note, event.objection_reason, event.raised_date),
                         (code, "GG-1", 1, "公示用工、报酬和培训要求", "承接主体与公示不符", self.house.today()))
        self.assertEqual(self.row(code)["held_lines"], ["公示用工、报酬和培训要求"])
        self.assertEqual((self.row(code)["is_held"], self.row(code)["open_objection_count"]), (False, 1))
        self.assertEqual(self.gaps(code, "StartProject"), set())
        self.bureau_checker.ok("registry.ResolveNoticeObjection", self.resolution(code))
        self.assertEqual((self.row(code)["held_lines"], self.row(code)["open_objection_count"]), ([], 0))
        self.bureau_checker.refused("registry.ResolveNoticeObjection", self.resolution(code), "FAILED_PRECONDITION", "OBJECTION_RESOLVED")
        self.bureau_checker.refused("registry.ResolveNoticeObjection", self.resolution(code, 9), "NOT_FOUND", "NO_SUCH_OBJECTION")

    def test_the_whole_award_notice_holds_the_start(self):
        "R170 R174: while it is disputed as a whole the works do not begin; upheld, it is put right by another notice, not by waiting."
        code = self.published(self.world.awarded())
        self.township.ok("registry.ObjectToNotice", self.objection(code, line_note=""))
        start = {"project_code": code, "start_date": "2026-06-30"}
        self.owner.refused("registry.StartProject", start, "FAILED_PRECONDITION", "NOTICE_HELD", path="project_code")
        self.bureau_checker.refused("registry.ResolveNoticeObjection", {**self.resolution(code), "resolution": "OPEN"}, "FAILED_PRECONDITION",
                                    "DECISION_UNKNOWN")
        self.bureau_checker.ok("registry.ResolveNoticeObjection", self.resolution(code, resolution="UPHELD"))
        self.assertEqual(self.gaps(code, "StartProject"), {("NOTICE_HELD", "project_code")})
        correction = {"date": "2026-06-29", "notice_code": "GG-2", "replaces_notice_code": "GG-1"}
        for change, reason in (({"replaces_notice_code": "GG-9"}, "NO_SUCH_NOTICE"), ({"kind": "RIGHTS_BOARD"}, "NOTICE_DIFFERS")):
            with self.assertRaises(AssertionError) as caught:
                path.publish_notice(self.world, code, "AWARD", **{**correction, **change})
            self.assertIn(reason, str(caught.exception))
        path.publish_notice(self.world, code, "AWARD", **correction)
        with self.assertRaises(AssertionError) as caught:
            path.publish_notice(self.world, code, "AWARD", **{**correction, "notice_code": "GG-3"})
        self.assertIn("NOTICE_REPLACED", str(caught.exception))
        self.assertEqual(self.row(code)["replaced_by_code"], "GG-2")
        self.owner.ok("registry.StartProject", start)

    def test_a_held_notice_counts_for_nothing(self):
        "R172 R173: a sign or notice disputed as a whole does not open acceptance; an unanswered objection to a line keeps the project from closing."
        code = self.world.project()
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": "2026-06-28"})
        path.publish_stages(self.world, code, "2026-06-28")
        missing = {("EVALUATION_MISSING", "project_code")}
        self.assertEqual(self.gaps(code, "AcceptProject"), missing)
        for notice, gap in (("COMPLETED-PERMANENT_SIGN", "SIGN_MISSING"), ("CONSTRUCTION-RIGHTS_BOARD", "BOARD_MISSING"),
                            ("AWARD-ANNOUNCEMENT", "NOTICE_MISSING")):
            objection = self.objection(code, notice_code=f"GG-{notice}", line_note="")
            self.stranger.ok("registry.ObjectToNotice", objection)
            self.assertEqual(self.gaps(code, "AcceptProject"), missing | {(gap, "project_code")})
            self.bureau_checker.ok("registry.ResolveNoticeObjection", {**self.resolution(code), "notice_code": objection["notice_code"]})

    def test_in_time_and_by_whom(self):
        "R170 R174: to the last day of publicity; decided by a checker of the bureau who neither objected nor published."
        code = self.published(self.world.awarded(), "2026-06-24")
        self.house.travel("2026-07-01")
        self.stranger.ok("registry.ObjectToNotice", self.objection(code))
        self.house.travel("2026-07-02")
        self.stranger.refused("registry.ObjectToNotice", self.objection(code), "FAILED_PRECONDITION", "OBJECTION_LATE", path="notice_code")
        reply = self.stranger.refused("registry.ObjectToNotice", self.objection(code, line_note="公告里没有的话"), "FAILED_PRECONDITION", "OBJECTION_LATE")
        self.assertEqual([problem["reason"] for problem in reply.problems], ["OBJECTION_LATE", "LINE_NOT_IN_NOTICE"])
        self.stranger.refused("registry.ObjectToNotice", self.objection(code, notice_code="GG-9"), "NOT_FOUND", "NO_SUCH_NOTICE")
        self.stranger.refused("registry.ObjectToNotice", self.objection(code, objection_reason=""), "INVALID_ARGUMENT", "REQUIRED", path="objection_reason")
        for who in (self.bureau, self.owner_checker, self.other_bureau_checker):
            who.refused("registry.ResolveNoticeObjection", self.resolution(code), "PERMISSION_DENIED")
        own = self.published(self.world.awarded(), "2026-07-01")
        self.bureau_checker.ok("registry.ObjectToNotice", self.objection(own))
        self.bureau_checker.refused("registry.ResolveNoticeObjection", self.resolution(own), "FAILED_PRECONDITION", "MAKER_IS_CHECKER")
        self.office_checker.ok("registry.ResolveNoticeObjection", self.resolution(own))

    def test_a_project_is_not_closed_over_an_open_objection(self):
        "R174: closing waits until it is answered"
        code = self.published(self.world.awarded(), self.house.today())
        self.stranger.ok("registry.ObjectToNotice", self.objection(code))
        close = {"project_code": code, "close_date": self.house.today()}
        self.bureau_checker.refused("registry.CloseProject", close, "FAILED_PRECONDITION", "OBJECTION_OPEN", path="project_code")
        self.bureau_checker.ok("registry.ResolveNoticeObjection", self.resolution(code))
        reply = self.bureau_checker.refused("registry.CloseProject", close, "FAILED_PRECONDITION")
        self.assertNotIn("OBJECTION_OPEN", [problem["reason"] for problem in reply.problems], "what else is missing is still said")

    def test_the_line_is_the_notices_own(self):
        "R170 R173 (Reg. 724 art. 34): any line of its text or of the board; words that the notice does not have hold nothing."
        code = self.world.project()
        path.publish_notice(self.world, code, "CONSTRUCTION", "2026-07-01", "RIGHTS_BOARD", notice_code="GG-1")
        self.stranger.refused("registry.ObjectToNotice", self.objection(code, line_note="每月16日前"), "FAILED_PRECONDITION", "LINE_NOT_IN_NOTICE",
                              path="line_note")
        self.stranger.ok("registry.ObjectToNotice", self.objection(code, line_note="每月15日前"))
        self.assertEqual(self.row(code)["held_lines"], ["每月15日前"])

    def test_who_objected_is_not_told_to_those_concerned(self):
        "R174 (PIPL art. 6, 28, 51): kept sealed, masked to the bureau that decides, in full to its checker for a reason; parties see the matter only."
        code = self.published(self.world.awarded(), self.house.today())
        self.stranger.ok("registry.ObjectToNotice", self.objection(code))
        seen = {name: [(row["objection_reason"], row["objector_name_mask"], row["objector_phone_mask"]) for row in getattr(self, name).rows(
            "registry.ListNoticeObjections", {"project_code": code}, page_size=1)] for name in ("bureau", "office", "owner", "contractor", "stranger")}
        self.assertEqual(seen["bureau"], [("承接主体与公示不符", "张*", "138****0000")])
        self.assertEqual(seen["office"], seen["bureau"])
        self.assertEqual((seen["owner"], seen["contractor"], seen["stranger"]), ([("承接主体与公示不符", "", "")], seen["owner"], []))
        self.assertNotIn("张三".encode(), self.last_event("NoticeObjected").SerializeToString())
        stored = self.sql(f"SELECT objector_name, objector_phone FROM registry.notice_objection WHERE project_code = '{code}'")[0]
        self.assertFalse({"张三", "13800000000"} & set(stored))
        reveal = {"project_code": code, "notice_code": "GG-1", "objection_number": 1, "reveal_reason": "电话核实"}
        for who in (self.bureau, self.owner_checker, self.stranger_checker):
            who.refused("registry.RevealObjector", reveal, "PERMISSION_DENIED")
        self.bureau_checker.refused("registry.RevealObjector", {**reveal, "reveal_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", path="reveal_reason")
        opened = self.bureau_checker.ok("registry.RevealObjector", reveal)
        self.assertEqual((opened["objector_name"], opened["objector_phone"]), ("张三", "13800000000"))
        clear = self.sql("SELECT count(*) FROM registry.journal WHERE position(convert_to('13800000000', 'UTF8') IN request) > 0 "
                         "OR position(convert_to('13800000000', 'UTF8') IN reply) > 0")
        self.assertEqual(clear, [["0"]])
        self.stranger.refused("registry.ObjectToNotice", self.objection(code, objector_name_mask="李*"), "INVALID_ARGUMENT", None,
                              path="objector_name_mask")


class ProgressTest(GateCase):
    services = ("registry",)

    def report(self, who, code, relation, month="2026-06", **more):
        who.ok("registry.ReportProgress", {"project_code": code, "month": month, "reported_as": relation, "progress_bp": 2000, **more})

    def test_where_owner_and_contractor_differ(self):
        "R191: both versions are kept; the latest two are compared; unknown differs from nothing."
        same, other = self.world.project(), self.world.project()
        for code in (same, other):
            self.report(self.owner, code, "OWNER", invested_fen=500_00)
            self.report(self.contractor, code, "CONTRACTOR")
        differing = lambda **more: [row["project_code"] for row in self.bureau.rows("registry.ListProgressDifferences", more, page_size=1)]  # noqa: E731
        self.assertEqual(differing(month="2026-06"), [])
        self.report(self.contractor, other, "CONTRACTOR", invested_fen=499_00, progress_bp=1900)
        rows = self.bureau.rows("registry.ListProgressDifferences", {"month": "2026-06"})
        self.assertEqual([(row["project_code"], row["owner_progress_bp"], row["contractor_progress_bp"], row["owner_invested_fen"],
                           row["contractor_invested_fen"], row["contractor_version_number"], row["owner_disbursed_fen"]) for row in rows],
                         [(other, 2000, 1900, 500_00, 499_00, 2, None)])
        self.report(self.contractor, other, "CONTRACTOR", invested_fen=500_00)
        self.assertEqual(differing(), [])
        self.assertEqual(len(self.bureau.rows("registry.ListProgress", {"project_code": other, "all_versions": True})), 4)
        self.report(self.contractor, same, "CONTRACTOR", progress_bp=1)
        self.assertEqual((differing(project_code=same), self.stranger.rows("registry.ListProgressDifferences")), ([same], []))

    def test_who_has_not_reported(self):
        "R191: every month in which the works ran, owner and contractor each; overdue after the district's days."
        code = self.world.project()
        missing = lambda month, who=None: {(row["reported_as"], row["unit_id"]) for row in (who or self.bureau).rows(  # noqa: E731
            "registry.ListMissingProgress", {"month": month}, page_size=1) if row["project_code"] == code}
        both = {("OWNER", "owner-1"), ("CONTRACTOR", "contractor-1")}
        self.assertEqual((missing("2026-05"), missing("2026-06"), missing("2026-06", self.stranger)), (set(), both, set()))
        self.report(self.owner, code, "OWNER")
        self.assertEqual(missing("2026-06"), {("CONTRACTOR", "contractor-1")})
        due = lambda: next((row["due_date"], row["is_overdue"]) for row in self.bureau.rows(  # noqa: E731
            "registry.ListMissingProgress", {"month": "2026-06", "unit_id": "contractor-1"}) if row["project_code"] == code)
        self.house.travel("2026-07-05")
        self.assertEqual(due(), ("2026-07-05", False))
        self.house.travel("2026-07-06")
        self.assertEqual(due(), ("2026-07-05", True))
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": "2026-07-03"})
        self.assertEqual((missing("2026-07"), missing("2026-08")), (both, set()))
        self.bureau.refused("registry.ListMissingProgress", {}, "INVALID_ARGUMENT", "REQUIRED", path="month")
