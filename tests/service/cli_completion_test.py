"""`workrelief completion bash` in a real bash: commands, verbs, flags, methods and fields come from the command's own tables."""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD  # noqa: E402


def complete(*words):
    """What bash offers for the last word."""
    script = ('source <(workrelief completion bash); COMP_WORDS=(workrelief "$@"); COMP_CWORD=$#; compopt() { :; }; _workrelief; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    environment = dict(os.environ, PATH=f"{BUILD / 'bin'}:{os.environ['PATH']}", WORKRELIEF_NODE="/nonexistent")
    done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, check=True, env=environment, timeout=30)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


class CompletionTest(unittest.TestCase):
    def test_commands_and_verbs(self):
        self.assertEqual(complete("ex"), ["export", "explain"])
        self.assertIn("help", complete(""))
        self.assertEqual(complete("node", "st"), ["status"])
        self.assertEqual(complete("nonsense", ""), [])

    def test_flags_of_the_command_and_of_all(self):
        self.assertEqual(complete("node", "init", "--base"), ["--base-port"])
        self.assertIn("--node", complete("node", "init", "--n"))
        self.assertEqual(complete("node", "status", "--base"), [])
        self.assertEqual(complete("call", "registry.ListUnits", "--dry"), ["--dry-run"])

    def test_methods_and_fields(self):
        self.assertEqual(complete("call", "workforce.RecordAttendanceB"), ["workforce.RecordAttendanceBatch"])
        self.assertIn("unit_name=", complete("call", "registry.AddUnit", "unit_"))
        self.assertEqual(complete("call", "registry.Nonsense", "unit_"), [])
        self.assertEqual(complete("help", "registry.AddUni"), ["registry.AddUnit"])


if __name__ == "__main__":
    unittest.main()
