"""A city's node: two districts' nodes report by signed messages, and the city's own report goes up to its province."""
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import invariants, messages, path, people  # noqa: E402
from lib.house import Refused, ServiceCase  # noqa: E402
from lib.level import Level, SignKey, line, packed, reach, sm3, total, totals_of  # noqa: E402

QUARTER, CITY, OFFICE, PROVINCE = "2026Q2", "140200", "140214-fgj", "140000-fgw"
NORTH, SOUTH, EAST = "140221", "140222", "140223"  # districts; the last one never reports
P1, P2, P3, P4, P5 = (f"2605-140221-04-01-{number:05d}0" for number in range(1, 6))
JTJ, SWJ = "140221-jtj", "140221-swj"
UPPER = f"{CITY}-{QUARTER}"


def north():
    """Two bureaus, two projects, and one that is on no list."""
    return [line(P1, JTJ, 10, 5_000_00, female_count=4, local_count=10, total_investment_fen=100_000_00), line(P2, SWJ, 6, 3_000_00, field="WATER", figures=reach((SWJ, 0, 1), ("owner-1", 0, 0))),
            line(P3, SWJ, 2, 100_00, is_counted=False)]


class ClimbTest(ServiceCase):
    services = ("registry", "gateway")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wr-level-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.province = SignKey(pathlib.Path(cls.folder) / "province")
        cls.settings = {"upper_unit_id": CITY, "parent.unit_id": PROVINCE, "parent.sign_public": cls.province.public}
        super().setUpClass()
        path.add_units(cls.world, [{"unit_id": unit, "unit_name": name, "unit_kind": kind, "is_member": member, "uscc": people.uscc(i + 1, "11"),
                                    "division_code": "140200", "hosted": True, "valid_from_date": "2024-01-01",
                                    "notice_no": "同政办发〔2024〕1号" if member else "", "notice_date": "2024-01-01" if member else ""}
                                   for i, (unit, name, kind, member) in enumerate((
                                       (NORTH, "北区", "OTHER_UNIT", True), (SOUTH, "南区", "OTHER_UNIT", True), (EAST, "东区", "OTHER_UNIT", True),
                                       (OFFICE, "市发展和改革委员会", "BUREAU", False), (PROVINCE, "省发展和改革委员会", "UPPER_OFFICE", False)))])
        cls.house.settle()
        cls.north = Level(f"{NORTH}-fgj", NORTH, cls.house.node, cls.folder)
        cls.south = Level(f"{SOUTH}-fgj", SOUTH, cls.house.node, cls.folder)
        for district in (cls.north, cls.south):
            cls.addClassCleanup(district.close)
            cls.world.office_checker.ok("gateway.AddChild", district.enrolment())
        cls.world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-10"})
        cls.answers = 0

    @classmethod
    def tearDownClass(cls):
        try:
            complaints = invariants.check(cls.house.node)
            if complaints:
                raise AssertionError(complaints)
        finally:
            super().tearDownClass()

    def refusal(self, district, content, **options):
        reply = district.deliver(content, **options)
        self.assertFalse(reply.ok)
        return reply.reason, [problem["path"] for problem in reply.problems]

    def accept(self, code):
        self.office_checker.ok("gateway.AcceptReport", {"report_code": code})

    def consolidated(self):
        return self.office.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})

    def answer(self, **fields):
        """A signed file of the province."""
        type(self).answers += 1
        content = packed("BundleAnswer", {"content_version": 1, "sender_unit_id": PROVINCE, "receiver_unit_id": OFFICE,
                                          "made_at_us": time.time_ns() // 1000 + self.answers, **fields})
        return self.operator.ok("gateway.TakeAnswer", {"answer": self.province.signed("BundleAnswer", content)})

    def refused_answer(self, **fields):
        """Why such a file is not taken."""
        with self.assertRaises(Refused) as caught:
            self.answer(**fields)
        return caught.exception.reply.reason

    # --- what a district sends ---------------------------------------------------------------------------------------------------

    def test_a_what_contradicts_itself_is_refused(self):
        "R192 R196: totals that the lines do not give, heads out of bounds, lines of nowhere, tokens: refused with rule and place, though well signed"
        counted = north()[:2]

        def one(**changed):
            return self.north.content(QUARTER, north(), **changed)[0]

        def with_all(**changed):
            return one(totals=[total("ALL", "", counted, **changed)])

        self.assertEqual(self.refusal(self.north, with_all(paid_fen=8_000_01)), ("TOTAL_MISMATCH", ["totals[0].paid_fen"]))
        self.assertEqual(self.refusal(self.north, with_all(project_count=3)), ("TOTAL_MISMATCH", ["totals[0].project_count"]))
        self.assertEqual(self.refusal(self.north, with_all(total_investment_fen=None)), ("TOTAL_MISMATCH", ["totals[0].total_investment_fen"]))
        self.assertEqual(self.refusal(self.north, one(totals=totals_of(north())[1:])), ("TOTAL_MISMATCH", ["totals[0].total_kind"]), "no total over all")
        self.assertEqual(self.refusal(self.north, with_all(absorbed_count=17)), ("HEADS_OUT_OF_BOUNDS", ["totals[0].absorbed_count"]))
        self.assertEqual(self.refusal(self.north, with_all(absorbed_count=9)), ("HEADS_OUT_OF_BOUNDS", ["totals[0].absorbed_count"]))
        self.assertEqual(self.refusal(self.north, with_all(female_count=5)), ("HEADS_OUT_OF_BOUNDS", ["totals[0].female_count"]))
        rows = totals_of(north())
        rows[1]["due_fen"] += 1
        self.assertEqual(self.refusal(self.north, one(totals=rows)), ("TOTAL_MISMATCH", ["totals[1].due_fen"]))
        self.assertEqual(self.refusal(self.north, one(totals=[])), ("ABSORBED_MISMATCH", ["lines[0].absorbed_count", "lines[1].absorbed_count",
                                                                                         "lines[2].absorbed_count"]), "no totals: then tokens")
        person = {"line_number": 1, "worker_token": bytes(16)}
        self.assertEqual(self.refusal(self.north, one(persons=[person], person_count=1))[0], "PERSONS_ABOVE_DISTRICT")
        astray = [{**row, "origin_unit_id": JTJ} for row in north()]
        self.assertEqual(self.refusal(self.north, self.north.content(QUARTER, astray)[0]), ("ORIGIN_BAD", ["lines[1].origin_path"]))
        nowhere = [line(P1, JTJ, origin_report_code="")]
        self.assertEqual(self.refusal(self.north, self.north.content(QUARTER, nowhere)[0])[0], "ORIGIN_BAD")
        twice = [*north(), line(P1, JTJ)]
        self.assertEqual(self.refusal(self.north, self.north.content(QUARTER, twice, totals=totals_of(north()))[0])[0], "LINE_TWICE")

    def test_b_each_level_signs_for_itself(self):
        "R192: another's key, another's unit: refused"
        content = self.north.content(QUARTER, north())[0]
        self.assertEqual(self.refusal(self.north, content, sign=self.south.sign)[0], "SIGNATURE_BAD")
        self.assertEqual(self.refusal(self.south, content)[0], "SENDER_MISMATCH")
        self.assertEqual(self.refusal(self.south, {**content, "sender_unit_id": self.south.node_unit_id})[0], "UNIT_NOT_OF_CHILD")

    def test_c_a_level_without_tokens_is_taken(self):
        "R192 R196: fifteen people on two projects; two worked on both; a bureau beneath is missing, and the report says so"
        content = self.north.content(QUARTER, north(), missing=["140221-nyj"], totals=totals_of(north(), absorbed_count=14))
        reply = self.north.deliver(content[0])
        self.assertTrue(reply.ok, reply)
        self.assertEqual(reply.body["report_state"], "SUBMITTED")
        report = self.office.ok("gateway.GetReport", {"report_code": f"{NORTH}-{QUARTER}-1"})
        self.assertEqual((report["person_count"], report["line_count"], report["lines"][1]["origin_path"], report["lines"][1]["origin_report_code"]),
                         (0, 3, f"{NORTH}/{SWJ}", f"{SWJ}-{QUARTER}-1"))
        self.assertEqual({(row["total_kind"], row["total_key"]): row["absorbed_count"] for row in report["level_heads"]}[("ALL", "")], 14)
        self.assertEqual([(row["origin_path"], row["report_state"]) for row in report["units_below"]], [(f"{NORTH}/140221-nyj", "MISSING")])
        self.assertEqual(report["level_counts"], {"expected_count": 3, "accepted_count": 2, "late_count": 0, "missing_count": 1})
        self.assertIn(("UNITS_MISSING_BELOW", "2 / 3"), [(row["exception_rule"], row["exception_note"]) for row in report["exceptions"]])
        self.assertEqual(self.north.deliver(content[0]).body["receipt"], reply.body["receipt"], "a repeat gets the same receipt")

    def test_d_lines_in_parts(self):
        "R022: lines go in several parts, in order; the digest over all of them and the totals are verified when the last is here"
        lines = [line(P4, "140222-jtj", 5, 1_000_00), line(P5, "140222-swj", 5, 2_000_00), line(P1, "140222-swj", 3, 500_00)]
        parts = self.south.content(QUARTER, lines, parts=3, totals=totals_of(lines, absorbed_count=11))
        self.assertEqual(self.refusal(self.south, parts[1])[0], "PART_OUT_OF_ORDER")
        self.assertEqual(self.south.deliver(parts[0]).body["report_state"], "RECEIVING")
        self.assertEqual(self.refusal(self.south, {**parts[1], "totals": totals_of(lines)}), ("CONTENT_BAD", ["signed.content"]))
        self.assertEqual(self.south.deliver(parts[1]).body["report_state"], "RECEIVING")
        last = parts[2]
        self.assertEqual(self.refusal(self.south, {**last, "lines": [{**last["lines"][0], "paid_fen": 499_99}]})[0], "CONTENT_BAD", "the digest is over all")
        self.assertEqual(self.refusal(self.south, {**last, "lines": []})[0], "CONTENT_BAD")
        self.assertEqual(self.south.deliver(last).body["report_state"], "SUBMITTED")
        rows = self.office.rows("gateway.ListReportLines", {"report_code": f"{SOUTH}-{QUARTER}-1"}, page_size=2)
        self.assertEqual([(row["line_number"], row["project_code"], row["paid_fen"]) for row in rows], [(1, P4, 1_000_00), (2, P5, 2_000_00), (3, P1, 500_00)])
        self.bureau.refused("gateway.GetReport", {"report_code": f"{SOUTH}-{QUARTER}-1"}, "NOT_FOUND", "REPORT_UNKNOWN")
        self.assertEqual(self.bureau.rows("gateway.ListReportLines", {"report_code": f"{SOUTH}-{QUARTER}-1"}), [])

    # --- the city ----------------------------------------------------------------------------------------------------------------

    def test_e_returned_with_remarks_and_sent_again(self):
        "R192: the district hears the city's decision and remarks, and sends the next revision"
        code = f"{SOUTH}-{QUARTER}-1"
        self.office_checker.ok("gateway.ReturnReport", {"report_code": code, "return_reason": "请核对", "remarks": [{"project_code": P1, "remark_note": "是否重复"}]})
        self.assertEqual([(row["report_code"], row["report_state"], row["remarks"][0]["project_code"]) for row in self.south.decisions()], [(code, "RETURNED", P1)])
        lines = [line(P4, "140222-jtj", 5, 1_000_00), line(P5, "140222-swj", 5, 2_000_00), line(P1, "140222-swj", 3, 500_00)]
        self.assertTrue(self.south.deliver(self.south.content(QUARTER, lines, revision=2, totals=totals_of(lines, absorbed_count=11))[0]).ok)
        self.accept(f"{SOUTH}-{QUARTER}-2")
        self.accept(f"{NORTH}-{QUARTER}-1")

    def test_f_the_city_adds_up_what_it_accepted(self):
        "R192 R196: amounts from lines, people from the districts' distinct counts; a project that two districts report is shown and not summed"
        self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        report = self.consolidated()
        summary = report["summary"]
        self.assertEqual((summary["project_count"], summary["paid_fen"], summary["day_hundredths"]), (3, 6_000_00, 160_00), "P2, P4, P5")
        # north 14 without the 10 of P1, but at least the 6 of P2; south 11 without the 3 of P1
        self.assertEqual((summary["absorbed_count"], summary["conflict_absorbed_count"]), (12, 13))
        self.assertEqual({row["total_key"]: row["absorbed_count"] for row in report["by_unit"]}, {NORTH: 6, SOUTH: 8})
        self.assertEqual({row["total_key"]: (row["absorbed_count"], row["paid_fen"]) for row in report["by_field"]},
                         {"TRANSPORT": (10, 3_000_00), "WATER": (6, 3_000_00)})
        conflict, = report["conflicts"]
        self.assertEqual((conflict["project_code"], conflict["unit_count"], conflict["unit_names"]), (P1, 2, f"单位{JTJ}（北区）、单位140222-swj（南区）"))
        self.assertEqual((report["missing_unit_names"], report["expected_count"], report["accepted_count"]), (["东区"], 3, 2))
        self.assertEqual(report["level_counts"], {"expected_count": 3 + 2 + 1, "accepted_count": 4, "late_count": 0, "missing_count": 2})
        self.assertEqual([(row["origin_path"], row["report_state"]) for row in report["units_below"]], [(f"{NORTH}/140221-nyj", "MISSING")])
        self.assertIsNone(report["sent_up"])
        lines = self.office.rows("gateway.ListConsolidatedLines", {"quarter": QUARTER}, page_size=1)
        self.assertEqual([(row["unit_id"], row["line"]["project_code"]) for row in lines], [(NORTH, P1), (NORTH, P2), (NORTH, P3), (SOUTH, P4), (SOUTH, P5), (SOUTH, P1)])
        self.assertEqual([row["line"] for row in lines], [row["line"] for row in report["lines"]])
        for method, wanted in (("ListConsolidatedTotals", report["by_unit"]), ("ListConsolidatedUnits", report["units"]), ("ListUnitsBelow", report["units_below"])):
            rows = self.office.rows(f"gateway.{method}", {"quarter": QUARTER}, page_size=1)
            self.assertEqual([row for row in rows if row.get("total_kind", "UNIT") == "UNIT"], wanted, method)
        told = self.office.rows("gateway.ListConsolidatedExceptions", {"quarter": QUARTER}, page_size=1)
        self.assertEqual([(row["unit_id"], row["exception_rule"], row["project_code"]) for row in told],
                         [(NORTH, "UNITS_MISSING_BELOW", ""), (EAST, "NOT_FILED", ""), ("", "PROJECT_OF_TWO_UNITS", P1)])
        self.assertEqual(len(told), report["exception_count"])
        self.assertEqual(sorted(told, key=str), sorted(report["exceptions"], key=str))

    # --- up --------------------------------------------------------------------------------------------------------------------------

    def test_g_the_citys_own_report(self):
        "R192 R188: made of the newest consolidation, checked and filed by another person, signed; no token, every line with its way"
        request = {"quarter": QUARTER}
        self.bureau.refused("gateway.DraftUpperReport", request, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.DraftUpperReport", request, "PERMISSION_DENIED")
        self.office.refused("gateway.DraftUpperReport", request, "FAILED_PRECONDITION", "UPPER_QUARTER_NOT_OPEN", "quarter")
        self.answer(quarters=[{"quarter": QUARTER, "due_date": "2026-07-20", "on_time_until_date": "2026-07-22", "quarter_state": "OPEN"}])
        self.assertEqual([row["due_date"] for row in self.office.rows("gateway.ListQuarters")], ["2026-07-10"], "the city's own calendar stays")
        self.office.refused("gateway.DraftUpperReport", {"quarter": "2026Q1"}, "FAILED_PRECONDITION", "NOT_CONSOLIDATED", "quarter")
        key = self.office.ok("gateway.DraftUpperReport", request)
        self.assertEqual((key["report_code"], key["line_count"], key["person_count"], key["report_state"]), (f"{UPPER}-1", 6, 0, "DRAFT"))
        comments = [{"comment_note": "东区及一个局未报，已催"}, {"project_code": P1, "comment_note": "两区待核"}]
        code = {"report_code": f"{UPPER}-1"}
        reply = self.office_checker.refused("gateway.CheckReport", {**code, "comments": comments[1:]}, "FAILED_PRECONDITION", "COMMENT_MISSING", "comments")
        self.assertIn("UNITS_MISSING_BELOW", str(reply))
        reply = self.office_checker.refused("gateway.CheckReport", {**code, "comments": comments[:1]}, "FAILED_PRECONDITION", "COMMENT_MISSING", "comments")
        self.assertIn("PROJECT_OF_TWO_UNITS", str(reply))
        self.bureau_checker.refused("gateway.CheckReport", {**code, "comments": comments}, "FAILED_PRECONDITION", "NOT_OWN_UNIT", "report_code")
        self.office_checker.ok("gateway.CheckReport", {**code, "comments": comments})
        self.office_checker.ok("gateway.SubmitReport", code)
        part, = self.operator.rows("gateway.ListOutgoing")
        content = messages.message_type("ReportContent").FromString(part["content"])
        self.assertEqual((content.unit_id, content.sender_unit_id, content.receiver_unit_id, len(content.persons)), (CITY, OFFICE, PROVINCE, 0))
        self.assertEqual([row.origin_path for row in content.lines][:2], [f"{CITY}/{NORTH}/{JTJ}", f"{CITY}/{NORTH}/{SWJ}"])
        self.assertEqual([row.line_note for row in content.lines], ["两区待核", "", "", "", "", "两区待核"])
        figures = content.lines[1].figures
        self.assertEqual([(row.unit_id, row.reached_in_year) for row in figures.outreach_units], [(SWJ, True), ("owner-1", False)], "R201: as it was reported")
        self.assertEqual((figures.outreach_required_count, figures.cumulative_outreach_reached_count), (2, 1))
        self.assertEqual(content.line_digest, sm3(*(row.SerializeToString() for row in content.lines)))
        totals = [messages.plain(row) for row in content.totals]
        self.assertEqual(totals, self.office.rows("gateway.ListConsolidatedTotals", request))
        self.assertEqual([(row.origin_path, row.report_state) for row in content.units_below], [(f"{CITY}/{NORTH}/140221-nyj", 1), (f"{CITY}/{EAST}", 1)])
        self.assertEqual((content.level_counts.expected_count, content.level_counts.accepted_count), (6, 4))

    def word(self, signer, unit, code, by):
        """That level's signed decision on a report."""
        return signer.signed("DecisionContent", packed("DecisionContent", {"content_version": 1, "sender_unit_id": unit, "report_code": code,
                                                                          "report_state": "ACCEPTED", "decided_by": by}))

    def vouch(self, signer, unit, above, key):
        """A node's word on the key of the node above it."""
        return signer.signed("KeyStatementContent", packed("KeyStatementContent", {"content_version": 1, "sender_unit_id": unit, "subject_unit_id": above,
                                                                                  "subject_sign_public": key.public}))

    def test_h_what_the_province_decides_comes_down(self):
        "R192: accepted by the province: the city's report, and each district hears that its report went in, with the province's word and the city's on its key"
        self.office_checker.refused("gateway.AcceptReport", {"report_code": f"{UPPER}-1"}, "FAILED_PRECONDITION", "PARENT_DECIDES", "report_code")
        self.answer(decisions=[{"decision_number": 1, "report_code": f"{UPPER}-1", "unit_id": CITY, "report_state": "ACCEPTED", "decided_by": "省发改委",
                                "decided_at_us": 1_783_000_000_000_000, "signed": self.word(self.province, PROVINCE, f"{UPPER}-1", "省发改委")}])
        report = self.office.ok("gateway.GetReport", {"report_code": f"{UPPER}-1"})
        self.assertEqual((report["report_state"], report["is_overtaken"], report["filer_unit_id"]), ("ACCEPTED", False, OFFICE))
        level = {"level_number": 1, "level_unit_id": PROVINCE, "level_unit_name": "省发展和改革委员会", "decided_at_us": 1_783_000_000_000_000,
                 "level_report_code": f"{UPPER}-1", "is_proven": True}
        self.assertEqual(report["levels"], [level])
        self.assertEqual(self.office.ok("gateway.GetReport", {"report_code": f"{NORTH}-{QUARTER}-1"})["levels"], [{**level, "level_number": 2}])
        heard = self.north.decisions()
        self.assertEqual([(row["report_code"], row["report_state"], row["level_number"], row["level_unit_id"]) for row in heard],
                         [(f"{NORTH}-{QUARTER}-1", "ACCEPTED", 0, ""), (f"{NORTH}-{QUARTER}-1", "ACCEPTED", 2, PROVINCE)])
        proof = messages.message_type("LevelProof").FromString(heard[1]["level_proof"])
        vouched = messages.message_type("KeyStatementContent").FromString(proof.keys[0].content)
        self.assertEqual((len(proof.keys), vouched.sender_unit_id, vouched.subject_unit_id, vouched.subject_sign_public), (1, OFFICE, PROVINCE, self.province.public))
        self.assertTrue(invariants.sm2_verifies(self.house.node.keys / "sign.key", "KeyStatementContent", proof.keys[0].content, proof.keys[0].signature))
        self.assertTrue(invariants.sm2_verifies(self.province.directory / "sign.key", "DecisionContent", proof.decision.content, proof.decision.signature))

    def test_ha_news_from_two_levels_above(self):
        "R192: taken only when the province vouches for the nation's key and the nation has signed; a forged one is refused and shown in health; it goes on whole"
        nation, stranger = (SignKey(pathlib.Path(self.folder) / name) for name in ("nation", "stranger"))
        unit, code, by = "000000-fgw", "140000-2026Q2-1", "国家发改委"
        good = {"decision": self.word(nation, unit, code, by), "keys": [self.vouch(self.province, PROVINCE, unit, nation)]}
        news = {"decision_number": 2, "report_code": f"{UPPER}-1", "unit_id": CITY, "report_state": "ACCEPTED", "decided_by": by, "level_number": 2,
                "level_unit_id": unit, "level_unit_name": "国家发展和改革委员会", "level_report_code": code}
        forged = {
            "another's hand": {**good, "decision": self.word(stranger, unit, code, by)},
            "a key nobody vouches for": {**good, "keys": [self.vouch(stranger, PROVINCE, unit, nation)]},
            "another's key": {**good, "keys": [self.vouch(self.province, PROVINCE, unit, stranger)]},
            "of another report": {**good, "decision": self.word(nation, unit, "140000-2026Q1-1", by)},
            "of another unit": {**good, "decision": self.word(nation, "000000-xxx", code, by)},
            "of another unit's key": {**good, "keys": [self.vouch(self.province, PROVINCE, "000000-xxx", nation)]},
            "a chain too short": {**good, "keys": []},
            "a chain too long": {**good, "keys": good["keys"] * 2},
            "no message": None,
        }
        for name, proof in forged.items():
            with self.subTest(name):
                bad = {**news, "level_proof": packed("LevelProof", proof) if proof else b"\xff\xff"}
                self.assertEqual(self.refused_answer(decisions=[bad]), "ANSWER_NOT_TAKEN")
                shown = next(row for row in self.house.node.health("gateway")["follows"] if row["source"] == "parent:decisions")
                self.assertEqual((shown["state"], unit in shown["problem"]), ("STOPPED", True))
        self.answer(decisions=[{**news, "level_proof": packed("LevelProof", good)}])
        shown = next(row for row in self.house.node.health("gateway")["follows"] if row["source"] == "parent:decisions")
        self.assertEqual((shown["state"], shown["seq"]), ("RUNNING", 2))
        levels = self.office.ok("gateway.GetReport", {"report_code": f"{SOUTH}-{QUARTER}-2"})["levels"]
        self.assertEqual([(row["level_unit_name"], row["is_proven"]) for row in levels], [("省发展和改革委员会", True), ("国家发展和改革委员会", True)])
        self.assertEqual([row["level_number"] for row in self.south.decisions()][-2:], [2, 3])
        proof = messages.message_type("LevelProof").FromString(self.south.decisions()[-1]["level_proof"])
        chain = [messages.message_type("KeyStatementContent").FromString(key.content) for key in proof.keys]
        self.assertEqual([(row.sender_unit_id, row.subject_unit_id) for row in chain], [(OFFICE, PROVINCE), (PROVINCE, unit)])
        self.assertEqual(proof.decision.content, good["decision"]["content"])
        # a province of an earlier version passes no proof on: heard, and not held to be proven
        self.answer(decisions=[{**news, "decision_number": 3}])
        levels = self.office.ok("gateway.GetReport", {"report_code": f"{UPPER}-1"})["levels"]
        self.assertEqual([(row["level_unit_id"], row["is_proven"]) for row in levels], [(PROVINCE, True), (unit, False)])

    def test_i_restated_when_something_beneath_changed(self):
        "R192: a district restates; what has gone up is marked as overtaken, and goes up again as version 2 with a reason"
        self.assertEqual((self.consolidated()["sent_up"]["report_code"], self.consolidated()["sent_up"]["is_overtaken"]), (f"{UPPER}-1", False))
        self.office.refused("gateway.DraftUpperReport", {"quarter": QUARTER, "restate_reason": "更正"}, "FAILED_PRECONDITION", "UPPER_UNCHANGED", "quarter")
        lines = [line(P4, "140222-jtj", 5, 1_200_00), line(P5, "140222-swj", 5, 2_000_00)]
        content = self.south.content(QUARTER, lines, revision=3)[0]
        self.assertEqual(self.refusal(self.south, content)[0], "RESTATE_REASON_MISSING")
        self.assertTrue(self.south.deliver({**content, "restate_reason": "P1 属北区，误报"}).ok)
        self.accept(f"{SOUTH}-{QUARTER}-3")
        self.assertTrue(self.consolidated()["sent_up"]["is_overtaken"])
        self.assertTrue(self.office.ok("gateway.GetReport", {"report_code": f"{UPPER}-1"})["is_overtaken"])
        reply = self.office.refused("gateway.DraftUpperReport", {"quarter": QUARTER}, "FAILED_PRECONDITION")
        self.assertEqual({problem["reason"] for problem in reply.problems}, {"CONSOLIDATION_OVERTAKEN", "RESTATE_REASON_MISSING", "UPPER_UNCHANGED"})
        self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        summary = self.consolidated()["summary"]
        self.assertEqual((summary["project_count"], summary["absorbed_count"], summary["conflict_absorbed_count"], summary["paid_fen"]),
                         (4, 14 + 10, 0, 5_000_00 + 3_000_00 + 3_200_00))
        self.assertTrue(self.consolidated()["sent_up"]["is_overtaken"], "until it has gone up")
        key = self.office.ok("gateway.DraftUpperReport", {"quarter": QUARTER, "restate_reason": "南区更正"})
        self.office_checker.ok("gateway.CheckReport", {"report_code": key["report_code"], "comments": [{"comment_note": "同前"}]})
        self.office_checker.ok("gateway.SubmitReport", {"report_code": key["report_code"]})
        self.assertEqual((key["revision"], self.consolidated()["sent_up"]["report_code"], self.consolidated()["sent_up"]["is_overtaken"]), (2, f"{UPPER}-2", False))
        self.office.refused("gateway.DraftUpperReport", {"quarter": QUARTER}, "FAILED_PRECONDITION", "REPORT_UNDER_REVIEW", "quarter")
        changes = self.office.ok("gateway.GetReportDiff", {"report_code": f"{UPPER}-2", "page_size": 500})["changes"]
        told = {(row["change_kind"], row["project_code"], row["old_text"], row["new_text"]) for row in changes if row["changed_field"] in ("paid_fen", "origin_path")}
        self.assertEqual(told, {("CHANGED", P4, "100000", "120000"), ("REMOVED", P1, "50000", ""), ("REMOVED", P1, f"{CITY}/{SOUTH}/140222-swj", "")},
                         "of the two lines of P1 the south's is gone")

    # --- the quarters after --------------------------------------------------------------------------------------------------------

    def next_quarter(self, quarter, due):
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": quarter, "due_date": due})
        self.answer(quarters=[{"quarter": quarter, "due_date": due, "on_time_until_date": due, "quarter_state": "OPEN"}])

    def test_j_cumulative_follows_what_was_accepted(self):
        "R196: a district's cumulative is its last accepted one and the quarter; a district that has not reported yet keeps its year's people in the city's"
        self.next_quarter("2026Q3", "2026-09-30")
        rows = [line(P1, JTJ, 4, 1_000_00, cumulative_due_fen=6_000_00, cumulative_paid_fen=6_000_00, cumulative_day_hundredths=140_00, cumulative_absorbed_count=12)]
        wrong = [{**rows[0], "cumulative_paid_fen": 5_999_00}]
        self.assertEqual(self.refusal(self.north, self.north.content("2026Q3", wrong)[0]), ("CUMULATIVE_MISMATCH", ["lines[0]"]))
        self.assertTrue(self.north.deliver(self.north.content("2026Q3", rows)[0]).ok)
        self.accept(f"{NORTH}-2026Q3-1")
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2026Q3"})
        report = self.office.ok("gateway.GetConsolidatedReport", {"quarter": "2026Q3"})
        self.assertEqual((report["summary"]["absorbed_count"], report["summary"]["cumulative_absorbed_count"], report["summary"]["cumulative_paid_fen"]),
                         (4, 12 + 10, 6_000_00), "the south's ten of the second quarter")
        self.assertEqual(report["missing_unit_names"], ["南区", "东区"])

    def decide(self, number, code):
        self.answer(decisions=[{"decision_number": 10 + number, "report_code": code, "unit_id": CITY, "report_state": "ACCEPTED", "decided_by": "省发改委"}])

    def send_up(self, quarter, note, **restated):
        code = self.office.ok("gateway.DraftUpperReport", {"quarter": quarter, **restated})["report_code"]
        self.office_checker.ok("gateway.CheckReport", {"report_code": code, "comments": [{"comment_note": note}]})
        self.office_checker.ok("gateway.SubmitReport", {"report_code": code})

    def test_k_the_levels_own_cumulative_is_checked_before_it_goes_up(self):
        "R196: a district restates an earlier quarter and goes on from there; the city cannot go on before it has restated that quarter too"
        self.decide(3, f"{UPPER}-2")
        changed = [line(P1, JTJ, 10, 5_100_00, female_count=4, local_count=10, total_investment_fen=100_000_00), *north()[1:]]
        restated = self.north.content(QUARTER, changed, revision=2, missing=["140221-nyj"])[0]
        self.assertTrue(self.north.deliver({**restated, "restate_reason": "补发一人报酬"}).ok)
        self.accept(f"{NORTH}-{QUARTER}-2")
        third = [line(P1, JTJ, 4, 1_000_00, cumulative_due_fen=6_100_00, cumulative_paid_fen=6_100_00, cumulative_day_hundredths=140_00, cumulative_absorbed_count=12)]
        self.assertTrue(self.north.deliver({**self.north.content("2026Q3", third, revision=2)[0], "restate_reason": "二季度更正"}).ok)
        self.accept(f"{NORTH}-2026Q3-2")
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2026Q3"})
        code = self.office.ok("gateway.DraftUpperReport", {"quarter": "2026Q3"})["report_code"]
        check = {"report_code": code, "comments": [{"comment_note": "两区未报"}]}
        reply = self.office_checker.refused("gateway.CheckReport", check, "INVALID_ARGUMENT")
        self.assertEqual([(problem["reason"], problem["path"]) for problem in reply.problems], [("CUMULATIVE_MISMATCH", "lines[0]")])
        self.office_checker.ok("gateway.Consolidate", {"quarter": QUARTER})
        self.send_up(QUARTER, "同前", restate_reason="北区更正")
        self.decide(4, f"{UPPER}-3")
        self.office_checker.ok("gateway.CheckReport", check)

    def test_l_nothing_to_report_climbs_too(self):
        "R188: districts without projects send a zero report, and the city's is one, signed and with the units it stands for"
        self.next_quarter("2027Q1", "2027-03-31")
        for district in (self.north, self.south):
            content = district.content("2027Q1", [], totals=[total("ALL", "", [])])[0]
            self.assertTrue(district.deliver({**content, "is_zero": True, "zero_reason": "本季无项目",
                                              "level_counts": {"expected_count": 2, "accepted_count": 2}}).ok)
            self.accept(f"{district.unit_id}-2027Q1-1")
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2027Q1"})
        key = self.office.ok("gateway.DraftUpperReport", {"quarter": "2027Q1"})
        self.office_checker.ok("gateway.CheckReport", {"report_code": key["report_code"], "comments": [{"comment_note": "东区未报"}]})
        self.office_checker.ok("gateway.SubmitReport", {"report_code": key["report_code"]})
        content = messages.message_type("ReportContent").FromString(self.operator.rows("gateway.ListOutgoing")[-1]["content"])
        self.assertEqual((content.is_zero, len(content.lines), content.level_counts.expected_count, content.level_counts.accepted_count), (True, 0, 5, 4))
        self.assertEqual([(row.total_kind, row.project_count) for row in content.totals], [(1, 0)])
        self.assertEqual(self.office_checker.ok("gateway.CloseQuarter", {"quarter": "2027Q1"})["quarter_state"], "CLOSED",
                         "the city's report waits for the province, which does not keep the city's own quarter open")

    def test_l_a_level_without_ledger_roots(self):
        "R192: from a level's report whose units sent no ledger roots nothing can be drawn (with roots: tests/e2e/draw_levels_test.py)"
        self.office_checker.refused("gateway.DrawRows", {"report_code": f"{SOUTH}-{QUARTER}-3", "row_count": 1}, "FAILED_PRECONDITION", "DRAW_NOTHING", "report_code")

    def test_m_reminded_until_it_is_sent(self):
        "R188: the office is reminded of its own level's report by the parent's due day, and no longer once it has gone up"
        def subjects(day):
            return [(row["reminder_subject"], row["quarter"], row["reminder_kind"]) for row in self.office.rows("gateway.ListReminders", {"on_date": day})
                    if row["reminder_subject"] == "UPPER_REPORT"]

        self.assertEqual(subjects("2026-09-30"), [("UPPER_REPORT", "2026Q3", "DUE_TODAY")])
        self.office_checker.ok("gateway.SubmitReport", {"report_code": f"{CITY}-2026Q3-1"})
        self.assertEqual(subjects("2026-09-30"), [])
        self.assertEqual([row for row in self.bureau.rows("gateway.ListReminders", {"on_date": "2026-09-30"}) if row["reminder_subject"] == "UPPER_REPORT"], [])

    def test_n_nothing_accepted_nothing_to_send(self):
        "R192: a consolidation without an accepted report does not go up; nor does a level that is set to the id of one of its own units"
        self.next_quarter("2027Q2", "2027-06-30")
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2027Q2"})
        self.office.refused("gateway.DraftUpperReport", {"quarter": "2027Q2"}, "FAILED_PRECONDITION", "UPPER_NOTHING_ACCEPTED", "quarter")
        path.add_units(self.world, [{"unit_id": CITY, "unit_name": "本级误登记", "unit_kind": "OTHER_UNIT", "is_member": True, "uscc": people.uscc(9, "11"),
                                     "division_code": "140200", "hosted": True, "valid_from_date": "2024-01-01", "notice_no": "同政办发〔2024〕1号",
                                     "notice_date": "2024-01-01"}])
        self.house.settle()
        reply = self.office.refused("gateway.DraftUpperReport", {"quarter": "2027Q2"}, "FAILED_PRECONDITION", "UPPER_UNIT_TAKEN", "quarter")
        self.assertIn("upper_unit_id", str(reply))


class NoLevelTest(ServiceCase):
    services = ("registry", "gateway")

    def test_a_node_that_is_no_level_sends_no_consolidation(self):
        "R192: without a parent and a unit for the level there is nothing to send up, and the answer says what to set"
        reply = self.office.refused("gateway.DraftUpperReport", {"quarter": QUARTER}, "FAILED_PRECONDITION", "NO_UPPER_LEVEL")
        self.assertIn("upper_unit_id", str(reply))
        self.operator.refused("gateway.DraftUpperReport", {"quarter": QUARTER, "gathered_unit_id": CITY}, "PERMISSION_DENIED")

    def test_a_nation_of_three_thousand_units_is_consolidated(self):
        "R192: what a consolidation tells its followers grows with the units, not with the request; pages give all that a reply cannot bear"
        self.sql("INSERT INTO gateway.unit SELECT 'd' || lpad(i::text, 5, '0'), '第' || i || '县', 'OTHER_UNIT', true, true FROM generate_series(1, 3000) i")
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q1"})
        key = self.office_checker.ok("gateway.Consolidate", {"quarter": "2026Q1"})
        self.assertEqual((key["expected_count"], key["accepted_count"]), (3000, 0))
        body = self.office.ok("gateway.GetConsolidatedReport", {"quarter": "2026Q1"})
        self.assertEqual((body["missing_count"], len(body["units"]), len(body["exceptions"]), body["exception_count"]), (3000, 400, 400, 3000))
        self.assertEqual(len(self.office.rows("gateway.ListConsolidatedUnits", {"quarter": "2026Q1"}, page_size=1000)), 3000)
        self.assertEqual(len(self.office.rows("gateway.ListConsolidatedExceptions", {"quarter": "2026Q1"}, page_size=1000)), 3000)
        self.assertEqual(len(self.office.ok("gateway.GetCompleteness", {"quarter": "2026Q1"})["units"]), 3000)


if __name__ == "__main__":
    unittest.main()
