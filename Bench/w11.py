# SPDX-License-Identifier: Apache-2.0
"""W11: the same city on PostgreSQL: against PostgreSQL's own tools, and against ourselves on SQLite."""
import os
import re
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from ours import RECORDS, STATISTICS, Ours, expect
from processes import run_timed
from report import BenchError, Sample, Step, times
from w1 import check_counts
from w2 import getter, refs_of, writer

STARTER = Path(__file__).resolve().parent.parent / "bin" / "test-postgres"
TABLE = """CREATE TABLE people (id12 text PRIMARY KEY, name text, birth_date text, sex text, household_id text, ward_code text, address text)"""
# The floor's table as Django's model has it.
DJANGO_TABLE = """CREATE TABLE people AS SELECT id12::bigint AS id, name::varchar(80), lower(name)::varchar(80) AS fold, birth_date::varchar(10) AS birth,
left(sex, 1)::varchar(1) AS sex, household_id::bigint AS hh, ward_code::int AS ward, address::varchar(200) AS addr FROM copied"""
DJANGO_INDEXES = ["ALTER TABLE people ADD PRIMARY KEY (id)", "CREATE INDEX ON people (fold text_pattern_ops)", "CREATE INDEX ON people (hh)", "CREATE INDEX ON people (ward, birth)"]
INDEXES = ["CREATE INDEX ON people (name text_pattern_ops)", "CREATE INDEX ON people (household_id)", "CREATE INDEX ON people (ward_code, birth_date)"]
WRITE_SCRIPT = """\\set number random(1, 2000000000)
INSERT INTO written (id, name, birth, sex, ethnicity, household, relation, commune, content)
VALUES (:number, 'Nguyễn Thị Hương', '1990-01-02', 'female', '01', '1000000001', 'other', '00004', repeat('x', 300)) ON CONFLICT DO NOTHING;
"""


