#!/usr/bin/python3
"""Every row of policy/requirements.csv with the named tests that prove it, or its absence.

A test proves a requirement when the number stands in its docstring, in the comment right above it, or in its body: "R127". Only test
functions count (test_* in Python and C). --missing lists only what nobody proves; --least N fails when fewer rows are proved."""
import argparse
import ast
import collections
import csv
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"\bR\d{3}\b")
C_TEST = re.compile(r"((?:/\*(?:[^*]|\*(?!/))*\*/\s*)?)static void (test_\w+|\w+_test)\s*\([^)]*\)\s*\{", re.S)


def python_tests(path):
    source = path.read_text()
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            first = node.lineno - 1
            while first and lines[first - 1].strip().startswith("#"):
                first -= 1
            yield node.name, "\n".join(lines[first:node.end_lineno])


def c_tests(path):
    source = path.read_text()
    for match in C_TEST.finditer(source):
        depth, end = 1, match.end()
        while depth and end < len(source):
            depth += {"{": 1, "}": -1}.get(source[end], 0)
            end += 1
        yield match.group(2), source[match.start():end]


def proofs():
    found = collections.defaultdict(list)
    for pattern, tests_of in (("*_test.py", python_tests), ("*_test.c", c_tests)):
        for path in sorted((ROOT / "tests").rglob(pattern)):
            for name, text in tests_of(path):
                for number in sorted(set(NUMBER.findall(text))):
                    found[number].append(f"{path.relative_to(ROOT)}:{name}")
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--missing", action="store_true", help="only requirements without a proof")
    options.add_argument("--least", type=int, default=0, metavar="N", help="fail when fewer than N requirements are proved")
    chosen = options.parse_args()
    found = proofs()
    with open(ROOT / "policy/requirements.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    proved = [row for row in rows if found[row["id"]]]
    for row in rows:
        tests = found[row["id"]]
        if tests and chosen.missing:
            continue
        print(f"{row['id']}  {row['owner']:<10}  {'proved ' if tests else 'ABSENT '}  {row['requirement']}")
        for test in tests:
            print(f"        {test}")
    unknown = sorted(set(found) - {row["id"] for row in rows})
    print(f"{len(proved)} of {len(rows)} requirements proved by named tests" + (f"; unknown numbers: {' '.join(unknown)}" if unknown else ""))
    return 1 if unknown or len(proved) < chosen.least else 0


if __name__ == "__main__":
    sys.exit(main())
