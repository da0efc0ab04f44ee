"""Made-up people and reports to see the portal at work: written through the portal's own services, gone in one command.

The words and figures are invented; the same plan on the same day always gives the same history.
"""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from assignments.models import Duty, StandingAgency, Unit, UnitMembership, User
from assignments.roles import Role
from models_registry.models import Indicator, Plan
from models_registry.text import fold
from reports.calendar import REGULAR, VIETNAM, Rhythm, end_of_day, local_day, span_of
from reports.evidence import shelf
from reports.figures import Figure
from reports.letterheads import default_letterheads
from reports.models import (
    FILLED_FIELDS,
    ConsolidatedLine,
    ConsolidatedReport,
    CurrentProgress,
    DemoData,
    Evidence,
    HandReminder,
    IndicatorFigure,
    Letterhead,
    Notification,
    Obstacle,
    OutlineSection,
    PeriodState,
    ProgressEntry,
    Reminder,
    ReportingPeriod,
    UnitReport,
)
from reports.services.consolidated.drafts import start_draft
from reports.services.consolidated.final import finalize
from reports.services.drafts import EntryEdit, save_entries
from reports.services.filing import submit_nothing, submit_report
from reports.services.obstacles import answer_obstacle, join_obstacles, settle_obstacle
from reports.services.periods import run_schedule
from reports.services.review import Remark, accept_reports, return_report
from reports.services.special import request_special_report
from reports.states import ReportState, SolvingLevel, WorkState

DEMO_PASSWORD = "xem-thu-cong-06"

_SHARED_ACCOUNTS = (
    ("quan-tri", "Cán bộ quản trị", Role.ADMIN),
    ("thuong-truc", "Cán bộ thường trực", Role.STANDING_AGENCY),
    ("lanh-dao", "Lãnh đạo", Role.LEADER),
)
_SIGNER = "Nguyễn Văn Minh Họa"
_RESULTS = (
    "Đã phân công cán bộ phụ trách và niêm yết hướng dẫn tại nơi tiếp dân.",
    "Tổ chức 02 buổi tuyên truyền, phát 150 tờ rơi cho người dân.",
    "Tập huấn cho tổ công nghệ số cộng đồng của các bản, khu phố.",
    "Hướng dẫn người dân thực hiện tại chỗ, tiếp nhận 35 lượt.",
    "Rà soát danh sách, đối chiếu dữ liệu với Công an.",
    "Đã lắp đặt và chạy thử thiết bị, đang theo dõi.",
)
# What hinders, who can solve it, what is proposed.
_DIFFICULTIES = (
    ("Thiếu đầu đọc thẻ căn cước.", SolvingLevel.PROVINCE, "Hỗ trợ kinh phí mua đầu đọc thẻ căn cước."),
    (
        "Đường truyền ở các bản vùng cao không ổn định.",
        SolvingLevel.DISTRICT,
        "Làm việc với nhà mạng để nâng đường truyền ở các bản vùng cao.",
    ),
    (
        "Nhiều người dân chưa có điện thoại thông minh.",
        SolvingLevel.COMMUNE,
        "Bố trí máy dùng chung ở nhà văn hóa.",
    ),
    (
        "Phần mềm hay báo lỗi khi đối chiếu dữ liệu, chưa có hướng dẫn xử lý.",
        SolvingLevel.MINISTRY,
        "Có văn bản hướng dẫn xử lý lỗi khi đối chiếu dữ liệu.",
    ),
)
_NEXT_STEPS = (
    "Tiếp tục hướng dẫn người dân, cập nhật số liệu hằng tuần.",
    "Phối hợp Công an xã rà soát số còn lại.",
)
_RETURN_REASONS = (
    "Kết quả còn chung chung, đề nghị ghi số liệu cụ thể.",
    "Đề nghị nêu rõ khó khăn cần cấp nào giải quyết.",
)
_ANSWERS = (
    "Đã tổng hợp, báo cáo Công an tỉnh đề nghị hỗ trợ.",
    "Đề nghị đơn vị làm việc với nhà mạng, báo lại trong kỳ tới.",
)
_SETTLED = "Đã cấp bổ sung thiết bị, đơn vị nhận tại Công an huyện."
_SPECIAL = "Rà soát thiết bị đọc thẻ căn cước tại nơi tiếp dân"


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
    accounts = _make_accounts(plan, at, password)
    DemoData.objects.create(made_at=at, weeks=weeks)
    for letterhead in default_letterheads():
        letterhead.signer = _SIGNER
        letterhead.save()
    if weeks:
        _History(plan, at).live(at - timedelta(weeks=weeks))
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
    for name in Evidence.objects.values_list("file", flat=True):
        transaction.on_commit(partial(shelf.take_away, name))
    _clear_aggregates()
    Letterhead.objects.filter(signer=_SIGNER).delete()  # one that somebody has made real stays
    Letterhead.history.filter(signer=_SIGNER).delete()
    # Messages speak of the reports and name the people.
    messages = (Notification, Reminder, HandReminder)
    told = (PeriodState, CurrentProgress, Obstacle, Evidence, IndicatorFigure, ProgressEntry)
    for model in (*messages, *told, UnitReport, ReportingPeriod):
        model.objects.all().delete()
    for model in (Obstacle, Evidence, IndicatorFigure, ProgressEntry, UnitReport, ReportingPeriod):
        model.history.all().delete()
    people = User.objects.filter(is_demo=True)
    made_up = list(people.values_list("pk", flat=True))
    people.delete()
    User.history.filter(id__in=made_up).delete()  # after the people: their deletion leaves a row of its own
    DemoData.objects.all().delete()
    return True


