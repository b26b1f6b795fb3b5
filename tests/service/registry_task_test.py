"""registry: a project's tasks: what is planned for each, who may change it when, and what others are told."""
from registry_project_test import ProjectCase

PLAN = {"planned_workers": 30, "planned_pay_fen": 600_000_00, "planned_trainees": 0, "skill_kind": "CONCRETE", "skill_level": "SEMI_SKILLED",
        "training_required": True, "work_from_date": "2026-06-20", "work_to_date": "2026-09-30", "division_code": "140214002001"}


class TaskPlanTest(ProjectCase):
    def tasks(self, code):
        return self.get(code)["tasks"]

    def test_what_is_planned_is_kept_and_told(self):
        "R059 R038: posts, planned workers, pay and trainees, skill, training, dates and place; every change tells all tasks of the project."
        code = self.world.draft()
        self.bureau.ok("registry.AddTask", self.task(code, 2, catalogue_seq=1, **PLAN))
        first, second = self.tasks(code)
        self.assertEqual({name: second[name] for name in PLAN}, PLAN)
        self.assertEqual((first["planned_workers"], first["skill_kind"], first["work_from_date"]), (None, "UNSPECIFIED", ""))
        event = self.last_event("TasksChanged")
        self.assertEqual([(row.task_number, row.offered_posts, row.WhichOneof("planned_workers_known")) for row in event.rows],
                         [(1, 60, None), (2, 5, "planned_workers")])
        told = event.rows[1]
        self.assertEqual((event.project_code, told.planned_pay_fen, told.WhichOneof("planned_trainees_known"), told.work_to_date, told.training_required),
                         (code, 600_000_00, "planned_trainees", "2026-09-30", True))

    def test_dates_and_place_fit(self):
        "R059 R072: a task does not end before it begins, and lies in the project's county."
        code = self.world.draft()
        for change, reason, path in (({"work_to_date": "2026-06-19"}, "TASK_DATES", "work_to_date"),
                                     ({"division_code": "140215"}, "TASK_ELSEWHERE", "division_code")):
            self.bureau.refused("registry.AddTask", self.task(code, 2, catalogue_seq=1, **{**PLAN, **change}), "FAILED_PRECONDITION", reason, path=path)
        self.bureau.ok("registry.AddTask", self.task(code, 2, catalogue_seq=1, **PLAN))
        change = {"project_code": code, "task_number": 2, "work_from_date": "2026-10-01", "division_code": "110111"}
        reply = self.bureau.refused("registry.ChangeTask", change, "FAILED_PRECONDITION", "TASK_DATES", path="work_to_date")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"TASK_DATES", "TASK_ELSEWHERE"})

    def test_change_keeps_what_it_does_not_name(self):
        "R059"
        code = self.world.draft()
        self.bureau.ok("registry.AddTask", self.task(code, 2, catalogue_seq=1, **PLAN))
        reply = self.owner.ok("registry.ChangeTask", {"project_code": code, "task_number": 2, "planned_workers": 0, "training_required": False,
                                                      "offered_posts": 4})
        self.assertEqual(reply["task_count"], 2)
        task = self.tasks(code)[1]
        self.assertEqual((task["planned_workers"], task["training_required"], task["offered_posts"], task["planned_pay_fen"]), (0, False, 4, 600_000_00))
        self.bureau.refused("registry.ChangeTask", {"project_code": code, "task_number": 9}, "NOT_FOUND", "NO_SUCH_TASK")
        self.contractor.refused("registry.ChangeTask", {"project_code": code, "task_number": 2}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_the_approved_design_is_the_floor(self):
        "R059 R067: after the approval a change states why, and no post that the design offered is lost."
        code = self.world.project()
        change = {"project_code": code, "task_number": 1, "offered_posts": 59}
        reply = self.bureau.refused("registry.ChangeTask", change, "FAILED_PRECONDITION", "CHANGE_REASON_MISSING", path="change_reason")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"CHANGE_REASON_MISSING", "POSTS_BELOW_APPROVED"})
        self.bureau.refused("registry.ChangeTask", {**change, "change_reason": "设计变更"}, "FAILED_PRECONDITION", "POSTS_BELOW_APPROVED",
                            path="offered_posts")
        self.bureau.ok("registry.ChangeTask", {**change, "offered_posts": 80, "change_reason": "设计变更增加绿化"})
        self.assertEqual(self.last_event("TasksChanged").rows[0].offered_posts, 80)
        self.bureau.refused("registry.RemoveTask", {"project_code": code, "task_number": 1}, "FAILED_PRECONDITION", "WRONG_STATE")

    def test_a_task_is_taken_out_of_a_draft(self):
        "R059 R056"
        code = self.world.draft()
        self.bureau.ok("registry.AddTask", self.task(code, 2, catalogue_seq=1))
        self.assertEqual(self.bureau.ok("registry.RemoveTask", {"project_code": code, "task_number": 1})["task_count"], 1)
        self.assertEqual([row.task_number for row in self.last_event("TasksChanged").rows], [2])
        self.bureau.ok("registry.RemoveTask", {"project_code": code, "task_number": 2})
        self.assertEqual(list(self.last_event("TasksChanged").rows), [])
        self.bureau.refused("registry.RemoveTask", {"project_code": code, "task_number": 2}, "NOT_FOUND", "NO_SUCH_TASK")

    def test_others_are_told_of_plan_and_contract(self):
        "R058 R067 R077 R147: cycle, contract, model, trainees, posts and parent stand in the project's event; unknown stays unknown."
        parent = self.world.draft(planned_posts=None)
        self.assertEqual((self.last_event("ProjectChanged").WhichOneof("planned_posts_known"), self.last_event("ProjectChanged").contract_no), (None, ""))
        code = self.world.awarded(relief_model="PUBLIC_INFRA_POSTS", planned_posts=0, parent_project_code=parent, subproject_kind="ANCILLARY",
                                  partner_unit_id="township-1")
        event = self.last_event("ProjectChanged")
        self.assertEqual((event.project_code, event.labour_cycle_days, event.relief_model, event.planned_trainees, event.WhichOneof("planned_posts_known"),
                          event.parent_project_code, event.contract_no), (code, 30, 1, 40, "planned_posts", parent, f"HT-{code[-6:]}"))

    def test_progress_is_told(self):
        "R191: what owner or contractor reported, and the day it came."
        code = self.world.project()
        self.owner.ok("registry.ReportProgress", {"project_code": code, "month": "2026-06", "reported_as": "OWNER", "progress_bp": 2000})
        event = self.last_event("ProgressReported")
        self.assertEqual((event.project_code, event.month, event.reported_as, event.version_number, event.progress_bp,
                          event.WhichOneof("invested_known"), event.reported_date), (code, "2026-06", 2, 1, 2000, None, "2026-07-01"))
