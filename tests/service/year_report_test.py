"""The yearly special report: from the quarters' consolidations, frozen at its issue; yearly lists and their reminders; the year as one dataset."""
import hashlib

from lib import invariants, path
from lib.house import ServiceCase

BUREAU, OTHER, OFFICE, HR = "140214-jtj", "140214-swj", "140214-fgj", "140214-rsj"
ALL_RECIPIENTS = ["PARTY_COMMITTEE", "GOVERNMENT", "UPPER_BUREAU"]


class YearCase(ServiceCase):
    @classmethod
    def file(cls, quarter):
        """The bureau's report and the HR bureau's zero report, accepted and consolidated; the other two members are missing."""
        world = cls.world
        code = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": quarter})["report_code"]
        lines = world.bureau.ok("gateway.GetReport", {"report_code": code})["lines"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [
            {"project_code": line["project_code"], "comment_note": "据实填报"} for line in lines] + [{"comment_note": "据实填报"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
        zero = world.hr.ok("gateway.ZeroReport", {"unit_id": HR, "quarter": quarter, "zero_reason": "本季度无项目"})["report_code"]
        world.hr_checker.ok("gateway.CheckReport", {"report_code": zero})
        world.hr_checker.ok("gateway.SubmitReport", {"report_code": zero})
        for one in (code, zero):
            world.office_checker.ok("gateway.AcceptReport", {"report_code": one})
        world.office_checker.ok("gateway.Consolidate", {"quarter": quarter})

    @classmethod
    def work(cls, numbers, month, days):
        cls.world.attended(cls.project, numbers, month, days)
        path.seal_month(cls.world, cls.project, month)

    @classmethod
    def tearDownClass(cls):
        "Policy, drafts and issued reports are the same after every call is replayed into an empty schema"
        invariants.check(cls.house.node)

    def year(self, actor=None, **more):
        return (actor or self.office).ok("gateway.GetYearReport", {"report_year": 2026, **more})


class YearReportTest(YearCase):
    """2026: A and B work in June, A and C in July and August; 2027: A, B and C work in January. Nothing is paid."""

    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, house = cls.world, cls.house
        world.units()
        office = world.office
        office.ok("registry.SetMechanism", {
            "division_code": "140214", "mechanism_name": "云冈区以工代赈协调机制", "lead_unit_ids": [OFFICE], "leader_name": "分管副区长",
            "functions": ["JUDGE_SITUATION"], "established_date": "2024-02-01"})
        office.ok("registry.SetPerson", {"unit_id": OFFICE, "person_role": "CONVENOR", "person_name": "张三", "valid_from_date": "2024-02-01"})
        office.ok("registry.CallMeeting", {"meeting_code": "HY-1", "division_code": "140214", "meeting_kind": "REGULAR", "called_as": "OFFICE",
                                           "meeting_title": "季度例会", "planned_date": "2026-06-30", "attendees": [{"attendee_kind": "MEMBER", "unit_id": BUREAU}]})
        office.ok("registry.HoldMeeting", {"meeting_code": "HY-1", "held_date": "2026-06-30", "attended_numbers": [1], "minutes_note": "会议纪要"})
        for code, due in (("YD-1", "2026-09-30"), ("YD-2", "2027-06-30")):
            office.ok("registry.AddAgreedItem", {"meeting_code": "HY-1", "item_code": code, "item_note": f"事项{code}", "owner_unit_id": OTHER, "due_date": due})
        cls.project = world.project(track="ZHONGTUI", field="TRANSPORT")
        for year in (2026, 2027):
            path.list_project(world, cls.project, year, "ZHONGTUI", "DISTRICT", 60)
        cls.people = world.worker_numbers(3)
        path.add_agreements(world, cls.project, [path.agreement_line(f"XY-{number}", number, 200_00, "2026-06-20", "2027-12-31") for number in cls.people])
        path.hold_training(world, cls.project, "PX-1", "2026-06-20", cls.people)
        cls.work(cls.people[:2], "2026-06", range(20, 25))
        sheet = path.draw_sheet(world, cls.project, "2026-06")
        path.confirm_sheet(world, cls.project, sheet, sorted(cls.people[:2]))
        path.approve_sheet(world, cls.project, sheet)
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q2", "due_date": "2026-07-10"})
        cls.file("2026Q2")
        cls.work([cls.people[0], cls.people[2]], "2026-07", range(1, 11))
        cls.case = world.bureau.ok("evaluation.RecordModelCase", {
            "case_code": "AL-1", "case_title": "村民自建路，四成投资发给群众", "case_channel": "COUNTY_MEDIA", "published_date": "2026-07-20",
            "practice_note": "能用人工的不用机械", "project_code": cls.project})
        world.office.ok("registry.AddContactReport", {"project_code": cls.project, "quarter": "2026Q3", "recipients": ALL_RECIPIENTS,
                                                      "report_note": "路基完成六成，带动三人务工"})
        seen = world.bureau.ok("evaluation.AddInspection", {
            "project_code": cls.project, "inspection_date": house.today(), "inspection_stage": "DURING", "inspector_names": ["李检查"],
            "items": [{"inspection_item": "LABOUR_PAY", "item_result": "FAIL"}]})["inspection_code"]
        world.bureau.ok("evaluation.AddFinding", {"project_code": cls.project, "inspection_code": seen, "finding_kind": "LABOUR_PAY",
                                                  "finding_note": "少计两人工日", "responsible_unit_id": "contractor-1", "due_date": "2026-08-31",
                                                  "involved_fen": 1_200_00})
        house.travel("2026-10-05")
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q3", "due_date": "2026-10-10"})
        cls.file("2026Q3")

    def test_1_who_drafts_and_from_what(self):
        "R189: the office drafts, from at least one consolidated quarter, of a year that has begun"
        self.bureau.refused("gateway.DraftYearReport", {"report_year": 2026}, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.DraftYearReport", {"report_year": 2026}, "PERMISSION_DENIED")
        self.office.refused("gateway.DraftYearReport", {"report_year": 2025}, "FAILED_PRECONDITION", "YEAR_NOT_CONSOLIDATED", "report_year")
        self.office.refused("gateway.DraftYearReport", {"report_year": 2027}, "INVALID_ARGUMENT", "YEAR_IN_FUTURE", "report_year")
        self.office.refused("gateway.DraftYearReport", {"report_year": 2026, "gathered_content": b"x"}, "INVALID_ARGUMENT")
        self.office.refused("gateway.GetYearReport", {"report_year": 2026}, "NOT_FOUND", "YEAR_REPORT_UNKNOWN")
        key = self.office.ok("gateway.DraftYearReport", {"report_year": 2026, "plan_note": "下年度新增两个项目。"})
        self.assertEqual((key["revision"], key["year_report_state"]), (1, "DRAFT"))

    def test_2_people_once_money_by_quarter(self):
        "R189 R196: three people though four stand in the quarters; days and pay are the quarters' sums; no year before, no comparison"
        facts = self.year()["facts"]
        self.assertEqual([(row["quarter"], row["absorbed_count"], row["day_hundredths"]) for row in facts["quarters"]], [("2026Q2", 2, 1000), ("2026Q3", 2, 2000)])
        whole = facts["whole"]
        self.assertEqual((whole["project_count"], whole["absorbed_count"], whole["day_hundredths"], whole["finding_count"]), (1, 3, 3000, 1))
        self.assertEqual(whole["due_fen"], 2_000_00)
        self.assertEqual([row["due_fen"] for row in facts["quarters"]], [2_000_00, 0])
        self.assertEqual([(row["total_key"], row["absorbed_count"]) for row in facts["by_field"]], [("TRANSPORT", 3)])
        self.assertEqual([(row["total_key"], row["total_name"]) for row in facts["by_unit"]], [(BUREAU, "区交通局")])
        self.assertIsNone(facts["former_whole"])
        self.assertIn("上年没有季报汇总，不作同比。", self.year()["report_text"])
        self.assertEqual(self.office.ok("gateway.GetAnnualReport", {"report_year": 2026})["absorbed_count"], 3, "the older method says the same")

    def test_3_what_is_missing_is_named(self):
        "R189 R011 R194 R050: quarters not consolidated, units that did not file, overdue items, findings and pay, contact reports, lists"
        self.bureau_checker.ok("registry.SubmitYearList", {"list_year": 2026, "nil_list": True})
        self.house.travel("2026-12-10")
        self.house.settle()
        self.office.ok("gateway.DraftYearReport", {"report_year": 2026, "problem_note": "部分单位报送不及时。"})
        report = self.year()
        facts = report["facts"]
        self.assertEqual(facts["missing_quarters"], ["2026Q1"], "the fourth is not over")
        self.assertEqual({row["unit_id"]: (row["late_count"], row["missing_quarters"]) for row in facts["units"]},
                         {OTHER: (0, ["2026Q2", "2026Q3"]), OFFICE: (0, ["2026Q2", "2026Q3"])})
        self.assertEqual([(row["item_code"], row["late_days"]) for row in facts["items"]], [("YD-1", 71)])
        self.assertEqual([(row["finding_note"], row["involved_fen"]) for row in facts["findings"]], [("少计两人工日", 1_200_00)])
        self.assertEqual((facts["overdue_finding_count"], facts["arrears_project_count"], facts["arrears_fen"]), (1, 1, 2_000_00))
        self.assertEqual((facts["contact_due_count"], facts["contact_done_count"]), (2, 1), "listed since June; the fourth quarter still runs")
        self.assertEqual({row["report"]["contact_name"] for row in facts["contact_reports"]}, {""})
        self.assertEqual([row["case_code"] for row in facts["model_cases"]], ["AL-1"])
        self.assertEqual({row["unit_id"] for row in facts["missing_lists"]}, {OTHER, OFFICE, HR})
        for words in ("关于2026年以工代赈工作情况的专题报告\n", "区人民政府、市级有关部门：", "2026年第一季度尚未汇总。", "区水务局：2026年第二季度未报，2026年第三季度未报。",
                      "议定事项逾期：区水务局：事项YD-1（应于2026年9月30日前办结，已逾期71天）。", "逾期未整改：少计两人工日", "欠发劳务报酬的项目1个，欠发0.20万元。",
                      "《村民自建路，四成投资发给群众》", "2026年第三季度，示例以工代赈项目1：路基完成六成", "区水务局未报送2026年度项目清单，已逾期。",
                      "下年度新增两个项目。", "部分单位报送不及时。", "2027年度清单项目1个"):
            self.assertIn(words, report["report_text"])
        self.assertEqual((report["revision"], report["plan_note"]), (2, "下年度新增两个项目。"), "the office's words stay over a new draft")

    def test_4_recipients_and_due_day_are_dated(self):
        "R189 R193: to whom and until when is data that holds from a day on"
        policy = {"valid_from_date": "2026-12-20", "due_month_number": 2, "due_day": 30, "due_next_year": True, "basis_note": "区政府办通知",
                  "recipients": [{"recipient_kind": "DISTRICT_GOV", "recipient_name": "区人民政府"}, {"recipient_kind": "CITY_BUREAUS", "recipient_name": "市发展和改革委员会"},
                                 {"recipient_kind": "PARTY_COMMITTEE", "recipient_name": "区委"}]}
        self.office.refused("gateway.SetYearPolicy", policy, "PERMISSION_DENIED")
        self.bureau_checker.refused("gateway.SetYearPolicy", policy, "PERMISSION_DENIED")
        reply = self.office_checker.refused("gateway.SetYearPolicy", {**policy, "valid_from_date": "2026-12-01", "due_month_number": 13, "due_day": 32, "recipients": [
            {"recipient_name": "区委"}, {"recipient_kind": "OTHER", "recipient_name": "区委"}]}, "INVALID_ARGUMENT")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("POLICY_IN_PAST", "valid_from_date"), ("YEAR_DUE_DAY", "due_month_number"), ("YEAR_DUE_DAY", "due_day"), ("YEAR_RECIPIENTS", "recipients[0].recipient_kind"),
            ("YEAR_RECIPIENTS", "recipients[1].recipient_name")})
        self.office_checker.ok("gateway.SetYearPolicy", {**policy, "recipients": policy["recipients"] + [{"recipient_kind": "OTHER", "recipient_name": "省发改委"}]})
        self.assertEqual(self.office_checker.ok("gateway.SetYearPolicy", policy)["recipients"], policy["recipients"])
        rows = self.bureau.rows("gateway.ListYearPolicies", page_size=1)
        self.assertEqual([(row["valid_from_date"], len(row["recipients"])) for row in rows], [("2020-01-01", 2), ("2026-12-20", 3)])
        annual = self.office.ok("gateway.GetAnnualReport", {"report_year": 2026})
        self.assertEqual((annual["due_date"], annual["recipient_names"]), ("2027-02-28", ["区人民政府", "市发展和改革委员会", "区委"]))
        self.assertEqual(self.office.ok("gateway.GetAnnualReport", {"report_year": 2025})["due_date"], "2025-12-31")

    def test_5_issued_by_another_person(self):
        "R189: another person than the drafter, once, with a date between draft and today and a number of its own"
        self.house.travel("2026-12-28")
        key = self.office.ok("gateway.DraftYearReport", {"report_year": 2026})
        request = {"report_year": 2026, "revision": key["revision"], "document_no": "云以工代赈〔2026〕12号", "issued_date": "2026-12-28"}
        self.office.refused("gateway.IssueYearReport", request, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.IssueYearReport", {**request, "revision": 9}, "NOT_FOUND", "YEAR_REPORT_UNKNOWN", "revision")
        self.office_checker.refused("gateway.IssueYearReport", {**request, "revision": 1}, "FAILED_PRECONDITION", "YEAR_REPORT_STATE", "revision")
        for date in ("2026-12-27", "2026-12-29"):
            self.office_checker.refused("gateway.IssueYearReport", {**request, "issued_date": date}, "INVALID_ARGUMENT", "YEAR_REPORT_DATE", "issued_date")
        alone = self.actor("office-alone", OFFICE, "CHECKER", ("OFFICE", "SELF"))
        own = alone.ok("gateway.DraftYearReport", {"report_year": 2026})["revision"]
        alone.refused("gateway.IssueYearReport", {**request, "revision": own}, "FAILED_PRECONDITION", "YEAR_MAKER_IS_CHECKER", "revision")
        request["revision"] = self.office.ok("gateway.DraftYearReport", {"report_year": 2026})["revision"]
        self.assertEqual(self.office_checker.ok("gateway.IssueYearReport", request)["year_report_state"], "ISSUED")
        self.office_checker.refused("gateway.IssueYearReport", request, "FAILED_PRECONDITION", "YEAR_REPORT_STATE", "revision")
        self.office.refused("gateway.DraftYearReport", {"report_year": 2026}, "FAILED_PRECONDITION", "REVISE_REASON_MISSING", "revise_reason")

    def test_6_frozen_byte_for_byte(self):
        "R189: an issued report reads the same whatever happens afterwards; a correction is a revision with a reason; who may read it"
        before = self.year()
        self.assertEqual(before["text_digest"], hashlib.new("sm3", before["report_text"].encode()).digest())
        self.assertEqual(before["facts_digest"], hashlib.new("sm3", before["facts_content"]).digest())
        self.assertTrue(before["report_text"].endswith("区发展和改革局\n2026年12月28日\n"))
        self.assertEqual([row["recipient_name"] for row in before["facts"]["recipients"]][2], "区委")
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2026Q3"})
        self.office.ok("registry.ChangeAgreedItem", {"item_code": "YD-1", "owner_unit_id": OTHER, "due_date": "2027-09-01", "change_reason": "调整"})
        self.house.settle()
        again = self.office.ok("gateway.DraftYearReport", {"report_year": 2026, "revise_reason": "补充第四季度数据"})
        self.assertEqual(self.year(revision=before["revision"]), before)
        self.assertEqual(self.year(self.upper, revision=before["revision"]), before)
        newer = self.year()
        self.assertEqual((newer["revision"], newer["facts"]["items"]), (again["revision"], []))
        self.assertIn("本报告为更正稿：补充第四季度数据", newer["report_text"])
        self.office_checker.refused("gateway.IssueYearReport", {"report_year": 2026, "revision": again["revision"], "document_no": before["document_no"],
                                                                "issued_date": "2026-12-28"}, "ALREADY_EXISTS", "YEAR_DOCUMENT_TAKEN", "document_no")
        for stranger in (self.bureau, self.contractor):
            stranger.refused("gateway.GetYearReport", {"report_year": 2026}, "PERMISSION_DENIED")
        states = [row["year_report_state"] for row in self.office.rows("gateway.ListYearReports", {"report_year": 2026}, page_size=1)]
        self.assertEqual(states, ["REPLACED"] * 4 + ["ISSUED", "DRAFT"])

    def test_7_the_year_after_compares(self):
        "R189: year on year against the year before, which has fewer quarters and says so; R195: plan, list and evaluation as one message"
        self.house.travel("2027-01-20")
        self.work(self.people, "2027-01", range(4, 8))
        made = self.office.ok("evaluation.AssessYear", {"assessment_kind": "BUREAUS", "assessment_year": 2026})
        self.office_checker.ok("evaluation.PublishAssessment", {"assessment_code": made["assessment_code"]})
        self.house.settle()
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2027Q1", "due_date": "2027-04-10"})
        self.house.travel("2027-04-02")
        self.file("2027Q1")
        self.office.ok("gateway.DraftYearReport", {"report_year": 2027})
        facts = self.year(report_year=2027)["facts"]
        self.assertEqual((facts["whole"]["absorbed_count"], facts["former_whole"]["absorbed_count"], facts["former_quarter_count"]), (3, 3, 2))
        text = self.year(report_year=2027)["report_text"]
        self.assertIn("吸纳务工人数与上年持平，应发劳务报酬比上年减少100.00%", text)
        self.assertIn("（上年汇总2个季度，本年汇总1个季度，口径不同）", text)
        data = self.upper.ok("gateway.GetYearDataset", {"report_year": 2026})
        self.assertEqual((data["plan_entry_count"], [row["field"] for row in data["plan_totals"]]), (1, ["TRANSPORT"]))
        self.assertEqual(data["assessment"]["assessment_code"], made["assessment_code"])
        self.bureau.refused("gateway.GetYearDataset", {"report_year": 2026}, "PERMISSION_DENIED")
        self.assertIsNone(self.upper.ok("gateway.GetYearDataset", {"report_year": 2027})["assessment"])


class YearListTest(YearCase):
    """Lists of 2027 are due on 31 March; the calendar's reminders are the reporting policy's."""
    services = ("registry", "gateway")
    at = "2027-01-05 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        cls.house.settle()

    def standings(self, actor=None, **more):
        return {row["unit_id"]: row for row in (actor or self.office).rows("gateway.ListYearListStandings", {"list_year": 2027, **more}, page_size=2)}

    def reminders(self, day, actor=None):
        return {(row["unit_id"], row["reminder_kind"]) for row in (actor or self.office).rows("gateway.ListReminders", {"on_date": day}, page_size=2)
                if row["reminder_subject"] == "YEAR_LIST" and row["reminder_year"] == 2027}

    def test_1_who_has_not_sent_his_list(self):
        "R050: every bureau that must send one, with its day; a bureau sees itself; a nil list is a list"
        self.assertEqual(set(self.standings(missing_only=True)), {BUREAU, OTHER, OFFICE, HR})
        self.assertEqual(self.standings()[OTHER]["list_due_date"], "2027-03-31")
        self.bureau_checker.ok("registry.SubmitYearList", {"list_year": 2027, "nil_list": True})
        self.house.settle()
        row = self.standings()[BUREAU]
        self.assertEqual((row["submission_number"], row["nil_list"], row["submitted_date"], row["is_late"]), (1, True, "2027-01-05", False))
        self.assertEqual(set(self.standings(missing_only=True)), {OTHER, OFFICE, HR})
        self.assertEqual(set(self.standings(self.other_bureau)), {OTHER})
        self.assertEqual(self.standings(self.contractor), {})

    def test_2_the_day_is_policy(self):
        "R050 R193: the office moves the day for its division in the registry; the gateway follows"
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "year_list_due_day", "division_prefix": "140214", "valid_from_date": "2027-01-01",
                                                         "parameter_value": 59, "basis_note": "区协调机制办公室通知"})
        self.house.settle()
        self.assertEqual(self.standings()[OTHER]["list_due_date"], "2027-02-28")

    def test_3_reminders(self):
        "R050 R189: before the day, on it, and while it is late; who has sent one is left alone; the yearly report is the office's"
        self.assertEqual(self.reminders("2027-02-28"), {(unit, "DUE_TODAY") for unit in (OTHER, OFFICE, HR)})
        self.assertEqual(self.reminders("2027-02-26"), {(unit, "BEFORE_DUE") for unit in (OTHER, OFFICE, HR)}, "the last working day before the Sunday")
        self.assertEqual(self.reminders("2027-02-10"), set())
        self.assertEqual(self.reminders("2027-03-01"), {(unit, "LATE") for unit in (OTHER, OFFICE, HR)})
        self.assertEqual(self.reminders("2027-03-01", self.other_bureau), {(OTHER, "LATE")})
        self.assertEqual(self.reminders("2027-03-01", self.bureau), set())

    def test_4_the_yearly_report_is_called_for(self):
        "R189: due on 31 December: reminded before, on the day and while it is late, the office alone"
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2027Q1", "due_date": "2027-04-10"})

        def yearly(day, actor=None):
            return [(row["unit_id"], row["reminder_kind"], row["due_date"]) for row in (actor or self.office).rows("gateway.ListReminders", {"on_date": day})
                    if row["reminder_subject"] == "YEAR_REPORT"]
        self.assertEqual(yearly("2027-12-31"), [("", "DUE_TODAY", "2027-12-31")])
        self.assertEqual(yearly("2027-12-30"), [("", "BEFORE_DUE", "2027-12-31")])
        self.assertEqual(yearly("2028-01-03"), [("", "LATE", "2027-12-31")])
        self.assertEqual(yearly("2027-11-01"), [])
        self.assertEqual(yearly("2027-12-31", self.bureau), [])
