# SPDX-License-Identifier: Apache-2.0
"""W4: searching people by full name without diacritics, twenty hits at most."""
import json
from contextlib import ExitStack
from itertools import islice

from ours import RECORDS, expect
from processes import CLIENTS, need
from report import BenchError, Step, p99_below, times
from w2 import getter

LIMIT = "&limit=20"
NAMES_COMPARED = 50
FEW = 4  # Clients that leave the server room: with 64 the wait in the queue would be measured, not the search.


def run(bench, city):
    need("wrk", "wrk")
    search = bench.measure("W4", "search by folded name, 20 hits", "requests/s", gate=[times("floor", 1)],
                           goal=[times("floor", 5)])
    unhurried = bench.measure("W4", f"the same, {FEW} clients", "requests/s", gate=[p99_below(20)])
    with ExitStack() as open_servers:
        database = bench.floor_database(city, indexed=True)
        floor = open_servers.enter_context(bench.peers.floor(database))
        steps = [Step("floor", [search], getter(floor, "/search?q=", city.names)),
                 Step("floor", [unhurried], getter(floor, "/search?q=", city.names, clients=FEW))]
        for name, server in bench.peers.http(database).items():
            steps.append(Step(name, [search], getter(open_servers.enter_context(server), "/search?q=", city.names)))
        if bench.ours:
            database = bench.our_database(city, to_write=True)
            open_servers.callback(bench.remove, database.parent)
            systems = [bench.ours.reader(database), bench.ours.officer(database)]
            server = open_servers.enter_context(bench.ours.serve(database))
            headers = who_may_search(bench, city, server, floor, systems)
            for measure, clients in ((search, CLIENTS), (unhurried, FEW)):
                steps.append(Step("ours", [measure],
                                  getter(server, f"{RECORDS}?q=", city.names, LIMIT, headers, clients)))
        bench.alternate("W4", steps, warm_up=1)


def who_may_search(bench, city, server, floor, systems):
    """The first system that finds people: names may be hidden from one that may read no personal field. Both sides
    must find about as many, or they do not do the same work."""
    with open(city.names) as lines:
        names = [line.strip() for line in islice(lines, NAMES_COMPARED)]
    theirs = sum(len(json.loads(expect(floor.get(f"/search?q={n}"), [200], "the floor"))) for n in names)
    for headers in systems:
        answers = [server.get(f"{RECORDS}?q={name}{LIMIT}", headers) for name in names]
        ours = sum(len(json.loads(body).get("records", [])) for status, body in answers if status == 200)
        bench.recorder.note("W4", measure="hits of 50 names", ours=ours, floor=theirs,
                            reads_entered="Purpose" in headers)
        if ours >= 0.9 * theirs:
            return headers
    raise BenchError(f"our search found {ours} people where the floor found {theirs}: {answers[0][1][:200]}")
