"""What the command says comes from the catalogue: Chinese in the sources, English by gettext, and any other language that brings a .po file."""
import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from lib import BUILD, ROOT
from lib.house import ServiceCase

CLI = BUILD / "bin/workrelief"
OPEN, CLOSE = "⟦", "⟧"  # around every sentence of the language that these tests invent
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Files whose Chinese is no message: what is read and written in the ledgers and returns as the offices file them, pages that hold their English
# elsewhere, words of findings and forecasts kept with the data, and sentences of the state machines.
DOCUMENTS = {"common/base/money.c", "common/pb/cell.c", "common/pb/table.c", "services/cli/ledgers.def", "services/cli/ledger_import.c", "services/cli/ledger_write.c",
             "services/cli/import_read.c", "services/cli/report_book.c", "services/cli/forms.def", "services/cli/form_facts.c", "services/cli/form_import.c",
             "services/cli/form_write.c", "services/cli/workbook.c", "services/cli/export.c", "services/evaluation/ledgers.c", "services/evaluation/forecast.c"}
EXAMPLE = re.compile(r"workrelief \w+ [^\n]*")  # a command line may name a file in Chinese


def extract():
    loader = importlib.machinery.SourceFileLoader("extract", str(ROOT / "po/extract.py"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("extract", loader))
    loader.exec_module(module)
    return module


def po_quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def bracketed(text):
    """The sentence between brackets; line breaks at its ends stay at the ends, as msgfmt demands."""
    inner = text.strip("\n")
    start = text.index(inner) if inner else 0
    return text[:start] + OPEN + inner + CLOSE + text[start + len(inner):] if inner else text


class LanguageCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-po-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.extract = extract()
        cls.entries = cls.extract.entries()
        lines = ['msgid ""', 'msgstr "Content-Type: text/plain; charset=UTF-8\\n"', ""]
        for (context, chinese), (_, places) in cls.entries.items():
            lines += (["#, c-format"] if "messages.def" in places[0] and "%" in chinese else []) + ([f"msgctxt {po_quoted(context)}"] if context else [])
            lines += [f"msgid {po_quoted(chinese)}", f"msgstr {po_quoted(bracketed(chinese))}", ""]
        (cls.folder / "xx.po").write_text("\n".join(lines))
        target = cls.folder / "xx/LC_MESSAGES/workrelief.mo"
        target.parent.mkdir(parents=True)
        subprocess.run(["msgfmt", "--check-format", "-o", target, cls.folder / "xx.po"], check=True)

    def run_cli(self, *words, language="xx", node="/nonexistent", catalogues=None):
        environment = dict(os.environ, TEXTDOMAINDIR=str(catalogues or self.folder), WORKRELIEF_NODE=str(node))
        done = subprocess.run([CLI, *map(str, words), "--lang", language], capture_output=True, text=True, check=False, env=environment, timeout=60)
        return done.returncode, done.stdout + done.stderr


class CatalogueTest(LanguageCase):
    def test_no_sentence_stands_outside_the_catalogue(self):
        """Every literal with Chinese in common/ and the command is the first half of a pair (its English behind it), or belongs to a document."""
        outside = []
        for path in self.extract.sources():
            name = str(path.relative_to(ROOT))
            if name in DOCUMENTS or not name.startswith(("common/", "services/cli/")) or path.name == "states.def":
                continue
            for line, text in self.extract.pairs(path)[1]:
                if CHINESE.search(EXAMPLE.sub("", text)) and " / " not in text:  # "中文 / English" in one: csv.c
                    outside.append(f"{name}:{line}: {text[:60]}")
        self.assertEqual([], outside)

    def test_no_sentence_in_one_language_only(self):
        """What the command prints outside its tables holds no word: printf and fputs of literals carry marks and formats alone."""
        found = []
        for path in sorted((ROOT / "services/cli").glob("*.c")):
            if path.name in ("man.c", "completion.c"):  # roff and a shell script
                continue
            for line, text in enumerate(path.read_text().splitlines(), 1):
                for literal in re.findall(r'\b(?:printf|fputs|puts|fprintf)\((?:stderr, |stdout, )?"((?:\\.|[^"\\])*)"', text):
                    words = re.sub(r"%[-+ #0-9.*]*(?:l|ll|z|j|h)?[a-zA-Z%]|\\.|\bworkrelief\b", "", literal)
                    if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", words):
                        found.append(f"{path.name}:{line}: {literal}")
        self.assertEqual([], found)

    def test_english_is_whole(self):
        done = subprocess.run(["msgfmt", "--statistics", "-o", "/dev/null", BUILD / "po/en.po"], capture_output=True, text=True, check=True)
        self.assertRegex(done.stderr, r"^\d{4,} translated messages\.$")
        self.assertGreater(len(self.entries), 2000)

    def test_the_template_is_fit_for_a_translator(self):
        text = (BUILD / "po/workrelief.pot").read_text()
        self.assertRegex(text, r'#\. not allowed\n#: services/cli/main\.c:\d+\nmsgid "无权办理"\nmsgstr ""')
        subprocess.run(["msgfmt", "--check-format", "-o", "/dev/null", BUILD / "po/workrelief.pot"], check=True)

    def test_english_comes_by_gettext_and_without_a_catalogue_from_the_sources(self):
        self.assertIn("not allowed", self.run_cli("help", "exit", language="en", catalogues="/nonexistent")[1])
        other = self.folder / "other/en/LC_MESSAGES"
        other.mkdir(parents=True)
        subprocess.run(["msgfmt", "-o", other / "workrelief.mo", "-"], input='msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\nmsgid "无权办理"\nmsgstr "go away"\n',
                       text=True, check=True)
        out = self.run_cli("help", "exit", language="en", catalogues=self.folder / "other")[1]
        self.assertIn("go away", out)
        self.assertIn("an internal fault", out)  # what the catalogue lacks


class OtherLanguageTest(LanguageCase):
    def left_over(self, text):
        """What was said, but not in the invented language."""
        while OPEN in text:
            shorter = re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", text)
            if shorter == text:
                break
            text = shorter
        text = re.sub(f"  [^{OPEN}{CLOSE}\\n]*?{CLOSE}", "", re.sub(r"   +", "  ", text))  # a cell that shows the end of a sentence
        return [line for line in EXAMPLE.sub("", text).splitlines() if CHINESE.search(line)]

    def test_help_of_everything(self):
        nouns = re.findall(r"^NOUN\((\w+)\)", (ROOT / "services/cli/nouns.def").read_text(), re.M)
        for words in (["help"], ["help", "exit"], ["help", "registry.AddUnit"], *([noun, "--help"] for noun in nouns)):
            code, out = self.run_cli(*words)
            self.assertEqual(0, code, words)
            self.assertIn(OPEN, out, words)
            self.assertEqual([], self.left_over(out), words)

    def test_complaints(self):
        for words in (["nonsense"], ["node", "nonsense"], ["call"], ["call", "registry.Nonsense"], ["call", "registry.GetProject"], ["report", "--timeout", "x"],
                      ["import", "nonsense", "x.csv"], ["watch", "--from", "x"], ["explain", "NO_SUCH"]):
            code, out = self.run_cli(*words)
            self.assertNotEqual(0, code, words)
            self.assertIn(OPEN, out, words)
            self.assertEqual([], self.left_over(out), words)

    def test_every_refusal(self):
        """`explain` knows all rules of all services; each is in the catalogue."""
        code, out = self.run_cli("explain", "-o", "csv")
        self.assertEqual(0, code)
        rows = out.strip().splitlines()
        self.assertGreater(len(rows), 500)
        self.assertEqual([], self.left_over(re.sub(r"[^,\n]*〔\d{4}〕[^,\n]*|GB[^,\n]*", "", out))[:5])

    def test_chinese_is_what_it_was(self):
        code, out = self.run_cli("help", "exit", language="zh")
        self.assertNotIn(OPEN, out)
        self.assertIn("无权办理", out)


class ServiceInOtherLanguageTest(LanguageCase, ServiceCase):
    services = ("registry", "gateway")

    def test_what_a_service_says(self):
        """Its sentence comes in Chinese and is translated here, also when it is followed by what it is about."""
        node = self.house.node.directory
        code, out = self.run_cli("call", "registry.GetProject", "project_code=2405-140214-04-01-000990", node=node)
        self.assertEqual(1, code)
        self.assertIn(OPEN, out)
        code, out = self.run_cli("call", "registry.AddUnit", "unit_id=x", "uscc=9114", node=node)
        self.assertEqual(65, code)
        self.assertGreaterEqual(out.count(OPEN), 2)
        self.assertEqual([], [line for line in OtherLanguageTest.left_over(self, out) if "unit" not in line])
        code, out = self.run_cli("call", "registry.ListUnits", node=node, language="en")
        self.assertEqual(0, code)
        self.assertNotRegex(out, CHINESE)

    def test_the_gateway_s_own_answers_have_two_languages(self):
        """The other services do not run here: the gateway answers for them, in the language asked for."""
        for language, words in (("zh", "后端服务"), ("en", "The service"), ("xx", OPEN)):
            code, out = self.run_cli("call", "payroll.ListPayPolicies", "--via", "gateway", "--timeout", "2", language=language, node=self.house.node.directory)
            self.assertEqual(75, code, out)
            self.assertIn(words, out)
