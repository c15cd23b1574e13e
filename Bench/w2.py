# SPDX-License-Identifier: Apache-2.0
"""W2: looking people up by key over HTTP, without and with the read entered in the journal of reads."""
import json
from contextlib import ExitStack

from ours import RECORDS, expect, record_path
from peers import HERE
from processes import CLIENTS, need, wrk
from report import Step, cpu_at_most, times

GET = HERE / "wrk" / "get.lua"
WRITE = HERE / "wrk" / "write.lua"
# Refs asked for before the measuring.
REFS = 5000


def getter(server, prefix, file, suffix="", headers=None, clients=CLIENTS):
    """A turn of GETs of random addresses."""
    return lambda seconds: wrk(server, GET, [prefix, file, suffix], seconds, headers, clients)


def one_page(bench, server, path, headers=None):
    """A turn of GETs of one address."""
    nothing = bench.run_folder / "nothing.txt"
    nothing.write_text("\n")
    return getter(server, path, nothing, headers=headers)


def writer(bench, city, server, whose, headers=None, spans=None):
    """A turn of writes of new people; no turn repeats another's IDs. `spans` collects which IDs each turn used."""
    def take(seconds):
        span = bench.next_span()
        if spans is not None:
            spans.append(span)
        return wrk(server, WRITE, [whose, city.prefixes, city.households, span], seconds, headers)
    return take


def run(bench, city):
    need("wrk", "wrk")
    look_up = bench.measure(
        "W2", "look-up by key, authority checked", "requests/s",
        gate=[times("django", 10), times("fastapi", 3), cpu_at_most(80)],
        goal=[times("django", 20), times("floor", 0.4), cpu_at_most(45)])
    logged = bench.measure("W2", "look-up, the read entered durably", "requests/s", floor="floor write",
                           goal=[times("floor write", 0.25)])
    health = bench.measure("W2", "/health: the server alone", "requests/s")

    with ExitStack() as open_servers:
        database = bench.floor_database(city)
        floor = open_servers.enter_context(bench.peers.floor(database))
        written = bench.floor_database(city, to_write=True)
        open_servers.callback(bench.remove, written.parent)
        floor_of_writes = open_servers.enter_context(bench.peers.floor(written))
        steps = [
            Step("floor", [look_up, health], getter(floor, "/people/", city.ids)),
            Step("floor write", [logged], writer(bench, city, floor_of_writes, "floor")),
        ]
        for name, server in bench.peers.http(database).items():
            steps.append(Step(name, [look_up], getter(open_servers.enter_context(server), "/people/", city.ids)))
        if bench.ours:
            steps += our_steps(bench, city, open_servers, look_up, logged, health)
        bench.alternate("W2", steps, warm_up=1)


def refs_of(city, server, officer):
    """Who may not see the personal number asks by the record's ref, as pages and links do: the refs of the first people of the list."""
    refs = city.ids.with_name("refs.txt")
    with open(city.ids) as ids, open(refs, "w") as out:
        for id, _ in zip(ids, range(REFS)):
            out.write(json.loads(expect(server.get(record_path(id.strip()), officer), [200], "a look-up with a purpose"))["ref"] + "\n")
    return refs


def our_steps(bench, city, open_servers, look_up, logged, health):
    database = bench.our_database(city, to_write=True)
    open_servers.callback(bench.remove, database.parent)
    reader, officer = bench.ours.reader(database), bench.ours.officer(database)
    server = open_servers.enter_context(bench.ours.serve(database))
    refs = refs_of(city, server, officer)
    with open(city.ids) as ids, open(refs) as some:
        expect(server.get(record_path(next(ids).strip()), officer), [200], "a look-up with a purpose")
        expect(server.get(record_path(next(some).strip()), reader), [200], "a look-up without the grant `personal`")
    return [
        Step("ours", [look_up], getter(server, f"{RECORDS}/", refs, headers=reader)),
        Step("ours", [logged], getter(server, f"{RECORDS}/", city.ids, headers=officer)),
        Step("ours", [health], one_page(bench, server, "/health")),
    ]
