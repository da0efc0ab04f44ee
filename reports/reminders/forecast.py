"""The reminders of the days to come, by today's rules, units and people."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from assignments.models import Duty, Unit
from models_registry.models import Plan
from reports.domain.calendar import REGULAR, local_day, spans_between
from reports.domain.wording import clock
from reports.domain.workdays import WorkCalendar
from reports.models import (
    DueDayRule,
    Purpose,
    ReminderKind,
    ReminderRule,
    ReminderSlot,
    ReportingPeriod,
    UnitReport,
    UnitRequest,
)
from reports.notifications.recipients import Recipient, agency_people, leaders, people_of_units
from reports.periods.holidays import working_calendar
from reports.periods.services import period_of

from .request_reminders import chases_requests, moments_of_request, request_rules
from .services import Reason, last_call
from .slots import Slot, slots_of
from .wording import channel_names

DAYS_AHEAD = 31
NOBODY = "không có ai"


class UnitPeople(NamedTuple):
    """A unit ("" for the standing agency and the leaders) and whom it is told through; nobody is an alarm to come."""

    unit: str
    people: list[Recipient]


class ForecastReminder(NamedTuple):
    """One moment of one rule, in a period or for a request. What falls on the same moment reaches a person as one
    message.
    """

    at: datetime
    reason: Reason
    units: list[UnitPeople]

    @property
    def rule(self) -> ReminderRule | None:
        return self.reason.rule

    @property
    def period(self) -> ReportingPeriod | None:
        return self.reason.period

    @property
    def request(self) -> UnitRequest | None:
        return self.reason.request

    @property
    def occasion(self) -> str:
        """ "Nhắc trước hạn"; "Báo yêu cầu mới" of a request just made."""
        return str(ReminderKind(self.reason.kind).label) if self.rule else "Báo yêu cầu mới"

    @property
    def people(self) -> int:
        return len({person.key for one in self.units for person in one.people})

    @property
    def unreachable(self) -> list[str]:
        return [one.unit for one in self.units if not any(person.can_be_reached for person in one.people)]

    @property
    def lines(self) -> list[str]:
        """Who is told for which unit; ready strings, for a month has hundreds of them."""
        told = [(one.unit, "; ".join(_person(person, self) for person in one.people) or NOBODY) for one in self.units]
        return [f"{unit}: {people}" if unit else people for unit, people in told]


def forecast(plan: Plan, *, at: datetime, days: int = DAYS_AHEAD) -> list[ForecastReminder]:
    """What the active rules will send under ``plan`` in the next ``days`` days, if nobody files or answers before.

    A handful of queries, however many moments there are. Periods to come are expected from who has duties today.
    """
    calendar, until = working_calendar(at), at + timedelta(days=days)
    opened = ReportingPeriod.objects.filter(plan=plan, locks_at__gte=at)
    periods = [*opened, *_to_come(plan, at, until, calendar)]
    settled = set(ReminderSlot.objects.filter(period__plan=plan).values_list("rule", "period"))
    rules = list(ReminderRule.objects.active())
    slots = slots_of(rules, periods, calendar)
    coming = [slot for slot in slots if at <= slot.at <= until and slot.key not in settled]
    recipients = _Recipients(plan, at)
    of_periods = [(slot.at, Reason(slot.rule, slot.rule.kind, slot.period), recipients.of(slot)) for slot in coming]
    chasers = [(slot.at, slot.rule) for slot in coming if chases_requests(slot.rule)]
    of_requests = [
        (max(moment, at), reason, recipients.asked(request))
        for request in recipients.requests
        for moment, reason in moments_of_request(request, request_rules(rules), chasers, calendar)
        if moment <= until and (moment >= at or (reason.rule is None and request.reminded_for is None))
    ]
    found = [ForecastReminder(*one) for one in (*of_periods, *of_requests)]
    return sorted(found, key=lambda reminder: reminder.at)


class _Recipients:
    """Units and people read once for all moments."""

    def __init__(self, plan: Plan, at: datetime) -> None:
        today = local_day(at)
        owed = UnitReport.objects.owed().filter(period__plan=plan).select_related("unit", "period")
        self.owed = list(owed.order_by("unit__sort_key"))
        duties = Duty.objects.owed(plan, today).values("unit")
        self.expected = list(Unit.objects.filter(pk__in=duties, files_reports=True))
        self.requests = list(UnitRequest.objects.awaiting().filter(plan=plan).select_related("unit"))
        asked = {report.unit_id for report in self.owed} | {request.unit_id for request in self.requests}
        units = asked | {unit.pk for unit in self.expected}
        self.people = people_of_units(units, today)
        self.shared = {
            Purpose.DIGEST: [UnitPeople("", agency_people(plan, today))],
            Purpose.LEADERS: [UnitPeople("", leaders())],
        }

    def of(self, slot: Slot) -> list[UnitPeople]:
        if slot.rule.purpose in self.shared:
            return self.shared[slot.rule.purpose]
        owing = [report.unit for report in self.owed if slot.speaks_of(report, slot.at)]
        units = dict.fromkeys(owing if slot.period.pk else (*self.expected, *owing))
        return [UnitPeople(unit.name, self.people.get(unit.pk, [])) for unit in units]

    def asked(self, request: UnitRequest) -> list[UnitPeople]:
        return [UnitPeople(request.unit.name, self.people.get(request.unit_id, []))]


def _to_come(plan: Plan, at: datetime, until: datetime, calendar: WorkCalendar) -> list[ReportingPeriod]:
    """Periods that will open before ``until``, as they would be opened."""
    rules = DueDayRule.objects.of_plan(plan)
    opened = set(ReportingPeriod.objects.filter(plan=plan).values_list("rhythm", "code"))
    spans = [span for rhythm in REGULAR for span in spans_between(rhythm, local_day(at), local_day(until))]
    first_day, last_day = plan.starts_on, plan.closed_on
    return [
        period_of(plan, span, rules[span.rhythm], calendar)
        for span in spans
        if (span.rhythm, span.code) not in opened
        and span.ends_on >= first_day
        and (last_day is None or span.starts_on <= last_day)
    ]


def unreachable_units(reminders: Iterable[ForecastReminder]) -> list[str]:
    """The units of all ``reminders`` that nobody is told for, each once."""
    return list(dict.fromkeys(unit for reminder in reminders for unit in reminder.unreachable if unit))


def _person(person: Recipient, reminder: ForecastReminder) -> str:
    """Name, channels, and the hour where the person chose a later one."""
    channels = channel_names([channel for channel in person.channels if reminder.reason.goes_over(channel)])
    at = person.send_at(reminder.at, before=last_call([reminder.reason], reminder.at))
    return f"{person.name} ({channels}{f' lúc {clock(at)}' if at != reminder.at else ''})"
