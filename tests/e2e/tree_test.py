"""Three levels on networks of their own: two districts, each with its office's node and a bureau's node, and the city above them, through four
quarters and a year. At every step something dies or a cable is cut. At the end every report is in its place once, every signature verifies,
the totals are what the bureaus really did, and every journal replays into equal tables. Needs root and network namespaces."""
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import PATIENCE_SECONDS, cluster, invariants  # noqa: E402
from lib.family import CHILD_SETTINGS, admission, parent_settings  # noqa: E402
from lib.house import House  # noqa: E402
from lib.netns import Network  # noqa: E402
from lib.tree import BureauYear, Cast, quarter_of, sums, unit_row  # noqa: E402

YEAR, CITY = 2027, "140200-fgw"
DISTRICTS = ("140221", "140222")
OFFICE_SERVICES = ("registry", "evaluation", "gateway")
SEED = int(os.environ.get("TREE_SEED", "20271"))
FAULTS = ("cut", "child_dies", "parent_dies", "child_crashes_with_the_receipt", "parent_crashes_before_its_answer", "flapping", "child_loses_power", "parent_stopped")
CRASHED = 137
FIGURES = ("absorbed_count", "day_hundredths", "due_fen", "paid_fen")


class TreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-tree-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.network = Network()
        cls.addClassCleanup(cls.network.close)
        cls.city = cls.house("city", CITY, OFFICE_SERVICES)
        cls.city.travel(f"{YEAR - 1}-12-10")
        cls.offices, cls.bureaus, cls.cables, cls.years = {}, {}, {}, {}
        for number, district in enumerate(DISTRICTS, 1):
            office = cls.offices[district] = cls.house(f"o{number}", f"{district}-fgj", OFFICE_SERVICES, cls.city, {"gateway.upper_unit_id": district})
            bureau = cls.bureaus[district] = cls.house(f"b{number}", f"{district}-jtj", None, office)
            cls.years[district] = BureauYear(Cast(bureau, bureau=f"{district}-jtj", office=f"{district}-fgj"), district, YEAR, number, 190_00 + 10_00 * number)
        chance = random.Random(SEED)  # twice through the list, in an order of its own each time
        cls.faults = chance.sample(FAULTS, len(FAULTS)) + chance.sample(FAULTS, len(FAULTS))
        cls.prepare()

    @classmethod
    def house(cls, name, unit_id, services=None, parent=None, settings=None):
        """A node in its namespace, its parent's cable laid, its daemons running."""
        options = {"unit_id": unit_id, "settings": {**CHILD_SETTINGS, **(settings or {})}}
        if parent:
            options["clock_file"] = cls.city.node.clock_file
        node = cls.network.node(cls.folder / name, name, **options)
        if parent:
            cable = cls.cables[name] = cls.network.lay(parent.node, node)
            node.settings.update(parent_settings(parent.node, f"tcp://{cable.at(parent.node)}:{parent.node.port('gateway')}"))
            node.write_settings()
        house = House(*([services] if services else []), node=node, at=None)
        cls.addClassCleanup(house.close)
        return house

    @classmethod
    def prepare(cls):
        """Units, children, projects; all of it before the first fault."""
        city = Cast(cls.city, office=CITY)
        cls.casts = {None: city}
        for number, district in enumerate(DISTRICTS, 1):
            city.office.ok("registry.AddUnit", unit_row(number, district, f"示例{number}区", "OTHER_UNIT", district, True))
        city.office.ok("registry.AddUnit", unit_row(9, CITY, "市发展和改革委员会", "BUREAU", "140200"))
        for district in DISTRICTS:
            here = cls.casts[district] = Cast(cls.offices[district], office=f"{district}-fgj")
            here.office.ok("registry.AddUnit", unit_row(1, f"{district}-jtj", "区交通局", "BUREAU", district, True))
            here.office.ok("registry.AddUnit", unit_row(2, f"{district}-fgj", "区发展和改革局", "BUREAU", district))
            here.office.ok("registry.AddUnit", unit_row(3, CITY, "市发展和改革委员会", "UPPER_OFFICE", "140200"))
            city.office_checker.ok("gateway.AddChild", admission(cls.offices[district].node, [district]))
            here.office_checker.ok("gateway.AddChild", admission(cls.bureaus[district].node, [f"{district}-jtj"]))
            cls.years[district].prepare()
        city.office_checker.ok("registry.SetCalendarDays", {"calendar_year": YEAR, "source_note": "国办发明电〔2026〕9号", "rows": [
            {"day_date": f"{YEAR}-10-0{day}", "day_kind": "HOLIDAY", "day_name": "国庆节"} for day in range(1, 8)]})

    def houses(self):
        return [self.city, *self.offices.values(), *self.bureaus.values()]

    def eventually(self, what, house, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, f"I11: {what.__doc__ or 'waited too long'}\n{house.node.log_tail('gateway', 25)}")
            time.sleep(0.05)
        return result

    # --- faults --------------------------------------------------------------------------------------------------------------------

    def restart(self, house, crash_at=None):
        house.node.stop("gateway")
        house.node.start("gateway", crash_at=crash_at)

    def revive(self, house):
        """It has ended by itself, or will."""
        self.assertEqual(house.node.wait_end("gateway"), CRASHED)
        house.node.start("gateway")

    def through_a_fault(self, child, parent, cable, act, arrived):
        """act() hands something over at the child; while it travels the next fault of the list happens; arrived() must become true."""
        fault = self.faults.pop(0)
        began = time.monotonic()
        if fault == "cut":
            cable.cut()
            act()
            time.sleep(0.5)
            self.assertFalse(arrived(), "the cable is cut")
            cable.mend()
        elif fault == "child_dies":
            act()
            child.node.kill("gateway")
            child.node.start("gateway")
        elif fault == "parent_dies":
            parent.node.kill("gateway")
            act()
            parent.node.start("gateway")
        elif fault == "child_crashes_with_the_receipt":
            self.restart(child, "uplink_after_send")
            act()
            self.revive(child)
        elif fault == "parent_crashes_before_its_answer":
            self.restart(parent, "after_commit")
            act()
            self.revive(parent)
        elif fault == "flapping":
            act()
            for _ in range(4):
                cable.cut()
                time.sleep(0.15)
                cable.mend()
                time.sleep(0.1)
        elif fault == "child_loses_power":
            act()
            child.node.kill(*child.services)
            child.node.start(*child.services)
        else:
            parent.node.kill("gateway", number=signal.SIGSTOP)
            act()
            time.sleep(0.5)
            parent.node.kill("gateway", number=signal.SIGCONT)
        self.eventually(arrived, child)
        print(f"      {child.node.node_id} -> {parent.node.node_id}: {fault} {time.monotonic() - began:.1f} s", file=sys.stderr)

    # --- a quarter -----------------------------------------------------------------------------------------------------------------

    def file(self, code, cast, checker, projects):
        checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"comment_note": "已核实"}] + [
            {"project_code": project, "comment_note": "已核实"} for project in projects]})
        return lambda: checker.ok("gateway.SubmitReport", {"report_code": code})

    def settled(self, child_cast, child_unit_actor, parent_cast, code):
        """Whether the report is at the parent, and the child holds its receipt."""
        there = parent_cast.office.call("gateway.GetReport", {"report_code": code})
        here = child_unit_actor.call("gateway.GetReport", {"report_code": code})
        return there.ok and here.ok and there.body["report_state"] == "SUBMITTED" and here.body["in_custody"]

    def state_at(self, actor, code, state):
        reply = actor.call("gateway.GetReport", {"report_code": code})
        return reply.ok and reply.body["report_state"] == state

    def works(self, number):
        """The quarter's work and pay, up to its end and the opening of the reports."""
        first = self.years[DISTRICTS[0]]
        self.city.travel(first.days_later(number, 0) + " 18:00")
        for year in self.years.values():
            year.work(number)
        self.city.travel(first.days_later(number, 9))
        for year in self.years.values():
            year.pay()
        self.city.travel(first.days_later(number, 33))
        for bureau in self.bureaus.values():
            bureau.settle()
        quarter = quarter_of(YEAR, number)
        due = first.days_later(number, 60)
        self.casts[None].office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": due})
        for district in DISTRICTS:
            self.casts[district].office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": due})
        return quarter

    def district_reports(self, district, quarter):
        """The bureau's report goes to the district, is accepted and consolidated; the district's own goes to the city."""
        year, office, bureau = self.years[district], self.offices[district], self.bureaus[district]
        here, number = self.casts[district], DISTRICTS.index(district) + 1
        unit = year.unit_id

        def known():
            "the bureau knows the quarter"
            return [row for row in year.who.bureau.ok("gateway.ListQuarters", {})["rows"] if row["quarter"] == quarter]
        self.eventually(known, bureau)
        code = year.who.bureau.ok("gateway.DraftReport", {"unit_id": unit, "quarter": quarter})["report_code"]
        submit = self.file(code, year.who, year.who.bureau_checker, [year.project])
        self.through_a_fault(bureau, office, self.cables[f"b{number}"], submit, lambda: self.settled(year.who, year.who.bureau, here, code))
        here.office_checker.ok("gateway.AcceptReport", {"report_code": code})
        here.office_checker.ok("gateway.Consolidate", {"quarter": quarter})

        def open_above():
            "the district knows the city's calendar"
            return [row for row in here.office.ok("gateway.ListUpperQuarters", {})["rows"] if row["quarter"] == quarter]
        self.eventually(open_above, office)
        upper = here.office.ok("gateway.DraftUpperReport", {"quarter": quarter})["report_code"]
        submit = self.file(upper, here, here.office_checker, [year.project])
        self.through_a_fault(office, self.city, self.cables[f"o{number}"], submit, lambda: self.settled(here, here.office, self.casts[None], upper))
        self.casts[None].office_checker.ok("gateway.AcceptReport", {"report_code": upper})
        self.eventually(lambda: self.state_at(here.office, upper, "ACCEPTED"), office)
        self.eventually(lambda: self.state_at(year.who.bureau, code, "ACCEPTED"), bureau)

    def summary(self, cast, quarter):
        report = cast.office.ok("gateway.GetConsolidatedReport", {"quarter": quarter})["summary"]
        return {name: report[name] for name in FIGURES}

    def play(self, number):
        quarter = self.works(number)
        for district in DISTRICTS:
            self.district_reports(district, quarter)
            self.assertEqual(self.summary(self.casts[district], quarter), self.years[district].truth[quarter])
        self.casts[None].office_checker.ok("gateway.Consolidate", {"quarter": quarter})
        self.assertEqual(self.summary(self.casts[None], quarter), sums(year.truth[quarter] for year in self.years.values()))

    def test_1_first_quarter(self):
        "R188 R192 R196 T28 T29: reports climb from bureau to district to city while cables are cut and gateways die"
        self.play(1)

    def test_2_second_quarter(self):
        "R188 R192 T08 T10: the same while nodes crash with the receipt in hand and before the answer is out"
        self.play(2)

    def test_3_third_quarter_and_the_database_dies(self):
        "R188 R192 T11 T13: PostgreSQL of all nodes is killed at once in the middle of the reports"
        cluster.shared().kill()
        cluster.shared().start()
        for house in self.houses():
            for service in house.services:
                house.node.wait_ready(service, 60)
        self.play(3)

    def test_4_fourth_quarter(self):
        "R188 R192"
        self.play(4)

    def test_5_every_report_is_in_its_place_once(self):
        "R022 I8 I10: delivered once, under one receipt that both ends hold, with signatures that verify from end to end"
        pairs = [(self.bureaus[district], self.offices[district]) for district in DISTRICTS] + [(self.offices[district], self.city) for district in DISTRICTS]
        columns = "report_code, part_number, encode(content, 'hex'), encode(signature, 'hex'), encode(receipt_content, 'hex'), encode(receipt_signature, 'hex')"
        for child, parent in pairs:
            sent = child.node.cluster.sql(child.node.database, f"SELECT {columns} FROM gateway.outgoing_part WHERE part_state = 'IN_CUSTODY' ORDER BY 1, 2")
            self.assertEqual(len(sent), 4, "four quarters, one part each")
            self.assertEqual(child.node.cluster.sql(child.node.database, "SELECT count(*) FROM gateway.outgoing_part"), [["4"]])
            held = parent.node.cluster.sql(parent.node.database,
                                           f"SELECT {columns} FROM gateway.delivery WHERE sender_unit_id = '{child.node.unit_id}' ORDER BY 1, 2")
            self.assertEqual(sent, held)
            for _, _, content, signature, receipt, receipt_signature in sent:
                self.assertTrue(invariants.sm2_verifies(child.node.keys / "sign.key", "ReportContent", bytes.fromhex(content), bytes.fromhex(signature)))
                self.assertTrue(invariants.sm2_verifies(parent.node.keys / "sign.key", "ReceiptContent", bytes.fromhex(receipt), bytes.fromhex(receipt_signature)))

    def test_6_the_year(self):
        "R189 R196: four quarters make the year, at each level what the bureaus did in it"
        for cast, years in [(self.casts[None], list(self.years.values()))] + [(self.casts[district], [self.years[district]]) for district in DISTRICTS]:
            annual = cast.office.ok("gateway.GetAnnualReport", {"report_year": YEAR})
            truth = sums(sums(year.truth.values()) for year in years)
            self.assertEqual((annual["missing_quarters"], {name: annual[name] for name in ("day_hundredths", "due_fen", "paid_fen")}),
                             ([], {name: truth[name] for name in ("day_hundredths", "due_fen", "paid_fen")}))
            self.assertEqual(annual["absorbed_count"], sum(max(quarter["absorbed_count"] for quarter in year.truth.values()) for year in years),
                             "each person once in the year")

    def test_7_what_was_decided_above_is_known_below(self):
        "R192: a bureau sees that its district and its city have taken its report in; the city's calendar of working days is everywhere"
        for district in DISTRICTS:
            year = self.years[district]
            for quarter in year.truth:
                def both(quarter=quarter):
                    "the bureau hears of both levels"
                    levels = year.who.bureau.ok("gateway.GetReport", {"report_code": f"{year.unit_id}-{quarter}-1"})["levels"]
                    return [row["level_unit_id"] for row in levels] == [f"{district}-fgj", CITY]
                self.eventually(both, self.bureaus[district])
            self.eventually(lambda: len(year.who.bureau.rows("registry.ListCalendarDays", {"calendar_year": YEAR})) == 7, self.bureaus[district])

    def test_8_invariants(self):
        "I1-I14: chains, cursors, balances, secrecy and replay on all five nodes"
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(invariants.check, house.node) for house in self.houses()]:
                done.result()


if __name__ == "__main__":
    unittest.main()
