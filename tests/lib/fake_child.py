"""A child node played by the test: its own keys, one report over ledger rows of its making, and answers as honest or as false as wanted."""
import hashlib
import pathlib
import subprocess
import tempfile

from . import keys, messages
from . import ledger_tree as tree

OFFICE = "140214-fgj"


class Signer:
    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "child-sign.key"
        run = lambda *command: subprocess.run(command, check=True, capture_output=True).stdout  # noqa: E731
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", str(self.path))
        self.point = run("openssl", "pkey", "-in", str(self.path), "-pubout", "-outform", "DER")[-65:]

    @classmethod
    def of(cls, path):
        """With a key that is there: a node's own."""
        signer = cls.__new__(cls)
        signer.path = pathlib.Path(path)
        signer.point = subprocess.run(["openssl", "pkey", "-in", str(path), "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-65:]
        return signer

    def sign(self, kind, content):
        with tempfile.NamedTemporaryFile() as file:
            file.write(kind.encode() + b"\0" + content)
            file.flush()
            signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", str(self.path), "-in", file.name,
                                        "-pkeyopt", "distid:1234567812345678"], check=True, capture_output=True).stdout
        key_id = hashlib.new("sm3", self.point).digest()[:8]
        return {"content": content, "signature": signature, "key_id": key_id, "algorithm": "SM2-SM3", "content_type": kind}


def pack(kind, fields):
    return messages.fill(messages.message_type(kind)(), fields).SerializeToString(deterministic=True)


def ledger_rows(code, count, month="2026-06"):
    """count workers' months and their wage lines, every other one paid."""
    person = {"project_code": code, "month": month, "id_number_mask": "140298********0011", "agreement_code": "XY", "employment_kind": "WORK_RELIEF_SERVICE"}
    days = [{**person, "row_kind": "ATTENDANCE", "worker_number": i + 1, "day_hundredths": 1000, "attended_days": 10, "first_date": f"{month}-03"}
            for i in range(count)]
    pay = [{**person, "row_kind": "WAGE", "worker_number": i + 1, "sheet_code": "S1", "day_hundredths": 1000, "gross_fen": 200000, "net_fen": 200000,
            "paid_fen": 200000 * (i % 2), "line_state": "PAID" if i % 2 else "CONFIRMED"} for i in range(count)]
    return days + pay


class FakeChild:
    def __init__(self, house, world, unit_id, folder):
        self.house, self.unit_id, self.signer = house, unit_id, Signer(folder)
        self.key = keys.Key(f"{unit_id}-gateway", unit_id, "CHECKER", ("CHILD",))
        world.office_checker.ok("gateway.AddChild", {"unit_id": unit_id, "public_key": self.key.public, "sign_public": self.signer.point.hex(),
                                                     "child_unit_ids": [unit_id]})
        self.client = house.node.client("gateway", self.key)

    def call(self, method, request):
        return self.client.call(f"gateway.{method}", request, wait_ms=30_000)

    def deliver(self, quarter, code, rows, revision=1, **spoilt):
        """A report of one project over these rows; spoilt: other values in its line."""
        leaves = [tree.leaf(tree.packed(row), tree.row_sums(row)) for row in rows]
        days, due, paid = tree.top(leaves)[0]
        people = sum(row["row_kind"] == "ATTENDANCE" for row in rows)
        line = {"line_number": 1, "project_code": code, "project_state": "CONSTRUCTION", "is_counted": True, "absorbed_count": people, "day_hundredths": days,
                "due_fen": due, "paid_fen": paid, "unpaid_fen": due - paid, "cumulative_due_fen": due, "cumulative_paid_fen": paid,
                "cumulative_day_hundredths": days, "cumulative_absorbed_count": people, "ledger_root": tree.root(leaves), "ledger_row_count": len(leaves),
                "ledger_day_hundredths": days, "ledger_due_fen": due, "ledger_paid_fen": paid, **spoilt}
        over = tree.root([((line["ledger_day_hundredths"], line["ledger_due_fen"], line["ledger_paid_fen"]),
                           tree.leaf(line["ledger_root"], (line["ledger_day_hundredths"], line["ledger_due_fen"], line["ledger_paid_fen"]))[1])])
        report_code = f"{self.unit_id}-{quarter}-{revision}"
        content = pack("ReportContent", {
            "content_version": 1, "sender_unit_id": self.unit_id, "receiver_unit_id": OFFICE, "method": "gateway.Deliver", "report_code": report_code,
            "unit_id": self.unit_id, "quarter": quarter, "revision": revision, "restate_reason": "更正" if revision > 1 else "",
            "line_digest": tree.sm3(pack("ReportLine", line)), "ledger_root": over, "part_number": 1, "part_count": 1, "line_count": 1,
            "person_count": people, "lines": [line], "persons": [{"line_number": 1, "worker_token": bytes([i + 1] * 16), "sex": "FEMALE"} for i in range(people)]})
        return self.call("Deliver", {"signed": self.signer.sign("ReportContent", content)}), report_code

    def answer_of(self, draw, rows, present=None):
        """The honest answer; present: the rows as the ledger has them now, None where one is gone."""
        leaves = [tree.leaf(tree.packed(row), tree.row_sums(row)) for row in rows]
        now = present or rows
        shown = []
        for place in draw["positions"]:
            index = place["row_number"] - 1
            steps = [{"hash": digest, "day_hundredths": sums[0], "due_fen": sums[1], "paid_fen": sums[2]} for sums, digest in tree.path(leaves, index)]
            shown.append({**place, "row": tree.packed(rows[index]), "steps": steps, **({"present": now[index]} if now[index] else {})})
        return {"content_version": 1, "sender_unit_id": self.unit_id, "receiver_unit_id": OFFICE, "method": "gateway.AnswerDraw",
                "draw_number": draw["draw_number"], "report_code": draw["report_code"], "seed": draw["seed"], "made_at_us": 1, "rows": shown}

    def send(self, answer, signer=None, kind="DrawAnswerContent"):
        return self.call("AnswerDraw", {"signed": (signer or self.signer).sign(kind, pack("DrawAnswerContent", answer))})
