# SPDX-License-Identifier: Apache-2.0
"""W1: loading people from CSV, durably, and loading a change of 1 % of them."""
import os

from processes import megabytes
from report import BenchError, Sample, Step, peak_below, say, times, value_at_least, value_at_most

REJECTED_SHARE_MAX = 0.05  # The city has some lines that must be refused; more than this and the load says nothing.
FULL_SECONDS_MAX = 150     # The goal for eight million people.


def check_counts(counts, city):
    """A load that refused much is no load."""
    if counts.get("added", 0) < city.people * (1 - REJECTED_SHARE_MAX):
        raise BenchError(f"of {city.people:,} people only {counts.get('added')} were added: {counts}")


def run(bench, city):
    size = f"{city.people:,}"
    goal = [times("floor", 0.65), peak_below(300)]
    if city.people >= 7_500_000:
        goal.append(value_at_least(city.people / FULL_SECONDS_MAX, f"≤ {FULL_SECONDS_MAX} s"))
    load = bench.measure("W1", f"load {size} people", "rows/s", gate=[times("floor", 0.4)], goal=goal)
    delta = bench.measure("W1", "load a change of 1 %", "% of the full load", gate=[value_at_most(3, "≤ 3 %")],
                          goal=[value_at_most(1.5, "≤ 1.5 %")])

    def take_floor(_):
        folder = bench.fresh_folder()
        os.sync()
        done = bench.peers.load_floor(city.floor, folder / "people.db", city.people)
        if done.last_json()["rows"] < city.people * (1 - REJECTED_SHARE_MAX):
            raise BenchError(f"the floor refused too much: {done.output.strip()}")
        sample = sample_of(done, city.people, folder)
        bench.keep_floor(city, folder)
        return sample

    def take_ours(_):
        folder = bench.copy(bench.prepared(city))
        os.sync()
        done, counts = bench.ours.load("population", city.population, folder / "city.db", city.people)
        check_counts(counts, city)
        sample = sample_of(done, city.people, folder)
        os.sync()
        changed, counts = bench.ours.load("population", city.delta, folder / "city.db", city.people)
        if counts.get("changed", 0) < city.people * 0.008:
            raise BenchError(f"1 % of the people should have changed: {counts}")
        bench.recorder.add(delta, "ours", Sample(
            100 * changed.seconds / done.seconds, cpu_us=changed.cpu * 1e6 / counts["changed"],
            peak_mb=changed.peak_mb, database_mb=megabytes(folder)))
        bench.keep_loaded(city, folder)
        return sample

    steps = [Step("floor", [load], take_floor)]
    if bench.ours:
        bench.prepared(city)
        steps.append(Step("ours", [load], take_ours))
    bench.alternate("W1", steps)
    if bench.ours:
        load_whole_again(bench, city, load)
        growth(bench, city, load)


def sample_of(done, rows, folder):
    return Sample(rows / done.seconds, cpu_us=done.cpu * 1e6 / rows, peak_mb=done.peak_mb,
                  database_mb=megabytes(folder))


def load_whole_again(bench, city, load):
    """For information: the whole first file again, from which the change of 1 % made the database differ, as an office
    sends it that does not know what changed."""
    known = bench.measure("W1", "load all again, 1 % changed", "% of the full load")
    say("W1: loading the whole file again, 1 % changed.")
    folder = bench.our_database(city, to_write=True).parent
    done, counts = bench.ours.load("population", city.population, folder / "city.db", city.people)
    full_seconds = city.people / load.median("ours")
    bench.recorder.add(known, "ours", Sample(100 * done.seconds / full_seconds, cpu_us=done.cpu * 1e6 / city.people,
                                             peak_mb=done.peak_mb, database_mb=megabytes(folder)))
    bench.recorder.note("W1", measure="counts of the load again", **counts)
    bench.remove(folder)


def growth(bench, city, load):
    """The rate at the larger size as a share of the rate at the smaller one."""
    smaller = [m for m in bench.recorder.measures if m.work == "W1" and m is not load and m.unit == load.unit
               and m.median("ours")]
    if smaller:
        share = bench.measure("W1", f"load rate kept at {city.people:,}", "share", gate=[value_at_least(0.8)])
        bench.recorder.add(share, "ours", Sample(load.median("ours") / smaller[0].median("ours")))
