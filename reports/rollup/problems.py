"""What asks for a decision: difficulties no unit can settle itself; those joined, or said in the same words, are one."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.domain.states import SolvingLevel
from reports.models import UNSETTLED, Obstacle

from .board import Board, obstacles_shown

# Who decides, the nearest first: what the commune can settle asks for nobody's word.
_DECIDED_BY = {
    SolvingLevel.DISTRICT: "Cấp huyện quyết định",
    SolvingLevel.PROVINCE: "Kiến nghị tỉnh",
    SolvingLevel.MINISTRY: "Kiến nghị bộ, ngành",
}
_LEVELS = list(_DECIDED_BY)


class Problem(NamedTuple):
    """One problem: how many units have it, under which initiatives, and for how many days it has waited."""

    level: str
    text: str
    proposal: str
    units: int
    codes: list[str]
    days: int
    url: str

    @property
    def waiting(self) -> str:
        return f"chờ {self.days} ngày" if self.days else "nêu hôm nay"

    @property
    def decided_by(self) -> str:
        return _DECIDED_BY[SolvingLevel(self.level)]


def waiting_obstacles(board: Board) -> list[Obstacle]:
    """Every difficulty not settled at the moment looked at; one query."""
    return obstacles_shown(board, Q(state__in=UNSETTLED))


def problems_of(board: Board, obstacles: Iterable[Obstacle]) -> list[Problem]:
    """By who decides; of one level the problem of most units first, then the oldest."""
    families: dict[int, list[Obstacle]] = {}
    for one in sorted(obstacles, key=lambda one: one.joined_into_id is not None):  # the one that answers for all first
        families.setdefault(one.joined_into_id or one.pk, []).append(one)
    alike: dict[tuple[str, str], list[Obstacle]] = {}
    for family in families.values():
        alike.setdefault((family[0].solving_level, fold(family[0].text)), []).extend(family)
    address = reverse("obstacle", args=[0])
    found = [
        _problem(board, family, address.replace("/0/", f"/{family[0].joined_into_id or family[0].pk}/"))
        for (level, _), family in alike.items()
        if level in _DECIDED_BY
    ]
    return sorted(found, key=lambda one: (_LEVELS.index(SolvingLevel(one.level)), -one.units, -one.days))


def _problem(board: Board, family: Sequence[Obstacle], url: str) -> Problem:
    first = family[0]
    since = local_day(min(one.raised_at for one in family))
    concerned = {one.duty.initiative_id for one in family}
    return Problem(
        level=first.solving_level,
        text=first.text,
        proposal=first.proposal,
        units=len({one.duty.unit_id for one in family}),
        codes=[one.code for one in board.initiatives if one.pk in concerned],
        days=max(0, (board.scope.day - since).days),
        url=url,
    )
