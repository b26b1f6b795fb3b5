"""The manual pages and the completion as `make install` puts them: made from the command's own tables, and fit to be read."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from lib import BUILD, ROOT

PAGES = {"en": BUILD / "share/man/man1/workrelief.1", "zh": BUILD / "share/man/zh_CN/man1/workrelief.1"}


def read(page, width=120):
    """(text, warnings) as man shows it."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH=str(width), MANROFFSEQ="", MAN_KEEP_FORMATTING="")
    done = subprocess.run(["man", "--warnings=all", "-E", "UTF-8", "-l", str(page)], capture_output=True, text=True, check=True, env=environment)
    return re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout), done.stderr


class ManTest(unittest.TestCase):
    def setUp(self):
        if not shutil.which("man"):
            self.skipTest("no man here")

    def test_every_command_flag_and_exit_code_is_in_both_pages(self):
        sources = "".join(path.read_text() for path in (ROOT / "services/cli").glob("*.c"))
        flags = set(re.findall(r'^    \{"([a-z-]+)", (?:0|\'.\'), (?:NULL|"[^"]+"),', sources, re.M))
        nouns = re.findall(r"^NOUN\((\w+)\)", (ROOT / "services/cli/nouns.def").read_text(), re.M)
        self.assertGreater(len(flags), 30)
        for language, page in PAGES.items():
            text, warnings = read(page)
            self.assertEqual("", warnings, language)
            for noun in nouns:
                self.assertRegex(text, rf"(?m)^   {noun}$")
            for flag in flags:
                self.assertIn(f"--{flag}", text, language)
            for code in (0, 1, 2, 64, 65, 66, 69, 70, 73, 75, 77, 78):
                self.assertRegex(text, rf"(?m)^       {code} +\S")

    def test_at_any_width_and_nothing_taken_for_a_request(self):
        for page in PAGES.values():
            for width in (60, 80, 200):
                self.assertEqual("", read(page, width)[1])
            self.assertNotRegex(page.read_text(), r"(?m)^'")
        self.assertIn("payroll.DrawWageSheet --json '{\"projectCode\":\"P1\",\"month\":\"2026-07\"}' --dry-run", read(PAGES["en"], 200)[0])

    def test_the_chinese_page_is_chinese(self):
        text = PAGES["zh"].read_text()
        self.assertIn(".SH 退出码", text)
        self.assertNotIn("the node's directory", text)


class InstallTest(unittest.TestCase):
    def test_install_puts_everything_where_it_belongs(self):
        root = pathlib.Path(tempfile.mkdtemp(prefix="wr-install-"))
        self.addCleanup(shutil.rmtree, root)
        subprocess.run(["make", "-s", "-o", "all", "install", f"DESTDIR={root}", "PREFIX=/usr",
                        f"FLAVOUR={BUILD.name if BUILD.parent.name == 'build' else ''}"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                       env={key: value for key, value in os.environ.items() if key != "MAKEFLAGS"})
        self.assertTrue(os.access(root / "usr/bin/workrelief", os.X_OK))
        self.assertEqual(PAGES["zh"].read_text(), (root / "usr/share/man/zh_CN/man1/workrelief.1").read_text())
        self.assertIn("ExecStart=/usr/bin/%i ", (root / "usr/lib/systemd/system/workrelief@.service").read_text())
        script = f'source {root}/usr/share/bash-completion/completions/workrelief; complete -p workrelief'
        self.assertIn("_workrelief", subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout)
