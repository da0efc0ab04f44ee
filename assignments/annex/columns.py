"""Which column of the table is which, from the words of its header."""

from dataclasses import dataclass
from enum import StrEnum

from openpyxl.utils import get_column_letter

from models_registry.text import fold, one_line


class Column(StrEnum):
    ORDINAL = "ordinal"
    CODE = "code"
    NAME = "name"
    LEAD = "lead"
    COORDINATING = "coordinating"
    SUPPORT = "support"
    DEADLINE = "deadline"
    PLATFORMS = "platforms"


# Names people give a column, folded; a header cell is a column when it begins with one of them. Order decides.
_NAMES: tuple[tuple[Column, tuple[str, ...]], ...] = (
    (Column.ORDINAL, ("tt", "stt", "so tt", "so thu tu")),
    (Column.CODE, ("ma nhiem vu", "ma so", "ma mo hinh", "ma")),
    (Column.SUPPORT, ("don vi ho tro", "co quan ho tro", "ho tro")),
    (Column.COORDINATING, ("phoi hop", "don vi phoi hop", "co quan phoi hop", "don vi co quan phoi hop")),
    (
        Column.LEAD,
        ("chu tri", "don vi chu tri", "co quan chu tri", "co quan don vi chu tri", "don vi thuc hien"),
    ),
    (
        Column.DEADLINE,
        ("thoi gian", "thoi han", "tien do hoan thanh", "tien do thuc hien", "han hoan thanh"),
    ),
    (Column.PLATFORMS, ("nen tang", "cong cu")),
    (
        Column.NAME,
        ("mo hinh", "ten mo hinh", "ten nhiem vu", "nhiem vu", "noi dung", "ten nhom nhiem vu", "danh muc nhiem vu"),
    ),
)
# A header names at least these; a row with fewer is a title or a task.
_NEEDED = {Column.NAME, Column.LEAD}
_DEPTH = 2


@dataclass(frozen=True)
class Header:
    """``columns`` maps a column to its index from 0; ``extra`` maps other indexes to their printed label."""

    columns: dict[Column, int]
    extra: dict[int, str]
    first_row: int
    last_row: int

    def letter(self, column: Column) -> str:
        return get_column_letter(self.columns[column] + 1) if column in self.columns else ""


def find_header(rows: list[tuple[int, list[str]]]) -> Header | None:
    """The header of the table: one row, or two where columns stand under a common heading."""
    for at in range(len(rows)):
        for depth in range(1, _DEPTH + 1):
            stacked = rows[at : at + depth]
            header = _read_header(stacked)
            if header.columns.keys() >= _NEEDED:
                return header
    return None


def is_header_again(texts: list[str], header_texts: set[str]) -> bool:
    """The header repeated on a new page, whole or in part: nothing but words of the header."""
    folded = {fold(text) for text in texts if text}
    return bool(folded) and folded <= header_texts


def column_named(text: str) -> Column | None:
    folded = fold(text)
    for column, names in _NAMES:
        if any(folded == name or folded.startswith(f"{name} ") for name in names):
            return column
    return None


def _read_header(stacked: list[tuple[int, list[str]]]) -> Header:
    """Lower rows first: "Chủ trì" under "Phân công thực hiện" says more than the heading above it."""
    columns: dict[Column, int] = {}
    extra: dict[int, str] = {}
    width = max((len(texts) for _, texts in stacked), default=0)
    for index in range(width):
        labels = [one_line(texts[index]) for _, texts in reversed(stacked) if index < len(texts) and texts[index]]
        found = next((column for column in map(column_named, labels) if column), None)
        if found and found not in columns:
            columns[found] = index
        elif labels:
            extra[index] = labels[0]
    return Header(columns, extra, stacked[0][0], stacked[-1][0])
