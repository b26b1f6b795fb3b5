"""The operator's command on a real node: what it prints, how it ends, and that it neither doubles nor loses anything."""
import csv
import io
import json
import os
import pathlib
import re
import signal
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import BUILD, PATIENCE_SECONDS, ROOT, SERVICES, cluster, path, people, ports  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

OK, REFUSED, FINDINGS, USAGE, BAD_DATA, NO_INPUT, UNREACHABLE, NOT_ALLOWED, BAD_CONFIG = 0, 1, 2, 64, 65, 66, 69, 77, 78


def run(*words, directory=None, text=None):
    """(exit code, standard output, standard error)"""
    environment = dict(os.environ, WORKRELIEF_NODE=str(directory or "/nonexistent"))
    done = subprocess.run([BUILD / "bin/workrelief", *map(str, words)], input=text, capture_output=True, text=True, env=environment, check=False,
                          timeout=PATIENCE_SECONDS)
    return done.returncode, done.stdout, done.stderr


class HelpTest(unittest.TestCase):
    def test_teaches_every_command(self):
        code, out, _ = run("help")
        self.assertEqual(code, OK)
        nouns = re.findall(r"^  workrelief (\w+)  ", out, re.M)
        self.assertEqual(nouns, re.findall(r"^NOUN\((\w+)\)", (ROOT / "services/cli/nouns.def").read_text(), re.M))
        for noun in nouns:
            code, about, _ = run(noun, "--help")
            self.assertEqual((code, "workrelief " + noun in about), (OK, True), noun)

    def test_lists_every_method_of_the_contract(self):
        _, out, _ = run("help", "methods")
        for service in SERVICES:
            proto = (ROOT / f"proto/{service}.proto").read_text()
            for method in re.findall(r"^\s*rpc (\w+)\(", proto, re.M):
                self.assertRegex(out, rf"\b{method}\b")

    def test_describes_a_method(self):
        code, out, _ = run("help", "workforce.RecordAttendanceBatch", "--lang", "en")
        self.assertEqual(code, OK)
        self.assertRegex(out, r"(?m)^lines\[\]\.work_date +string +yes")

    def test_documents_its_exit_codes(self):
        _, out, _ = run("help", "exit")
        self.assertEqual([int(code) for code in re.findall(r"^ +(\d+)  ", out, re.M)], [0, 1, 2, 64, 65, 66, 69, 70, 73, 75, 77, 78])

    def test_wrong_usage(self):
        for words in (["nonsense"], ["node", "nonsense"], ["call"], ["call", "registry.Nonsense"], ["call", "GetProject"], ["report", "--nonsense"],
                      ["call", "admin.Health"], ["call", "registry.GetProject", "--request-id", "xyz"], ["import", "nonsense", "x.csv"],
                      ["report", "--output", "pdf"], ["report", "--timeout", "soon"]):
            with self.subTest(words=words):
                code, _, err = run(*words)
                self.assertEqual(code, USAGE)
                self.assertTrue(err)

    def test_no_node(self):
        code, _, err = run("node", "status")
        self.assertEqual((code, "node init" in err), (BAD_CONFIG, True))

    def test_plain_text_when_not_on_a_terminal(self):
        self.assertNotIn("\033", run("help", "registry.GetProject")[1])


