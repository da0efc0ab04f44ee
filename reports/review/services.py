"""What the standing agency does with a report: accepts it, returns it, opens it again, leaves an entry out."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from assignments.models import User
from reports.domain.calendar import local_day
from reports.domain.entry_fields import FIELD_LABELS
from reports.domain.states import ReportAction, allows
from reports.domain.wording import vn_moment
from reports.filing.services import drop_from_progress
from reports.lifecycle.errors import ReviewError
from reports.lifecycle.required_text import required_text
from reports.lifecycle.transitions import apply_transition, lock_report, save_with_history, set_accepted
from reports.models import ProgressEntry, ReviewRemark, UnitReport
from reports.notifications.services import notify_about
from reports.progress.current import recompute_progress


class Remark(NamedTuple):
    """What is asked of one entry on a return; ``field`` names one of FIELD_LABELS, or "" for the entry as a whole."""

    entry_id: int
    text: str
    field: str = ""


class Acceptance(NamedTuple):
    """``left`` are reports that could not be accepted: not filed, returned, or accepted already."""

    accepted: list[UnitReport]
    left: list[UnitReport]


@transaction.atomic
def return_report(
    report: UnitReport, *, reason: str, by: User, at: datetime, remarks: Iterable[Remark] = ()
) -> UnitReport:
    """Send a filed report back to its unit, whose bell says why; the first filing still decides whether it was on time.

    One that was closed is opened so.
    Raises ReviewError without a reason, for a report that is not filed, or a remark on another report's entry.
    """
    report = lock_report(report)
    reason = required_text(reason, "Hãy ghi lý do trả lại để đơn vị biết cần sửa gì.")
    if not allows(report.state, ReportAction.RETURN):
        raise ReviewError(f"Báo cáo của {report.unit} chưa nộp hoặc đã trả lại, nên không trả lại được nữa.")
    written = _write_remarks(report, remarks, by=by, at=at)
    apply_transition(report, ReportAction.RETURN)
    report.returned_at, report.returned_by, report.return_reason = at, by, reason
    report.accepted_at = report.accepted_by = None
    report.closed_at = report.closed_by = None
    report.closed_reason = ""
    report.nothing_to_report = False
    save_with_history(report, by=by, at=at)
    drop_from_progress(report)
    said = "; ".join([reason, *(remark.words for remark in written)])
    words = f"Báo cáo {report.period.title_at(at)} của {report.unit} bị trả lại: {said}"
    notify_about(report, words, by=by, at=at)
    return report


@transaction.atomic
def accept_reports(reports: Iterable[UnitReport], *, by: User, at: datetime) -> Acceptance:
    """Receive many reports at once; those that cannot be received are returned in ``left``, not refused."""
    wanted = [report.pk for report in reports]
    held = list(
        UnitReport.objects.select_for_update(of=("self",))
        .select_related("period", "unit")
        .filter(pk__in=wanted)
        .order_by("pk")  # always in one order, so that two who accept at once do not wait for each other
    )
    accepted = [report for report in held if allows(report.state, ReportAction.ACCEPT)]
    own_units = set(by.units_on(local_day(at)).values_list("pk", flat=True))
    for report in accepted:
        apply_transition(report, ReportAction.ACCEPT)
        set_accepted(report, is_own=report.unit_id in own_units, by=by, at=at)
    fields = ["state", "accepted_at", "accepted_by"]
    bulk_update_with_history(accepted, UnitReport, fields, batch_size=500, default_user=by, default_date=at)
    return Acceptance(accepted, [report for report in held if report not in accepted])


@transaction.atomic
def reopen_report(report: UnitReport, *, until: datetime, reason: str, by: User, at: datetime) -> UnitReport:
    """Let a missed report be filed after all, until a new lock, of which the bell tells; it stays known as missed.

    Raises ReviewError without a reason, for a moment already past, or a report that was not missed.
    """
    report = lock_report(report)
    reason = required_text(reason, "Hãy ghi lý do mở lại.")
    if until <= at:
        raise ReviewError("Thời điểm khóa mới đã qua. Hãy chọn một thời điểm sau lúc này.")
    if not allows(report.state, ReportAction.REOPEN):
        raise ReviewError(f"Báo cáo của {report.unit} không ở trạng thái “không nộp” nên không cần mở lại.")
    apply_transition(report, ReportAction.REOPEN)
    report.reopened_until, report.reopen_reason = until, reason
    save_with_history(report, by=by, at=at)
    words = (
        f"Báo cáo {report.period.title_at(at)} của {report.unit} được mở lại, nộp được đến {vn_moment(until)}: {reason}"
    )
    notify_about(report, words, by=by, at=at)
    return report


@transaction.atomic
def exclude_entry(entry: ProgressEntry, *, reason: str, by: User, at: datetime) -> ProgressEntry:
    """Leave an entry out of the roll-up and of the current state; the unit still sees it, with the reason.

    Raises ReviewError without a reason or for an entry of a report not in effect.
    """
    reason = required_text(reason, "Hãy ghi lý do không tổng hợp mục này.")
    return _set_excluded(entry, at, by, reason, by=by, at=at)


@transaction.atomic
def include_entry(entry: ProgressEntry, *, by: User, at: datetime) -> ProgressEntry:
    """Take an entry back into the roll-up. Raises ReviewError as ``exclude_entry``."""
    return _set_excluded(entry, None, None, "", by=by, at=at)


def _set_excluded(
    entry: ProgressEntry, since: datetime | None, decided_by: User | None, reason: str, *, by: User, at: datetime
) -> ProgressEntry:
    report = lock_report(entry.report)
    if not report.is_in_effect:
        raise ReviewError(f"Báo cáo của {report.unit} chưa nộp hoặc đang trả lại: chưa có gì để tổng hợp.")
    entry = report.entries.select_related("duty__initiative").get(pk=entry.pk)
    entry.excluded_at, entry.excluded_by, entry.excluded_reason = since, decided_by, reason
    fields = ["excluded_at", "excluded_by", "excluded_reason"]
    bulk_update_with_history([entry], ProgressEntry, fields, default_user=by, default_date=at)
    recompute_progress(report, [entry.duty_id])
    return entry


def _write_remarks(report: UnitReport, remarks: Iterable[Remark], *, by: User, at: datetime) -> list[ReviewRemark]:
    own = report.entries.select_related("duty__initiative").in_bulk()
    misplaced = "Ý kiến phải ghi cho một mục của chính báo cáo này và không để trống."
    rows = [
        ReviewRemark(
            entry_id=remark.entry_id, field=remark.field, text=required_text(remark.text, misplaced), by=by, at=at
        )
        for remark in remarks
    ]
    if any(row.entry_id not in own or (row.field and row.field not in FIELD_LABELS) for row in rows):
        raise ReviewError(misplaced)
    for row in rows:
        row.entry = own[row.entry_id]
    return ReviewRemark.objects.bulk_create(rows)
