"""What an annex is read from, whatever file it came in: sheets of located rows of text."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from models_registry.text import clean

from ..problems import AnnexUnreadable

MAX_ROWS = 20_000
MAX_COLUMNS = 60
# What Excel lets into one cell; an annex of 20,000 long rows has fewer letters than MAX_TEXT.
MAX_CELL = 32_767
MAX_TEXT = 20_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Row(NamedTuple):
    """One row as printed, from the first column on.

    ``number`` is the row as Excel (or the Word table) counts it; ``above`` holds, by column, the text of the cell that
    a vertical merge draws over this row; ``is_wide``: its text is merged across the table.
    """

    number: int
    texts: list[str]
    above: dict[int, str] = {}
    is_wide: bool = False


class Located(NamedTuple):
    """A cell to be told of: its row from 1, its column from 0, what it says."""

    row: int
    column: int
    text: str


@dataclass(frozen=True)
class AnnexSheet:
    """One table; rows without any text are left out.

    ``formulas`` are cells that would be computed: never evaluated, and never taken for their text; ``month_first``
    are dates that the sheet shows in the American order.
    """

    name: str
    rows: list[Row]
    formulas: list[Located] = field(default_factory=list)
    month_first: list[Located] = field(default_factory=list)


class Merge(NamedTuple):
    """A merged area, rows and columns counted from 1 and included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


WIDE = 3  # columns a title or a group is merged across, at the least
_MAX_COVERED = 500_000  # merged areas do not overlap in an honest file


def with_merges(rows: list[Row], merges: list[Merge]) -> list[Row]:
    """Tell each row what vertical merges draw over it, and whether it is merged across."""
    printed = {row.number: row.texts for row in rows}
    above: dict[int, dict[int, str]] = {}
    wide = set()
    left = _MAX_COVERED
    for merge in merges:
        column = merge.first_column - 1
        texts = printed.get(merge.first_row, [])
        text = texts[column] if column < len(texts) else ""
        if merge.last_column - merge.first_column + 1 >= WIDE:
            wide.add(merge.first_row)
        covered = range(merge.first_row + 1, merge.last_row + 1) if text else range(0)
        left -= len(covered)
        if left < 0:
            raise AnnexUnreadable("unreadable", "Bảng có các ô gộp chồng lên nhau. Hãy bỏ gộp ô rồi thử lại.")
        for number in covered:
            above.setdefault(number, {})[column] = text
    return [row._replace(above=above.get(row.number, {}), is_wide=row.number in wide) for row in rows]


def cell_too_long(sheet: str = "", row: int | None = None) -> AnnexUnreadable:
    return AnnexUnreadable(
        "cell_too_long",
        f"Có ô dài hơn {MAX_CELL} ký tự, không phải là ô của một phụ lục. Hãy xóa bớt nội dung rồi thử lại.",
        sheet=sheet,
        row=row,
    )


def too_much_text() -> AnnexUnreadable:
    return AnnexUnreadable("too_much_text", "Tệp có quá nhiều chữ. Hãy tách thành nhiều tệp rồi thử lại.")


class Text:
    """The text of one cell after another, gathered piece by piece. Raises AnnexUnreadable where it has no end."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = self._total = 0

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > MAX_CELL:
            raise cell_too_long()

    def take(self) -> str:
        """What was gathered since the last time."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._total += self._length
        self._length = 0
        if self._total > MAX_TEXT:
            raise too_much_text()
        return text


def unescaped(text: str) -> str:
    """The clean text of a cell; "_x000D_" is how Excel writes characters that XML does not allow."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return clean(text).strip()
