"""The gateway on a real node: who may speak, the calendar, the quarterly report from figures to consolidation, and the page."""
import html
import pathlib
import signal
import sys
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, keys, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.world import World  # noqa: E402

QUARTER = "2026Q2"
BUREAU, OTHER, OFFICE, HR = "140214-jtj", "140214-swj", "140214-fgj", "140214-rsj"


class OtherWorld(World):
    """The same house seen by the water bureau: its own projects, numbers and people."""

    def __init__(self, house):
        super().__init__(house)
        self._done, self._count, self._people = {"units"}, 500, 500

    def __getattr__(self, name):
        return super().__getattr__({"bureau": "other_bureau", "bureau_checker": "other_bureau_checker"}.get(name, name))


def post(world, code, numbers):
    """A wage sheet of June, confirmed, approved and posted."""
    sheet = path.draw_sheet(world, code, "2026-06")
    path.confirm_sheet(world, code, sheet, sorted(numbers))
    path.approve_sheet(world, code, sheet)
    return sheet


def pay(world, code, sheet):
    total = world.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})
    order = path.order_payment(world, code, sheet, total["line_count"], total["net_fen"], "bank-1")
    path.Bank(world.bank).settle(code, order)


class DoorTest(ServiceCase):
    services = ("registry", "gateway")

    def principal(self, name, **changed):
        key = keys.Key(name, BUREAU, "MAKER", ("BUREAU",))
        return key, {"principal": name, "unit_id": BUREAU, "duty": "MAKER", "relations": "BUREAU", "public_key": key.public, **changed}

    def test_a_principal_speaks_until_it_is_revoked(self):
        "Who may speak is on record; a revoked key stops at once"
        key, request = self.principal("clerk-1")
        body = self.office_checker.ok("gateway.AddPrincipal", request)
        self.assertEqual((body["principal_state"], body["relations"]), ("ACTIVE", "BUREAU"))
        clerk = self.house.node.client("gateway", key)
        self.assertTrue(clerk.call("gateway.ListQuarters", {}, wait_ms=5000, retry_seconds=PATIENCE_SECONDS).ok)
        self.office_checker.ok("gateway.RevokePrincipal", {"principal": "clerk-1", "revoke_reason": "调离"})
        self.assertFalse(clerk.call("gateway.ListQuarters", {}, wait_ms=1000).ok)
        clerk.close()
        self.office_checker.refused("gateway.RevokePrincipal", {"principal": "clerk-1", "revoke_reason": "调离"}, "NOT_FOUND", "PRINCIPAL_UNKNOWN", "principal")
        self.office_checker.refused("gateway.AddPrincipal", request, "ALREADY_EXISTS", "PRINCIPAL_TAKEN", "principal")

    def test_bad_principals_are_refused_with_all_complaints(self):
        _, request = self.principal("clerk-2", relations="BUREAU KING SELF")
        reply = self.office_checker.refused("gateway.AddPrincipal", {**request, "public_key": "short"}, "INVALID_ARGUMENT")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"PUBLIC_KEY_SHAPE", "RELATION_UNKNOWN"})
        _, good = self.principal("clerk-3")
        self.office_checker.ok("gateway.AddPrincipal", good)
        self.office_checker.refused("gateway.AddPrincipal", {**request, "relations": "BUREAU", "public_key": good["public_key"]}, "ALREADY_EXISTS",
                                    "PUBLIC_KEY_TAKEN", "public_key")
        self.bureau_checker.refused("gateway.AddPrincipal", good, "PERMISSION_DENIED")
        self.office.refused("gateway.AddPrincipal", good, "PERMISSION_DENIED")

    def test_a_unit_sees_its_own_principals(self):
        self.office_checker.ok("gateway.AddPrincipal", self.principal("clerk-4", unit_id=OTHER)[1])
        self.office_checker.ok("gateway.AddPrincipal", self.principal("clerk-5")[1])
        self.assertEqual({row["unit_id"] for row in self.bureau.rows("gateway.ListPrincipals")}, {BUREAU})
        self.assertLessEqual({BUREAU, OTHER}, {row["unit_id"] for row in self.office.rows("gateway.ListPrincipals", page_size=1)})

    def test_children(self):
        public = "04" + "ab" * 64
        child = {"unit_id": OTHER, "public_key": keys.Key("x", OTHER, "CHECKER", ()).public, "sign_public": public, "child_unit_ids": [OTHER, "140214-x"]}
        self.office_checker.ok("gateway.AddChild", child)
        self.assertEqual(self.office.ok("gateway.GetChild", {"unit_id": OTHER})["child_unit_ids"], [OTHER, "140214-x"])
        again = {**child, "unit_id": "140214-y", "public_key": keys.Key("y", OTHER, "CHECKER", ()).public, "child_unit_ids": ["140214-x"]}
        self.office_checker.refused("gateway.AddChild", again, "ALREADY_EXISTS", "CHILD_UNIT_TAKEN", "child_unit_ids[0]")
        self.office_checker.refused("gateway.AddChild", {**child, "sign_public": "04ab"}, "INVALID_ARGUMENT", "SIGN_PUBLIC_SHAPE", "sign_public")
        self.office.refused("gateway.GetChild", {"unit_id": "140214-z"}, "NOT_FOUND", "CHILD_UNKNOWN")


