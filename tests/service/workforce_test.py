"""The workforce service on a real node: workers, their groups, and the figures of a quarter, accepted and refused."""
import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import people  # noqa: E402
from lib.labour import WorkforceCase  # noqa: E402


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

    def test_a_number_that_is_another_s(self):
        """R093: two people whose numbers are one, of ten quintillion: the second is not taken for the first; made here by changing the first one's token"""
        line = self.person()
        number = self.contractor.ok("workforce.AddWorkers", {"lines": [line]})["rows"][0]["worker_number"]
        change = f"UPDATE workforce.worker SET worker_token = set_byte(worker_token, 15, get_byte(worker_token, 15) # 1) WHERE worker_number = {number}"
        self.sql(change)
        self.contractor.refused("workforce.AddWorkers", {"lines": [self.person(), line]}, "ALREADY_EXISTS", "WORKER_NUMBER_TAKEN", "lines[1].id_number")
        self.sql(change)
        self.assertTrue(self.contractor.ok("workforce.AddWorkers", {"lines": [line]})["rows"][0]["already_known"])

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
