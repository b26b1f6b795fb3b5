"""The people of a node in a tree, by role, and a bureau that works through a year by the real methods, knowing what it must have reported."""
import datetime

from . import path, people

# role -> (duty, relations); a unit is named after the role without its duty
_ROLES = {
    "office": ("MAKER", ("OFFICE",)), "office_checker": ("CHECKER", ("OFFICE",)), "bureau": ("MAKER", ("BUREAU",)), "bureau_checker": ("CHECKER", ("BUREAU",)),
    "owner": ("MAKER", ("OWNER",)), "owner_checker": ("CHECKER", ("OWNER",)), "contractor": ("MAKER", ("CONTRACTOR",)),
    "contractor_checker": ("CHECKER", ("CONTRACTOR",)), "supervisor_checker": ("CHECKER", ("SUPERVISOR",)), "bank": ("MAKER", ("BANK",)),
}


class Cast:
    """Actors of a house by role. units: {"office": "140221-fgj", "bureau": "140221-jtj"}; other roles are units of their own name."""

    def __init__(self, house, **units):
        self.house, self.units = house, units

    def __getattr__(self, role):
        if role not in _ROLES:
            raise AttributeError(role)
        duty, relations = _ROLES[role]
        unit = role.removesuffix("_checker")
        return self.house.actor(f"tree-{role.replace('_', '-')}", self.units.get(unit, unit), duty, relations)


def unit_row(number, unit_id, name, kind, division, member=False):
    return {"unit_id": unit_id, "unit_name": name, "unit_kind": kind, "is_member": member, "uscc": people.uscc(number, "11"), "division_code": division, "hosted": True,
            "valid_from_date": "2024-01-01", "notice_no": "政办发〔2024〕1号" if member else "", "notice_date": "2024-01-01" if member else ""}


def quarter_of(year, number):
    return f"{year}Q{number}"


class BureauYear:
    """One bureau with one project in one year: three people, paid for what they worked. truth[quarter] is what its report must say."""

    def __init__(self, who, district, year, number, rate_fen):
        self.who, self.district, self.year, self.number, self.rate_fen = who, district, year, number, rate_fen
        self.unit_id = who.units["bureau"]
        self.project = f"{year % 100:02d}01-{district}-04-01-{number:05d}0"
        self.truth = {}

    def prepare(self):
        """Everything up to the first day of work; the clock stands in the December before the year."""
        who, last = self.who, self.year - 1
        path.add_units(who, [
            unit_row(1, self.unit_id, "区交通局", "BUREAU", self.district, True), unit_row(2, who.units["office"], "区发展和改革局", "BUREAU", self.district),
            unit_row(3, "owner", "示例项目建设中心", "OWNER_COMPANY", self.district), unit_row(4, "contractor", "示例建筑劳务有限公司", "CONTRACTOR_COMPANY", self.district),
            unit_row(5, "supervisor", "示例工程监理有限公司", "SUPERVISION_COMPANY", self.district), unit_row(6, "bank", "示例银行", "BANK", self.district),
            unit_row(7, "township", "示例街道办事处", "TOWNSHIP", self.district + "002")])
        path.load_catalogue(who, [{"seq": 1, "field_name": "交通", "category": "农村公路", "tasks": "土方开挖、回填", "guiding_bureau": "区交通局"}])
        path.add_project(who, {
            "project_code": self.project, "project_name": f"示例以工代赈项目{self.number}", "bureau_unit_id": self.unit_id, "field": "TRANSPORT", "track": "SPECIAL_FUND",
            "project_year": self.year, "division_code": self.district, "total_investment_fen": 4_000_000_00, "central_fen": 3_000_000_00,
            "planned_pay_fen": 1_200_000_00, "planned_workers": 60, "planned_trainees": 40, "content_note": "硬化村内道路"},
            [("owner", "OWNER"), ("contractor", "CONTRACTOR"), ("supervisor", "SUPERVISOR"), ("township", "TOWNSHIP")],
            [{"catalogue_seq": 1, "task_note": "路基土方", "offered_posts": 60, "owner_confirmed": True}],
            [{"fund_code": "F1", "fund_source": "CENTRAL_BUDGET_INVESTMENT", "special_fund": True, "approved_fen": 3_000_000_00, "document_no": "晋发改投〔2026〕8号"}])
        path.approve_project(who, self.project, f"{last}-12-01")
        path.award_project(who, self.project, f"{last}-12-05", [("F1", 2_000_000_00)])
        path.start_project(who, self.project, f"{last}-12-10")
        first = self.number * 10
        self.workers = path.add_workers(who.contractor, [path.worker_line(people.name(i), people.id_number(i), people.card(i), home=self.district + "002")
                                                         for i in range(first, first + 3)])
        path.add_agreements(who, self.project, [path.agreement_line(f"XY-{worker}", worker, self.rate_fen, f"{last}-12-10", f"{self.year}-12-31") for worker in self.workers])
        path.hold_training(who, self.project, "PX-1", f"{last}-12-10", self.workers)

    def month(self, quarter_number):
        """The month of the quarter in which there is work."""
        return f"{self.year}-{3 * quarter_number - 1:02d}"

    def work(self, quarter_number):
        """Attendance of the quarter's month, sealed, and a wage sheet that is posted; the clock stands behind the month."""
        month, count, days = self.month(quarter_number), 1 + (quarter_number + self.number) % 3, 2 + quarter_number
        busy = self.workers[:count]
        path.record_attendance(self.who, self.project, [(worker, f"{month}-{day:02d}", 100) for worker in busy for day in range(1, days + 1)])
        path.seal_month(self.who, self.project, month)
        self.sheet = path.draw_sheet(self.who, self.project, month)
        path.confirm_sheet(self.who, self.project, self.sheet, sorted(busy))
        path.approve_sheet(self.who, self.project, self.sheet)
        self.truth[quarter_of(self.year, quarter_number)] = {
            "absorbed_count": count, "day_hundredths": count * days * 100, "due_fen": count * days * self.rate_fen, "paid_fen": count * days * self.rate_fen}

    def pay(self):
        """The posted sheet, when the days of publicity are over."""
        sheet = self.who.owner.ok("payroll.GetSheet", {"project_code": self.project, "sheet_code": self.sheet})
        order = path.order_payment(self.who, self.project, self.sheet, sheet["line_count"], sheet["net_fen"], "bank")
        path.Bank(self.who.bank).settle(self.project, order)

    def days_later(self, quarter_number, days):
        """The date so many days behind the end of the quarter's month."""
        return str(datetime.date.fromisoformat(path.month_end(self.month(quarter_number))) + datetime.timedelta(days=days))


def sums(truths):
    """Truths added up, name by name."""
    truths = list(truths)
    return {name: sum(truth[name] for truth in truths) for name in truths[0]}
