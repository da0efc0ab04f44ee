"""Around every request: an address that makes sense, the plan one is looking at, nothing written while read-only."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from models_registry.models import Plan

SESSION_KEY = "plan"
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
    """Set ``request.plan``: the plan chosen in this session, else the latest running one, else the latest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.plan = SimpleLazyObject(lambda: _current_plan(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def plans_of(request: HttpRequest) -> list[Plan]:
    """All plans, latest first; read once for a request."""
    if not hasattr(request, "_plans"):
        request._plans = list(Plan.objects.all())  # type: ignore[attr-defined]
    return request._plans  # type: ignore[attr-defined]


def _current_plan(request: HttpRequest) -> Plan | None:
    plans = plans_of(request)
    chosen = [plan for plan in plans if plan.pk == request.session.get(SESSION_KEY)]
    today = timezone.localdate()
    running = [plan for plan in plans if plan.is_running(today)]
    return next(iter(chosen or running or plans), None)
