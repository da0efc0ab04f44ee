"""A page of a plan, where the address does not say of which."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from assignments.middleware import plans_of
from assignments.permissions import Anyone, Permission, open_to
from assignments.requests import PortalRequest
from models_registry.models import Initiative, Plan


@open_to(Anyone.SIGNED_IN)
def any_plan(request: PortalRequest, view: str, permission: Permission, **named: object) -> HttpResponse:
    """Lead to the page in the only plan that has what the address names, or ask which plan is meant.

    Where ``permission`` is held in none of them, the page itself refuses. Raises Http404 where no plan has it.
    """
    plans = plans_of(request)
    if not plans:
        return render(request, "web/no_plan.html")
    query = request.GET.urlencode()
    fitting = _having(plans, named)
    entered = [plan for plan in fitting if request.user.may(permission, plan)] or fitting[:1]
    pages = [(plan, _address(view, plan, named, query)) for plan in entered]
    if not pages:
        raise Http404
    if len(pages) > 1:
        return render(request, "web/which_plan.html", {"pages": pages})
    # A form of a page opened before addresses named their plan arrives with what was typed in it.
    return redirect(pages[0][1], preserve_request=request.method == "POST")


def _having(plans: list[Plan], named: dict[str, object]) -> list[Plan]:
    """A number of an initiative is one of a plan; whatever else an address names is the same in every plan."""
    if "code" not in named:
        return plans
    having = set(Initiative.objects.filter(code=named["code"]).values_list("plan", flat=True))
    return [plan for plan in plans if plan.pk in having]


def _address(view: str, plan: Plan, named: dict[str, object], query: str) -> str:
    return reverse(view, kwargs={"plan_pk": plan.pk, **named}) + (f"?{query}" if query else "")
