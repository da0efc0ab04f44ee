"""A unit that owes nothing in one period: its report counts neither as owed nor as missing, and says why."""

from datetime import datetime

from django.db import transaction

from assignments.models import User
from reports.domain.states import ReportAction, allows
from reports.lifecycle.errors import ReviewError
from reports.lifecycle.required_text import required_text
from reports.lifecycle.transitions import lock_report, save_with_history, set_excused, set_expected
from reports.models import UnitReport
from reports.notifications.services import mark_answered, notify_about


@transaction.atomic
def excuse_report(report: UnitReport, *, reason: str, by: User | None, at: datetime) -> UnitReport:
    """Let a unit owe nothing in this period, of which its bell tells; what was typed is kept.

    ``by`` is None where the portal itself found it. Raises ReviewError without a reason, or for a report that was filed
    or excused before.
    """
    report = lock_report(report)
    reason = required_text(reason, "Hãy ghi lý do đơn vị không phải nộp.")
    if not allows(report.state, ReportAction.EXCUSE):
        raise ReviewError(f"Báo cáo của {report.unit} đã nộp hoặc đã ghi không phải nộp, nên không ghi lại được nữa.")
    set_excused(report, reason, by=by, at=at)
    save_with_history(report, by=by, at=at)
    mark_answered(report, at=at)
    notify_about(report, f"{report.unit} không phải nộp báo cáo {report.period.title_at(at)}: {reason}", by=by, at=at)
    return report


@transaction.atomic
def expect_report(report: UnitReport, *, by: User | None, at: datetime) -> UnitReport:
    """Let the unit owe an excused report again; one whose lock has passed the clock marks as never filed.

    Raises ReviewError for a report that is not excused.
    """
    report = lock_report(report)
    if not allows(report.state, ReportAction.EXPECT):
        raise ReviewError(f"Báo cáo của {report.unit} không ghi là không phải nộp, nên không có gì để bỏ.")
    set_expected(report)
    save_with_history(report, by=by, at=at)
    notify_about(report, f"{report.unit} vẫn phải nộp báo cáo {report.period.title_at(at)}.", by=by, at=at)
    return report
