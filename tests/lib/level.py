"""A node of a level beneath, played by the test with real keys: signs its report and delivers it over its own connection.

    district = Level("140221-fgj", "140221", parent)     # the node's unit, the level's unit, lib.node.Node of the parent
    office_checker.ok("gateway.AddChild", district.enrolment())
    reply = district.deliver(district.content("2026Q2", lines, counts))
"""
import hashlib
import pathlib
import subprocess
import tempfile

from . import keys, messages
from .bus import Client

SUMS = ("day_hundredths", "due_fen", "paid_fen", "unpaid_fen", "dividend_fen", "cumulative_due_fen", "cumulative_paid_fen", "cumulative_day_hundredths")
NULLABLE = ("total_investment_fen", "fiscal_fen", "central_fen", "planned_pay_fen")
HEADS = ("absorbed_count", "local_count", "female_count", "priority_count", "cumulative_absorbed_count")
STARTED = ("CONSTRUCTION", "SUSPENDED", "COMPLETED", "ACCEPTED", "CLOSED")


def sm3(*parts):
    return hashlib.new("sm3", b"".join(parts)).digest()


def sm2(key_path, context, content):
    """What common/crypto/sign.h signs: the context, a NUL, the bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(context.encode() + b"\0" + content)
        file.flush()
        return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", key_path, "-in", file.name,
                               "-pkeyopt", "distid:1234567812345678"], check=True, capture_output=True).stdout


def packed(name, values):
    return messages.fill(messages.message_type(name)(), values).SerializeToString()


class SignKey:
    """An SM2 pair in a folder of its own."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        keys.make_sign_key(self.directory)
        self.public = (self.directory / "sign.key.pub").read_text().strip()

    def signed(self, content_type, content):
        """A Signed as a dict."""
        return {"content": content, "signature": sm2(self.directory / "sign.key", content_type, content), "key_id": sm3(bytes.fromhex(self.public))[:8],
                "algorithm": "SM2-SM3", "content_type": content_type}


def line(project_code, origin, absorbed=0, paid_fen=0, **more):
    """A line of a level's report. origin: the path beneath the level, "140221-jtj" or "140221/140221-jtj"."""
    days = absorbed * 10_00
    values = {"project_code": project_code, "project_name": f"示例项目{project_code[-3:]}", "field": "TRANSPORT", "track": "SPECIAL_FUND",
              "project_state": "CONSTRUCTION", "is_counted": True, "absorbed_count": absorbed, "day_hundredths": days, "due_fen": paid_fen, "paid_fen": paid_fen,
              "cumulative_due_fen": paid_fen, "cumulative_paid_fen": paid_fen, "cumulative_day_hundredths": days, "cumulative_absorbed_count": absorbed,
              "origin_unit_id": origin.rsplit("/", 1)[-1], "origin_unit_name": f"单位{origin.rsplit('/', 1)[-1]}", "origin_path": origin,
              "origin_report_code": f"{origin.rsplit('/', 1)[-1]}-2026Q2-1"}
    return {**values, **more}


def reach(*units):
    """What a line says of outreach: (unit, reached in the quarter, reached in the year) each."""
    return {"relief_paid_fen": 0, "outreach_required_count": len(units), "outreach_reached_count": sum(unit[1] for unit in units),
            "cumulative_outreach_reached_count": sum(unit[2] for unit in units),
            "outreach_units": [{"unit_id": unit, "is_owner": True, "reached_in_quarter": bool(now), "reached_in_year": bool(year)} for unit, now, year in units]}


def total(kind, key, lines, **heads):
    """The total of these lines as a consolidation freezes it; heads: what cannot be added up, by default as many as on the lines."""
    row = {"total_kind": kind, "total_key": key, "project_count": len(lines), "started_count": sum(one["project_state"] in STARTED for one in lines)}
    row.update({name: sum(one.get(name) or 0 for one in lines) for name in SUMS + HEADS})
    for name in NULLABLE:
        known = [one[name] for one in lines if one.get(name) is not None]
        row[name] = sum(known) if known or not lines else None
        row[name.replace("_fen", "_unknown_count")] = len(lines) - len(known)
    return {**row, **heads}


def totals_of(lines, conflicts=(), **heads):
    """All kinds, as Consolidate makes them. heads: of the total over all."""
    counted = [one for one in lines if one["is_counted"] and one["project_code"] not in conflicts]
    rows = [total("ALL", "", counted, **heads)]
    for kind, name in (("FIELD", "field"), ("TRACK", "track"), ("LIST_KIND", "list_kind"), ("LIST_LEVEL", "list_level")):
        for key in sorted({one.get(name, "UNSPECIFIED") for one in counted}):
            rows.append(total(kind, key, [one for one in counted if one.get(name, "UNSPECIFIED") == key]))
    return rows


class Level:
    def __init__(self, node_unit_id, unit_id, parent, directory):
        self.node_unit_id, self.unit_id, self.parent = node_unit_id, unit_id, parent
        self.sign = SignKey(pathlib.Path(directory) / node_unit_id)
        self.key = keys.Key(f"gateway-{node_unit_id}", node_unit_id, "CHECKER", ("CHILD",), "gateway")
        self._client = None

    def enrolment(self):
        """Of gateway.AddChild."""
        return {"unit_id": self.node_unit_id, "public_key": self.key.public, "sign_public": self.sign.public, "child_unit_ids": [self.unit_id]}

    @property
    def client(self):
        if self._client is None:
            self._client = Client(self.parent.endpoint("gateway"), self.key, self.parent.server_public("gateway"))
        return self._client

    def close(self):
        if self._client:
            self._client.close()
            self._client = None

    def content(self, quarter, lines, revision=1, missing=(), parts=1, conflicts=(), totals=None, **changed):
        """ReportContents as dicts, one a part. missing: names of units beneath that have not reported."""
        lines = [{**one, "line_number": number, "origin_path": f"{self.unit_id}/{one['origin_path']}"} for number, one in enumerate(lines, 1)]
        expected = len({one["origin_unit_id"] for one in lines}) + len(missing)
        level = {"totals": totals_of(lines, conflicts) if totals is None else totals, "units_below": [
            {"unit_id": unit, "unit_name": f"单位{unit}", "origin_path": f"{self.unit_id}/{unit}", "report_state": "MISSING"} for unit in missing],
            "level_counts": {"expected_count": expected, "accepted_count": expected - len(missing), "missing_count": len(missing)}, "consolidation_number": 1}
        head = {"content_version": 1, "sender_unit_id": self.node_unit_id, "receiver_unit_id": self.parent.unit_id, "method": "gateway.Deliver",
                "report_code": f"{self.unit_id}-{quarter}-{revision}", "unit_id": self.unit_id, "quarter": quarter, "revision": revision,
                "line_digest": sm3(*(packed("ReportLine", one) for one in lines)), "part_count": parts, "line_count": len(lines),
                "unit_note": "未报单位已催报" if missing else ""}
        share = -(-len(lines) // parts) or 1
        return [{**head, "part_number": part + 1, "lines": lines[part * share:(part + 1) * share], **(level if part == 0 else {}), **changed}
                for part in range(parts)]

    def deliver(self, content, sign=None):
        """The reply to one part."""
        return self.client.call("gateway.Deliver", {"signed": (sign or self.sign).signed("ReportContent", packed("ReportContent", content))}, wait_ms=60_000)

    def decisions(self):
        return self.client.call("gateway.ListDecisions", {"page_size": 100}, wait_ms=60_000).body["rows"]