class CallTest(ServiceCase):
    services = ("registry", "workforce")

    def cli(self, *words, **options):
        return run(*words, directory=self.house.node.directory, **options)

    def test_call_and_its_ends(self):
        facts = ("unit_id=owner-7", "unit_name=示例七号单位", "unit_kind=OWNER_COMPANY")
        self.assertEqual(self.cli("call", "registry.AddUnit", *facts, "--dry-run")[0], OK)
        self.assertNotIn("owner-7", self.cli("call", "registry.ListUnits", "page_size=500")[1])  # tried only
        self.assertEqual(self.cli("call", "registry.AddUnit", *facts)[0], OK)
        code, _, err = self.cli("call", "registry.AddUnit", *facts)
        self.assertEqual((code, "UNIT_EXISTS" in err), (REFUSED, True))
        code, _, err = self.cli("call", "registry.AddUnit", "unit_id=owner-8")
        self.assertEqual((code, "unit_name" in err, "unit_kind" in err), (BAD_DATA, True, True))

    def test_same_request_id_changes_nothing_twice(self):
        words = ("call", "registry.AddUnit", "unit_id=owner-9", "unit_name=示例九号单位", "unit_kind=OWNER_COMPANY", "--request-id", "01" * 16)
        first, second = self.cli(*words), self.cli(*words)
        self.assertEqual(first, second)
        self.assertEqual(first[0], OK)

    def test_json_in_and_out(self):
        request = json.dumps({"unitId": "owner-10", "unit_name": "示例十号单位", "unitKind": "OWNER_COMPANY"})
        code, out, err = self.cli("call", "registry.AddUnit", "--json", "-", "-o", "json", text=request)
        self.assertEqual((code, err), (OK, ""))
        self.assertEqual(json.loads(out)["unitId"], "owner-10")
        self.assertEqual(self.cli("call", "registry.AddUnit", "--json", "{")[0], BAD_DATA)
        self.assertEqual(self.cli("call", "registry.AddUnit", "--json", '{"nonsense":1}')[0], BAD_DATA)

    def test_csv_out(self):
        """One table with all its columns, and nothing beside it; what a spreadsheet would take for a formula is shielded."""
        name = '=1+1, "示例"单位'
        self.assertEqual(self.cli("call", "registry.AddUnit", "unit_id=owner-csv", f"unit_name={name}", "unit_kind=OWNER_COMPANY")[0], OK)
        code, out, err = self.cli("call", "registry.ListUnits", "page_size=500", "-o", "csv", "--lang", "en")
        self.assertEqual((code, err), (OK, ""))
        table = list(csv.DictReader(io.StringIO(out, newline="")))
        listed = json.loads(self.cli("call", "registry.ListUnits", "page_size=500", "-o", "json")[1])["rows"]
        self.assertEqual([row["unit_id"] for row in table], [row["unitId"] for row in listed])
        self.assertEqual(next(row for row in table if row["unit_id"] == "owner-csv")["unit_name"], "'" + name)
        code, out, _ = self.cli("call", "workforce.ListWorkers", "-o", "csv", "--lang", "en")  # none yet: the heads all the same
        self.assertEqual((code, out.count("\n"), "worker_number" in out), (OK, 1, True))
        self.assertEqual(len(list(csv.reader(io.StringIO(self.cli("node", "status", "-o", "csv")[1])))), 1 + len(SERVICES))
        self.assertEqual(self.cli("report", "-o", "csv")[0], USAGE)

    def test_fields_that_are_none(self):
        for assignment in ("nonsense=1", "unit_kind=KING", "hosted=perhaps", "unit_id", "unit_id[0]=x", "unit_name.x=1"):
            with self.subTest(assignment=assignment):
                self.assertEqual(self.cli("call", "registry.AddUnit", assignment)[0], BAD_DATA)

    def test_not_admitted(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.cli("keys", "new", "nobody", "--unit", "u", "--out", folder)[0], OK)
            code, _, err = self.cli("call", "registry.ListUnits", "--as", f"{folder}/nobody.key", "--via", "service", "--timeout", "2")
            self.assertEqual((code, "NOT_CONNECTED" in err), (UNREACHABLE, True))
            os.chmod(f"{folder}/nobody.key", 0o644)
            code, _, err = self.cli("call", "registry.ListUnits", "--as", f"{folder}/nobody.key")
            self.assertEqual((code, "chmod 600" in err), (BAD_CONFIG, True))

    def test_not_allowed(self):
        with tempfile.TemporaryDirectory() as folder:
            key = self.house.node.admit("audit-cli", "audit-1", "VIEWER", ("AUDIT",))
            key.write_secret(folder)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while True:  # the daemon reads its ring every now and then
                code = self.cli("call", "registry.AddUnit", "unit_id=x", "unit_name=示例单位", "unit_kind=BANK", "--as", f"{folder}/audit-cli.key", "--via", "service",
                                "--timeout", "2")[0]
                if code != UNREACHABLE or time.monotonic() > deadline:
                    break
            self.assertEqual(code, NOT_ALLOWED)

    def test_wrong_server_key(self):
        with tempfile.TemporaryDirectory() as folder:
            self.cli("keys", "new", "other", "--unit", "u", "--out", folder)
            code, _, _ = self.cli("call", "registry.ListUnits", "--server-key", f"{folder}/other.pub", "--timeout", "2")
            self.assertEqual(code, UNREACHABLE)


