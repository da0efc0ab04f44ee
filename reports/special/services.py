"""Reports asked for on an occasion ("báo cáo đột xuất"), of chosen units on chosen initiatives."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from assignments.models import Duty, Unit, User
from models_registry.history import set_history_author
from models_registry.models import Initiative, Plan
from models_registry.text import one_line
from reports.domain.calendar import Rhythm, local_day
from reports.domain.wording import vn_moment
from reports.lifecycle.errors import ReviewError
from reports.models import ReportingPeriod, UnitReport
from reports.notifications.services import delete_notifications, notify_units
from reports.periods.owed import expect_reports

# By default a special report can still be filed, late, as long as a weekly one.
LATE_FOR = timedelta(days=7)


@transaction.atomic
def request_special_report(
    plan: Plan,
    *,
    title: str,
    units: Iterable[Unit],
    initiatives: Iterable[Initiative],
    due_at: datetime,
    by: User,
    at: datetime,
    locks_at: datetime | None = None,
) -> ReportingPeriod:
    """Open a period of its own ("2024-DX01"), with a report for each chosen unit on those of the initiatives it owes;
    the bell tells the units.

    Raises ReviewError without a title, for a due time that has passed, or a unit that owes none of the initiatives.
    """
    title = one_line(title)
    if not title:
        raise ReviewError("Hãy ghi nội dung cần báo cáo.")
    if due_at <= at:
        raise ReviewError("Hạn nộp đã qua. Hãy chọn một thời điểm sau lúc này.")
    locks_at = locks_at or due_at + LATE_FOR
    if locks_at <= due_at:
        raise ReviewError("Thời điểm khóa phải sau hạn nộp.")
    duties = _duties(plan, list(units), list(initiatives), at)
    Plan.objects.select_for_update().get(pk=plan.pk)  # one code after the other
    period = ReportingPeriod(
        plan=plan,
        rhythm=Rhythm.SPECIAL,
        code=_next_code(plan, at),
        name=title,
        starts_on=local_day(at),
        ends_on=local_day(due_at),
        due_at=due_at,
        locks_at=locks_at,
        opened_at=at,
        asked_by=by,
    )
    set_history_author(period, by=by, at=at)
    period.save()
    expect_reports(period, duties, at)
    words = f"{period}. Hạn nộp {vn_moment(due_at)}."
    asked = {report.unit_id: (words, report.get_absolute_url()) for report in period.reports.all()}
    notify_units(asked, plan=plan.pk, by=by, at=at)
    return period


@transaction.atomic
def cancel_special_report(period: ReportingPeriod, *, by: User, at: datetime) -> None:
    """Take back what was asked, with what is still a draft; history keeps what was asked and who took it back.

    Raises ReviewError once somebody has filed.
    """
    period = ReportingPeriod.objects.select_for_update().get(pk=period.pk, rhythm=Rhythm.SPECIAL)
    filed = UnitReport.objects.filter(period=period).exclude(versions=None).distinct().count()
    if filed:
        raise ReviewError(f"Đã có {filed} đơn vị nộp báo cáo này nên không hủy được.")
    delete_notifications(report.get_absolute_url() for report in period.reports.all())
    set_history_author(period, by=by, at=at)
    period.delete()


def _duties(plan: Plan, units: list[Unit], initiatives: list[Initiative], at: datetime) -> list[Duty]:
    owed = Duty.objects.owed(plan, local_day(at)).filter(unit__in=units, initiative__in=initiatives)
    duties = list(owed.order_by("unit_id", "initiative__position"))
    reached = {duty.unit_id for duty in duties}
    idle = [unit.label for unit in units if unit.pk not in reached]
    if idle:
        raise ReviewError(f"{', '.join(idle)} không có nhiệm vụ ở mô hình đã chọn. Hãy bỏ đơn vị hoặc thêm mô hình.")
    if not duties:
        raise ReviewError("Hãy chọn ít nhất một đơn vị và một mô hình.")
    return duties


def _next_code(plan: Plan, at: datetime) -> str:
    """A cancelled one leaves a gap; the next goes on from the highest."""
    begin = f"{local_day(at).year}-DX"
    asked = ReportingPeriod.objects.filter(plan=plan, rhythm=Rhythm.SPECIAL, code__startswith=begin)
    last = max((int(code.removeprefix(begin)) for code in asked.values_list("code", flat=True)), default=0)
    return f"{begin}{last + 1:02d}"
