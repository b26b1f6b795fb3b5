"""registry: a project from its published facts to its approval: tasks, parties, funds, pre-review."""
import csv
import decimal
import hashlib

from lib import ROOT, invariants, messages
from lib.house import ServiceCase

FIELDS = {"交通": "TRANSPORT", "水利": "WATER", "能源": "ENERGY", "农业农村": "AGRICULTURE", "城镇建设": "URBAN", "生态环境": "ECOLOGY", "灾后恢复重建": "RECONSTRUCTION"}
TEXTS = {"province": "province_name", "city": "city_name", "county": "county_name", "town_village": "town_village_name",
    "project_name": "project_name",
         "fund_kind_text": "fund_kind_note", "ratio_basis_text": "ratio_basis_note", "priority_breakdown_text": "priority_note",
             "start": "planned_start_note",
         "end": "planned_end_note", "carrying_body": "carrying_body_name", "owner": "owner_name", "main_content": "content_note",
         "source_title": "source_title", "source_date": "source_date_note"}
AMOUNTS = {"total_investment_wanyuan": "total_investment_fen", "central_funds_wanyuan": "central_fen", "provincial_funds_wanyuan": "provincial_fen",
           "other_fiscal_wanyuan": "other_fiscal_fen", "self_raised_wanyuan": "self_raised_fen", "planned_pay_wanyuan": "planned_pay_fen",
           "paid_pay_wanyuan": "published_paid_fen"}
COUNTS = {"planned_workers": "planned_workers", "absorbed_workers": "published_workers", "trainees": "planned_trainees",
    "public_posts": "planned_posts"}


