"""The reminders of the days to come, by today's rules, units and people; and the same as the admin page shows it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from assignments.models import Duty, Unit
from models_registry.models import Plan
from reports.domain.calendar import REGULAR, VIETNAM, local_day, spans_between
from reports.domain.wording import vn_weekday
from reports.domain.workdays import WorkCalendar
from reports.models import (
    Channel,
    DueDayRule,
    Purpose,
    ReminderKind,
    ReminderRule,
    ReminderSlot,
    ReportingPeriod,
    UnitReport,
)
from reports.notifications.recipients import Recipient, agency_people, leaders, people_of_units
from reports.periods.holidays import working_calendar
from reports.periods.services import period_of

from .slots import Slot, slots_of

DAYS_AHEAD = 31
_CHANNELS = {Channel.PORTAL: "chuông", Channel.EMAIL: "thư điện tử", Channel.WEBHOOK: "Zalo, SMS"}
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


def forecast(plan: Plan, *, at: datetime, days: int = DAYS_AHEAD) -> list[ForecastReminder]:
    """What the active rules will send under ``plan`` in the next ``days`` days, if nobody files before.

    A handful of queries, however many moments there are. Periods to come are expected from who has duties today.
    """
    calendar, until = working_calendar(at), at + timedelta(days=days)
    periods = [*_open(plan, at), *_to_come(plan, at, until, calendar)]
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


def _open(plan: Plan, at: datetime) -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.filter(plan=plan, locks_at__gte=at))


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


# --- In the words of the admin page ---


class ForecastRow(NamedTuple):
    """One moment of one rule: ``recipients`` are lines of who is told for which unit; ``unreachable``: how many units
    have nobody.
    """

    when: str
    rule: ReminderRule
    period: str
    people: int
    recipients: list[str]
    unreachable: int


def forecast_rows(reminders: Iterable[ForecastReminder]) -> list[ForecastRow]:
    return [
        ForecastRow(
            when=f"{reminder.at.astimezone(VIETNAM):%H:%M} {vn_weekday(local_day(reminder.at))}",
            rule=reminder.rule,
            period=f"{reminder.period.title}, hạn {local_day(reminder.period.due_at):%d/%m/%Y}",
            people=reminder.people,
            recipients=[_unit_line(one, reminder) for one in reminder.units],
            unreachable=len(reminder.unreachable),
        )
        for reminder in reminders
    ]


def unreachable_units(reminders: Iterable[ForecastReminder]) -> list[str]:
    """The units of all ``reminders`` that nobody is told for, each once."""
    return list(dict.fromkeys(unit for reminder in reminders for unit in reminder.unreachable if unit))


def channel_names(channels: Sequence[Channel]) -> str:
    """ "chuông, thư điện tử"."""
    return ", ".join(_CHANNELS[channel] for channel in channels)


def rule_moment(rule: ReminderRule) -> str:
    """ "tuần: 08:00, trước hạn 1 ngày"."""
    days = "ngày đến hạn" if rule.days == 0 else f"{'trước' if rule.days < 0 else 'sau'} hạn {abs(rule.days)} ngày"
    after = f", nếu {rule.after_chasers} lần đôn đốc không nộp" if rule.kind == ReminderKind.ESCALATION else ""
    return f"{rule.get_rhythm_display()}: {rule.at_time:%H:%M}, {days}{after}"


def _unit_line(one: UnitPeople, reminder: ForecastReminder) -> str:
    people = "; ".join(_person(person, reminder) for person in one.people) or NOBODY
    return f"{one.unit}: {people}" if one.unit else people


def _person(person: Recipient, reminder: ForecastReminder) -> str:
    """Name, channels, and the hour where the person chose a later one."""
    channels = channel_names([channel for channel in person.channels if channel in reminder.rule.channels])
    due_at, locks_at = reminder.period.due_at, reminder.period.locks_at
    at = person.send_at(reminder.at, before=due_at if due_at > reminder.at else locks_at)
    later = f" lúc {at.astimezone(VIETNAM):%H:%M}" if at != reminder.at else ""
    return f"{person.name} ({channels}{later})"
