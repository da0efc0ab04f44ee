"""What is reported under duties, as far as this app must know; the app that keeps the reports registers itself here.

Duties end and go when an import is corrected or taken back, and imports of code go one way only.
"""

from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from assignments.models import Duty


class Reports(Protocol):
    def reported_duties(self, duties: QuerySet[Duty], since: datetime | None = None) -> set[int]:
        """Ids of those duties under which somebody filed or wrote something, after ``since`` where it is given."""

    def delete_unreported(self, duties: QuerySet[Duty]) -> None:
        """Take away what is owed under ``duties`` and was neither filed nor written."""


_registered: list[Reports] = []


def register(reports: Reports) -> None:
    _registered.append(reports)


def reported_duties(duties: QuerySet[Duty], since: datetime | None = None) -> set[int]:
    return set().union(*(reports.reported_duties(duties, since) for reports in _registered))


def delete_unreported(duties: QuerySet[Duty]) -> None:
    for reports in _registered:
        reports.delete_unreported(duties)
