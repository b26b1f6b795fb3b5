"""A parent node and its children: directories, keys and settings of a child of a house, and its admission."""
import pathlib
import shutil
import tempfile

from . import cluster
from .house import House
from .node import Node

CHILD_SETTINGS = {"gateway.uplink_interval_ms": 100, "gateway.uplink_backoff_ms": 500}


def parent_settings(parent, endpoint=None):
    """Lines of node.conf that make a node the child of that one. endpoint: where it is seen from the child."""
    return {"gateway.parent.endpoint": endpoint or parent.endpoint("gateway"), "gateway.parent.public_key": parent.server_public("gateway"),
            "gateway.parent.sign_public": (parent.keys / "sign.key.pub").read_text().strip(), "gateway.parent.unit_id": parent.unit_id}


def admission(node, unit_ids):
    """What the parent's AddChild wants to know of the node."""
    return {"unit_id": node.unit_id, "public_key": node.server_public("gateway"), "child_unit_ids": list(unit_ids),
            "sign_public": (node.keys / "sign.key.pub").read_text().strip()}


def child_of(case, parent, unit_id, *, start=True, settings=None, endpoint=None):
    """A house whose node is a child of that one: the same time, the same district key. Goes with the test class."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wr-child-"))
    case.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
    node = Node(folder, cluster.shared(), node_id=unit_id, unit_id=unit_id, token_key=parent.token_key, clock_file=parent.clock_file,
                settings={**CHILD_SETTINGS, **parent_settings(parent, endpoint), **(settings or {})})
    house = House(node=node, at=None, start=start)
    case.addClassCleanup(house.close)
    return house
