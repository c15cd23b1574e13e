# SPDX-License-Identifier: Apache-2.0
"""W8: a public page of 30 to 50 rows, against the same bytes from nginx and against Django's templates."""
import shutil
from contextlib import ExitStack

from ours import expect
from processes import PROGRAMS, need
from report import Step, say, times
from w2 import getter, one_page

PAGE = "/registers/administrative-unit"
STAND_IN = b"<!doctype html><title>.</title>" + b"<tr><td>01</td><td>Th\xc4\x83ng Long</td></tr>\n" * 400


def run(bench, city):
    need("wrk", "wrk")
    page = bench.measure("W8", f"page {PAGE}", "requests/s", floor="nginx",
                         gate=[times("django", 15), times("nginx", 0.1)], goal=[times("nginx", 0.4)])
    with ExitStack() as open_servers:
        body, steps = STAND_IN, []
        if bench.ours:
            server = open_servers.enter_context(bench.ours.serve(bench.our_database(city)))
            body = expect(server.get(PAGE), [200], PAGE)
            bench.recorder.note("W8", measure="page", bytes=len(body), rows=body.count(b"<tr"))
            steps.append(Step("ours", [page], one_page(bench, server, PAGE)))
        if shutil.which("nginx", path=PROGRAMS):
            nginx = open_servers.enter_context(bench.peers.nginx(body))
            steps.append(Step("nginx", [page], one_page(bench, nginx, "/page.html")))
        else:
            say("W8: nginx is missing (the package nginx-light), so nothing is compared with it.")
        if "django" in bench.peers.available:
            django = open_servers.enter_context(bench.peers.django(bench.floor_database(city)))
            steps.append(Step("django", [page], getter(django, "/page/", city.ids)))
        bench.alternate("W8", steps, warm_up=1)
