# SPDX-License-Identifier: Apache-2.0
"""What the outside checks share: the program under test as a process, HTTP, and a browser.

Nothing here knows how Thăng Long works inside: it starts the binary and uses it as anyone could.
"""
from __future__ import annotations

import contextlib
import dataclasses
import datetime
import http.client
import importlib.util
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKS = pathlib.Path(os.environ.get("THANGLONG_CHECKS") or pathlib.Path.home() / ".cache" / "thanglong-checks")
CHROMIUM = os.environ.get("THANGLONG_CHROMIUM") or "/usr/bin/chromium"

DEMO_START_SECONDS = 300  # a debug build makes its synthetic city slowly
READY_SECONDS = 60
REQUEST_SECONDS = 20
PAGE_SECONDS = 20


class Failure(Exception):
    """A check cannot go on; the message is for the person who ran it."""


def say(*words: object) -> None:
    print(*words, flush=True)


# --- Running ---------------------------------------------------------------------------------


def use_checks_environment(*modules: str) -> None:
    """Goes on in the virtual environment of bin/install-checks when a module is not importable here."""
    if all(importlib.util.find_spec(module) for module in modules):
        return
    python = CHECKS / "bin" / "python"
    if pathlib.Path(sys.prefix) == CHECKS or not python.exists():
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {', '.join(modules)} not found; run bin/install-checks first")
    os.execv(python, [str(python), *sys.argv])


def tool(name: str) -> str:
    """A command of the virtual environment of bin/install-checks, or of the PATH."""
    inside = CHECKS / "bin" / name
    found = str(inside) if inside.exists() else shutil.which(name)
    if not found:
        raise Failure(f"{name} not found; run bin/install-checks first")
    return found


def main(run, minutes: float) -> None:
    """Runs a check within a time limit; prints failures as a sentence; leaves no child behind."""

    def out_of_time(*_: object) -> None:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
        signal.alarm(30)  # for the clean-up
        raise Failure(f"not finished after {minutes:g} minutes")

    def ended(*_: object) -> None:
        sys.exit(143)

    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, ended)
    signal.alarm(int(minutes * 60))
    try:
        code = run()
    except Failure as failure:
        print(f"{pathlib.Path(sys.argv[0]).name}: {failure}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    finally:
        for child in list(_children):
            child.kill()
    sys.exit(code)


# --- The program under test ------------------------------------------------------------------

_children: set[Service] = set()


def binary() -> str:
    named = os.environ.get("THANGLONG_BIN")
    choices = [pathlib.Path(named)] if named else [ROOT / ".build" / kind / "thanglong" for kind in ("release", "debug")]
    for choice in choices:
        if choice.is_file() and os.access(choice, os.X_OK):
            return str(choice.resolve())
    raise Failure(f"no program at {' or '.join(map(str, choices))}; build it first (swift build) or set THANGLONG_BIN")


def thanglong(*arguments: object, folder: pathlib.Path, seconds: float = 600) -> subprocess.CompletedProcess[str]:
    """Runs one verb to its end."""
    command = [binary(), *map(str, arguments)]
    try:
        return subprocess.run(
            command, cwd=folder, env=_environment(folder), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            encoding="utf-8", errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"`thanglong {' '.join(map(str, arguments))}` not finished after {seconds:g} s") from late


def expect(done: subprocess.CompletedProcess[str]) -> str:
    """Standard output of a verb that must have succeeded."""
    if done.returncode != 0:
        raise Failure(f"`thanglong {' '.join(done.args[1:])}` ended with {done.returncode}: {tail(done.stderr or done.stdout)}")
    return done.stdout


def tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder: pathlib.Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("THANGLONG_")}
    return mine | {"NO_COLOR": "1", "TMPDIR": str(folder)}


