"""registry: yearly lists, award, building, acceptance, progress reports, notices, and the quarter's figures."""
import hashlib

from lib import invariants, path
from lib.house import ServiceCase

CLAUSES = ["LABOUR_ORG", "LABOUR_PAY", "TRAINING"]
CONTACT = {"unit_id": "140214-rsj", "relation": "CONTACT", "person_name": "郑某"}
PARTIES = [{"unit_id": "owner-1", "relation": "OWNER"}, {"unit_id": "contractor-1", "relation": "CONTRACTOR"},
           {"unit_id": "supervisor-1", "relation": "SUPERVISOR"}, {"unit_id": "township-1", "relation": "TOWNSHIP", "person_name": "周某"}]


class WorksCase(ServiceCase):
    services = ("registry",)

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    def get(self, code):
        return self.office.ok("registry.GetProject", {"project_code": code})

    def entry(self, code, **more):
        return {"project_code": code, "list_year": 2026, "list_kind": "NONGTUI", "list_level": "DISTRICT", "plan_note": "乡村振兴规划",
            "expected_workers": 20, **more}

    def with_contact(self, code, parties=()):
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [*(parties or PARTIES), CONTACT]})
        return code

    def listed(self, code, **more):
        self.with_contact(code)
        self.bureau.ok("registry.ProposeListEntry", self.entry(code, **more))
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": more.get("list_year", 2026), "decision": "LISTED"})
        return code

    def award(self, code, **more):
        return {"project_code": code, "procurement_mode": "TENDER", "award_date": "2026-06-15", "contract_no": "HT-1", "labour_cycle_days": 30,
                "notice_clauses": CLAUSES, "contract_clauses": CLAUSES, "supervision_clauses": CLAUSES, **more}

    def notice(self, code, **more):
        return {"project_code": code, "notice_code": "GG-1", "notice_stage": "AWARD", "notice_kind": "ANNOUNCEMENT",
                "channels": ["COUNTY_WEB", "TOWNSHIP_BOARD", "VILLAGE_BOARD"], "notice_title": "发包公告", "notice_text": "本项目采取以工代赈方式实施",
                "states_requirement": True, "published_date": "2026-06-25", **more}


