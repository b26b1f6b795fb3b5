"""The share of labour pay: every rule as data, every rule that holds shown, what binds told from what is only aimed at."""
import csv
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ROOT, invariants  # noqa: E402
from lib.house import ServiceCase  # noqa: E402


def rows_of(name):
    with open(ROOT / "policy" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class RatioCase(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")
    settings = {"evaluation.ledger_fetch_ms": "20"}

    def check(self, code, pay_basis="PLANNED", **more):
        return self.bureau.ok("evaluation.CheckRatio", {"project_code": code, "pay_basis": pay_basis, **more})


class RatioRuleTest(RatioCase):
    @classmethod
    def tearDownClass(cls):
        """Checks replay into equal tables."""
        invariants.check(cls.house.node)

    def test_the_rules_are_those_of_the_file(self):
        "R139: fund kind, basis, floor, from, to, source, by place and track; policy/ratio_rules.csv is what a node begins with"
        listed = {row["rule_code"]: row for row in self.bureau.rows("evaluation.ListRatioRules")}
        wanted = rows_of("ratio_rules.csv")
        self.assertEqual(set(listed), {row["rule_code"] for row in wanted})
        for row in wanted:
            have = listed[row["rule_code"]]
            self.assertEqual({**have, "floor_bp": str(have["floor_bp"]), "linking_funds_only": str(int(have["linking_funds_only"])),
                              "dates_assumed": str(int(have["dates_assumed"])), "track": have["track"].replace("UNSPECIFIED", "")}, row, row["rule_code"])

    def test_what_is_not_in_force_is_shown_and_binds_nobody(self):
        "R139: 40 % is seen in published batches, 30 % is in force: both are shown, the day that is ours is marked, and each has its own verdict"
        code = self.world.awarded(planned_pay_fen=1_000_000_00)  # a third of three million
        checked = self.check(code)
        self.assertEqual((checked["rule_code"], checked["ratio_result"], checked["rule_standing"]), ("CN-2025-CBI", "BELOW", "PUBLISHED_PRACTICE"))
        self.assertEqual((checked["binding_rule_code"], checked["binding_result"]), ("CN-2023-CBI", "PASS"))
        self.assertEqual([(case["rule_code"], case["ratio_result"], case["required_fen"], case["missing_fen"], case["ratio_bp"], case["dates_assumed"])
                          for case in checked["cases"]],
                         [("CN-2023-CBI", "PASS", 900_000_00, 0, 3333, False), ("CN-2025-CBI", "BELOW", 1_200_000_00, 200_000_00, 3333, True)])
        self.assertEqual(self.bureau.ok("evaluation.GetRatio", {"project_code": code}), checked)
        low = self.check(self.world.awarded(planned_pay_fen=899_999_99))
        self.assertEqual((low["ratio_result"], low["binding_result"]), ("BELOW", "BELOW"))

    def test_published_shares_come_out_as_published(self):
        "R139: sums of published notices give the published share, rounded half up, on the basis that the notice states; with another basis they do not"
        for row in rows_of("ratio_examples.csv"):
            if not row["base_wanyuan"]:
                continue  # neither sums nor basis were published
            with self.subTest(row["place"]):
                fen = {name: round(float(row[name]) * 1_000_000) for name in ("pay_wanyuan", "base_wanyuan")}
                code = self.world.draft(planned_pay_fen=fen["pay_wanyuan"])
                self.bureau.ok("registry.SetFundLine", {"project_code": code, "fund_code": "F1", "fund_source": "CENTRAL_BUDGET_INVESTMENT", "special_fund": True,
                                                        "fund_purpose": "CONSTRUCTION", "approved_fen": fen["base_wanyuan"], "document_no": "公示"})
                found = self.check(code, on_date="2024-01-01")["ratio_bp"]
                self.assertEqual(found == round(float(row["published_percent"]) * 100), row["holds"] == "1", row)

    def test_a_plan_s_funds_are_its_special_funds(self):
        "R139: Jingyan 2026 asks for 42 % of the plan handed down, not of all fiscal funds"
        code = self.world.draft(division_code="511124", planned_pay_fen=157_5000_00)
        fund = {"project_code": code, "fund_purpose": "CONSTRUCTION", "document_no": "公示"}
        self.bureau.ok("registry.SetFundLine", {**fund, "fund_code": "F1", "fund_source": "CENTRAL_BUDGET_INVESTMENT", "special_fund": True, "approved_fen": 375_0000_00})
        self.bureau.ok("registry.SetFundLine", {**fund, "fund_code": "F2", "fund_source": "DISTRICT", "approved_fen": 100_0000_00})
        case = next(case for case in self.check(code, on_date="2026-06-01")["cases"] if case["rule_code"] == "JINGYAN-2026")
        self.assertEqual((case["base_fen"], case["required_fen"], case["ratio_result"], case["ratio_basis"]), (375_0000_00, 157_5000_00, "PASS", "PLAN_FUNDS"))

    def test_unknown_planned_pay_is_no_zero(self):
        "R138: a project that states no planned pay is told to, not judged as paying nothing"
        code = self.world.draft(planned_pay_fen=None)
        self.bureau.refused("evaluation.CheckRatio", {"project_code": code, "pay_basis": "PLANNED"}, "FAILED_PRECONDITION", "PLANNED_PAY_UNKNOWN", path="pay_basis")


class LabourPayTest(RatioCase):
    def test_only_labour_pay_of_the_works_counts(self):
        "R138 R045: of a sheet with builders and staff only the builders' pay is in the share"
        code, _, numbers = self.world.paid_sheet(count=3)
        self.assertEqual(self.check(code, "PAID")["pay_fen"], 6_000_00)
        self.sql(f"UPDATE evaluation.sheet SET relief_net_fen = 400000 WHERE project_code = '{code}'")
        self.sql(f"UPDATE evaluation.ledger_line SET pay_class = 'STAFF' WHERE project_code = '{code}' AND worker_number = {numbers[0]}")
        self.assertEqual(self.check(code, "PAID", on_date="2026-06-30")["pay_fen"], 4_000_00)


if __name__ == "__main__":
    unittest.main()
