"""The bus in Python: a call that is answered exactly once, and a journal that is read in order. Needs python3-zmq and python3-protobuf; the
*_pb2 modules are made by  protoc --proto_path=proto --python_out=OUT proto/*.proto  with OUT on PYTHONPATH.

    client = Client("tcp://127.0.0.1:7010", read_key("gateway.pub")["public"], **pair(read_key("bank.key")))
    page, header = client.call("registry.ListUnits", registry_pb2.ListUnitsRequest(page_size=50), registry_pb2.ListUnitsReply)
"""
import hashlib
import os
import time

import admin_pb2
import header_pb2
import zmq

RETRYABLE = (4, 8, 10, 13, 14)  # outcome unknown or not now: the same id again


class Refused(Exception):
    """A rule said no. status: the canonical code; problems: [(path, reason, message)]."""

    def __init__(self, reply):
        super().__init__(f"{reply.reason}: {reply.message}")
        self.status, self.reason, self.problems = reply.status, reply.reason, [(p.path, p.reason, p.message) for p in reply.problems]


def read_key(path):
    """The lines "name = value" of a .key or .pub file."""
    with open(path, encoding="utf-8") as file:
        return dict((part.strip() for part in line.split("=", 1)) for line in file if "=" in line)


def pair(key):
    return {"own_public": key["public"], "own_secret": key["secret"]}


def uuid7():
    tail = bytearray(os.urandom(10))
    tail[0], tail[2] = 0x70 | tail[0] & 15, 0x80 | tail[2] & 63
    return (time.time_ns() // 1_000_000).to_bytes(6, "big") + bytes(tail)


class Client:
    def __init__(self, endpoint, server_public, own_public, own_secret):
        self.endpoint, self.keys = endpoint, (server_public.encode(), own_public.encode(), own_secret.encode())
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.curve_serverkey, self.socket.curve_publickey, self.socket.curve_secretkey = self.keys
        self.socket.linger = 0
        self.socket.connect(endpoint)

    def call(self, method, request, reply_type, request_id=None, tries=5, wait_ms=5000, **header):
        """(reply, header). Give request_id where the intent must survive this process: store it first, send it again until answered."""
        request_id = request_id or uuid7()
        envelope = header_pb2.RequestHeader(version=1, method=method, request_id=request_id, **header)
        for _ in range(tries):
            self.socket.send_multipart([envelope.SerializeToString(), request.SerializeToString()])
            while self.socket.poll(wait_ms):
                head, body = self.socket.recv_multipart()
                reply = header_pb2.ReplyHeader.FromString(head)
                if reply.request_id != request_id:
                    continue                               # a late answer to an earlier call
                if reply.status == 0:
                    return reply_type.FromString(body), reply
                if reply.status not in RETRYABLE:
                    raise Refused(reply)
                time.sleep(max(reply.retry_after_ms, 200) / 1000)
                break
        raise TimeoutError(f"{method}: outcome unknown, ask again with id {request_id.hex()}")

    def pages(self, method, request, reply_type):
        """The rows of a list, page after page."""
        while True:
            page, _ = self.call(method, request, reply_type)
            yield from page.rows
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def read_journal(self, service, position, wait_ms=20000):
        """(entries, position after them); waits up to wait_ms for the first. position: (epoch, seq, hash of entry seq), (1, 0, None) = the start."""
        epoch, seq, last = position
        request = admin_pb2.JournalReadRequest(epoch=epoch, after_seq=seq, max_bytes=500_000, wait_ms=wait_ms)
        reply, _ = self.call(f"{service}:journal.Read", request, admin_pb2.JournalReadReply, wait_ms=wait_ms + 10_000)
        for entry in reply.rows:
            if entry.epoch != epoch or entry.seq != seq + 1 or (last is not None and entry.prev_hash != last) or journal_hash(entry) != entry.hash:
                raise RuntimeError(f"{service}'s journal does not join at {entry.epoch}:{entry.seq}: restored, forked or tampered with; call its operator")
            seq, last = entry.seq, entry.hash
        if not reply.rows and reply.epoch != epoch:
            raise RuntimeError(f"{service} is in epoch {reply.epoch}, this reader in {epoch}: it was restored; call its operator")
        return list(reply.rows), (epoch, seq, last)


def journal_hash(entry):
    def text(value):
        data = value.encode()
        return len(data).to_bytes(2, "big") + data

    parts = [entry.prev_hash, entry.epoch.to_bytes(8, "big"), entry.seq.to_bytes(8, "big"), entry.at_us.to_bytes(8, "big"), entry.status.to_bytes(4, "big"),
             text(entry.caller), entry.request_id, text(entry.method), entry.request_hash, entry.reply_hash, text(entry.event_type), entry.event_hash]
    return hashlib.new("sm3", b"".join(parts)).digest()
