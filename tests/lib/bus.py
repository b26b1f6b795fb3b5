"""A client of the bus: a DEALER with CURVE; two frames out (RequestHeader, body), two frames back (ReplyHeader, body)."""
import dataclasses
import enum
import os
import re
import time

import zmq

from . import ROOT, messages

Status = enum.IntEnum("Status", {name: int(number) for name, number in
                                 re.findall(r"^STATUS\((\w+), (\d+)", (ROOT / "common/base/status.def").read_text(), re.M)})
RETRYABLE = {Status[name] for name in
             re.findall(r"^STATUS\((\w+), \d+, true", (ROOT / "common/base/status.def").read_text(), re.M)}
NO_ANSWER = "NO_ANSWER"
_context = zmq.Context()
_context.set(zmq.MAX_SOCKETS, 8192)  # a nation has more nodes than the library expects of one program


def uuid7():
    """RFC 9562: time in front, so that the index over request ids stays narrow."""
    milliseconds = time.time_ns() // 1_000_000
    tail = bytearray(os.urandom(10))
    tail[0] = 0x70 | tail[0] & 0x0f
    tail[2] = 0x80 | tail[2] & 0x3f
    return milliseconds.to_bytes(6, "big") + bytes(tail)


@dataclasses.dataclass
class Reply:
    status: Status
    reason: str
    problems: list      # dicts: path, reason, message, severity, basis
    header: object      # ReplyHeader, None when no answer came
    body: dict          # the reply as a dict, {} when the call was refused
    raw: bytes = b""    # the body as it came
    request_id: bytes = b""

    @property
    def ok(self):
        return self.status == Status.OK

    @property
    def retryable(self):
        return self.status in RETRYABLE

    @property
    def position(self):
        """(epoch, seq) in the journal of the service; (0, 0) for what is not stored."""
        return (self.header.journal_epoch, self.header.journal_seq) if self.header else (0, 0)

    def __str__(self):
        text = self.header.message if self.header else ""
        lines = [f"  {p['path'] or '(request)'}: {p['reason']}: {p['message']}" for p in self.problems]
        return "\n".join([f"{self.status.name} {self.reason} {text}", *lines])


class Client:
    """One socket to one daemon. Not for several threads at once."""

    def __init__(self, endpoint, key, server_public, timeout_ms=30_000):
        """key None: without CURVE, which no daemon answers."""
        self.timeout_ms = timeout_ms
        self._peer = (endpoint, key, server_public)
        self._waiting = {}
        self._arrived = {}
        self._open()

    def _open(self):
        endpoint, key, server_public = self._peer
        self.socket = _context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.RECONNECT_IVL, 50)
        self.socket.setsockopt(zmq.RECONNECT_IVL_MAX, 500)
        self.socket.setsockopt(zmq.SNDTIMEO, 0)
        if key is not None:
            self.socket.curve_publickey = key.public.encode()
            self.socket.curve_secretkey = key.secret.encode()
            self.socket.curve_serverkey = server_public.encode()
        self.socket.connect(endpoint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, method, request=None, *, request_id=None, timeout_ms=0, language="", dry_run=False, after=(), caller=None, trace_id="",
             body=None, header=None):
        """Sends and does not wait; gives the request id. request: dict or message; body: bytes to send in its place.
        after: [(service, epoch, seq)]. header: a dict of header fields to set last, for tests of bad headers."""
        envelope = messages.header_pb2.RequestHeader(version=1, method=method, request_id=request_id or uuid7(), timeout_ms=timeout_ms,
                                                     language=language, dry_run=dry_run, trace_id=trace_id)
        for service, epoch, seq in after:
            envelope.after.add(service=service, epoch=epoch, seq=seq)
        if caller:
            messages.fill(envelope.caller, caller)
        messages.fill(envelope, header or {})
        if body is None:
            message = request if hasattr(request, "SerializeToString") else messages.fill(messages.request_type(method)(), request or {})
            body = message.SerializeToString()
        self._waiting[envelope.request_id] = method
        frames = [envelope.SerializeToString(), body]
        try:
            self.socket.send_multipart(frames)
        except zmq.Again:  # once refused by ZAP a socket never dials again (libzmq): a fresh one may be admitted meanwhile
            self.socket.close()
            self._open()
            self.socket.send_multipart(frames)
        return envelope.request_id

    def receive(self, timeout_ms=None):
        """The next reply of any call; None when none came in time."""
        if self._arrived:
            return self._arrived.pop(next(iter(self._arrived)))
        if not self.socket.poll(self.timeout_ms if timeout_ms is None else timeout_ms):
            return None
        return self._read()

    def wait(self, request_id, timeout_ms=None):
        """The reply of one call; status UNAVAILABLE, reason NO_ANSWER when it did not come: the outcome is unknown."""
        deadline = time.monotonic() + (self.timeout_ms if timeout_ms is None else timeout_ms) / 1000
        while request_id not in self._arrived:
            left = deadline - time.monotonic()
            if left <= 0 or not self.socket.poll(max(1, int(left * 1000))):
                return Reply(Status.UNAVAILABLE, NO_ANSWER, [], None, {}, b"", request_id)
            reply = self._read()
            self._arrived[reply.request_id] = reply
        return self._arrived.pop(request_id)

    def call(self, method, request=None, *, wait_ms=None, retry_seconds=0.0, **options):
        """Sends and waits. retry_seconds: asks again with the same request id for so long as the outcome is retryable or unknown."""
        options["request_id"] = options.get("request_id") or uuid7()
        deadline = time.monotonic() + retry_seconds
        while True:
            reply = self.wait(self.send(method, request, **options), wait_ms)
            if not reply.retryable or time.monotonic() >= deadline:
                return reply
            time.sleep(min(1.0, max(0.05, (reply.header.retry_after_ms if reply.header else 0) / 1000)))

    def _read(self):
        frames = self.socket.recv_multipart()
        header = messages.header_pb2.ReplyHeader.FromString(frames[0])
        method = self._waiting.get(header.request_id)
        body = {}
        if header.status == 0 and method and len(frames) > 1:
            body = messages.plain(messages.reply_type(method).FromString(frames[1]))
        return Reply(Status(header.status), header.reason, [messages.plain(problem) for problem in header.problems], header, body,
                     frames[1] if len(frames) > 1 else b"", header.request_id)
