"""Fraud signals: a district made up with fraud that is known and with look-alikes that are innocent; what the scan says of both."""
import collections
import datetime
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, path, people  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

MONTH, DAYS = "2026-06", 30
PROJECTS, CREW, TEAMS = 20, 40, 4


def code_of(number):
    return f"2605-140214-04-01-9{number:04d}0"


class District:
    """Rows of attendance, roster and wage lines for a month, with the truth about each worker beside them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.attended, self.lines, self.agreements = {}, {}, {}
        self.truth = collections.defaultdict(set)  # kind -> worker numbers
        self.sharing = []                          # (project, kind, workers)
        self.phones, self.accounts, self.roles, self.confirmed = {}, {}, {}, {}
        for project in range(1, PROJECTS + 1):
            rain = {team: self.random.sample(range(1, DAYS), 3) for team in range(TEAMS)}
            for place in range(CREW):
                self.add(project, project * 1000 + place, place % TEAMS, rain[place % TEAMS])
        self.free = [project * 1000 + place for project in range(1, PROJECTS + 1) if project not in (7, 9, 11) for place in range(CREW)]
        self.random.shuffle(self.free)
        for part in (self.plant_accounts, self.plant_pay, self.plant_sites, self.plant_patterns, self.plant_confirmations, self.plant_people):
            part()

    def add(self, project, worker, team, rain):
        days = {day: 100 for day in range(1, DAYS + 1) if datetime.date(2026, 6, day).weekday() < 6 and self.random.random() > 0.12}
        days.update({day: 50 for day in rain if day in days})
        for day in self.random.sample(sorted(days), 2):
            days[day] = self.random.choice((25, 50, 75, 100))
        self.put(project, worker, days, f"{team + 1}班")
        self.agreements[project, worker] = self.random.randint(25, 59)

    def put(self, project, worker, days, team):
        self.attended[project, worker] = (dict(sorted(days.items())), team)
        self.lines[project, worker] = sum(days.values())

    def take(self, count):
        return [self.free.pop() for _ in range(count)]

    def plant_accounts(self):
        for size in (2, 2, 2, 2, 2, 4):
            group = self.take(size)
            self.accounts.update(dict.fromkeys(group, f"account{group[0]}"))
            self.truth["SHARED_ACCOUNT"] |= set(group)
        for declared in (True,) * 5 + (False,) * 2:  # couples: five said so, two did not, which is no fraud but deserves the look
            couple = self.take(2)
            self.accounts.update(dict.fromkeys(couple, f"account{couple[0]}"))
            if declared:
                self.sharing.append((couple[0] // 1000, "ACCOUNT", couple))
        for size, honest in ((2, True), (3, True), (3, True), (4, True), (6, False), (9, False)):
            group = self.take(size)
            self.phones.update(dict.fromkeys(group, f"phone{group[0]}"))
            if not honest:
                self.truth["SHARED_PHONE"] |= set(group)
            elif size >= 4:
                self.sharing.append((group[0] // 1000, "PHONE", group))  # a large family

    def plant_pay(self):
        for ghost in self.take(5):
            del self.attended[ghost // 1000, ghost]
            self.truth["PAY_WITHOUT_ATTENDANCE"].add(ghost)
        for padded in self.take(3):
            self.lines[padded // 1000, padded] += 300
            self.truth["PAY_WITHOUT_ATTENDANCE"].add(padded)
        for shorted in self.take(3):  # paid less than worked: an arrear, no pay without work
            self.lines[shorted // 1000, shorted] -= 100
        for stranger in range(4):
            self.lines[1 + stranger, 900_001 + stranger] = 2000
            self.truth["NOT_REGISTERED"].add(900_001 + stranger)
            self.truth["PAY_WITHOUT_ATTENDANCE"].add(900_001 + stranger)

    def plant_sites(self):
        for worker in self.take(4):
            other = worker // 1000 % PROJECTS + 1
            days = dict.fromkeys(range(1, 21), 100)
            self.put(worker // 1000, worker, days, "1班")
            self.put(other, worker, days, "1班")
            self.agreements[other, worker] = 30
            self.truth["TWO_SITES"].add(worker)
            self.truth["DAYS_ABOVE_MONTH"].add(worker)
        for worker in self.take(5):  # mornings here, afternoons there
            other = worker // 1000 % PROJECTS + 1
            days = dict.fromkeys(range(1, 13), 50)
            self.put(worker // 1000, worker, days, "1班")
            self.put(other, worker, days, "1班")
            self.agreements[other, worker] = 30

    def plant_patterns(self):
        for place in range(CREW):
            self.put(7, 7000 + place, dict.fromkeys(range(1, DAYS + 1), 100), f"{place % TEAMS + 1}班")
            self.truth["EVERY_DAY"].add(7000 + place)
        for watchman in self.take(2):
            self.put(watchman // 1000, watchman, dict.fromkeys(range(1, DAYS + 1), 100), "1班")
        copied = {day: part for day, part in zip((1, 2, 4, 5, 8, 10, 11, 12, 16, 18, 19), (100, 50, 100, 75, 100, 100, 25, 100, 50, 100, 100))}
        for place in (0, 1, 2, 3, 5):  # ghosts spread over the teams of one site
            self.put(11, 11_000 + place, copied, f"{place % TEAMS + 1}班")
            self.truth["COPIED_PATTERN"].add(11_000 + place)
        rained = {day: part for day, part in zip((1, 2, 3, 4, 8, 9, 10, 11, 15, 16), (100, 50, 50, 100, 100, 100, 25, 100, 100, 50))}
        for place in range(3, CREW, TEAMS):  # a whole team with one pattern
            if 11_000 + place not in self.truth["COPIED_PATTERN"]:
                self.put(11, 11_000 + place, rained, "5班")

    def plant_confirmations(self):
        """(method, seconds behind eight in the morning) by worker; sheets are signed on paper unless said."""
        for place in range(CREW):
            self.confirmed[9, 9000 + place] = ("ELECTRONIC", place)
            self.truth["CONFIRMED_AT_ONCE"].add(9000 + place)
            self.confirmed[11, 11_000 + place] = ("ELECTRONIC", place if place < 30 else 3600 * place)  # a meeting, and those who were not there

    def plant_people(self):
        for worker in self.take(3):
            self.roles[worker] = "STAFF"
            self.truth["STAFF_PAID"].add(worker)
        for worker in self.take(2):
            self.agreements[worker // 1000, worker] = 15
            self.truth["UNDER_AGE"].add(worker)
        for worker in self.take(4):  # invented people with days, card and telephone of their own: no signal can know them
            self.truth["INVENTED"].add(worker)

    def sql(self):
        def token(text):
            return f"'\\x{text.encode().hex()}'"

        def mask(worker):
            return f"'**************{worker % 10000:04d}'"

        def text_of(days):
            return " ".join(f"{day:02d}:{part}" for day, part in days.items())
        projects = range(1, PROJECTS + 1)
        yield "INSERT INTO evaluation.project (project_code, project_name, bureau_unit_id, project_state) VALUES " + ", ".join(
            f"('{code_of(number)}', '示例项目{number}', '140214-jtj', 'CONSTRUCTION')" for number in projects)
        yield "INSERT INTO evaluation.project_party VALUES " + ", ".join(
            f"('{code_of(number)}', '{unit}', '{relation}')" for number in projects
            for unit, relation in (("140214-jtj", "BUREAU"), ("contractor-1", "CONTRACTOR"), ("township-1", "TOWNSHIP")))
        yield f"INSERT INTO evaluation.sealed_month SELECT project_code, '{MONTH}', '\\x01', 40, 0 FROM evaluation.project"
        yield ("INSERT INTO evaluation.sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen, "
               f"attendance_digest) SELECT project_code, project_code || '-1', '{MONTH}', 'PUBLICISED', 40, 0, 0, 0, 0, '\\x01' FROM evaluation.project")
        yield "INSERT INTO evaluation.attended VALUES " + ", ".join(
            f"('{code_of(project)}', '{MONTH}', {worker}, {token(str(worker))}, {mask(worker)}, NULL, {token(self.phones.get(worker, f'p{worker}'))}, "
            f"{sum(days.values())}, {len(days)}, '{text_of(days)}', '{MONTH}-{min(days):02d}', '{MONTH}-{max(days):02d}', 'A{worker}', 'WORK_RELIEF_SERVICE', "
            f"'{self.roles.get(worker, 'BUILDER')}', '{team}')" for (project, worker), (days, team) in self.attended.items())
        yield "INSERT INTO evaluation.agreement VALUES " + ", ".join(
            f"('{code_of(project)}', 'A{worker}', {worker}, '2026-06-01', '2026-12-31', {age}, 'WORK_RELIEF_SERVICE')"
            for (project, worker), age in self.agreements.items())
        yield "INSERT INTO evaluation.roster SELECT DISTINCT project_code, worker_number FROM evaluation.agreement"
        lines = []
        for (project, worker), days in self.lines.items():
            method, seconds = self.confirmed.get((project, worker), ("SIGNATURE", 0))
            lines.append(f"('{code_of(project)}', '{code_of(project)}-1', {worker}, '{MONTH}', {mask(worker)}, 'A{worker}', 'WORK_RELIEF_SERVICE', {days}, "
                         f"{days * 200}, {days * 200}, 'CONFIRMED', 0, NULL, {token(self.accounts.get(worker, f'a{worker}'))}, '****', '{method}', "
                         f"timestamptz '2026-07-05 08:00+08' + interval '{seconds} seconds', 'WORK_RELIEF_SERVICE')")
        yield "INSERT INTO evaluation.ledger_line VALUES " + ", ".join(lines)


class GeneratedDistrictTest(ServiceCase):
    services = ("evaluation",)
    at = "2026-07-20 08:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.district = District(20260622)
        for statement in cls.district.sql():
            cls.house.node.cluster.sql(cls.house.node.database, statement)
        cls.house.node.stop("evaluation")  # who may do what is read at the start
        cls.house.node.start("evaluation")
        for project, kind, workers in cls.district.sharing:
            declared = cls.world.bureau.ok("evaluation.DeclareSharing", {"project_code": code_of(project), "share_kind": kind, "worker_numbers": workers,
                                                                         "sharing_reason": "夫妻共用一张社保卡" if kind == "ACCOUNT" else "一家人共用一部手机"})
            cls.world.bureau_checker.ok("evaluation.ApproveSharing", {"project_code": code_of(project), "sharing_number": declared["sharing_number"]})
        cls.scan = cls.world.office.ok("evaluation.ScanFraud", {"month": MONTH})

    def flagged(self):
        people = collections.defaultdict(set)
        for kind, worker in self.sql("SELECT s.signal_kind, r.worker_number FROM evaluation.fraud_signal s JOIN evaluation.fraud_signal_row r "
                                     f"USING (project_code, signal_code) WHERE s.period = '{MONTH}'"):
            people[kind].add(int(worker))
        return people

    def test_precision_and_recall(self):
        "R160: each planted kind is found, look-alikes are left in peace; printed"
        flagged, truth = self.flagged(), self.district.truth
        print(f"\n{'signal':24} planted  found  right")
        for kind in sorted(set(truth) | set(flagged)):
            print(f"{kind:24} {len(truth[kind]):7} {len(flagged[kind]):6} {len(truth[kind] & flagged[kind]):6}")
        guilty, suspects = set().union(*truth.values()), set().union(*flagged.values())
        precision, recall = len(guilty & suspects) / len(suspects), len(guilty & suspects) / len(guilty)
        print(f"people: precision {precision:.3f}, recall {recall:.3f} ({len(suspects)} suspects, {len(guilty)} guilty, "
              f"{len({worker for _, worker in self.district.lines})} paid)", flush=True)
        for kind in set(truth) - {"INVENTED"}:
            self.assertEqual(truth[kind] - flagged[kind], set(), kind)
        # The only ones wrongly suspected are the two couples who declared nothing; the only ones missed are the four who look like anybody.
        self.assertEqual({kind: len(flagged[kind] - truth[kind]) for kind in flagged if flagged[kind] - truth[kind]}, {"SHARED_ACCOUNT": 4})
        self.assertGreaterEqual(precision, 0.95)
        self.assertGreaterEqual(recall, 0.95)

    def test_each_signal_says_why_and_shows_its_rows(self):
        "R160: kind, score, sentence in two languages, and the rows with masks; the worst first"
        rows = self.office.rows("evaluation.ListSignals")
        self.assertEqual([row["score"] for row in rows], sorted((row["score"] for row in rows), reverse=True))
        every_day = next(row for row in rows if row["signal_kind"] == "EVERY_DAY")
        self.assertEqual((every_day["project_code"], every_day["person_count"], every_day["score"]), (code_of(7), 40, 100))
        self.assertIn("40人全月无休", every_day["signal_note"])
        self.assertIn("40 people", every_day["english_note"])
        proof = self.office.rows("evaluation.ListSignalRows", {"project_code": code_of(7), "signal_code": every_day["signal_code"]})
        self.assertEqual((len(proof), proof[0]["day_hundredths"], proof[0]["id_number_mask"]), (40, 3000, "**************7000"))
        risks = self.office.rows("evaluation.ListProjectRisks")
        self.assertEqual([row["total_score"] for row in risks], sorted((row["total_score"] for row in risks), reverse=True))
        self.assertEqual(sum(row["open_count"] for row in risks), len([row for row in rows if row["signal_state"] == "OPEN"]))

    def test_what_was_dismissed_is_not_raised_again_for_the_same_rows(self):
        "R160: a reason and a checker; the same rows stay dismissed, another row brings it back; a confirmed signal becomes a finding with its rows"
        rows = {row["signal_kind"]: row for row in self.office.rows("evaluation.ListSignals", {"signal_state": "OPEN"})}
        phone, staff = rows["SHARED_PHONE"], rows["STAFF_PAID"]
        dismiss = {"project_code": phone["project_code"], "signal_code": phone["signal_code"], "decision_reason": "村里统一登记的联络电话, 已补正"}
        self.office.refused("evaluation.DismissSignal", dismiss, "PERMISSION_DENIED", "WRONG_DUTY")
        self.office_checker.refused("evaluation.DismissSignal", {**dismiss, "decision_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", path="decision_reason")
        self.assertEqual(self.office_checker.ok("evaluation.DismissSignal", dismiss)["signal_state"], "DISMISSED")
        self.office_checker.refused("evaluation.DismissSignal", dismiss, "FAILED_PRECONDITION", "SIGNAL_STATE")
        confirm = {"project_code": staff["project_code"], "signal_code": staff["signal_code"], "decision_reason": "管理人员列入名册", "responsible_unit_id": "contractor-1"}
        self.bureau_checker.refused("evaluation.ConfirmSignal", {**confirm, "responsible_unit_id": "contractor-2"}, "FAILED_PRECONDITION", "NOT_A_PARTY")
        self.bureau_checker.refused("evaluation.ConfirmSignal", {**confirm, "signal_code": "none"}, "NOT_FOUND", "SIGNAL_NOT_FOUND")
        confirmed = self.bureau_checker.ok("evaluation.ConfirmSignal", confirm)
        finding = {"project_code": confirmed["project_code"], "finding_code": confirmed["finding_code"]}
        self.assertEqual(len(self.bureau.rows("evaluation.ListFindingRows", finding)), staff["person_count"])
        self.assertIn("FRAUD_SIGNAL", {row["finding_kind"] for row in self.bureau.rows("evaluation.ListFindings", {"project_code": finding["project_code"]})})
        again = self.office.ok("evaluation.ScanFraud", {"month": MONTH})
        self.assertEqual((again["found_count"], again["new_count"], again["cleared_count"]), (self.scan["found_count"], 0, 0))
        worker = int(self.sql(f"SELECT min(worker_number) FROM evaluation.fraud_signal_row WHERE signal_code = '{phone['signal_code']}'")[0][0])
        self.sql(f"UPDATE evaluation.attended SET day_hundredths = day_hundredths + 50 WHERE worker_number = {worker}")
        later = self.office.ok("evaluation.ScanFraud", {"month": MONTH})
        self.assertGreaterEqual(later["new_count"], 1)
        self.assertIn("SHARED_PHONE", {row["signal_kind"] for row in self.office.rows("evaluation.ListSignals", {"signal_state": "OPEN"})
                                       if row["signal_code"] != phone["signal_code"]})

    def test_those_who_may_be_meant_do_not_read_signals(self):
        "R160: contractor and owner are refused; a bureau sees its own projects only"
        for actor in (self.contractor, self.owner):
            actor.refused("evaluation.ListSignals", {}, "PERMISSION_DENIED", "NOT_ALLOWED")
            actor.refused("evaluation.ScanFraud", {"month": MONTH}, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.assertEqual(self.other_bureau.rows("evaluation.ListSignals"), [])
        self.assertEqual(self.other_bureau.rows("evaluation.ListProjectRisks"), [])
        self.assertTrue(self.bureau.rows("evaluation.ListSignals"))

    def test_a_scan_has_one_period_that_has_begun(self):
        "R160: a month or a year, not both, not ahead; the year finds what no month shows"
        for wrong in ({}, {"month": MONTH, "scan_year": 2026}, {"month": "2026-08"}, {"scan_year": 2027}):
            self.office.refused("evaluation.ScanFraud", wrong, "INVALID_ARGUMENT", "SCAN_PERIOD")
        first, second = code_of(2), code_of(3)
        self.sql(f"INSERT INTO evaluation.sheet (project_code, sheet_code, month, sheet_state, line_count, day_hundredths, gross_fen, net_fen, paid_fen, "
                 f"attendance_digest) VALUES ('{first}', 'Y1', '2025-03', 'PAID', 1, 0, 0, 0, 0, '\\x01'), ('{second}', 'Y2', '2025-05', 'PAID', 1, 0, 0, 0, 0, '\\x01')")
        self.sql(f"INSERT INTO evaluation.ledger_line (project_code, sheet_code, worker_number, month, day_hundredths, gross_fen, net_fen, line_state, paid_fen, "
                 f"account_no_token) VALUES ('{first}', 'Y1', 501, '2025-03', 100, 1, 1, 'PAID', 1, '\\xaa'), ('{second}', 'Y2', 502, '2025-05', 100, 1, 1, 'PAID', 1, '\\xaa')")
        self.sql("INSERT INTO evaluation.attended (project_code, month, worker_number, day_hundredths, attended_days, days_text) "
                 f"SELECT '{first}', '2025-' || lpad(m::text, 2, '0'), 503, 2800, 28, '' FROM generate_series(1, 12) m")
        found = self.office.ok("evaluation.ScanFraud", {"scan_year": 2025})
        self.assertEqual((found["period"], found["found_count"]), ("2025", 3))
        self.assertEqual(sorted((row["signal_kind"], row["project_code"]) for row in self.office.rows("evaluation.ListSignals", {"period": "2025"})),
                         [("ACCOUNT_PASSED_ON", first), ("ACCOUNT_PASSED_ON", second), ("DAYS_ABOVE_YEAR", first)])

    def test_a_rule_is_data_and_dated(self):
        "R160: weights and thresholds by district and date; weight 0 switches a signal off"
        rule = {"signal_kind": "SHARED_PHONE", "valid_from_date": "2026-07-21", "weight": 0, "least_count": 4, "source_note": "区里统一登记电话"}
        self.bureau_checker.refused("evaluation.SetSignalRule", rule, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.office_checker.refused("evaluation.SetSignalRule", {**rule, "weight": 101}, "INVALID_ARGUMENT", "SIGNAL_RULE_INVALID", path="weight")
        self.office_checker.ok("evaluation.SetSignalRule", rule)
        today = {row["signal_kind"]: row for row in self.office.rows("evaluation.ListSignalRules", {"on_date": "2026-07-20"})}
        self.assertEqual((len(today), today["SHARED_PHONE"]["weight"]), (13, 30))
        self.assertEqual({row["weight"] for row in self.office.rows("evaluation.ListSignalRules", {"on_date": "2026-07-21"})
                          if row["signal_kind"] == "SHARED_PHONE"}, {0})

    def test_sharing_is_declared_by_one_and_approved_by_another(self):
        "R160: two to eight people of a roster, with a reason; maker is not checker"
        declare = {"project_code": code_of(5), "share_kind": "ACCOUNT", "worker_numbers": [5001, 5002], "sharing_reason": "母女共用"}
        self.contractor.refused("evaluation.DeclareSharing", declare, "PERMISSION_DENIED", "NOT_ALLOWED")
        self.bureau.refused("evaluation.DeclareSharing", {**declare, "worker_numbers": [5001]}, "INVALID_ARGUMENT", "SHARING_COUNT")
        self.bureau.refused("evaluation.DeclareSharing", {**declare, "worker_numbers": [5001, 77]}, "FAILED_PRECONDITION", "NOT_ON_ROSTER", path="worker_numbers[1]")
        self.bureau.refused("evaluation.DeclareSharing", {**declare, "sharing_reason": ""}, "INVALID_ARGUMENT", "REQUIRED", path="sharing_reason")
        number = self.township.ok("evaluation.DeclareSharing", declare)["sharing_number"]
        approve = {"project_code": code_of(5), "sharing_number": number}
        self.township.refused("evaluation.ApproveSharing", approve, "PERMISSION_DENIED", "WRONG_DUTY")
        self.assertEqual(self.bureau_checker.ok("evaluation.ApproveSharing", approve)["sharing_state"], "APPROVED")
        self.bureau_checker.refused("evaluation.ApproveSharing", approve, "FAILED_PRECONDITION", "SHARING_STATE")
        self.bureau_checker.refused("evaluation.ApproveSharing", {**approve, "sharing_number": 99}, "NOT_FOUND", "SHARING_NOT_FOUND")

    def test_days_by_token_for_those_who_hold_several_nodes_together(self):
        "R160: the same token on two nodes on one day is one person on two sites; the list is for the node and the office alone"
        rows = self.office.rows("evaluation.ListPersonDays", {"month": MONTH}, page_size=300)
        self.assertEqual(len(rows), len(self.district.attended))
        self.assertEqual(len({(bytes(row["worker_token"]), row["project_code"]) for row in rows}), len(rows))
        one = self.office.rows("evaluation.ListPersonDays", {"month": MONTH, "worker_token": rows[0]["worker_token"]})
        self.assertEqual(one, [row for row in rows if row["worker_token"] == rows[0]["worker_token"]])
        self.bureau.refused("evaluation.ListPersonDays", {"month": MONTH}, "PERMISSION_DENIED", "NOT_ALLOWED")


class RealWayTest(ServiceCase):
    services = ("registry", "workforce", "payroll", "evaluation")
    settings = {"evaluation.ledger_fetch_ms": "20"}

    @classmethod
    def tearDownClass(cls):
        """Scans and decisions replay into equal tables."""
        invariants.check(cls.house.node)

    def test_a_shared_card_is_seen_from_registration_to_finding(self):
        "R160: one account for two people, through the real services; a voided sheet clears the signal"
        code = self.world.project()
        numbers = self.world.placed(code, 3)
        card = {"account_holder": "同一人", "account_no": people.card(990_001), "bank_name": "示例银行云冈支行"}
        for number in numbers[:2]:
            self.contractor.ok("workforce.ChangeWorker", {"worker_number": number, "change_reason": "换卡", **card})
        self.world.attended(code, numbers, MONTH, range(20, 30))
        path.seal_month(self.world, code, MONTH)
        sheet = path.draw_sheet(self.world, code, MONTH)
        path.confirm_sheet(self.world, code, sheet, sorted(numbers))
        path.approve_sheet(self.world, code, sheet)
        scan = self.office.ok("evaluation.ScanFraud", {"month": MONTH})
        self.assertEqual((scan["found_count"], scan["new_count"]), (1, 1))
        signal = self.bureau.rows("evaluation.ListSignals", {"project_code": code})[0]
        rows = self.bureau.rows("evaluation.ListSignalRows", {"project_code": code, "signal_code": signal["signal_code"]})
        self.assertEqual((signal["signal_kind"], {row["worker_number"] for row in rows}), ("SHARED_ACCOUNT", set(numbers[:2])))
        self.owner_checker.ok("payroll.VoidSheet", {"project_code": code, "sheet_code": sheet, "void_reason": "账户有误"})
        cleared = self.office.ok("evaluation.ScanFraud", {"month": MONTH})
        self.assertEqual((cleared["found_count"], cleared["cleared_count"]), (0, 1))


if __name__ == "__main__":
    unittest.main()
