"""What to do next, for each according to what they may do."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, Permission, open_to
from assignments.readiness import readiness_of
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.states import ReportState
from reports.domain.wording import greeting
from reports.filing.duty_lines import lines_of
from reports.models import ReviewRemark, UnitReport
from reports.obstacles.views import obstacle_summary
from reports.reminders.views import reminder_summary
from reports.requests.views import open_requests
from reports.review.views import review_summary
from reports.rollup import latest_figures
from reports.web.decorators import needs_plan

EARLIER_SHOWN = 24
# Looking into a report costs a dozen queries; who owes more than these sees the others without the counts.
LOOKED_INTO = 4
TO_FILE = (ReportState.OPEN, ReportState.RETURNED)


class OpenReport(NamedTuple):
    """A report to be filed; the counts are None for those not looked into.

    Of the duties ``ready`` are answered, ``quiet`` can be kept as last time, ``to_look`` should be looked at.
    ``may_be_nothing``: each was reported on before, as far as is known.
    """

    report: UnitReport
    duties: int | None = None
    ready: int = 0
    quiet: int = 0
    to_look: int = 0
    may_be_nothing: bool = True


@open_to(Anyone.SIGNED_IN)
@require_safe
@needs_plan
def home(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The reports one's units owe, how the units are filing, what the registry lacks: each to whom it concerns."""
    at = timezone.now()
    context: dict[str, object] = {"greeting": greeting(at), "at": at}
    if request.user.may(Permission.FILE_REPORT):
        context |= _own_reports(request, plan, at) | obstacle_summary(request.user, plan, at)
        context |= open_requests(request.user, at)
    if request.user.may(Permission.REVIEW_REPORTS):
        context |= review_summary(plan, at)
    if request.user.may(Permission.VIEW_ROLLUP):
        context["filings"] = latest_figures(plan, at)
    if request.user.may(Permission.FOLLOW_REMINDERS):
        context |= {"reminding": reminder_summary(plan, at)}
    if request.user.may(Permission.MANAGE_REGISTRY):
        context |= {"readiness": readiness_of(plan, local_day(at))}
    return render(request, "pages/home.html", context)


def _own_reports(request: PortalRequest, plan: Plan, at: datetime) -> dict[str, object]:
    """What was returned, what can still be filed, the nearest due first, and the signs of the last periods."""
    units = list(request.user.units_on(local_day(at)))
    reports = (
        UnitReport.objects.filter(unit__in=units, period__plan=plan)
        .select_related("period", "unit", "submitted_by", "returned_by")
        # One that was reopened or returned long after its time is to be filed all the same.
        .order_by(Case(When(state__in=TO_FILE, then=0), default=1), "-period__due_at")[:EARLIER_SHOWN]
    )
    latest_last = sorted(reports, key=lambda report: report.due_at)
    fileable = [report for report in latest_last if report.is_fileable(at)]
    waiting = [report for report in fileable if report.state != ReportState.RETURNED]
    remarks = ReviewRemark.objects.by_report(fileable)
    return {
        "units": units,
        "returned": [(report, remarks.get(report.pk, [])) for report in fileable if report not in waiting],
        "waiting": [_open_report(report, at, is_near=rank < LOOKED_INTO) for rank, report in enumerate(waiting)],
        "earlier": [report for report in latest_last if report not in fileable],
    }


def _open_report(report: UnitReport, at: datetime, *, is_near: bool) -> OpenReport:
    if not is_near:
        return OpenReport(report)
    lines = lines_of(report, at)
    waiting = [line for line in lines if line.check.missing]
    quiet = [line for line in waiting if line.can_be_kept and not line.attention]
    return OpenReport(
        report,
        duties=len(lines),
        ready=len(lines) - len(waiting),
        quiet=len(quiet),
        to_look=len(waiting) - len(quiet),
        may_be_nothing=all(line.last for line in lines),
    )
