"""A bad week for the machine: what was acknowledged is kept, and the portal comes back by itself (CHECKS 30, 32, 33).

The web server of compose on a PostgreSQL of its own, eight officers filing at once, and something dying under them.
"""

import http.client
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.migrated import copy_to_postgres
from tests.processes import free_port, run_in_background, wait_until
from tests.servers import PrivateServers

pytestmark = [pytest.mark.once, pytest.mark.programs]

ROOT = Path(__file__).resolve().parents[2]
OFFICERS = 8
REPORTS_EACH = 10  # in each test
TESTS = 3
PATIENCE = 40

# Run in the portal itself, for the database of the tests is another: people, their reports, sessions to file them by.
PREPARE = """
import json
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from assignments.models import UnitMembership
from reports.models import UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UserFactory
today = timezone.localdate()
initiative = InitiativeFactory(plan=PlanFactory(starts_on=today, ends_on=today + timedelta(days=400)))
people = [UserFactory() for _ in range({officers})]
for number in range({officers} * {each}):
    duty = DutyFactory(initiative=initiative, valid_from=today)
    UnitMembership.objects.create(user=people[number % {officers}], unit=duty.unit)
run_schedule(at=timezone.now())
for month in UnitReport.objects.filter(period__rhythm="monthly"):  # so that "không phát sinh" has something to refer to
    filed(month, people[0], timezone.now())
told = []
for person in people:
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    owed = UnitReport.objects.filter(unit__memberships__user=person, period__rhythm="weekly", state="open")
    told.append([session.session_key, list(owed.values_list("pk", flat=True))])
print(json.dumps(told))
"""
FILED = """
import json
from reports.models import UnitReport
filed = UnitReport.objects.filter(state="submitted", period__rhythm="weekly")
print(json.dumps(list(filed.values_list("pk", flat=True))))
"""


ENTRIES = """
import json
from reports.models import ProgressEntry
print(json.dumps(list(ProgressEntry.objects.filter(report={report}).values_list("pk", flat=True))))
"""
EVIDENCE = """
import json
from reports.models import Evidence
print(json.dumps(list(Evidence.objects.values_list("entry", "size"))))
"""


@dataclass
class Filed:
    """What the officers saw: the status of each answer (0: none), how long it took, which reports were acknowledged."""

    acknowledged: set[int] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)


def migrated(servers: PrivateServers) -> str:
    """The address of a database with all its tables, on a server started for it."""
    address = servers.start_postgres()
    where = urlsplit(address)
    copy_to_postgres({"HOST": where.hostname, "PORT": str(where.port), "USER": where.username}, "portal")
    return where._replace(path="/portal").geturl()


