#!/usr/bin/python3
"""describe.py SET OUT - openapi.json (3.1) and asyncapi.json (3.0) from the contract: descriptors, the comments of the .proto files, and the
methods' tables; contract.json, what the console's forms need of it. Nothing about a method or a message is written here.

SET: a FileDescriptorSet with source information; OUT: the folder to write to."""
import json
import pathlib
import re
import sys

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parents[2]
Field = descriptor_pb2.FieldDescriptorProto
WHOLE = {Field.TYPE_INT32: (32, True), Field.TYPE_SINT32: (32, True), Field.TYPE_SFIXED32: (32, True), Field.TYPE_UINT32: (32, False), Field.TYPE_FIXED32: (32, False)}
WIDE = {Field.TYPE_INT64, Field.TYPE_SINT64, Field.TYPE_SFIXED64, Field.TYPE_UINT64, Field.TYPE_FIXED64}
METHOD = re.compile(r"METHOD\(\s*(\w+)\s*,\s*(\w+)\s*,\s*(RO|RW)\s*,\s*([\w\s|]+?)\s*,\s*(\w+)\s*,\s*([\w\s|]+?)\s*,\s*((?:\"[^\"]*\"\s*)+),\s*(\w+)\s*,", re.S)
RULE = re.compile(r"-{4}.*?-{4,}")  # a heading between parts of a .proto file is no comment on what follows it
VERSION = "1"


class Contract:
    def __init__(self, path):
        self.files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(path).read_bytes()).file
        self.comments, self.messages, self.enums, self.services = {}, {}, {}, {}
        for file in self.files:
            notes = {tuple(place.path): " ".join(RULE.sub("", place.leading_comments + place.trailing_comments).split()) for place in file.source_code_info.location}
            for i, message in enumerate(file.message_type):
                self._message(message, (4, i), notes)
            for i, service in enumerate(file.service):
                self.services[service.name.lower()] = [(rpc, notes.get((6, i, 2, n), "")) for n, rpc in enumerate(service.method)]

    def _message(self, message, path, notes):
        """Enums stand in a message of their own: ProjectState.Value is the schema ProjectState."""
        if message.enum_type and not message.field:
            self.enums[message.name] = ([value.name for value in message.enum_type[0].value if value.number], notes.get(path, ""))
            return
        self.messages[message.name] = (message, notes.get(path, ""), [notes.get(path + (2, i), "") for i in range(len(message.field))])

    def methods(self, service):
        """Rows of the service's table by name: access, relations, duty, flags, required paths, event."""
        rows = {}
        for match in METHOD.finditer((ROOT / f"services/{service}/methods.def").read_text()):
            name, _, access, relations, duty, flags, required, event = match.groups()
            rows[name] = {"access": access, "relations": [word for word in re.split(r"[\s|]+", relations) if word], "duty": duty,
                          "flags": flags, "required": "".join(re.findall(r'"([^"]*)"', required)).split(), "event": None if event == "NONE" else event}
        return rows

    def schema_of(self, field):
        if field.type == Field.TYPE_MESSAGE:
            one = {"$ref": "#/components/schemas/" + field.type_name.split(".")[-1]}
        elif field.type == Field.TYPE_ENUM:
            one = {"$ref": "#/components/schemas/" + field.type_name.split(".")[-2]}
        elif field.type in WIDE:
            one = {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,20}$"}
        elif field.type in WHOLE:
            bits, signed = WHOLE[field.type]
            one = {"type": "integer", "format": ("int" if signed else "uint") + str(bits)}
        elif field.type == Field.TYPE_BOOL:
            one = {"type": "boolean"}
        elif field.type == Field.TYPE_BYTES:
            one = {"type": "string", "contentEncoding": "base64"}
        else:
            one = {"type": "string"}
        return {"type": "array", "items": one} if field.label == Field.LABEL_REPEATED else one

    def schemas(self):
        made = {}
        for name, (values, note) in sorted(self.enums.items()):
            made[name] = {"type": "string", "enum": values, **({"description": note} if note else {})}
        for name, (message, note, notes) in sorted(self.messages.items()):
            properties = {}
            for field, comment in zip(message.field, notes):
                schema = self.schema_of(field)
                properties[field.json_name] = {**schema, "description": comment} if comment else schema
            made[name] = {"type": "object", "properties": properties, **({"description": note} if note else {})}
        return made


PROBLEM = {"type": "object", "description": "RFC 9457; problems names every complaint at once",
           "required": ["type", "title", "status", "reason"],
           "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
                          "instance": {"type": "string"}, "reason": {"type": "string", "description": "stable code"},
                          "problems": {"type": "array", "items": {"type": "object", "properties": {
                              "path": {"type": "string"}, "reason": {"type": "string"}, "message": {"type": "string"},
                              "severity": {"type": "string", "enum": ["BLOCK", "WARN", "INFO"]}, "basis": {"type": "string"}}}}}}
