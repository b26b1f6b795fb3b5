"""registry: catalogues of several districts, names of the link stages, tasks that no row fits, projects that go without work-relief."""
import csv
import hashlib

from lib import ROOT, invariants
from lib.house import ServiceCase


def printed(name):
    """The rows of a catalogue file as LoadCatalogue takes them."""
    with open(ROOT / "policy" / name, encoding="utf-8", newline="") as file:
        return [{"seq": int(row["seq"]), "field_name": row["field"], "category": row["category"], "tasks": row["tasks"],
                 "guiding_bureau": row["guiding_bureau"], "class_name": row.get("class", "")} for row in csv.DictReader(file)]


class CatalogueCase(ServiceCase):
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        cls.load(2, printed("catalogue.csv"))
        cls.load(3, printed("catalogue_luoyang.csv"), division_prefix="4103", profile_name="洛阳市城乡一体化示范区")

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    @classmethod
    def load(cls, version, rows, valid_from="2026-01-01", **more):
        return cls.world.office_checker.ok("registry.LoadCatalogue", {"catalogue_version": version, "issued_by_name": "发展和改革局",
                                                                      "valid_from_date": valid_from, "rows": rows, **more})

    def bare(self, code, **facts):
        self.bureau.ok("registry.AddProject", {"project_code": code, "project_name": f"示例{code}", "field": "TRANSPORT", "division_code": "140214002", **facts})
        return code

    def task(self, code, number=1, **task):
        return {"project_code": code, "task_number": number, "link_stage": "MAIN_AND_TEMPORARY", "offered_posts": 5, **task}


class ProfileTest(CatalogueCase):
    def test_the_second_profile_has_four_classes_and_nine_sub_classes(self):
        "R041: as printed; in and out unchanged; selected by district."
        luoyang = self.office.ok("registry.GetCatalogue", {"division_code": "410307"})
        self.assertEqual((luoyang["catalogue_version"], luoyang["profile_name"], luoyang["division_prefix"]), (3, "洛阳市城乡一体化示范区", "4103"))
        rows = luoyang["rows"]
        self.assertEqual([{key: row[key] for key in printed("catalogue_luoyang.csv")[0]} for row in rows], printed("catalogue_luoyang.csv"))
        self.assertEqual((len({row["class_name"] for row in rows}), len({row["category"] for row in rows})), (4, 9))
        for elsewhere in ("140214", ""):
            self.assertEqual(self.office.ok("registry.GetCatalogue", {"division_code": elsewhere, "as_of_date": "2026-06-30"})["catalogue_version"], 2)

    def test_a_project_picks_from_its_own_districts_catalogue(self):
        "R034 R041: works beside key projects fit every field; another field's row does not."
        there, here = self.bare("P-1", division_code="410307001"), self.bare("P-2")
        self.assertEqual(self.bureau.ok("registry.AddTask", self.task(there, catalogue_seq=8))["catalogue_version"], 3)
        self.bureau.refused("registry.AddTask", self.task(there, 2, catalogue_seq=3), "FAILED_PRECONDITION", "FIELD_MISMATCH", path="catalogue_seq")
        self.bureau.refused("registry.AddTask", self.task(there, 2, catalogue_seq=10), "FAILED_PRECONDITION", "UNKNOWN_CATALOGUE_ROW")
        self.assertEqual(self.bureau.ok("registry.AddTask", self.task(here, catalogue_seq=1))["catalogue_version"], 2)
        fields = self.office.ok("registry.GetCatalogue", {"catalogue_version": 3, "field": "WATER"})["rows"]
        self.assertEqual([row["seq"] for row in fields], [3, 8, 9])

    def test_no_catalogue_for_the_place(self):
        "R034: a catalogue of one district is not another's."
        self.assertEqual(self.office.ok("registry.GetCatalogue", {"as_of_date": "2025-12-31", "division_code": "410307"})["catalogue_version"], 1)
        self.office.refused("registry.GetCatalogue", {"as_of_date": "2020-01-01", "division_code": "410307"}, "NOT_FOUND", "NO_SUCH_CATALOGUE")
        self.house.travel("2022-12-31")
        early = self.bare("P-3")
        self.bureau.refused("registry.AddTask", self.task(early, catalogue_seq=1), "FAILED_PRECONDITION", "NO_CATALOGUE", path="catalogue_seq")
        self.house.travel("2026-07-01")

    def test_projects_stay_on_the_version_of_their_review(self):
        "R037: a later version changes nothing for a project under review; a returned one picks its tasks anew."
        code, papers = self.world.draft(), [{"document_kind": kind, "document_title": kind, "document_digest": hashlib.sha256(b"x").digest()}
                                            for kind in ("FSR", "PRELIM_DESIGN")]
        self.bureau.ok("registry.AddTask", self.task(code, catalogue_seq=1))
        submit = {"project_code": code, "approval_mode": "ORDINARY", "documents": papers}
        self.bureau.ok("registry.SubmitPreReview", submit)
        self.load(4, printed("catalogue.csv"), "2026-07-01")
        self.assertEqual(self.office.ok("registry.GetProject", {"project_code": code})["catalogue_version"], 2)
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "RETURNED", "review_note": "岗位不足"})
        self.bureau.refused("registry.SubmitPreReview", submit, "FAILED_PRECONDITION", "TASK_OUTDATED")
        self.bureau.ok("registry.AddTask", self.task(code, catalogue_seq=1))
        self.assertEqual(self.bureau.ok("registry.SubmitPreReview", submit)["catalogue_version"], 4)
        self.bureau_checker.ok("registry.DecidePreReview", {"project_code": code, "decision": "PASSED"})
        self.load(5, printed("catalogue.csv"), "2026-07-01")
        self.bureau_checker.ok("registry.ApproveProject", {
            "project_code": code, "approval_mode": "ORDINARY", "document_no": "云发改审批〔2026〕9号", "document_date": "2026-07-01", "relief_clause": True,
            "reporting_clause": True, "fiscal_review": "DONE"})
        self.assertEqual(self.office.ok("registry.GetProject", {"project_code": code})["catalogue_version"], 4)


