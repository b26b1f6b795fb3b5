"""The workforce service on a real node: every method accepts what it should and refuses the rest, with status, reason and path."""
import datetime
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path, people  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


class WorkforceCase(ServiceCase):
    services = ("registry", "workforce")
    serial = 5000  # indexes of people of this file; the world's own begin at 1

    @classmethod
    def tearDownClass(cls):
        """Whatever a class has done: the chain holds, nothing stands in clear, and the journal replayed gives the same tables."""
        invariants.check(cls.house.node)
        super().tearDownClass()

    def person(self, **changed):
        """A line of AddWorkers for somebody new."""
        WorkforceCase.serial += 1
        i = WorkforceCase.serial
        birth = changed.pop("birth", None)
        female = changed.pop("female", None)
        line = path.worker_line(people.name(i), people.id_number(i, birth=birth, female=female), people.card(i))
        return {**line, **changed}

    def registered(self, **changed):
        return self.contractor.ok("workforce.AddWorkers", {"lines": [self.person(**changed)]})["rows"][0]["worker_number"]

    def agreement(self, number, **changed):
        return {**path.agreement_line(f"XY-{number}", number, 200_00, "2026-06-20", "2026-12-31"), **changed}

    def agreed(self, code, number, **changed):
        self.contractor.ok("workforce.AddAgreements", {"project_code": code, "lines": [self.agreement(number, **changed)]})
        return number

    def training(self, code, numbers, **changed):
        WorkforceCase.serial += 1
        return {"project_code": code, "training_code": f"PX-{WorkforceCase.serial}", "training_name": "岗前安全生产培训", "training_date": "2026-06-20",
                "hours_hundredths": 400, "training_content": "SAFETY", "training_mode": "TRAIN_THEN_POST", "training_venue": "SITE",
                "training_audience": "WORKERS", "organiser_unit_id": "contractor-1", "organiser_kind": "CONTRACTOR",
                "training_fund_source": "安全生产培训经费", "training_cost_fen": 100_00, "target_stage": "CONSTRUCTION",
                "trainees": [{"worker_number": number, "signed_in": True} for number in numbers], **changed}

    def day(self, code, number, date="2026-06-22", part=100):
        return {"project_code": code, "worker_number": number, "work_date": date, "day_hundredths": part}

    def count(self, table, where):
        return int(self.sql(f"SELECT count(*) FROM workforce.{table} WHERE {where}")[0][0])


