"""A node becomes the child of another by a one-time code, is sent away at once, and hands a unit over with its history."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, cluster, invariants, keys, messages  # noqa: E402
from lib.house import ServiceCase  # noqa: E402
from lib.node import Node  # noqa: E402

OK, REFUSED, USAGE, BAD_DATA, BAD_CONFIG = 0, 1, 64, 65, 78
OFFICE, CHILD, OTHER = "140214-fgj", "140214-swj", "140214-rsj"


class EnrolTest(ServiceCase):
    services = ("gateway",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-enrol-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.nodes = {unit: cls.new_node(unit) for unit in (CHILD, OTHER)}

    @classmethod
    def new_node(cls, unit, name=None):
        """The directory of a node that is never started: its keys and settings are what enrolment is about."""
        return Node(cls.folder / (name or unit), cluster.shared(), node_id=unit, unit_id=unit, settings={"parent.unit_id": OFFICE})

    @classmethod
    def tearDownClass(cls):
        cls.house.settle()
        invariants.check(cls.house.node)

    def cli(self, node, *words, code=OK):
        done = subprocess.run([str(word) for word in (BUILD / "bin/workrelief", "child", *words, "--node", node.directory)], capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def invite(self, unit, *words):
        return self.cli(self.house.node, "invite", unit, *words).splitlines()[-1]

    def apply(self, node, code, name="request"):
        path = self.folder / name
        self.cli(node, "apply", path, "--code", code)
        return path

    def enrol(self, path, code=OK):
        return self.cli(self.house.node, "enrol", path, code=code)

    def speaks(self, node):
        """What a node's gateway gets for an answer at the office's."""
        with self.house.node.client("gateway", keys.Key.load(node.keys / "gateway.key")) as client:
            return client.call("gateway.ListDecisions", {}, wait_ms=2000)

    def enrolled(self, unit, *words):
        node = self.nodes[unit]
        self.enrol(self.apply(node, self.invite(unit, *words)))
        return node

    def test_01_a_code_admits_its_node_once(self):
        "R022: nobody speaks before; with the code the node's keys are on record; the code is used up"
        node = self.nodes[CHILD]
        self.assertFalse(self.speaks(node).ok)
        code = self.invite(CHILD, "--units", f"{CHILD},140214-tyj")
        self.assertRegex(code, r"^([0-9a-f]{4}-){7}[0-9a-f]{4}$")
        path = self.apply(node, code)
        self.assertNotIn(code.replace("-", ""), path.read_bytes().hex(), "the file does not show the code")
        self.assertIn(CHILD, self.enrol(path))
        child = self.operator.ok("gateway.GetChild", {"unit_id": CHILD})
        self.assertEqual((child["public_key"], child["sign_public"], child["child_unit_ids"], child["child_state"]),
                         (node.server_public("gateway"), (node.keys / "sign.key.pub").read_text().strip(), [CHILD, "140214-tyj"], "ACTIVE"))
        self.assertTrue(self.speaks(node).ok)
        self.assertIn("INVITATION_INVALID", self.enrol(path, REFUSED))
        stored = cluster.shared().dump(self.house.node.database).decode()
        self.assertNotIn(code.replace("-", ""), stored, "a digest is kept, never the code")

    def test_02_what_does_not_fit_admits_nobody(self):
        "R022: a wrong code, another's keys, another parent, changed bytes, an expired or replaced code: refused"
        node = self.nodes[OTHER]
        code = self.invite(OTHER)
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        self.assertIn("INVITATION_INVALID", self.enrol(self.apply(node, wrong, "wrong"), REFUSED))
        good = self.apply(node, code, "good")
        thief = self.new_node(OTHER, "thief")
        stolen = messages.message_type("Signed").FromString(good.read_bytes())
        content = messages.message_type("EnrolmentContent").FromString(stolen.content)
        theirs = messages.message_type("Signed").FromString(self.apply(thief, wrong, "theirs").read_bytes())
        own = messages.message_type("EnrolmentContent").FromString(theirs.content)
        content.public_key = own.public_key
        stolen.content = content.SerializeToString()
        (self.folder / "stolen").write_bytes(stolen.SerializeToString())
        self.assertIn("SIGNATURE_BAD", self.enrol(self.folder / "stolen", BAD_DATA))
        (self.folder / "cut").write_bytes(good.read_bytes()[:-30])
        self.enrol(self.folder / "cut", BAD_DATA)
        elsewhere = Node(self.folder / "elsewhere", cluster.shared(), node_id="e", unit_id=OTHER, settings={"parent.unit_id": "140200-fgw"})
        self.assertIn("SENDER_MISMATCH", self.enrol(self.apply(elsewhere, code, "elsewhere.enrol"), BAD_DATA))
        self.cli(node, "apply", self.folder / "x", "--code", "12", code=USAGE)
        self.cli(self.house.node, "apply", self.folder / "x", "--code", code, code=BAD_CONFIG)
        newer = self.invite(OTHER)
        self.assertIn("INVITATION_INVALID", self.enrol(good, REFUSED), "a new code takes the place of the old one")
        late = self.apply(node, newer, "late")
        self.sql(f"UPDATE gateway.child_invitation SET invitation_until = invitation_until - interval '2 years' WHERE unit_id = '{OTHER}'")
        self.assertIn("INVITATION_INVALID", self.enrol(late, REFUSED))
        self.operator.refused("gateway.GetChild", {"unit_id": OTHER}, "NOT_FOUND", "CHILD_UNKNOWN")
        self.assertFalse(self.speaks(node).ok)
        self.sql(f"UPDATE gateway.child_invitation SET invitation_until = invitation_until + interval '2 years' WHERE unit_id = '{OTHER}'")

    def test_03_who_may_and_what_an_invitation_needs(self):
        "R022: inviting, enrolling, revoking and moving are the office's checkers' business"
        request = {"unit_id": "140214-x", "child_unit_ids": ["140214-x"], "invitation_digest": bytes(32), "invitation_until_at_us": self.house.node.now_us() + 10**9}
        self.bureau_checker.refused("gateway.InviteChild", request, "PERMISSION_DENIED")
        self.office.refused("gateway.InviteChild", request, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.InviteChild", {**request, "invitation_digest": b"1"}, "INVALID_ARGUMENT", "DIGEST_LENGTH")
        self.office_checker.refused("gateway.InviteChild", {**request, "invitation_until_at_us": 1}, "INVALID_ARGUMENT", "TIME_PAST")
        self.office_checker.refused("gateway.InviteChild", {**request, "child_unit_ids": ["140214-tyj"]}, "ALREADY_EXISTS", "CHILD_UNIT_TAKEN")
        self.bureau_checker.refused("gateway.RevokeChild", {"unit_id": CHILD, "revoke_reason": "x"}, "PERMISSION_DENIED")
        self.bureau_checker.refused("gateway.MoveChildUnit", {"unit_id": CHILD, "node_unit_id": OTHER, "move_reason": "x"}, "PERMISSION_DENIED")
        self.office_checker.refused("gateway.GetInvitation", {"unit_id": CHILD}, "PERMISSION_DENIED")

    def test_04_a_unit_moves_and_its_history_stays(self):
        "R002: another node reports for the unit from now on; when, why and from where is on record"
        move = {"unit_id": "140214-tyj", "node_unit_id": OTHER, "move_reason": "机构改革"}
        self.office_checker.refused("gateway.MoveChildUnit", move, "NOT_FOUND", "CHILD_UNKNOWN")
        self.enrolled(OTHER)
        self.office_checker.refused("gateway.MoveChildUnit", {**move, "unit_id": "140214-zzz"}, "NOT_FOUND", "CHILD_UNIT_UNKNOWN")
        self.cli(self.house.node, "move", "140214-tyj", "--to", OTHER, "--reason", "机构改革")
        self.office_checker.refused("gateway.MoveChildUnit", move, "ALREADY_EXISTS", "CHILD_UNIT_THERE")
        self.assertEqual(self.operator.ok("gateway.GetChild", {"unit_id": OTHER})["child_unit_ids"], [OTHER, "140214-tyj"])
        self.assertEqual(self.operator.ok("gateway.GetChild", {"unit_id": CHILD})["child_unit_ids"], [CHILD])
        row = self.operator.ok("gateway.ListChildMoves", {"unit_id": "140214-tyj"})["rows"][0]
        self.assertEqual((row["from_node_unit_id"], row["to_node_unit_id"], row["move_reason"], row["move_date"]), (CHILD, OTHER, "机构改革", self.house.today()))

    def test_05_revoked_at_once_and_back_only_by_a_new_code(self):
        "R022: the next message of a revoked node is refused, over the wire and by file; its units stay; a new code brings it back"
        node = self.nodes[CHILD]
        self.assertTrue(self.speaks(node).ok)
        self.cli(self.house.node, "revoke", CHILD, code=USAGE)
        self.cli(self.house.node, "revoke", CHILD, "--reason", "设备遗失")
        self.assertFalse(self.speaks(node).ok)
        child = self.operator.ok("gateway.GetChild", {"unit_id": CHILD})
        self.assertEqual((child["child_state"], child["revoke_reason"], child["child_unit_ids"]), ("REVOKED", "设备遗失", [CHILD]))
        self.office_checker.refused("gateway.RevokeChild", {"unit_id": CHILD, "revoke_reason": "x"}, "NOT_FOUND", "CHILD_UNKNOWN")
        self.office_checker.refused("gateway.MoveChildUnit", {"unit_id": "140214-tyj", "node_unit_id": CHILD, "move_reason": "x"}, "NOT_FOUND", "CHILD_UNKNOWN")
        with self.house.node.client("gateway") as operator:  # as the file's way does it: in the child's name
            reply = operator.call("gateway.Deliver", {"signed": {"content": b"1", "signature": b"1", "key_id": b"1"}},
                                  caller={"principal": f"node-{CHILD}", "unit_id": CHILD, "duty": "CHECKER", "relations": ["CHILD"]})
        self.assertEqual(reply.reason, "CHILD_REVOKED")
        self.assertIn("REVOKED", self.cli(self.house.node, "list"))
        self.enrolled(CHILD)
        self.assertTrue(self.speaks(node).ok)
        self.assertEqual(self.operator.ok("gateway.GetChild", {"unit_id": CHILD})["child_state"], "ACTIVE")


del ServiceCase  # of no tests itself
