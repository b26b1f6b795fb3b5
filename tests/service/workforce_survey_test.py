"""Labour surveys of townships: who was asked, what he answered, how fresh it is, and who may read it."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, recruit  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


class SurveyTest(ServiceCase):
    services = ("registry", "workforce")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world.units()
        cls.house.settle()

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)
        super().tearDownClass()

    def people(self, count, **line):
        return self.world.worker_numbers(count, **line)

    def request(self, code, lines, **changed):
        return {"township_unit_id": recruit.TOWNSHIP, "survey_code": code, "survey_date": "2026-06-28", "surveyor_name": "王调查", "lines": lines, **changed}

    def groups(self, number):
        return {(group["priority_group"], group["valid_from_date"], group["valid_to_date"]): group["group_source"]
                for group in self.office.ok("workforce.GetWorker", {"worker_number": number})["groups"]}

    def labour(self, number, actor=None):
        return [row for row in (actor or self.township).rows("workforce.ListLabour") if row["worker_number"] == number]

    def test_a_survey_in_two_calls(self):
        """R084 R085: a township surveys its people under one code in several calls; each person's answer and date are kept."""
        first, second, third = self.people(3)
        reply = recruit.survey(self.world, [first, second], "MD-1", "2026-06-28")
        self.assertEqual((reply["person_count"], reply["recorded_count"], reply["first_time_count"]), (2, 2, 2))
        reply = recruit.survey(self.world, [], "MD-1", "2026-06-28", [recruit.survey_line(third, skill_kind="MASONRY", skill_level="SKILLED", checked_date="2026-06-27")])
        self.assertEqual((reply["person_count"], reply["recorded_count"]), (3, 1))
        [row] = self.labour(third)
        self.assertEqual((row["checked_date"], row["skill_kind"], row["skill_level"], row["answer_fresh"], row["willing"]),
                         ("2026-06-27", "MASONRY", "SKILLED", True, True))
        self.township.refused("workforce.RecordSurvey", self.request("MD-1", [recruit.survey_line(first)]), "ALREADY_EXISTS", "SURVEYED_ALREADY", "lines[0].worker_number")
        self.township.refused("workforce.RecordSurvey", self.request("MD-1", [recruit.survey_line(first)], surveyor_name="赵另人"), reason="SURVEY_DIFFERS", path="survey_date")

    def test_the_latest_answer_counts(self):
        """R085 R100: a later survey replaces the answer, an earlier one that comes in late does not; both stay readable."""
        [number] = self.people(1)
        recruit.survey(self.world, [], "MD-2", "2026-05-10", [recruit.survey_line(number, employment_status="AWAY", willing=False)])
        recruit.survey(self.world, [], "MD-3", "2026-06-10", [recruit.survey_line(number, employment_status="WITHOUT_WORK")])
        recruit.survey(self.world, [], "MD-4", "2026-04-10", [recruit.survey_line(number, employment_status="UNABLE", willing=False)])
        [row] = self.labour(number)
        self.assertEqual((row["employment_status"], row["survey_code"], row["willing"]), ("WITHOUT_WORK", "MD-3", True))
        self.assertEqual(self.sql(f"SELECT count(*) FROM workforce.survey_line WHERE worker_number = {number}"), [["3"]])

    def test_categories_and_groups_are_dated(self):
        """R085 R095 R098 R100: what the survey finds opens a dated membership with its source, unless one runs; the kind of population follows."""
        jobless, hit, hard, monitored = self.people(4)
        self.township.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": hit, "priority_group": "DISASTER_AFFECTED", "valid_from_date": "2026-01-01",
                                                                   "group_source": "应急部门"}]})
        recruit.survey(self.world, [], "MD-5", "2026-06-20", [
            recruit.survey_line(jobless, survey_category="UNEMPLOYED"), recruit.survey_line(hit, survey_category="DISASTER_HIT"),
            recruit.survey_line(hard, survey_category="HARD_TO_EMPLOY"), recruit.survey_line(monitored, priority_group="MONITORED_MARGINAL")])
        self.assertEqual(self.groups(jobless), {("UNEMPLOYED", "2026-06-20", ""): "乡镇摸底 MD-5"})
        self.assertEqual(self.groups(hit), {("DISASTER_AFFECTED", "2026-01-01", ""): "应急部门"})
        self.assertEqual(self.groups(monitored), {("MONITORED_MARGINAL", "2026-06-20", ""): "乡镇摸底 MD-5"})
        self.assertEqual(self.office.ok("workforce.GetWorker", {"worker_number": hard})["population_kind"], "HARD_TO_EMPLOY")
        [row] = self.labour(monitored)
        self.assertEqual(row["priority_groups"], ["MONITORED_MARGINAL"])

    def test_refuses(self):
        """R084 R085: unknown township, another's survey, a person from elsewhere or twice, a day to come, no category; all at once."""
        near, far = self.people(1)[0], self.people(1, home_division_code="140214003001")[0]
        body = self.request("MD-6", [recruit.survey_line(near), recruit.survey_line(near), recruit.survey_line(far), recruit.survey_line(42),
                                     recruit.survey_line(self.people(1)[0], available_from_date="2026-08-01", available_to_date="2026-07-01")], survey_date="2026-07-02")
        reply = self.township.refused("workforce.RecordSurvey", body)
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("FUTURE_DATE", "survey_date"), ("WORKER_TWICE", "lines[1].worker_number"), ("LIVES_ELSEWHERE", "lines[2].worker_number"),
            ("WORKER_UNKNOWN", "lines[3].worker_number"), ("DATES_REVERSED", "lines[4].available_to_date")})
        self.assertEqual(self.sql("SELECT count(*) FROM workforce.survey WHERE survey_code = 'MD-6'"), [["0"]])
        self.township.refused("workforce.RecordSurvey", self.request("MD-7", [recruit.survey_line(near, survey_category="UNSPECIFIED")]), "INVALID_ARGUMENT",
                              "REQUIRED", "lines[0].survey_category")
        other = self.actor("township-2-maker", "township-2", relations=("TOWNSHIP",))
        other.refused("workforce.RecordSurvey", self.request("MD-7", [recruit.survey_line(near)]), "PERMISSION_DENIED", "OTHER_TOWNSHIP", "township_unit_id")
        other.refused("workforce.RecordSurvey", self.request("MD-7", [recruit.survey_line(near)], township_unit_id="township-2"), "NOT_FOUND", "TOWNSHIP_UNKNOWN",
                      "township_unit_id")
        self.contractor.refused("workforce.RecordSurvey", self.request("MD-7", [recruit.survey_line(near)]), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.township_checker.refused("workforce.RecordSurvey", self.request("MD-7", [recruit.survey_line(near)]), "PERMISSION_DENIED", "WRONG_DUTY")

    def test_a_township_sees_its_own_people(self):
        """R084: HR and the office see every answer, a township its own, nobody else any; a survey makes the person known to the township."""
        [number] = self.people(1)
        self.hr.ok("workforce.RecordSurvey", self.request("MD-8", [recruit.survey_line(number)]))
        self.assertEqual(len(self.labour(number)), 1)
        self.assertEqual(len(self.labour(number, self.hr)), 1)
        self.assertEqual(len(self.labour(number, self.office)), 1)
        self.assertEqual(self.labour(number, self.actor("township-2-maker", "township-2", relations=("TOWNSHIP",))), [])
        self.contractor.refused("workforce.ListLabour", {}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.township.ok("workforce.GetWorker", {"worker_number": number})["worker_number"], number)

    def test_freshness_is_shown(self):
        """R084: the days since the last survey against the district's parameter; a project's owner sees the counts of its township."""
        [number] = self.people(1)
        recruit.survey(self.world, [], "MD-9", "2026-06-29", [recruit.survey_line(number, priority_group="MONITORED_SUDDEN", skill_level="SKILLED")])
        [row] = self.township.rows("workforce.ListTownshipSurveys")
        self.assertEqual((row["last_survey_date"], row["survey_age_days"], row["survey_fresh"], row["fresh_days"], row["policy_explained_date"]),
                         ("2026-06-29", 2, True, 365, "2026-06-29"))
        self.assertGreaterEqual(row["person_count"], row["available_count"])
        self.assertGreaterEqual(row["monitored_count"], 1)
        self.assertEqual(self.stranger.rows("workforce.ListTownshipSurveys"), [])
        self.world.project()
        self.house.settle()
        self.assertEqual([row["township_unit_id"] for row in self.owner.rows("workforce.ListTownshipSurveys")], ["township-1"])
        before = self.house.today()
        self.house.travel("2027-07-15")
        [row] = self.township.rows("workforce.ListTownshipSurveys")
        self.assertEqual((row["survey_fresh"], row["stale_count"]), (False, row["person_count"]))
        self.house.travel(f"{before} 09:00")


if __name__ == "__main__":
    unittest.main()
