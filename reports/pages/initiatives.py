"""The initiatives of the plan, and one of them."""

from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from assignments.ended_units import how_many_stand, mark_ended
from assignments.models import Assignment, AssignmentRole, CollectiveMember, Unit
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Initiative, InitiativeGroup, Plan
from models_registry.passages import compare
from reports.domain.wording import percent
from reports.drawing.charts import spread_bar, target_bar
from reports.models import Obstacle, ProgressEntry
from reports.obstacles.queries import obstacles_of_plan
from reports.progress.deadline_status import DeadlineStatus, DeadlineWords, deadline_status, deadline_words
from reports.progress.indicators import IndicatorTable, indicator_tables
from reports.progress.initiative_status import (
    InitiativeStatus,
    StateCount,
    initiative_status,
    initiative_statuses,
    state_counts,
)
from reports.progress.initiative_units import OwingUnit, changes_of, course_of, units_of
from reports.rollup.trends import progress_of
from reports.web.decorators import needs_plan
from reports.web.posted_keys import key_from

from .filters import InitiativeFilter

INITIATIVES_ON_PAGE = 60
ENTRIES_ON_PAGE = 20
OBSTACLES_SHOWN = 5


class InitiativeRow(NamedTuple):
    """``leads``: those the plan names as leading it."""

    initiative: Initiative
    status: InitiativeStatus
    deadlines: list[DeadlineStatus]
    leads: str = ""

    @property
    def until(self) -> DeadlineWords:
        return deadline_words(self.deadlines)

    @property
    def bar(self) -> SafeString:
        return spread_bar(self.status.counts)

    @property
    def units(self) -> int:
        return sum(self.status.counts.values())


class NamedUnit(NamedTuple):
    """A unit as the plan's table names it; ``members`` of a collective, all marked where they ended.

    ``unit`` None: not recognised yet.
    """

    role: str
    text: str
    is_principal: bool
    unit: Unit | None
    members: list[Unit]

    @property
    def members_standing(self) -> int:
        return how_many_stand(self.members)


class WaitingObstacle(NamedTuple):
    pk: int
    text: str
    unit: str
    state: str
    raised_at: Any


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def initiatives(request: PortalRequest, plan: Plan) -> HttpResponse:
    """All initiatives by group, each with its deadline and status."""
    today = timezone.localdate()
    listed = plan.initiatives.select_related("group").prefetch_related("deadlines")
    found = InitiativeFilter(request.GET, queryset=listed, plan=plan, day=today)
    page = Paginator(found.qs, INITIATIVES_ON_PAGE).get_page(request.GET.get("trang"))
    statuses = initiative_statuses(page, state_counts(plan, request.user, today), today)
    leads = _leads(plan, today)
    groups: dict[InitiativeGroup | None, list[InitiativeRow]] = {}
    for each in page:
        row = _line(each, statuses[each.pk], today)._replace(leads=leads.get(each.pk, ""))
        groups.setdefault(each.group, []).append(row)
    return render(request, "pages/initiatives.html", {"filter": found, "page": page, "groups": groups.items()})


@requires(Permission.VIEW_PLAN)
@require_safe
@needs_plan
def initiative(request: PortalRequest, plan: Plan, code: str) -> HttpResponse:
    """One initiative: how it stands, how each unit does, what changed, who does what, what the plan says of it."""
    today = timezone.localdate()
    read_whole = plan.initiatives.select_related("group").prefetch_related(
        "deadlines", "texts", "platform_mentions", "indicators"
    )
    found = get_object_or_404(read_whole, code=code)
    found.plan = plan
    units = units_of(found, request.user, today)
    course = course_of(found, units)
    tables = indicator_tables(found, request.user, today)
    obstacles = _waiting(request, plan, found, today)
    context = {
        "initiative": found,
        "line": _line(found, initiative_status(found.deadlines.all(), _counted(units), today), today),
        "roles": _mentions_by_role(found, today),
        "units": _with_figures(units, tables),
        "figures": tables[0] if len(tables) == 1 else None,
        "indicators": [(table, _bar(table)) for table in tables],
        "progress": progress_of(course),
        "passages": compare(found.texts.all(), found.code),
        "obstacles": obstacles[:OBSTACLES_SHOWN],
        "more_obstacles": len(obstacles) > OBSTACLES_SHOWN,
    }
    if "trang" in request.GET or "don_vi" in request.GET:
        filed = _filed_entries(request, found, today)
        context["page"] = Paginator(filed, ENTRIES_ON_PAGE).get_page(request.GET.get("trang"))
    else:
        context["changes"] = changes_of(course)
    return render(request, "pages/initiative.html", context)


