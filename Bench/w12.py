# SPDX-License-Identifier: Apache-2.0
"""W12: one instance follows another: how fast, how soon, and how little it takes to find where two differ."""
import csv
import json
import time

from ours import RECORDS, Ours, expect
from report import Sample, value_at_least, value_at_most
from w1 import check_counts

FIELDS = "name,birth,sex,ethnicity,old_id,phone,household,relation,commune"
AGREEMENT = "number,party,system,register,fields,purpose,basis,until\nCS000001,Bench,follower,population,*,statistics,Bench,2099-12-31\n"
CHANGED, REMOVED, ADDED = 900, 50, 50
LOOKS = 20


def run(bench, city):
    if not bench.ours:
        return
    follow = bench.measure("W12", "follow a register", "entries/s", floor="load", gate=[value_at_least(20_000)])
    live = bench.measure("W12", "until a change is there", "ms", gate=[value_at_most(2000)])
    share = bench.measure("W12", "exchanged to find 1,000 differences", "% of the data", gate=[value_at_most(1)])
    seconds = bench.measure("W12", "time to find 1,000 differences", "s")
    source = bench.our_database(city, to_write=True)
    folder = source.parent
    agreement = folder / "agreement.csv"
    agreement.write_text(AGREEMENT)
    bench.ours.load("sharing-agreement", agreement, source, 1)
    follower = bench.ours.token(source, "follower", "population:read,personal")
    officer = bench.ours.officer(source)
    token = follower["Authorization"].removeprefix("Bearer ")
    with bench.ours.serve(source) as server:
        address = server.address

        def by_feed(database):
            done = bench.ours.run("follow", address, "population", "--token", token, "--purpose", "statistics", "--once", "--json", "--instance", "follower",
                                  "--database", database, rows=city.people * 3)
            result = done.last_json()
            if result["size"] != result["source_size"] or result["entries"] < city.people:
                raise ValueError(f"not everything was followed: {result}")
            return Sample(result["entries"] / (result["milliseconds"] / 1000), cpu_us=done.cpu * 1e6 / result["entries"], peak_mb=done.peak_mb)

        mirror = folder / "follower.db"
        bench.recorder.add(follow, "ours", by_feed(mirror))
        other = bench.copy(bench.prepared(city))
        done, result = bench.ours.load("population", city.population, other / "city.db", city.people)
        check_counts(result, city)
        bench.recorder.add(follow, "load", Sample(city.people / done.seconds, cpu_us=done.cpu * 1e6 / city.people, peak_mb=done.peak_mb))
        until_there(bench, city, server, mirror, officer, token, live)
        differences(bench, city, address, other, token, share, seconds)
    bench.remove(folder)
    bench.remove(other)


def until_there(bench, city, server, mirror, officer, token, live):
    """A follower that runs all the time; how long after the answer to a PUT its own database has the change."""
    import sqlite3
    import subprocess
    process = subprocess.Popen([bench.ours.program, "follow", server.address, "population", "--token", token, "--purpose", "statistics", "--database", mirror],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        keys = city.ids.read_text().split()[:LOOKS]
        reader = sqlite3.connect(f"file:{mirror}?mode=ro", uri=True)
        waits = []
        time.sleep(2)
        for number, key in enumerate(keys):
            record = json.loads(expect(server.get(f"{RECORDS}/{key}", officer), [200], key))
            item = {**record["item"], "phone": f"09{number:08d}"}
            item.pop("id", None)
            head = {**officer, "Content-Type": "application/json", "If-Match": "*"}
            expect(server.request("PUT", f"{RECORDS}/{key}", head, json.dumps({"item": item}).encode()), [200], key)
            start = time.perf_counter()
            before = reader.execute("SELECT size FROM followed").fetchone()[0]
            size = json.loads(expect(server.get("/api/v1/registers/population", officer), [200], "register"))["entries"]
            while before < size:
                time.sleep(0.005)
                before = reader.execute("SELECT size FROM followed").fetchone()[0]
                if time.perf_counter() - start > 30:
                    raise ValueError("a change did not come within 30 s")
            waits.append((time.perf_counter() - start) * 1000)
        waits.sort()
        bench.recorder.add(live, "ours", Sample(waits[-1], p50_ms=waits[len(waits) // 2], p99_ms=waits[-1], requests=len(waits)))
    finally:
        process.terminate()
        process.wait()


def differences(bench, city, address, other, token, share, seconds):
    """A second database from the same file, in which a thousand records are others."""
    changed = other / "changed.csv"
    removed, planted = set(), set()
    with open(city.population, newline="") as file, open(changed, "w", newline="") as output:
        rows, out = csv.reader(file), csv.writer(output)
        out.writerow(next(rows))
        step = max(1, city.people // (CHANGED + REMOVED))
        for number, row in enumerate(rows):
            if number % step == 0 and len(planted) < CHANGED:
                row[1] += " Anh"
                out.writerow(row)
                planted.add(row[0])
            elif number % step == step // 2 and len(removed) < REMOVED and row[8] != "head":
                removed.add(row[0])
    bench.ours.load("population", changed, other / "city.db", CHANGED)
    with bench.ours.serve(other / "city.db") as server:
        head = bench.ours.officer(other / "city.db")
        for key in removed:
            expect(server.request("DELETE", f"{RECORDS}/{key}", {**head, "If-Match": "*"}), [200], key)
        with open(city.population, newline="") as file:
            row = next(row for row in csv.reader(file) if row[8] == "head")
        for number in range(ADDED):
            item = {"name": "Nguyễn Thị Thêm", "birth": "1990-01-02", "sex": "female", "ethnicity": "01", "household": row[7], "relation": "other", "commune": row[9]}
            key = f"0011909{number:05d}"
            answer = expect(server.request("PUT", f"{RECORDS}/{key}", {**head, "Content-Type": "application/json"}, json.dumps({"item": item}).encode()), [201, 409], key)
            if b'"result":"added"' in answer:
                planted.add(key)
    done = bench.ours.run("drift", address, "population", "--fields", FIELDS, "--token", token, "--purpose", "statistics", "--json", "--database", other / "city.db", rows=city.people * 3)
    lines = [json.loads(line) for line in done.output.strip().splitlines()]
    found = {line["key"] for line in lines if "key" in line}
    touched = set(city.ids.read_text().split()[:LOOKS])  # Changed at the source meanwhile.
    if (planted | removed) - found or found - (planted | removed | touched):
        raise ValueError(f"{len((planted | removed) - found)} differences were not found, {len(found - planted - removed - touched)} were made up")
    total = lines[-1]
    bench.recorder.add(share, "ours", Sample(total["exchanged_bytes"] * 100 / total["compared_bytes"], requests=len(found)))
    bench.recorder.add(seconds, "ours", Sample(done.seconds, peak_mb=done.peak_mb))