def published():
    with open(ROOT / "policy/published_projects.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(row, code):
    """What a published notice states, as ProjectFacts; what it leaves open stays absent."""
    facts = {"project_code": code, "field": FIELDS[row["field"]], "track": "UNSPECIFIED" if row["track"] == "UNKNOWN" else row["track"],
             "project_year": int(row["year"] or 0), "published_procurement": "UNSPECIFIED" if row["procurement"] == "UNKNOWN" else row["procurement"]}
    facts.update({name: row[column] for column, name in TEXTS.items()})
    facts.update({name: int(decimal.Decimal(row[column]) * 1_000_000) if row[column] else None for column, name in AMOUNTS.items()})
    facts.update({name: int(row[column]) if row[column] else None for column, name in COUNTS.items()})
    ratio = row["pay_ratio_published"].removesuffix("%")
    facts["published_ratio_bp"] = int(decimal.Decimal(ratio) * 100) if ratio else None
    return facts


def document(kind, **more):
    return {"document_kind": kind, "document_title": kind, "document_digest": hashlib.sha256(kind.encode()).digest(), **more}


class ProjectCase(ServiceCase):
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        with open(ROOT / "policy/catalogue.csv", encoding="utf-8", newline="") as file:
            rows = [{"seq": int(row["seq"]), "field_name": row["field"], "category": row["category"], "tasks": row["tasks"],
                     "guiding_bureau": row["guiding_bureau"]} for row in csv.DictReader(file)]
        cls.world.office_checker.ok("registry.LoadCatalogue", {"catalogue_version": 2, "issued_by_name": "区发展和改革局", "valid_from_date": "2026-01-01",
            "rows": rows})

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    def get(self, code):
        return self.office.ok("registry.GetProject", {"project_code": code})

    def state(self, code):
        return self.get(code)["project_state"]

    def last_event(self, event_type):
        """The newest event of a type, as others read it from the journal."""
        last, found = self.house.node.health("registry")["last_seq"], None
        for row in self.operator.client("registry").call("journal.Read", {"after_seq": max(0, last - 20)}).body["rows"]:
            if row["event_type"] == event_type:
                found = messages.message_type(event_type).FromString(row["event"])
        return found

    def bare(self, code, **facts):
        """A project and nothing else."""
        self.bureau.ok("registry.AddProject", {"project_code": code, "project_name": "示例", "field": "TRANSPORT", **facts})
        return code

    def task(self, code, number=1, **task):
        return {"project_code": code, "task_number": number, "link_stage": "MAIN_AND_TEMPORARY", "offered_posts": 5, **task}


class FactsTest(ProjectCase):
    def test_what_a_notice_states_goes_in_and_comes_out_unchanged(self):
        "R024 R030: all 57 published projects of seven fields; unknown stays unknown, never zero."
        for number, row in enumerate(published()):
            code = f"2401-140298-04-01-{number:05d}0"
            facts = facts_of(row, code)
            self.office.ok("registry.AddProject", {**facts, "bureau_unit_id": "140214-jtj"})
            stored = self.get(code)["facts"]
            self.assertEqual({name: stored[name] for name in facts}, facts)
        rows = self.office.rows("registry.ListProjects", page_size=10)
        self.assertGreaterEqual(len(rows), 57)
        self.assertEqual({row["field"] for row in rows}, set(FIELDS.values()))
        self.assertIsNone(next(row for row in rows if row["project_code"] == "2401-140298-04-01-000030")["total_investment_fen"])

    def test_field_is_required_and_one_of_seven(self):
        "R024"
        self.bureau.refused("registry.AddProject", {"project_code": "F-1", "project_name": "示例"}, "INVALID_ARGUMENT", "REQUIRED", path="field")
        self.bureau.refused("registry.AddProject", {"project_code": "F-1", "project_name": "示例", "field": 8}, "INVALID_ARGUMENT", "UNKNOWN_ENUM")
        self.bureau.refused("registry.AddProject", {"project_code": "F-1", "project_name": "示例", "field": "WATER", "total_investment_fen": -1},
                            "INVALID_ARGUMENT", "MONEY_INVALID", path="total_investment_fen")

    def test_kinds_models_channels_and_features_are_kept(self):
        "R040 R042 R044 R046 R053 R078 R147 R149: what the policies ask to be marked on a project."
        marks = {"scope_kind": "SMALL_MICRO", "investment_kind": "SOCIAL_PUBLIC_GOOD", "relief_model": "INDUSTRY_INFRA_DIVIDEND",
                 "benefit_channels": ["LABOUR_PAY", "SKILL_TRAINING", "PUBLIC_WELFARE_POST", "ASSET_DIVIDEND"],
                 "selection_features": ["SMALL_INVESTMENT", "LOW_TECHNICAL_THRESHOLD", "SIMPLE_EARLY_WORK", "LOW_SKILL_DEMAND"],
                 "linked_special_fund_code": "2401-140298-04-01-000010", "pilot_topic": "村民自建", "field": "RECONSTRUCTION"}
        self.bare("M-1", **marks)
        stored = self.get("M-1")["facts"]
        self.assertEqual({name: stored[name] for name in marks}, marks)
        pilots = self.office.rows("registry.ListProjects", {"pilots_only": True, "field": "RECONSTRUCTION"})
        self.assertEqual([row["project_code"] for row in pilots], ["M-1"])

    def test_ancillary_works_hang_on_their_project(self):
        "R077"
        self.bare("P-1")
        self.bare("P-2", parent_project_code="P-1")
        self.bureau.refused("registry.AddProject", {"project_code": "P-3", "project_name": "示例", "field": "TRANSPORT", "parent_project_code": "P-0"},
                            "FAILED_PRECONDITION", "UNKNOWN_PARENT", path="parent_project_code")

    def test_a_bureau_adds_its_own_projects_only(self):
        "R002 R162"
        self.bare("B-1")
        self.assertEqual(self.get("B-1")["parties"], [{"unit_id": "140214-jtj", "relation": "BUREAU", "person_name": "", "person_phone": ""}])
        self.bureau.refused("registry.AddProject", {"project_code": "B-1", "project_name": "示例", "field": "TRANSPORT"}, "ALREADY_EXISTS",
            "PROJECT_EXISTS")
        self.bureau.refused("registry.AddProject", {"project_code": "B-2", "project_name": "示例", "field": "TRANSPORT",
            "bureau_unit_id": "140214-swj"},
                            "FAILED_PRECONDITION", "NOT_YOUR_UNIT", path="bureau_unit_id")
        self.office.refused("registry.AddProject", {"project_code": "B-2", "project_name": "示例", "field": "TRANSPORT", "bureau_unit_id": "owner-1"},
                            "FAILED_PRECONDITION", "UNKNOWN_BUREAU", path="bureau_unit_id")
        self.bureau_viewer.refused("registry.AddProject", {"project_code": "B-2", "project_name": "示例", "field": "TRANSPORT"}, "PERMISSION_DENIED",
            "WRONG_DUTY")
        self.contractor.refused("registry.AddProject", {"project_code": "B-2", "project_name": "示例", "field": "TRANSPORT"}, "PERMISSION_DENIED",
            "NOT_ALLOWED")

    def test_change_keeps_what_it_does_not_name(self):
        "R034 R056"
        code = self.world.draft()
        self.bureau.ok("registry.ChangeProject", {"project_code": code, "planned_workers": 0, "project_name": "新名"})
        facts = self.get(code)["facts"]
        self.assertEqual((facts["planned_workers"], facts["project_name"], facts["planned_pay_fen"]), (0, "新名", 120_000_000))
        self.bureau.refused("registry.ChangeProject", {"project_code": code, "field": "WATER"}, "FAILED_PRECONDITION", "FIELD_HAS_TASKS",
            path="field")
        self.bureau.refused("registry.ChangeProject", {"project_code": code, "bureau_unit_id": "140214-swj"}, "FAILED_PRECONDITION", "NOT_YOUR_UNIT")
        self.office.ok("registry.ChangeProject", {"project_code": code, "bureau_unit_id": "140214-swj"})
        self.bureau.refused("registry.GetProject", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.other_bureau.ok("registry.GetProject", {"project_code": code})["facts"]["bureau_unit_id"], "140214-swj")
        self.office.refused("registry.ChangeProject", {"project_code": "NOBODY"}, "NOT_FOUND", "NO_SUCH_PROJECT")
        approved = self.world.approved()
        self.bureau.refused("registry.ChangeProject", {"project_code": approved, "project_name": "x"}, "FAILED_PRECONDITION", "WRONG_STATE")

    def test_others_see_and_touch_nothing(self):
        "R162: a stranger neither reads nor lists nor changes a project."
        code = self.world.draft()
        self.stranger.refused("registry.GetProject", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.other_bureau.refused("registry.SetFundLine", {"project_code": code, "fund_code": "X", "fund_source": "CITY", "approved_fen": 1},
                                  "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.stranger.rows("registry.ListProjects"), [])
        self.assertIn(code, [row["project_code"] for row in self.owner.rows("registry.ListProjects", {"unit_id": "owner-1", "relation": "OWNER"})])
        self.assertIn(code, [row["project_code"] for row in self.audit.rows("registry.ListProjects", {"project_state": "DRAFT",
            "track": "SPECIAL_FUND"})])
        self.audit.refused("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "owner-1", "relation": "OWNER"}]},
            "PERMISSION_DENIED")


class PartiesTest(ProjectCase):
    def test_parties_are_known_units_in_known_relations(self):
        "R002 R162: every bad row is named at its place."
        code = self.bare("Y-1", division_code="140214002")
        reply = self.bureau.refused("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": "owner-1", "relation": "OWNER"}, {"unit_id": "nobody", "relation": "CONTRACTOR"}, {"unit_id": "bank-1", "relation": "BANK"},
            {"unit_id": "owner-1", "relation": "OWNER"}]}, "FAILED_PRECONDITION", "UNKNOWN_UNIT", path="parties[1].unit_id")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems},
                         {("UNKNOWN_UNIT", "parties[1].unit_id"), ("PARTY_RELATION", "parties[2].relation"), ("DUPLICATE_PARTY", "parties[0]"),
                          ("DUPLICATE_PARTY", "parties[3]")})
        self.assertEqual([party["relation"] for party in self.get(code)["parties"]], ["BUREAU"])

    def test_the_township_is_where_the_project_lies(self):
        "R072: nine digits of the project are the township's, and the township watches the project."
        self.office.ok("registry.AddUnit", {"unit_id": "township-2", "unit_name": "另一街道", "unit_kind": "TOWNSHIP", "division_code": "140214003"})
        code = self.bare("Y-2", division_code="140214002001")
        self.assertEqual(self.get(code)["township_code"], "140214002")
        for unit in ("township-2", "owner-1"):
            self.bureau.refused("registry.SetParties", {"project_code": code, "parties": [{"unit_id": unit, "relation": "TOWNSHIP"}]},
                                "FAILED_PRECONDITION", "TOWNSHIP_MISMATCH", path="parties[0].unit_id")
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "township-1", "relation": "TOWNSHIP",
            "person_name": "周某"}]})
        self.assertEqual(self.township.ok("registry.GetProject", {"project_code": code})["project_state"], "DRAFT")

    def test_parties_are_replaced_and_followed(self):
        "R162: the event holds the whole of the project."
        code = self.bare("Y-3", planned_pay_fen=0)
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "owner-1", "relation": "OWNER"},
                                                                               {"unit_id": "contractor-1", "relation": "CONTRACTOR"}]})
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "owner-1", "relation": "OWNER"},
                                                                               {"unit_id": "contractor-2", "relation": "CONTRACTOR"}]})
        event = self.last_event("ProjectChanged")
        self.assertEqual([(party.unit_id, party.relation) for party in event.parties], [("140214-jtj", 1), ("contractor-2", 3), ("owner-1", 2)])
        self.assertEqual((event.project_code, event.WhichOneof("planned_pay_known"), event.WhichOneof("planned_workers_known")), (code,
            "planned_pay_fen", None))
        self.contractor.refused("registry.GetProject", {"project_code": code}, "PERMISSION_DENIED")
        self.stranger.ok("registry.GetProject", {"project_code": code})

    def test_the_contract_fixes_its_parties(self):
        "R162: contact and township may change after the award, the contract's parties may not."
        code = self.world.awarded()
        parties = [{"unit_id": "owner-1", "relation": "OWNER"}, {"unit_id": "contractor-1", "relation": "CONTRACTOR"},
                   {"unit_id": "supervisor-1", "relation": "SUPERVISOR"}, {"unit_id": "140214-rsj", "relation": "CONTACT", "person_name": "郑某"}]
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": parties})
        parties[1]["unit_id"] = "contractor-2"
        self.bureau.refused("registry.SetParties", {"project_code": code, "parties": parties}, "FAILED_PRECONDITION", "PARTY_FIXED")

    def test_contact_unit_reads_and_approves_nothing(self):
        "R198: functions, duties and channels do not change."
        code = self.world.draft()
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "140214-rsj", "relation": "CONTACT",
            "person_name": "郑某"}]})
        contact, checker = self.hr, self.hr_checker
        contact.ok("registry.GetProject", {"project_code": code})
        contact.refused("registry.SubmitPreReview", {"project_code": code, "approval_mode": "ORDINARY", "documents": [document("FSR")]},
            "PERMISSION_DENIED", "NOT_ALLOWED")
        checker.refused("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        checker.refused("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"}, "PERMISSION_DENIED",
            "NOT_ALLOWED")


