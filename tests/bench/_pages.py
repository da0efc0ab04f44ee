"""The parts of the measurement of pages: two histories in one database, each page in turn with the floor page."""

import gzip
import http.client
import io
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import openpyxl
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assignments.models import Unit, UnitMembership, User
from assignments.roles import Role
from models_registry.models import Plan
from reports.domain.calendar import Rhythm
from reports.models import CurrentProgress, PeriodState, ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from reports.special.services import request_special_report
from tests.bench import _floor  # noqa: F401  # serves the floor page in this process too
from tests.bench._rollup import analyse, lived, say, serving, session_of
from tests.factories import UserFactory
from tests.queries import counting_instances

WEEKS = (40, 104)
WARMING, ROUNDS = 3, 15
TURNS = WARMING + ROUNDS
# In this process a report is filed once more for each time it is timed.
FILED_INSIDE = 5
TOKEN = "t" * 32


class Aim(NamedTuple):
    """As the project sets them: times the floor page, and how many instances a page may build."""

    times: int | None
    instances: int = 150


AIMS = {
    "ma trận": Aim(4),
    "danh sách mô hình": Aim(8),
    "một mô hình": Aim(8),
    "tình hình chung": Aim(8),
    "nộp báo cáo": Aim(8),
    "chi tiết": Aim(8),
    "việc cần làm, đơn vị": Aim(10, 250),
    "việc cần làm, thường trực": Aim(10, 250),
    "việc cần làm, quản trị": Aim(10, 250),
    "duyệt": Aim(10, 250),
    "khó khăn": Aim(None),
    "báo cáo của đơn vị": Aim(None),
    "biểu nhập": Aim(None),
    "tự lưu một ô": Aim(5),
    "nộp cả báo cáo 21 dòng": Aim(12),
}


class Page(NamedTuple):
    """What is asked, by whom; ``posts``: what is sent, one a turn, each to an address of its own."""

    name: str
    url: str
    user: User
    posts: tuple[tuple[str, str], ...] = ()

    def turn(self, number: int) -> tuple[str, str]:
        """Address and body."""
        return self.posts[number % len(self.posts)] if self.posts else (self.url, "")


class Measured(NamedTuple):
    """In this process: ``cpu`` in milliseconds, ``size`` in bytes, compressed."""

    cpu: float
    queries: int
    instances: int
    size: int


def measure() -> None:
    begun = time.perf_counter()
    call_command("migrate", verbosity=0)
    agency = UserFactory(full_name="Người đo", role=Role.STANDING_AGENCY)
    admin = UserFactory(full_name="Người quản trị", role=Role.ADMIN)
    plans = [lived(number, weeks, agency) for number, weeks in enumerate(WEEKS)]
    present()
    run_schedule(at=timezone.now())
    lives = {weeks: pages_of(plan, agency, admin) for weeks, plan in zip(WEEKS, plans, strict=True)}
    analyse()
    say(f"nạp dữ liệu: {time.perf_counter() - begun:.0f} s")
    floor = Page("trang sàn", f"/san/{plans[-1].pk}/", agency)
    asked = [floor, *(page for pages in lives.values() for page in pages)]
    with serving():
        p50 = in_turn(asked)
    table(p50, floor, lives)
    workbook(agency)


def present() -> None:
    """What was said of the present week was said by now, so that what is filed next is the last word."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        UnitReport.objects.filter(submitted_at__gt=now).update(
            first_submitted_at=now, submitted_at=now, accepted_at=now
        )
        for kept in (CurrentProgress, PeriodState):
            kept.objects.filter(reported_at__gt=now).update(reported_at=now)
        cursor.execute("SET session_replication_role = origin")


def pages_of(plan: Plan, agency: User, admin: User) -> list[Page]:
    """One of each kind."""
    unit = plan.standing_agencies.get().unit
    first, *others = Unit.objects.filter(duties__initiative__plan=plan).exclude(pk=unit.pk).distinct().order_by("pk")
    officer, filer = UserFactory(unit=first), UserFactory(unit=others[0])
    for other in others[1 : TURNS + FILED_INSIDE + 2]:
        UnitMembership.objects.create(user=filer, unit=other)
    of_plan, rollup = f"/ke-hoach/{plan.pk}/", f"/ke-hoach/{plan.pk}/tong-hop/"
    asked = _ask_for_reports(plan, others[: TURNS + FILED_INSIDE + 2], by=agency)
    typed = asked[0]
    owed = UnitReport.objects.filter(period__plan=plan, unit=first, submitted_at=None)
    form = owed.exclude(period__rhythm=Rhythm.SPECIAL).latest("period__ends_on")
    return [
        Page("ma trận", f"{rollup}ma-tran/", agency),
        Page("danh sách mô hình", f"{of_plan}mo-hinh/", agency),
        Page("một mô hình", f"{of_plan}mo-hinh/1/", agency),
        Page("tình hình chung", rollup, agency),
        Page("nộp báo cáo", f"{rollup}nop/", agency),
        Page("chi tiết", f"{rollup}chi-tiet/?mo_hinh=1", agency),
        Page("việc cần làm, đơn vị", "/", officer),
        Page("việc cần làm, thường trực", "/", agency),
        Page("việc cần làm, quản trị", "/", admin),
        Page("duyệt", f"{of_plan}duyet/", agency),
        Page("khó khăn", f"{of_plan}kho-khan/", agency),
        Page("báo cáo của đơn vị", "/bao-cao/", officer),
        Page("biểu nhập", form.get_absolute_url(), officer),
        Page("tự lưu một ô", "", filer, tuple(_saving(typed, number) for number in range(TURNS + ROUNDS))),
        Page("nộp cả báo cáo 21 dòng", "", filer, tuple(_filing(report) for report in asked[1:])),
    ]


def _ask_for_reports(plan: Plan, units: Sequence[Unit], *, by: User) -> list[UnitReport]:
    """A special report of every initiative, of each of ``units``, for the measurement to file."""
    at = timezone.now()
    about = {"units": units, "initiatives": plan.initiatives.all(), "due_at": at + timedelta(days=2)}
    period = request_special_report(plan, title="Rà soát", **about, by=by, at=at)
    return list(period.reports.order_by("unit"))


def _saving(report: UnitReport, number: int) -> tuple[str, str]:
    """One field typed into, again and again, as the page's script sends it."""
    name = f"mh-{report.entries.order_by('pk').values_list('pk', flat=True)[0]}-result"
    known = f"Kết quả lần {number - 1}" if number else ""
    sent = urlencode([(name, f"Kết quả lần {number}"), (f"{name}-known", known), (f"{name}-known", "")])
    return f"{report.get_absolute_url()}luu/", sent


