"""registry: the yearly lists as bureaus send them, the office's consolidated list with its conflicts, history, plan and fund totals."""
import csv
import os
import subprocess
import tempfile

from lib import BUILD, ROOT, invariants, messages
from lib.house import ServiceCase

FEATURES = ["SMALL_INVESTMENT", "LOW_TECHNICAL_THRESHOLD", "SIMPLE_EARLY_WORK", "LOW_SKILL_DEMAND"]


def line(code, **more):
    return {"project_code": code, "project_name": f"道路硬化{code}", "field": "TRANSPORT", "division_code": "140214002", "list_kind": "ZHONGTUI",
            "list_level": "DISTRICT", "plan_note": "年度投资计划", "expected_workers": 20, "total_investment_fen": 100_000_00, **more}


def submission(year, lines, **more):
    """A bureau's list with its true totals."""
    known = [one["total_investment_fen"] for one in lines if one["total_investment_fen"] is not None]
    return {"list_year": year, "entry_count": len(lines), "expected_workers": sum(one["expected_workers"] for one in lines),
            "total_investment_fen": sum(known) if known else None, "lines": lines, **more}


class YearListCase(ServiceCase):
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    def listed(self, code, year=2026, kind="NONGTUI", **more):
        """The project on the year's list of its bureau."""
        self.bureau.ok("registry.ProposeListEntry", {"project_code": code, "list_year": year, "list_kind": kind, "list_level": "DISTRICT",
                                                     "plan_note": "乡村振兴规划", "expected_workers": 20, **more})
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": year, "decision": "LISTED"})
        return code


