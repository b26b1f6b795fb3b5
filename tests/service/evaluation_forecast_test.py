"""What the finished project will have paid, whether it can still be mended, how the years compare, and the comprehensive relief model."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

JULY = "2026-07"


class ForecastTest(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")
    settings = {"evaluation.ledger_fetch_ms": "20"}

    @classmethod
    def tearDownClass(cls):
        """What was followed replays into equal tables."""
        invariants.check(cls.house.node)

    def at_work(self, progress_bp, count=4, **facts):
        """A project with a drawn sheet of June (ten days each at 200 yuan) and progress reported for June."""
        code, sheet, _ = self.world.sheet(self.world.project(**facts), count=count)
        self.progress(code, progress_bp)
        return code, sheet

    def progress(self, code, progress_bp, month="2026-06"):
        self.owner.ok("registry.ReportProgress", {"project_code": code, "month": month, "reported_as": "OWNER", "progress_bp": progress_bp, "invested_fen": 1,
                                                  "progress_note": "按图施工"})

    def forecast(self, code, **more):
        return self.office.ok("evaluation.GetForecast", {"project_code": code, **more})

    def test_a_project_that_will_miss_its_floor_is_told_by_when_and_how_many_days(self):
        "R136 R138: 8,000 yuan at 10 % make 80,000 at the end; of three million that is 2.66 %; the sentence says so in both languages"
        code, _ = self.at_work(1000)
        told = self.forecast(code)
        self.assertEqual((told["pay_fen"], told["final_pay_fen"], told["forecast_bp"], told["floor_bp"], told["rule_code"]),
                         (8_000_00, 80_000_00, 266, 4000, "CN-2025-CBI"))
        self.assertEqual((told["missing_fen"], told["extra_hundredths"]), (1_120_000_00, 5600_00))  # 1.12 million at 200 a day
        self.assertEqual((told["forecast_state"], told["end_month"]), ("TOO_LATE", "2027-03"))  # one month for a tenth: ten in all
        self.assertIn("按现进度完工时报酬占比 2.66 %，低于 40 %", told["forecast_note"])
        self.assertIn("about 5600 worker-days", told["english_note"])
        binding = self.forecast(code, binding_only=True)
        self.assertEqual((binding["rule_code"], binding["floor_bp"], binding["missing_fen"]), ("CN-2023-CBI", 3000, 820_000_00))

    def test_what_can_still_be_mended(self):
        "R136: few days are wanting: the last month in which to begin follows from the people and the days a month has for them"
        code, _ = self.at_work(2000, track="ZHONGTUI")  # no rule holds but that of key projects: 30 % of central budget investment
        self.office_checker.ok("evaluation.SetRatioRule", {"rule_code": "FORECAST-TEST", "division_code": "140214002", "track": "ZHONGTUI", "ratio_basis": "TOTAL_INVESTMENT",
                                                           "floor_bp": 110, "valid_from_date": "2026-01-01", "rule_standing": "LOCAL_TARGET", "source_note": "测试"})
        self.addCleanup(self.office_checker.ok, "evaluation.SetRatioRule", {"rule_code": "FORECAST-TEST", "division_code": "140214002", "track": "ZHONGTUI",
                        "ratio_basis": "TOTAL_INVESTMENT", "floor_bp": 110, "valid_from_date": "2026-01-01", "valid_to_date": "2026-01-01", "rule_standing": "LOCAL_TARGET",
                        "source_note": "测试"})
        self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F1", "fund_source": "DISTRICT", "fund_purpose": "CONSTRUCTION", "approved_fen": 3_000_000_00,
                                                "document_no": "改"})
        told = self.forecast(code)  # 40,000 of 44,000 yuan: 20 days; 4 people x 22 days - 40 usual = 48 free a month
        self.assertEqual((told["forecast_state"], told["missing_fen"], told["extra_hundredths"]), ("MENDABLE", 4_000_00, 20_00))
        self.assertEqual((told["end_month"], told["last_month"], told["month_workdays"], told["worker_count"]), ("2026-10", "2026-10", 22, 4))
        self.assertEqual(told["forecast_note"], "按现进度完工时报酬占比 1 %，低于 1.1 %；最迟 2026 年 10 月可补足：约 20 工日。")
        self.assertIn("每人每月至多22个工日", told["assumption_note"])

    def test_the_end_is_that_of_the_last_task_when_tasks_say_so(self):
        "R136: planned days of the tasks, else the pace of the progress"
        code, _ = self.at_work(1000)
        self.bureau.ok("registry.ChangeTask", {"project_code": code, "task_number": 1, "work_from_date": "2026-06-20", "work_to_date": "2026-11-30",
                                               "change_reason": "明确工期"})
        self.house.settle()
        told = self.forecast(code)
        self.assertEqual((told["planned_end_date"], told["end_month"]), ("2026-11-30", "2026-11"))
        self.assertIn("取自任务计划", told["assumption_note"])

    def test_nothing_is_made_up_where_nothing_is_known(self):
        "R136: without progress or pay nothing is forecast"
        code = self.world.project()
        told = self.forecast(code)
        self.assertEqual((told["forecast_state"], told["forecast_bp"], told["final_pay_fen"], told["last_month"]), ("UNKNOWN", None, None, ""))
        self.progress(code, 500)
        self.assertEqual(self.forecast(code)["forecast_state"], "UNKNOWN")

    def test_the_office_sees_the_worst_first(self):
        "R136: those that will miss their floor by most come first; parties see their own, strangers none"
        rich, _ = self.at_work(10, count=5)
        poor, _ = self.at_work(9000, count=1)
        rows = self.office.rows("evaluation.ListForecasts")
        shares = [row["forecast_bp"] - row["floor_bp"] for row in rows if row["forecast_bp"] is not None]
        self.assertEqual(shares, sorted(shares))
        unknown = [row["forecast_bp"] is None for row in rows]
        self.assertEqual(unknown, sorted(unknown), "those of which nothing can be said come last")
        codes = [row["project_code"] for row in self.office.rows("evaluation.ListForecasts", {"misses_only": True}, page_size=1)]
        self.assertIn(poor, codes)
        self.assertEqual(len(codes), len(set(codes)))
        self.assertTrue(all(row["forecast_state"] in ("MENDABLE", "TOO_LATE") for row in self.office.rows("evaluation.ListForecasts", {"misses_only": True})))
        self.assertIn(rich, [row["project_code"] for row in self.contractor.rows("evaluation.ListForecasts")])
        self.assertEqual(self.stranger.rows("evaluation.ListForecasts"), [])
        self.stranger.refused("evaluation.GetForecast", {"project_code": poor}, "PERMISSION_DENIED", "NOT_ALLOWED")

    def test_days_a_month_are_dated_data(self):
        "R136: the district says how many days a month a worker can be on the site"
        policy = {"valid_from_date": "2027-01-01", "month_workdays": 26, "source_note": "区里"}
        self.bureau_checker.refused("evaluation.SetForecastPolicy", policy, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.refused("evaluation.SetForecastPolicy", {**policy, "month_workdays": 32}, "INVALID_ARGUMENT", "FORECAST_POLICY_INVALID")
        self.assertEqual(self.office_checker.ok("evaluation.SetForecastPolicy", policy)["month_workdays"], 26)


class YearTest(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")

    def listed(self, year, **facts):
        code = self.world.draft(track="NONGTUI", **facts)
        path.list_project(self.world, code, year, "NONGTUI", "DISTRICT", 20)
        return code

    def test_investment_and_pay_year_on_year(self):
        "R140: the rural track's investment and pay by year with the change to the year before; a fall is remarked, an unknown investment too"
        self.house.travel("2026-07-10")
        codes = [self.listed(year, total_investment_fen=fen, project_year=year) for year, fen in ((2024, 5_000_000_00), (2025, 3_000_000_00), (2025, 1_000_000_00), (2026, None))]
        self.house.settle()
        for code, month, paid in ((codes[0], "2024-06", 100_000), (codes[0], "2025-06", 50_000), (codes[1], "2025-07", 20_000)):
            self.sql(f"INSERT INTO evaluation.sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen, "
                     f"attendance_digest) VALUES ('{code}', '{code}-{month}', '{month}', 'PAID', 1, 100, {paid}, {paid}, {paid}, '\\x01')")
        *rows, running = self.office.ok("evaluation.ListYearOnYear", {"track": "NONGTUI"})["rows"]
        self.assertEqual((running["compared_year"], running["paid_delta_fen"], running["remark_note"]), (2026, -70_000, "本年度尚未结束；1个项目未填总投资"))
        self.assertEqual([(row["compared_year"], row["project_count"], row["investment_fen"], row["investment_delta_fen"], row["paid_fen"], row["paid_delta_fen"])
                          for row in rows],
                         [(2024, 1, 5_000_000_00, None, 100_000, None), (2025, 2, 4_000_000_00, -1_000_000_00, 70_000, -30_000)])
        self.assertEqual([row["remark_note"] for row in rows], ["", "总投资规模较上年减少；劳务报酬发放规模较上年减少"])
        self.assertEqual(self.other_bureau.ok("evaluation.ListYearOnYear", {"track": "NONGTUI"})["rows"], [])

    def test_a_listed_rural_project_adopts_a_relief_model_or_says_why_not(self):
        "R148: no model and no waiver, posts without a post, dividends without a plan are gaps; each is cleared by what is missing"
        none = self.listed(2026, relief_model=None)
        posts = self.listed(2026, relief_model="PUBLIC_INFRA_POSTS")
        dividend = self.listed(2026, relief_model="INDUSTRY_INFRA_DIVIDEND")
        fine = self.listed(2026, relief_model="PUBLIC_INFRA_POSTS", planned_posts=2)
        unlisted = self.world.draft(track="NONGTUI")
        self.house.settle()

        def gaps():
            rows = self.bureau.rows("evaluation.ListReliefGaps")
            return {row["project_code"]: row["relief_gap"] for row in rows if row["project_code"] in (none, posts, dividend, fine, unlisted)}
        self.assertEqual(gaps(), {none: "MODEL_MISSING", posts: "POSTS_MISSING", dividend: "DIVIDEND_PLAN_MISSING"})
        waive = {"project_code": none, "waiver_reason": "单纯修复水毁便桥, 不形成可管护资产"}
        self.bureau.refused("evaluation.WaiveReliefModel", waive, "PERMISSION_DENIED", "WRONG_DUTY")
        self.bureau_checker.refused("evaluation.WaiveReliefModel", {**waive, "waiver_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", path="waiver_reason")
        self.bureau_checker.refused("evaluation.WaiveReliefModel", {**waive, "project_code": fine}, "FAILED_PRECONDITION", "MODEL_ADOPTED")
        self.bureau_checker.ok("evaluation.WaiveReliefModel", waive)
        self.owner.ok("payroll.SetDividendPlan", {"project_code": dividend, "plan_code": "P1", "asset_fen": 100_000_00, "holder_unit_id": "owner-1", "beneficiary_count": 12,
                                                  "valid_from_date": "2026-07-01", "valid_to_date": "2029-06-30"})
        self.house.settle()
        self.assertEqual(gaps(), {posts: "POSTS_MISSING"})
        self.assertEqual(self.stranger.rows("evaluation.ListReliefGaps"), [])


if __name__ == "__main__":
    unittest.main()
