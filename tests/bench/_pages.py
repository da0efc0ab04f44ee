"""The parts of the measurement of pages: two histories in one database, each page in turn with the floor page."""

import gzip
import http.client
import io
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import openpyxl
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assignments.models import UnitMembership, User
from assignments.roles import Role
from models_registry.models import Plan
from reports.models import ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from tests.bench._rollup import analyse, lived, say, serving, session_of
from tests.factories import UserFactory

WEEKS = (40, 104)
WARMING, ROUNDS = 3, 15
# Times the floor page, as the project sets them; None where it sets none.
AIMS = {
    "ma trận": 4,
    "danh sách mô hình": 8,
    "một mô hình": 8,
    "tình hình chung": 8,
    "nộp báo cáo": 8,
    "chi tiết": 8,
    "việc cần làm, đơn vị": 10,
    "việc cần làm, thường trực": 10,
    "duyệt": 10,
    "biểu nhập": None,
}


class Page(NamedTuple):
    """What is asked, by whom."""

    name: str
    url: str
    user: User


class Measured(NamedTuple):
    """In milliseconds: ``p50`` through gunicorn and ``cpu`` in this process; ``size`` in bytes, compressed."""

    p50: float
    cpu: float
    queries: int
    instances: int
    size: int


def measure() -> None:
    call_command("migrate", verbosity=0)
    agency = UserFactory(full_name="Người đo", role=Role.STANDING_AGENCY)
    lives = {weeks: pages_of(lived(number, weeks, agency), agency) for number, weeks in enumerate(WEEKS)}
    run_schedule(at=timezone.now())
    analyse()
    floor = Page("trang sàn", f"/san/{Plan.objects.latest('pk').pk}/", agency)
    asked = [floor, *(page for pages in lives.values() for page in pages)]
    with serving():
        p50 = in_turn(asked)
    table(p50, floor, lives)
    workbook(agency)


def pages_of(plan: Plan, agency: User) -> list[Page]:
    """One of each kind."""
    unit = plan.standing_agencies.get().unit
    other = UnitMembership.objects.exclude(unit=unit).filter(unit__duties__initiative__plan=plan).first()
    officer = other.user if other else UserFactory(unit=_another(plan, unit))
    of_plan, rollup = f"/ke-hoach/{plan.pk}/", f"/ke-hoach/{plan.pk}/tong-hop/"
    week = ReportingPeriod.objects.filter(plan=plan).latest("ends_on")
    report = UnitReport.objects.get(period=week, unit=officer.memberships.get().unit)
    return [
        Page("ma trận", f"{rollup}ma-tran/", agency),
        Page("danh sách mô hình", f"{of_plan}mo-hinh/", agency),
        Page("một mô hình", f"{of_plan}mo-hinh/1/", agency),
        Page("tình hình chung", rollup, agency),
        Page("nộp báo cáo", f"{rollup}nop/", agency),
        Page("chi tiết", f"{rollup}chi-tiet/?mo_hinh=1", agency),
        Page("việc cần làm, đơn vị", "/", officer),
        Page("việc cần làm, thường trực", "/", agency),
        Page("duyệt", f"{of_plan}duyet/", agency),
        Page("biểu nhập", report.get_absolute_url(), officer),
    ]


def _another(plan: Plan, unit: Any) -> Any:
    return plan.initiatives.first().duties.exclude(unit=unit).first().unit


# --- Measuring ---


def in_turn(pages: list[Page]) -> dict[Page, float]:
    """The median of each, asked one after the other and again."""
    cookies = {page: session_of(page.user) for page in pages}
    took: dict[Page, list[float]] = {page: [] for page in pages}
    for turn in range(WARMING + ROUNDS):
        for page in pages:
            begun = time.perf_counter()
            ask(page.url, cookies[page])
            if turn >= WARMING:
                took[page].append((time.perf_counter() - begun) * 1000)
    return {page: statistics.median(times) for page, times in took.items()}


def ask(path: str, cookie: str) -> None:
    link = http.client.HTTPConnection("127.0.0.1", int(os.environ["BENCH_PORT"]), timeout=60)
    link.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = link.getresponse()
    answer.read()
    link.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def inside(page: Page) -> tuple[float, int, int, int]:
    """Processor time, queries, instances and size of the compressed page, in this process."""
    client = Client(headers={"host": "localhost"})
    client.force_login(page.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get(page.url)
    with counting_instances() as instances, CaptureQueriesContext(connection) as queries:
        answer = client.get(page.url)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.url} answered {answer.status_code}")
    times = [processor_time(lambda: client.get(page.url)) for _ in range(ROUNDS)]
    return statistics.median(times), len(queries), instances[0], len(gzip.compress(answer.content, 6))


def processor_time(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1000


@contextmanager
def counting_instances() -> Iterator[list[int]]:
    found = [0]

    def count(**_: object) -> None:
        found[0] += 1

    post_init.connect(count)
    try:
        yield found
    finally:
        post_init.disconnect(count)


# --- Telling ---


def table(p50: dict[Page, float], floor: Page, lives: dict[int, list[Page]]) -> None:
    say(f"trang sàn: {p50[floor]:.1f} ms")
    heads = ("p50", "× sàn", "cho phép", "CPU", "truy vấn", "đối tượng", "104/40", "byte nén")
    say(f"{'trang':28}{''.join(f'{head:>11}' for head in heads)}")
    short, long = (lives[weeks] for weeks in WEEKS)
    for before, page in zip(short, long, strict=True):
        cpu, queries, instances, size = inside(page)
        times, grown = p50[page] / p50[floor], p50[page] / p50[before]
        aim = AIMS[page.name] or "–"
        told = f"{p50[page]:11.1f}{times:11.1f}{aim!s:>11}{cpu:11.1f}{queries:11}{instances:11}{grown:11.2f}{size:11}"
        say(f"{page.name:28}{told}")


def workbook(agency: User) -> None:
    """The workbook of a filled week beside openpyxl writing the same cells and nothing else."""
    week = ReportingPeriod.objects.filter(plan=Plan.objects.latest("pk"), summed_at__isnull=False).latest("ends_on")
    client = Client(headers={"host": "localhost"})
    client.force_login(agency, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/ke-hoach/{week.plan_id}/tong-hop/bang/?ky={week.code}"
    answer = client.get(url)
    cells = [
        (sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)])
        for sheet in openpyxl.load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content))
    ]
    whole = statistics.median(processor_time(lambda: list(client.get(url))) for _ in range(3))
    bare = statistics.median(processor_time(lambda: write_bare(cells)) for _ in range(3))
    say(f"bảng tính của một tuần: {whole:.0f} ms; openpyxl chỉ ghi các ô ấy: {bare:.0f} ms")
    say(f"bằng {whole / bare:.2f} lần (cho phép 0,8)")


def write_bare(sheets: list[tuple[str, list[list[Any]]]]) -> None:
    book = openpyxl.Workbook()
    for title, rows in sheets:
        sheet = book.create_sheet(title[:31])
        for row in rows:
            sheet.append(row)
    book.save(io.BytesIO())
