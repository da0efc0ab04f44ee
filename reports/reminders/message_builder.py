"""Builds the message of a reminder at the moment it leaves, from what is not filed then; None where nothing is left."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from assignments.concerned_plans import plans_of_units
from assignments.models import UnitMembership
from reports.domain.calendar import local_day
from reports.domain.states import ReportState
from reports.domain.wording import time_left
from reports.models import (
    Alarm,
    Obstacle,
    Purpose,
    Reminder,
    ReminderSlot,
    ReportingPeriod,
    ReviewRemark,
    UnitReport,
    UnitRequest,
)

from .alarms import unanswered, uncorrected
from .messages import (
    Message,
    PeriodLine,
    Situation,
    leaders_message,
    only_plan,
    reports_message,
    requests_message,
    situation_message,
)

OBSTACLES_SHOWN = 20


class MessageBuilder:
    """Builds the messages of some reminders; what all their people owe is read in four queries, five with remarks."""

    def __init__(self, reminders: Iterable[Reminder], at: datetime) -> None:
        self.at = at
        self.units_of = _units_of(list(reminders), local_day(at))
        units = set[int]().union(*self.units_of.values())
        owed = UnitReport.objects.owed().filter(unit__in=units).select_related("period__plan", "unit")
        in_order = owed.order_by("period__due_at", "period__plan_id", "unit__sort_key")
        self.requests = list(UnitRequest.objects.awaiting().filter(unit__in=units).select_related("plan", "unit"))
        self.owed = [report for report in in_order if report.is_fileable(at)]
        self.remarks = ReviewRemark.objects.by_report(self.owed)
        self.plans_of = plans_of_units(units, local_day(at))

    def message_of(self, reminder: Reminder) -> Message | None:
        """None where nothing is left to say; the reminder's items should be prefetched with period and plan."""
        items = reminder.items.all()
        if reminder.purpose == Purpose.DIGEST:
            return situation_message(_situation(_periods_of(reminder), reminder.slot_at))
        if reminder.purpose == Purpose.LEADERS:
            return _leaders_message(reminder)
        if any(item.request_id for item in items):
            return self._requests_message(reminder)
        asked_for = {item.report_id for item in items}
        units = self.units_of.get(reminder.recipient, ())
        owed = [report for report in self.owed if report.unit_id in units]
        asked = [report for report in owed if report.pk in asked_for]
        if not asked:
            return None
        others = [report for report in owed if report.pk not in asked_for and not report.is_given_up(self.at)]
        words = reminder.hand.text if reminder.hand else ""
        return reports_message(
            asked,
            others,
            words=words,
            is_by_hand=bool(reminder.hand),
            at=self.at,
            remarks=self.remarks,
            has_account=reminder.user_id is not None,
            plans=self._plans(reminder),
        )

    def _plans(self, reminder: Reminder) -> set[int]:
        """Keys of the running plans its person has to do with."""
        units = self.units_of.get(reminder.recipient, ())
        return set[int]().union(*(self.plans_of.get(unit, ()) for unit in units))

    def _requests_message(self, reminder: Reminder) -> Message | None:
        """All that the units of the person are still to answer, by hand what was pressed for alone; None where what it
        was written for is answered.
        """
        asked_for = {item.request_id for item in reminder.items.all()}
        units = self.units_of.get(reminder.recipient, ())
        mine = [request for request in self.requests if request.unit_id in units]
        if not any(request.pk in asked_for for request in mine):
            return None
        besides = [] if reminder.hand else [one for one in mine if not one.is_given_up(self.at)]
        said = [request for request in mine if request.pk in asked_for or request in besides]
        words = reminder.hand.text if reminder.hand else ""
        return requests_message(
            said,
            words=words,
            is_by_hand=bool(reminder.hand),
            at=self.at,
            has_account=reminder.user_id is not None,
            plans=self._plans(reminder),
        )


