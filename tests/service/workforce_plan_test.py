"""Every paging statement of workforce finds its page by an index, whatever the planner thinks of sequential scans: it is asked for its plan on
tables that are filled and analysed, as a prepared statement that knows no values."""
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib import ROOT, messages  # noqa: E402
from lib.house import ServiceCase  # noqa: E402

ROWS, PROJECTS, SORTED_MOST = 20_000, 200, 2_000
FEW = {"policy": 30, "unit": PROJECTS, "project": PROJECTS, "day_rule": 4, "state_transition": 60, "labour_demand": 300}  # the district's own lists stay short
CALL = {"call.now": "timestamptz", "call.today": "date", "call.principal": "text", "call.unit": "text", "call.id": "bytea", "call.limit": "int4"}
VALUE = {"date": "'2026-06-22'", "text": "'2026-06'", "int4": "100", "int8": "7", "bool": "false", "bytea": "'\\x00'", "timestamptz": "'2026-06-22'"}

# A table's copy without its checks can be filled by the types of its columns alone.
FILL = {"text": "'v' || lpad(n::text, 6, '0')", "int8": "n", "int4": "n", "int2": "n % 100", "date": "date '2025-01-01' + n % 500", "bool": "n % 2 = 0",
        "bytea": "decode(md5(n::text), 'hex')", "timestamptz": "timestamptz '2026-01-01' + n * interval '1 minute'", "_text": "'{}'::text[]",
        "datemultirange": "'{}'::datemultirange", "json": "'{}'::json", "jsonb": "'{}'::jsonb"}


RANKED = {"ListPostCandidates"}  # puts everybody who fits in order before it can show the first


def value_of(table, column, kind):
    """What fills a column: few projects and few states, everything else different in every row."""
    if column == "project_code" and table not in FEW:
        return f"'P' || n % {PROJECTS}"
    return "'v' || n % 5" if kind == "text" and column.endswith(("_state", "_kind", "_content", "relation")) else FILL[kind]


def paging_statements():
    """(name, text) of every method that lists and ends its page by :call.limit."""
    for path in sorted((ROOT / "services/workforce/sql").glob("List*.sql")):
        text = path.read_text()
        if ":call.limit" in text and path.stem not in RANKED and f"workforce.{path.stem}" in messages.methods("workforce"):
            yield path.stem, text.split("\n", 1)[1]


def parameter_type(method, name):
    if name in CALL:
        return CALL[name]
    if name.startswith("call."):
        return "bool"
    field = messages.request_type(f"workforce.{method}").DESCRIPTOR.fields_by_name[name]
    if name.endswith("_date"):
        return "date"
    return {field.CPPTYPE_INT32: "int4", field.CPPTYPE_INT64: "int8", field.CPPTYPE_BOOL: "bool"}.get(field.cpp_type, "text")


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


class PlanTest(ServiceCase):
    services = ("workforce",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ask = lambda _, text: cls.house.node.cluster.sql(cls.house.node.database, text)
        tables = cls.ask(None, "SELECT tablename FROM pg_tables WHERE schemaname = 'workforce' AND tablename NOT IN ('journal', 'schema_version', 'follow_cursor')")
        columns = cls.ask(None, "SELECT table_name, column_name, udt_name, is_generated FROM information_schema.columns WHERE table_schema = 'workforce' ORDER BY ordinal_position")
        text = ["CREATE SCHEMA plan; SET search_path = plan, workforce;"]
        for [table] in tables:
            mine = [(name, kind) for of, name, kind, generated in columns if of == table and generated == "NEVER"]
            values = ", ".join(value_of(table, name, kind) for name, kind in mine)
            text.append(f"CREATE TABLE plan.{table} (LIKE workforce.{table} INCLUDING INDEXES INCLUDING GENERATED);"
                        f"INSERT INTO plan.{table} ({', '.join(name for name, _ in mine)}) SELECT {values} FROM generate_series(1, {FEW.get(table, ROWS)}) n "
                        f"ON CONFLICT DO NOTHING; ANALYZE plan.{table};")
        for view, definition in cls.ask(None, "SELECT viewname, replace(replace(pg_get_viewdef(('workforce.' || viewname)::regclass), 'workforce.', ''), chr(10), ' ') "
                                              "FROM pg_views WHERE schemaname = 'workforce'"):
            text.append(f"CREATE VIEW plan.{view} AS {definition}")
        cls.ask(None, "\n".join(text))

    def plan_of(self, method, text):
        names = sorted(set(re.findall(r"(?<!:):([a-z_]+(?:\.[a-z_]+)?)", text)), key=len, reverse=True)
        types = [parameter_type(method, name) for name in names]
        for number, name in enumerate(names, 1):
            text = re.sub(rf"(?<!:):{re.escape(name)}(?![a-z_.])", f"${number}", text)
        rows = self.ask(f"SET search_path = plan, workforce; SET jit = off; SET plan_cache_mode = force_generic_plan; PREPARE page ({', '.join(types)}) AS {text}; "
                        f"EXPLAIN (FORMAT JSON) EXECUTE page ({', '.join(VALUE[kind] for kind in types)})")
        return json.loads("\n".join(row[0] for row in rows))[0]["Plan"]

    def test_every_page_comes_by_an_index(self):
        """R108 R094: no list of this service reads a growing table from end to end, nor sorts more than its page."""
        names = []
        for method, text in paging_statements():
            with self.subTest(method):
                for node in nodes(self.plan_of(method, text)):
                    table = node.get("Relation Name")
                    self.assertFalse(node["Node Type"] == "Seq Scan" and table not in FEW, f"{method} reads all of {table}")
                    if node["Node Type"] in ("Sort", "Incremental Sort"):
                        below = node["Plans"][0]["Plan Rows"]
                        self.assertLess(below, SORTED_MOST, f"{method} sorts {below} rows")
            names.append(method)
        self.assertLessEqual({"ListAttendance", "ListAgreements", "ListPasses", "ListRepairs", "ListTrainees", "ListWorkers"}, set(names))


if __name__ == "__main__":
    unittest.main()
