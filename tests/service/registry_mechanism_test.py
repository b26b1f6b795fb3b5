"""registry: units, the coordination mechanism, its people and tasks, the guidance catalogue."""
import csv

from lib import ROOT, invariants
from lib.house import ServiceCase

NOTICE = {"notice_no": "云政办发〔2024〕6号", "notice_date": "2024-03-01"}


def table(name):
    with open(ROOT / "policy" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def catalogue_rows():
    return [{"seq": int(row["seq"]), "field_name": row["field"], "category": row["category"], "tasks": row["tasks"],
             "guiding_bureau": row["guiding_bureau"]} for row in table("catalogue.csv")]


class MechanismTest(ServiceCase):
    """The real members of the district, loaded once; the mechanism stands since 2024-02-01."""
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        office, cls.members = cls.world.office, table("members.csv")
        for number, row in enumerate(cls.members):
            office.ok("registry.AddUnit", {
                "unit_id": "140214-fgj" if number == 0 else f"140214-m{number:02d}", "unit_name": row["name"],
                "short_name": row["name"].removeprefix("区"), "unit_kind": row["kind"].upper(), "division_code": "140214", "is_member": True,
                "valid_from_date": "2024-01-15"})
        for unit, name, kind, division in (("town-1", "新平旺街道办事处", "TOWNSHIP", "140214002"), ("party-1", "区委宣传部", "PARTY_ORGAN", "140214")):
            office.ok("registry.AddUnit", {"unit_id": unit, "unit_name": name, "unit_kind": kind, "division_code": division})
        cls.establish()

    @classmethod
    def establish(cls, **changes):
        return cls.world.office.ok("registry.SetMechanism", {
            "division_code": "140214", "mechanism_name": "云冈区重点工程项目中实施以工代赈协调机制", "lead_unit_ids": ["140214-fgj"], "leader_name": "分管副区长",
            "functions": ["JUDGE_SITUATION", "KEEP_CATALOGUE", "KEEP_YEARLY_LIST", "SET_WORKING_NORMS", "EVALUATE_AND_REWARD", "OTHER_ASSIGNED"],
            "established_date": "2024-02-01", **changes})

    @classmethod
    def tearDownClass(cls):
        """All that a class did, replayed from the journal into an empty schema, gives the same tables."""
        invariants.check(cls.house.node)

    def mechanism(self, **options):
        return self.office.ok("registry.GetMechanism", {"division_code": "140214", **options})

    def gaps(self, kind):
        return {gap["unit_id"] for gap in self.mechanism()["gaps"] if gap["gap_kind"] == kind}

    def test_membership_is_18_bureaus_and_8_platform_companies(self):
        "R002 R019: the members are data, loaded from members.csv."
        members = self.office.rows("registry.ListUnits", {"members_only": True, "as_of_date": "2024-02-01"}, page_size=7)
        kinds = [unit["unit_kind"] for unit in members]
        self.assertEqual((len(members), kinds.count("BUREAU"), kinds.count("PLATFORM_COMPANY")), (26, 18, 8))
        self.assertEqual({unit["unit_name"] for unit in members}, {row["name"] for row in self.members})

    def test_one_mechanism_a_division_with_its_functions(self):
        "R001 R020: one row a division; functions are a closed list; the leader in charge is never missing."
        self.establish(agenda_note="列入区政府专项议事日程")
        mechanism = self.mechanism(as_of_date="2024-02-01")
        self.assertEqual((mechanism["bureau_count"], mechanism["platform_company_count"]), (18, 8))
        self.assertEqual(len(mechanism["functions"]), 6)
        self.assertEqual(self.sql("SELECT count(*) FROM registry.mechanism WHERE division_code = '140214'"), [["1"]])
        self.office.refused("registry.SetMechanism", {"division_code": "140214", "mechanism_name": "x", "lead_unit_ids": ["140214-fgj"],
                                                      "functions": ["JUDGE_SITUATION"], "established_date": "2024-02-01"},
                            "INVALID_ARGUMENT", "REQUIRED", path="leader_name")
        self.office.refused("registry.GetMechanism", {"division_code": "140215"}, "NOT_FOUND", "NO_SUCH_MECHANISM")

    def test_lead_is_a_set_of_known_units(self):
        "R015 R018"
        agriculture = next(unit["unit_id"] for unit in self.office.rows("registry.ListUnits") if unit["unit_name"] == "区农业农村局")
        self.establish(lead_unit_ids=["140214-fgj", agriculture])
        self.assertEqual(self.mechanism()["lead_unit_ids"], ["140214-fgj", agriculture])
        self.office.refused("registry.SetMechanism", {
            "division_code": "140214", "mechanism_name": "x", "lead_unit_ids": ["140214-fgj", "nobody"], "leader_name": "某",
                "functions": ["OTHER_ASSIGNED"],
            "established_date": "2024-02-01"}, "FAILED_PRECONDITION", "UNKNOWN_UNIT", path="lead_unit_ids[1]")
        self.establish()

    def test_exactly_one_convenor_from_the_lead(self):
        "R003: a new convenor ends the one before; the spells stay."
        for day, name in (("2024-02-01", "张三"), ("2025-03-01", "李四")):
            self.office.ok("registry.SetPerson", {"unit_id": "140214-fgj", "person_role": "CONVENOR", "person_name": name, "valid_from_date": day})
        rows = self.sql("SELECT person_name, valid_to FROM registry.unit_person WHERE person_role = 'CONVENOR' ORDER BY valid_from")
        self.assertEqual(rows, [["张三", "2025-03-01"], ["李四", ""]])
        self.assertEqual(self.gaps("NO_CONVENOR"), set())
        self.office.refused("registry.SetPerson", {"unit_id": "140214-m05", "person_role": "CONVENOR", "person_name": "王五"},
                            "FAILED_PRECONDITION", "CONVENOR_NOT_OF_LEAD", path="unit_id")
        self.office.refused("registry.SetPerson", {"unit_id": "140214-fgj", "person_role": "CONVENOR", "person_name": "赵六",
                                                   "valid_from_date": "2024-06-01"}, "FAILED_PRECONDITION", "DATE_BEFORE_LAST",
                                                       path="valid_from_date")
        self.office.refused("registry.SetPerson", {"unit_id": "nobody", "person_role": "MEMBER", "person_name": "王五"}, "NOT_FOUND", "NO_SUCH_UNIT")

    def test_members_without_people_are_named(self):
        "R004 R005: who has neither representative nor working group stands in the gaps."
        self.assertIn("140214-m03", self.gaps("NO_REPRESENTATIVE") & self.gaps("NO_WORKGROUP"))
        finance = self.actor("finance-maker", "140214-m03", relations=("BUREAU",))
        finance.ok("registry.SetPerson", {"unit_id": "140214-m03", "person_role": "MEMBER", "person_name": "钱一", "title": "副局长"})
        finance.ok("registry.SetPerson", {"unit_id": "140214-m03", "person_role": "WORKGROUP", "person_name": "孙二", "section_name": "农财股"})
        self.assertNotIn("140214-m03", self.gaps("NO_REPRESENTATIVE") | self.gaps("NO_WORKGROUP"))
        finance.ok("registry.SetPerson", {"unit_id": "140214-m03", "person_role": "WORKGROUP", "person_name": "孙二", "valid_to_date": "2026-07-01"})
        self.assertIn("140214-m03", self.gaps("NO_WORKGROUP"))
        finance.refused("registry.SetPerson", {"unit_id": "140214-m04", "person_role": "MEMBER", "person_name": "钱一"},
                        "FAILED_PRECONDITION", "NOT_YOUR_UNIT", path="unit_id")

    def test_tasks_name_their_units_also_a_party_organ(self):
        "R016 R018 R204"
        reply = self.office.ok("registry.AssignTask", {"task_code": "publicity", "task_name": "政策宣传", "unit_ids": ["140214-fgj", "party-1",
            "140214-m02"]})
        self.assertEqual(reply["unit_count"], 3)
        self.office.ok("registry.AssignTask", {"task_code": "publicity", "task_name": "政策宣传", "unit_ids": ["140214-fgj", "party-1"]})
        rows = self.office.rows("registry.ListTaskAssignments", {"unit_id": "party-1"})
        self.assertEqual([(row["task_code"], row["unit_ids"]) for row in rows], [("publicity", ["140214-fgj", "party-1"])])
        self.assertIn("140214-m02", self.gaps("NO_TASK"))
        self.assertNotIn("140214-fgj", self.gaps("NO_TASK"))
        self.office.refused("registry.AssignTask", {"task_code": "x", "task_name": "x", "unit_ids": ["140214-fgj", "nobody"]},
                            "FAILED_PRECONDITION", "UNKNOWN_UNIT", path="unit_ids[1]")

    def test_later_members_need_a_written_notice(self):
        "R007: dated spells, number and date of the notice, nothing is deleted."
        unit = {"unit_id": "140214-late", "unit_name": "区乡村振兴局", "unit_kind": "BUREAU", "is_member": True}
        self.office.refused("registry.AddUnit", unit, "FAILED_PRECONDITION", "MEMBER_NOTICE_MISSING", path="notice_no")
        self.office.refused("registry.AddUnit", {**unit, "notice_no": "云政办发〔2024〕6号"}, "FAILED_PRECONDITION", "MEMBER_NOTICE_MISSING",
            path="notice_date")
        self.office.ok("registry.AddUnit", {**unit, **NOTICE, "valid_from_date": "2024-03-01"})
        self.office.refused("registry.SetMembership", {"unit_id": "140214-late", "is_member": True, **NOTICE}, "ALREADY_EXISTS", "ALREADY_MEMBER")
        self.office.refused("registry.SetMembership", {"unit_id": "140214-late", "is_member": False}, "FAILED_PRECONDITION", "MEMBER_NOTICE_MISSING")
        self.office.ok("registry.SetMembership", {"unit_id": "140214-late", "is_member": False, "effective_date": "2025-01-01", **NOTICE})
        self.office.refused("registry.SetMembership", {"unit_id": "140214-late", "is_member": False, **NOTICE}, "FAILED_PRECONDITION", "NOT_A_MEMBER")
        self.office.ok("registry.SetMembership", {"unit_id": "140214-late", "is_member": True, "effective_date": "2026-01-01", **NOTICE})
        member = {day: self.office.ok("registry.ListUnits", {"unit_id": "140214-late", "as_of_date": day})["rows"][0]["is_member"]
                  for day in ("2024-02-29", "2024-03-01", "2025-01-01", "2026-06-30")}
        self.assertEqual(member, {"2024-02-29": False, "2024-03-01": True, "2025-01-01": False, "2026-06-30": True})
        self.assertEqual(self.sql("SELECT count(*) FROM registry.unit_membership WHERE unit_id = '140214-late'"), [["2"]])
        self.office.refused("registry.SetMembership", {"unit_id": "nobody", "is_member": True, **NOTICE}, "NOT_FOUND", "NO_SUCH_UNIT")

    def test_only_the_office_adds_members(self):
        "R007: a bureau registers contractors, not members."
        bureau = self.actor("traffic-maker", "140214-m10", relations=("BUREAU",))
        bureau.refused("registry.AddUnit", {"unit_id": "b-1", "unit_name": "某局", "unit_kind": "BUREAU", "is_member": True, **NOTICE},
                       "FAILED_PRECONDITION", "ONLY_OFFICE_ADDS_MEMBERS", path="is_member")
        bureau.ok("registry.AddUnit", {"unit_id": "c-1", "unit_name": "某劳务公司", "unit_kind": "CONTRACTOR_COMPANY", "uscc": "91140214PDY00001X3"})
        bureau.refused("registry.AddUnit", {"unit_id": "c-1", "unit_name": "又一家", "unit_kind": "BANK"}, "ALREADY_EXISTS", "UNIT_EXISTS",
            path="unit_id")
        bureau.refused("registry.AddUnit", {"unit_id": "c-2", "unit_name": "冒名公司", "unit_kind": "CONTRACTOR_COMPANY", "uscc": "91140214PDY00001X3"},
                       "ALREADY_EXISTS", "USCC_TAKEN", path="uscc")
        bureau.refused("registry.AddUnit", {"unit_id": "c-3", "unit_name": "错码公司", "unit_kind": "CONTRACTOR_COMPANY", "uscc": "9114021IPDY00001X3"},
                       "INVALID_ARGUMENT", "USCC_INVALID", path="uscc")
        bureau.refused("registry.AddUnit", {"unit_id": "t-9", "unit_name": "某镇", "unit_kind": "TOWNSHIP", "division_code": "140214"},
                       "FAILED_PRECONDITION", "TOWNSHIP_NEEDS_DIVISION", path="division_code")
        bureau.refused("registry.ChangeUnit", {"unit_id": "c-1", "unit_name": "改名"}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_a_unit_changes_and_is_switched_off(self):
        "R002"
        self.office.ok("registry.AddUnit", {"unit_id": "c-9", "unit_name": "旧名", "unit_kind": "CONTRACTOR_COMPANY", "hosted": True, "at_risk": True})
        self.office.ok("registry.ChangeUnit", {"unit_id": "c-9", "unit_name": "新名", "carrier_kind": "LABOUR_COMPANY", "active": False,
            "at_risk": False})
        unit = self.office.ok("registry.ListUnits", {"unit_id": "c-9"})["rows"][0]
        self.assertEqual((unit["unit_name"], unit["carrier_kind"], unit["active"], unit["hosted"], unit["at_risk"]), ("新名", "LABOUR_COMPANY", False,
            True, False))
        self.office.refused("registry.ChangeUnit", {"unit_id": "nobody"}, "NOT_FOUND", "NO_SUCH_UNIT")
        self.office.refused("registry.ChangeUnit", {"unit_id": "c-9", "unit_kind": "TOWNSHIP"}, "FAILED_PRECONDITION", "TOWNSHIP_NEEDS_DIVISION")

    def test_admin_level_is_read_from_the_division_code(self):
        "R017"
        for number, (code, level) in enumerate((("140000", "PROVINCE"), ("140200", "CITY"), ("140214", "COUNTY"), ("140214002", "TOWNSHIP"),
                                                ("140214000000", "COUNTY"), ("140214002001", "VILLAGE"))):
            self.office.ok("registry.AddUnit", {"unit_id": f"level-{number}", "unit_name": level, "unit_kind": "OTHER_UNIT", "division_code": code})
            row = self.office.ok("registry.ListUnits", {"unit_id": f"level-{number}"})["rows"][0]
            self.assertEqual(row["admin_level"], level)

    def test_township_sets_up_its_own_mechanism(self):
        "R013: a township with a project needs a mechanism and a contact person of its own."
        town = self.actor("town-maker", "town-1", relations=("TOWNSHIP",))
        self.office.ok("registry.AddProject", {"project_code": "TOWN-1", "project_name": "示例", "field": "TRANSPORT", "division_code": "140214002001"})
        self.office.ok("registry.SetParties", {"project_code": "TOWN-1", "parties": [{"unit_id": "town-1", "relation": "TOWNSHIP"}]})
        self.assertEqual(self.gaps("NO_TOWNSHIP_MECHANISM") | self.gaps("NO_TOWNSHIP_CONTACT"), {"town-1"})
        town.ok("registry.SetMechanism", {"division_code": "140214002", "mechanism_name": "新平旺街道以工代赈协调机制", "lead_unit_ids": ["town-1"],
            "leader_name": "主任",
                                          "functions": ["OTHER_ASSIGNED"], "established_date": "2024-02-01"})
        town.ok("registry.SetPerson", {"unit_id": "town-1", "person_role": "CONTACT_PERSON", "person_name": "周某", "phone": "03520000000"})
        self.assertEqual(self.gaps("NO_TOWNSHIP_MECHANISM") | self.gaps("NO_TOWNSHIP_CONTACT"), set())
        town.refused("registry.SetMechanism", {"division_code": "140214", "mechanism_name": "x", "lead_unit_ids": ["town-1"], "leader_name": "主任",
                                               "functions": ["OTHER_ASSIGNED"], "established_date": "2024-02-01"},
                     "FAILED_PRECONDITION", "NOT_YOUR_UNIT", path="division_code")


    def test_gaps_that_time_opens(self):
        "R003 R013 R016: a lead changes and the convenor is of none; a task's last unit is switched off; works begin where no township is known."
        self.office.ok("registry.SetPerson", {"unit_id": "140214-fgj", "person_role": "CONVENOR", "person_name": "李四", "valid_from_date": "2025-03-01"})
        self.office.ok("registry.AddUnit", {"unit_id": "gone-1", "unit_name": "撤并单位", "unit_kind": "BUREAU"})
        self.office.ok("registry.AssignTask", {"task_code": "gone", "task_name": "已撤并单位的任务", "unit_ids": ["gone-1"]})
        self.assertEqual([gap for gap in self.mechanism()["gaps"] if gap["gap_kind"] in ("CONVENOR_NOT_OF_LEAD", "TASK_WITHOUT_UNIT", "NO_TOWNSHIP_UNIT")], [])
        self.establish(lead_unit_ids=["140214-m05"])
        self.office.ok("registry.ChangeUnit", {"unit_id": "gone-1", "active": False})
        self.office.ok("registry.AddProject", {"project_code": "TOWN-2", "project_name": "示例", "field": "TRANSPORT", "division_code": "140214009"})
        found = {(gap["gap_kind"], gap["unit_id"], gap["unit_name"]) for gap in self.mechanism()["gaps"]}
        self.assertLessEqual({("CONVENOR_NOT_OF_LEAD", "140214-fgj", "李四"), ("TASK_WITHOUT_UNIT", "", "已撤并单位的任务"),
                              ("NO_TOWNSHIP_UNIT", "", "140214009")}, found)
        self.establish()
        self.office.ok("registry.AddUnit", {"unit_id": "town-9", "unit_name": "某街道", "unit_kind": "TOWNSHIP", "division_code": "140214009"})
        self.assertIn("town-9", self.gaps("NO_TOWNSHIP_MECHANISM") & self.gaps("NO_TOWNSHIP_CONTACT"))
        self.assertEqual(self.gaps("NO_TOWNSHIP_UNIT") | self.gaps("CONVENOR_NOT_OF_LEAD"), set())
        self.office_checker.ok("registry.CancelProject", {"project_code": "TOWN-2", "cancel_reason": "不建了"})
        self.assertNotIn("town-9", self.gaps("NO_TOWNSHIP_MECHANISM") | self.gaps("NO_TOWNSHIP_CONTACT"))


class CatalogueTest(ServiceCase):
    services = ("registry",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.office.ok("registry.AddUnit", {"unit_id": "140214-swj", "unit_name": "区水务局", "short_name": "水务局", "unit_kind": "BUREAU"})
        cls.load(1, "2024-01-01")

    @classmethod
    def load(cls, version, day, rows=None):
        return cls.world.office_checker.ok("registry.LoadCatalogue", {
            "catalogue_version": version, "issued_by_name": "区发展和改革局", "valid_from_date": day, "rows": rows or catalogue_rows()})

    def refused(self, reason, path, rows, version=9):
        return self.office_checker.refused("registry.LoadCatalogue", {
            "catalogue_version": version, "issued_by_name": "区发展和改革局", "valid_from_date": "2024-01-01", "rows": rows}, None, reason, path=path)

    def test_25_rows_go_in_and_come_out_unchanged(self):
        "R032 R033 R025 R026 R027 R028 R029 R031: numbers, merged cells, bureaus and the categories of each field as printed."
        rows = self.office.ok("registry.GetCatalogue", {"catalogue_version": 1})["rows"]
        self.assertEqual([{key: row[key] for key in ("seq", "field_name", "category", "tasks", "guiding_bureau")} for row in rows], catalogue_rows())
        self.assertEqual({row["tasks"] for row in rows[3:7]}, {rows[3]["tasks"]})
        self.assertEqual({(row["guiding_bureau"], row["guiding_unit_id"]) for row in rows[3:7]}, {("水务局", "140214-swj")})
        self.assertEqual([row["seq"] for row in rows if row["owner_defined"]], [11, 13, 14])
        categories = {field: [row["category"] for row in rows if row["field"] == field] for field in {row["field"] for row in rows}}
        self.assertEqual({field: len(names) for field, names in categories.items()},
                         {"TRANSPORT": 3, "WATER": 4, "ENERGY": 3, "AGRICULTURE": 4, "URBAN": 6, "ECOLOGY": 4, "RECONSTRUCTION": 1})
        self.assertEqual(categories["ENERGY"], ["电力", "油气管道", "可再生能源"])

    def test_seven_fields_with_the_printed_alias(self):
        "R024 R030"
        rows = self.office.ok("registry.GetCatalogue")["rows"]
        self.assertEqual(len({row["field"] for row in rows}), 7)
        self.assertEqual({row["field"] for row in rows if row["field_name"] == "生态建设（自然资源）"}, {"ECOLOGY"})
        self.assertEqual([row["seq"] for row in self.office.ok("registry.GetCatalogue", {"field": "ECOLOGY"})["rows"]], [21, 22, 23, 24])

    def test_bad_rows_are_all_named(self):
        "R032 R024"
        rows = catalogue_rows()
        rows[3]["seq"], rows[7]["field_name"], rows[9]["tasks"] = 3, "航天", ""
        self.refused("REQUIRED", "rows[9].tasks", rows)
        rows[9]["tasks"] = "土方"
        reply = self.refused("CATALOGUE_SEQ", "rows[3].seq", rows)
        self.assertEqual({problem["path"] for problem in reply.problems}, {"rows[2].seq", "rows[3].seq", "rows[7].field_name"})
        self.refused("CATALOGUE_SEQ", "rows[0].seq", [{**rows[0], "seq": 2}])
        self.office_checker.refused("registry.GetCatalogue", {"catalogue_version": 9}, "NOT_FOUND", "NO_SUCH_CATALOGUE")

    def test_versions_are_dated_and_never_changed(self):
        "R037: another profile with other rows is another version."
        self.refused("CATALOGUE_VERSION_USED", "catalogue_version", catalogue_rows(), version=1)
        self.load(2, "2030-01-01", [{"seq": 1, "field_name": "农业农村", "category": "农村公益性基础设施", "tasks": "小型道路", "guiding_bureau": "农业农村局"}])
        in_force = {day: self.office.ok("registry.GetCatalogue", {"as_of_date": day})["catalogue_version"] for day in ("2029-12-31", "2030-01-01")}
        self.assertEqual(in_force, {"2029-12-31": 1, "2030-01-01": 2})
        self.office.refused("registry.LoadCatalogue", {"catalogue_version": 3, "issued_by_name": "x", "valid_from_date": "2024-01-01",
            "rows": catalogue_rows()},
                            "PERMISSION_DENIED", "WRONG_DUTY")
