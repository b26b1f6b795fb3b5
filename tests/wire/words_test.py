"""What the console and the notice board say stands in tables with both languages, and nowhere else; read from the sources, no node needed."""
import pathlib
import re
import unittest

GATEWAY = pathlib.Path(__file__).resolve().parents[2] / "services/gateway"
CONSOLE = GATEWAY / "web/console"
STRING = r'"(?:[^"\\\n]|\\.)*"'
PAIR = re.compile(rf'([A-Za-z_][A-Za-z0-9_]*):\s*\[\s*({STRING})\s*,\s*({STRING})\s*\]')
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2}")
# Said in the language of who does not read the page's, digits of quarters, and what is said before the tables are there.
ELSEWHERE = {("main.js", "中文"), ("rooms/login.js", "中文"), ("format.js", "一二三四"),
             ("api.js", "连接不上服务器，未丢失任何内容，请重试。"), ("rooms/consolidated.js", "按"), ("rooms/grid.js", "半")}  # the latter two are looked for, not said
NO_ENGLISH = {"people"}  # a counting word that English lacks
JOINTS = set("：、，。（）；！？“”《》 ")


def sources():
    return {str(file.relative_to(CONSOLE)): file.read_text() for file in sorted(CONSOLE.rglob("*.js"))}


def pairs(text):
    """(key, Chinese, English, where it stands)."""
    return [(found[1], found[2][1:-1], found[3][1:-1], found.span()) for found in PAIR.finditer(text)]


class ConsoleWordsTest(unittest.TestCase):
    def test_every_word_has_both_languages(self):
        """Each key has a Chinese and an English text, each in its own language, with the same parts put in."""
        count = 0
        for name, text in sources().items():
            for key, zh, en, _ in pairs(text):
                if not CHINESE.search(zh) and not CHINESE.search(en) and not ENGLISH.search(zh):
                    continue  # signs only, or no table of words
                if not CHINESE.search(zh + en):
                    continue  # a table of something else
                with self.subTest(file=name, key=key):
                    count += 1
                    self.assertTrue(CHINESE.search(zh), zh)
                    self.assertFalse(CHINESE.search(en), en)
                    self.assertTrue(en.strip() or key in NO_ENGLISH)
                    self.assertLessEqual(set(re.findall(r"\{\d\}", en)), {"{0}", "{1}", "{2}", "{3}", "{4}", "{5}", "{6}", "{7}", "{8}", "{9}"})
        self.assertGreater(count, 800)

    def test_no_sentence_is_outside_of_the_tables(self):
        for name, text in sources().items():
            inside = [span for _, _, _, span in pairs(text)]
            for found in re.finditer(rf"{STRING}|'(?:[^'\\\n]|\\.)*'|`[^`]*`", text):
                said = found.group()[1:-1]
                if not CHINESE.search(said) or any(first <= found.start() < last for first, last in inside) or (name, said) in ELSEWHERE:
                    continue
                with self.subTest(file=name, said=said):
                    self.fail("a sentence that has no English beside it")

    def test_every_key_that_is_asked_for_is_there(self):
        """t("key") of a key that no table has would show the key itself; no key is in two tables with two meanings."""
        texts, known = sources(), {}
        for name, text in texts.items():
            words = text[text.find("const words = {"):text.find("const values = {")] if name == "words.js" else text.partition("addWords(")[2]
            depth, end = 0, len(words)
            for at, sign in enumerate(words):  # the first table of addWords ends where its brace does
                depth += {"{": 1, "}": -1}.get(sign, 0) if not _in_string(words, at) else 0
                if sign == "}" and depth == 0 and at:
                    end = at
                    break
            for key, zh, en, _ in pairs(words[:end]):
                with self.subTest(key=key):
                    self.assertEqual((zh, en), known.setdefault(key, (zh, en)), "two tables say it differently")
        self.assertGreater(len(known), 400)
        asked = {(name, key) for name, text in texts.items() for key in re.findall(r'\bt\("([A-Za-z_0-9]+)"[,)]', text)}
        self.assertGreater(len(asked), 300)
        self.assertEqual([], sorted((name, key) for name, key in asked if key not in known))


def _in_string(text, at):
    line = text.rfind("\n", 0, at) + 1
    return len(re.findall(r'(?<!\\)"', text[line:at])) % 2 == 1


class BoardWordsTest(unittest.TestCase):
    def test_each_sentence_has_its_english(self):
        """Pages of the board are written in C: each Chinese text has an English one in the same statement or row."""
        count = 0
        for file in sorted(GATEWAY.glob("notice*.c")):
            text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S)
            for statement in re.split(r";\s*\n|\{\n", text):
                said = [one[1:-1] for one in re.findall(STRING, statement)]
                chinese = [one for one in said if CHINESE.search(one) and set(one) - JOINTS]
                if not chinese:
                    continue
                with self.subTest(file=file.name, said=chinese[0]):
                    count += len(chinese)
                    english = [one for one in said if (not CHINESE.search(one) or one == chinese[0]) and ENGLISH.search(re.sub(r"<[^>]*>|%[-.*0-9a-z]+", "", one))]
                    self.assertTrue(english, statement[:300])
        self.assertGreater(count, 100)


if __name__ == "__main__":
    unittest.main()