class CalendarTest(ServiceCase):
    services = ("registry", "gateway")

    def test_b_only_the_office_opens_and_closes(self):
        "R006 R188 R193: due on the quarter's last day; only the office opens and closes; the members are those who report"
        self.world.units()
        request = {"quarter": "2026Q3"}
        self.bureau_checker.refused("gateway.OpenQuarter", request, "PERMISSION_DENIED")
        self.office.refused("gateway.OpenQuarter", request, "PERMISSION_DENIED")
        body = self.office_checker.ok("gateway.OpenQuarter", request)
        self.assertEqual((body["due_date"], body["grace_days"], body["quarter_state"]), ("2026-09-30", 0, "OPEN"))
        members = [row for row in self.office.rows("registry.ListUnits", {"members_only": True})]
        self.assertEqual(body["expected_count"], len(members))
        for quarter, last in (("2026Q1", "2026-03-31"), ("2026Q2", "2026-06-30"), ("2026Q4", "2026-12-31")):
            self.assertEqual(self.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter})["due_date"], last)
        self.office_checker.refused("gateway.OpenQuarter", request, "ALREADY_EXISTS", "QUARTER_EXISTS", "quarter")
        self.office_checker.refused("gateway.OpenQuarter", {"quarter": "2027Q1", "due_date": "2027-03-30"}, "INVALID_ARGUMENT", "DUE_DATE_EARLY", "due_date")
        self.office_checker.refused("gateway.OpenQuarter", {"quarter": "2027Q5"}, "INVALID_ARGUMENT", "QUARTER_INVALID", "quarter")
        self.bureau_checker.refused("gateway.CloseQuarter", request, "PERMISSION_DENIED")
        self.assertEqual(self.office_checker.ok("gateway.CloseQuarter", request)["quarter_state"], "CLOSED")
        self.office_checker.refused("gateway.CloseQuarter", request, "FAILED_PRECONDITION", "QUARTER_NOT_OPEN", "quarter")
        self.assertEqual([row["quarter"] for row in self.bureau.rows("gateway.ListQuarters", page_size=2)], ["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"])

    def test_a_a_member_that_joins_reports_too(self):
        "R188: a unit that joins while the quarter is open must report in it; one that is no member need not"
        self.world.units()
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2025Q4"})
        unit = {"unit_id": "140214-new", "unit_name": "区新设局", "unit_kind": "BUREAU", "is_member": True, "hosted": True, "division_code": "140214",
                "valid_from_date": "2026-07-01", "notice_no": "云政办发〔2026〕9号", "notice_date": "2026-07-01"}
        self.office.ok("registry.AddUnit", unit)
        self.office.ok("registry.AddUnit", {**unit, "unit_id": "140214-not", "unit_name": "非成员单位", "is_member": False, "notice_no": "", "notice_date": ""})
        self.house.settle()
        units = {row["unit_id"]: row["report_state"] for row in self.office.ok("gateway.GetCompleteness", {"quarter": "2025Q4"})["units"]}
        self.assertEqual(units.get("140214-new"), "MISSING")
        self.assertNotIn("140214-not", units)
        stranger = self.actor("not-maker", "140214-not", "MAKER", ("BUREAU",))
        self.assertEqual(stranger.ok("gateway.GetCompleteness", {"quarter": "2025Q4"})["units"], [])
        self.assertNotIn("contractor-1", units)


