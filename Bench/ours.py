# SPDX-License-Identifier: Apache-2.0
"""Our program as a user runs it: its verbs, its tokens, its server."""
import os
from urllib.parse import quote

from processes import Server, free_port, run_timed
from report import BenchError

RECORDS = "/api/v1/registers/population/records"
STATISTICS = "/api/v1/registers/population/statistics"
ROWS_A_SECOND_AT_LEAST = 2_000  # A verb slower than this is stopped.


class Ours:
    def __init__(self, program, scratch, files=None):
        """`files` is where the key lies when the database is no file."""
        self.program, self._scratch = program, scratch
        # The harness's own variables would be unknown settings to the program.
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("THANGLONG_")}
        self._environment["NO_COLOR"] = "1"
        if files:
            self._environment["THANGLONG_FILES"] = str(files)

    def run(self, *arguments, rows=0):
        return run_timed([self.program, *arguments], self._scratch, 120 + rows / ROWS_A_SECOND_AT_LEAST,
                         self._environment)

    def synth(self, folder, people):
        return self.run("synth", folder, "--people", people, "--seed", 1, rows=people)

    def load(self, register, file, database, rows):
        """Loads a file in a process of its own; answers how long it took and what it counted."""
        finished = self.run("load", register, file, "--database", database, "--json", rows=rows)
        return finished, finished.last_json()

    def verify(self, database, rows):
        return self.run("verify", "--database", database, "--register", "population", rows=rows)

    def token(self, database, name, *grants):
        """The headers of a system that holds these grants."""
        arguments = [part for grant in grants for part in ("--grant", grant)]
        token = self.run("token", "add", name, *arguments, "--database", database).output.strip()
        if not token or "\n" in token:
            raise BenchError("`thanglong token add` must print the token alone on standard output")
        return {"Authorization": f"Bearer {token}"}

    def reader(self, database):
        """A system that may read the register but no personal field: its reads are not logged."""
        return self.token(database, "bench-reader", "population:read")

    def officer(self, database):
        """A system that reads and writes everything for a purpose: each of its reads is entered."""
        headers = self.token(database, "bench", "population:read,write,personal", "household:read,write")
        return {**headers, "Purpose": "statistics"}

    def serve(self, database):
        port = free_port()
        command = [self.program, "serve", "--database", database, "--listen", f"127.0.0.1:{port}"]
        return Server("thanglong serve", command, port, self._scratch / "serve.log", database=getattr(database, "parent", None), environment=self._environment,
                      path="/health", ready_seconds=300)


def expect(answer, statuses, what):
    """The body of an answer with one of these statuses; otherwise the work is not measured and says why."""
    status, body = answer
    if status not in statuses:
        raise BenchError(f"{what} answered {status}: {body[:300].decode('utf-8', 'replace')}")
    return body


def record_path(key):
    return f"{RECORDS}/{quote(key)}"
