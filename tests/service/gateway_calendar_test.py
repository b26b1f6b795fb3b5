"""The two clocks of a report: until when it may be entered, and until when it counts as on time."""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

BUREAU, OTHER, OFFICE, HR = "140214-jtj", "140214-swj", "140214-fgj", "140214-rsj"
QUARTER = "2026Q3"  # ends on Wednesday 30 September; the holiday of October follows


class ClockTest(ServiceCase):
    """One quarter from its opening to its second closing; the tests go forward in time together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        cls.world.office_checker.ok("registry.SetCalendarDays", {"calendar_year": 2026, "source_note": "国务院办公厅关于2026年部分节假日安排的通知", "rows": [
            *({"day_date": f"2026-10-0{day}", "day_kind": "HOLIDAY", "day_name": "国庆节"} for day in range(1, 8)),
            {"day_date": "2026-10-10", "day_kind": "WORKDAY", "day_name": "国庆节调休"}]})
        cls.house.settle()

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def clock(self, unit=BUREAU, quarter=QUARTER, actor=None):
        return (actor or self.office).ok("gateway.GetReportClock", {"unit_id": unit, "quarter": quarter})

    def zero(self, unit, name):
        "A signed zero report, filed by two people of the unit"
        maker, checker = self.actor(f"{name}-maker", unit, "MAKER", ("BUREAU",)), self.actor(f"{name}-checker", unit, "CHECKER", ("BUREAU",))
        code = maker.ok("gateway.ZeroReport", {"unit_id": unit, "quarter": QUARTER, "zero_reason": "本季度无项目"})["report_code"]
        checker.ok("gateway.CheckReport", {"report_code": code})
        checker.ok("gateway.SubmitReport", {"report_code": code})
        return code

    def reminders(self, day="", actor=None):
        return {(row["unit_id"], row["reminder_kind"], row["working_day_count"])
                for row in (actor or self.office).rows("gateway.ListReminders", {"on_date": day}, page_size=2) if row["quarter"] == QUARTER}

    def test_a_policy_is_dated_and_does_not_reach_back(self):
        "R193 R188: due day, grace and reminders are data that hold from a day on; only the office's checker sets them"
        policy = {"valid_from_date": "2026-07-02", "due_on_working_day": True, "grace_days": 3, "grace_in_working_days": True, "close_after_days": 20,
                  "remind_before_days": [1, 5], "remind_every_days": 2, "basis_note": "区协调机制办公室通知〔2026〕3号"}
        self.bureau_checker.refused("gateway.SetReportingPolicy", policy, "PERMISSION_DENIED")
        self.office.refused("gateway.SetReportingPolicy", policy, "PERMISSION_DENIED")
        reply = self.office_checker.refused("gateway.SetReportingPolicy", {**policy, "valid_from_date": "2026-06-30", "grace_days": 61, "close_after_days": 367,
                                                                           "remind_before_days": [5, 5], "remind_every_days": 61}, "INVALID_ARGUMENT")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("POLICY_IN_PAST", "valid_from_date"), ("REMIND_DAYS", "remind_before_days"), ("REMIND_DAYS", "remind_every_days"),
            ("POLICY_RANGE", "grace_days"), ("POLICY_RANGE", "close_after_days")})
        self.assertEqual(self.office_checker.ok("gateway.SetReportingPolicy", policy)["remind_before_days"], [5, 1])
        rows = self.bureau.rows("gateway.ListReportingPolicies", page_size=1)
        self.assertEqual([(row["valid_from_date"], row["grace_days"], row["close_after_days"]) for row in rows], [("2020-01-01", 0, None), ("2026-07-02", 3, 20)])

    def test_b_locked_says_by_what_and_who_can_open_it(self):
        "R006 R193: before the office opens the quarter nothing may be entered, and the clock says who opens it"
        clock = self.clock()
        self.assertEqual((clock["may_enter"], clock["lock_rule"], clock["quarter_state"], clock["on_time_until_date"]), (False, "QUARTER_UNKNOWN", "UNSPECIFIED", ""))
        self.assertIn("尚未开启", clock["lock_zh"])
        self.assertIn("OpenQuarter", clock["opener_en"])
        self.bureau.refused("gateway.GetReportClock", {"unit_id": OTHER, "quarter": QUARTER}, "NOT_FOUND", "UNIT_NOT_YOURS")
        self.office.refused("gateway.GetReportClock", {"unit_id": "140214-none", "quarter": QUARTER}, "NOT_FOUND", "UNIT_NOT_YOURS")

    def test_c_days_of_grace_are_working_days(self):
        "R188 R193: the holiday is left out and the Saturday worked in exchange (调休) counts; a due day on a weekend moves to the working day behind it"
        opened = self.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER})
        self.assertEqual((opened["due_date"], opened["on_time_until_date"], opened["enter_until_date"]), ("2026-09-30", "2026-10-10", "2026-10-30"))
        self.assertEqual(self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2027Q4"})["due_date"], "2027-12-31")
        self.assertEqual(self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2028Q4"})["due_date"], "2029-01-01", "31 December 2028 is a Sunday")
        self.assertEqual(self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q2"})["on_time_until_date"], "2026-06-30", "the older policy holds for it")
        clock = self.clock(actor=self.bureau)
        self.assertEqual((clock["may_enter"], clock["is_on_time"], clock["on_time_until_date"], clock["enter_until_date"], clock["lock_rule"], clock["report_state"]),
                         (True, True, "2026-10-10", "2026-10-30", "", "MISSING"))
        self.assertEqual(self.clock("owner-1")["lock_rule"], "UNIT_NOT_EXPECTED")

    def test_d_reminders_come_before_the_due_day(self):
        "R188: who has not filed is told some working days before, on the day, and every so often behind it; a unit sees its own"
        self.assertEqual({row for row in self.reminders("2026-09-23") if row[0] == BUREAU}, {(BUREAU, "BEFORE_DUE", 5)})
        self.assertEqual({row for row in self.reminders("2026-09-24") if row[0] == BUREAU}, set())
        self.assertEqual({row for row in self.reminders("2026-09-29") if row[0] == BUREAU}, {(BUREAU, "BEFORE_DUE", 1)})
        self.assertEqual(self.reminders("2026-09-30", self.bureau), {(BUREAU, "DUE_TODAY", 0)})
        self.assertEqual(self.reminders("2026-10-10", self.bureau), set(), "within the days of grace")
        self.assertEqual(self.reminders("2026-10-12", self.bureau), {(BUREAU, "LATE", 1)})
        self.assertEqual(self.reminders("2026-10-13", self.bureau), set())
        self.assertEqual(self.reminders("2026-10-14", self.bureau), {(BUREAU, "LATE", 3)})

    def test_e_an_extension_is_granted_to_one_unit(self):
        "R188: by the office's checker, with a reason, longer than what holds, and for nobody else"
        self.house.travel("2026-10-09")
        request = {"unit_id": OTHER, "quarter": QUARTER, "until_date": "2026-10-15", "extension_reason": "防汛抢险"}
        self.bureau_checker.refused("gateway.GrantExtension", request, "PERMISSION_DENIED")
        self.office.refused("gateway.GrantExtension", request, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.GrantExtension", {**request, "extension_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "extension_reason")
        self.office_checker.refused("gateway.GrantExtension", {**request, "until_date": "2026-10-10"}, "INVALID_ARGUMENT", "EXTENSION_NOT_LONGER", "until_date")
        reply = self.office_checker.refused("gateway.GrantExtension", {**request, "unit_id": "owner-1", "until_date": "2026-10-08"})
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"UNIT_NOT_EXPECTED", "UNTIL_DATE_PAST", "EXTENSION_NOT_LONGER"})
        self.office_checker.refused("gateway.GrantExtension", {**request, "quarter": "2026Q1"}, "FAILED_PRECONDITION", "QUARTER_NOT_OPEN", "quarter")
        self.assertEqual(self.office_checker.ok("gateway.GrantExtension", request)["extension_number"], 1)
        self.office_checker.refused("gateway.GrantExtension", request, "INVALID_ARGUMENT", "EXTENSION_NOT_LONGER", "until_date")
        mine, theirs = self.clock(BUREAU), self.clock(OTHER)
        self.assertEqual((mine["on_time_until_date"], mine["extended_until_date"]), ("2026-10-10", ""))
        self.assertEqual((theirs["on_time_until_date"], theirs["extended_until_date"], theirs["extension_reason"]), ("2026-10-15", "2026-10-15", "防汛抢险"))
        self.assertEqual([row["unit_id"] for row in self.other_bureau.rows("gateway.ListExtensions", {"quarter": QUARTER})], [OTHER])
        self.assertEqual(self.bureau.rows("gateway.ListExtensions", {"quarter": QUARTER}), [])

    def test_f_on_time_is_by_the_units_own_clock(self):
        "R188 R192: on the 14th the unit with an extension is on time and another is late; what is filed needs no extension"
        self.zero(HR, "hr-zero")
        self.house.travel("2026-10-14")
        self.office_checker.refused("gateway.CloseQuarter", {"quarter": QUARTER}, "FAILED_PRECONDITION", "EXTENSION_RUNS", "quarter")
        self.assertEqual(self.reminders("2026-10-14", self.other_bureau), {(OTHER, "BEFORE_DUE", 1)})
        for unit, name in ((BUREAU, "road"), (OTHER, "water")):
            self.zero(unit, name)
        late = {row["unit_id"]: row["is_late"] for row in self.office.ok("gateway.GetCompleteness", {"quarter": QUARTER})["units"]}
        self.assertEqual((late[HR], late[OTHER], late[BUREAU]), (False, False, True))
        self.assertEqual((self.clock(OTHER)["is_on_time"], self.clock(BUREAU)["is_on_time"]), (True, False))
        self.office_checker.refused("gateway.GrantExtension", {"unit_id": BUREAU, "quarter": QUARTER, "until_date": "2026-10-20", "extension_reason": "补"},
                                    "FAILED_PRECONDITION", "EXTENSION_NEEDLESS", "unit_id")
        clock = self.clock(BUREAU)
        self.assertEqual((clock["may_enter"], clock["lock_rule"], clock["report_state"]), (False, "REPORT_UNDER_REVIEW", "SUBMITTED"))
        self.assertIn("ReturnReport", clock["opener_en"])
        self.assertEqual(self.reminders("", self.bureau), set(), "who has filed is not reminded")

    def test_g_an_extension_ends_by_itself(self):
        "R188: the day behind it the unit is late like everybody, without anybody's doing"
        own = {"unit_id": OFFICE, "quarter": QUARTER, "until_date": "2026-10-16", "extension_reason": "系统迁移"}
        self.office.ok("gateway.ZeroReport", {"unit_id": OFFICE, "quarter": QUARTER, "zero_reason": "无自有项目"})
        self.office_checker.ok("gateway.GrantExtension", own)
        self.assertTrue(self.clock(OFFICE)["is_on_time"])
        self.house.travel("2026-10-17")
        clock = self.clock(OFFICE)
        self.assertEqual((clock["is_on_time"], clock["days_left"], clock["may_enter"]), (False, -1, True))
        self.assertEqual(self.reminders("", self.office), {(OFFICE, "EXTENSION_OVER", 0)})
        self.office_checker.ok("gateway.CheckReport", {"report_code": f"{OFFICE}-{QUARTER}-1"})
        self.office_checker.refused("gateway.GrantExtension", {**own, "until_date": "2026-10-30"}, "FAILED_PRECONDITION", "DECIDER_IS_AUTHOR", "unit_id")
        self.office_checker.ok("gateway.SubmitReport", {"report_code": f"{OFFICE}-{QUARTER}-1"})
        self.assertFalse(self.clock(OFFICE)["is_on_time"])

    def test_h_closed_and_reopened_for_some_days(self):
        "R006 R193: only the office reopens, with a reason and until a day; what was late stays late"
        decider = self.actor("office-decider", OFFICE, "CHECKER", ("OFFICE",))
        for unit in (BUREAU, OTHER, HR, OFFICE):
            decider.ok("gateway.AcceptReport", {"report_code": f"{unit}-{QUARTER}-1"})
        self.assertEqual(self.clock(BUREAU)["lock_rule"], "RESTATE_REASON_MISSING")
        request = {"quarter": QUARTER, "until_date": "2026-10-25", "reopen_reason": "更正培训人次"}
        self.office_checker.refused("gateway.ReopenQuarter", request, "FAILED_PRECONDITION", "QUARTER_NOT_CLOSED", "quarter")
        self.assertEqual(self.office_checker.ok("gateway.CloseQuarter", {"quarter": QUARTER})["quarter_state"], "CLOSED")
        clock = self.clock(BUREAU)
        self.assertEqual((clock["may_enter"], clock["lock_rule"]), (False, "QUARTER_NOT_OPEN"))
        self.assertIn("ReopenQuarter", clock["opener_zh"])
        self.bureau_checker.refused("gateway.ReopenQuarter", request, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.ReopenQuarter", {**request, "until_date": "2026-10-16"}, "INVALID_ARGUMENT", "UNTIL_DATE_PAST", "until_date")
        self.assertEqual(self.office_checker.ok("gateway.ReopenQuarter", {**request, "until_date": "2026-11-05"})["enter_until_date"], "2026-11-05")
        self.assertEqual((self.clock(BUREAU)["lock_rule"], self.clock(BUREAU)["is_on_time"]), ("RESTATE_REASON_MISSING", False))


class ClockworkPolicyTest(ServiceCase):
    services = ("registry", "gateway")
    settings = {"gateway.calendar": 1, "gateway.calendar_interval_ms": 100, "gateway.close_after_days": 10}

    def test_the_calendar_waits_for_extensions_and_closes_again_what_was_reopened(self):
        "R193 R188: a quarter closes by itself behind its last day, later when an extension reaches farther, and again when it was reopened"
        self.world.units()
        self.house.settle()

        def becomes(state):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < deadline:
                rows = {row["quarter"]: row["quarter_state"] for row in self.office.rows("gateway.ListQuarters")}
                if rows.get("2026Q3") == state:
                    return
                time.sleep(0.05)
            self.fail(f"{rows} not {state}")

        becomes("OPEN")
        self.office_checker.ok("gateway.GrantExtension", {"unit_id": BUREAU, "quarter": "2026Q3", "until_date": "2026-10-20", "extension_reason": "防汛抢险"})
        self.house.travel("2026-10-15")
        time.sleep(0.5)
        becomes("OPEN")
        self.house.travel("2026-10-21")
        becomes("CLOSED")
        self.office_checker.ok("gateway.ReopenQuarter", {"quarter": "2026Q3", "until_date": "2026-10-22", "reopen_reason": "更正"})
        time.sleep(0.5)
        becomes("OPEN")
        self.house.travel("2026-10-23")
        becomes("CLOSED")


if __name__ == "__main__":
    unittest.main()