class Site:
    """The portal as compose runs it, without https, on servers of its own."""

    def __init__(self, servers: PrivateServers, port: int) -> None:
        self.servers, self.port = servers, port
        self.environment = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for-this-test-only-" * 3,
            "ALLOWED_HOSTS": "127.0.0.1",
            "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",  # filing needs none
            "PORTAL_HTTPS": "false",
            "PORTAL_PROXY_COUNT": "0",
            "LOG_LEVEL": "CRITICAL",
            "STATIC_ROOT": str(servers.folder / "static"),
            # What is acknowledged must be on the disk, which the tests' own servers do not wait for.
            "DATABASE_URL": f"{migrated(servers)}?options=-c%20synchronous_commit%3Don",
            "DATA_DIR": str(servers.folder),
            "WEB_CONCURRENCY": "3",
        }
        self.web: subprocess.Popen[bytes]
        self.people: list[tuple[str, list[int]]]

    def manage(self, *command: str) -> str:
        arguments = [sys.executable, "manage.py", *command]
        done = subprocess.run(arguments, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, script: str) -> list:
        found: list = json.loads(self.manage("shell", "-v0", "-c", script).splitlines()[-1])
        return found

    def request(self, path: str, session: str = "", fields: dict[str, str] | None = None) -> int:
        """The status of the answer; 0 where there was none."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        token = "a" * 32
        headers = {"Cookie": f"sessionid={session}; csrftoken={token}"}
        try:
            if fields is None:
                link.request("GET", path, headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                link.request("POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}), headers)
            answer = link.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            link.close()

    def file(self, session: str, reports: list[int], filed: Filed, over: threading.Event) -> None:
        """As an officer does: press, press again where nothing came back, read on while the trouble lasts."""
        for report in reports:
            deadline = time.monotonic() + PATIENCE
            while report not in filed.acknowledged and time.monotonic() < deadline:
                if self.timed(filed, f"/bao-cao/{report}/khong-phat-sinh/", session, {}) == 302:
                    filed.acknowledged.add(report)
                    filed.at.append(time.monotonic())
                else:
                    time.sleep(0.2)
        while not over.is_set():
            self.timed(filed, "/tai-khoan/", session)

    def timed(self, filed: Filed, path: str, session: str, fields: dict[str, str] | None = None) -> int:
        begun = time.monotonic()
        status = self.request(path, session, fields)
        filed.seconds.append(time.monotonic() - begun)
        filed.statuses.append(status)
        return status

    def all_file_while(self, trouble: Callable[[], None]) -> Filed:
        turns = [(session, [reports.pop() for _ in range(REPORTS_EACH)]) for session, reports in self.people]
        filed, over = Filed(), threading.Event()
        with ThreadPoolExecutor(OFFICERS) as pool:
            at_work = [pool.submit(self.file, session, reports, filed, over) for session, reports in turns]
            try:
                wait_until(lambda: len(filed.acknowledged) >= OFFICERS, "the first reports", pause=0.01)
                trouble()
            finally:
                over.set()
        for one in at_work:
            one.result()
        return filed


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    servers, port = PrivateServers("postgres"), free_port()
    servers.folder.chmod(0o755)
    try:
        site = Site(servers, port)
        site.manage("collectstatic", "--noinput", "-v0")
        site.people = site.ask(PREPARE.format(officers=OFFICERS, each=REPORTS_EACH * TESTS + 1))
        command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}"]
        with run_in_background([*command, "--log-level=critical"], site.environment, ROOT) as site.web:
            wait_until(lambda: site.request("/dang-nhap/") == 200, "the web server")
            yield site
    finally:
        servers.stop()


def test_postgresql_restarted_under_load_loses_nothing_and_the_site_comes_back_by_itself(site: Site) -> None:
    back: list[float] = []

    def restart() -> None:
        (database,) = site.servers.processes
        database.send_signal(signal.SIGINT)  # a "fast" shutdown: whoever is connected is cut off
        database.wait()
        time.sleep(1)
        site.servers.processes.clear()
        site.servers.launch(list(database.args), site.servers.folder / "postgres", "postgres.log")  # type: ignore[arg-type]
        wait_until(lambda: site.request("/dang-nhap/") == 200, "the database", pause=0.05)
        back.append(time.monotonic())

    filed = site.all_file_while(restart)

    waited = max(0, min(at for at in filed.at if at > back[0] - 1) - back[0])
    refused = sum(status not in (200, 302) for status in filed.statuses)
    print(f"acknowledged {len(filed.acknowledged)}, refused meanwhile {refused}, "
          f"first report after {waited:.1f} s")  # fmt: skip
    assert filed.acknowledged - set(site.ask(FILED)) == set()
    assert len(filed.acknowledged) == OFFICERS * REPORTS_EACH
    assert waited <= 5
    assert site.web.poll() is None


def test_web_workers_killed_under_load_lose_nothing_and_are_started_again(site: Site) -> None:
    killed = []

    def kill_some() -> None:
        for _ in range(6):
            workers = psutil.Process(site.web.pid).children()
            if workers:
                workers[0].kill()
                killed.append(workers[0].pid)
            time.sleep(0.4)

    filed = site.all_file_while(kill_some)

    print(f"killed {len(killed)}, acknowledged {len(filed.acknowledged)}, requests lost {filed.statuses.count(0)}")
    assert filed.acknowledged - set(site.ask(FILED)) == set()
    assert len(filed.acknowledged) == OFFICERS * REPORTS_EACH
    assert len(killed) >= 5
    wait_until(lambda: len(psutil.Process(site.web.pid).children()) == 3, "three workers again")


def test_new_version_put_in_under_load_answers_everybody(site: Site) -> None:
    """How long the slowest waits is how long the program takes to load, which a busy machine cannot promise."""

    def deploy() -> None:
        for _ in range(2):
            site.manage("migrate", "--noinput", "-v0")
            site.web.send_signal(signal.SIGHUP)  # gunicorn loads the program anew, worker by worker
            time.sleep(1)

    filed = site.all_file_while(deploy)

    slowest = sorted(filed.seconds)[int(len(filed.seconds) * 0.99)]
    others = [status for status in filed.statuses if status not in (200, 302)]
    print(f"answers {len(filed.statuses)}, of them neither 200 nor 302: {others}, p99 {slowest:.1f} s")
    assert [status for status in others if status >= 500] == []
    assert len(filed.acknowledged) == OFFICERS * REPORTS_EACH


# --- Slow lines ---


def drip(port: int, path: str, head: list[str], body: bytes, *, rate: int, over: threading.Event | None = None) -> str:
    """Send a POST at so many bytes a second; returns the first line of the answer, "" where there was none."""
    request = f"POST {path} HTTP/1.1"
    lines = ["Host: 127.0.0.1", f"Content-Length: {len(body)}", "Connection: close", *head]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        try:
            link.sendall("\r\n".join([request, *lines, "", ""]).encode())
            for start in range(0, len(body), rate // 10):
                if over and over.is_set():
                    return ""
                link.sendall(body[start : start + rate // 10])
                time.sleep(0.1)
            return link.makefile("rb").readline().decode().strip()
        except OSError:
            return ""


def test_file_on_a_slow_line_arrives(site: Site) -> None:
    session, reports = site.people[0]
    (entry,) = site.ask(ENTRIES.format(report=reports[0]))
    token, size = "a" * 32, 700_000
    body = (
        (
            f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--x\r\n'
            'Content-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        ).encode()
        + b"x" * size
        + b"\n%%EOF\n\r\n--x--\r\n"
    )
    head = ["Content-Type: multipart/form-data; boundary=x", f"Cookie: sessionid={session}; csrftoken={token}"]
    begun = time.monotonic()

    answer = drip(site.port, f"/minh-chung/dong/{entry}/", head, body, rate=20_000)

    print(f"{size} bytes in {time.monotonic() - begun:.1f} s")
    assert (answer, site.ask(EVIDENCE)) == ("HTTP/1.1 302 Found", [[entry, size + 16]])


def test_others_do_not_wait_for_three_slow_lines(site: Site) -> None:
    over, waits = threading.Event(), []
    # Without the cookie the form would be refused before it is read.
    head = ["Content-Type: application/x-www-form-urlencoded", f"Cookie: csrftoken={'a' * 32}"]
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(drip, site.port, "/dang-nhap/", head, b"x" * 60_000, rate=2_000, over=over)
        time.sleep(1)
        for _ in range(10):
            begun = time.monotonic()
            assert site.request("/dang-nhap/") == 200
            waits.append(time.monotonic() - begun)
        over.set()

    print(f"slowest of {len(waits)}: {max(waits):.2f} s")
    assert max(waits) < 3


def test_line_that_went_dead_keeps_no_thread() -> None:
    configured = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    configured["when_ready"].__globals__["STALLED_SECONDS"] = 1
    with socket.create_server(("127.0.0.1", 0)) as listener:
        configured["when_ready"](SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()

            with accepted, pytest.raises(BlockingIOError):
                accepted.recv(1)
