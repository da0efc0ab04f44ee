"""What is outstanding, reports or requests: how often it was chased, whether anybody can be reached."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q

from assignments.models import FocalPoint, Unit, User
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.models import ReminderItem, ReminderKind, ReportingPeriod, UnitReport, UnitRequest
from reports.notifications.recipients import Recipient, people_of_units, reached_units

from .services import open_for_reminding


class Outstanding(NamedTuple):
    """A report not filed or to be corrected, or a request not answered: how often it was chased, when last spoken of.

    ``people`` are those who would be told; where none of them can be reached: by telephone, ``calls``.
    """

    asked: UnitReport | UnitRequest
    chasers: int
    last_told: datetime | None
    people: list[Recipient]
    calls: list[FocalPoint]

    @property
    def unit(self) -> Unit:
        return self.asked.unit

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


def requests_to_chase(plan: Plan, at: datetime) -> list[UnitRequest]:
    """Requests that wait for an answer under a plan that runs, a unit's side by side."""
    if not plan.is_running(local_day(at)):
        return []
    asked = UnitRequest.objects.awaiting().filter(plan=plan).select_related("unit")
    return list(asked.order_by("unit__sort_key", "unit_id", "due_at", "pk"))


def people_to_call(units: Collection[int], by: User, day: date) -> dict[int, list[FocalPoint]]:
    """The focal points of ``units`` that ``by`` may know of, by unit: whom to call where no message helps."""
    found: dict[int, list[FocalPoint]] = {}
    for point in FocalPoint.objects.on(day).visible_to(by, day).filter(unit__in=units).order_by("pk"):
        found.setdefault(point.unit_id, []).append(point)
    return found


def outstanding_reports(periods: Collection[ReportingPeriod], by: User, at: datetime) -> list[Outstanding]:
    """Those of ``periods``, a unit's side by side; four queries, however many units; ``by`` is who will press them."""
    owed = UnitReport.objects.owed().filter(period__in=periods).select_related("unit", "period")
    reports = list(owed.order_by("unit__sort_key", "unit_id", "period__due_at"))
    return _outstanding(reports, _told("report", Q(report__period__in=periods)), by, at)


def outstanding_requests(requests: Sequence[UnitRequest], by: User, at: datetime) -> list[Outstanding]:
    """As ``outstanding_reports``, of requests; three queries."""
    return _outstanding(requests, _told("request", Q(request__in=requests)), by, at)


def _outstanding(
    asked: Sequence[UnitReport | UnitRequest],
    told: dict[int, tuple[int, datetime]],
    by: User,
    at: datetime,
) -> list[Outstanding]:
    units = {one.unit_id for one in asked}
    people = people_of_units(units, local_day(at))
    calls = people_to_call(units - reached_units(people), by, local_day(at))
    found = []
    for one in asked:
        chasers, last_told = told.get(one.pk, (0, None))
        of_unit = (people.get(one.unit_id, []), calls.get(one.unit_id, []))
        found.append(Outstanding(one, chasers, last_told, *of_unit))
    return found


def _told(asked: str, those: Q) -> dict[int, tuple[int, datetime]]:
    """How often each was chased (one moment counts once), and when it was last spoken of."""
    told = ReminderItem.objects.delivered().filter(those).values(asked).order_by()
    chased = Count("reminder__slot_at", distinct=True, filter=Q(kind=ReminderKind.CHASER))
    rows = told.annotate(chasers=chased, last=Max("reminder__sent_at"))
    return {pk: (chasers, last) for pk, chasers, last in rows.values_list(asked, "chasers", "last")}
