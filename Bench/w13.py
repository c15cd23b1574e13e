# SPDX-License-Identifier: Apache-2.0
"""W13: online services: two hundred people hand in applications while twenty officers work through their inbox."""
import http.client
import random
import re
import threading
import time
import urllib.parse
from contextlib import ExitStack
from itertools import islice

import w10
from ours import expect
from processes import megabytes
from report import BenchError, Sample, Step, value_at_most

APPLICANTS, OFFICERS, THINK_SECONDS = 200, 20, 2.0
PROCEDURE = "1.004873"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def run(bench, city):
    if not bench.ours:
        return
    count = bench.options.dossiers
    submit = bench.measure("W13", f"hand in, p95, {APPLICANTS} applicants and {OFFICERS} officers", "ms", faster_is_less=True,
                           gate=[value_at_most(100, "p95 ≤ 100 ms")])
    inbox = bench.measure("W13", f"the inbox, p95, {count:,} dossiers", "ms", faster_is_less=True, gate=[value_at_most(50, "p95 ≤ 50 ms")])
    made = bench.measure("W13", "dossiers handed in and worked on by one process", "dossiers/s")
    database = bench.our_database(city, to_write=True)
    done = bench.ours.run("rehearse", "--database", database, "--dossiers", count, rows=count * 4)
    bench.recorder.add(made, "ours", Sample(count / done.seconds, cpu_us=done.cpu * 1e6 / count, requests=count, database_mb=megabytes(database)))
    link = bench.ours.run("user", "add", "bench", "--role", "officer", "--database", database).output.strip()
    with ExitStack() as open_servers:
        open_servers.callback(bench.remove, database.parent)
        server = open_servers.enter_context(bench.ours.serve(database))
        officer = w10.sign_in(server, link)
        people = applicants(server, officer, city)
        crowd = {}

        def both(seconds):
            crowd.update(at_work(server, officer, people, seconds))
            bench.recorder.add(inbox, "ours", crowd["inbox"])
            return crowd["submit"]

        bench.alternate("W13", [Step("ours", [submit], both)])
        bench.ours.run("verify", "--database", database, "--register", "dossiers", rows=count * 8)


def applicants(server, officer, city):
    """People who have signed in with a code from the counter: their cookies and form keys."""
    page = expect(server.get("/officer", officer), [200], "/officer").decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    found = []
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(method, path, fields=None, headers=None):
        connection.request(method, path, urllib.parse.urlencode(fields) if fields else None, {**(FORM if fields else {}), **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    with open(city.ids) as lines:
        for line in islice(lines, 20 * APPLICANTS):
            number = line.strip()
            if int(number[3]) > 1 or not "60" < number[4:6] < "99":  # born 1961 to 1998, by the number
                continue
            page = ask("GET", f"/registers/population?q={number}", headers=officer)[2]
            ref = re.search(r"/registers/population/records/([a-z2-7]{26})", page)
            if not ref:
                continue
            code = ask("POST", f"/registers/population/records/{ref[1]}/access-code", {"csrf": csrf}, officer)[2]
            once = re.search(r'code-large">([A-Z0-9-]+)<', code)
            if not once:
                continue
            # Each from an address of their own: one address may try a few times only.
            own = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(f"127.0.1.{len(found) + 1}", 0))
            own.request("POST", "/me", urllib.parse.urlencode({"number": number, "code": once[1]}), FORM)
            answer = own.getresponse()
            answer.read()
            own.close()
            status, headers = answer.status, answer.headers
            if status != 303:
                raise BenchError(f"POST /me answered {status}")
            cookie = {"Cookie": headers["set-cookie"].split(";")[0]}
            key = re.search(r'name="csrf" value="([^"]+)"', ask("GET", "/me/dossiers", headers=cookie)[2])[1]
            found.append((cookie, key))
            if len(found) == APPLICANTS:
                return found
    raise BenchError(f"only {len(found)} applicants were found")


def at_work(server, officer, people, seconds):
    """Everybody at once, each with time to think between two steps; what handing in and the inbox took."""
    waits, errors, lock = {"submit": [], "inbox": []}, [], threading.Lock()
    end = time.monotonic() + max(seconds, 10)
    csrf = re.search(r'name="csrf" value="([^"]+)"', expect(server.get("/officer", officer), [200], "/officer").decode())[1]
    before = server.cpu_seconds()

    class Desk:
        def __init__(self, number, headers):
            self.chance, self.headers = random.Random(number), headers
            self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

        def ask(self, method, path, fields=None, good=(200, 303), what=None):
            start = time.perf_counter()
            try:
                self.connection.request(method, path, urllib.parse.urlencode(fields) if fields else None, {**(FORM if fields else {}), **self.headers})
                answer = self.connection.getresponse()
                body = answer.read().decode()
            except OSError as error:
                self.connection.close()
                with lock:
                    errors.append(f"{method} {path}: {error}")
                return None, None
            waited = (time.perf_counter() - start) * 1000
            with lock:
                if what:
                    waits[what].append(waited)
                if answer.status not in good:
                    errors.append(f"{method} {path}: {answer.status}")
            time.sleep(self.chance.uniform(0.5, 1.5) * THINK_SECONDS)
            return body, answer.headers.get("location")

    def apply(number):
        cookie, key = people[number]
        desk = Desk(number, cookie)
        time.sleep(desk.chance.random() * THINK_SECONDS)
        while time.monotonic() < end:
            page, _ = desk.ask("GET", f"/me/apply/{PROCEDURE}")
            whom = re.search(r'name="for" value="([^"]+)"', page or "")
            if not whom:
                continue
            _, draft = desk.ask("POST", f"/me/apply/{PROCEDURE}", {"csrf": key, "for": whom[1]})
            if not draft:
                continue
            desk.ask("GET", draft)
            desk.ask("POST", draft, {"csrf": key, "used_for": "property", "go": "check"})
            desk.ask("GET", f"{draft}/check")
            _, place = desk.ask("POST", f"{draft}/submission", {"csrf": key}, good=(303,), what="submit")
            if place:
                desk.ask("GET", place)

    def work(number):
        desk = Desk(1000 + number, officer)
        time.sleep(desk.chance.random() * THINK_SECONDS)
        while time.monotonic() < end:
            page, _ = desk.ask("GET", "/inbox", what="inbox")
            codes = re.findall(r'href="/dossiers/(H26[^"]+)"', page or "")
            if not codes:
                continue
            code = desk.chance.choice(codes)
            page, _ = desk.ask("GET", f"/dossiers/{code}")
            # Two officers may take the same one at once; the second is told so.
            if f"/dossiers/{code}/receipt" in (page or ""):
                desk.ask("POST", f"/dossiers/{code}/receipt", {"csrf": csrf}, good=(303, 409))

    crowd = [threading.Thread(target=apply, args=(n,)) for n in range(APPLICANTS)] + [threading.Thread(target=work, args=(n,)) for n in range(OFFICERS)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if errors:
        raise BenchError(f"{len(errors)} requests failed, such as {errors[0]}")
    cpu = server.cpu_seconds() - before
    samples = {}
    for name, list_ in waits.items():
        list_.sort()
        samples[name] = Sample(list_[int(len(list_) * 0.95)], cpu_us=cpu * 1e6 / sum(map(len, waits.values())), p50_ms=list_[len(list_) // 2],
                               p99_ms=list_[int(len(list_) * 0.99)], requests=len(list_), errors=0, peak_mb=server.peak_mb())
    return samples