class SubmissionTest(YearListCase):
    def lists(self, year, actor=None, **filters):
        return {row["unit_id"]: row for row in (actor or self.office).rows("registry.ListYearLists", {"list_year": year, **filters}, page_size=2)}

    def test_the_office_sees_who_has_not_sent_it(self):
        "R050: each member bureau until it has sent its list or said that there is none."
        self.assertEqual(set(self.lists(2027, missing_only=True)), {"140214-fgj", "140214-jtj", "140214-swj", "140214-rsj"})
        sent = self.bureau_checker.ok("registry.SubmitYearList", submission(2027, [line("N-1"), line("N-2", total_investment_fen=None)]))
        self.assertEqual((sent["unit_id"], sent["submission_number"], sent["entry_count"], sent["late"]), ("140214-jtj", 1, 2, False))
        self.other_bureau_checker.ok("registry.SubmitYearList", {"list_year": 2027, "nil_list": True})
        rows = self.lists(2027)
        self.assertEqual((rows["140214-jtj"]["entry_count"], rows["140214-jtj"]["total_investment_fen"], rows["140214-jtj"]["expected_workers"]),
                         (2, 100_000_00, 40))
        self.assertEqual((rows["140214-swj"]["nil_list"], rows["140214-swj"]["total_investment_fen"]), (True, None))
        self.assertEqual(set(self.lists(2027, missing_only=True)), {"140214-fgj", "140214-rsj"})
        self.assertEqual(set(self.lists(2027, self.bureau)), {"140214-jtj"})
        self.contractor.refused("registry.ListYearLists", {"list_year": 2027}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_count_and_totals_are_those_of_the_lines(self):
        "R050: what is declared must be what is listed; all differences come together."
        lines = [line("T-1"), line("T-2", expected_workers=5)]
        reply = self.bureau_checker.refused("registry.SubmitYearList", submission(2028, lines, entry_count=3, total_investment_fen=1, expected_workers=24),
                                            "FAILED_PRECONDITION", "LIST_TOTAL_DIFFERS", path="entry_count")
        self.assertEqual({problem["path"] for problem in reply.problems}, {"entry_count", "total_investment_fen", "expected_workers"})
        unknown = [line("T-1", total_investment_fen=None)]
        self.bureau_checker.refused("registry.SubmitYearList", submission(2028, unknown, total_investment_fen=0), "FAILED_PRECONDITION",
                                    "LIST_TOTAL_DIFFERS", path="total_investment_fen")
        self.bureau_checker.ok("registry.SubmitYearList", submission(2028, unknown))

    def test_nil_is_said_and_not_guessed(self):
        "R050"
        self.bureau_checker.refused("registry.SubmitYearList", {"list_year": 2029}, "FAILED_PRECONDITION", "LIST_EMPTY", path="lines")
        self.bureau_checker.refused("registry.SubmitYearList", submission(2029, [line("Z-1")], nil_list=True), "FAILED_PRECONDITION", "NIL_LIST_HAS_LINES")

    def test_lines_are_checked_at_their_place(self):
        "R047 R048 R051: once each, with plan and workers, 农推 at county level only."
        lines = [line("L-1"), line("L-1"), line("L-2", list_kind="NONGTUI", list_level="CITY")]
        reply = self.bureau_checker.refused("registry.SubmitYearList", submission(2030, lines), "FAILED_PRECONDITION", "LIST_LINE_TWICE",
                                            path="lines[0].project_code")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems},
                         {("LIST_LINE_TWICE", "lines[0].project_code"), ("LIST_LINE_TWICE", "lines[1].project_code"),
                          ("NONGTUI_ONLY_COUNTY", "lines[2].list_level")})
        for field, nothing in (("plan_note", ""), ("expected_workers", 0), ("list_kind", "UNSPECIFIED")):
            bad = [line("L-3", **{field: nothing})]
            self.bureau_checker.refused("registry.SubmitYearList", {**submission(2030, bad)}, "INVALID_ARGUMENT", "REQUIRED", path=f"lines[0].{field}")

    def test_a_bureau_sends_its_own_list_by_a_checker(self):
        "R047 R050"
        sent = submission(2031, [line("O-1")])
        self.bureau.refused("registry.SubmitYearList", sent, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.refused("registry.SubmitYearList", {**sent, "unit_id": "140214-swj"}, "FAILED_PRECONDITION", "NOT_YOUR_UNIT", path="unit_id")
        self.office_checker.refused("registry.SubmitYearList", {**sent, "unit_id": "owner-1"}, "FAILED_PRECONDITION", "UNKNOWN_BUREAU", path="unit_id")
        self.office_checker.ok("registry.SubmitYearList", {**sent, "unit_id": "140214-swj", "submit_note": "收到纸质清单"})
        self.assertEqual(self.lists(2031)["140214-swj"]["submission_number"], 1)

    def test_a_new_list_takes_the_place_of_the_old_which_stays(self):
        "R049 R050: the lists of a past day can still be read."
        self.bureau_checker.ok("registry.SubmitYearList", submission(2032, [line("V-1")]))
        self.house.travel("2026-07-05")
        self.assertEqual(self.bureau_checker.ok("registry.SubmitYearList", submission(2032, [line("V-1"), line("V-2")]))["submission_number"], 2)
        for day, count in (("2026-07-04", 1), ("2026-07-05", 2)):
            self.assertEqual(self.lists(2032, as_of_date=day)["140214-jtj"]["entry_count"], count)
            self.assertEqual(len(self.office.rows("registry.ListConsolidatedEntries", {"list_year": 2032, "as_of_date": day})), count)
        self.assertEqual(self.sql("SELECT count(*) FROM registry.list_submission WHERE list_year = 2032"), [["2"]])
        self.house.travel("2026-07-01")

    def test_late_by_the_districts_day(self):
        "R050: the day is a dated parameter; late sent stays late."
        self.assertEqual(self.lists(2026)["140214-jtj"]["list_due_date"], "2026-03-31")
        self.assertTrue(self.lists(2026)["140214-jtj"]["late"])
        self.assertFalse(self.lists(2026, as_of_date="2026-03-31")["140214-jtj"]["late"])
        self.assertTrue(self.bureau_checker.ok("registry.SubmitYearList", {"list_year": 2026, "nil_list": True})["late"])
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "year_list_due_day", "division_prefix": "1402", "valid_from_date": "2033-01-01",
                                                         "parameter_value": 31, "basis_note": "本市规定"})
        self.assertEqual(self.lists(2033)["140214-jtj"]["list_due_date"], "2033-01-31")

    def test_the_event_tells_count_and_totals(self):
        "R050"
        self.bureau_checker.ok("registry.SubmitYearList", submission(2034, [line("E-1"), line("E-2")]))
        rows = self.operator.client("registry").call("journal.Read", {"after_seq": max(0, self.house.node.health("registry")["last_seq"] - 5)}).body["rows"]
        event = [messages.message_type("YearListSubmitted").FromString(row["event"]) for row in rows if row["event_type"] == "YearListSubmitted"][-1]
        self.assertEqual((event.unit_id, event.list_year, event.entry_count, event.total_investment_fen, event.submitted_date),
                         ("140214-jtj", 2034, 2, 200_000_00, "2026-07-01"))


