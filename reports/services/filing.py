"""What a unit does with the report it owes: saves it, files it, or says there is nothing to report."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from assignments.models import User
from reports.models import FILLED_FIELDS, CurrentProgress, ProgressEntry, UnitReport
from reports.wording import vn_moment



class FilingError(Exception):
    """The report cannot be filed; the message says why and what to do, in words for the officer."""


class AlreadyFiled(FilingError):
    def __init__(self, report: UnitReport) -> None:
        when = vn_moment(report.submitted_at) if report.submitted_at else ""
        super().__init__(f"Báo cáo này đã được {report.submitted_by} nộp lúc {when}. Không cần nộp lại.")


class Locked(FilingError):
    def __init__(self, report: UnitReport) -> None:
        super().__init__(
            f"Kỳ này đã khóa lúc {vn_moment(report.period.locks_at)} nên không nộp được nữa. "
            "Hãy báo cơ quan thường trực nếu cần bổ sung."
        )


class Unready(FilingError):
    """Some entries lack what filing asks for; ``entries`` are those."""

    def __init__(self, entries: list[ProgressEntry]) -> None:
        self.entries = entries
        super().__init__(f"Còn {len(entries)} mô hình chưa đủ để nộp. Bản nháp đã được lưu.")


class HasContent(FilingError):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"Bản nháp đã ghi kết quả hoặc khó khăn ở {count} mô hình nên không thể nộp “không phát sinh”. "
            "Hãy nộp báo cáo, hoặc xóa nội dung đã ghi rồi thử lại."
        )


@transaction.atomic
def save_draft(report: UnitReport, entries: Iterable[ProgressEntry], *, by: User, at: datetime) -> None:
    """Keep what was typed so far. Raises FilingError when the report is filed or locked."""
    report = _locked_for_filing(report, at)
    bulk_update_with_history(entries, ProgressEntry, FILLED_FIELDS, default_user=by, default_date=at)
    report.saved_at = at
    _save(report, by=by, at=at)


@transaction.atomic
def submit_report(report: UnitReport, *, by: User, at: datetime) -> UnitReport:
    """File the report with its entries as saved, and bring the current state in line (KH III.6).

    Raises Unready, AlreadyFiled or Locked, and then writes nothing.
    """
    report = _locked_for_filing(report, at)
    entries = list(report.entries.select_related("duty__initiative"))
    unready = [entry for entry in entries if entry.missing]
    if unready:
        raise Unready(unready)
    _file(report, by=by, at=at)
    _update_current(report, entries, at)
    return report


@transaction.atomic
def submit_nothing(report: UnitReport, *, by: User, at: datetime) -> UnitReport:
    """File "không phát sinh": an answer, so what was last said of each initiative stands.

    Raises HasContent, AlreadyFiled or Locked, and then writes nothing.
    """
    report = _locked_for_filing(report, at)
    entries = list(report.entries.all())
    written = [entry for entry in entries if entry.has_words]
    if written:
        raise HasContent(len(written))
    for entry in entries:
        entry.work_state, entry.percent = "", None
    bulk_update_with_history(entries, ProgressEntry, FILLED_FIELDS, default_user=by, default_date=at)
    report.nothing_to_report = True
    _file(report, by=by, at=at)
    return report


def _locked_for_filing(report: UnitReport, at: datetime) -> UnitReport:
    """Take the row for this transaction, so that two officers pressing at once file one report."""
    report = (
        UnitReport.objects.select_for_update(of=("self",))
        .select_related("period", "submitted_by", "unit")
        .get(pk=report.pk)
    )
    if report.state == UnitReport.State.SUBMITTED:
        raise AlreadyFiled(report)
    if not report.is_fileable(at):
        raise Locked(report)
    return report


def _file(report: UnitReport, *, by: User, at: datetime) -> None:
    report.state = UnitReport.State.SUBMITTED
    report.submitted_at = at
    report.submitted_by = by
    _save(report, by=by, at=at)


def _save(report: UnitReport, *, by: User, at: datetime) -> None:
    # How simple_history is told who and when; the attributes are its documented interface.
    report._history_user = by  # type: ignore[attr-defined]
    report._history_date = at  # type: ignore[attr-defined]
    report.save()


def _update_current(report: UnitReport, entries: list[ProgressEntry], at: datetime) -> None:
    """Keep the last word on each duty; a report filed late never covers a later period's."""
    known = CurrentProgress.objects.filter(duty__in=[entry.duty_id for entry in entries]).select_related("period")
    current_of = {current.duty_id: current for current in known}
    rows = [
        _current_from(entry, report, at, current_of.get(entry.duty_id))
        for entry in entries
        if not _is_older(report, current_of.get(entry.duty_id))
    ]
    CurrentProgress.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["duty"],
        update_fields=["entry", "period", "reported_at", *FILLED_FIELDS],
    )


def _is_older(report: UnitReport, current: CurrentProgress | None) -> bool:
    return current is not None and report.period.ends_on < current.period.ends_on


def _current_from(
    entry: ProgressEntry, report: UnitReport, at: datetime, previous: CurrentProgress | None
) -> CurrentProgress:
    return CurrentProgress(
        duty_id=entry.duty_id,
        entry=entry,
        period=report.period,
        reported_at=at,
        work_state=entry.work_state,
        percent=entry.percent,
        # The last result said stays the last word while nothing new is added to it.
        result=entry.result or (previous.result if previous else ""),
        difficulty=entry.difficulty,
    )
