"""What the consolidated report must say: computed from the plan alone, never from what the nodes answer."""
from . import district as plan
from .district import MONTHS

_FISCAL = {"CENTRAL_BUDGET_INVESTMENT", "CENTRAL_LINKING", "PROVINCIAL_LINKING", "PROVINCIAL", "CITY", "DISTRICT", "SPECIAL_BOND"}
_CENTRAL = {"CENTRAL_BUDGET_INVESTMENT", "CENTRAL_LINKING"}
# Amounts that a project may leave unsaid.
_OPEN = ("total_investment", "fiscal", "central", "planned_pay")


def unpaid_fen(project):
    """The rejected lines of the last month that nobody put right."""
    if project.index != plan.UNPAID:
        return 0
    return sum(placement.net(MONTHS[-1]) for placement in project.placements if placement.worker.wrong_account_no)


def line(project):
    """One project in the quarter, under the names of a report line."""
    placements = project.placements
    due = sum(placement.net(month) for placement in placements for month in MONTHS)
    workers = [placement.worker for placement in placements]
    return {
        "project_count": 1, "started_count": 1, "total_investment_fen": project.fen("total_investment_wanyuan"),
        "fiscal_fen": sum(fund.fen for fund in project.funds if fund.source in _FISCAL),
        "central_fen": sum(fund.fen for fund in project.funds if fund.source in _CENTRAL), "planned_pay_fen": project.planned_pay_fen,
        "absorbed_count": len(workers), "local_count": sum(worker.local for worker in workers), "female_count": sum(worker.female for worker in workers),
        "priority_count": sum(bool(worker.groups) for worker in workers), "day_hundredths": sum(sum(placement.days.values()) for placement in placements),
        "due_fen": due, "paid_fen": due - unpaid_fen(project), "unpaid_fen": unpaid_fen(project), "trainee_count": len(workers), "dividend_fen": 0,
        "cumulative_due_fen": due, "cumulative_paid_fen": due - unpaid_fen(project),
        "cumulative_day_hundredths": sum(sum(placement.days.values()) for placement in placements), "cumulative_absorbed_count": len(workers)}


def ratio(project):
    """(ratio_bp, floor_bp) by the rule of 2025 for special funds of the central budget, (None, None) where no rule has a basis."""
    base = sum(fund.fen for fund in project.funds if fund.source == "CENTRAL_BUDGET_INVESTMENT")
    return ((line(project)["paid_fen"] * 10_000 + base // 2) // base, 4_000) if base and project.track == "SPECIAL_FUND" else (None, None)


def total(projects):
    """Several projects together: amounts add up as far as they are known, people count once."""
    lines = [line(project) for project in projects]
    result = {name: sum(one[name] or 0 for one in lines) for name in lines[0]}
    for name in _OPEN:
        known = [one[f"{name}_fen"] for one in lines if one[f"{name}_fen"] is not None]
        result |= {f"{name}_fen": sum(known) if known else None, f"{name}_unknown_count": len(lines) - len(known)}
    people = {placement.worker.index: placement.worker for project in projects for placement in project.placements}.values()
    result |= {"absorbed_count": len(people), "local_count": sum(worker.local for worker in people), "female_count": sum(worker.female for worker in people),
               "priority_count": sum(bool(worker.groups) for worker in people), "cumulative_absorbed_count": len(people), "trainee_count": len(people)}
    result["per_head_fen"] = result["paid_fen"] // result["absorbed_count"]
    return result


def grouped(projects, key):
    groups = {}
    for project in projects:
        groups.setdefault(key(project), []).append(project)
    return {name: total(members) for name, members in groups.items()}


def consolidated(district):
    """By the names of ConsolidatedReport; each group a dict of totals by key."""
    projects = district.projects
    return {
        "summary": {"": total(projects)}, "by_field": grouped(projects, lambda project: project.field), "by_track": grouped(projects, lambda project: project.track),
        "by_list_kind": grouped(projects, lambda project: project.list_kind), "by_list_level": grouped(projects, lambda project: project.list_level or "UNSPECIFIED"),
        "by_unit": grouped(projects, lambda project: project.bureau.unit_id)}


def differences(district, report):
    """Every figure of the report that is not the true one, as (place, true, printed)."""
    wrong = []
    for part, groups in consolidated(district).items():
        printed = {"": report["summary"]} if part == "summary" else {row["total_key"]: row for row in report[part]}
        for key in sorted(groups.keys() | printed.keys()):
            if key not in groups or key not in printed:
                wrong.append((f"{part} {key}", "有" if key in groups else "无", "有" if key in printed else "无"))
                continue
            wrong += [(f"{part} {key} {name}", value, printed[key][name]) for name, value in groups[key].items() if printed[key][name] != value]
    for row in report["lines"]:
        project = next(one for one in district.projects if one.code == row["line"]["project_code"])
        truth = line(project)
        ratio_bp, floor_bp = ratio(project)
        truth |= {"ratio_bp": ratio_bp, "floor_bp": floor_bp or row["line"]["floor_bp"], "list_kind": project.list_kind,
                  "list_level": project.list_level or "UNSPECIFIED", "finding_count": int(project.index == plan.INSPECTED),
                  "rectified_count": int(project.index == plan.INSPECTED), "sheets_due_count": 3,
                  "sheets_filed_count": 3 - (project.index == plan.UNPAID)}
        wrong += [(f"{project.code} {name}", value, row["line"][name]) for name, value in truth.items() if name in row["line"] and row["line"][name] != value]
    return wrong
