"""The reports one may read: those of one's own units, or of all."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.filing.filters import ReportFilter
from reports.models import UnitReport
from reports.web.decorators import needs_plan

REPORTS_ON_PAGE = 40


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def reports(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Reports, the latest period first."""
    at = timezone.now()
    visible = UnitReport.objects.visible_to(request.user, timezone.localdate(at)).filter(period__plan=plan)
    ordered = visible.select_related("period", "unit", "submitted_by").order_by("-period__due_at", "unit__sort_key")
    found = ReportFilter(request.GET, queryset=ordered)
    page = Paginator(found.qs, REPORTS_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "filter": found,
        "page": page,
        "reports": page.object_list,
        "at": at,
        "is_everybodys": request.user.may(Permission.VIEW_ALL_REPORTS),
    }
    return render(request, "pages/reports.html", context)
