"""The ready-made world of a house: its units and principals, and a project at any stage, made by the real methods.

Everything is made on first use: self.world.project() gives the code of a project under construction; worker_numbers(n) n people who
are registered; placed(code, n) n people with agreement and safety training; sealed(code, month) a month with attendance, sealed.
"""
import datetime

from . import path, people

OFFICE_UNIT = "140214-fgj"
BUREAU_UNIT = "140214-jtj"

# name -> (principal, unit, duty, relations by the unit's kind)
PRINCIPALS = {
    "office": ("office-maker", OFFICE_UNIT, "MAKER", ("OFFICE",)),
    "office_checker": ("office-checker", OFFICE_UNIT, "CHECKER", ("OFFICE",)),
    "bureau": ("bureau-maker", BUREAU_UNIT, "MAKER", ("BUREAU",)),
    "bureau_checker": ("bureau-checker", BUREAU_UNIT, "CHECKER", ("BUREAU",)),
    "bureau_viewer": ("bureau-viewer", BUREAU_UNIT, "VIEWER", ("BUREAU",)),
    "other_bureau": ("other-bureau-maker", "140214-swj", "MAKER", ("BUREAU",)),
    "other_bureau_checker": ("other-bureau-checker", "140214-swj", "CHECKER", ("BUREAU",)),
    "owner": ("owner-maker", "owner-1", "MAKER", ("OWNER",)),
    "owner_checker": ("owner-checker", "owner-1", "CHECKER", ("OWNER",)),
    "contractor": ("contractor-maker", "contractor-1", "MAKER", ("CONTRACTOR",)),
    "contractor_checker": ("contractor-checker", "contractor-1", "CHECKER", ("CONTRACTOR",)),
    "stranger": ("stranger-maker", "contractor-2", "MAKER", ("CONTRACTOR",)),
    "stranger_checker": ("stranger-checker", "contractor-2", "CHECKER", ("CONTRACTOR",)),
    "supervisor": ("supervisor-maker", "supervisor-1", "MAKER", ("SUPERVISOR",)),
    "supervisor_checker": ("supervisor-checker", "supervisor-1", "CHECKER", ("SUPERVISOR",)),
    "township": ("township-maker", "township-1", "MAKER", ("TOWNSHIP",)),
    "township_checker": ("township-checker", "township-1", "CHECKER", ("TOWNSHIP",)),
    "hr": ("hr-maker", "140214-rsj", "MAKER", ("HR", "BUREAU")),
    "hr_checker": ("hr-checker", "140214-rsj", "CHECKER", ("HR", "BUREAU")),
    "bank": ("bank-maker", "bank-1", "MAKER", ("BANK",)),
    "bank_checker": ("bank-checker", "bank-1", "CHECKER", ("BANK",)),
    "audit": ("audit-viewer", "audit-1", "VIEWER", ("AUDIT",)),
    "upper": ("upper-viewer", "140200-fgw", "VIEWER", ("UPPER",)),
    "child": ("child-gateway", "140214-swj", "CHECKER", ("CHILD",)),
}
_UNITS = (  # unit, name, kind, member
    (OFFICE_UNIT, "区发展和改革局", "BUREAU", True), (BUREAU_UNIT, "区交通局", "BUREAU", True), ("140214-swj", "区水务局", "BUREAU", True),
    ("140214-rsj", "区人力资源和社会保障局", "BUREAU", True), ("owner-1", "示例项目建设中心", "OWNER_COMPANY", False),
    ("contractor-1", "示例建筑劳务有限公司", "CONTRACTOR_COMPANY", False), ("contractor-2", "示例第二建筑有限公司", "CONTRACTOR_COMPANY", False),
    ("supervisor-1", "示例工程监理有限公司", "SUPERVISION_COMPANY", False), ("township-1", "新平旺街道办事处", "TOWNSHIP", False),
    ("bank-1", "示例银行云冈支行", "BANK", False), ("audit-1", "区审计局", "AUDIT_BODY", False), ("140200-fgw", "大同市发展和改革委员会", "UPPER_OFFICE", False),
)
_CATALOGUE = tuple(
    {"seq": number + 1, "field_name": field, "category": f"{field}类项目", "tasks": "土方开挖、回填、绿化、施工区服务等。", "guiding_bureau": "各有关部门"}
    for number, field in enumerate(("交通", "水利", "能源", "农业农村", "城镇建设", "生态建设（自然资源）", "灾后恢复重建")))
START_DATE, END_DATE = "2026-06-20", "2026-12-31"


