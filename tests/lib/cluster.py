"""A throw-away PostgreSQL for one test process, and its databases."""
import atexit
import os
import pathlib
import shutil
import subprocess
import tempfile

from . import ROOT

SUPERUSER = "workrelief"


class Cluster:
    """directory: keep it there; None: a temporary one that goes with the process. durable: fsync on."""

    def __init__(self, directory=None, durable=False):
        self.temporary = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="wr-pg-"))
        if self.temporary:
            self.directory.chmod(0o755)
            atexit.register(self.remove)
        self.options = "" if durable else "-c fsync=off"
        self._count = 0
        self.start()

    def _run(self, command, *arguments):
        environment = dict(os.environ, CLUSTER_OPTIONS=self.options)
        done = subprocess.run([ROOT / "deploy/cluster", command, self.directory, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 3):
            raise RuntimeError(f"deploy/cluster {command}: {done.stderr}")
        return done.stdout.strip()

    def start(self):
        """Also after kill(): PostgreSQL then recovers from its log."""
        self.socket = pathlib.Path(self._run("start"))

    def stop(self):
        self._run("stop")

    def kill(self):
        self._run("kill")

    def remove(self):
        if self.temporary and self.directory.exists():
            self._run("stop")
            shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def data(self):
        return self.socket.parent / "data"

    @property
    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def conninfo(self, database, user=SUPERUSER):
        return f"host={self.socket} dbname={database} user={user}"

    def sql(self, database, text):
        """Rows as lists of texts; None is ''."""
        done = subprocess.run(["psql", "-X", "-q", "-At", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo(database)],
                              input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{done.stderr.strip()} in: {text}")
        output = done.stdout.rstrip("\n")
        return [line.split("\x1f") for line in output.split("\x1e") if line] if output else []

    def dump(self, database):
        return subprocess.run(["pg_dump", "-d", self.conninfo(database)], capture_output=True, check=True).stdout

    def new_database(self, name=None):
        """A database in which every service may make its own schema under a role of its own. Harmless when it is there."""
        self._count += 1
        name = name or f"wr_{os.getpid()}_{self._count}"
        self._run("database", name)
        return name

    def drop_database(self, name):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


_shared = None


def shared():
    """The one cluster of this process."""
    global _shared
    if _shared is None:
        _shared = Cluster()
    return _shared
