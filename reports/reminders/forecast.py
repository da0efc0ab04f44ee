"""The reminders of the days to come, by today's rules, units and people."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from assignments.models import Duty, Unit
from models_registry.models import Plan
from reports.domain.calendar import REGULAR, local_day, spans_between
from reports.domain.wording import clock
from reports.domain.workdays import WorkCalendar
from reports.models import DueDayRule, Purpose, ReminderRule, ReminderSlot, ReportingPeriod, UnitReport
from reports.notifications.recipients import Recipient, agency_people, leaders, people_of_units
from reports.periods.holidays import working_calendar
from reports.periods.services import period_of

from .slots import Slot, slots_of
from .wording import channel_names

DAYS_AHEAD = 31
NOBODY = "không có ai"


class UnitPeople(NamedTuple):
    """A unit ("" for the standing agency and the leaders) and whom it is told through; nobody is an alarm to come."""

    unit: str
    people: list[Recipient]


class ForecastReminder(NamedTuple):
    """One moment of one rule. What falls on the same moment reaches a person as one message."""

    at: datetime
    rule: ReminderRule
    period: ReportingPeriod
    units: list[UnitPeople]

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
    """What the active rules will send under ``plan`` in the next ``days`` days, if nobody files before.

    A handful of queries, however many moments there are. Periods to come are expected from who has duties today.
    """
    calendar, until = working_calendar(at), at + timedelta(days=days)
    opened = ReportingPeriod.objects.filter(plan=plan, locks_at__gte=at)
    periods = [*opened, *_to_come(plan, at, until, calendar)]
    settled = set(ReminderSlot.objects.filter(period__plan=plan).values_list("rule", "period"))
    slots = slots_of(ReminderRule.objects.active(), periods, calendar)
    coming = [slot for slot in slots if at <= slot.at <= until and slot.key not in settled]
    recipients = _Recipients(plan, at)
    return [ForecastReminder(slot.at, slot.rule, slot.period, recipients.of(slot)) for slot in coming]


class _Recipients:
    """Units and people read once for all moments."""

    def __init__(self, plan: Plan, at: datetime) -> None:
        today = local_day(at)
        owed = UnitReport.objects.owed().filter(period__plan=plan).select_related("unit", "period")
        self.owed = list(owed.order_by("unit__sort_key"))
        duties = Duty.objects.owed(plan, today).values("unit")
        self.expected = list(Unit.objects.filter(pk__in=duties, files_reports=True))
        units = {report.unit_id for report in self.owed} | {unit.pk for unit in self.expected}
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
    channels = channel_names([channel for channel in person.channels if channel in reminder.rule.channels])
    due_at, locks_at = reminder.period.due_at, reminder.period.locks_at
    at = person.send_at(reminder.at, before=due_at if due_at > reminder.at else locks_at)
    return f"{person.name} ({channels}{f' lúc {clock(at)}' if at != reminder.at else ''})"
