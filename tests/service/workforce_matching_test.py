"""From a project's demand to the people chosen for it: who is told, who may apply, in which order they are proposed and why."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people, recruit  # noqa: E402
from lib.recruit import MatchingCase  # noqa: E402


class DemandTest(MatchingCase):
    def test_channel_names_the_parties(self):
        """R021 R090: three contacts before recruitment opens, each of a unit that takes part as that party; who left is gone."""
        code = self.world.project()
        channel = recruit.channel(self.world, code)
        self.assertTrue(channel["channel_complete"])
        self.assertEqual([row["contact_party"] for row in channel["rows"]], ["CONTRACTOR", "OWNER", "TOWNSHIP"])
        contact = {"contact_party": "OWNER", "unit_id": "owner-1", "contact_name": "张业主", "contact_phone": "03520000000"}
        short = self.owner.ok("workforce.SetLabourChannel", {"project_code": code, "contacts": [contact]})
        self.assertFalse(short["channel_complete"])
        self.assertEqual(len(self.supervisor.ok("workforce.GetLabourChannel", {"project_code": code})["rows"]), 1)
        reply = self.owner.refused("workforce.SetLabourChannel", {"project_code": code, "contacts": [
            contact, contact, {**contact, "contact_party": "TOWNSHIP"}, {**contact, "contact_party": "HR", "unit_id": "nobody-1"}]})
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("CONTACT_TWICE", "contacts[1].unit_id"), ("CONTACT_NOT_CONCERNED", "contacts[2].unit_id"), ("CONTACT_NOT_CONCERNED", "contacts[3].unit_id")})
        self.stranger.refused("workforce.GetLabourChannel", {"project_code": code}, "PERMISSION_DENIED", "NOT_ALLOWED")
        demand = recruit.submitted(self.world, code, "XQ-1")
        self.township.ok("workforce.AcknowledgeDemand", {"project_code": code, "demand_code": demand})
        self.surveyed(1)
        reply = self.owner.refused("workforce.PublishRecruitment", recruit.notice(code, demand, "GG-1"), "FAILED_PRECONDITION", "CHANNEL_INCOMPLETE", "project_code")
        self.assertIn("TOWNSHIP, CONTRACTOR", reply.problems[0]["message"])
        recruit.channel(self.world, code)
        self.owner.ok("workforce.PublishRecruitment", recruit.notice(code, demand, "GG-1"))

    def test_a_village_that_owns_names_its_contact(self):
        """R090: where the owner is a village, the village itself is among the contacts."""
        self.office.ok("registry.AddUnit", {"unit_id": "village-1", "unit_name": "示例村村民委员会", "unit_kind": "VILLAGE_COMMITTEE", "uscc": people.uscc(88, "54"),
                                            "division_code": "140214002201", "hosted": True, "valid_from_date": "2024-01-01"})
        code = self.world.draft()
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": unit, "relation": relation, "person_name": "负责人", "person_phone": "03520000000"}
            for unit, relation in (("village-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("township-1", "TOWNSHIP"))]})
        self.house.settle()
        village = self.actor("village-1-maker", "village-1", relations=("OWNER",))
        contacts = [{"contact_party": party, "unit_id": unit, "contact_name": "赵支书", "contact_phone": "03520000000"}
                    for party, unit in (("TOWNSHIP", "township-1"), ("OWNER", "village-1"), ("CONTRACTOR", "contractor-1"))]
        self.assertFalse(village.ok("workforce.SetLabourChannel", {"project_code": code, "contacts": contacts})["channel_complete"])
        contacts.append({**contacts[1], "contact_party": "VILLAGE"})
        self.assertTrue(village.ok("workforce.SetLabourChannel", {"project_code": code, "contacts": contacts})["channel_complete"])

    def test_states_posts_number_time_and_skill(self):
        """R081: a demand says post, number, time, skill and pay; nonsense is refused."""
        demand = self.name("XQ")
        body = recruit.demand_request(self.code, demand, 5, skill_kind="MASONRY", skill_level="SEMI_SKILLED")
        reply = self.contractor.ok("workforce.AddDemand", body)
        self.assertEqual((reply["demand_state"], reply["head_count"], reply["skill_kind"], reply["from_date"]), ("DRAFT", 5, "MASONRY", "2026-08-01"))
        self.contractor.refused("workforce.AddDemand", body, "ALREADY_EXISTS", "DEMAND_EXISTS", "demand_code")
        fresh = {**body, "demand_code": self.name("XQ")}
        self.contractor.refused("workforce.AddDemand", {**fresh, "head_count": 0}, "INVALID_ARGUMENT", "REQUIRED", "head_count")
        self.contractor.refused("workforce.AddDemand", {**fresh, "head_count": -2}, "INVALID_ARGUMENT", path="head_count", reason="COUNT_INVALID")
        self.contractor.refused("workforce.AddDemand", {**fresh, "to_date": "2026-07-20"}, "INVALID_ARGUMENT", "DATES_REVERSED", "to_date")
        self.contractor.refused("workforce.AddDemand", {**fresh, "task_number": 99}, "FAILED_PRECONDITION", "TASK_UNKNOWN", "task_number")
        self.contractor.refused("workforce.AddDemand", {**fresh, "from_date": "2026-05-01", "to_date": "2026-06-01"}, "FAILED_PRECONDITION", "DEMAND_IS_PAST", "to_date")
        self.township.refused("workforce.AddDemand", fresh, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.stranger.refused("workforce.AddDemand", fresh, "PERMISSION_DENIED", "NOT_ALLOWED")
        draft = self.world.draft()
        self.house.settle()
        self.contractor.refused("workforce.AddDemand", {**fresh, "project_code": draft}, "FAILED_PRECONDITION", "PROJECT_TAKES_NO_DEMAND", "project_code")

    def test_a_demand_belongs_to_a_task(self):
        """R081 R091: what the registry says of a task's skill holds for the demand that names it; a task that is gone takes none."""
        code = self.world.draft()
        task = {"project_code": code, "catalogue_seq": 1, "link_stage": "MAIN_AND_TEMPORARY", "task_note": "挡墙砌筑", "offered_posts": 10, "owner_confirmed": True,
                "skill_kind": "MASONRY", "skill_level": "SEMI_SKILLED", "training_required": True}
        for number in (2, 3):
            self.bureau.ok("registry.AddTask", {**task, "task_number": number})
        self.bureau.ok("registry.RemoveTask", {"project_code": code, "task_number": 3})
        path.approve_project(self.world, code, "2026-06-05")
        body = recruit.demand_request(code, "XQ-1", task_number=2)
        reply = self.contractor.ok("workforce.AddDemand", body)
        self.assertEqual((reply["task_number"], reply["skill_kind"], reply["skill_level"]), (2, "MASONRY", "SEMI_SKILLED"))
        self.assertEqual(self.sql(f"SELECT task_number, skill_kind, training_required FROM workforce.project_task WHERE project_code = '{code}' ORDER BY 1"),
                         [["1", "", "f"], ["2", "MASONRY", "t"]])
        for gone in (3, 0):
            self.contractor.refused("workforce.AddDemand", {**body, "demand_code": "XQ-2", "task_number": gone}, "FAILED_PRECONDITION", "TASK_UNKNOWN", "task_number")

    def test_the_plan_is_told_to_townships(self):
        """R082: submitted with townships that belong to the project, who add up to the places; each acknowledges with its day."""
        demand = self.name("XQ")
        self.contractor.ok("workforce.AddDemand", recruit.demand_request(self.code, demand, 4))
        told = {"township_unit_id": recruit.TOWNSHIP, "asked_count": 4}
        self.owner_checker.refused("workforce.SubmitDemand", self.of(demand), "INVALID_ARGUMENT", "REQUIRED", "townships")
        reply = self.owner_checker.refused("workforce.SubmitDemand", self.of(demand, townships=[told, {"township_unit_id": "township-9", "asked_count": 1}, told]))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("TOWNSHIP_NOT_CONCERNED", "townships[1].township_unit_id"), ("TOWNSHIP_TWICE", "townships[2].township_unit_id"), ("PLAN_DOES_NOT_ADD_UP", "townships")})
        self.contractor.refused("workforce.SubmitDemand", self.of(demand, townships=[told]), "PERMISSION_DENIED", "WRONG_DUTY")
        self.township.refused("workforce.AcknowledgeDemand", self.of(demand), "FAILED_PRECONDITION", "DEMAND_NOT_THERE_YET", "demand_code")
        self.owner_checker.ok("workforce.SubmitDemand", self.of(demand, townships=[told]))
        self.surveyed(1)
        reply = self.owner.refused("workforce.PublishRecruitment", recruit.notice(self.code, demand, self.name("GG")), "FAILED_PRECONDITION", "DEMAND_NOT_ACKNOWLEDGED")
        self.assertIn("township-1", reply.problems[0]["message"])
        self.assertEqual(self.township.ok("workforce.AcknowledgeDemand", self.of(demand, acknowledge_note="已安排各村"))["demand_state"], "ACKNOWLEDGED")
        [row] = [row for row in self.supervisor.rows("workforce.ListDemands", {"project_code": self.code}) if row["demand_code"] == demand]
        self.assertEqual([(one["township_unit_id"], one["asked_count"], one["acknowledged_date"], one["acknowledge_note"]) for one in row["townships"]],
                         [("township-1", 4, "2026-07-01", "已安排各村")])
        self.township.refused("workforce.AcknowledgeDemand", self.of(demand), "FAILED_PRECONDITION", "DEMAND_NOT_THERE_YET", "demand_code")
        self.owner_checker.refused("workforce.SubmitDemand", self.of(demand, townships=[told]), "FAILED_PRECONDITION", "DEMAND_NOT_THERE_YET", "demand_code")

    def test_each_township_acknowledges_once_what_it_was_told(self):
        """R082: one of two is not yet all; a township of the project that was not asked has nothing to acknowledge."""
        code = self.world.draft()
        units = [f"township-{number}" for number in (1, 2, 3)]
        for unit in units[1:]:
            self.office.ok("registry.AddUnit", {"unit_id": unit, "unit_name": f"第{unit[-1]}街道办事处", "unit_kind": "TOWNSHIP", "division_code": "140214002",
                                                "hosted": True, "valid_from_date": "2024-01-01"})
        self.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
            {"unit_id": unit, "relation": relation, "person_name": "负责人", "person_phone": "03520000000"}
            for unit, relation in (("owner-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"), ("140214-fgj", "CONTACT"),
                                   *((unit, "TOWNSHIP") for unit in units))]})
        path.approve_project(self.world, code, "2026-06-05")
        townships = [self.township, *(self.actor(f"{unit}-maker", unit, relations=("TOWNSHIP",)) for unit in units[1:])]
        at = {"project_code": code, "demand_code": "XQ-1"}
        self.contractor.ok("workforce.AddDemand", recruit.demand_request(code, "XQ-1", 4))
        self.owner_checker.ok("workforce.SubmitDemand", {**at, "townships": [{"township_unit_id": unit, "asked_count": 2} for unit in units[:2]]})
        self.assertEqual(townships[0].ok("workforce.AcknowledgeDemand", at)["demand_state"], "SUBMITTED")
        townships[0].refused("workforce.AcknowledgeDemand", at, "ALREADY_EXISTS", "ACKNOWLEDGED_ALREADY", "demand_code")
        townships[2].refused("workforce.AcknowledgeDemand", at, "FAILED_PRECONDITION", "TOWNSHIP_NOT_TOLD", "demand_code")
        self.assertEqual(townships[1].ok("workforce.AcknowledgeDemand", at)["demand_state"], "ACKNOWLEDGED")

    def test_notice_in_time(self):
        """R083: published on or before the first day, in one or more channels; what is open can be read by anybody and names nobody."""
        self.surveyed(1)
        demand = recruit.submitted(self.world, self.code, self.name("XQ"), from_date="2026-07-01")
        self.township.ok("workforce.AcknowledgeDemand", self.of(demand))
        first, second = self.name("GG"), self.name("GG")
        notice = recruit.notice(self.code, demand, first)
        self.owner.refused("workforce.PublishRecruitment", {**notice, "publish_date": "2026-07-02"}, "FAILED_PRECONDITION", "NOTICE_TOO_LATE", "publish_date")
        self.owner.refused("workforce.PublishRecruitment", {**notice, "apply_by_date": "2026-06-30"}, reason="DATES_REVERSED", path="apply_by_date")
        self.owner.refused("workforce.PublishRecruitment", {**notice, "apply_by_date": "2026-11-30"}, reason="APPLY_BY_TOO_LATE", path="apply_by_date")
        self.owner.ok("workforce.PublishRecruitment", notice)
        self.owner.refused("workforce.PublishRecruitment", notice, "ALREADY_EXISTS", "NOTICE_EXISTS", "notice_code")
        self.township.ok("workforce.PublishRecruitment", {**notice, "notice_code": second, "recruit_channel": "MESSAGING"})
        rows = [row for row in self.stranger.rows("workforce.ListRecruitment", page_size=1) if row["demand_code"] == demand]
        self.assertEqual({row["recruit_channel"] for row in rows}, {"VILLAGE_BOARD", "MESSAGING"})
        self.assertEqual((rows[0]["post_name"], rows[0]["open_count"], rows[0]["rate_fen"]), ("小工", 3, 200_00))
        self.assertEqual(self.stranger.rows("workforce.ListRecruitment", {"division_code": "110111"}), [])
        self.owner_checker.ok("workforce.CloseDemand", self.of(demand, close_reason="已招满"))
        self.assertEqual([row for row in self.stranger.rows("workforce.ListRecruitment") if row["demand_code"] == demand], [])
        self.owner_checker.refused("workforce.CloseDemand", self.of(demand, close_reason="再关"), "FAILED_PRECONDITION", "DEMAND_NOT_THERE_YET")

    def test_applications(self):
        """R083 R086: by the township for its people or by the worker himself; twice is refused; withdrawn with a reason; each sees his own."""
        mine, own = self.surveyed(2)
        demand = self.recruiting()
        [row] = self.apply(demand, [mine])
        self.assertEqual((row["application_state"], row["applied_unit_id"], row["applied_date"]), ("APPLIED", "township-1", "2026-07-01"))
        self.apply(demand, [own], self.contractor, "IN_PERSON")
        self.township.refused("workforce.ApplyForDemand", self.of(demand, lines=[{"worker_number": mine, "application_way": "TOWNSHIP"}]), "ALREADY_EXISTS",
                              "APPLICATION_EXISTS", "lines[0].worker_number")
        reply = self.township.refused("workforce.ApplyForDemand", self.of(demand, lines=[{"worker_number": number, "application_way": "TOWNSHIP"}
                                                                                        for number in (42, 42)]))
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("WORKER_UNKNOWN", "lines[0].worker_number"), ("WORKER_UNKNOWN", "lines[1].worker_number"), ("WORKER_TWICE", "lines[1].worker_number")})
        self.owner.refused("workforce.ApplyForDemand", self.of(demand, lines=[{"worker_number": self.stranger.ok("workforce.AddWorkers", {"lines": [
            path.worker_line(people.name(9001), people.id_number(9001), people.card(9001))]})["rows"][0]["worker_number"], "application_way": "PHONE"}]),
                           "NOT_FOUND", "WORKER_UNKNOWN")  # nobody's unit but the stranger's knows him
        self.assertEqual({row["worker_number"] for row in self.owner.rows("workforce.ListApplications", self.of(demand))}, {mine, own})
        self.contractor.refused("workforce.WithdrawApplication", self.of(demand, worker_number=mine, withdraw_reason="另有安排"), "NOT_FOUND", "APPLICATION_UNKNOWN")
        self.assertEqual(self.township.ok("workforce.WithdrawApplication", self.of(demand, worker_number=mine, withdraw_reason="另有安排"))["application_state"],
                         "WITHDRAWN")
        self.apply(demand, [mine])
        [late] = self.surveyed(1)
        before = self.house.today()
        self.house.travel("2027-01-15")
        self.township.refused("workforce.ApplyForDemand", self.of(demand, lines=[{"worker_number": late, "application_way": "TOWNSHIP"}]),
                              "FAILED_PRECONDITION", "APPLICATIONS_CLOSED", "demand_code")
        self.house.travel(f"{before} 10:00")
        early = recruit.submitted(self.world, self.code, self.name("XQ"))
        self.township.refused("workforce.ApplyForDemand", self.of(early, lines=[{"worker_number": mine, "application_way": "TOWNSHIP"}]), "FAILED_PRECONDITION",
                              "DEMAND_NOT_RECRUITING", "demand_code")

    def test_a_stale_survey_stops_recruitment(self):
        """R084: none of the townships told has surveyed within the policy's days."""
        self.surveyed(1)
        before = self.house.today()
        self.house.travel("2027-07-20")
        demand = recruit.submitted(self.world, self.code, self.name("XQ"), from_date="2027-08-01", to_date="2027-09-30")
        self.township.ok("workforce.AcknowledgeDemand", self.of(demand))
        notice = recruit.notice(self.code, demand, self.name("GG"), publish_date="2027-07-20", apply_by_date="2027-07-31")
        self.owner.refused("workforce.PublishRecruitment", notice, "FAILED_PRECONDITION", "SURVEY_STALE", "demand_code")
        recruit.survey(self.world, self.people(1), self.name("MD"), "2027-07-20")
        self.owner.ok("workforce.PublishRecruitment", notice)
        self.house.travel(f"{before} 10:00")


if __name__ == "__main__":
    unittest.main()
