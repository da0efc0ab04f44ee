"""The parts of the measurement of the roll-up."""

import http.client
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assignments.models import UnitMembership, User
from assignments.roles import Role
from models_registry.models import Plan
from reports.demo.bulk import fill_weeks, make_plan
from reports.domain.calendar import local_day
from reports.progress.current import rebuild_current
from reports.progress.period_states import rebuild_period_states
from tests.processes import free_port, wait_until

UNITS, INITIATIVES, WEEKS = 60, 21, 104
CELLS = UNITS * INITIATIVES
SHORT_WEEKS = 14
WARMING, REQUESTS = 12, 60
CLIENTS, PROCESSES = 32, 4
TURNS, SECONDS = 4, 4
MATRIX, FIRST_PAGE = "ma-tran/", ""


def measure() -> None:
    """Short history first, then the asked one in the same database; both plans show the same cells."""
    plans = int(os.environ["BENCH_PLANS"])
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("do", full_name="Người đo", role=Role.STANDING_AGENCY, must_change_password=False)
    short = lived(0, SHORT_WEEKS, user)
    analyse()
    wrong = rebuild_current() + rebuild_period_states()
    say(f"lịch sử ngắn: {CELLS * SHORT_WEEKS:,} dòng tiến độ; sai khác khi tính lại: {wrong}")
    long, loading = load(plans, user)
    say(f"lịch sử dài: {plans} kế hoạch × {CELLS} ô × {WEEKS} tuần, nạp trong {loading:.0f} s")
    say(f"cơ sở dữ liệu: {entries():,} dòng tiến độ, {size()}")
    with serving():
        compared(short, long, user)
        under_load(long, user)
    queries(long, user)


def load(plans: int, user: User) -> tuple[Plan, float]:
    begun = time.perf_counter()
    long = [lived(number, WEEKS, user) for number in range(1, plans + 1)]
    analyse()
    return long[len(long) // 2], time.perf_counter() - begun


def lived(number: int, weeks: int, user: User) -> Plan:
    """A plan with ``weeks`` weeks behind it, the present one filed as well."""
    today = local_day(timezone.now())
    first_day = today - timedelta(weeks=weeks - 1)
    plan = make_plan(number, units=UNITS, initiatives=INITIATIVES, first_day=first_day)
    UnitMembership.objects.create(user=user, unit=plan.standing_agencies.get().unit)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # what is written here is right, and checked by hand
        fill_weeks(plan, first_day, weeks, today=today, by=user)
        cursor.execute("SET session_replication_role = origin")
    return plan


# --- Measuring ---


class serving:
    """gunicorn with cores + 1 workers, as the portal is run."""

    def __enter__(self) -> None:
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "tests.bench._floor", "--bind", f"127.0.0.1:{port}",
                   "--workers", str((os.cpu_count() or 1) + 1), "--log-level", "warning"]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=settings.BASE_DIR)
        os.environ |= {"BENCH_PORT": str(port), "BENCH_SERVER": str(self.process.pid)}
        wait_until(lambda: self.process.poll() is None and answers(), "gunicorn")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def answers() -> bool:
    try:
        return ask("/healthz", "") > 0
    except OSError:
        return False


def ask(path: str, cookie: str) -> int:
    """One request; returns the size of the answer."""
    link = http.client.HTTPConnection("127.0.0.1", int(os.environ["BENCH_PORT"]), timeout=60)
    link.request("GET", path, headers={"Cookie": cookie})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    if answer.status not in (200, 503):
        raise RuntimeError(f"{path} answered {answer.status}")
    return len(body)


