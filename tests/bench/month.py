"""A month of many workers, by the real methods of real daemons: from people who register to wages that the bank has paid, with progress shown.

    python3 -m tests.bench.month [WORKERS]      50,000 unless said

Prints the seconds of each step; ends with 1 when something is refused, when the last books do not balance, or when a line is missing.
"""
import pathlib
import sys
import tempfile
import time

from tests.lib import invariants, path, people
from tests.lib.cluster import Cluster
from tests.lib.house import House
from tests.lib.node import Node
from tests.lib.world import END_DATE, START_DATE, World

MONTH, DAYS, RATE_FEN = "2026-06", (22, 23), 200_00
MOST_LINES = 5_000  # of a call


class Progress:
    """One line a step: how many of how many, and at the end the seconds."""

    def __init__(self):
        self.seconds = {}

    def step(self, name, items, each, act):
        """act(chunk) for every `each` items."""
        began = time.monotonic()
        for start in range(0, len(items), each):
            act(items[start:start + each])
            done = min(start + each, len(items))
            if sys.stdout.isatty():
                print(f"\r{name}  {done:>7,} / {len(items):,}", end="", flush=True)
        self.tell(name, len(items), time.monotonic() - began)

    def once(self, name, count, act):
        began = time.monotonic()
        result = act()
        self.tell(name, count, time.monotonic() - began)
        return result

    def tell(self, name, count, seconds):
        self.seconds[name] = seconds
        print(f"\r{name}\t{count:,}\t{seconds:.2f} s\t{count / max(seconds, 1e-6):,.0f} /s", flush=True)


def register(world, progress, code, count):
    numbers = []
    lines = [path.worker_line(people.name(i), people.id_number(i), people.card(i)) for i in range(1, count + 1)]
    progress.step("登记 people", lines, 200, lambda part: numbers.extend(path.add_workers(world.contractor, part)))
    progress.step("签约 agreements", numbers, 200, lambda part: path.add_agreements(
        world, code, [path.agreement_line(f"XY-{number}", number, RATE_FEN, START_DATE, END_DATE) for number in part]))
    progress.step("培训 training", numbers, 1000, lambda part: path.hold_training(world, code, f"PX-{part[0]}", START_DATE, part))
    world.house.travel(f"{path.month_end(MONTH)} 18:00")
    entries = [(number, f"{MONTH}-{day:02d}", 100) for number in numbers for day in DAYS]
    progress.step("考勤 attendance", entries, 1000, lambda part: path.record_attendance(world, code, part))
    return sorted(numbers)


def draw(world, progress, code, numbers):
    """From the sealed month to a posted sheet."""
    checker = world.contractor_checker
    world.house.node.cluster.sql(world.house.node.database, "ANALYZE")  # a month has passed: autovacuum has seen what was entered in it
    progress.once("封存 seal", len(numbers), lambda: checker.ok("workforce.SealMonth", {"project_code": code, "month": MONTH}, timeout_ms=300_000,
                                                              wait_ms=300_000))
    progress.once("取数 follow", len(numbers), lambda: world.house.settle(300))
    sheet = progress.once("制表 draw", len(numbers), lambda: world.contractor.ok("payroll.DrawWageSheet", {"project_code": code, "month": MONTH}))
    assert sheet["line_count"] == len(numbers), sheet
    of = {"project_code": code, "sheet_code": sheet["sheet_code"]}
    progress.step("确认 confirm", numbers, MOST_LINES, lambda part: path.confirm_sheet(world, code, of["sheet_code"], part))
    progress.once("审定公示 approve", len(numbers), lambda: path.approve_sheet(world, code, of["sheet_code"]))
    world.house.travel("2026-07-20")
    return of, sheet["net_fen"]


def pay(world, progress, code, of, count, total_fen):
    """From the money in the special account to the last worker."""
    name = world.owner.ok("registry.GetProject", {"project_code": code})["facts"]["project_name"]
    world.contractor.ok("payroll.OpenWageAccount", {
        "project_code": code, "wage_account_code": "ZH-1", "account_name": f"示例建筑劳务有限公司{name}农民工工资专用账户", "account_no": people.card(999_999_999),
        "bank_name": "示例银行云冈支行", "bank_unit_id": "bank-1", "contract_signed_date": "2026-06-15", "opened_date": "2026-06-30"})
    world.owner.ok("payroll.RecordInflow", {"project_code": code, "wage_account_code": "ZH-1", "fund_code": "F1", "inflow_fen": total_fen,
                                            "inflow_date": "2026-07-19", "bank_serial": "IN-1"})
    order = progress.once("下单 order", count, lambda: world.owner_checker.ok("payroll.OrderPayment", {**of, "line_count": count, "total_fen": total_fen}))
    ask = {"project_code": code, "order_code": order["order_code"]}
    lines = progress.once("银行读取 bank reads", count, lambda: world.bank.rows("payroll.GetPaymentOrder", ask, page_size=1000))
    assert len(lines) == count and sum(line["net_fen"] for line in lines) == total_fen
    results = [{"worker_number": line["worker_number"], "line_result": "PAID", "paid_fen": line["net_fen"], "bank_serial": f"LS-{index}"}
               for index, line in enumerate(lines)]
    progress.step("到账 results", results, MOST_LINES, lambda part: world.bank.ok("payroll.RecordBankResults", {**ask, "lines": part}))
    sheet = world.owner.ok("payroll.GetSheet", of)
    assert (sheet["sheet_state"], sheet["paid_count"], sheet["paid_fen"]) == ("PAID", count, total_fen), sheet


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    progress, began = Progress(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wr-month-") as directory:
        cluster = Cluster(durable=True)
        house = House(("registry", "workforce", "payroll"), node=Node(pathlib.Path(directory) / "node", cluster))
        try:
            world = World(house)
            fen = count * len(DAYS) * RATE_FEN
            code = world.draft(total_investment_fen=4 * fen, planned_pay_fen=fen, planned_workers=count, central_fen=3 * fen)
            world.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F1", "fund_source": "CENTRAL_BUDGET_INVESTMENT", "special_fund": True,
                                                     "fund_purpose": "CONSTRUCTION", "approved_fen": 3 * fen, "document_no": "晋发改投〔2026〕8号"})
            path.approve_project(world, code, "2026-06-05")
            path.award_project(world, code, "2026-06-15", [("F1", 2 * fen)])
            path.start_project(world, code, START_DATE)
            numbers = register(world, progress, code, count)
            of, total_fen = draw(world, progress, code, numbers)
            pay(world, progress, code, of, count, total_fen)
            after = ("取数 follow", "制表 draw", "确认 confirm", "审定公示 approve", "下单 order")
            print(f"封存到下单 sealed attendance to ordered payment: {sum(progress.seconds[name] for name in after):.2f} s; all: {time.monotonic() - began:.1f} s")
            books = invariants.Books(house.node.directory)
            invariants.check_balance(books, {"payroll"})
            print("\n".join(books.problems) or "账平 the books balance")
            return 1 if books.problems else 0
        finally:
            house.close()
            cluster.remove()


if __name__ == "__main__":
    sys.exit(main())
