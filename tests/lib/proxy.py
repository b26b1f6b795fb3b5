"""A TCP proxy that misbehaves on demand, between a client and a daemon or a daemon and PostgreSQL (RELIABILITY: the kernels of test
machines seldom have netem). Both sides may be TCP or unix sockets."""
import pathlib
import socket
import threading
import time


class Proxy:
    """Set the attributes at any time; they hold for what passes afterwards.
    cut_after: close the connection after so many bytes to the server (to_server) or to the client (to_client).
    delay: seconds each piece waits. drop: swallow everything in that direction while the connection stays open."""

    def __init__(self, target, listen=None):
        """target: ("127.0.0.1", port) or a unix socket's path; listen: a unix socket's path, else a free TCP port."""
        self.target = target
        self.cut_after = {"to_server": None, "to_client": None}
        self.delay = {"to_server": 0.0, "to_client": 0.0}
        self.drop = {"to_server": False, "to_client": False}
        self.refuse = False
        self.passed = {"to_server": 0, "to_client": 0}
        self.on_bytes = None  # called with (direction, piece) before it is passed; False closes the connection
        self._pairs = set()
        self._lock = threading.Lock()
        self._closing = False
        if listen:
            self.path = pathlib.Path(listen)
            self.path.unlink(missing_ok=True)
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(listen))
            self.path.chmod(0o777)
            self.port = 0
        else:
            self.path = None
            self._listener = socket.socket()
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(("127.0.0.1", 0))
            self.port = self._listener.getsockname()[1]
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self):
        return f"tcp://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._closing = True
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self.cut()

    def cut(self):
        """Closes every connection now."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            _close(*pair)

    def heal(self):
        """Back to a faithful wire."""
        self.cut_after = {"to_server": None, "to_client": None}
        self.delay = {"to_server": 0.0, "to_client": 0.0}
        self.drop = {"to_server": False, "to_client": False}
        self.refuse, self.on_bytes = False, None

    def _accept(self):
        while not self._closing:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.refuse:
                client.close()
                continue
            try:
                server = socket.create_connection(self.target) if isinstance(self.target, tuple) else socket.socket(socket.AF_UNIX)
                if not isinstance(self.target, tuple):
                    server.connect(str(self.target))
            except OSError:
                client.close()
                continue
            pair = (client, server)
            with self._lock:
                self._pairs.add(pair)
            threading.Thread(target=self._pump, args=(pair, client, server, "to_server"), daemon=True).start()
            threading.Thread(target=self._pump, args=(pair, server, client, "to_client"), daemon=True).start()

    def _pump(self, pair, source, sink, direction):
        passed = 0
        try:
            while piece := source.recv(65536):
                if self.delay[direction]:
                    time.sleep(self.delay[direction])
                if self.on_bytes and self.on_bytes(direction, piece) is False:
                    break
                limit = self.cut_after[direction]
                if limit is not None:
                    piece = piece[:max(0, limit - passed)]
                passed += len(piece)
                self.passed[direction] += len(piece)
                if piece and not self.drop[direction]:
                    sink.sendall(piece)
                if limit is not None and passed >= limit:
                    break
        except OSError:
            pass
        with self._lock:
            self._pairs.discard(pair)
        _close(*pair)


def _close(*sockets):
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()
