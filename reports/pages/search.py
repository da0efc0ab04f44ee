"""One box for everything: initiatives, units, reports; with or without diacritics."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.ended_units import mark_ended
from assignments.models import Unit
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from models_registry.text import fold
from reports.models import UnitReport
from reports.web.decorators import needs_plan

SHOWN = 20


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def search(request: PortalRequest, plan: Plan) -> HttpResponse:
    """What has every word of ``q``; a single hit is opened at once."""
    at = timezone.now()
    phrase = request.GET.get("q", "")[:200]
    context: dict[str, object] = {"search_phrase": phrase, "is_asked": bool(fold(phrase))}
    if not fold(phrase):
        return render(request, "pages/search.html", context)
    initiatives = list(plan.initiatives.search(phrase)[:SHOWN])
    units = list(Unit.objects.search(phrase)[:SHOWN])
    if len(initiatives) + len(units) == 1:
        view, name = ("initiative", initiatives[0].code) if initiatives else ("unit", units[0].pk)
        return redirect(view, plan.pk, name)
    mark_ended(units, timezone.localdate(at))
    readable = UnitReport.objects.visible_to(request.user, timezone.localdate(at)).filter(period__plan=plan)
    latest = readable.filter(unit__in=units).select_related("period", "unit", "submitted_by")
    reports = latest.order_by("-period__due_at", "unit__sort_key")[:SHOWN]
    context.update(initiatives=initiatives, units=units, reports=reports, at=at)
    return render(request, "pages/search.html", context)