class ImportTest(ServiceCase):
    services = ("registry", "workforce")
    HEADS = "姓名,身份证号,银行卡号,户籍地区划代码,人员类别\r\n"

    def cli(self, *words):
        return run(*words, directory=self.house.node.directory)

    def table(self, text):
        path = pathlib.Path(tempfile.mkdtemp()) / "table.csv"
        self.addCleanup(shutil.rmtree, path.parent)
        path.write_text("\ufeff" + text, encoding="utf-8")
        return path

    def line(self, index, number=None):
        return f"{people.name(index)},{number or people.id_number(index)},{people.card(index)},140298,农村劳动力\r\n"

    def workers(self):
        rows, token = 0, ""
        while True:
            body = self.operator.ok("workforce.ListWorkers", {"page_size": 500, "page_token": token})
            rows, token = rows + len(body["rows"]), body["next_page_token"]
            if not token:
                return rows

    def last_seq(self):
        return self.house.node.health("workforce")["last_seq"]

    def test_lists_every_bad_cell_and_sends_nothing(self):
        before = self.last_seq()
        wrong = people.id_number(301)[:-1] + ("1" if people.id_number(301)[-1] != "1" else "2")
        path = self.table(self.HEADS + self.line(300) + self.line(301, wrong) + self.line(302, "1.40298E+17") +
                          f'{people.name(303)},{people.id_number(303)},123,,渔民\r\n')
        code, _, err = self.cli("import", "workers", path)
        self.assertEqual(code, BAD_DATA)
        for cell, head in (("B3", "身份证号"), ("B4", "身份证号"), ("C5", "银行卡号"), ("D5", "户籍地区划代码"), ("E5", "人员类别")):
            self.assertRegex(err, rf"(?m)^  {cell}  {head}  ")
        self.assertIn("5 处", err)
        self.assertEqual(self.last_seq(), before)

    def test_heads(self):
        code, _, err = self.cli("import", "workers", self.table("姓名,星座\r\n"))
        self.assertEqual((code, "星座" in err, "公民身份号码(id_number)" in err), (BAD_DATA, True, True))
        self.assertEqual(self.cli("import", "workers", "/nonexistent.csv")[0], NO_INPUT)
        self.assertEqual(self.cli("import", "workers", self.table('姓名\r\n"张'))[0], BAD_DATA)

    def test_again_doubles_nothing(self):
        path = self.table(self.HEADS + "".join(self.line(index) for index in range(1000, 2200)))
        before = self.workers()
        code, out, _ = self.cli("import", "workers", path, "--dry-run")
        self.assertEqual((code, "1200" in out), (OK, True))
        self.assertEqual(self.workers(), before)
        self.assertEqual(self.cli("import", "workers", path)[0], OK)
        self.assertEqual(self.workers(), before + 1200)
        seq = self.last_seq()
        code, out, _ = self.cli("import", "workers", path)
        self.assertEqual((code, self.last_seq(), self.workers()), (OK, seq, before + 1200))  # the stored replies, nothing else

    def test_goes_on_where_it_stopped(self):
        path = self.table(self.HEADS + "".join(self.line(index) for index in range(3000, 5500)))
        before = self.workers()
        importing = subprocess.Popen([BUILD / "bin/workrelief", "import", "workers", path, "--node", self.house.node.directory],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.workers() == before:
            time.sleep(0.01)
        importing.kill()
        importing.wait()
        self.assertEqual(self.cli("import", "workers", path)[0], OK)
        self.assertEqual(self.workers(), before + 2500)

    def test_refusal_of_an_earlier_run_is_asked_again(self):
        """What the journal holds is final under its id; once the cause has been mended the same file must pass."""
        stranger = 4711
        path = self.table(f"工号,重点群体,生效日期,认定依据\r\n{stranger},脱贫人口,2026-01-01,乡镇摸底\r\n")
        code, _, first = self.cli("import", "groups", path)
        self.assertEqual(code, REFUSED, first)
        seq = self.last_seq()
        code, _, second = self.cli("import", "groups", path)
        self.assertEqual((code, second), (REFUSED, first))
        self.assertEqual(self.last_seq(), seq + 1)  # asked anew, refused anew

    def test_refused_rows_by_line(self):
        """R106: attendance outside the agreement, named by the line of the file."""
        code = self.world.project()
        numbers = self.world.placed(code, 2)
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        self.world.contractor.key.write_secret(folder)
        as_contractor = ("--as", folder / f"{self.world.contractor.key.principal}.key", "--via", "service")
        good = f"{numbers[0]},2026-06-22,1\r\n"
        path = self.table(f"工号,出勤日期,工日\r\n{good}\r\n{numbers[1]},2026-06-01,1\r\n")
        ended, out, err = self.cli("import", "attendance", path, f"project_code={code}", *as_contractor)
        self.assertEqual(ended, REFUSED, out + err)
        self.assertRegex(err, r"第 4 行  work_date  ")
        self.assertNotIn("第 2 行", err)
        ended, out, err = self.cli("import", "attendance", self.table(f"项目代码,工号,出勤日期,工日\r\n{code},{good}"), *as_contractor)
        self.assertEqual(ended, OK, out + err)


class AuditTest(ServiceCase):
    services = SERVICES

    def cli(self, *words):
        return run(*words, directory=self.house.node.directory)

    def test_finds_an_edit_and_a_deletion(self):
        for index in range(5):
            self.operator.ok("registry.AddUnit", {"unit_id": f"owner-2{index}", "unit_name": "示例单位", "unit_kind": "OWNER_COMPANY"})
        code, out, err = self.cli("audit", "verify")
        self.assertEqual(code, OK, out + err)
        database, cluster_ = self.house.node.database, self.house.node.cluster

        def edit(text):
            cluster_.sql(database, f"SET session_replication_role = replica; {text}")  # a database superuser who passes every trigger by

        edit("UPDATE registry.journal SET status = 5 WHERE seq = 3")
        code, out, _ = self.cli("audit", "verify", "--service", "registry")
        self.assertEqual((code, "registry 1:3" in out), (FINDINGS, True), out)
        edit("UPDATE registry.journal SET status = 0 WHERE seq = 3")
        self.assertEqual(self.cli("audit", "verify")[0], OK)
        edit("CREATE TABLE kept AS SELECT * FROM registry.journal WHERE seq = 2; DELETE FROM registry.journal WHERE seq = 2")
        code, out, _ = self.cli("audit", "verify", "--service", "registry")
        self.assertEqual((code, "registry 1:3" in out), (FINDINGS, True), out)
        edit("INSERT INTO registry.journal SELECT * FROM kept; DROP TABLE kept")
        self.assertEqual(self.cli("audit", "verify")[0], OK)

    def test_follow_status(self):
        self.house.settle()
        code, out, _ = self.cli("follow", "status", "--lang", "en")
        self.assertEqual(code, OK, out)
        self.assertRegex(out, r"payroll +workforce +\w+")

    def test_no_report_yet(self):
        code, _, err = self.cli("report")
        self.assertEqual(code, REFUSED, err)

    def test_keys_of_the_ring(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.cli("keys", "new", "guest", "--unit", "audit-1", "--relations", "AUDIT", "--out", folder)[0], OK)
            self.assertEqual(os.stat(f"{folder}/guest.key").st_mode & 0o777, 0o600)
            self.assertEqual(self.cli("keys", "admit", f"{folder}/guest.key")[0], USAGE)  # never a secret into the ring
            self.assertEqual(self.cli("keys", "admit", f"{folder}/guest.pub")[0], OK)
            self.assertIn("guest", self.cli("keys", "list")[1])
            self.assertEqual(self.cli("keys", "revoke", "guest")[0], OK)
            self.assertNotIn("guest", self.cli("keys", "list")[1])
            self.assertEqual(self.cli("keys", "revoke", "guest")[0], NO_INPUT)
            self.assertEqual(self.cli("keys", "new", "guest", "--unit", "audit-1", "--duty", "KING", "--out", folder)[0], USAGE)


class ReportTest(ServiceCase):
    """R192: the consolidated report as the operator prints it."""
    at = "2026-06-20 08:00"

    def test_prints_the_consolidated_report(self):
        self.office_checker.ok("gateway.OpenQuarter", {"quarter": "2026Q2", "grace_days": 10})
        project = self.world.project(track="ZHONGTUI")
        path.list_project(self.world, project, 2026, "ZHONGTUI", "DISTRICT", 60)
        self.world.paid_sheet(project)
        silent = self.world.project(track="SPECIAL_FUND", total_investment_fen=None)
        self.house.travel("2026-07-02")
        self.house.settle()
        report = self.bureau.ok("gateway.DraftReport", {"unit_id": "140214-jtj", "quarter": "2026Q2"})["report_code"]
        body = self.bureau.ok("gateway.GetReport", {"report_code": report})
        comments = [{"project_code": one["project_code"], "comment_note": "按计划推进"} for one in body["lines"]]
        self.bureau_checker.ok("gateway.CheckReport", {"report_code": report, "comments": comments})
        self.bureau_checker.ok("gateway.SubmitReport", {"report_code": report})
        self.office_checker.ok("gateway.AcceptReport", {"report_code": report})
        self.office_checker.ok("gateway.Consolidate", {"quarter": "2026Q2"})
        figures = self.office.ok("gateway.GetConsolidatedReport", {"quarter": "2026Q2"})

        code, out, err = run("report", directory=self.house.node.directory)
        self.assertEqual(code, OK, err)
        summary = figures["summary"]
        self.assertGreater(summary["paid_fen"], 0)
        rows = [found.split() for found in re.findall(r"(?m)^合计 (.*)$", out)]
        row = [cell for found in rows for cell in found]
        self.assertIn(f"{summary['paid_fen'] / 1_000_000:.2f}", row)
        self.assertIn(f"{summary['day_hundredths'] / 100:.2f}", row)
        self.assertIn(str(summary["absorbed_count"]), row)
        self.assertIn("区交通局", out)
        self.assertEqual(row[2:5], ["≥400.00(+1)", "600.00", "600.00"], "one project has not published its investment")
        self.assertIn("总投资: 另有 1 个项目未公布总投资, 未计入", out)
        name = next(one["project_name"] for one in body["lines"] if one["project_code"] == silent)
        number = re.search(rf"(?m)^ *(\d+) +区交通局 +{name} ", out)[1]
        self.assertRegex(out, rf"(?m)^ *{number} +{name} .*— +300\.00")
        self.assertRegex(out, r"(?m)^  专项资金项目 +1 +1 +— +300\.00")
        self.assertIn("investment: 1 of the projects published none", run("report", "--lang", "en", directory=self.house.node.directory)[1])
        for name in figures["missing_unit_names"]:
            self.assertIn(name, out)
        self.assertEqual(json.loads(run("report", "-o", "json", directory=self.house.node.directory)[1])["quarter"], "2026Q2")
        code, out, err = run("report", "--unit", "140214-jtj", "--quarter", "2026Q2", directory=self.house.node.directory)
        self.assertEqual((code, "已采用" in out, "按计划推进" in out), (OK, True, True), out + err)
        code, out, err = run("report", "--quarter", "2026Q4", directory=self.house.node.directory)
        self.assertEqual(code, REFUSED, err)


class NodeTest(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="wr-cli-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.cluster = cluster.shared()
        self.database = self.cluster.new_database()
        self.addCleanup(self.cluster.drop_database, self.database)

    def cli(self, *words):
        return run(*words, directory=self.home / "office")

    def init(self, *words):
        return self.cli("node", "init", self.home / "office", "--unit", "140214-fgj", "--base-port", ports.free_ports(), "--database",
                        f"host={self.cluster.socket} dbname={self.database}", "--roles", "", *words)

    def test_a_life(self):
        self.assertEqual(self.cli("node", "init", "--unit", "x")[0], USAGE)
        code, out, err = self.init()
        self.assertEqual(code, OK, out + err)
        keys = self.home / "office/keys"
        for path in keys.glob("*.key"):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)
        self.assertEqual(sorted(path.stem for path in (keys / "ring").glob("*.pub")), sorted([*SERVICES, "operator"]))
        kept = {path.name: path.read_bytes() for path in keys.iterdir() if path.is_file()}
        self.assertEqual(self.init()[0], OK)  # a second time keeps everything
        self.assertEqual(kept, {path.name: path.read_bytes() for path in keys.iterdir() if path.is_file()})

        self.assertEqual(self.cli("node", "status")[0], FINDINGS)
        try:
            code, out, err = self.cli("node", "up", "--wait", "30")
            self.assertEqual(code, OK, out + err)
            pids = {service: int((self.home / f"office/run/{service}.pid").read_text()) for service in SERVICES}
            self.assertEqual(self.cli("node", "up")[0], OK)  # harmless
            self.assertEqual(pids, {service: int((self.home / f"office/run/{service}.pid").read_text()) for service in SERVICES})
            code, out, _ = self.cli("node", "status")
            self.assertEqual((code, out.count("READY")), (OK, 5), out)
            os.kill(pids["payroll"], signal.SIGKILL)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (code := self.cli("node", "status")[0]) == OK and time.monotonic() < deadline:
                time.sleep(0.2)
            self.assertEqual(code, FINDINGS)
        finally:
            code, out, err = self.cli("node", "down", "--wait", "60")
        self.assertEqual(code, OK, out + err)
        self.assertEqual(list((self.home / "office/run").glob("*.pid")), [])
        self.assertEqual(self.cli("call", "registry.ListUnits", "--timeout", "1")[0], UNREACHABLE)
        code, out, err = self.cli("audit", "replay")
        self.assertEqual(code, OK, out + err)

    def test_never_signals_a_stranger(self):
        self.assertEqual(self.init()[0], OK)
        with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
            (self.home / "office/run/registry.pid").write_text(f"{stranger.pid}\n")
            self.assertEqual(self.cli("node", "down", "--wait", "1", "--kill")[0], OK)
            self.assertIsNone(stranger.poll())
            stranger.kill()

    def test_says_why_a_daemon_ended(self):
        self.assertEqual(self.init()[0], OK)
        conf = self.home / "office/node.conf"
        conf.write_text(conf.read_text() + "registry.nonsense = 1\n")
        code, _, err = self.cli("node", "up", "--service", "registry", "--wait", "5")
        self.assertEqual((code, "registry.log" in err), (UNREACHABLE, True), err)


if __name__ == "__main__":
    unittest.main()