class ClockworkTest(ServiceCase):
    services = ("registry", "gateway")
    settings = {"gateway.calendar": 1, "gateway.calendar_interval_ms": 100, "gateway.grace_days": 2, "gateway.close_after_days": 10}

    def test_quarters_open_and_close_by_the_calendar(self):
        "R193 R188: a quarter opens on its first day with due date and grace, and closes when they and the days of decision are over"
        def states():
            return {row["quarter"]: (row["quarter_state"], row["due_date"], row["grace_days"]) for row in self.office.rows("gateway.ListQuarters")}

        def becomes(wanted):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while states() != wanted and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual(states(), wanted)

        becomes({"2026Q3": ("OPEN", "2026-09-30", 2)})
        self.house.travel("2026-10-12")
        becomes({"2026Q3": ("OPEN", "2026-09-30", 2), "2026Q4": ("OPEN", "2026-12-31", 2)})
        self.house.travel("2026-10-13")
        becomes({"2026Q3": ("CLOSED", "2026-09-30", 2), "2026Q4": ("OPEN", "2026-12-31", 2)})


class StateMachineTest(ServiceCase):
    services = ("registry", "gateway")

    def test_versions_and_documented_states(self):
        "R186: a header of another version is refused; every transition of every machine has its sentence"
        reply = self.office.call("gateway.ListQuarters", {}, header={"version": 2})
        self.assertEqual((reply.status.name, reply.reason), ("INVALID_ARGUMENT", "BAD_VERSION"))
        for service in self.services:
            rows = self.house.node.cluster.sql(self.house.node.database, f"SELECT machine, from_state, to_state, method, sentence FROM {service}.state_transition")
            self.assertGreater(len(rows), 10)
            self.assertEqual([row for row in rows if not row[4].endswith(".") or " " not in row[4]], [])


