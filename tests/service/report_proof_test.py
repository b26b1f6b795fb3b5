"""The chain of a report: signed by the unit's node, countersigned on receipt, decided under signature; every touch is found without a node."""
import subprocess

from lib import BUILD
from lib.fake_child import OFFICE, FakeChild, Signer, ledger_rows, pack
from lib.files import FINDINGS, NO_INPUT, REFUSED, USAGE, FilesCase
from lib.messages import message_type

QUARTER, BUREAU, CHILD = "2026Q2", "140214-jtj", "140214-swj"
CODE = "2605-140214-04-01-000920"


class ReportProofTest(FilesCase):
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")
    keys = ("office", "bureau", "other_bureau", "contractor")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.world
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-20"})
        cls.house.settle()
        cls.child = FakeChild(cls.house, world, CHILD, cls.folder)
        cls.addClassCleanup(cls.child.client.close)
        cls.office_key = cls.house.node.directory / "keys/sign.key.pub"
        cls.child_key = cls.folder / "child.pub"
        cls.child_key.write_text(cls.child.signer.point.hex() + "\n")
        reply, cls.report_code = cls.child.deliver(QUARTER, CODE, ledger_rows(CODE, 4))
        assert reply.ok, reply
        world.office_checker.ok("gateway.AcceptReport", {"report_code": cls.report_code})
        cls.place = cls.folder / "证明.wrp"

    def setUp(self):
        if not self.place.exists():
            self.good("report", "verify", "--report", self.report_code, "-o", self.place, who=None)

    def alone(self, *words):
        """The command without any node."""
        done = subprocess.run([BUILD / "bin/workrelief", "report", "verify", *map(str, words)], capture_output=True, text=True, check=False, cwd=self.folder)
        return done.returncode, done.stdout, done.stderr

    def spoilt(self, change):
        """A copy of the file, changed and signed again by whoever forged it."""
        signed = message_type("Signed")()
        signed.ParseFromString(self.place.read_bytes())
        evidence = message_type("ReportEvidence")()
        evidence.ParseFromString(signed.content)
        change(evidence)
        other = self.folder / "spoilt.wrp"
        other.write_bytes(pack("Signed", self.child.signer.sign("ReportEvidence", evidence.SerializeToString())))
        return other

    def found(self, change, words):
        code, out, err = self.alone(self.spoilt(change), self.child_key, self.office_key)
        self.assertEqual(code, FINDINGS, out + err)
        self.assertRegex(out, words)

    def resigned(self, kind, content):
        return self.child.signer.sign(kind, content)["signature"]

    def test_a_whole_with_and_without_the_node(self):
        "R192: lines, people, the unit's signature, the receipt and the decision hold together; keys that were given are trusted, others named"
        out = self.good("report", "verify", "--report", self.report_code, who=None)
        self.assertIn(f"季报 {self.report_code}: 1 段, 1 行, 4 人; 上级回执 1 份", out)
        self.assertIn("所用公钥随证明而来", out)
        code, out, err = self.alone(self.place, self.child_key, self.office_key)
        self.assertEqual(code, 0, out + err)
        self.assertIn("审定: 已采用, office-checker, ", out)
        self.assertNotIn("所用公钥随证明而来", out)

    def test_b_every_touch_is_found(self):
        "R192: figures, people, signatures, receipts and decisions that were changed afterwards, whoever signs the file again"
        def figures(evidence):
            content = message_type("ReportContent")()
            content.ParseFromString(evidence.proof.rows[0].content)
            content.lines[0].paid_fen += 1
            evidence.proof.rows[0].content = content.SerializeToString()

        def with_new_signature(evidence):
            figures(evidence)
            evidence.proof.rows[0].signature = self.resigned("ReportContent", evidence.proof.rows[0].content)

        def one_person_less(evidence):
            content = message_type("ReportContent")()
            content.ParseFromString(evidence.proof.rows[0].content)
            del content.persons[0]
            evidence.proof.rows[0].content = content.SerializeToString()
            evidence.proof.rows[0].signature = self.resigned("ReportContent", evidence.proof.rows[0].content)

        def another_root(evidence):
            content = message_type("ReportContent")()
            content.ParseFromString(evidence.proof.rows[0].content)
            content.ledger_root = bytes(32)
            evidence.proof.rows[0].content = content.SerializeToString()
            evidence.proof.rows[0].signature = self.resigned("ReportContent", evidence.proof.rows[0].content)

        def decision(evidence):
            content = message_type("DecisionContent")()
            content.ParseFromString(evidence.proof.decision_content)
            content.decided_by = "somebody"
            evidence.proof.decision_content = content.SerializeToString()

        def receipt(evidence):
            evidence.proof.rows[0].receipt_signature = evidence.proof.rows[0].signature

        self.found(figures, "第 1 段.*报送单位的签名不符")
        self.found(with_new_signature, "项目行.*与签名所含的摘要不符")
        self.found(with_new_signature, "第 1 段.*回执所指的不是这一段")
        self.found(one_person_less, "人员标识.*与各行吸纳人数不符")
        self.found(another_root, "台账根.*与各行的台账根不符")
        self.found(decision, "审定.*审定单位的签名不符")
        self.found(receipt, "第 1 段.*回执的签名不符")
        self.found(lambda evidence: setattr(evidence.proof, "report_code", f"{CHILD}-{QUARTER}-2"), "第 1 段.*不是这份季报的这一段")
        self.found(lambda evidence: evidence.proof.rows.append(evidence.proof.rows[0]), "第 2 段.*不是这份季报的这一段")

    def test_c_another_key_is_found(self):
        "R192: signed by somebody else than the one whose key was given"
        folder = self.folder / "other"
        folder.mkdir()
        stranger = self.folder / "stranger.pub"
        stranger.write_text(Signer(folder).point.hex())
        self.assertEqual(self.alone(self.place, stranger)[0], FINDINGS)
        code, out, _ = self.alone(self.place, self.child_key, stranger)
        self.assertEqual(code, FINDINGS)
        self.assertIn("回执的签名不符", out)
        self.assertEqual(self.alone(self.place, self.folder / "none.pub")[0], NO_INPUT)
        self.assertEqual(self.alone()[0], USAGE)
        self.assertNotEqual(self.alone(self.child_key)[0], 0)

    def test_d_who_may_have_it(self):
        "R192: the office, and the unit whose report it is"
        request = {"report_code": self.report_code}
        proof = self.other_bureau.ok("gateway.GetReportProof", request)
        self.assertEqual((proof["sender_unit_id"], proof["sender_sign_public"], len(proof["rows"])), (CHILD, self.child.signer.point.hex(), 1))
        self.bureau.refused("gateway.GetReportProof", request, "NOT_FOUND", "REPORT_UNKNOWN")
        self.contractor.refused("gateway.GetReportProof", request, "PERMISSION_DENIED")
        self.bad("report", "verify", "--report", self.report_code, code=REFUSED, who="bureau")

    def test_e_a_unit_of_the_node_has_the_decision(self):
        "R192: what was filed on the office's own node has no parts, and the office's signed word on its lines"
        world = self.world
        code = world.project(track="SPECIAL_FUND")
        self.house.settle()
        report = world.bureau.ok("gateway.DraftReport", {"unit_id": BUREAU, "quarter": QUARTER})["report_code"]
        world.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": [{"project_code": code, "comment_note": "刚开工"}]})
        world.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        world.office_checker.ok("gateway.ReturnReport", {"report_code": report, "return_reason": "请补充说明"})
        out = self.good("report", "verify", "--report", report, who=None)
        self.assertIn(f"季报 {report}: 0 段", out)
        proof = self.office.ok("gateway.GetReportProof", {"report_code": report})
        decision = message_type("DecisionContent")()
        decision.ParseFromString(proof["decision_content"])
        self.assertEqual((decision.sender_unit_id, decision.return_reason, decision.line_digest), (OFFICE, "请补充说明", proof["line_digest"]))
