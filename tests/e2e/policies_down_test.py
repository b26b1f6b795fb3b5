"""Policies of all services come down from a real parent to a real child: what was set before the child joined, what is set later, what may stay the
child's own, and what nobody signed."""
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, messages  # noqa: E402
from lib.fake_child import Signer, pack  # noqa: E402
from lib.family import admission, child_of  # noqa: E402
from lib.house import House  # noqa: E402
from lib.world import World  # noqa: E402

OFFICE, CHILD = "140214-fgj", "140214-swj"
CRASHED = 137
SOURCES = ["evaluation", "gateway", "payroll", "registry", "workforce"]
WAGE = {"division_code": "140200", "valid_from_date": "2026-06-01", "daily_fen": 150_00, "source_note": "同政发〔2026〕1号"}
RATIO = {"rule_code": "DATONG-2026", "division_code": "140200", "track": "ZHONGTUI", "ratio_basis": "TOTAL_INVESTMENT", "floor_bp": 1500,
         "valid_from_date": "2026-07-01", "rule_standing": "LOCAL_TARGET", "source_note": "同发改〔2026〕2号"}
DAY_RULE = {"valid_from_date": "2026-07-01", "source_note": "同人社〔2026〕3号", "lines": [{"least_minutes": 240, "day_hundredths": 50}, {"least_minutes": 450, "day_hundredths": 100}]}


def policy(name, value, day, **more):
    return {"policy_name": name, "policy_value": value, "valid_from_date": day, "source_note": "测试", **more}


