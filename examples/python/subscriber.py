#!/usr/bin/python3
"""subscriber.py - a copy of what the registry's projects are, kept up to date for another program to read, across crashes of either side.

    subscriber.py --endpoint tcp://127.0.0.1:7010 --server gateway.pub --key own.key --store projects.db [--until-end]

The events of a page and the position behind them go into the store in one transaction: after a crash the reader goes on exactly there, and
no event is missed or taken twice. Events carry states, not changes, so the newest one of a project is all there is to know."""
import argparse

import common_pb2
import registry_pb2
from store import Store
from workrelief import Client, pair, read_key


def take(store, entry):
    if entry.event_type == "ProjectChanged" and entry.event:  # without a body: not for our eyes
        project = registry_pb2.ProjectChanged.FromString(entry.event)
        store.rows("INSERT OR REPLACE INTO project VALUES (?, ?, ?, ?)", project.project_code, project.project_name,
                   common_pb2.ProjectState.Value.Name(project.project_state), entry.seq)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--endpoint", "--server", "--key", "--store"):
        parser.add_argument(name, required=True)
    parser.add_argument("--until-end", action="store_true")
    wanted = parser.parse_args()
    client = Client(wanted.endpoint, read_key(wanted.server)["public"], **pair(read_key(wanted.key)))
    store = Store(wanted.store, "project (project_code TEXT PRIMARY KEY, project_name TEXT, project_state TEXT, seq INTEGER)")
    while True:
        entries, position = client.read_journal("registry", store.position("registry"), wait_ms=0 if wanted.until_end else 20000)
        with store:
            for entry in entries:
                take(store, entry)
            store.keep_position("registry", position)
        if wanted.until_end and not entries:
            return


if __name__ == "__main__":
    main()
