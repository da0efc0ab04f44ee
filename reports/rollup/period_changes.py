"""What changed since the end of the period before: states, percents, new results and difficulties, moved deadlines."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypeVar

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from assignments.models import Unit
from models_registry.models import Deadline, Initiative
from reports.domain.calendar import end_of_day
from reports.models import ProgressEntry

from .board import Board, Cell, obstacles_shown

_T = TypeVar("_T")
# As much of one kind and initiative as a person reads; the rest is counted, and listed with the initiative's duties.
SHOWN = 100


class LimitedList(list[_T]):
    """The first items of a longer list; ``total`` counts all of them."""

    total = 0

    @property
    def left(self) -> int:
        return self.total - len(self)


class StateChange(NamedTuple):
    """One duty whose state or percent changed since the period before."""

    unit: Unit
    url: str
    cell: Cell


class Statement(NamedTuple):
    """A result or difficulty one unit reported in the period, and where it is read whole."""

    unit: str
    url: str
    text: str


class DeadlineMove(NamedTuple):
    """A deadline moved in the period; ``times`` counts every move of it up to then."""

    initiative_id: int
    words: str
    was: date
    now: date
    times: int


class InitiativeChanges(NamedTuple):
    """``url`` lists all its duties, for where more changed than a page should hold."""

    initiative: Initiative
    url: str
    states: LimitedList[StateChange]
    results: LimitedList[Statement]
    difficulties: LimitedList[Statement]
    moves: list[DeadlineMove]


class _Kept(NamedTuple):
    """A deadline part as its history keeps it; a re-import makes the part anew under the same place."""

    initiative_id: int
    position: int
    due_on: date | None
    text: str
    history_date: datetime


def changes_of(board: Board) -> list[InitiativeChanges]:
    """What changed, in the plan's order; initiatives where nothing did are left out. Three queries, and
    of each kind no more than a person reads: thousands of units report more in a week.
    """
    results, difficulties, moves = _results(board), _difficulties(board), _moves(board)
    found = [
        InitiativeChanges(
            initiative=one,
            url=board.scope.address("rollup_entries", mo_hinh=one.code),
            states=_states(board, one),
            results=results.get(one.pk, LimitedList()),
            difficulties=difficulties.get(one.pk, LimitedList()),
            moves=[move for move in moves if move.initiative_id == one.pk],
        )
        for one in board.initiatives
    ]
    return [one for one in found if one.states or one.results or one.difficulties or one.moves]


def moves_of(history: Iterable[_Kept], since: datetime) -> list[DeadlineMove]:
    """The deadlines whose last day was moved after ``since``; ``history`` the earliest first. Pure."""
    versions: dict[tuple[int, int], list[_Kept]] = {}
    for one in history:
        versions.setdefault((one.initiative_id, one.position), []).append(one)
    moved: list[tuple[datetime, DeadlineMove]] = []
    for kept in versions.values():
        steps = [
            (before.due_on, now.due_on, now)
            for before, now in pairwise(kept)
            if before.due_on and now.due_on and before.due_on != now.due_on
        ]
        recent = [step for step in steps if step[2].history_date > since]
        if recent and (was := recent[0][0]) != (now_due := recent[-1][1]):
            last = recent[-1][2]
            move = DeadlineMove(last.initiative_id, last.text, was, now_due, len(steps))
            moved.append((recent[0][2].history_date, move))
    return [move for _, move in sorted(moved, key=itemgetter(0))]


def _states(board: Board, initiative: Initiative) -> LimitedList[StateChange]:
    """Nothing where it is not known how things stood before."""
    if not board.scope.previous:
        return LimitedList()
    changed = [cell for cell in board.cells_of[initiative.pk] if cell.is_changed]
    changed.sort(key=lambda cell: board.rank[cell.unit_id])
    shown = LimitedList(
        StateChange(board.units[cell.unit_id], _address(board, initiative.pk, cell.unit_id), cell)
        for cell in changed[:SHOWN]
    )
    shown.total = len(changed)
    return shown


def _results(board: Board) -> dict[int, LimitedList[Statement]]:
    """What was told in the reports of the period itself, what was only kept left out."""
    told = ProgressEntry.objects.counted().filter(report__period=board.scope.period, is_kept=False).exclude(result="")
    of_initiative = F("duty__initiative")
    ranked = told.filter(duty__in=board.duties_shown).annotate(
        rank=Window(RowNumber(), of_initiative, ["report__unit__sort_key", "pk"]),
        total=Window(Count("pk"), of_initiative),
    )
    rows = ranked.filter(rank__lte=SHOWN).order_by("duty__initiative", "rank")
    found: dict[int, LimitedList[Statement]] = {}
    for initiative_id, unit_id, text, total in rows.values_list("duty__initiative", "duty__unit", "result", "total"):
        said = found.setdefault(initiative_id, LimitedList())
        said.append(Statement(board.units[unit_id].name, _address(board, initiative_id, unit_id), text))
        said.total = total
    return found


def _difficulties(board: Board) -> dict[int, LimitedList[Statement]]:
    """Those raised, or raised again, in the period, in the words and of the units of its end."""
    since, _ = _between(board)
    found: dict[int, LimitedList[Statement]] = {}
    address = reverse("obstacle", args=[0])
    for one in obstacles_shown(board, Q(opened_at__gt=since) | Q(raised_at__gt=since)):
        said = found.setdefault(one.initiative_id, LimitedList())
        said.total += 1
        if said.total <= SHOWN:
            said.append(Statement(one.unit, address.replace("/0/", f"/{one.pk}/"), one.text))
    return found


def _moves(board: Board) -> list[DeadlineMove]:
    since, until = _between(board)
    kept = Deadline.history.filter(initiative__plan=board.scope.plan, history_date__lte=until).exclude(history_type="-")
    rows = kept.order_by("history_date", "history_id").values_list(*_Kept._fields)
    return moves_of(map(_Kept._make, rows), since)


def _between(board: Board) -> tuple[datetime, datetime]:
    """From the end of the period before to the moment looked at."""
    scope = board.scope
    if scope.period is None:
        return scope.now, scope.now
    before = scope.periods[-2].due_at if len(scope.periods) > 1 else None
    since = before or end_of_day(scope.period.starts_on - timedelta(days=1))
    return since, max(scope.at, since)


def _address(board: Board, initiative_id: int, unit_id: int) -> str:
    return board.scope.address("rollup_entries", mo_hinh=board.initiative_of[initiative_id].code, don_vi=unit_id)
