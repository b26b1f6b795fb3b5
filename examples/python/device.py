#!/usr/bin/python3
"""device.py - an attendance device at the gate of a site: sees people pass with or without a network, and tells the node when it can.

    device.py --store gate.db pass WORKER_NUMBER ENTRY|EXIT [--blurred]         by the reader, for each person who passes; needs no network
    device.py --store gate.db send --endpoint tcp://127.0.0.1:7010 --server gateway.pub --key gate-1.key --project CODE [--until-empty]

A pass is numbered and stored when it happens and kept until the node has answered for it. The number makes it one pass however often it
is sent. The time is the device's own; the node compares its clock with ours at each message and says the difference: beyond a minute the
clock must be set (passes of a wrong clock make no day until people have mended them). --clock-offset SECONDS corrects a clock that is
known to be off and cannot be set."""
import argparse
import sys
import time

import device_pb2
import workforce_pb2  # noqa: F401  (the service's own file, so that the contract is there whole)
from store import Store
from workrelief import Client, Refused, pair, read_key

PART = 500
DRIFT_MOST_S = 60
KEPT_S = 60  # a pass that is older when it is first sent was kept for want of a network


def now_us(offset_s):
    return time.time_ns() // 1000 + round(offset_s * 1_000_000)


def see(store, wanted):
    with store:
        number = store.rows("SELECT coalesce(max(number), 0) + 1 FROM pass")[0][0]
        store.rows("INSERT INTO pass (number, worker_number, direction, passed_at_us, blurred) VALUES (?, ?, ?, ?, ?)", number, wanted.worker_number,
                   wanted.direction, now_us(wanted.clock_offset), wanted.blurred)


def message_of(code, device, offset_s, rows):
    passes = [device_pb2.DevicePass(pass_code=f"{device}-{number}", worker_number=worker, pass_direction=device_pb2.PassDirection.Value.Value(direction),
                                    passed_at_us=at_us, blurred=bool(blurred), offline=bool(offline)) for number, worker, direction, at_us, blurred, offline in rows]
    return device_pb2.RecordDevicePassesRequest(project_code=code, device_code=device, device_clock_at_us=now_us(offset_s), passes=passes)


def send_part(store, client, wanted, device):
    """Sends what waits longest; how many that were. That a pass was kept for want of a network is decided once: sent again it is the same pass."""
    with store:
        store.rows("UPDATE pass SET offline = passed_at_us < ? WHERE offline IS NULL", now_us(wanted.clock_offset) - KEPT_S * 1_000_000)
    rows = store.rows("SELECT number, worker_number, direction, passed_at_us, blurred, offline FROM pass WHERE state IS NULL ORDER BY number LIMIT ?", PART)
    if rows:
        request = message_of(wanted.project, device, wanted.clock_offset, rows)
        reply, _ = client.call("workforce.RecordDevicePasses", request, device_pb2.RecordDevicePassesReply, tries=2)
        if abs(reply.drift_seconds) > DRIFT_MOST_S:
            print(f"device: this clock is {reply.drift_seconds} s off the node's; set it", file=sys.stderr)
        with store:
            for row in reply.rows:
                store.rows("UPDATE pass SET state = ? WHERE number = ?", device_pb2.PassState.Value.Name(row.pass_state), int(row.pass_code.rsplit("-", 1)[1]))
    return len(rows)


def send(store, wanted):
    key = read_key(wanted.key)
    client = Client(wanted.endpoint, read_key(wanted.server)["public"], **pair(key))
    while True:
        try:
            sent = send_part(store, client, wanted, key["unit_id"])
        except TimeoutError as late:
            print(f"device: {late}", file=sys.stderr)
            continue
        except Refused as refused:  # not placed here, or retired: everything is kept, a person must look
            raise SystemExit(f"device: {refused}") from None
        if sent == 0 and wanted.until_empty:
            return
        if sent == 0:
            time.sleep(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("--clock-offset", type=float, default=0.0)
    verbs = parser.add_subparsers(required=True)
    one = verbs.add_parser("pass")
    one.add_argument("worker_number", type=int)
    one.add_argument("direction", choices=("ENTRY", "EXIT"))
    one.add_argument("--blurred", action="store_true")
    one.set_defaults(run=see)
    many = verbs.add_parser("send")
    for name in ("--endpoint", "--server", "--key", "--project"):
        many.add_argument(name, required=True)
    many.add_argument("--until-empty", action="store_true")
    many.set_defaults(run=send)
    wanted = parser.parse_args()
    wanted.run(Store(wanted.store, "pass (number INTEGER PRIMARY KEY, worker_number INTEGER, direction TEXT, passed_at_us INTEGER, blurred INTEGER, offline INTEGER, state TEXT)"),
               wanted)


if __name__ == "__main__":
    main()
