"""The outstanding reports of a period: how often their units were chased, whether anybody there can be reached."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q

from assignments.models import FocalPoint, Unit, User
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import Look, look_of
from reports.domain.wording import vn_moment
from reports.models import ReminderItem, ReminderKind, ReportingPeriod, UnitReport
from reports.notifications.recipients import Recipient, people_of_units, reached_units

from .messages import words_of
from .services import open_for_reminding


class OutstandingReport(NamedTuple):
    """A report that was not filed, or is to be corrected.

    ``people`` are those who would be told; where none of them can be reached: by telephone, ``calls``.
    """

    report: UnitReport
    look: Look
    left: str
    chasers: int
    last_told: str
    people: list[Recipient]
    calls: list[FocalPoint]

    @property
    def can_be_reached(self) -> bool:
        return any(person.can_be_reached for person in self.people)

    @property
    def unit(self) -> Unit:
        return self.report.unit

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


def outstanding_reports(period: ReportingPeriod, by: User, at: datetime) -> list[OutstandingReport]:
    """Four queries, however many units; ``by`` is who will press them."""
    reports = list(UnitReport.objects.owed().filter(period=period).select_related("unit").order_by("unit__sort_key"))
    for report in reports:
        report.period = period
    units = {report.unit_id for report in reports}
    people = people_of_units(units, local_day(at))
    calls = people_to_call(units - reached_units(people), by, local_day(at))
    told = {row["report"]: row for row in _told(period)}
    return [_row(report, told.get(report.pk), people.get(report.unit_id, []), calls, at) for report in reports]


def _told(period: ReportingPeriod) -> Iterable[Mapping[str, Any]]:
    """How often each report was chased (one moment counts once), and when it was last spoken of."""
    told = ReminderItem.objects.delivered().filter(report__period=period).values("report").order_by()
    chased = Count("reminder__slot_at", distinct=True, filter=Q(kind=ReminderKind.CHASER))
    return told.annotate(chasers=chased, last=Max("reminder__sent_at"))


def _row(
    report: UnitReport,
    told: Mapping[str, Any] | None,
    people: list[Recipient],
    calls: Mapping[int, list[FocalPoint]],
    at: datetime,
) -> OutstandingReport:
    return OutstandingReport(
        report=report,
        look=look_of(report.status(at)),
        left=words_of(report, at),
        chasers=told["chasers"] if told else 0,
        last_told=vn_moment(told["last"]) if told else "",
        people=people,
        calls=calls.get(report.unit_id, []),
    )