class Service:
    """The program as a running process, with its whole process group ended by `kill`."""

    def __init__(self, *arguments: object, folder: pathlib.Path, environment: dict[str, str] | None = None):
        self.arguments = [str(a) for a in arguments]
        self.log = folder / f"{self.arguments[0]}.log"
        self._lines: queue.Queue[str | None] = queue.Queue()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), *self.arguments], cwd=folder, env=_environment(folder) | (environment or {}), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        _children.add(self)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.decode("utf-8", "replace"))
        self._lines.put(None)

    def line(self, seconds: float) -> str:
        """The next line of standard output."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise Failure(f"`thanglong {self.arguments[0]}` printed nothing within {seconds:g} s: {self.last_words()}") from None
        if line is None:
            raise Failure(f"`thanglong {self.arguments[0]}` ended with {self.process.wait(10)}: {self.last_words()}")
        return line

    def last_words(self) -> str:
        return tail(self.log.read_text(encoding="utf-8", errors="replace")) or "(nothing on standard error)"

    def wait_ready(self, url: str, seconds: float = READY_SECONDS) -> float:
        """Waits until it answers /ready (or /health, where there is no /ready) with 200; says how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise Failure(f"`thanglong {self.arguments[0]}` ended with {self.process.returncode}: {self.last_words()}")
            with contextlib.suppress(OSError, http.client.HTTPException), Client(url, seconds=5) as client:
                status = client.call("GET", "/ready").status
                if status == 404:
                    status = client.call("GET", "/health").status
                if status == 200:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise Failure(f"{url} not ready within {seconds:g} s: {self.last_words()}")

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Ends the process group and waits for it."""
        if self not in _children:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(15)
        self._reader.join(5)
        if self.process.stdout and not self._reader.is_alive():
            self.process.stdout.close()
        _children.discard(self)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGTERM)


@dataclasses.dataclass
class Demo:
    """A running city: where it is and who may enter."""

    url: str
    accounts: list[dict[str, str]]
    token: str | None
    service: Service | None = None
    database: str | None = None
    files: str | None = None  # to this the endings of the city's files are added
    kept: dict[str, str] = dataclasses.field(default_factory=dict)  # addresses that a check found once and needs again

    def _someone(self) -> tuple[str, str]:
        """A household with bills and the last digits of somebody's number who lives there."""
        if "household" not in self.kept:
            with self.client() as client:
                for one in records(client, "population", 100):
                    home = one["item"].get("household")
                    if home and client.call("GET", f"/api/v1/households/{home}/bills").json().get("bills"):
                        self.kept["household"], self.kept["digits"] = home, one["key"][-4:]
                        break
                else:
                    raise Failure("no household of the demo has a bill")
        return self.kept["household"], self.kept["digits"]

    @property
    def household(self) -> str:
        return self._someone()[0]

    @property
    def digits(self) -> str:
        return self._someone()[1]

    def account(self, role: str = "officer") -> dict[str, str]:
        """The account with this role, or one whose role contains it, or any that is no citizen's."""
        for fits in (
            lambda a: a["role"] == role, lambda a: role in a["role"], lambda a: a["user"] == role,
            lambda a: "citizen" not in a["role"] and "household" not in a["role"],
        ):
            for account in self.accounts:
                if fits(account):
                    return account
        raise Failure(f"no account to sign in with as {role}; there are: {[a['role'] for a in self.accounts]}")

    def client(self) -> Client:
        headers = {"Purpose": "demo"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return Client(self.url, headers)


@contextlib.contextmanager
def demo(people: int = 2000, url: str | None = None, database: str | None = None, dossiers: int | None = None):
    """A demo city of its own; or the one at `url`, with THANGLONG_USER, THANGLONG_PASSWORD and THANGLONG_TOKEN."""
    if url:
        user, password = os.environ.get("THANGLONG_USER"), os.environ.get("THANGLONG_PASSWORD")
        accounts = [{"role": "officer", "user": user, "password": password}] if user and password else []
        yield Demo(url.rstrip("/"), accounts, os.environ.get("THANGLONG_TOKEN"))
        return
    with temporary_folder() as folder:
        listen = f"127.0.0.1:{free_port()}"
        with Service("demo", "--people", people, "--listen", listen, "--json", *(["--database", database] if database else []),
                     *([] if dossiers is None else ["--dossiers", dossiers]), folder=folder) as service:
            began = time.monotonic()
            line = service.line(DEMO_START_SECONDS)
            try:
                said = json.loads(line)
                city = Demo(said["url"].rstrip("/"), said["accounts"], said["token"], service, said["database"], said.get("files"))
            except (ValueError, KeyError, TypeError) as wrong:
                raise Failure(f"the first line of `thanglong demo --json` is not the promised object ({wrong!r}): {line[:300]}") from wrong
            service.wait_ready(city.url, DEMO_START_SECONDS)
            say(f"demo city of {people} people ready after {time.monotonic() - began:.1f} s at {city.url}")
            yield city


@contextlib.contextmanager
def temporary_folder(keep_on_failure: bool = False):
    """A folder for one check, removed afterwards; kept, and named, when asked to after a failure."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="thanglong-check-"))
    keep = False
    try:
        yield folder
    except Failure:
        keep = keep_on_failure
        raise
    finally:
        if keep:
            say(f"kept for inspection: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


# --- HTTP ------------------------------------------------------------------------------------


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise Failure(f"not JSON (status {self.status}): {self.text[:200]}") from None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()


class Client:
    """One kept connection. An answer is returned only when its last byte has been received; nothing is retried."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, seconds: float = REQUEST_SECONDS):
        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=seconds)
        self.headers = headers or {}

    def call(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        sent = self.headers | (headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
            sent.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode("utf-8")
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def records(client: Client, register: str, limit: int) -> list[dict]:
    """Some records of a register, as the API gives them."""
    answer = client.call("GET", f"/api/v1/registers/{register}/records?limit={limit}")
    if answer.status != 200 or not answer.json().get("records"):
        raise Failure(f"the API lists no records of {register} (status {answer.status})")
    return answer.json()["records"]


def one_of_each(city: Demo) -> None:
    """Lets happen what a fresh demo city has not seen yet: a notice, a decision, and a death that leaves a question open.

    Only in a city of the check's own; one that runs elsewhere is left as it is.
    """
    if city.service is None:
        return
    with city.client() as client:

        def put(register: str, key: str, **item: object) -> Answer:
            return client.call("PUT", f"/api/v1/registers/{register}/records/{key}", {"item": item})

        today = datetime.date.today()
        business = records(client, "household-business", 1)[0]
        servant = records(client, "civil-servant", 1)[0]
        answers = [
            put("business-event", "TB00000000009901", business=business["key"], commune=business["item"]["commune"], kind="pause",
                **{"from": f"{today + datetime.timedelta(days=6)}"}, until=f"{today + datetime.timedelta(days=120)}", reason="Sửa nhà"),
            put("personnel-decision", f"9901-QD-{today.year}", servant=servant["key"], kind="salary-step",
                takes_effect=f"{today + datetime.timedelta(days=7)}", step=servant["item"]["step"] + 1),
        ]
        for enterprise in records(client, "enterprise", 20):
            person = client.call("GET", f"/api/v1/registers/population/records/{enterprise['item']['representative']}")
            if person.status != 200:
                continue
            death = put("civil-event", "HT00000000009901", kind="death", day=f"{today - datetime.timedelta(days=3)}",
                        commune=person.json()["item"]["commune"], deceased=person.json()["key"])
            if death.status == 201:
                break
        answers.append(death)
    refused = [tail(answer.text, 3)[:300] for answer in answers if answer.status not in (200, 201)]
    if refused:
        raise Failure(f"the API refuses a record that could exist: {'; '.join(refused)}")


def json_lines(values) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


# --- The browser -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Size:
    name: str
    width: int
    height: int
    mobile: bool = False
    touch: bool = False


PHONE = Size("phone", 390, 844, mobile=True, touch=True)
DESKTOP = Size("desktop", 1280, 800)
KIOSK = Size("kiosk", 1080, 1920, touch=True)


class Browser:
    """Debian's Chromium, driven by Playwright."""

    def __enter__(self) -> Browser:
        from playwright.sync_api import sync_playwright

        if not pathlib.Path(CHROMIUM).exists():
            raise Failure(f"no Chromium at {CHROMIUM}; run bin/install-checks or set THANGLONG_CHROMIUM")
        self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=CHROMIUM, headless=True, timeout=60_000,
                args=["--no-sandbox", "--headless=new", "--disable-dev-shm-usage", "--disable-gpu"])
        except BaseException:
            self._playwright.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):
            self._chromium.close()
        self._playwright.stop()

    def context(self, size: Size, state: dict | None = None, javascript: bool = True):
        """A fresh visitor from Hà Nội. Its browser prefers Vietnamese, so English must come from ?lang=en."""
        context = self._chromium.new_context(
            viewport={"width": size.width, "height": size.height}, is_mobile=size.mobile, has_touch=size.touch,
            device_scale_factor=1, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce",
            java_script_enabled=javascript, storage_state=state)
        context.set_default_timeout(PAGE_SECONDS * 1000)
        return context


