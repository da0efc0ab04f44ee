"""Group rows: how they are told from tasks, and which group stands under which."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from models_registry.text import one_line

_ROMAN = r"(?=[IVXLC])(?:X{0,3})(?:IX|IV|V?I{0,3})"
_ORDINAL = re.compile(rf"^\(?(?P<numeral>{_ROMAN}|[A-Z])[.)/]?$")
_IN_ONE_CELL = re.compile(
    rf"^(?:(?:Nhóm|Phần|Mục)\s+)?(?P<numeral>{_ROMAN}|[A-Z]|(?<=Nhóm )\d+|(?<=Phần )\d+|(?<=Mục )\d+)"
    r"(?:[.):/–-]\s*|\s+)(?P<name>\S.{5,})$",
    re.DOTALL,
)
_STATED_COUNT = re.compile(r"\((\d+)\s+(?:mô hình|nhiệm vụ)\)", re.IGNORECASE)


@dataclass
class AnnexGroupRow:
    """A group as printed; ``stated_count`` is the "(03 mô hình)" it writes, right or wrong.

    ``path`` tells it from a group of the same numeral under another one ("A.I"); ``said`` is what else its row holds,
    by the name of the column.
    """

    row: int
    numeral: str
    name: str
    stated_count: int | None
    path: str
    code: str = ""
    said: dict[str, str] = field(default_factory=dict)


class GroupHeading(NamedTuple):
    """What the row of a group prints. ``style`` says how it is numbered: groups of one style are of one depth."""

    style: str
    numeral: str
    name: str
    code: str = ""


def numeral_of(ordinal: str) -> str:
    """The Roman number or the letter in the ordinal of a group; "" for any other ordinal."""
    found = _ORDINAL.match(ordinal)
    return found["numeral"] if found else ""


def heading_in_one_cell(text: str) -> tuple[str, str] | None:
    """(numeral, name) of "IV Nhóm số hóa", "A. PHÁT TRIỂN …", "Nhóm 2: …"."""
    found = _IN_ONE_CELL.match(text)
    return (found["numeral"], found["name"]) if found else None


class OpenGroups:
    """The groups under which the next row stands, the widest first."""

    def __init__(self) -> None:
        self._open: list[tuple[str, AnnexGroupRow]] = []
        self._paths: Counter[str] = Counter()
        self._has_roman_under_letter = False

    @property
    def last(self) -> AnnexGroupRow | None:
        return self._open[-1][1] if self._open else None

    def style_of(self, numeral: str) -> str:
        """Roman, unless a single letter goes on with a sequence of letters: "C" after "B", "I" after "H"."""
        if not re.fullmatch(_ROMAN, numeral):
            return "letter"
        letters = [group.numeral for style, group in self._open if style == "letter"]
        goes_on = len(numeral) == 1 and bool(letters) and ord(numeral) == ord(letters[-1]) + 1
        return "letter" if goes_on and not self._has_roman_under_letter else "roman"

    def begin(self, heading: GroupHeading, row: int, said: dict[str, str]) -> AnnexGroupRow:
        """Close the groups that ``heading`` does not stand under, and open its own."""
        if heading.style == "code":
            self.close_other_codes(heading.code)
        else:
            self._close(heading.style)
        path = self._path(heading)
        stated = _STATED_COUNT.search(heading.name)
        group = AnnexGroupRow(
            row=row,
            numeral=heading.numeral or path,
            name=one_line(_STATED_COUNT.sub("", heading.name)),
            stated_count=int(stated[1]) if stated else None,
            path=path,
            code=heading.code,
            said=said,
        )
        self._has_roman_under_letter |= heading.style == "roman" and any(style == "letter" for style, _ in self._open)
        self._open.append((heading.style, group))
        return group

    def close_other_codes(self, code: str) -> None:
        """Close the groups whose codes "KH20.1" do not begin ``code``."""
        while self._open and self._open[-1][1].code and not code.startswith(f"{self._open[-1][1].code}."):
            self._open.pop()

    def close_codes_but(self, code: str) -> None:
        """As for a task: a group with a number of its own stays, whatever code the task has."""
        while self._open and self._open[-1][0] == "code" and not code.startswith(f"{self._open[-1][1].code}."):
            self._open.pop()

    def _close(self, style: str) -> None:
        self._open = [each for each in self._open if each[0] != "code"]
        styles = [each for each, _ in self._open]
        if style in styles:
            del self._open[styles.index(style) :]

    def _path(self, heading: GroupHeading) -> str:
        """A plan may number two groups alike by mistake; they stay two."""
        parents = [self.last.path] if self.last and heading.style != "code" else []
        path = ".".join([*parents, heading.numeral or f"N{self._paths.total() + 1}"])
        self._paths[path] += 1
        return f"{path} ({self._paths[path]})" if self._paths[path] > 1 else path
