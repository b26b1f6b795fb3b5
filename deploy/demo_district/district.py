"""What is so in the demo district: units, projects, people, days, pay. Made by rule, the same on every machine, and the only source of the
true totals (truth.py). Projects are real published ones, re-homed to this district; people and companies are synthetic."""
import calendar
import csv
import dataclasses
import datetime

from . import ROOT
from lib import people

DISTRICT = "140214"
QUARTER, MONTHS = "2026Q3", ("2026-07", "2026-08", "2026-09")
DUE_DATE, PUBLICITY_DAYS = "2026-10-15", 7
OFFICE, TRANSPORT, WATER = "140214-fgj", "140214-jtj", "140214-swj"
BANK, AUDIT = "140214-bank", "140214-sjj"

# In the order of members.csv.
_MEMBER_IDS = ("fgj", "jykjj", "mzj", "czj", "rsj", "zrzyj", "lyj", "zjj", "sthjfj", "csglj", "jtj", "swj", "nyncj", "wlj", "wjtyj", "yjglj", "spj", "nyj",
               "jjjstz", "ngqtz", "ygjjjstz", "kqjjjskf", "ygcsjstz", "kqjjjstz", "csjsjytz", "yhkj")
# Row of published_projects.csv (from 0), bureau, field, track, workers, source of its main fund, its 万元 where the row states none.
_PROJECTS = (
    (14, "jtj", "TRANSPORT", "SPECIAL_FUND", 38, "CENTRAL_LINKING", ""),
    (21, "jtj", "TRANSPORT", "SPECIAL_FUND", 84, "CENTRAL_BUDGET_INVESTMENT", ""),
    (23, "jtj", "TRANSPORT", "SPECIAL_FUND", 60, "CENTRAL_BUDGET_INVESTMENT", ""),  # too few workers: stays below its ratio
    (10, "swj", "WATER", "SPECIAL_FUND", 45, "CENTRAL_LINKING", ""),
    (41, "swj", "WATER", "SPECIAL_FUND", 45, "CENTRAL_LINKING", ""),
    (2, "swj", "WATER", "SPECIAL_FUND", 45, "CENTRAL_LINKING", ""),
    (25, "nyncj", "AGRICULTURE", "NONGTUI", 45, "SPECIAL_BOND", ""),
    (37, "nyncj", "AGRICULTURE", "SPECIAL_FUND", 126, "CENTRAL_BUDGET_INVESTMENT", ""),
    (28, "nyj", "ENERGY", "ZHONGTUI", 40, "SOCIAL", "3000"),
    (55, "zjj", "URBAN", "ZHONGTUI", 40, "CITY", ""),
    (46, "lyj", "ECOLOGY", "ZHONGTUI", 36, "PROVINCIAL", "300"),
    (54, "yjglj", "RECONSTRUCTION", "ZHONGTUI", 36, "DISTRICT", ""),
)
BELOW_RATIO = 2       # index of the project that stays below its pay ratio
INSPECTED = 9         # index of the project with an inspection and a finding
UNPAID = 9            # index of the project whose last month keeps two rejected lines
LATE, MISSING = "140214-yhkj", ("140214-kqjjjstz", "140214-csjsjytz")  # files after the due date; file nothing
_CATALOGUE_SEQ = {"TRANSPORT": 1, "WATER": 6, "AGRICULTURE": 11, "ENERGY": 10, "URBAN": 17, "ECOLOGY": 21, "RECONSTRUCTION": 25}
_LIST_LEVELS = {"ZHONGTUI": ("PROVINCIAL", "CITY", "CITY", "DISTRICT")}
# Pairs of projects (index) and how many people work on both: 40 people who work for two bureaus, on other days for each.
_SHARED = ((0, 3, 10), (1, 5, 6), (4, 6, 8), (6, 10, 8), (8, 11, 8))
_POSTS = (("小工", 20000, "UNSKILLED"), ("砌筑工", 26000, "SKILLED"), ("混凝土工", 28000, "SKILLED"), ("场地养护", 24000, "UNSKILLED"), ("钢筋工", 30000, "SKILLED"))
_GROUPS = ("OUT_OF_POVERTY", "RETURNING_MIGRANT", "MONITORED_MARGINAL", "OTHER_LOW_INCOME", "DISASTER_AFFECTED", "VETERAN")