class ConsolidationTest(YearListCase):
    def consolidated(self, year, **filters):
        return {(row["project_code"], row["unit_id"]): row
                for row in self.office.rows("registry.ListConsolidatedEntries", {"list_year": year, **filters}, page_size=2)}

    def conflicts(self, year):
        return {(code, unit, conflict["conflict_kind"], conflict["other_unit_id"], conflict["other_project_code"])
                for (code, unit), row in self.consolidated(year, conflicts_only=True).items() for conflict in row["conflicts"]}

    def test_union_of_what_was_sent_and_what_is_listed_here(self):
        "R050 R054: the last list of each bureau; of those that sent none, this registry's own entries."
        own = self.listed(self.world.draft(), 2027)
        self.bureau.ok("registry.ProposeListEntry", {"project_code": self.world.draft(), "list_year": 2027, "list_kind": "NONGTUI",
                                                     "list_level": "DISTRICT", "plan_note": "规划", "expected_workers": 5})
        self.other_bureau_checker.ok("registry.SubmitYearList", submission(2027, [line("U-1", field="WATER"), line("U-2", total_investment_fen=None)]))
        rows = self.consolidated(2027)
        self.assertEqual(set(rows), {(own, "140214-jtj"), ("U-1", "140214-swj"), ("U-2", "140214-swj")})
        self.assertEqual((rows[(own, "140214-jtj")]["submission_number"], rows[("U-2", "140214-swj")]["total_investment_fen"]), (0, None))
        self.assertEqual(set(self.consolidated(2027, field="WATER")), {("U-1", "140214-swj")})
        self.assertEqual(set(self.consolidated(2027, list_kind="NONGTUI", unit_id="140214-jtj")), {(own, "140214-jtj")})
        self.assertEqual(self.consolidated(2027, conflicts_only=True), {})
        self.bureau_checker.ok("registry.SubmitYearList", submission(2027, [line("U-3")]))
        self.assertEqual(set(self.consolidated(2027)), {("U-1", "140214-swj"), ("U-2", "140214-swj"), ("U-3", "140214-jtj")})

    def test_two_bureaus_claim_one_project(self):
        "R050: both see it, and so does the list when the registry knows the project as another's."
        self.bureau_checker.ok("registry.SubmitYearList", submission(2028, [line("C-1"), line("C-2")]))
        known = self.world.draft()
        self.other_bureau_checker.ok("registry.SubmitYearList", submission(2028, [line("C-1"), line(known)]))
        self.assertEqual(self.conflicts(2028), {("C-1", "140214-jtj", "TWO_UNITS", "140214-swj", "C-1"), ("C-1", "140214-swj", "TWO_UNITS", "140214-jtj", "C-1"),
                                                (known, "140214-swj", "TWO_UNITS", "140214-jtj", known)})

    def test_one_project_on_two_lists(self):
        "R050 R051: 重推 with one bureau, 农推 with the other; or sent as one kind and registered as another."
        registered = self.listed(self.world.draft(), 2029)
        self.bureau_checker.ok("registry.SubmitYearList", submission(2029, [line("D-1"), line(registered)]))
        self.other_bureau_checker.ok("registry.SubmitYearList", submission(2029, [line("D-1", list_kind="NONGTUI")]))
        self.assertEqual({conflict for conflict in self.conflicts(2029) if conflict[2] == "TWO_LISTS"},
                         {("D-1", "140214-jtj", "TWO_LISTS", "140214-swj", "D-1"), ("D-1", "140214-swj", "TWO_LISTS", "140214-jtj", "D-1"),
                          (registered, "140214-jtj", "TWO_LISTS", "140214-jtj", registered)})

    def test_same_name_and_place_under_two_codes(self):
        "R050: brackets and spaces do not hide it; the same name elsewhere is no conflict."
        self.bureau_checker.ok("registry.SubmitYearList", submission(2030, [
            line("S-1", project_name="某村道路（一期）"), line("S-3", project_name="某村道路（一期）", division_code="140214003")]))
        self.other_bureau_checker.ok("registry.SubmitYearList", submission(2030, [line("S-2", project_name="某村 道路(一期)")]))
        self.assertEqual(self.conflicts(2030), {("S-1", "140214-jtj", "SAME_NAME_AND_PLACE", "140214-swj", "S-2"),
                                                ("S-2", "140214-swj", "SAME_NAME_AND_PLACE", "140214-jtj", "S-1")})

    def test_only_the_office_consolidates(self):
        "R006 R050"
        self.bureau.refused("registry.ListConsolidatedEntries", {"list_year": 2026}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.audit.ok("registry.ListConsolidatedEntries", {"list_year": 2026})


class PlanTest(YearListCase):
    def test_the_history_of_an_entry(self):
        "R049: every state with its days and its author."
        code = self.listed(self.world.draft())
        self.bureau_checker.ok("registry.RemoveListEntry", {"project_code": code, "list_year": 2026, "remove_reason": "停建"})
        self.listed(code, kind="ZHONGTUI")
        spells = self.bureau.ok("registry.ListEntryHistory", {"project_code": code})["rows"]
        self.assertEqual([(spell["list_state"], spell["list_kind"], spell["made_by"]) for spell in spells],
                         [("PROPOSED", "NONGTUI", "bureau-maker"), ("LISTED", "NONGTUI", "bureau-checker"), ("REMOVED", "NONGTUI", "bureau-checker"),
                          ("PROPOSED", "ZHONGTUI", "bureau-maker"), ("LISTED", "ZHONGTUI", "bureau-checker")])
        self.assertEqual((spells[2]["spell_note"], spells[-1]["valid_to_date"]), ("停建", ""))
        self.other_bureau.refused("registry.ListEntryHistory", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_the_event_says_from_which_day_on(self):
        "R049: a decision may hold from a day before or after that on which it was taken."
        code = self.listed(self.world.draft(), 2030)
        self.bureau_checker.ok("registry.RemoveListEntry", {"project_code": code, "list_year": 2030, "remove_reason": "停建", "effective_date": "2026-08-01"})
        rows = self.operator.client("registry").call("journal.Read", {"after_seq": max(0, self.house.node.health("registry")["last_seq"] - 3)}).body["rows"]
        events = [messages.message_type("ListEntryChanged").FromString(row["event"]) for row in rows if row["event_type"] == "ListEntryChanged"]
        self.assertEqual([(event.list_state, event.effective_date) for event in events], [(1, "2026-07-01"), (2, "2026-07-01"), (4, "2026-08-01")])
        listed = lambda: [row["project_code"] for row in self.office.rows("registry.ListProjects", {"list_year": 2030})]
        self.assertEqual(listed(), [code])
        self.house.travel("2026-08-01")
        self.assertEqual(listed(), [])
        self.house.travel("2026-07-01")

    def test_the_quarter_counts_the_years_own_list(self):
        "R052: next year's list, made this year, counts from the first quarter of its year, and once."
        code = self.listed(self.world.draft(), 2027)
        def figures(quarter):
            row = next(row for row in self.operator.rows("registry.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": quarter})
                       if row["project_code"] == code)
            return row["list_kind"], row["listed_in_quarter"], row["listed_in_year"]
        self.assertEqual(figures("2026Q4"), ("UNSPECIFIED", False, False))
        self.assertEqual(figures("2027Q1"), ("NONGTUI", True, True))
        self.assertEqual(figures("2027Q2"), ("NONGTUI", False, True))
        self.assertEqual(figures("2028Q1"), ("UNSPECIFIED", False, False))

    def test_plan_totals_are_the_sums_of_the_entries(self):
        "R053 R054 R042: by field and bureau; what a project does not state is counted, not added as nothing."
        self.listed(self.world.draft(total_investment_fen=None, linked_special_fund_code="2401-140298-04-01-000010"), 2027, entry_source="RURAL_PROJECT_BANK",
                    bank_code="XM1")
        self.listed(self.world.draft(selection_features=FEATURES), 2027)
        self.listed(self.world.draft(selection_features=FEATURES[:3]), 2027)
        self.listed(self.world.draft(), 2027, kind="ZHONGTUI")
        reply = self.office.ok("registry.ListPlanTotals", {"list_year": 2027})
        self.assertEqual(reply["rows"], [{
            "field": "TRANSPORT", "bureau_unit_id": "140214-jtj", "entry_count": 4, "expected_workers": 80, "total_investment_fen": 12_000_000_00,
            "investment_unknown_count": 1, "planned_pay_fen": 4_800_000_00, "pay_unknown_count": 0, "from_bank_count": 1, "unlinked_count": 3,
            "nongtui_count": 3, "selected_count": 1}])
        self.assertEqual((reply["plan_entry_count"], reply["plan_investment_fen"], reply["plan_pay_fen"], reply["selected_share_bp"]),
                         (4, 12_000_000_00, 4_800_000_00, 3333))
        self.assertEqual(self.office.ok("registry.ListPlanTotals", {"list_year": 2027, "list_kind": "ZHONGTUI"})["selected_share_bp"], None)
        self.assertEqual(self.other_bureau.ok("registry.ListPlanTotals", {"list_year": 2027})["plan_entry_count"], 4)
        self.contractor.refused("registry.ListPlanTotals", {"list_year": 2027}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_members_share_the_plan_and_each_carries_its_own(self):
        "R014: every project has its bureau; members see each other's totals, who is none sees its own alone."
        self.listed(self.world.draft(), 2028)
        water = "SHARED-1"
        self.other_bureau.ok("registry.AddProject", {"project_code": water, "project_name": "渠道", "field": "WATER"})
        self.assertEqual(self.office.ok("registry.GetProject", {"project_code": water})["facts"]["bureau_unit_id"], "140214-swj")
        self.other_bureau.ok("registry.SetParties", {"project_code": water, "parties": [{"unit_id": "140214-rsj", "relation": "CONTACT", "person_name": "郑某"}]})
        self.other_bureau.ok("registry.ProposeListEntry", {"project_code": water, "list_year": 2028, "list_kind": "ZHONGTUI", "list_level": "CITY",
                                                           "plan_note": "水利规划", "expected_workers": 3})
        self.other_bureau_checker.ok("registry.DecideListEntry", {"project_code": water, "list_year": 2028, "decision": "LISTED"})
        for actor in (self.office, self.bureau, self.other_bureau):
            rows = actor.rows("registry.ListPlanTotals", {"list_year": 2028}, page_size=1)
            self.assertEqual([(row["field"], row["bureau_unit_id"]) for row in rows], [("TRANSPORT", "140214-jtj"), ("WATER", "140214-swj")])
        self.office.ok("registry.AddUnit", {"unit_id": "guest-1", "unit_name": "外区某局", "unit_kind": "BUREAU"})
        guest = self.actor("guest-maker", "guest-1", relations=("BUREAU",))
        self.assertEqual(guest.ok("registry.ListPlanTotals", {"list_year": 2028})["rows"], [])
        guest.refused("registry.AddProject", {"project_code": "SHARED-2", "project_name": "示例", "field": "WATER", "bureau_unit_id": "140214-swj"},
                      "FAILED_PRECONDITION", "NOT_YOUR_UNIT", path="bureau_unit_id")

    def test_money_of_reconstruction_alone(self):
        "R046: the filter of the fund report; a bureau sees its own projects' money."
        code = "RECON-1"
        self.bureau.ok("registry.AddProject", {"project_code": code, "project_name": "灾后道路恢复", "field": "RECONSTRUCTION"})
        self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F1", "fund_source": "PROVINCIAL", "fund_purpose": "CONSTRUCTION",
                                                "approved_fen": 500_000_00})
        self.listed(self.world.draft(), 2029)
        self.assertEqual(self.office.ok("registry.ListFundTotals", {"reconstruction_only": True})["rows"], [{
            "fund_source": "PROVINCIAL", "special_fund": False, "fiscal": True, "central": False, "project_count": 1, "approved_fen": 500_000_00,
            "allocated_fen": 0}])
        listed = self.office.ok("registry.ListFundTotals", {"list_year": 2029})["rows"]
        self.assertEqual([(row["fund_source"], row["project_count"], row["approved_fen"]) for row in listed], [("CENTRAL_BUDGET_INVESTMENT", 1, 3_000_000_00)])
        self.assertEqual(self.other_bureau.ok("registry.ListFundTotals", {})["rows"], [])
        self.assertEqual({row["fund_source"] for row in self.bureau.ok("registry.ListFundTotals", {"bureau_unit_id": "140214-jtj"})["rows"]},
                         {"PROVINCIAL", "CENTRAL_BUDGET_INVESTMENT"})


