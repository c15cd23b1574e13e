# SPDX-License-Identifier: Apache-2.0
"""W6: the Merkle journal: durable appends, proofs over HTTP, verification of the whole."""
import json
from contextlib import ExitStack

from ours import RECORDS, expect, record_path
from processes import megabytes, need
from report import BenchError, Sample, Step, say, times, value_at_least, value_at_most
from w1 import check_counts, sample_of
from w2 import getter, refs_of, writer
from w3 import our_server

VERIFY_SECONDS_A_MILLION, VERIFICATIONS = 20, 2


def run(bench, city):
    need("wrk", "wrk")
    loaded = bench.measure("W6", "durable append, by a load", "entries/s",
                           gate=[value_at_least(10_000), times("floor", 0.1)], goal=[times("floor", 0.5)])
    put = bench.measure("W6", "durable append, one by one over HTTP", "entries/s",
                        gate=[value_at_least(10_000), times("floor", 0.1)], goal=[times("floor", 0.5)])
    steps = [Step("floor", [loaded, put], lambda _: floor_append(bench))]
    with ExitStack() as open_servers:
        if bench.ours:
            proof = bench.measure("W6", "proof over HTTP", "requests/s", floor="our look-up",
                                  gate=[times("our look-up", 0.7)])
            server, officer = our_server(bench, city, open_servers)
            reader = bench.ours.reader(server.database / "city.db")
            refs = refs_of(city, server, officer)
            check_proof(refs, server, reader)
            steps += [
                Step("ours", [loaded], lambda _: load(bench, city)),
                Step("ours", [put], writer(bench, city, server, "ours", officer)),
                Step("our look-up", [proof], getter(server, f"{RECORDS}/", refs, headers=reader)),
                Step("ours", [proof], getter(server, f"{RECORDS}/", refs, "/proof", reader)),
            ]
        bench.alternate("W6", steps)
    if bench.ours:
        verify(bench, city)


def floor_append(bench):
    folder = bench.fresh_folder()
    done = bench.peers.merkle(folder)
    figures = {f["measure"]: f for f in map(json.loads, done.output.splitlines())}
    bench.remove(folder)
    durable = figures.pop("durable append")
    bench.recorder.note("W6", who="floor", **{name: figure["rate"] for name, figure in figures.items()})
    return Sample(durable["rate"], cpu_us=durable["cpu_us"], peak_mb=done.peak_mb)


def load(bench, city):
    folder = bench.copy(bench.prepared(city))
    done, counts = bench.ours.load("population", city.population, folder / "city.db", city.people)
    check_counts(counts, city)
    sample = sample_of(done, counts["added"], folder)
    bench.remove(folder)
    return sample


def check_proof(refs, server, reader):
    """A proof has its parts; that its hashes are right is what `verify` and the project's tests are for."""
    with open(refs) as ids:
        body = expect(server.get(record_path(next(ids).strip()) + "/proof", reader), [200], "a proof")
    missing = {"leaf", "disclosures", "index", "size", "path", "checkpoint"} - json.loads(body).keys()
    if missing:
        raise BenchError(f"the proof has no {', '.join(sorted(missing))}")


def verify(bench, city):
    limit = VERIFY_SECONDS_A_MILLION * max(city.people, 1_000_000) / 1e6
    whole = bench.measure("W6", f"verify {city.people:,} entries", "s", faster_is_less=True,
                          gate=[value_at_most(limit, f"≤ {limit:g} s")])
    database = bench.our_database(city)
    for number in range(min(bench.rounds, VERIFICATIONS)):
        done = bench.ours.verify(database, city.people)
        say(f"W6: verification {number + 1}: {done.seconds:.1f} s")
        bench.recorder.add(whole, "ours", Sample(
            done.seconds, cpu_us=done.cpu * 1e6 / city.people, peak_mb=done.peak_mb,
            database_mb=megabytes(database.parent)))