def in_language(url: str, language: str) -> str:
    parts = urllib.parse.urlsplit(url)
    query = [pair for pair in urllib.parse.parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "lang"]
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode([*query, ("lang", language)])))


ERROR_SUMMARY = ".error-summary, #error-summary, main [role=alert]"
SUBMIT = "button:not([type=button]):not([type=reset]), input[type=submit]"


def submit(page, form) -> bool:
    """Presses the form's first button; says whether the browser went anywhere."""
    from playwright.sync_api import TimeoutError as NothingHappened

    try:
        with page.expect_navigation(wait_until="load", timeout=PAGE_SECONDS * 1000):
            form.locator(SUBMIT).first.click()
        return True
    except NothingHappened:
        return False


def sign_in(context, url: str, account: dict[str, str], language: str = "vi") -> dict:
    """Signs in through the form; returns the cookies, for other contexts."""
    page = context.new_page()
    try:
        page.goto(in_language(f"{url}/sign-in", language))
        form = page.locator("form:has([name=user]):has([name=password])").first
        if form.count() == 0:
            raise Failure("no form with the fields `user` and `password` at /sign-in")
        form.locator("[name=user]").fill(account["user"])
        form.locator("[name=password]").fill(account["password"])
        went = submit(page, form)
        if not went or page.locator("[name=password]").count():
            raise Failure(f"signing in as {account['user']} did not work; the page says: {tail(page.locator('main').first.inner_text(), 6)}")
        return context.storage_state()
    finally:
        page.close()


