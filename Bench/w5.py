# SPDX-License-Identifier: Apache-2.0
"""W5: money: transfers one by one and in batches, month end, signed device messages, a household's basket."""
import json
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from ours import expect
from peers import HERE
from processes import need, run_timed, wrk
from report import BenchError, Sample, Step, p99_below, say, times, value_at_least, value_at_most
from w2 import getter

TRANSFER = HERE / "wrk" / "transfer.lua"
BATCHES = (1000, 8190)
MONTH_END, MONTH_END_SECONDS = 2_300_000, 300
DEVICES = 500


def run(bench, city):
    need("wrk", "wrk")
    single = bench.measure("W5", "durable transfer, one by one over HTTP, 64 clients", "transfers/s", floor="pgbench",
                           gate=[times("pgbench", 3)], goal=[times("pgbench", 5)])
    batched = bench.measure("W5", "durable transfers, 1,000 a request over HTTP", "transfers/s", floor="floor 1,000",
                            gate=[times("pgbench", 10), times("floor 1,000", 0.3)], goal=[times("floor 8,190", 0.5)])
    with ExitStack() as open_servers:
        pgbench = PgBench(bench, open_servers)
        steps = [Step(f"floor {size:,}", [batched], floor(bench, size)) for size in BATCHES]
        if pgbench.address:
            steps.append(Step("pgbench", [single, batched], pgbench.take))
        if bench.ours:
            folder = bench.fresh_folder()
            open_servers.callback(bench.remove, folder)
            token = bench.ours.token(folder / "city.db", "bench", "ledger:read,write")
            server = open_servers.enter_context(bench.ours.serve(folder / "city.db"))
            steps.append(Step("ours", [single], transfers(bench, server, token, 1)))
            steps.append(Step("ours", [batched], transfers(bench, server, token, 1000)))
        bench.alternate("W5", steps, warm_up=1)
        if bench.ours:
            body = json.loads(expect(server.get("/api/v1/ledger/sum", token), [200], "the ledger's sum"))
            if body != {"sum": 0}:
                raise BenchError(f"the ledger does not sum to zero: {body}")
            month_end(bench, server, token)
    if bench.ours:
        devices(bench, city)
        basket(bench, city)


def floor(bench, size):
    program = bench.peers._floors["ledger"]

    def take(seconds):
        folder = bench.fresh_folder()
        try:
            result = run_timed([program, folder / "floor.db", size, seconds], folder, seconds + 60).last_json()
        finally:
            bench.remove(folder)
        return Sample(result["transfers"] / result["seconds"], cpu_us=result["cpu_us"], requests=result["transfers"])
    return take


def transfers(bench, server, token, size):
    def take(seconds):
        sample = wrk(server, TRANSFER, [bench.next_span(), size], seconds, token, clients=64 if size == 1 else 4)
        if sample.errors:
            raise BenchError(f"{sample.errors} of {sample.requests} requests for transfers were refused")
        return Sample(sample.value * size, cpu_us=sample.cpu_us / size, p50_ms=sample.p50_ms, p99_ms=sample.p99_ms, requests=sample.requests, peak_mb=sample.peak_mb,
                      database_mb=sample.database_mb)
    return take


class PgBench:
    """PostgreSQL's own benchmark, TPC-B at scale 10, with commits that reach the disk."""

    def __init__(self, bench, open_servers):
        self.address = None
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
        if not programs:
            say("pgbench is missing: install the package postgresql.")
            return
        self.program = programs[-1]
        self.folder = Path(tempfile.mkdtemp(prefix="thanglong-pgbench-"))
        self.folder.chmod(0o755)
        open_servers.callback(shutil.rmtree, self.folder, ignore_errors=True)
        starter = HERE.parent / "bin" / "test-postgres"
        started = subprocess.run([starter, "start", self.folder / "server", "--durable"], capture_output=True, text=True, timeout=120)
        if started.returncode:
            say(f"PostgreSQL did not start: {started.stderr[-300:]}")
            return
        open_servers.callback(subprocess.run, [starter, "stop", self.folder / "server"], capture_output=True)
        self.address = started.stdout.strip()
        subprocess.run([self.program, "-i", "-q", "-s", "10", self.address], capture_output=True, check=True, timeout=120)

    def take(self, seconds):
        done = subprocess.run([self.program, "-n", "-j", "1", "-c", "32", "-T", str(seconds), self.address], capture_output=True, text=True, timeout=seconds + 60)
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
        if not found:
            raise BenchError(f"pgbench gave no result: {done.stderr[-300:]}")
        return Sample(float(found[1]))