class Postgres:
    """A server of its own whose commits reach the disk."""

    def __init__(self, folder):
        self.folder = folder
        done = subprocess.run([STARTER, "start", folder, "--durable"], capture_output=True, text=True)
        if done.returncode:
            raise BenchError(f"PostgreSQL did not start: {done.stderr.strip()[-300:]}")
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self._count = 0

    def stop(self):
        subprocess.run([STARTER, "stop", self.folder])

    def database(self, template=None):
        self._count += 1
        name = f"bench{self._count}"
        subprocess.run([self.bin / "createdb", "-h", self.folder, "-U", "thanglong", name, *(["-T", template] if template else [])], check=True)
        return name

    def address(self, name):
        return f"postgresql:///{name}?host={self.folder}&user=thanglong"

    def sql(self, name, *statements):
        command = [self.bin / "psql", "-h", self.folder, "-U", "thanglong", "-d", name, "-qAt", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout.strip()

    def megabytes(self, name):
        return int(self.sql(name, f"SELECT pg_database_size('{name}')")) / 1e6


def run(bench, city):
    if not bench.ours:
        return
    load = bench.measure("W11", "load people on PostgreSQL", "rows/s", floor="SQLite", gate=[times("SQLite", 1)])
    look_up = bench.measure("W11", "look-up by key on PostgreSQL", "requests/s", floor="SQLite", gate=[times("django", 10)])
    search = bench.measure("W11", "search by folded name on PostgreSQL", "requests/s", floor="SQLite")
    write = bench.measure("W11", "durable write on PostgreSQL", "requests/s", floor="pgbench", gate=[times("django", 10)])
    two = bench.measure("W11", "durable writes through two servers", "requests/s", floor="one server")
    counts = bench.measure("W11", "commune × age × sex on PostgreSQL", "requests/s", floor="SQLite")
    copied = bench.measure("W11", "copy of the city, SQLite to PostgreSQL", "rows/s")
    with ExitStack() as stack:
        server = Postgres(tempfile.mkdtemp(prefix="thanglong-bench-postgres-"))
        stack.callback(server.stop)
        ours = Ours(bench.ours.program, bench.run_folder, files=bench.run_folder / "postgres-city")
        households = server.database()
        ours.load("household", city.household, server.address(households), city.people)
        kept = {}

        def on_postgres(_):
            name = server.database(template=households)
            os.sync()
            done, result = ours.load("population", city.population, server.address(name), city.people)
            check_counts(result, city)
            kept["name"] = name
            return Sample(city.people / done.seconds, cpu_us=done.cpu * 1e6 / city.people, peak_mb=done.peak_mb, database_mb=server.megabytes(name))

        def on_sqlite(_):
            folder = bench.copy(bench.prepared(city))
            os.sync()
            done, result = bench.ours.load("population", city.population, folder / "city.db", city.people)
            check_counts(result, city)
            bench.keep_loaded(city, folder)
            return Sample(city.people / done.seconds, cpu_us=done.cpu * 1e6 / city.people, peak_mb=done.peak_mb)

        def by_copy(_):
            name = server.database()
            start = time.perf_counter()
            server.sql(name, TABLE, f"\\copy people from '{city.floor}' csv header")
            server.sql(name, *INDEXES)
            seconds = time.perf_counter() - start
            return Sample(city.people / seconds, database_mb=server.megabytes(name))

        bench.prepared(city)
        bench.alternate("W11", [Step("COPY", [load], by_copy), Step("SQLite", [load], on_sqlite), Step("ours", [load], on_postgres)])
        for each in (ours, bench.ours):
            where = server.address(kept["name"]) if each is ours else bench.our_database(city)
            each.run("quality", "--database", where, "--json", rows=city.people * 20)
        over_http(bench, city, stack, server, ours, kept["name"], look_up, search, write, two, counts)
        copy_all(bench, city, server, copied)


def over_http(bench, city, stack, server, ours, name, look_up, search, write, two, counts):
    address = server.address(name)
    sqlite = bench.our_database(city, to_write=True)
    stack.callback(bench.remove, sqlite.parent)
    reader, officer = ours.reader(address), ours.officer(address)
    plain = bench.ours.reader(sqlite)
    plain_officer = bench.ours.officer(sqlite)
    first = stack.enter_context(ours.serve(address))
    second = stack.enter_context(ours.serve(address))
    file = stack.enter_context(bench.ours.serve(sqlite))
    refs = refs_of(city, first, officer)
    path = f"{STATISTICS}?by=commune,age,sex"
    expect(first.get(path, reader), [200], path)
    get_refs = getter(first, f"{RECORDS}/", refs, headers=reader)
    plain_refs = city.ids.with_name("refs-sqlite.txt")
    plain_refs.write_text(refs_of(city, file, plain_officer).read_text())
    refs_of(city, first, officer)

    def statistics(one, headers):
        return lambda seconds: repeated(one, path, headers, seconds)

    bench.alternate("W11", [
        Step("SQLite", [look_up], getter(file, f"{RECORDS}/", plain_refs, headers=plain)),
        Step("ours", [look_up], get_refs),
        # Names are for those who may see persons: each search is entered before it is answered.
        Step("SQLite", [search], getter(file, f"{RECORDS}?q=", city.names, "&limit=20", plain_officer)),
        Step("ours", [search], getter(first, f"{RECORDS}?q=", city.names, "&limit=20", officer)),
        Step("SQLite", [counts], statistics(file, plain)),
        Step("ours", [counts], statistics(first, reader)),
    ], warm_up=1)
    steps = []
    if "django" in bench.peers.available:
        django = stack.enter_context(bench.peers.django(django_table(server, city), Path(server.folder)))
        steps = [Step("django", [look_up], getter(django, "/people/", city.ids)), Step("django", [write], writer(bench, city, django, "floor"))]
    bench.alternate("W11", steps + [
        Step("pgbench", [write], lambda seconds: pgbench(server, seconds)),
        Step("ours", [write], writer(bench, city, first, "ours", officer)),
    ], warm_up=1)
    bench.alternate("W11", [
        Step("one server", [two], writer(bench, city, first, "ours", officer)),
        Step("ours", [two], lambda seconds: both(bench, city, first, second, officer, seconds)),
    ])


def django_table(server, city):
    name = server.database()
    server.sql(name, TABLE.replace("people", "copied"), f"\\copy copied from '{city.floor}' csv header", DJANGO_TABLE, *DJANGO_INDEXES, "ANALYZE")
    return f"host={server.folder} dbname={name}"


def repeated(server, path, headers, seconds):
    """One who asks again as soon as there is an answer."""
    before, start, count, waits = server.cpu_seconds(), time.perf_counter(), 0, []
    while time.perf_counter() - start < seconds:
        asked = time.perf_counter()
        expect(server.get(path, headers), [200], path)
        waits.append((time.perf_counter() - asked) * 1000)
        count += 1
    waits.sort()
    return Sample(count / (time.perf_counter() - start), cpu_us=(server.cpu_seconds() - before) * 1e6 / count, p50_ms=waits[count // 2],
                  p99_ms=waits[int(count * 0.99)], requests=count)


def pgbench(server, seconds):
    """PostgreSQL's own measure: one row as large as ours a transaction, 64 clients."""
    if not server.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'bench_write'"):
        server.sql("postgres", "CREATE DATABASE bench_write")
        server.sql("bench_write", "CREATE TABLE written (id bigint PRIMARY KEY, name text, birth date, sex text, ethnicity text, household text, relation text, commune text, content text)",
                   "CREATE INDEX ON written (name)", "CREATE INDEX ON written (household)", "CREATE INDEX ON written (commune)")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(WRITE_SCRIPT)
        script.flush()
        done = subprocess.run([server.bin / "pgbench", "-h", server.folder, "-U", "thanglong", "-n", "-M", "prepared", "-c", "64", "-j", "2", "-T", str(max(1, seconds)),
                               "-f", script.name, "bench_write"], capture_output=True, text=True)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if not rate:
        raise BenchError(f"pgbench gave no result: {done.stderr[-300:]}")
    return Sample(float(rate[1]))


def both(bench, city, first, second, officer, seconds):
    """Half of the clients at each of two servers."""
    results = {}

    def take(one):
        results[one] = writer(bench, city, one, "ours", officer)(seconds)

    threads = [threading.Thread(target=take, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(results) < 2:
        raise BenchError("one of the two servers gave no result")
    samples = list(results.values())
    return Sample(sum(sample.value for sample in samples), requests=sum(sample.requests for sample in samples), errors=sum(sample.errors for sample in samples),
                  p50_ms=max(sample.p50_ms for sample in samples), p99_ms=max(sample.p99_ms for sample in samples))


def copy_all(bench, city, server, copied):
    name = server.database()
    done = run_timed([bench.ours.program, "copy", bench.our_database(city), server.address(name), "--target-files", bench.run_folder / "copied", "--json"],
                     bench.run_folder, 120 + city.people / 1000)
    bench.recorder.add(copied, "ours", Sample(done.last_json()["rows"] / done.seconds, peak_mb=done.peak_mb, requests=done.last_json()["rows"]))
