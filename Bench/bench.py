# SPDX-License-Identifier: Apache-2.0
"""The benchmark: options, what is prepared once, who takes turns, which works run."""
import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import people
import w1
import w2
import w3
import w4
import w5
import w6
import w7
import w8
import w10
import w11
import w12
import w13
import w14
from ours import Ours
from peers import HERE, Peers, compile_floors
from processes import stop_all
from report import BenchError, Recorder, say

ROOT = HERE.parent
WORKS = {"W1": w1, "W2": w2, "W3": w3, "W4": w4, "W5": w5, "W6": w6, "W7": w7, "W8": w8, "W10": w10, "W11": w11, "W12": w12, "W13": w13, "W14": w14}
AT_FULL_SIZE, FULL_PEOPLE = ("W1", "W7"), 8_000_000


class Bench:
    def __init__(self, options, scratch, recorder):
        self.options, self.scratch, self.recorder = options, scratch, recorder
        self.rounds, self.seconds = options.rounds, options.seconds
        self.run_folder = scratch / "run"
        shutil.rmtree(self.run_folder, ignore_errors=True)
        self.run_folder.mkdir(parents=True)
        self.peers = Peers(scratch / "venv", self.run_folder, compile_floors(scratch))
        self.ours = None
        self._span = 0
        self._loaded, self._floors, self._prepared, self._indexed = {}, {}, {}, set()

    # What is prepared once

    def find_program(self):
        program = Path(self.options.binary) if self.options.binary else ROOT / ".build" / "release" / "thanglong"
        if not program.exists() and not self.options.binary:
            say("Building thanglong for release.")
            if subprocess.run(["swift", "build", "-c", "release"], cwd=ROOT, stdout=sys.stderr).returncode:
                raise BenchError("`swift build -c release` failed")
        if not program.exists():
            raise BenchError(f"there is no program {program}")
        self.ours = Ours(program.resolve(), self.run_folder)

    def city(self, count):
        folder = self.scratch / (f"city-{count}" if self.ours else f"floor-city-{count}")
        city = people.known_city(folder)
        if city and (not self.ours or city.population.stat().st_mtime > self.ours.program.stat().st_mtime):
            return city
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        say(f"Making a city of {count:,} people.")
        if not self.ours:
            return people.make_city_of_the_floor(folder, count)
        self.ours.synth(folder, count)
        return people.make_city(folder)

    def prepared(self, city):
        """A database of ours with the households and without the people."""
        if city.people not in self._prepared:
            folder = self.fresh_folder()
            say("Loading the households.")
            self.ours.load("household", city.household, folder / "city.db", city.people)
            self._prepared[city.people] = folder
        return self._prepared[city.people]

    def keep_loaded(self, city, folder):
        """A round's database that now holds the people: later works need not load them again."""
        if city.people in self._loaded:
            self.remove(self._loaded[city.people])
        self._loaded[city.people] = folder

    def keep_floor(self, city, folder):
        if city.people in self._floors:
            self.remove(self._floors[city.people])
        self._floors[city.people] = folder

    def our_database(self, city, to_write=False):
        """Our database with everybody in it; `to_write` gives a copy that may be changed and is then removed."""
        if city.people not in self._loaded:
            folder = self.copy(self.prepared(city))
            say("Loading the people.")
            w1.check_counts(self.ours.load("population", city.population, folder / "city.db", city.people)[1], city)
            # A city in use has been looked at; else the first look at everybody would run beside what is measured.
            self.ours.run("quality", "--database", folder / "city.db", "--json", rows=city.people * 4)
            self.ours.run("entitlements", "--database", folder / "city.db", "--json", rows=city.people)
            self.keep_loaded(city, folder)
        folder = self._loaded[city.people]
        return (self.copy(folder) if to_write else folder) / "city.db"

    def floor_database(self, city, to_write=False, indexed=False):
        """The floor's table with everybody in it, with the full-text index when that is asked for."""
        if city.people not in self._floors:
            folder = self.fresh_folder()
            say("Loading the floor's people.")
            self.peers.load_floor(city.floor, folder / "people.db", city.people)
            self.keep_floor(city, folder)
        folder = self._floors[city.people]
        if indexed and folder not in self._indexed:
            say("Indexing the floor's names.")
            self.peers.index(folder / "people.db", city.people)
            self._indexed.add(folder)
        return (self.copy(folder) if to_write else folder) / "people.db"

    def fresh_folder(self):
        return Path(tempfile.mkdtemp(dir=self.run_folder))

    def copy(self, folder):
        target = self.fresh_folder()
        shutil.copytree(folder, target, dirs_exist_ok=True)
        return target

    def remove(self, folder):
        shutil.rmtree(folder, ignore_errors=True)

    def forget(self, city):
        for known in (self._loaded, self._floors, self._prepared):
            if city.people in known:
                self.remove(known.pop(city.people))

    def close(self):
        stop_all()
        self.remove(self.run_folder)

    def next_span(self):
        """A number for each run that writes, so that no run repeats another's IDs."""
        self._span += 1
        return self._span

    # Who takes turns

    def alternate(self, work, steps, warm_up=None):
        """Every contender once a round, in the other order every other round."""
        if warm_up:
            for step in steps:
                step.take(warm_up)
        for number in range(self.rounds):
            for step in steps if number % 2 == 0 else reversed(steps):
                sample = step.take(self.seconds)
                for measure in step.measures:
                    self.recorder.add(measure, step.who, sample)
            say(f"{work}: round {number + 1} of {self.rounds}")

    def measure(self, *arguments, **named):
        return self.recorder.measure(*arguments, **named)

    def run_works(self, names, count):
        city = self.city(count)
        for name in names:
            say(f"{WORKS[name].__doc__.strip()} ({city.people:,} people)")
            start = time.monotonic()
            try:
                WORKS[name].run(self, city)
            except (BenchError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
                self.recorder.fail(name, error)
            say(f"{name} took {time.monotonic() - start:.0f} s.")
        self.forget(city)


def syncs_a_second(folder, seconds=1.0):
    """How often this disk makes 4 KiB durable: the figure that explains slow days."""
    with tempfile.TemporaryFile(dir=folder) as file:
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            file.write(b"\7" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - start)


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="Measures Thăng Long against floors in C and against what a user would pick "
        "instead, on the same people, taking turns in one run; Bench/README.md says how to read the figures.")
    parser.add_argument("--people", type=int, default=1_000_000, metavar="N", help="How many people the city has.")
    parser.add_argument("--only", default="", metavar="W1,W2,…",
                        help="Runs only these of " + ", ".join(WORKS) + ", or `floors`: all without our program.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="How often each contender takes its turn.")
    parser.add_argument("--seconds", type=int, default=5, metavar="S", help="How long each turn over HTTP lasts.")
    parser.add_argument("--dossiers", type=int, default=20_000, metavar="N", help="How many dossiers W13 has in its inbox.")
    parser.add_argument("--bills", type=int, default=200_000, metavar="N", help="How many open bills W5 has.")
    parser.add_argument("--full", action="store_true", help="Runs W1 and W7 with 8,000,000 people too.")
    parser.add_argument("--json", metavar="FILE", help="Writes every line of JSON into this file too.")
    parser.add_argument("--with-peers", action="store_true",
                        help="Installs FastAPI, Django and DuckDB with pip into the benchmark's own folder first.")
    parser.add_argument("--binary", metavar="FILE", help="Measures this program instead of .build/release/thanglong.")
    options = parser.parse_args(arguments)
    wanted = [part for part in options.only.split(",") if part]
    unknown = [part for part in wanted if part != "floors" and part not in WORKS]
    if unknown:
        parser.error(f"--only knows {', '.join(WORKS)} and floors, not {', '.join(unknown)}")
    if min(options.people, options.rounds, options.seconds) < 1:
        parser.error("--people, --rounds and --seconds are at least 1")
    options.floors_alone = "floors" in wanted
    options.works = [name for name in WORKS if name in wanted or not set(wanted) - {"floors"}]
    return options


def main(arguments=None):
    options = read_options(arguments)
    scratch = Path(os.environ.get("THANGLONG_BENCH") or Path(tempfile.gettempdir()) / "thanglong-bench").resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with open(scratch / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another benchmark runs in {scratch}: two at once would measure each other.")
            return 1
        return measure_all(options, scratch)


def measure_all(options, scratch):
    recorder, bench = Recorder(options.json), None
    try:
        bench = Bench(options, scratch, recorder)
        if not options.floors_alone:
            bench.find_program()
        if options.with_peers:
            try:
                bench.peers.install()
            except BenchError as error:
                recorder.fail("peers", error)
        bench.peers.find()
        recorder.note("machine", cores=os.cpu_count(), syncs_a_second=syncs_a_second(scratch),
                      load_average=os.getloadavg()[0], people=options.people, rounds=options.rounds,
                      seconds=options.seconds)
        bench.run_works(options.works, options.people)
        if options.full:
            bench.run_works([name for name in options.works if name in AT_FULL_SIZE], FULL_PEOPLE)
    except BenchError as error:
        recorder.fail("bench", error)
    except KeyboardInterrupt:
        recorder.fail("bench", "interrupted")
    finally:
        if bench:
            bench.close()
        recorder.finish()
    return 1 if recorder.failures else 0
