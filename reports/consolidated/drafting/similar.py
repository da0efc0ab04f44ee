"""The same thing said by several units, or week after week, is said once, with all who said it. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from models_registry.text import clean, fold

# How alike two folded texts must be to say the same.
SAME = 92
# What a person puts in front of a line that is one of several.
_MARK = re.compile(r"^\s*(?:[-+•*–]|\d{1,2}[.)](?=\s))\s*")
_NUMBER = re.compile(r"\d+")
# One of these more or less turns a sentence round, however alike the rest is.
_TURNING = frozenset(("chua", "khong", "het", "con", "thieu", "mat", "giam", "tang", "tru"))


class UnitStatement(NamedTuple):
    """One line as a unit wrote it of the initiative ``code``; ``entry``, ``obstacle``: keys of what it stands in."""

    text: str
    unit: str
    code: str = ""
    entry: int | None = None
    obstacle: int | None = None


@dataclass
class MergedStatement:
    """One thing said, in its fullest wording; units and initiatives in the order they came."""

    text: str
    folded: str
    units: dict[str, None] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    entries: dict[int, None] = field(default_factory=dict)
    obstacles: dict[int, None] = field(default_factory=dict)

    def add(self, said: UnitStatement) -> None:
        self.units[said.unit] = None
        self.codes[said.code] = None
        if said.entry is not None:
            self.entries[said.entry] = None
        if said.obstacle is not None:
            self.obstacles[said.obstacle] = None


def lines_of(text: str) -> list[str]:
    """What was written in several lines says several things; marks in front of them go."""
    lines = (_MARK.sub("", line).strip() for line in clean(text).splitlines())
    return [line for line in lines if line]


def merge_statements(told: Iterable[UnitStatement]) -> list[MergedStatement]:
    """Each thing once, in the order it was first said.

    Numbers are never merged away: "35 lượt" and "38 lượt" are two things, and so are "đã lắp" and "chưa lắp".
    """
    merged: list[MergedStatement] = []
    by_words: dict[str, MergedStatement] = {}
    by_numbers: dict[tuple[str, ...], list[MergedStatement]] = {}
    for said in told:
        words = fold(said.text) or said.text
        alike = by_numbers.setdefault(tuple(_NUMBER.findall(words)), [])
        found = by_words.get(words) or _like(words, alike)
        if found is None:
            found = MergedStatement(said.text, words)
            merged.append(found)
            alike.append(found)
        elif words not in by_words and len(said.text) > len(found.text):
            found.text = said.text
        by_words[words] = found
        found.add(said)
    return merged


def _like(words: str, others: Sequence[MergedStatement]) -> MergedStatement | None:
    return next((other for other in others if _is_same(words, other.folded)), None)


def _is_same(words: str, other: str) -> bool:
    if fuzz.ratio(words, other, score_cutoff=SAME) < SAME:
        return False
    return not _TURNING & (set(words.split()) ^ set(other.split()))
