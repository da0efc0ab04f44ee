"""What every request carries: the plan one is looking at."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from models_registry.models import Plan

SESSION_KEY = "plan"


class CurrentPlanMiddleware:
    """Set ``request.plan``: the plan chosen in this session, else the latest running one, else the latest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.plan = SimpleLazyObject(lambda: _current_plan(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _current_plan(request: HttpRequest) -> Plan | None:
    plans = list(Plan.objects.all())
    chosen = [plan for plan in plans if plan.pk == request.session.get(SESSION_KEY)]
    today = timezone.localdate()
    running = [plan for plan in plans if plan.is_running(today)]
    return next(iter(chosen or running or plans), None)
