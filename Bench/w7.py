# SPDX-License-Identifier: Apache-2.0
"""W7: statistics: counts that are kept with every entry, and a question that nobody kept counts for."""
import http.client
import statistics
import time
from contextlib import ExitStack

from ours import STATISTICS, expect
from processes import megabytes
from report import BenchError, Sample, Step, times, value_at_most

KEPT, FREE = f"{STATISTICS}?by=commune,age,sex", f"{STATISTICS}?by=commune,ethnicity,sex"
KEPT_REQUESTS, FREE_REQUESTS = 50, 3


def run(bench, city):
    size = f"{city.people:,}"
    kept = bench.measure("W7", f"commune × age × sex of {size}, kept counts", "ms", faster_is_less=True,
                         gate=[value_at_most(5, "p50 ≤ 5 ms")])
    free = bench.measure("W7", f"a free question about {size}", "s", floor="sqlite", faster_is_less=True,
                         gate=[times("sqlite", 15)], goal=[times("duckdb", 1)])
    with ExitStack() as open_servers:
        database = bench.floor_database(city)
        steps = [Step("sqlite", [free], lambda _: scan(bench.peers.sqlite_scan(database, city.people), database))]
        if "duckdb" in bench.peers.available:
            parquet = city.folder / "floor.parquet"
            steps.append(Step("duckdb", [free],
                              lambda _: scan(bench.peers.duckdb_scan(city.floor, parquet, city.people), parquet)))
        if bench.ours:
            ours = bench.our_database(city)
            reader = bench.ours.reader(ours)
            # What was not declared as a count is for those with the right to persons.
            officer = bench.ours.officer(ours)
            server = open_servers.enter_context(bench.ours.serve(ours))
            for path, headers in ((KEPT, reader), (FREE, officer)):
                expect(server.get(path, headers, timeout=300), [200], path)
            steps += [
                Step("ours", [kept], lambda _: ask(server, KEPT, reader, KEPT_REQUESTS, thousandths=True)),
                Step("ours", [free], lambda _: ask(server, FREE, officer, FREE_REQUESTS, thousandths=False)),
            ]
        bench.alternate("W7", steps)


def scan(done, file):
    """The second scan of a process, when the pages are in memory."""
    result = done.last_json()
    return Sample(result["seconds"], cpu_us=result["cpu"] * 1e6, peak_mb=done.peak_mb, database_mb=megabytes(file))


def ask(server, path, headers, count, thousandths):
    """Median latency of some requests on one connection, read to the end, after one that does not count."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    seconds = []
    try:
        for number in range(count + 1):
            if number == 1:
                before = server.cpu_seconds()
            start = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise BenchError(f"{path} answered {answer.status}")
            seconds.append(time.perf_counter() - start)
    finally:
        connection.close()
    cpu = server.cpu_seconds() - before
    scale = 1000 if thousandths else 1
    return Sample(statistics.median(seconds[1:]) * scale, cpu_us=cpu * 1e6 / count,
                  p50_ms=statistics.median(seconds[1:]) * 1000, requests=count, peak_mb=server.peak_mb(),
                  database_mb=megabytes(server.database))
