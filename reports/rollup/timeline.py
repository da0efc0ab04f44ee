"""The initiatives over the months of the plan: from where each begins to its deadlines, and today.

Plain shapes for an SVG, with classes and coordinates only: the page allows no style in its text. A table says the same.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from models_registry.models import Deadline
from reports.domain.wording import vn_date
from reports.progress.deadline_status import DeadlineStatus

from .board import Board
from .initiative_lines import InitiativeLine

WIDTH = 920
NAMES = 250  # of it, for what stands before the bars
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


class TimelineRow(NamedTuple):
    """``y``: its upper edge."""

    line: InitiativeLine
    y: int
    bars: list[Bar]
    marks: list[Mark]

    @property
    def middle(self) -> int:
        return self.y + ROW // 2


class Timeline(NamedTuple):
    width: int
    height: int
    today: int
    months: list[Month]
    rows: list[TimelineRow]


class _Scale(NamedTuple):
    """Whole months, from the first day of one to the last of another."""

    first: date
    last: date

    def x(self, day: date) -> int:
        """Where ``day`` stands; days outside the plan stand at its edge."""
        inside = min(max(day, self.first), self.last)
        return NAMES + round((WIDTH - NAMES) * (inside - self.first).days / (self.last - self.first).days)


def timeline_of(board: Board, lines: Sequence[InitiativeLine]) -> Timeline:
    plan, day = board.scope.plan, board.scope.day
    scale = _Scale(plan.starts_on.replace(day=1), _month_end(max(plan.ends_on, day)))
    return Timeline(
        width=WIDTH,
        height=HEAD + ROW * len(lines),
        today=scale.x(day),
        months=[
            Month(scale.x(first), f"{first.month}", is_year=first.month == 1 or first == scale.first)
            for first in _months(scale)
        ],
        rows=[_row(line, scale, HEAD + number * ROW) for number, line in enumerate(lines)],
    )


def _row(line: InitiativeLine, scale: _Scale, y: int) -> TimelineRow:
    bars = [_bar(status.deadline, scale) for status in line.deadlines]
    return TimelineRow(line, y, bars, [mark for status in line.deadlines for mark in _marks(status, scale)])


def _bar(deadline: Deadline, scale: _Scale) -> Bar:
    end = deadline.due_on or scale.last
    goes_on = deadline.ongoing or deadline.due_on is None
    return Bar(scale.x(deadline.starts_on or scale.first), scale.x(end), goes_on)


def _marks(status: DeadlineStatus, scale: _Scale) -> Iterator[Mark]:
    deadline = status.deadline
    subject = f"{deadline.subject}: " if deadline.subject else ""
    if deadline.due_on:
        words = f"{subject}hạn {vn_date(deadline.due_on)}{', chậm' if status.is_late else ''}"
        yield Mark(scale.x(deadline.due_on), "late" if status.is_late else "due", words)
    if deadline.review_on:
        yield Mark(scale.x(deadline.review_on), "review", f"{subject}rà soát lại {vn_date(deadline.review_on)}")


def _months(scale: _Scale) -> Iterator[date]:
    first = scale.first
    while first <= scale.last:
        yield first
        first = _month_end(first) + timedelta(days=1)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
