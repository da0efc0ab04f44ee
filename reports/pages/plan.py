"""The plan itself, and which plan one looks at."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assignments.ended_units import mark_ended
from assignments.middleware import plans_of
from assignments.models import StandingAgency, User
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.web.decorators import needs_plan


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def plan(request: PortalRequest, plan: Plan) -> HttpResponse:
    """What the plan says of itself, and the counts it states beside those it lists."""
    groups = list(plan.groups.annotate(listed=Count("initiatives")))
    today = timezone.localdate()
    agency = StandingAgency.objects.on(today).filter(plan=plan).select_related("unit").first()
    mark_ended([agency.unit] if agency else [], today)
    context = {
        "groups": groups,
        "stated": sum(group.stated_count or 0 for group in groups),
        "listed": sum(group.listed for group in groups),
        "agency": agency,
    }
    return render(request, "pages/plan.html", context)


@requires(Permission.VIEW_PLAN)
@require_POST
def choose_plan(request: PortalRequest) -> HttpResponse:
    """Look at another plan from now on, on the same page where that has one."""
    chosen = next((plan for plan in plans_of(request) if str(plan.pk) == request.POST.get("plan")), None)
    if chosen is None:
        messages.error(request, "Không có kế hoạch này. Hãy chọn lại.")
        return redirect("home")
    User.objects.filter(pk=request.user.pk).update(chosen_plan=chosen)
    messages.success(request, f"Đang xem: {chosen}.")
    return redirect(_same_page(request.POST.get("next", ""), chosen))


def _same_page(address: str, plan: Plan) -> str:
    """A page over a whole plan there is in each; one row is in its own alone."""
    try:
        found = resolve(address)
    except Resolver404:
        return reverse("home")
    is_of_plan = set(found.kwargs) == {"plan_pk"}
    return reverse(found.view_name, kwargs={"plan_pk": plan.pk}) if is_of_plan else reverse("home")
