# SPDX-License-Identifier: Apache-2.0
"""The other contenders: the floors in C, FastAPI, Django REST and nginx as servers, SQLite's and DuckDB's scans."""
import os
import subprocess
import sys
import venv
from pathlib import Path

from processes import Server, free_port, need, run_timed
from report import BenchError, say

HERE = Path(__file__).resolve().parent
LIBRARIES = {"people_load": ["-lsqlite3"], "people_http": ["-lsqlite3"], "merkle_log": ["-lcrypto"], "ledger": ["-lsqlite3"]}
MODULES = {"fastapi": ["fastapi", "uvicorn", "uvloop", "httptools"], "django": ["django", "rest_framework", "gunicorn", "psycopg"],
           "duckdb": ["duckdb"]}


def compile_floors(scratch):
    """Compiles the floors; answers where each is."""
    gcc, floors = need("gcc", "gcc"), {}
    folder = scratch / "floors"
    folder.mkdir(parents=True, exist_ok=True)
    for name, libraries in LIBRARIES.items():
        source, program = HERE / "floors" / f"{name}.c", folder / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            done = subprocess.run([gcc, "-O2", "-Wall", "-Wextra", source, "-o", program, *libraries],
                                  capture_output=True, text=True, timeout=120)
            if done.returncode:
                raise BenchError(f"{source.name} does not compile; it needs the packages libsqlite3-dev and "
                                 f"libssl-dev: {done.stderr[-400:]}")
        floors[name] = program
    return floors


class Peers:
    """Finds out which peers this machine has; `install` puts them into a virtual environment of the benchmark's."""

    def __init__(self, environment, scratch, floors):
        self._environment, self._scratch, self._floors = environment, scratch, floors
        self.available = set()

    def install(self):
        python = self._environment / "bin" / "python"
        if not python.exists():
            say("Making a virtual environment for the peers.")
            venv.create(self._environment, with_pip=True)
        say("Installing the peers with pip.")
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement",
                               HERE / "peers" / "requirements.txt"], timeout=900)
        if done.returncode:
            raise BenchError("pip could not install the peers")

    def find(self):
        own = self._environment / "bin" / "python"
        self._python = str(own) if own.exists() else sys.executable
        for peer, modules in MODULES.items():
            done = subprocess.run([self._python, "-c", "import " + ", ".join(modules)], capture_output=True, timeout=60)
            if done.returncode == 0:
                self.available.add(peer)
        say("Peers on this machine: " + (", ".join(sorted(self.available)) or "none (see --with-peers)"))

    def floor(self, database):
        port = free_port()
        return Server("the C floor", [self._floors["people_http"], port, database], port,
                      self._scratch / "floor.log", database=database.parent)

    def fastapi(self, database):
        port = free_port()
        return self._server("fastapi", port, database, [
            "uvicorn", "fastapi_people:app", "--port", port, "--workers", 2, "--loop", "uvloop", "--http", "httptools",
            "--no-access-log", "--log-level", "critical"])

    def django(self, database, folder=None):
        """Over a file, or over `host=… dbname=…` of a server whose data lie in `folder`."""
        port = free_port()
        return self._server("django", port, database, [
            "gunicorn", "-w", 2, "--threads", 4, "-b", f"127.0.0.1:{port}", "--log-level", "critical",
            "django_people:application"], folder)

    def http(self, database):
        """The servers of the peers that are here, by name."""
        return {name: start(database) for name, start in (("fastapi", self.fastapi), ("django", self.django))
                if name in self.available}

    def _server(self, name, port, database, arguments, data=None):
        environment = {**os.environ, "DATABASE": str(database), "PYTHONDONTWRITEBYTECODE": "1"}
        return Server(name, [self._python, "-m", *arguments], port, self._scratch / f"{name}.log",
                      database=data or database.parent, environment=environment, folder=HERE / "peers")

    def nginx(self, page):
        """nginx that serves one page of these bytes as /page.html."""
        program, port, folder = need("nginx", "nginx-light"), free_port(), self._scratch / "nginx"
        (folder / "www").mkdir(parents=True, exist_ok=True)
        (folder / "www" / "page.html").write_bytes(page)
        temporary = "".join(f" {kind}_temp_path {folder}/{kind};" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
            + ("user root;\n" if os.geteuid() == 0 else "") +
            "events { worker_connections 2048; }\n"
            "http { access_log off; keepalive_requests 1000000; sendfile on; open_file_cache max=100;"
            f"{temporary}\n"
            f" default_type text/html; server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}\n")
        return Server("nginx", [program, "-e", folder / "error.log", "-c", folder / "nginx.conf"], port,
                      self._scratch / "nginx.log")

    def load_floor(self, csv, database, rows):
        return run_timed([self._floors["people_load"], csv, database], self._scratch, 120 + rows / 2000)

    def merkle(self, folder):
        return run_timed([self._floors["merkle_log"], folder], self._scratch, 300)

    def index(self, database, rows):
        return self._script(sys.executable, "sqlite_people.py", "index", database, rows=rows)

    def sqlite_scan(self, database, rows):
        return self._script(sys.executable, "sqlite_people.py", "scan", database, rows=rows)

    def duckdb_scan(self, csv, parquet, rows):
        return self._script(self._python, "duckdb_people.py", csv, parquet, rows=rows)

    def _script(self, python, name, *arguments, rows):
        return run_timed([python, HERE / "peers" / name, *arguments], self._scratch, 120 + rows / 2000)