class World:
    def __init__(self, house):
        self.house = house
        self._done = set()
        self._count = 0
        self._people = 0
        self._sheets = {}

    def __getattr__(self, name):
        if name not in PRINCIPALS:
            raise AttributeError(name)
        principal, unit_id, duty, relations = PRINCIPALS[name]
        return self.house.actor(principal, unit_id, duty, relations)

    def _once(self, key):
        fresh = key not in self._done
        self._done.add(key)
        return fresh

    def units(self):
        """Units and catalogue; made once."""
        if self._once("units"):
            path.add_units(self, [{"unit_id": unit, "unit_name": name, "short_name": name.removeprefix("区"), "unit_kind": kind, "is_member": member,
                                   "uscc": people.uscc(index + 1, "11" if kind in ("BUREAU", "TOWNSHIP") else "91"), "division_code": "140214002" if kind == "TOWNSHIP" else "140214", "hosted": True,
                                   "valid_from_date": "2024-01-01", "notice_no": "云政办发〔2024〕1号" if member else "",
                                   "notice_date": "2024-01-01" if member else ""}
                                  for index, (unit, name, kind, member) in enumerate(_UNITS)])
            path.load_catalogue(self, _CATALOGUE)

    def draft(self, code=None, **facts):
        """The code of a project with parties, a task and money, in DRAFT."""
        self.units()
        self._count += 1
        code = code or f"2605-140214-04-01-{self._count:05d}0"
        path.add_project(self, {
            "project_code": code, "project_name": f"示例以工代赈项目{self._count}", "bureau_unit_id": BUREAU_UNIT, "field": "TRANSPORT", "track": "SPECIAL_FUND",
            "project_year": 2026, "division_code": "140214002", "total_investment_fen": 4_000_000_00, "central_fen": 3_000_000_00, "planned_pay_fen": 1_200_000_00,
            "planned_workers": 60, "planned_trainees": 40, "content_note": "硬化村内道路", **facts},
            [("owner-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"), ("township-1", "TOWNSHIP"), (OFFICE_UNIT, "CONTACT")],
            [{"catalogue_seq": 1, "task_note": "路基土方与绿化", "offered_posts": 60, "owner_confirmed": True}],
            [{"fund_code": "F1", "fund_source": "CENTRAL_BUDGET_INVESTMENT", "special_fund": True, "approved_fen": 3_000_000_00, "document_no": "晋发改投〔2026〕8号"}])
        return code

    def approved(self, code=None, **facts):
        code = self.draft(code, **facts)
        path.approve_project(self, code, "2026-06-05")
        return code

    def awarded(self, code=None, **facts):
        code = self.approved(code, **facts)
        path.award_project(self, code, "2026-06-15", [("F1", 2_000_000_00)])
        return code

    def project(self, code=None, **facts):
        """Under construction since START_DATE."""
        code = self.awarded(code, **facts)
        path.start_project(self, code, START_DATE)
        return code

    def accepted(self, code=None, **facts):
        """Built, evaluated and accepted today."""
        code = code or self.project(**facts)
        path.accept_project(self, code, self.house.today())
        return code

    def worker_numbers(self, count, **line):
        """count new registered people."""
        first, self._people = self._people + 1, self._people + count
        return path.add_workers(self.contractor, [{**path.worker_line(people.name(i), people.id_number(i), people.card(i)), **line}
                                                  for i in range(first, first + count)])

    def placed(self, code, count, rate_fen=200_00):
        """count new people with an agreement on the project and safety training; their worker numbers."""
        numbers = self.worker_numbers(count)
        self.agree(code, numbers, rate_fen)
        return numbers

    def agree(self, code, numbers, rate_fen=200_00):
        path.add_agreements(self, code, [path.agreement_line(f"XY-{number}", number, rate_fen, START_DATE, END_DATE) for number in numbers])
        path.hold_training(self, code, f"PX-{numbers[0]}", START_DATE, numbers)

    def attended(self, code, numbers, month, days=range(1, 11), hundredths=100):
        """Whole days (or parts) on these days of the month for each; time moves to the month's end when that lies ahead."""
        end = path.month_end(month)
        if self.house.today() < end:
            self.house.travel(f"{end} 18:00")
        path.record_attendance(self, code, [(number, f"{month}-{day:02d}", hundredths) for number in numbers for day in days])

    def sealed(self, code=None, month="2026-06", count=3, days=range(20, 30)):
        """(project, worker numbers): a sealed month with attendance of `count` new people."""
        code = code or self.project()
        numbers = self.placed(code, count)
        self.attended(code, numbers, month, days)
        path.seal_month(self, code, month)
        return code, numbers

    def sheet(self, code=None, month="2026-06", count=3):
        """(project, sheet, worker numbers): a wage sheet in DRAFT."""
        code, numbers = self.sealed(code, month, count)
        return code, path.draw_sheet(self, code, month), numbers

    def published_sheet(self, code=None, month="2026-06", count=3):
        """The same, confirmed, approved and posted, with the days of publicity over."""
        code, sheet, numbers = self.sheet(code, month, count)
        path.confirm_sheet(self, code, sheet, sorted(numbers))
        path.approve_sheet(self, code, sheet)
        self.house.travel(str(datetime.date.fromisoformat(self.house.today()) + datetime.timedelta(days=9)))
        return code, sheet, numbers

    def paid_sheet(self, code=None, month="2026-06", count=3):
        """The same, paid in full."""
        code, sheet, numbers = self.published_sheet(code, month, count)
        total = self.owner.ok("payroll.GetSheet", {"project_code": code, "sheet_code": sheet})
        order = path.order_payment(self, code, sheet, total["line_count"], total["net_fen"], "bank-1")
        path.Bank(self.bank).settle(code, order)
        return code, sheet, numbers
