"""The mechanism at work beside the projects: it is set up, the bureaus send their lists, two of them claim one project, a meeting settles it."""
from .district import DISTRICT, OFFICE, WATER

YEAR = 2026
SILENT = ("nyj", "yhkj")  # who has not sent a list when the meeting comes


class Mechanism:
    def __init__(self, play):
        self.play, self.district, self.nodes, self.say = play, play.district, play.nodes, play.say

    @property
    def disputed(self):
        """The project that two bureaus claim."""
        return next(project for project in self.district.projects if project.list_level and project.bureau.unit_id not in (WATER, f"{DISTRICT}-nyj"))

    def member(self, unit_id, duty):
        return self.nodes.office.actor(unit_id, duty, ("BUREAU",))

    def found(self):
        """Leads, people, tasks."""
        office = self.play.office_maker
        office.ok("registry.SetMechanism", {
            "division_code": DISTRICT, "mechanism_name": "重点工程项目中实施以工代赈协调机制", "lead_unit_ids": [OFFICE], "leader_name": "分管副区长",
            "agenda_note": "列入区政府常务会议议题", "established_date": "2024-02-01",
            "functions": ["JUDGE_SITUATION", "KEEP_CATALOGUE", "KEEP_YEARLY_LIST", "SET_WORKING_NORMS", "EVALUATE_AND_REWARD", "OTHER_ASSIGNED"]})
        for unit in self.district.members:
            role = "CONVENOR" if unit.unit_id == OFFICE else "MEMBER"
            for duty, name in ((role, "负责同志" if role == "CONVENOR" else "分管副职"), ("WORKGROUP", "有关股室负责人")):
                office.ok("registry.SetPerson", {"unit_id": unit.unit_id, "person_role": duty, "person_name": name, "valid_from_date": "2024-02-01"})
        office.ok("registry.AssignTask", {"task_code": "yearly-list", "task_name": "年度清单", "unit_ids": [unit.unit_id for unit in self.district.members]})

    def _line(self, project):
        return {"project_code": project.code, "project_name": project.name, "field": project.field, "division_code": project.township.unit_id,
                "list_kind": project.list_kind, "list_level": project.list_level, "plan_note": "年度投资计划",
                "expected_workers": len(project.placements), "total_investment_fen": project.fen("total_investment_wanyuan")}

    def _submit(self, unit_id, lines):
        known = [line["total_investment_fen"] for line in lines if line["total_investment_fen"] is not None]
        self.play.office_checker.ok("registry.SubmitYearList", {
            "list_year": YEAR, "unit_id": unit_id, "nil_list": not lines, "entry_count": len(lines), "total_investment_fen": sum(known) if known else None,
            "expected_workers": sum(line["expected_workers"] for line in lines), "lines": lines})

    def send_lists(self):
        """Every member but two sends its list or says there is none; the water bureau also claims a project of another."""
        listed = [project for project in self.district.projects if project.list_level]
        for unit in self.district.members:
            lines = [self._line(project) for project in listed if project.bureau is unit]
            if unit.unit_id == WATER:
                lines.append(self._line(self.disputed))
            if unit.unit_id.removeprefix(f"{DISTRICT}-") not in SILENT:
                self._submit(unit.unit_id, lines)
        missing = self.play.office_maker.rows("registry.ListYearLists", {"list_year": YEAR, "missing_only": True, "as_of_date": "2026-06-20"})
        conflicts = self.play.office_maker.rows("registry.ListConsolidatedEntries", {"list_year": YEAR, "conflicts_only": True, "as_of_date": "2026-06-20"})
        self.say(f"年度清单汇总: {len(self.district.members) - len(missing)} 家已报, {len(missing)} 家未报, {len(conflicts)} 行有冲突 ({self.disputed.name[:14]}… 两家申报)")
        return missing

    def meet(self, missing):
        """A member proposes, the convenor calls some members, a township and an expert, and items are agreed on."""
        maker, checker = self.play.office_maker, self.play.office_checker
        water = self.member(WATER, "MAKER")
        water.ok("registry.ProposeMeeting", {"proposal_code": "JY-1", "division_code": DISTRICT, "meeting_title": "年度清单协调会",
                                             "proposal_reason": "同一项目由两家单位申报"})
        checker.ok("registry.DecideMeetingProposal", {"proposal_code": "JY-1", "decision": "ACCEPTED"})
        maker.ok("registry.CallMeeting", {
            "meeting_code": "HY-1", "division_code": DISTRICT, "meeting_kind": "AD_HOC", "called_as": "CONVENOR", "meeting_title": "年度清单协调会",
            "planned_date": "2026-06-20", "place_name": "区政府三楼会议室", "proposal_code": "JY-1", "attendees": [
                {"attendee_kind": "MEMBER", "unit_id": WATER}, {"attendee_kind": "MEMBER", "unit_id": self.disputed.bureau.unit_id},
                {"attendee_kind": "INVITED_UNIT", "unit_id": self.district.township.unit_id}, {"attendee_kind": "EXPERT", "person_name": "道路专家"}]})
        maker.ok("registry.HoldMeeting", {"meeting_code": "HY-1", "held_date": "2026-06-20", "attended_numbers": [1, 2, 3], "minutes_note": f"项目由{self.disputed.bureau.name}负责"})
        for number, (owner, text) in enumerate([(WATER, "重报年度清单"), *((row["unit_id"], "补报年度清单") for row in missing)], 1):
            maker.ok("registry.AddAgreedItem", {"meeting_code": "HY-1", "item_code": f"YD-{number}", "item_note": text, "owner_unit_id": owner,
                                                "due_date": "2026-07-05"})
        self.say(f"协调会 1 次: 由{self.district.units[WATER].name}提议, 议定 {len(missing) + 1} 项, 7 月 5 日到期")

    def settle(self):
        """The water bureau sends its list again and the office finds its item done; the others stay open and fall overdue."""
        water = self.member(WATER, "MAKER")
        self._submit(WATER, [self._line(project) for project in self.district.projects if project.list_level and project.bureau.unit_id == WATER])
        water.ok("registry.ReportAgreedItem", {"item_code": "YD-1", "item_state": "REPORTED_DONE", "step_note": "已重报"})
        self.play.office_checker.ok("registry.DecideAgreedItem", {"item_code": "YD-1", "decision": "DONE"})
        overdue = self.play.office_maker.rows("registry.ListAgreedItems", {"overdue_only": True, "as_of_date": "2026-07-06"})
        self.say(f"议定事项: 办结 1 项, 7 月 6 日逾期 {len(overdue)} 项")

    def move_entries(self):
        """An entry of the year is adjusted; of the next year's two proposals one is listed and taken off again."""
        listed = [(project, who) for project, who in self.play.each_project() if project.list_level][:2]
        project, who = listed[0]
        who.bureau_checker.ok("registry.AdjustListEntry", {"project_code": project.code, "list_year": YEAR, "list_kind": project.list_kind,
                                                           "list_level": project.list_level, "adjust_reason": "年中核定"})
        for project, who in listed:
            who.bureau.ok("registry.ProposeListEntry", {"project_code": project.code, "list_year": YEAR + 1, "list_kind": project.list_kind,
                                                        "list_level": project.list_level, "plan_note": "续建", "expected_workers": 10})
        project, who = listed[1]
        who.bureau_checker.ok("registry.DecideListEntry", {"project_code": project.code, "list_year": YEAR + 1, "decision": "LISTED"})
        who.bureau_checker.ok("registry.RemoveListEntry", {"project_code": project.code, "list_year": YEAR + 1, "remove_reason": "年内完工"})
