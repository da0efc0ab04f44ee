"""Taking a report for a write, and the one way its state changes."""

from datetime import datetime

from assignments.models import User
from reports.models import UnitReport
from reports.services.errors import AlreadyFiled, Locked
from reports.states import STEPS, ReportAction, ReportState

_TOLD = ("period", "unit", "submitted_by")


def take(report: UnitReport) -> UnitReport:
    """Read the report and hold its row for this transaction: whoever writes to it or its entries comes here first."""
    return UnitReport.objects.select_for_update(of=("self",)).select_related(*_TOLD).get(pk=report.pk)


def take_for_filing(report: UnitReport, at: datetime) -> UnitReport:
    """``take`` a report that can still be filed, so that two officers pressing at once file one report.

    Raises AlreadyFiled or Locked.
    """
    report = take(report)
    if report.is_standing:
        raise AlreadyFiled(report)
    if not report.is_fileable(at):
        raise Locked(report)
    return report


def step(report: UnitReport, action: ReportAction) -> None:
    """Change the state; raises KeyError for a step that is not in the table, which the caller should have refused."""
    report.state = STEPS[ReportState(report.state), action]


def save(report: UnitReport, *, by: User | None, at: datetime) -> None:
    """Write the row with who and when in its history."""
    # How simple_history is told who and when; the attributes are its documented interface.
    report._history_user = by  # type: ignore[attr-defined]
    report._history_date = at  # type: ignore[attr-defined]
    report.save()
