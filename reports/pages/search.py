"""One box for everything: initiatives, units, reports, what units wrote; with or without diacritics."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.web.decorators import needs_plan

from .finding import Rank, find


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def search(request: PortalRequest, plan: Plan) -> HttpResponse:
    """What ``q`` finds; a single hit is opened at once, and what alone is named exactly."""
    phrase = request.GET.get("q", "")[:200]
    found = find(plan, phrase, request.user, local_day(timezone.now()))
    named = [kind for kind in found if kind.rank == Rank.NUMBER]
    meant = [hit for kind in named or found for hit in kind.hits]
    if len(meant) == 1:
        return redirect(meant[0].url)
    context = {"search_phrase": phrase, "is_asked": bool(fold(phrase)), "found": found}
    return render(request, "pages/search.html", context)
