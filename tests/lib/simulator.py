#!/usr/bin/python3
"""A province played by the real protocol: many district nodes, each with its own CURVE and SM2 keys, send their levels' reports of a quarter to one
real gateway, and misbehave as nodes do: they repeat, die between two parts, send out of order, lose their key and enrol again, restate.

    tests/lib/simulator.py [--districts 100] [--units 20] [--seed 1] [--threads 8]

Prints how many reports a second were taken, and what was lost or stands twice; exit code 1 when anything does. Above the district a report holds
the lines of its units, so 100 districts of 20 units are 100 signed reports of 20 units each. Reports and signatures are made before the clock starts:
that is the children's work.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

if __package__ in (None, ""):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
    __package__ = "lib"
from . import invariants, keys, messages  # noqa: E402
from .house import House  # noqa: E402
from .level import Level, line, packed, totals_of  # noqa: E402
from .tree import Cast, unit_row  # noqa: E402

PROVINCE, QUARTER = "140000-fgw", "2026Q2"
HABITS = ("plain", "repeats", "dies", "out_of_order", "revoked", "restates", "forged")
WEIGHTS = (40, 15, 15, 10, 5, 10, 5)
SUMMED = ("paid_fen", "due_fen", "day_hundredths", "absorbed_count")


class Wrong(AssertionError):
    """The parent did what it must not."""


@dataclasses.dataclass
class Counts:
    """Of the whole play; several threads add to it."""
    taken: int = 0
    parts: int = 0
    repeats: int = 0
    refused: int = 0
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def add(self, **more):
        with self.lock:
            for name, number in more.items():
                setattr(self, name, getattr(self, name) + number)


class District(Level):
    """A district's node and its habit."""

    def __init__(self, number, units, habit, parent, folder, chance):
        code = f"14{1 + number // 50:02d}{number % 50 + 21:02d}"
        super().__init__(f"{code}-fgj", code, parent, folder)
        self.number, self.habit, self.receipts = number, habit, {}
        self.revision = 1
        self.rows = [self._line(unit, chance.randint(1, 40), chance.randint(1, 50_000) * 100) for unit in range(units)]
        self.missing = [f"{code}-late"] if chance.random() < 0.1 else []

    def _line(self, unit, people, paid_fen):
        return line(f"2605-{self.unit_id}-04-01-{unit + 1:05d}0", f"{self.unit_id}-u{unit:02d}", people, paid_fen)

    def prepare(self):
        """Contents and signatures of all it will send."""
        self.signed = self._signed(self.rows)
        if self.habit == "restates":
            self.rows_after = [{**self.rows[0], "paid_fen": self.rows[0]["paid_fen"] + 100, "due_fen": self.rows[0]["due_fen"] + 100,
                                "cumulative_paid_fen": self.rows[0]["cumulative_paid_fen"] + 100, "cumulative_due_fen": self.rows[0]["cumulative_due_fen"] + 100},
                               *self.rows[1:]]
            self.signed_after = self._signed(self.rows_after, revision=2, restate_reason="漏报一笔")
        if self.habit == "forged":
            wrong = bytearray(self.signed[0]["content"])
            wrong[-1] ^= 1
            self.forgery = {**self.signed[0], "content": bytes(wrong)}

    def _signed(self, rows, **changed):
        return [self.sign.signed("ReportContent", packed("ReportContent", content))
                for content in self.content(QUARTER, rows, missing=self.missing, parts=2, totals=totals_of(rows), **changed)]

    def truth(self):
        rows = self.rows_after if self.habit == "restates" else self.rows
        return {name: sum(row[name] for row in rows) for name in SUMMED}

    # --- sending -----------------------------------------------------------------------------------------------------------------

    def ask(self, signed, wait_ms=20_000):
        return self.client.call("gateway.Deliver", {"signed": signed}, wait_ms=wait_ms, retry_seconds=90)

    def send(self, signed, counts):
        """One part until its receipt is here, as the uplink does; the same part must always get the same receipt."""
        reply = self.ask(signed)
        if not reply.ok:
            raise Wrong(f"{self.unit_id} {self.habit}: {reply}")
        receipt = (reply.body["receipt"]["content"], reply.body["receipt"]["signature"])
        first = self.receipts.setdefault(signed["content"], receipt)
        if first != receipt:
            raise Wrong(f"{self.unit_id}: another receipt for the same part")
        counts.add(parts=1)

    def refused(self, signed, counts, *reasons, wait_ms=1_500):
        reply = self.client.call("gateway.Deliver", {"signed": signed}, wait_ms=wait_ms)
        if reply.ok or reply.reason not in reasons:
            raise Wrong(f"{self.unit_id} {self.habit}: expected {reasons}, got {reply}")
        counts.add(refused=1)

    def file(self, counts, office):
        """The whole report by this district's habit."""
        first, second = self.signed
        if self.habit == "forged":
            self.refused(self.forgery, counts, "SIGNATURE_BAD")
        if self.habit == "out_of_order":
            self.refused(second, counts, "PART_OUT_OF_ORDER")
        self.send(first, counts)
        if self.habit == "dies":  # with or without the receipt on record: it begins with the first part again, on a new connection
            self.close()
            self.send(first, counts)
            counts.add(repeats=1)
        if self.habit == "revoked":
            self.lose_key(counts, office, second)
        self.send(second, counts)
        if self.habit == "repeats":
            for signed in (first, second, second):
                self.send(signed, counts)
            counts.add(repeats=3)
        counts.add(taken=1)

    def lose_key(self, counts, office, signed):
        """Its key is revoked between two parts and the rest is not taken; with new keys it goes on where it stood."""
        office("gateway.RevokeChild", {"unit_id": self.node_unit_id, "revoke_reason": "密钥遗失"})
        self.refused(signed, counts, "KEY_UNKNOWN", "NO_ANSWER", "CHILD_REVOKED")
        self.close()
        self.key = keys.Key(f"gateway-{self.node_unit_id}-2", self.node_unit_id, "CHECKER", ("CHILD",), "gateway")
        office("gateway.AddChild", self.enrolment())