class ListTest(WorksCase):
    def rows(self, **filters):
        return {row["project_code"]: row for row in self.office.rows("registry.ListListEntries", filters, page_size=3)}

    def test_an_entry_a_project_and_year_by_kind_and_level(self):
        "R047 R048 R051: unique (year, project), with its plan and expected local labour; 农推 at county level only."
        code = self.world.draft()
        self.bureau.refused("registry.ProposeListEntry", self.entry(code, list_level="CITY"), "FAILED_PRECONDITION", "NONGTUI_ONLY_COUNTY",
            path="list_level")
        for field in ("plan_note", "expected_workers", "list_kind"):
            self.bureau.refused("registry.ProposeListEntry", {**self.entry(code), field: {"plan_note": "", "expected_workers": 0}.get(field,
                "UNSPECIFIED")},
                                "INVALID_ARGUMENT", "REQUIRED", path=field)
        for year, level in enumerate(("NATIONAL", "PROVINCIAL", "CITY", "DISTRICT"), 2026):
            self.bureau.ok("registry.ProposeListEntry", self.entry(code, list_kind="ZHONGTUI", list_level=level, list_year=year))
        self.bureau.refused("registry.ProposeListEntry", self.entry(code), "ALREADY_EXISTS", "LIST_ENTRY_EXISTS", path="list_year")
        self.assertEqual(self.rows(list_year=2028)[code]["list_level"], "CITY")

    def test_source_is_kept_and_checked(self):
        "R054 R055: an entry from the rural project bank gives its number; the mode-adopted list is a kind of its own."
        code = self.world.draft()
        self.bureau.refused("registry.ProposeListEntry", self.entry(code, entry_source="RURAL_PROJECT_BANK"), "FAILED_PRECONDITION",
            "BANK_CODE_MISSING",
                            path="bank_code")
        self.bureau.ok("registry.ProposeListEntry", self.entry(code, entry_source="RURAL_PROJECT_BANK", bank_code="XCJS-7", list_kind="MODE_ADOPTED"))
        row = self.rows(list_kind="MODE_ADOPTED")[code]
        self.assertEqual((row["entry_source"], row["bank_code"], row["list_state"]), ("RURAL_PROJECT_BANK", "XCJS-7", "PROPOSED"))

    def test_listing_needs_a_contact_unit_and_person(self):
        "R197"
        code = self.world.draft()
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": PARTIES})
        self.bureau.ok("registry.ProposeListEntry", self.entry(code))
        decide = {"project_code": code, "list_year": 2026, "decision": "LISTED"}
        self.bureau_checker.refused("registry.DecideListEntry", decide, "FAILED_PRECONDITION", "CONTACT_MISSING")
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{"unit_id": "140214-rsj", "relation": "CONTACT"}]})
        self.bureau_checker.refused("registry.DecideListEntry", decide, "FAILED_PRECONDITION", "CONTACT_MISSING")
        self.with_contact(code)
        self.assertEqual(self.bureau_checker.ok("registry.DecideListEntry", decide)["list_state"], "LISTED")

    def test_decisions_are_anothers_and_state_their_reason(self):
        "R047 R049"
        code = self.with_contact(self.world.draft())
        both = self.actor("lists-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        both.ok("registry.ProposeListEntry", self.entry(code))
        decide = {"project_code": code, "list_year": 2026, "decision": "REMOVED"}
        both.refused("registry.DecideListEntry", {**decide, "decision": "LISTED"}, "FAILED_PRECONDITION", "MAKER_IS_CHECKER")
        self.bureau_checker.refused("registry.DecideListEntry", decide, "FAILED_PRECONDITION", "REMARKS_MISSING", path="decision_note")
        self.bureau_checker.refused("registry.DecideListEntry", {**decide, "decision": "ADJUSTED"}, "FAILED_PRECONDITION", "DECISION_UNKNOWN",
            path="decision")
        self.bureau_checker.refused("registry.DecideListEntry", {**decide, "list_year": 2025, "decision_note": "x"}, "NOT_FOUND",
            "NO_SUCH_LIST_ENTRY")
        self.bureau_checker.ok("registry.DecideListEntry", {**decide, "decision_note": "用工环节不足"})
        self.bureau_checker.refused("registry.DecideListEntry", {**decide, "decision": "LISTED"}, "FAILED_PRECONDITION", "LIST_STATE")
        self.assertEqual(self.bureau.ok("registry.ProposeListEntry", self.entry(code))["list_state"], "PROPOSED")

    def test_dynamic_management_keeps_every_day_of_the_list(self):
        "R049: listed, adjusted, removed; the list of any past day stands."
        code = self.with_contact(self.world.draft())
        self.bureau.ok("registry.ProposeListEntry", self.entry(code, list_kind="ZHONGTUI"))
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED",
            "effective_date": "2026-07-10"})
        self.bureau_checker.refused("registry.AdjustListEntry", {"project_code": code, "list_year": 2026, "list_kind": "ZHONGTUI",
            "list_level": "CITY",
                                                                 "adjust_reason": "升级", "effective_date": "2026-07-09"},
                                    "FAILED_PRECONDITION", "DATE_BEFORE_LAST", path="effective_date")
        self.bureau_checker.refused("registry.AdjustListEntry", {"project_code": code, "list_year": 2026, "list_kind": "NONGTUI",
            "list_level": "CITY",
                                                                 "adjust_reason": "升级"}, "FAILED_PRECONDITION", "NONGTUI_ONLY_COUNTY")
        self.bureau_checker.ok("registry.AdjustListEntry", {"project_code": code, "list_year": 2026, "list_kind": "ZHONGTUI", "list_level": "CITY",
                                                            "adjust_reason": "升级", "effective_date": "2026-08-01"})
        self.bureau_checker.ok("registry.RemoveListEntry", {"project_code": code, "list_year": 2026, "remove_reason": "停建",
            "effective_date": "2026-09-01"})
        seen = [(day, row["list_state"], row["list_level"]) for day in ("2026-07-01", "2026-07-10", "2026-08-15", "2026-09-01")
                for row in [self.rows(as_of_date=day)[code]]]
        self.assertEqual(seen, [("2026-07-01", "PROPOSED", "DISTRICT"), ("2026-07-10", "LISTED", "DISTRICT"), ("2026-08-15", "ADJUSTED", "CITY"),
                                ("2026-09-01", "REMOVED", "CITY")])
        self.assertNotIn(code, self.rows(as_of_date="2026-06-30"))
        self.bureau_checker.refused("registry.RemoveListEntry", {"project_code": code, "list_year": 2026, "remove_reason": "x"},
            "FAILED_PRECONDITION", "LIST_STATE")
        self.assertEqual(self.sql(f"SELECT count(*) FROM registry.list_entry_spell WHERE project_code = '{code}'"), [["4"]])

    def test_listed_without_a_matching_special_fund_project(self):
        "R053"
        linked = self.listed(self.world.draft(linked_special_fund_code="2401-140298-04-01-000010"))
        alone = self.listed(self.world.draft())
        unlinked = self.rows(list_state="LISTED", unlinked_only=True)
        self.assertIn(alone, unlinked)
        self.assertNotIn(linked, unlinked)
        found = self.office.rows("registry.ListProjects", {"list_kind": "NONGTUI", "list_year": 2026})
        self.assertLessEqual({linked, alone}, {row["project_code"] for row in found})
        self.assertEqual(self.stranger.rows("registry.ListListEntries"), [])