HEADERS = [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 128},
            "description": "The same key with the same body gets the same answer and is done once. A UUID is taken as it is; without one every call is new."},
           {"name": "Workrelief-After", "in": "header", "schema": {"type": "string"},
            "description": "Positions (workforce:1:234) that the service must have followed first: what Workrelief-Position said after an earlier call."},
           {"name": "Workrelief-Dry-Run", "in": "header", "schema": {"type": "string", "enum": ["1"]}, "description": "Do it, answer, and undo it."},
           {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}, "description": "The ETag of what the caller has: then 304 when it still holds."},
           {"name": "X-CSRF-Token", "in": "header", "schema": {"type": "string"}, "description": "For callers with a session cookie; GET /v1/session says it."}]


SCHEMA = "#/components/schemas/"
REFUSED = {"default": {"$ref": "#/components/responses/Problem"}}
TOLD = {"Idempotency-Key": "the id the call ran under", "Workrelief-Position": "what this call wrote, for Workrelief-After of later calls",
        "ETag": "for If-None-Match of a later GET"}


def answers(schema, *headers):
    return {"200": {"description": "done", "content": {"application/json": {"schema": schema}},
                    **({"headers": {name: {"schema": {"type": "string"}, "description": TOLD[name]} for name in headers}} if headers else {})}, **REFUSED}


def parameters(*names):
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def operation(service, rpc, comment, row):
    who = "anyone with an account" if row["relations"] == ["ANYONE"] else ", ".join(row["relations"])
    note = f"{'Reads' if row['access'] == 'RO' else 'Writes'}. May be called by: {who}" + ("" if row["duty"] == "VIEWER" else f"; duty {row['duty']}") + "."
    if row["required"]:
        note += " Required: " + ", ".join(row["required"]) + "."
    return {"operationId": f"{service}.{rpc.name}", "tags": [service], "summary": comment or rpc.name, "description": note,
            "x-access": row["access"], "x-relations": row["relations"], "x-duty": row["duty"], "x-required": row["required"], "x-event": row["event"],
            "parameters": parameters("Idempotency-Key", "Workrelief-After", "Workrelief-Dry-Run", "X-CSRF-Token"),
            "requestBody": {"content": {"application/json": {"schema": {"$ref": SCHEMA + rpc.input_type.split(".")[-1]}}}},
            "responses": answers({"$ref": SCHEMA + rpc.output_type.split(".")[-1]}, "Idempotency-Key", "Workrelief-Position")}


def reading(contract, service, rpc, comment, row):
    """The same by GET: the scalar fields as query arguments, a list's by repeating the argument."""
    message, _, notes = contract.messages[rpc.input_type.split(".")[-1]]
    query = [{"name": field.json_name, "in": "query", "schema": contract.schema_of(field), **({"description": note} if note else {})}
             for field, note in zip(message.field, notes) if field.type != Field.TYPE_MESSAGE]
    post = operation(service, rpc, comment, row)
    answered = answers({"$ref": SCHEMA + rpc.output_type.split(".")[-1]}, "ETag")
    answered["304"] = {"description": "as If-None-Match has it"}
    return {**{key: post[key] for key in ("tags", "summary", "description")}, "operationId": f"{service}.{rpc.name}.get",
            "parameters": parameters("Workrelief-After", "If-None-Match") + query, "responses": answered}


