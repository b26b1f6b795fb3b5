"""registry: contact units advise and decide nothing; people by day; carriers at risk first; long lists of projects."""
import re
import time

from lib import ROOT, invariants
from lib.house import ServiceCase

# What a CONTACT may write: advice, its own reports, objections to a notice, and what its unit owes from a meeting; the rest is read only (R198).
WRITES_OF_A_CONTACT = {("registry", "AddAdvice"), ("registry", "AddContactReport"), ("registry", "ReportAgreedItem"), ("registry", "ObjectToNotice")}
CONTACT = {"unit_id": "140214-rsj", "relation": "CONTACT", "person_name": "郑某"}


class ContactCase(ServiceCase):
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    def watched(self, **facts):
        """A draft with the HR bureau as its contact unit."""
        code = self.world.draft(**facts)
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": "owner-1", "relation": "OWNER"}, {"unit_id": "contractor-1", "relation": "CONTRACTOR"}, CONTACT]})
        return code


class AdviceTest(ContactCase):
    def test_the_contact_unit_advises_and_is_answered(self):
        "R198: kept with the project, answered once by bureau or owner; to others it does not exist."
        code = self.watched()
        advice = {"project_code": code, "advice_note": "建议增加本村用工"}
        self.assertEqual(self.hr.ok("registry.AddAdvice", advice)["advice_number"], 1)
        self.assertEqual(self.hr.ok("registry.AddAdvice", {**advice, "advice_note": "再次建议"})["advice_number"], 2)
        for actor in (self.bureau, self.owner, self.contractor, self.stranger):
            actor.refused("registry.AddAdvice", advice, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.operator.refused("registry.AddAdvice", advice, "FAILED_PRECONDITION", "NOT_CONTACT_UNIT")
        answer = {"project_code": code, "advice_number": 1, "answer_note": "已增加20个岗位"}
        self.hr.refused("registry.AnswerAdvice", answer, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau.refused("registry.AnswerAdvice", {**answer, "advice_number": 9}, "NOT_FOUND", "NO_SUCH_ADVICE")
        self.bureau.ok("registry.AnswerAdvice", answer)
        self.owner.refused("registry.AnswerAdvice", answer, "FAILED_PRECONDITION", "ADVICE_ANSWERED")
        rows = self.contractor.rows("registry.ListAdvice", {"project_code": code}, page_size=1)
        self.assertEqual([(row["advice_number"], row["answering_unit_id"], row["unit_id"]) for row in rows],
                         [(1, "140214-jtj", "140214-rsj"), (2, "", "140214-rsj")])
        self.assertEqual([row["advice_number"] for row in self.office.rows("registry.ListAdvice", {"project_code": code, "unanswered_only": True})], [2])
        self.assertEqual(self.stranger.rows("registry.ListAdvice"), [])

    def test_contact_units_decide_nothing_in_any_service(self):
        "R198: no method that writes is open to a contact unit but those that advise."
        allowed = set()
        for path in sorted((ROOT / "services").glob("*/methods.def")):
            for name, access, who in re.findall(r"METHOD\((\w+),\s*\w+,\s*(R[OW]),\s*([A-Z |]+),", path.read_text()):
                if access == "RW" and ("CONTACT" in who.split(" | ") or who == "ANYONE") and "INTERNAL" not in who:
                    allowed.add((path.parent.name, name))
        deciding = {(service, name) for service, name in allowed if re.match(r"(Approve|Decide|Accept|Award|Confirm|Settle|Close|Publish|Seal|Set)", name)}
        self.assertEqual(deciding, set())
        self.assertLessEqual({one for one in allowed if one[0] == "registry"}, WRITES_OF_A_CONTACT)

    def test_a_listed_project_keeps_its_contact(self):
        "R197: unit and person stay named as long as it stands on a list."
        code = self.watched()
        without = {"project_code": code, "parties": [{"unit_id": "owner-1", "relation": "OWNER"}]}
        self.bureau.ok("registry.ProposeListEntry", {"project_code": code, "list_year": 2026, "list_kind": "NONGTUI", "list_level": "DISTRICT",
                                                     "plan_note": "规划", "expected_workers": 5})
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"})
        self.bureau.refused("registry.SetParties", without, "FAILED_PRECONDITION", "CONTACT_MISSING", path="parties")
        self.bureau.refused("registry.SetParties", {**without, "parties": [{"unit_id": "140214-rsj", "relation": "CONTACT"}]}, "FAILED_PRECONDITION",
                            "CONTACT_MISSING")
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [{**CONTACT, "unit_id": "140214-swj"}]})
        self.bureau_checker.ok("registry.RemoveListEntry", {"project_code": code, "list_year": 2026, "remove_reason": "停建"})
        self.bureau.ok("registry.SetParties", without)


