"""What a unit does with the report it owes: files it, says there is nothing to report, takes it back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from assignments.models import User
from reports.domain.entry_fields import FILLED_FIELDS, empty_value
from reports.domain.states import ReportAction
from reports.lifecycle.errors import HasContent, NothingBefore, NotWithdrawable, Unready
from reports.lifecycle.transitions import (
    apply_transition,
    lock_for_filing,
    lock_report,
    save_with_history,
    write_entries,
)
from reports.models import ProgressEntry, ReportVersion, ReviewRemark, UnitReport
from reports.notifications.services import mark_answered
from reports.obstacles.services import forget_obstacles, record_obstacles
from reports.periods.owed import is_owed_otherwise, reckon
from reports.progress.current import add_to_current, recompute_progress
from reports.progress.entries_read import entries_with_last_word
from reports.progress.initiative_status import current_of

from .drafts import keep_up
from .missing import EntryCheck, check_entries, open_remarks
from .versions import snapshot


@transaction.atomic
def submit_report(report: UnitReport, *, by: User, at: datetime, on_behalf: bool = False) -> UnitReport:
    """File the report with its entries as saved (KH III.6): keep the version, current progress and the difficulties.

    ``on_behalf`` marks what the standing agency files for a unit. Raises Unready, AlreadyFiled or Locked, and then
    writes nothing.
    """
    report = lock_for_filing(report, at)
    entries = _whole_entries(report)
    if keep_up(report, entries, by=by, at=at):
        entries = _whole_entries(report)
    checks = check_entries(report, entries)
    unready = [entry for entry in entries if checks[entry.pk].missing]
    if unready:
        raise Unready(unready)
    _file(report, entries, checks, by=by, at=at, on_behalf=on_behalf)
    add_to_current(report, entries)
    record_obstacles(report, entries, by=by, at=at)
    return report


@transaction.atomic
def submit_nothing(report: UnitReport, *, by: User, at: datetime, on_behalf: bool = False) -> UnitReport:
    """File "không phát sinh": an answer, so the progress of each initiative stays as it is.

    Raises NothingBefore, Unready where remarks of a return wait for an answer, HasContent, AlreadyFiled or Locked, and
    then writes nothing.
    """
    report = lock_for_filing(report, at)
    entries = _whole_entries(report)
    unheard = [entry for entry in entries if entry.excluded_at is None and current_of(entry.duty) is None]
    if unheard:
        raise NothingBefore(unheard)
    remarked = [entry for entry in entries if open_remarks(entry)]
    if remarked:
        raise Unready(remarked)
    written = [entry for entry in entries if entry.has_words or _has_attachments(entry)]
    if written:
        raise HasContent(len(written))
    _empty([entry for entry in entries if entry.is_answered], by=by, at=at)
    report.nothing_to_report = True
    _file(report, entries, {}, by=by, at=at, on_behalf=on_behalf)
    return report


@transaction.atomic
def withdraw_report(report: UnitReport, *, by: User, at: datetime) -> UnitReport:
    """Take a filed report back to correct it, until it is received; it is then open as if it had never been filed.

    Its versions are kept. Raises NotWithdrawable.
    """
    report = lock_report(report)
    if not report.is_withdrawable(at):
        raise NotWithdrawable(report)
    apply_transition(report, ReportAction.WITHDRAW)
    report.first_submitted_at = report.submitted_at = report.submitted_by = None
    report.nothing_to_report = report.filed_on_behalf = False
    save_with_history(report, by=by, at=at)
    drop_from_progress(report)
    forget_obstacles(report, by=by, at=at)
    if is_owed_otherwise(report):  # what came about after it was filed: who ended, who took over, in what role
        reckon(report.period, at=at)
    return report


def file_on_behalf(report: UnitReport, *, by: User, at: datetime, nothing: bool = False) -> UnitReport:
    """File for a unit that cannot, marked so; entries are saved as by the unit. Raises as the two above."""
    file = submit_nothing if nothing else submit_report
    return file(report, by=by, at=at, on_behalf=True)


def drop_from_progress(report: UnitReport) -> None:
    """The report is no longer in effect: current progress falls back to what was reported before it."""
    recompute_progress(report, list(report.entries.values_list("duty", flat=True)))


def _whole_entries(report: UnitReport) -> list[ProgressEntry]:
    whole = report.entries.select_related("duty__unit").prefetch_related("evidence", "figures__indicator", "remarks")
    return entries_with_last_word(whole)


def _has_attachments(entry: ProgressEntry) -> bool:
    return bool(entry.evidence.all()) or any(figure.value is not None for figure in entry.figures.all())


def _empty(entries: list[ProgressEntry], *, by: User, at: datetime) -> None:
    """Clear states that were chosen without any text, and answers that were only kept."""
    for entry in entries:
        for name in FILLED_FIELDS:
            setattr(entry, name, empty_value(name))
        entry.is_kept = False
    if entries:
        write_entries(entries, by=by, at=at)


def _file(
    report: UnitReport,
    entries: list[ProgressEntry],
    checks: Mapping[int, EntryCheck],
    *,
    by: User,
    at: datetime,
    on_behalf: bool,
) -> None:
    """The transition itself, with the version that keeps what was filed; remarks on it are answered."""
    apply_transition(report, ReportAction.SUBMIT)
    report.first_submitted_at = report.first_submitted_at or at
    report.submitted_at, report.submitted_by, report.filed_on_behalf = at, by, on_behalf
    save_with_history(report, by=by, at=at)
    ReportVersion.objects.create(
        report=report,
        number=report.versions.count() + 1,
        at=at,
        by=by,
        on_behalf=on_behalf,
        nothing_to_report=report.nothing_to_report,
        content=snapshot(entries, {pk: check.questions for pk, check in checks.items()}),
    )
    if report.returned_at:
        ReviewRemark.objects.unanswered().filter(entry__report=report).update(answered_at=at)
    mark_answered(report, at=at)
