"""What the standing agency does with a report it has returned: takes the return back, accepts it, closes it."""

from datetime import datetime

from django.db import transaction

from assignments.models import User
from reports.domain.calendar import local_day
from reports.domain.states import ReportAction, allows
from reports.domain.wording import vn_moment
from reports.filing.restoring import restore_filed
from reports.lifecycle.errors import ReviewError
from reports.lifecycle.required_text import required_text
from reports.lifecycle.transitions import apply_transition, lock_report, save_with_history, set_accepted
from reports.models import ReviewRemark, UnitReport
from reports.notifications.services import mark_answered, notify_about
from reports.progress.current import recompute_progress


@transaction.atomic
def take_back_return(report: UnitReport, *, by: User, at: datetime) -> UnitReport:
    """Undo a return: what was filed last counts again and waits to be received; its unit's bell says so.

    What the unit typed since does not count and stays in the history of the entries; the remarks are withdrawn. Raises
    ReviewError for a report that is not returned.
    """
    report = _returned(report, ReportAction.TAKE_BACK)
    return_reason, report.return_reason = report.return_reason, ""
    report.returned_at = report.returned_by = None
    words = f"Cơ quan thường trực rút lại việc trả lại báo cáo {report.period.title_at(at)} của {report.unit}"
    return _put_in_effect(report, ReportAction.TAKE_BACK, f"{words} (“{return_reason}”)", by=by, at=at)


@transaction.atomic
def accept_as_filed(report: UnitReport, *, by: User, at: datetime) -> UnitReport:
    """Receive a returned report as it was filed last, without a correction. Else as ``take_back_return``."""
    report = _returned(report, ReportAction.ACCEPT_AS_FILED)
    is_own = by.serves(report.unit, local_day(at))
    set_accepted(report, is_own=is_own, by=by, at=at)
    accepted = "tự tiếp nhận" if is_own else "được tiếp nhận"
    words = f"Báo cáo {report.period.title_at(at)} của {report.unit} {accepted}, không cần sửa"
    return _put_in_effect(report, ReportAction.ACCEPT_AS_FILED, words, by=by, at=at)


@transaction.atomic
def close_report(report: UnitReport, *, reason: str, by: User, at: datetime) -> UnitReport:
    """Ask no more for the correction of a returned report: it stays filed, counts for nothing, and is not chased.

    Returning it again opens it. Raises ReviewError without a reason, or for a report that is not returned.
    """
    reason = required_text(reason, "Hãy ghi lý do đóng báo cáo.")
    report = _returned(report, ReportAction.CLOSE)
    apply_transition(report, ReportAction.CLOSE)
    report.closed_at, report.closed_by, report.closed_reason = at, by, reason
    save_with_history(report, by=by, at=at)
    _ask_no_more(report, at=at)
    words = f"Báo cáo {report.period.title_at(at)} của {report.unit} được đóng, không phải sửa nữa: {reason}"
    notify_about(report, words, by=by, at=at)
    return report


def _returned(report: UnitReport, action: ReportAction) -> UnitReport:
    report = lock_report(report)
    if not allows(report.state, action):
        raise ReviewError(f"Báo cáo của {report.unit} không còn ở trạng thái trả lại. Hãy tải lại trang để xem.")
    return report


def _put_in_effect(report: UnitReport, action: ReportAction, words: str, *, by: User, at: datetime) -> UnitReport:
    apply_transition(report, action)
    is_typed_over = restore_filed(report, by=by, at=at)
    save_with_history(report, by=by, at=at)
    _ask_no_more(report, at=at)
    recompute_progress(report, list(report.entries.values_list("duty", flat=True)))
    counts = f"Nội dung nộp lúc {vn_moment(report.submitted_at)} có hiệu lực"  # type: ignore[arg-type]
    drafts = "; phần đơn vị sửa nháp sau đó chưa nộp nên không tính" if is_typed_over else ""
    notify_about(report, f"{words}. {counts}{drafts}.", by=by, at=at)
    return report


def _ask_no_more(report: UnitReport, *, at: datetime) -> None:
    ReviewRemark.objects.unanswered().filter(entry__report=report).update(withdrawn_at=at)
    mark_answered(report, at=at)
