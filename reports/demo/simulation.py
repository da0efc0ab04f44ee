"""Some weeks of reporting by made-up people, played in order: the portal's own services write all of it.

The words and figures are invented; the same plan on the same day always gives the same history.
"""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from django.db.models import F

from assignments.models import Duty, StandingAgency, Unit, UnitMembership, User
from assignments.roles import Role
from models_registry.models import Indicator, Plan
from reports.consolidated.services.final import finalize
from reports.consolidated.services.report_drafts import start_draft
from reports.domain.calendar import REGULAR, VIETNAM, Rhythm, end_of_day, local_day, span_of
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.numbers import Figure
from reports.domain.states import ReportState, SolvingLevel, WorkState
from reports.filing.drafts import EntryEdit, keep_entries, save_entries
from reports.filing.services import submit_nothing, submit_report
from reports.models import (
    Channel,
    Notification,
    Obstacle,
    ProgressEntry,
    Reminder,
    ReminderRule,
    ReminderState,
    UnitReport,
)
from reports.obstacles.services import answer_obstacle, join_obstacles, settle_obstacle
from reports.periods.holidays import working_calendar
from reports.periods.services import run_schedule
from reports.reminders.delivery import deliver_all
from reports.reminders.services import create_due_reminders
from reports.reminders.slots import slots_of
from reports.review.services import Remark, accept_reports, return_report
from reports.special.services import request_special_report

from .accounts import SHARED_ACCOUNTS

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
_CORRECTED = "Đã bổ sung theo ý kiến."
_ANSWERS = (
    "Đã tổng hợp, báo cáo Công an tỉnh đề nghị hỗ trợ.",
    "Đề nghị đơn vị làm việc với nhà mạng, báo lại trong kỳ tới.",
)
_SETTLED = "Đã cấp bổ sung thiết bị, đơn vị nhận tại Công an huyện."
_READ_AFTER = timedelta(days=7)
_SPECIAL = "Rà soát thiết bị đọc thẻ căn cước tại nơi tiếp dân"


class PlannedFiling(NamedTuple):
    """A report and the moment at which its unit files it."""

    at: datetime
    report: UnitReport