class WorkerTest(WorkforceCase):
    def test_registers_people_by_their_real_name(self):
        """R093 R086: a valid ID number gives worker number, birth date and sex; only mask and ciphertext are kept."""
        woman = self.person(birth=datetime.date(1990, 2, 28), female=True, population_kind="HARD_TO_EMPLOY")
        man = self.person(female=False)
        rows = self.contractor.ok("workforce.AddWorkers", {"lines": [woman, man]})["rows"]
        self.assertEqual([row["id_number_mask"][-4:] for row in rows], [woman["id_number"][-4:], man["id_number"][-4:]])
        self.assertFalse(rows[0]["already_known"])
        worker = self.contractor.ok("workforce.GetWorker", {"worker_number": rows[0]["worker_number"]})
        self.assertEqual((worker["birth_date"], worker["sex"], worker["population_kind"]), ("1990-02-28", "FEMALE", "HARD_TO_EMPLOY"))
        self.assertEqual(worker["account_no_mask"][-4:], woman["account_no"][-4:])
        [stored] = self.sql(f"SELECT id_number, account_no FROM workforce.worker WHERE worker_number = {rows[0]['worker_number']}")
        self.assertNotIn(woman["id_number"], stored)
        self.assertNotIn(woman["account_no"], stored)

    def test_population_kinds(self):
        """R086: all four kinds, and none is refused."""
        for kind in ("RURAL_LABOUR", "URBAN_LOW_INCOME", "HARD_TO_EMPLOY", "OTHER"):
            number = self.registered(population_kind=kind)
            self.assertEqual(self.contractor.ok("workforce.GetWorker", {"worker_number": number})["population_kind"], kind)
        self.contractor.refused("workforce.AddWorkers", {"lines": [self.person(population_kind="UNSPECIFIED")]}, "INVALID_ARGUMENT",
                                path="lines[0].population_kind", reason="REQUIRED")

    def test_the_same_person_is_the_same_worker(self):
        """R093 R094: a second registration finds the worker, fills what was empty, overwrites nothing."""
        line = self.person(phone="", bank_name="第一银行")
        first = self.contractor.ok("workforce.AddWorkers", {"lines": [line]})["rows"][0]
        again = self.owner.ok("workforce.AddWorkers", {"lines": [{**line, "phone": "19900001234", "account_no": people.card(99), "bank_name": "第二银行"}]})["rows"][0]
        self.assertEqual((again["worker_number"], again["already_known"]), (first["worker_number"], True))
        worker = self.owner.ok("workforce.GetWorker", {"worker_number": first["worker_number"]})
        self.assertEqual((worker["phone"], worker["bank_name"]), ("19900001234", "第一银行"))
        self.assertEqual(worker["account_no_mask"][-4:], line["account_no"][-4:])

    def test_refuses_what_is_no_person(self):
        """R093: check digit, another name under the same number, the same person twice, fields that are the node's to fill."""
        line = self.person()
        wrong = line["id_number"][:-1] + ("0" if line["id_number"][-1] != "0" else "1")
        self.contractor.refused("workforce.AddWorkers", {"lines": [{**line, "id_number": wrong}]}, "INVALID_ARGUMENT", "ID_NUMBER_INVALID", "lines[0].id_number")
        self.contractor.refused("workforce.AddWorkers", {"lines": [line, self.person(), line]}, "INVALID_ARGUMENT", "WORKER_TWICE", "lines[2].id_number")
        self.contractor.refused("workforce.AddWorkers", {"lines": [{**line, "id_number_token": b"0123456789abcdef"}]}, "INVALID_ARGUMENT")
        self.contractor.ok("workforce.AddWorkers", {"lines": [line]})
        self.contractor.refused("workforce.AddWorkers", {"lines": [{**line, "worker_name": "赵不同"}]}, "FAILED_PRECONDITION", "WORKER_NAME_DIFFERS",
                                "lines[0].worker_name")
        self.contractor.refused("workforce.AddWorkers", {"lines": []}, "INVALID_ARGUMENT", "REQUIRED", "lines")
        self.contractor_checker.refused("workforce.AddWorkers", {"lines": [self.person()]}, "PERMISSION_DENIED", "WRONG_DUTY")

    def test_warns_of_another_holder(self):
        """R128: pay goes to the person; another account holder is said, not hidden."""
        reply = self.contractor.call("workforce.AddWorkers", {"lines": [self.person(account_holder="别人")]})
        self.assertTrue(reply.ok)
        self.assertEqual([(problem["reason"], problem["path"]) for problem in reply.problems], [("HOLDER_DIFFERS", "lines[0].account_holder")])

    def test_corrects_with_a_reason(self):
        """R093: facts change only with a reason, by a unit that knows the worker, and the former ones are kept."""
        number = self.registered()
        changed = self.contractor.ok("workforce.ChangeWorker", {"worker_number": number, "change_reason": "证件姓名更正", "worker_name": "孙改名",
                                                                "account_no": people.card(77)})
        self.assertEqual((changed["worker_name"], changed["account_no_mask"][-4:]), ("孙改名", people.card(77)[-4:]))
        self.assertEqual(self.count("worker_change", f"worker_number = {number} AND change_reason = '证件姓名更正'"), 1)
        self.contractor.refused("workforce.ChangeWorker", {"worker_number": number}, "INVALID_ARGUMENT", "REQUIRED", "change_reason")
        self.stranger.refused("workforce.ChangeWorker", {"worker_number": number, "change_reason": "试探", "phone": "19900000001"}, "NOT_FOUND", "WORKER_UNKNOWN")

    def test_shows_workers_only_to_those_concerned(self):
        """R093: a unit sees whom it registered or who works on its projects; lists come in pages."""
        number = self.registered()
        self.stranger.refused("workforce.GetWorker", {"worker_number": number}, "NOT_FOUND", "WORKER_UNKNOWN")
        self.assertNotIn(number, [row["worker_number"] for row in self.stranger.rows("workforce.ListWorkers")])
        self.supervisor.refused("workforce.GetWorker", {"worker_number": number}, "NOT_FOUND", "WORKER_UNKNOWN")
        self.agreed(self.world.project(), number)
        self.assertEqual(self.supervisor.ok("workforce.GetWorker", {"worker_number": number})["worker_number"], number)
        self.registered()
        paged = [row["worker_number"] for row in self.contractor.rows("workforce.ListWorkers", page_size=1)]
        self.assertEqual(paged, sorted(set(paged)))
        self.assertIn(number, paged)
        self.assertIn(number, [row["worker_number"] for row in self.office.rows("workforce.ListWorkers")])

    def test_lists_by_place_and_group(self):
        """R080 R095: by the beginning of the home division, and by priority group today."""
        near, far = self.registered(home_division_code="140214003001"), self.registered(home_division_code="110111002")
        rows = [row["worker_number"] for row in self.contractor.rows("workforce.ListWorkers", {"home_division_code": "140214003"})]
        self.assertEqual(rows, [near])
        self.contractor.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": far, "priority_group": "VETERAN", "valid_from_date": "2026-01-01", "group_source": "退役军人局"}]})
        rows = [row["worker_number"] for row in self.contractor.rows("workforce.ListWorkers", {"priority_group": "VETERAN"})]
        self.assertEqual(rows, [far])

    def test_reveals_to_a_checker_with_a_reason(self):
        """R093: the clear numbers leave only by RevealWorker; the journal keeps them sealed."""
        line = self.person()
        number = self.contractor.ok("workforce.AddWorkers", {"lines": [line]})["rows"][0]["worker_number"]
        self.contractor.refused("workforce.RevealWorker", {"worker_number": number, "reveal_reason": "核对"}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.contractor_checker.refused("workforce.RevealWorker", {"worker_number": number}, "INVALID_ARGUMENT", "REQUIRED", "reveal_reason")
        self.stranger_checker.refused("workforce.RevealWorker", {"worker_number": number, "reveal_reason": "试探"}, "NOT_FOUND", "WORKER_UNKNOWN")
        body = self.contractor_checker.ok("workforce.RevealWorker", {"worker_number": number, "reveal_reason": "银行退回，核对卡号"})
        self.assertEqual((body["id_number"], body["account_no"]), (line["id_number"], line["account_no"]))
        self.stranger.ok("workforce.AddWorkers", {"lines": [line]})  # to know the number is not to know the rest
        self.stranger_checker.refused("workforce.RevealWorker", {"worker_number": number, "reveal_reason": "试探"}, "NOT_FOUND", "WORKER_UNKNOWN")
        self.stranger.refused("workforce.ChangeWorker", {"worker_number": number, "change_reason": "改卡", "account_no": people.card(78)}, "NOT_FOUND", "WORKER_UNKNOWN")
        clear = line["id_number"].encode().hex()
        self.assertEqual(self.count("journal", f"position('\\x{clear}'::bytea in request) + position('\\x{clear}'::bytea in reply) > 0"), 0)


class PriorityGroupTest(WorkforceCase):
    GROUPS = ("RETURNING_MIGRANT", "OUT_OF_POVERTY", "DISASTER_AFFECTED", "MONITORED_UNSTABLE", "MONITORED_MARGINAL", "MONITORED_SUDDEN",  # R095, R097
              "DISASTER_RELIEF", "LIMITED_EARNING", "FORCE_MAJEURE",  # R096
              "OTHER_LOW_INCOME", "UNEMPLOYED")  # R097, R098

    def line(self, number, **changed):
        return {"worker_number": number, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-01-01", "group_source": "乡镇摸底", **changed}

    def test_takes_every_group_of_the_papers(self):
        """R095 R096 R097 R098: each group of the source documents can be recorded, with its source."""
        number = self.registered()
        self.township.ok("workforce.AddWorkers", {"lines": [self.person()]})
        self.township.ok("workforce.SetPriorityGroup", {"lines": [self.line(number, priority_group=group) for group in self.GROUPS]})
        groups = self.contractor.ok("workforce.GetWorker", {"worker_number": number})["groups"]
        self.assertEqual({group["priority_group"] for group in groups}, set(self.GROUPS))
        self.assertEqual({group["group_source"] for group in groups}, {"乡镇摸底"})

    def test_membership_has_dates(self):
        """R100: a period may end and begin again, but not overlap; the same first day replaces."""
        number = self.registered()
        self.township.ok("workforce.SetPriorityGroup", {"lines": [self.line(number, valid_to_date="2026-03-31")]})
        self.township.ok("workforce.SetPriorityGroup", {"lines": [self.line(number, valid_from_date="2026-05-01")]})
        self.township.refused("workforce.SetPriorityGroup", {"lines": [self.line(number, valid_from_date="2026-03-01", valid_to_date="2026-04-01")]},
                              "FAILED_PRECONDITION", "GROUP_OVERLAPS", "lines[0].valid_from_date")
        self.township.ok("workforce.SetPriorityGroup", {"lines": [self.line(number, valid_to_date="2026-04-30")]})
        groups = self.contractor.ok("workforce.GetWorker", {"worker_number": number})["groups"]
        self.assertEqual([(group["valid_from_date"], group["valid_to_date"]) for group in groups], [("2026-01-01", "2026-04-30"), ("2026-05-01", "")])

    def test_refuses(self):
        """R100: no date or source, reversed dates, twice in a batch, unknown worker; all problems together."""
        number = self.registered()
        self.township.refused("workforce.SetPriorityGroup", {"lines": [self.line(number, valid_from_date="")]}, "INVALID_ARGUMENT", "REQUIRED", "lines[0].valid_from_date")
        self.township.refused("workforce.SetPriorityGroup", {"lines": [self.line(number, group_source="")]}, "INVALID_ARGUMENT", "REQUIRED", "lines[0].group_source")
        reply = self.township.refused("workforce.SetPriorityGroup", {"lines": [
            self.line(number), self.line(number), self.line(42), self.line(number, priority_group="VETERAN", valid_to_date="2025-01-01")]})
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("GROUP_TWICE", "lines[1].priority_group"), ("WORKER_UNKNOWN", "lines[2].worker_number"), ("DATES_REVERSED", "lines[3].valid_to_date")})
        self.assertEqual(self.count("worker_group", f"worker_number = {number}"), 0)


class AgreementTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def test_roster_has_the_columns_of_the_ledger(self):
        """R094 R107: one roster a project with the fixed columns; parties, content, standard, cycle and dates are all there."""
        number = self.registered()
        self.contractor.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": number, "priority_group": "RETURNING_MIGRANT", "valid_from_date": "2026-01-01", "group_source": "乡镇摸底"}]})
        rows = self.contractor.ok("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(number, team_name="土方一班")]})["rows"]
        self.assertEqual((rows[0]["agreement_state"], rows[0]["employer_unit_id"], rows[0]["employment_kind"]), ("SIGNED", "contractor-1", "WORK_RELIEF_SERVICE"))
        [row] = [row for row in self.bureau.rows("workforce.ListAgreements", {"project_code": self.code}, page_size=2) if row["worker_number"] == number]
        for column in ("project_code", "team_name", "worker_name", "sex", "id_number_mask", "birth_date", "ethnicity_code", "phone", "home_division_code", "population_kind",
                       "post_name", "skill_level", "agreement_code", "start_date", "end_date", "rate_fen", "pay_unit", "bank_name", "account_no_mask", "work_content",
                       "pay_cycle", "employer_unit_id"):
            self.assertTrue(row[column], column)
        self.assertEqual(row["priority_groups"], ["RETURNING_MIGRANT"])
        self.assertTrue(row["insured"])
        at = self.contractor.rows("workforce.ListAgreements", {"project_code": self.code, "worker_number": number, "at_date": "2026-06-01"})
        self.assertEqual(at, [])

    def test_what_an_agreement_cannot_lack(self):
        """R107: work content, pay standard, pay cycle, dates, worker and code are asked for, each by its path."""
        number = self.registered()
        for column in ("agreement_code", "worker_number", "post_name", "work_content", "pay_unit", "rate_fen", "pay_cycle", "start_date", "end_date"):
            line = self.agreement(number)
            del line[column]
            self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [line]}, "INVALID_ARGUMENT", "REQUIRED", f"lines[0].{column}")

    def test_age(self):
        """R099: under 16 on the first day is refused; above 60 is allowed and said."""
        child = self.registered(birth=datetime.date(2010, 7, 2))
        self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(child, start_date="2026-07-01")]},
                                "FAILED_PRECONDITION", "UNDER_AGE", "lines[0].worker_number")
        self.agreed(self.code, child, start_date="2026-07-02")
        old = self.registered(birth=datetime.date(1964, 1, 1))
        reply = self.contractor.call("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(self.registered()), self.agreement(old)]})
        self.assertTrue(reply.ok, reply)
        self.assertEqual([(problem["reason"], problem["path"]) for problem in reply.problems], [("OVER_AGE", "lines[1].worker_number")])

    def test_one_agreement_a_worker_project_and_month(self):
        """R094 R106: unique (project, worker) at any time; a new one begins in a later month; another project is no hindrance."""
        number = self.agreed(self.code, self.registered(), end_date="2026-08-15")
        self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [self.agreement(number, agreement_code="XY-2nd", start_date="2026-08-16")]},
                                "FAILED_PRECONDITION", "AGREEMENT_OVERLAPS", "lines[0].start_date")
        self.agreed(self.code, number, agreement_code=f"XY-{number}-2", start_date="2026-09-01", rate_fen=220_00)
        self.agreed(self.world.project(), number)
        reply = self.contractor.refused("workforce.AddAgreements", {"project_code": self.code, "lines": [
            self.agreement(number, agreement_code="D1"), self.agreement(self.registered(), agreement_code="D1"), self.agreement(42, end_date="2026-01-01"),
            self.agreement(number)]})
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("AGREEMENT_OVERLAPS", "lines[0].start_date"), ("AGREEMENT_TWICE", "lines[1].agreement_code"), ("WORKER_UNKNOWN", "lines[2].worker_number"),
            ("DATES_REVERSED", "lines[2].end_date"), ("AGREEMENT_EXISTS", "lines[3].agreement_code"), ("AGREEMENT_OVERLAPS", "lines[3].start_date")})

    def test_who_and_when(self):
        """R106: only the project's own contractor, its maker, and only from the award to completion."""
        number = self.registered()
        request = {"project_code": self.code, "lines": [self.agreement(number)]}
        self.stranger.refused("workforce.AddAgreements", request, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau.refused("workforce.AddAgreements", request, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.AddAgreements", request, "PERMISSION_DENIED", "WRONG_DUTY")
        approved = self.world.approved()
        self.contractor.refused("workforce.AddAgreements", {**request, "project_code": approved}, "FAILED_PRECONDITION", "PROJECT_TAKES_NO_AGREEMENTS", "project_code")

    def test_ends_early(self):
        """R106 R107: with a reason, inside its period, not before days worked; and only once."""
        number = self.agreed(self.code, self.registered())
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number]))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-25"))
        end = {"project_code": self.code, "agreement_code": f"XY-{number}", "end_date": "2026-06-30", "end_reason": "本人回乡"}
        self.contractor.refused("workforce.EndAgreement", {**end, "end_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "end_reason")
        self.contractor.refused("workforce.EndAgreement", {**end, "end_date": "2026-06-24"}, "FAILED_PRECONDITION", "WORKED_AFTER_END", "end_date")
        self.contractor.refused("workforce.EndAgreement", {**end, "end_date": "2027-01-01"}, "FAILED_PRECONDITION", "END_OUTSIDE_AGREEMENT", "end_date")
        self.contractor.refused("workforce.EndAgreement", {**end, "agreement_code": "none"}, "NOT_FOUND", "AGREEMENT_UNKNOWN", "agreement_code")
        [row] = self.contractor.ok("workforce.EndAgreement", end)["rows"]
        self.assertEqual((row["agreement_state"], row["end_date"], row["end_reason"]), ("ENDED", "2026-06-30", "本人回乡"))
        self.contractor.refused("workforce.EndAgreement", end, "FAILED_PRECONDITION", "AGREEMENT_NOT_RUNNING", "agreement_code")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-07-01"), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")


class AttendanceTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.other = cls.world.project()

    def placed(self, code=None, **changed):
        number = self.agreed(code or self.code, self.registered(), **changed)
        self.contractor.ok("workforce.HoldTraining", self.training(code or self.code, [number]))
        return number

    def test_records_a_day(self):
        """R108 R093: once a worker, project and day; the same request twice is one entry."""
        number = self.placed()
        body = self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, part=50))
        self.assertEqual(body["recorded_hundredths"], 50)
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=50), "ALREADY_EXISTS", "ATTENDANCE_EXISTS", "work_date")
        self.assertEqual(self.count("attendance", f"worker_number = {number}"), 1)
        [row] = self.supervisor.rows("workforce.ListAttendance", {"project_code": self.code, "month": "2026-06", "worker_number": number})
        self.assertEqual((row["work_date"], row["day_hundredths"], row["correction_count"]), ("2026-06-22", 50, 0))

    def test_refuses_a_day_outside_the_agreement(self):
        """R106 R093: before the first day, after the last, an unknown worker, no agreement on this project."""
        number = self.placed(end_date="2026-06-25")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-19"), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-26"), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.other, number), "FAILED_PRECONDITION", "NO_AGREEMENT", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, 42), "NOT_FOUND", "WORKER_UNKNOWN", "worker_number")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-25"))

    def test_refuses_what_is_no_part_of_a_day(self):
        """R108: nothing, less than nothing, more than a day, a day to come, a day that does not exist."""
        number = self.placed()
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=0), "INVALID_ARGUMENT", "REQUIRED", "day_hundredths")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=-1), "INVALID_ARGUMENT", path="day_hundredths", reason="WORK_INVALID")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, part=101), "FAILED_PRECONDITION", "OVER_ONE_DAY", "day_hundredths")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-12-01"), "FAILED_PRECONDITION", "FUTURE_DATE", "work_date")
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-31"), "INVALID_ARGUMENT", "DATE_INVALID", "work_date")
        self.assertEqual(self.count("attendance", f"worker_number = {number}"), 0)

    def test_one_day_over_all_projects(self):
        """R109: half a day here and half there is a day; a hundredth more is refused, singly and in a batch."""
        number = self.placed()
        self.agreed(self.other, number)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, part=50))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.other, number, part=51), "FAILED_PRECONDITION", "OVER_ONE_DAY", "day_hundredths")
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.other, "lines": [{"worker_number": number, "work_date": "2026-06-22", "day_hundredths": 51}]},
                                "FAILED_PRECONDITION", "OVER_ONE_DAY", "lines[0].day_hundredths")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.other, number, part=50))

    def test_safety_training_comes_first(self):
        """R116: no day before the safety training; skill training alone does not do; from its day on the way is open."""
        number = self.agreed(self.code, self.registered())
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_content="SKILL", skill_kind="SMALL_MACHINERY"))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_date="2026-06-23"))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-22"), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-06-23"))

    def test_who_did_not_sign_in_was_not_trained(self):
        """R116: a name on the list without a signature opens nothing."""
        absent, present = self.agreed(self.code, self.registered()), self.agreed(self.code, self.registered())
        training = self.training(self.code, [absent, present])
        training["trainees"][0]["signed_in"] = False
        body = self.contractor.ok("workforce.HoldTraining", training)
        self.assertEqual((body["trainee_count"], body["absent_count"]), (1, 1))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, present))
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, absent), "FAILED_PRECONDITION", "NO_SAFETY_TRAINING", "work_date")

    def test_key_posts_are_briefed(self):
        """R119: a key post needs a technical briefing of this project, also when the agreement comes after it."""
        number = self.placed(key_post=True)
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number), "FAILED_PRECONDITION", "NO_BRIEFING", "work_date")
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], technical_briefing=True, training_date="2026-06-22"))
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number))
        later = self.registered()
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [later], technical_briefing=True))
        self.agreed(self.code, later, key_post=True)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, later))

    def test_batch_is_all_or_nothing(self):
        """R108 R106 R116: every bad line is named, and then none goes in; a good batch goes in whole."""
        good, untrained = self.placed(), self.agreed(self.code, self.registered())
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, good, "2026-06-21"))
        lines = [{"worker_number": good, "work_date": "2026-06-22", "day_hundredths": 100}, {"worker_number": good, "work_date": "2026-06-21", "day_hundredths": 100},
                 {"worker_number": untrained, "work_date": "2026-06-22", "day_hundredths": 100}, {"worker_number": 42, "work_date": "2026-06-22", "day_hundredths": 100},
                 {"worker_number": good, "work_date": "2026-06-19", "day_hundredths": 100}, {"worker_number": good, "work_date": "2026-06-23", "day_hundredths": 120}]
        reply = self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": lines})
        self.assertEqual({(problem["path"], problem["reason"]) for problem in reply.problems}, {
            ("lines[1].work_date", "ATTENDANCE_EXISTS"), ("lines[2].work_date", "NO_SAFETY_TRAINING"), ("lines[3].worker_number", "WORKER_UNKNOWN"),
            ("lines[4].work_date", "NO_AGREEMENT"), ("lines[5].day_hundredths", "OVER_ONE_DAY")})
        self.assertEqual(self.count("attendance", f"worker_number = {good}"), 1)
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [lines[5]]}, "FAILED_PRECONDITION", "OVER_ONE_DAY", "lines[0].day_hundredths")
        twice = [lines[0], {**lines[0], "work_date": "2026-06-23"}, lines[0]]
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": twice}, "INVALID_ARGUMENT", "ATTENDANCE_TWICE", "lines[2].work_date")
        body = self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [lines[0], {**lines[0], "work_date": "2026-06-23", "day_hundredths": 25}]})
        self.assertEqual((body["entry_count"], body["total_hundredths"]), (2, 125))
        self.assertEqual(self.count("attendance", f"worker_number = {good}"), 3)

    def test_only_the_contractor_keeps_attendance(self):
        """R110: the project's contractor and nobody else, its maker and not its checker."""
        number = self.placed()
        for actor in (self.owner, self.bureau, self.supervisor, self.township, self.stranger, self.office):
            actor.refused("workforce.RecordAttendance", self.day(self.code, number), "PERMISSION_DENIED", "NOT_ALLOWED")
            actor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [{"worker_number": number, "work_date": "2026-06-22", "day_hundredths": 100}]},
                          "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor_checker.refused("workforce.RecordAttendance", self.day(self.code, number), "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger.refused("workforce.ListAttendance", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_not_before_the_project_has_begun(self):
        """R108: an awarded project takes agreements but no days."""
        code = self.world.awarded()
        number = self.placed(code)
        self.contractor.refused("workforce.RecordAttendance", self.day(code, number), "FAILED_PRECONDITION", "PROJECT_TAKES_NO_ATTENDANCE", "project_code")

    def test_correction_keeps_what_was(self):
        """R108 R109: with a reason, inside one day over all projects, and the former value stays readable; 0 strikes out."""
        number = self.placed()
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number))
        request = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-22", "corrected_hundredths": 50, "correction_reason": "下午因雨停工"}
        self.contractor.refused("workforce.CorrectAttendance", {**request, "correction_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", "correction_reason")
        self.contractor.refused("workforce.CorrectAttendance", {**request, "corrected_hundredths": 101}, "INVALID_ARGUMENT", "PART_OF_DAY", "corrected_hundredths")
        self.contractor.refused("workforce.CorrectAttendance", {**request, "corrected_hundredths": 100}, "FAILED_PRECONDITION", "NOTHING_CHANGED")
        self.contractor.refused("workforce.CorrectAttendance", {**request, "work_date": "2026-06-23"}, "NOT_FOUND", "ENTRY_UNKNOWN", "work_date")
        self.assertEqual(self.contractor.ok("workforce.CorrectAttendance", request)["former_hundredths"], 100)
        self.agreed(self.other, number)
        self.contractor.ok("workforce.RecordAttendance", self.day(self.other, number, part=50))
        self.contractor.refused("workforce.CorrectAttendance", {**request, "corrected_hundredths": 60}, "FAILED_PRECONDITION", "OVER_ONE_DAY", "corrected_hundredths")
        self.assertEqual(self.contractor.ok("workforce.CorrectAttendance", {**request, "corrected_hundredths": 0, "correction_reason": "记错人"})["correction_count"], 2)
        rows = [row for row in self.bureau.rows("workforce.ListCorrections", {"project_code": self.code, "month": "2026-06"}, page_size=1) if row["worker_number"] == number]
        self.assertEqual([(row["former_hundredths"], row["corrected_hundredths"], row["correction_reason"]) for row in rows],
                         [(100, 50, "下午因雨停工"), (50, 0, "记错人")])
        self.assertEqual(self.count("attendance", f"worker_number = {number} AND project_code = '{self.code}'"), 0)

    def test_lists_in_pages(self):
        """R108: a month comes in pages in the order of days, complete and without repeats."""
        code = self.world.project()
        numbers = [self.placed(code) for _ in range(3)]
        self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": code, "lines": [
            {"worker_number": number, "work_date": f"2026-06-{day}", "day_hundredths": 100} for number in numbers for day in (22, 23, 24)]})
        rows = self.contractor.rows("workforce.ListAttendance", {"project_code": code, "month": "2026-06"}, page_size=2)
        self.assertEqual([(row["work_date"], row["worker_number"]) for row in rows],
                         sorted((f"2026-06-{day}", number) for number in numbers for day in (22, 23, 24)))


