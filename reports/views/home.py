"""What to do next, for each according to what they may do."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, Permission, open_to
from assignments.readiness import readiness_of
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.calendar import local_day
from reports.models import UnitReport
from reports.presenters import report_row
from reports.rollup import filings_of, latest_periods
from reports.views.decorators import needs_plan
from reports.wording import greeting

EARLIER_SHOWN = 24


@open_to(Anyone.SIGNED_IN)
@require_safe
@needs_plan
def home(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The reports one's units owe, how the units are filing, what the registry lacks: each to whom it concerns."""
    at = timezone.now()
    context: dict[str, object] = {"greeting": greeting(at)}
    if request.user.may(Permission.FILE_REPORT):
        context |= _own_reports(request, plan, at)
    if request.user.may(Permission.VIEW_ROLLUP):
        context |= {"filings": [(filing, filing.is_past_due(at)) for filing in filings_of(latest_periods(plan))]}
    if request.user.may(Permission.MANAGE_REGISTRY):
        context |= {"readiness": readiness_of(plan, local_day(at))}
    return render(request, "reports/home.html", context)


def _own_reports(request: PortalRequest, plan: Plan, at: datetime) -> dict[str, object]:
    """What can still be filed, the nearest due first, and the signs of the last periods, the latest last."""
    units = list(request.user.units_on(local_day(at)))
    reports = (
        UnitReport.objects.filter(unit__in=units, period__plan=plan)
        .select_related("period", "unit", "submitted_by")
        .order_by("-period__due_at")[:EARLIER_SHOWN]
    )
    rows = [report_row(report, at) for report in reversed(reports)]
    return {
        "units": units,
        "waiting": [row for row in rows if row.is_fileable],
        "earlier": [row for row in rows if not row.is_fileable],
    }
