"""The plan itself, and which plan one looks at."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.middleware import SESSION_KEY, plans_of
from assignments.models import StandingAgency
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.web.decorators import needs_plan


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def plan(request: PortalRequest, plan: Plan) -> HttpResponse:
    """What the plan says of itself, and the counts it states beside those it lists."""
    groups = list(plan.groups.prefetch_related("initiatives"))
    agencies = StandingAgency.objects.on(timezone.localdate()).filter(plan=plan).select_related("unit")
    context = {
        "groups": groups,
        "stated": sum(group.stated_count or 0 for group in groups),
        "listed": sum(len(group.initiatives.all()) for group in groups),
        "agency": agencies.first(),
    }
    return render(request, "pages/plan.html", context)


@requires(Permission.VIEW_PLAN)
@require_POST
def choose_plan(request: PortalRequest) -> HttpResponse:
    """Look at another plan from now on."""
    chosen = next((plan for plan in plans_of(request) if str(plan.pk) == request.POST.get("plan")), None)
    if chosen is None:
        messages.error(request, "Không có kế hoạch này. Hãy chọn lại.")
    else:
        request.session[SESSION_KEY] = chosen.pk
        messages.success(request, f"Đang xem: {chosen}.")
    return redirect("home")
