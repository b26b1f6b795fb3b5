"""A node: its directory (node.conf, keys, run, log), its daemons, and who may speak to them."""
import ctypes
import mmap
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

from . import BUILD, PATIENCE_SECONDS, SERVICES, keys
from .bus import Client
from .ports import free_ports

PORTS = dict(zip(("gateway", "registry", "workforce", "payroll", "evaluation", "http"), range(6)))


_libc = ctypes.CDLL(None)


def _die_with_parent():
    """In the child, before it becomes a daemon: a killed test leaves nothing running (PR_SET_PDEATHSIG)."""
    _libc.prctl(1, signal.SIGKILL, 0, 0, 0)


class Node:
    def __init__(self, directory, cluster, *, node_id="office", unit_id="140214-fgj", database=None, base_port=None, token_key=None,
                 clock_file=None, settings=None):
        """Makes what is missing in the directory and keeps what is there, so that a node can be taken up again.
        settings: further lines of node.conf, {"payroll.page_limit": 5}."""
        self.directory = pathlib.Path(directory)
        self.cluster = cluster
        self.node_id, self.unit_id = node_id, unit_id
        self.keys = self.directory / "keys"
        self.ring = self.keys / "ring"
        self.daemons = {}
        self._operator_clients = {}
        for folder in (self.ring, self.directory / "run", self.directory / "log"):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.chmod(0o700)
        self._port_file = self.directory / "run/base_port"
        if base_port is None:
            base_port = int(self._port_file.read_text()) if self._port_file.exists() else free_ports()
        self._port_file.write_text(str(base_port))
        self.base_port = base_port
        self.database = cluster.new_database(database)
        self.clock_file = pathlib.Path(clock_file) if clock_file else self.directory / "clock"
        self._make_keys(token_key)
        self.settings = {"node_id": node_id, "unit_id": unit_id, "clock_file": self.clock_file, "database": cluster.conninfo(self.database)}
        for service in SERVICES:
            self.settings[f"{service}.database"] = cluster.conninfo(self.database, service)
            self.settings[f"{service}.endpoint"] = self.endpoint(service)
        self.settings["gateway.http_endpoint"] = f"127.0.0.1:{self.port('http')}"
        self.settings.update(settings or {})
        self.write_settings()

    def write_settings(self):
        (self.directory / "node.conf").write_text("".join(f"{name} = {value}\n" for name, value in self.settings.items()))

    def _make_keys(self, token_key):
        for service in SERVICES:
            kind = "gateway" if service == "gateway" else "service"
            self._make_key(keys.Key(service, self.unit_id, "CHECKER", ("SELF",), kind))
        self._make_key(keys.Key("operator", self.unit_id, "CHECKER", ("SELF",), "service"))
        self.operator = keys.Key.load(self.keys / "operator.key")
        if not list(self.keys.glob("seal-*.key")):
            keys.make_seal_key(self.keys)
        if not (self.keys / "district.token.key").exists():
            keys.make_token_key(self.keys, token_key)
        if not (self.keys / "sign.key").exists():
            keys.make_sign_key(self.keys)

    def _make_key(self, key):
        if not (self.keys / f"{key.principal}.key").exists():
            key.write_secret(self.keys)
            key.write_public(self.keys)
            key.write_public(self.ring)

    @property
    def token_key(self):
        return (self.keys / "district.token.key").read_text().strip()

    def port(self, service):
        return self.base_port + PORTS[service]

    def endpoint(self, service):
        return f"tcp://127.0.0.1:{self.port(service)}"

    def server_public(self, service):
        return keys.Key.load(self.keys / f"{service}.pub").public

    # --- who may speak -------------------------------------------------------------------------------------------------------

    def admit(self, principal, unit_id, duty="VIEWER", relations=(), kind="principal"):
        """A new key in the ring: it may speak to the services themselves, without the gateway's own list."""
        key = keys.Key(principal, unit_id, duty, tuple(relations), kind)
        key.write_public(self.ring)
        return key

    def revoke(self, key):
        (self.ring / f"{key.principal}.pub").unlink()

    def client(self, service, key=None, endpoint=None, timeout_ms=30_000):
        return Client(endpoint or self.endpoint(service), key or self.operator, self.server_public(service), timeout_ms)

    # --- daemons -------------------------------------------------------------------------------------------------------------

    def start(self, *services, crash_at=None, wait=True, environment=None):
        """crash_at: name of the point where the daemon shall kill itself (WORKRELIEF_CRASH_AT)."""
        for service in services or SERVICES:
            surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
            surroundings.update(environment or {})
            if crash_at:
                surroundings["WORKRELIEF_CRASH_AT"] = crash_at
            # The kernel means the thread that forked, so only the main thread may ask for it.
            bound = _die_with_parent if threading.current_thread() is threading.main_thread() else None
            with open(self.log(service), "ab") as log:
                self.daemons[service] = subprocess.Popen(self.command(service), stdin=subprocess.DEVNULL,
                                                         stdout=log, stderr=log, env=surroundings, start_new_session=True, preexec_fn=bound)
            (self.directory / f"run/{service}.pid").write_text(f"{self.daemons[service].pid}\n")
        if wait:
            for service in services or SERVICES:
                self.wait_ready(service)

    def command(self, service):
        return [BUILD / "bin" / service, "--node", self.directory]

    def log(self, service):
        return self.directory / f"log/{service}.log"

    def log_tail(self, service, lines=15):
        return "\n".join(self.log(service).read_text(errors="replace").splitlines()[-lines:])

    def _ask(self, service, method, request=None, wait_ms=None):
        """wait_ms: as long as it takes while the daemon runs, not at all long when it does not."""
        if wait_ms is None:
            wait_ms = 30_000 if service in self.daemons and self.daemons[service].poll() is None else 2_000
        client = self._operator_clients.get(service)
        if client is None:
            client = self._operator_clients[service] = self.client(service)
        return client.call(method, request, wait_ms=wait_ms)

    def health(self, service):
        """The answer of admin.Health as a dict, {} when there is none."""
        return self._ask(service, "admin.Health").body

    def wait_ready(self, service, seconds=PATIENCE_SECONDS, state="READY"):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            daemon = self.daemons.get(service)
            if daemon and daemon.poll() is not None:
                raise RuntimeError(f"{service} ended with {daemon.returncode}:\n{self.log_tail(service)}")
            if self._ask(service, "admin.Health", wait_ms=300).body.get("state") == state:
                return
            time.sleep(0.02)
        raise RuntimeError(f"{service} is not {state} after {seconds} s:\n{self.log_tail(service)}")

    def stop(self, *services, seconds=PATIENCE_SECONDS):
        """Asks (SIGTERM) and waits; exit codes by service."""
        codes = {}
        chosen = [service for service in services or reversed(SERVICES) if service in self.daemons]
        for service in chosen:
            self.daemons[service].send_signal(signal.SIGTERM)
        for service in chosen:
            try:
                codes[service] = self.daemons[service].wait(seconds)
            except subprocess.TimeoutExpired:
                self.daemons[service].kill()
                codes[service] = self.daemons[service].wait()
            self._forget(service)
        return codes

    def kill(self, *services, number=signal.SIGKILL):
        for service in services or SERVICES:
            self.daemons[service].send_signal(number)
            if number == signal.SIGKILL:
                self.daemons[service].wait()
                self._forget(service)

    def wait_end(self, service, seconds=PATIENCE_SECONDS):
        """Waits until the daemon has ended by itself (a crash point); its exit code."""
        code = self.daemons[service].wait(seconds)
        self._forget(service)
        return code

    def _forget(self, service):
        self.daemons.pop(service, None)
        (self.directory / f"run/{service}.pid").unlink(missing_ok=True)
        client = self._operator_clients.pop(service, None)
        if client:
            client.close()

    def close(self):
        """Stops what still runs; a daemon that does not end cleanly (a sanitizer found something, it hung) fails the test."""
        codes = self.stop()
        for client in self._operator_clients.values():
            client.close()
        self._operator_clients.clear()
        for service, code in codes.items():
            if code:
                raise AssertionError(f"{service} ended with {code}:\n{self.log_tail(service, 60)}")

    # --- time ----------------------------------------------------------------------------------------------------------------

    def set_clock(self, wall_us):
        """Moves the time of every daemon that shares the clock file to wall_us; it runs on from there."""
        self.move_clock(wall_us - time.time_ns() // 1000)

    def move_clock(self, offset_us):
        if not self.clock_file.exists():
            self.clock_file.write_bytes(bytes(8))
        with open(self.clock_file, "r+b") as file, mmap.mmap(file.fileno(), 8) as memory:
            ctypes.c_int64.from_buffer(memory).value = offset_us  # one store: a reader never sees half of it

    def now_us(self):
        """Wall time as the daemons see it."""
        offset = int.from_bytes(self.clock_file.read_bytes()[:8], sys.byteorder, signed=True) if self.clock_file.exists() else 0
        return time.time_ns() // 1000 + offset