@dataclasses.dataclass
class Unit:
    unit_id: str
    name: str
    kind: str
    uscc: str = ""
    member: bool = False
    carrier: str = ""
    division: str = DISTRICT

    @property
    def node(self):
        """The unit whose node it reports from."""
        return self.unit_id if self.unit_id in (TRANSPORT, WATER) else OFFICE


@dataclasses.dataclass
class Fund:
    code: str
    source: str
    fen: int
    special: bool


@dataclasses.dataclass
class Worker:
    index: int
    name: str
    id_number: str
    account_no: str
    wrong_account_no: str  # a valid card that the bank does not know; "" for nearly all
    groups: tuple
    home: str

    @property
    def female(self):
        return people.is_female(self.id_number)

    @property
    def local(self):
        return self.home.startswith(DISTRICT)


@dataclasses.dataclass
class Placement:
    """One worker on one project."""
    worker: Worker
    agreement_code: str
    post: str
    rate_fen: int
    skill: str
    days: dict = dataclasses.field(default_factory=dict)        # date -> hundredths
    deductions: dict = dataclasses.field(default_factory=dict)  # month -> fen

    def hundredths(self, month):
        return sum(value for day, value in self.days.items() if day[:7] == month)

    def gross(self, month):
        return self.hundredths(month) * self.rate_fen // 100

    def net(self, month):
        return self.gross(month) - self.deductions.get(month, 0)


@dataclasses.dataclass
class Project:
    index: int
    code: str
    bureau: Unit
    owner: Unit
    contractor: Unit
    supervisor: Unit
    township: Unit
    field: str
    track: str
    row: dict
    funds: list
    catalogue_seq: int
    list_level: str
    placements: list = dataclasses.field(default_factory=list)
    trainees: list = dataclasses.field(default_factory=list)  # placements

    @property
    def name(self):
        return self.row["project_name"]

    @property
    def list_kind(self):
        """The yearly list it stands on; special-fund projects count without one."""
        return self.track if self.track in ("NONGTUI", "ZHONGTUI") else "UNSPECIFIED"

    @property
    def node(self):
        return self.bureau.node

    def fen(self, column):
        return yuan10k_fen(self.row[column])

    # What the notice does not say is planned after the people there are.
    @property
    def planned_workers(self):
        return int(self.row["planned_workers"] or self.row["absorbed_workers"] or len(self.placements))

    @property
    def planned_pay_fen(self):
        return self.fen("planned_pay_wanyuan") or self.fen("paid_pay_wanyuan") or len(self.placements) * 2_000_000

    @property
    def planned_trainees(self):
        return int(self.row["trainees"] or len(self.placements))

    def on_month(self, month):
        """Those who worked in the month, by agreement."""
        return [placement for placement in self.placements if placement.hundredths(month)]


def yuan10k_fen(text):
    """万元 with at most four decimals -> fen; None for an empty cell."""
    if not text:
        return None
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0"))


def _members():
    with open(ROOT / "policy/members.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [Unit(f"{DISTRICT}-{short}", row["name"], row["kind"].upper(), people.uscc(index + 1, "11" if row["kind"] == "bureau" else "91"), True)
            for index, (short, row) in enumerate(zip(_MEMBER_IDS, rows, strict=True))]


def catalogue():
    with open(ROOT / "policy/catalogue.csv", encoding="utf-8") as file:
        return [{"seq": int(row["seq"]), "field_name": row["field"], "category": row["category"], "tasks": row["tasks"],
                 "guiding_bureau": row["guiding_bureau"]} for row in csv.DictReader(file)]


