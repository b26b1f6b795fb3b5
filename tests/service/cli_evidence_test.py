"""The evidence bundle of a project (Reg. 724 art. 50): whole when it is made, and every later touch is found without the node."""
import base64
import hashlib
import io
import json
import pathlib
import re
import shutil
import sys
import tarfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.files import FINDINGS, BAD_DATA, NO_INPUT, NOT_ALLOWED, USAGE, FilesCase  # noqa: E402


def contents(path):
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


class EvidenceTest(FilesCase):
    services = ("registry", "workforce", "payroll", "evaluation", "gateway")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.sheet_code, cls.numbers = cls.world.paid_sheet()
        cls.world.sealed()  # another project, which is nobody's business here
        cls.bundle = cls.folder / "证据.zip"
        cls.signer = cls.house.node.directory / "keys/sign.key.pub"

    def setUp(self):
        if not self.bundle.exists():
            self.good("evidence", "--project", self.code, "-o", self.bundle, who=None)

    def tampered(self, change):
        """Another bundle whose files `change` has changed."""
        files = contents(self.bundle)
        change(files)
        path = self.folder / "tampered.zip"
        with zipfile.ZipFile(path, "w") as bundle:
            for name, data in files.items():
                bundle.writestr(name, data)
        return path

    def found(self, change, words, *known):
        code, out, err = self.cli("evidence", "verify", self.tampered(change), *known, who=None)
        self.assertEqual(code, FINDINGS, out + err)
        self.assertRegex(out, words)

    @staticmethod
    def relist(files):
        """What a forger does: the manifest again, with digests that fit."""
        manifest = json.loads(files["manifest.json"])
        for row in manifest["files"]:
            data = files[row["path"]]
            row.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), sm3=hashlib.new("sm3", data).hexdigest())
        files["manifest.json"] = json.dumps(manifest).encode()

    def test_holds_what_the_law_asks_for(self):
        """Agreements, attendance with its seal, sheets, a slip for each line, the bank's results and the journal's proofs; masked."""
        files = contents(self.bundle)
        self.assertEqual({row["workerNumber"] for row in json.loads(files["agreements.json"])}, {str(number) for number in self.numbers})
        self.assertEqual(len(json.loads(files["attendance/2026-06.json"])), 30)
        self.assertEqual([row["month"] for row in json.loads(files["sealed_months.json"])], ["2026-06"])
        lines, slips = (json.loads(files[f"{folder}/{self.sheet_code}.json"]) for folder in ("sheets", "slips"))
        self.assertEqual([(row["lineState"], bool(row["bankSerial"])) for row in lines], [("PAID", True)] * 3)
        self.assertEqual({row["workerNumber"] for row in slips}, {row["workerNumber"] for row in lines})
        self.assertEqual(json.loads(files["project.json"])["facts"]["projectCode"], self.code)
        events = [row["eventType"] for row in json.loads(files["journal/payroll.json"])]
        self.assertTrue({"SheetChanged", "PaymentOrdered", "PaymentSettled"} <= set(events), events)
        everything = b"".join(files.values())
        self.assertIsNone(re.search(rb"140298\d{11}[\dX]|62000000000000\d{5}|s1:[0-9a-f]{8}:", everything))
        for service in ("registry", "workforce", "payroll"):
            for entry in json.loads(files[f"journal/{service}.json"]):
                self.assertIn(self.code.encode(), base64.b64decode(entry["event"]))

    def test_whole_by_zip_and_tar(self):
        self.assertRegex(self.good("evidence", "verify", self.bundle, who=None), r"1 个封存月份, \d+ 条日志; 签名有效")
        self.assertIn("由给出的密钥", self.good("evidence", "verify", self.bundle, self.signer, who=None))
        path = self.folder / "证据.tar.gz"
        self.good("evidence", "--project", self.code, "-o", path, who=None)
        self.good("evidence", "verify", path, self.signer, who=None)
        with tarfile.open(path) as bundle:
            self.assertIn("manifest.sig", bundle.getnames())

    def test_every_touch_is_found(self):
        sheet = f"sheets/{self.sheet_code}.json"
        self.found(lambda files: files.update({sheet: files[sheet].replace(b"200000", b"900000")}), f"{sheet}  内容被改动")
        self.found(lambda files: files.pop(sheet), f"{sheet}  缺少")
        self.found(lambda files: files.update({"extra.json": b"[]"}), "extra.json  不在清单里")
        self.found(lambda files: files.update({"manifest.json": files["manifest.json"].replace(b"node_id", b"NODE_ID")}), "manifest.sig  签名不符")
        self.found(lambda files: files.pop("manifest.sig"), "manifest.sig  缺少", self.signer)

    def test_a_forged_manifest_does_not_help(self):
        """Days added and listed anew: the journal's seal contradicts them. A journal entry changed: its hash does. And the signature fits no more."""
        def more_days(files):
            name = "attendance/2026-06.sealed.json"
            files[name] = files[name].replace(b"20:100", b"20:050", 1)
            self.relist(files)
            files.pop("manifest.sig")
        self.found(more_days, r"attendance/2026-06.sealed.json  与日志里封存时的摘要不符")

        def another_caller(files):
            name = "journal/payroll.json"
            files[name] = files[name].replace(b"owner-checker", b"owner-stealer", 1)
            self.relist(files)
            files.pop("manifest.sig")
        self.found(another_caller, r"journal/payroll.json  第 \d+ 条日志的哈希对不上")

        def no_seal(files):
            files["journal/workforce.json"] = b"[]"
            self.relist(files)
        self.found(no_seal, r"(?s)日志里没有这个月的封存记录.*manifest.sig  签名不符")

    def test_another_signer(self):
        with_key = self.folder / "other.pub"
        with_key.write_text("04" + "11" * 64 + "\n")
        code, out, _ = self.cli("evidence", "verify", self.bundle, with_key, who=None)
        self.assertEqual((code, "不是给出的那把密钥签的" in out), (FINDINGS, True))

    def test_wrong_use_and_files_that_are_none(self):
        self.bad("evidence", code=USAGE)
        self.bad("evidence", "--project", self.code, "-o", self.folder / "x.rar", code=USAGE, who=None)
        self.bad("evidence", "verify", "/nonexistent.zip", code=NO_INPUT, who=None)
        (self.folder / "none.zip").write_bytes(b"PK\x03\x04nothing")
        self.bad("evidence", "verify", self.folder / "none.zip", code=BAD_DATA, who=None)
        with tarfile.open(self.folder / "empty.tar.gz", "w:gz") as bundle:
            bundle.addfile(tarfile.TarInfo("a"), io.BytesIO())
        self.bad("evidence", "verify", self.folder / "empty.tar.gz", code=BAD_DATA, who=None)

    def test_not_for_strangers(self):
        path = self.folder / "stolen.zip"
        self.bad("evidence", "--project", self.code, "-o", path, code=NOT_ALLOWED, who="stranger")
        self.assertFalse(path.exists())

    def test_needs_no_node(self):
        alone = pathlib.Path(self.folder / "alone")
        alone.mkdir()
        shutil.copy(self.bundle, alone / "b.zip")
        self.good("evidence", "verify", alone / "b.zip", "--node", "/nonexistent", who=None)


del FilesCase  # of no tests itself