def _leaders_message(reminder: Reminder) -> Message | None:
    """The units silent now; and the reports given up when the reminder was written, of which no other one tells."""
    periods = _periods_of(reminder)
    silent = {alarm.pk: alarm for period in periods for alarm in unanswered(period)}
    given_up = {alarm.pk: alarm for period in periods for alarm in uncorrected(period, reminder.created_at)}
    return leaders_message([*silent.values()], [*given_up.values()]) if silent or given_up else None


def _periods_of(reminder: Reminder) -> list[ReportingPeriod]:
    return [item.period for item in reminder.items.all() if item.period]


def _units_of(reminders: Sequence[Reminder], day: date) -> dict[str, set[int]]:
    """The units each recipient speaks for on ``day``, by the recipient's key."""
    of_user = {reminder.user_id: reminder.recipient for reminder in reminders if reminder.user_id}
    units: dict[str, set[int]] = {}
    serving = UnitMembership.objects.on(day).filter(user__in=of_user, user__is_active=True)
    for user, unit in serving.values_list("user", "unit"):
        units.setdefault(of_user[user], set()).add(unit)
    for reminder in reminders:
        if reminder.focal_point and reminder.focal_point.is_valid_on(day):
            units[reminder.recipient] = {reminder.focal_point.unit_id}
    return units


def _situation(periods: Sequence[ReportingPeriod], slot_at: datetime) -> Situation:
    plans = {period.plan_id for period in periods}
    obstacles = Obstacle.objects.own().filter(
        duty__initiative__plan__in=plans, raised_at__gt=_told_before(periods, slot_at), raised_at__lte=slot_at
    )
    obstacles = obstacles.select_related("duty__unit", "duty__initiative")
    overdue = UnitRequest.objects.overdue(slot_at).filter(plan__in=plans).select_related("unit")
    failed = Reminder.objects.failed().of_use(slot_at)
    nobody = Alarm.objects.unresolved().filter(kind=Alarm.Kind.NOBODY, plan__in=plans).select_related("unit")
    return Situation(
        periods=[_period_line(period, slot_at, says_plan=len(plans) > 1) for period in periods],
        obstacles=[
            f"{obstacle.duty.initiative.label}, {obstacle.duty.unit.name}: {obstacle.text}"
            for obstacle in obstacles[:OBSTACLES_SHOWN]
        ],
        new_obstacles=obstacles.count(),
        requests=[
            f"{request.unit.name}: {request.text}, {time_left(request.days_to_due(slot_at))}"
            for request in overdue[:OBSTACLES_SHOWN]
        ],
        overdue_requests=overdue.count(),
        unreachable=[alarm.unit.name for alarm in nobody.order_by("unit__sort_key")],
        undelivered=failed.of_plans(plans).count(),
        plan=only_plan(plans),
    )


def _told_before(periods: Sequence[ReportingPeriod], slot_at: datetime) -> datetime:
    """When the digest before this one was; without one, when the oldest of the periods opened."""
    digests = ReminderSlot.objects.filter(
        rule__kind="digest", period__plan__in={period.plan_id for period in periods}, planned_at__lt=slot_at
    )
    last = digests.order_by("-planned_at").first()
    return last.planned_at if last else min(period.opened_at for period in periods)


def _period_line(period: ReportingPeriod, at: datetime, *, says_plan: bool) -> PeriodLine:
    reports = list(
        UnitReport.objects.expected().filter(period=period).select_related("unit").order_by("unit__sort_key")
    )
    missing = [report.unit.name for report in reports if not report.is_filed]
    returned = [report.unit.name for report in reports if report.state == ReportState.RETURNED]
    plan = f" (kế hoạch {period.plan.number_display})" if says_plan else ""
    return PeriodLine(
        f"{period.title}{plan}",
        f"{period.title_at(at)}{plan}",
        filed=len(reports) - len(missing),
        expected=len(reports),
        missing=missing,
        returned=returned,
    )
