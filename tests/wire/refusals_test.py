"""Every refusal of every service is named by a test that makes a daemon answer with it (`make rules` shows which is not)."""
import importlib.util
import unittest

from lib import ROOT

EXCEPTIONS = {  # (service, rule): why no test brings it about
    ("gateway", "DRAFT_OVERTAKEN"): "two drafts of one unit whose gatherings cross: which of them is first no test can say",
}


def finder():
    spec = importlib.util.spec_from_file_location("rules", ROOT / "tests/house/rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class RefusalsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.finder = finder()
        cls.found = cls.finder.namings()

    def unnamed(self):
        return {(service, rule) for service, rule in self.finder.rules() if not self.finder.names_for(self.found, service, rule)}

    def test_each_is_named(self):
        "STYLE: a rule that nobody has seen refuse may refuse wrongly, or never"
        self.assertEqual(self.unnamed() - set(EXCEPTIONS), set())
        self.assertLessEqual(set(EXCEPTIONS), set(self.finder.rules()), "an exception of a rule that is gone")
        self.assertGreater(len(list(self.finder.rules())), 600)

    def test_another_service_s_test_does_not_count(self):
        "a rule of the same name is another rule: only the service's own files name it, and those of no service"
        self.assertEqual(self.finder.names_for({"X": {ROOT / "tests/service/payroll_test.py"}}, "registry", "X"), [])
        self.assertEqual(self.finder.names_for({"X": {ROOT / "tests/service/registry_list_test.py"}}, "registry", "X"), ["tests/service/registry_list_test.py"])
        self.assertEqual(self.finder.names_for({"X": {ROOT / "tests/fault/uplink_test.py"}}, "registry", "X"), ["tests/fault/uplink_test.py"])


if __name__ == "__main__":
    unittest.main()
