"""The reports one may read under any plan: those of one's own units, or of all."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from models_registry.text import sort_key
from reports.filing.filters import ReportFilter
from reports.models import UnitReport
from reports.web.decorators import needs_plan

REPORTS_ON_PAGE = 40
_LATEST_FIRST = ("-period__due_at", "period__plan", "unit__sort_key")


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def reports(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Reports, the latest due first."""
    at = timezone.now()
    visible = UnitReport.objects.visible_to(request.user, timezone.localdate(at))
    plans = Plan.objects.filter(Exists(visible.filter(period__plan=OuterRef("pk"))))
    in_reading_order = sorted(plans, key=lambda one: sort_key(str(one)))
    ordered = visible.select_related("period__plan", "unit", "submitted_by").order_by(*_LATEST_FIRST)
    found = ReportFilter(request.GET, queryset=ordered, plans=in_reading_order)
    page = Paginator(found.qs, REPORTS_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "filter": found,
        "page": page,
        "reports": page.object_list,
        "at": at,
        "says_plan": len(in_reading_order) > 1,
        "is_everybodys": request.user.may(Permission.VIEW_ALL_REPORTS),
    }
    return render(request, "pages/reports.html", context)
