"""The corpora of the fuzz targets, replayed by programs that `make test-programs` has built."""
import os
import pathlib
import subprocess
import unittest

FUZZ = pathlib.Path(__file__).resolve().parent
BUILD = FUZZ.parent.parent / os.environ.get("BUILD", "build")


class Replay(unittest.TestCase):
    def test_corpora(self):
        """Every target survives its seeds, whole, cut short and with single bytes changed."""
        targets = sorted(path.name.removesuffix("_fuzz.c") for path in FUZZ.glob("*_fuzz.c"))
        self.assertTrue(targets)
        for target in targets:
            with self.subTest(target=target):
                done = subprocess.run([BUILD / f"tests/fuzz/{target}_replay", FUZZ / "corpus" / target], stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, errors="replace", check=False, timeout=120)
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
