"""Anchors: the heads of a child's journals, signed and countersigned by its parent, so that a tail cut off shows (T27)."""
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, PATIENCE_SECONDS, invariants, messages  # noqa: E402
from lib.family import admission, child_of  # noqa: E402
from lib.house import House  # noqa: E402
from lib.world import World  # noqa: E402

CHILD = "140214-swj"


class AnchorTest(unittest.TestCase):
    """In order: a node in order, then one whose registry loses its tail."""

    @classmethod
    def setUpClass(cls):
        cls.office = House(("registry", "gateway"))
        cls.addClassCleanup(cls.office.close)
        cls.world = World(cls.office)
        cls.child = child_of(cls, cls.office.node, CHILD, settings={"gateway.anchor_interval_ms": 150})
        cls.there = World(cls.child)
        cls.world.office_checker.ok("gateway.AddChild", admission(cls.child.node, [CHILD]))

    def eventually(self, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not (result := what()):
            self.assertLess(time.monotonic(), deadline, f"{what.__doc__ or 'waited too long'}\n{self.child.node.log_tail('gateway')}")
            time.sleep(0.05)
        return result

    def anchors(self, **request):
        return self.world.office.rows("gateway.ListAnchors", {"unit_id": CHILD, **request})

    def heads(self, anchor):
        content = messages.message_type("AnchorContent").FromString(anchor["content"])
        return {head.service: (head.epoch, head.seq, head.hash) for head in content.heads}

    def add(self, number):
        self.there.office.ok("registry.AddUnit", {"unit_id": f"yy-{number}", "unit_name": f"示例单位{number}", "unit_kind": "CONTRACTOR_COMPANY",
                                                  "valid_from_date": "2026-01-01"})

    def sql(self, text):
        return self.child.node.cluster.sql(self.child.node.database, text)

    def state(self):
        return next((row for row in self.child.node.health("gateway")["follows"] if row["source"] == "parent:anchor"), {"state": "", "problem": ""})

    def anchored(self):
        """The newest head of the registry that the parent has seen."""
        rows = self.anchors()
        return self.heads(rows[-1]).get("registry", (0, 0, b""))[1] if rows else 0

    def test_1_both_ends_hold_the_same(self):
        "RELIABILITY 22: every change of a journal is countersigned, the signatures verify, the hash is the row's, and a quiet node sends nothing"
        self.add(1)
        self.add(2)
        self.eventually(lambda: self.anchored() == 2)
        newest = self.anchors()[-1]
        self.assertEqual(self.heads(newest)["registry"][2].hex(), self.sql("SELECT encode(hash, 'hex') FROM registry.journal WHERE seq = 2")[0][0])
        self.assertTrue(invariants.sm2_verifies(self.child.node.keys / "sign.key", "AnchorContent", newest["content"], newest["signature"]))
        self.assertTrue(invariants.sm2_verifies(self.office.node.keys / "sign.key", "AnchorReceiptContent", newest["receipt_content"], newest["receipt_signature"]))
        receipt = messages.message_type("AnchorReceiptContent").FromString(newest["receipt_content"])
        self.assertEqual(receipt.digest, invariants.sm3(newest["content"]))
        own = self.eventually(lambda: [row for row in self.there.office.rows("gateway.ListAnchors") if row["anchor_number"] == newest["anchor_number"]])
        self.assertEqual((own[0]["content"], own[0]["receipt_signature"]), (newest["content"], newest["receipt_signature"]))
        self.assertEqual(self.state()["state"], "RUNNING")
        heads = lambda: {service: int(self.sql(f"SELECT coalesce(max(seq), 0) FROM {service}.journal")[0][0]) for service in self.child.services if service != "gateway"}  # noqa: E731
        for _ in range(20):  # a follower may have had something to write meanwhile: then that is a change like any other; the gateway's own is the anchor
            self.child.settle()
            before = heads()
            self.eventually(lambda: {service: head[1] for service, head in self.heads(self.anchors()[-1]).items() if head[1] and service in before}
                            == {service: seq for service, seq in before.items() if seq})
            count = len(self.anchors())
            time.sleep(0.8)
            if heads() == before:
                break
        self.assertEqual(len(self.anchors()), count)

    def test_2_who_may(self):
        "R022: anchors are taken from children and read by the office"
        self.world.bureau.refused("gateway.TakeAnchor", {"anchor": {"content": b"x", "signature": b"x", "key_id": b"x"}}, "PERMISSION_DENIED")
        self.world.bureau.refused("gateway.ListAnchors", {"unit_id": CHILD}, "PERMISSION_DENIED")

    def test_3_a_new_epoch_that_lost_nothing_is_no_finding(self):
        "T55: the operator's new epoch continues what the parent saw"
        self.child.node.stop("registry")
        subprocess.run([BUILD / "bin/registry", "--node", self.child.node.directory, "--new-epoch", "演练"], check=True, capture_output=True)
        self.child.node.start("registry")
        self.child.positions.clear()
        self.add(3)
        self.eventually(lambda: self.heads(self.anchors()[-1]).get("registry", (0,))[0] == 2)
        self.assertEqual(self.anchors(problems_only=True), [])

    def test_4_a_tail_cut_off_and_written_anew(self):
        "T27: the rows behind are gone and others stand there; the chain verifies, the parent's anchor does not: it says so at every anchor, and the child's health too"
        self.add(4)
        self.eventually(lambda: self.anchored() == 2)
        self.child.node.stop("registry")
        self.sql("ALTER TABLE registry.journal DISABLE TRIGGER journal_append_only; DELETE FROM registry.journal WHERE epoch = 2 AND seq = 2; "
                 "ALTER TABLE registry.journal ENABLE TRIGGER journal_append_only")
        self.child.node.start("registry")
        self.add(5)
        self.add(6)
        found = self.eventually(lambda: self.anchors(problems_only=True))
        self.assertEqual(found[0]["anchor_problem"], "registry 2/2")
        self.eventually(lambda: self.state()["state"] == "STOPPED")
        self.assertIn("registry 2/2", self.state()["problem"])
        self.add(7)
        self.eventually(lambda: len(self.anchors(problems_only=True)) > len(found))

    def test_5_the_parent_replays(self):
        "I6: what was taken replays into equal tables"
        invariants.check(self.office.node)


if __name__ == "__main__":
    unittest.main()