class AwardTest(WorksCase):
    def carried(self, approved, owner="village-1", contractor="coop-1"):
        """An approved project of a village, awarded to a cooperative."""
        for unit, name, kind, carrier in (("village-1", "某村村民委员会", "VILLAGE_COMMITTEE", "UNSPECIFIED"),
                                          ("coop-1", "某村劳务合作社", "LABOUR_ORGANISATION", "VILLAGE_LABOUR_COOPERATIVE")):
            if not self.office.ok("registry.ListUnits", {"unit_id": unit})["rows"]:
                self.office.ok("registry.AddUnit", {"unit_id": unit, "unit_name": name, "unit_kind": kind, "carrier_kind": carrier})
        self.with_contact(approved, [{"unit_id": owner, "relation": "OWNER"}, {"unit_id": contractor, "relation": "CONTRACTOR"}])
        return approved

    def flexible(self, code, **more):
        return self.award(code, procurement_mode="NON_TENDER", award_date="2026-07-01", organising_mode="VILLAGE_SELF_BUILD", **more)

    def test_flexible_award_is_for_listed_nongtui_only(self):
        "R068 R070: not without the county's list, not before the day of listing; with it, yes."
        code = self.carried(self.world.approved(track="NONGTUI"))
        reply = self.bureau.refused("registry.AwardProject", self.flexible(code), "FAILED_PRECONDITION", "NOT_LISTED", path="procurement_mode")
        self.assertIn("R070", reply.problems[0]["basis"])
        self.bureau.ok("registry.ProposeListEntry", self.entry(code))
        self.bureau.refused("registry.AwardProject", self.flexible(code), "FAILED_PRECONDITION", "NOT_LISTED")
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"})
        self.bureau.refused("registry.AwardProject", {**self.flexible(code), "award_date": "2026-06-30"}, "FAILED_PRECONDITION", "NOT_LISTED")
        self.assertEqual(self.bureau.ok("registry.AwardProject", self.flexible(code))["project_state"], "AWARDED")

    def test_a_key_project_list_opens_no_flexible_award(self):
        "R068 R070: 重推 is no 农推, and special funds alone are no listing."
        code = self.carried(self.world.approved(track="ZHONGTUI"))
        self.bureau.ok("registry.ProposeListEntry", self.entry(code, list_kind="ZHONGTUI"))
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"})
        self.bureau.refused("registry.AwardProject", self.flexible(code), "FAILED_PRECONDITION", "NOT_LISTED")
        special = self.carried(self.world.approved())
        self.bureau.refused("registry.AwardProject", self.flexible(special), "FAILED_PRECONDITION", "NOT_LISTED")

    def test_owner_and_carrier_under_flexible_award(self):
        "R068 R069 R071: village or township owns, one of five kinds carries, in one of three modes."
        code = self.listed(self.world.approved())
        reply = self.bureau.refused("registry.AwardProject", {**self.flexible(code), "organising_mode": "UNSPECIFIED"}, "FAILED_PRECONDITION",
            "OWNER_KIND")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"OWNER_KIND", "CARRIER_KIND", "ORGANISING_MODE_MISSING"})
        for mode in ("TOWNSHIP_COMPANY", "COUNTY_SOE_LEADS"):
            done = self.listed(self.world.approved())
            self.carried(done)
            self.bureau.ok("registry.AwardProject", {**self.flexible(done), "organising_mode": mode})
            self.assertEqual(self.get(done)["organising_mode"], mode)

    def test_the_contract_settles_labour_and_pay(self):
        "R073 R134: no award without both clauses; labour cost at least monthly (Reg. 724 art. 24)."
        code = self.world.approved()
        for clauses in (["LABOUR_ORG"], ["LABOUR_PAY", "TRAINING"], []):
            self.bureau.refused("registry.AwardProject", self.award(code, contract_clauses=clauses), "FAILED_PRECONDITION", "CONTRACT_CLAUSE_MISSING",
                                path="contract_clauses")
        self.bureau.refused("registry.AwardProject", self.award(code, labour_cycle_days=32), "FAILED_PRECONDITION", "LABOUR_CYCLE_TOO_LONG")
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "labour_cycle_days", "division_prefix": "1402",
            "valid_from_date": "2026-01-01",
                                                         "parameter_value": 28, "basis_note": "本市规定"})
        self.bureau.refused("registry.AwardProject", self.award(code, labour_cycle_days=29), "FAILED_PRECONDITION", "LABOUR_CYCLE_TOO_LONG")
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "labour_cycle_days", "division_prefix": "1402",
            "valid_from_date": "2026-01-01",
                                                         "parameter_value": 31, "basis_note": "本市规定"})
        self.office_checker.refused("registry.SetParameter", {"parameter_name": "none", "valid_from_date": "2026-01-01", "parameter_value": 1,
            "basis_note": "x"},
                                    "NOT_FOUND", "UNKNOWN_PARAMETER")
        self.bureau.ok("registry.AwardProject", self.award(code, labour_cycle_days=31))

    def test_the_award_rests_on_the_approval(self):
        "R067 R075: after it, not in the future, and only once."
        draft = self.world.draft()
        self.bureau.refused("registry.AwardProject", self.award(draft), "FAILED_PRECONDITION", "WRONG_STATE")
        code = self.world.approved()
        self.bureau.refused("registry.AwardProject", self.award(code, award_date="2026-06-04"), "FAILED_PRECONDITION", "AWARD_BEFORE_APPROVAL")
        self.bureau.refused("registry.AwardProject", self.award(code, award_date="2026-12-01"), "FAILED_PRECONDITION", "DATE_IN_FUTURE")
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [PARTIES[0]]})
        self.bureau.refused("registry.AwardProject", self.award(code), "FAILED_PRECONDITION", "PARTY_MISSING")
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": PARTIES})
        self.bureau.ok("registry.AwardProject", self.award(code))
        self.bureau.refused("registry.AwardProject", self.award(code), "FAILED_PRECONDITION", "WRONG_STATE")
        self.assertEqual(self.sql(f"SELECT approval_document_no FROM registry.project_award WHERE project_code = '{code}'"), [["云发改审批〔2026〕1号"]])

    def test_key_texts_fix_labour_pay_and_training(self):
        "R074 R169: what notice, contract and supervision contract lack is found at award, and kept from the start until mended."
        code = self.world.approved()
        self.bureau_checker.ok("registry.AllocateFund", {"project_code": code, "fund_code": "F1", "allocation_code": "B", "allocation_fen": 100,
            "progress_bp": 0,
                                                         "allocation_date": "2026-06-15", "document_no": "x", "relief_clause": True})
        reply = self.bureau.ok("registry.AwardProject", self.award(code, notice_clauses=["LABOUR_ORG", "LABOUR_PAY"], supervision_clauses=[]))
        self.assertEqual([(gap["document_name"], gap["clause"]) for gap in reply["missing_clauses"]],
                         [("招标（采购）公告", "TRAINING"), ("监理合同", "LABOUR_ORG"), ("监理合同", "LABOUR_PAY"), ("监理合同", "TRAINING")])
        start = {"project_code": code, "start_date": "2026-06-20"}
        reply = self.bureau.refused("registry.StartProject", start, "FAILED_PRECONDITION", "CLAUSES_MISSING")
        self.assertEqual(len(reply.problems), 4)
        reply = self.bureau.ok("registry.AddClauses", {"project_code": code, "notice_clauses": ["TRAINING"], "supervision_clauses": CLAUSES,
            "supplement_no": "补1"})
        self.assertEqual(reply["missing_clauses"], [])
        self.bureau.ok("registry.StartProject", start)
        self.bureau.refused("registry.AddClauses", {"project_code": self.world.draft(), "supplement_no": "补1"}, "NOT_FOUND", "NO_SUCH_AWARD")


