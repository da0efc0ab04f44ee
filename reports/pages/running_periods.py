"""The periods that run now and what comes next, of the plans one keeps or reads; columns alone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from models_registry.models import Plan
from reports.domain.calendar import REGULAR, Rhythm, local_day
from reports.domain.states import FILED, ReportState
from reports.domain.wording import clock, due_words, time_left, vn_weekday
from reports.models import Holiday, Purpose, ReminderRule, ReportingPeriod
from reports.reminders.slots import Slot, slots_of

from .days_strip import DaysStrip, days_strip

COMING = 4


class RunningPeriod(NamedTuple):
    """``filed`` of ``expected`` reports are in."""

    plan_id: int
    code: str
    title: str
    left: str
    strip: DaysStrip
    filed: int
    expected: int


class Coming(NamedTuple):
    """Something that happens by itself or falls due: when, what."""

    plan_id: int
    when: str
    what: str


def running_periods(plans: Collection[Plan], at: datetime) -> list[ReportingPeriod]:
    """Of weeks and months those that take reports and are not due yet, with how many are ``expected`` and ``filed``,
    the first due first; one query.
    """
    return list(
        ReportingPeriod.objects.filter(plan__in=plans, rhythm__in=REGULAR, opened_at__lte=at, due_at__gte=at)
        .annotate(
            expected=Count("reports", filter=~Q(reports__state=ReportState.EXCUSED)),
            filed=Count("reports", filter=Q(reports__state__in=FILED)),
        )
        .order_by("due_at", "plan")
    )


def running_cards(periods: Iterable[ReportingPeriod], at: datetime) -> list[RunningPeriod]:
    """Those of ``running_periods`` that are due within the week."""
    found, today = [], local_day(at)
    for period in periods:
        due_on = local_day(period.due_at)
        if strip := days_strip(due_on, today):
            title, left = period.title_on(today), time_left((due_on - today).days)
            counts = (period.filed, period.expected)  # type: ignore[attr-defined]  # see running_periods
            found.append(RunningPeriod(period.plan_id, period.code, title, left, strip, *counts))
    return found


def coming_next(periods: Collection[ReportingPeriod], at: datetime) -> list[Coming]:
    """The next reminder the portal sends by itself for ``periods``, and when they are due; two queries."""
    slots = slots_of(ReminderRule.objects.active(), periods, Holiday.objects.calendar())
    reminding = [slot for slot in slots if slot.at > at and slot.rule.purpose == Purpose.REPORTS]
    told = [(slot.at, _reminding(slot)) for slot in reminding[:1]]
    told += [(period.due_at, _due(period, at)) for period in periods]
    return [one for _, one in sorted(told, key=lambda pair: pair[0])][:COMING]


def _reminding(slot: Slot) -> Coming:
    when = f"{vn_weekday(local_day(slot.at))}, {clock(slot.at)}"
    return Coming(slot.period.plan_id, when, "Cổng tự nhắc đơn vị chưa nộp")


def _due(period: ReportingPeriod, at: datetime) -> Coming:
    what = "tuần" if period.rhythm == Rhythm.WEEKLY else period.title_on(local_day(at))
    return Coming(period.plan_id, due_words(period.due_at), f"Hạn báo cáo {what}")