class PoliciesDownTest(unittest.TestCase):
    """In order: an office that has ruled for a while, and a water bureau's node that joins."""

    @classmethod
    def setUpClass(cls):
        cls.office = House(at="2026-07-01 08:00")
        cls.addClassCleanup(cls.office.close)
        cls.world = World(cls.office)
        cls.world.units()
        cls.child = child_of(cls, cls.office.node, CHILD)
        cls.there = World(cls.child)
        cls.there.units()
        rule = cls.world.office_checker.ok
        rule("payroll.SetMinimumWage", {**WAGE, "valid_from_date": "2025-06-01", "daily_fen": 140_00})
        rule("payroll.SetMinimumWage", WAGE)
        rule("payroll.SetPayPolicy", policy("PUBLICITY_DAYS", 10, "2026-06-01"))
        rule("workforce.SetWorkforcePolicy", policy("roster_kept_years", 5, "2026-07-01"))
        rule("workforce.SetDayRule", DAY_RULE)
        rule("evaluation.SetRatioRule", RATIO)
        cls.sql(cls.office, "INSERT INTO payroll.minimum_wage VALUES ('140000', '2026-06-01', 12000, '旧版本中设定，没有事件')")
        cls.there.office_checker.ok("payroll.SetPayPolicy", policy("PUBLICITY_DAYS", 15, "2026-05-01"))
        cls.there.office_checker.ok("payroll.SetPayPolicy", policy("CODE_ATTEMPTS", 3, "2026-07-01"))
        cls.there.office_checker.ok("payroll.SetPayPolicy", policy("WAGE_ACCOUNT_DAYS", 28, "2026-09-01"))

    @staticmethod
    def sql(house, text):
        return house.node.cluster.sql(house.node.database, text)

    def at_child(self, text):
        return self.sql(self.child, text)

    def eventually(self, what, wanted):
        deadline = time.monotonic() + 30
        while (found := what()) != wanted:
            self.assertLess(time.monotonic(), deadline, f"{found} is not {wanted}\n{self.child.node.log_tail('gateway')}")
            time.sleep(0.05)

    def wages(self):
        return self.at_child("SELECT division_code, valid_from_date, daily_fen FROM payroll.minimum_wage ORDER BY 1, 2")

    def on(self, name, day):
        """What holds at the child on that day."""
        return self.at_child(f"SELECT policy_value FROM payroll.pay_policy WHERE policy_name = '{name}' AND valid_from_date <= '{day}' "
                             "ORDER BY valid_from_date DESC LIMIT 1")[0][0]

    def said(self):
        """How many commands the child has on record that set a policy."""
        return [self.at_child(f"SELECT count(*) FROM {service}.journal WHERE status = 0 AND split_part(method, '.', 2) LIKE 'Set%'")[0][0] for service in SOURCES]

    # --- what was there before ---------------------------------------------------------------------------------------------------------

    def test_01_a_child_that_joins_gets_what_is_in_force(self):
        "R188 R143 I6: without anybody setting it again, killed in the middle of it, also what no event told of; and nothing that has been superseded or shipped"
        before = self.said()
        self.world.office_checker.ok("gateway.AddChild", admission(self.child.node, [CHILD]))
        self.child.node.stop("gateway")
        for point in ("downlink_after_apply", "downlink_before_record"):
            self.child.node.start("gateway", crash_at=point, wait=False)
            self.assertEqual(self.child.node.wait_end("gateway", 30), CRASHED)
        self.child.node.start("gateway")
        self.eventually(lambda: self.at_child("SELECT source FROM gateway.down_cursor WHERE policies_version = 1 ORDER BY source"), [[name] for name in SOURCES])
        self.assertIn(["140000", "2026-06-01", "12000"], self.wages(), "set before there was an event for it")
        self.assertIn(["140200", "2026-06-01", "15000"], self.wages())
        self.assertEqual(self.at_child("SELECT policy_value FROM workforce.policy WHERE policy_name = 'roster_kept_years' AND valid_from = '2026-07-01'"), [["5"]])
        self.assertEqual(self.at_child("SELECT least_minutes FROM workforce.day_rule WHERE valid_from = '2026-07-01' ORDER BY 1"), [["240"], ["450"]])
        self.assertEqual(self.at_child("SELECT floor_bp FROM evaluation.ratio_rule WHERE rule_code = 'DATONG-2026'"), [["1500"]])
        after = self.said()
        self.assertEqual([int(b) - int(a) for a, b in zip(before, after)], [1, 0, 5, 0, 2],
                         "each once, what gave way to the own one by the list again; what the software came with is not said")

    def test_02_it_can_be_proved(self):
        "RELIABILITY 21: the lists stand at the child with the parent's signature over the exact bytes"
        pages = self.at_child("SELECT source, encode(content, 'hex'), encode(signature, 'hex') FROM gateway.down_policies ORDER BY source")
        self.assertEqual(sorted({row[0] for row in pages}), SOURCES)
        for source, content, signature in pages:
            page = messages.message_type("DownContent").FromString(bytes.fromhex(content))
            self.assertEqual((page.source, page.sender_unit_id, page.receiver_unit_id, page.policies_version), (source, OFFICE, CHILD, 1))
            self.assertTrue(invariants.sm2_verifies(self.office.node.keys / "sign.key", "DownContent", bytes.fromhex(content), bytes.fromhex(signature)))

    # --- what is set later -------------------------------------------------------------------------------------------------------------

    def test_03_what_is_set_later(self):
        "R188 R124 R143: each service's policies follow in order, the last word standing"
        for fen in (151_00, 152_00):
            self.world.office_checker.ok("payroll.SetMinimumWage", {**WAGE, "daily_fen": fen})
        self.world.office_checker.ok("evaluation.SetRatioRule", {**RATIO, "floor_bp": 1600})
        self.world.office_checker.ok("evaluation.SetComplaintPolicy", {"valid_from_date": "2026-07-01", "answer_days": 10, "appeal_days": 20, "escalate_days": 5,
                                                                       "source_note": "测试"})
        self.world.office_checker.ok("payroll.SetAlertThreshold", {"alert_kind": "AVERAGE_BELOW_FLOOR", "valid_from_date": "2026-07-01", "yellow_value": 9500,
                                                                   "red_value": 9000, "source_note": "测试"})
        self.world.office_checker.ok("workforce.SetMatchWeights", {"lines": [{"match_factor": "NEAR", "grade": "VILLAGE", "points": 33, "valid_from_date": "2026-07-01",
                                                                              "source_note": "测试"}]})
        self.eventually(lambda: self.at_child("SELECT daily_fen FROM payroll.minimum_wage WHERE (division_code, valid_from_date) = ('140200', '2026-06-01')"), [["15200"]])
        self.eventually(lambda: self.at_child("SELECT floor_bp FROM evaluation.ratio_rule WHERE rule_code = 'DATONG-2026'"), [["1600"]])
        self.eventually(lambda: self.at_child("SELECT answer_days FROM evaluation.complaint_policy WHERE valid_from_date = '2026-07-01'"), [["10"]])
        self.eventually(lambda: self.at_child("SELECT yellow_value FROM payroll.alert_threshold WHERE valid_from_date = '2026-07-01'"), [["9500"]])
        self.eventually(lambda: self.at_child("SELECT points FROM workforce.match_weight WHERE valid_from = '2026-07-01'"), [["33"]])

    def test_04_weeks_late(self):
        "R188 I6: a rule whose first day has passed on the way is taken, though the child's own office could not set it any more"
        self.child.node.stop("gateway")
        late = {**DAY_RULE, "valid_from_date": "2026-07-03", "lines": [{"least_minutes": 300, "day_hundredths": 100}]}
        self.world.office_checker.ok("workforce.SetDayRule", late)
        self.world.office_checker.ok("workforce.SetWorkforcePolicy", policy("survey_fresh_days", 300, "2026-07-04"))
        self.office.travel("2026-07-20")
        self.there.office_checker.refused("workforce.SetDayRule", late, "FAILED_PRECONDITION", "RULE_BEGUN", "valid_from_date")
        self.child.node.start("gateway")
        self.eventually(lambda: self.at_child("SELECT least_minutes FROM workforce.day_rule WHERE valid_from = '2026-07-03'"), [["300"]])
        self.eventually(lambda: self.at_child("SELECT policy_value FROM workforce.policy WHERE policy_name = 'survey_fresh_days' AND valid_from = '2026-07-04'"), [["300"]])

    # --- what may stay the child's own ---------------------------------------------------------------------------------------------------

    def test_05_an_own_stricter_value_stays(self):
        "R188: it goes before what comes down; what is laxer does not; where neither is stricter the office's word holds"
        self.assertEqual(self.on("PUBLICITY_DAYS", "2026-07-20"), "15", "the parent's 10 came with the list")
        for request in (policy("CODE_ATTEMPTS", 8, "2026-07-05"), policy("CODE_ATTEMPTS", 2, "2026-07-10"), policy("WAGE_ACCOUNT_DAYS", 20, "2026-08-01"),
                        policy("MONTH_DAY_HUNDREDTHS", 2100, "2026-08-01")):
            self.world.office_checker.ok("payroll.SetPayPolicy", request)
        self.eventually(lambda: self.on("MONTH_DAY_HUNDREDTHS", "2026-08-02"), "2100")
        self.assertEqual([self.on("CODE_ATTEMPTS", day) for day in ("2026-07-06", "2026-07-11")], ["3", "2"])
        self.assertEqual([self.on("WAGE_ACCOUNT_DAYS", day) for day in ("2026-08-02", "2026-09-02")], ["20", "20"], "a laxer one of a later day is raised")

    def test_06_none_that_is_laxer_may_be_set(self):
        "R188: refused with the value above; a stricter one is taken; and nobody says by himself that the office has set it"
        checker = self.there.office_checker
        checker.refused("payroll.SetPayPolicy", policy("CODE_ATTEMPTS", 4, "2026-08-01"), "FAILED_PRECONDITION", "POLICY_LAXER_THAN_UPPER", "policy_value")
        checker.ok("payroll.SetPayPolicy", policy("CODE_ATTEMPTS", 1, "2026-08-01"))
        checker.refused("workforce.SetWorkforcePolicy", policy("roster_kept_years", 4, "2026-08-01"), "FAILED_PRECONDITION", "POLICY_LAXER_THAN_UPPER", "policy_value")
        checker.ok("workforce.SetWorkforcePolicy", policy("roster_kept_years", 6, "2026-08-01"))
        for method, request in (("payroll.SetPayPolicy", policy("CODE_ATTEMPTS", 9, "2026-08-01")), ("workforce.SetDayRule", {**DAY_RULE, "valid_from_date": "2026-08-01"}),
                                ("workforce.SetWorkforcePolicy", policy("roster_kept_years", 3, "2026-08-01")),
                                ("workforce.SetMatchWeights", {"lines": [{"match_factor": "NEAR", "grade": "VILLAGE", "points": 1, "valid_from_date": "2026-08-01",
                                                                          "source_note": "测试"}]})):
            checker.refused(method, {**request, "upper_unit_id": OFFICE}, "PERMISSION_DENIED", "UPPER_NOT_YOURS", "upper_unit_id")

    # --- the ledgers -----------------------------------------------------------------------------------------------------------------------

    def test_07_what_the_ledger_check_finds(self):
        "R135 R158: findings of the check on a project of the child's unit reach it; those on others' do not"
        for contact, note in ((CHILD, True), ("township-1", False)):
            code = self.world.project()
            self.world.bureau.ok("registry.SetParties", {"project_code": code, "parties": [
                {"unit_id": unit, "relation": relation, "person_name": "项目负责人", "person_phone": "03520000000"} for unit, relation in (
                    ("owner-1", "OWNER"), ("contractor-1", "CONTRACTOR"), ("supervisor-1", "SUPERVISOR"), ("township-1", "TOWNSHIP"), (contact, "CONTACT"))]})
            if note:
                concerned = code
            other = code
        for code in (other, concerned):
            numbers = self.world.placed(code, 2)
            self.office.settle()
            self.sql(self.office, f"DELETE FROM evaluation.roster WHERE project_code = '{code}' AND worker_number = {numbers[1]}")
            found = self.world.bureau.ok("evaluation.CheckLedgers", {"project_code": code})
            self.assertEqual(found["new_finding_count"], 1)
        rows = lambda: self.there.office.rows("gateway.ListUpperNotices", {"notice_kind": "LEDGER_CHECK"})  # noqa: E731
        self.eventually(lambda: [(row["project_code"], CHILD in row["notice_unit_ids"], "不在用工名册" in row["notice_text"]) for row in rows()], [(concerned, True, True)])
        self.assertEqual([row["project_code"] for row in self.there.other_bureau.rows("gateway.ListUpperNotices", {"notice_kind": "LEDGER_CHECK"})], [concerned])
        self.assertEqual(self.there.stranger.rows("gateway.ListUpperNotices", {"notice_kind": "LEDGER_CHECK"}), [])

    # --- what nobody signed ------------------------------------------------------------------------------------------------------------------

    def page(self, signer, daily_fen, **changed):
        """A list of what is in force, put into an answer that the parent has signed; the page itself is the signer's."""
        event = pack("MinimumWage", {**WAGE, "division_code": "149900", "daily_fen": daily_fen})
        epoch = int(self.at_child("SELECT source_epoch FROM gateway.down_cursor WHERE source = 'payroll'")[0][0])
        content = {"content_version": 1, "sender_unit_id": OFFICE, "receiver_unit_id": CHILD, "made_at_us": time.time_ns() // 1000, "source": "payroll",
                   "source_epoch": epoch, "current_epoch": epoch, "policies_version": 2, "policies_total": 1,
                   "rows": [{"at_us": 1, "event_type": "MinimumWage", "event": event}], **changed}
        answer = pack("BundleAnswer", {"content_version": 1, "sender_unit_id": OFFICE, "receiver_unit_id": CHILD, "made_at_us": time.time_ns() // 1000,
                                       "down_pages": [signer.sign("DownContent", pack("DownContent", content))]})
        self.child.operator.ok("gateway.TakeAnswer", {"answer": Signer.of(self.office.node.keys / "sign.key").sign("BundleAnswer", answer)})
        return self.at_child("SELECT daily_fen FROM payroll.minimum_wage WHERE division_code = '149900'")

    def test_08_forged_out_of_order_replayed(self):
        "RELIABILITY 21 T21: a list of another's hand, for another node, one that leaves a gap or says more than it has is not taken; the right one is, once"
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.page(Signer(folder), 1_00), [])
        office = Signer.of(self.office.node.keys / "sign.key")
        self.assertEqual(self.page(office, 1_00, receiver_unit_id="140214-rsj"), [])
        self.assertEqual(self.page(office, 1_00, policies_from=3, policies_total=4), [])
        self.assertEqual(self.page(office, 1_00, policies_total=0), [])
        self.assertEqual(self.page(office, 1_00, policies_version=1), [], "that list has been taken")
        row = {"epoch": 1, "seq": 7, "at_us": 1, "event_type": "MinimumWage", "event": pack("MinimumWage", {**WAGE, "division_code": "149900", "daily_fen": 1_00})}
        self.assertEqual(self.page(office, 1_00, rows=[row]), [], "what stands in a journal comes by the journal's pages")
        self.assertEqual(self.at_child("SELECT policies_version FROM gateway.down_cursor WHERE source = 'payroll'"), [["1"]])
        self.assertEqual(self.page(office, 160_00), [["16000"]])
        self.assertEqual(self.page(office, 170_00), [["16000"]], "its place has been taken")

    def test_09_invariants(self):
        "I6: the child's journals replay into equal tables"
        self.child.settle()
        invariants.check(self.child.node)


if __name__ == "__main__":
    unittest.main()
