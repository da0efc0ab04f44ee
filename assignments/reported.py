"""What is reported under duties, as far as this app must know; the app that keeps the reports registers itself here.

Duties change when a unit ends, an import is corrected or taken back; what is reported follows, and imports of code go
one way only.
"""

from datetime import date, datetime
from typing import Protocol

from django.db.models import QuerySet

from assignments.models import Duty
from models_registry.models import Plan


class Reports(Protocol):
    def reported_duties(self, duties: QuerySet[Duty], since: datetime | None = None) -> set[int]:
        """Ids of those duties under which somebody filed or wrote something, after ``since`` where it is given."""

    def delete_unreported(self, duties: QuerySet[Duty]) -> None:
        """Take away what is owed under ``duties`` and was neither filed nor written."""

    def follow(self, plan: Plan, since: date | None, at: datetime) -> None:
        """The duties of ``plan`` are others from ``since`` on (None: they are as they were): let what hangs on them
        follow, and carry over what was said where a handover's day has come.
        """


_registered: list[Reports] = []


def register(reports: Reports) -> None:
    _registered.append(reports)


def reported_duties(duties: QuerySet[Duty], since: datetime | None = None) -> set[int]:
    return set().union(*(reports.reported_duties(duties, since) for reports in _registered))


def delete_unreported(duties: QuerySet[Duty]) -> None:
    for reports in _registered:
        reports.delete_unreported(duties)


def follow(plan: Plan, since: date | None, at: datetime) -> None:
    for reports in _registered:
        reports.follow(plan, since, at)
