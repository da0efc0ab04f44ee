"""The initiatives over the months of the plan: from where each begins to its deadlines, and today.

Plain shapes for an SVG, with classes and coordinates only: the page allows no style in its text. A table says the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from models_registry.models import Deadline
from reports.domain.states import Look
from reports.progress.deadline_status import DeadlineStatus
from reports.progress.initiative_status import is_late

from .board import Board
from .initiative_lines import InitiativeLine

WIDTH = 1200
NAMES = 236  # of it, for what stands before the bars
ROW = 30
HEAD = 36


class Month(NamedTuple):
    x: int
    label: str
    is_year: bool


class Mark(NamedTuple):
    """One day that counts: a deadline ("due", "late") or a review ("review"); ``words`` are its tooltip."""

    x: int
    kind: str
    words: str


class Bar(NamedTuple):
    """``end`` is where the work should be done; ``goes_on``: the plan lets it go on after that."""

    x: int
    end: int
    goes_on: bool


@dataclass(frozen=True)
class TimelineRow:
    y: int
    url: str
    code: str
    name: str
    look: Look | None
    bars: list[Bar]
    marks: list[Mark]
    deadlines: list[DeadlineStatus]
    is_late: bool

    @property
    def middle(self) -> int:
        return self.y + ROW // 2


@dataclass(frozen=True)
class Timeline:
    width: int
    height: int
    names: int
    today: int | None
    months: list[Month]
    rows: list[TimelineRow]


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> int:
        """Where ``day`` stands; days outside the plan stand at its edge."""
        inside = min(max(day, self.first), self.last)
        return NAMES + round((WIDTH - NAMES) * (inside - self.first).days / max(1, (self.last - self.first).days))


def timeline_of(board: Board, lines: list[InitiativeLine]) -> Timeline:
    plan, day = board.scope.plan, board.scope.day
    scale = _Scale(plan.starts_on.replace(day=1), _month_end(max(plan.ends_on, day)))
    rows = [_row(board, line, scale, HEAD + number * ROW) for number, line in enumerate(lines)]
    return Timeline(
        width=WIDTH,
        height=HEAD + ROW * len(rows),
        names=NAMES,
        today=scale.x(day),
        months=[
            Month(scale.x(first), f"{first.month}", is_year=first.month == 1 or first == scale.first)
            for first in _months(scale)
        ],
        rows=rows,
    )


def _row(board: Board, line: InitiativeLine, scale: _Scale, y: int) -> TimelineRow:
    states = [cell.state for cell in board.answering(line.initiative.pk)]
    deadlines = list(line.initiative.deadlines.all())
    return TimelineRow(
        y=y,
        url=line.url,
        code=line.initiative.code,
        name=line.initiative.name,
        look=line.spread[0].look if len(line.spread) == 1 else None,
        bars=[_bar(deadline, scale) for deadline in deadlines],
        marks=[mark for deadline in deadlines for mark in _marks(deadline, states, scale, board.scope.day)],
        deadlines=line.deadlines,
        is_late=line.is_late,
    )


def _bar(deadline: Deadline, scale: _Scale) -> Bar:
    end = deadline.due_on or scale.last
    goes_on = deadline.ongoing or deadline.due_on is None
    return Bar(scale.x(deadline.starts_on or scale.first), scale.x(end), goes_on)


def _marks(deadline: Deadline, states: list[str], scale: _Scale, day: date) -> Iterator[Mark]:
    subject = f"{deadline.subject}: " if deadline.subject else ""
    if deadline.due_on:
        late = any(is_late(deadline, state, day) for state in states)
        words = f"{subject}hạn {deadline.due_on:%d/%m/%Y}{', chậm' if late else ''}"
        yield Mark(scale.x(deadline.due_on), "late" if late else "due", words)
    if deadline.review_on:
        yield Mark(scale.x(deadline.review_on), "review", f"{subject}rà soát lại {deadline.review_on:%d/%m/%Y}")


def _months(scale: _Scale) -> Iterator[date]:
    first = scale.first
    while first <= scale.last:
        yield first
        first = _month_end(first) + timedelta(days=1)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
