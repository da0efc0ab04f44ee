"""What the roll-up reads, once for a page: initiatives, units, how every duty stands and stood, who filed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from assignments.models import AssignmentRole, Duty, Unit, role_in_words
from models_registry.models import Initiative, InitiativeGroup
from reports.domain.states import FILED, ReportState, WorkState
from reports.models import DUE_AT, Obstacle, ReportingPeriod, UnitReport
from reports.progress.initiative_status import is_late
from reports.progress.period_states import states_come_over

from .scope import Scope

_NO_PERIOD = 0
# Communes, the many, after all others.
_KINDS = sorted(Unit.Kind.values, key=lambda kind: kind == Unit.Kind.COMMUNE)
STATES = (*WorkState.values, "")
# What became of a report, as an address says it.
ON_TIME, LATE, MISSING = "dung-han", "muon", "thieu"


class Cell(NamedTuple):
    """The progress of one duty; ``state`` "" where nothing was ever reported; ``was_*``: at the end of the last period,
    under whoever had it then.

    ``entry_id``: the entry it was last reported in.
    """

    duty_id: int
    initiative_id: int
    unit_id: int
    role: str
    is_principal: bool
    state: str
    percent: int | None
    entry_id: int | None
    was_state: str
    was_percent: int | None

    @property
    def role_words(self) -> str:
        return role_in_words(self.role, is_principal=self.is_principal)

    @property
    def is_changed(self) -> bool:
        return self.state != self.was_state or self.percent != self.was_percent


class OwedReport(NamedTuple):
    """One report owed, with the fields the figures need."""

    pk: int
    period_id: int
    unit_id: int
    state: str
    nothing_to_report: bool
    first_submitted_at: datetime | None
    returned_at: datetime | None
    due_at: datetime

    def is_overdue(self, at: datetime) -> bool:
        return self.state == ReportState.OPEN and self.due_at < at

    @property
    def is_filed(self) -> bool:
        return self.state in FILED

    @property
    def result(self) -> str:
        """Judged by the first filing: a return afterwards does not make a report late or missing."""
        if not self.is_filed or self.first_submitted_at is None:
            return MISSING
        return LATE if self.first_submitted_at > self.due_at else ON_TIME


class ShownObstacle(NamedTuple):
    """A difficulty as it stood at the moment looked at; ``root``: the one it was joined into, or itself."""

    pk: int
    root: int
    duty_id: int
    initiative_id: int
    unit_id: int
    unit: str
    level: str
    text: str
    proposal: str
    raised_at: datetime


_OF_OBSTACLE = (
    *("id", Coalesce("joined_into", "id"), "duty", "duty__initiative", "duty__unit", "duty__unit__name"),
    *("solving_level", "text", "proposal", "raised_at"),
)


@dataclass(frozen=True)
class Board:
    """``initiatives``, ``cells`` and ``owed`` are narrowed as asked; ``units`` and ``groups`` are all there are.

    ``owed`` are the reports of the periods of the scope; ``overdue`` and ``returned`` those of any period that wait for
    their unit now.
    ``units`` stand in order: by kind, departments first and communes last.
    """

    scope: Scope
    initiatives: list[Initiative]
    groups: list[InitiativeGroup]
    units: dict[int, Unit]
    cells: list[Cell]
    owed: list[OwedReport]
    overdue: list[OwedReport]
    returned: list[OwedReport]

    @cached_property
    def cells_of(self) -> dict[int, list[Cell]]:
        """The cells of each initiative."""
        found: dict[int, list[Cell]] = {initiative.pk: [] for initiative in self.initiatives}
        for cell in self.cells:
            found[cell.initiative_id].append(cell)
        return found

    @cached_property
    def initiative_of(self) -> dict[int, Initiative]:
        return {initiative.pk: initiative for initiative in self.initiatives}

    @cached_property
    def rank(self) -> dict[int, int]:
        """The place of each unit in their order."""
        return {pk: place for place, pk in enumerate(self.units)}

    @cached_property
    def late_states(self) -> dict[int, frozenset[str]]:
        """For each initiative the work states in which it is past a deadline on the day looked at."""
        return {initiative.pk: _late_states(initiative, self.scope.day) for initiative in self.initiatives}

    @property
    def duties_shown(self) -> QuerySet | list[int]:
        """The duties shown, as a subquery: a thousand keys spelled out cost more than the query itself."""
        if self.scope.is_narrowed:
            return [cell.duty_id for cell in self.cells]
        return Duty.objects.owed(self.scope.plan, self.scope.day)

    @property
    def columns(self) -> list[Unit]:
        """The units of the cells."""
        return self.units_among(cell.unit_id for cell in self.cells)

    def units_among(self, keys: Iterable[int]) -> list[Unit]:
        """The units with these keys, in order."""
        wanted = set(keys)
        return [unit for pk, unit in self.units.items() if pk in wanted]

    def answering(self, initiative_id: int) -> list[Cell]:
        """The leads answer for an initiative; where they are narrowed away, those that are left do."""
        cells = self.cells_of[initiative_id]
        return [cell for cell in cells if cell.role == AssignmentRole.LEAD] or cells

    @cached_property
    def late_duties(self) -> frozenset[int]:
        """The duties of those that answer for an initiative past a deadline and have not finished: the others wait."""
        return frozenset(
            cell.duty_id
            for initiative in self.initiatives
            for cell in self.answering(initiative.pk)
            if cell.state in self.late_states[initiative.pk]
        )

    def is_late(self, cell: Cell) -> bool:
        return cell.duty_id in self.late_duties

    @cached_property
    def owed_of(self) -> dict[int, list[OwedReport]]:
        """The reports owed in each period."""
        found: dict[int, list[OwedReport]] = {period.pk: [] for period in self.scope.periods}
        for report in self.owed:
            found[report.period_id].append(report)
        return found

    @cached_property
    def owed_by(self) -> dict[int, dict[int, OwedReport]]:
        """The reports each unit owed, by period."""
        found: dict[int, dict[int, OwedReport]] = {}
        for report in self.owed:
            found.setdefault(report.unit_id, {})[report.period_id] = report
        return found

    def owed_in(self, period: ReportingPeriod | None) -> list[OwedReport]:
        return self.owed_of[period.pk] if period else []


def read_board(scope: Scope, *, with_reports: bool = True) -> Board:
    """Everything the pages of the roll-up share; six queries, five without the reports, more after handovers alone."""
    initiatives = list(scope.plan.initiatives.open_on(scope.day).select_related("group").prefetch_related("deadlines"))
    cells = _since_handovers(scope, [Cell._make(row) for row in _cells(scope)])
    owed, overdue, returned = _owed(scope) if with_reports else ([], [], [])
    named = {cell.unit_id for cell in cells} | {report.unit_id for report in (*owed, *overdue, *returned)}
    units = Unit.objects.filter(pk__in=named).order_by().only("name", "short_name", "kind", "sort_key")
    in_order = sorted(units, key=lambda unit: (_KINDS.index(unit.kind), unit.sort_key))
    groups = list({one.group_id: one.group for one in initiatives if one.group}.values())
    by_key = {unit.pk: unit for unit in in_order}
    return _narrowed(Board(scope, initiatives, groups, by_key, cells, owed, overdue, returned))


def owed_reports(wanted: Q) -> list[OwedReport]:
    """One query."""
    rows = UnitReport.objects.expected().filter(wanted).order_by().values_list(*OwedReport._fields[:-1], DUE_AT)
    return [OwedReport._make(row) for row in rows]


def obstacles_shown(board: Board, *wanted: Q) -> list[ShownObstacle]:
    """Those raised by the moment looked at and ``wanted`` as they were then, of the initiatives shown; narrowed, of
    the duties shown. One query.

    A difficulty stays until it is settled, also where its unit has the duty no more.
    """
    of_plan = Obstacle.objects.filter(duty__initiative__plan=board.scope.plan)
    rows = of_plan.kept_as_of(board.scope.at, *wanted).values_list(*_OF_OBSTACLE)
    shown = {cell.duty_id for cell in board.cells}
    return [
        one
        for one in map(ShownObstacle._make, rows)
        if (one.duty_id in shown or not board.scope.is_narrowed) and one.initiative_id in board.initiative_of
    ]


def _late_states(initiative: Initiative, day: date) -> frozenset[str]:
    deadlines = initiative.deadlines.all()
    return frozenset(state for state in STATES if any(is_late(deadline, state, day) for deadline in deadlines))


def _cells(scope: Scope) -> QuerySet:
    """The duties owed on the day looked at, with their last word then or now, and at the end of the period before."""
    previous = scope.previous.pk if scope.previous else _NO_PERIOD
    duties = Duty.objects.owed(scope.plan, scope.day).annotate(
        was=FilteredRelation("period_states", condition=Q(period_states__period=previous))
    )
    place = ("pk", "initiative_id", "unit_id", "role", "is_principal")
    source = "current" if scope.is_present else "ended"
    if not scope.is_present:
        period = scope.period.pk if scope.period else _NO_PERIOD
        duties = duties.annotate(ended=FilteredRelation("period_states", condition=Q(period_states__period=period)))
    duties = duties.annotate(
        now=Coalesce(f"{source}__work_state", Value("")), before=Coalesce("was__work_state", Value(""))
    )
    word = ("now", f"{source}__percent", f"{source}__entry")
    return duties.order_by().values_list(*place, *word, "before", "was__percent")


def _since_handovers(scope: Scope, cells: list[Cell]) -> list[Cell]:
    """A duty that came over since the period before stood as it did under who had it then: a handover is no change."""
    if scope.previous is None:
        return cells
    come = states_come_over(scope.plan, scope.previous.ends_on, scope.day)
    return [
        cell._replace(was_state=found.word.work_state, was_percent=found.word.percent)
        if (found := come.get(cell.duty_id))
        else cell
        for cell in cells
    ]


def _owed(scope: Scope) -> tuple[list[OwedReport], list[OwedReport], list[OwedReport]]:
    """The reports of the periods looked at; and now, those of any period that are overdue, and that were returned."""
    wanted = Q(period__in=scope.periods)
    if scope.is_present:
        # Open ones are few: those of a period that has locked are marked as missed.
        wanted |= Q(state__in=(ReportState.RETURNED, ReportState.OPEN), period__plan=scope.plan)
    reports = owed_reports(wanted)
    periods = {period.pk for period in scope.periods}
    return (
        [report for report in reports if report.period_id in periods],
        [report for report in reports if report.is_overdue(scope.now)],
        [report for report in reports if report.state == ReportState.RETURNED],
    )


def _narrowed(board: Board) -> Board:
    """Only what was asked for; a choice of what is not there is left out."""
    scope = board.scope
    group = scope.group if scope.group in {one.pk for one in board.groups} else None
    initiatives = [one for one in board.initiatives if group is None or one.group_id == group]
    wanted = {one.pk for one in initiatives}
    units = {
        pk
        for pk, unit in board.units.items()
        if (scope.unit not in board.units or pk == scope.unit) and (not scope.kind or unit.kind == scope.kind)
    }
    cells = board.cells
    if scope.is_narrowed:
        cells = [cell for cell in cells if cell.initiative_id in wanted and cell.unit_id in units]
    if scope.state is not None:
        cells = [cell for cell in cells if cell.state == scope.state]
        found = {cell.initiative_id for cell in cells}
        initiatives = [one for one in initiatives if one.pk in found]
    return replace(
        board,
        initiatives=initiatives,
        cells=cells,
        owed=[report for report in board.owed if report.unit_id in units],
        overdue=[report for report in board.overdue if report.unit_id in units],
        returned=[report for report in board.returned if report.unit_id in units],
    )