class StageNameTest(CatalogueCase):
    def names(self, division, **more):
        return [row["stage_name"] for row in self.office.ok("registry.ListStageNames", {"division_code": division, **more})["rows"]]

    def test_each_district_has_its_words_for_the_same_three_stages(self):
        "R038 R039: dated, the narrowest district first."
        self.assertEqual(self.names("140214"), ["主体工程建设及附属临建", "工地服务保障", "建后管护"])
        self.assertEqual(self.names("110111"), ["一般劳动环节", "服务保障环节", "项目建成后的后期管护环节"])
        change = {"division_prefix": "140214", "valid_from_date": "2026-08-01", "names": [{"link_stage": "POST_UPKEEP", "stage_name": "后期管护"}]}
        self.office.refused("registry.SetStageNames", change, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.refused("registry.SetStageNames", change, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.office_checker.ok("registry.SetStageNames", change)["stage_count"], 1)
        self.assertEqual(self.names("140214")[2], "建后管护")
        self.assertEqual(self.names("140214", as_of_date="2026-08-01"), ["主体工程建设及附属临建", "工地服务保障", "后期管护"])


class WaiverTest(CatalogueCase):
    submit = {"approval_mode": "ORDINARY", "documents": [{"document_kind": kind, "document_title": kind, "document_digest": hashlib.sha256(b"x").digest()}
                                                         for kind in ("FSR", "PRELIM_DESIGN")]}

    def waivers(self, actor=None, **filters):
        return {(row["project_code"], row["task_number"]): row for row in (actor or self.office).rows("registry.ListTaskWaivers", filters, page_size=1)}

    def asked(self, number=2):
        """A draft with one task that no row fits."""
        code = self.world.draft()
        self.bureau.ok("registry.AddTask", self.task(code, 1, catalogue_seq=1))
        self.bureau.ok("registry.AddTask", self.task(code, number, no_row_reason="目录无此类", task_note="停车场保洁"))
        return code

    def test_the_bureau_agrees_by_somebody_else(self):
        "R034: no row fits (facts D8): a reason, and the bureau's consent as an act of its own."
        code = self.asked()
        self.bureau.refused("registry.SubmitPreReview", {"project_code": code, **self.submit}, "FAILED_PRECONDITION", "TASK_CONSENT_MISSING")
        decide = {"project_code": code, "task_number": 2, "decision": "APPROVED"}
        self.bureau.refused("registry.DecideTaskWaiver", decide, "PERMISSION_DENIED", "WRONG_DUTY")
        self.owner_checker.refused("registry.DecideTaskWaiver", decide, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.other_bureau_checker.refused("registry.DecideTaskWaiver", decide, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau_checker.refused("registry.DecideTaskWaiver", {**decide, "task_number": 1}, "NOT_FOUND", "NO_SUCH_TASK_WAIVER")
        self.bureau_checker.refused("registry.DecideTaskWaiver", {**decide, "decision": "WITHDRAWN"}, "FAILED_PRECONDITION", "DECISION_UNKNOWN")
        self.assertEqual(self.waivers(waiver_state="REQUESTED")[(code, 2)]["no_row_reason"], "目录无此类")
        self.bureau_checker.ok("registry.DecideTaskWaiver", decide)
        self.bureau_checker.refused("registry.DecideTaskWaiver", decide, "FAILED_PRECONDITION", "TASK_WAIVER_STATE")
        self.bureau.ok("registry.SubmitPreReview", {"project_code": code, **self.submit})
        self.assertIn((code, 2), self.waivers(self.owner))
        self.assertEqual(self.waivers(self.stranger), {})

    def test_nobody_agrees_to_his_own(self):
        "R034"
        both = self.actor("tasks-alone", "140214-fgj", "CHECKER", ("OFFICE", "SELF"))
        code = self.world.draft()
        both.ok("registry.AddTask", self.task(code, 2, no_row_reason="无", task_note="保洁"))
        both.refused("registry.DecideTaskWaiver", {"project_code": code, "task_number": 2, "decision": "APPROVED"}, "FAILED_PRECONDITION",
                     "MAKER_IS_CHECKER")

    def test_declined_withdrawn_and_asked_anew(self):
        "R034: a declined task gets a row or another reason; the last round counts; a row needs no consent."
        code, decline = self.asked(), {"task_number": 2, "decision": "DECLINED"}
        self.bureau_checker.refused("registry.DecideTaskWaiver", {"project_code": code, **decline}, "FAILED_PRECONDITION", "REMARKS_MISSING")
        self.bureau_checker.ok("registry.DecideTaskWaiver", {"project_code": code, **decline, "decision_note": "可归入第1行"})
        self.bureau.refused("registry.SubmitPreReview", {"project_code": code, **self.submit}, "FAILED_PRECONDITION", "TASK_CONSENT_MISSING")
        for reason in ("确无对应行", "再次说明"):
            self.bureau.ok("registry.AddTask", self.task(code, 2, no_row_reason=reason, task_note="停车场保洁"))
        self.assertEqual(self.waivers()[(code, 2)]["round_number"], 3)
        states = self.sql(f"SELECT waiver_state FROM registry.task_waiver WHERE project_code = '{code}' ORDER BY round_number")
        self.assertEqual(states, [["DECLINED"], ["WITHDRAWN"], ["REQUESTED"]])
        self.bureau.ok("registry.AddTask", self.task(code, 2, catalogue_seq=1))
        self.bureau.ok("registry.SubmitPreReview", {"project_code": code, **self.submit})
        self.bureau_checker.refused("registry.DecideTaskWaiver", {"project_code": code, "task_number": 2, "decision": "APPROVED"}, "FAILED_PRECONDITION",
                                    "WRONG_STATE")

    def test_consent_is_to_the_words_that_were_read(self):
        "R034: a changed text stands outside the consent; a removed task asks for none."
        code = self.asked()
        self.bureau_checker.ok("registry.DecideTaskWaiver", {"project_code": code, "task_number": 2, "decision": "APPROVED"})
        self.bureau.ok("registry.ChangeTask", {"project_code": code, "task_number": 2, "task_note": "机械拆除"})
        self.bureau.refused("registry.SubmitPreReview", {"project_code": code, **self.submit}, "FAILED_PRECONDITION", "TASK_CONSENT_MISSING")
        self.bureau.ok("registry.RemoveTask", {"project_code": code, "task_number": 2})
        self.assertNotIn((code, 2), self.waivers())
        self.bureau.ok("registry.SubmitPreReview", {"project_code": code, **self.submit})

    def test_other_money_does_not_slip_past(self):
        "R034 R044: an approval without pre-review asks for the same consent."
        code = self.world.draft(investment_kind="NON_GOVERNMENT")
        self.bureau.ok("registry.AddTask", self.task(code, 2, no_row_reason="无", task_note="保洁"))
        approval = {"project_code": code, "approval_mode": "ORDINARY", "document_no": "1", "document_date": "2026-06-30", "relief_clause": True,
                    "reporting_clause": True, "fiscal_review": "DONE"}
        self.bureau_checker.refused("registry.ApproveProject", approval, "FAILED_PRECONDITION", "TASK_CONSENT_MISSING")
        self.bureau_checker.ok("registry.DecideTaskWaiver", {"project_code": code, "task_number": 2, "decision": "APPROVED"})
        self.bureau_checker.ok("registry.ApproveProject", approval)


class ReliefModeTest(CatalogueCase):
    def modes(self, actor=None, **filters):
        return {row["project_code"]: row for row in (actor or self.office).rows("registry.ListReliefModes", filters, page_size=2)}

    def test_going_without_needs_a_written_reason(self):
        "R043: where the catalogue has rows of the field."
        code = self.bare("M-1")
        declare = {"project_code": code, "relief_mode": "NOT_USED"}
        self.bureau.refused("registry.DeclareReliefMode", declare, "FAILED_PRECONDITION", "NOT_USED_REASON_MISSING", path="not_used_reason")
        self.bureau.refused("registry.DeclareReliefMode", {**declare, "not_used_reason": "全机械", "catalogue_seqs": [1, 99]}, "FAILED_PRECONDITION",
                            "UNKNOWN_CATALOGUE_ROW", path="catalogue_seqs[1]")
        self.bureau.ok("registry.DeclareReliefMode", {**declare, "not_used_reason": "涉铁施工，须全机械", "catalogue_seqs": [1, 2]})
        row = self.modes(relief_mode="NOT_USED")[code]
        self.assertEqual((row["not_used_reason"], row["catalogue_seqs"], row["fitting_row_count"], row["declared_date"]),
                         ("涉铁施工，须全机械", [1, 2], 3, "2026-07-01"))
        self.other_bureau.refused("registry.DeclareReliefMode", declare, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office.refused("registry.DeclareReliefMode", {**declare, "project_code": "M-0"}, "NOT_FOUND", "NO_SUCH_PROJECT")
        started = self.world.project()
        self.bureau.refused("registry.DeclareReliefMode", {"project_code": started, "relief_mode": "NOT_USED", "not_used_reason": "x"}, "FAILED_PRECONDITION",
                            "WRONG_STATE")

    def test_no_row_fits_and_no_reason_is_asked(self):
        "R043: the works of no field of the district's catalogue."
        self.load(6, [{"seq": 1, "field_name": "水利", "category": "水库", "tasks": "土方", "guiding_bureau": "水务局"}], division_prefix="1403")
        code = self.bare("M-2", division_code="140311")
        self.bureau.ok("registry.DeclareReliefMode", {"project_code": code, "relief_mode": "NOT_USED"})

    def test_a_list_and_going_without_exclude_each_other(self):
        "R043 R047"
        entry = {"list_year": 2026, "list_kind": "ZHONGTUI", "list_level": "DISTRICT", "plan_note": "规划", "expected_workers": 5}
        code = self.bare("M-3")
        without = {"project_code": code, "relief_mode": "NOT_USED", "not_used_reason": "全机械"}
        self.bureau.ok("registry.DeclareReliefMode", without)
        self.bureau.refused("registry.ProposeListEntry", {"project_code": code, **entry}, "FAILED_PRECONDITION", "RELIEF_NOT_USED")
        self.bureau.ok("registry.DeclareReliefMode", {"project_code": code, "relief_mode": "USED"})
        self.bureau.ok("registry.ProposeListEntry", {"project_code": code, **entry})
        self.bureau.refused("registry.DeclareReliefMode", without, "FAILED_PRECONDITION", "STANDS_ON_LIST", path="relief_mode")
        self.bureau_checker.ok("registry.RemoveListEntry", {"project_code": code, "list_year": 2026, "remove_reason": "撤回"})
        self.assertEqual(self.bureau.ok("registry.DeclareReliefMode", without)["declaration_number"], 3)

    def test_who_has_said_nothing(self):
        "R043: government projects without tasks, list entry or statement are listed for the office."
        silent, other_money = self.bare("M-4"), self.bare("M-5", investment_kind="NON_GOVERNMENT")
        using = self.world.draft()
        undeclared = self.modes(undeclared_only=True)
        self.assertIn(silent, undeclared)
        self.assertEqual(undeclared[silent]["relief_mode"], "UNSPECIFIED")
        self.assertFalse({other_money, using} & set(undeclared))
        self.assertEqual(self.modes(relief_mode="USED")[using]["relief_mode"], "USED")
        self.assertEqual(self.modes(self.other_bureau), {})
