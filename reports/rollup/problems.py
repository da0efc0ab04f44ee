"""What asks for a decision: difficulties no unit can settle itself, gathered by problem."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from reports.domain.calendar import local_day
from reports.domain.states import SolvingLevel
from reports.models import UNSETTLED
from reports.obstacles.gathering import Difficulty, gathered

from .board import Board, ShownObstacle, obstacles_shown

# Who decides, the nearest first: what the commune can settle asks for nobody's word.
_DECIDED_BY = {
    SolvingLevel.DISTRICT: "Cấp huyện quyết định",
    SolvingLevel.PROVINCE: "Kiến nghị tỉnh",
    SolvingLevel.MINISTRY: "Kiến nghị bộ, ngành",
}
_LEVELS = list(_DECIDED_BY)


class Decision(NamedTuple):
    """One problem: how many units have it, under which initiatives, and for how many days it has waited."""

    level: str
    text: str
    proposal: str
    units: int
    codes: list[str]
    days: int
    url: str

    @property
    def decided_by(self) -> str:
        return _DECIDED_BY[SolvingLevel(self.level)]

    @property
    def waiting(self) -> str:
        return f"chờ {self.days} ngày" if self.days else "nêu hôm nay"


def waiting_obstacles(board: Board) -> list[ShownObstacle]:
    """Every difficulty not settled at the moment looked at; one query."""
    return obstacles_shown(board, Q(state__in=UNSETTLED))


def decisions_of(board: Board, obstacles: Iterable[ShownObstacle]) -> list[Decision]:
    """By who decides; of one level the problem of most units first, then the oldest."""
    known = {one.pk: one for one in obstacles}
    address = reverse("obstacle", args=[0])
    found = []
    for problem in gathered(_difficulty(board, one, known) for one in known.values()):
        if problem.level in _DECIDED_BY:
            first = problem.difficulties[0]
            decision = Decision(
                level=problem.level,
                text=problem.text,
                proposal=known.get(first.root, known[first.pk]).proposal,
                units=len(problem.units),
                codes=[one.code for one in board.initiatives if one.code in problem.codes],
                days=max(0, (board.scope.day - local_day(problem.since)).days),
                url=address.replace("/0/", f"/{first.root}/"),
            )
            found.append(decision)
    return sorted(found, key=lambda one: _LEVELS.index(SolvingLevel(one.level)))


def _difficulty(board: Board, one: ShownObstacle, known: Mapping[int, ShownObstacle]) -> Difficulty:
    """In the words and at the level of the one it was joined into, as far as that one is shown."""
    root = known.get(one.root, one)
    return Difficulty(
        pk=one.pk,
        plan_id=board.scope.plan.pk,
        root=one.root,
        level=root.level,
        text=root.text,
        unit=one.unit,
        code=board.initiative_of[one.initiative_id].code,
        raised_at=one.raised_at,
    )
