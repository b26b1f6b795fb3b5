"""The demo district: 云冈区 (140214), three nodes, one quarter. It speaks to the nodes by the same client library as the tests."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
