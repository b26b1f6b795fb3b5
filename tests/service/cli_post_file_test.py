"""The ledger of public-welfare posts, in and out."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.files import NOT_ALLOWED, FilesCase  # noqa: E402

HEADS = ["序号", "岗位编号", "岗位类别", "岗位名称", "岗位地点区划代码", "岗位职责", "月报酬(元)", "岗位资金来源", "工号", "上岗日期", "聘期截止日期", "任职人员类别", "安排理由"]


class PostsTest(FilesCase):
    keys = ("owner", "contractor", "stranger")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.code, cls.numbers = cls.world.sealed(count=3)
        cls.world.owner.ok("registry.CompleteProject", {"project_code": cls.code, "complete_date": cls.house.today()})

    def rows(self, *posts):
        """(code, worker number or None)"""
        rows = [["公益性岗位台账"], [f"项目代码：{self.code}"], HEADS]
        for i, (code, number) in enumerate(posts, 1):
            holder = [str(number), "2026-07-02", "2027-07-01", "技能较低", "脱贫户"] if number else []
            rows.append([i, code, "环境卫生保洁员", "保洁员", "140214002201", "村道保洁", 900, "公益性岗位补贴", *holder])
        return rows

    def posts(self):
        return {row["post_code"]: row for row in self.owner.rows("workforce.ListPosts", {"project_code": self.code})}

    def test_in_and_out(self):
        """R150..R155, facts C.6 no. 5: posts and who holds them; a holder that comes later; the export comes back unchanged."""
        first, second, third = self.numbers
        self.good("import", "posts", self.sheet(self.rows(("GW-1", first), ("GW-2", None))), who="owner")
        posts = self.posts()
        self.assertEqual([(posts[code]["post_state"], posts[code]["monthly_pay_fen"]) for code in ("GW-1", "GW-2")], [("FILLED", 90000), ("VACANT", 90000)])
        self.assertEqual(posts["GW-1"]["holding"]["worker_number"], first)
        self.assertTrue(posts["GW-1"]["holding"]["worked_here"])
        path = self.sheet(self.rows(("GW-1", first), ("GW-2", second)))
        self.assertIn("1 行无变化, 1 条已办", self.good("import", "posts", path, who="owner"))
        self.assertEqual(self.posts()["GW-2"]["holding"]["worker_number"], second)
        seq = self.last_seq()
        self.assertIn("2 行: 2 行无变化, 0 条已办", self.good("import", "posts", path, who="owner"))
        for name in ("gw.xlsx", "gw.csv"):
            self.good("export", "posts", "--project", self.code, "-o", self.folder / name, who="owner")
            self.assertIn("行无变化, 0 条已办", self.good("import", "posts", self.folder / name, who="owner"))
        self.assertEqual(self.last_seq(), seq)
        err = self.bad("import", "posts", self.sheet(self.rows(("GW-1", third), ("GW-2", second))), who="owner")
        self.assertRegex(err, r"(?m)^  Sheet1!I4  工号  .*岗位已有人")
        rows = self.rows(("GW-1", first), ("GW-3", third))
        rows[3][6], rows[4][9] = 800, None
        err = self.bad("import", "posts", self.sheet(rows), who="owner")
        self.assertRegex(err, r"(?m)^  Sheet1!G4  月报酬  “800”  与在册的“900\.00”不同")
        self.assertRegex(err, r"(?m)^  Sheet1!J5  上岗日期  “”  必填")
        self.assertEqual(self.last_seq(), seq)

    def test_not_for_everybody(self):
        self.bad("import", "posts", self.sheet(self.rows(("GW-9", None))), code=NOT_ALLOWED)  # the contractor sets none
        self.bad("export", "posts", "--project", self.code, code=NOT_ALLOWED, who="stranger")


del FilesCase  # of no tests itself
