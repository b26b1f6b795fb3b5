#!/usr/bin/python3
"""extract.py [--pot] FILE - the catalogue of all sentences the programs say, from the sources: each stands there in Chinese with its English behind it.

The Chinese sentence is the msgid. Without --pot the English ones are its translation (en.po); with it they are notes for a translator into
another language. Where one Chinese sentence has several English ones, the further ones get theirs as msgctxt."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ("common", "services")
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\s+|.', re.S)
# What may stand between a sentence and its English: a comma, the next member of a struct, the next of two definitions or of two formats.
JOINT = re.compile(r"\s*,(\s*\.en\s*=)?\s*|\s*#define \w+_EN[\s\\]*|[^;{}]*;\s*(const char \*en =\s*arena_printf\([^;]*|snprintf\(en, sizeof en,)\s*")
CHINESE = re.compile(r"[\u3400-\u9fff]")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'", "0": "\0"}


def literal(token):
    return re.sub(r"\\(x[0-9a-fA-F]{2}|[0-7]{3}|.)", lambda found: ESCAPES.get(found[1], found[0]), token[1:-1])


def is_english(text):
    """It may name something by its Chinese word."""
    return not CHINESE.search(text) or (text[:1].isascii() and len(re.findall("[A-Za-z]", text)) > 2 * len(CHINESE.findall(text)))


def strings(path):
    """(line, text, what stands between it and the literal before) of each literal; neighbours are one, as the compiler has it."""
    line, between, out = 1, "", []
    for token in TOKEN.findall(path.read_text()):
        if token[0] == '"':
            if out and not between.strip():
                out[-1][1] += literal(token)
            else:
                out.append([line, literal(token), between])
            between = ""
        elif not token.startswith(("/*", "//")):
            between += token
        line += token.count("\n")
    return out


def sources():
    for folder in FOLDERS:
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in (".c", ".h", ".def"))


def pairs(path):
    """(line, Chinese, English) of a file, and the literals with Chinese that are no part of a pair."""
    found, alone, literals = [], [], strings(path)
    index = 0
    while index < len(literals):
        line, text, _ = literals[index]
        following = literals[index + 1] if index + 1 < len(literals) else None
        if not CHINESE.search(text):
            index += 1
            continue
        if following and JOINT.fullmatch(following[2]) and is_english(following[1]) and following[1].strip():
            found.append((line, text, following[1]))
            index += 2
            continue
        alone.append((line, text))
        index += 1
    if path.name == "heads.def":  # what they are called in English is their name in the contract
        found = [(0, text, name) for name, text in re.findall(r'^HEAD\((\w+), "([^"]*)"\)', path.read_text(), re.M)]
        found += [(0, text, value) for value, text in re.findall(r'^LABEL\(\w+, (\w+), "([^"]*)"\)', path.read_text(), re.M)]
        alone = []
    return found, alone


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def entries():
    """{(context, Chinese): (English, [places])}, in the order of the sources."""
    made, first = {}, {}
    for path in sources():
        for line, chinese, english in pairs(path)[0]:
            context = None if first.setdefault(chinese, english) == english else english
            made.setdefault((context, chinese), (english, []))[1].append(f"{path.relative_to(ROOT)}:{line}")
    return made


def main():
    pot = sys.argv[1] == "--pot"
    out = ['msgid ""', 'msgstr ""', '"Project-Id-Version: workrelief\\n"', '"MIME-Version: 1.0\\n"', '"Content-Type: text/plain; charset=UTF-8\\n"',
           '"Content-Transfer-Encoding: 8bit\\n"', f'"Language: {"" if pot else "en"}\\n"', ""]
    for (context, chinese), (english, places) in entries().items():
        out += [f"#. {line}" for line in english.split("\n") if pot and line]
        out += [f"#: {place}" for place in places[:3]]
        if places[0].startswith("services/cli/messages.def") and "%" in chinese:
            out.append("#, c-format")
        if context is not None:
            out.append(f"msgctxt {quoted(context)}")
        out += [f"msgid {quoted(chinese)}", f"msgstr {quoted('' if pot else english)}", ""]
    pathlib.Path(sys.argv[-1]).write_text("\n".join(out))


if __name__ == "__main__":
    main()