class BuildingTest(WorksCase):
    services = ("registry", "evaluation")

    def complete(self, code, day="2026-06-28"):
        self.owner.ok("registry.CompleteProject", {"project_code": code, "complete_date": day})
        return code

    def ready(self, code):
        """Completed, announced and evaluated: nothing but the test's own matter is in the way of acceptance."""
        self.complete(code)
        path.publish_stages(self.world, code, "2026-06-28")
        path.evaluate_project(self.world, code)
        return code

    def accept(self, code, **more):
        return {"project_code": code, "accept_date": "2026-06-30", "document_no": "验收1号", "upkeep_body_name": "某村村民委员会",
                "upkeep_rules_digest": hashlib.sha256(b"rules").digest(), **more}

    def test_no_start_without_parties_and_money(self):
        "R162 R163: all five parties, the township's contact, money in place (Reg. 724 art. 23)."
        code = self.world.approved()
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [*PARTIES[:2], {"unit_id": "township-1", "relation": "TOWNSHIP"}]})
        self.bureau.ok("registry.AwardProject", self.award(code))
        start = {"project_code": code, "start_date": "2026-06-14"}
        reply = self.bureau.refused("registry.StartProject", start, "FAILED_PRECONDITION", "PARTY_MISSING")
        self.assertEqual({problem["reason"] for problem in reply.problems},
                         {"PARTY_MISSING", "TOWNSHIP_CONTACT_MISSING", "FUNDS_NOT_IN_PLACE", "START_BEFORE_AWARD"})
        self.bureau.refused("registry.StartProject", {**start, "start_date": "2026-12-01"}, "FAILED_PRECONDITION", "DATE_IN_FUTURE",
            path="start_date")
        self.assertEqual(self.get(code)["project_state"], "AWARDED")

    def test_steps_come_in_their_order(self):
        "R075: nothing is skipped; works stop and go on."
        code = self.world.awarded()
        self.owner.refused("registry.CompleteProject", {"project_code": code, "complete_date": "2026-06-28"}, "FAILED_PRECONDITION", "WRONG_STATE")
        self.owner.ok("registry.StartProject", {"project_code": code, "start_date": "2026-06-20"})
        self.owner.refused("registry.SuspendProject", {"project_code": code, "suspend_date": "2026-06-19", "suspend_reason": "汛期"}, None,
            "DATE_BEFORE_LAST")
        self.owner.ok("registry.SuspendProject", {"project_code": code, "suspend_date": "2026-06-22", "suspend_reason": "汛期"})
        self.owner.refused("registry.CompleteProject", {"project_code": code, "complete_date": "2026-06-28"}, "FAILED_PRECONDITION", "WRONG_STATE")
        self.owner.ok("registry.ResumeProject", {"project_code": code, "resume_date": "2026-06-25", "resume_reason": "汛期结束"})
        self.bureau_checker.refused("registry.AcceptProject", self.accept(code), "FAILED_PRECONDITION", "WRONG_STATE")
        self.bureau_checker.refused("registry.CancelProject", {"project_code": code, "cancel_reason": "x"}, "FAILED_PRECONDITION", "WRONG_STATE")
        self.ready(code)
        self.bureau_checker.refused("registry.AcceptProject", self.accept(code, accept_date="2026-06-27"), "FAILED_PRECONDITION", "DATE_BEFORE_LAST")
        self.bureau_checker.ok("registry.AcceptProject", self.accept(code))
        draft = self.world.draft()
        self.assertEqual(self.bureau_checker.ok("registry.CancelProject", {"project_code": draft, "cancel_reason": "资金未落实"})["project_state"],
            "CANCELLED")

    def test_an_open_incident_blocks_acceptance(self):
        "R075: safety first."
        code = self.ready(self.world.project())
        incident = {"project_code": code, "incident_code": "SG-1", "incident_date": "2026-06-26", "incident_note": "边坡塌方，无伤亡"}
        self.supervisor.ok("registry.OpenIncident", incident)
        self.supervisor.refused("registry.OpenIncident", incident, "ALREADY_EXISTS", "INCIDENT_EXISTS")
        self.bureau_checker.refused("registry.AcceptProject", self.accept(code), "FAILED_PRECONDITION", "INCIDENT_OPEN")
        closing = {"project_code": code, "incident_code": "SG-1", "closed_date": "2026-06-29", "closing_note": "已加固"}
        self.bureau_checker.refused("registry.CloseIncident", {**closing, "closed_date": "2026-06-25"}, "FAILED_PRECONDITION", "DATE_BEFORE_LAST")
        self.bureau_checker.refused("registry.CloseIncident", {**closing, "incident_code": "SG-9"}, "NOT_FOUND", "NO_SUCH_INCIDENT")
        self.bureau_checker.ok("registry.CloseIncident", closing)
        self.bureau_checker.refused("registry.CloseIncident", closing, "FAILED_PRECONDITION", "INCIDENT_CLOSED")
        self.bureau_checker.ok("registry.AcceptProject", self.accept(code))

    def test_acceptance_settles_upkeep(self):
        "R153: body and rules of upkeep."
        code = self.ready(self.world.project())
        for field, nothing in (("upkeep_body_name", ""), ("upkeep_rules_digest", b"")):
            self.bureau_checker.refused("registry.AcceptProject", self.accept(code, **{field: nothing}), "INVALID_ARGUMENT", "REQUIRED", path=field)
        self.bureau_checker.ok("registry.AcceptProject", self.accept(code))
        self.assertEqual(self.get(code)["upkeep_body_name"], "某村村民委员会")

    def test_notices_at_every_stage_and_the_permanent_sign_before_closing(self):
        "R170 R172 R173"
        code = self.world.project()
        publish = lambda **more: self.bureau.ok("registry.PublishNotice", self.notice(code, **more))  # noqa: E731
        refused = lambda reason, path, **more: self.bureau.refused("registry.PublishNotice", self.notice(code, **more), None, reason,
            path=path)  # noqa: E731
        refused("CHANNEL_MISSING", "channels", channels=["COUNTY_WEB", "VILLAGE_BOARD"])
        refused("REQUIREMENT_TEXT_MISSING", "states_requirement", states_requirement=False)
        refused("OBJECTION_TOO_SHORT", "objection_until_date", objection_until_date="2026-07-01")
        refused("NOTICE_TOO_EARLY", "notice_stage", notice_stage="COMPLETED")
        refused("DATE_IN_FUTURE", "published_date", published_date="2026-12-01")
        self.assertEqual(publish()["objection_until_date"], "2026-07-02")
        refused("NOTICE_EXISTS", "notice_code")
        publish(notice_code="GG-2", notice_stage="CONSTRUCTION", notice_kind="RIGHTS_BOARD", channels=["SITE_BOARD"],
            rights_board=path.RIGHTS_BOARD)
        self.complete(code)
        path.evaluate_project(self.world, code)
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "notices_before_acceptance", "division_prefix": "140214",
            "valid_from_date": "2026-01-01", "parameter_value": 0, "basis_note": "本区：竣工公示和公示牌在结项前完成"})
        self.bureau_checker.ok("registry.AcceptProject", self.accept(code))
        self.office_checker.ok("registry.SetParameter", {"parameter_name": "notices_before_acceptance", "division_prefix": "140214",
            "valid_from_date": "2026-01-01", "parameter_value": 1, "basis_note": "恢复"})
        close = {"project_code": code, "close_date": "2026-07-01"}
        reply = self.bureau_checker.refused("registry.CloseProject", close, "FAILED_PRECONDITION", "NOTICE_MISSING")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"NOTICE_MISSING", "SIGN_MISSING"})
        sign = {"notice_code": "GG-3", "notice_stage": "COMPLETED", "notice_kind": "PERMANENT_SIGN", "channels": ["SITE_BOARD"],
            "built_from_date": "2026-06-20",
                "built_to_date": "2026-06-28", "content_note": "硬化道路", "benefit_note": "带动60人", "upkeep_body_name": "某村村民委员会"}
        for field in ("built_from_date", "built_to_date", "content_note", "benefit_note", "upkeep_body_name"):
            refused("SIGN_FIELD_MISSING", field, **{**sign, field: ""})
        publish(**sign)
        self.assertEqual(self.bureau_checker.ok("registry.CloseProject", close)["project_state"], "CLOSED")
        stages = [row["notice_stage"] for row in self.stranger.rows("registry.ListNotices", {"project_code": code}, page_size=2)]
        self.assertEqual(stages, ["AWARD", "CONSTRUCTION", "COMPLETED"])
        still_open = {day: bool(self.stranger.rows("registry.ListNotices", {"project_code": code, "notice_stage": "AWARD",
            "open_for_objection": True, "as_of_date": day}))
                      for day in ("2026-07-02", "2026-07-03")}
        self.assertEqual(still_open, {"2026-07-02": True, "2026-07-03": False})
        self.bureau.refused("registry.PublishNotice", self.notice(self.world.draft()), "FAILED_PRECONDITION", "WRONG_STATE")

    def test_owner_and_contractor_report_each_for_itself(self):
        "R191: by month, version by version; a cumulative figure never falls without a reason."
        code = self.world.project()
        report = {"project_code": code, "month": "2026-06", "reported_as": "OWNER", "progress_bp": 2000, "invested_fen": 500_000_00}
        self.assertEqual(self.owner.ok("registry.ReportProgress", report)["version_number"], 1)
        self.assertEqual(self.owner.ok("registry.ReportProgress", {**report, "invested_fen": 600_000_00})["version_number"], 2)
        self.contractor.ok("registry.ReportProgress", {**report, "reported_as": "CONTRACTOR", "progress_bp": 0})
        self.contractor.refused("registry.ReportProgress", report, "FAILED_PRECONDITION", "NOT_THAT_PARTY", path="reported_as")
        self.owner.refused("registry.ReportProgress", {**report, "reported_as": "BUREAU"}, "FAILED_PRECONDITION", "NOT_THAT_PARTY")
        for month in ("2026-05", "2026-08"):
            self.owner.refused("registry.ReportProgress", {**report, "month": month}, "FAILED_PRECONDITION", "MONTH_OUT_OF_RANGE", path="month")
        self.owner.refused("registry.ReportProgress", {**report, "progress_bp": 10001}, "FAILED_PRECONDITION", "PROGRESS_OVER_FULL",
            path="progress_bp")
        less = {**report, "month": "2026-07", "invested_fen": 599_999_99}
        self.owner.refused("registry.ReportProgress", less, "FAILED_PRECONDITION", "PROGRESS_FELL", path="invested_fen")
        self.owner.ok("registry.ReportProgress", {**less, "fall_reason": "审计核减"})
        rows = self.bureau.rows("registry.ListProgress", {"project_code": code}, page_size=1)
        self.assertEqual([(row["month"], row["reported_as"], row["version_number"], row["invested_fen"]) for row in rows],
                         [("2026-06", "CONTRACTOR", 1, 500_000_00), ("2026-06", "OWNER", 2, 600_000_00), ("2026-07", "OWNER", 1, 599_999_99)])
        self.assertEqual(len(self.bureau.rows("registry.ListProgress", {"project_code": code, "all_versions": True})), 4)
        self.assertEqual(self.stranger.rows("registry.ListProgress", {"project_code": code}), [])
        self.owner.refused("registry.ReportProgress", {**report, "project_code": self.world.draft()}, "FAILED_PRECONDITION", "WRONG_STATE")


