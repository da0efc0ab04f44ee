"""The initiatives of the plan, and one of them."""

from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.ended_units import how_many_stand, mark_ended
from assignments.models import Assignment, AssignmentRole, CollectiveMember, Duty
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Initiative, InitiativeGroup, Plan
from models_registry.passages import compare
from reports.models import CurrentProgress, ProgressEntry
from reports.progress.deadline_status import DeadlineStatus, deadline_status
from reports.progress.indicators import indicator_tables
from reports.progress.initiative_status import (
    InitiativeStatus,
    duties_with_progress,
    initiative_status,
    initiative_statuses,
)
from reports.rollup.trends import progress_of
from reports.web.decorators import needs_plan
from reports.web.posted_keys import key_from

from .filters import InitiativeFilter

INITIATIVES_ON_PAGE = 60
ENTRIES_ON_PAGE = 20


class InitiativeRow(NamedTuple):
    initiative: Initiative
    status: InitiativeStatus
    deadlines: list[DeadlineStatus]


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def initiatives(request: PortalRequest, plan: Plan) -> HttpResponse:
    """All initiatives by group, each with its deadline and status."""
    today = timezone.localdate()
    listed = plan.initiatives.select_related("group").prefetch_related("deadlines")
    found = InitiativeFilter(request.GET, queryset=listed, plan=plan, day=today)
    page = Paginator(found.qs, INITIATIVES_ON_PAGE).get_page(request.GET.get("trang"))
    statuses = initiative_statuses(page, duties_with_progress(plan, request.user, today), today)
    groups: dict[InitiativeGroup | None, list[InitiativeRow]] = {}
    for each in page:
        groups.setdefault(each.group, []).append(_line(each, statuses[each.pk], today))
    return render(request, "pages/initiatives.html", {"filter": found, "page": page, "groups": groups.items()})


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def initiative(request: PortalRequest, plan: Plan, code: str) -> HttpResponse:
    """One initiative: its status, who does what, what was reported, what the plan says of it."""
    today = timezone.localdate()
    found = get_object_or_404(_read_whole(plan, today), code=code)
    _mark(found, today)
    owed = [duty for duty in duties_with_progress(plan, request.user, today) if duty.initiative_id == found.pk]
    entries = Paginator(_filed_entries(request, found, today), ENTRIES_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "initiative": found,
        "line": _line(found, initiative_status(found.deadlines.all(), owed, today), today),
        "roles": _mentions_by_role(found),
        "owed": _with_source(owed),
        "page": entries,
        "indicators": indicator_tables(found, request.user, today),
        "progress": progress_of(found, request.user, today),
        "passages": compare(found.texts.all(), found.code),
    }
    return render(request, "pages/initiative.html", context)


def _with_source(duties: list[Duty]) -> list[tuple[Duty, CurrentProgress | None]]:
    """Each duty, with its last word where that is another unit's; one query."""
    inherited = CurrentProgress.objects.filter(duty__in=duties).exclude(entry__duty=F("duty"))
    words = {word.duty_id: word for word in inherited.select_related("period", "entry__duty__unit")}
    return [(duty, words.get(duty.pk)) for duty in duties]


def _line(initiative: Initiative, status: InitiativeStatus, day: date) -> InitiativeRow:
    return InitiativeRow(
        initiative, status, [deadline_status(each, status.spread, day) for each in initiative.deadlines.all()]
    )


def _read_whole(plan: Plan, day: date) -> Any:
    """The plan's initiatives with all that their page shows, in a fixed number of queries."""
    members = CollectiveMember.objects.on(day).select_related("unit")
    mentions = Assignment.objects.on(day).select_related("unit").order_by("position")
    return plan.initiatives.select_related("group").prefetch_related(
        "deadlines",
        "texts",
        "platform_mentions__platform",
        Prefetch("assignments", mentions.prefetch_related(Prefetch("unit__members", members))),
    )


def _mark(found: Initiative, day: date) -> None:
    """Mark the units the plan names, and the members of collectives among them."""
    units = [mention.unit for mention in found.assignments.all() if mention.unit]
    mark_ended([*units, *(member.unit for unit in units for member in unit.members.all())], day)
    for unit in units:
        unit.members_standing = how_many_stand(member.unit for member in unit.members.all())


def _mentions_by_role(found: Initiative) -> list[tuple[str, list[Assignment]]]:
    mentions = list(found.assignments.all())
    by_role = [(str(role.label), [each for each in mentions if each.role == role]) for role in AssignmentRole]
    return [(label, each) for label, each in by_role if each]


def _filed_entries(request: PortalRequest, found: Initiative, day: date) -> Any:
    """What was filed on the initiative with something said, latest first."""
    entries = ProgressEntry.objects.counted().visible_to(request.user, day).filter(duty__initiative=found)
    unit = key_from(request.GET.get("don_vi", ""))
    if unit is not None:
        entries = entries.filter(report__unit=unit)
    return entries.select_related("duty__unit", "report__period").order_by("-report__submitted_at", "-pk")
