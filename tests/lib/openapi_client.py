"""A client made from an OpenAPI document and nothing else: a callable for each operation, by its tag and name.

    client = Client(document, "http://127.0.0.1:7015", token="...")
    client.registry.AddUnit({"unitId": ...}, **{"Idempotency-Key": "..."})      # POST: the body, then header parameters
    client.registry.ListUnits.get(pageSize="20")                                 # GET: query and header parameters

What is sent and what comes back is held against the document's schemas; a refusal raises Problem, whose body was held against its own."""
import http.client
import json
import urllib.parse

import jsonschema


class Problem(Exception):
    def __init__(self, status, document, headers):
        super().__init__(f"{status} {document.get('reason')}: {document.get('detail')}")
        self.status, self.document, self.headers = status, document, headers


class Operation:
    def __init__(self, client, verb, path, description):
        self.client, self.verb, self.path, self.description = client, verb.upper(), path, description
        self.parameters = {one["name"]: one for one in map(client.resolved, description.get("parameters", ()))}
        body = description.get("requestBody", {}).get("content", {}).get("application/json")
        self.body_schema = body and body["schema"]
        self.last = None  # the headers of the last answer

    def __call__(self, body=None, **arguments):
        unknown = set(arguments) - set(self.parameters)
        if unknown:
            raise TypeError(f"{self.path} has no parameter {unknown}")
        headers = {name: value for name, value in arguments.items() if self.parameters[name]["in"] == "header"}
        query = {name: value for name, value in arguments.items() if self.parameters[name]["in"] == "query"}
        data = None
        if self.body_schema is not None:
            self.client.check(body or {}, self.body_schema)
            data = json.dumps(body or {}, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        elif body is not None:
            raise TypeError(f"{self.path} takes no body")
        path = self.path + ("?" + urllib.parse.urlencode(query, doseq=True) if query else "")
        status, answer, self.last = self.client.send(self.verb, path, data, headers, self.description.get("security", self.client.document.get("security", [])))
        return self._taken(status, answer)

    def _taken(self, status, answer):
        described = self.client.resolved(self.description["responses"].get(str(status)) or self.description["responses"]["default"])
        kind = self.last.get("Content-Type", "").split(";")[0]
        if "content" not in described:
            assert not answer, f"{self.path}: {status} should have no body"
            return None
        if kind not in described["content"]:
            raise AssertionError(f"{self.path}: {status} came as {kind}, the document says {list(described['content'])}")
        document = json.loads(answer)
        self.client.check(document, described["content"][kind]["schema"])
        if status >= 400:
            raise Problem(status, document, self.last)
        return document


class Group:
    """Operations of one tag."""


class Client:
    def __init__(self, document, base, token=None):
        self.document, self.token, self.cookie = document, token, None
        address = urllib.parse.urlsplit(base)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=90)
        self.validators = {}
        self.resolver = jsonschema.RefResolver("", document)
        for path, verbs in document["paths"].items():
            for verb, description in sorted(verbs.items(), reverse=True):  # post first: a get of the same name hangs on it
                self._add(Operation(self, verb, path, description))

    def _add(self, operation):
        tag, *names = operation.description["operationId"].split(".")
        if not names:
            tag, names = operation.description["tags"][0], [tag]
        holder = self.__dict__.setdefault(tag, Group())
        for name in names[:-1]:
            holder = getattr(holder, name)
        setattr(holder, names[-1], operation)

    def resolved(self, thing):
        return self.resolver.resolve(thing["$ref"])[1] if "$ref" in thing else thing

    def check(self, value, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        self.validators[key].validate(value)

    def send(self, verb, path, data, headers, security):
        schemes = {name for one in security for name in one}
        if self.token and "token" in schemes:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        elif self.cookie and "session" in schemes:
            headers = {**headers, "Cookie": self.cookie}
        self.connection.request(verb, path, data, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.headers.get("Set-Cookie"):
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer.status, text, answer.headers

    def close(self):
        self.connection.close()