class Simulation:
    """The weeks up to ``end``, in order: periods open, units are reminded and file, the standing agency reviews."""

    def __init__(self, plan: Plan, end: datetime) -> None:
        self.plan = plan
        self.end = end
        self.random = Random(plan.number)  # noqa: S311 - the same plan gets the same made-up weeks; no secret
        people = UnitMembership.objects.filter(user__is_demo=True).select_related("user").order_by("pk")
        self.officer_of = {one.unit_id: one.user for one in people if one.user.role == Role.OFFICER}
        self.reviewer = User.objects.get(username=SHARED_ACCOUNTS[1][0])
        self.progress: dict[int, tuple[str, int]] = {}
        self.difficulty_of: dict[int, tuple[str, str, str]] = {}
        self.whole_of: dict[int, int] = {}
        self.counted: dict[tuple[int, int], int] = {}
        self.duties_of = Counter(Duty.objects.owed(plan, local_day(end)).values_list("initiative", flat=True))
        self.filings: list[PlannedFiling] = []
        self.reminded_at = end

    def run(self, begin: datetime) -> None:
        self.reminded_at = begin
        working_calendar(begin)  # before the first period opens: its due day may be a day off
        ticks = list(_ticks(local_day(begin), self.end))
        for number, tick in enumerate(ticks, start=1):
            self.remind_until(tick)
            self.file_until(tick)
            opened = run_schedule(at=tick)["opened"]
            if number < len(ticks) - 1:  # what came in last is left to be reviewed by whoever tries the portal
                self.review(tick.replace(hour=8, minute=30))
            if number == len(ticks) - 2:
                opened.append(self.ask_special(tick.replace(hour=9, minute=0)))
            self.plan_filings(opened)
        self.report_upward()
        read = Notification.objects.filter(created_at__lt=self.end - _READ_AFTER)
        read.update(read_at=F("created_at") + _READ_AFTER)

    def file_until(self, tick: datetime) -> None:
        for filing in sorted((one for one in self.filings if one.at < tick), key=lambda one: one.at):
            self.file(filing)
        self.filings = [filing for filing in self.filings if filing.at >= tick]

    def remind_until(self, tick: datetime) -> None:
        """At each moment of a rule since the last tick those are told who have not filed by then."""
        rules, periods = list(ReminderRule.objects.active()), list(self.plan.periods.all())
        moments = {slot.at for slot in slots_of(rules, periods, working_calendar(tick))}
        for moment in sorted(at for at in moments if self.reminded_at < at < tick):
            self.file_until(moment)
            create_due_reminders(at=moment)
            _deliver(moment)
        self.reminded_at = tick

    def plan_filings(self, codes: list[str]) -> None:
        expected = UnitReport.objects.filter(period__plan=self.plan, period__code__in=codes)
        reports = list(expected.select_related("period", "unit").order_by("period__due_at", "unit_id"))
        self.filings += _plan_filings(reports, self.random, self.end)

    # Units

    def file(self, filing: PlannedFiling) -> None:
        report, at = filing.report, filing.at
        by = self.officer_of[report.unit_id]
        entries = list(report.entries.with_indicators().order_by("pk"))
        known = all(entry.duty_id in self.progress for entry in entries) and report.state == ReportState.OPEN
        if known and report.period.rhythm == Rhythm.WEEKLY and self.random.random() < 0.35:
            submit_nothing(report, by=by, at=at)
            return
        same = [entry.pk for entry in entries if self.random.random() < 0.2]
        is_returned = report.state == ReportState.RETURNED
        kept = [] if is_returned else keep_entries(report, same, by=by, at=at - timedelta(minutes=45))
        told = [entry for entry in entries if entry not in kept]
        more = {"explanation": _CORRECTED} if is_returned else {}
        edits = [EntryEdit(entry.pk, self.words(entry) | more, self.figures(entry)) for entry in told]
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
        for indicator in entry.indicators:
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
                self.filings.append(PlannedFiling(at + timedelta(hours=self.random.randint(5, 40)), sent_back))
        self.answer(at)

    def answer(self, at: datetime) -> None:
        """After a week a difficulty is answered, after three settled; the same words of several units are joined."""
        unsettled = Obstacle.objects.unsettled().own()
        for key in list(unsettled.filter(raised_at__lt=at - timedelta(days=7)).values_list("pk", flat=True)):
            obstacle = unsettled.filter(pk=key).first()  # one before it may have taken it along
            if obstacle is None or self.random.random() < 0.5:
                continue
            if self.random.random() < 0.3:
                join_obstacles(obstacle, unsettled.filter(text=obstacle.text), by=self.reviewer, at=at)
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


def _deliver(at: datetime) -> None:
    """Notify inside the portal. Nothing made up leaves it: what would have gone out counts as sent."""
    outward = Reminder.objects.filter(state=ReminderState.OWED).exclude(channel=Channel.PORTAL)
    outward.update(state=ReminderState.SENT, sent_at=at, attempts=1)
    deliver_all(at=at)


def _ticks(first: date, end: datetime) -> Iterator[datetime]:
    """Shortly after midnight of every day on which a period begins, and ``end``."""
    day = first
    while (tick := datetime.combine(day, time(0, 5), VIETNAM)) < end:
        if day == first or any(span_of(rhythm, day).starts_on == day for rhythm in REGULAR):
            yield tick
        day += timedelta(days=1)
    yield end


def _plan_filings(reports: list[UnitReport], random: Random, end: datetime) -> list[PlannedFiling]:
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
            filings.append(PlannedFiling(due + timedelta(hours=hours, minutes=random.randint(0, 59)), report))
    return filings


def _step(random: Random, percent: int) -> tuple[str, int]:
    """The next state of a piece of work: forward as a rule, stuck now and then."""
    if percent and random.random() < 0.08:
        return WorkState.BLOCKED, percent
    percent = min(100, percent + random.choice((5, 10, 15, 20)))
    if percent < 100:
        return WorkState.IN_PROGRESS, percent
    return random.choice((WorkState.DONE, WorkState.MAINTAINED)), 100
