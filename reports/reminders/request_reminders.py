"""Telling units what is asked of them, and chasing the answers.

A request is told once it is made, then by each rule of a report on an occasion from its own day to answer by, then with
the weekly chasers of its plan, as reports of locked periods are; never after an answer.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from models_registry.models import Plan
from reports.domain.calendar import Rhythm, local_day
from reports.domain.workdays import WorkCalendar
from reports.models import UP_TO_DUE, Purpose, ReminderKind, ReminderRule, ReminderSlot, UnitRequest
from reports.periods.holidays import working_calendar

from .alarms import CHASING_RHYTHM
from .services import Created, Reason, lock_schedule, notices_for_units, write_reminders
from .slots import moment_of

_Due = list[tuple[datetime, Reason, UnitRequest]]


@transaction.atomic
def create_request_reminders(*, at: datetime) -> Created:
    """Write every reminder of a request whose moment has come; running it again writes nothing more.

    After ``create_due_reminders``, which settles when the rules of the week speak.
    """
    calendar = working_calendar(at)
    if not _due(calendar, at):
        return Created([], [])
    lock_schedule(at)
    due = _due(calendar, at)  # another worker may have held the lock before
    notices, alarms = notices_for_units((reason for _, reason, _ in due), at)
    slot_at = max((moment for moment, _, _ in due), default=at)
    written = write_reminders(Purpose.REQUESTS, notices, slot_at=slot_at, at=at)
    for moment, _, request in due:
        request.reminded_for = moment
    UnitRequest.objects.bulk_update([request for _, _, request in due], ["reminded_for"])
    return Created(written, alarms)


def _due(calendar: WorkCalendar, at: datetime) -> _Due:
    """The latest moment of each open request that has come and was not spoken at."""
    running = Plan.objects.running(local_day(at))
    requests = list(UnitRequest.objects.awaiting().filter(plan__in=running).select_related("unit"))
    if not requests:
        return []
    rules = [rule for rule in ReminderRule.objects.active().filter(rhythm=Rhythm.SPECIAL) if _is_for_units(rule)]
    weekly = _weekly_chasers(at)
    found = []
    for request in requests:
        moment, reason = _latest(request, rules, weekly, calendar, at)
        if request.reminded_for is None or moment > request.reminded_for:
            found.append((moment, reason, request))
    return found


def _weekly_chasers(at: datetime) -> dict[int, ReminderSlot]:
    """The last chaser of the week under each plan, by the plan's key."""
    spoken = ReminderSlot.objects.filter(rule__kind=ReminderKind.CHASER, rule__rhythm=CHASING_RHYTHM)
    spoken = spoken.filter(is_superseded=False, planned_at__lte=at, period__locks_at__gte=at)
    return {slot.period.plan_id: slot for slot in spoken.select_related("rule", "period").order_by("planned_at")}


def _latest(
    request: UnitRequest,
    rules: Iterable[ReminderRule],
    weekly: Mapping[int, ReminderSlot],
    calendar: WorkCalendar,
    at: datetime,
) -> tuple[datetime, Reason]:
    """When it was asked, or the last moment of a rule since: what came later says all the earlier ones would have."""
    moments = [(request.asked_at, Reason(None, ReminderKind.BEFORE, None, request=request))]
    for rule in rules:
        moment = moment_of(rule, request, calendar)
        is_of_use = at <= request.due_at or rule.kind not in UP_TO_DUE
        if request.asked_at < moment <= at and is_of_use:
            moments.append((moment, Reason(rule, rule.kind, None, request=request)))
    chaser = weekly.get(request.plan_id)
    if chaser and request.due_at < chaser.planned_at and not request.is_given_up(at):
        moments.append((chaser.planned_at, Reason(chaser.rule, chaser.rule.kind, None, request=request)))
    return max(moments, key=lambda one: one[0])


def _is_for_units(rule: ReminderRule) -> bool:
    return rule.purpose == Purpose.REPORTS
