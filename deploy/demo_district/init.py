"""Makes the directories of the three nodes for containers: `python3 -m deploy.demo_district.init /nodes`. Keys are made at first start;
what is there is kept. Each node is a pod: its parts share one network, so that only the gateway and the page listen outside."""
import pathlib
import sys

from .district import OFFICE
from .nodes import NODES
from lib import SERVICES
from lib.node import Node


class SocketAt:
    """Stands for the node's own PostgreSQL, which is not running yet."""

    def __init__(self, directory):
        self.socket = pathlib.Path(directory) / "cluster/socket"

    def conninfo(self, database, user="workrelief"):
        return f"host={self.socket} dbname={database} user={user}"

    @staticmethod
    def new_database(name):
        return name


def main(home):
    office = None
    for unit_id, name, port in NODES:
        settings = {"gateway.endpoint": f"tcp://0.0.0.0:{port}", "gateway.http_endpoint": f"0.0.0.0:{port + 5}", "gateway.notices": "on"}
        if unit_id != OFFICE:
            settings |= {"gateway.parent.endpoint": f"tcp://{NODES[0][1]}:{NODES[0][2]}", "gateway.parent.public_key": office.server_public("gateway"),
                         "gateway.parent.sign_public": (office.keys / "sign.key.pub").read_text().strip(), "gateway.parent.unit_id": OFFICE}
        directory = pathlib.Path(home) / name
        node = Node(directory, SocketAt(directory), node_id=name, unit_id=unit_id, database="workrelief", base_port=port,
                    token_key=office.token_key if office else None, settings=settings)
        office = office or node
        print(f"{directory}: {unit_id}, {len(SERVICES)} services, gateway port {port}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "/nodes"))
