"""Nodes on networks of their own: each in its own network namespace, a cable between a child and its parent, and one from each node to the test.

    network = Network()                       # needs root; says so when it may not
    city = network.node(folder, "city", unit_id="140200-fgw")
    cable = network.cable(city, district)     # cable.at(city) = the address at that end
    cable.cut(); cable.mend()

The daemons of a node listen on every address of their namespace and speak to each other on its loopback; the test reaches them over a cable
of its own, which is never cut. PostgreSQL is reached by its socket, which is a file.
"""
import os
import pathlib
import subprocess

from . import SERVICES, cluster
from .node import Node

_PREFIX = "wr"


class NotPermitted(Exception):
    """This machine does not let the test make network namespaces."""


def _inside(namespace):
    """Before a command that runs there. Not `ip netns exec`, which mounts /sys anew and so fails where / is no mount point, as in a chroot."""
    return ["nsenter", f"--net=/run/netns/{namespace}"] if namespace else []


def _ip(*words, namespace=None, check=True):
    done = subprocess.run([*_inside(namespace), "ip", *words], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise NotPermitted(f"`ip {' '.join(words)}` failed: {done.stderr.strip()}. This test needs root and network namespaces "
                           "(in a container: --privileged or CAP_SYS_ADMIN and CAP_NET_ADMIN); without them leave it out by name.")
    return done.stdout


class Cable:
    """A pair of interfaces, one end in the first node's namespace, the other in the second's (None: with the test)."""

    def __init__(self, number, first, second):
        self.ends = (first, second)
        self.names = tuple(f"{_PREFIX}{os.getpid() % 100000}{'ab'[side]}{number}" for side in (0, 1))
        self.addresses = tuple(f"10.{77 + number // 64}.{number % 64 * 4}.{side + 1}" for side in (0, 1))
        _ip("link", "add", self.names[0], "type", "veth", "peer", "name", self.names[1])
        for end, name, address in zip(self.ends, self.names, self.addresses):
            if end:
                _ip("link", "set", name, "netns", end.namespace)
            _ip("addr", "add", f"{address}/30", "dev", name, namespace=end and end.namespace)
            _ip("link", "set", name, "up", namespace=end and end.namespace)

    def at(self, end):
        """The address at that node's end."""
        return self.addresses[self.ends.index(end)]

    def cut(self):
        _ip("link", "set", self.names[0], "down", namespace=self.ends[0].namespace)

    def mend(self):
        _ip("link", "set", self.names[0], "up", namespace=self.ends[0].namespace)


class NetnsNode(Node):
    """A node whose daemons run in its namespace. Its endpoint() is where the test finds it; inside, node.conf says loopback."""

    def __init__(self, network, directory, database_cluster, **options):
        self.namespace = network.namespace(options["node_id"])
        self.cable = network.lay(self, None)
        super().__init__(directory, database_cluster, base_port=7010, **options)
        inside = {f"{service}.endpoint": f"tcp://127.0.0.1:{self.port(service)}" for service in SERVICES}
        self.settings = {**self.settings, **inside}
        self.write_settings()

    def endpoint(self, service):
        return f"tcp://{self.cable.at(self)}:{self.port(service)}"

    def command(self, service):
        return [*_inside(self.namespace), *super().command(service), "--endpoint", f"tcp://0.0.0.0:{self.port(service)}"]


class Network:
    def __init__(self):
        self._namespaces, self._count = [], 0
        self._sweep()

    @staticmethod
    def _sweep():
        """What a killed test left: its process is gone, its namespaces are not."""
        for line in _ip("netns", "list").splitlines():
            name = line.split()[0] if line.split() else ""
            owner = name[len(_PREFIX):].split("-")[0]
            if name.startswith(_PREFIX) and "-" in name and owner.isdigit() and not pathlib.Path(f"/proc/{owner}").exists():
                _ip("netns", "del", name, check=False)

    def namespace(self, name):
        full = f"{_PREFIX}{os.getpid()}-{name}"
        _ip("netns", "add", full)
        self._namespaces.append(full)
        _ip("link", "set", "lo", "up", namespace=full)
        return full

    def lay(self, first, second):
        self._count += 1
        return Cable(self._count, first, second)

    def node(self, directory, name, **options):
        return NetnsNode(self, directory, cluster.shared(), node_id=name, **options)

    def close(self):
        """The cables go with the namespaces."""
        for name in self._namespaces:
            _ip("netns", "del", name, check=False)
        self._namespaces.clear()