def _line(initiative: Initiative, status: InitiativeStatus, day: date) -> InitiativeRow:
    return InitiativeRow(
        initiative, status, [deadline_status(each, status.spread, day) for each in initiative.deadlines.all()]
    )


def _leads(plan: Plan, day: date) -> dict[int, str]:
    """Whom the plan names as leading, by the key of the initiative; one query."""
    named = Assignment.objects.on(day).filter(initiative__plan=plan, role=AssignmentRole.LEAD).order_by("position")
    found: dict[int, list[str]] = {}
    for pk, unit, text in named.values_list("initiative", "unit__name", "text"):
        found.setdefault(pk, []).append(unit or text)
    return {pk: ", ".join(names) for pk, names in found.items()}


def _counted(units: list[OwingUnit]) -> list[StateCount]:
    return [StateCount(0, unit.role, unit.state, 1, unit.percent) for unit in units]


def _with_figures(units: list[OwingUnit], tables: list[IndicatorTable]) -> list[tuple[OwingUnit, str, str]]:
    """Each unit with what it counted and the share that is, where the plan asks for one number alone."""
    counted = {row.unit_id: row for row in tables[0].rows} if len(tables) == 1 else {}
    return [(unit, row.latest, row.share) if (row := counted.get(unit.unit_id)) else (unit, "", "") for unit in units]


def _bar(table: IndicatorTable) -> SafeString | str:
    if table.reached is None:
        return ""
    return target_bar(table.reached, f"{table.indicator.name}: đạt {percent(table.reached)} mục tiêu")


def _mentions_by_role(found: Initiative, day: date) -> list[tuple[str, list[NamedUnit]]]:
    """Whom the plan names in which role, a collective with its members; two queries, three where a unit ended."""
    told = ("role", "text", "is_principal", "unit__name", "unit__valid_to")
    named = Assignment.objects.on(day).filter(initiative=found).order_by("position")
    rows = list(named.select_related("unit").only(*told))
    dated = CollectiveMember.objects.on(day).filter(collective__in=[row.unit_id for row in rows if row.unit_id])
    members: dict[int, list[Unit]] = {}
    known = dated.order_by("unit__sort_key").select_related("unit")
    for member in known.only("collective", "unit__name", "unit__valid_to"):
        members.setdefault(member.collective_id, []).append(member.unit)
    units = [row.unit for row in rows if row.unit]
    mark_ended([*units, *(unit for of_one in members.values() for unit in of_one)], day)
    mentions = [
        NamedUnit(row.role, row.text, row.is_principal, row.unit, members.get(row.unit_id, []) if row.unit_id else [])
        for row in rows
    ]
    by_role = [(str(role.label), [each for each in mentions if each.role == role]) for role in AssignmentRole]
    return [(label, each) for label, each in by_role if each]


def _waiting(request: PortalRequest, plan: Plan, found: Initiative, day: date) -> list[WaitingObstacle]:
    """The difficulties of the initiative that wait and one may read, the oldest first; one more than are shown."""
    listed = obstacles_of_plan(plan).listed_to(request.user, day).unsettled()
    here = Q(duty__initiative=found) | Q(pk__in=Obstacle.objects.filter(duty__initiative=found).values("joined_into"))
    rows = listed.filter(here).values_list("pk", "text", "duty__unit__name", "state", "raised_at")
    return [WaitingObstacle._make(row) for row in rows[: OBSTACLES_SHOWN + 1]]


def _filed_entries(request: PortalRequest, found: Initiative, day: date) -> QuerySet[ProgressEntry]:
    """What was filed on the initiative with something said, latest first."""
    entries = ProgressEntry.objects.counted().visible_to(request.user, day).filter(duty__initiative=found)
    unit = key_from(request.GET.get("don_vi", ""))
    if unit is not None:
        entries = entries.filter(report__unit=unit)
    return entries.select_related("duty__unit", "report__period").order_by("-report__submitted_at", "-pk")