class ReportTest(ContactCase):
    def rows(self, actor, **filters):
        return {row["project_code"]: row for row in actor.rows("registry.ListContactReports", {"quarter": "2026Q3", **filters}, page_size=1)}

    def listed(self):
        code = self.watched()
        self.bureau.ok("registry.ProposeListEntry", {"project_code": code, "list_year": 2026, "list_kind": "NONGTUI", "list_level": "DISTRICT",
                                                     "plan_note": "规划", "expected_workers": 5})
        self.bureau_checker.ok("registry.DecideListEntry", {"project_code": code, "list_year": 2026, "decision": "LISTED"})
        return code

    def test_contact_units_report_to_party_government_and_upper_bureau(self):
        "R194: each quarter, for each listed project; whom nobody told yet is named."
        code, silent = self.listed(), self.listed()
        report = {"project_code": code, "quarter": "2026Q3", "recipients": ["GOVERNMENT", "PARTY_COMMITTEE", "GOVERNMENT"], "report_note": "进度过半"}
        self.assertEqual(self.hr.ok("registry.AddContactReport", report)["report_number"], 1)
        row = self.rows(self.office)[code]
        self.assertEqual((row["contact_unit_id"], row["contact_name"], row["recipients"], row["missing_recipients"]),
                         ("140214-rsj", "郑某", ["GOVERNMENT", "PARTY_COMMITTEE"], ["UPPER_BUREAU"]))
        self.assertEqual(set(self.rows(self.hr, missing_only=True, unit_id="140214-rsj")), {code, silent})
        self.assertEqual(self.rows(self.hr)[silent]["missing_recipients"], ["PARTY_COMMITTEE", "GOVERNMENT", "UPPER_BUREAU"])
        self.hr.ok("registry.AddContactReport", {**report, "recipients": ["UPPER_BUREAU"], "document_no": "云人社〔2026〕7号"})
        self.assertEqual(set(self.rows(self.office, missing_only=True)), {silent})
        self.assertEqual((self.rows(self.office)[code]["report_number"], self.rows(self.office)[code]["document_no"]), (2, "云人社〔2026〕7号"))
        self.bureau.refused("registry.AddContactReport", report, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.hr.refused("registry.AddContactReport", {**report, "quarter": "2026Q4"}, "FAILED_PRECONDITION", "DATE_IN_FUTURE", path="quarter")
        self.hr.refused("registry.AddContactReport", {**report, "recipients": []}, "INVALID_ARGUMENT", "REQUIRED", path="recipients")
        self.operator.refused("registry.AddContactReport", report, "FAILED_PRECONDITION", "NOT_CONTACT_UNIT")
        self.assertEqual(self.rows(self.stranger), {})


class CarrierTest(ContactCase):
    def add(self, unit, kind, division, **more):
        self.office.ok("registry.AddUnit", {"unit_id": unit, "unit_name": f"{unit}合作社", "unit_kind": kind, "division_code": division, **more})

    def test_collectives_at_risk_first_then_the_near_then_the_free(self):
        "R089: each rank says why; companies are ranked behind and can be left out."
        self.add("coop-a", "RURAL_COLLECTIVE", "140214002001")
        self.add("coop-b", "RURAL_COLLECTIVE", "140214003001", at_risk=True)
        self.add("coop-c", "LABOUR_ORGANISATION", "140214002002", carrier_kind="VILLAGE_LABOUR_COOPERATIVE")
        self.add("firm-d", "CONTRACTOR_COMPANY", "140214002001", carrier_kind="LABOUR_COMPANY", at_risk=True)
        self.add("coop-e", "RURAL_COLLECTIVE", "140214002003")
        self.add("coop-f", "RURAL_COLLECTIVE", "140215001001")
        self.office.ok("registry.ChangeUnit", {"unit_id": "contractor-1", "carrier_kind": "LABOUR_COMPANY", "division_code": "140214002"})
        self.world.awarded()
        code = self.world.draft(division_code="140214002001")
        rows = self.bureau.rows("registry.RankCarriers", {"project_code": code}, page_size=2)
        self.assertEqual([row["unit_id"] for row in rows], ["coop-b", "coop-a", "firm-d", "coop-c", "coop-e", "contractor-1", "coop-f"])
        self.assertEqual([(row["rank_number"], row["running_count"]) for row in rows], [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 1), (7, 0)])
        reasons = {row["unit_id"]: row["reasons"] for row in rows}
        self.assertEqual((reasons["coop-b"], reasons["coop-a"], reasons["contractor-1"], reasons["coop-f"]),
                         (["AT_RISK", "SAME_COUNTY", "FREE_HANDS"], ["SAME_VILLAGE", "FREE_HANDS"], ["SAME_TOWNSHIP"], ["FREE_HANDS"]))
        self.assertEqual([row["unit_id"] for row in self.bureau.rows("registry.RankCarriers", {"project_code": code, "collectives_only": True})],
                         ["coop-b", "coop-a", "coop-c", "coop-e", "coop-f"])
        self.office.ok("registry.ChangeUnit", {"unit_id": "coop-b", "at_risk": False})
        self.assertEqual(self.bureau.rows("registry.RankCarriers", {"project_code": code})[0]["unit_id"], "coop-a")
        self.stranger.refused("registry.RankCarriers", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")


class PersonTest(ContactCase):
    def test_people_and_their_duties_by_day(self):
        "R003 R004 R005: who stood where on a past day; contractors do not read officials' numbers."
        self.office.ok("registry.SetMechanism", {"division_code": "140214", "mechanism_name": "协调机制", "lead_unit_ids": ["140214-fgj", "140214-rsj"],
                                                 "leader_name": "副区长", "functions": ["JUDGE_SITUATION"], "established_date": "2024-02-01"})
        for unit, role, name, day in (("140214-fgj", "CONVENOR", "张三", "2024-02-01"), ("140214-fgj", "CONVENOR", "李四", "2025-03-01"),
                                      ("140214-jtj", "MEMBER", "王五", "2024-02-01"), ("140214-jtj", "WORKGROUP", "赵六", "2024-02-01")):
            self.office.ok("registry.SetPerson", {"unit_id": unit, "person_role": role, "person_name": name, "valid_from_date": day, "phone": "03520000000"})
        people = lambda **filters: [row["person_name"] for row in self.bureau.rows("registry.ListPersons", filters, page_size=1)]
        self.assertEqual(people(person_role="CONVENOR", as_of_date="2024-12-31"), ["张三"])
        self.assertEqual(people(person_role="CONVENOR"), ["李四"])
        self.assertEqual(people(person_role="CONVENOR", all_spells=True), ["张三", "李四"])
        self.assertEqual(people(unit_id="140214-jtj"), ["王五", "赵六"])
        self.contractor.refused("registry.ListPersons", {}, "PERMISSION_DENIED", "NOT_ALLOWED")
        past = {"unit_id": "140214-rsj", "person_role": "CONVENOR", "person_name": "周七"}
        self.office.refused("registry.SetPerson", {**past, "valid_from_date": "2025-01-01", "valid_to_date": "2025-06-01"}, "FAILED_PRECONDITION",
                            "CONVENOR_OVERLAPS", path="valid_from_date")
        self.office.refused("registry.SetPerson", {**past, "valid_from_date": "2025-02-01"}, "FAILED_PRECONDITION", "CONVENOR_OVERLAPS")
        self.office.ok("registry.SetPerson", {**past, "valid_from_date": "2024-01-01", "valid_to_date": "2024-02-01"})
        self.office.ok("registry.SetPerson", {**past, "valid_from_date": "2026-05-01"})
        self.assertEqual(people(person_role="CONVENOR", as_of_date="2026-04-30"), ["李四"])
        self.assertEqual(people(person_role="CONVENOR"), ["周七"])


class LongListTest(ServiceCase):
    """A hundred thousand projects, written past the daemon; a page is read by key, whoever asks."""
    services = ("registry",)
    PROJECTS = 100_000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        cls.house.node.cluster.sql(cls.house.node.database, f"""
          INSERT INTO registry.project (project_code, project_name, bureau_unit_id, project_state, field, investment_kind, benefit_channels,
              selection_features, village_construction)
            SELECT 'L' || to_char(n, 'FM000000'), '示例' || n, '140214-jtj', CASE n % 1000 WHEN 0 THEN 'COMPLETED' ELSE 'DRAFT' END, 'TRANSPORT',
              'GOVERNMENT', '{{}}', '{{}}', false FROM generate_series(1, {cls.PROJECTS}) n;
          INSERT INTO registry.project_party (project_code, unit_id, relation)
            SELECT 'L' || to_char(n, 'FM000000'), '140214-jtj', 'BUREAU' FROM generate_series(1, {cls.PROJECTS}) n;
          INSERT INTO registry.project_party (project_code, unit_id, relation)
            SELECT 'L' || to_char(n, 'FM000000'), 'contractor-1', 'CONTRACTOR' FROM generate_series(30000, {cls.PROJECTS}, 30000) n;
          ANALYZE registry.project, registry.project_party;""")

    def plan(self, sees_all, unit, **values):
        """EXPLAIN of the statement as its file stands, with these values in place of the placeholders."""
        text = (ROOT / "services/registry/sql/ListProjects.sql").read_text()
        values = {"call.sees_all": sees_all, "call.unit": f"'{unit}'", "call.limit": 101, "call.today": "date '2026-07-01'", **values}
        filled = re.sub(r"(?<!:):([a-z_]+(?:\.[a-z_]+)?)", lambda match: str(values.get(match[1], "false" if match[1] == "pilots_only" else "NULL::text"
                        if match[1] not in ("project_year", "list_year") else "NULL::int4")), "\n".join(line for line in text.splitlines()
                                                                                                    if not line.startswith("--")))
        return "\n".join(row[0] for row in self.sql(f"SET search_path = registry; EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) {filled}"))

    def test_a_page_reads_by_key_and_no_more_than_the_page(self):
        "R047 R162: first page, a page deep inside, one state, and the three projects of a contractor."
        for name, plan in (("first", self.plan("true", "140214-fgj")), ("deep", self.plan("true", "140214-fgj", page_token="'L090000'")),
                           ("state", self.plan("true", "140214-fgj", project_state="'COMPLETED'")), ("party", self.plan("false", "contractor-1")),
                           ("unit", self.plan("true", "140214-fgj", unit_id="'contractor-1'"))):
            with self.subTest(name):
                self.assertNotRegex(plan, "Seq Scan on project")
                self.assertLessEqual(max(int(rows) for rows in re.findall(r"actual rows=(\d+)", plan)), 200, plan)

    def test_pages_take_the_same_time_wherever_they_begin(self):
        "R162: through the daemon; and the pages of the whole list meet every project once."
        taken = {"": [], "L090000": []}
        for _ in range(20):
            for token, times in taken.items():
                began = time.monotonic()
                self.office.ok("registry.ListProjects", {"page_size": 100, "page_token": token})
                times.append(time.monotonic() - began)
        self.assertLess(min(taken["L090000"]), 3 * min(taken[""]) + 0.1)  # the best of twenty: on a full machine any one may be slow
        self.assertEqual([row["project_code"] for row in self.contractor.rows("registry.ListProjects")], ["L030000", "L060000", "L090000"])
        self.assertEqual(len(self.office.rows("registry.ListProjects", {"project_state": "COMPLETED"}, page_size=30)), self.PROJECTS // 1000)