class FiguresTest(WorksCase):
    def figures(self, quarter, unit="140214-jtj"):
        return {row["project_code"]: row for row in self.operator.rows("registry.GetQuarterFigures", {"unit_id": unit, "quarter": quarter},
            page_size=2)}

    def test_the_quarter_as_it_stood(self):
        "R191 R173 R143: a bureau's quarter is the sum of its projects; states, money and duties as they stood at its end."
        running, draft = self.listed(self.world.project()), self.world.draft()
        other = self.world.draft()
        self.office.ok("registry.ChangeProject", {"project_code": other, "bureau_unit_id": "140214-swj"})
        self.bureau.ok("registry.SetFundLine", {"project_code": running, "fund_code": "F2", "fund_source": "BANK_LOAN", "approved_fen": 700_000_00})
        self.owner.ok("registry.ReportProgress", {"project_code": running, "month": "2026-06", "reported_as": "OWNER", "progress_bp": 2000,
            "invested_fen": 500_000_00})
        self.bureau.ok("registry.PublishNotice", self.notice(running))
        self.house.travel("2026-09-20")
        self.contractor.ok("registry.ReportProgress", {"project_code": running, "month": "2026-08", "reported_as": "CONTRACTOR",
            "progress_bp": 7000, "invested_fen": 900_000_00})
        self.owner.ok("registry.CompleteProject", {"project_code": running, "complete_date": "2026-09-15"})
        second, third = self.figures("2026Q2"), self.figures("2026Q3")
        self.assertEqual(set(second), {running, draft})
        self.assertEqual((second[running]["project_state"], third[running]["project_state"], third[draft]["project_state"]), ("CONSTRUCTION",
            "COMPLETED", "DRAFT"))
        before, after = second[running], third[running]
        self.assertEqual((before["started_in_quarter"], after["started_in_quarter"], after["started_in_year"], after["accepted_in_year"]), (True,
            False, True, False))
        self.assertEqual((before["list_kind"], after["list_kind"], after["list_level"], after["listed_in_quarter"]), ("UNSPECIFIED", "NONGTUI",
            "DISTRICT", True))
        self.assertEqual((after["approved_fen"], after["fiscal_fen"], after["central_fen"], after["allocated_fen"]),
                         (3_700_000_00, 3_000_000_00, 3_000_000_00, 2_000_000_00))
        self.assertEqual((before["invested_fen"], after["invested_fen"], after["invested_quarter_delta_fen"], after["invested_year_delta_fen"]),
                         (500_000_00, 900_000_00, 400_000_00, 900_000_00))
        self.assertEqual((before["progress_bp"], after["progress_bp"], after["posts_offered_count"]), (2000, 7000, 60))
        self.assertEqual((before["notices_due_count"], before["notices_done_count"], after["notices_due_count"]), (2, 1, 3))
        self.assertEqual((before["progress_reports_due_count"], before["progress_reports_done_count"], after["progress_reports_due_count"],
                          after["progress_reports_done_count"]), (2, 1, 6, 1))
        self.assertEqual(set(self.figures("2026Q3", "140214-swj")), {other})

    def test_what_nobody_said_is_not_zero(self):
        "R143 R190: a project without a published investment, or without a fund line, has unknown amounts; money that is not fiscal is 0 fiscal"
        silent, social = "2605-140214-04-01-900010", self.world.draft(total_investment_fen=None)
        self.bureau.ok("registry.AddProject", {"project_code": silent, "project_name": "示例未定资金项目", "bureau_unit_id": "140214-jtj",
            "field": "TRANSPORT", "track": "NONGTUI", "project_year": 2026, "division_code": "140214002"})
        self.bureau.ok("registry.SetFundLine", {"project_code": social, "fund_code": "F1", "fund_source": "SOCIAL", "special_fund": False,
            "fund_purpose": "CONSTRUCTION", "approved_fen": 1_000_000_00})
        rows = self.figures("2026Q3")
        names = ("total_investment_fen", "fiscal_fen", "central_fen", "planned_pay_fen", "planned_workers")
        self.assertEqual([rows[silent][name] for name in names], [None] * 5)
        self.assertEqual([rows[social][name] for name in names], [None, 0, 0, 1_200_000_00, 60])

    def test_only_the_office_gathers(self):
        "R191"
        self.bureau.refused("registry.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q3"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.operator.refused("registry.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q5"}, "INVALID_ARGUMENT", "QUARTER_INVALID")
