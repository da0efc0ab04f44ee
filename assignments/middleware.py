"""Around every request: an address that makes sense, the plan one is looking at, nothing written while read-only."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from assignments.concerned_plans import concerned_plans
from assignments.permissions import View
from models_registry.models import Plan

_READING = ("GET", "HEAD", "OPTIONS")


class ReadOnlyMiddleware:
    """Answer 503 in words to whatever would change something while the portal can only be read.

    The database refuses besides (settings.database), whatever the way; here it is only said kindly.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.READ_ONLY and request.method not in _READING:
            answer = render(request, "503.html", status=503)
            answer["Retry-After"] = "600"
            return answer
        return self.get_response(request)


class NullCharacterMiddleware:
    """Answer 404 to an address with a null character: it names nothing, and PostgreSQL would refuse to look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = (value for values in request.GET.lists() for value in (values[0], *values[1]))
        if any("\0" in value for value in (request.path_info, *values)):
            raise Http404
        return self.get_response(request)


class CurrentPlanMiddleware:
    """Set ``request.plan``: the plan the address names, else the one chosen last, else one the person has to do with;
    ``request.plan_of_page`` is the one the page is of, None where it is over all plans.

    Raises Http404 for an address of a plan there is none of.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.plan = SimpleLazyObject(lambda: _usual_plan(request))  # type: ignore[attr-defined]
        request.plan_of_page = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        if "plan_pk" in kwargs:
            look_at(request, _named(plans_of(request), kwargs["plan_pk"]))


def look_at(request: HttpRequest, plan: Plan) -> None:
    """The page is of ``plan``: the frame leads into it and the page is named after it."""
    request.plan = request.plan_of_page = plan  # type: ignore[attr-defined]


def plans_of(request: HttpRequest) -> list[Plan]:
    """All plans, latest first; read once for a request."""
    if not hasattr(request, "_plans"):
        request._plans = list(Plan.objects.all())  # type: ignore[attr-defined]
    return request._plans  # type: ignore[attr-defined]


def _named(plans: Sequence[Plan], pk: int) -> Plan:
    for plan in plans:
        if plan.pk == pk:
            return plan
    raise Http404


def _usual_plan(request: HttpRequest) -> Plan | None:
    """Where there is nothing to choose from, nothing is asked of the database."""
    plans = plans_of(request)
    if len(plans) < 2 or not request.user.is_authenticated:
        return next(iter(plans), None)
    today = timezone.localdate()
    chosen = [plan for plan in plans if plan.pk == request.user.chosen_plan_id]
    keys = concerned_plans(request.user, today)
    concerned = [plan for plan in plans if plan.pk in keys]
    running = [plan for plan in plans if plan.is_running(today)]
    return next(iter([*chosen, *concerned, *running, *plans]))
