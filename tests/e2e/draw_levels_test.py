"""The city draws from its district's report: rows of the district's own ledgers, and rows that lie on a bureau's node beneath the district."""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import levels_test as levels  # noqa: E402
from lib import cluster, path  # noqa: E402

QUARTER = levels.QUARTER
_THERE = vars(levels.LevelsTest)  # no class of this module: it would run here too


class DrawLevelsTest(unittest.TestCase):
    """The three nodes of levels_test, their quarter filed up to the city. In order."""

    house, prepare, enrol = (classmethod(_THERE[name].__func__) for name in ("house", "prepare", "enrol"))
    eventually, report, file, send_up, arrived, consolidate = (_THERE[name] for name in
                                                               ("eventually", "report", "file", "send_up", "arrived", "consolidate"))

    @classmethod
    def setUpClass(cls):
        _THERE["setUpClass"].__func__(cls)

    def ask(self, count=300):
        return self.city_checker.ok("gateway.DrawRows", {"report_code": self.code, "row_count": count})["draw_number"]

    def draw(self, number):
        return self.city_maker.ok("gateway.ListDraws", {"draw_number": number})["rows"][0]

    def answered(self, number):
        return self.eventually(lambda: (draw := self.draw(number))["draw_state"] == "ANSWERED" and draw, 60)

    def faults(self, number):
        return [(row["draw_fault"], row["project_code"]) for row in self.city_maker.rows("gateway.ListDrawFindings", {"draw_number": number})]

    def test_1_filed_up_to_the_city(self):
        self.city_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        self.here.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        self.eventually(lambda: self.there.bureau.ok("gateway.ListQuarters", {})["rows"])
        self.eventually(lambda: self.here.office.rows("gateway.ListUpperQuarters"))
        path.draw_sheet(self.here, self.hosted, "2026-06")
        path.draw_sheet(self.there, self.remote, "2026-06")
        for house in (self.district, self.bureau):
            house.settle()
        ours = self.file(self.here.bureau, self.here.bureau_checker, self.hosted)
        theirs = self.file(self.there.bureau, self.there.bureau_checker, self.remote)
        self.eventually(lambda: self.report(self.there.bureau, theirs)["in_custody"])
        for code in (ours, theirs):
            self.here.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        self.consolidate(self.here.office_checker, self.here.office)
        type(self).code = self.send_up()
        self.arrived(self.code)
        lines = self.report(self.city_maker, self.code)["lines"]
        below = {line["project_code"]: line for code in (ours, theirs) for line in self.report(self.here.office, code)["lines"]}
        for line in lines:
            self.assertEqual((line["ledger_root"], line["ledger_row_count"]), (below[line["project_code"]]["ledger_root"], 6))

    def test_2_rows_of_both_nodes_with_proofs_that_hold_at_the_city(self):
        "R192: the district shows its own rows and passes the question on for the bureau's; every proof leads to the root that came up"
        number = self.ask()
        draw = self.answered(number)
        self.assertEqual((draw["row_count"], draw["finding_count"], self.faults(number)), (12, 0, []))
        shown = self.city_maker.ok("gateway.GetDrawAnswer", {"draw_number": number})["shown"]
        self.assertEqual({row["reported"]["project_code"] for row in shown}, {self.hosted, self.remote})
        self.assertEqual([row["present"] for row in shown], [row["reported"] for row in shown])
        relayed = self.here.office.rows("gateway.ListDraws")
        self.assertEqual([(row["node_unit_id"], row["draw_state"], row["row_count"]) for row in relayed], [(levels.BUREAU, "ANSWERED", 6)])

    def test_3_the_district_dies_between_question_and_answer(self):
        "R022 R192: the district is killed when it has passed the question on, and when the bureau's answer comes: one answer reaches the city"
        for point in ("after_commit", "draw_after_rows", "draw_after_record"):
            with self.subTest(point=point):
                self.district.node.stop("gateway")
                number = self.ask(8)
                self.district.node.start("gateway", crash_at=point, wait=False)
                self.assertEqual(self.district.node.wait_end("gateway", 60), levels.CRASH_STATUS)
                self.district.node.start("gateway")
                self.assertEqual(self.answered(number)["finding_count"], 0)
        once = "SELECT count(*), count(DISTINCT (relayed_seed, report_code)) FROM gateway.draw WHERE relayed_seed IS NOT NULL"
        self.assertEqual(*cluster.shared().sql(self.district.node.database, once)[0])

    def test_4_what_changed_at_the_bureau_is_found_at_the_city(self):
        "R192 R103: a ledger two levels down that is no longer what was signed; found at the district and at the city"
        cluster.shared().sql(self.bureau.node.database, "UPDATE workforce.frozen_worker SET day_hundredths = 100 WHERE worker_number = (SELECT min(worker_number) FROM workforce.frozen_worker)")
        number = self.ask()
        self.answered(number)
        self.assertEqual(self.faults(number), [("ROW_CHANGED", self.remote)])
        self.assertEqual([row["draw_fault"] for row in self.here.office.rows("gateway.ListDrawFindings")], ["ROW_CHANGED"])

    def test_5_a_bureau_that_is_away_holds_up_nobody_for_ever(self):
        "R192: on the due day the district shows what it has; the bureau's rows are findings, the district's own are none"
        self.bureau.node.stop("gateway")
        number = self.city_checker.ok("gateway.DrawRows", {"report_code": self.code, "row_count": 300, "due_date": self.city.today()})["draw_number"]
        self.answered(number)
        self.assertEqual(self.faults(number), [("ROW_MISSING", self.remote)] * 6)
        self.bureau.node.start("gateway")

    def test_6_replay(self):
        "I6: the gateways' journals, replayed into empty schemas, give equal tables"
        for house in (self.city, self.district, self.bureau):
            house.node.stop("gateway")
            done = subprocess.run([pathlib.Path(os.environ.get("BUILD", "build")) / "bin/gateway", "--node", house.node.directory, "--replay"],
                                  capture_output=True, text=True, check=False, cwd=pathlib.Path(__file__).resolve().parents[2])
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
