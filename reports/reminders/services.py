"""Creating the reminders that are due: each a row, written before anything leaves (KH III.6).

Whoever runs this, and how often, a rule speaks once for a period: its ``ReminderSlot`` is written together with the
reminders, by one worker at a time.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.models import (
    Alarm,
    HandReminder,
    Purpose,
    Reminder,
    ReminderItem,
    ReminderRule,
    ReminderSlot,
    ReportingPeriod,
    ScheduleTick,
    UnitReport,
    UnitRequest,
)
from reports.notifications.recipients import Recipient, agency_people, leaders, people_of_units, reached_units
from reports.periods.holidays import working_calendar

from .alarms import (
    CHASING_RHYTHM,
    Untold,
    raise_nobody,
    raise_unanswered,
    raise_unanswered_requests,
    raise_uncorrected,
    resolve_alarms,
    unanswered,
)
from .slots import DueSlots, Slot, due_now, slots_of

_LOCK = "reminders"
_BATCH = 500


class Created(NamedTuple):
    """The reminders written and the alarms raised in one run."""

    reminders: list[Reminder]
    alarms: list[Alarm]


class Reason(NamedTuple):
    """Why a person is told: the rule (None by hand and for a request just made), and what of: the report, the request
    or, for the agency and the leaders, the period.
    """

    rule: ReminderRule | None
    kind: str
    period: ReportingPeriod | None
    report: UnitReport | None = None
    request: UnitRequest | None = None

    @property
    def asked(self) -> UnitReport | UnitRequest | None:
        """What is asked of a unit; None where an agency or a leader is told."""
        return self.report or self.request

    @property
    def due_at(self) -> datetime:
        return (self.request or self.period).due_at  # type: ignore[union-attr]  # one of them is always there

    @property
    def locks_at(self) -> datetime:
        """The moment up to which it can be answered; a request at any time, so that it is of use on its day."""
        lasting = self.report or self.period
        return lasting.locks_at if lasting else self.due_at

    def goes_over(self, channel: str) -> bool:
        return self.rule is None or channel in self.rule.channels


class Notice(NamedTuple):
    """All that one person is told of one purpose at one moment; each of their channels makes a reminder of it."""

    recipient: Recipient
    reasons: list[Reason]


@transaction.atomic
def create_due_reminders(*, at: datetime) -> Created:
    """Write every reminder whose moment has come; running it again writes nothing more."""
    resolve_alarms(at=at)
    rules, periods = list(ReminderRule.objects.active()), list(open_for_reminding(at))
    slots = slots_of(rules, periods, working_calendar(at))
    if not any(_due(slots, at)):
        return Created([], [])
    lock_schedule(at)
    due = _due(slots, at)  # another worker may have held the lock before
    created = Created([], [])
    for purpose, of_purpose in _by_purpose(due.to_send).items():
        notices, alarms = _NOTICES[purpose](of_purpose, at)
        created.alarms.extend(alarms)
        created.reminders.extend(write_reminders(purpose, notices, slot_at=of_purpose[-1].at, at=at))
    _settle(due, at)
    return created


@transaction.atomic
def skip_passed_slots(rule: ReminderRule, *, at: datetime) -> None:
    """Let a rule just entered or changed speak from its next moment on: none that has passed by ``at`` is made up for.

    What was due by the rules as they were should be created before.
    """
    lock_schedule(at)
    slots = slots_of([rule], list(open_for_reminding(at)), working_calendar(at))
    settled = set(rule.slots.values_list("rule", "period"))
    _settle(DueSlots([], [slot for slot in slots if slot.at <= at and slot.key not in settled]), at)


def open_for_reminding(at: datetime) -> QuerySet[ReportingPeriod]:
    """Periods in which something can still be filed, of plans that run."""
    running = Plan.objects.running(local_day(at))
    periods = ReportingPeriod.objects.filter(plan__in=running, opened_at__lte=at, locks_at__gte=at)
    return periods.select_related("plan")


def lock_schedule(at: datetime) -> None:
    """Wait for whoever else is writing reminders, and keep the others waiting until this transaction ends."""
    ScheduleTick.objects.get_or_create(name=_LOCK, defaults={"at": at})
    ScheduleTick.objects.select_for_update().get(name=_LOCK)


def write_reminders(
    purpose: Purpose,
    notices: Iterable[Notice],
    *,
    slot_at: datetime,
    at: datetime,
    hand: HandReminder | None = None,
) -> list[Reminder]:
    """A row for each person and channel, with what it is to speak of; one that is there already is left alone."""
    there = set(Reminder.objects.filter(purpose=purpose, slot_at=slot_at).values_list("recipient", "channel"))
    rows: list[Reminder] = []
    items: list[ReminderItem] = []
    for recipient, reasons in notices:
        for channel in recipient.channels:
            told = [reason for reason in reasons if reason.goes_over(channel)]
            if not told or (recipient.key, channel) in there:
                continue
            reminder = Reminder(
                purpose=purpose,
                recipient=recipient.key,
                user=recipient.user,
                focal_point=recipient.focal_point,
                channel=channel,
                slot_at=slot_at,
                hand=hand,
                created_at=at,
                send_after=at if hand else recipient.send_at(slot_at, before=last_call(told, slot_at)),
            )
            rows.append(reminder)
            items += [ReminderItem(reminder=reminder, **reason._asdict()) for reason in told]
    Reminder.objects.bulk_create(rows, batch_size=_BATCH)
    ReminderItem.objects.bulk_create(items, batch_size=_BATCH)
    return rows


def last_call(reasons: Iterable[Reason], slot_at: datetime) -> datetime:
    """The moment up to which a message is of use: the first due moment still to come, else the first lock to come.

    A returned report whose period has locked can be corrected at any time.
    """
    told = list(reasons)
    due = [reason.due_at for reason in told if reason.due_at > slot_at]
    locks = [reason.locks_at for reason in told]
    return min(due or [lock for lock in locks if lock > slot_at], default=slot_at + timedelta(days=1))


def _due(slots: Sequence[Slot], at: datetime) -> DueSlots:
    periods = {slot.period.pk for slot in slots}
    settled = set(ReminderSlot.objects.filter(period__in=periods).values_list("rule", "period"))
    return due_now(slots, settled, at)


def _by_purpose(slots: Iterable[Slot]) -> dict[Purpose, list[Slot]]:
    """Slots in order of their moments, so that the last of each purpose is the latest."""
    sorted_slots: dict[Purpose, list[Slot]] = {}
    for slot in slots:
        sorted_slots.setdefault(slot.rule.purpose, []).append(slot)
    return sorted_slots


def _settle(due: DueSlots, at: datetime) -> None:
    ReminderSlot.objects.bulk_create(
        ReminderSlot(
            rule=slot.rule,
            period=slot.period,
            planned_at=slot.at,
            settled_at=at,
            is_superseded=slot in due.superseded,
        )
        for slot in (*due.to_send, *due.superseded)
    )


# --- Notices ---


def _unit_notices(slots: Sequence[Slot], at: datetime) -> tuple[list[Notice], list[Alarm]]:
    """Each who serves a unit is told of its reports that are not filed, or were returned."""
    owed = UnitReport.objects.owed().filter(period__plan__in={slot.period.plan_id for slot in slots})
    reports = owed.select_related("period", "unit").order_by("period__due_at", "period__plan_id", "unit__sort_key")
    reasons = [
        Reason(slot.rule, slot.rule.kind, report.period, report)
        for report in reports
        for slot in slots
        if slot.speaks_of(report, at)
    ]
    return notices_for_units(dict.fromkeys(reasons), at)  # the chasers of two periods may speak of the same old report


def notices_for_units(reasons: Iterable[Reason], at: datetime) -> tuple[list[Notice], list[Alarm]]:
    """Bring what is asked of units to who serves them; a unit where nobody can be reached is an alarm."""
    of_units = [(reason, reason.asked) for reason in reasons if reason.asked]
    people = people_of_units({asked.unit_id for _, asked in of_units}, local_day(at))
    notices: dict[str, Notice] = {}
    for reason, asked in of_units:
        for person in people.get(asked.unit_id, ()):
            notices.setdefault(person.key, Notice(person, [])).reasons.append(reason)
    reached = reached_units(people)
    untold = [
        Untold((reason.period or asked).plan_id, asked.unit, reason.period)  # type: ignore[union-attr]
        for reason, asked in of_units
        if asked.unit_id not in reached
    ]
    return list(notices.values()), raise_nobody(untold, at=at)


def _agency_notices(slots: Sequence[Slot], at: datetime) -> tuple[list[Notice], list[Alarm]]:
    """The standing agency of each plan is told how its periods were filed."""
    notices: dict[str, Notice] = {}
    for slot in slots:
        for person in agency_people(slot.period.plan, local_day(at)):
            reason = Reason(slot.rule, slot.rule.kind, slot.period)
            notices.setdefault(person.key, Notice(person, [])).reasons.append(reason)
    return list(notices.values()), []


def _leader_notices(slots: Sequence[Slot], at: datetime) -> tuple[list[Notice], list[Alarm]]:
    """The leaders are told of the units that answer no chaser, and once of each report returned long ago."""
    raised = [alarm for slot in slots for alarm in _raise_unanswered(slot, at)]
    given_up = [alarm for slot in slots for alarm in raise_uncorrected(slot.period, at=at)]
    told = {(alarm.plan_id, alarm.rhythm) for alarm in given_up}
    reasons = [
        Reason(slot.rule, slot.rule.kind, slot.period)
        for slot in slots
        if (slot.period.plan_id, slot.period.rhythm) in told or unanswered(slot.period).exists()
    ]
    raised += given_up
    return [Notice(leader, reasons) for leader in leaders()] if reasons else [], raised


def _raise_unanswered(slot: Slot, at: datetime) -> list[Alarm]:
    chasers = slot.rule.after_chasers or 1
    raised = raise_unanswered(slot.period, chasers, at=at)
    if slot.rule.rhythm == CHASING_RHYTHM:
        raised += raise_unanswered_requests(slot.period.plan, chasers, at=at)
    return raised


_NOTICES: dict[Purpose, Callable[[Sequence[Slot], datetime], tuple[list[Notice], list[Alarm]]]] = {
    Purpose.REPORTS: _unit_notices,
    Purpose.DIGEST: _agency_notices,
    Purpose.LEADERS: _leader_notices,
}
