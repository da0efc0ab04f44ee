"""What changed since the end of the period before: states, percents, new results and difficulties, moved deadlines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse

from models_registry.models import Deadline, Initiative
from reports.calendar import end_of_day
from reports.models import Obstacle, ProgressEntry
from reports.rollup.board import Board, Cell
from reports.states import Look, look_of
from reports.wording import vn_date


class StateChange(NamedTuple):
    """One duty that stands otherwise than a period before; a percent is "" where it did not change."""

    unit: str
    url: str
    was: Look
    now: Look
    was_percent: str
    percent: str


class Said(NamedTuple):
    """Something one unit newly said, and where it is read whole."""

    unit: str
    url: str
    text: str


class Move(NamedTuple):
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
    states: list[StateChange] = field(default_factory=list)
    results: list[Said] = field(default_factory=list)
    difficulties: list[Said] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

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
    """What changed, in the plan's order; initiatives where nothing did are left out. Three queries."""
    entries = {one.pk: board.scope.address("rollup_entries", mo_hinh=one.code) for one in board.initiatives}
    found = {one.pk: InitiativeChanges(one, entries[one.pk]) for one in board.initiatives}
    if board.scope.previous:
        for cell in board.cells:
            if cell.is_changed:
                found[cell.initiative_id].states.append(_state_change(board, cell))
    for initiative_id, said in _results(board):
        found[initiative_id].results.append(said)
    for initiative_id, said in _difficulties(board):
        found[initiative_id].difficulties.append(said)
    for initiative_id, move in _moves(board):
        if initiative_id in found:
            found[initiative_id].moves.append(move)
    return [changes for changes in found.values() if changes]


def moves_of(history: Iterable[_Kept], since: datetime, until: datetime) -> list[tuple[int, Move]]:
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
        (place[0], Move(one.text, vn_date(was), vn_date(one.due_on), times[place]))
        for place, (was, one) in moved.items()
        if one.due_on and one.due_on != was
    ]


def _state_change(board: Board, cell: Cell) -> StateChange:
    has_moved = cell.percent != cell.was_percent
    return StateChange(
        unit=board.units[cell.unit_id].label,
        url=_entries(board, cell),
        was=look_of(cell.was_state),
        now=look_of(cell.state),
        was_percent=f"{cell.was_percent} %" if has_moved and cell.was_percent is not None else "",
        percent=f"{cell.percent} %" if has_moved and cell.percent is not None else "",
    )


def _results(board: Board) -> list[tuple[int, Said]]:
    """What was told in the reports of the period itself, what was only kept left out."""
    shown = {cell.duty_id: cell for cell in board.cells}
    told = (
        ProgressEntry.objects.with_news()
        .filter(report__period=board.scope.period, is_kept=False)
        .exclude(result="")
        .order_by("report__unit__sort_key")
        .values_list("duty_id", "result")
    )
    return [
        (cell.initiative_id, Said(board.units[cell.unit_id].label, _entries(board, cell), result))
        for duty_id, result in told
        if (cell := shown.get(duty_id))
    ]


def _difficulties(board: Board) -> list[tuple[int, Said]]:
    since, until = _between(board)
    shown = {cell.duty_id: cell for cell in board.cells}
    raised = Obstacle.objects.filter(duty__initiative__plan=board.scope.plan, opened_at__gt=since, opened_at__lte=until)
    return [
        (cell.initiative_id, Said(board.units[cell.unit_id].label, reverse("obstacle", args=[pk]), text))
        for duty_id, pk, text in raised.order_by("opened_at", "pk").values_list("duty_id", "pk", "text")
        if (cell := shown.get(duty_id))
    ]


def _moves(board: Board) -> list[tuple[int, Move]]:
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


def _entries(board: Board, cell: Cell) -> str:
    return board.scope.address("rollup_entries", mo_hinh=board.codes[cell.initiative_id], don_vi=cell.unit_id)