class PublishedTest(YearListCase):
    """The published projects go in by the operator's own import and come out cell by cell."""

    @staticmethod
    def table():
        with open(ROOT / "policy/published_projects.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def command(self, *words):
        environment = dict(os.environ, WORKRELIEF_NODE=str(self.house.node.directory))
        return subprocess.run([BUILD / "bin/workrelief", *map(str, words)], capture_output=True, text=True, env=environment, check=False, timeout=120)

    def test_57_projects_go_in_and_come_out_unchanged(self):
        "R024 R030 R079: every column of every row; unknown stays unknown, never zero; a second run adds nothing."
        source = ROOT / "policy/published_projects.csv"
        for run in (1, 2):
            done = self.command("import", "published", source, "bureau_unit_id=140214-jtj")
            self.assertEqual(done.returncode, 0, f"run {run}: {done.stdout}{done.stderr}")
        rows = self.office.rows("registry.ListPublished", {"bureau_unit_id": "140214-jtj"}, page_size=20)
        stated = [{("source_date" if name == "source_date_text" else name): value for name, value in row.items() if name != "project_code"}
                  for row in rows if row["project_code"].startswith("PUB-")]
        key = lambda row: (row["province"], row["project_name"])
        self.assertEqual(sorted(stated, key=key), sorted(self.table(), key=key))
        facts = self.office.ok("registry.GetProject", {"project_code": next(row["project_code"] for row in rows if not row["total_investment_wanyuan"])})["facts"]
        self.assertEqual((facts["total_investment_fen"], facts["self_raised_fen"]), (None, None))
        self.assertEqual([row["province"] for row in self.office.rows("registry.ListPublished", {"province": "甘肃"})],
                         ["甘肃"] * sum(row["province"] == "甘肃" for row in self.table()))
        self.assertEqual(self.stranger.rows("registry.ListPublished"), [])

    def test_a_cell_is_read_exactly_or_named(self):
        "R024: all bad cells together; nothing is rounded or guessed."
        row = {"project_name": "示例", "field": "交通", "track": "UNKNOWN", "procurement": "UNKNOWN"}
        reply = self.bureau.refused("registry.ImportPublished", {"rows": [{
            **row, "field": "航天", "track": "重推", "total_investment_wanyuan": "约400", "paid_pay_wanyuan": "21.8581001", "pay_ratio_published": "30",
            "planned_workers": "50余", "year": "25"}]}, None, "PUBLISHED_CELL", path="rows[0].total_investment_wanyuan")
        self.assertEqual({problem["path"] for problem in reply.problems}, {f"rows[0].{name}" for name in (
            "field", "track", "total_investment_wanyuan", "paid_pay_wanyuan", "pay_ratio_published", "planned_workers", "year")})
        self.assertEqual({problem["path"] for problem in reply.problems if problem["reason"] == "FIELD_UNKNOWN"}, {"rows[0].field"})
        self.bureau.refused("registry.ImportPublished", {"rows": [row, row]}, "FAILED_PRECONDITION", "PUBLISHED_ONE_ROW", path="rows")
        self.bureau.refused("registry.ImportPublished", {"rows": [row], "bureau_unit_id": "140214-swj"}, "FAILED_PRECONDITION", "NOT_YOUR_UNIT")
        self.office.refused("registry.ImportPublished", {"rows": [row], "bureau_unit_id": "owner-1"}, "FAILED_PRECONDITION", "UNKNOWN_BUREAU")
        code = self.bureau.ok("registry.ImportPublished", {"rows": [row]})["project_code"]
        self.bureau.refused("registry.ImportPublished", {"rows": [{**row, "year": "2026"}]}, "ALREADY_EXISTS", "PROJECT_EXISTS", path="rows[0].project_name")
        self.assertEqual(self.bureau.ok("registry.GetProject", {"project_code": code})["project_state"], "DRAFT")

    def test_a_bureaus_list_comes_as_a_table(self):
        "R050: with count and totals said apart from the rows."
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
            file.write("项目代码,项目名称,建设领域,清单种类,清单级别,规划依据,预计带动务工人数,总投资\n"
                       "B-1,某路,交通,重推清单,DISTRICT,年度计划,20,400.50\nB-2,某桥,交通领域,NONGTUI,DISTRICT,年度计划,5,\n")
            file.flush()
            words = ("import", "list", file.name, "list_year=2035", "unit_id=140214-jtj", "entry_count=2", "expected_workers=25")
            self.assertNotEqual(self.command(*words, "total_investment_fen=1").returncode, 0)
            done = self.command(*words, "total_investment_fen=40050")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = self.office.rows("registry.ListConsolidatedEntries", {"list_year": 2035})
        self.assertEqual([(row["project_code"], row["total_investment_fen"]) for row in rows], [("B-1", 40050), ("B-2", None)])
