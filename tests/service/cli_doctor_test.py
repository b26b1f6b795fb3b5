"""`workrelief doctor`: a whole node is called well; each thing that is spoilt is named with what to do, and nothing is changed by looking."""
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, SERVICES  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

OK, FINDINGS, BAD_CONFIG = 0, 2, 78


class DoctorTest(ServiceCase):
    services = SERVICES

    @property
    def node(self):
        return self.house.node

    def doctor(self, *words, directory=None):
        done = subprocess.run([BUILD / "bin/workrelief", "doctor", "--node", directory or self.node.directory, *words], capture_output=True, text=True,
                              check=False, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def rows(self):
        code, out, err = self.doctor("-o", "json", "--lang", "en")
        self.assertIn(code, (OK, FINDINGS), err)
        return code, json.loads(out)

    def bad(self):
        """What is bad, as {subject: row}."""
        code, rows = self.rows()
        bad = {row["subject"]: row for row in rows if row["verdict"] == "BAD"}
        self.assertEqual(code, FINDINGS if bad else OK)
        return bad

    def setUp(self):
        self.house.settle()
        self.assertEqual(self.bad(), {})

    def tearDown(self):
        self.assertEqual(self.bad(), {})  # every test puts back what it spoilt, and the doctor sees that

    def test_a_whole_node(self):
        code, out, err = self.doctor()
        self.assertEqual((code, err), (OK, ""))
        subjects = {row["subject"] for row in self.rows()[1]}
        for subject in ("node.conf", "keys", "ring", "disk", "clock", *SERVICES, *(f"database {service}" for service in SERVICES)):
            self.assertIn(subject, subjects)
        self.assertNotIn("\033", out)
        self.assertTrue(all(row["cure"] for row in self.rows()[1] if row["verdict"] != "GOOD"))

    def test_changes_nothing(self):
        before = {path: path.stat().st_mtime_ns for path in (*self.node.keys.rglob("*"), self.node.directory / "node.conf")}
        calls = lambda: [self.sql(f"SELECT count(*) FROM {service}.journal WHERE caller = 'operator'") for service in SERVICES]  # noqa: E731
        count = calls()  # others' work goes on: the calendar's, the followers'
        self.doctor()
        self.assertEqual({path: path.stat().st_mtime_ns for path in before}, before)
        self.assertEqual(calls(), count)

    def test_no_node(self):
        code, _, err = self.doctor(directory="/nonexistent")
        self.assertEqual((code, "node init" in err), (BAD_CONFIG, True))

    def test_an_open_key(self):
        path = self.node.keys / "payroll.key"
        path.chmod(0o644)
        try:
            self.assertIn(f"chmod 600 {path}", self.bad()["keys"]["cure"])
        finally:
            path.chmod(0o600)

    def test_an_open_key_folder(self):
        self.node.keys.chmod(0o755)
        try:
            self.assertIn("0755", self.bad()["keys"]["finding"])
        finally:
            self.node.keys.chmod(0o700)

    def test_no_seal_key(self):
        paths = list(self.node.keys.glob("seal-*.key"))
        with_backup = [(path, path.with_suffix(".away")) for path in paths]
        for path, away in with_backup:
            path.rename(away)
        try:
            self.assertIn("seal-", self.bad()["keys"]["finding"])
        finally:
            for path, away in with_backup:
                away.rename(path)

    def test_not_in_the_ring(self):
        path, away = self.node.ring / "evaluation.pub", self.node.directory / "evaluation.away"
        shutil.copy(path, away)
        shutil.copy(self.node.ring / "payroll.pub", path)  # there, but another's key
        try:
            row = self.bad()["ring"]
            self.assertIn("evaluation", row["finding"])
            self.assertEqual(row["cure"], f"cp {self.node.keys}/evaluation.pub {path}")
        finally:
            shutil.copy(away, path)

    def test_a_ring_file_that_is_none(self):
        path = self.node.ring / "garbage.pub"
        path.write_text("nonsense\n")
        try:
            self.assertIn("garbage.pub", self.bad()["ring"]["finding"])
        finally:
            path.unlink()

    def spoilt_conf(self, line):
        path = self.node.directory / "node.conf"
        text = path.read_text()
        path.write_text(text + line + "\n")
        try:
            return self.bad()
        finally:
            path.write_text(text)

    def test_settings(self):
        self.assertIn("payrol.page_limit", self.spoilt_conf("payrol.page_limit = 5")["node.conf"]["finding"])
        self.assertIn("qeue_limit", self.spoilt_conf("qeue_limit = 5")["node.conf"]["finding"])
        self.assertIn("line", self.spoilt_conf("registry.batch_limit = 0")["node.conf"]["finding"])
        self.assertIn("node.conf", self.spoilt_conf("nonsense"))

    def test_the_database(self):
        bad = self.spoilt_conf("payroll.database = host=/nonexistent dbname=none")
        self.assertEqual(set(bad), {"database payroll"})
        self.assertIn("deploy/cluster", bad["database payroll"]["cure"])

    def test_a_daemon_that_is_down_and_one_whose_port_is_taken(self):
        self.node.stop("evaluation")
        try:
            self.assertIn("node up", self.bad()["evaluation"]["cure"])
            with subprocess.Popen([sys.executable, "-c", "import socket,sys\ns=socket.create_server(('127.0.0.1', int(sys.argv[1])))\nprint(1, flush=True)\n"
                                   "sys.stdin.read()", str(self.node.port("evaluation"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
                other.stdout.readline()
                self.assertIn(self.node.endpoint("evaluation"), self.bad()["evaluation"]["finding"])
                other.stdin.close()
        finally:
            self.node.start("evaluation")

    def test_an_http_listener_open_to_all(self):
        path = self.node.directory / "node.conf"
        text = path.read_text()
        path.write_text(text + "gateway.http_endpoint = 0.0.0.0:7099\n")
        try:
            row = next(row for row in self.rows()[1] if row["subject"] == "HTTP and certificate")
            self.assertEqual((row["verdict"], "http_tls_certificate" in row["cure"]), ("LOOK", True))
        finally:
            path.write_text(text)

    def test_a_certificate_that_ends(self):
        certificate = self.node.directory / "tls.crt"
        line = f"gateway.http_tls_certificate = {certificate}"
        self.assertIn("HTTP and certificate", self.spoilt_conf(line))  # there is none
        for days, well in ((10, False), (90, True)):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "/dev/null",
                            "-subj", "/CN=localhost", "-days", str(days), "-out", certificate], check=True, capture_output=True)
            self.assertEqual("HTTP and certificate" not in self.spoilt_conf(line), well)


if __name__ == "__main__":
    unittest.main()
