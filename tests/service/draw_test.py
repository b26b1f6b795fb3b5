"""Rows drawn at random from beneath a report: the node that has the ledgers shows them with proofs; what does not fit is a finding."""
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ledger_tree as tree  # noqa: E402
from lib import PATIENCE_SECONDS, path  # noqa: E402
from lib.fake_child import FakeChild, Signer, ledger_rows, pack  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

QUARTER, BUREAU, CHILD = "2026Q2", "140214-jtj", "140214-swj"
CODE = "2605-140214-04-01-000920"


class DrawCase(ServiceCase):
    settings = {"gateway.draw_interval_ms": 50}

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, what.__doc__ or "waited too long")
            time.sleep(0.05)
        return result

    def drawn(self, number):
        return self.office.ok("gateway.ListDraws", {"draw_number": number})["rows"][0]

    def answered(self, number):
        return self.eventually(lambda: (draw := self.drawn(number))["draw_state"] == "ANSWERED" and draw)

    def findings(self, number):
        return self.office.rows("gateway.ListDrawFindings", {"draw_number": number})

    def faults(self, number):
        return sorted(row["draw_fault"] for row in self.findings(number))


class HostedDrawTest(DrawCase):
    """A unit of this node: its ledgers are here. One quarter; in order, the ledger moves on after the report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        cls.code, cls.sheet, cls.numbers = world.sheet(count=5)
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.house.settle()
        cls.report_code = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]

    def file(self):
        world = self.world
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": self.report_code, "comments": [{"project_code": self.code, "comment_note": "7月支付"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": self.report_code})

    def test_a_only_what_was_filed_and_only_the_office(self):
        "R192: the office's checker draws, from filed reports, a bounded number of rows, with a day to answer that is not over"
        request = {"report_code": self.report_code, "row_count": 4}
        self.office_checker.refused("gateway.DrawRows", request, "FAILED_PRECONDITION", "DRAW_STATE", "report_code")
        self.file()
        for actor in (self.office, self.bureau_checker, self.contractor):
            actor.refused("gateway.DrawRows", request, "PERMISSION_DENIED")
        reply = self.office_checker.refused("gateway.DrawRows", {**request, "row_count": 301, "due_date": "2026-06-30"}, "INVALID_ARGUMENT")
        self.assertEqual({(row["path"], row["reason"]) for row in reply.problems}, {("row_count", "DRAW_COUNT"), ("due_date", "UNTIL_DATE_PAST")})
        self.office_checker.refused("gateway.DrawRows", {**request, "report_code": "140214-jtj-2026Q2-9"}, "NOT_FOUND", "REPORT_UNKNOWN", "report_code")
        self.assertEqual(self.office.rows("gateway.ListDraws"), [])

    def test_b_an_honest_ledger_gives_no_finding(self):
        "R192: the rows follow from the recorded seed; the answer is signed, and each row leads to the root that the unit signed"
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 4})
        self.assertEqual((draw["draw_state"], draw["row_count"], draw["due_date"]), ("ASKED", 4, "2026-07-06"))
        self.assertEqual([row["row_number"] - 1 for row in draw["positions"]], tree.draw(draw["seed"], 0, 10, 4))
        done = self.answered(draw["draw_number"])
        self.assertEqual((done["finding_count"], self.findings(draw["draw_number"])), (0, []))
        answer = self.bureau.ok("gateway.GetDrawAnswer", {"draw_number": draw["draw_number"]})
        self.assertEqual([{name: row[name] for name in ("line_number", "row_number")} for row in answer["shown"]], draw["positions"])
        for row in answer["shown"]:
            self.assertEqual(row["reported"], row["present"])
            self.assertIn(row["reported"]["worker_number"], self.numbers)
        self.other_bureau.refused("gateway.GetDrawAnswer", {"draw_number": draw["draw_number"]}, "NOT_FOUND", "DRAW_UNKNOWN")
        everything = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 300})
        self.assertEqual((everything["row_count"], [row["row_number"] for row in everything["positions"]]), (10, list(range(1, 11))))
        self.assertEqual(self.answered(everything["draw_number"])["finding_count"], 0)
        self.assertNotEqual(everything["seed"], draw["seed"])

    def test_c_payment_moves_on_and_is_no_finding(self):
        "R192: wages paid after the report was filed are no fault: the row is shown as it was, and the payment has only grown"
        path.confirm_sheet(self.world, self.code, self.sheet, sorted(self.numbers))
        path.approve_sheet(self.world, self.code, self.sheet)
        self.house.travel("2026-07-17")
        total = self.owner.ok("payroll.GetSheet", {"project_code": self.code, "sheet_code": self.sheet})
        order = path.order_payment(self.world, self.code, self.sheet, total["line_count"], total["net_fen"], "bank-1")
        path.Bank(self.world.bank).settle(self.code, order)
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})
        self.assertEqual(self.answered(draw["draw_number"])["finding_count"], 0)

    def test_d_a_ledger_that_changed_after_signing_is_found(self):
        "R192 R103: days, pay and payments that are no longer what was reported; a row that is gone"
        attendance = f"project_code = '{self.code}' AND worker_number"
        first, second, third, fourth = sorted(self.numbers)[:4]
        self.sql(f"UPDATE workforce.sealed_worker SET day_hundredths = 900 WHERE {attendance} = {first}")
        self.sql(f"DELETE FROM workforce.sealed_worker WHERE {attendance} = {second}")
        self.sql(f"UPDATE payroll.wage_line SET net_fen = 150000, gross_fen = 150000 WHERE {attendance} = {third}")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})["draw_number"]
        self.answered(draw)
        self.assertEqual(self.faults(draw), ["ROW_CHANGED", "ROW_CHANGED", "ROW_GONE"])
        notes = {row["draw_fault"] + row["finding_note"].split(" ", 2)[-1]: row for row in self.findings(draw)}
        self.assertIn("ROW_CHANGEDday_hundredths 1000 -> 900", notes)
        self.assertIn("ROW_CHANGEDgross_fen 200000 -> 150000; net_fen 200000 -> 150000", notes)
        self.assertEqual({row["project_code"] for row in self.findings(draw)}, {self.code})
        exceptions = [row for row in self.office.ok("gateway.GetReport", {"report_code": self.report_code})["exceptions"]
                      if row["exception_rule"] == "DRAW_FINDING"]
        self.assertEqual([(row["project_code"], row["exception_note"]) for row in exceptions], [(self.code, "ROW_CHANGED 2"), (self.code, "ROW_GONE 1")])

    def test_e_the_unit_sees_its_own(self):
        "R192: a unit sees what was drawn from its reports and what was found, and nobody else's"
        self.assertEqual(len(self.bureau.rows("gateway.ListDraws")), 4)
        self.assertEqual(len(self.bureau.rows("gateway.ListDrawFindings", page_size=1)), 3)
        self.assertEqual(self.other_bureau.rows("gateway.ListDraws"), [])
        self.assertEqual(self.other_bureau.rows("gateway.ListDrawFindings"), [])

    def test_f_what_the_node_kept_was_spoilt(self):
        "R192: a row that does not lead to the signed root is a finding, even when the node itself shows it; so is one that it has lost"
        self.sql("UPDATE gateway.ledger_block SET block_content = set_byte(block_content, length(block_content) - 3, get_byte(block_content, length(block_content) - 3) # 1)")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})["draw_number"]
        self.answered(draw)
        self.assertTrue(set(self.faults(draw)) & {"PROOF_BAD", "ROW_BAD"}, self.faults(draw))
        self.sql("DELETE FROM gateway.ledger_block")
        draw = self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": 10})["draw_number"]
        self.answered(draw)
        self.assertEqual(self.faults(draw), ["ROW_MISSING"] * 10)


class ChildDrawTest(DrawCase):
    """A child node played by the test, which answers as falsely as it likes. Each test draws anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.TemporaryDirectory(prefix="wr-fake-")
        cls.addClassCleanup(cls.folder.cleanup)
        world = cls.world
        world.units()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.house.settle()
        cls.child = FakeChild(cls.house, world, CHILD, cls.folder.name)
        cls.addClassCleanup(cls.child.client.close)
        cls.rows = ledger_rows(CODE, 7)

    def setUp(self):
        if not hasattr(type(self), "report_code"):
            reply, type(self).report_code = self.child.deliver(QUARTER, CODE, self.rows)
            self.assertTrue(reply.ok, reply)

    def ask(self, count=14, **more):
        return self.office_checker.ok("gateway.DrawRows", {"report_code": self.report_code, "row_count": count, **more})

    def found(self, answer, draw):
        """The faults of an answer once it is taken."""
        reply = self.child.send(answer)
        self.assertTrue(reply.ok, reply)
        self.assertEqual(reply.body["finding_count"], len(self.findings(draw["draw_number"])))
        return self.faults(draw["draw_number"])

    def test_a_the_child_is_asked_and_answers(self):
        "R192: the child sees what was drawn from its reports; an honest answer has no finding; the same answer again changes nothing"
        draw = self.ask(5)
        self.assertEqual(draw["node_unit_id"], CHILD)
        self.assertEqual([row["row_number"] - 1 for row in draw["positions"]], tree.draw(draw["seed"], 0, 14, 5))
        asked = self.child.call("ListDraws", {"draw_state": "ASKED"}).body["rows"]
        self.assertEqual([row["positions"] for row in asked], [draw["positions"]])
        answer = self.child.answer_of(draw, self.rows)
        signed = self.child.signer.sign("DrawAnswerContent", pack("DrawAnswerContent", answer))
        for _ in range(2):
            reply = self.child.call("AnswerDraw", {"signed": signed})
            self.assertEqual((reply.ok, reply.body["draw_state"], reply.body["finding_count"]), (True, "ANSWERED", 0), reply)
        self.assertEqual(self.child.send({**answer, "made_at_us": 2}).reason, "DRAW_ANSWERED")
        self.assertEqual(self.child.call("ListDraws", {"draw_state": "ASKED"}).body["rows"], [])

    def test_b_a_changed_row(self):
        "R192: a row other than the one that was signed does not lead to the root"
        draw = self.ask()
        answer = self.child.answer_of(draw, self.rows)
        answer["rows"][9]["row"] = tree.packed({**self.rows[9], "net_fen": 180000})
        answer["rows"][2]["row"] = answer["rows"][3]["row"]
        self.assertEqual(self.found(answer, draw), ["PROOF_BAD", "PROOF_BAD"])

    def test_c_a_changed_proof(self):
        "R192: a neighbour's hash, its sums, a step more, a step less"
        draw = self.ask()
        answer = self.child.answer_of(draw, self.rows)
        answer["rows"][0]["steps"][1]["hash"] = bytes(32)
        answer["rows"][1]["steps"][0]["day_hundredths"] += 1
        answer["rows"][2]["steps"].append(answer["rows"][2]["steps"][0])
        answer["rows"][3]["steps"].pop()
        answer["rows"][4]["steps"][0]["hash"] = b"short"
        self.assertEqual(self.found(answer, draw), ["PROOF_BAD"] * 5)

    def test_d_rows_in_no_agreed_form(self):
        "R192: other bytes for the same row, fields that the form does not have, another project's row, another quarter's"
        draw = self.ask()
        answer = self.child.answer_of(draw, self.rows)
        answer["rows"][0]["row"] += b"\x98\x06\x01"  # field 99
        answer["rows"][1]["row"] = answer["rows"][1]["row"][2:] + answer["rows"][1]["row"][:2]  # the same fields in another order
        answer["rows"][2]["row"] = tree.packed({**self.rows[2], "project_code": "2605-140214-04-01-000990"})
        answer["rows"][3]["row"] = tree.packed({**self.rows[3], "month": "2026-03"})
        answer["rows"][4]["row"] = b""
        self.assertEqual(self.found(answer, draw), ["ROW_BAD"] * 5)

    def test_e_rows_left_out_and_rows_that_nobody_drew(self):
        draw = self.ask(4)
        answer = self.child.answer_of(draw, self.rows)
        answer["rows"] = answer["rows"][1:] + answer["rows"][1:2]
        self.assertEqual(self.found(answer, draw), ["ROW_MISSING"])

    def test_f_the_ledger_now(self):
        "R192: gone, other than reported, paid and now unpaid; what has been paid since is no fault"
        draw = self.ask()
        now = [dict(row) for row in self.rows]
        now[0], now[1]["day_hundredths"], now[8]["paid_fen"], now[8]["line_state"] = None, 1200, 0, "REJECTED"
        now[9].update(paid_fen=200000, line_state="PAID")
        self.assertEqual(self.found(self.child.answer_of(draw, self.rows, now), draw), ["PAID_FELL", "ROW_CHANGED", "ROW_GONE"])

    def test_g_another_key_another_draw_another_sender(self):
        "R192: an answer that is not the child's, not to it, not of this draw is refused and the draw stays open"
        draw = self.ask(3)
        answer = self.child.answer_of(draw, self.rows)
        folder = pathlib.Path(self.folder.name) / "other"
        folder.mkdir()
        self.assertEqual(self.child.send(answer, signer=Signer(folder)).reason, "SIGNATURE_BAD")
        self.assertEqual(self.child.send(answer, kind="ReportContent").reason, "SIGNATURE_BAD")
        self.assertEqual(self.child.send({**answer, "receiver_unit_id": "140200-fgw"}).reason, "SENDER_MISMATCH")
        self.assertEqual(self.child.send({**answer, "sender_unit_id": BUREAU}).reason, "SENDER_MISMATCH")
        self.assertEqual(self.child.send({**answer, "method": "gateway.Deliver"}).reason, "SENDER_MISMATCH")
        self.assertEqual(self.child.send({**answer, "seed": bytes(32)}).reason, "DRAW_UNKNOWN")
        self.assertEqual(self.child.send({**answer, "draw_number": 999}).reason, "DRAW_UNKNOWN")
        self.assertEqual(self.bureau.call("gateway.AnswerDraw", {"signed": self.child.signer.sign("DrawAnswerContent", b"x")}).status.name, "PERMISSION_DENIED")
        self.assertEqual(self.drawn(draw["draw_number"])["draw_state"], "ASKED")
        self.assertEqual(self.found(answer, draw), [])

    def test_h_totals_that_the_rows_do_not_give(self):
        "R192 R196: a signed line whose figures are not the sum of its rows is found by any row drawn; the report itself shows it at once"
        for revision, spoilt in ((2, {"ledger_due_fen": 1500000}), (3, {"due_fen": 1500000, "unpaid_fen": 900000, "cumulative_due_fen": 1500000})):
            reply, type(self).report_code = self.child.deliver(QUARTER, CODE, self.rows, revision, **spoilt)
            self.assertTrue(reply.ok, reply)
            exceptions = {row["exception_rule"] for row in self.office.ok("gateway.GetReport", {"report_code": self.report_code})["exceptions"]}
            self.assertIn("LEDGER_DIFFERS", exceptions)
            draw = self.ask(1)
            self.assertEqual(self.found(self.child.answer_of(draw, self.rows), draw), ["TOTAL_DIFFERS"] if revision == 2 else [])

    def test_i_rows_that_make_no_sense(self):
        "R192 R104: more days than the month has, more paid than due, more due than earned, paid in a state that is not"
        rows = [dict(row) for row in self.rows]
        rows[0]["day_hundredths"], rows[1]["attended_days"], rows[7]["net_fen"], rows[8]["line_state"] = 3100, 31, 200001, "CONFIRMED"
        rows[9]["paid_fen"] = 1
        reply, type(self).report_code = self.child.deliver(QUARTER, CODE, rows, 4)
        self.assertTrue(reply.ok, reply)
        draw = self.ask()
        self.assertEqual(self.found(self.child.answer_of(draw, rows), draw), ["IMPLAUSIBLE"] * 5)

    def test_j_roots_that_do_not_belong_together(self):
        "R192: a report whose root over the lines is another, or whose root has another size, is not taken"
        self.assertEqual(self.child.deliver(QUARTER, CODE, self.rows, 5, ledger_root=b"x" * 31)[0].reason, "CONTENT_BAD")

    def test_j2_nothing_beneath(self):
        "R192: from a report without ledger rows nothing can be drawn"
        reply, bare = self.child.deliver(QUARTER, CODE, [], 5)
        self.assertTrue(reply.ok, reply)
        self.office_checker.refused("gateway.DrawRows", {"report_code": bare, "row_count": 5}, "FAILED_PRECONDITION", "DRAW_NOTHING", "report_code")
        rows = self.rows[:4]
        reply, type(self).report_code = self.child.deliver(QUARTER, CODE, rows + self.rows[7:11], 6)
        self.assertTrue(reply.ok, reply)

    def test_k_no_answer_is_a_finding_and_a_late_one_is_taken(self):
        "R192: what nobody answered by its due day is a finding, once; a late answer is taken and the finding stays"
        draw = self.ask(2, due_date="2026-07-02")
        number = draw["draw_number"]
        self.house.travel("2026-07-02 23:00")
        time.sleep(0.3)
        self.assertEqual((self.faults(number), self.drawn(number)["is_overdue"]), ([], False))
        self.house.travel("2026-07-03")
        self.eventually(lambda: self.drawn(number)["is_noted"])
        time.sleep(0.3)
        self.assertEqual(self.faults(number), ["NO_ANSWER"])
        rows = self.rows[:4] + self.rows[7:11]
        answer = self.child.answer_of(draw, rows)
        answer["rows"].pop()
        self.assertIn("ROW_MISSING", self.found(answer, draw))
        self.assertIn("NO_ANSWER", self.faults(number))
        notes = [row["exception_note"] for row in self.office.ok("gateway.GetReport", {"report_code": self.report_code})["exceptions"]
                 if row["exception_rule"] == "DRAW_FINDING"]
        self.assertIn("NO_ANSWER 2026-07-02", notes)