def purpose_form(page):
    """The form that asks why a personal record is read, or None."""
    form = page.locator("main form:has(select[name=purpose])").first
    return form if form.count() else None


def answer_purpose(page) -> bool:
    """Answers the purpose question with its first real choice, if the page asks it."""
    form = purpose_form(page)
    if form is None:
        return False
    choices = form.locator("select[name=purpose] option").evaluate_all("all => all.filter(o => o.value && !o.disabled).map(o => o.value)")
    if not choices:
        raise Failure("the purpose question offers no choice")
    form.locator("select[name=purpose]").select_option(choices[0])
    if not submit(page, form) or page.locator(ERROR_SUMMARY).count():
        raise Failure("answering the purpose question led nowhere")
    return True


def first_record(page, register: str) -> str | None:
    """The address of the first record in the page's table (or list) of records."""
    links = page.locator("main table tbody a[href], main a[href]").evaluate_all("all => all.map(a => [a.href, !!a.closest('tbody')])")
    here = urllib.parse.urlsplit(page.url)
    for in_table in (True, False):
        for address, inside in links:
            parts = urllib.parse.urlsplit(address)
            under = re.match(rf"/registers/{re.escape(register)}/(?:records/)?[^/]+$", parts.path)
            if inside == in_table and under and parts.netloc == here.netloc and not re.search(r"/(new|entries|statistics)$|\.\w+$", parts.path):
                return address
    return None


def open_person(page, url: str, language: str, goto=None) -> None:
    """Opens the first person's record as an officer does, answering the purpose question where it is asked."""
    goto = goto or page.goto
    for path in ("/registers/population", "/registers/population?q=nguyen"):
        goto(in_language(url + path, language))
        answer_purpose(page)
        address = first_record(page, "population")
        if address:
            goto(in_language(address, language))
            answer_purpose(page)
            return
    raise Failure("no link to a person's record in the table at /registers/population")