class TaskTest(ProjectCase):
    def refused(self, reason, path, code, **task):
        self.bureau.refused("registry.AddTask", self.task(code, **task), "FAILED_PRECONDITION", reason, path=path)

    def test_tasks_come_from_the_catalogue_in_force(self):
        "R034 R037 R059: an existing row of the version in force, of the project's field."
        code = self.bare("T-1")
        reply = self.bureau.ok("registry.AddTask", self.task(code, catalogue_seq=1, offered_posts=0))
        self.assertEqual((reply["catalogue_version"], reply["guiding_bureau"]), (2, "交通局"))
        self.refused("UNKNOWN_CATALOGUE_ROW", "catalogue_seq", code, catalogue_seq=26)
        self.refused("CATALOGUE_ROW_MISSING", "catalogue_seq", code)
        self.refused("FIELD_MISMATCH", "catalogue_seq", code, catalogue_seq=4)
        self.bureau.ok("registry.ChangeProject", {"project_code": code, "field_waiver_reason": "路基与渠道同一标段"})
        self.bureau.ok("registry.AddTask", self.task(code, 2, catalogue_seq=4))
        self.bureau.ok("registry.AddTask", self.task(code, 3, no_row_reason="目录无此类", task_note="停车场保洁"))
        self.assertEqual([task["catalogue_seq"] for task in self.get(code)["tasks"]], [1, 4, 0])

    def test_link_stage_and_posts_are_required(self):
        "R038 R039 R059"
        code = self.bare("T-2")
        for field in ("link_stage", "offered_posts"):
            task = self.task(code, catalogue_seq=1)
            del task[field]
            self.bureau.refused("registry.AddTask", task, "INVALID_ARGUMENT", "REQUIRED", path=field)
        for number, stage in enumerate(("MAIN_AND_TEMPORARY", "SITE_SERVICE", "POST_UPKEEP"), 1):
            self.bureau.ok("registry.AddTask", self.task(code, number, catalogue_seq=1, link_stage=stage))
        self.assertEqual([task["link_stage"] for task in self.get(code)["tasks"]], ["MAIN_AND_TEMPORARY", "SITE_SERVICE", "POST_UPKEEP"])

    def test_reconstruction_borrows_from_a_like_row(self):
        "R035: row 25 names the row it follows, and is guided by that row's bureau."
        code = self.bare("T-3", field="RECONSTRUCTION")
        self.refused("LIKE_ROW_MISSING", "like_seq", code, catalogue_seq=25)
        self.refused("LIKE_ROW_MISSING", "like_seq", code, catalogue_seq=25, like_seq=25)
        self.assertEqual(self.bureau.ok("registry.AddTask", self.task(code, catalogue_seq=25, like_seq=5))["guiding_bureau"], "水务局")
        road = self.bare("T-4")
        self.refused("LIKE_ROW_NOT_ASKED", "like_seq", road, catalogue_seq=1, like_seq=2)

    def test_rows_11_13_14_take_the_owners_own_links(self):
        "R036: with the owner's confirmation."
        code = self.bare("T-5", field="AGRICULTURE")
        for number, seq in enumerate((11, 13, 14), 1):
            self.refused("OWNER_CONFIRMATION_MISSING", "owner_confirmed", code, number=number, catalogue_seq=seq, task_note="自定用工环节")
            self.bureau.ok("registry.AddTask", self.task(code, number, catalogue_seq=seq, task_note="自定用工环节", owner_confirmed=True))
        self.bureau.ok("registry.AddTask", self.task(code, 4, catalogue_seq=12, task_note="平整土地"))

    def test_tasks_are_closed_once_under_review(self):
        "R056"
        self.refused("WRONG_STATE", "project_code", self.world.approved(), catalogue_seq=1)