class District:
    def __init__(self):
        self.members = _members()
        self.units = {unit.unit_id: unit for unit in self.members}
        self._uscc = 100
        self.upper = self._unit("140200-fgw", "大同市发展和改革委员会", "UPPER_OFFICE", "11")
        self.bank = self._unit(BANK, "示例银行云冈支行", "BANK")
        self.audit = self._unit(AUDIT, "区审计局", "AUDIT_BODY", "11")
        self.township = self._unit("140214002", "新平旺街道办事处", "TOWNSHIP", "11", division="140214002")
        self.supervisor = self._unit("140214-jl", "示例工程监理有限公司", "SUPERVISION_COMPANY")
        self.projects = self._projects()
        self.workers = []
        self._place_workers()

    def _unit(self, unit_id, name, kind, uscc_kind="91", **more):
        self._uscc += 1
        self.units[unit_id] = Unit(unit_id, name, kind, people.uscc(self._uscc, uscc_kind), **more)
        return self.units[unit_id]

    def _projects(self):
        with open(ROOT / "policy/published_projects.csv", encoding="utf-8") as file:
            published = list(csv.DictReader(file))
        levels = {track: iter(values) for track, values in _LIST_LEVELS.items()}
        projects = []
        for index, (row_index, bureau, field, track, _, source, fund) in enumerate(_PROJECTS):
            row = published[row_index]
            owner = self._unit(f"140214-yz{index + 1}", f"示例项目建设中心第{index + 1}部", "OWNER_COMPANY")
            contractor = self._unit(f"140214-sg{index + 1}", f"示例建筑劳务有限公司第{index + 1}分公司", "CONTRACTOR_COMPANY", carrier="RURAL_CONSTRUCTION_COMPANY")
            projects.append(Project(index, f"2606-140214-04-01-{index + 1:05d}0", self.units[f"{DISTRICT}-{bureau}"], owner, contractor, self.supervisor,
                                    self.township, field, track, row, self._funds(row, source, track, fund), _CATALOGUE_SEQ[field],
                                    next(levels[track]) if track in levels else "DISTRICT" if track == "NONGTUI" else ""))
        return projects

    @staticmethod
    def _funds(row, source, track, fund):
        special = track == "SPECIAL_FUND"
        main = yuan10k_fen(fund or row["central_funds_wanyuan"] or row["total_investment_wanyuan"])
        funds = [Fund("F1", source, main, special)]
        if other := yuan10k_fen(row["other_fiscal_wanyuan"]):
            funds.append(Fund("F2", "DISTRICT", other, False))
        return funds

    # --- people --------------------------------------------------------------------------------------------------------------

    def _place_workers(self):
        sizes = [row[4] for row in _PROJECTS]
        for first, second, count in _SHARED:
            for _ in range(count):
                worker = self._worker()
                self._place(worker, self.projects[first], parity=0)
                self._place(worker, self.projects[second], parity=1)
        for project, size in zip(self.projects, sizes, strict=True):
            while len(project.placements) < size:
                self._place(self._worker(), project)
            project.trainees = project.placements[:len(project.placements) * 3 // 5]
        for placement in self.projects[1].placements[10:13]:  # social insurance, withheld in the first month
            placement.deductions[MONTHS[0]] = 12_345
        # Who gave an account that the bank will not know: two of each project.
        for project in self.projects:
            for placement in project.placements[20:22]:
                placement.worker.wrong_account_no = people.card(9_000_000 + placement.worker.index)

    def _worker(self):
        index = len(self.workers) + 1
        count = (1, 1, 0, 2, 1)[index % 5]
        groups = tuple(_GROUPS[(index // 5 + 3 * place) % len(_GROUPS)] for place in range(count))
        home = "140212001" if index % 7 == 3 else "140214002"
        worker = Worker(index, people.name(index), people.id_number(index), people.card(index), "", groups, home)
        self.workers.append(worker)
        return worker

    @staticmethod
    def _place(worker, project, parity=None):
        number = len(project.placements)
        post, rate, skill = _POSTS[(worker.index + project.index) % len(_POSTS)]
        placement = Placement(worker, f"XY-{project.index + 1:02d}-{number + 1:03d}", post, rate, skill)
        for month in MONTHS:
            year, number_of_month = int(month[:4]), int(month[5:])
            for day in range(1, calendar.monthrange(year, number_of_month)[1] + 1):
                ordinal = datetime.date(year, number_of_month, day).toordinal()
                at_rest = (ordinal + worker.index) % 4 == 0
                if at_rest or (parity is not None and ordinal % 2 != parity):
                    continue
                placement.days[f"{month}-{day:02d}"] = 50 if (worker.index * 7 + ordinal) % 29 == 0 else 100
        if number % 17 == 5:  # left after the first month
            placement.days = {day: value for day, value in placement.days.items() if day[:7] == MONTHS[0]}
        project.placements.append(placement)

    # --- by node and by unit -------------------------------------------------------------------------------------------------

    def projects_of(self, unit_id):
        return [project for project in self.projects if project.bureau.unit_id == unit_id]

    def projects_at(self, node):
        return [project for project in self.projects if project.node == node]

    def workers_at(self, node):
        seen = {}
        for project in self.projects_at(node):
            for placement in project.placements:
                seen[placement.worker.index] = placement.worker
        return [seen[index] for index in sorted(seen)]
