"""A hundred thousand people from a file: the operator's import (every cell checked, numbers sealed, each call in the journal, resumable) against COPY
that stores the same sealed rows in the same tables, in transactions of the same size (the peer of every batch, DESIGN 4): import_vs_copy. Told beside it
without a bound: psql's \\copy of the open file into a plain table, which checks, seals and remembers nothing; sealing two numbers a row and hashing the
journal alone take longer than that."""
import statistics
import time

from tests.lib import BUILD, people

ROWS, CHUNK = 100_000, 500
HEADS = "姓名,公民身份号码,联系电话,户籍地区划代码,家庭住址,人员类别,民族代码,户名,银行账号,开户银行,技能等级,劳动能力"


def _file(bench):
    """People who are not registered yet, as the offices list them, all columns filled."""
    path, first = bench.directory / "roster.csv", bench.next_person
    bench.next_person += ROWS
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADS + "\r\n")
        for i in range(first, first + ROWS):
            file.write(f"{people.name(i)},{people.id_number(i)},{people.phone(i)},140214002,云冈区新平旺街道第{i % 40 + 1}村,农村劳动力,01,{people.name(i)},"
                       f"{people.card(i)},示例银行云冈支行,普工,能从事土方开挖与栽植\r\n")
    return path


def _rate(work):
    began = time.monotonic()
    work()
    return ROWS / (time.monotonic() - began)


def _copy_stored(bench, run):
    """COPY of the sealed rows in their order into tables with the same indexes, in transactions of as many rows as the import's."""
    conninfo = bench.cluster.conninfo("wr_bench")
    bench.sql("DROP TABLE IF EXISTS peer.worker, peer.worker_unit; CREATE TABLE peer.worker (LIKE workforce.worker INCLUDING ALL); "
              "CREATE TABLE peer.worker_unit (LIKE workforce.worker_unit INCLUDING ALL)")
    tables = {table: run("psql", "-X", "-q", "-d", conninfo, "-c", f"COPY (SELECT t.* FROM workforce.{table} t JOIN workforce.worker w USING (worker_number) "
                         f"ORDER BY w.ctid DESC LIMIT {ROWS}) TO STDOUT").splitlines(keepends=True) for table in ("worker", "worker_unit")}
    script = []
    for part in range(0, ROWS, CHUNK):
        script.append("BEGIN;")
        for table, lines in tables.items():
            path = bench.directory / f"{table}-{part}"
            path.write_text("".join(lines[part:part + CHUNK]))
            script.append(f"\\copy peer.{table} FROM '{path}'")
        script.append("COMMIT;")
    bench.quiet()
    return _rate(lambda: run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo, data="\n".join(script)))


def import_vs_copy(bench, run, rounds):
    ours, plain, stored = [], [], []
    for _ in range(rounds):
        path = _file(bench)
        bench.sql("DROP TABLE IF EXISTS peer.roster; CREATE TABLE peer.roster (worker_name text, id_number text PRIMARY KEY, " +
                  ", ".join(f"column_{i} text" for i in range(10)) + ")")
        bench.quiet()
        ours.append(_rate(lambda: run(BUILD / "bin/workrelief", "import", "workers", path, "--node", bench.node.directory)))
        bench.quiet()
        plain.append(_rate(lambda: run("psql", "-X", "-q", "-d", bench.cluster.conninfo("wr_bench"), "-c", f"\\copy peer.roster FROM '{path}' CSV HEADER")))
        stored.append(_copy_stored(bench, run))
    ours, plain, stored = (statistics.median(rates) for rates in (ours, plain, stored))
    bench.tell("import_vs_copy", ours, "rows/s", ours / stored)
    bench.tell("import_vs_copy_peer", stored, "rows/s")
    bench.tell("import_vs_plain_copy_peer", plain, "rows/s", ours / plain)
