"""The outstanding reports of a period: how often their units were chased, whether anybody there can be reached."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q

from assignments.models import FocalPoint, User
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.models import ReminderItem, ReminderKind, ReportingPeriod, UnitReport
from reports.notifications.recipients import Recipient, people_of_units, reached_units

from .services import open_for_reminding


class OutstandingReport(NamedTuple):
    """A report that was not filed, or is to be corrected: how often it was chased, when it was last spoken of.

    ``people`` are those who would be told; where none of them can be reached: by telephone, ``calls``.
    """

    report: UnitReport
    chasers: int
    last_told: datetime | None
    people: list[Recipient]
    calls: list[FocalPoint]

    @property
    def can_be_reached(self) -> bool:
        return any(person.can_be_reached for person in self.people)

    @property
    def names(self) -> str:
        return ", ".join(person.name for person in self.people)


def periods_to_chase(plan: Plan, at: datetime) -> list[ReportingPeriod]:
    """Periods of which reports can still be filed and are missing, the longest due first; ``outstanding``: how many."""
    missing = Count("reports", filter=Q(reports__in=UnitReport.objects.owed()))
    periods = open_for_reminding(at).filter(plan=plan).annotate(outstanding=missing).filter(outstanding__gt=0)
    return list(periods.order_by("due_at", "pk"))


def people_to_call(units: Collection[int], by: User, day: date) -> dict[int, list[FocalPoint]]:
    """The focal points of ``units`` that ``by`` may know of, by unit: whom to call where no message helps."""
    found: dict[int, list[FocalPoint]] = {}
    for point in FocalPoint.objects.on(day).visible_to(by, day).filter(unit__in=units).order_by("pk"):
        found.setdefault(point.unit_id, []).append(point)
    return found


def outstanding_reports(periods: Collection[ReportingPeriod], by: User, at: datetime) -> list[OutstandingReport]:
    """Those of ``periods``, a unit's side by side; four queries, however many units; ``by`` is who will press them."""
    owed = UnitReport.objects.owed().filter(period__in=periods).select_related("unit", "period")
    reports = list(owed.order_by("unit__sort_key", "unit_id", "period__due_at"))
    units = {report.unit_id for report in reports}
    people = people_of_units(units, local_day(at))
    calls = people_to_call(units - reached_units(people), by, local_day(at))
    told = _told(periods)
    found = []
    for report in reports:
        chasers, last_told = told.get(report.pk, (0, None))
        of_unit = (people.get(report.unit_id, []), calls.get(report.unit_id, []))
        found.append(OutstandingReport(report, chasers, last_told, *of_unit))
    return found


def _told(periods: Collection[ReportingPeriod]) -> dict[int, tuple[int, datetime]]:
    """How often each report was chased (one moment counts once), and when it was last spoken of."""
    told = ReminderItem.objects.delivered().filter(report__period__in=periods).values("report").order_by()
    chased = Count("reminder__slot_at", distinct=True, filter=Q(kind=ReminderKind.CHASER))
    rows = told.annotate(chasers=chased, last=Max("reminder__sent_at"))
    return {report: (chasers, last) for report, chasers, last in rows.values_list("report", "chasers", "last")}
