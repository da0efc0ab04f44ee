"""What to do next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Anyone, open_to
from assignments.requests import PortalRequest
from reports.calendar import local_day
from reports.models import UnitReport
from reports.presenters import report_row


@open_to(Anyone.SIGNED_IN)
@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """The reports one's units owe, the nearest due first, then those of earlier periods."""
    at = timezone.now()
    reports = (
        UnitReport.objects.fileable_by(request.user, local_day(at))
        .filter(period__plan=request.plan or None)
        .select_related("period", "unit", "submitted_by")
        .order_by("-period__due_at")[:24]
    )
    rows = [report_row(report, at) for report in reports]
    context = {
        "waiting": [row for row in reversed(rows) if row.is_fileable],
        "earlier": [row for row in rows if not row.is_fileable],
    }
    return render(request, "reports/home.html", context)