def _clear_aggregates() -> None:
    """The reports upward and what is kept of them, the latest version first; the seal lets made-up ones go."""
    for report in ConsolidatedReport.objects.order_by("-version"):
        report.delete()
    for model in (ConsolidatedReport, ConsolidatedLine, OutlineSection):
        model.history.all().delete()
    OutlineSection.objects.all().delete()


# --- People ---


def username_of(unit: Unit) -> str:
    """ "UBND xã Phú Lệ" -> "xa-phu-le"."""
    return "-".join(fold(unit.name).removeprefix("ubnd ").split())


def _make_accounts(plan: Plan, at: datetime, password: str) -> list[User]:
    day = local_day(at)
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
    return [_make_account(*account, hashed=hashed, at=at) for account in (*shared, *officers)]


def _make_account(username: str, full_name: str, role: Role, unit: Unit | None, *, hashed: str, at: datetime) -> User:
    """Somebody who has been here: what the bell says reaches them."""
    user = User.objects.create(
        username=username,
        full_name=full_name,
        role=role,
        password=hashed,
        is_demo=True,
        must_change_password=False,
        last_login=at,
    )
    if unit:
        UnitMembership.objects.create(user=user, unit=unit)
    return user


# --- History ---


class _History:
    """The weeks between two moments, lived through in order: periods open, units file, the standing agency reviews."""

    def __init__(self, plan: Plan, end: datetime) -> None:
        self.plan = plan
        self.end = end
        self.random = Random(plan.number)
        people = UnitMembership.objects.filter(user__is_demo=True).select_related("user").order_by("pk")
        self.officer_of = {one.unit_id: one.user for one in people if one.user.role == Role.OFFICER}
        self.reviewer = User.objects.get(username=_SHARED_ACCOUNTS[1][0])
        self.progress: dict[int, tuple[str, int]] = {}
        self.difficulty_of: dict[int, tuple[str, str, str]] = {}
        self.whole_of: dict[int, int] = {}
        self.counted: dict[tuple[int, int], int] = {}
        self.duties_of = Counter(Duty.objects.owed(plan, local_day(end)).values_list("initiative", flat=True))
        self.filings: list[Filing] = []

    def live(self, begin: datetime) -> None:
        ticks = list(_ticks(local_day(begin), self.end))
        for number, tick in enumerate(ticks, start=1):
            self.file_until(tick)
            opened = run_schedule(at=tick)["opened"]
            if number < len(ticks) - 1:  # what came in last is left to be reviewed by whoever tries the portal
                self.review(tick.replace(hour=8, minute=30))
            if number == len(ticks) - 2:
                opened.append(self.ask_special(tick.replace(hour=9, minute=0)))
            self.plan_filings(opened)
        self.report_upward()

    def file_until(self, tick: datetime) -> None:
        for filing in sorted((one for one in self.filings if one.at < tick), key=lambda one: one.at):
            self.file(filing)
        self.filings = [filing for filing in self.filings if filing.at >= tick]

    def plan_filings(self, codes: list[str]) -> None:
        expected = UnitReport.objects.filter(period__plan=self.plan, period__code__in=codes)
        reports = list(expected.select_related("period", "unit").order_by("period__due_at", "unit_id"))
        self.filings += _plan_filings(reports, self.random, self.end)

    # Units

    def file(self, filing: Filing) -> None:
        report, at = filing.report, filing.at
        by = self.officer_of[report.unit_id]
        entries = list(
            report.entries.select_related("duty").prefetch_related("duty__initiative__indicators").order_by("pk")
        )
        known = all(entry.duty_id in self.progress for entry in entries) and report.state == ReportState.OPEN
        if known and report.period.rhythm == Rhythm.WEEKLY and self.random.random() < 0.35:
            submit_nothing(report, by=by, at=at)
            return
        edits = [EntryEdit(entry.pk, self.words(entry), entry.version, self.figures(entry)) for entry in entries]
        save_entries(report, edits, by=by, at=at - timedelta(minutes=self.random.randint(3, 40)))
        submit_report(report, by=by, at=at)

    def words(self, entry: ProgressEntry) -> dict[str, object]:
        state, percent = self.progress.get(entry.duty_id) or (self.random.choice(("not_started", "in_progress")), 0)
        if state != WorkState.MAINTAINED and self.random.random() < 0.6:
            state, percent = _step(self.random, percent)
        self.progress[entry.duty_id] = state, percent
        words: dict[str, object] = {**dict.fromkeys(FILLED_FIELDS, ""), "work_state": state, "percent": percent}
        if state == WorkState.BLOCKED:
            told = self.difficulty_of.setdefault(entry.duty_id, self.random.choice(_DIFFICULTIES))
            words |= dict(zip(("difficulty", "solving_level", "proposal"), told, strict=True))
        if state == WorkState.DONE or (state != WorkState.NOT_STARTED and self.random.random() < 0.4):
            words["result"] = self.random.choice(_RESULTS)
        if self.random.random() < 0.15:
            words["next_steps"] = self.random.choice(_NEXT_STEPS)
        return words

    def figures(self, entry: ProgressEntry) -> dict[int, Figure]:
        """Counts that grow from week to week; now and then one is not told."""
        figures = {}
        for indicator in entry.duty.initiative.indicators.all():
            key = entry.duty_id, indicator.pk
            whole = self.whole_of.setdefault(entry.duty_id, self.random.randint(20, 400))
            whole = whole if indicator.asks_for_total else self.share_of(indicator)
            self.counted[key] = min(whole, self.counted.get(key, 0) + self.random.randint(0, max(1, whole // 8)))
            if self.random.random() < 0.8:
                total = Decimal(whole) if indicator.asks_for_total else None
                figures[indicator.pk] = Figure(Decimal(self.counted[key]), total)
        return figures

    def share_of(self, indicator: Indicator) -> int:
        """What one unit has to do so that all together come to the target, or somewhat over it."""
        return math.ceil(indicator.target / max(1, self.duties_of[indicator.initiative_id]))

    # The standing agency

    def review(self, at: datetime) -> None:
        waiting = list(UnitReport.objects.to_review().filter(submitted_at__lt=at).select_related("period", "unit"))
        returned = [report for report in waiting if not report.nothing_to_report and self.random.random() < 0.06]
        accept_reports([report for report in waiting if report not in returned], by=self.reviewer, at=at)
        for report in returned:
            entry = report.entries.order_by("pk").first()
            remarks = [Remark(entry.pk, "Ghi rõ số lượng, địa điểm.", "result")] if entry else []
            reason = self.random.choice(_RETURN_REASONS)
            sent_back = return_report(report, reason=reason, remarks=remarks, by=self.reviewer, at=at)
            if self.random.random() < 0.5:  # the others hang, as some do
                self.filings.append(Filing(at + timedelta(hours=self.random.randint(5, 40)), sent_back))
        self.answer(at)

    def answer(self, at: datetime) -> None:
        """After a week a difficulty is answered, after three settled; the same words of several units are joined."""
        standing = Obstacle.objects.unsettled().own()
        for key in list(standing.filter(opened_at__lt=at - timedelta(days=7)).values_list("pk", flat=True)):
            obstacle = standing.filter(pk=key).first()  # one before it may have taken it along
            if obstacle is None or self.random.random() < 0.5:
                continue
            if self.random.random() < 0.3:
                join_obstacles(obstacle, standing.filter(text=obstacle.text), by=self.reviewer, at=at)
            if obstacle.age(local_day(at)) >= 21:
                settle_obstacle(obstacle, text=_SETTLED, by=self.reviewer, at=at)
            else:
                answer_obstacle(obstacle, text=self.random.choice(_ANSWERS), by=self.reviewer, at=at)

    def report_upward(self) -> None:
        """The last month that has ended is issued, the last week a draft to try."""
        day = local_day(self.end)
        ended = self.plan.periods.filter(ends_on__lt=day).order_by("-ends_on")
        month, week = (ended.filter(rhythm=rhythm).first() for rhythm in (Rhythm.MONTHLY, Rhythm.WEEKLY))
        if not StandingAgency.objects.on(day).filter(plan=self.plan).exists():
            return
        if month:
            issued = start_draft(month, by=self.reviewer, at=self.end)
            finalize(issued, number=1, signed_on=day, by=self.reviewer, at=self.end)
        if week:
            start_draft(week, by=self.reviewer, at=self.end)

    def ask_special(self, at: datetime) -> str:
        """A special report of the units that owe the most on one initiative with a figure to count."""
        day = local_day(at)
        duties = Duty.objects.owed(self.plan, day).filter(initiative__indicators__kind=Indicator.Kind.PERCENT)
        first = duties.select_related("initiative").order_by("initiative__position").first()
        if first is None:
            return ""
        units = Unit.objects.filter(pk__in=duties.filter(initiative=first.initiative).values("unit"))[:5]
        period = request_special_report(
            self.plan,
            title=_SPECIAL,
            units=units,
            initiatives=[first.initiative],
            due_at=end_of_day(day + timedelta(days=6)),
            by=self.reviewer,
            at=at,
        )
        return period.code


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


def _step(random: Random, percent: int) -> tuple[str, int]:
    """The next state of a piece of work: forward as a rule, stuck now and then."""
    if percent and random.random() < 0.08:
        return WorkState.BLOCKED, percent
    percent = min(100, percent + random.choice((5, 10, 15, 20)))
    if percent < 100:
        return WorkState.IN_PROGRESS, percent
    return random.choice((WorkState.DONE, WorkState.MAINTAINED)), 100
