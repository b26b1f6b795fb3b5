"""A province of 100 districts with 20 units each sends a quarter to one gateway, by nodes that repeat, die, send out of order, lose their keys,
forge and restate (tests/lib/simulator.py)."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import simulator  # noqa: E402


class ProvinceTest(unittest.TestCase):
    def test_a_quarter_of_a_province(self):
        "R022 R192 T34 T42 T46 T57: nothing lost, nothing twice, totals to the fen, and the journals of the province replay"
        self.assertEqual(simulator.play(districts=100, units=20, seed=3, threads=8, say=lambda text: print(f"      {text}", file=sys.stderr)), [])


class JudgeTest(unittest.TestCase):
    def test_the_judge_sees_what_is_wrong(self):
        "I1 I2 I9: a part that is gone, one that was changed, and a sum that is off are named; otherwise the play above would prove nothing"
        province = simulator.Province(districts=8, units=3, seed=4)
        self.addCleanup(province.close)
        province.prepare(4)
        province.file_all(4)
        province.decide()
        province.consolidate()
        self.assertEqual(province.findings(), [])
        gone, changed, sums, *_ = (district for district in province.districts if district.habit in ("plain", "repeats", "dies"))
        database = province.house.node.cluster, province.house.node.database

        def sql(text):
            database[0].sql(database[1], text)
        sql(f"DELETE FROM gateway.delivery WHERE report_code LIKE '{gone.unit_id}-%' AND part_number = 2")
        sql(f"UPDATE gateway.delivery SET digest = decode(repeat('ab', 32), 'hex') WHERE report_code LIKE '{changed.unit_id}-%' AND part_number = 1")
        sql(f"UPDATE gateway.report_line SET paid_fen = paid_fen + 1 WHERE report_code LIKE '{sums.unit_id}-%' AND line_number = 1")
        province.consolidate()
        found = "\n".join(province.findings())
        for sentence in (f"lost: {gone.unit_id}-{simulator.QUARTER}-1/2", f"{changed.unit_id}-{simulator.QUARTER}-1/1 is not what was sent", "paid_fen: "):
            self.assertIn(sentence, found)
        self.assertNotIn("due_fen", found)


if __name__ == "__main__":
    unittest.main()
