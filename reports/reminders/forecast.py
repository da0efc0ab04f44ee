"""Who will get what, and when, in the time to come: the rules in force, played against today's units and people."""

from datetime import datetime, timedelta
from typing import NamedTuple

from assignments.models import Duty, Unit
from models_registry.models import Plan
from reports.domain.calendar import REGULAR, local_day, spans_between
from reports.domain.workdays import WorkCalendar
from reports.models import DueDayRule, Purpose, ReminderRule, ReminderSlot, ReportingPeriod, UnitReport
from reports.notifications.recipients import Recipient, agency_people, leaders, people_of_units
from reports.periods.holidays import working_calendar
from reports.periods.services import period_of

from .slots import Slot, slots_of

DAYS_AHEAD = 31


class Told(NamedTuple):
    """A unit ("" for the standing agency and the leaders) and who is told for it; nobody is an alarm to come."""

    unit: str
    people: list[Recipient]


class PlannedMessage(NamedTuple):
    """One moment of one rule. Messages of the same moment reach a person as one."""

    at: datetime
    rule: ReminderRule
    period: ReportingPeriod
    told: list[Told]

    @property
    def people(self) -> int:
        return len({person.key for told in self.told for person in told.people})

    @property
    def nobody(self) -> list[str]:
        return [told.unit for told in self.told if not any(person.can_be_reached for person in told.people)]


def preview(plan: Plan, *, at: datetime, days: int = DAYS_AHEAD) -> list[PlannedMessage]:
    """What the active rules will send under ``plan`` in the next ``days`` days, if nobody files before.

    A handful of queries, however many moments there are. Periods to come are expected from who has duties today.
    """
    calendar, until = working_calendar(at), at + timedelta(days=days)
    periods = [*_open(plan, at), *_to_come(plan, at, until, calendar)]
    settled = set(ReminderSlot.objects.filter(period__plan=plan).values_list("rule", "period"))
    slots = slots_of(ReminderRule.objects.active(), periods, calendar)
    coming = [slot for slot in slots if at <= slot.at <= until and slot.key not in settled]
    tellers = _Tellers(plan, at)
    return [PlannedMessage(slot.at, slot.rule, slot.period, tellers.told(slot)) for slot in coming]


class _Tellers:
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
            Purpose.DIGEST: [Told("", agency_people(plan, today))],
            Purpose.LEADERS: [Told("", leaders())],
        }

    def told(self, slot: Slot) -> list[Told]:
        if slot.rule.purpose in self.shared:
            return self.shared[slot.rule.purpose]
        owing = [report.unit for report in self.owed if slot.speaks_of(report, slot.at)]
        units = dict.fromkeys(owing if slot.period.pk else (*self.expected, *owing))
        return [Told(unit.name, self.people.get(unit.pk, [])) for unit in units]


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