class SealTest(WorkforceCase):
    def setUp(self):
        self.code = self.world.project()

    def worked(self, dates, part=100, **changed):
        number = self.agreed(self.code, self.registered(**changed))
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number]))
        self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [
            {"worker_number": number, "work_date": date, "day_hundredths": part} for date in dates]})
        return number

    def seal(self, month="2026-06"):
        return self.contractor_checker.ok("workforce.SealMonth", {"project_code": self.code, "month": month})

    def test_digest_covers_every_row(self):
        """R108 R093: the sealed month carries a digest that anyone can compute again from its rows."""
        first, second = self.worked(["2026-06-22", "2026-06-23"]), self.worked(["2026-06-24"], part=50)
        sealed = self.seal()
        self.assertEqual((sealed["worker_count"], sealed["entry_count"], sealed["day_hundredths"]), (2, 3, 250))
        rows = self.operator.rows("workforce.ListSealedAttendance", {"project_code": self.code, "month": "2026-06"}, page_size=1)
        self.assertEqual([row["worker_number"] for row in rows], sorted((first, second)))
        digest = bytes(32)
        for row in rows:
            digest = hashlib.new("sm3", digest + "|".join((str(row["worker_number"]), row["days_text"], row["agreement_code"], row["pay_unit"], str(row["rate_fen"]))).encode()).digest()
        digest = hashlib.new("sm3", digest + f"{self.code}|2026-06|2|250".encode()).digest()
        self.assertEqual(sealed["attendance_digest"], digest)
        [month] = self.bureau.rows("workforce.ListSealedMonths", {"project_code": self.code})
        self.assertEqual((month["attendance_digest"], month["sealed_by"]), (digest, "contractor-checker"))
        [row] = [row for row in rows if row["worker_number"] == first]
        self.assertEqual((row["days_text"], row["first_date"], row["day_hundredths"], row["rate_fen"]), ("22:100 23:100", "2026-06-22", 200, 200_00))
        self.assertTrue(row["account_no"].startswith("s1:"))

    def test_a_sealed_month_does_not_change(self):
        """R108: neither new days nor corrections nor a second seal; other months go on."""
        number = self.worked(["2026-06-22"])
        self.seal()
        self.contractor.refused("workforce.RecordAttendance", self.day(self.code, number, "2026-06-23"), "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")
        self.contractor.refused("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [{"worker_number": number, "work_date": "2026-06-30", "day_hundredths": 1}]},
                                "FAILED_PRECONDITION", "MONTH_SEALED", "lines[0].work_date")
        self.contractor.refused("workforce.CorrectAttendance", {"project_code": self.code, "worker_number": number, "work_date": "2026-06-22", "corrected_hundredths": 50,
                                                                "correction_reason": "太迟"}, "FAILED_PRECONDITION", "MONTH_SEALED", "work_date")
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "FAILED_PRECONDITION", "MONTH_SEALED", "month")
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-07-01"))

    def test_what_cannot_be_sealed(self):
        """R108: an empty month, a month not over, by a maker, by a stranger."""
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "FAILED_PRECONDITION", "NOTHING_TO_SEAL", "month")
        number = self.worked(["2026-06-22"])
        self.contractor.ok("workforce.RecordAttendance", self.day(self.code, number, "2026-07-01"))
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-07"}, "FAILED_PRECONDITION", "MONTH_NOT_OVER", "month")
        self.contractor.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "WRONG_DUTY")
        self.stranger_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.count("sealed_worker", f"project_code = '{self.code}'"), 0)

    def test_disputes_come_first(self):
        """R108: a day in dispute keeps the month open until another person has settled it."""
        number = self.worked(["2026-06-22"])
        dispute = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-23", "dispute_note": "本人称当日在岗未记"}
        self.township.ok("workforce.DisputeAttendance", dispute)
        self.township.refused("workforce.DisputeAttendance", dispute, "ALREADY_EXISTS", "DISPUTE_OPEN", "work_date")
        self.township.refused("workforce.DisputeAttendance", {**dispute, "worker_number": 42}, "FAILED_PRECONDITION", "NO_AGREEMENT")
        self.contractor_checker.refused("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"}, "FAILED_PRECONDITION", "ENTRIES_DISPUTED", "month")
        settle = {"project_code": self.code, "worker_number": number, "work_date": "2026-06-23", "settle_note": "班组日志核实当日未出勤"}
        self.contractor_checker.refused("workforce.SettleDispute", {**settle, "work_date": "2026-06-24"}, "NOT_FOUND", "DISPUTE_UNKNOWN", "work_date")
        self.township.refused("workforce.SettleDispute", settle, "PERMISSION_DENIED")
        self.assertEqual(self.contractor_checker.ok("workforce.SettleDispute", settle)["dispute_state"], "SETTLED")
        self.contractor_checker.refused("workforce.SettleDispute", settle, "FAILED_PRECONDITION", "DISPUTE_NOT_OPEN")
        [row] = self.owner.rows("workforce.ListDisputes", {"project_code": self.code, "dispute_state": "SETTLED"})
        self.assertEqual(row["settle_note"], settle["settle_note"])
        self.seal()

    def test_groups_and_home_as_on_the_first_day(self):
        """R100 R080: group membership counts as on the first day worked; local is the county of the project."""
        near = self.worked(["2026-06-22"])
        far = self.worked(["2026-06-22"], home_division_code="110111002")
        self.contractor.ok("workforce.SetPriorityGroup", {"lines": [
            {"worker_number": near, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-01-01", "valid_to_date": "2026-06-22", "group_source": "乡镇摸底"},
            {"worker_number": far, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-06-23", "group_source": "乡镇摸底"}]})
        self.seal()
        rows = {row["worker_number"]: row for row in self.operator.rows("workforce.ListSealedAttendance", {"project_code": self.code, "month": "2026-06"})}
        self.assertEqual((rows[near]["priority_groups"], rows[near]["is_local"]), (["OUT_OF_POVERTY"], True))
        self.assertEqual((rows[far]["priority_groups"], rows[far]["is_local"]), ([], False))
        self.contractor.refused("workforce.ListSealedAttendance", {"project_code": self.code, "month": "2026-06"}, "PERMISSION_DENIED", "NOT_ALLOWED")


class TrainingTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def test_modes_and_venues(self):
        """R113 R114 R115: every mode of the papers, on site or in a school."""
        number = self.registered()
        for mode, venue in (("TRAIN_THEN_POST", "SITE"), ("PRACTICE", "SITE"), ("WORK_AS_TRAINING", "SITE"), ("CONCENTRATED", "SCHOOL"), ("LANGUAGE", "OTHER")):
            self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_mode=mode, training_venue=venue))
        rows = self.hr.rows("workforce.ListTrainings", {"project_code": self.code}, page_size=2)
        self.assertLessEqual({"TRAIN_THEN_POST", "PRACTICE", "WORK_AS_TRAINING", "CONCENTRATED", "LANGUAGE"}, {row["training_mode"] for row in rows})

    def test_money_and_organiser(self):
        """R112 R117: fund source and cost are kept; the organiser is a registered unit; schools may be entrusted."""
        number = self.registered()
        training = self.training(self.code, [number], organiser_unit_id="140214-rsj", organiser_kind="VOCATIONAL_SCHOOL", training_cost_fen=3_500_00,
                                 training_fund_source="就业补助资金")
        self.hr.ok("workforce.HoldTraining", training)
        [row] = [row for row in self.hr.rows("workforce.ListTrainings", {"project_code": self.code}) if row["training_code"] == training["training_code"]]
        self.assertEqual((row["training_fund_source"], row["training_cost_fen"], row["organiser_kind"]), ("就业补助资金", 3_500_00, "VOCATIONAL_SCHOOL"))
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], organiser_unit_id="no-such-unit"), "NOT_FOUND", "ORGANISER_UNKNOWN", "organiser_unit_id")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_fund_source=""), "INVALID_ARGUMENT", "REQUIRED", "training_fund_source")

    def test_skill_and_stage(self):
        """R118 R120: skill training names its kind, small machinery among them, and the stage it serves."""
        number = self.registered()
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [number], training_content="SKILL", skill_kind="SMALL_MACHINERY", target_stage="UPKEEP"))
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_content="BOTH"), "INVALID_ARGUMENT", "SKILL_KIND_MISSING", "skill_kind")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], target_stage="UNSPECIFIED"), "INVALID_ARGUMENT", "REQUIRED", "target_stage")

    def test_unskilled_becomes_skilled(self):
        """R122: the level before and after is kept, the worker's own level rises, and the upgrade is counted."""
        number, same = self.registered(), self.registered(skill_level="SKILLED")
        training = self.training(self.code, [number, same], training_content="SKILL", skill_kind="MASONRY")
        training["trainees"][0].update(exam_passed=True, certificate_code="ZS-1", skill_level_after="SEMI_SKILLED")
        self.assertEqual(self.contractor.ok("workforce.HoldTraining", training)["upgraded_count"], 1)
        self.assertEqual(self.contractor.ok("workforce.GetWorker", {"worker_number": number})["skill_level"], "SEMI_SKILLED")
        rows = {row["worker_number"]: row for row in self.owner.rows("workforce.ListTrainees", {"project_code": self.code, "training_code": training["training_code"]})}
        self.assertEqual((rows[number]["skill_level_before"], rows[number]["skill_level_after"], rows[number]["certificate_code"]), ("UNSKILLED", "SEMI_SKILLED", "ZS-1"))
        self.assertEqual((rows[same]["skill_level_before"], rows[same]["skill_level_after"]), ("SKILLED", "SKILLED"))
        falling = self.training(self.code, [same])
        falling["trainees"][0]["skill_level_after"] = "UNSKILLED"
        self.contractor.refused("workforce.HoldTraining", falling, "FAILED_PRECONDITION", "SKILL_FALLS", "trainees[0].skill_level_after")

    def test_cadres_are_not_workers(self):
        """R023: training of staff is kept with its heads and never counted as training of workers."""
        before = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        self.contractor.ok("workforce.HoldTraining", self.training(self.code, [], training_audience="CADRE", cadre_count=12))
        after = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        self.assertEqual(before, after)
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [self.registered()], training_audience="CADRE", cadre_count=12),
                                "INVALID_ARGUMENT", "CADRES_ARE_NO_TRAINEES", "trainees")

    def test_refuses(self):
        """R116: nobody signed in, twice the same, unknown people, results of the absent, a day to come, the same code; a stranger."""
        number = self.registered()
        done = self.training(self.code, [number])
        self.contractor.ok("workforce.HoldTraining", done)
        self.contractor.refused("workforce.HoldTraining", done, "ALREADY_EXISTS", "TRAINING_EXISTS", "training_code")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, []), "INVALID_ARGUMENT", "NO_TRAINEES", "trainees")
        self.contractor.refused("workforce.HoldTraining", self.training(self.code, [number], training_date="2026-12-01"), "FAILED_PRECONDITION", "FUTURE_DATE", "training_date")
        bad = self.training(self.code, [number, number, 42])
        bad["trainees"].append({"worker_number": self.registered(), "exam_passed": True})
        reply = self.contractor.refused("workforce.HoldTraining", bad)
        self.assertEqual({(problem["reason"], problem["path"]) for problem in reply.problems}, {
            ("TRAINEE_TWICE", "trainees[1].worker_number"), ("WORKER_UNKNOWN", "trainees[2].worker_number"), ("ABSENT_CANNOT_PASS", "trainees[3].signed_in")})
        self.stranger.refused("workforce.HoldTraining", self.training(self.code, [number]), "PERMISSION_DENIED", "NOT_ALLOWED")