def compared(short: Plan, long: Plan, user: User) -> None:
    """The four pages in turn, again and again, so that whatever else the machine does disturbs all alike."""
    cookie = session_of(user)
    pages = {
        "trang sàn": (f"/san/{long.pk}/", ""),
        "lịch sử ngắn": (rollup(short, MATRIX), cookie),
        "lịch sử dài": (rollup(long, MATRIX), cookie),
        "trang đầu, không có ma trận": (rollup(long, FIRST_PAGE), cookie),
    }
    took: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(WARMING + REQUESTS):
        for name, page in pages.items():
            begun = time.perf_counter()
            weight = ask(*page)
            if turn >= WARMING:
                took[name].append((time.perf_counter() - begun) * 1000)
            elif turn == WARMING - 1:
                say(f"{name}: {weight / 1024:.0f} KiB")
    median = {name: statistics.median(times) for name, times in took.items()}
    for name, times in took.items():
        say(f"{name}: {median[name]:.1f} ms một trang (nhanh nhất {min(times):.1f})")
    floor, first = median["trang sàn"], median["trang đầu, không có ma trận"]
    say(f"thời gian: gấp {median['lịch sử dài'] / floor:.1f} lần trang sàn (cho phép 10)")
    say(f"trang đầu: gấp {first / floor:.1f} lần trang sàn")
    say(f"lịch sử dài / ngắn, cùng {CELLS} ô: {median['lịch sử dài'] / median['lịch sử ngắn']:.2f} (cho phép 2)")


def under_load(plan: Plan, user: User) -> None:
    """Requests a second of many clients at once, the page and its floor in turn.

    Where other programs share the machine the server's own processor time says more than the clock.
    """
    asked = {rollup(plan, MATRIX): session_of(user), f"/san/{plan.pk}/": ""}
    rates: dict[str, list[float]] = {path: [] for path in asked}
    spent: dict[str, list[float]] = {path: [] for path in asked}
    for _ in range(TURNS):
        for path, own in asked.items():
            before = processor_seconds()
            rates[path].append(rate(path, own))
            spent[path].append((processor_seconds() - before) / (rates[path][-1] * SECONDS) * 1000)
    page, floor = (statistics.mean(one) for one in rates.values())
    share = 100 * page / floor
    say(f"{CLIENTS} người cùng lúc: {page:.0f} trang/s, trang sàn {floor:.0f}/s: bằng {share:.0f} % (cần 15 %)")
    page, floor = (statistics.mean(one) for one in spent.values())
    say(f"bộ xử lý của máy chủ: {page:.1f} ms một trang, trang sàn {floor:.1f} ms: bằng {100 * floor / page:.0f} %")


def processor_seconds() -> float:
    """What this process's own server and PostgreSQL have used of the processors."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        postmaster = int((Path(cursor.fetchone()[0]) / "postmaster.pid").read_text().split()[0])
    servers = {postmaster, int(os.environ["BENCH_SERVER"])}
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = stat.read_text().partition(" ")
            fields = rest.rpartition(")")[2].split()
            if int(pid) in servers or int(fields[1]) in servers:
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def rate(path: str, cookie: str) -> float:
    """From several processes, so that the clients do not wait for each other."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        done = pool.map(keep_asking_together, [path] * PROCESSES, [cookie] * PROCESSES)
        return sum(done) / SECONDS


def keep_asking_together(path: str, cookie: str) -> int:
    until = time.monotonic() + SECONDS

    def keep_asking(_: int) -> int:
        done = 0
        while time.monotonic() < until:
            ask(path, cookie)
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS // PROCESSES) as pool:
        return sum(pool.map(keep_asking, range(CLIENTS // PROCESSES)))


def queries(plan: Plan, user: User) -> None:
    client = Client()
    client.force_login(user)
    for part in (MATRIX, FIRST_PAGE, "nop/", "thay-doi/", "thoi-gian/", "xu-huong/"):
        path = rollup(plan, part)
        with CaptureQueriesContext(connection) as context:
            answer = client.get(path, headers={"host": "localhost"})
        assert answer.status_code == 200, path
        took = sum(float(one["time"]) for one in context.captured_queries) * 1000
        say(f"{path}: {len(context)} truy vấn, {took:.0f} ms trong cơ sở dữ liệu")


def rollup(plan: Plan, part: str) -> str:
    """The address of a part of the roll-up."""
    return f"/ke-hoach/{plan.pk}/tong-hop/{part}"


def session_of(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_progressentry")
        return cursor.fetchone()[0]


def size() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return cursor.fetchone()[0]


def say(line: str) -> None:
    print(line, flush=True)
