"""Locking a report for a write, and the one way its state changes."""

from collections.abc import Collection
from datetime import datetime

from assignments.models import User
from models_registry.history import set_history_author
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.states import STEPS, ReportAction, ReportState
from reports.models import ProgressEntry, UnitReport

from .errors import AlreadyFiled, Locked, NotOwed

# In the history of a report that the standing agency received from itself.
SELF_ACCEPTED = "đơn vị tự tiếp nhận"
_WRITTEN = ("is_kept", "version", *FILLED_FIELDS)
_TOLD = ("period", "unit", "submitted_by")


def lock_report(report: UnitReport) -> UnitReport:
    """Read the report and lock its row for this transaction: whoever writes to it or its entries comes here first."""
    return UnitReport.objects.select_for_update(of=("self",)).select_related(*_TOLD).get(pk=report.pk)


def lock_for_filing(report: UnitReport, at: datetime) -> UnitReport:
    """``lock_report`` for one that can still be filed, so that two officers pressing at once file one report.

    Raises AlreadyFiled, NotOwed or Locked.
    """
    report = lock_report(report)
    if report.is_in_effect:
        raise AlreadyFiled(report)
    if report.state in (ReportState.EXCUSED, ReportState.CLOSED):
        raise NotOwed(report)
    if not report.is_fileable(at):
        raise Locked(report)
    return report


def apply_transition(report: UnitReport, action: ReportAction) -> None:
    """Change the state; raises KeyError for a step that is not in the table, which the caller should have refused."""
    report.state = STEPS[ReportState(report.state), action]


def set_accepted(report: UnitReport, *, is_own: bool, by: User, at: datetime) -> None:
    """Say who received it and when; where it ``is_own``, of a unit ``by`` serves, the history says that besides."""
    report.accepted_at, report.accepted_by = at, by
    if is_own:
        report._change_reason = SELF_ACCEPTED  # type: ignore[attr-defined]  # as set_history_author


def set_excused(report: UnitReport, reason: str, *, by: User | None, at: datetime) -> None:
    """Nothing is owed; ``by`` is None where the portal itself found it."""
    apply_transition(report, ReportAction.EXCUSE)
    report.excused_at, report.excused_by, report.excused_reason = at, by, reason


def set_expected(report: UnitReport) -> None:
    """What was excused is owed again."""
    apply_transition(report, ReportAction.EXPECT)
    report.excused_at = report.excused_by = None
    report.excused_reason = ""


def save_with_history(report: UnitReport, *, by: User | None, at: datetime) -> None:
    """Write the row with who and when in its history."""
    set_history_author(report, by=by, at=at)
    report.save()


def write_entries(entries: Collection[ProgressEntry], *, by: User | None, at: datetime) -> None:
    """Write what was filled in, as the next version of each entry, with who and when in its history.

    One statement with a row for each entry: ``bulk_update`` would spell out a CASE for every field of every row, which
    takes longer than all the rest of a filing.
    """
    for entry in entries:
        entry.version += 1
    ProgressEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["id"], update_fields=list(_WRITTEN)
    )
    ProgressEntry.history.bulk_history_create(entries, update=True, default_user=by, default_date=at)