def _filing(report: UnitReport) -> tuple[str, str]:
    """Every line filled in and filed at once, as the plain form sends it."""
    said = {
        "work_state": "in_progress",
        "percent": "60",
        "result": "Đã tiếp nhận 35 lượt hồ sơ",
        "next_steps": "Tiếp tục tuyên truyền",
        "explanation": "Kiểm tra lại số liệu kỳ trước",  # of what was done or went further before
    }
    lines = {
        f"mh-{pk}-{name}": words for pk in report.entries.values_list("pk", flat=True) for name, words in said.items()
    }
    return report.get_absolute_url(), urlencode(lines | {"submit": "1"})


# --- Measuring ---


def in_turn(pages: list[Page]) -> dict[Page, float]:
    """The median of each, asked one after the other and again."""
    cookies = {page: session_of(page.user) for page in pages}
    took: dict[Page, list[float]] = {page: [] for page in pages}
    for turn in range(TURNS):
        for page in pages:
            begun = time.perf_counter()
            ask(*page.turn(turn), cookies[page])
            if turn >= WARMING:
                took[page].append((time.perf_counter() - begun) * 1000)
    return {page: statistics.median(times) for page, times in took.items()}


def ask(path: str, body: str, cookie: str) -> None:
    link = http.client.HTTPConnection("127.0.0.1", int(os.environ["BENCH_PORT"]), timeout=60)
    headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "Accept-Encoding": "gzip"}
    if body:
        headers |= {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST" if body else "GET", path, body or None, headers)
    answer = link.getresponse()
    told = answer.read()
    link.close()
    if answer.status not in (200, 302):
        raise RuntimeError(f"{path} answered {answer.status}: {told[:500]!r}")


def inside(page: Page) -> Measured:
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(page.user, backend="django.contrib.auth.backends.ModelBackend")
    left = iter([page.turn(number) for number in range(TURNS, len(page.posts) or TURNS + ROUNDS)])
    press(client, *next(left))
    turn = next(left)
    with counting_instances() as instances, CaptureQueriesContext(connection) as queries:
        answer = press(client, *turn)
    asked = len(queries)  # what follows clears the log
    times = [processor_time(lambda: press(client, *turn)) for turn in left]  # noqa: B023  # called at once
    sent = answer.content if answer.has_header("Content-Encoding") else gzip.compress(answer.content, 6)
    return Measured(statistics.median(times), asked, instances.total(), len(sent))


def press(client: Client, path: str, body: str) -> HttpResponse:
    form = "application/x-www-form-urlencoded"
    answer = client.post(path, body, content_type=form) if body else client.get(path)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.content[:500]!r}")
    return answer


def processor_time(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1000


# --- Telling ---


def table(p50: dict[Page, float], floor: Page, lives: dict[int, list[Page]]) -> None:
    say(f"trang sàn: {p50[floor]:.1f} ms, bộ xử lý {inside(floor).cpu:.1f} ms")
    heads = ("p50", "× sàn", "cho phép", "CPU", "truy vấn", "đối tượng", "cho phép", "104/40", "byte nén")
    say(f"{'trang':26}{''.join(f'{head:>10}' for head in heads)}")
    short, long = (lives[weeks] for weeks in WEEKS)
    for before, page in zip(short, long, strict=True):
        found, aim = inside(page), AIMS[page.name]
        times, grown = p50[page] / p50[floor], p50[page] / p50[before]
        told = f"{p50[page]:10.1f}{times:10.1f}{aim.times or '–'!s:>10}{found.cpu:10.1f}{found.queries:10}"
        say(f"{page.name:26}{told}{found.instances:10}{aim.instances:10}{grown:10.2f}{found.size:10}")


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