class ReportTest(ServiceCase):
    """One quarter in one house: two bureaus with projects, one with nothing, and the office. Made once; the tests look at it from all sides."""

    at = "2026-06-30 08:00"  # projects stand on the list when the quarter ends

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        house, world = cls.house, cls.world
        other = OtherWorld(house)
        world.units()
        cls.listed = world.project(track="ZHONGTUI", field="TRANSPORT")
        cls.unlisted = world.project(track="NONGTUI", field="URBAN", field_waiver_reason="附属道路工程")
        cls.special = other.project(track="SPECIAL_FUND", field="AGRICULTURE", bureau_unit_id=OTHER, field_waiver_reason="附属道路工程",
                                    total_investment_fen=None)  # its notice does not say
        path.list_project(world, cls.listed, 2026, "ZHONGTUI", "DISTRICT", 60)
        numbers, strangers, more = world.placed(cls.listed, 3), world.placed(cls.unlisted, 1), other.placed(cls.special, 2)
        other.agree(cls.special, numbers[:1])  # one person works for two bureaus
        world.attended(cls.listed, numbers, "2026-06", range(20, 25))
        world.attended(cls.unlisted, strangers, "2026-06", range(20, 25))
        other.attended(cls.special, more + numbers[:1], "2026-06", range(25, 29))
        for one, code in ((world, cls.listed), (world, cls.unlisted), (other, cls.special)):
            path.seal_month(one, code, "2026-06")
        house.settle()
        sheets = [(code, post(world, code, people)) for code, people in ((cls.listed, numbers), (cls.unlisted, strangers))]
        house.travel("2026-07-17")
        for code, sheet in sheets:
            pay(world, code, sheet)
        path.draw_sheet(other, cls.special, "2026-06")
        house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20", "grace_days": 2})

    def report(self, code):
        return self.office.ok("gateway.GetReport", {"report_code": code})

    def file(self, unit, code, comments=()):
        """Checked and submitted by a second person of the unit."""
        checker = self.actor(f"checker-of-{unit}", unit, "CHECKER", ("BUREAU",))
        checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": project, "comment_note": note} for project, note in comments]})
        return checker.ok("gateway.SubmitReport", {"report_code": code})

    def test_1_draft_holds_the_figures_of_the_four_services(self):
        "R196 R190: figures of the quarter by project, people by token, cumulative = quarter in the year's first report"
        key = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})
        self.assertEqual((key["report_code"], key["report_state"], key["line_count"], key["person_count"]), (f"{BUREAU}-{QUARTER}-1", "DRAFT", 2, 4))
        lines = {line["project_code"]: line for line in self.report(key["report_code"])["lines"]}
        line = lines[self.listed]
        self.assertEqual((line["absorbed_count"], line["day_hundredths"], line["due_fen"], line["paid_fen"], line["unpaid_fen"]),
                         (3, 15_00, 3000_00, 3000_00, 0))
        self.assertEqual((line["cumulative_paid_fen"], line["cumulative_day_hundredths"], line["cumulative_absorbed_count"]), (3000_00, 15_00, 3))
        self.assertEqual((line["field"], line["track"], line["list_kind"], line["list_level"], line["project_state"]),
                         ("TRANSPORT", "ZHONGTUI", "ZHONGTUI", "DISTRICT", "CONSTRUCTION"))
        self.assertEqual(line["total_investment_fen"], 4_000_000_00)

    def test_2_only_listed_projects_count(self):
        "R052: a project that is on no list of the year, and no special-fund project, is shown and not counted"
        lines = {line["project_code"]: line for line in self.report(f"{BUREAU}-{QUARTER}-1")["lines"]}
        self.assertTrue(lines[self.listed]["is_counted"])
        self.assertFalse(lines[self.unlisted]["is_counted"])

    def test_3_who_may_draft_check_and_submit(self):
        "R188: a unit files its own report; the one who makes never checks"
        code = f"{BUREAU}-{QUARTER}-1"
        self.bureau.refused("gateway.DraftReport", {"unit_id": OTHER, "quarter": QUARTER}, "FAILED_PRECONDITION", "NOT_OWN_UNIT", "unit_id")
        self.bureau.refused("gateway.DraftReport", {"unit_id": BUREAU, "quarter": "2026Q4"}, "FAILED_PRECONDITION", "QUARTER_NOT_OPEN", "quarter")
        self.bureau_viewer.refused("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER}, "PERMISSION_DENIED")
        self.contractor.refused("gateway.DraftReport", {"unit_id": "contractor-1", "quarter": QUARTER}, "PERMISSION_DENIED")
        self.bureau.refused("gateway.CheckReport", {"report_code": code}, "PERMISSION_DENIED")
        self.other_bureau_checker.refused("gateway.CheckReport", {"report_code": code}, "FAILED_PRECONDITION", "NOT_OWN_UNIT", "report_code")
        self.bureau_checker.refused("gateway.SubmitReport", {"report_code": code}, "FAILED_PRECONDITION", "REPORT_STATE", "report_code")
        self.bureau_checker.refused("gateway.CheckReport", {"report_code": "no-such-report"}, "NOT_FOUND", "REPORT_UNKNOWN", "report_code")
        self.bureau.refused("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER, "gathered_lines": [{"line_number": 1, "project_code": self.listed}]},
                            "INVALID_ARGUMENT")

    def test_4_exceptions_want_a_comment(self):
        "R164: zero pay under construction and a ratio below its floor are exceptions that the unit must comment on"
        code = self.other_bureau.ok("gateway.DraftReport", {"unit_id": OTHER, "quarter": QUARTER})["report_code"]
        line = self.report(code)["lines"][0]
        self.assertEqual((line["project_code"], line["paid_fen"], line["absorbed_count"]), (self.special, 0, 3))
        reply = self.other_bureau_checker.refused("gateway.CheckReport", {"report_code": code}, "FAILED_PRECONDITION", "COMMENT_MISSING", "comments")
        self.assertIn("ZERO_PAY_UNDER_CONSTRUCTION", str(reply))
        self.other_bureau_checker.refused("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": self.listed, "comment_note": "误"}]},
                                          "INVALID_ARGUMENT", "COMMENT_PROJECT", "comments[0].project_code")
        self.other_bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"project_code": self.special, "comment_note": "发放表已编制, 7月支付"}]})
        report = self.report(code)
        self.assertEqual(report["report_state"], "CHECKED")
        self.assertEqual(len(report["line_digest"]), 32)
        self.assertIn("ZERO_PAY_UNDER_CONSTRUCTION", [exception["exception_rule"] for exception in report["exceptions"]])
        self.assertEqual(report["lines"][0]["line_note"], "发放表已编制, 7月支付")
        self.assertEqual(self.other_bureau_checker.ok("gateway.SubmitReport", {"report_code": code})["report_state"], "SUBMITTED")
        self.other_bureau.refused("gateway.DraftReport", {"unit_id": OTHER, "quarter": QUARTER}, "FAILED_PRECONDITION", "REPORT_UNDER_REVIEW", "quarter")

    def test_5_nil_report(self):
        "R188 R002: a nil report is allowed for whoever has nothing, counted, and refused to whoever has listed projects"
        self.bureau.refused("gateway.ZeroReport", {"unit_id": BUREAU, "quarter": QUARTER, "zero_reason": "无"}, "FAILED_PRECONDITION",
                            "ZERO_REPORT_WITH_FIGURES", "unit_id")
        self.hr.refused("gateway.DraftReport", {"unit_id": HR, "quarter": QUARTER}, "FAILED_PRECONDITION", "NOTHING_TO_REPORT", "unit_id")
        self.hr.refused("gateway.ZeroReport", {"unit_id": HR, "quarter": QUARTER}, "INVALID_ARGUMENT")
        code = self.hr.ok("gateway.ZeroReport", {"unit_id": HR, "quarter": QUARTER, "zero_reason": "本季度无项目"})["report_code"]
        self.file(HR, code)
        self.assertTrue(self.report(code)["is_zero"])
        maker, checker = self.actor("rural-maker", "140214-nync", "MAKER", ("BUREAU",)), self.actor("rural-checker", "140214-nync", "CHECKER", ("BUREAU",))
        code = maker.ok("gateway.ZeroReport", {"unit_id": "140214-nync", "quarter": QUARTER, "zero_reason": "本季度无项目"})["report_code"]
        checker.ok("gateway.CheckReport", {"report_code": code})
        checker.refused("gateway.SubmitReport", {"report_code": code}, "FAILED_PRECONDITION", "UNIT_NOT_EXPECTED", "report_code")

    def test_6_returned_with_remarks_and_filed_again(self):
        "R192 R188: the office returns with remarks; the unit files a new revision; the office may not decide on what it filed itself"
        comments = [(self.listed, "占比将于三季度补足"), (self.unlisted, "未列清单")]
        code = f"{BUREAU}-{QUARTER}-1"
        self.file(BUREAU, code, comments)
        self.bureau_checker.refused("gateway.AcceptReport", {"report_code": code}, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.ReturnReport", {"report_code": code}, "INVALID_ARGUMENT", "REQUIRED", "return_reason")
        self.office_checker.refused("gateway.ReturnReport", {"report_code": code, "return_reason": "请补充", "remarks": [
            {"project_code": self.special, "remark_note": "?"}]}, "INVALID_ARGUMENT", "REMARK_PROJECT", "remarks[0].project_code")
        self.office_checker.ok("gateway.ReturnReport", {"report_code": code, "return_reason": "请补充说明", "remarks": [
            {"project_code": self.listed, "remark_note": "请核对培训人数"}]})
        report = self.bureau.ok("gateway.GetReport", {"report_code": code})
        self.assertEqual((report["report_state"], report["remarks"][0]["remark_note"]), ("RETURNED", "请核对培训人数"))
        self.other_bureau.refused("gateway.GetReport", {"report_code": code}, "NOT_FOUND", "REPORT_UNKNOWN")
        self.office_checker.refused("gateway.AcceptReport", {"report_code": code}, "FAILED_PRECONDITION", "REPORT_STATE", "report_code")
        again = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})
        self.assertEqual(again["revision"], 2)
        self.house.travel("2026-07-25")  # behind due date and grace: but the first filing was in time
        self.file(BUREAU, again["report_code"], comments)
        self.office_checker.ok("gateway.AcceptReport", {"report_code": again["report_code"]})
        self.office_checker.ok("gateway.AcceptReport", {"report_code": f"{HR}-{QUARTER}-1"})

    def test_7_late_and_missing_are_named(self):
        "R188 R192: state of every unit, on time or late, the missing by name"
        body = self.office.ok("gateway.GetCompleteness", {"quarter": QUARTER})
        self.assertEqual((body["expected_count"], body["reported_count"], body["missing_count"], body["missing_unit_names"]), (4, 3, 1, ["区发展和改革局"]))
        own = self.office.ok("gateway.ZeroReport", {"unit_id": OFFICE, "quarter": QUARTER, "zero_reason": "无自有项目"})["report_code"]
        self.assertEqual(self.office.ok("gateway.GetCompleteness", {"quarter": QUARTER})["missing_count"], 1)
        self.office_checker.ok("gateway.CheckReport", {"report_code": own})
        self.office_checker.ok("gateway.SubmitReport", {"report_code": own})
        self.office_checker.refused("gateway.AcceptReport", {"report_code": own}, "FAILED_PRECONDITION", "DECIDER_IS_AUTHOR", "report_code")
        body = self.office.ok("gateway.GetCompleteness", {"quarter": QUARTER})
        self.assertEqual((body["reported_count"], body["on_time_count"], body["late_count"], body["late_unit_names"]), (4, 3, 1, ["区发展和改革局"]))
        states = {row["unit_id"]: (row["report_state"], row["is_late"]) for row in body["units"]}
        self.assertEqual(states, {BUREAU: ("ACCEPTED", False), OTHER: ("SUBMITTED", False), HR: ("ACCEPTED", False), OFFICE: ("SUBMITTED", True)})
        self.assertEqual([row["unit_id"] for row in self.bureau.ok("gateway.GetCompleteness", {"quarter": QUARTER})["units"]], [BUREAU])
        self.office_checker.refused("gateway.CloseQuarter", {"quarter": QUARTER}, "FAILED_PRECONDITION", "REPORTS_UNDECIDED", "quarter")

    def test_8_consolidation(self):
        "R192 R196 R190 R006 R052: accepted reports only, each person once across bureaus, by field, track and unit; late and missing listed"
        self.bureau_checker.refused("gateway.Consolidate", {"quarter": QUARTER}, "PERMISSION_DENIED")
        self.bureau.refused("gateway.GetConsolidatedReport", {"quarter": QUARTER}, "NOT_FOUND", "NOT_CONSOLIDATED")
        first = self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        self.assertEqual((first["consolidation_number"], first["accepted_count"], first["expected_count"]), (1, 2, 4))
        report = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        self.assertEqual((report["summary"]["project_count"], report["summary"]["absorbed_count"], report["summary"]["paid_fen"]), (1, 3, 3000_00))
        self.assertEqual(report["late_unit_names"], ["区发展和改革局"])
        self.office_checker.ok("gateway.AcceptReport", {"report_code": f"{OTHER}-{QUARTER}-1"})
        self.assertEqual(self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})["consolidation_number"], 2)
        report = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        summary = report["summary"]
        self.assertEqual((summary["project_count"], summary["absorbed_count"], summary["day_hundredths"], summary["due_fen"], summary["paid_fen"]),
                         (2, 5, 27_00, 5400_00, 3000_00))
        self.assertEqual(summary["unpaid_fen"], summary["due_fen"] - summary["paid_fen"])
        self.assertEqual(summary["per_head_fen"], 3000_00 // 5)
        by_unit = {row["total_key"]: row["absorbed_count"] for row in report["by_unit"]}
        self.assertEqual(by_unit, {BUREAU: 3, OTHER: 3})
        self.assertEqual([(row["total_key"], row["project_count"]) for row in report["by_field"]], [("TRANSPORT", 1), ("AGRICULTURE", 1)],
                         "in the order of the policy, not of the alphabet")
        self.assertEqual({row["total_key"]: row["paid_fen"] for row in report["by_track"]}, {"ZHONGTUI": 3000_00, "SPECIAL_FUND": 0})
        self.assertEqual({row["line"]["project_code"] for row in report["lines"]}, {self.listed, self.unlisted, self.special})
        rules = {(row["exception_rule"], row["project_code"]) for row in report["exceptions"]}
        self.assertIn(("ZERO_PAY_UNDER_CONSTRUCTION", self.special), rules)
        self.assertIn(("LATE_FILING", ""), rules)
        earlier = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER, "consolidation_number": 1})
        self.assertEqual(earlier["summary"]["absorbed_count"], 3, "a past consolidation shows what it showed then")

    def test_8a_what_is_not_published_is_unknown_and_not_zero(self):
        "R190 R192: an amount that a project has not published is absent on its line; sums hold what is known, and how many projects are missing in them"
        line = self.report(f"{OTHER}-{QUARTER}-1")["lines"][0]
        self.assertEqual((line["total_investment_fen"], line["planned_pay_fen"], line["planned_workers"], line["fiscal_fen"], line["central_fen"]),
                         (None, 1_200_000_00, 60, 3_000_000_00, 3_000_000_00))
        report = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})

        def sums(total):
            return [(total[f"{name}_fen"], total[f"{name}_unknown_count"]) for name in ("total_investment", "fiscal", "central", "planned_pay")]

        rest = [(3_000_000_00, 0), (3_000_000_00, 0), (1_200_000_00, 0)]
        said, silent = [(4_000_000_00, 0), *rest], [(None, 1), *rest]
        both = [(4_000_000_00, 1), (6_000_000_00, 0), (6_000_000_00, 0), (2_400_000_00, 0)]
        self.assertEqual(sums(report["summary"]), both)
        self.assertEqual({row["total_key"]: sums(row) for row in report["by_field"]}, {"TRANSPORT": said, "AGRICULTURE": silent})
        self.assertEqual({row["total_key"]: sums(row) for row in report["by_unit"]}, {BUREAU: said, OTHER: silent})
        self.assertEqual({row["line"]["project_code"]: row["line"]["total_investment_fen"] for row in report["lines"]},
                         {self.listed: 4_000_000_00, self.unlisted: 4_000_000_00, self.special: None})
        self.assertEqual(sums(self.office.ok("gateway.GetAnnualReport", {"report_year": 2026})["quarters"][0]["summary"]), both)
        earlier = self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER, "consolidation_number": 1})
        self.assertEqual(sums(earlier["summary"]), said)

    def test_9_restated_with_a_reason(self):
        "R192: an accepted report is replaced only by a new revision with a reason; the old one stays readable"
        self.bureau.refused("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER}, "FAILED_PRECONDITION", "RESTATE_REASON_MISSING", "restate_reason")
        again = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER, "restate_reason": "补充培训数据"})
        self.assertEqual(self.office.ok("gateway.GetCompleteness", {"quarter": QUARTER})["accepted_count"], 3, "what was accepted stands until then")
        self.file(BUREAU, again["report_code"], [(self.listed, "占比将于三季度补足"), (self.unlisted, "未列清单")])
        self.office_checker.ok("gateway.AcceptReport", {"report_code": again["report_code"]})
        states = {row["revision"]: row["report_state"] for row in self.bureau.rows("gateway.ListReports", {"quarter": QUARTER}, page_size=2)}
        self.assertEqual(states, {1: "RETURNED", 2: "RESTATED", 3: "ACCEPTED"})

    def test_a_next_quarter_cumulates(self):
        "R196: cum(q) = cum(q-1 of the same year) + in period; people of the year are distinct"
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q3"})
        code = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": "2026Q3"})["report_code"]
        line = {line["project_code"]: line for line in self.report(code)["lines"]}[self.listed]
        self.assertEqual((line["paid_fen"], line["absorbed_count"]), (0, 0))
        self.assertEqual((line["cumulative_paid_fen"], line["cumulative_day_hundredths"], line["cumulative_absorbed_count"]), (3000_00, 15_00, 3))

    def test_b_annual_report(self):
        "R189 R195: the year's report from the newest consolidation of its quarters, due 12-31, with its recipients; what is missing is named"
        body = self.office.ok("gateway.GetAnnualReport", {"report_year": 2026})
        self.assertEqual((body["due_date"], body["missing_quarters"]), ("2026-12-31", ["2026Q1", "2026Q3", "2026Q4"]))
        self.assertEqual([(row["quarter"], row["consolidation_number"]) for row in body["quarters"]], [(QUARTER, 2)])
        self.assertEqual(len(body["recipient_names"]), 2)
        self.bureau.refused("gateway.GetAnnualReport", {"report_year": 2026}, "PERMISSION_DENIED")

    # --- the page ------------------------------------------------------------------------------------------------------------

    def get(self, where):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.house.node.port('http')}{where}", timeout=20)

    def test_c_the_page_answers_first_and_shows_no_person(self):
        "R192 R190: one page: the sentence, then the tables; nothing personal; nothing can run in it"
        with self.get(f"/report/{QUARTER}") as answer:
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            text = answer.read().decode()
        self.assertIn("2026年第二季度：4 家应报，4 家已报（3 家按时），0 家未报", text)
        self.assertIn("区发展和改革局", text)
        self.assertIn("交通", text)
        self.assertIn("在建而本季未发报酬", text)
        self.assertIn("<td class=n>—</td><td class=n>300.00</td>", text, "nothing known of the water project's investment")
        self.assertIn("<td class=n>≥ 400.00 <span class=en>(+1)</span></td><td class=n>600.00</td>", text)
        self.assertIn("另有 1 个项目未公布总投资，未计入", text)
        self.assertIn("所以财政资金可能大于总投资", text)
        self.assertIn("1 of the projects published no total investment", text)
        self.assertNotIn("未登记资金来源", text)
        self.assertNotIn("140298", text)
        self.assertNotIn("<script", text)
        with self.get("/") as answer:
            self.assertEqual(answer.status, 200)
        with self.get("/style.css") as answer:
            self.assertIn("text/css", answer.headers["Content-Type"])

    def test_d_metrics_and_health(self):
        with self.get("/metrics") as answer:
            text = answer.read().decode()
        for service in ("gateway", "registry", "workforce", "payroll", "evaluation"):
            self.assertIn(f'workrelief_up{{service="{service}"}} 1', text)
        self.assertIn("# TYPE workrelief_calls counter", text)
        with self.get("/health") as answer:
            self.assertIn("payroll READY", answer.read().decode())

    def test_f_a_dead_service_is_shown_and_holds_nobody_up(self):
        "The report page stands on the gateway alone; health and metrics name the daemon that is away"
        self.house.node.kill("evaluation")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.get("/health")
        self.assertEqual(caught.exception.code, 503)
        self.assertIn("evaluation NO_ANSWER", caught.exception.read().decode())
        caught.exception.close()
        begin = time.monotonic()
        with self.get("/metrics") as answer:
            self.assertIn('workrelief_up{service="evaluation"} 0', answer.read().decode())
        with self.get(f"/report/{QUARTER}") as answer:
            self.assertEqual(answer.status, 200)
        self.assertLess(time.monotonic() - begin, 14)  # one who waits for it waits fifteen
        self.draft_names("evaluation")
        self.house.node.start("evaluation")

    def test_g_a_stuck_service_is_named_and_holds_nobody_up(self):
        "A draft gives up on the first service that does not answer in 5 s, and says which, in both languages"
        self.house.node.kill("payroll", number=signal.SIGSTOP)
        try:
            self.draft_names("payroll")
        finally:
            self.house.node.kill("payroll", number=signal.SIGCONT)

    def draft_names(self, service):
        for language, sentence in (("zh", f"汇集数据时 {service} 服务没有答复"), ("en", f"The {service} service gave no answer")):
            begin = time.monotonic()
            reply = self.bureau.refused("gateway.DraftReport", {"unit_id": BUREAU, "quarter": "2026Q3"}, "UNAVAILABLE", "FIGURES_UNAVAILABLE",
                                        timeout_ms=60000, header={"language": language})
            self.assertLess(time.monotonic() - begin, 14)  # the patience of other calls is fifteen
            self.assertIn(sentence, reply.header.message)

    def test_e_pages_that_are_not(self):
        for where, code in (("/report/2026Q9", 404), ("/report/%3Cscript%3E", 404), ("/report/2020Q1", 404), ("/../etc/passwd", 404)):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.get(where)
            self.assertEqual(caught.exception.code, code)
            self.assertNotIn("<script>", html.escape(where) and caught.exception.read().decode())
            caught.exception.close()
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.house.node.port('http')}/", data=b"x", method="POST"), timeout=20)
        self.assertEqual(caught.exception.code, 405)
        caught.exception.close()


if __name__ == "__main__":
    unittest.main()
