"""What to do next, for each according to what they may do, over all plans."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.middleware import look_at, plans_of
from assignments.models import User
from assignments.permissions import Anyone, Permission, open_to
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.rollup.views import rollup
from reports.web.decorators import needs_plan

from .own_work import own_work
from .plan_overviews import overviews_of
from .running_periods import coming_next, running_cards, running_periods

_DO_MORE_THAN_READ = (Permission.FILE_REPORT, Permission.REVIEW_REPORTS, Permission.MANAGE_REGISTRY)


@open_to(Anyone.SIGNED_IN)
@require_safe
@needs_plan
def home(request: PortalRequest, plan: Plan) -> HttpResponse:
    """The reports one's units owe, what presses at the standing agency, what the registry lacks: each to whom it
    concerns; to who only reads, the roll-up.

    Of plans that run; where none does, of the one looked at; of others only what is left to be done.
    """
    if _only_reads(request.user):
        look_at(request, plan)
        return rollup(request)  # type: ignore[return-value]  # a view, which answers as views do
    at = timezone.now()
    day = local_day(at)
    plans = plans_of(request)
    shown = [one for one in plans if one.is_running(day)] or [plan]
    overviews = overviews_of(request.user, plans, shown, at)
    reviewed = [overview.plan for overview in overviews if overview.desk]
    concerned = {overview.plan.pk for overview in overviews}
    followed = [one for one in shown if request.user.may(Permission.VIEW_ROLLUP, one)]
    running = running_periods(followed, at) if followed else []
    context: dict[str, object] = {
        "at": at,
        "today": day,
        "overviews": overviews,
        "is_desk": bool(reviewed),
        "running": running_cards(running, at),
        "coming": coming_next(running, at) if reviewed else [],
    }
    if request.user.may(Permission.FILE_REPORT):
        own = own_work(request.user, shown, at, kept=reviewed)
        concerned |= own.plans
        context |= own._asdict()
    context |= {"says_plan": len(concerned) > 1, "plan_names": {one.pk: one.short_name for one in plans}}
    return render(request, "pages/home.html", context)


def _only_reads(user: User) -> bool:
    return user.may(Permission.VIEW_ROLLUP) and not any(user.may(permission) for permission in _DO_MORE_THAN_READ)
