"""Labour of a project by the real methods: surveyed people, and a demand on its way to recruitment; MatchingCase for the tests of it."""
from . import invariants
from .house import ServiceCase

TOWNSHIP = "township-1"


def survey_line(number, **changed):
    return {"worker_number": number, "survey_category": "RURAL_LABOUR", "employment_status": "FARMING", "willing": True, **changed}


def survey(who, numbers, code, date, lines=None, **changed):
    """The township has asked these people; the reply."""
    return who.township.ok("workforce.RecordSurvey", {
        "township_unit_id": TOWNSHIP, "survey_code": code, "survey_date": date, "surveyor_name": "王调查", "policy_explained": True,
        "lines": lines or [survey_line(number) for number in numbers], **changed})


def channel(who, code):
    """The three contacts of the project are named."""
    return who.owner.ok("workforce.SetLabourChannel", {"project_code": code, "contacts": [
        {"contact_party": party, "unit_id": unit, "contact_name": name, "contact_phone": "03520000000"}
        for party, unit, name in (("TOWNSHIP", TOWNSHIP, "李乡镇"), ("OWNER", "owner-1", "张业主"), ("CONTRACTOR", "contractor-1", "陈施工"))]})


def demand_request(code, demand, heads=3, **changed):
    return {"project_code": code, "demand_code": demand, "task_number": 1, "post_name": "小工", "head_count": heads, "from_date": "2026-08-01",
            "to_date": "2026-10-31", "pay_unit": "DAY", "rate_fen": 200_00, "content_note": "土方开挖与回填", **changed}


def notice(code, demand, number, **changed):
    return {"project_code": code, "demand_code": demand, "notice_code": number, "recruit_channel": "VILLAGE_BOARD", "publish_date": "2026-07-01",
            "apply_by_date": "2026-07-31", "place_note": "各村公告栏", "contact_phone": "03520000000", **changed}


def submitted(who, code, demand, heads=3, **changed):
    """A demand that the township has been told of."""
    who.contractor.ok("workforce.AddDemand", demand_request(code, demand, heads, **changed))
    who.owner_checker.ok("workforce.SubmitDemand", {"project_code": code, "demand_code": demand,
                                                    "townships": [{"township_unit_id": TOWNSHIP, "asked_count": heads}]})
    return demand


def recruiting(who, code, demand, heads=3, **changed):
    """A demand one may apply for; channel and survey must be there."""
    submitted(who, code, demand, heads, **changed)
    who.township.ok("workforce.AcknowledgeDemand", {"project_code": code, "demand_code": demand})
    who.owner.ok("workforce.PublishRecruitment", notice(code, demand, f"GG-{demand}"))
    return demand


class MatchingCase(ServiceCase):
    services = ("registry", "workforce")
    serial = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code = cls.world.project()
        cls.house.settle()
        channel(cls.world, cls.code)
        survey(cls.world, [], "MD-0", "2026-06-01", [survey_line(number, willing=False) for number in cls.world.worker_numbers(1)])

    @classmethod
    def tearDownClass(cls):
        invariants.check(cls.house.node)
        super().tearDownClass()

    def name(self, kind):
        MatchingCase.serial += 1
        return f"{kind}-{MatchingCase.serial}"

    def people(self, count, **line):
        return self.world.worker_numbers(count, **line)

    def surveyed(self, count, home="140214002", lines=None, **answer):
        numbers = self.people(count, home_division_code=home)
        survey(self.world, [], self.name("MD"), "2026-06-30", lines or [survey_line(number, **answer) for number in numbers])
        return numbers

    def group(self, number, group, since="2026-01-01"):
        self.township.ok("workforce.SetPriorityGroup", {"lines": [{"worker_number": number, "priority_group": group, "valid_from_date": since,
                                                                   "group_source": "乡镇摸底"}]})

    def recruiting(self, heads=3, **changed):
        return recruiting(self.world, self.code, self.name("XQ"), heads, **changed)

    def of(self, demand, **more):
        return {"project_code": self.code, "demand_code": demand, **more}

    def apply(self, demand, numbers, actor=None, way="TOWNSHIP"):
        return (actor or self.township).ok("workforce.ApplyForDemand", self.of(demand, lines=[{"worker_number": number, "application_way": way}
                                                                                               for number in numbers]))["rows"]

    def proposal(self, demand, actor=None, **more):
        return (actor or self.hr).rows("workforce.ProposeWorkers", self.of(demand, **more))

    def choose(self, demand, *lines, actor=None):
        return (actor or self.hr).ok("workforce.ChooseWorkers", self.of(demand, lines=[
            {"worker_number": line} if isinstance(line, int) else {"worker_number": line[0], "choice_reason": line[1]} for line in lines]))["rows"]
