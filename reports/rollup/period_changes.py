"""What changed since the end of the period before: states, percents, new results and difficulties, moved deadlines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from models_registry.models import Deadline, Initiative
from reports.domain.calendar import end_of_day
from reports.domain.states import Look, look_of
from reports.domain.wording import vn_date
from reports.models import Obstacle, ProgressEntry

from .board import Board, Cell

_T = TypeVar("_T")
# As much of one kind and initiative as a person reads; the rest is counted, and listed with the initiative's duties.
SHOWN = 100


class LimitedList(list[_T]):
    """The first of so many; ``total`` counts them all."""

    total = 0

    @property
    def left(self) -> int:
        return self.total - len(self)


class StateChange(NamedTuple):
    """One duty that stands otherwise than a period before; a percent is "" where it did not change."""

    unit: str
    url: str
    was: Look
    now: Look
    was_percent: str
    percent: str


class Statement(NamedTuple):
    """Something one unit newly said, and where it is read whole."""

    unit: str
    url: str
    text: str


class DeadlineMove(NamedTuple):
    """A deadline moved in the period; ``times`` counts every move of it up to then."""

    words: str
    was: str
    now: str
    times: int


@dataclass
class InitiativeChanges:
    """``url`` lists all its duties, for where more changed than a page should hold."""

    initiative: Initiative
    url: str
    states: LimitedList[StateChange] = field(default_factory=LimitedList)
    results: LimitedList[Statement] = field(default_factory=LimitedList)
    difficulties: LimitedList[Statement] = field(default_factory=LimitedList)
    moves: list[DeadlineMove] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.states or self.results or self.difficulties or self.moves)


class _Kept(NamedTuple):
    """A deadline part as its history keeps it; a re-import makes the part anew under the same place."""

    initiative_id: int
    position: int
    due_on: date | None
    text: str
    history_date: datetime


def changes_of(board: Board) -> list[InitiativeChanges]:
    """What changed, in the plan's order; initiatives where nothing did are left out. Three queries, bounded ones:
    thousands of units say as much in one week as nobody reads.
    """
    entries = {one.pk: board.scope.address("rollup_entries", mo_hinh=one.code) for one in board.initiatives}
    found = {one.pk: InitiativeChanges(one, entries[one.pk]) for one in board.initiatives}
    if board.scope.previous:
        for initiative_id, cells in board.cells_of.items():
            changed = [cell for cell in cells if cell.is_changed]
            states = found[initiative_id].states
            changed.sort(key=lambda cell: board.units[cell.unit_id].order)
            states.extend(_state_change(board, cell) for cell in changed[:SHOWN])
            states.total = len(changed)
    for initiative_id, results in _results(board).items():
        found[initiative_id].results = results
    for initiative_id, difficulties in _difficulties(board).items():
        found[initiative_id].difficulties = difficulties
    for initiative_id, move in _moves(board):
        if initiative_id in found:
            found[initiative_id].moves.append(move)
    return [changes for changes in found.values() if changes]


def moves_of(history: Iterable[_Kept], since: datetime, until: datetime) -> list[tuple[int, DeadlineMove]]:
    """The deadlines whose last day was moved in between; ``history`` the earliest first. Pure."""
    last: dict[tuple[int, int], _Kept] = {}
    times: dict[tuple[int, int], int] = {}
    moved: dict[tuple[int, int], tuple[date, _Kept]] = {}
    for one in history:
        place, before = (one.initiative_id, one.position), last.get((one.initiative_id, one.position))
        last[place] = one
        if before is None or before.due_on is None or one.due_on is None or before.due_on == one.due_on:
            continue
        times[place] = times.get(place, 0) + 1
        if since < one.history_date <= until:
            moved[place] = (moved[place][0] if place in moved else before.due_on, one)
    return [
        (place[0], DeadlineMove(one.text, vn_date(was), vn_date(one.due_on), times[place]))
        for place, (was, one) in moved.items()
        if one.due_on and one.due_on != was
    ]


def _state_change(board: Board, cell: Cell) -> StateChange:
    has_moved = cell.percent != cell.was_percent
    return StateChange(
        unit=board.units[cell.unit_id].label,
        url=_address(board, cell.initiative_id, cell.unit_id),
        was=look_of(cell.was_state),
        now=look_of(cell.state),
        was_percent=f"{cell.was_percent} %" if has_moved and cell.was_percent is not None else "",
        percent=f"{cell.percent} %" if has_moved and cell.percent is not None else "",
    )


def _results(board: Board) -> dict[int, LimitedList[Statement]]:
    """What was told in the reports of the period itself, what was only kept left out."""
    told = ProgressEntry.objects.counted().filter(report__period=board.scope.period, is_kept=False)
    rows = _first(board, told.exclude(result=""), ["report__unit__sort_key", "pk"], "result")
    return _statements(board, rows, lambda initiative_id, unit_id, pk: _address(board, initiative_id, unit_id))


def _difficulties(board: Board) -> dict[int, LimitedList[Statement]]:
    since, until = _between(board)
    raised = Obstacle.objects.filter(opened_at__gt=since, opened_at__lte=until)
    rows = _first(board, raised, ["opened_at", "pk"], "text")
    return _statements(board, rows, lambda initiative_id, unit_id, pk: reverse("obstacle", args=[pk]))


def _first(board: Board, found: QuerySet, order: list[str], text: str) -> QuerySet:
    """Of each initiative the first in ``order`` of the duties shown, each with how many there are."""
    of_initiative = F("duty__initiative")
    ranked = found.filter(duty__in=board.duties_shown).annotate(
        rank=Window(RowNumber(), of_initiative, order), total=Window(Count("pk"), of_initiative)
    )
    shown = ranked.filter(rank__lte=SHOWN).order_by("duty__initiative", "rank")
    return shown.values_list("duty__initiative", "duty__unit", "pk", text, "total")


def _statements(
    board: Board, rows: QuerySet, address: Callable[[int, int, int], str]
) -> dict[int, LimitedList[Statement]]:
    found: dict[int, LimitedList[Statement]] = {}
    for initiative_id, unit_id, pk, text, total in rows:
        said = found.setdefault(initiative_id, LimitedList())
        said.append(Statement(board.units[unit_id].label, address(initiative_id, unit_id, pk), text))
        said.total = total
    return found


def _moves(board: Board) -> list[tuple[int, DeadlineMove]]:
    since, until = _between(board)
    kept = Deadline.history.filter(initiative__plan=board.scope.plan, history_date__lte=until).exclude(history_type="-")
    rows = kept.order_by("history_date", "history_id").values_list(*_Kept._fields)
    return moves_of([_Kept._make(row) for row in rows], since, until)


def _between(board: Board) -> tuple[datetime, datetime]:
    """From the end of the period before to the moment looked at."""
    scope = board.scope
    if scope.period is None:
        return scope.now, scope.now
    since = end_of_day(scope.period.starts_on - timedelta(days=1))
    return since, max(scope.at, since)


def _address(board: Board, initiative_id: int, unit_id: int) -> str:
    return board.scope.address("rollup_entries", mo_hinh=board.codes[initiative_id], don_vi=unit_id)
