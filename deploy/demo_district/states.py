"""What a quarter without mishap does not show: a project sent back and given up, works that stop and go on to their closing, and days that a
device, a foreman or a worker saw otherwise. Three small projects of the transport bureau, after the quarter's reports: no figure of them."""
import dataclasses
import datetime

from . import district as plan
from .nodes import CHINA
from lib import path, people

DAY, LATER, MISSED, NOVEMBER = "2026-10-26", "2026-10-28", "2026-10-27", "2026-11-01"
DEVICE = "140214-jtj-gate-1"
_NAMES = ("示例村便道修整工程", "示例村边沟清理工程", "示例村路肩整治工程")
_INVESTED_FEN = 60_000_000
_NEWCOMER = 2_001  # of people.py: nobody of the district, never trained


def at_us(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1_000_000)


class States:
    def __init__(self, play):
        self.play, self.nodes, self.say = play, play.nodes, play.say
        like = play.district.projects[0]
        self.who = play.cast(like)
        self.who.office = play.office_maker  # takes part in the evaluation
        self.projects = [self._project(like, number, name) for number, name in enumerate(_NAMES, 1)]
        self.given_up, self.finished, self.running = (project.code for project in self.projects)
        self.workers = [play.number(like, placement) for placement in like.placements[11:16]]

    @staticmethod
    def _project(like, number, name):
        row = {**dict.fromkeys(like.row, ""), "project_name": name, "total_investment_wanyuan": "60", "planned_pay_wanyuan": "20", "main_content": "人工修整便道与边沟",
               "owner": like.owner.name, "source_title": "虚构项目"}
        return dataclasses.replace(like, index=900 + number, code=f"2610-140214-04-01-{900 + number:05d}0", track="ZHONGTUI", row=row, list_level="",
                                   funds=[plan.Fund("F1", "DISTRICT", _INVESTED_FEN, False)], placements=like.placements[11:16], trainees=[])

    def run(self):
        self._before_the_works()
        self._start()
        self.nodes.travel("2026-10-26 10:00")
        self.who.owner.ok("registry.SuspendProject", {"project_code": self.finished, "suspend_date": DAY, "suspend_reason": "暴雨, 边坡有险情"})
        self.nodes.travel("2026-10-29 10:00")
        self.who.owner.ok("registry.ResumeProject", {"project_code": self.finished, "resume_date": "2026-10-29", "resume_reason": "险情排除"})
        self._attend()
        self._repair()
        self.nodes.travel("2026-11-02 10:00")
        self._finish()
        self._seal_twice()

    def _before_the_works(self):
        self.nodes.travel("2026-10-21 10:00")
        for project in self.projects:
            self.play._add_project(project, self.who)
        self.who.bureau.ok("registry.SubmitPreReview", {"project_code": self.given_up, "approval_mode": "ORDINARY", "documents": [
            {"document_kind": kind, "document_title": title, "document_digest": path.digest(self.given_up + kind), "document_date": "2026-10-19",
             "states_requirement": True} for kind, title in (("FSR", "可行性研究报告"), ("PRELIM_DESIGN", "初步设计报告 (初稿)"))]})
        self.who.bureau_checker.ok("registry.DecidePreReview", {"project_code": self.given_up, "decision": "RETURNED", "review_note": "请补充用工环节和岗位测算"})
        self.who.bureau.ok("registry.AddTask", {"project_code": self.given_up, "task_number": 2, "link_stage": "MAIN_AND_TEMPORARY", "catalogue_seq": self.projects[0].catalogue_seq,
                                                "task_note": "人工清理边沟", "offered_posts": 4, "owner_confirmed": True})
        for project in self.projects:
            path.approve_project(self.who, project.code, "2026-10-20", f"云审管批〔2026〕{project.index}号")
        self.who.bureau_checker.ok("registry.CancelProject", {"project_code": self.given_up, "cancel_reason": "配套资金未落实"})
        self.say(f"“{_NAMES[0]}”: 预审退回, 补充用工环节后批复, 资金未落实而取消")

    def _start(self):
        for project in self.projects[1:]:
            path.award_project(self.who, project.code, "2026-10-21", [("F1", _INVESTED_FEN)])
        self.nodes.travel("2026-10-22 09:00")
        for project in self.projects[1:]:
            path.start_project(self.who, project.code, "2026-10-22")
        self.workers += path.add_workers(self.who.contractor, [path.worker_line(people.name(_NEWCOMER), people.id_number(_NEWCOMER), people.card(_NEWCOMER),
                                                                                phone=people.phone(_NEWCOMER))])
        path.add_agreements(self.who, self.running, [path.agreement_line(f"XY-L-{number:03d}", worker, 20_000, "2026-10-22", "2026-12-31")
                                                     for number, worker in enumerate(self.workers, 1)])
        path.hold_training(self.who, self.running, "PX-1", "2026-10-22", self.workers[:5])

    def _finish(self):
        path.accept_project(self.who, self.finished, "2026-11-02")
        self.who.bureau_checker.ok("registry.CloseProject", {"project_code": self.finished, "close_date": "2026-11-02"})
        self.say(f"“{_NAMES[1]}”: 发包、开工、因暴雨停工、复工、完工、公示、评价、验收、销号")

    # --- attendance ----------------------------------------------------------------------------------------------------------

    def _of(self, worker, date, **more):
        return {"project_code": self.running, "worker_number": self.workers[worker], "work_date": date, **more}

    def _attend(self):
        """By hand until the gate stands; one day is put right, about another the worker and the foreman disagree."""
        who = self.who
        by_hand = [(worker, date, 50 if place == 1 else 100) for date in ("2026-10-23", "2026-10-24") for place, worker in enumerate(self.workers[:5])]
        by_hand.append((self.workers[1], LATER, 100))
        path.record_attendance(who, self.running, by_hand)
        who.contractor.ok("workforce.CorrectAttendance", self._of(3, "2026-10-24", corrected_hundredths=50, correction_reason="下午因雨停工"))
        who.township.ok("workforce.DisputeAttendance", self._of(2, "2026-10-25", dispute_note="本人称25日也出了工"))
        who.contractor_checker.ok("workforce.SettleDispute", self._of(2, "2026-10-25", settle_note="班组日志和监控核实当日未出工, 本人认可"))
        who.contractor_checker.ok("workforce.RegisterDevice", {"project_code": self.running, "device_code": DEVICE, "device_name": "北门闸机", "pass_means": "FACE"})
        self.gate = self.nodes.by_unit[plan.TRANSPORT].actor(DEVICE, "MAKER", ("DEVICE",))
        self._pass((0, "ENTRY", f"{DAY} 07:30"), (0, "EXIT", f"{DAY} 14:30"), (1, "ENTRY", f"{DAY} 08:00"), (1, "EXIT", f"{DAY} 11:30"),
                   (2, "ENTRY", f"{DAY} 08:00"), (3, "ENTRY", f"{DAY} 08:00", {"blurred": True}), (3, "EXIT", f"{DAY} 16:00"),
                   (1, "ENTRY", f"{LATER} 08:00"), (1, "EXIT", f"{LATER} 12:00"), (5, "ENTRY", f"{LATER} 08:00"), (5, "EXIT", f"{LATER} 16:00"))
        self._pass((4, "ENTRY", f"{DAY} 09:00"), fast_seconds=3600)
        drawn = [who.contractor.ok("workforce.DrawDeviceDays", {"project_code": self.running, "work_date": date}) for date in (DAY, LATER)]
        who.township.ok("workforce.ReportMissingDays", {"project_code": self.running, "work_date": MISSED, "repair_kind": "NO_NETWORK",
                                                        "repair_note": "基站停电, 闸机全天离线", "worker_numbers": self.workers[:5]})
        self.say(f"“{_NAMES[2]}”考勤: 手工记 {len(by_hand)} 条 (含半天), 更正 1 条, 异议 1 件已核实; 闸机成日 {sum(day['recorded_count'] for day in drawn)} 条")

    def _pass(self, *passes, fast_seconds=0):
        """passes: (place in workers, direction, moment, further fields)."""
        self.gate.ok("workforce.RecordDevicePasses", {
            "project_code": self.running, "device_code": DEVICE, "device_clock_at_us": at_us("2026-10-29 10:00") + fast_seconds * 1_000_000,
            "passes": [{"pass_code": f"{self.workers[place]}-{way}-{at_us(when) // 1_000_000}", "worker_number": self.workers[place], "pass_direction": way,
                        "passed_at_us": at_us(when), "offline": True, **(more[0] if more else {})} for place, way, when, *more in passes]})

    def _repair(self):
        """Each day that the gate did not see whole: the contractor proposes, the owner's checker decides; one is sent back first."""
        proposals = [(2, DAY, 100), (3, DAY, 100), (4, DAY, 50), *((place, MISSED, 100) for place in range(5)), (1, LATER, 50), (5, LATER, 0)]
        self._propose(2, DAY, 50)
        self.who.owner_checker.ok("workforce.ReturnRepair", self._of(2, DAY, decide_note="请附监控截图"))
        for place, date, part in proposals:
            self._propose(place, date, part)
            self.who.owner_checker.ok("workforce.ConfirmRepair", self._of(place, date, decide_note="与监控、班组日志一致"))
        self.say(f"  待修复考勤 {len(proposals)} 条 (断网、识别不清、设备时钟不准、进出不成对、与已记不符、未经培训): 施工单位提出, 业主审核人确认, 退回 1 次")

    def _propose(self, place, date, part):
        self.who.contractor.ok("workforce.ProposeRepair", self._of(place, date, proposed_hundredths=part, repair_reason="班组日志与监控可证"))

    def _seal_twice(self):
        who, month = self.who, {"project_code": self.running, "month": "2026-10"}
        first = path.seal_month(who, self.running, "2026-10")
        who.contractor.ok("workforce.RequestReopening", {**month, "reopen_reason": "10月25日漏记一人"})
        who.owner_checker.ok("workforce.ApproveReopening", {**month, "decide_note": "属实"})
        path.record_attendance(who, self.running, [(self.workers[0], "2026-10-25", 100)])
        second = path.seal_month(who, self.running, "2026-10")
        who.township.ok("workforce.ReportMissingDays", {"project_code": self.running, "work_date": NOVEMBER, "repair_kind": "NO_NETWORK",
                                                        "repair_note": "基站停电", "worker_numbers": self.workers[:2]})
        self._propose(1, NOVEMBER, 100)
        self.say(f"  10 月封账后重开补记再封账: {first['day_hundredths'] / 100:g} → {second['day_hundredths'] / 100:g} 工日; 11 月 1 条待修复, 1 条待确认")
