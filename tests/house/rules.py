#!/usr/bin/python3
"""Every rule of services/*/rules.def that no test names: a refusal nobody has seen.

A test names a rule when the rule's id stands in it as a string, in Python or in C. --all prints also the proved ones with their tests; SERVICE
... narrows; --most N fails when more than N rules are unnamed."""
import argparse
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULE = re.compile(r"^RULE\((\w+),\s*(\w+),", re.M)
WORD = re.compile(r"[\"']([A-Z][A-Z0-9_]{2,})[\"']")


def rules():
    """(service, rule) in the order of the files."""
    for path in sorted(ROOT.glob("services/*/rules.def")):
        for name, _ in RULE.findall(path.read_text()):
            yield path.parent.name, name


def namings():
    """rule -> the test files that name it."""
    found = collections.defaultdict(set)
    for pattern in ("*_test.py", "*_test.c"):
        for path in sorted((ROOT / "tests").rglob(pattern)):
            if path.name == "refusals_test.py":  # which lists those that no test brings about
                continue
            for name in WORD.findall(path.read_text()):
                found[name].add(path)
    return found


def names_for(found, service, rule):
    """The tests that can mean this service's rule: its own files, and those of no service (wire, fault, e2e)."""
    services = {path.parent.name for path in ROOT.glob("services/*/rules.def")}
    return sorted(str(path.relative_to(ROOT)) for path in found[rule]
                  if path.name.split("_")[0] not in services - {service} or path.parent.name != "service")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("services", nargs="*")
    options.add_argument("--all", action="store_true", help="also the rules that tests name, with the tests")
    options.add_argument("--most", type=int, metavar="N", help="fail when more than N rules are unnamed")
    chosen = options.parse_args()
    found = namings()
    unnamed = collections.Counter()
    total = collections.Counter()
    for service, rule in rules():
        if chosen.services and service not in chosen.services:
            continue
        tests = names_for(found, service, rule)
        total[service] += 1
        unnamed[service] += not tests
        if not tests or chosen.all:
            print(f"{service:<10}  {'named ' if tests else 'UNSEEN'}  {rule}" + "".join(f"\n                      {test}" for test in tests if chosen.all))
    print("; ".join(f"{service} {unnamed[service]} of {total[service]}" for service in total) + ": rules that no test names")
    return 1 if chosen.most is not None and sum(unnamed.values()) > chosen.most else 0


if __name__ == "__main__":
    sys.exit(main())
