"""The whole of the minimum report line, and what becomes of it in the consolidation: groups, trainees, posts, townships, money by source."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import path, quarter as reports  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.quarter import BUREAU, OTHER, OtherWorld  # noqa: E402

Q2, Q3 = "2026Q2", "2026Q3"


def pick(row, *names):
    return tuple(row[name] for name in names)


class FiguresCase(ServiceCase):
    """Two bureaus, a project each; one person works and is trained at both."""
    at = "2026-06-30 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world, other = cls.world, OtherWorld(cls.house)
        cls.other = other
        cls.listed = world.project(track="ZHONGTUI")
        path.list_project(world, cls.listed, 2026, "ZHONGTUI", "DISTRICT", 60)
        world.bureau.ok("registry.SetFundLine", {"project_code": cls.listed, "fund_code": "F2", "fund_source": "PROVINCIAL", "approved_fen": 500_000_00,
                                                 "fund_purpose": "CONSTRUCTION", "document_no": "晋财〔2026〕3号"})
        cls.special = other.project(field="WATER", division_code="140214")
        cls.numbers, cls.more = world.placed(cls.listed, 3), other.placed(cls.special, 2)
        one, two = cls.numbers[:2]
        other.agree(cls.special, [one])
        world.township.ok("workforce.SetPriorityGroup", {"lines": [
            {"worker_number": number, "priority_group": group, "valid_from_date": "2026-01-01", "group_source": "乡镇摸底"}
            for number, group in ((one, "OUT_OF_POVERTY"), (two, "OUT_OF_POVERTY"), (one, "VETERAN"))]})
        path.hold_training(world, cls.listed, "PX-JN", "2026-06-22", [one, two], content="SKILL")
        world.attended(cls.listed, cls.numbers, "2026-06", range(20, 25))
        other.attended(cls.special, cls.more + [one], "2026-06", range(25, 29))
        cls.house.settle()
        cls.house.actor("contact-maker", "140214-fgj", "MAKER", ("BUREAU",)).ok("evaluation.RecordVisit", {
            "project_code": cls.listed, "visit_code": "LX-1", "visit_date": "2026-06-30", "visit_kind": "VISIT", "visitor_names": ["王某"],
            "visit_note": "现场有本地工38人"})
        world.bureau.ok("evaluation.RecordModelCase", {"case_code": "AL-1", "case_title": "村民自建路", "case_channel": "COUNTY_MEDIA",
                                                       "published_date": "2026-06-30", "practice_note": "能用人工的不用机械", "project_code": cls.listed})
        world.owner.ok("workforce.SetPost", {
            "project_code": cls.listed, "post_code": "GW-1", "post_kind": "ROAD_UPKEEP", "post_name": "乡村道路养护管理员", "division_code": "140214002201",
            "duty_note": "巡查清扫村道", "monthly_pay_fen": 900_00, "post_fund_name": "公益性岗位补贴"})
        path.seal_month(world, cls.listed, "2026-06")
        path.seal_month(other, cls.special, "2026-06")
        cls.house.settle()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": Q2, "due_date": "2026-07-20"})

    def lines(self, report):
        return {line["project_code"]: line for line in self.office.ok("gateway.GetReport", {"report_code": report})["lines"]}


class LineTest(FiguresCase):
    def test_a_draft_holds_the_whole_minimum_line(self):
        "R196 R190 R052: groups, person-times, trainees by token, posts, visits, model cases, the place, the money by source"
        report = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": Q2})["report_code"]
        line = self.lines(report)[self.listed]
        figures = line["figures"]
        self.assertEqual([pick(row, "priority_group", "worker_count") for row in figures["groups"]], [("OUT_OF_POVERTY", 2), ("VETERAN", 1)])
        self.assertEqual([pick(row, "fund_source", "approved_fen") for row in figures["fund_shares"]],
                         [("CENTRAL_BUDGET_INVESTMENT", 3_000_000_00), ("PROVINCIAL", 500_000_00)])
        self.assertEqual((line["absorbed_count"], line["priority_count"], line["trainee_count"]), (3, 2, 3))
        self.assertEqual(pick(figures, "division_code", "worker_time_count", "trainee_time_count", "safety_trainee_count", "skill_trainee_count"),
                         ("140214002", 15, 5, 3, 2))
        self.assertEqual(pick(figures, "post_set_count", "post_filled_count", "visit_count", "model_case_count"), (1, 0, 1, 1))
        self.assertEqual(pick(figures, "listed_in_quarter", "started_in_quarter", "accepted_in_quarter", "listed_in_year"), (True, True, False, True))
        self.assertEqual(pick(figures, "cumulative_worker_time_count", "cumulative_trainee_count", "cumulative_trainee_time_count", "cumulative_visit_count"),
                         (15, 3, 5, 1))
        self.assertEqual((figures["relief_paid_fen"], figures["per_head_fen"]), (0, 0), "nothing is paid yet: known to be nothing")
        self.assertEqual(self.sql(f"""SELECT sum(cardinality(ARRAY(SELECT n FROM generate_series(0, 30) n
            WHERE third_whole_mask & (1 << n) <> 0))), sum(third_part_mask), count(*) FROM gateway.report_people WHERE report_code = '{report}'"""), [["15", "0", "3"]])

    def test_b_what_does_not_add_up_is_refused(self):
        "R196: a part above its whole stops the check; the same report as it was passes"
        code = self.other_bureau.ok("gateway.DraftReport", {"unit_id": OTHER, "quarter": Q2})["report_code"]
        comments = [{"project_code": self.special, "comment_note": "按计划推进"}]
        for column, field in (("safety_trainee_count", "figures.safety_trainee_count"), ("post_filled_count", "figures.post_filled_count"),
                              ("relief_paid_fen", "figures.relief_paid_fen")):
            self.sql(f"UPDATE gateway.report_line_figure SET {column} = {column} + 100 WHERE report_code = '{code}'")
            self.other_bureau_checker.refused("gateway.CheckReport", {"report_code": code, "comments": comments}, reason="PART_OVER_WHOLE", path=f"lines[0].{field}")
            self.sql(f"UPDATE gateway.report_line_figure SET {column} = {column} - 100 WHERE report_code = '{code}'")
        self.sql(f"INSERT INTO gateway.report_line_group VALUES ('{code}', 1, 'UNEMPLOYED', 99)")
        self.other_bureau_checker.refused("gateway.CheckReport", {"report_code": code, "comments": comments}, reason="PART_OVER_WHOLE", path="lines[0].figures.groups")
        self.sql(f"DELETE FROM gateway.report_line_group WHERE report_code = '{code}' AND priority_group = 'UNEMPLOYED'")
        self.other_bureau_checker.ok("gateway.CheckReport", {"report_code": code, "comments": comments})


class ConsolidationTest(FiguresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports.accept(cls.world, reports.file(cls.world, BUREAU, Q2), reports.file(cls.other, OTHER, Q2))
        cls.body = reports.consolidated(cls.world, Q2)

    def test_a_people_count_once_across_bureaus(self):
        "R196 R190: workers, trainees and each priority group are distinct across bureaus; person-times stand beside them"
        total, figures = self.body["summary"], self.body["summary"]["figures"]
        self.assertEqual(pick(total, "absorbed_count", "trainee_count", "project_count", "priority_count"), (5, 5, 2, 2))
        self.assertEqual(pick(figures, "trainee_time_count", "safety_trainee_count", "skill_trainee_count", "worker_time_count"), (8, 5, 2, 27))
        self.assertEqual([pick(row, "priority_group", "worker_count") for row in figures["groups"]], [("OUT_OF_POVERTY", 2), ("VETERAN", 1)])
        units = {row["total_key"]: row for row in self.body["by_unit"]}
        self.assertEqual({unit: pick(row, "absorbed_count", "trainee_count") for unit, row in units.items()}, {BUREAU: (3, 3), OTHER: (3, 3)})
        self.assertEqual([pick(row, "priority_group", "worker_count") for row in units[OTHER]["figures"]["groups"]], [("OUT_OF_POVERTY", 1), ("VETERAN", 1)])
        self.assertEqual(pick(figures, "listed_count", "begun_count", "accepted_count", "post_set_count", "visit_count", "model_case_count"), (1, 2, 0, 1, 1, 1))
        self.assertNotIn("per_head_fen", [name for name in total if total[name] is None])

    def test_b_by_township_and_by_source_of_money(self):
        "R196 R190: by the place where the project lies; a project of two sources stands under both with each one's own share, and the row says so"
        towns = {row["total_key"]: pick(row, "project_count", "absorbed_count") for row in self.body["by_township"]}
        self.assertEqual(towns, {"140214002": (1, 3), "140214": (1, 3)})
        rows = {row["total_key"]: row for row in self.body["by_fund_source"]}
        self.assertEqual({key: (row["project_count"], *pick(row["figures"], "fund_fen", "shared_project_count")) for key, row in rows.items()},
                         {"CENTRAL_BUDGET_INVESTMENT": (2, 6_000_000_00, 1), "PROVINCIAL": (1, 500_000_00, 1)})
        self.assertEqual(rows["CENTRAL_BUDGET_INVESTMENT"]["absorbed_count"], 5)

    def test_c_the_year_goes_on(self):
        "R196: in the next quarter cumulative = before + this quarter; trainees and people of the year are distinct in it"
        self.house.travel("2026-07-31 18:00")
        one = self.numbers[0]
        path.hold_training(self.world, self.listed, "PX-7", "2026-07-10", [one], content="SKILL")
        self.world.attended(self.listed, [one], "2026-07", range(13, 16))
        path.seal_month(self.world, self.listed, "2026-07")
        self.house.settle()
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": Q3})
        code = reports.file(self.world, BUREAU, Q3)
        line = self.lines(code)[self.listed]
        self.assertEqual(pick(line, "absorbed_count", "trainee_count", "cumulative_absorbed_count"), (1, 1, 3))
        self.assertEqual(pick(line["figures"], "trainee_time_count", "cumulative_trainee_count", "cumulative_trainee_time_count", "cumulative_worker_time_count",
                              "visit_count", "cumulative_visit_count", "listed_in_quarter", "listed_in_year"), (1, 3, 6, 18, 0, 1, False, True))
        reports.accept(self.world, code)
        total = reports.consolidated(self.world, Q3)["summary"]
        self.assertEqual(pick(total, "absorbed_count", "trainee_count", "cumulative_absorbed_count"), (1, 1, 5))
        self.assertEqual(pick(total["figures"], "cumulative_trainee_count", "cumulative_trainee_time_count"), (5, 6))


class ListStateTest(ServiceCase):
    at = "2026-06-30 08:00"

    def test_the_list_as_it_stood_on_the_last_day_counts(self):
        "R052: taken from the list in July, a project still counts in the second quarter; listed in July, it does not yet"
        here, late = self.world.project(track="ZHONGTUI"), self.world.project(track="NONGTUI")
        path.list_project(self.world, here, 2026, "ZHONGTUI", "DISTRICT", 60)
        self.house.travel("2026-07-03")
        path.list_project(self.world, late, 2026, "NONGTUI", "DISTRICT", 60)
        self.bureau_checker.ok("registry.RemoveListEntry", {"project_code": here, "list_year": 2026, "remove_reason": "并入另一项目"})
        self.house.settle()
        for quarter in (Q2, Q3):
            self.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": "2026-10-31"})

        def counted(quarter):
            code = self.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": quarter})["report_code"]
            lines = {line["project_code"]: line for line in self.office.ok("gateway.GetReport", {"report_code": code})["lines"]}
            return {name: pick(lines[project], "is_counted", "list_kind", "list_level") for name, project in (("here", here), ("late", late))}

        none = (False, "UNSPECIFIED", "UNSPECIFIED")
        self.assertEqual(counted(Q2), {"here": (True, "ZHONGTUI", "DISTRICT"), "late": none})
        self.assertEqual(counted(Q3), {"here": none, "late": (True, "NONGTUI", "DISTRICT")})
        self.bureau.refused("gateway.ZeroReport", {"unit_id": BUREAU, "quarter": Q2, "zero_reason": "无"}, reason="ZERO_REPORT_WITH_FIGURES")


if __name__ == "__main__":
    unittest.main()