def session_paths():
    def post(name, summary, needed, free, told, known=True):
        """known: who calls it has a session (its cookie with the token that /v1/session tells)."""
        return {"operationId": name, "tags": ["session"], "summary": summary, **({"parameters": parameters("X-CSRF-Token")} if known else {}),
                "security": [{"session": []}] if known else [],
                "requestBody": {"required": True, "content": {"application/json": {"schema": {
                    "type": "object", "properties": {key: {"type": kind} for key, kind in {**needed, **free}.items()}, "required": list(needed)}}}},
                "responses": answers({"type": "object", "properties": {key: {"type": kind} for key, kind in told.items()}, "required": list(told)})}

    account = {"accountName": "string", "unitId": "string", "personName": "string", "duty": "string", "relations": "array", "csrfToken": "string",
               "expiresAtUs": "integer", "nowAtUs": "integer"}
    return {"/v1/session": {"post": post("logIn", "Logs in; the cookie is the session", {"account": "string", "password": "string"}, {},
                                         {"accountName": "string", "csrfToken": "string"}, known=False),
                            "get": {"operationId": "whoAmI", "tags": ["session"], "summary": "The account behind the session or token, and the session's CSRF token",
                                    "responses": answers({"type": "object", "properties": {key: {"type": kind} for key, kind in account.items()},
                                                          "required": list(account)})}},
            "/v1/logout": {"post": post("logOut", "Ends the session", {}, {}, {})},
            "/v1/password": {"post": post("setPassword", "Sets a password by an invitation or by the old password",
                                          {"account": "string", "newPassword": "string"}, {"invitation": "string", "password": "string"}, {}, known=False)},
            "/v1/invitation": {"post": post("invite", "A new account, or a new invitation for one; the code is shown once", {"account": "string"},
                                            {"unitId": "string", "duty": "string", "personName": "string", "relations": "string"}, {"secret": "string"})},
            "/v1/token": {"post": post("makeToken", "A token for a program; shown once", {"tokenName": "string"}, {"methods": "string", "days": "integer"},
                                       {"secret": "string"})},
            "/v1/events": {"get": {"operationId": "listen", "tags": ["session"], "summary": "What changes, as it changes: server-sent events",
                                   "responses": {"200": {"description": "a stream that does not end", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
                                                 **REFUSED}}}}


def openapi(contract):
    paths = session_paths()
    for service, rpcs in sorted(contract.services.items()):
        if not (ROOT / f"services/{service}/methods.def").exists():
            continue
        rows = contract.methods(service)
        for rpc, comment in rpcs:
            if "METHOD_INTERNAL" not in rows[rpc.name]["flags"]:
                paths[f"/v1/{service}/{rpc.name}"] = {"post": operation(service, rpc, comment, rows[rpc.name])}
                if rpc.name.startswith(("Get", "List")):  # as http_api.c has it
                    paths[f"/v1/{service}/{rpc.name}"]["get"] = reading(contract, service, rpc, comment, rows[rpc.name])
    return {"openapi": "3.1.0",
            "info": {"title": "workrelief", "version": VERSION, "summary": "以工代赈项目、用工、报酬、评价与报送",
                     "description": "Every method of the bus by POST, JSON as the Protocol Buffers JSON mapping defines it. Methods named Get... and List... "
                                    "also take GET with the fields as query arguments, and answer with an ETag."},
            "servers": [{"url": "/"}], "security": [{"session": []}, {"token": []}], "paths": paths,
            "components": {"schemas": {**contract.schemas(), "ProblemDetails": PROBLEM},
                           "parameters": {header["name"]: header for header in HEADERS},
                           "responses": {"Problem": {"description": "refused", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}},
                           "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "workrelief"},
                                               "token": {"type": "http", "scheme": "bearer"}}}}


def asyncapi(contract):
    channels, operations, messages = {}, {}, {}
    for service in sorted(contract.services):
        if not (ROOT / f"services/{service}/methods.def").exists():
            continue
        rows = contract.methods(service)
        events = {row["event"]: [name for name, other in rows.items() if other["event"] == row["event"]] for row in rows.values() if row["event"]}
        for event, names in sorted(events.items()):
            messages[event] = {"name": event, "title": event, "contentType": "application/x-protobuf", "summary": contract.messages[event][1] or event,
                               "description": "Emitted by " + ", ".join(sorted(names)) + ".", "payload": {"$ref": f"#/components/schemas/{event}"}}
        if events:
            channels[service] = {"address": f"{service}:journal.Read", "description": "Read in order, from a position the reader keeps itself; nothing is dropped.",
                                 "messages": {event: {"$ref": f"#/components/messages/{event}"} for event in sorted(events)}}
            operations[f"{service}Follow"] = {"action": "receive", "channel": {"$ref": f"#/channels/{service}"},
                                              "summary": f"What happens in {service}"}
    return {"asyncapi": "3.0.0", "info": {"title": "workrelief events", "version": VERSION}, "defaultContentType": "application/x-protobuf",
            "channels": channels, "operations": operations, "components": {"messages": messages, "schemas": contract.schemas()}}


def relation_words():
    """What the services call several relations at once: PARTIES, OVERSEERS."""
    words = {}
    for path in (*ROOT.glob("services/*/main.c"), *ROOT.glob("services/*/handlers.h")):
        for name, value in re.findall(r"#define (\w+) \(([A-Z |]+)\)", path.read_text()):
            words[name] = value.replace("|", " ").split()
    return words


def office_words():
    """The first head of each field and the first label of each value, as heads.def has them."""
    text = (ROOT / "common/pb/heads.def").read_text()
    heads, labels = {}, {}
    for field, word in re.findall(r'^HEAD\((\w+), "(.*)"\)', text, re.M):
        heads.setdefault(field, word)
    for enum, value, word in re.findall(r'^LABEL\((\w+), (\w+), "(.*)"\)', text, re.M):
        labels.setdefault(enum, {}).setdefault(value, word)
    return heads, labels


