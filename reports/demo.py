"""Made-up people and reports to see the portal at work: written through the portal's own services, gone in one command.

The words and figures are invented; the same plan on the same day always gives the same history.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from assignments.models import StandingAgency, Unit, UnitMembership, User
from assignments.roles import Role
from models_registry.models import Plan
from models_registry.text import fold
from reports.calendar import REGULAR, VIETNAM, Rhythm, local_day, span_of
from reports.models import CurrentProgress, DemoData, ProgressEntry, ReportingPeriod, UnitReport
from reports.services.drafts import save_draft
from reports.services.filing import submit_nothing, submit_report
from reports.services.periods import run_schedule
from reports.states import WorkState

DEMO_PASSWORD = "xem-thu-cong-06"

_SHARED_ACCOUNTS = (
    ("quan-tri", "Cán bộ quản trị", Role.ADMIN),
    ("thuong-truc", "Cán bộ thường trực", Role.STANDING_AGENCY),
    ("lanh-dao", "Lãnh đạo", Role.LEADER),
)
_RESULTS = (
    "Đã phân công cán bộ phụ trách và niêm yết hướng dẫn tại nơi tiếp dân.",
    "Tổ chức 02 buổi tuyên truyền, phát 150 tờ rơi cho người dân.",
    "Tập huấn cho tổ công nghệ số cộng đồng của các bản, khu phố.",
    "Hướng dẫn người dân thực hiện tại chỗ, tiếp nhận 35 lượt.",
    "Rà soát danh sách, đối chiếu dữ liệu với Công an.",
    "Đã lắp đặt và chạy thử thiết bị, đang theo dõi.",
)
_DIFFICULTIES = (
    "Thiếu đầu đọc thẻ căn cước; đề nghị cấp trên hỗ trợ kinh phí.",
    "Đường truyền ở các bản vùng cao không ổn định.",
    "Nhiều người dân chưa có điện thoại thông minh.",
    "Phần mềm hay báo lỗi khi đối chiếu dữ liệu, chưa có hướng dẫn xử lý.",
)


class DemoRefused(Exception):
    """The portal holds what must not be mixed with made-up data; the message says what and what to do."""


class Filing(NamedTuple):
    """A report and the moment at which its unit files it."""

    at: datetime
    report: UnitReport


@transaction.atomic
def seed_demo(plan: Plan, *, weeks: int, at: datetime, password: str = DEMO_PASSWORD) -> list[User]:
    """Make the accounts, and ``weeks`` weeks of reporting up to ``at``; returns the accounts.

    Raises DemoRefused where there already are accounts of the same names or periods.
    """
    if DemoData.objects.exists() or ReportingPeriod.objects.exists():
        raise DemoRefused(
            "Cổng đã có kỳ báo cáo nên không tạo dữ liệu minh hoạ nữa. Xóa dữ liệu cũ: seed_demo --clear."
        )
    accounts = _make_accounts(plan, local_day(at), password)
    DemoData.objects.create(made_at=at, weeks=weeks)
    if weeks:
        _make_history(plan, at - timedelta(weeks=weeks), at)
    return accounts


@transaction.atomic
def clear_demo(*, force: bool = False) -> bool:
    """Take away the made-up people and every report; returns whether there were any.

    Raises DemoRefused where real people have filed in between, unless ``force``.
    """
    if not DemoData.objects.exists():
        return False
    real = UnitReport.objects.filter(submitted_by__is_demo=False).count()
    if real and not force:
        raise DemoRefused(f"Có {real} báo cáo do người thật nộp sẽ mất theo. Nếu chắc chắn, thêm --force.")
    for model in (CurrentProgress, ProgressEntry, UnitReport, ReportingPeriod):
        model.objects.all().delete()
    for model in (ProgressEntry, UnitReport):
        model.history.all().delete()
    people = User.objects.filter(is_demo=True)
    made_up = list(people.values_list("pk", flat=True))
    people.delete()
    User.history.filter(id__in=made_up).delete()  # after the people: their deletion leaves a row of its own
    DemoData.objects.all().delete()
    return True


# --- People ---


def username_of(unit: Unit) -> str:
    """ "UBND xã Phú Lệ" -> "xa-phu-le"."""
    return "-".join(fold(unit.name).removeprefix("ubnd ").split())


def _make_accounts(plan: Plan, day: date, password: str) -> list[User]:
    reporting = Unit.objects.on(day).filter(files_reports=True, duties__initiative__plan=plan).distinct()
    units = sorted(reporting, key=lambda unit: unit.kind != Unit.Kind.COMMUNE)  # communes first: they owe the most
    officers = [(username_of(unit), f"Cán bộ {unit.label}", Role.OFFICER, unit) for unit in units]
    agency = StandingAgency.objects.on(day).filter(plan=plan).select_related("unit").first()
    standing = agency.unit if agency else None
    shared = [(*account, standing if account[2] is Role.STANDING_AGENCY else None) for account in _SHARED_ACCOUNTS]
    taken = User.objects.filter(username__in=[account[0] for account in (*shared, *officers)]).first()
    if taken:
        raise DemoRefused(f"Đã có tài khoản “{taken.username}”, không ghi đè bằng tài khoản minh hoạ.")
    hashed = make_password(password)  # once for all: hashing is slow on purpose
    return [_make_account(*account, hashed=hashed) for account in (*shared, *officers)]


def _make_account(username: str, full_name: str, role: Role, unit: Unit | None, *, hashed: str) -> User:
    user = User.objects.create(
        username=username, full_name=full_name, role=role, password=hashed, is_demo=True, must_change_password=False
    )
    if unit:
        UnitMembership.objects.create(user=user, unit=unit)
    return user


# --- History ---


def _make_history(plan: Plan, begin: datetime, end: datetime) -> None:
    random = Random(plan.pk)
    officer_of = {
        membership.unit_id: membership.user
        for membership in UnitMembership.objects.filter(user__is_demo=True).select_related("user").order_by("pk")
    }
    progress: dict[int, tuple[str, int]] = {}
    filings: list[Filing] = []
    for tick in _ticks(local_day(begin), end):
        for filing in sorted((filing for filing in filings if filing.at < tick), key=lambda filing: filing.at):
            _file(filing, officer_of[filing.report.unit_id], random, progress)
        filings = [filing for filing in filings if filing.at >= tick]
        opened = run_schedule(at=tick)["opened"]
        expected = UnitReport.objects.filter(period__plan=plan, period__code__in=opened).select_related(
            "period", "unit"
        )
        filings += _plan_filings(list(expected.order_by("unit_id")), random, end)


def _ticks(first: date, end: datetime) -> Iterator[datetime]:
    """Shortly after midnight of every day on which a period begins, and ``end``."""
    day = first
    while (tick := datetime.combine(day, time(0, 5), VIETNAM)) < end:
        if day == first or any(span_of(rhythm, day).starts_on == day for rhythm in REGULAR):
            yield tick
        day += timedelta(days=1)
    yield end


def _plan_filings(reports: list[UnitReport], random: Random, end: datetime) -> list[Filing]:
    """When each report is filed; those missing from the list never are."""
    filings = []
    for report in reports:
        due = report.period.due_at
        chance = random.random()
        if chance < 0.05:
            continue
        hours = -random.randint(2, 30) if chance < 0.9 else random.randint(9, 60)
        # Communes wait for the last day, so that there is something left to file for whoever tries the portal.
        is_last_minute = report.unit.kind == Unit.Kind.COMMUNE and due > end
        if not is_last_minute:
            filings.append(Filing(due + timedelta(hours=hours, minutes=random.randint(0, 59)), report))
    return filings


def _file(filing: Filing, officer: User, random: Random, progress: dict[int, tuple[str, int]]) -> None:
    report, at = filing.report, filing.at
    entries = list(report.entries.select_related("duty").order_by("pk"))
    known = all(entry.duty_id in progress for entry in entries)
    if known and report.period.rhythm == Rhythm.WEEKLY and random.random() < 0.35:
        submit_nothing(report, by=officer, at=at)
        return
    for entry in entries:
        _fill(entry, random, progress)
    save_draft(report, entries, by=officer, at=at - timedelta(minutes=random.randint(3, 40)))
    submit_report(report, by=officer, at=at)


def _fill(entry: ProgressEntry, random: Random, progress: dict[int, tuple[str, int]]) -> None:
    state, percent = progress.get(entry.duty_id) or (random.choice(("not_started", "in_progress")), 0)
    if state != WorkState.MAINTAINED and random.random() < 0.6:
        state, percent = _step(random, percent)
    progress[entry.duty_id] = state, percent
    entry.work_state, entry.percent = state, percent
    if state == WorkState.BLOCKED:
        entry.difficulty = random.choice(_DIFFICULTIES)
    if state != WorkState.NOT_STARTED and random.random() < 0.4:
        entry.result = random.choice(_RESULTS)


def _step(random: Random, percent: int) -> tuple[str, int]:
    """The next state of a piece of work: forward as a rule, stuck now and then."""
    if percent and random.random() < 0.08:
        return WorkState.BLOCKED, percent
    percent = min(100, percent + random.choice((5, 10, 15, 20)))
    if percent < 100:
        return WorkState.IN_PROGRESS, percent
    return random.choice((WorkState.DONE, WorkState.MAINTAINED)), 100
