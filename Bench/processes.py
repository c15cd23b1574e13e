# SPDX-License-Identifier: Apache-2.0
"""Whole processes timed, servers started and always stopped, wrk."""
import atexit
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass

from report import BenchError, Sample

CLIENTS = 64
PROGRAMS = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"
_running = set()


@dataclass
class Finished:
    """A process from start to end: wall time, CPU of it and its children, memory peak, what it printed."""
    seconds: float
    cpu: float
    peak_mb: float
    output: str

    def last_json(self):
        for line in reversed(self.output.splitlines()):
            if line.startswith("{"):
                return json.loads(line)
        raise BenchError(f"a result in JSON was expected, not {self.output[-200:]!r}")


def run_timed(command, folder, timeout, environment=None, good_codes=(0,)):
    """Runs a command to its end. `wait4` reports the memory peak of the process that Python was before it became
    the command too, so the harness itself stays small: it reads and writes files line by line."""
    command = [str(part) for part in command]
    output, errors = folder / "process.out", folder / "process.err"
    with open(output, "wb") as out, open(errors, "wb") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment,
                                   start_new_session=True)
        _running.add(process.pid)
        timer = threading.Timer(timeout, _kill_group, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        except BaseException:
            _kill_group(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
            _running.discard(process.pid)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good_codes:
        tail = errors.read_text("utf-8", "replace").strip()[-600:] or output.read_text("utf-8", "replace")[-600:]
        raise BenchError(f"`{_shown(command)}` ended with {process.returncode} after {seconds:.1f} s: {tail}")
    return Finished(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
                    output.read_text("utf-8", "replace"))


def _shown(command):
    return " ".join([os.path.basename(command[0])] + command[1:])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def megabytes(path):
    """Size of a file, or of all files in a folder."""
    if path is None or not path.exists():
        return None
    files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except FileNotFoundError:
            pass  # A write-ahead log that was just removed.
    return total / 1e6


class Server:
    """A server in a session of its own; `with` stops it whatever happens."""

    def __init__(self, name, command, port, log, database=None, environment=None, folder=None, path="/",
                 ready_seconds=120):
        self.name, self.port, self.database = name, port, database
        self._command, self._log, self._path = [str(part) for part in command], log, path
        self._environment, self._folder, self._ready_seconds = environment, folder, ready_seconds
        self._process = None

    def __enter__(self):
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             cwd=self._folder, env=self._environment, start_new_session=True)
        _running.add(self._process.pid)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _wait_until_ready(self):
        end = time.monotonic() + self._ready_seconds
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                self.get(self._path, timeout=2)
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        tail = self._log.read_text("utf-8", "replace").strip()[-600:]
        raise BenchError(f"{self.name} did not answer (`{_shown(self._command)}`): {tail}")

    def stop(self):
        process, self._process = self._process, None
        if process is None:
            return
        _kill_group(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            pass
        _kill_group(process.pid, signal.SIGKILL)
        process.wait()
        _running.discard(process.pid)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def request(self, method, path, headers=None, body=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path, headers=None, timeout=60):
        return self.request("GET", path, headers, timeout=timeout)

    def cpu_seconds(self):
        """CPU that the server and its workers have used so far."""
        ticks = 0
        for fields in self._stats():
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def peak_mb(self):
        total = 0
        for pid in self._pids():
            try:
                with open(f"/proc/{pid}/status") as file:
                    total += int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))
            except (OSError, AttributeError):
                pass
        return total / 1024

    def _pids(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getsid(int(pid)) == self._process.pid:
                    yield pid
            except OSError:
                pass

    def _stats(self):
        for pid in self._pids():
            try:
                with open(f"/proc/{pid}/stat") as file:
                    yield file.read().rsplit(")", 1)[1].split()
            except OSError:
                pass


def wrk(server, script, arguments, seconds, headers=None, clients=CLIENTS):
    """Loads a server for some seconds; the sample's value is good answers a second."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s", "-s", script]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    command += [server.address, "--", *arguments]
    before = server.cpu_seconds()
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, start_new_session=True)
    _running.add(process.pid)
    try:
        output, _ = process.communicate(timeout=seconds + 60)
    except BaseException:
        _kill_group(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        _running.discard(process.pid)
    cpu = server.cpu_seconds() - before
    result = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+)", output)
    if not result:
        raise BenchError(f"wrk on {server.name} gave no result: {output[-300:]}")
    requests, errors = int(result[1]), int(result[2])
    good = max(0, requests - errors)
    return Sample(value=good / float(result[3]), cpu_us=cpu * 1e6 / max(1, requests), p50_ms=float(result[4]),
                  p99_ms=float(result[5]), requests=requests, errors=errors, peak_mb=server.peak_mb(),
                  database_mb=megabytes(server.database))


def need(program, package):
    found = shutil.which(program, path=PROGRAMS)
    if not found:
        raise BenchError(f"{program} is missing: install the package {package}")
    return found


def _kill_group(pid, what):
    try:
        os.killpg(pid, what)
    except ProcessLookupError:
        pass


@atexit.register
def stop_all():
    """Nothing that the harness started outlives it."""
    for pid in list(_running):
        _kill_group(pid, signal.SIGKILL)