def month_end(bench, server, token):
    """All that a city posts at the end of a month, a tenth of it when the rounds are few."""
    count = MONTH_END if bench.options.full else MONTH_END // 10
    measure = bench.measure("W5", f"{MONTH_END:,} postings of a month's end" + ("" if bench.options.full else ", from a tenth of them"), "s", faster_is_less=True,
                            gate=[value_at_most(MONTH_END_SECONDS, f"≤ {MONTH_END_SECONDS} s")])
    done, spent = 0, 0.0
    while done < count:
        sample = transfers(bench, server, token, 1000)(5)
        done += sample.requests * 1000
        spent += 5
    bench.recorder.add(measure, "ours", Sample(spent * MONTH_END / done, requests=done))


def devices(bench, city):
    program = bench.ours.program.parent / "thanglong-device"
    if not program.exists():
        say(f"{program} is missing: swift build -c release")
        return
    one = bench.measure("W5", "signed device messages, one a signature, verified and stored", "messages/s", gate=[value_at_least(5000)])
    many = bench.measure("W5", "signed device messages, 100 under a signature", "messages/s", gate=[value_at_least(7700)], goal=[value_at_least(38_000)])
    database = bench.our_database(city, to_write=True)
    with ExitStack() as open_servers:
        open_servers.callback(bench.remove, database.parent)
        codes = database.parent / "codes.csv"
        codes.write_text(bench.ours.run("device", "announce", "--count", DEVICES, "--database", database).output)
        server = open_servers.enter_context(bench.ours.serve(database))

        def turn(batch):
            def take(seconds):
                before = server.cpu_seconds()
                done = run_timed([program, "simulate", codes, "--city", server.address, "--seconds", seconds, "--concurrency", 32, "--batch", batch, "--json"],
                                 database.parent, seconds + 120)
                result = done.last_json()
                if result["refused"] or result["away"]:
                    raise BenchError(f"devices were refused: {result}")
                return Sample(result["per_second"], cpu_us=(server.cpu_seconds() - before) * 1e6 / max(1, result["messages"]), p50_ms=result["p50_ms"],
                              p99_ms=result["p99_ms"], requests=result["requests"])
            return take

        bench.alternate("W5 devices", [Step("ours", [one], turn(1)), Step("ours", [many], turn(100))])


def basket(bench, city):
    count = bench.options.bills
    measure = bench.measure("W5", f"a household's basket by its code, {count:,} open bills, the look entered", "requests/s", gate=[p99_below(50)])
    database = bench.our_database(city, to_write=True)
    with ExitStack() as open_servers:
        open_servers.callback(bench.remove, database.parent)
        made = bench.ours.run("rehearse", "--database", database, "--bills", count, rows=count)
        if made.last_json()["bills"] < count:
            raise BenchError(f"not all bills were made: {made.output[-200:]}")
        bench.recorder.add(bench.measure("W5", "bills sent by one process, each an entry", "bills/s"), "ours", Sample(count / made.seconds, cpu_us=made.cpu * 1e6 / count, peak_mb=made.peak_mb))
        token = bench.ours.token(database, "payer", "payments:read")
        server = open_servers.enter_context(bench.ours.serve(database))
        households = database.parent / "households.txt"
        with open(city.households) as lines, open(households, "w") as out:
            for number, line in enumerate(lines):
                if number >= 20_000:
                    break
                out.write(line.split()[0] + "\n")
        bench.alternate("W5 basket", [Step("ours", [measure], getter(server, "/api/v1/households/", households, "/bills", {**token, "Purpose": "statistics"}, clients=16))])
