# SPDX-License-Identifier: Apache-2.0
"""W10: a whole city: every register loaded, and fifty officers at their desks."""
import http.client
import json
import random
import re
import statistics
import threading
import time
import urllib.parse
from contextlib import ExitStack
from itertools import islice

from ours import expect
from processes import megabytes
from report import BenchError, Sample, Step, times, value_at_most

REGISTERS = ["household", "population", "residence", "enterprise", "land-parcel", "land-right", "land-certificate",
             "household-business", "civil-servant", "civil-event"]
USERS, THINK_SECONDS = 50, 1.0
QUALITY = "/api/v1/registers/population/quality"
DUTIES, LEAGUE = "/steering/duties", "/steering/communes"
ASKED = 40
PASSWORD = "mot cau dai de nho cho viec do"


def run(bench, city):
    if not bench.ours:
        return
    whole = bench.measure("W10", "all registers, rows a second", "rows/s", floor="population",
                          gate=[times("population", 1 / 3)])
    page = bench.measure("W10", f"record page with all links, p95, {USERS} users", "ms", faster_is_less=True,
                         gate=[value_at_most(20, "p95 ≤ 20 ms")])
    search = bench.measure("W10", f"the desk's search, p95, {USERS} users", "ms", faster_is_less=True,
                           gate=[value_at_most(30, "p95 ≤ 30 ms")])
    quality = bench.measure("W10", "quality counts of the people", "ms", faster_is_less=True,
                            gate=[value_at_most(50, "p50 ≤ 50 ms")])
    duties = bench.measure("W10", "every duty of every commune, the page", "ms", faster_is_less=True,
                           gate=[value_at_most(100, "p50 ≤ 100 ms")])
    league = bench.measure("W10", "the communes beside each other, the page", "ms", faster_is_less=True,
                           gate=[value_at_most(100, "p50 ≤ 100 ms")])
    loaded = {}

    def load(_):
        """The whole city into a fresh database, register by register; what the people alone took is the comparison."""
        if loaded:
            bench.remove(loaded["folder"])
        folder = bench.fresh_folder()
        rows = seconds = 0
        for register in REGISTERS:
            file = city.folder / f"{register}.csv"
            done, counts = bench.ours.load(register, file, folder / "city.db", city.people)
            if counts["rejected"] > counts["added"] / 20:
                raise BenchError(f"{register}: {counts}")
            lines = counts["added"] + counts["changed"]
            rows, seconds = rows + lines, seconds + done.seconds
            if register == "population":
                people = Sample(lines / done.seconds, cpu_us=done.cpu * 1e6 / lines, requests=lines)
        loaded["folder"] = folder
        # Both come out of one loading, so that the round compares like with like.
        bench.recorder.add(whole, "population", people)
        return Sample(rows / seconds, requests=rows, database_mb=megabytes(folder / "city.db"))

    bench.alternate("W10", [Step("ours", [whole], load)])
    database = loaded["folder"] / "city.db"
    bench.ours.run("quality", "--database", database, "--json", rows=city.people * 4)
    link = bench.ours.run("user", "add", "bench", "--role", "officer", "--database", database).output.strip()
    system = bench.ours.token(database, "bench", "*:read,personal")
    with ExitStack() as open_servers:
        open_servers.callback(bench.remove, loaded["folder"])
        server = open_servers.enter_context(bench.ours.serve(database))
        cookie = sign_in(server, link)
        pages = person_pages(server, {**system, "Purpose": "statistics"}, city)
        with open(city.names) as lines:
            searches = [f"/search?q={line.strip()}" for line in islice(lines, 2000)]
        bench.alternate("W10", [
            Step("ours", [page], lambda seconds: at_their_desks(server, pages, cookie, seconds)),
            Step("ours", [search], lambda seconds: at_their_desks(server, searches, cookie, seconds)),
            Step("ours", [quality], lambda _: one_after_the_other(server, QUALITY, system)),
            Step("ours", [duties], lambda _: one_after_the_other(server, DUTIES, cookie)),
            Step("ours", [league], lambda _: one_after_the_other(server, LEAGUE, cookie)),
        ], warm_up=2)


def sign_in(server, link):
    """An officer as a browser is one: password by the link, session, purpose; the headers of the session."""
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["code"][0]
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def post(path, fields, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("POST", path, urllib.parse.urlencode(fields), {**form, **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise BenchError(f"POST {path} answered {answer.status}")
        return answer

    post("/setup", {"code": code, "password": PASSWORD})
    session = post("/sign-in", {"user": "bench", "password": PASSWORD}).headers["set-cookie"].split(";")[0]
    headers = {"Cookie": session}
    page = expect(server.get("/purpose", headers), [200], "/purpose").decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    post("/purpose", {"csrf": csrf, "purpose": "residence", "next": "/officer"}, headers)
    return headers


def person_pages(server, headers, city):
    """Pages of people who have something: heads of households, with their members, land, business and post."""
    with open(city.ids) as lines:
        ids = [line.strip() for line in islice(lines, 400)]
    pages = []
    for number in ids:
        body = expect(server.get(f"/api/v1/registers/population/records/{number}", headers), [200, 404], "a person")
        record = json.loads(body)
        if record.get("item", {}).get("relation") == "head":
            pages.append(f"/registers/population/records/{record['ref']}")
    if len(pages) < 20:
        raise BenchError("too few heads of households were found")
    return pages


def at_their_desks(server, paths, headers, seconds):
    """Fifty people who each open something about once a second; the 95th percentile of what they waited."""
    waits, errors, lock = [], [0], threading.Lock()
    end = time.monotonic() + max(seconds, 5)
    before = server.cpu_seconds()

    def work(number):
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        time.sleep(chance.random() * THINK_SECONDS)
        while time.monotonic() < end:
            start = time.perf_counter()
            try:
                connection.request("GET", chance.choice(paths), headers=headers)
                answer = connection.getresponse()
                body = answer.read()
                good = answer.status == 200 and b"/records/" in body  # it leads on
            except OSError:
                good = False
                connection.close()
            waited = time.perf_counter() - start
            with lock:
                waits.append(waited * 1000)
                errors[0] += 0 if good else 1
            time.sleep(max(0.0, chance.uniform(0.5, 1.5) * THINK_SECONDS - waited))
        connection.close()

    users = [threading.Thread(target=work, args=(number,)) for number in range(USERS)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    waits.sort()
    cpu = server.cpu_seconds() - before
    return Sample(waits[int(len(waits) * 0.95)], cpu_us=cpu * 1e6 / len(waits), p50_ms=statistics.median(waits),
                  p99_ms=waits[int(len(waits) * 0.99)], requests=len(waits), errors=errors[0], peak_mb=server.peak_mb())


def one_after_the_other(server, path, headers):
    waits = []
    before = server.cpu_seconds()
    for _ in range(ASKED):
        start = time.perf_counter()
        expect(server.get(path, headers), [200], path)
        waits.append((time.perf_counter() - start) * 1000)
    return Sample(statistics.median(waits), cpu_us=(server.cpu_seconds() - before) * 1e6 / ASKED,
                  p50_ms=statistics.median(waits), requests=ASKED, peak_mb=server.peak_mb())
