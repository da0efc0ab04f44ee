"""The units, and what one of them owes and why."""

from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.ended_units import how_many_stand, mark_ended
from assignments.models import CollectiveMember, Duty, FocalPoint, Unit, role_in_words
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.states import Look, look_of
from reports.models import UnitReport
from reports.web.decorators import needs_plan

from .filters import UnitFilter
from .report_lines import report_lines

UNITS_ON_PAGE = 60
REPORTS_SHOWN = 12
_OF_DUTY = (
    "pk",
    "initiative__code",
    "initiative__name",
    "initiative__short_name",
    "role",
    "is_principal",
    "term__via__name",
)


class OwedDuty(NamedTuple):
    """One initiative a unit reports on; ``via``: the collective it was reached through, or "".

    ``look`` and ``percent``: how it stands, None to somebody who may not read it.
    """

    code: str
    initiative: str
    role: str
    via: str
    look: Look | None
    percent: int | None


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def units(request: PortalRequest, plan: Plan) -> HttpResponse:
    """Units in Vietnamese order, with how many initiatives each owes reports on."""
    today = timezone.localdate()
    owing = Q(duties__in=Duty.objects.owed(plan, today).values("pk"))
    listed = Unit.objects.on(today).annotate(owed=Count("duties", filter=owing)).order_by("sort_key")
    found = UnitFilter(request.GET, queryset=listed)
    page = Paginator(found.qs, UNITS_ON_PAGE).get_page(request.GET.get("trang"))
    return render(request, "pages/units.html", {"filter": found, "page": page})


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def unit(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """One unit: its names, its members or collectives, what it owes and through whom, its reports where one may.

    One that ended opens with who goes on, and nobody is called there any more.
    """
    at = timezone.now()
    today = timezone.localdate(at)
    known = Unit.objects.select_related("successor").prefetch_related("aliases", "predecessors")
    found = get_object_or_404(known, pk=pk)
    dated = CollectiveMember.objects.on(today).select_related("unit", "collective")
    members = [each.unit for each in dated.filter(collective=found)]
    collectives = [each.collective for each in dated.filter(unit=found)]
    mark_ended([found, *members, *collectives], today)
    found.members_standing = how_many_stand(members)
    reports = UnitReport.objects.visible_to(request.user, today).filter(unit=found, period__plan=plan)
    calls = FocalPoint.objects.on(today).visible_to(request.user, today)
    context = {
        "unit": found,
        "members": members,
        "collectives": collectives,
        "calls": () if found.is_ended else calls.filter(unit=found),
        "duties": _duties(request, plan, found),
        "mentions": found.assignments.on(today).filter(initiative__plan=plan).select_related("initiative"),
        "reports": report_lines(reports[:REPORTS_SHOWN], at),
    }
    return render(request, "pages/unit.html", context)


def _duties(request: PortalRequest, plan: Plan, unit: Unit) -> list[OwedDuty]:
    """What the unit owes under ``plan``; how it stands is told to who may read it. Two queries."""
    today = timezone.localdate()
    own = Duty.objects.owed(plan, today).filter(unit=unit)
    readable = own.visible_to(request.user, today).values_list("pk", "current__work_state", "current__percent")
    stands = {pk: (look_of(state), percent) for pk, state, percent in readable}
    told = own.values_list(*_OF_DUTY)
    return [
        OwedDuty(
            code, short or name, role_in_words(role, is_principal=principal), via or "", *stands.get(pk, (None, None))
        )
        for pk, code, name, short, role, principal, via in told
    ]