class FundTest(ProjectCase):
    def allocate(self, code, fen, number=1, **more):
        return {"project_code": code, "fund_code": "F1", "allocation_code": f"BK-{number}", "allocation_fen": fen, "progress_bp": 3000,
                "allocation_date": "2026-06-20", "document_no": "云财预〔2026〕12号", "relief_clause": True, **more}

    def test_sources_purposes_and_levels(self):
        "R123 R141 R142 R143 R145: who gives, for what, and what counts as fiscal."
        code = self.bare("Z-1")
        told = {}
        for source in ("CENTRAL_BUDGET_INVESTMENT", "CENTRAL_LINKING", "PROVINCIAL_LINKING", "PROVINCIAL", "CITY", "DISTRICT", "SPECIAL_BOND",
            "BANK_LOAN",
                       "SOCIAL", "OTHER", "SELF_RAISED"):
            reply = self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": source, "fund_source": source, "approved_fen": 100,
                                                            "special_fund": source == "DISTRICT",
                                                                "fund_purpose": "TRAINING" if source == "DISTRICT" else "CONSTRUCTION"})
            told[source] = (reply["fund_level"], reply["fiscal"])
        self.assertEqual(told["CENTRAL_LINKING"], ("NATION", True))
        self.assertEqual(told["DISTRICT"], ("COUNTY", True))
        self.assertEqual({source for source, (_, fiscal) in told.items() if not fiscal}, {"BANK_LOAN", "SOCIAL", "OTHER", "SELF_RAISED"})
        line = next(line for line in self.get(code)["fund_lines"] if line["fund_code"] == "DISTRICT")
        self.assertEqual((line["fund_purpose"], line["special_fund"]), ("TRAINING", True))
        self.assertEqual(len(self.last_event("ProjectChanged").fund_lines), 11)

    def test_never_more_than_approved(self):
        "R144: allocations carry the progress at application; their sum stays within the approval."
        code = self.world.approved()
        self.bureau_checker.ok("registry.AllocateFund", self.allocate(code, 2_000_000_00, progress_bp=0))
        reply = self.bureau_checker.refused("registry.AllocateFund", self.allocate(code, 1_000_000_01, 2), "FAILED_PRECONDITION", "OVER_ALLOCATED",
                                            path="allocation_fen")
        self.assertIn("R144", {problem["basis"] for problem in reply.problems})
        self.bureau_checker.ok("registry.AllocateFund", self.allocate(code, 1_000_000_00, 2))
        self.assertEqual([(row["allocation_code"], row["progress_bp"]) for row in self.get(code)["allocations"]], [("BK-1", 0), ("BK-2", 3000)])
        self.assertEqual(self.last_event("ProjectChanged").fund_lines[0].allocated_fen, 3_000_000_00)
        self.bureau.refused("registry.SetFundLine", {"project_code": code, "fund_code": "F1", "fund_source": "CITY", "approved_fen": 2_999_999_99},
                            "FAILED_PRECONDITION", "FUND_BELOW_ALLOCATED", path="approved_fen")

    def test_what_an_allocation_needs(self):
        "R061 R144"
        code = self.world.approved()
        refused = [("RELIEF_CLAUSE_MISSING", "relief_clause", {"relief_clause": False}), ("NO_SUCH_FUND", "fund_code", {"fund_code": "F9"}),
                   ("PROGRESS_OVER_FULL", "progress_bp", {"progress_bp": 10001})]
        for reason, path, change in refused:
            self.bureau_checker.refused("registry.AllocateFund", self.allocate(code, 100, **change), "FAILED_PRECONDITION", reason, path=path)
        self.bureau_checker.refused("registry.AllocateFund", self.allocate(code, 100, progress_bp=None), "INVALID_ARGUMENT", "REQUIRED",
            path="progress_bp")
        self.bureau.refused("registry.AllocateFund", self.allocate(code, 100), "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.ok("registry.AllocateFund", self.allocate(code, 100))
        self.bureau_checker.refused("registry.AllocateFund", self.allocate(code, 100), "ALREADY_EXISTS", "ALLOCATION_EXISTS", path="allocation_code")
        self.bureau_checker.refused("registry.AllocateFund", self.allocate(self.world.draft(), 100), "FAILED_PRECONDITION", "WRONG_STATE")


class ReviewTest(ProjectCase):
    papers = [document("FSR"), document("PRELIM_DESIGN")]
    approval = {"approval_mode": "ORDINARY", "document_no": "云发改审批〔2026〕9号", "document_date": "2026-06-10", "relief_clause": True,
        "reporting_clause": True,
                "fiscal_review": "PARALLEL"}

    def submit(self, code, mode="ORDINARY", documents=None):
        return {"project_code": code, "approval_mode": mode, "documents": documents or self.papers}

    def passed(self, code, **options):
        self.bureau.ok("registry.SubmitPreReview", self.submit(code, **options))
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"})
        return code

    def test_the_way_through_review(self):
        "R037 R056: submitted, returned with remarks, mended, passed, approved; the catalogue's version stays with the project."
        code = self.world.draft()
        self.assertEqual(self.bureau.ok("registry.SubmitPreReview", self.submit(code))["catalogue_version"], 2)
        self.bureau.refused("registry.SubmitPreReview", self.submit(code), "FAILED_PRECONDITION", "WRONG_STATE")
        self.bureau_checker.refused("registry.DecidePreReview", {"project_code": code, "decision": "RETURNED"}, "FAILED_PRECONDITION",
            "REMARKS_MISSING")
        self.bureau_checker.refused("registry.DecidePreReview", {"project_code": code, "decision": "SUBMITTED"}, "FAILED_PRECONDITION",
            "DECISION_UNKNOWN")
        reply = self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "RETURNED", "review_note": "补充用工环节"})
        self.assertEqual((reply["project_state"], reply["review_number"]), ("RETURNED", 1))
        self.bureau_checker.refused("registry.ApproveProject", {"project_code": code, **self.approval}, "FAILED_PRECONDITION", "WRONG_STATE")
        self.passed(code)
        self.assertEqual(self.bureau_checker.ok("registry.ApproveProject", {"project_code": code, **self.approval})["project_state"], "APPROVED")
        project = self.get(code)
        self.assertEqual([review["review_state"] for review in project["pre_reviews"]], ["RETURNED", "PASSED"])
        self.assertEqual((project["catalogue_version"], project["fiscal_review"], project["pre_reviews"][0]["document_count"]), (2, "PARALLEL", 2))

    def test_maker_never_checks(self):
        "R056: whoever submitted neither passes nor approves."
        both = self.actor("office-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        code = self.world.draft()
        both.ok("registry.SubmitPreReview", self.submit(code))
        both.refused("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"}, "FAILED_PRECONDITION", "MAKER_IS_CHECKER")
        self.bureau.refused("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"})
        self.bureau_checker.refused("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"}, "FAILED_PRECONDITION", "NO_OPEN_REVIEW")
        both.refused("registry.ApproveProject", {"project_code": code, **self.approval}, "FAILED_PRECONDITION", "MAKER_IS_CHECKER")

    def test_papers_must_be_there(self):
        "R057: a report and a design, each by its digest."
        code = self.world.draft()
        for documents, reason in (([document("PRELIM_DESIGN")], "REPORT_MISSING"), ([document("FUND_APPLICATION")], "DESIGN_MISSING")):
            self.bureau.refused("registry.SubmitPreReview", self.submit(code, documents=documents), "FAILED_PRECONDITION", reason, path="documents")
        self.bureau.refused("registry.SubmitPreReview", self.submit(code, documents=[*self.papers, {**document("BUDGET"),
            "document_digest": b"short"}]),
                            "FAILED_PRECONDITION", "DIGEST_INVALID", path="documents[2].document_digest")
        self.bureau.ok("registry.SubmitPreReview", self.submit(code, documents=[document("FUND_APPLICATION"), document("WORKING_DRAWING")]))

    def test_expected_effect_and_posts(self):
        "R058 R059: workers, pay and trainees above zero, a post at least."
        code = self.bare("R-1", planned_workers=10, planned_pay_fen=0)
        self.bureau.ok("registry.AddTask", self.task(code, catalogue_seq=1, offered_posts=0))
        reply = self.bureau.refused("registry.SubmitPreReview", self.submit(code), "FAILED_PRECONDITION", "EFFECT_MISSING", path="planned_pay_fen")
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems},
                         {("EFFECT_MISSING", "planned_pay_fen"), ("EFFECT_MISSING", "planned_trainees"), ("NO_POSTS", "project_code")})

    def test_approval_states_its_clauses(self):
        "R060 R066: relief and reporting clause, document number and date; a waiver of the fiscal review gives its ground."
        code = self.passed(self.world.draft())
        for change, reason, path in (({"relief_clause": False}, "RELIEF_CLAUSE_MISSING", "relief_clause"),
                                     ({"reporting_clause": False}, "REPORTING_CLAUSE_MISSING", "reporting_clause"),
                                     ({"fiscal_review": "WAIVED"}, "WAIVER_REASON_MISSING", "waiver_reason"),
                                     ({"document_date": "2026-12-01"}, "DATE_IN_FUTURE", "document_date"),
                                     ({"approval_mode": "SIMPLIFIED", "covered_documents": ["PROPOSAL", "FSR", "PRELIM_DESIGN", "ESTIMATE",
                                         "BUDGET"]},
                                      "APPROVAL_MODE_CHANGED", "approval_mode")):
            self.bureau_checker.refused("registry.ApproveProject", {"project_code": code, **self.approval, **change}, "FAILED_PRECONDITION", reason,
                path=path)
        self.bureau_checker.refused("registry.ApproveProject", {"project_code": code, **self.approval, "document_no": ""}, "INVALID_ARGUMENT",
            "REQUIRED",
                                    path="document_no")
        self.bureau_checker.ok("registry.ApproveProject", {"project_code": code, **self.approval, "fiscal_review": "WAIVED",
            "waiver_reason": "省预算评审管理办法"})

    def test_other_money_needs_no_pre_review(self):
        "R044: pre-review binds government investment only."
        free = self.world.draft(investment_kind="NON_GOVERNMENT")
        self.bureau_checker.ok("registry.ApproveProject", {"project_code": free, **self.approval})
        bound = self.world.draft()
        self.bureau_checker.refused("registry.ApproveProject", {"project_code": bound, **self.approval}, "FAILED_PRECONDITION",
            "PRE_REVIEW_NOT_PASSED")

    def test_simplified_approval_and_what_it_asks(self):
        "R063 R064 R065: village construction of special funds, a deep feasibility report in place of the design, one approval for five papers."
        deep = [document("FSR", prelim_depth=True)]
        code = self.world.draft(village_construction=True)
        self.bureau.refused("registry.SubmitPreReview", self.submit(code, "SIMPLIFIED", [document("FSR")]), "FAILED_PRECONDITION", "DEPTH_MISSING")
        for facts in ({"village_construction": False}, {"village_construction": True, "track": "NONGTUI"}):
            self.bureau.refused("registry.SubmitPreReview", self.submit(self.world.draft(**facts), "SIMPLIFIED", deep),
                                "FAILED_PRECONDITION", "SIMPLIFIED_NOT_OPEN", path="approval_mode")
        self.passed(code, mode="SIMPLIFIED", documents=deep)
        approval = {"project_code": code, **self.approval, "approval_mode": "SIMPLIFIED"}
        self.bureau_checker.refused("registry.ApproveProject", {**approval, "covered_documents": ["PROPOSAL", "FSR", "ESTIMATE", "BUDGET"]},
                                    "FAILED_PRECONDITION", "COVER_INCOMPLETE", path="covered_documents")
        self.bureau_checker.ok("registry.ApproveProject", {**approval, "covered_documents": ["PROPOSAL", "FSR", "PRELIM_DESIGN", "ESTIMATE",
            "BUDGET"]})
        self.assertEqual(self.get(code)["approval_mode"], "SIMPLIFIED")

    def test_listed_nongtui_opens_simplified_approval(self):
        "R063"
        code = self.world.draft(village_construction=True, track="NONGTUI")
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "140214-rsj", "relation": "CONTACT",
            "person_name": "郑某"}]})
        self.bureau.ok("registry.ProposeListEntry", {"project_code": code, "list_year": 2026, "list_kind": "NONGTUI", "list_level": "DISTRICT",
                                                     "plan_note": "乡村振兴规划", "expected_workers": 20})
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"})
        self.passed(code, mode="SIMPLIFIED", documents=[document("FSR", prelim_depth=True)])