class FiguresTest(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()

    def test_quarter(self):
        """R080 R045 R095 R100 R122: distinct workers, local, female, priority; contract labour beside them; only sealed months count."""
        local = self.agreed(self.code, self.registered(female=True))
        far = self.agreed(self.code, self.registered(female=False, home_division_code="110111002"))
        contract = self.agreed(self.code, self.registered(female=False), employment_kind="LABOUR_CONTRACT")
        self.contractor.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": local, "priority_group": "OUT_OF_POVERTY", "valid_from_date": "2026-01-01", "group_source": "乡镇摸底"}]})
        training = self.training(self.code, [local, far, contract], training_content="BOTH", skill_kind="PLANTING")
        training["trainees"][0].update(skill_level_after="SEMI_SKILLED")
        self.contractor.ok("workforce.HoldTraining", training)
        self.contractor.ok("workforce.RecordAttendanceBatch", {"project_code": self.code, "lines": [
            {"worker_number": number, "work_date": f"2026-06-{day}", "day_hundredths": 100} for number in (local, far, contract) for day in (22, 23)]})
        figures = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        self.assertEqual((figures["worker_count"], figures["unsealed_month_count"], figures["trainee_count"]), (0, 1, 3))
        self.contractor_checker.ok("workforce.SealMonth", {"project_code": self.code, "month": "2026-06"})
        figures = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"})
        expected = {"worker_count": 2, "priority_worker_count": 1, "female_worker_count": 1, "local_worker_count": 1, "day_hundredths": 400, "worker_time_count": 4,
                    "sealed_month_count": 1, "unsealed_month_count": 0, "training_count": 1, "trainee_count": 3, "trainee_time_count": 3, "safety_trainee_count": 3,
                    "skill_trainee_count": 3, "upgraded_count": 1, "training_cost_fen": 100_00, "worker_count_year": 2, "day_hundredths_year": 400,
                    "agreement_count": 2, "contract_worker_count": 1, "local_share_bp": 5000}
        self.assertEqual({name: figures[name] for name in expected}, expected)
        [row] = [row for row in self.operator.rows("workforce.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"}, page_size=1) if row["project_code"] == self.code]
        self.assertEqual(row, figures)
        self.assertEqual(self.owner.ok("workforce.ListProjectGroups", {"project_code": self.code, "quarter": "2026Q2"})["rows"],
                         [{"priority_group": "OUT_OF_POVERTY", "worker_count": 1}])
        persons = [row for row in self.operator.rows("workforce.ListQuarterPersons", {"unit_id": "140214-jtj", "quarter": "2026Q2"}, page_size=1) if row["project_code"] == self.code]
        self.assertEqual(sorted((row["first_date"], row["sex"], row["is_local"], row["day_hundredths"]) for row in persons),
                         [("2026-06-22", "FEMALE", True, 200), ("2026-06-22", "MALE", False, 200)])
        third = self.owner.ok("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q3"})
        self.assertEqual((third["worker_count"], third["worker_count_year"], third["day_hundredths_year"], third["trainee_count_year"]), (0, 2, 400, 3))

    def test_who_may_ask(self):
        """R080: a district's figures go to the node and the office, a project's to its parties."""
        self.contractor.refused("workforce.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.contractor.refused("workforce.ListQuarterPersons", {"unit_id": "140214-jtj", "quarter": "2026Q2"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.stranger.refused("workforce.GetProjectFigures", {"project_code": self.code, "quarter": "2026Q2"}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office.ok("workforce.GetQuarterFigures", {"unit_id": "140214-jtj", "quarter": "2026Q2"})
        self.operator.refused("workforce.GetProjectFigures", {"project_code": "none-1", "quarter": "2026Q2"}, "NOT_FOUND", "PROJECT_UNKNOWN")


if __name__ == "__main__":
    unittest.main()