FIGURE = re.compile(r'^(BLOCK|TOTAL|LINE)\((\w+), (.*)\)$', re.M)


def figure_table(contract):
    """figures.def: the blocks, and the figures of totals and of lines: [block, JSON path, 中文, English, kind, enum, may be unknown, count of what is missing]."""
    made = {"BLOCK": [], "TOTAL": [], "LINE": []}

    def place(message, path):
        """JSON path of the field, and its descriptor."""
        *parts, name = path.split(".")
        for part in parts:
            message = next(field for field in contract.messages[message][0].field if field.name == part).type_name.split(".")[-1]
        fields = contract.messages[message][0].field
        names = [*parts, next(field.json_name for field in fields if field.name == name)]
        return names, fields, next(field for field in fields if field.name == name)

    for what, block, rest in FIGURE.findall((ROOT / "services/gateway/figures.def").read_text()):
        cells = [json.loads(cell) if cell != "NULL" else None for cell in re.findall(r'"[^"]*"|NULL', rest)]
        if what == "BLOCK":
            made[what].append([block, *cells])
            continue
        names, fields, field = place({"TOTAL": "Total", "LINE": "ReportLine"}[what], cells[0])
        missing = next((one.json_name for one in fields if what == "TOTAL" and one.name == cells[3]), "")
        enum = field.type_name.split(".")[-2] if field.type == Field.TYPE_ENUM else ""
        kind = re.sub(r'"[^"]*"', "", rest).replace(" ", "").strip(",").split(",")[0]
        made[what].append([block, ".".join(names), cells[1], cells[2], kind, enum, int(field.HasField("oneof_index")), missing])
    return {"blocks": made["BLOCK"], "total": made["TOTAL"], "line": made["LINE"]}


# What the node fills in by itself, and what pages are asked by.
FILLED = re.compile(r"^(gathered_.*|.*_token|.*_mask|id_number_birth_date|id_number_sex)$")
PLAIN = {Field.TYPE_BOOL: "bool", Field.TYPE_BYTES: "bytes", Field.TYPE_STRING: "text"}


def console(contract):
    """The methods that the console's files name and that write: who may call them, what they need, and their fields with the words for them."""
    named = set()
    for path in sorted((ROOT / "services/gateway/web/console").rglob("*.js")):
        named.update(re.findall(r'"((?:registry|workforce|payroll|evaluation|gateway)\.[A-Z]\w+)"', path.read_text()))
    words, (heads, labels) = relation_words(), office_words()
    methods, messages, enums, fields = {}, {}, {}, set()

    def take(name):
        if name in messages:
            return
        messages[name] = []
        for field in contract.messages[name][0].field:
            if FILLED.match(field.name):
                continue
            kind = field.type_name.split(".")[-1 if field.type == Field.TYPE_MESSAGE else -2] if field.type_name else PLAIN.get(field.type, "int")
            messages[name].append([field.name, kind] + ([1] if field.label == Field.LABEL_REPEATED else []))
            fields.add(field.name)
            if field.type == Field.TYPE_MESSAGE:
                take(kind)
            elif field.type == Field.TYPE_ENUM:
                enums[kind] = contract.enums[kind][0]

    for service in sorted(contract.services):
        rows = contract.methods(service) if (ROOT / f"services/{service}/methods.def").exists() else {}
        for rpc, comment in contract.services[service]:
            row = rows.get(rpc.name)
            if f"{service}.{rpc.name}" not in named or row["access"] != "RW":
                continue
            relations = [one for word in row["relations"] for one in words.get(word, [word])]
            request = rpc.input_type.split(".")[-1]
            methods[f"{service}.{rpc.name}"] = [" ".join(relations), row["duty"], request, " ".join(row["required"]), comment]
            take(request)
    fields.update(field.name for field in contract.messages["ReportLine"][0].field)  # named in the differences between two revisions
    fields.update(field.name for name in ("LineFigures", "ReportException", "ReportRemark") for field in contract.messages[name][0].field)
    return {"methods": methods, "messages": messages, "enums": enums, "heads": {name: heads[name] for name in sorted(fields & heads.keys())}, "labels": labels,
            "figures": figure_table(contract)}


def main():
    contract, out = Contract(sys.argv[1]), pathlib.Path(sys.argv[2])
    for name, document in (("openapi", openapi(contract)), ("asyncapi", asyncapi(contract)), ("contract", console(contract))):
        (out / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
