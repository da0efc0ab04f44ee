"""Telling units what is asked of them, and chasing the answers: by the rules that hold for a report on an occasion.

A request is told once it is made, then by each rule from its own day to answer by; never after an answer.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from models_registry.models import Plan
from reports.domain.calendar import Rhythm, local_day
from reports.domain.workdays import WorkCalendar
from reports.models import UP_TO_DUE, Purpose, Reminder, ReminderKind, ReminderRule, UnitRequest
from reports.notifications.recipients import people_of_units
from reports.periods.holidays import working_calendar

from .services import Notice, Reason, lock_schedule, write_reminders
from .slots import moment_of


@transaction.atomic
def create_request_reminders(*, at: datetime) -> list[Reminder]:
    """Write every reminder of a request whose moment has come; running it again writes nothing more."""
    calendar = working_calendar(at)
    if not _due(calendar, at):
        return []
    lock_schedule(at)
    due = _due(calendar, at)  # another worker may have held the lock before
    people = people_of_units({reason.request.unit_id for _, reason in due if reason.request}, local_day(at))
    notices: dict[str, Notice] = {}
    for _, reason in due:
        for person in people.get(reason.request.unit_id, ()) if reason.request else ():
            notices.setdefault(person.key, Notice(person, [])).reasons.append(reason)
    slot_at = max((moment for moment, _ in due), default=at)
    written = write_reminders(Purpose.REQUESTS, notices.values(), slot_at=slot_at, at=at)
    for moment, reason in due:
        reason.request.reminded_for = moment  # type: ignore[union-attr]  # each is about one
    UnitRequest.objects.bulk_update([reason.request for _, reason in due if reason.request], ["reminded_for"])
    return written


def _due(calendar: WorkCalendar, at: datetime) -> list[tuple[datetime, Reason]]:
    """The latest moment of each open request that has come and was not spoken at."""
    rules = [rule for rule in ReminderRule.objects.active().filter(rhythm=Rhythm.SPECIAL) if _is_for_units(rule)]
    running = Plan.objects.running(local_day(at))
    found = []
    for request in UnitRequest.objects.awaiting().filter(plan__in=running):
        moment, reason = _latest(request, rules, calendar, at)
        if request.reminded_for is None or moment > request.reminded_for:
            found.append((moment, reason))
    return found


def _latest(
    request: UnitRequest, rules: Iterable[ReminderRule], calendar: WorkCalendar, at: datetime
) -> tuple[datetime, Reason]:
    """When it was asked, or the last moment of a rule since: what came later says all the earlier ones would have."""
    moments = [(request.asked_at, Reason(None, ReminderKind.BEFORE, None, request=request))]
    for rule in rules:
        moment = moment_of(rule, request, calendar)
        is_of_use = at <= request.due_at or rule.kind not in UP_TO_DUE
        if request.asked_at < moment <= at and is_of_use:
            moments.append((moment, Reason(rule, rule.kind, None, request=request)))
    return max(moments, key=lambda one: one[0])


def _is_for_units(rule: ReminderRule) -> bool:
    return rule.purpose == Purpose.REPORTS
