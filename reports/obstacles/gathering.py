"""Difficulties gathered by problem: joined into one, else of one level and saying nearly the same; no instance."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import F
from django.db.models.functions import Coalesce
from rapidfuzz import fuzz, process

from models_registry.text import fold
from reports.models import ObstacleQuerySet

# How alike two difficulties are that are taken for one problem (100: the same words); unrelated ones reach 56.
ALIKE = 80
# Of fewer words nothing is told by what they have in common with a longer text: "không có".
FEW_WORDS = 3


class Difficulty(NamedTuple):
    """What gathering asks of a difficulty; ``root``: the key of the one it was joined into, or its own, whose words and
    level these are.
    """

    pk: int
    plan_id: int
    root: int
    level: str
    text: str
    unit: str
    code: str
    raised_at: datetime


class SharedDifficulty(NamedTuple):
    """Difficulties that are one problem, the oldest first."""

    difficulties: Sequence[Difficulty]

    @property
    def text(self) -> str:
        """In the words of the oldest."""
        return self.difficulties[0].text

    @property
    def level(self) -> str:
        return self.difficulties[0].level

    @property
    def since(self) -> datetime:
        return self.difficulties[0].raised_at

    @property
    def units(self) -> list[str]:
        return list(dict.fromkeys(one.unit for one in self.difficulties))

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(one.code for one in self.difficulties))


def difficulties_of(obstacles: ObstacleQuerySet) -> list[Difficulty]:
    """The oldest first; one query."""
    told = obstacles.order_by("raised_at", "pk").values_list(
        "pk",
        "duty__initiative__plan",
        Coalesce("joined_into", "pk"),
        Coalesce("joined_into__solving_level", "solving_level"),
        Coalesce("joined_into__text", "text"),
        F("duty__unit__name"),
        F("duty__initiative__code"),
        "raised_at",
    )
    return [Difficulty(*row) for row in told]


def gathered(difficulties: Iterable[Difficulty]) -> list[SharedDifficulty]:
    """The problems ``difficulties`` come down to, those of most units first, then the oldest."""
    families: dict[int, list[Difficulty]] = {}
    for one in sorted(difficulties, key=lambda one: (one.raised_at, one.pk)):
        families.setdefault(one.root, []).append(one)
    of_level: dict[str, dict[str, list[Difficulty]]] = {}
    for family in families.values():
        problems = of_level.setdefault(family[0].level, {})
        words = fold(family[0].text)
        problems.setdefault(_alike(words, problems) or words, []).extend(family)
    found = [SharedDifficulty(_in_order(one)) for problems in of_level.values() for one in problems.values()]
    return sorted(found, key=lambda problem: (-len(problem.units), problem.since))


def _alike(words: str, known: Iterable[str]) -> str | None:
    """The nearest of ``known`` that says the same, None where none does."""
    if len(words.split()) < FEW_WORDS:
        return None
    long = [one for one in known if len(one.split()) >= FEW_WORDS]
    nearest = process.extractOne(words, long, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE)
    return nearest[0] if nearest else None


def _in_order(difficulties: Iterable[Difficulty]) -> list[Difficulty]:
    return sorted(difficulties, key=lambda one: (one.raised_at, one.pk))
