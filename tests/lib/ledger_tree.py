"""The tree over ledger rows written a second time, from its definition in common/crypto/tree.h, to check the house against."""
import hashlib

from . import messages  # noqa: F401  (makes the modules of proto/)
import ledger_row_pb2  # noqa: E402

KINDS = ledger_row_pb2.LedgerRowKind


def sm3(data):
    return hashlib.new("sm3", data).digest()


def _sums(values):
    return b"".join(value.to_bytes(8, "big") for value in values)


def packed(row):
    """The bytes of a row as the methods give it (a dict)."""
    made = ledger_row_pb2.LedgerRow(**{name: value for name, value in row.items() if name != "row_kind" and value is not None})
    made.row_kind = KINDS.Value.Value(row["row_kind"])
    return made.SerializeToString(deterministic=True)


def row_sums(row):
    if row["row_kind"] == "ATTENDANCE":
        return (row["day_hundredths"] if row["employment_kind"] == "WORK_RELIEF_SERVICE" else 0, 0, 0)
    return (0, row["net_fen"], row["paid_fen"])


def leaf(data, sums):
    return sums, sm3(b"\0" + _sums(sums) + data)


def _half(count):
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def _join(left, right):
    return tuple(a + b for a, b in zip(left[0], right[0])), sm3(b"\1" + _sums(left[0]) + left[1] + _sums(right[0]) + right[1])


def top(leaves):
    if not leaves:
        return (0, 0, 0), bytes(32)
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return _join(top(leaves[:half]), top(leaves[half:]))


def root(leaves):
    sums, digest = top(leaves)
    return sm3(b"\2" + len(leaves).to_bytes(8, "big") + _sums(sums) + digest)


def root_of_rows(rows):
    return root([leaf(packed(row), row_sums(row)) for row in rows])


def path(leaves, index):
    """The neighbours of a leaf from the bottom up."""
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return path(leaves[:half], index) + [top(leaves[half:])]
    return path(leaves[half:], index - half) + [top(leaves[:half])]


def draw(seed, label, count, wanted):
    """wanted different numbers below count, ascending."""
    beyond, numbers, counter = 2**64 - 1 - (2**64 - 1) % count, set(), 0
    while len(numbers) < wanted:
        number = int.from_bytes(sm3(seed + label.to_bytes(8, "big") + counter.to_bytes(8, "big"))[:8], "big")
        if number < beyond:
            numbers.add(number % count)
        counter += 1
    return sorted(numbers)
