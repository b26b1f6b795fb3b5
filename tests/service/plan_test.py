"""Plans that must not depend on what the planner believes of tables that have just been filled."""
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ROOT  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

VALUES = {"quarter": "'2026Q2'::text", "call.principal": "'office'::text", "call.now": "now()"}


class ConsolidatePlanTest(ServiceCase):
    services = ("gateway",)

    def plan(self, name):
        text = re.sub(r"--[^\n]*", "", (ROOT / f"services/gateway/sql/{name}.sql").read_text())
        return "\n".join(row[0] for row in self.sql("SET search_path = gateway; EXPLAIN (COSTS OFF) " + re.sub(
            r"(?<![:\w]):([a-z_.]+)", lambda found: VALUES[found.group(1)], text)))

    def test_double_work_is_never_looked_for_by_comparing_each_with_each(self):
        "R196: on tables nobody has analysed, people of two units are matched by hash or by order"
        plan = self.plan("Consolidate")
        self.assertRegex(plan, r"(Hash|Merge) Full Join\n +(Hash|Merge) Cond: \(\w+\.worker_token = \w+\.worker_token\)")
        self.assertEqual(plan.count("CTE Scan on worked"), 2, "nobody else goes through them")


if __name__ == "__main__":
    unittest.main()
