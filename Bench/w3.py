# SPDX-License-Identifier: Apache-2.0
"""W3: writing new people over HTTP, each answered when it is durable; ours are proven entries."""
import json
from contextlib import ExitStack

from ours import expect, record_path
from processes import need
from report import Step, cpu_at_most, times
from w2 import writer


def run(bench, city):
    need("wrk", "wrk")
    write = bench.measure("W3", "durable write of a person", "requests/s",
                          gate=[times("django", 10), times("floor", 0.25), cpu_at_most(120)],
                          goal=[times("django", 20), times("floor", 0.5)])
    with ExitStack() as open_servers:
        database = bench.floor_database(city, to_write=True)
        open_servers.callback(bench.remove, database.parent)
        floor = open_servers.enter_context(bench.peers.floor(database))
        steps = [Step("floor", [write], writer(bench, city, floor, "floor"))]
        for name, server in bench.peers.http(database).items():
            steps.append(Step(name, [write], writer(bench, city, open_servers.enter_context(server), "floor")))
        spans = []
        if bench.ours:
            server, officer = our_server(bench, city, open_servers)
            steps.append(Step("ours", [write], writer(bench, city, server, "ours", officer, spans)))
        bench.alternate("W3", steps, warm_up=1)
        for span in spans:
            check_that_it_is_there(city, server, officer, span)


def our_server(bench, city, open_servers):
    """A server over a copy of everybody, with a system that may write; one write proves that it may."""
    database = bench.our_database(city, to_write=True)
    open_servers.callback(bench.remove, database.parent)
    officer = bench.ours.officer(database)
    server = open_servers.enter_context(bench.ours.serve(database))
    path, person = new_person(city, bench.next_span())
    expect(server.request("PUT", path, {**officer, "Content-Type": "application/json"}, person), [201],
           f"the PUT of a new person to {path}")
    expect(server.get(path, officer), [200], "the look-up of the person just written")
    return server, officer


def new_person(city, span, serial=0):
    """The path and the body of a person as `write.lua` makes them."""
    prefix, year = nth_line(city.prefixes, span * 4).split()
    household, commune = nth_line(city.households, serial + 1).split()
    item = {"name": "Nguyễn Thị Hương", "birth": f"{year}-01-02", "sex": "female", "ethnicity": "01",
            "household": household, "relation": "other", "commune": commune}
    return record_path(f"{prefix}{serial:06d}"), json.dumps({"item": item}, ensure_ascii=False).encode()


def nth_line(file, number):
    with open(file) as lines:
        every = lines.read().splitlines()
    return every[number % len(every)]


def check_that_it_is_there(city, server, officer, span):
    """An early person of one of our turns must be found: an answer that was not kept is no write. (wrk asks the
    script for one request before it starts, so the first person of a turn is number 1.)"""
    path, _ = new_person(city, span, serial=1)
    expect(server.get(path, officer), [200], "the look-up of a person whose write was answered")
