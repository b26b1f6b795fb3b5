"""The two descriptions of the contract that a node gives out: valid by the official schemas, true to the methods, and enough to call by."""
import copy
import json
import re
import uuid

import jsonschema

from lib import ROOT, SERVICES, messages
from lib.house import ServiceCase
from lib.openapi_client import Client, Problem
from lib.web import PASSWORD, Browser, await_service, invite

SCHEMAS = ROOT / "tests/data/schemas"


def schema(name):
    return json.loads((SCHEMAS / name).read_text())


def references(value):
    """Every $ref in the document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


class DescriptionCase(ServiceCase):
    services = ("registry", "gateway")
    at = None  # sessions are told by the clock on the wall

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        browser = Browser(cls.house.node.port("http"))
        cls.openapi = browser.send("GET", "/openapi.json").json
        cls.asyncapi = browser.send("GET", "/asyncapi.json").json
        browser.connection.close()
        cls.base = f"http://127.0.0.1:{cls.house.node.port('http')}"


class ValidTest(DescriptionCase):
    def test_openapi_is_valid_by_the_official_schema(self):
        judge = jsonschema.Draft202012Validator(schema("openapi-3.1.json"))
        self.assertEqual([], [error.message for error in judge.iter_errors(self.openapi)])
        broken = copy.copy(self.openapi)
        broken["paths"] = {"/v1/x": {"get": {"responses": 3}}}
        self.assertFalse(judge.is_valid(broken))
        for name, one in self.openapi["components"]["schemas"].items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(one)

    def test_asyncapi_is_valid_by_the_official_schema(self):
        judge = jsonschema.Draft7Validator(schema("asyncapi-3.0.0.json"))
        self.assertEqual([], [error.message for error in judge.iter_errors(self.asyncapi)])
        broken = copy.copy(self.asyncapi)
        broken["channels"] = {"registry": {"messages": 3}}
        self.assertFalse(judge.is_valid(broken))

    def test_every_reference_leads_somewhere_and_every_name_is_one(self):
        for document in (self.openapi, self.asyncapi):
            resolver = jsonschema.RefResolver("", document)
            found = set(references(document))
            self.assertGreater(len(found), 100)
            for reference in found:
                resolver.resolve(reference)
        names = [one["operationId"] for verbs in self.openapi["paths"].values() for one in verbs.values()]
        self.assertEqual(len(names), len(set(names)))

    def test_every_method_and_every_field_is_described(self):
        """By the descriptors themselves, not by the program that wrote the documents."""
        hidden = {f"{path.parent.name}.{name}" for path in ROOT.glob("services/*/methods.def")
                  for name in re.findall(r"METHOD\((\w+),[^)]*METHOD_INTERNAL", path.read_text())}
        self.assertIn("gateway.RecordLogin", hidden)
        for method in messages.methods():
            service, name = method.split(".")
            if service not in SERVICES or method in hidden:
                self.assertNotIn(f"/v1/{service}/{name}", self.openapi["paths"], method)
                continue
            verbs = self.openapi["paths"][f"/v1/{service}/{name}"]
            self.assertEqual({"post", "get"} if name.startswith(("Get", "List")) else {"post"}, set(verbs), method)
            for kind in (messages.request_type(method).DESCRIPTOR, messages.reply_type(method).DESCRIPTOR):
                described = self.openapi["components"]["schemas"][kind.name].get("properties", {})
                self.assertEqual({field.json_name for field in kind.fields}, set(described), kind.name)


class GeneratedClientTest(DescriptionCase):
    def client(self, account, unit, duty, relations, methods=""):
        """A client with a token, got by the operations of the document alone."""
        code = invite(lambda request: self.operator.ok("gateway.AddAccount", request), self.house.node.now_us(), account, unit, duty, relations)
        person = Client(self.openapi, self.base)
        self.addCleanup(person.close)
        person.session.setPassword({"account": account, "invitation": code, "newPassword": PASSWORD})
        csrf = person.session.logIn({"account": account, "password": PASSWORD})["csrfToken"]
        secret = person.session.makeToken({"tokenName": "program", "methods": methods, "days": 3}, **{"X-CSRF-Token": csrf})["secret"]
        person.session.logOut({}, **{"X-CSRF-Token": csrf})
        with self.assertRaises(Problem) as refused:
            person.session.whoAmI()
        self.assertEqual((401, "NOT_LOGGED_IN"), (refused.exception.status, refused.exception.document["reason"]))
        program = Client(self.openapi, self.base, token=secret)
        self.addCleanup(program.close)
        await_service(Browser(self.house.node.port("http")))
        return program

    def test_an_integrator_s_first_afternoon(self):
        """Login, token, write with an Idempotency-Key, list by POST and by GET with its ETag, refusal as a problem: all by the document."""
        office = self.client("integrator", "140214-fgj", "MAKER", "OFFICE")
        self.assertEqual("integrator", office.session.whoAmI()["accountName"])
        unit = {"unitId": "owner-9", "unitName": "示例建设中心", "unitKind": "OWNER_COMPANY", "hosted": True}
        key = str(uuid.uuid4())
        first = office.registry.AddUnit(unit, **{"Idempotency-Key": key})
        position = office.registry.AddUnit.last["Workrelief-Position"]
        self.assertEqual(first, office.registry.AddUnit(unit, **{"Idempotency-Key": key}))
        self.assertEqual((position, key.replace("-", "")), tuple(office.registry.AddUnit.last[name] for name in ("Workrelief-Position", "Idempotency-Key")))
        self.assertEqual([["1"]], self.sql("SELECT count(*)::text FROM registry.unit WHERE unit_id = 'owner-9'"))
        with self.assertRaises(Problem) as refused:
            office.registry.AddUnit({**unit, "unitName": "另一单位"}, **{"Idempotency-Key": key})
        self.assertEqual("REQUEST_ID_REUSED", refused.exception.document["reason"])

        listed = office.registry.ListUnits({"pageSize": 500}, **{"Workrelief-After": position})
        self.assertIn("owner-9", [row["unitId"] for row in listed["rows"]])
        read = office.registry.ListUnits.get(pageSize="500")
        self.assertEqual(listed["rows"], read["rows"])
        self.assertIsNone(office.registry.ListUnits.get(pageSize="500", **{"If-None-Match": office.registry.ListUnits.get.last["ETag"]}))

    def test_refusals_are_problems_as_described(self):
        office = self.client("integrator-2", "140214-fgj", "MAKER", "OFFICE", "registry.AddUnit registry.ListUnits")
        with self.assertRaises(Problem) as refused:
            office.registry.AddUnit({"unitName": "没有代码"})
        problem = refused.exception.document
        self.assertEqual((400, 400), (refused.exception.status, problem["status"]))
        self.assertLessEqual({"unit_id", "unit_kind"}, {one["path"] for one in problem["problems"]})
        with self.assertRaises(Problem) as refused:
            office.registry.ListProjects({})
        self.assertEqual((403, "TOKEN_SCOPE"), (refused.exception.status, refused.exception.document["reason"]))
        with self.assertRaises(jsonschema.ValidationError):  # the document itself says what a field may be
            office.registry.AddUnit({"unitId": 7})
