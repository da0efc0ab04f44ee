"""Telling units what is asked of them, and chasing the answers.

A request is told once it is made, then by each rule of a report on an occasion from its own day to answer by, then with
the weekly chasers of its plan, as reports of locked periods are; never after an answer.
"""

from collections.abc import Iterable
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
    rules, weekly = request_rules(ReminderRule.objects.active()), _weekly_chasers(at)
    found = []
    for request in requests:
        moment, reason = _latest(moments_of_request(request, rules, weekly.get(request.plan_id, ()), calendar), at)
        if request.reminded_for is None or moment > request.reminded_for:
            found.append((moment, reason, request))
    return found


def request_rules(rules: Iterable[ReminderRule]) -> list[ReminderRule]:
    """Those of ``rules`` that speak of requests: of a report on an occasion, which has a day of its own as well."""
    return [rule for rule in rules if rule.rhythm == Rhythm.SPECIAL and rule.purpose == Purpose.REPORTS]


def chases_requests(rule: ReminderRule) -> bool:
    """Whether requests past their day are pressed for when ``rule`` speaks."""
    return rule.kind == ReminderKind.CHASER and rule.rhythm == CHASING_RHYTHM


def moments_of_request(
    request: UnitRequest,
    rules: Iterable[ReminderRule],
    chasers: Iterable[tuple[datetime, ReminderRule]],
    calendar: WorkCalendar,
) -> list[tuple[datetime, Reason]]:
    """When it is spoken of while nobody answers, in order: as it is made, by ``rules`` from its day, by ``chasers``.

    Of these, by those that come after its day and before it is given up.
    """
    made = (request.asked_at, Reason(None, ReminderKind.BEFORE, None, request=request))
    own = [(moment_of(rule, request, calendar), rule) for rule in rules]
    weekly = [(at, rule) for at, rule in chasers if request.due_at < at and not request.is_given_up(at)]
    by_rule = [
        (at, Reason(rule, rule.kind, None, request=request)) for at, rule in (*own, *weekly) if at > request.asked_at
    ]
    return sorted([made, *by_rule], key=lambda one: one[0])


def _weekly_chasers(at: datetime) -> dict[int, list[tuple[datetime, ReminderRule]]]:
    """The chasers of the week that have spoken under each plan, by the plan's key."""
    spoken = ReminderSlot.objects.filter(rule__kind=ReminderKind.CHASER, rule__rhythm=CHASING_RHYTHM)
    spoken = spoken.filter(is_superseded=False, planned_at__lte=at, period__locks_at__gte=at)
    found: dict[int, list[tuple[datetime, ReminderRule]]] = {}
    for slot in spoken.select_related("rule", "period").order_by("planned_at"):
        found.setdefault(slot.period.plan_id, []).append((slot.planned_at, slot.rule))
    return found


def _latest(moments: Iterable[tuple[datetime, Reason]], at: datetime) -> tuple[datetime, Reason]:
    """The last that has come and is of use: it says all the earlier ones would have."""
    come = [(moment, reason) for moment, reason in moments if moment <= at]
    return [one for one in come if at <= one[1].due_at or one[1].rule is None or one[1].kind not in UP_TO_DUE][-1]
