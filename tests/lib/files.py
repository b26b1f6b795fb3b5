"""FilesCase: tests of what goes into and out of a node as files, by the operator's command with the keys of the world's principals."""
import pathlib
import shutil
import subprocess
import tempfile

from . import BUILD, invariants, workbook
from .house import ServiceCase

OK, REFUSED, FINDINGS, USAGE, BAD_DATA, NO_INPUT, NOT_ALLOWED = 0, 1, 2, 64, 65, 66, 77


class FilesCase(ServiceCase):
    services = ("registry", "workforce")
    keys = ("contractor", "contractor_checker", "stranger")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-files-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for name in cls.keys:
            getattr(cls.world, name).key.write_secret(cls.folder)
        cls.world.units()

    @classmethod
    def tearDownClass(cls):
        cls.house.settle()
        invariants.check(cls.house.node)

    def command(self, *words, who):
        """who None: the node's operator."""
        self.house.settle()
        speaker = ["--via", "service", "--as", self.folder / f"{getattr(self.world, who).key.principal}.key"] if who else []
        return [str(word) for word in (BUILD / "bin/workrelief", *words, "--node", self.house.node.directory, *speaker)]

    def cli(self, *words, who="contractor"):
        done = subprocess.run(self.command(*words, who=who), capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def good(self, *words, who="contractor"):
        code, out, err = self.cli(*words, who=who)
        self.assertEqual(code, OK, (out + err)[:3000])
        return out

    def bad(self, *words, code=BAD_DATA, who="contractor"):
        ended, out, err = self.cli(*words, who=who)
        self.assertEqual(ended, code, (out + err)[:3000])
        return err

    def sheet(self, rows, name="台账.xlsx", sheet="Sheet1"):
        path = self.folder / name
        workbook.write(path, rows if isinstance(rows, dict) else {sheet: rows})
        return path

    def last_seq(self, service="workforce"):
        self.house.settle()
        return self.house.node.health(service)["last_seq"]