class Province:
    """The parent: one real node, of which registry and gateway run."""

    def __init__(self, districts, units, seed):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-province-"))
        self.house = House(("registry", "gateway"))
        self.cast = Cast(self.house, office=PROVINCE)
        self.counts, self.seed = Counts(), seed
        chance = random.Random(seed)
        habits = list(HABITS[:districts]) + chance.choices(HABITS, WEIGHTS, k=max(0, districts - len(HABITS)))
        chance.shuffle(habits)
        self.districts = [District(number, units, habit, self.house.node, self.folder, chance) for number, habit in enumerate(habits)]
        self._office_lock = threading.Lock()

    def close(self):
        for district in self.districts:
            district.close()
        self.house.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def office(self, method, request):
        """The office's checker; one at a time, for its socket is one."""
        with self._office_lock:
            return self.cast.office_checker.ok(method, request)

    def prepare(self, threads):
        for number, district in enumerate(self.districts, 1):
            self.cast.office.ok("registry.AddUnit", {**unit_row(number, district.unit_id, f"示例{number}区", "OTHER_UNIT", district.unit_id, True)})
        self.house.settle()
        for district in self.districts:
            self.office("gateway.AddChild", district.enrolment())
        self.office("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        self._in_threads(threads, District.prepare)

    def _in_threads(self, threads, work):
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(work, district) for district in self.districts]:
                done.result()

    def file_all(self, threads):
        began = time.monotonic()
        self._in_threads(threads, lambda district: district.file(self.counts, self.office))
        return time.monotonic() - began

    def decide(self):
        """Accepts everything; who restates does so now and is accepted again."""
        for district in self.districts:
            self.office("gateway.AcceptReport", {"report_code": f"{district.unit_id}-{QUARTER}-1"})
        for district in self.districts:
            if district.habit != "restates":
                continue
            for signed in district.signed_after:
                district.send(signed, self.counts)
            self.office("gateway.AcceptReport", {"report_code": f"{district.unit_id}-{QUARTER}-2"})

    def consolidate(self):
        began = time.monotonic()
        self.office("gateway.Consolidate", {"quarter": QUARTER})
        return time.monotonic() - began

    # --- judging -----------------------------------------------------------------------------------------------------------------

    def _sql(self, text):
        return self.house.node.cluster.sql(self.house.node.database, text)

    def findings(self):
        """What is lost, doubled or added up wrongly; one sentence each."""
        found = []
        wanted = {}
        for district in self.districts:
            for signed in district.signed + (district.signed_after if district.habit == "restates" else []):
                content = messages.message_type("ReportContent").FromString(signed["content"])
                wanted[f"{content.report_code}/{content.part_number}"] = invariants.sm3(signed["content"]).hex()
        held = self._sql("SELECT report_code || '/' || part_number, encode(digest, 'hex') FROM gateway.delivery ORDER BY 1")
        self.lost = sorted(set(wanted) - {name for name, _ in held})
        self.doubled = len(held) - len({name for name, _ in held})
        found += [f"lost: {name}" for name in self.lost] + [f"{self.doubled} stand twice"] * bool(self.doubled)
        found += [f"{name} is not what was sent" for name, digest in held if wanted.get(name) != digest]
        lines = self._sql(f"SELECT count(*), count(DISTINCT (project_code)) FROM gateway.report_line JOIN gateway.report USING (report_code) WHERE report_state = 'ACCEPTED'"
                          f" AND quarter = '{QUARTER}'")[0]
        units = sum(len(district.rows) for district in self.districts)
        if lines != [str(units), str(units)]:
            found.append(f"{lines} lines of accepted reports instead of {units}")
        summary = self.cast.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})
        for name in SUMMED:
            truth = sum(district.truth()[name] for district in self.districts)
            if summary["summary"][name] != truth:
                found.append(f"{name}: {summary['summary'][name]} instead of {truth}")
        if summary["level_counts"]["accepted_count"] != units:
            found.append(f"{summary['level_counts']} instead of {units} units accepted")
        return found


def play(districts=100, units=20, seed=1, threads=8, say=print):
    """The whole play; the findings."""
    province = Province(districts, units, seed)
    try:
        province.prepare(threads)
        seconds = province.file_all(threads)
        province.decide()
        consolidated = province.consolidate()
        found = province.findings()
        counts = province.counts
        say(f"seed {seed}: {districts} districts x {units} units in {seconds:.1f} s: {counts.taken / seconds:.0f} signed reports/s, "
            f"{counts.taken * units / seconds:.0f} unit reports/s, {counts.parts} parts taken, {counts.repeats} of them repeats, {counts.refused} refused; "
            f"consolidated in {consolidated:.2f} s; lost {len(province.lost)}, doubled {province.doubled}")
        habits = [district.habit for district in province.districts]
        say("  " + ", ".join(f"{habit} {habits.count(habit)}" for habit in HABITS))
        for row in found:
            say(f"  {row}")
        if not found:
            invariants.check(province.house.node)
        return found
    finally:
        province.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, fallback in (("districts", 100), ("units", 20), ("seed", 1), ("threads", os.cpu_count() * 4)):
        parser.add_argument(f"--{name}", type=int, default=fallback)
    return 1 if play(**vars(parser.parse_args())) else 0


if __name__ == "__main__":
    sys.exit(main())
