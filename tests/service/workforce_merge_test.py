"""Two records of one person become one: what lives goes over, what was sealed keeps its number, and nobody counts twice."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, people, recruit  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402


class MergeTest(WorkforceCase):
    def twins(self, **changed):
        """(wrong, right): two registered numbers under one name."""
        wrong, right = self.person(**changed), self.person(**changed)
        right["worker_name"] = wrong["worker_name"]
        right["account_holder"] = wrong["worker_name"]
        return [row["worker_number"] for row in self.contractor.ok("workforce.AddWorkers", {"lines": [wrong, right]})["rows"]], wrong

    def merge(self, former, number):
        return {"former_number": former, "worker_number": number, "merge_reason": "首次登记的身份证号有误，经核对证件更正"}

    def entries(self, code, number):
        return {(row["worker_number"], row["work_date"]) for row in self.owner.rows("workforce.ListAttendance", {"project_code": code, "month": "2026-06",
                                                                                                           "worker_number": number})}

    def test_everything_is_found_under_the_right_number(self):
        """R093 R094: agreements, days and courses go over; the sealed month keeps its number and digest; both numbers lead to the person."""
        (wrong, right), line = self.twins()
        code = self.world.project()
        self.world.agree(code, [wrong])
        path.record_attendance(self.world, code, [(wrong, f"2026-06-{day}", 100) for day in (22, 23)])
        self.house.travel("2026-07-01 18:00")
        sealed = path.seal_month(self.world, code, "2026-06")
        self.township.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": wrong, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-01-01",
                                                                   "group_source": "乡镇摸底"}]})
        merged = self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        self.assertEqual((merged["agreement_count"], merged["entry_count"], merged["trainee_count"], merged["sealed_month_count"], merged["annulled_count"]), (1, 2, 1, 1, 0))
        for number in (wrong, right):
            worker = self.contractor.ok("workforce.GetWorker", {"worker_number": number})
            self.assertEqual((worker["worker_number"], worker["safety_trained_date"], len(worker["groups"])), (right, "2026-06-20", 1))
            self.assertEqual(self.entries(code, number), {(right, "2026-06-22"), (right, "2026-06-23")})
            [agreement] = self.owner.rows("workforce.ListAgreements", {"project_code": code, "worker_number": number})
            self.assertEqual((agreement["worker_number"], agreement["agreement_code"]), (right, f"XY-{wrong}"))
            self.assertEqual(self.hr.ok("workforce.GetPassport", {"worker_number": number})["former_numbers"], [wrong])
        page = self.operator.ok("workforce.ListSealedAttendance", {"project_code": code, "month": "2026-06"})
        self.assertEqual([(row["worker_number"], row["day_hundredths"]) for row in page["rows"]], [(wrong, 200)])
        self.assertEqual(self.owner.rows("workforce.ListSealedMonths", {"project_code": code})[0]["attendance_digest"], sealed["attendance_digest"])
        self.assertNotIn(wrong, {row["worker_number"] for row in self.office.rows("workforce.ListWorkers")})
        self.contractor.ok("workforce.RecordAttendance", self.day(code, right, "2026-07-01"))
        self.contractor.refused("workforce.RecordAttendance", self.day(code, wrong, "2026-07-01"), reason="NO_AGREEMENT", path="work_date")
        [row] = self.contractor.ok("workforce.AddWorkers", {"lines": [line]})["rows"]
        self.assertEqual((row["worker_number"], row["already_known"]), (right, True))
        for method, body, at in (("AddAgreements", {"project_code": code, "lines": [self.agreement(wrong, agreement_code="XY-9")]}, "lines[0].worker_number"),
                                 ("HoldTraining", self.training(code, [wrong]), "trainees[0].worker_number")):
            self.contractor.refused(f"workforce.{method}", body, "FAILED_PRECONDITION", "WORKER_MERGED", at)

    def test_one_person_counts_once(self):
        """R093 R094: a month sealed under the wrong number and one under the right are one worker of the quarter, in every figure."""
        (wrong, right), _ = self.twins()
        code, other = self.world.project(), self.world.project()
        for project, number, day in ((code, wrong, 24), (other, right, 25)):
            self.world.agree(project, [number])
            path.record_attendance(self.world, project, [(number, f"2026-06-{day}", 100)])
        self.house.travel("2026-07-02 18:00")
        path.seal_month(self.world, code, "2026-06")
        path.seal_month(self.world, other, "2026-06")
        def people_of_the_quarter():
            rows = self.operator.rows("workforce.ListQuarterPersons", {"unit_id": "140214-jtj", "quarter": "2026Q2"}, page_size=1)
            return [row["worker_token"] for row in rows if row["project_code"] in (code, other)]
        self.assertEqual(len(set(people_of_the_quarter())), 2)
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        self.assertEqual((len(people_of_the_quarter()), len(set(people_of_the_quarter()))), (2, 1))
        figures = self.bureau.ok("workforce.GetProjectFigures", {"project_code": code, "quarter": "2026Q2"})
        self.assertEqual((figures["worker_count"], figures["day_hundredths"], figures["trainee_count"]), (1, 100, 1))

    def test_never_above_one_day(self):
        """R109: both numbers above one day on a date refuse the merge, at or below it they add up, also for later entries."""
        (wrong, right), _ = self.twins()
        one, two, three = self.world.project(), self.world.project(), self.world.project()
        for project, number in ((one, wrong), (two, right), (three, right)):
            self.contractor.ok("workforce.AddAgreements", {"project_code": project, "lines": [self.agreement(number)]})
        path.hold_training(self.world, one, f"PX-{wrong}", "2026-06-20", [wrong, right])
        for project, number, part in ((one, wrong, 60), (two, right, 50)):
            self.contractor.ok("workforce.RecordAttendance", self.day(project, number, "2026-06-24", part))
        reply = self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "FAILED_PRECONDITION", "OVER_ONE_DAY", "former_number")
        self.assertIn("2026-06-24: 110", reply.problems[0]["message"])
        self.assertEqual(self.count("worker_merge", f"former_number = {wrong}"), 0)
        self.contractor.ok("workforce.CorrectAttendance", {"project_code": one, "worker_number": wrong, "work_date": "2026-06-24", "corrected_hundredths": 50,
                                                           "correction_reason": "半日"})
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        self.contractor.refused("workforce.RecordAttendance", self.day(three, right, "2026-06-24", 10), "FAILED_PRECONDITION", "OVER_ONE_DAY", "day_hundredths")
        corrections = self.owner.rows("workforce.ListCorrections", {"project_code": one, "month": "2026-06"})
        self.assertEqual([(row["worker_number"], row["corrected_hundredths"]) for row in corrections], [(right, 50)])

    def test_two_agreements_for_a_month(self):
        """R094: of two agreements for the same month the unused one is annulled and kept; where both were worked under, the days are moved first."""
        (wrong, right), _ = self.twins()
        code = self.world.project()
        self.world.agree(code, [wrong])
        self.world.agree(code, [right])
        for number, day in ((wrong, "2026-06-22"), (right, "2026-06-23")):
            self.contractor.ok("workforce.RecordAttendance", self.day(code, number, day))
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "FAILED_PRECONDITION", "MERGE_AGREEMENTS_OVERLAP", "former_number")
        self.contractor.ok("workforce.CorrectAttendance", {"project_code": code, "worker_number": wrong, "work_date": "2026-06-22", "corrected_hundredths": 0,
                                                           "correction_reason": "记在正确的工号下"})
        self.contractor.ok("workforce.RecordAttendance", self.day(code, right, "2026-06-22"))
        merged = self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        self.assertEqual((merged["agreement_count"], merged["annulled_count"]), (0, 1))
        self.assertEqual([row["agreement_code"] for row in self.owner.rows("workforce.ListAgreements", {"project_code": code})], [f"XY-{right}"])
        self.assertEqual(self.count("annulled_agreement", f"project_code = '{code}' AND agreement_code = 'XY-{wrong}'"), 1)
        self.assertEqual(self.entries(code, right), {(right, "2026-06-22"), (right, "2026-06-23")})
        (again, same), _ = self.twins()
        self.world.agree(code, [again])
        self.world.agree(code, [same])
        self.contractor.ok("workforce.RecordAttendance", self.day(code, again, "2026-06-22"))
        merged = self.hr_checker.ok("workforce.MergeWorkers", self.merge(again, same))
        self.assertEqual((merged["agreement_count"], merged["annulled_count"]), (1, 1))
        self.contractor.ok("workforce.RecordAttendance", self.day(code, same, "2026-06-23"))

    def test_a_day_that_both_worked_and_one_that_is_disputed(self):
        """R094 R108: half a day under each number on one project is one entry too many, and what is disputed is answered first."""
        (wrong, right), _ = self.twins()
        code = self.world.project()
        for number in (wrong, right):
            self.world.agree(code, [number])
            self.contractor.ok("workforce.RecordAttendance", self.day(code, number, "2026-06-22", 50))
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "FAILED_PRECONDITION", "MERGE_SAME_ENTRY", "former_number")
        self.contractor.ok("workforce.CorrectAttendance", {"project_code": code, "worker_number": wrong, "work_date": "2026-06-22", "corrected_hundredths": 0,
                                                           "correction_reason": "记在正确的工号下"})
        at = {"project_code": code, "worker_number": wrong, "work_date": "2026-06-23"}
        self.township.ok("workforce.DisputeAttendance", {**at, "dispute_note": "漏记一日"})
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "FAILED_PRECONDITION", "MERGE_DISPUTED", "former_number")
        self.contractor_checker.ok("workforce.SettleDispute", {**at, "settle_note": "班组日志核实当日未出勤"})
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))

    def test_an_agreement_ended_before_the_other_began(self):
        """R094 R106: worked under the wrong number in June and under the right one in July; the first agreement is ended, then both are his."""
        (wrong, right), _ = self.twins()
        code = self.world.project()
        self.world.agree(code, [wrong])
        self.contractor.ok("workforce.AddAgreements", {"project_code": code, "lines": [self.agreement(right, start_date="2026-07-01")]})
        path.hold_training(self.world, code, f"PX-{right}", "2026-06-30", [right])
        for number, day in ((wrong, "2026-06-22"), (right, "2026-07-01")):
            self.contractor.ok("workforce.RecordAttendance", self.day(code, number, day))
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "FAILED_PRECONDITION", "MERGE_AGREEMENTS_OVERLAP", "former_number")
        self.contractor.ok("workforce.EndAgreement", {"project_code": code, "agreement_code": f"XY-{wrong}", "end_date": "2026-06-30", "end_reason": "证件号登记有误"})
        merged = self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        self.assertEqual((merged["agreement_count"], merged["annulled_count"], merged["entry_count"]), (1, 0, 1))
        codes = [row["agreement_code"] for row in self.owner.rows("workforce.ListAgreements", {"project_code": code, "worker_number": right})]
        self.assertEqual(set(codes), {f"XY-{wrong}", f"XY-{right}"})
        self.house.travel("2026-07-02 20:00")
        self.assertEqual(path.seal_month(self.world, code, "2026-06")["worker_count"], 1)

    def test_surveys_and_applications_go_over(self):
        """R085 R083: the answer of the survey and an application are the person's."""
        (wrong, right), _ = self.twins()
        code = self.world.project()
        self.house.settle()
        recruit.survey(self.world, [wrong], "MD-1", "2026-06-30")
        recruit.channel(self.world, code)
        at = {"project_code": code, "demand_code": recruit.recruiting(self.world, code, "XQ-1")}
        self.township.ok("workforce.ApplyForDemand", {**at, "lines": [{"worker_number": wrong, "application_way": "TOWNSHIP"}]})
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        rows = {row["worker_number"]: row["survey_code"] for row in self.hr.rows("workforce.ListLabour")}
        self.assertEqual((rows.get(right), rows.get(wrong)), ("MD-1", None))
        self.assertEqual([row["worker_number"] for row in self.owner.rows("workforce.ListApplications", at)], [right])
        self.township.refused("workforce.RecordSurvey", {"township_unit_id": recruit.TOWNSHIP, "survey_code": "MD-2", "survey_date": "2026-06-30", "surveyor_name": "王调查",
                                                         "lines": [recruit.survey_line(wrong)]}, "FAILED_PRECONDITION", "WORKER_MERGED", "lines[0].worker_number")

    def test_a_chain_leads_to_the_end(self):
        """R093: a record that took up another may itself be merged; every former number leads to the one that stands."""
        (first, second), _ = self.twins()
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(first, second))
        name = self.hr.ok("workforce.GetWorker", {"worker_number": second})["worker_name"]
        third = self.registered(worker_name=name, account_holder=name)
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(second, third))
        for number in (first, second):
            self.assertEqual(self.hr.ok("workforce.GetPassport", {"worker_number": number})["worker_number"], third)
        self.assertEqual(self.hr.ok("workforce.GetPassport", {"worker_number": third})["former_numbers"], sorted((first, second)))

    def test_refuses(self):
        """R093: another name, itself, one merged already, an unknown one; only a checker of HR, bureau or office, who may see both."""
        (wrong, right), _ = self.twins()
        other = self.registered()
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, other), "FAILED_PRECONDITION", "MERGE_NAMES_DIFFER", "former_number")
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, wrong), "INVALID_ARGUMENT", "MERGE_WITH_ITSELF", "worker_number")
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(42, right), "NOT_FOUND", "WORKER_UNKNOWN", "former_number")
        self.hr_checker.refused("workforce.MergeWorkers", {**self.merge(wrong, right), "merge_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "merge_reason")
        self.hr.refused("workforce.MergeWorkers", self.merge(wrong, right), "PERMISSION_DENIED", "WRONG_DUTY")
        self.contractor_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "PERMISSION_DENIED", "NOT_ALLOWED")
        self.other_bureau_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "NOT_FOUND", "WORKER_UNKNOWN", "former_number")
        self.hr_checker.ok("workforce.MergeWorkers", self.merge(wrong, right))
        self.hr_checker.refused("workforce.MergeWorkers", self.merge(wrong, right), "FAILED_PRECONDITION", "WORKER_MERGED", "former_number")


class PayTest(WorkforceCase):
    services = ("registry", "workforce", "payroll")

    def test_pay_goes_on_under_the_sealed_number(self):
        """R093 R104: the sheet of a month sealed under the wrong number is drawn and confirmed after the merge; the next month bears the right one."""
        code, [wrong] = self.world.sealed(count=1)
        right = self.registered(worker_name=people.name(1), account_holder=people.name(1))
        self.hr_checker.ok("workforce.MergeWorkers", {"former_number": wrong, "worker_number": right, "merge_reason": "证件号登记有误"})
        sheet = path.draw_sheet(self.world, code, "2026-06")
        path.confirm_sheet(self.world, code, sheet, [wrong])
        path.approve_sheet(self.world, code, sheet)
        self.world.attended(code, [right], "2026-07", range(1, 6))
        path.seal_month(self.world, code, "2026-07")
        path.confirm_sheet(self.world, code, path.draw_sheet(self.world, code, "2026-07"), [right])


if __name__ == "__main__":
    unittest.main()
