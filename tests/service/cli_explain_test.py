"""`workrelief explain`: every refusal that the system can give is told with its policy, from the tables that the services themselves use."""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, ROOT, SERVICES  # noqa: E402

OK, USAGE = 0, 64
RULE = re.compile(r'^RULE\((\w+),\s*(\w+),\s*"([^"]*)",\s*"([^"]*)"', re.M)


def explain(*words):
    """(exit code, standard output, standard error); there is no node and none is needed."""
    done = subprocess.run([BUILD / "bin/workrelief", "explain", *words], capture_output=True, text=True, check=False, timeout=30,
                          env=dict(os.environ, WORKRELIEF_NODE="/nonexistent"))
    return done.returncode, done.stdout, done.stderr


class ExplainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.all = json.loads(explain("-o", "json")[1])
        cls.policy = {row["id"]: row for row in csv.DictReader((ROOT / "policy/requirements.csv").open(encoding="utf-8"))}

    def test_every_rule_of_every_service_in_both_languages(self):
        told = {(row["service"], row["reason"]): row for row in self.all}
        for service in SERVICES:
            for rule, status, basis, sentence in RULE.findall((ROOT / f"services/{service}/rules.def").read_text(encoding="utf-8")):
                row = told[service, rule]
                self.assertEqual((row["status"], row["basis"], row["zh"]), (status, basis, sentence))
                self.assertTrue(row["en"])

    def test_every_reason_of_the_door_and_of_the_bus(self):
        """What no table of a service holds: each reason that common/ can answer is found, so that a new one cannot be forgotten."""
        pattern = re.compile(r'(?:STATUS_[A-Z_]+,\s*|\.reason = |complaint \w+ = \{\s*|complain\(reading, \S+ |problem_add\([^;]*?)"([A-Z][A-Z_]+)"')
        known = {row["reason"] for row in self.all}
        found = {reason for path in (ROOT / "common").rglob("*.c") for reason in pattern.findall(path.read_text(encoding="utf-8"))}
        self.assertGreater(len(found), 30)
        self.assertEqual(found - known, set())

    def test_a_refusal_with_its_policy_and_its_methods(self):
        """R126: the sentence in Chinese first, the requirement's own words, and the method whose statement answers so."""
        code, out, _ = explain("SHEET_EXISTS")
        self.assertEqual(code, OK)
        self.assertLess(out.index("已有工资表"), out.index("There is a wage sheet"))
        self.assertIn(self.policy["R126"]["chinese"], out)
        self.assertIn(self.policy["R126"]["requirement"], out)
        self.assertRegex(out, r"payroll\.DrawWageSheet")
        english = explain("sheet_exists", "--lang", "en")[1]
        self.assertLess(english.index("There is a wage sheet"), english.index("已有工资表"))
        self.assertNotIn("\033", out)

    def test_every_basis_that_names_a_requirement_has_its_text(self):
        for row in self.all:
            named = re.findall(r"\bR\d{3}\b", row["basis"])
            self.assertEqual([policy["id"] for policy in row["policy"]], named, row["reason"])

    def test_most_rules_know_their_methods(self):
        rules = [row for row in self.all if row["service"]]
        self.assertGreater(sum(bool(row["methods"]) for row in rules), 0.75 * len(rules))
        for row in rules:
            self.assertEqual(len(row["methods"]), len(set(row["methods"])))
            for method in row["methods"]:
                self.assertRegex((ROOT / f"services/{row['service']}/methods.def").read_text(), rf"METHOD\({method.split('.')[1]},")

    def test_a_requirement_lists_what_rests_on_it(self):
        code, out, _ = explain("R127")
        self.assertEqual(code, OK)
        self.assertIn(self.policy["R127"]["chinese"], out)
        wanted = {row["reason"] for row in self.all if "R127" in row["basis"]}
        self.assertEqual(set(re.findall(r"^([A-Z_]{4,})  ", out, re.M)), wanted)

    def test_an_article(self):
        code, out, _ = explain("Reg.", "724", "art.", "32")
        self.assertEqual((code, "DEPOSIT_EXISTS" in out), (OK, True))
        self.assertEqual(explain("Reg. 724 art. 3")[0], USAGE)  # not the beginning of 32

    def test_rules_of_fields(self):
        code, out, _ = explain("ID_NUMBER_INVALID")
        self.assertEqual((code, "GB 11643-1999" in out), (OK, True))
        self.assertEqual(explain("PHONE_INVALID")[1].count("PHONE_INVALID"), 1)

    def test_an_unknown_reason_names_what_is_near(self):
        code, out, err = explain("SHEET_EXIST")
        self.assertEqual((code, out, "SHEET_EXISTS" in err), (USAGE, "", True))
        self.assertEqual(explain("R" + "999")[0], USAGE)


if __name__ == "__main__":
    unittest.main()
