"""listener.py - an agency's system that listens to the events it chose; stopped at any moment it goes on where it stood, seeing an event again
at most that once.

    for row in events(client, "registry", "registry.cursor", event_types=["ProjectChanged"]):
        registry_pb2.ProjectChanged.FromString(row.event)
"""
import json
import pathlib

import admin_pb2


def events(client, service, cursor_file, **wanted):        # wanted: event_types, unit_ids, project_codes
    place = pathlib.Path(cursor_file)
    epoch, seq = json.loads(place.read_text()) if place.exists() else (0, 0)
    while True:
        request = admin_pb2.JournalWatchRequest(epoch=epoch, after_seq=seq, wait_ms=3000, **wanted)
        reply, _ = client.call(f"{service}:journal.Watch", request, admin_pb2.JournalWatchReply)
        if epoch and reply.epoch != epoch:
            raise RuntimeError(f"{service} was restored: ask its operator what to read again")
        for row in reply.rows:
            yield row                                      # the caller has dealt with it when it asks for the next
            epoch, seq = row.epoch, row.seq
            save(place, (epoch, seq))
        if reply.through_seq > seq:
            epoch, seq = reply.epoch, reply.through_seq
            save(place, (epoch, seq))


def save(place, cursor):
    place.with_suffix(".new").write_text(json.dumps(cursor))
    place.with_suffix(".new").replace(place)               # whole or not at all
