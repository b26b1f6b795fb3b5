"""WorkforceCase: what the tests of the workforce service share: people, agreements, trainings and days, ready to be sent or already so."""
from . import invariants, path, people
from .house import ServiceCase


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
