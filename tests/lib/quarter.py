"""A quarter's reports of several bureaus of one house, from draft to consolidation."""
from .world import World

BUREAU, OTHER, OFFICE = "140214-jtj", "140214-swj", "140214-fgj"


class OtherWorld(World):
    """The same house seen by the water bureau: its own projects, numbers and people."""

    def __init__(self, house):
        super().__init__(house)
        self._done, self._count, self._people = {"units"}, 500, 500

    def __getattr__(self, name):
        return super().__getattr__({"bureau": "other_bureau", "bureau_checker": "other_bureau_checker"}.get(name, name))

    def project(self, code=None, **facts):
        return super().project(code, bureau_unit_id=OTHER, field_waiver_reason="附属道路工程", **facts)


def file(who, unit, quarter, **more):
    """The unit's report, drafted, checked with a comment on each line, and submitted; its code."""
    code = who.bureau.ok("gateway.DraftReport", {"unit_id": unit, "quarter": quarter, **more})["report_code"]
    lines = who.bureau.ok("gateway.GetReport", {"report_code": code})["lines"]
    who.bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"comment_note": "无"}] + [
        {"project_code": line["project_code"], "comment_note": "按计划推进"} for line in lines]})
    who.bureau_checker.ok("gateway.SubmitReport", {"report_code": code})
    return code


def accept(who, *codes):
    for code in codes:
        who.office_checker.ok("gateway.AcceptReport", {"report_code": code})


def consolidated(who, quarter):
    """A new consolidation of the quarter, read back."""
    who.office_checker.ok("gateway.Consolidate", {"quarter": quarter})
    return who.office.ok("gateway.GetConsolidatedReport", {"quarter": quarter})
